//! Waiting for members whose players have run dry: for whom, how long still, and how much each has had of it.

use crate::id::{MemberId, Timestamp};
use crate::limits;
use serde::{Deserialize, Serialize};

/// The room waits: its film stands still, though nobody paused it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Since when.
    pub(crate) since: Timestamp,
    /// When it ends at the latest, whoever joins it.
    pub(crate) ends_at: Timestamp,
    /// For whom.
    pub holders: Vec<Holder>,
}

/// Somebody the room waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Who.
    pub member: MemberId,
    /// How much their player has loaded ahead, if they told.
    pub buffered_ms: Option<u64>,
    pub(crate) since: Timestamp,
    /// Until when they are waited for at most.
    pub(crate) until: Timestamp,
}

impl Hold {
    /// When the film goes on at the latest, as things are.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        let last = self.holders.iter().map(|holder| holder.until).max();
        last.unwrap_or(self.since).min(self.ends_at)
    }

    /// When somebody's time is up.
    pub(crate) fn next_deadline(&self) -> Timestamp {
        let first = self.holders.iter().map(|holder| holder.until).min();
        first.unwrap_or(self.since).min(self.ends_at)
    }
}

/// What somebody has had of the others' time of late. It begins anew when they have had none for
/// [`WAIT_WINDOW_MS`](limits::WAIT_WINDOW_MS), so that in no stretch of that length they have more than there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Budget {
    spent_ms: u64,
    last: Timestamp,
}

impl Budget {
    fn spent_ms(&self, now: Timestamp) -> u64 {
        match now.ms_since(self.last) < limits::WAIT_WINDOW_MS {
            true => self.spent_ms,
            false => 0,
        }
    }

    fn spend(&mut self, now: Timestamp, ms: u64) {
        // However short: each time the film stops for everybody.
        self.spent_ms = self.spent_ms(now).saturating_add(ms.max(limits::WAIT_MS_MIN));
        self.last = now;
    }
}

/// Whether the room waits, and what has been spent on that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) hold: Option<Hold>,
    /// The revision with which the film came that all this is about.
    film: u64,
    members: Vec<(MemberId, Budget)>,
    room: Budget,
}

impl Waiting {
    /// Forgets what was spent on another film, and what was spent long ago.
    pub(crate) fn tidy(&mut self, now: Timestamp, film: u64) {
        if self.film != film {
            self.film = film;
            self.members.clear();
            self.room = Budget::default();
        }
        self.members.retain(|(_, budget)| budget.spent_ms(now) > 0);
    }

    pub(crate) fn is_about(&self, film: u64) -> bool {
        self.film == film
    }

    /// For how long the room may still wait for a member, `wait_ms` being what everybody has; `None` if that is not
    /// worth a stop.
    pub(crate) fn left_ms(&self, now: Timestamp, member: MemberId, wait_ms: u64) -> Option<u64> {
        let budget = self.members.iter().find(|(id, _)| *id == member);
        let spent_ms = budget.map_or(0, |(_, budget)| budget.spent_ms(now));
        worth(wait_ms.saturating_sub(spent_ms))
    }

    /// For how long it may still wait at all.
    pub(crate) fn left_of_all_ms(&self, now: Timestamp, wait_ms: u64) -> Option<u64> {
        let all_ms = wait_ms.saturating_mul(limits::WAIT_TURNS);
        worth(all_ms.saturating_sub(self.room.spent_ms(now)))
    }

    /// Takes off what a member has had, or all that they could have.
    pub(crate) fn spend(&mut self, now: Timestamp, member: MemberId, ms: u64) {
        let index = self.members.iter().position(|(id, _)| *id == member);
        let index = index.unwrap_or_else(|| {
            self.members.push((member, Budget::default()));
            self.members.len() - 1
        });
        if let Some((_, budget)) = self.members.get_mut(index) {
            budget.spend(now, ms);
        }
    }

    pub(crate) fn spend_of_all(&mut self, now: Timestamp, ms: u64) {
        self.room.spend(now, ms);
    }
}

fn worth(ms: u64) -> Option<u64> {
    (ms >= limits::WAIT_MS_MIN).then_some(ms)
}
