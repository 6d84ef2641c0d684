//! Why a film could not be made playable, in a word that pages know: they say it in their reader's language.

use matinee_media::{OpenError, ProbeError, StreamError};
use std::error::Error;

/// An error that stands in a film's `stream`.
pub(super) trait Why: Error {
    /// Its code, as `docs/protocol.md` lists them.
    fn code(&self) -> &'static str;
}

impl Why for OpenError {
    fn code(&self) -> &'static str {
        match self {
            Self::Vanished => "film_gone",
            Self::Changed => "film_other",
            Self::Unreadable(_) => "film_unreadable",
        }
    }
}

impl Why for ProbeError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAFilm | Self::Nothing | Self::TooMuch => "film_unplayable",
            Self::File(error) => error.code(),
            Self::NoTools => "no_ffmpeg",
            Self::Broken(_) => "stream_broken",
        }
    }
}

impl Why for StreamError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unplayable => "film_unplayable",
            Self::TooSlow => "stream_too_slow",
            Self::TooLarge { .. } => "stream_too_large",
            Self::NoTools => "no_ffmpeg",
            Self::Busy { .. } => "too_many_streams",
            Self::DiskFull => "disk_full",
            Self::File(error) => error.code(),
            Self::Exists | Self::Killed | Self::Storage(_) => "stream_broken",
        }
    }
}
