//! The bytes of one upload, from a request to the disk, while the room hears how far they are.
//!
//! This runs in a task of its own: a connection that breaks drops its request's handler wherever that stands, and an
//! upload must be left as it is known to be.

use super::error::ApiError;
use crate::app::App;
use crate::ending::{self, Ending};
use crate::films;
use crate::limits;
use crate::rooms::RoomHandle;
use crate::rooms::handle::ToRoom;
use crate::uploads::{CompleteError, Kept, Turn};
use axum::body::Body;
use futures_util::StreamExt;
use http_body_util::BodyDataStream;
use matinee_media::{FilmFile, Partial, UploadError};
use matinee_room::{Input, MemberId, UploadId};
use std::pin::pin;
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};

/// One request's part in an upload.
pub(super) struct Receiving {
    pub(super) app: Arc<App>,
    pub(super) kept: Arc<Kept>,
    pub(super) room: RoomHandle,
    /// Its number in the room.
    pub(super) number: UploadId,
    /// As whom it is sent.
    pub(super) member: Option<MemberId>,
    pub(super) turn: Turn,
}

/// Where an upload is after a request.
#[derive(Debug)]
pub(super) enum Sent {
    /// So many bytes are here.
    Part(u64),
    /// It has become a film.
    Whole(Arc<FilmFile>),
}

impl Receiving {
    /// Takes the bytes that begin at `offset`.
    pub(super) async fn take(self, offset: u64, body: &mut Body) -> Result<Sent, ApiError> {
        let Self { app, kept, .. } = &self;
        if kept.is_whole() && offset == kept.total_bytes {
            return self.complete().await.map(Sent::Whole);
        }
        self.check_place().await?;
        let mut partial = app.films.uploads.open_partial(&kept.id, kept.total_bytes).await?;
        if partial.received_bytes() != offset {
            return Err(ApiError::wrong_offset(partial.received_bytes()));
        }
        let goes_on = Input::UploadGoesOn {
            upload: self.number,
            member: self.member,
        };
        self.room
            .ask(|reply| ToRoom::Give {
                input: goes_on,
                reply,
            })
            .await??;
        let received = self.receive(&mut partial, body).await;
        self.leave(partial, received).await
    }

    async fn receive(&self, partial: &mut Partial, body: &mut Body) -> Result<(), Broken> {
        let Self { app, kept, .. } = self;
        let mut removed = pin!(kept.is_removed());
        let mut wanted = pin!(kept.is_wanted());
        let mut stopped = pin!(ending::has_begun(app.ending.clone()));
        let mut pace = Pace::from(partial.received_bytes());
        let mut bytes = BodyDataStream::new(body);
        loop {
            let next = tokio::select! {
                biased;
                () = &mut removed => return Err(ApiError::upload_removed().into()),
                () = &mut stopped => return Err(ApiError::restarting().into()),
                () = &mut wanted => return Err(ApiError::upload_busy().into()),
                next = timeout_at(pace.wake(), bytes.next()) => next,
            };
            match next {
                Ok(Some(Ok(chunk))) => {
                    partial.write(chunk).await?;
                    kept.heard(app.clock.latest());
                    let received_bytes = partial.received_bytes();
                    pace.moves(received_bytes);
                    if pace.syncs(received_bytes) {
                        self.note_safe(partial.sync().await?).await;
                        self.check_place().await?;
                    }
                }
                Ok(None) => return Ok(()),
                Ok(Some(Err(_))) => return Err(ApiError::upload_broken().into()),
                Err(_) if pace.has_stalled() => return Err(ApiError::upload_stalled().into()),
                Err(_) => {}
            }
            if pace.tells() {
                self.room.send_if_idle(ToRoom::UploadMoves {
                    upload: self.number,
                    received_bytes: partial.received_bytes(),
                });
            }
        }
    }

    /// Refuses to take more where somebody else has got the place of an upload that did not come.
    async fn check_place(&self) -> Result<(), ApiError> {
        let Self { app, kept, .. } = self;
        if let Some(wanted_bytes) = app.uploads.admit_again(kept, &app.films, app.clock.latest())? {
            app.films.uploads.check_place(wanted_bytes).await?;
        }
        Ok(())
    }

    async fn note_safe(&self, received_bytes: u64) {
        let left = matinee_media::Left {
            received_bytes,
            is_safe: true,
        };
        self.app.uploads.note(&self.app.store, &self.kept, left).await;
    }

