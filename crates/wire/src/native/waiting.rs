//! For whom the film stands still, as it stands on the wire.

use serde::Serialize;

/// The film stands still, though nobody paused it: it waits for players that have run dry.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Waiting {
    /// For whom.
    pub members: Vec<WaitedFor>,
    /// When the film goes on at the latest.
    pub until_ms: u64,
}

/// Somebody the room waits for.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WaitedFor {
    /// Who.
    pub member: u32,
    /// How much their player has loaded ahead, if they told.
    pub buffered_ms: Option<u64>,
}

impl From<&matinee_room::Hold> for Waiting {
    fn from(hold: &matinee_room::Hold) -> Self {
        let waited_for = |holder: &matinee_room::Holder| WaitedFor {
            member: holder.member.0,
            buffered_ms: holder.buffered_ms,
        };
        Self {
            members: hold.holders.iter().map(waited_for).collect(),
            until_ms: hold.until().0,
        }
    }
}
