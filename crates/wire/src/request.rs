//! What comes in: a message's meaning, before the server has looked up what it names.

use crate::frame::Frame;
use matinee_room::{CodeShape, Command, Configure, Relay, Seen};
use std::borrow::Cow;
use thiserror::Error;

/// A film, as a client names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// One of the server's, by its id as sent: the server knows the film.
    Here(String),
    /// One elsewhere, by its address as typed: the server knows what counts as the link of one.
    Elsewhere(String),
}

/// What a client wants.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// To come in.
    Hello(Hello),
    /// The server's time; `t0` goes back unchanged.
    Clock {
        /// The client's clock.
        t0: f64,
    },
    /// Something that the room can do as it stands.
    Command {
        /// The client's number for it.
        id: Option<u64>,
        /// What.
        command: Command,
    },
    /// To put a film on.
    Pick {
        /// The client's number for it.
        id: Option<u64>,
        /// Which.
        film: Which,
    },
    /// To add a film to the queue.
    Add {
        /// The client's number for it.
        id: Option<u64>,
        /// Which.
        film: Which,
        /// Whether it comes next.
        next: bool,
    },
    /// To change settings: the server hashes the password.
    Settings {
        /// The client's number for it.
        id: Option<u64>,
        /// What is changed, but for the password.
        change: Configure,
        /// The new password, `""` for none.
        password: Option<String>,
    },
    /// To be answered with this, whatever goes on in the room; nothing, for what needs no answer.
    Answer(Vec<Frame>),
    /// The answer to a [`Heartbeat`](crate::Heartbeat).
    Pong,
    /// To leave for good.
    Leave,
}

/// Somebody who wants to come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// Which room.
    pub door: Door,
    /// Who they are.
    pub who: Who,
    /// Their name, as typed.
    pub name: String,
    /// Their tab's own mark, or an id that they have chosen; without one they get a fresh one.
    pub tab: Option<String>,
    /// The password that they brought.
    pub password: Option<String>,
    /// What they have of the log.
    pub since: Seen,
}

/// Which room somebody wants to come into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// The one whose address they are at.
    Here,
    /// One that is there, by its code.
    Room(String),
    /// One of any name, made if it is not there.
    Named(String),
    /// A new one. Its password is the one that they bring.
    New(Box<NewRoom>),
}

/// A room to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRoom {
    /// What its code looks like.
    pub code: CodeShape,
    /// Its name.
    pub name: String,
    /// Whether newcomers become hosts.
    pub newcomers_may_control: bool,
    /// What it has for games. In its `url`, `{room}` and `{instance}` stand for the code and the server.
    pub relay: Relay,
}

/// Who somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The owner of the cookie.
    Visitor,
    /// Somebody known only by an id that is no secret, or by none.
    Anybody,
    /// The owner of this secret.
    Bearer(String),
}

/// Where a connection is, as its client named it: what a message of a dialect that repeats it must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The room, as they named it in [`Hello::door`], or its code.
    pub room: String,
    /// The tab, or the id that the client has chosen.
    pub tab: String,
}

/// Why something was no message. The peer's fault, always.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Malformed {
    /// It does not follow the protocol.
    #[error("That message does not follow the protocol: {reason}.")]
    Message {
        /// What is wrong with it.
        reason: String,
    },
    /// It speaks of another room or as somebody else.
    #[error("{reason}")]
    NotYours {
        /// A whole sentence.
        reason: &'static str,
    },
    /// It breaks a rule of its dialect: told in the dialect's words, as often as it happens.
    #[error("{0}")]
    Rule(Cow<'static, str>),
    /// It asks for a new room that cannot be, by a rule of its dialect. A server that makes none just now says
    /// that instead.
    #[error("{0}")]
    NewRoom(String),
    /// It is of another version.
    #[error("This server speaks version {ours} of the protocol. Load the page again.")]
    Version {
        /// Ours.
        ours: u32,
    },
}

/// Characters of a reason that is quoted back to a client.
const REASON_CHARS_MAX: usize = 200;

impl Malformed {
    /// A message that is no JSON, or none of its dialect.
    #[must_use]
    pub fn of(error: &serde_json::Error) -> Self {
        let reason = error
            .to_string()
            .chars()
            .filter(|c| !c.is_control())
            .take(REASON_CHARS_MAX)
            .collect();
        Self::Message { reason }
    }

    /// The name of this fault in protocols; never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Message { .. } => "malformed",
            Self::NotYours { .. } => "not_yours",
            Self::Rule(_) | Self::NewRoom(_) => "rule",
            Self::Version { .. } => "other_version",
        }
    }
}
