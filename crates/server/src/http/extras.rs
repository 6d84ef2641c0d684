//! A film's extras over HTTP: their description, subtitles that somebody adds, and what is made of the film.

use super::api::AtRoom;
use super::error::ApiError;
use super::films::TabQuery;
use super::receiving::drain;
use crate::app::App;
use crate::extras::{self, Asker, NewSubtitles};
use crate::limits;
use crate::rooms::RoomHandle;
use crate::rooms::handle::ToRoom;
use axum::Json;
use axum::body::{Body, HttpBody};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use http_body_util::BodyDataStream;
use matinee_media::{serve, subtitles};
use matinee_room::{FilmId, Identity, Room, RoomCode, Tab};
use matinee_store::SubtitlesId;
use serde::Deserialize;
use std::sync::Arc;
use tokio::time::timeout;

/// The film that an address names.
#[derive(Debug, Deserialize)]
pub(super) struct OfFilm {
    film: String,
}

/// The subtitles that an address names.
#[derive(Debug, Deserialize)]
pub(super) struct OfSubtitles {
    id: String,
}

/// Which tab adds what.
#[derive(Debug, Deserialize)]
pub(super) struct AddQuery {
    tab: String,
    name: String,
}

/// `GET /api/rooms/{code}/films/{film}/extras`
pub(super) async fn describe(
    State(app): State<Arc<App>>,
    AtRoom { code, room }: AtRoom,
    Extension(identity): Extension<Identity>,
    path: Result<Path<OfFilm>, PathRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let film = film(path)?;
    let asked = identity.clone();
    let member = room.look(move |room| room.member_of(&asked).map(|member| member.host));
    let is_host = member.await?.ok_or_else(ApiError::not_in_room)?;
    let asker = Asker { identity, is_host };
    let described = app.extras.describe(&code, &film, &asker).await?;
    // What is removable differs from one who asks to another.
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(described)))
}

fn film(path: Result<Path<OfFilm>, PathRejection>) -> Result<FilmId, ApiError> {
    match path {
        Ok(Path(OfFilm { film })) => Ok(FilmId::new(film)),
        Err(_) => Err(ApiError::no_such_film()),
    }
}

/// `POST /api/rooms/{code}/films/{film}/subtitles`
pub(super) async fn add(
    State(app): State<Arc<App>>,
    at: AtRoom,
    Extension(identity): Extension<Identity>,
    path: Result<Path<OfFilm>, PathRejection>,
    query: Result<Query<AddQuery>, QueryRejection>,
    request: Request,
) -> Result<Response, ApiError> {
    let mut body = request.into_body();
    // In a task of its own, so that it is done or not done when the connection breaks.
    let (running, ending) = (app.running.clone(), app.ending.clone());
    let added = running.spawn(async move {
        let added = async {
            let film = film(path)?;
            let Query(query) = query.map_err(|error| ApiError::bad_query(error.body_text()))?;
            add_to(&app, at, identity, film, query, &mut body).await
        };
        let added = added.await;
        if added.is_err() {
            drain(&mut body, ending).await;
        }
        added
    });
    added.await.map_err(|error| ApiError::internal(&error))?
}

async fn add_to(
    app: &App,
    AtRoom { code, room }: AtRoom,
    identity: Identity,
    film: FilmId,
    query: AddQuery,
    body: &mut Body,
) -> Result<Response, ApiError> {
    let added_by = adder(app, &code, &room, &identity, query.tab, &film).await?;
    subtitles::check_length(body.size_hint().lower())?;
    let _leave = app.extras.may_bring()?;
    let bytes = read(body).await?;
    let new = NewSubtitles {
        room: code,
        film: film.clone(),
        owner: identity.clone(),
        added_by,
        file_name: query.name,
    };
    let saved = app.extras.add(app.clock.now(), new, bytes).await?;
    // A room that has gone meanwhile looks for them when it is back.
    let _ = room.send(ToRoom::SubtitlesChanged { film }).await;
    // Theirs they may remove in any case.
    let asker = Asker {
        identity,
        is_host: false,
    };
    let entry = extras::entry(saved, &asker);
    Ok((StatusCode::CREATED, Json(entry)).into_response())
}

/// The name of the member that asks, if they may add subtitles to this film: whoever may add films, to the one that is
/// on and to those that they may put on.
async fn adder(
    app: &App,
    code: &RoomCode,
    room: &RoomHandle,
    identity: &Identity,
    tab: String,
    film: &FilmId,
) -> Result<String, ApiError> {
    let (asker, tab, wanted) = (identity.clone(), Tab::new(tab), film.clone());
    let see = move |room: &Room| {
        // What is added goes with the room: where that is not kept, there is nothing to keep it with.
        let member = room.find(&asker, &tab).filter(|_| room.is_kept())?;
        let on = room.playback().film.as_ref();
        let is_on = on.is_some_and(|on| on.id == wanted);
        Some((room.may_add(member.id).map(|()| member.name.clone()), is_on))
    };
    let (may, is_on) = room.look(see).await?.ok_or_else(ApiError::not_in_room)?;
    let name = may?;
    if !is_on && app.films.for_room(code, film).is_none() {
        return Err(ApiError::no_such_film());
    }
    Ok(name)
}

