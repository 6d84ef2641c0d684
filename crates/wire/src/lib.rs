//! Dialects: what clients of different systems say, to what a room understands, and back.
//!
//! Pure translation. A dialect is a folder that turns one text message into a [`Request`] and an event of
//! the room into [`Frame`]s; it knows no socket and no other dialect. What all of them share is in this file
//! and in [`frame`]; [`Dialect`] is the one place that lists them.
//!
//! Adding a dialect: its folder, a variant of [`Dialect`], and the line of routing in the server that
//! recognises its requests.

pub mod frame;
pub mod native;
pub mod request;

pub use frame::{Frame, Slot};
pub use request::{Malformed, Request};

use matinee_room::{Event, Room};

/// The dialects that this server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Matinee's own, at `/api/rooms/{code}/ws`: `docs/protocol.md`.
    Native,
}

impl Dialect {
    /// What a client means by a text message.
    ///
    /// # Errors
    /// [`Malformed`], to be answered with [`Dialect::malformed`]; the connection stays.
    pub fn decode(self, text: &str) -> Result<Request, Malformed> {
        match self {
            Self::Native => native::decode(text),
        }
    }

    /// The messages that tell an event, for every member of its audience who speaks this dialect. Encoded
    /// once, shared by all of them.
    pub fn encode(self, room: &Room, event: &Event) -> Vec<Frame> {
        match self {
            Self::Native => native::encode(room, event),
        }
    }

    /// The message that tells its sender why a request was refused: a code for programs, a sentence for
    /// people.
    pub fn refused(self, command: Option<u64>, code: &str, message: &str) -> Frame {
        match self {
            Self::Native => native::refused(command, code, message),
        }
    }

    /// The message that tells its sender that it was no message.
    pub fn malformed(self, malformed: &Malformed) -> Frame {
        match self {
            Self::Native => native::refused(None, malformed.code(), &malformed.to_string()),
        }
    }
}
