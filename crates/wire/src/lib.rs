//! Dialects: what clients of different systems say, to what a room understands, and back.
//!
//! Pure translation. A dialect is a folder with a [`Speech`]: it turns one text message into a [`Request`]
//! and an event of the room into [`Frame`]s; it knows no socket and no other dialect. What all of them share
//! is in this file, [`speech`], [`frame`], [`opening`] and [`request`]; [`Dialect`] is the one place that lists
//! them.
//!
//! Adding a dialect: its folder, a variant of [`Dialect`], and a line of routing in [`Dialects`] if it is
//! recognised by its first message.

pub mod frame;
pub mod goblet;
pub mod native;
pub mod opening;
pub mod request;
pub mod speech;
pub mod streaming_room;

pub use frame::{Close, Frame, Reply, Slot};
pub use opening::{Handshake, Opening};
pub use request::{Door, Hello, Malformed, NewRoom, Place, Request, Who};
pub use speech::{Ear, Heartbeat, Scene, ServerName, Speech};

/// The dialects that this server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Matinee's own, at `/api/rooms/{code}/ws`: `docs/protocol.md`.
    Native,
    /// Streaming Room Server's, on any path: `docs/dialects/streaming-room.md`.
    StreamingRoom,
    /// Goblet's, over Socket.IO and plain HTTP: `docs/dialects/goblet.md`.
    Goblet,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Native, Self::StreamingRoom, Self::Goblet];

    /// How it is spoken.
    #[must_use]
    pub fn speech(self) -> &'static dyn Speech {
        match self {
            Self::Native => &native::Native,
            Self::StreamingRoom => &streaming_room::StreamingRoom,
            Self::Goblet => &goblet::Goblet,
        }
    }
}

/// The dialects that are on.
#[derive(Clone, Debug)]
pub struct Dialects {
    on: Vec<Dialect>,
}

impl Dialects {
    /// These, and the native one.
    #[must_use]
    pub fn new(on: Vec<Dialect>) -> Self {
        Self { on }
    }

    /// Whether a dialect is on.
    #[must_use]
    pub fn has(&self, dialect: Dialect) -> bool {
        dialect == Dialect::Native || self.on.contains(&dialect)
    }

    /// How a conversation opens whose handshake tells its dialect.
    #[must_use]
    pub fn opening(&self, handshake: &Handshake<'_>) -> Option<Opening> {
        let mut on = self.on.iter().copied();
        on.find_map(|dialect| {
            let opens = dialect.speech().opening(handshake)?;
            Some(Opening { dialect, ..opens })
        })
    }

    /// The dialect of a connection whose handshake does not tell, by its first message.
    #[must_use]
    pub fn recognise(&self, text: &str) -> Option<Dialect> {
        let speaks = |dialect: &Dialect| self.has(*dialect) && dialect.speech().speaks(text);
        [Dialect::StreamingRoom].into_iter().find(speaks)
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
        for dialect in Dialect::ALL {
            for place in [None, Some(&place)] {
                if let Err(malformed) = dialect.speech().decode(text, place) {
                    let reply = dialect.speech().malformed(&malformed, place.is_some());
                    assert!(reply.frames.iter().all(|frame| !frame.text.is_empty()));
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
        let dialects = Dialects::new(Dialect::ALL.to_vec());
        assert_eq!(
            dialects.recognise(r#"{"type":"join-room"}"#),
            Some(Dialect::StreamingRoom)
        );
        assert_eq!(
            dialects.recognise(r#"{"userId":1,"type":"ping"}"#),
            Some(Dialect::StreamingRoom)
        );
        for other in ["", "null", r#"{"type":"hello"}"#, r#"{"type":1}"#, "join-room"] {
            assert_eq!(dialects.recognise(other), None, "{other}");
        }
    }
}
