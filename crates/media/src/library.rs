//! The host's folder of films. A scan walks it, lists what has the extension of a video, and gives each file
//! an id that changes with the file and that nobody can work out without the server's secret.
//!
//! Nothing outside the root is listed: links are followed only as long as they stay inside.

use std::cmp::Ordering;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use hmac::Mac;
use walkdir::{DirEntry, WalkDir};

use crate::error::ScanError;
use crate::film::{FilmFile, FilmId, id_of, keyed_hash, media_type_of, shown, title_of};
use crate::limits::{LIBRARY_DEPTH_MAX, LIBRARY_ENTRIES_MAX, LIBRARY_FILMS_MAX};

/// A folder of films.
pub struct Library {
    root: PathBuf,
    secret: [u8; 32],
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Library")
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}

/// What a scan found.
#[derive(Debug, Default)]
pub struct Scan {
    /// The films by folder, then by title, upper and lower case alike and numbers by their value.
    pub films: Vec<FilmFile>,
    /// Folders and files that could not be read and were left out.
    pub unreadable: usize,
    /// Whether the scan stopped at [`LIBRARY_FILMS_MAX`] or [`LIBRARY_ENTRIES_MAX`] and there may be more.
    pub cut_short: bool,
}

impl Library {
    /// The library under `root`, which need not exist yet. Ids are derived from `secret`: keep it, so that
    /// they stay the same after a restart, and keep it to yourself.
    pub fn new(root: impl Into<PathBuf>, secret: [u8; 32]) -> Self {
        Self {
            root: root.into(),
            secret,
        }
    }

    /// The root as it was given.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Walks the folder and lists its films. Blocks for as long as the disk takes: run it on a blocking
    /// thread. Single folders that cannot be read are skipped and counted.
    pub fn scan(&self) -> Result<Scan, ScanError> {
        let unreadable_root = |source| ScanError::Root {
            path: self.root.clone(),
            source,
        };
        let root: Arc<Path> = self.root.canonicalize().map_err(unreadable_root)?.into();
        std::fs::read_dir(&root).map_err(unreadable_root)?;

        let walk = WalkDir::new(&root)
            .min_depth(1)
            .max_depth(LIBRARY_DEPTH_MAX + 1)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || is_wanted(entry, &root));
        let mut scan = Scan::default();
        for (seen, entry) in walk.enumerate() {
            if scan.films.len() == LIBRARY_FILMS_MAX || seen == LIBRARY_ENTRIES_MAX {
                scan.cut_short = true;
                break;
            }
            match entry {
                Ok(entry) => match self.film(&entry, &root) {
                    Ok(film) => scan.films.extend(film),
                    Err(error) => scan.skip(entry.path(), &error),
                },
                Err(error) => scan.skip_walk(&error),
            }
        }
        sort(&mut scan.films);
        Ok(scan)
    }

    /// The film that `entry` is. `None` for folders, other files, and empty ones: those are still being
    /// copied, and nothing of them can be watched.
    fn film(&self, entry: &DirEntry, root: &Arc<Path>) -> io::Result<Option<FilmFile>> {
        let Some(media_type) = media_type_of(entry.file_name()) else {
            return Ok(None);
        };
        if !entry.file_type().is_file() {
            return Ok(None);
        }
        let metadata = entry.metadata()?;
        if metadata.len() == 0 {
            return Ok(None);
        }
        let modified = metadata.modified()?;
        let inside = entry.path().strip_prefix(root).map_err(io::Error::other)?;
        let file_name = entry.file_name().to_string_lossy().into_owned();
        Ok(Some(FilmFile {
            id: self.id(inside, metadata.len(), modified),
            title: title_of(&file_name),
            file_name,
            path: entry.path().to_owned(),
            folder: Some(folder_of(inside)),
            size_bytes: metadata.len(),
            modified,
            media_type,
            root: Some(Arc::clone(root)),
        }))
    }

    /// The id of a file: a keyed hash of all that has to stay the same for its bytes to be the same.
    fn id(&self, inside: &Path, size_bytes: u64, modified: SystemTime) -> FilmId {
        let mut hash = keyed_hash(&self.secret);
        hash.update(&size_bytes.to_le_bytes());
        hash.update(&nanos_of(modified).to_le_bytes());
        hash.update(inside.as_os_str().as_encoded_bytes());
        id_of(hash)
    }
}

