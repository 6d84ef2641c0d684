//! The messages of VideoSync, as its README and its clients have them. Times are seconds of the film; moments
//! are milliseconds since the Unix epoch.

use serde::{Deserialize, Serialize};

/// What a client sends, in the words of any generation.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Tells what the sender's player does. Only a host's is followed.
    #[serde(alias = "stateUpdate")]
    StateUpdate {
        /// What it does. What else stands in it does not matter.
        state: PlayerState,
    },
    /// Goes to a position, for a host; asks for the state again, for anybody else.
    #[serde(rename_all = "camelCase")]
    ForceSync {
        /// Where the sender's player stands.
        current_time: f64,
    },
    /// Asks for `heartbeatAck`.
    Heartbeat,
    /// Answers a `heartbeat`, which this server does not send.
    #[serde(rename = "heartbeatAck")]
    HeartbeatAck,
}

/// What a player does.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct PlayerState {
    /// Whether it stands still.
    pub paused: bool,
    /// Where it stands.
    pub current_time: f64,
    /// Its speed. Clients that do not tell it always play at the film's own.
    #[serde(default = "own_speed")]
    pub playback_rate: f64,
}

fn own_speed() -> f64 {
    1.0
}

/// What the server sends.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// To a newcomer, and to a member who has become host or is host no more.
    #[serde(rename_all = "camelCase")]
    Init {
        /// Whether the receiver is host.
        is_host: bool,
        /// What plays.
        state: State,
        /// Now.
        timestamp: u64,
    },
    /// To everyone, the sender too.
    StateUpdate {
        /// What plays.
        state: State,
        /// Now.
        timestamp: u64,
    },
    /// The same by its newer name.
    #[serde(rename = "stateUpdate")]
    NewerStateUpdate {
        /// What plays.
        state: State,
        /// Now.
        timestamp: u64,
    },
    /// The film has another address.
    #[serde(rename_all = "camelCase")]
    ServerChange {
        /// It: the film is there, and at `/video` below.
        new_url: String,
    },
    /// The answer to `heartbeat`.
    #[serde(rename = "heartbeatAck")]
    HeartbeatAck,
}

/// What plays. Also the answer to `GET /api/sessions/{key}`.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// Whether it stands still.
    pub paused: bool,
    /// Where a player has to be at `lastUpdated`.
    pub current_time: f64,
    /// Its speed.
    pub playback_rate: f64,
    /// Where the film is, for the one who is told.
    pub streaming_url: String,
    /// Always empty: whose it is has it already.
    pub host_token: &'static str,
    /// The moment for which this holds: now.
    pub last_updated: u64,
}
