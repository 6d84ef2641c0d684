//! The room's log: what was said and what happened, numbered without gaps but where a room was loaded again
//! ([`LOG_NUMBERS_SKIPPED`](crate::limits::LOG_NUMBERS_SKIPPED)), the newest
//! [`LOG_LINES_MAX`](crate::limits::LOG_LINES_MAX) kept.

use crate::id::{MemberId, Timestamp};
use crate::limits;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number, from 1: one more than the line before, or much more after the room was loaded again.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub member: MemberId,
    /// Their name at that time.
    pub name: String,
    /// What.
    pub kind: LineKind,
}

impl Line {
    /// Bytes of its texts.
    fn bytes(&self) -> usize {
        let text = match &self.kind {
            LineKind::Said { text } => text.len(),
            LineKind::Picked { title } => title.len(),
            LineKind::Joined
            | LineKind::Left
            | LineKind::Paused { .. }
            | LineKind::Alone
            | LineKind::InStep => 0,
        };
        self.name.len() + text
    }
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Words.
    Said {
        /// As [`crate::text::said`] let them through.
        text: String,
    },
    /// Somebody came.
    Joined,
    /// Somebody left.
    Left,
    /// Somebody put a film on.
    Picked {
        /// Its title.
        title: String,
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
}

/// The newest lines of a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

    pub(crate) fn write(&mut self, at: Timestamp, member: MemberId, name: &str, kind: LineKind) -> Line {
        self.last_seq += 1;
        let line = Line {
            seq: self.last_seq,
            at,
            member,
            name: name.to_owned(),
            kind,
        };
        self.bytes += line.bytes();
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
