//! What is measured. Each file has a load, what it finds, and the goals that it is held against.
//!
//! | file | owns |
//! |---|---|
//! | [`relay`] | games' messages through rooms, as fast as they are answered |
//! | [`schedule`] | the same by a schedule, below what can be done at most |
//! | [`memory`] | idle members in each dialect |
//! | [`storm`] | a thousand who come at once |
//! | [`reconnect`] | a thousand who come back at once |
//! | [`cores`] | two cores against one |
//! | [`fairness`] | what others notice of a flood |
//! | [`media`] | a film to many viewers |
//! | [`limit`] | what 1 GiB of memory holds |
//! | [`instructions`] | what is executed for a message, counted |

mod cores;
mod fairness;
mod instructions;
mod limit;
mod media;
mod memory;
mod reconnect;
mod relay;
mod schedule;
mod storm;

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
    Memory,
    Storm,
    Reconnect,
    Cores,
    Fairness,
    Media,
    Limit,
    Instructions,
}

impl Section {
    /// All of them, in the report's order.
    pub(crate) const ALL: [Self; 10] = [
        Self::Relay,
        Self::Schedule,
        Self::Memory,
        Self::Storm,
        Self::Reconnect,
        Self::Cores,
        Self::Fairness,
        Self::Media,
        Self::Limit,
        Self::Instructions,
    ];

    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::Schedule => "schedule",
            Self::Memory => "memory",
            Self::Storm => "storm",
            Self::Reconnect => "reconnect",
            Self::Cores => "cores",
            Self::Fairness => "fairness",
            Self::Media => "media",
            Self::Limit => "limit",
            Self::Instructions => "instructions",
        }
    }

    /// What stands above it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Relay => "Messages through rooms",
            Self::Schedule => "By a schedule, at 60 % of the most",
            Self::Memory => "What somebody takes who only waits",
            Self::Storm => "A thousand who come at once",
            Self::Reconnect => "A thousand who come back at once",
            Self::Cores => "More than one core",
            Self::Fairness => "Who speaks too much",
            Self::Media => "Films",
            Self::Limit => "How much fits",
            Self::Instructions => "What is executed",
        }
    }

    /// Measures it.
    pub(crate) fn measure(self, place: &Place) -> anyhow::Result<Found> {
        match self {
            Self::Relay => relay::measure(place),
            Self::Schedule => schedule::measure(place),
            Self::Memory => memory::measure(place),
            Self::Storm => storm::measure(place),
            Self::Reconnect => reconnect::measure(place),
            Self::Cores => cores::measure(place),
            Self::Fairness => fairness::measure(place),
            Self::Media => media::measure(place),
            Self::Limit => limit::measure(place),
            Self::Instructions => instructions::measure(place),
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
