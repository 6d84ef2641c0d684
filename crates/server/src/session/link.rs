//! The link to a client, learned from how long pings take to be answered.
//!
//! One round trip says little where each takes another time. So the mean of several counts, and how far they are from
//! it: a change of the film is put off by so much that it reaches nearly everybody before. A single answer that took
//! far longer, as that of a phone that slept, is not taken at its word; where the link has really changed, the next
//! ones say the same.

use crate::limits;

/// What is known of a link. Bounded, whatever the answers say.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Link {
    /// The mean, in microseconds.
    round_trip_us: u64,
    /// How far round trips are from it, in the mean, in microseconds.
    jitter_us: u64,
    /// Round trips that are in the mean.
    heard: u64,
}

impl Link {
    /// Takes a round trip in. `true` if it is none that the ones before let expect.
    pub(crate) fn learn(&mut self, round_trip_us: u64) -> bool {
        if self.heard == 0 {
            *self = Self {
                round_trip_us,
                jitter_us: 0,
                heard: 1,
            };
            return false;
        }
        let most_us = 2 * self.round_trip_us + limits::SURPRISE_US;
        let off_us = round_trip_us.min(most_us).abs_diff(self.round_trip_us);
        let is_surprise = off_us > 4 * self.jitter_us + limits::SURPRISE_US / 2;
        // All alike at first; later the newest counts most.
        self.heard = (self.heard + 1).min(limits::ROUND_TRIPS_KEPT);
        let step_us = off_us / self.heard;
        self.round_trip_us = match round_trip_us > self.round_trip_us {
            true => self.round_trip_us + step_us,
            false => self.round_trip_us - step_us,
        };
        self.jitter_us = (self.jitter_us * (self.heard - 1) + off_us) / self.heard;
        is_surprise
    }

    /// How long what is told takes to reach the client, in milliseconds.
    pub(crate) fn latency_ms(self) -> u32 {
        u32::try_from((self.round_trip_us + 1_000) / 2_000).unwrap_or(u32::MAX)
    }

    /// How far a round trip is from twice that, in the mean, in milliseconds.
    pub(crate) fn jitter_ms(self) -> u32 {
        u32::try_from((self.jitter_us + 500) / 1_000).unwrap_or(u32::MAX)
    }

    /// Whether anything is known.
    pub(crate) fn is_known(self) -> bool {
        self.heard > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(round_trips_ms: &[u64]) -> Link {
        let mut link = Link::default();
        for ms in round_trips_ms {
            link.learn(ms * 1_000);
        }
        link
    }

    #[test]
    fn the_mean_of_several_counts_and_how_far_they_are_from_it() {
        let link = after(&[100]);
        assert_eq!((link.latency_ms(), link.jitter_ms()), (50, 0), "no more is known");
        // 80 ms one way, 40 ms more or less.
        let link = after(&[160, 100, 220, 130, 190, 160, 100, 220]);
        assert!((75..=85).contains(&link.latency_ms()), "{link:?}");
        assert!((25..=55).contains(&link.jitter_ms()), "{link:?}");
    }

    #[test]
    fn one_phone_that_slept_is_no_slow_link() {
        let mut link = after(&[40; 8]);
        assert!(link.learn(30_000_000));
        assert!(link.latency_ms() < 60, "{link:?}");
        for _ in 0..8 {
            link.learn(40_000);
        }
        assert!((20..=24).contains(&link.latency_ms()), "{link:?}");
    }

    #[test]
    fn a_link_that_has_changed_is_learned_anew() {
        let mut link = after(&[20; 20]);
        assert!(link.learn(400_000), "asked again at once");
        for _ in 0..20 {
            link.learn(400_000);
        }
        assert!((180..=200).contains(&link.latency_ms()), "{link:?}");
    }

    #[test]
    fn absurd_answers_make_no_absurd_link() {
        let mut link = Link::default();
        for round_trip_us in [0, u64::MAX >> 8, 0, u64::MAX >> 8, 1] {
            link.learn(round_trip_us);
        }
        assert!(link.is_known());
        assert!(after(&[0, 0]).latency_ms() == 0 && !Link::default().is_known());
    }
}
