//! Whom hosts have muted, put out or banned, and how they are known again.

use crate::id::{Identity, MemberId, Network, Tab, Timestamp};
use crate::limits;
use serde::{Deserialize, Serialize};

/// What was done about somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// They cannot speak.
    Mute,
    /// They are out for a moment.
    Kick,
    /// They are out for as long as the room is there.
    Ban,
}

/// A measure that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sanction {
    /// Its number, counted up from 1.
    pub id: u32,
    /// What was done.
    pub measure: Measure,
    /// What they were called.
    pub name: String,
    /// What the host was called.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// How many others had come from where they came.
    pub others: usize,
    pub(crate) identity: Identity,
    /// Which tab, where the identity is that of many.
    pub(crate) tab: Option<Tab>,
    /// Where they came from, if those who are new from there are meant as well.
    pub(crate) network: Option<Network>,
    /// The last who had come by then: nobody who was known before is meant by where they come from.
    pub(crate) newest: MemberId,
}

/// Somebody of whom it is asked whether they are meant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suspect<'a> {
    pub(crate) identity: &'a Identity,
    pub(crate) tab: &'a Tab,
    pub(crate) network: Option<&'a Network>,
    /// The number under which they first came, if they did.
    pub(crate) known: Option<MemberId>,
}

impl Sanction {
    /// Whether it also meets those who are new from where they came.
    #[must_use]
    pub fn meets_network(&self) -> bool {
        self.network.is_some()
    }

    /// Whether it is about the same person.
    fn is_about(&self, identity: &Identity, tab: Option<&Tab>) -> bool {
        self.identity == *identity && self.tab.as_ref() == tab
    }

    fn meets(&self, suspect: &Suspect<'_>) -> bool {
        let same_tab = self.tab.as_ref().is_none_or(|tab| tab == suspect.tab);
        let themself = self.identity == *suspect.identity && same_tab;
        let is_new = suspect.known.is_none_or(|known| known > self.newest);
        let from_there = self.network.is_some() && self.network.as_ref() == suspect.network;
        themself || (from_there && is_new)
    }

    fn holds(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// All that hold in a room, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sanctions {
    list: Vec<Sanction>,
    last_id: u32,
}

impl Sanctions {
    /// Those of one kind.
    pub(crate) fn of(&self, measure: Measure) -> impl Iterator<Item = &Sanction> {
        self.list.iter().filter(move |one| one.measure == measure)
    }

    /// Whether one of this kind could meet somebody of this identity, from there.
    pub(crate) fn suspects(&self, measure: Measure, identity: &Identity, network: Option<&Network>) -> bool {
        let could = |one: &Sanction| {
            one.identity == *identity || (network.is_some() && one.network.as_ref() == network)
        };
        self.of(measure).any(could)
    }

    /// The one of this kind that meets somebody now: of several the one that lasts longest.
    pub(crate) fn meeting(
        &self,
        now: Timestamp,
        measure: Measure,
        suspect: &Suspect<'_>,
    ) -> Option<&Sanction> {
        let meets = |one: &&Sanction| one.holds(now) && one.meets(suspect);
        let end = |one: &&Sanction| one.until.unwrap_or(Timestamp(u64::MAX));
        self.of(measure).filter(meets).max_by_key(end)
    }

    /// Puts one in, in place of one of the same kind about the same person; a ban also in place of a kick, which
    /// would else outlast it. `false` if there is no place.
    pub(crate) fn put(&mut self, mut sanction: Sanction) -> bool {
        let same = |one: &Sanction| {
            let replaced = one.measure == sanction.measure
                || (one.measure == Measure::Kick && sanction.measure == Measure::Ban);
            replaced && one.is_about(&sanction.identity, sanction.tab.as_ref())
        };
        if self.list.iter().any(same) {
            self.list.retain(|one| !same(one));
        } else if self.list.len() >= limits::SANCTIONS_MAX {
            let kick = self.list.iter().position(|one| one.measure == Measure::Kick);
            let Some(kick) = kick else {
                return false;
            };
            self.list.remove(kick);
        }
        self.last_id += 1;
        sanction.id = self.last_id;
        self.list.push(sanction);
        true
    }

    /// Lifts one by its number, if it is of this kind.
    pub(crate) fn lift(&mut self, measure: Measure, id: u32) -> Option<Sanction> {
        let found = |one: &Sanction| one.measure == measure && one.id == id;
        let index = self.list.iter().position(found)?;
        Some(self.list.remove(index))
    }

    /// Lifts all of a kind that meet somebody.
    pub(crate) fn lift_all(&mut self, measure: Measure, suspect: &Suspect<'_>) {
        self.list
            .retain(|one| one.measure != measure || !one.meets(suspect));
    }

    /// Forgets those that have ended. `false` if none has.
    pub(crate) fn forget(&mut self, now: Timestamp) -> bool {
        let before = self.list.len();
        self.list.retain(|one| one.holds(now));
        self.list.len() < before
    }

    /// When the next one ends.
    pub(crate) fn next_end(&self) -> Option<Timestamp> {
        self.list.iter().filter_map(|one| one.until).min()
    }
}
