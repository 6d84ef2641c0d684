//! One upload that comes in one go, as those in forms do: when it breaks off, nothing of it is kept.

use matinee_room::RoomCode;
use std::sync::atomic::{AtomicU64, Ordering};

/// What such an upload may take of the disk.
#[derive(Debug)]
pub(crate) struct Passing {
    pub(super) room: RoomCode,
    /// Bytes that may come.
    pub(crate) total_bytes: u64,
    /// Whether its sender has said so. Else it may be far less.
    is_announced: bool,
    received_bytes: AtomicU64,
}

impl Passing {
    /// One of as many bytes as its sender says, or of up to `bytes_max`.
    pub(crate) fn new(room: RoomCode, announced: Option<u64>, bytes_max: u64) -> Self {
        Self {
            room,
            total_bytes: announced.unwrap_or(bytes_max),
            is_announced: announced.is_some(),
            received_bytes: AtomicU64::new(0),
        }
    }

    /// Notes how many bytes have come.
    pub(crate) fn stands_at(&self, received_bytes: u64) {
        self.received_bytes.store(received_bytes, Ordering::Relaxed);
    }

    /// Bytes that it has still to bring, as far as that is known.
    pub(super) fn missing_bytes(&self) -> u64 {
        match self.is_announced {
            true => {
                let received_bytes = self.received_bytes.load(Ordering::Relaxed);
                self.total_bytes.saturating_sub(received_bytes)
            }
            false => 0,
        }
    }
}
