//! What can go wrong with what a film has besides: its subtitles and its pictures.

use super::{Blame, OpenError, Size, UploadError};
use std::io;

/// Why there are no subtitles in a file.
#[derive(Debug, thiserror::Error)]
pub enum SubtitleError {
    /// It is longer than any subtitles, and was not read.
    #[error(
        "That file is larger than {}, which no subtitles are. Choose an SRT, WebVTT or ASS file.",
        Size(*.bytes_max)
    )]
    TooLarge {
        /// The limit.
        bytes_max: u64,
    },
    /// It is of another kind, or has no words at any time.
    #[error("That file has no subtitles that we can read. Choose an SRT, WebVTT or ASS file.")]
    Unknown,
    /// It has more cues than any film.
    #[error("There are more than {cues_max} lines in that file. Choose subtitles without effects.")]
    TooMany {
        /// The limit.
        cues_max: usize,
    },
    /// It is gone or cannot be read.
    #[error("That file of subtitles is no longer there, or cannot be read. Reload the page.")]
    File(#[source] OpenError),
}

impl SubtitleError {
    /// Whose fault it is. The peer is whoever brought the file.
    pub fn blame(&self) -> Blame {
        match self {
            Self::TooLarge { .. } | Self::Unknown | Self::TooMany { .. } => Blame::Peer,
            Self::File(_) => Blame::Ours,
        }
    }
}

/// Why there is no poster, storyboard or text of a film.
#[derive(Debug, thiserror::Error)]
pub enum ExtrasError {
    /// ffmpeg finds none in it. Not tried again.
    #[error(
        "Nothing can be read in this film: it is damaged or of an unknown kind. Choose another version of it."
    )]
    Unreadable,
    /// It took longer than it may. Not tried again.
    #[error("Looking through this film took too long. Choose a smaller version of it.")]
    TooSlow,
    /// [`Tools::None`](crate::Tools::None).
    #[error(
        "Pictures and subtitles of films need ffmpeg, and this server has none. Ask the host to install it."
    )]
    NoTools,
    /// As many wait as may wait.
    #[error("Too many films are waiting to be looked through. Try again in a few minutes.")]
    Busy,
    /// Nobody wants it any more.
    #[error("Nobody was waiting for this any more. Reload the page.")]
    Cancelled,
    /// Something on the host's machine ended ffmpeg.
    #[error(
        "Looking through this film was broken off by the host's machine. Try again, or ask the host why."
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
        "What was made of this film could not be kept. Ask the host to check the disk and ffmpeg, then try again."
    )]
    Storage(#[source] io::Error),
}

impl ExtrasError {
    /// Whose fault it is. The peer is whoever brought the film.
    pub fn blame(&self) -> Blame {
        match self {
            Self::Unreadable | Self::TooSlow => Blame::Peer,
            Self::Cancelled => Blame::Caller,
            Self::NoTools | Self::Busy | Self::Killed | Self::DiskFull | Self::File(_) | Self::Storage(_) => {
                Blame::Ours
            }
        }
    }

    /// Sorts what the system said on keeping something.
    pub(crate) fn from_io(error: io::Error) -> Self {
        match UploadError::from_io(error) {
            UploadError::Storage(error) => Self::Storage(error),
            _ => Self::DiskFull,
        }
    }
}
