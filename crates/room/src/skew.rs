//! How far members' players are from where the room is, as they tell it themselves.

use crate::id::Timestamp;
use crate::limits;

/// How far a member's player was from where the room was, over the last seconds. No figure is beyond
/// [`limits::SKEW_MS_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew {
    /// The mean, in microseconds; behind the room it is negative.
    pub mean_us: i32,
    /// Half of the time it was no further off than this, ahead or behind, in microseconds.
    pub p50_us: u32,
    /// The same for 95 % of the time.
    pub p95_us: u32,
}

impl Skew {
    /// Of milliseconds. `None` if no player can have measured that; what is further off than the bound is taken for
    /// the bound.
    #[must_use]
    pub fn of_ms(mean_ms: f64, p50_ms: f64, p95_ms: f64) -> Option<Self> {
        let is_possible = mean_ms.is_finite() && 0.0 <= p50_ms && p50_ms <= p95_ms;
        let max_ms = f64::from(limits::SKEW_MS_MAX);
        // Bounded, all of them fit.
        is_possible.then(|| Self {
            mean_us: (mean_ms.clamp(-max_ms, max_ms) * 1e3).round() as i32,
            p50_us: (p50_ms.min(max_ms) * 1e3).round() as u32,
            p95_us: (p95_ms.min(max_ms) * 1e3).round() as u32,
        })
    }
}

/// What a member told last of their player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// When.
    pub at: Timestamp,
    /// What.
    pub skew: Skew,
}

/// What is to be told of all members' skew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Skews {
    /// Somebody has told something, or wants to hear.
    pub(crate) has_news: bool,
    pub(crate) told_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_player_can_measure_is_nothing() {
        for (mean_ms, p50_ms, p95_ms) in [
            (f64::NAN, 1.0, 2.0),
            (f64::INFINITY, 1.0, 2.0),
            (0.0, f64::NAN, 2.0),
            (0.0, 1.0, f64::NAN),
            (0.0, -1.0, 2.0),
            (0.0, 2.0, 1.0),
        ] {
            assert_eq!(
                Skew::of_ms(mean_ms, p50_ms, p95_ms),
                None,
                "{mean_ms} {p50_ms} {p95_ms}"
            );
        }
        let skew = Skew::of_ms(-1.25, 2.0, 7.5).unwrap();
        assert_eq!((skew.mean_us, skew.p50_us, skew.p95_us), (-1_250, 2_000, 7_500));
        let skew = Skew::of_ms(-1e300, 1e300, f64::INFINITY).unwrap();
        assert_eq!(
            (skew.mean_us, skew.p50_us, skew.p95_us),
            (-10_000_000, 10_000_000, 10_000_000)
        );
    }
}
