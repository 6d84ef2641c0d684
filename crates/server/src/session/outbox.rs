//! A member's outbox: framed bytes that wait for their socket, and the socket itself.
//!
//! Pushing marks the outbox dirty and hands it to its core's [`Flusher`](super::flusher::Flusher), which
//! writes everything that waits with one call. A socket that takes no more is left to its session, which
//! waits until it is writable. The queue is bounded in bytes: a member who reads too slowly loses what is
//! outdated first (see [`Slot`]), then the connection, with a reason.

use super::flusher::Flusher;
use crate::clock::Clock;
use crate::limits;
use bytes::{Buf, Bytes};
use matinee_wire::{Close, Reply, Slot};
use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};

/// Bytes of one WebSocket message, header and all, ready for any number of sockets.
#[derive(Clone, Debug)]
pub(crate) struct Framed {
    bytes: Bytes,
    slot: Option<Slot>,
    /// It tells the time, and is made anew whenever it is about to be written.
    asked: Option<Asked>,
}

/// Somebody's question for the time.
#[derive(Clone, Copy, Debug)]
struct Asked {
    /// By the clock of who asks.
    t0: f64,
    /// When it came.
    t1: f64,
}

impl Asked {
    /// The answer, as it is if it leaves at `t2`.
    fn answered_at(self, t2: f64) -> Bytes {
        framed_text(matinee_wire::native::clock(self.t0, self.t1, t2))
    }
}

impl Framed {
    /// Frames a dialect's message.
    pub(crate) fn new(frame: matinee_wire::Frame) -> Self {
        Self {
            slot: frame.slot,
            bytes: framed_text(frame),
            asked: None,
        }
    }

    /// The answer to a question for the time that came at `t1`. When it leaves is put in when it does.
    pub(crate) fn clock(t0: f64, t1: f64) -> Self {
        let asked = Asked { t0, t1 };
        Self {
            bytes: asked.answered_at(t1),
            slot: None,
            asked: Some(asked),
        }
    }

    /// Bytes that are framed already.
    pub(crate) fn raw(bytes: Vec<u8>) -> Self {
        Self {
            bytes: bytes.into(),
            slot: None,
            asked: None,
        }
    }

    /// A ping that carries `payload`.
    pub(crate) fn ping(payload: [u8; 8]) -> Self {
        Self {
            bytes: to_bytes(Frame::ping(payload.to_vec())),
            slot: None,
            asked: None,
        }
    }
}

fn framed_text(frame: matinee_wire::Frame) -> Bytes {
    to_bytes(Frame::message(frame.text, OpCode::Data(Data::Text), true))
}

fn to_bytes(frame: Frame) -> Bytes {
    let mut bytes = Vec::with_capacity(frame.len());
    // Writing to a Vec cannot fail; were it to, an empty frame goes out, which is none.
    if frame.format(&mut bytes).is_err() {
        bytes.clear();
    }
    bytes.into()
}

/// Why a connection is closed, for its client to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    /// The member left.
    Left,
    /// The client said goodbye first, and was answered.
    Answered,
    /// Another connection has taken the place.
    Replaced,
    /// The server stops, and will be back.
    Restarting,
    /// The client reads too slowly.
    TooSlow,
    /// The client goes on breaking a rule.
    RuleBroken,
    /// A message was larger than allowed.
    TooLarge,
    /// Text that was not UTF-8.
    NotUtf8,
    /// A breach of the WebSocket protocol.
    Protocol,
    /// Nothing was heard for too long.
    Silent,
    /// The room is closed for everybody.
    RoomClosed,
    /// For a reason of the dialect's own.
    Told(Close),
}

impl Closing {
    fn code(self) -> u16 {
        match self {
            Self::Left | Self::Answered => 1000,
            Self::Replaced => 4000,
            Self::Restarting => 1012,
            Self::TooSlow => 1013,
            Self::RuleBroken => 1008,
            Self::TooLarge => 1009,
            Self::NotUtf8 => 1007,
            Self::Protocol => 1002,
            Self::Silent => 1008,
            Self::RoomClosed => 4001,
            Self::Told(close) => close.code,
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Self::Left | Self::Answered => "",
            Self::Replaced => "replaced",
            Self::Restarting => "The server restarts. Come back in a moment.",
            Self::TooSlow => "This connection is too slow for the room. Connect again.",
            Self::RuleBroken => "Too many messages were refused.",
            Self::TooLarge => "That message is too large.",
            Self::NotUtf8 => "Text must be UTF-8.",
            Self::Protocol => "That is not the WebSocket protocol.",
            Self::Silent => "Nothing was heard from you.",
            Self::RoomClosed => "room closed",
            Self::Told(close) => close.reason,
        }
    }

