//! What a room has besides when games relay their messages through it.

use crate::id::Timestamp;
use serde::{Deserialize, Serialize};

/// What was asked for when the room was made, and what its game keeps with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Relay {
    /// How many members it takes, if fewer than the server allows.
    pub members_max: Option<usize>,
    /// The address at which players find the game.
    pub url: Option<String>,
    /// The page from which the room was made.
    pub origin: Option<String>,
    /// Whether the first member owns the room: they alone keep its state and may close it, and it ends when they
    /// are gone for [`FIRST_GONE_MS_MAX`](crate::limits::FIRST_GONE_MS_MAX). Other rooms have no such member.
    pub owned: bool,
    /// The game's state, as JSON.
    pub(crate) state: Option<Box<str>>,
    /// When the room ends unless its first member comes back.
    pub(crate) ends_at: Option<Timestamp>,
}

impl Relay {
    /// The game's state, as JSON, if it has set one.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }
}
