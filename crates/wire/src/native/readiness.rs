//! Who is ready, as it stands on the wire.

use serde::Serialize;

/// The question whether all are ready.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReadyCheck {
    /// Who asks.
    pub member: u32,
    /// Who is ready.
    pub ready: Vec<u32>,
    /// Who is not yet; the film starts when nobody is left here.
    pub missing: Vec<u32>,
    /// When it is asked no longer.
    pub until_ms: u64,
}

impl From<&matinee_room::ReadyCheck> for ReadyCheck {
    fn from(check: &matinee_room::ReadyCheck) -> Self {
        let numbers = |ids: &[matinee_room::MemberId]| ids.iter().map(|id| id.0).collect();
        Self {
            member: check.by.0,
            ready: numbers(check.ready()),
            missing: numbers(check.missing()),
            until_ms: check.until.0,
        }
    }
}
