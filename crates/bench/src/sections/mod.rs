//! What is measured. Each file has a load, what it finds, and the goals that it is held against.
//!
//! | file | owns |
//! |---|---|
//! | [`relay`] | games' messages through rooms, as fast as they are answered |
//! | [`schedule`] | the same by a schedule, below what can be done at most |

mod relay;
mod schedule;

use crate::contestants::Place;
use crate::report::{Found, Goal};
use clap::ValueEnum;

/// How often each is measured, one after the other in turn; the one in the middle counts.
pub(crate) const ROUNDS: usize = 5;

/// A section of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Section {
    Relay,
    Schedule,
}

impl Section {
    /// All of them, in the report's order.
    pub(crate) const ALL: [Self; 2] = [Self::Relay, Self::Schedule];

    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::Schedule => "schedule",
        }
    }

    /// What stands above it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Relay => "Messages through rooms",
            Self::Schedule => "By a schedule, at 60 % of the most",
        }
    }

    /// Measures it.
    pub(crate) fn measure(self, place: &Place) -> anyhow::Result<Found> {
        match self {
            Self::Relay => relay::measure(place),
            Self::Schedule => schedule::measure(place),
        }
    }
}

/// A goal for a figure that is the better the smaller.
pub(crate) fn at_most(work: &str, against: &str, what: &str, bound: f64, figure: f64) -> Goal {
    goal(
        work,
        against,
        format!("{what} ≤ {bound} ×"),
        figure,
        figure <= bound,
    )
}

/// A goal for a figure that is the better the larger.
pub(crate) fn at_least(work: &str, against: &str, what: &str, bound: f64, figure: f64) -> Goal {
    goal(
        work,
        against,
        format!("{what} ≥ {bound} ×"),
        figure,
        figure >= bound,
    )
}

fn goal(work: &str, against: &str, goal: String, figure: f64, met: bool) -> Goal {
    Goal {
        work: work.to_owned(),
        against: against.to_owned(),
        goal,
        figure: format!("{figure:.2} ×"),
        met,
    }
}
