//! Somebody in the room, and what they came with.
//!
//! [`members`] has all of them, who was here, and who takes over.

mod members;

pub(crate) use members::Members;

use crate::id::{Identity, MemberId, Network, Tab, Timestamp};
use crate::playback::Told;
use crate::skew::Measured;
use crate::text::Looks;
use serde::{Deserialize, Serialize};

/// Somebody in the room: one tab of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Their id.
    pub id: MemberId,
    /// Their name.
    pub name: String,
    /// Whether they may control.
    pub host: bool,
    /// Whether their player waits for bytes.
    pub stalled: bool,
    /// `Some` while their connection is lost: when their place is given up.
    pub away_until: Option<Timestamp>,
    /// Their one-way latency as measured; 0 before.
    pub latency_ms: u32,
    /// How far the round trip is from twice that, in the mean.
    #[serde(default)]
    pub jitter_ms: u32,
    /// The highest command number that was carried out for them.
    pub last_command: u64,
    /// What they call the room: its code, or how they spell it.
    pub calls_room: String,
    /// What they came with.
    pub client: Client,
    /// `Some` while they watch on their own. Kept while they are away, so that they come back as they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<Alone>,
    /// Whether they stream something of their own to others, outside this server.
    pub streaming: bool,
    /// What their own player told last, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) told: Option<Told>,
    /// How far their player was off, as it told last.
    #[serde(skip)]
    pub skew: Option<Measured>,
    /// Whether they hear how far everybody's player is off.
    #[serde(skip)]
    pub hears_skews: bool,
    /// Which of several whose names look the same: 2 or more for those who took it later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namesake: Option<u32>,
    /// How the name looks.
    #[serde(default)]
    pub(crate) looks: Looks,
    /// Whether they may not speak, by a host's will.
    #[serde(default)]
    pub muted: bool,
    /// When they spoke last; from when they have all their reactions again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) said_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) reacts_from: Timestamp,
    pub(crate) identity: Identity,
    /// Whether the identity is theirs alone: a cookie or a secret, not that of all who bring none.
    #[serde(default)]
    pub(crate) personal: bool,
    /// Where they come from, as they came last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) network: Option<Network>,
    pub(crate) tab: Tab,
    /// What becomes of their place when the connection is lost.
    pub stay: Stay,
}

/// What somebody came with, and what it can show of a room, for the others to know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// What it is called.
    pub name: String,
    /// Whether it shows and sends chat.
    pub chats: bool,
    /// Whether it follows the film.
    pub plays: bool,
    /// Whether it plays a film of its own instead of the room's.
    #[serde(default)]
    pub brings_film: bool,
    /// Whether it plays the film's stream where there is one, and not the file.
    #[serde(default)]
    pub streams: bool,
    /// Whether it asks its people whether they are ready, and tells.
    #[serde(default)]
    pub answers: bool,
    /// Whether its people have no names: their number stands behind the word that stands for one.
    #[serde(default)]
    pub nameless: bool,
    /// Whether it has to be told the position again and again while the film plays: it has no clock of the
    /// server's.
    #[serde(default)]
    pub paced: bool,
}

impl Client {
    /// What a member is called who came with it.
    pub(crate) fn call(&self, name: String, id: MemberId) -> String {
        if self.nameless {
            format!("{name} {}", id.0)
        } else {
            name
        }
    }
}

/// Until when somebody watches on their own, if not until another film is put on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alone {
    /// Until they come back.
    UntilBack,
    /// Until the film plays for all, or they come back before.
    UntilPlay,
}

/// What becomes of a member's place when the connection is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stay {
    /// It is kept for a while, and the member is remembered.
    Kept,
    /// It is gone with the connection.
    WhileConnected,
    /// It is gone with the connection, but whoever comes back has their old number and rights.
    Remembered,
}

impl Member {
    /// Whether their connection is lost.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.away_until.is_some()
    }

    /// Whether they watch on their own, and until when. Who is away watches nothing.
    #[must_use]
    pub fn watches_alone(&self) -> Option<Alone> {
        self.alone.filter(|_| !self.is_away())
    }

    /// Whether they are here and in step with the room's film: they count where it is asked what those who watch want.
    #[must_use]
    pub fn watches(&self) -> bool {
        !self.is_away() && self.client.plays && !self.client.brings_film && self.alone.is_none()
    }

    /// The mark of their tab; in dialects whose clients choose an id of their own, that id.
    #[must_use]
    pub fn tab(&self) -> &Tab {
        &self.tab
    }

    /// What to call them where there is no place beside the name: with their number, if others have the same.
    #[must_use]
    pub fn called(&self) -> String {
        called(&self.name, self.namesake)
    }

    /// Whether both are the same person, as far as anybody can know.
    pub(crate) fn is_same_person(&self, other: &Self) -> bool {
        self.id == other.id || (self.personal && other.personal && self.identity == other.identity)
    }

    /// Whether this is that tab of that person.
    #[must_use]
    pub fn is(&self, identity: &Identity, tab: &Tab) -> bool {
        self.identity == *identity && self.tab == *tab
    }
}

/// A name, with its number among those that look the same.
pub(crate) fn called(name: &str, namesake: Option<u32>) -> String {
    match namesake {
        Some(number) => format!("{name} ({number})"),
        None => name.to_owned(),
    }
}
