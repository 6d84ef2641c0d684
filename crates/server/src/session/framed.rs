//! One message, framed: bytes that any number of outboxes share.

use matinee_wire::Slot;
use std::iter::repeat_n;
use std::sync::Arc;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::protocol::frame::{Frame, FrameHeader};

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

/// Puts head and text where all will share them: there, and nowhere before.
fn framed_text(frame: matinee_wire::Frame) -> Arc<[u8]> {
    let text = frame.text.as_bytes();
    let head = FrameHeader {
        opcode: OpCode::Data(Data::Text),
        ..FrameHeader::default()
    };
    let head_bytes = head.len(text.len() as u64);
    let mut bytes: Arc<[u8]> = repeat_n(0, head_bytes + text.len()).collect();
    if let Some((mut front, back)) =
        Arc::get_mut(&mut bytes).and_then(|all| all.split_at_mut_checked(head_bytes))
    {
        back.copy_from_slice(text);
        // It has the place that it said it needs.
        let _ = head.format(text.len() as u64, &mut front);
    }
    bytes
}

fn to_bytes(frame: Frame) -> Arc<[u8]> {
    let mut bytes = Vec::with_capacity(frame.len());
    // Writing to a Vec cannot fail; were it to, an empty frame goes out, which is none.
    if frame.format(&mut bytes).is_err() {
        bytes.clear();
    }
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_framed_as_the_library_frames_it() {
        for length in [0, 1, 125, 126, 0xFFFF, 0x1_0000] {
            let text = "x".repeat(length);
            let by_the_library = to_bytes(Frame::message(text.clone(), OpCode::Data(Data::Text), true));
            let framed = Framed::new(matinee_wire::Frame::must_arrive(text));
            assert_eq!(framed.bytes, by_the_library, "{length}");
        }
    }
}
