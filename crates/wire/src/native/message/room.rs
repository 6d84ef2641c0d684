//! The room, who is in it, and what they send to it.

use super::Alone;
use serde::{Deserialize, Serialize};

/// The room's settings, as everybody may see them.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RoomInfo {
    /// The code to join it by.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether it has a password.
    pub locked: bool,
    /// Whether newcomers become hosts.
    pub newcomers_may_control: bool,
    /// Who may control the film.
    pub who_controls: WhoMay,
    /// Who may add films: uploads, picks from the library.
    pub who_adds: WhoMay,
    /// Whether nobody new comes in; those who were in may come back.
    pub closed: bool,
    /// Seconds between two messages of one who is no host; 0 if nobody has to wait.
    pub slow_s: u32,
    /// How long the room waits for somebody whose player has run dry, in seconds; 0 for never.
    pub wait_seconds: u32,
}

/// Whose right something is.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum WhoMay {
    /// Hosts alone.
    Hosts,
    /// Everybody in the room.
    Everybody,
}

/// Somebody in the room.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Member {
    /// Their id, unique in this room for its life.
    pub id: u32,
    /// Their name, as they gave it. Two members may have the same.
    pub name: String,
    /// Whether they are a host.
    pub host: bool,
    /// Their connection is lost, and they have a few seconds to come back.
    pub away: bool,
    /// Their player waits for bytes.
    pub stalled: bool,
    /// Until when they watch on their own; null while they are in step.
    pub alone: Option<Alone>,
    /// What they came with: "Matinee", or the name of another system.
    pub client: String,
    /// Whether it shows and sends chat.
    pub chats: bool,
    /// Whether it follows the film.
    pub plays: bool,
    /// Whether it plays a film of its own instead of the room's.
    pub brings_film: bool,
    /// Whether they made the room: nobody mutes them, puts them out or takes their rights. Left out if not.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(test, ts(as = "Option<bool>", optional))]
    pub founder: bool,
    /// Whether a host has muted them; left out if not.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(test, ts(as = "Option<bool>", optional))]
    pub muted: bool,
    /// Which of several whose names look the same: 2 or more for who took the name later, left out for the first.
    /// Show it apart from the name, which may end in a number of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub namesake: Option<u32>,
}

/// For `skip_serializing_if`, which hands a reference.
pub(super) fn is_false(value: &bool) -> bool {
    !*value
}

/// An emoji that people react with.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// How often it came.
    pub count: u32,
}

/// Somebody who is banned.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Ban {
    /// Its number in this room, for `unban`.
    pub id: u32,
    /// What they were called.
    pub name: String,
    /// What the host was called who did it.
    pub by: String,
    /// When.
    pub at_ms: u64,
    /// Whether strangers from the same network address are refused as well. Never where a host, or who made the
    /// room, comes from there too.
    pub address: bool,
    /// How many others were known from that address by then. They stay welcome.
    pub others: u32,
}

/// An upload that has not ended.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Upload {
    /// Its number in this room.
    pub id: u32,
    /// Who sends it.
    pub member: u32,
    /// The film's title.
    pub title: String,
    /// Bytes here so far.
    pub received_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
    /// Nobody sends it just now. It goes on where it is, until it ends, expires or is removed.
    pub paused: bool,
    /// Where who sent it may go on with it, and they and hosts may remove it; null if that is not possible.
    pub url: Option<String>,
}
