//! A film whose stream is still being made: when it has to stop for that, and when it can go on.

use super::{Change, Playback};
use crate::id::Timestamp;
use crate::stream::{Made, Stream};

/// From playing to standing still, or the other way round.
const TURNED: Change = Change {
    film: false,
    position: false,
    paused: true,
    rate: false,
    address: false,
};

impl Playback {
    /// How much is made of the film that plays, if that may be too little. Who has gone to a film's very end wants no more
    /// of it.
    fn made_of_playing(&self) -> Option<Made> {
        let plays = self.film.is_some() && !self.paused && self.position_ms < self.duration_ms();
        self.made
            .filter(|made| plays && made.edge_ms() < self.duration_ms())
    }

    /// When the film that plays comes to the end of what is made, as far as is known now.
    pub(crate) fn runs_out_at(&self) -> Option<Timestamp> {
        let left_ms = self.made_of_playing()?.edge_ms().saturating_sub(self.position_ms);
        // The cast saturates.
        Some(self.at.plus_ms((left_ms as f64 / self.rate).ceil() as u64))
    }

    /// Whether the film that plays has come to the end of what is made.
    pub(crate) fn runs_out(&self, now: Timestamp) -> bool {
        self.made_of_playing()
            .is_some_and(|made| self.position_at(now) >= made.edge_ms())
    }

    /// Has a film that [runs out](Self::runs_out) stand still from `at` on until enough is made. However late that was found
    /// out, it stands where somebody can have seen it.
    pub(crate) fn wait_for_film(&mut self, at: Timestamp) -> Change {
        let made_ms = self.made.map_or(0, |made| made.until_ms);
        let seen_ms = made_ms.min(self.duration_ms().saturating_sub(1));
        self.change(at, self.position_at(at).min(self.position_ms.max(seen_ms)));
        self.paused = true;
        self.waits_for_film = true;
        TURNED
    }

    /// Whether a film that waits can go on: enough is made, or there is nothing to wait for.
    pub(crate) fn has_enough(&self) -> bool {
        match self.made {
            // After a restart it is not known at once.
            None => self.stream != Some(Stream::Looking),
            Some(made) => made.is_enough(self.position_ms, self.rate),
        }
    }

    /// Has a film that waits play on from `at`.
    pub(crate) fn go_on(&mut self, at: Timestamp) -> Change {
        self.change(at, self.position_ms);
        self.paused = false;
        TURNED
    }
}
