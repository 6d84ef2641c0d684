//! The films that come next, what comes after the last one, and how the latest change is taken back.
//!
//! The film that is on is not in the queue. Where the whole queue is repeated, it goes to its end when the next one
//! comes.

use crate::id::{EntryId, MemberId, Timestamp};
use crate::limits;
use crate::playback::{Film, Spot};
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// A film that waits for its turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number, never given twice: the same film may wait twice.
    pub id: EntryId,
    /// The film.
    pub film: Film,
    /// Who brought it; `None` if nobody did.
    pub by: Option<Adder>,
}

/// Who brought a film.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adder {
    /// Who.
    pub member: MemberId,
    /// Their name at that time: they may be gone when it is shown.
    pub name: String,
}

/// What comes again by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// Nothing.
    #[default]
    Off,
    /// The whole queue.
    Queue,
    /// The film that is on.
    Film,
}

/// The latest change that can be taken back.
#[derive(Clone, Debug, PartialEq)]
pub struct Undo {
    /// Its number, never given twice.
    pub number: u64,
    /// What it was.
    pub deed: Deed,
    /// Whose it was; `None` if the room's own.
    pub by: Option<MemberId>,
    /// The title of the film that it was about, if it was about one.
    pub title: Option<String>,
    entries: Vec<Entry>,
    on: Option<Adder>,
    /// What was on, where another film was put on.
    spot: Option<Spot>,
}

/// A change that can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
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

/// The queue of a room.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Queue {
    entries: Vec<Entry>,
    last_entry: u32,
    last_undo: u64,
    /// What comes again by itself.
    pub repeat: Repeat,
    /// When the next film comes by itself, while one that is over is on.
    pub next_at: Option<Timestamp>,
    /// The revision of the playback that the room stays at though it is over: a host wanted so.
    pub(crate) stays: Option<u64>,
    /// Who brought the film that is on.
    pub(crate) on: Option<Adder>,
    #[serde(skip)]
    undo: Option<Undo>,
}

impl Queue {
    /// The films that wait, in their order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The latest change, if it can be taken back.
    #[must_use]
    pub fn undo(&self) -> Option<&Undo> {
        self.undo.as_ref()
    }

    /// Refuses if no more films may wait.
    pub(crate) fn has_place(&self) -> Result<(), Refusal> {
        let entries_max = limits::QUEUE_ENTRIES_MAX;
        match self.entries.len() < entries_max {
            true => Ok(()),
            false => Err(Refusal::QueueFull { entries_max }),
        }
    }

    pub(crate) fn find(&self, id: EntryId) -> Result<usize, Refusal> {
        let found = self.entries.iter().position(|entry| entry.id == id);
        found.ok_or(Refusal::NoSuchEntry)
    }

    /// Puts a film first or last.
    pub(crate) fn add(&mut self, film: Film, by: Option<Adder>, first: bool) {
        self.last_entry += 1;
        let id = EntryId(self.last_entry);
        let index = if first { 0 } else { self.entries.len() };
        self.entries.insert(index, Entry { id, film, by });
    }

    /// The order with an entry before another one, or at the end; `None` if that is how it is.
    pub(crate) fn moved(&self, id: EntryId, before: Option<EntryId>) -> Result<Option<Vec<Entry>>, Refusal> {
        let from = self.find(id)?;
        if before == Some(id) {
            return Ok(None);
        }
        let before = before.map(|before| self.find(before)).transpose()?;
        let mut entries = self.entries.clone();
        let entry = entries.remove(from);
        let to = before.map_or(entries.len(), |to| if from < to { to - 1 } else { to });
        entries.insert(to, entry);
        Ok((entries != self.entries).then_some(entries))
    }

    /// Takes an entry out, by its place.
    pub(crate) fn take(&mut self, index: usize) -> Option<Entry> {
        (index < self.entries.len()).then(|| self.entries.remove(index))
    }

    pub(crate) fn set_entries(&mut self, entries: Vec<Entry>) {
        self.entries = entries;
    }

    /// Remembers what is, right before it is changed; `spot` where the film that is on changes as well.
    pub(crate) fn remember(
        &mut self,
        deed: Deed,
        by: Option<MemberId>,
        title: Option<String>,
        spot: Option<Spot>,
    ) {
        self.last_undo += 1;
        self.undo = Some(Undo {
            number: self.last_undo,
            deed,
            by,
            title,
            entries: self.entries.clone(),
            on: self.on.clone(),
            spot,
        });
    }

    /// Forgets how the latest change is taken back. `false` if there was nothing to forget.
    pub(crate) fn move_on(&mut self) -> bool {
        self.undo.take().is_some()
    }

    /// Takes the latest change back, but for what is on: that is given to the caller.
    pub(crate) fn take_back(&mut self) -> Option<Spot> {
        let undo = self.undo.take()?;
        self.entries = undo.entries;
        self.on = undo.on;
        undo.spot
    }

    /// As it is after a restart: nobody remembers what was changed last, and nothing is about to come.
    pub(crate) fn restored(&mut self) {
        self.next_at = None;
        self.undo = None;
    }
}

impl Undo {
    /// Whether it changed what is on.
    #[must_use]
    pub fn is_of_film(&self) -> bool {
        self.spot.is_some()
    }
}
