//! A member's outbox: framed bytes that wait for their socket, and the socket itself.
//!
//! Pushing marks the outbox dirty and hands it to its core's [`Flusher`](super::flusher::Flusher), which
//! writes everything that waits with one call. A socket that takes no more is left to its session, which
//! waits until it is writable. The queue is bounded in bytes: a member who reads too slowly loses what is
//! outdated first (see [`Slot`](matinee_wire::Slot)), then the connection, with a reason.

use super::closing::Closing;
use super::flusher::{Flusher, Sent};
use super::framed::{Framed, Kind};
use super::queue::Queue;
use crate::limits;
use futures_util::task::AtomicWaker;
use matinee_wire::Reply;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// An outbox.
#[derive(Debug)]
pub(crate) struct Outbox {
    stream: TcpStream,
    flusher: Arc<Flusher>,
    bytes_max: usize,
    queue: Mutex<Queue>,
    /// Wakes the session: blocked, closing or broken.
    changed: AtomicWaker,
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

/// Why a session has to look after its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// It is closing, or broken.
    Closing,
    /// There is something to read.
    Readable,
    /// The socket takes more.
    Writable,
}

impl Outbox {
    pub(crate) fn new(stream: TcpStream, flusher: Arc<Flusher>, bytes_max: usize) -> Self {
        Self {
            stream,
            flusher,
            bytes_max,
            queue: Mutex::default(),
            changed: AtomicWaker::new(),
            heard: AtomicU32::new(0),
            heard_now: Notify::new(),
        }
    }

    /// The socket, to read from.
    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Who writes it.
    pub(super) fn flusher(&self) -> &Arc<Flusher> {
        &self.flusher
    }

    /// Nothing panics while the queue is held, and even then it would be whole.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many messages wait.
    pub(crate) fn waiting(&self) -> usize {
        self.queue().len()
    }

    /// Puts a message in. Over the limit, the connection is closed instead.
    pub(crate) fn push(self: &Arc<Self>, framed: Framed) {
        if self.push_untold(framed) {
            self.flusher.hand_over(Arc::clone(self));
        }
    }

    /// The same, but that it is left to the caller to hand it over to the flusher, if it says so.
    #[must_use]
    pub(super) fn push_untold(&self, framed: Framed) -> bool {
        let mut queue = self.queue();
        if queue.closing.is_some() || queue.broken || framed.bytes.is_empty() {
            return false;
        }
        if let Kind::Latest(slot) = framed.kind {
            let outdated = queue.supersede(slot);
            if outdated > 0 {
                self.flusher.metrics.outdated.inc_by(outdated);
            }
        }
        let waiting = queue.waiting_bytes();
        // Asked first because it is there already, and nearly never so.
        let is_long = waiting > limits::OUTBOX_SHORT_BYTES;
        let is_short = is_long
            && queue.stuck_bytes() > limits::OUTBOX_SHORT_BYTES
            && self.flusher.fullness.is_short_of_memory();
        if is_short || queue.has_no_place_for(framed.bytes.len(), self.bytes_max) {
            tracing::debug!(waiting, "member closed: too slow");
            queue.close(Closing::TooSlow);
            self.flusher.metrics.too_slow.inc();
            self.changed.wake();
        } else {
            queue.push(framed);
        }
        queue.becomes_dirty()
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
        self.changed.wake();
        self.mark_dirty(queue);
    }

    /// The client's own goodbye was answered by `reply`, which is the last to go out.
    pub(crate) fn close_with(self: &Arc<Self>, reply: Vec<u8>) {
        let mut queue = self.queue();
        if queue.closing.is_some() || queue.broken {
            return;
        }
        queue.push(Framed::raw(reply));
        queue.closing = Some(Closing::Answered);
        self.changed.wake();
        self.mark_dirty(queue);
    }

    /// The other side is gone: nothing more goes out.
    pub(crate) fn break_off(&self) {
        self.queue().broken = true;
        self.changed.wake();
    }

    fn mark_dirty(self: &Arc<Self>, mut queue: MutexGuard<'_, Queue>) {
        let is_dirty = queue.becomes_dirty();
        drop(queue);
        if is_dirty {
            self.flusher.hand_over(Arc::clone(self));
        }
    }

