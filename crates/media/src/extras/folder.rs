//! A film's folder: what is there, what was tried, and its files on their way in and out. All of it blocks, but
//! for [`Folder::serve`].

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use http::{HeaderMap, Method, Response};

use super::names::{Name, STORYBOARD};
use super::{Extra, Known, Made, names};
use crate::error::OpenError;
use crate::film::{FilmFile, FilmId};
use crate::limits::MARK_BYTES_MAX;
use crate::media_type::MediaType;
use crate::serve::open::open_plain;
use crate::serve::{self, FilmBody};

/// What is known of a film's folder. Written after the files that it speaks of.
const MARK: &str = "extras.json";

/// The folder of one film. It need not be there.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    film: FilmId,
    path: PathBuf,
}

impl Folder {
    pub(super) fn new(root: &Path, film: &FilmId) -> Self {
        Self {
            path: root.join(film.as_str()),
            film: film.clone(),
        }
    }

    /// Answers a request for the file of this name.
    pub(super) async fn serve(&self, name: &str, method: &Method, headers: &HeaderMap) -> Response<FilmBody> {
        let Some(known) = Name::parse(name) else {
            return serve::unknown_piece();
        };
        let (folder, file_name) = (self.clone(), name.to_owned());
        let piece = tokio::task::spawn_blocking(move || folder.piece(file_name)).await;
        match piece.unwrap_or_else(|error| Err(OpenError::Unreadable(error.into()))) {
            Ok(piece) => serve::serve_as(&piece, known.content_type(), method, headers).await,
            Err(OpenError::Vanished) => serve::unknown_piece(),
            Err(error) => serve::refuse_piece(&self.path.join(name), &error),
        }
    }

    /// A file as a film, so that it is served as one.
    fn piece(&self, name: String) -> Result<FilmFile, OpenError> {
        let path = self.path.join(&name);
        let metadata = fs::symlink_metadata(&path).map_err(OpenError::from_io)?;
        if !metadata.is_file() {
            return Err(OpenError::Changed);
        }
        Ok(FilmFile {
            id: self.film.clone(),
            title: name.clone(),
            file_name: name,
            path,
            folder: None,
            size_bytes: metadata.len(),
            modified: metadata.modified().map_err(OpenError::Unreadable)?,
            // Not looked at: it is served as what its name says.
            media_type: MediaType::Mp4,
            root: None,
        })
    }

    /// What the mark says, or `None` if there is none that can be read.
    pub(super) fn read(&self) -> Option<Known> {
        let mut json = Vec::new();
        let file = open_plain(&self.path.join(MARK)).ok()?;
        file.take(MARK_BYTES_MAX).read_to_end(&mut json).ok()?;
        serde_json::from_slice(&json).ok()
    }

    /// Writes the mark.
    pub(super) fn write(&self, known: &Known) -> io::Result<()> {
        self.save(MARK, &serde_json::to_vec(known)?)
    }

    /// Writes a file under a passing name, and gives it its own when it is whole.
    pub(super) fn save(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.path)?;
        let new = self.path.join(format!("{name}.tmp"));
        fs::write(&new, bytes)?;
        File::open(&new)?.sync_all()?;
        fs::rename(new, self.path.join(name))
    }

    /// Takes a finished file over from where it was made.
    pub(super) fn take(&self, from: &Path, name: &str) -> io::Result<()> {
        fs::create_dir_all(&self.path)?;
        File::open(from.join(name))?.sync_all()?;
        fs::rename(from.join(name), self.path.join(name))
    }

    /// Removes every file that `known` does not speak of: halves that a crash has left, and what is given up.
    pub(super) fn sweep(&self, known: &Known) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let file_name = entry.file_name();
            let name = file_name.to_str().unwrap_or_default();
            if name != MARK && !is_spoken_of(known, name) && entry.file_type()?.is_file() {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Removes the folder with all in it, if it is there.
    pub(super) fn remove(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// What the files take.
    pub(super) fn size_bytes(&self) -> u64 {
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        entries
            .filter_map(|entry| Some(entry.metadata().ok()?.len()))
            .sum()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        fs::symlink_metadata(self.path.join(name)).is_ok_and(|it| it.is_file())
    }

    /// Whether everything that the mark speaks of is there.
    pub(super) fn is_whole(&self, known: &Known) -> bool {
        let has = |name: &str| self.has(name);
        let is_made = |extra| known.of(extra) == Made::There;
        (!is_made(Extra::Poster) || has(names::POSTER))
            && (!is_made(Extra::Storyboard) || has(STORYBOARD) && has(&names::sheet(0)))
            && known.tracks.iter().all(|index| has(&names::track(*index)))
    }
}

fn is_spoken_of(known: &Known, name: &str) -> bool {
    match Name::parse(name) {
        Some(Name::Poster) => known.poster == Made::There,
        Some(Name::Storyboard | Name::Sheet) => known.storyboard == Made::There,
        Some(Name::Track) => known.tracks.iter().any(|index| names::track(*index) == name),
        None => false,
    }
}
