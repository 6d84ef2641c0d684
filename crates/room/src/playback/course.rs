//! How a position moves: the part of the playback that a player can tell.

use crate::id::Timestamp;
use serde::{Deserialize, Serialize};

/// From `at` on at this position, moving on with `rate` unless paused.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Course {
    pub(super) position_ms: u64,
    pub(super) rate: f64,
    pub(super) paused: bool,
    pub(super) at: Timestamp,
}

impl Course {
    /// The position at `now`, as if no film ended. Before `at` it is the one at `at`.
    pub(super) fn position_at(&self, now: Timestamp) -> u64 {
        if self.paused {
            return self.position_ms;
        }
        let moved_ms = now.ms_since(self.at) as f64 * self.rate;
        // A float of this size is exact to far below a millisecond, and the cast saturates.
        self.position_ms.saturating_add(moved_ms.round() as u64)
    }

    /// Where a player has to be at `now` to be in step from `at` on, in a film that ends at `end_ms`.
    pub(super) fn heading_at(&self, now: Timestamp, end_ms: u64) -> u64 {
        if self.paused {
            return self.position_ms;
        }
        let early_ms = self.at.ms_since(now) as f64 * self.rate;
        let position_ms = self.position_at(now).min(end_ms);
        position_ms.saturating_sub(early_ms.round() as u64)
    }
}
