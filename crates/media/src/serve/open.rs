//! Opening a film's file, if it still is the one that the film was made of: in its place, inside the library,
//! of the same length and age. The one place where a path becomes a file.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::OpenError;
use crate::film::FilmFile;

/// What a file must stay for a film to be served from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version {
    size_bytes: u64,
    modified: SystemTime,
}

impl Version {
    fn of(metadata: &Metadata) -> io::Result<Self> {
        Ok(Self {
            size_bytes: metadata.len(),
            modified: metadata.modified()?,
        })
    }

    /// Fails if the open file is not this version any more.
    pub(super) fn check(self, file: &File) -> io::Result<()> {
        if Self::of(&file.metadata()?)? == self {
            Ok(())
        } else {
            Err(io::Error::other(
                "the film's file changed while it was being read",
            ))
        }
    }
}

/// A film's file, open and checked.
#[derive(Debug)]
pub(super) struct OpenFilm {
    pub(super) file: File,
    pub(super) version: Version,
}

/// Where a film's bytes really lie now, if its file still is the one that the film was made of. For programs
/// that open files themselves.
pub(crate) async fn checked_path(film: &FilmFile) -> Result<PathBuf, OpenError> {
    open(film).await?;
    let path = film.path.clone();
    tokio::task::spawn_blocking(move || path.canonicalize())
        .await
        .unwrap_or_else(|error| Err(error.into()))
        .map_err(OpenError::from_io)
}

pub(super) async fn open(film: &FilmFile) -> Result<OpenFilm, OpenError> {
    let (path, root) = (film.path.clone(), film.root.clone());
    let version = Version {
        size_bytes: film.size_bytes,
        modified: film.modified,
    };
    tokio::task::spawn_blocking(move || open_version(&path, root.as_deref(), version))
        .await
        .unwrap_or_else(|error| Err(OpenError::Unreadable(error.into())))
}

fn open_version(path: &Path, root: Option<&Path>, version: Version) -> Result<OpenFilm, OpenError> {
    let file = match root {
        // A folder on the way may have become a link since the scan. The path is resolved first and opened
        // without following another link.
        Some(root) => {
            let target = path.canonicalize().map_err(OpenError::from_io)?;
            if !target.starts_with(root) {
                return Err(OpenError::Changed);
            }
            open_plain(&target)?
        }
        None => open_plain(path)?,
    };
    let metadata = file.metadata().map_err(OpenError::Unreadable)?;
    if !metadata.is_file() || Version::of(&metadata).map_err(OpenError::Unreadable)? != version {
        return Err(OpenError::Changed);
    }
    Ok(OpenFilm { file, version })
}

/// Opens a file that is no link, and never waits: a named pipe would, for somebody to write to it.
pub(crate) fn open_plain(path: &Path) -> Result<File, OpenError> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
    options.open(path).map_err(|error| match error.kind() {
        #[cfg(unix)]
        _ if error.raw_os_error() == Some(libc::ELOOP) => OpenError::Changed,
        _ => OpenError::from_io(error),
    })
}
