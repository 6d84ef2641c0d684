//! The handle that the server holds.

use crate::error::StoreError;
use crate::spots::{self, SpotKey};
use crate::uploads::{self, SavedUpload, UploadMark};
use crate::writer::{Job, Writer};
use crate::{films, rooms, schema, secrets, subtitles};
use matinee_room::{FilmId, Line, Room, RoomCode, Timestamp, UploadKey};
use rusqlite::Connection;
use std::path::Path;
use tokio::sync::oneshot;

/// The store. Cheap to share behind an `Arc`; when it is dropped, what waits is still written.
#[derive(Debug)]
pub struct Store {
    writer: Writer,
}

/// A room to be kept: its state now, and the lines written since it was last saved.
#[derive(Clone, Debug)]
pub struct SavedRoom {
    /// The room's code.
    pub code: RoomCode,
    /// The room as JSON.
    pub state: String,
    /// Lines since the last save, oldest first.
    pub lines: Vec<Line>,
    /// The number of the last line ever written.
    pub last_seq: u64,
    /// When somebody last did something there, by which it is forgotten; `None` if nobody has since it was last saved.
    pub changed_at: Option<Timestamp>,
}

impl SavedRoom {
    /// What to keep of `room`, given the number of the last line that was kept before, and when somebody did
    /// something there since then, if anybody has. That is not the room's own time: it may stand still while the machine
    /// sleeps.
    ///
    /// # Errors
    /// When the state has no JSON form; rooms always have one.
    pub fn of(room: &Room, after_seq: u64, changed_at: Option<Timestamp>) -> Result<Self, serde_json::Error> {
        Ok(Self {
            code: room.code().clone(),
            state: serde_json::to_string(room)?,
            lines: room.log().since(after_seq).cloned().collect(),
            last_seq: room.log().last_seq(),
            changed_at: match room.is_closed() {
                true => Some(room.changed_at()),
                false => changed_at,
            },
        })
    }
}

/// An uploaded film, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedFilm {
    /// Its id.
    pub id: FilmId,
    /// The room that it was uploaded to.
    pub room: RoomCode,
    /// What to call it.
    pub title: String,
    /// The file, below the folder of uploads.
    pub file_name: String,
    /// When it was uploaded.
    pub added_at: Timestamp,
}

impl Store {
    /// Opens the database in `file`, making it if it is not there.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be used.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        let mut connection = Connection::open(file)?;
        schema::prepare(&mut connection)?;
        subtitles::remove_strays(&connection)?;
        Ok(Self {
            writer: Writer::start(connection)?,
        })
    }

    /// The secret of this name, made with `fresh` the first time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn secret(&self, name: &'static str, fresh: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        self.ask(move |connection| secrets::load_or_keep(connection, name, &fresh))
            .await
    }

    /// Keeps a room, soon. Only the newest state of a room waits, with all its lines.
    pub fn save(&self, room: SavedRoom) {
        self.writer.save(room);
    }

    /// The room of this code as it was last saved, everybody in it away since `now`, and its uploads paused.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn load(&self, code: RoomCode, now: Timestamp) -> Result<Option<Room>, StoreError> {
        self.ask(move |connection| rooms::load(connection, &code, now))
            .await
    }

    /// How many rooms are kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_rooms(&self) -> Result<u64, StoreError> {
        self.ask(|connection| rooms::count(connection)).await
    }

    /// The rooms in which nobody did anything since `before`, as far as it was told with what was saved.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rooms_unchanged_since(&self, before: Timestamp) -> Result<Vec<RoomCode>, StoreError> {
        self.ask(move |connection| rooms::unchanged(connection, before))
            .await
    }

    /// Forgets a room, its log, its films, its uploads and its subtitles; the files of films and uploads are the caller's.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_room(&self, code: RoomCode) -> Result<(), StoreError> {
        self.ask(move |connection| rooms::delete(connection, &code)).await
    }

    /// Keeps an uploaded film.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_film(&self, film: SavedFilm) -> Result<(), StoreError> {
        // A film's file is removed if it has no record at the next start.
        self.ask(move |connection| schema::for_good(connection, |connection| films::add(connection, &film)))
            .await
    }

    /// All uploaded films, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn films(&self) -> Result<Vec<SavedFilm>, StoreError> {
        self.ask(|connection| films::all(connection)).await
    }

    /// Keeps an upload that can be gone on with.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_upload(&self, upload: SavedUpload) -> Result<(), StoreError> {
        self.ask(move |connection| uploads::add(connection, &upload))
            .await
    }

    /// Keeps how far an upload is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mark_upload(&self, id: UploadKey, mark: UploadMark) -> Result<(), StoreError> {
        self.ask(move |connection| uploads::mark(connection, &id, &mark))
            .await
    }

    /// Forgets an upload; its file is the caller's.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_upload(&self, id: UploadKey) -> Result<(), StoreError> {
        self.ask(move |connection| uploads::remove(connection, &id)).await
    }

    /// Keeps the film that an upload has become, in the place of the upload.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn finish_upload(&self, id: UploadKey, film: SavedFilm) -> Result<(), StoreError> {
        let finish = move |connection: &mut Connection| uploads::finish(connection, &id, &film);
        self.ask(move |connection| schema::for_good(connection, finish))
            .await
    }

    /// All uploads that can be gone on with, in the order in which they began.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn uploads(&self) -> Result<Vec<SavedUpload>, StoreError> {
        self.ask(|connection| uploads::all(connection, None)).await
    }

    /// Keeps where somebody wants to go on watching, in the place of what they saved before; `None` forgets it. Of
    /// many the oldest go ([`SPOTS_MAX`](crate::SPOTS_MAX), [`SPOTS_A_VIEWER_MAX`](crate::SPOTS_A_VIEWER_MAX)).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn save_spot(&self, key: SpotKey, spot: Option<String>) -> Result<(), StoreError> {
        // All that come meanwhile are written at once, and all who wait are answered then.
        self.writer.save_spot(key, spot);
        self.flush().await
    }

    /// Where somebody wants to go on watching, as they saved it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn spot(&self, key: SpotKey) -> Result<Option<String>, StoreError> {
        self.ask(move |connection| spots::load(connection, &key)).await
    }

    /// Returns when all that was saved before is written.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn flush(&self) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        self.writer
            .ask(Job::Flush(Box::new(|written| tell(reply, written))));
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Has something done with the database, after all that was asked before.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.writer
            .ask(Job::Do(Box::new(|connection| tell(reply, job(connection)))));
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

fn tell<T>(reply: oneshot::Sender<Result<T, StoreError>>, result: Result<T, StoreError>) {
    // Whoever asked may have gone; then nobody needs the answer.
    let _ = reply.send(result);
}

#[cfg(test)]
mod tests;
