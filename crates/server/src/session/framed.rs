//! One message, framed: bytes that any number of outboxes share.

use matinee_wire::Slot;
use std::sync::Arc;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};

/// Bytes of one WebSocket message, header and all, ready for any number of sockets. It lies in every outbox that it
/// waits in, and is kept small for that.
#[derive(Clone, Debug)]
pub(crate) struct Framed {
    pub(super) bytes: Arc<[u8]>,
    pub(super) kind: Kind,
}

/// What becomes of a message that waits.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// It goes out as it is.
    MustArrive,
    /// A newer one of the slot makes it needless.
    Latest(Slot),
    /// It tells the time, and is made anew whenever it is about to be written.
    Clock(Box<Asked>),
}

/// Somebody's question for the time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// By the clock of who asks.
    t0: f64,
    /// When it came.
    t1: f64,
}

impl Asked {
    /// The answer, as it is if it leaves at `t2`.
    pub(super) fn answered_at(self, t2: f64) -> Arc<[u8]> {
        framed_text(matinee_wire::native::clock(self.t0, self.t1, t2))
    }
}

impl Framed {
    /// Frames a dialect's message.
    pub(crate) fn new(frame: matinee_wire::Frame) -> Self {
        Self {
            kind: frame.slot.map_or(Kind::MustArrive, Kind::Latest),
            bytes: framed_text(frame),
        }
    }

    /// The answer to a question for the time that came at `t1`. When it leaves is put in when it does.
    pub(crate) fn clock(t0: f64, t1: f64) -> Self {
        let asked = Asked { t0, t1 };
        Self {
            bytes: asked.answered_at(t1),
            kind: Kind::Clock(Box::new(asked)),
        }
    }

    /// Bytes that are framed already.
    pub(crate) fn raw(bytes: Vec<u8>) -> Self {
        Self {
            bytes: bytes.into(),
            kind: Kind::MustArrive,
        }
    }

    /// A ping that carries `payload`.
    pub(crate) fn ping(payload: [u8; 8]) -> Self {
        Self::control(Frame::ping(payload.to_vec()))
    }

    /// A frame that is no message.
    pub(super) fn control(frame: Frame) -> Self {
        Self {
            bytes: to_bytes(frame),
            kind: Kind::MustArrive,
        }
    }
}

fn framed_text(frame: matinee_wire::Frame) -> Arc<[u8]> {
    to_bytes(Frame::message(frame.text, OpCode::Data(Data::Text), true))
}

fn to_bytes(frame: Frame) -> Arc<[u8]> {
    let mut bytes = Vec::with_capacity(frame.len());
    // Writing to a Vec cannot fail; were it to, an empty frame goes out, which is none.
    if frame.format(&mut bytes).is_err() {
        bytes.clear();
    }
    bytes.into()
}