    /// Writes what waits, as far as the socket takes it.
    pub(crate) fn flush(&self) {
        let sent = self.flush_uncounted();
        self.flusher.count(sent);
    }

    /// The same, but that what went out is left to the caller to count.
    pub(super) fn flush_uncounted(&self) -> Sent {
        let mut queue = self.queue();
        queue.dirty = false;
        queue.blocked = false;
        let waiting = queue.len();
        let mut sent_bytes = 0;
        while !queue.is_empty() {
            match queue.write_once(&self.stream, self.flusher.clock) {
                Ok(0) => queue.broken = true,
                Ok(written) => sent_bytes += written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => queue.blocked = true,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => queue.broken = true,
            }
            if queue.blocked || queue.broken {
                break;
            }
        }
        let sent = Sent {
            messages: waiting - queue.len(),
            bytes: sent_bytes,
        };
        queue.rest(sent.messages);
        if queue.blocked || queue.broken || queue.closing.is_some() {
            self.changed.wake();
        }
        sent
    }

    /// How it stands.
    pub(crate) fn standing(&self) -> Standing {
        let queue = self.queue();
        match queue.closing {
            _ if queue.broken => Standing::Broken,
            Some(_) if queue.is_empty() => Standing::Closed,
            Some(_) => Standing::Closing,
            None if queue.blocked => Standing::Blocked,
            None => Standing::Open,
        }
    }

    /// Waits until its session has something to do.
    pub(crate) fn poll_news(&self, cx: &mut Context<'_>) -> Poll<io::Result<News>> {
        self.changed.register(cx.waker());
        match self.standing() {
            Standing::Open => {}
            Standing::Blocked => {
                if self.stream.poll_write_ready(cx)?.is_ready() {
                    return Poll::Ready(Ok(News::Writable));
                }
            }
            Standing::Closing | Standing::Closed | Standing::Broken => {
                return Poll::Ready(Ok(News::Closing));
            }
        }
        self.stream.poll_read_ready(cx).map_ok(|()| News::Readable)
    }

    /// Reads once from the socket. After a read that did not fill the buffer there is nothing more: the runtime is told
    /// so, and does not have us ask the system in vain.
    pub(crate) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.try_read(buffer)?;
        if 0 < count && count < buffer.len() {
            let drained = || Err::<(), _>(io::ErrorKind::WouldBlock.into());
            let _ = self.stream.try_io(Interest::READABLE, drained);
        }
        Ok(count)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::fullness::Fullness;
    use crate::metrics::Metrics;
    use tokio::net::TcpListener;

    const OUTBOX_BYTES: usize = 16 << 20;

    /// An outbox of a server that is short of memory, and the client's end.
    async fn short_of_memory() -> (Arc<Outbox>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let fullness = Arc::new(Fullness::new(Some(0)));
        let flusher = Flusher::new(Arc::new(Metrics::default()), Clock::start(), fullness);
        (
            Arc::new(Outbox::new(stream, Arc::new(flusher), OUTBOX_BYTES)),
            client,
        )
    }

    fn message(bytes: usize) -> Framed {
        Framed::raw(vec![0; bytes])
    }

    #[tokio::test]
    async fn while_memory_is_short_only_who_is_stuck_is_too_slow() {
        let (outbox, _client) = short_of_memory().await;
        for _ in 0..4 {
            outbox.push(message(limits::OUTBOX_SHORT_BYTES));
        }
        assert_eq!(
            outbox.standing(),
            Standing::Open,
            "the flusher had not come to it yet"
        );

        outbox.flush();
        outbox.push(message(OUTBOX_BYTES / 2));
        outbox.flush();
        assert_eq!(outbox.standing(), Standing::Blocked);
        outbox.push(message(limits::OUTBOX_SHORT_BYTES));
        outbox.push(message(1));
        assert_eq!(
            outbox.standing(),
            Standing::Blocked,
            "a long welcome is under way"
        );
        outbox.push(message(1));
        assert_eq!(outbox.closing(), Some(Closing::TooSlow));
    }
}