impl Scan {
    /// Whether it says which films there are. One that found nothing does not: a disk that is not mounted is an empty
    /// folder.
    pub fn is_whole(&self) -> bool {
        !self.films.is_empty() && self.unreadable == 0 && !self.cut_short
    }

    fn skip_walk(&mut self, error: &walkdir::Error) {
        // A link back to a folder that we are in: all it holds is listed there.
        if error.loop_ancestor().is_some() {
            return;
        }
        let path = error.path().unwrap_or(Path::new("?"));
        match error.io_error() {
            Some(error) => self.skip(path, error),
            None => self.unreadable += 1,
        }
    }

    fn skip(&mut self, path: &Path, error: &io::Error) {
        // Links that lead nowhere, and files that were removed while we looked.
        if error.kind() == io::ErrorKind::NotFound {
            return;
        }
        self.unreadable += 1;
        tracing::warn!(path = %path.display(), %error, "left out of the library: it cannot be read");
    }
}

/// Whether a scan looks at this entry at all: not if it is hidden, nor if it is a link that leaves the root.
fn is_wanted(entry: &DirEntry, root: &Path) -> bool {
    if entry.file_name().as_encoded_bytes().starts_with(b".") {
        return false;
    }
    if !entry.path_is_symlink() {
        return true;
    }
    let inside = entry
        .path()
        .canonicalize()
        .is_ok_and(|target| target.starts_with(root));
    if !inside {
        tracing::info!(path = %entry.path().display(), "left out of the library: a link out of its folder");
    }
    inside
}

fn folder_of(inside: &Path) -> String {
    let Some(parent) = inside.parent() else {
        return String::new();
    };
    parent
        .iter()
        .map(|part| shown(&part.to_string_lossy()))
        .collect::<Vec<_>>()
        .join("/")
}

/// Nanoseconds since 1970, negative before.
fn nanos_of(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_nanos().cast_signed(),
        Err(before) => -before.duration().as_nanos().cast_signed(),
    }
}

fn sort(films: &mut [FilmFile]) {
    films.sort_by_cached_key(|film| {
        let folder = film.folder.as_deref().unwrap_or_default();
        (
            SortKey::new(folder),
            SortKey::new(&film.title),
            film.file_name.clone(),
        )
    });
}

/// A name as people sort it: "Part 9" before "part 10".
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct SortKey(Vec<Piece>);

#[derive(PartialEq, Eq)]
enum Piece {
    /// Digits without leading zeros, as long as they may be.
    Number(String),
    Text(String),
}

impl SortKey {
    fn new(name: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = name;
        while let Some(first) = rest.chars().next() {
            let is_number = first.is_ascii_digit();
            let end = rest
                .find(|c: char| c.is_ascii_digit() != is_number)
                .unwrap_or(rest.len());
            let (piece, after) = rest.split_at(end);
            pieces.push(match is_number {
                true => Piece::Number(piece.trim_start_matches('0').to_owned()),
                false => Piece::Text(piece.to_lowercase()),
            });
            rest = after;
        }
        Self(pieces)
    }
}

impl Ord for Piece {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => (a.len(), a).cmp(&(b.len(), b)),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Piece {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn names_sort_as_people_sort_them() {
        let sorted = [
            "",
            "007",
            "10 things",
            "Alien",
            "alien 2",
            "Alien 3",
            "alien 10",
            "Alien 99999999999999999999999",
            "zebra",
            "été",
        ];
        let mut names = sorted;
        names.reverse();
        names.sort_by_cached_key(|name| SortKey::new(name));
        assert_eq!(names, sorted);
    }

    #[test]
    fn an_id_depends_on_the_secret_and_on_all_that_makes_a_version() {
        let library = Library::new("/films", [1; 32]);
        let time = UNIX_EPOCH + Duration::from_nanos(1_700_000_000_123_456_789);
        let id = library.id(Path::new("a/b.mp4"), 5, time);
        assert_eq!(library.id(Path::new("a/b.mp4"), 5, time), id);
        let others = [
            Library::new("/films", [2; 32]).id(Path::new("a/b.mp4"), 5, time),
            library.id(Path::new("a/c.mp4"), 5, time),
            library.id(Path::new("a/b.mp4"), 6, time),
            library.id(Path::new("a/b.mp4"), 5, time + Duration::from_nanos(1)),
            library.id(Path::new("a/b.mp4"), 5, UNIX_EPOCH - Duration::from_secs(1)),
        ];
        for other in others {
            assert_ne!(other, id);
        }
    }
}
