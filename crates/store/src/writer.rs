//! The thread that owns the database.
//!
//! Its queue has three sides: rooms and spots to save, of which only the newest state each waits, and jobs that
//! somebody waits for. Each turn writes all waiting rooms in one transaction, all spots in another, then does the
//! jobs in order. The queue is bounded by the number of rooms and by the callers, each of whom waits for one answer.

use crate::error::StoreError;
use crate::rooms;
use crate::spots::{self, SpotKey};
use crate::store::SavedRoom;
use matinee_room::{RoomCode, limits};
use rusqlite::Connection;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long the writer waits before it tries again to write what the disk refused.
const RETRY: Duration = Duration::from_secs(1);

/// Something that somebody waits for.
pub(crate) enum Job {
    /// What is done with the database, with the answer to whoever asked.
    Do(Box<dyn FnOnce(&mut Connection) + Send>),
    /// Hears whether all that was saved before is written.
    Flush(Box<dyn FnOnce(Result<(), StoreError>) + Send>),
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Do(_) => "Do",
            Self::Flush(_) => "Flush",
        })
    }
}

#[derive(Debug, Default)]
struct Queue {
    rooms: HashMap<RoomCode, SavedRoom>,
    /// `None` for one that is to be forgotten.
    spots: HashMap<SpotKey, Option<String>>,
    jobs: VecDeque<Job>,
    closed: bool,
}

impl Queue {
    fn is_empty(&self) -> bool {
        self.rooms.is_empty() && self.spots.is_empty() && self.jobs.is_empty()
    }
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

impl Shared {
    /// The queue. Nothing panics while holding it, and even then it would be whole.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The handle of the thread; it ends, all written, when this is dropped.
#[derive(Debug)]
pub(crate) struct Writer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(connection: Connection) -> Result<Self, StoreError> {
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("store".into())
            .spawn(move || run(connection, &theirs))
            .map_err(StoreError::Thread)?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    pub(crate) fn save(&self, room: SavedRoom) {
        merge(&mut self.shared.queue().rooms, room);
        self.shared.changed.notify_one();
    }

    pub(crate) fn save_spot(&self, key: SpotKey, spot: Option<String>) {
        self.shared.queue().spots.insert(key, spot);
        self.shared.changed.notify_one();
    }

    pub(crate) fn ask(&self, job: Job) {
        self.shared.queue().jobs.push_back(job);
        self.shared.changed.notify_one();
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shared.queue().closed = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // It only ends by itself; had it panicked, there would be nothing left to do here.
            let _ = thread.join();
        }
    }
}

/// Puts a newer state of a room over the one that waits, and its lines behind.
fn merge(rooms: &mut HashMap<RoomCode, SavedRoom>, newer: SavedRoom) {
    match rooms.get_mut(&newer.code) {
        Some(waiting) => {
            let mut lines = std::mem::take(&mut waiting.lines);
            lines.extend(newer.lines.iter().cloned());
            let excess = lines.len().saturating_sub(limits::LOG_LINES_MAX);
            lines.drain(..excess);
            let changed_at = newer.changed_at.or(waiting.changed_at);
            *waiting = SavedRoom {
                lines,
                changed_at,
                ..newer
            };
        }
        None => {
            rooms.insert(newer.code.clone(), newer);
        }
    }
}

fn run(mut connection: Connection, shared: &Shared) {
    loop {
        let (rooms, spots, jobs, closed) = {
            let mut queue = shared.queue();
            while queue.is_empty() && !queue.closed {
                queue = shared.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
            (
                std::mem::take(&mut queue.rooms),
                std::mem::take(&mut queue.spots),
                std::mem::take(&mut queue.jobs),
                queue.closed,
            )
        };
        let written = if rooms.is_empty() {
            Ok(())
        } else {
            rooms::write(&mut connection, &rooms)
        };
        if let Err(error) = &written {
            tracing::error!(%error, rooms = rooms.len(), "rooms could not be kept; trying again");
        }
        let spots_written = if spots.is_empty() {
            Ok(())
        } else {
            spots::write(&mut connection, &spots)
        };
        if let Err(error) = &spots_written {
            // Whoever tells where they are tells it again.
            tracing::error!(%error, spots = spots.len(), "spots could not be kept");
        }
        let all_written = written.is_ok() && spots_written.is_ok();
        for job in jobs {
            match job {
                Job::Do(job) => job(&mut connection),
                Job::Flush(reply) => reply(all_written.then_some(()).ok_or(StoreError::Closed)),
            }
        }
        if closed {
            return;
        }
        if written.is_err() {
            put_back(shared, rooms);
        }
    }
}

/// Leaves rooms that could not be written for the next turn, below what came meanwhile.
fn put_back(shared: &Shared, rooms: HashMap<RoomCode, SavedRoom>) {
    std::thread::sleep(RETRY);
    let mut queue = shared.queue();
    let newer = std::mem::replace(&mut queue.rooms, rooms);
    for room in newer.into_values() {
        merge(&mut queue.rooms, room);
    }
}
