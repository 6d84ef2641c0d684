//! The log's lines.

use super::room::is_false;
use serde::Serialize;

/// A line of the room's log.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Line {
    /// Its number: one more than the line before, or much more after a restart of the server.
    pub seq: u64,
    /// When it was written.
    pub at_ms: u64,
    /// Whose line it is.
    pub member: u32,
    /// Their name at that time.
    pub name: String,
    /// Which of several of that name they were, as in a member; left out for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub namesake: Option<u32>,
    /// What it says.
    #[serde(flatten)]
    pub what: Said,
}

/// What a line says.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Said {
    /// They said something.
    Said {
        /// The words, to be shown as text.
        text: String,
        /// What they answer, if they do.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        reply_to: Option<Quote>,
    },
    /// They came in.
    Joined,
    /// They left.
    Left,
    /// They put a film on.
    Picked {
        /// Its title.
        title: String,
        /// The room voted to go on to it: nobody did it alone. Left out if not.
        #[serde(skip_serializing_if = "is_false")]
        #[cfg_attr(test, ts(as = "Option<bool>", optional))]
        voted: bool,
    },
    /// They paused.
    Paused {
        /// Where.
        position_ms: u64,
    },
    /// They watch on their own.
    Alone,
    /// They have come back in step.
    InStep,
    /// They went to another position, and have left it at that for 3 seconds.
    Moved {
        /// Where to.
        position_ms: u64,
    },
    /// They changed the speed, likewise.
    Rate {
        /// The speed.
        rate: f64,
    },
    /// They made somebody a host, or one no longer.
    Host {
        /// Whom.
        whom: u32,
        /// Their name at that time.
        whom_name: String,
        /// Whether they are one now.
        host: bool,
    },
    /// They muted somebody, or lifted that.
    Muted {
        /// Whom.
        whom: u32,
        /// Their name at that time.
        whom_name: String,
        /// Whether they are muted now.
        muted: bool,
        /// For how many minutes; null if it does not end by itself.
        minutes: Option<u32>,
    },
    /// They put somebody out.
    PutOut {
        /// Whom.
        whom: u32,
        /// Their name at that time.
        whom_name: String,
        /// Whether for good.
        banned: bool,
    },
    /// They took another name.
    Renamed {
        /// The one before.
        before: String,
    },
    /// They changed a setting.
    Set {
        /// Which, and to what.
        what: Setting,
    },
}

/// What a line answers: the beginning of another one.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Quote {
    /// The line's number; it may be gone by now.
    pub seq: u64,
    /// Whose it was.
    pub member: u32,
    /// Their name at that time.
    pub name: String,
    /// The beginning of what they said, on one line.
    pub text: String,
}

/// A setting as it is from then on.
#[derive(Clone, Copy, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// Nobody new comes in.
    Closed,
    /// Everybody may come in again.
    Open,
    /// Everybody may control the film.
    EverybodyControls,
    /// Hosts alone may.
    HostsControl,
    /// Everybody may add films.
    EverybodyAdds,
    /// Hosts alone may.
    HostsAdd,
    /// There is a password, a new one.
    Password,
    /// There is none any more.
    NoPassword,
    /// Who has spoken waits before they speak again.
    Slow,
    /// Nobody waits any more.
    NotSlow,
}
