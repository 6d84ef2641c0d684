//! Players of clients' own: in what they differ from the room, and following one.

use super::{Change, Playback, check_rate};
use crate::id::Timestamp;
use crate::limits;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// What a player of a client's own does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Player {
    pub(crate) position_ms: u64,
    pub(crate) paused: bool,
    pub(crate) rate: f64,
}

/// What a member's own player told last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    /// When.
    pub(crate) at: Timestamp,
    /// Since when it tells again and again.
    pub(crate) since: Timestamp,
    /// Where it stood.
    pub(crate) position_ms: u64,
    /// The newest revision of the playback that it was in step with.
    pub(crate) in_step: u64,
    /// Until when it may be obeying what it was told before it heard what became of its own word.
    #[serde(default)]
    pub(crate) obeys_until: Timestamp,
}

impl Playback {
    /// Follows a player that stands at `position_ms` at `then`, from `at` on, whether or not there is a film:
    /// a player may have brought its own. `None` if it agrees with what is.
    pub(crate) fn follow(
        &mut self,
        at: Timestamp,
        then: Timestamp,
        player: Player,
    ) -> Result<Option<Change>, Refusal> {
        let change = self.difference(then, player)?;
        if change.is_none() {
            return Ok(None);
        }
        let position_ms = player.position_ms.min(self.duration_ms());
        let moved_ms = if player.paused {
            0
        } else {
            (at.ms_since(then) as f64 * player.rate).round() as u64
        };
        self.change(at, position_ms.saturating_add(moved_ms));
        self.paused = player.paused;
        self.rate = player.rate;
        Ok(change)
    }

    /// In what a player differs that stands there at `then`, if it does.
    pub(crate) fn difference(&self, then: Timestamp, player: Player) -> Result<Option<Change>, Refusal> {
        check_rate(player.rate)?;
        let position_ms = player.position_ms.min(self.duration_ms());
        let change = Change {
            position: position_ms.abs_diff(self.heading_at(then)) > limits::LEAD_TOLERANCE_MS,
            paused: player.paused != self.paused,
            rate: player.rate != self.rate,
            ..Change::default()
        };
        Ok((change != Change::default()).then_some(change))
    }

    /// Whether a player stands at `then` where it would without the newest change. At a film's start it may be ahead
    /// by as much as changes are.
    pub(crate) fn was_there(&self, then: Timestamp, player: Player) -> bool {
        self.before.is_some_and(|before| {
            let heading_ms = before.heading_at(then, self.duration_ms());
            before.paused == player.paused
                && before.rate == player.rate
                && player.position_ms.abs_diff(heading_ms) <= limits::LEAD_MS_MAX
        })
    }

    /// Whether a player that told `before` what it did is only late at `then`: it has not been moved, and is not
    /// where it should be by now.
    pub(crate) fn outruns(&self, before: &Told, then: Timestamp, player: Player) -> bool {
        let moves_alike = !player.paused && !self.paused && player.rate == self.rate;
        moves_alike && (before.position_ms..self.heading_at(then)).contains(&player.position_ms)
    }
}
