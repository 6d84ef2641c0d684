//! The queue, its votes and its undo, as they stand on the wire and as they are made of the room's.

use matinee_room::{Deed, Room};
use serde::{Deserialize, Serialize};

/// The films that come next. The one that is on is not among them.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Queue {
    /// In their order.
    pub entries: Vec<Entry>,
    /// What comes again by itself.
    pub repeat: Repeat,
    /// When the next film, or the same again, comes by itself; null but for the seconds after a film's end.
    pub next_at_ms: Option<u64>,
}

/// A film that waits in the queue.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Entry {
    /// Its id in this room, never given twice: the same film may wait twice.
    pub id: u32,
    /// The film's id.
    pub film: String,
    /// The film's title.
    pub title: String,
    /// How long it is, if that is known.
    pub duration_ms: Option<u64>,
    /// Who added it; null if the room did.
    pub member: Option<u32>,
    /// Their name at that time.
    pub name: Option<String>,
}

/// What comes again by itself.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// Nothing.
    Off,
    /// The whole queue: what was on goes to its end.
    Queue,
    /// The film that is on.
    Film,
}

/// The latest change of the queue or of the film.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Undo {
    /// Its number, for `undo`.
    pub number: u64,
    /// What it was.
    pub what: Undoable,
    /// Whose it was; null if the room's own.
    pub member: Option<u32>,
    /// The title of the film that it was about; null for `cleared`. For `skipped` it is the film that was left.
    pub title: Option<String>,
}

/// What can be undone.
#[derive(Clone, Copy, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Undoable {
    /// A film came into the queue.
    Added,
    /// One got another place in it.
    Moved,
    /// One was taken out.
    Removed,
    /// All were taken out.
    Cleared,
    /// A film was put on.
    PutOn,
    /// A film was left for the next one.
    Skipped,
}

/// Votes to skip the film that is on.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Votes {
    /// Whose count: members who watch the film and are not away.
    pub members: Vec<u32>,
    /// How many it takes.
    pub needed: u32,
}

/// What a newcomer is told of the queue: nothing, where nothing waits and nothing is repeated.
pub(super) fn told(queue: &matinee_room::Queue) -> Option<Queue> {
    let is_bare =
        queue.entries().is_empty() && queue.repeat == matinee_room::Repeat::Off && queue.next_at.is_none();
    (!is_bare).then(|| queue.into())
}

/// The votes to skip the film that is on, if there are any.
pub(super) fn votes(room: &Room) -> Option<Votes> {
    let votes = room.votes();
    (votes.needed() > 0).then(|| Votes {
        members: votes.counted().iter().map(|member| member.0).collect(),
        needed: u32::try_from(votes.needed()).unwrap_or(u32::MAX),
    })
}

impl From<&matinee_room::Queue> for Queue {
    fn from(queue: &matinee_room::Queue) -> Self {
        Self {
            entries: queue.entries().iter().map(Into::into).collect(),
            repeat: queue.repeat.into(),
            next_at_ms: queue.next_at.map(|at| at.0),
        }
    }
}

impl From<&matinee_room::Entry> for Entry {
    fn from(entry: &matinee_room::Entry) -> Self {
        Self {
            id: entry.id.0,
            film: entry.film.id.to_string(),
            title: entry.film.title.clone(),
            duration_ms: entry.film.duration_ms,
            member: entry.by.as_ref().map(|by| by.member.0),
            name: entry.by.as_ref().map(|by| by.name.clone()),
        }
    }
}

impl From<&matinee_room::Undo> for Undo {
    fn from(undo: &matinee_room::Undo) -> Self {
        Self {
            number: undo.number,
            what: match undo.deed {
                Deed::Added => Undoable::Added,
                Deed::Moved => Undoable::Moved,
                Deed::Removed => Undoable::Removed,
                Deed::Cleared => Undoable::Cleared,
                Deed::PutOn => Undoable::PutOn,
                Deed::Skipped => Undoable::Skipped,
            },
            member: undo.by.map(|member| member.0),
            title: undo.title.clone(),
        }
    }
}

impl From<matinee_room::Repeat> for Repeat {
    fn from(repeat: matinee_room::Repeat) -> Self {
        match repeat {
            matinee_room::Repeat::Off => Self::Off,
            matinee_room::Repeat::Queue => Self::Queue,
            matinee_room::Repeat::Film => Self::Film,
        }
    }
}

impl From<Repeat> for matinee_room::Repeat {
    fn from(repeat: Repeat) -> Self {
        match repeat {
            Repeat::Off => Self::Off,
            Repeat::Queue => Self::Queue,
            Repeat::Film => Self::Film,
        }
    }
}
