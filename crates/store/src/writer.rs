//! The thread that owns the database.
//!
//! Its queue has three sides: rooms and spots to save, of which only the newest state each waits, and jobs that
//! somebody waits for. Each turn writes all waiting rooms in one transaction, all spots in another, then does the
//! jobs in order. The queue is bounded by the number of rooms and by the callers, each of whom waits for one answer.

use crate::error::StoreError;
use crate::spots::{self, SpotKey};
use crate::store::{SavedFilm, SavedRoom};
use crate::subtitles::{self, Placed, SavedSubtitles, SubtitlesId};
use crate::uploads::{self, SavedUpload, UploadMark};
use matinee_room::{FilmId, Line, Log, Room, RoomCode, Timestamp, UploadKey, limits};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot::Sender;

/// How long the writer waits before it tries again to write what the disk refused.
const RETRY: Duration = Duration::from_secs(1);

type Reply<T> = Sender<Result<T, StoreError>>;

/// Something that somebody waits for.
#[derive(Debug)]
pub(crate) enum Job {
    Secret {
        name: &'static str,
        fresh: Vec<u8>,
        reply: Reply<Vec<u8>>,
    },
    Load {
        code: RoomCode,
        now: Timestamp,
        reply: Reply<Option<Room>>,
    },
    CountRooms {
        reply: Reply<u64>,
    },
    Unchanged {
        before: Timestamp,
        reply: Reply<Vec<RoomCode>>,
    },
    DeleteRoom {
        code: RoomCode,
        reply: Reply<()>,
    },
    AddFilm {
        film: SavedFilm,
        reply: Reply<()>,
    },
    Films {
        reply: Reply<Vec<SavedFilm>>,
    },
    AddUpload {
        upload: SavedUpload,
        reply: Reply<()>,
    },
    MarkUpload {
        id: UploadKey,
        mark: UploadMark,
        reply: Reply<()>,
    },
    RemoveUpload {
        id: UploadKey,
        reply: Reply<()>,
    },
    FinishUpload {
        id: UploadKey,
        film: SavedFilm,
        reply: Reply<()>,
    },
    Uploads {
        reply: Reply<Vec<SavedUpload>>,
    },
    AddSubtitles {
        saved: SavedSubtitles,
        text: String,
        reply: Reply<Placed>,
    },
    Subtitles {
        room: RoomCode,
        film: FilmId,
        reply: Reply<Vec<SavedSubtitles>>,
    },
    FindSubtitles {
        room: RoomCode,
        id: SubtitlesId,
        reply: Reply<Option<SavedSubtitles>>,
    },
    SubtitlesText {
        room: RoomCode,
        id: SubtitlesId,
        reply: Reply<Option<String>>,
    },
    RemoveSubtitles {
        id: SubtitlesId,
        reply: Reply<()>,
    },
    Spot {
        key: SpotKey,
        reply: Reply<Option<String>>,
    },
    Flush {
        reply: Reply<()>,
    },
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
            *waiting = SavedRoom { lines, ..newer };
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
            write_rooms(&mut connection, &rooms)
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
            match (job, all_written) {
                (Job::Flush { reply }, false) => answer(reply, Err(StoreError::Closed)),
                (job, _) => work(&mut connection, job),
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

fn write_rooms(connection: &mut Connection, rooms: &HashMap<RoomCode, SavedRoom>) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    {
        let mut put_room = transaction.prepare_cached(
            "INSERT INTO rooms (code, state, last_seq, changed_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (code) DO UPDATE SET state = ?2, last_seq = ?3, changed_at = ?4",
        )?;
        let mut put_line = transaction
            .prepare_cached("INSERT OR REPLACE INTO lines (code, seq, line) VALUES (?1, ?2, ?3)")?;
        // By count: each start of the server leaves a gap in the numbers.
        let mut trim = transaction.prepare_cached(
            "DELETE FROM lines WHERE code = ?1 AND seq <=
             (SELECT seq FROM lines WHERE code = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)",
        )?;
        for room in rooms.values() {
            let code = room.code.as_str();
            put_room.execute(params![
                code,
                room.state,
                signed(room.last_seq),
                signed(room.changed_at.0)
            ])?;
            for line in &room.lines {
                let text = serde_json::to_string(line).map_err(|reason| StoreError::Unreadable {
                    code: code.to_owned(),
                    reason,
                })?;
                put_line.execute(params![code, signed(line.seq), text])?;
            }
            if !room.lines.is_empty() {
                trim.execute(params![code, signed(limits::LOG_LINES_MAX as u64)])?;
            }
        }
    }
    transaction.commit()?;
    Ok(())
}

fn work(connection: &mut Connection, job: Job) {
    match job {
        Job::Secret { name, fresh, reply } => answer(reply, secret(connection, name, &fresh)),
        Job::Load { code, now, reply } => answer(reply, load(connection, &code, now)),
        Job::CountRooms { reply } => answer(reply, count_rooms(connection)),
        Job::Unchanged { before, reply } => answer(reply, unchanged(connection, before)),
        Job::DeleteRoom { code, reply } => answer(reply, delete_room(connection, &code)),
        Job::AddFilm { film, reply } => answer(reply, add_film(connection, &film)),
        Job::Films { reply } => answer(reply, films(connection)),
        Job::AddUpload { upload, reply } => answer(reply, uploads::add(connection, &upload)),
        Job::MarkUpload { id, mark, reply } => answer(reply, uploads::mark(connection, &id, &mark)),
        Job::RemoveUpload { id, reply } => answer(reply, uploads::remove(connection, &id)),
        Job::FinishUpload { id, film, reply } => answer(reply, uploads::finish(connection, &id, &film)),
        Job::Uploads { reply } => answer(reply, uploads::all(connection, None)),
        Job::AddSubtitles { saved, text, reply } => answer(reply, subtitles::add(connection, &saved, &text)),
        Job::Subtitles { room, film, reply } => answer(reply, subtitles::of_film(connection, &room, &film)),
        Job::FindSubtitles { room, id, reply } => answer(reply, subtitles::find(connection, &room, &id)),
        Job::SubtitlesText { room, id, reply } => answer(reply, subtitles::text(connection, &room, &id)),
        Job::RemoveSubtitles { id, reply } => answer(reply, subtitles::remove(connection, &id)),
        Job::Spot { key, reply } => answer(reply, spots::load(connection, &key)),
        Job::Flush { reply } => answer(reply, Ok(())),
    }
}

fn answer<T>(reply: Reply<T>, result: Result<T, StoreError>) {
    // Whoever asked may have gone; then nobody needs the answer.
    let _ = reply.send(result);
}

fn secret(connection: &Connection, name: &str, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
    connection.execute(
        "INSERT OR IGNORE INTO secrets (name, value) VALUES (?1, ?2)",
        params![name, fresh],
    )?;
    Ok(
        connection.query_row("SELECT value FROM secrets WHERE name = ?1", [name], |row| {
            row.get(0)
        })?,
    )
}

fn load(connection: &Connection, code: &RoomCode, now: Timestamp) -> Result<Option<Room>, StoreError> {
    let unreadable = |reason| StoreError::Unreadable {
        code: code.to_string(),
        reason,
    };
    let found: Option<(String, i64)> = connection
        .query_row(
            "SELECT state, last_seq FROM rooms WHERE code = ?1",
            [code.as_str()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((state, last_seq)) = found else {
        return Ok(None);
    };
    let room: Room = serde_json::from_str(&state).map_err(unreadable)?;
    let mut statement = connection.prepare_cached("SELECT line FROM lines WHERE code = ?1 ORDER BY seq")?;
    let mut lines = Vec::new();
    for text in statement.query_map([code.as_str()], |row| row.get::<_, String>(0))? {
        lines.push(serde_json::from_str::<Line>(&text?).map_err(unreadable)?);
    }
    let last_seq = unsigned(last_seq).saturating_add(limits::LOG_NUMBERS_SKIPPED);
    let room = room.restored(now, Log::restore(lines, last_seq));
    Ok(Some(room.with_uploads(uploads::of_room(connection, code)?)))
}

fn count_rooms(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection.query_row("SELECT count(*) FROM rooms", [], |row| row.get(0).map(unsigned))?)
}

fn unchanged(connection: &Connection, before: Timestamp) -> Result<Vec<RoomCode>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT code FROM rooms WHERE changed_at < ?1")?;
    let codes = statement.query_map([signed(before.0)], |row| {
        row.get::<_, String>(0).map(RoomCode::new)
    })?;
    Ok(codes.collect::<Result<_, _>>()?)
}

fn delete_room(connection: &mut Connection, code: &RoomCode) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    for table in ["rooms", "lines", "films", "uploads", "subtitles"] {
        transaction.execute(&format!("DELETE FROM {table} WHERE code = ?1"), [code.as_str()])?;
    }
    transaction.commit()?;
    Ok(())
}

pub(crate) fn add_film(connection: &Connection, film: &SavedFilm) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO films (id, code, title, file_name, added_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            film.id.as_str(),
            film.room.as_str(),
            film.title,
            film.file_name,
            signed(film.added_at.0)
        ],
    )?;
    Ok(())
}

fn films(connection: &Connection) -> Result<Vec<SavedFilm>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, code, title, file_name, added_at FROM films ORDER BY added_at DESC, id",
    )?;
    let films = statement.query_map([], |row| {
        Ok(SavedFilm {
            id: FilmId::new(row.get::<_, String>(0)?),
            room: RoomCode::new(row.get::<_, String>(1)?),
            title: row.get(2)?,
            file_name: row.get(3)?,
            added_at: Timestamp(unsigned(row.get(4)?)),
        })
    })?;
    Ok(films.collect::<Result<_, _>>()?)
}

/// SQLite has signed integers only; none of ours comes near their end.
pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}