    /// Leaves the upload as it is now: a film, one that can be gone on with, or none.
    async fn leave(&self, partial: Partial, received: Result<(), Broken>) -> Result<Sent, ApiError> {
        let Self { app, kept, .. } = self;
        let left = partial.close().await;
        if let Ok(left) = left {
            app.uploads.note(&app.store, kept, left).await;
        }
        let answer = match (received, left) {
            (Err(Broken::NoFilm(error)), _) => {
                app.uploads
                    .remove_sent(&app.store, &app.films, kept, &self.turn)
                    .await?;
                self.tell_end(None).await;
                return Err(error);
            }
            (Err(Broken::Pauses(error)), _) => Err(error),
            (Ok(()), Err(error)) => Err(error.into()),
            // What was taken could not be written: the disk is full.
            (Ok(()), Ok(left)) if !left.is_safe => Err(UploadError::DiskFull.into()),
            (Ok(()), Ok(left)) if left.received_bytes == kept.total_bytes => {
                self.complete().await.map(Sent::Whole)
            }
            (Ok(()), Ok(left)) => Ok(Sent::Part(left.received_bytes)),
        };
        if !matches!(answer, Ok(Sent::Whole(_))) && !kept.was_removed() {
            let pauses = Input::UploadPauses {
                upload: self.number,
                received_bytes: kept.received_bytes(),
            };
            // A room that has gone reads the list of its uploads anew.
            let _ = self.room.ask(|reply| ToRoom::Give { input: pauses, reply }).await;
        }
        answer
    }

    /// Makes a film of an upload that is whole, and has it put on.
    pub(super) async fn complete(&self) -> Result<Arc<FilmFile>, ApiError> {
        let Self { app, kept, .. } = self;
        match app.uploads.complete(&app.store, &app.films, kept).await {
            Ok(film) => {
                self.tell_end(Some(films::as_room_film(&film))).await;
                Ok(film)
            }
            Err(CompleteError::Bytes(error @ UploadError::NotAVideo { .. })) => {
                app.uploads
                    .remove_sent(&app.store, &app.films, kept, &self.turn)
                    .await?;
                self.tell_end(None).await;
                Err(error.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn tell_end(&self, film: Option<matinee_room::Film>) {
        let upload = self.number;
        // A room that has gone reads the list of its uploads anew.
        let _ = self.room.send(ToRoom::UploadEnds { upload, film }).await;
    }
}

/// Why no more bytes are taken.
enum Broken {
    /// The upload can be gone on with.
    Pauses(ApiError),
    /// It never becomes a film.
    NoFilm(ApiError),
}

impl From<ApiError> for Broken {
    fn from(error: ApiError) -> Self {
        Self::Pauses(error)
    }
}

impl From<UploadError> for Broken {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::NotAVideo { .. } => Self::NoFilm(error.into()),
            _ => Self::Pauses(error.into()),
        }
    }
}

/// What is due when, while bytes come.
pub(crate) struct Pace {
    /// Until when the next step must be done, and at how many bytes it is.
    step_ends: Instant,
    step_bytes: u64,
    /// When the room was told last, and whether there is news since then.
    told: Instant,
    has_news: bool,
    synced: Instant,
    synced_bytes: u64,
}

impl Pace {
    pub(crate) fn from(received_bytes: u64) -> Self {
        let now = Instant::now();
        Self {
            step_ends: now + limits::UPLOAD_STALLS_MAX,
            step_bytes: received_bytes + limits::UPLOAD_STEP_BYTES,
            told: now,
            has_news: false,
            synced: now,
            synced_bytes: received_bytes,
        }
    }

    /// When there is something to do though no byte comes.
    pub(crate) fn wake(&self) -> Instant {
        let tells = self.has_news.then(|| self.told + limits::PROGRESS_EVERY);
        tells.map_or(self.step_ends, |tells| tells.min(self.step_ends))
    }

    pub(crate) fn moves(&mut self, received_bytes: u64) {
        self.has_news = true;
        if received_bytes >= self.step_bytes {
            self.step_ends = Instant::now() + limits::UPLOAD_STALLS_MAX;
            self.step_bytes = received_bytes + limits::UPLOAD_STEP_BYTES;
        }
    }

    pub(crate) fn has_stalled(&self) -> bool {
        self.step_ends <= Instant::now()
    }

    /// Whether the room is to be told now.
    pub(crate) fn tells(&mut self) -> bool {
        let is_due = self.has_news && self.told.elapsed() >= limits::PROGRESS_EVERY;
        if is_due {
            self.told = Instant::now();
            self.has_news = false;
        }
        is_due
    }

    /// Whether the bytes are to be brought safely to the disk now.
    fn syncs(&mut self, received_bytes: u64) -> bool {
        let is_due = self.synced.elapsed() >= limits::UPLOAD_SYNC_EVERY
            || received_bytes - self.synced_bytes >= matinee_media::limits::UPLOAD_SYNC_BYTES;
        if is_due {
            self.synced = Instant::now();
            self.synced_bytes = received_bytes;
        }
        is_due
    }
}

/// Reads on after a refusal, for a while: a browser that is still sending would not see the answer.
pub(crate) async fn drain(body: &mut Body, ending: Ending) {
    let until = Instant::now() + limits::REQUEST_WITHIN;
    let reading = async {
        let (mut bytes, mut drained) = (BodyDataStream::new(body), 0);
        while let Ok(Some(Ok(chunk))) = timeout_at(until, bytes.next()).await {
            drained += chunk.len() as u64;
            if drained > limits::REFUSED_UPLOAD_DRAINS_MAX {
                return;
            }
        }
    };
    tokio::select! {
        () = reading => {}
        () = ending::has_begun(ending) => {}
    }
}
