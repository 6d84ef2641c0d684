//! Forgetting rooms that nobody came back to. It takes several steps, of the disk and the database: nobody comes into such
//! a room in between, for they would be in one of which a part is gone.

use super::{Rooms, RoomsError};
use matinee_room::{RoomCode, Timestamp};
use matinee_store::StoreError;
use std::collections::HashSet;
use std::sync::{Arc, MutexGuard, PoisonError};

/// Which rooms are being forgotten.
#[derive(Debug, Default)]
pub(super) struct Leaving {
    codes: HashSet<RoomCode>,
    /// Counts how often rooms were forgotten: what was read of a room before may be of one that is gone.
    times: u64,
}

/// How often rooms had been forgotten when one was looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times(u64);

impl Leaving {
    /// What a room is read with, unless it is being forgotten.
    pub(super) fn times(&self, code: &RoomCode) -> Result<Times, RoomsError> {
        match self.codes.contains(code) {
            true => Err(RoomsError::Closed),
            false => Ok(Times(self.times)),
        }
    }

    /// Whether a room that was read with this is still there.
    pub(super) fn has_kept(&self, code: &RoomCode, read: Times) -> bool {
        self.times(code).is_ok_and(|times| times == read)
    }
}

/// Rooms that are being forgotten: while this is held, they are none for those who look for them.
#[derive(Debug)]
pub(crate) struct Forgetting {
    rooms: Arc<Rooms>,
    codes: Vec<RoomCode>,
}

impl Forgetting {
    /// Which they are.
    pub(crate) fn codes(&self) -> &[RoomCode] {
        &self.codes
    }
}

impl Drop for Forgetting {
    fn drop(&mut self) {
        let mut leaving = self.rooms.leaving();
        leaving.times += 1;
        for code in &self.codes {
            leaving.codes.remove(code);
        }
    }
}

impl Rooms {
    /// Nothing panics while it is held, and even then it would be whole.
    pub(super) fn leaving(&self) -> MutexGuard<'_, Leaving> {
        self.leaving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to forget the rooms in which nobody did anything since `before`, but for those that are in memory.
    pub(crate) async fn begin_to_forget(
        self: &Arc<Self>,
        before: Timestamp,
    ) -> Result<Forgetting, StoreError> {
        let mut codes = self.store.rooms_unchanged_since(before).await?;
        let live = self.live();
        codes.retain(|code| !live.contains_key(code));
        self.leaving().codes.extend(codes.iter().cloned());
        drop(live);
        Ok(Forgetting {
            rooms: Arc::clone(self),
            codes,
        })
    }
}
