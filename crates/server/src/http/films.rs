//! Films over HTTP: the list that hosts pick from, uploads, and the films' bytes.

use super::api::AtRoom;
use super::error::ApiError;
use crate::app::{self, App};
use crate::films;
use crate::limits;
use crate::rooms::RoomHandle;
use crate::rooms::handle::ToRoom;
use axum::Json;
use axum::body::{Body, HttpBody};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::response::IntoResponse;
use bytes::Bytes;
use http_body_util::BodyExt;
use matinee_media::{FilmFile, FilmId, Upload};
use matinee_room::{Film, Identity, MemberId, Refusal, RoomCode, Tab, UploadId};
use matinee_store::SavedFilm;
use matinee_wire::native::message::{FilmList, Uploaded};
use serde::Deserialize;
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};

/// Which tab asks.
#[derive(Debug, Deserialize)]
pub(super) struct TabQuery {
    tab: String,
}

/// Which tab uploads what.
#[derive(Debug, Deserialize)]
pub(super) struct UploadQuery {
    tab: String,
    name: String,
}

/// `GET /api/rooms/{code}/films`
pub(super) async fn list(
    State(app): State<Arc<App>>,
    AtRoom { code, room }: AtRoom,
    Extension(identity): Extension<Identity>,
    query: Result<Query<TabQuery>, QueryRejection>,
) -> Result<Json<FilmList>, ApiError> {
    let Query(query) = query.map_err(|error| ApiError::bad_query(error.body_text()))?;
    host(&room, identity, query.tab).await?;
    Ok(Json(app.films.list(&code)))
}

/// `POST /api/rooms/{code}/films/scan`
pub(super) async fn scan(
    State(app): State<Arc<App>>,
    AtRoom { code, room }: AtRoom,
    Extension(identity): Extension<Identity>,
    query: Result<Query<TabQuery>, QueryRejection>,
) -> Result<Json<FilmList>, ApiError> {
    let Query(query) = query.map_err(|error| ApiError::bad_query(error.body_text()))?;
    host(&room, identity, query.tab).await?;
    app.films.scan().await?;
    Ok(Json(app.films.list(&code)))
}

/// The member that asks, if they are a host of the room.
async fn host(room: &RoomHandle, identity: Identity, tab: String) -> Result<MemberId, ApiError> {
    let tab = Tab::new(tab);
    let found = room
        .look(move |room| room.find(&identity, &tab).map(|member| (member.id, member.host)))
        .await?;
    match found {
        Some((member, true)) => Ok(member),
        Some((_, false)) => Err(Refusal::NotHost.into()),
        None => Err(ApiError::not_in_room()),
    }
}

/// `POST /api/rooms/{code}/films`
pub(super) async fn upload(
    State(app): State<Arc<App>>,
    at: AtRoom,
    Extension(identity): Extension<Identity>,
    query: Result<Query<UploadQuery>, QueryRejection>,
    request: Request,
) -> Result<impl IntoResponse, ApiError> {
    let mut body = request.into_body();
    let taken = match query {
        Ok(Query(query)) => take_in(&app, at, identity, query, &mut body).await,
        Err(error) => Err(ApiError::bad_query(error.body_text())),
    };
    if taken.is_err() {
        drain(&mut body).await;
    }
    taken.map(|film| {
        (
            StatusCode::CREATED,
            Json(Uploaded {
                film: films::entry(&film),
            }),
        )
    })
}

async fn take_in(
    app: &Arc<App>,
    AtRoom { code, room }: AtRoom,
    identity: Identity,
    query: UploadQuery,
    body: &mut Body,
) -> Result<Arc<FilmFile>, ApiError> {
    let member = host(&room, identity, query.tab).await?;
    let total_bytes = body.size_hint().exact().ok_or_else(ApiError::length_required)?;
    let id = FilmId::from_bytes(app::random().map_err(|error| ApiError::internal(&error))?);
    let upload = app.films.uploads.begin(id, &query.name, total_bytes).await?;
    let title = upload.title().to_owned();
    let begun = room
        .ask(|reply| ToRoom::UploadBegins {
            member,
            title,
            total_bytes,
            reply,
        })
        .await?;
    let mut report = Report::new(room, begun?);
    let film = receive(upload, body, &mut report).await?;
    let film = keep(app, code, film).await?;
    report.end(Some(films::as_room_film(&film))).await;
    Ok(film)
}

