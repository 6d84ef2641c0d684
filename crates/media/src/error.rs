//! What can go wrong with a film, sorted by whose fault it is. Every message is a whole sentence that says
//! what to do; paths and the system's own words stay out of it and go to the log.

mod extras;

pub use extras::{ExtrasError, SubtitleError};

use std::io;

/// Whose fault an error is, so that the server can choose a status and whether to log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    /// The one at the other end of the connection sent something that cannot be taken.
    Peer,
    /// The code that called us broke the order of calls.
    Caller,
    /// The host's disk or settings.
    Ours,
}

/// Why a library could not be scanned at all. Single folders that cannot be read are counted in
/// [`Scan`](crate::Scan) instead.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The root is missing, is no folder, or cannot be read. Always the host's to repair.
    #[error(
        "The library folder {} cannot be read ({source}). Check that it exists and that Matinee may read it.",
        path.display()
    )]
    Root {
        /// The root as the host gave it.
        path: std::path::PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Why a film that is on the shelf cannot be read now.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no file any more.
    #[error("This film's file is no longer there. Ask the host to scan the library again.")]
    Vanished,
    /// There is a file, but not the one that the film's address was made for.
    #[error("This film's file has changed. Ask the host to scan the library again.")]
    Changed,
    /// The file is there and the system does not let us read it.
    #[error("This film's file cannot be read. Ask the host to check the disk and the file's permissions.")]
    Unreadable(#[source] io::Error),
}

impl OpenError {
    /// Sorts what the system said on opening a film's file.
    pub(crate) fn from_io(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Vanished,
            io::ErrorKind::IsADirectory => Self::Changed,
            _ => Self::Unreadable(error),
        }
    }
}

/// Why an upload was refused or ended. Nothing of it is left on the disk then, unless it is one that can be
/// gone on with.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The announced length is zero.
    #[error("This file is empty. Choose a film that has finished downloading or copying.")]
    Empty,
    /// The announced length is over the limit.
    #[error(
        "This film is larger than the {} that this server takes. Choose a smaller version of it.",
        Size(*.bytes_max)
    )]
    TooLarge {
        /// The limit.
        bytes_max: u64,
    },
    /// The first bytes are not those of a video container.
    #[error("This is not a film{}. Choose a video file, such as MP4, WebM or MKV.", Found(*.found))]
    NotAVideo {
        /// The MIME type that the bytes look like, if they look like something known.
        found: Option<&'static str>,
    },
    /// It ended before its announced length.
    #[error("The upload stopped after {received_bytes} of {total_bytes} bytes. Send the film again.")]
    TooShort {
        /// What came.
        received_bytes: u64,
        /// What was announced.
        total_bytes: u64,
    },
    /// It went on after its announced length.
    #[error("More came than the {total_bytes} bytes that were announced. Send the film again.")]
    TooLong {
        /// What was announced.
        total_bytes: u64,
    },
    /// There are no bytes of it: it expired, was removed, or never was.
    #[error("This upload is not here any more. Send the film again.")]
    Gone,
    /// Written to or finished after it had already failed.
    #[error("This upload has already failed. Start it again.")]
    AlreadyEnded,
    /// As many uploads are running as may run at once.
    #[error("{at_once_max} uploads are already running. Try again when one of them has finished.")]
    Busy {
        /// The limit.
        at_once_max: usize,
    },
    /// No room, or no more room for us, on the disk.
    #[error("The host's disk is full. Ask the host to make room, then try again.")]
    DiskFull,
    /// The disk failed in another way.
    #[error("The film could not be saved. Ask the host to check the disk, then try again.")]
    Storage(#[source] io::Error),
}

impl UploadError {
    /// Whose fault it is.
    pub fn blame(&self) -> Blame {
        match self {
            Self::Empty
            | Self::TooLarge { .. }
            | Self::NotAVideo { .. }
            | Self::TooShort { .. }
            | Self::TooLong { .. }
            | Self::Gone => Blame::Peer,
            Self::AlreadyEnded => Blame::Caller,
            Self::Busy { .. } | Self::DiskFull | Self::Storage(_) => Blame::Ours,
        }
    }

    /// Sorts what the system said on writing an upload.
    pub(crate) fn from_io(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::DiskFull
            }
            _ => Self::Storage(error),
        }
    }
}

/// Why it could not be told what is in a film.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The file is none that ffprobe understands, whatever its name says, or is broken at its start.
    #[error(
        "This file is no film that can be understood. Check that it is whole, or choose another version of it."
    )]
    NotAFilm,
    /// It can be read, but has neither a picture nor a sound.
    #[error("There is neither a picture nor a sound in this file. Choose another one.")]
    Nothing,
    /// It took longer or printed more than any film should.
    #[error("This file is too complicated to be understood. Choose another version of the film.")]
    TooMuch,
    /// The film's file is gone, has changed, or cannot be read.
    #[error(transparent)]
    File(#[from] OpenError),
    /// [`Tools::None`](crate::Tools::None).
    #[error(
        "ffmpeg is not installed on this server, so what is in a film is not known. Ask the host to install it."
    )]
    NoTools,
    /// ffprobe is there and does not run.
    #[error("ffprobe cannot be run. Ask the host to check that ffmpeg is installed properly.")]
    Broken(#[source] io::Error),
}

