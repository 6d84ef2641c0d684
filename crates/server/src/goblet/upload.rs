//! `POST /`: a film that comes in a form, put on for everyone as soon as it is there.

use super::Goblet;
use super::error::{GobletError, TextError};
use super::form::{self, FormError};
use super::handle::{Action, ToHall};
use super::routes::{act, playback};
use crate::app::{self, App};
use crate::ending;
use crate::films;
use crate::http::error::ApiError;
use crate::http::receiving::{Pace, drain};
use crate::limits;
use crate::rooms::RoomHandle;
use crate::rooms::handle::ToRoom;
use crate::uploads::{CompleteError, Passing};
use axum::body::{Body, HttpBody};
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use futures_util::StreamExt;
use matinee_media::{FilmFile, FilmId, Upload};
use matinee_room::{Identity, MemberId, Refusal, UploadId};
use matinee_wire::goblet::Source;
use multer::Field;
use std::pin::pin;
use std::sync::Arc;
use tokio::time::{timeout, timeout_at};

/// `POST /`. A browser is sent back to the page, as it showed a form there; a program is told the film's name.
pub(super) async fn upload(
    State(app): State<Arc<App>>,
    goblet: Goblet,
    Extension(identity): Extension<Identity>,
    request: Request,
) -> Result<Response<Body>, TextError> {
    let is_browser = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    // In a task of its own, so that a film that is there stays, whenever its sender hangs up.
    let (running, taking) = (app.running.clone(), (Arc::clone(&app), goblet.clone()));
    let taken = running.spawn(async move { take_in(&taking.0, &taking.1, identity, request).await });
    taken.await.map_err(|error| ApiError::internal(&error))??;
    if is_browser {
        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response());
    }
    let playback = playback(&goblet, &app).await?;
    Ok(Source::of(&playback).name().into_response())
}

/// Takes the film in. What is refused, or comes after it in the form, is read on for a while, so that the sender
/// sees the answer.
async fn take_in(
    app: &Arc<App>,
    goblet: &Goblet,
    identity: Identity,
    request: Request,
) -> Result<(), TextError> {
    let (parts, mut body) = request.into_parts();
    let length = body.size_hint().exact();
    let taken = match check(app, length, parts.headers.get(header::CONTENT_TYPE)) {
        Ok(boundary) => put_on(app, goblet, identity, boundary, length, &mut body).await,
        Err(error) => Err(error),
    };
    drain(&mut body, app.ending.clone()).await;
    taken
}

/// The boundary of a form that may be read.
fn check(app: &App, length: Option<u64>, content_type: Option<&HeaderValue>) -> Result<String, TextError> {
    if let Some(bytes) = length {
        let at_least = bytes.saturating_sub(limits::FORM_BEFORE_FILE_BYTES_MAX as u64);
        app.films.uploads.check_size(at_least)?;
    }
    Ok(form::boundary(content_type).map_err(GobletError::from)?)
}

