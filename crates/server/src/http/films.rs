//! Films over HTTP: the list to pick from, and the films' bytes.

use super::api::AtRoom;
use super::error::ApiError;
use crate::app::App;
use crate::rooms::RoomHandle;
use axum::Json;
use axum::body::Body;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, State};
use axum::http::{HeaderMap, Method, Response};
use matinee_media::FilmId;
use matinee_room::{Identity, MemberId, Room, RoomCode, Tab};
use matinee_wire::native::message::FilmList;
use serde::Deserialize;
use std::sync::Arc;

/// Which tab asks.
#[derive(Debug, Deserialize)]
pub(super) struct TabQuery {
    pub(super) tab: String,
}

/// `GET /api/rooms/{code}/films`
pub(super) async fn list(
    State(app): State<Arc<App>>,
    AtRoom { code, room }: AtRoom,
    Extension(identity): Extension<Identity>,
    query: Result<Query<TabQuery>, QueryRejection>,
) -> Result<Json<FilmList>, ApiError> {
    let Query(query) = query.map_err(|error| ApiError::bad_query(error.body_text()))?;
    adder(&room, identity, query.tab).await?;
    Ok(Json(listed(&app, &code)))
}

/// `POST /api/rooms/{code}/films/scan`
pub(super) async fn scan(
    State(app): State<Arc<App>>,
    AtRoom { code, room }: AtRoom,
    Extension(identity): Extension<Identity>,
    query: Result<Query<TabQuery>, QueryRejection>,
) -> Result<Json<FilmList>, ApiError> {
    let Query(query) = query.map_err(|error| ApiError::bad_query(error.body_text()))?;
    adder(&room, identity, query.tab).await?;
    app.films.scan().await?;
    Ok(Json(listed(&app, &code)))
}

/// The films that a room may put on, with their posters.
fn listed(app: &App, room: &RoomCode) -> FilmList {
    let mut list = app.films.list(room);
    for film in &mut list.films {
        film.poster = FilmId::parse(&film.id).and_then(|id| app.extras.poster(&id));
    }
    list
}

/// The member that asks, if they may add films to the room.
pub(super) async fn adder(room: &RoomHandle, identity: Identity, tab: String) -> Result<MemberId, ApiError> {
    let tab = Tab::new(tab);
    let see = move |room: &Room| {
        let member = room.find(&identity, &tab)?.id;
        Some(room.may_add(member).map(|()| member))
    };
    match room.look(see).await? {
        Some(may) => Ok(may?),
        None => Err(ApiError::not_in_room()),
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