/// The whole body, if it comes in time and is not too large.
async fn read(body: &mut Body) -> Result<Vec<u8>, ApiError> {
    let reading = async {
        let (mut bytes, mut chunks) = (Vec::new(), BodyDataStream::new(body));
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| ApiError::bad_body("it broke off"))?;
            subtitles::check_length((bytes.len() + chunk.len()) as u64)?;
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    let read = timeout(limits::REQUEST_WITHIN, reading).await;
    read.map_err(|_| ApiError::too_slow())?
}

/// `GET /api/rooms/{code}/subtitles/{id}`: their text. Who knows the id may have it.
pub(super) async fn text(
    State(app): State<Arc<App>>,
    AtRoom { code, .. }: AtRoom,
    path: Result<Path<OfSubtitles>, PathRejection>,
    method: Method,
) -> Result<Response, ApiError> {
    let id = id(path)?;
    let text = app.store.subtitles_text(code, id).await?;
    let text = text.ok_or_else(ApiError::no_such_subtitles)?;
    let mut response = serve::vtt(text, &method).map(Body::new);
    // An id never means another text.
    let for_ever = HeaderValue::from_static("private, max-age=31536000, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, for_ever);
    Ok(response)
}

fn id(path: Result<Path<OfSubtitles>, PathRejection>) -> Result<SubtitlesId, ApiError> {
    let id = path.ok().and_then(|Path(of)| SubtitlesId::parse(&of.id));
    id.ok_or_else(ApiError::no_such_subtitles)
}

/// `DELETE /api/rooms/{code}/subtitles/{id}`
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    AtRoom { code, room }: AtRoom,
    Extension(identity): Extension<Identity>,
    path: Result<Path<OfSubtitles>, PathRejection>,
    query: Result<Query<TabQuery>, QueryRejection>,
) -> Result<StatusCode, ApiError> {
    let Query(TabQuery { tab }) = query.map_err(|error| ApiError::bad_query(error.body_text()))?;
    let (asker, tab) = (identity.clone(), Tab::new(tab));
    let member = room.look(move |room| room.find(&asker, &tab).map(|member| member.host));
    let is_host = member.await?.ok_or_else(ApiError::not_in_room)?;
    let id = id(path)?;
    let saved = app.store.find_subtitles(code, id.clone()).await?;
    let saved = saved.ok_or_else(ApiError::no_such_subtitles)?;
    if !(Asker { identity, is_host }).may_remove(&saved) {
        return Err(ApiError::not_adder());
    }
    app.store.remove_subtitles(id).await?;
    // A room that has gone meanwhile looks for them when it is back.
    let _ = room.send(ToRoom::SubtitlesChanged { film: saved.film }).await;
    Ok(StatusCode::NO_CONTENT)
}

/// `/extras/{id}/{name}`: something that was made of a film. Who knows the film's id may have it. A poster is made when
/// it is first asked for.
pub(super) async fn piece(
    State(app): State<Arc<App>>,
    path: Result<Path<(String, String)>, PathRejection>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let found = path.ok().and_then(|Path((id, name))| {
        let id = matinee_media::FilmId::parse(&id)?;
        Some((app.films.shelf.get(&id)?, name))
    });
    let Some((film, name)) = found else {
        return serve::unknown_film().map(Body::new);
    };
    if name == "poster.jpg" && method == Method::GET && app.extras.make_poster(&film).await.is_err() {
        return ApiError::crowded().into_text();
    }
    let answer = app.extras.serve(&film, &name, &method, &headers).await;
    answer.map(Body::new)
}

/// `/extras/{id}/beside/{name}`: subtitles in a file beside a film, while it is on somewhere.
pub(super) async fn beside(
    State(app): State<Arc<App>>,
    path: Result<Path<(String, String)>, PathRejection>,
    method: Method,
) -> Response {
    let found = path
        .ok()
        .and_then(|Path((id, name))| Some((matinee_media::FilmId::parse(&id)?, name)));
    let text = match &found {
        Some((film, name)) => app.extras.beside(film, name).await,
        None => None,
    };
    match text {
        Some(Ok(text)) => serve::vtt(text, &method).map(Body::new),
        Some(Err(error)) => ApiError::from(error).into_text(),
        None => ApiError::no_such_subtitles().into_text(),
    }
}
