//! The films' bytes, where players of VideoSync look for them.

use super::{Asker, SessionError, is_shown};
use crate::app::App;
use crate::http::api::seeker;
use crate::rooms::Seeker;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, header};
use axum::routing::any;
use matinee_media::{FilmFile, FilmId};
use matinee_room::{Identity, Room, RoomCode};
use std::sync::Arc;

/// Where players look for films: at a film's address, and below it.
pub(in crate::http) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/video", any(current))
        .route("/video/{file}", any(film))
        .route("/video/{file}/video", any(film))
        .route("/video/{file}/api/video", any(film))
}

/// `/api/video` and `/video`: the film of the session that the query names, else the server's first.
pub(in crate::http) async fn current(
    State(app): State<Arc<App>>,
    asker: Asker,
    method: Method,
    request: Request,
) -> Result<Response<Body>, SessionError> {
    let film = match asker.key() {
        Some(key) => {
            let (mut parts, _) = request.into_parts();
            film_of(&app, key, asker.identity(), &seeker(&app, &mut parts).await?).await?
        }
        None => app.films.first(),
    };
    let response = send(film, &method, &asker.headers).await;
    Ok(another_may_follow(response))
}

async fn film_of(
    app: &Arc<App>,
    key: &str,
    identity: Option<Identity>,
    seeker: &Seeker,
) -> Result<Option<Arc<FilmFile>>, SessionError> {
    let code = RoomCode::typed(key).ok_or(SessionError::NotFound)?;
    let room = app.rooms.seek(&code, seeker).await?;
    let room = room.ok_or(SessionError::NotFound)?;
    let now = app.clock.now();
    let see = move |room: &Room| {
        let film = room.playback().film.as_ref().map(|film| film.id.clone());
        is_shown(room, now, identity.as_ref()).then_some(film)
    };
    let film = room.look(see).await?.ok_or(SessionError::NotFound)?;
    let id = film.and_then(|id| FilmId::parse(id.as_str()));
    Ok(id.and_then(|id| app.films.shelf.get(&id)))
}

/// `/video/{file}`, and below it `/video` and `/api/video`: the film whose address this is, or the library's of
/// this name. Who knows the address may have it.
async fn film(
    State(app): State<Arc<App>>,
    file: Result<Path<String>, PathRejection>,
    method: Method,
    headers: HeaderMap,
) -> Response<Body> {
    let Ok(Path(file)) = file else {
        return send(None, &method, &headers).await;
    };
    let address = file.rsplit_once('.').and_then(|(id, _)| FilmId::parse(id));
    match address.and_then(|id| app.films.shelf.get(&id)) {
        Some(film) => send(Some(film), &method, &headers).await,
        None => another_may_follow(send(app.films.named(&file), &method, &headers).await),
    }
}

/// At this address there may be another film next time: what a cache has of it must be asked for again.
fn another_may_follow(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

async fn send(film: Option<Arc<FilmFile>>, method: &Method, headers: &HeaderMap) -> Response<Body> {
    let response = match film {
        Some(film) => matinee_media::serve(&film, method, headers).await,
        None => matinee_media::serve::unknown_film(),
    };
    response.map(Body::new)
}
