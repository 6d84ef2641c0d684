//! A stream's folder: its files on their way out, and the mark that it is whole.
//!
//! Everything but playlists is served like a film: ranges, conditions, kept for a year. A playlist grows, so
//! nobody may keep it.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use http::{HeaderMap, Method, Response};
use serde::{Deserialize, Serialize};

use super::HlsId;
use super::names::{MASTER, Name, Rendition};
use crate::error::OpenError;
use crate::film::{FilmFile, FilmId};
use crate::limits::PLAYLIST_BYTES_MAX;
use crate::media_type::MediaType;
use crate::serve::{self, FilmBody, open};

/// Written last, so a folder without it is one that a crash left behind.
const MARK: &str = "made.json";

/// The folder of one stream, whole or growing.
#[derive(Debug, Clone)]
pub struct HlsFolder {
    id: HlsId,
    path: PathBuf,
}

/// A file of a stream.
#[derive(Debug, Clone)]
pub enum HlsFile {
    /// A list as it is now, `application/vnd.apple.mpegurl`. To be asked for again, not to be kept.
    Playlist(String),
    /// Bytes that never change, served like a film.
    Piece(FilmFile),
}

/// What is known of a stream that is whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// The film that it was made of.
    pub(super) film: String,
    /// What its files take.
    pub(super) size_bytes: u64,
}

impl HlsFolder {
    pub(super) fn new(root: &Path, id: HlsId) -> Self {
        let path = root.join(id.as_str());
        Self { id, path }
    }

