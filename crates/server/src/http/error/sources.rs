//! What becomes of the errors of rooms, films, uploads and the rest over HTTP.

use super::ApiError;
use crate::extras::AddError;
use crate::fullness::Full;
use crate::goblet::{FormError, GobletError};
use crate::makers::TooManyRooms;
use crate::passwords::PasswordError;
use crate::rates::TooFast;
use crate::rooms::{RoomGone, RoomsError};
use crate::uploads::{CompleteError, NoPlace};
use axum::http::StatusCode;
use matinee_media::{Blame, ScanError, SubtitleError, UploadError};
use matinee_room::Refusal;

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal {
            Refusal::NotHost
            | Refusal::StateNotYours
            | Refusal::RoomNotYours
            | Refusal::NotMember
            | Refusal::Founder
            | Refusal::Yourself
            | Refusal::Muted
            | Refusal::ClosedToNewcomers
            | Refusal::Kicked { .. }
            | Refusal::Banned
            | Refusal::NotWatching
            | Refusal::WrongPassword
            | Refusal::PasswordNeeded => StatusCode::FORBIDDEN,
            Refusal::RoomClosed
            | Refusal::NoSuchMember
            | Refusal::NoSuchBan
            | Refusal::NoFilm
            | Refusal::NoSuchEntry => StatusCode::NOT_FOUND,
            Refusal::TooSoon { .. } => StatusCode::TOO_MANY_REQUESTS,
            Refusal::LastHost
            | Refusal::TabTaken
            | Refusal::FilmChanged
            | Refusal::Alone
            | Refusal::NothingNext
            | Refusal::PlaysAlready
            | Refusal::NobodyAsks
            | Refusal::UndoGone => StatusCode::CONFLICT,
            Refusal::RoomFull { .. }
            | Refusal::QueueFull { .. }
            | Refusal::TooManyBans { .. }
            | Refusal::TooManyUploads { .. }
            | Refusal::TooManyKeptUploads { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Refusal::StateTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::TabInvalid { .. }
            | Refusal::NameEmpty
            | Refusal::NameTooLong { .. }
            | Refusal::TextEmpty
            | Refusal::NoReaction
            | Refusal::MinutesOutOfRange { .. }
            | Refusal::SlowOutOfRange { .. }
            | Refusal::StateMissing
            | Refusal::TextTooLong { .. }
            | Refusal::RateOutOfRange { .. }
            | Refusal::WaitOutOfRange { .. }
            | Refusal::DurationOutOfRange => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, refusal.code(), refusal.to_string())
    }
}

impl From<TooFast> for ApiError {
    fn from(error: TooFast) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_fast", error.to_string())
    }
}

impl From<RoomsError> for ApiError {
    fn from(error: RoomsError) -> Self {
        match error {
            RoomsError::Full => Self::new(StatusCode::SERVICE_UNAVAILABLE, "server_full", error.to_string()),
            RoomsError::Closed => Self::no_such_room(),
            RoomsError::Stopping => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "restarting", error.to_string())
            }
            RoomsError::TooManyCodes { wait } => Self {
                wait: Some(wait),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_codes", error.to_string())
            },
            RoomsError::Store(_) | RoomsError::Random(_) => Self::internal(&error),
        }
    }
}

impl From<Full> for ApiError {
    fn from(full: Full) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "server_full", full.to_string())
    }
}

impl From<RoomGone> for ApiError {
    fn from(_: RoomGone) -> Self {
        let message = "The room was just put away. Try again.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "restarting", message)
    }
}

impl From<TooManyRooms> for ApiError {
    fn from(error: TooManyRooms) -> Self {
        Self {
            wait: Some(error.wait),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_rooms", error.to_string())
        }
    }
}

impl From<PasswordError> for ApiError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::TooLong => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.code(), error.to_string())
            }
            PasswordError::Failed => Self::internal(&error),
        }
    }
}

