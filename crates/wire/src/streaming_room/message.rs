//! The messages of Streaming Room Server, as its README and its clients have them.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The type of any message.
#[derive(Debug, Deserialize)]
pub(super) struct Typed<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Cow<'a, str>,
}

/// What a client sends.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum ClientMessage {
    /// Enters a room, which is made if it is not there; leaves the one before.
    JoinRoom {
        /// Any name.
        room_id: String,
        /// Any id; one at a time may have it.
        user_id: String,
        /// The name to show.
        user_name: String,
    },
    /// Leaves its room; the connection stays.
    LeaveRoom {},
    /// Asks which rooms there are.
    ListRooms,
    /// Tells that a stream begins.
    StartStreaming {
        /// The sender's own.
        room_id: String,
        /// The sender's own.
        user_id: String,
    },
    /// Tells that it ends.
    StopStreaming {
        /// The sender's own.
        room_id: String,
        /// The sender's own.
        user_id: String,
    },
    /// Says something.
    ChatMessage {
        /// The sender's own.
        room_id: String,
        /// The sender's own.
        user_id: String,
        /// The words.
        content: String,
    },
    /// Asks for `pong`.
    Ping,
}

/// What the server sends.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum ServerMessage {
    /// To the newcomer.
    RoomJoined {
        /// The room's code.
        room_id: String,
        /// The newcomer's id.
        user_id: String,
        /// Everybody in it, the newcomer too.
        participants: Vec<Participant>,
    },
    /// To the others.
    UserJoined {
        /// Who.
        user_id: String,
        /// Their name.
        user_name: String,
        /// Everybody now.
        participants: Vec<Participant>,
    },
    /// To the rest.
    UserLeft {
        /// Who.
        user_id: String,
        /// Everybody now.
        participants: Vec<Participant>,
    },
    /// To everyone.
    UserStreamingStarted {
        /// Who.
        user_id: String,
        /// Everybody now.
        participants: Vec<Participant>,
    },
    /// To everyone.
    UserStreamingStopped {
        /// Who.
        user_id: String,
        /// Everybody now.
        participants: Vec<Participant>,
    },
    /// To everyone, the sender too, once.
    ChatMessage {
        /// Who.
        user_id: String,
        /// Their name.
        user_name: String,
        /// The words.
        content: String,
        /// When, in milliseconds since the Unix epoch.
        timestamp: u64,
    },
    /// What cannot be done, and why.
    Error {
        /// A sentence.
        message: String,
    },
    /// The answer to `list-rooms`.
    RoomsList {
        /// None: rooms are for those who know their names.
        rooms: Vec<()>,
    },
    /// The answer to `ping`.
    Pong,
}

/// Somebody in the room.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Participant {
    /// Their id.
    pub user_id: String,
    /// Their name.
    pub user_name: String,
    /// Whether they stream.
    pub is_streaming: bool,
}
