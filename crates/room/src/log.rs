//! The room's log: what was said and what happened, numbered without gaps but where a room was loaded again
//! ([`LOG_NUMBERS_SKIPPED`](crate::limits::LOG_NUMBERS_SKIPPED)), the newest
//! [`LOG_LINES_MAX`](crate::limits::LOG_LINES_MAX) kept.

use crate::id::{MemberId, Timestamp};
use crate::limits;
use crate::member::called;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Its number, from 1: one more than the line before, or much more after the room was loaded again.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub member: MemberId,
    /// Their name at that time.
    pub name: String,
    /// Which of several of that name they were, as in [`Member`](crate::Member::namesake).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namesake: Option<u32>,
    /// What.
    pub kind: LineKind,
}

impl Line {
    /// What to call its writer where there is no place beside the name: with their number, if others have the same.
    #[must_use]
    pub fn called(&self) -> String {
        called(&self.name, self.namesake)
    }

    /// What was said, if it is that: with the name of whom it answers before it, for who shows no quotes.
    #[must_use]
    pub fn spoken(&self) -> Option<String> {
        match &self.kind {
            LineKind::Said { text, reply_to: None } => Some(text.clone()),
            LineKind::Said {
                text,
                reply_to: Some(quote),
            } => Some(format!("@{} {text}", quote.name)),
            _ => None,
        }
    }

    /// Bytes of its texts.
    fn bytes(&self) -> usize {
        let text = match &self.kind {
            LineKind::Said { text, reply_to } => {
                let quote = reply_to.as_ref();
                text.len() + quote.map_or(0, |quote| quote.name.len() + quote.text.len())
            }
            LineKind::Picked { title, .. } => title.len(),
            LineKind::Host { whom_name, .. }
            | LineKind::Muted { whom_name, .. }
            | LineKind::PutOut { whom_name, .. } => whom_name.len(),
            LineKind::Renamed { before } => before.len(),
            LineKind::Joined
            | LineKind::Left
            | LineKind::Paused { .. }
            | LineKind::Moved { .. }
            | LineKind::Rate { .. }
            | LineKind::Set { .. }
            | LineKind::Alone
            | LineKind::InStep => 0,
        };
        self.name.len() + text
    }
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Words.
    Said {
        /// As [`crate::text::said`] let them through.
        text: String,
        /// What they answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Quote>,
    },
    /// Somebody came.
    Joined,
    /// Somebody left.
    Left,
    /// Somebody put a film on.
    Picked {
        /// Its title.
        title: String,
        /// Whether the room voted to go on to it: then it was nobody alone, and the line is the last voter's.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        voted: bool,
    },
    /// Somebody paused.
    Paused {
        /// Where.
        position_ms: u64,
    },
    /// Somebody watches on their own.
    Alone,
    /// Somebody has come back in step.
    InStep,
    /// Somebody went to another position, and has left it at that.
    Moved {
        /// Where to.
        position_ms: u64,
    },
    /// Somebody changed the speed, and has left it at that.
    Rate {
        /// The speed.
        rate: f64,
    },
    /// A host made somebody a host, or one no longer.
    Host {
        /// Whom.
        whom: MemberId,
        /// Their name at that time.
        whom_name: String,
        /// Whether they are one now.
        host: bool,
    },
    /// A host muted somebody, or lifted that.
    Muted {
        /// Whom.
        whom: MemberId,
        /// Their name at that time.
        whom_name: String,
        /// Whether they are muted now.
        muted: bool,
        /// For how long, if it ends by itself.
        minutes: Option<u32>,
    },
    /// A host put somebody out.
    PutOut {
        /// Whom.
        whom: MemberId,
        /// Their name at that time.
        whom_name: String,
        /// Whether for good.
        banned: bool,
    },
    /// Somebody took another name.
    Renamed {
        /// The one before.
        before: String,
    },
    /// A host changed a setting that everybody should know of.
    Set {
        /// Which, and to what.
        what: Setting,
    },
}

/// What somebody answers: the beginning of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The line's number.
    pub seq: u64,
    /// Whose it was.
    pub member: MemberId,
    /// Their name at that time.
    pub name: String,
    /// The beginning of what they said, on one line.
    pub text: String,
}

/// A setting as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// How much of a log somebody has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The number of the last line that they have, 0 for none.
    pub seq: u64,
    /// When that line's room was made, if they know: another room may have its code by now.
    pub room_made_at: Option<Timestamp>,
}

/// The newest lines of a room.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    lines: VecDeque<Line>,
    last_seq: u64,
    /// Sum of the lines' bytes.
    bytes: usize,
}

impl Log {
    /// The log that these lines are, oldest first; `last_seq` is the number of the last line ever written.
    #[must_use]
    pub fn restore(lines: Vec<Line>, last_seq: u64) -> Self {
        let last_seq = lines.last().map_or(last_seq, |line| line.seq.max(last_seq));
        let bytes = lines.iter().map(Line::bytes).sum();
        let mut log = Self {
            lines: lines.into(),
            last_seq,
            bytes,
        };
        log.trim();
        log
    }

    /// The number of the last line written, 0 before the first.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// The kept lines after number `seq`, oldest first.
    pub fn since(&self, seq: u64) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.seq > seq)
    }

    /// The kept line of this number.
    pub(crate) fn get(&self, seq: u64) -> Option<&Line> {
        let index = self.lines.binary_search_by_key(&seq, |line| line.seq).ok()?;
        self.lines.get(index)
    }

    pub(crate) fn write(
        &mut self,
        at: Timestamp,
        member: MemberId,
        name: &str,
        namesake: Option<u32>,
        kind: LineKind,
    ) -> Line {
        self.last_seq += 1;
        let line = Line {
            seq: self.last_seq,
            at,
            member,
            name: name.to_owned(),
            namesake,
            kind,
        };
        self.bytes += line.bytes();
        if self.lines.len() == self.lines.capacity() {
            self.lines.reserve_exact(limits::grows_by(self.lines.len()));
        }
        self.lines.push_back(line.clone());
        self.trim();
        line
    }

    /// Lets the oldest lines go. A line alone is always below the bounds.
    fn trim(&mut self) {
        while self.lines.len() > limits::LOG_LINES_MAX || self.bytes > limits::LOG_BYTES_MAX {
            let Some(oldest) = self.lines.pop_front() else {
                break;
            };
            self.bytes -= oldest.bytes();
        }
    }
}