    fn framed(self) -> Bytes {
        let close = tungstenite::protocol::CloseFrame {
            code: CloseCode::from(self.code()),
            reason: self.reason().into(),
        };
        to_bytes(Frame::close(Some(close)))
    }
}

#[derive(Debug, Default)]
struct Queue {
    frames: VecDeque<Framed>,
    /// Sum of the frames' bytes, the first one's counted as far as it is unwritten.
    bytes: usize,
    /// The first frame is partly written and must be finished.
    head_begun: bool,
    /// Handed to the flusher already.
    dirty: bool,
    /// The socket took no more; the session waits for it.
    blocked: bool,
    /// No more is taken in; when all is written, the connection ends.
    closing: Option<Closing>,
    /// The socket failed.
    broken: bool,
}

/// An outbox.
#[derive(Debug)]
pub(crate) struct Outbox {
    stream: TcpStream,
    flusher: Arc<Flusher>,
    bytes_max: usize,
    queue: Mutex<Queue>,
    /// Wakes the session: blocked, closing or broken.
    pub(crate) changed: Notify,
    /// Counts what was heard from the client; a probe sees it move.
    heard: AtomicU32,
    /// Wakes a probe.
    pub(crate) heard_now: Notify,
}

/// How an outbox stands, for its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nothing to wait for.
    Open,
    /// Waits for the socket to take more.
    Blocked,
    /// Closing, the last bytes still on their way.
    Closing,
    /// Closing, all written.
    Closed,
    /// The socket failed.
    Broken,
}

impl Outbox {
    pub(crate) fn new(stream: TcpStream, flusher: Arc<Flusher>, bytes_max: usize) -> Self {
        Self {
            stream,
            flusher,
            bytes_max,
            queue: Mutex::default(),
            changed: Notify::new(),
            heard: AtomicU32::new(0),
            heard_now: Notify::new(),
        }
    }

    /// The socket, to read from.
    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Nothing panics while the queue is held, and even then it would be whole.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a message in. Over the limit, the connection is closed instead.
    pub(crate) fn push(self: &Arc<Self>, framed: Framed) {
        let mut queue = self.queue();
        if queue.closing.is_some() || queue.broken || framed.bytes.is_empty() {
            return;
        }
        if framed.slot.is_some() {
            let outdated = queue.supersede(framed.slot);
            if outdated > 0 {
                self.flusher.metrics.outdated.inc_by(outdated);
            }
        }
        if queue.bytes + framed.bytes.len() > self.bytes_max {
            tracing::debug!(waiting = queue.bytes, "member closed: too slow");
            queue.close(Closing::TooSlow);
            self.flusher.metrics.too_slow.inc();
            self.changed.notify_one();
        } else {
            queue.bytes += framed.bytes.len();
            queue.frames.push_back(framed);
        }
        self.mark_dirty(queue);
    }

    /// Sends an answer, and closes if it says so.
    pub(crate) fn answer(self: &Arc<Self>, reply: Reply) {
        for frame in reply.frames {
            self.push(Framed::new(frame));
        }
        if let Some(close) = reply.close {
            self.close(Closing::Told(close));
        }
    }

    /// Sends what is still needed, then the reason, then ends the connection.
    pub(crate) fn close(self: &Arc<Self>, why: Closing) {
        let mut queue = self.queue();
        if queue.closing.is_some() || queue.broken {
            return;
        }
        queue.finish(why);
        self.changed.notify_one();
        self.mark_dirty(queue);
    }

    /// The client's own goodbye was answered by `reply`, which is the last to go out.
    pub(crate) fn close_with(self: &Arc<Self>, reply: Vec<u8>) {
        let mut queue = self.queue();
        if queue.closing.is_some() || queue.broken {
            return;
        }
        queue.bytes += reply.len();
        queue.frames.push_back(Framed::raw(reply));
        queue.closing = Some(Closing::Answered);
        self.changed.notify_one();
        self.mark_dirty(queue);
    }

    /// The other side is gone: nothing more goes out.
    pub(crate) fn break_off(&self) {
        self.queue().broken = true;
        self.changed.notify_one();
    }

    fn mark_dirty(self: &Arc<Self>, mut queue: MutexGuard<'_, Queue>) {
        if queue.dirty || queue.blocked {
            return;
        }
        queue.dirty = true;
        drop(queue);
        self.flusher.hand_over(Arc::clone(self));
    }