async fn put_on(
    app: &Arc<App>,
    goblet: &Goblet,
    identity: Identity,
    boundary: String,
    length: Option<u64>,
    body: &mut Body,
) -> Result<(), TextError> {
    let file = timeout(limits::REQUEST_WITHIN, form::file_of(boundary, body)).await;
    let file = file
        .unwrap_or(Err(FormError::CutShort))
        .map_err(GobletError::from)?;
    let name = file.file_name().unwrap_or_default().to_owned();
    let visitor = goblet.visitor(identity);
    let seat = |reply| ToHall::Seat {
        visitor: visitor.clone(),
        reply,
    };
    // Refused at the door before anything is taken in.
    let mut seated = goblet.hall.ask(seat).await?;
    let id = FilmId::from_bytes(app::random().map_err(|error| ApiError::internal(&error))?);
    // The form around it is a few hundred bytes; nobody sees them in a bar. Who does not say how much
    // comes may send as much as anybody may.
    let bytes_max = app.config.upload_bytes_max;
    let passing = Arc::new(Passing::new(goblet.lobby.clone(), length, bytes_max));
    let missing_bytes = app
        .uploads
        .admit_passing(Arc::clone(&passing), &app.films, app.clock.latest())
        .map_err(ApiError::from)?;
    let upload = app.films.uploads.begin_open(id, &name, missing_bytes).await?;
    let (title, total_bytes) = (upload.title().to_owned(), passing.total_bytes);
    let begin = |(room, member): (RoomHandle, MemberId)| {
        let title = title.clone();
        async move {
            let begin = |reply| ToRoom::UploadBegins {
                member,
                title,
                total_bytes,
                reply,
            };
            room.ask(begin).await
        }
    };
    let mut begun = begin(seated.clone()).await?;
    if begun == Err(Refusal::NotMember) {
        // Their last connection has ended since they were seated: they are there all the same.
        seated = goblet.hall.ask(seat).await?;
        begun = begin(seated.clone()).await?;
    }
    let report = Report::new(seated.0, begun?);
    let film = receive(app, upload, file, &passing, &report).await?;
    let film = keep(app, goblet, film).await?;
    // Here it is put on in any case, whatever is under way.
    report.end().await;
    act(goblet, visitor, Action::PutOn(films::as_room_film(&film))).await?;
    Ok(())
}

/// Takes all of the film, while the room hears how far it is.
async fn receive(
    app: &App,
    mut upload: Upload,
    mut file: Field<'_>,
    passing: &Passing,
    report: &Report,
) -> Result<FilmFile, ApiError> {
    let mut stopped = pin!(ending::has_begun(app.ending.clone()));
    let mut pace = Pace::from(upload.received_bytes());
    loop {
        let next = tokio::select! {
            biased;
            () = &mut stopped => return Err(ApiError::restarting()),
            next = timeout_at(pace.wake(), file.next()) => next,
        };
        match next {
            Ok(Some(Ok(chunk))) => {
                upload.write(chunk).await?;
                passing.stands_at(upload.received_bytes());
                pace.moves(upload.received_bytes());
            }
            Ok(None) => return Ok(upload.finish().await?),
            Ok(Some(Err(_))) => return Err(ApiError::upload_cut_short()),
            Err(_) if pace.has_stalled() => return Err(ApiError::upload_stood_still()),
            Err(_) => {}
        }
        if pace.tells() {
            report.moves(upload.received_bytes());
        }
    }
}

/// Makes it a film of the lobby.
async fn keep(app: &App, goblet: &Goblet, film: FilmFile) -> Result<Arc<FilmFile>, ApiError> {
    let saved = films::as_saved(&film, goblet.lobby.clone(), app.clock.latest());
    if let Err(error) = app.store.add_film(saved).await {
        // Without its record the file would never be found again.
        if let Err(error) = app.films.uploads.remove(&film).await {
            tracing::warn!(%error, "an uploaded film could not be removed");
        }
        return Err(CompleteError::Record(error).into());
    }
    Ok(app.films.add_upload(goblet.lobby.clone(), film))
}

/// Tells the room how an upload goes. Dropped before its end, it tells that it broke off.
struct Report {
    room: RoomHandle,
    upload: UploadId,
    has_ended: bool,
}

impl Report {
    fn new(room: RoomHandle, upload: UploadId) -> Self {
        Self {
            room,
            upload,
            has_ended: false,
        }
    }

    fn moves(&self, received_bytes: u64) {
        self.room.send_if_idle(ToRoom::UploadMoves {
            upload: self.upload,
            received_bytes,
        });
    }

    async fn end(mut self) {
        self.has_ended = true;
        let (upload, film) = (self.upload, None);
        // A room that has ended shows no uploads.
        let _ = self.room.send(ToRoom::UploadEnds { upload, film }).await;
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        if !self.has_ended {
            let (room, upload) = (self.room.clone(), self.upload);
            tokio::spawn(async move { room.send(ToRoom::UploadEnds { upload, film: None }).await });
        }
    }
}
