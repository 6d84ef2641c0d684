//! How far members' players are off, as it stands on the wire.

use matinee_room::Room;
use serde::Serialize;

/// How far somebody is from the server, and their player from where the room is.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MemberSkew {
    /// Who: neither somebody away nor somebody who watches on their own.
    pub member: u32,
    /// How long what the server says takes to reach them, as it has measured; 0 before.
    pub latency_ms: u32,
    /// What their player told last, if it does.
    pub skew: Option<Skew>,
}

/// How far a player was from where the room was, over some seconds: as it told it itself, bounded by ten seconds.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Skew {
    /// When it was told. It stays when the film stands still.
    pub at_ms: u64,
    /// The mean; behind the room it is negative.
    pub mean_ms: f64,
    /// Half of the time it was no further off than this, ahead or behind.
    pub p50_ms: f64,
    /// The same for 95 % of the time.
    pub p95_ms: f64,
}

/// Everybody who follows the room's film just now.
pub(super) fn skews(room: &Room) -> Vec<MemberSkew> {
    let members = room.members().iter();
    let in_step = members.filter(|member| member.client.plays && !member.is_away() && member.alone.is_none());
    let told = |member: &matinee_room::Member| MemberSkew {
        member: member.id.0,
        latency_ms: member.latency_ms,
        skew: member.skew.map(Into::into),
    };
    in_step.map(told).collect()
}

impl From<matinee_room::Measured> for Skew {
    fn from(measured: matinee_room::Measured) -> Self {
        let matinee_room::Measured { at, skew } = measured;
        Self {
            at_ms: at.0,
            mean_ms: f64::from(skew.mean_us) / 1e3,
            p50_ms: f64::from(skew.p50_us) / 1e3,
            p95_ms: f64::from(skew.p95_us) / 1e3,
        }
    }
}
