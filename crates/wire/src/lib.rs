//! Dialects: what clients of different systems say, to what a room understands, and back.
//!
//! Pure translation. A dialect is a folder that turns one text message into a [`Request`] and an event of
//! the room into [`Frame`]s; it knows no socket and no other dialect. What all of them share is in this file,
//! [`frame`] and [`request`]; [`Dialect`] is the one place that lists them.
//!
//! Adding a dialect: its folder, a variant of [`Dialect`], and the line of routing in the server that
//! recognises its requests.

pub mod frame;
pub mod native;
pub mod request;
pub mod streaming_room;

pub use frame::{Frame, Slot};
pub use request::{Malformed, Place, Request};

use matinee_room::{Client, Event, Identity, Room, Stay};

/// The dialects that this server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Matinee's own, at `/api/rooms/{code}/ws`: `docs/protocol.md`.
    Native,
    /// Streaming Room Server's, on any path: `docs/dialects/streaming-room.md`.
    StreamingRoom,
}

impl Dialect {
    /// The dialect of a connection whose address does not tell, by its first message.
    #[must_use]
    pub fn recognise(text: &str) -> Option<Self> {
        streaming_room::speaks(text).then_some(Self::StreamingRoom)
    }

    /// What a client means by a text message. `place` is where it is, if it is in a room.
    ///
    /// # Errors
    /// [`Malformed`], to be answered with [`Dialect::malformed`]; the connection stays.
    pub fn decode(self, text: &str, place: Option<&Place>) -> Result<Request, Malformed> {
        match self {
            Self::Native => native::decode(text),
            Self::StreamingRoom => streaming_room::decode(text, place),
        }
    }

    /// The messages that tell an event, for every member of its audience who speaks this dialect. Encoded
    /// once, shared by all of them.
    pub fn encode(self, room: &Room, event: &Event) -> Vec<Frame> {
        match self {
            Self::Native => native::encode(room, event),
            Self::StreamingRoom => streaming_room::encode(room, event),
        }
    }

    /// The message that tells its sender why a request was refused: a code for programs, a sentence for
    /// people.
    pub fn refused(self, command: Option<u64>, code: &str, message: &str) -> Frame {
        match self {
            Self::Native => native::refused(command, code, message),
            Self::StreamingRoom => streaming_room::error(message),
        }
    }

    /// The message that tells its sender that it was no message.
    pub fn malformed(self, malformed: &Malformed) -> Frame {
        self.refused(None, malformed.code(), &malformed.to_string())
    }

    /// The answer to [`Request::Ping`], if there is one.
    pub fn pong(self) -> Option<Frame> {
        match self {
            Self::Native => None,
            Self::StreamingRoom => Some(streaming_room::pong()),
        }
    }

    /// What its clients are, and what they can show of a room.
    pub fn client(self) -> Client {
        let (name, plays) = match self {
            Self::Native => ("Matinee", true),
            Self::StreamingRoom => (streaming_room::NAME, false),
        };
        Client {
            name: name.to_owned(),
            chats: true,
            plays,
        }
    }

    /// What becomes of a member's place when the connection is lost.
    pub fn stay(self) -> Stay {
        match self {
            Self::Native => Stay::Kept,
            Self::StreamingRoom => Stay::WhileConnected,
        }
    }

    /// Who its clients are: the owner of the cookie, or somebody known only by an id that is no secret.
    pub fn identity(self, cookie: &Identity) -> Identity {
        match self {
            Self::Native => cookie.clone(),
            Self::StreamingRoom => Identity::new(streaming_room::NAME),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Texts that are nearly messages: the words of all dialects in any order and nesting.
    fn nearly() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"type\"",
            "\"hello\"",
            "\"join-room\"",
            "\"chat-message\"",
            "\"ping\"",
            "\"roomId\"",
            "\"userId\"",
            "\"userName\"",
            "\"content\"",
            "\"id\"",
            "\"seek\"",
            "\"position_ms\"",
            "null",
            "-1",
            "1e999",
            "18446744073709551616",
            "\"\\ud800\"",
            "\"a\"",
            "true",
            "%",
        ]);
        prop::collection::vec(word, 0..40).prop_map(|words| words.concat())
    }

    fn decoded(text: &str) {
        let place = Place {
            room: "a".into(),
            tab: "a".into(),
        };
        let dialects = [
            Some(Dialect::Native),
            Some(Dialect::StreamingRoom),
            Dialect::recognise(text),
        ];
        for dialect in dialects.into_iter().flatten() {
            for place in [None, Some(&place)] {
                if let Err(malformed) = dialect.decode(text, place) {
                    assert!(!dialect.malformed(&malformed).text.is_empty());
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_request_or_refused(text in any::<String>()) {
            decoded(&text);
        }

        #[test]
        fn nearly_a_message_is_a_request_or_refused(text in nearly()) {
            decoded(&text);
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        decoded(&"[".repeat(60_000));
        decoded(&"{\"type\":".repeat(6_000));
    }

    #[test]
    fn a_first_message_tells_the_dialect() {
        assert_eq!(
            Dialect::recognise(r#"{"type":"join-room"}"#),
            Some(Dialect::StreamingRoom)
        );
        assert_eq!(
            Dialect::recognise(r#"{"userId":1,"type":"ping"}"#),
            Some(Dialect::StreamingRoom)
        );
        for other in ["", "null", r#"{"type":"hello"}"#, r#"{"type":1}"#, "join-room"] {
            assert_eq!(Dialect::recognise(other), None, "{other}");
        }
    }
}
