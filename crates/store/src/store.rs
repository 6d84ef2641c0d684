//! The handle that the server holds.

use crate::error::StoreError;
use crate::spots::SpotKey;
use crate::subtitles;
use crate::uploads::{SavedUpload, UploadMark};
use crate::writer::{Job, Writer};
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
    /// When somebody last did something there.
    pub changed_at: Timestamp,
}

impl SavedRoom {
    /// What to keep of `room`, given the number of the last line that was kept before.
    ///
    /// # Errors
    /// When the state has no JSON form; rooms always have one.
    pub fn of(room: &Room, after_seq: u64) -> Result<Self, serde_json::Error> {
        Ok(Self {
            code: room.code().clone(),
            state: serde_json::to_string(room)?,
            lines: room.log().since(after_seq).cloned().collect(),
            last_seq: room.log().last_seq(),
            changed_at: room.changed_at(),
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
        crate::schema::prepare(&mut connection)?;
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
        self.ask(|reply| Job::Secret { name, fresh, reply }).await
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
        self.ask(|reply| Job::Load { code, now, reply }).await
    }

    /// How many rooms are kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_rooms(&self) -> Result<u64, StoreError> {
        self.ask(|reply| Job::CountRooms { reply }).await
    }

    /// The rooms in which nobody did anything since `before`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rooms_unchanged_since(&self, before: Timestamp) -> Result<Vec<RoomCode>, StoreError> {
        self.ask(|reply| Job::Unchanged { before, reply }).await
    }

    /// Forgets a room, its log, its films, its uploads and its subtitles; the files of films and uploads are the caller's.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_room(&self, code: RoomCode) -> Result<(), StoreError> {
        self.ask(|reply| Job::DeleteRoom { code, reply }).await
    }

    /// Keeps an uploaded film.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_film(&self, film: SavedFilm) -> Result<(), StoreError> {
        self.ask(|reply| Job::AddFilm { film, reply }).await
    }

    /// All uploaded films, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn films(&self) -> Result<Vec<SavedFilm>, StoreError> {
        self.ask(|reply| Job::Films { reply }).await
    }

    /// Keeps an upload that can be gone on with.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_upload(&self, upload: SavedUpload) -> Result<(), StoreError> {
        self.ask(|reply| Job::AddUpload { upload, reply }).await
    }

    /// Keeps how far an upload is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mark_upload(&self, id: UploadKey, mark: UploadMark) -> Result<(), StoreError> {
        self.ask(|reply| Job::MarkUpload { id, mark, reply }).await
    }

    /// Forgets an upload; its file is the caller's.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_upload(&self, id: UploadKey) -> Result<(), StoreError> {
        self.ask(|reply| Job::RemoveUpload { id, reply }).await
    }

    /// Keeps the film that an upload has become, in the place of the upload.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn finish_upload(&self, id: UploadKey, film: SavedFilm) -> Result<(), StoreError> {
        self.ask(|reply| Job::FinishUpload { id, film, reply }).await
    }

    /// All uploads that can be gone on with, in the order in which they began.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn uploads(&self) -> Result<Vec<SavedUpload>, StoreError> {
        self.ask(|reply| Job::Uploads { reply }).await
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
        self.ask(|reply| Job::Spot { key, reply }).await
    }

    /// Returns when all that was saved before is written.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.ask(|reply| Job::Flush { reply }).await
    }

    pub(crate) async fn ask<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Job,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.writer.ask(job(reply));
        answer.await.map_err(|_| StoreError::Closed)?
    }
}

#[cfg(test)]
mod tests;
