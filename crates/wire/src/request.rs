//! What comes in: a message's meaning, before the server has looked up what it names.

use matinee_room::Command;
use thiserror::Error;

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
    /// To put a film on, by its id: the server knows the film.
    Pick {
        /// The client's number for it.
        id: Option<u64>,
        /// The film's id, as sent.
        film: String,
    },
    /// To change settings: the server hashes the password.
    Settings {
        /// The client's number for it.
        id: Option<u64>,
        /// The room's name.
        name: Option<String>,
        /// The new password, `""` for none.
        password: Option<String>,
        /// Whether newcomers become hosts.
        newcomers_may_control: Option<bool>,
    },
    /// To leave for good.
    Leave,
}

/// Somebody who wants to come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// Their name, as typed.
    pub name: String,
    /// Their tab's own mark.
    pub tab: String,
    /// The password that they brought.
    pub password: Option<String>,
    /// The last line of the log that they have, 0 for none.
    pub since: u64,
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
    /// It is of another version.
    #[error("This server speaks version {ours} of the protocol. Load the page again.")]
    Version {
        /// Ours.
        ours: u32,
    },
}

impl Malformed {
    /// The name of this fault in protocols; never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Message { .. } => "malformed",
            Self::Version { .. } => "other_version",
        }
    }
}
