//! `POST /`: a film that comes in a form, put on for everyone as soon as it is there.

use super::Goblet;
use super::error::{GobletError, TextError};
use super::form::{self, FormError};
use super::handle::{Action, ToHall};
use super::routes::{act, playback};
use crate::app::{self, App};
use crate::films;
use crate::http::error::ApiError;
use crate::http::films::{Report, drain, keep, receive};
use crate::limits;
use crate::rooms::handle::ToRoom;
use axum::body::{Body, HttpBody};
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use matinee_media::FilmId;
use matinee_room::Identity;
use matinee_wire::goblet::Source;
use std::sync::Arc;
use tokio::time::timeout;

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
    take_in(&app, &goblet, identity, request).await?;
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
    drain(&mut body).await;
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
    let visitor = goblet.ids.visitor(identity);
    let seat = |reply| ToHall::Seat {
        visitor: visitor.clone(),
        reply,
    };
    let (room, member) = goblet.hall.ask(seat).await?;
    let id = FilmId::from_bytes(app::random().map_err(|error| ApiError::internal(&error))?);
    let upload = app.films.uploads.begin_open(id, &name).await?;
    let title = upload.title().to_owned();
    let begin = |reply| ToRoom::UploadBegins {
        member,
        title,
        // The form around it is a few hundred bytes; nobody sees them in a bar. Who does not say how much
        // comes may send as much as anybody may.
        total_bytes: length.unwrap_or(app.config.upload_bytes_max),
        reply,
    };
    let begun = room.ask(begin).await??;
    let mut report = Report::new(room, begun);
    let film = receive(upload, file, &mut report).await?;
    let film = keep(app, goblet.lobby.clone(), film).await?;
    // Here it is put on in any case, whatever is under way.
    report.end(None).await;
    act(goblet, visitor, Action::PutOn(films::as_room_film(&film))).await?;
    Ok(())
}