impl ProbeError {
    /// Whose fault it is. The peer is whoever brought the film.
    pub fn blame(&self) -> Blame {
        match self {
            Self::NotAFilm | Self::Nothing | Self::TooMuch => Blame::Peer,
            Self::File(_) | Self::NoTools | Self::Broken(_) => Blame::Ours,
        }
    }
}

/// Why there is no stream of a film. Whatever it is, nothing of the stream is left on the disk.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// ffmpeg does not get through the film, neither with its tracks as they are nor with new ones.
    #[error(
        "This film cannot be made playable: it is damaged or of an unknown kind. Choose another version of it."
    )]
    Unplayable,
    /// It took longer than the host allows, or got stuck.
    #[error("Making this film playable took too long. Choose a smaller version of it.")]
    TooSlow,
    /// It became larger than the host allows.
    #[error(
        "Made playable, this film is larger than the {} that this server takes. Choose a smaller version of it.",
        Size(*.bytes_max)
    )]
    TooLarge {
        /// The limit.
        bytes_max: u64,
    },
    /// There is a stream of that id, made or in the making.
    #[error("This stream exists already. Reload the page.")]
    Exists,
    /// [`Tools::None`](crate::Tools::None).
    #[error(
        "This film needs ffmpeg to be playable in browsers, and this server has none. Ask the host to install it."
    )]
    NoTools,
    /// As many streams wait as may wait.
    #[error(
        "{waiting_max} films are already waiting to be made playable. Try again when one of them is done."
    )]
    Busy {
        /// The limit.
        waiting_max: usize,
    },
    /// Something on the host's machine ended ffmpeg.
    #[error(
        "Making this film playable was broken off by the host's machine. Try again, or ask the host why."
    )]
    Killed,
    /// No room, or no more room for us, on the disk.
    #[error("The host's disk is full. Ask the host to make room, then try again.")]
    DiskFull,
    /// The film's file is gone, has changed, or cannot be read.
    #[error(transparent)]
    File(#[from] OpenError),
    /// The disk failed in another way, or ffmpeg does not run.
    #[error(
        "This film could not be made playable. Ask the host to check the disk and ffmpeg, then try again."
    )]
    Storage(#[source] io::Error),
}

impl StreamError {
    /// Whose fault it is. The peer is whoever brought the film.
    pub fn blame(&self) -> Blame {
        match self {
            Self::Unplayable | Self::TooSlow | Self::TooLarge { .. } => Blame::Peer,
            Self::Exists => Blame::Caller,
            Self::NoTools
            | Self::Busy { .. }
            | Self::Killed
            | Self::DiskFull
            | Self::File(_)
            | Self::Storage(_) => Blame::Ours,
        }
    }

    /// Sorts what the system said on making a stream.
    pub(crate) fn from_io(error: io::Error) -> Self {
        match UploadError::from_io(error) {
            UploadError::Storage(error) => Self::Storage(error),
            _ => Self::DiskFull,
        }
    }
}

/// Bytes as people read them.
struct Size(u64);

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
        match UNITS.iter().find(|(_, unit)| self.0 >= *unit) {
            Some((name, unit)) if self.0.is_multiple_of(*unit) => write!(f, "{} {name}", self.0 / unit),
            Some((name, unit)) => write!(f, "{:.1} {name}", self.0 as f64 / *unit as f64),
            None => write!(f, "{} bytes", self.0),
        }
    }
}

/// What a file looks like, if that is known.
struct Found(Option<&'static str>);

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0
            .map_or(Ok(()), |found| write!(f, " (it looks like {found})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_sentences() {
        let table = [
            (
                UploadError::TooLarge { bytes_max: 32 << 30 },
                "This film is larger than the 32 GiB that this server takes. Choose a smaller version of it.",
            ),
            (
                UploadError::TooLarge { bytes_max: 1_500_000 },
                "This film is larger than the 1.4 MiB that this server takes. Choose a smaller version of it.",
            ),
            (
                UploadError::NotAVideo {
                    found: Some("image/png"),
                },
                "This is not a film (it looks like image/png). Choose a video file, such as MP4, WebM or MKV.",
            ),
            (
                UploadError::NotAVideo { found: None },
                "This is not a film. Choose a video file, such as MP4, WebM or MKV.",
            ),
        ];
        for (error, sentence) in table {
            assert_eq!(error.to_string(), sentence);
        }
    }

    #[test]
    fn a_full_disk_is_told_from_a_broken_one() {
        for kind in [
            io::ErrorKind::StorageFull,
            io::ErrorKind::QuotaExceeded,
            io::ErrorKind::FileTooLarge,
        ] {
            assert!(matches!(UploadError::from_io(kind.into()), UploadError::DiskFull));
        }
        assert!(matches!(
            UploadError::from_io(io::ErrorKind::Other.into()),
            UploadError::Storage(_)
        ));
    }
}