    /// Writes what waits, as far as the socket takes it.
    pub(crate) fn flush(&self) {
        let mut queue = self.queue();
        queue.dirty = false;
        queue.blocked = false;
        let waiting = queue.frames.len();
        let mut sent_bytes = 0;
        while !queue.frames.is_empty() {
            queue.stamp(self.flusher.clock);
            let written = {
                let mut slices = [IoSlice::new(&[]); limits::WRITE_SLICES_MAX];
                let count = queue.frames.len().min(slices.len());
                for (slice, frame) in slices.iter_mut().zip(&queue.frames) {
                    *slice = IoSlice::new(&frame.bytes);
                }
                self.stream
                    .try_write_vectored(slices.get(..count).unwrap_or_default())
            };
            match written {
                Ok(0) => queue.broken = true,
                Ok(written) => {
                    sent_bytes += written;
                    queue.advance(written);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => queue.blocked = true,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => queue.broken = true,
            }
            if queue.blocked || queue.broken {
                break;
            }
        }
        let metrics = &self.flusher.metrics;
        metrics.messages_out.inc_by((waiting - queue.frames.len()) as u64);
        metrics.bytes_out.inc_by(sent_bytes as u64);
        if queue.frames.is_empty() && queue.frames.capacity() > 8 {
            queue.frames = VecDeque::new();
        }
        if queue.blocked || queue.broken || queue.closing.is_some() {
            self.changed.notify_one();
        }
    }

    /// How it stands.
    pub(crate) fn standing(&self) -> Standing {
        let queue = self.queue();
        match queue.closing {
            _ if queue.broken => Standing::Broken,
            Some(_) if queue.frames.is_empty() => Standing::Closed,
            _ if queue.blocked => Standing::Blocked,
            Some(_) => Standing::Closing,
            None => Standing::Open,
        }
    }

    /// Why it is closing, if it is.
    pub(crate) fn closing(&self) -> Option<Closing> {
        self.queue().closing
    }

    /// The session heard from its client.
    pub(crate) fn note_heard(&self) {
        self.heard.fetch_add(1, Ordering::Relaxed);
        self.heard_now.notify_waiters();
    }

    /// Asks the client for a sign of life. `true` if one comes in time.
    pub(crate) async fn probe(self: &Arc<Self>) -> bool {
        let before = self.heard.load(Ordering::Relaxed);
        self.push(Framed::ping([0; 8]));
        let answered = async {
            loop {
                let heard_now = self.heard_now.notified();
                if self.heard.load(Ordering::Relaxed) != before {
                    return;
                }
                heard_now.await;
            }
        };
        let answered = tokio::time::timeout(limits::PROBE_WITHIN, answered).await.is_ok();
        answered && matches!(self.standing(), Standing::Open | Standing::Blocked)
    }
}

impl Queue {
    /// Takes out what a newer message of the same slot makes needless, unless it is begun. Gives how many that were.
    fn supersede(&mut self, slot: Option<Slot>) -> u64 {
        let begun = usize::from(self.head_begun);
        let before = self.frames.len();
        let mut index = 0;
        let mut saved = 0;
        self.frames.retain(|frame| {
            let keep = index < begun || frame.slot != slot;
            index += 1;
            if !keep {
                saved += frame.bytes.len();
            }
            keep
        });
        self.bytes -= saved;
        (before - self.frames.len()) as u64
    }

    /// Puts the time into what tells it, if it is not begun: as late as can be, for whatever lies between this and the
    /// wire makes the clock of who asked wrong by half of it.
    fn stamp(&mut self, clock: Clock) {
        let begun = usize::from(self.head_begun);
        let next = self.frames.iter_mut().take(limits::WRITE_SLICES_MAX).skip(begun);
        for frame in next {
            if let Some(asked) = frame.asked {
                self.bytes -= frame.bytes.len();
                frame.bytes = asked.answered_at(clock.now_ms());
                self.bytes += frame.bytes.len();
            }
        }
    }

    fn advance(&mut self, mut written: usize) {
        self.bytes -= written;
        while let Some(head) = self.frames.front_mut() {
            if written < head.bytes.len() {
                head.bytes.advance(written);
                self.head_begun |= written > 0;
                return;
            }
            written -= head.bytes.len();
            self.frames.pop_front();
            self.head_begun = false;
        }
    }

    /// Gives up all that is not begun, and closes.
    fn close(&mut self, why: Closing) {
        self.frames.truncate(usize::from(self.head_begun));
        self.bytes = self.frames.iter().map(|frame| frame.bytes.len()).sum();
        self.finish(why);
    }

    /// Closes after all that waits.
    fn finish(&mut self, why: Closing) {
        let framed = Framed {
            bytes: why.framed(),
            slot: None,
            asked: None,
        };
        self.bytes += framed.bytes.len();
        self.frames.push_back(framed);
        self.closing = Some(why);
    }
}