impl From<UploadError> for ApiError {
    fn from(error: UploadError) -> Self {
        let (status, code) = match &error {
            UploadError::Empty => (StatusCode::UNPROCESSABLE_ENTITY, "upload_empty"),
            UploadError::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "upload_too_large"),
            UploadError::NotAVideo { .. } => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_a_video"),
            UploadError::TooShort { .. } => (StatusCode::BAD_REQUEST, "upload_length"),
            UploadError::TooLong { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "upload_length"),
            UploadError::Gone => (StatusCode::NOT_FOUND, "no_such_upload"),
            UploadError::Busy { .. } => (StatusCode::SERVICE_UNAVAILABLE, "too_many_uploads"),
            UploadError::DiskFull => (StatusCode::INSUFFICIENT_STORAGE, "disk_full"),
            UploadError::AlreadyEnded | UploadError::Storage(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        };
        if error.blame() != Blame::Peer {
            tracing::warn!(?error, "an upload failed");
        }
        Self::new(status, code, error.to_string())
    }
}

impl From<NoPlace> for ApiError {
    fn from(error: NoPlace) -> Self {
        let (status, code) = match error {
            NoPlace::Room { .. } => (StatusCode::INSUFFICIENT_STORAGE, "room_storage_full"),
            NoPlace::Server { .. } => (StatusCode::INSUFFICIENT_STORAGE, "server_storage_full"),
            NoPlace::TooMany => (StatusCode::SERVICE_UNAVAILABLE, "too_many_uploads"),
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<CompleteError> for ApiError {
    fn from(error: CompleteError) -> Self {
        match error {
            CompleteError::Bytes(error) => error.into(),
            CompleteError::Record(error) if error.is_disk_full() => {
                tracing::warn!(%error, "an upload failed");
                UploadError::DiskFull.into()
            }
            CompleteError::Record(error) => error.into(),
        }
    }
}

impl From<SubtitleError> for ApiError {
    fn from(error: SubtitleError) -> Self {
        let (status, code) = match error {
            SubtitleError::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "subtitles_too_large"),
            SubtitleError::Unknown => (StatusCode::UNPROCESSABLE_ENTITY, "no_subtitles"),
            SubtitleError::TooMany { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "too_many_lines"),
            SubtitleError::File(_) => return Self::internal(&error),
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<AddError> for ApiError {
    fn from(error: AddError) -> Self {
        let (status, code) = match error {
            AddError::Unreadable(error) => return error.into(),
            AddError::FilmIsFull => (StatusCode::CONFLICT, "too_many_subtitles"),
            AddError::RoomIsFull => (StatusCode::INSUFFICIENT_STORAGE, "room_storage_full"),
            AddError::ServerIsFull => (StatusCode::INSUFFICIENT_STORAGE, "server_storage_full"),
            AddError::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            AddError::Store(error) if error.is_disk_full() => return UploadError::DiskFull.into(),
            AddError::Store(error) => return error.into(),
            AddError::Random(_) => return Self::internal(&error),
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<ScanError> for ApiError {
    fn from(error: ScanError) -> Self {
        tracing::warn!(%error, "library not scanned");
        let message = "The library folder cannot be read. Ask who runs this server to check it.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "library_unreadable", message)
    }
}

impl From<GobletError> for ApiError {
    fn from(error: GobletError) -> Self {
        let (status, code) = match error {
            GobletError::NotYours => (StatusCode::FORBIDDEN, "not_yours"),
            GobletError::Locked => (StatusCode::FORBIDDEN, "password_needed"),
            GobletError::BadMode | GobletError::BadTime | GobletError::BadLink => {
                (StatusCode::UNPROCESSABLE_ENTITY, "bad_query")
            }
            GobletError::Form(FormError::NotAForm) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_a_form"),
            GobletError::Form(FormError::NoFile) => (StatusCode::UNPROCESSABLE_ENTITY, "upload_empty"),
            GobletError::Form(FormError::Broken | FormError::CutShort) => {
                (StatusCode::BAD_REQUEST, "bad_body")
            }
            GobletError::TooFast(_) => (StatusCode::TOO_MANY_REQUESTS, "too_fast"),
            GobletError::Full | GobletError::TooManyTabs => (StatusCode::SERVICE_UNAVAILABLE, "room_full"),
            GobletError::Restarting => (StatusCode::SERVICE_UNAVAILABLE, "restarting"),
            GobletError::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
            GobletError::Room(refusal) => return refusal.into(),
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<matinee_store::StoreError> for ApiError {
    fn from(error: matinee_store::StoreError) -> Self {
        Self::internal(&error)
    }
}
