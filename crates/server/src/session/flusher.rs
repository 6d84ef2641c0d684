//! The one writer of a core: takes the outboxes that were pushed to, and writes each with one call.
//!
//! It yields once before it writes, so that all that a turn of the runtime pushes goes out together.

use super::framed::Framed;
use super::outbox::Outbox;
use crate::clock::Clock;
use crate::fullness::Fullness;
use crate::metrics::Metrics;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// A core's flusher.
#[derive(Debug)]
pub(crate) struct Flusher {
    dirty: Mutex<Vec<Arc<Outbox>>>,
    wake: Notify,
    /// Here rather than in each outbox: an idle member takes no more memory for it.
    pub(super) metrics: Arc<Metrics>,
    pub(super) clock: Clock,
    pub(super) fullness: Arc<Fullness>,
}

/// What went out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sent {
    pub(super) messages: usize,
    pub(super) bytes: usize,
}

impl Flusher {
    pub(crate) fn new(metrics: Arc<Metrics>, clock: Clock, fullness: Arc<Fullness>) -> Self {
        Self {
            dirty: Mutex::default(),
            wake: Notify::new(),
            metrics,
            clock,
            fullness,
        }
    }

    /// Nothing panics while it is held, and even then it would be whole.
    fn dirty(&self) -> MutexGuard<'_, Vec<Arc<Outbox>>> {
        self.dirty.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an outbox that has something to write. Each is in the list at most once.
    pub(super) fn hand_over(&self, outbox: Arc<Outbox>) {
        self.hand_over_all([outbox]);
    }

    fn hand_over_all(&self, outboxes: impl IntoIterator<Item = Arc<Outbox>>) {
        let mut dirty = self.dirty();
        let is_first = dirty.is_empty();
        dirty.extend(outboxes);
        drop(dirty);
        // Whoever comes later goes with the first, which is still waited for.
        if is_first {
            self.wake.notify_one();
        }
    }

    pub(super) fn count(&self, sent: Sent) {
        self.metrics.messages_out.inc_by(sent.messages as u64);
        self.metrics.bytes_out.inc_by(sent.bytes as u64);
    }

    /// Writes for ever; runs as a task of its core.
    pub(crate) async fn run(self: Arc<Self>) {
        let mut batch = Vec::new();
        loop {
            self.wake.notified().await;
            tokio::task::yield_now().await;
            std::mem::swap(&mut batch, &mut *self.dirty());
            let mut all = Sent::default();
            for outbox in batch.drain(..) {
                let sent = outbox.flush_uncounted();
                all.messages += sent.messages;
                all.bytes += sent.bytes;
            }
            self.count(all);
        }
    }
}

/// Outboxes that something is told to, of whichever cores: handed over together, so that a core's flusher is disturbed
/// once.
#[derive(Debug)]
pub(crate) struct Telling {
    dirty: Vec<Arc<Outbox>>,
}

impl Telling {
    /// With places for so many.
    pub(crate) fn to_at_most(outboxes: usize) -> Self {
        Self {
            dirty: Vec::with_capacity(outboxes),
        }
    }

    /// Puts a message into one of them.
    pub(crate) fn push(&mut self, outbox: &Arc<Outbox>, framed: Framed) {
        if outbox.push_untold(framed) {
            self.dirty.push(Arc::clone(outbox));
        }
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        while let Some(first) = self.dirty.first() {
            let flusher = Arc::clone(first.flusher());
            let is_of_it = |outbox: &mut Arc<Outbox>| Arc::ptr_eq(outbox.flusher(), &flusher);
            flusher.hand_over_all(self.dirty.extract_if(.., is_of_it));
        }
    }
}
