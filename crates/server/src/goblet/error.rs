//! Why a client of Goblet does not get what it asks for. `http/error` gives each its status; over Socket.IO
//! the sentence alone goes out.

use super::form::FormError;
use crate::http::error::ApiError;
use crate::rates::TooFast;
use crate::rooms::RoomsError;
use axum::response::{IntoResponse, Response};
use matinee_room::Refusal;
use matinee_store::StoreError;
use thiserror::Error;

/// Why not.
#[derive(Debug, Error)]
pub(crate) enum GobletError {
    /// The id is somebody else's.
    #[error("That is not this browser's id. Ask /id for it.")]
    NotYours,
    /// Not something that players do.
    #[error("The mode must be play, pause or seek.")]
    BadMode,
    /// No position.
    #[error("The time must be in seconds, such as 12.5.")]
    BadTime,
    /// No address of a film.
    #[error("Give the address of a film as v; it must begin with http:// or https://.")]
    BadLink,
    /// As many as may are there.
    #[error("The lobby is full. Come back later.")]
    Full,
    /// Too many connections of one browser.
    #[error("This browser has too many tabs here. Close one of them.")]
    TooManyTabs,
    /// Too much at once.
    #[error(transparent)]
    TooFast(#[from] TooFast),
    /// A password that Goblet cannot ask for.
    #[error("The lobby has a password. Goblet cannot ask for it: come by Matinee's page.")]
    Locked,
    /// The room is not there just now.
    #[error("The server restarts. Try again in a moment.")]
    Restarting,
    /// The room refused.
    #[error(transparent)]
    Room(Refusal),
    /// No file in a form.
    #[error(transparent)]
    Form(#[from] FormError),
    /// The database failed, or chance did.
    #[error("Something went wrong on the server. Try again in a moment.")]
    Internal,
}

impl From<Refusal> for GobletError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::PasswordNeeded | Refusal::WrongPassword => Self::Locked,
            Refusal::RoomFull { .. } => Self::Full,
            refusal => Self::Room(refusal),
        }
    }
}

impl From<StoreError> for GobletError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "Goblet: a request failed");
        Self::Internal
    }
}

impl From<RoomsError> for GobletError {
    fn from(error: RoomsError) -> Self {
        match error {
            RoomsError::Full => Self::Full,
            // One that was closed is there again as soon as it is forgotten.
            RoomsError::Stopping | RoomsError::Closed => Self::Restarting,
            RoomsError::TooManyCodes { .. } => Self::TooFast(TooFast),
            RoomsError::Store(_) | RoomsError::Random(_) => {
                tracing::error!(%error, "Goblet: the lobby cannot be opened");
                Self::Internal
            }
        }
    }
}

/// A refusal as Goblet's clients get it: plain text.
#[derive(Debug)]
pub(crate) struct TextError(ApiError);

impl<E: Into<ApiError>> From<E> for TextError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for TextError {
    fn into_response(self) -> Response {
        self.0.into_text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lobby_that_was_closed_is_tried_again_and_no_failure_of_ours() {
        assert!(matches!(
            GobletError::from(RoomsError::Closed),
            GobletError::Restarting
        ));
    }
}
