//! Dialects: what clients of different systems say, to what a room understands, and back.
//!
//! Pure translation. A dialect is a folder with a [`Speech`]: it turns one text message into a [`Request`]
//! and an event of the room into [`Frame`]s; it knows no socket and no other dialect. What all of them share
//! is in this file, [`speech`], [`frame`], [`opening`], [`request`] and `public_id`; [`Dialect`] is the one place
//! that lists them, and [`dialects`] tells which of them somebody speaks.
//!
//! Adding a dialect: its folder, a variant of [`Dialect`], and a line of routing in [`Dialects`] if it is
//! recognised by its first message.

pub mod dialects;
pub mod frame;
pub mod goblet;
pub mod native;
pub mod opening;
pub mod party_sockets;
mod public_id;
pub mod request;
pub mod speech;
pub mod stream_go;
pub mod streaming_room;
pub mod video_sync;

pub use dialects::Dialects;
pub use frame::{Close, Frame, Reply, Slot};
pub use opening::{Handshake, Opening};
pub use request::{Door, Hello, Malformed, NewRoom, Place, Request, Which, Who};
pub use speech::{Ear, Heartbeat, Scene, ServerName, Share, Speech};

/// The dialects that this server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Matinee's own, at `/api/rooms/{code}/ws`: `docs/protocol.md`.
    Native,
    /// StreamGo's parties, by the handshake's subprotocol: `docs/dialects/streamgo.md`.
    StreamGo,
    /// Streaming Room Server's, on any path: `docs/dialects/streaming-room.md`.
    StreamingRoom,
    /// Party-Sockets', version 1, on any path: `docs/dialects/party-sockets.md`.
    PartySockets1,
    /// Party-Sockets', version 2, at `/v2`.
    PartySockets2,
    /// Goblet's, over Socket.IO and plain HTTP: `docs/dialects/goblet.md`.
    Goblet,
    /// VideoSync's, at `/ws?sessionKey=`: `docs/dialects/videosync.md`.
    VideoSync,
    /// The same in the words of newer clients, at `/ws?sessionID=`.
    VideoSyncNewer,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Native,
        Self::StreamGo,
        Self::StreamingRoom,
        Self::PartySockets1,
        Self::PartySockets2,
        Self::Goblet,
        Self::VideoSync,
        Self::VideoSyncNewer,
    ];

    /// How it is spoken.
    #[must_use]
    pub fn speech(self) -> &'static dyn Speech {
        match self {
            Self::Native => &native::Native,
            Self::StreamGo => &stream_go::StreamGo,
            Self::StreamingRoom => &streaming_room::StreamingRoom,
            Self::PartySockets1 => &party_sockets::v1::PartySockets1,
            Self::PartySockets2 => &party_sockets::v2::PartySockets2,
            Self::Goblet => &goblet::Goblet,
            Self::VideoSync => &video_sync::VideoSync::Older,
            Self::VideoSyncNewer => &video_sync::VideoSync::Newer,
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
            "\"state_update\"",
            "\"force_sync\"",
            "\"state\"",
            "\"paused\"",
            "\"currentTime\"",
            "\"playbackRate\"",
            "\"position_ms\"",
            "\"create\"",
            "\"join\"",
            "\"send\"",
            "\"set_state\"",
            "\"clientId\"",
            "\"maxClients\"",
            "\"room\"",
            "\"url\"",
            "\"https://a.example/{room}\"",
            "\"to\"",
            "\"data\"",
            "null",
            "-1",
            "1e999",
            "18446744073709551616",
            "\"\\ud800\"",
            "\"a\"",
            "true",
            "%",
            "cmd:",
            "state:",
            "\"time\"",
            "\"paused\"",
            "\"playbackSpeed\"",
            "toggle:",
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
}