    /// The stream's id.
    pub fn id(&self) -> &HlsId {
        &self.id
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The file of this name, if there is one yet. Names are looked up in a fixed alphabet: nothing outside the
    /// folder and nothing unfinished is ever opened.
    pub async fn open_file(&self, name: &str) -> Result<HlsFile, OpenError> {
        let (folder, id, name) = (self.path.clone(), self.id.clone(), name.to_owned());
        let opened = tokio::task::spawn_blocking(move || match Name::parse(&name) {
            None => Err(OpenError::Vanished),
            Some(Name::Master) => read_list(&folder.join(MASTER)).map(HlsFile::Playlist),
            Some(Name::Playlist(rendition)) => read_playlist(&folder, rendition).map(HlsFile::Playlist),
            Some(Name::Init(rendition)) => {
                // It is whole when a list names it.
                read_list(&folder.join(rendition.playlist()))?;
                piece(&folder, &id, name).map(HlsFile::Piece)
            }
            Some(Name::Segment(_)) => piece(&folder, &id, name).map(HlsFile::Piece),
        });
        opened
            .await
            .unwrap_or_else(|error| Err(OpenError::Unreadable(error.into())))
    }

    /// Answers a request for the file of this name, as [`serve`](crate::serve()) does for a film.
    pub async fn serve(&self, name: &str, method: &Method, headers: &HeaderMap) -> Response<FilmBody> {
        match self.open_file(name).await {
            Ok(HlsFile::Playlist(text)) => serve::growing_text(text, method),
            Ok(HlsFile::Piece(piece)) => serve::serve(&piece, method, headers).await,
            Err(OpenError::Vanished) => serve::unknown_piece(),
            Err(error) => serve::refuse_piece(&self.path.join(name), &error),
        }
    }

    /// Marks the stream as whole. Blocks.
    pub(super) fn mark(&self, film: &FilmId, size_bytes: u64) -> io::Result<()> {
        let mark = Mark {
            film: film.to_string(),
            size_bytes,
        };
        let new = self.path.join("made.json.tmp");
        std::fs::write(&new, serde_json::to_vec(&mark)?)?;
        File::open(&new)?.sync_all()?;
        std::fs::rename(new, self.path.join(MARK))
    }

    /// The mark of a stream that is whole. Blocks.
    pub(super) fn read_mark(&self) -> Option<Mark> {
        let mark: Mark = serde_json::from_slice(&std::fs::read(self.path.join(MARK)).ok()?).ok()?;
        FilmId::parse(&mark.film).is_some().then_some(mark)
    }

    /// Whether all is there that was when it was marked. A power cut takes what had not reached the disk by then: only
    /// the mark is waited for. Blocks.
    pub(super) fn has_all(&self, mark: &Mark) -> io::Result<bool> {
        let of_mark = std::fs::metadata(self.path.join(MARK))?.len();
        Ok(self.size_bytes()? == mark.size_bytes.saturating_add(of_mark))
    }

    /// Removes the folder with all in it, if it is there. Blocks.
    pub(super) fn remove(&self) -> io::Result<()> {
        match std::fs::remove_dir_all(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Removes what an attempt has left, so that the next one begins with an empty folder. Blocks.
    pub(super) fn empty(&self) -> io::Result<()> {
        for entry in std::fs::read_dir(&self.path)? {
            std::fs::remove_file(entry?.path())?;
        }
        Ok(())
    }

    /// What the files take. Blocks.
    pub(super) fn size_bytes(&self) -> io::Result<u64> {
        let mut sum = 0;
        for entry in std::fs::read_dir(&self.path)? {
            // Files lose their last name ending while we look.
            sum += entry?.metadata().map_or(0, |metadata| metadata.len());
        }
        Ok(sum)
    }

    /// The segments that a rendition has so far, or `None` if it has none. Blocks.
    pub(super) fn segments(&self, rendition: Rendition) -> Result<Option<Segments>, OpenError> {
        match read_list(&self.path.join(rendition.playlist())) {
            Ok(text) => Ok(Segments::of(&text)),
            Err(OpenError::Vanished) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// What a list says of its segments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Segments {
    /// The longest of them, in seconds.
    pub(super) longest: f64,
    /// All of them, in seconds.
    pub(super) all: f64,
}

impl Segments {
    fn of(playlist: &str) -> Option<Self> {
        let of_one = durations(playlist).map(|seconds| Self {
            longest: seconds,
            all: seconds,
        });
        of_one.reduce(|sum, one| Self {
            longest: sum.longest.max(one.longest),
            all: sum.all + one.all,
        })
    }
}

/// The seconds of each segment.
fn durations(playlist: &str) -> impl Iterator<Item = f64> {
    playlist
        .lines()
        .filter_map(|line| line.strip_prefix("#EXTINF:")?.trim_end_matches(',').parse().ok())
}

/// A list of segments as players get it. It says the same longest segment from its start to its end, as RFC
/// 8216 asks for in section 6.2.1; ffmpeg raises what it says as it goes. And it says that a film begins with
/// its beginning: players would join a list that grows near its end, like a broadcast.
fn read_playlist(folder: &Path, rendition: Rendition) -> Result<String, OpenError> {
    const TARGET: &str = "#EXT-X-TARGETDURATION:";
    const START: &str = "#EXT-X-START:TIME-OFFSET=0";
    let text = read_list(&folder.join(rendition.playlist()))?;
    let announced = rendition.segment_max().as_secs();
    let mut lines = String::with_capacity(text.len() + START.len() + 4);
    for line in text.lines() {
        match line
            .strip_prefix(TARGET)
            .and_then(|said| said.parse::<u64>().ok())
        {
            Some(said) => lines.push_str(&format!("{TARGET}{}\n{START}\n", said.max(announced))),
            None => lines.extend([line, "\n"]),
        }
    }
    Ok(lines)
}

fn read_list(path: &Path) -> Result<String, OpenError> {
    let mut text = String::new();
    let file = open::open_plain(path)?;
    file.take(PLAYLIST_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(OpenError::Unreadable)?;
    Ok(text)
}

/// A piece as a film, so that it is served as one.
fn piece(folder: &Path, id: &HlsId, name: String) -> Result<FilmFile, OpenError> {
    let path = folder.join(&name);
    let metadata = std::fs::symlink_metadata(&path).map_err(OpenError::from_io)?;
    if !metadata.is_file() {
        return Err(OpenError::Changed);
    }
    Ok(FilmFile {
        id: id.as_film_id().clone(),
        title: name.clone(),
        file_name: name,
        path,
        folder: None,
        size_bytes: metadata.len(),
        modified: metadata.modified().map_err(OpenError::Unreadable)?,
        media_type: MediaType::Mp4,
        root: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hls::names::Kind;

    fn folder() -> (tempfile::TempDir, HlsFolder) {
        let root = tempfile::tempdir().unwrap();
        let folder = HlsFolder::new(root.path(), HlsId::from_bytes([5; 16]));
        std::fs::create_dir(folder.path()).unwrap();
        (root, folder)
    }

    #[tokio::test]
    async fn a_playlist_says_the_same_longest_segment_from_its_start_to_its_end() {
        let (_root, folder) = folder();
        for (name, said, served) in [
            ("c1-video0.m3u8", 4, 20),
            ("c1-video0.m3u8", 17, 20),
            ("c1-sound0.m3u8", 4, 20),
            ("e1-video0.m3u8", 4, 8),
            ("e1-video0.m3u8", 11, 11),
        ] {
            let text = |target, start| {
                format!("#EXTM3U\n#EXT-X-TARGETDURATION:{target}\n{start}#EXTINF:4.5,\nx\n#EXTINF:3.5,\ny\n")
            };
            std::fs::write(folder.path().join(name), text(said, "")).unwrap();
            let HlsFile::Playlist(list) = folder.open_file(name).await.unwrap() else {
                panic!()
            };
            assert_eq!(list, text(served, "#EXT-X-START:TIME-OFFSET=0\n"));
        }
        let rendition = |kind, number| Rendition {
            is_copied: true,
            attempt: 1,
            kind,
            number,
        };
        let segments = Segments {
            longest: 4.5,
            all: 8.0,
        };
        assert_eq!(
            folder.segments(rendition(Kind::Video, 0)).unwrap(),
            Some(segments)
        );
        assert_eq!(folder.segments(rendition(Kind::Video, 1)).unwrap(), None);
    }

    #[tokio::test]
    async fn links_other_names_and_unfinished_files_are_not_opened() {
        let (root, folder) = folder();
        std::fs::write(root.path().join("secret"), "secret").unwrap();
        for name in ["c1-video0.m3u8", "c1-video0-00000.m4s", "c1-video0-init.mp4"] {
            std::os::unix::fs::symlink("../secret", folder.path().join(name)).unwrap();
            assert!(
                matches!(folder.open_file(name).await, Err(OpenError::Changed)),
                "{name}"
            );
        }
        folder.mark(&FilmId::from_bytes([1; 16]), 5).unwrap();
        std::fs::write(folder.path().join("e1-video0-init.mp4"), "half").unwrap();
        for name in [
            "../secret",
            "made.json",
            "e1-video0-init.mp4",
            "e1-video0-00000.m4s",
            "",
        ] {
            assert!(
                matches!(folder.open_file(name).await, Err(OpenError::Vanished)),
                "{name}"
            );
        }
        std::fs::write(folder.path().join("e1-video0.m3u8"), "#EXTM3U\n").unwrap();
        assert!(matches!(
            folder.open_file("e1-video0-init.mp4").await,
            Ok(HlsFile::Piece(_))
        ));
    }

    #[test]
    fn a_mark_comes_back_and_a_damaged_one_is_none() {
        let (_root, folder) = folder();
        assert_eq!(folder.read_mark(), None);
        let film = FilmId::from_bytes([1; 16]);
        folder.mark(&film, 5).unwrap();
        assert_eq!(
            folder.read_mark(),
            Some(Mark {
                film: film.to_string(),
                size_bytes: 5
            })
        );
        for damaged in ["", "{}", r#"{"film":"x","size_bytes":5}"#] {
            std::fs::write(folder.path().join(MARK), damaged).unwrap();
            assert_eq!(folder.read_mark(), None);
        }
    }
}
