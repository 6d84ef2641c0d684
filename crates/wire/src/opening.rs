//! How a conversation opens: what the WebSocket handshake already says.

use crate::Dialect;
use crate::request::{Malformed, Request};

/// What a client asked for in its handshake.
#[derive(Clone, Debug)]
pub struct Handshake<'a> {
    /// The path, undecoded.
    pub path: &'a str,
    /// What stands after the question mark, undecoded; empty without one.
    pub query: &'a str,
    /// The subprotocols that it offers, in its order.
    pub protocols: Vec<&'a str>,
}

/// How a conversation opens.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The dialect. A [`Speech`](crate::Speech) says [`Opening::of`]; which one it is, its owner knows.
    pub dialect: Dialect,
    /// The subprotocol to select.
    pub protocol: Option<String>,
    /// What the handshake says in place of a first message.
    pub first: Option<Result<Request, Malformed>>,
}

impl Opening {
    /// One that has said nothing yet.
    #[must_use]
    pub fn of(dialect: Dialect) -> Self {
        Self {
            dialect,
            protocol: None,
            first: None,
        }
    }
}