pub(crate) async fn receive(
    mut upload: Upload,
    body: &mut Body,
    report: &mut Report,
) -> Result<FilmFile, ApiError> {
    let mut step_ends = Instant::now() + limits::UPLOAD_STALLS_MAX;
    let mut step_bytes = upload.received_bytes() + limits::UPLOAD_STEP_BYTES;
    loop {
        match timeout_at(step_ends, next_chunk(body)).await {
            Ok(Some(Ok(chunk))) => {
                upload.write(chunk).await?;
                report.moves(upload.received_bytes());
            }
            Ok(None) => return Ok(upload.finish().await?),
            Ok(Some(Err(_))) => return Err(ApiError::upload_cut_short()),
            Err(_) => return Err(ApiError::upload_stalled()),
        }
        if upload.received_bytes() >= step_bytes {
            step_ends = Instant::now() + limits::UPLOAD_STALLS_MAX;
            step_bytes = upload.received_bytes() + limits::UPLOAD_STEP_BYTES;
        }
    }
}

async fn next_chunk(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    loop {
        match body.frame().await? {
            Ok(frame) => {
                if let Ok(data) = frame.into_data() {
                    return Some(Ok(data));
                }
            }
            Err(error) => return Some(Err(error)),
        }
    }
}

pub(crate) async fn keep(app: &Arc<App>, room: RoomCode, film: FilmFile) -> Result<Arc<FilmFile>, ApiError> {
    let saved = SavedFilm {
        id: matinee_room::FilmId::new(film.id.as_str()),
        room: room.clone(),
        title: film.title.clone(),
        file_name: film.file_name.clone(),
        added_at: app.clock.now(),
    };
    if let Err(error) = app.store.add_film(saved).await {
        // Without its record the file would never be found again.
        if let Err(error) = app.films.uploads.remove(&film).await {
            tracing::warn!(%error, "an uploaded film could not be removed");
        }
        return Err(error.into());
    }
    Ok(app.films.add_upload(room, film))
}

/// Reads on after a refusal, for a while: a browser that is still sending would not see the answer.
pub(crate) async fn drain(body: &mut Body) {
    let until = Instant::now() + limits::REQUEST_WITHIN;
    let mut drained = 0;
    while let Ok(Some(Ok(chunk))) = timeout_at(until, next_chunk(body)).await {
        drained += chunk.len() as u64;
        if drained > limits::REFUSED_UPLOAD_DRAINS_MAX {
            return;
        }
    }
}

/// Tells the room how an upload goes. Dropped before its end, it tells that it broke off.
pub(crate) struct Report {
    room: RoomHandle,
    id: UploadId,
    ended: bool,
    moved: Instant,
}

impl Report {
    pub(crate) fn new(room: RoomHandle, id: UploadId) -> Self {
        Self {
            room,
            id,
            ended: false,
            moved: Instant::now(),
        }
    }

    fn moves(&mut self, received_bytes: u64) {
        if self.moved.elapsed() >= limits::PROGRESS_EVERY {
            self.moved = Instant::now();
            self.room.send_if_idle(ToRoom::UploadMoves {
                upload: self.id,
                received_bytes,
            });
        }
    }

    pub(crate) async fn end(mut self, film: Option<Film>) {
        self.ended = true;
        // A room that has ended shows no uploads.
        let _ = self
            .room
            .send(ToRoom::UploadEnds {
                upload: self.id,
                film,
            })
            .await;
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        if !self.ended {
            let (room, upload) = (self.room.clone(), self.id);
            tokio::spawn(async move { room.send(ToRoom::UploadEnds { upload, film: None }).await });
        }
    }
}

/// `/media/{id}/{name}`: the film's bytes. Who knows the id may have them.
pub(super) async fn bytes(
    State(app): State<Arc<App>>,
    path: Result<Path<(String, String)>, PathRejection>,
    method: Method,
    headers: HeaderMap,
) -> Response<Body> {
    let id = path.ok().and_then(|Path((id, _name))| FilmId::parse(&id));
    let film = id.and_then(|id| app.films.shelf.get(&id));
    let response = match film {
        Some(film) => matinee_media::serve(&film, &method, &headers).await,
        None => matinee_media::serve::unknown_film(),
    };
    response.map(Body::new)
}

/// `/streams/{id}/{name}`: a piece of a film's stream. Who knows the id may have it.
pub(super) async fn stream(
    State(app): State<Arc<App>>,
    path: Result<Path<(String, String)>, PathRejection>,
    method: Method,
    headers: HeaderMap,
) -> Response<Body> {
    let found = path
        .ok()
        .and_then(|Path((id, name))| Some((app.streams.folder(&id)?, name)));
    let response = match found {
        Some((folder, name)) => folder.serve(&name, &method, &headers).await,
        None => matinee_media::serve::unknown_film(),
    };
    response.map(Body::new)
}
