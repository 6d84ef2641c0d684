//! The one writer of a core: takes the outboxes that were pushed to, and writes each with one call.
//!
//! It yields once before it writes, so that all that a turn of the runtime pushes goes out together.

use super::outbox::Outbox;
use crate::clock::Clock;
use crate::fullness::Fullness;
use crate::metrics::Metrics;
use std::sync::{Arc, Mutex, PoisonError};
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

    /// Takes an outbox that has something to write. Each is in the list at most once.
    pub(crate) fn hand_over(&self, outbox: Arc<Outbox>) {
        let mut dirty = self.dirty.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = dirty.is_empty();
        dirty.push(outbox);
        drop(dirty);
        // Whoever comes later goes with the first, which is still waited for.
        if is_first {
            self.wake.notify_one();
        }
    }

    /// Writes for ever; runs as a task of its core.
    pub(crate) async fn run(self: Arc<Self>) {
        let mut batch = Vec::new();
        loop {
            self.wake.notified().await;
            tokio::task::yield_now().await;
            std::mem::swap(
                &mut batch,
                &mut *self.dirty.lock().unwrap_or_else(PoisonError::into_inner),
            );
            for outbox in batch.drain(..) {
                outbox.flush();
            }
        }
    }
}
