//! What else there is of the film that is on: the stream that browsers play where they cannot play its file. Its
//! extras (subtitles, pictures, chapters) are told by an address alone, which stands in the playback.
//!
//! The room only passes both on. Who makes them tells with [`Input::Prepared`](crate::Input::Prepared) and
//! [`Input::Extras`](crate::Input::Extras); they are not kept with the room. What it goes by is how much of a stream is
//! made: where that ends, the film waits.

use crate::limits;

/// Where the stream of a film is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stream {
    /// It is being found out whether one is needed.
    Looking,
    /// One is needed, and others are made first.
    Waiting {
        /// How many.
        ahead: usize,
    },
    /// It is being made.
    Making {
        /// How much of it is there, if that is known: 0 to 100.
        percent: Option<u8>,
        /// Where players find what is there, relative to the server; `None` while that is not enough to
        /// begin. Another address means that it begins anew.
        url: Option<String>,
    },
    /// It is whole.
    Ready {
        /// Where players find it, relative to the server.
        url: String,
    },
    /// It could not be made.
    Failed {
        /// Why, for programs.
        code: &'static str,
        /// Why, and what to do: a sentence for people.
        message: String,
    },
    /// Nobody knows whether one is needed: what would find out and make it is missing here.
    Unavailable {
        /// What is missing, for programs.
        code: &'static str,
        /// What is missing, and what to do: a sentence for people.
        message: String,
    },
}

/// How much is made of a stream that is not whole.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Made {
    /// Until where in the film players can have it.
    pub until_ms: u64,
    /// Milliseconds of film that are made in one, of late.
    pub pace: f64,
}

impl Made {
    /// Where a film that plays has to stop.
    pub(crate) fn edge_ms(&self) -> u64 {
        self.until_ms.saturating_sub(limits::MADE_AHEAD_MS_MIN)
    }

    /// Whether a film that stands at `position_ms` can go on at `rate`: then the next stop is
    /// [`limits::MADE_STOPS_APART_MS`] away, within bounds.
    pub(crate) fn is_enough(&self, position_ms: u64, rate: f64) -> bool {
        // By so much what is ahead becomes less in a millisecond of film night.
        let loss = (rate - self.pace).max(0.0);
        // The cast saturates.
        let wanted_ms = (loss * limits::MADE_STOPS_APART_MS as f64) as u64;
        let more_ms = wanted_ms.clamp(limits::MADE_MORE_MS_MIN, limits::MADE_MORE_MS_MAX);
        self.edge_ms() >= position_ms.saturating_add(more_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slower_it_is_made_the_more_of_it_is_waited_for() {
        let ahead = limits::MADE_AHEAD_MS_MIN;
        for (pace, rate, more_ms) in [
            (2.0, 1.0, limits::MADE_MORE_MS_MIN),
            (1.0, 1.0, limits::MADE_MORE_MS_MIN),
            (0.8, 1.0, 12_000),
            (0.75, 1.25, limits::MADE_MORE_MS_MAX),
            (0.75, 1.0, 15_000),
            (0.0, 4.0, limits::MADE_MORE_MS_MAX),
            (f64::NAN, 1.0, limits::MADE_MORE_MS_MIN),
        ] {
            let made = |until_ms| Made { until_ms, pace };
            // What floats round off is less than a millisecond.
            let enough_ms = 10_000 + ahead + more_ms;
            assert!(made(enough_ms).is_enough(10_000, rate), "{pace} at {rate}");
            assert!(!made(enough_ms - 2).is_enough(10_000, rate), "{pace} at {rate}");
        }
    }
}
