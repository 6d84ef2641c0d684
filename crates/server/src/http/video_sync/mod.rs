//! VideoSync over plain HTTP: sessions, and their films. `docs/dialects/videosync.md` has the addresses.
//!
//! Pages of any site may ask here, and bring no cookie: rights are shown with a session's host token. Who does
//! not know a session's key learns nothing of it, and a room with a password, or one that is closed to
//! newcomers, shows itself to no one but the owner of its token. [`films`] has the films' bytes.

pub(super) mod films;

use super::api::{AtRoom, MayMake};
use super::error::ApiError;
use crate::addresses;
use crate::app::{self, App};
use crate::films::as_room_film;
use crate::rooms::RoomHandle;
use crate::rooms::handle::ToRoom;
use crate::session::door;
use axum::Json;
use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse;
use matinee_room::{Identity, Refusal, Room, RoomCode, Settings, Timestamp};
use matinee_wire::Dialect;
use matinee_wire::video_sync::{self, message};
use serde::Serialize;
use std::sync::Arc;

/// What the player reads of a refusal: a bare code. What has more to say says it beside that.
#[derive(Debug, Serialize)]
struct ErrorBody {
    error: &'static str,
}

/// A refusal in the words of this dialect.
#[derive(Debug)]
pub(super) enum SessionError {
    /// No session has this key, or it is not to be seen.
    NotFound,
    /// That is not the session's host token.
    NotHost,
    /// Something that is refused everywhere for the same reason.
    Other(ApiError),
}

impl IntoResponse for SessionError {
    fn into_response(self) -> Response<Body> {
        let (status, error) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "session_not_found"),
            Self::NotHost => (StatusCode::FORBIDDEN, "not_host"),
            Self::Other(error) => return error.into_bare(),
        };
        (status, Json(ErrorBody { error })).into_response()
    }
}

impl<E: Into<ApiError>> From<E> for SessionError {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

/// A session that was made.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Created {
    session_key: String,
    #[serde(rename = "streaming_url")]
    streaming_url: String,
    host_token: String,
}

/// `POST /api/sessions`. Whatever body comes along is not read.
pub(super) async fn create(
    State(app): State<Arc<App>>,
    may_make: Result<MayMake, ApiError>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, SessionError> {
    may_make?;
    let uuid = || uuid().map_err(|error| ApiError::internal(&error));
    let (session_key, host_token) = (uuid()?, uuid()?);
    let code = RoomCode::typed(&session_key).ok_or(SessionError::NotFound)?;
    let settings = Settings {
        name: video_sync::ROOM.to_owned(),
        password: None,
        newcomers_may_control: false,
        ..Settings::default()
    };
    let film = app.films.first().map(|film| as_room_film(&film));
    let room = app
        .rooms
        .create_with(code, settings, bearer(&host_token), film)
        .await?;
    let base = addresses::base(&app.config, &headers);
    let streaming_url = room
        .look(move |room| video_sync::address(&base, room.playback()))
        .await?;
    let created = Created {
        session_key,
        streaming_url,
        host_token,
    };
    Ok((StatusCode::CREATED, Json(created)))
}

/// Whether a key is good.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Validity {
    #[serde(rename_all = "camelCase")]
    Valid {
        valid: bool,
        is_host: bool,
        #[serde(rename = "streaming_url")]
        streaming_url: String,
    },
    Invalid {
        valid: bool,
        error: &'static str,
    },
}

/// `GET /api/sessions/{key}/validate`. The address in the answer is one to which newer players add `/ws` and
/// `/api/video`.
pub(super) async fn validate(
    State(app): State<Arc<App>>,
    at: Result<Option<AtRoom>, ApiError>,
    asker: Asker,
) -> Result<Json<Validity>, SessionError> {
    let Some(AtRoom { room, .. }) = at? else {
        return Ok(Json(invalid()));
    };
    let base = addresses::base(&app.config, &asker.headers);
    let (now, identity) = (app.clock.now(), asker.identity());
    let see = move |room: &Room| {
        if !is_shown(room, now, identity.as_ref()) {
            return invalid();
        }
        let address = video_sync::address(&base, room.playback());
        let ours = address.starts_with(&base);
        Validity::Valid {
            valid: true,
            is_host: identity.is_some_and(|identity| room.is_founder(&identity)),
            streaming_url: if ours { address } else { video_sync::no_film(&base) },
        }
    };
    Ok(Json(room.look(see).await?))
}

fn invalid() -> Validity {
    Validity::Invalid {
        valid: false,
        error: "session_not_found",
    }
}

/// What plays in a session, with the film's address under both of its names.
#[derive(Debug, Serialize)]
pub(super) struct Session {
    #[serde(flatten)]
    state: message::State,
    streaming_url: String,
}

/// `GET /api/sessions/{key}`
pub(super) async fn session(
    State(app): State<Arc<App>>,
    at: Result<Option<AtRoom>, ApiError>,
    asker: Asker,
) -> Result<Json<Session>, SessionError> {
    let AtRoom { room, .. } = at?.ok_or(SessionError::NotFound)?;
    let base = addresses::base(&app.config, &asker.headers);
    let identity = asker.identity();
    let now = app.clock.now();
    let see = move |room: &Room| {
        is_shown(room, now, identity.as_ref()).then(|| video_sync::state(room.playback(), now, &base))
    };
    let state = room.look(see).await?.ok_or(SessionError::NotFound)?;
    let streaming_url = state.streaming_url.clone();
    Ok(Json(Session { state, streaming_url }))
}

/// Another address of a session's film.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Migrated {
    new_url: String,
}

/// `POST /api/sessions/{key}/migrate`. With the session's token, everybody goes to the new address; the player
/// brings none, and is told the address as it is, for itself alone.
pub(super) async fn migrate(
    State(app): State<Arc<App>>,
    at: Result<Option<AtRoom>, ApiError>,
    asker: Asker,
) -> Result<Json<Migrated>, SessionError> {
    let AtRoom { room, .. } = at?.ok_or(SessionError::NotFound)?;
    let base = addresses::base(&app.config, &asker.headers);
    let (now, identity) = (app.clock.now(), asker.identity());
    if let Some(founder) = identity.clone() {
        move_film(&room, founder).await?;
    }
    let see = move |room: &Room| {
        is_shown(room, now, identity.as_ref()).then(|| video_sync::address(&base, room.playback()))
    };
    let new_url = room.look(see).await?.ok_or(SessionError::NotFound)?;
    Ok(Json(Migrated { new_url }))
}

async fn move_film(room: &RoomHandle, founder: Identity) -> Result<(), SessionError> {
    match room.ask(|reply| ToRoom::MoveFilm { founder, reply }).await? {
        Err(Refusal::NotHost) => Err(SessionError::NotHost),
        done => Ok(done?),
    }
}

/// Whether a room is there for clients that have no field for a password: if they would be let in.
fn is_shown(room: &Room, now: Timestamp, identity: Option<&Identity>) -> bool {
    room.is_open_to(now, identity, None).is_ok()
}

/// What a request says of who asks, and for which session. Not to be shown: a token may stand in it.
pub(super) struct Asker {
    query: Vec<(String, String)>,
    headers: HeaderMap,
}

impl Asker {
    fn value(&self, names: &[&str]) -> Option<&str> {
        let found = self.query.iter().find(|(name, _)| names.contains(&name.as_str()));
        found.map(|(_, value)| value.as_str())
    }

    /// The owner of the token that was brought, be it anybody's; none without a token.
    fn identity(&self) -> Option<Identity> {
        let authorization = self.headers.get(header::AUTHORIZATION);
        let authorization = authorization.and_then(|value| value.to_str().ok());
        let token = authorization.and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        let token = token.or_else(|| self.value(&["hostToken"]))?;
        (!token.is_empty()).then(|| bearer(token))
    }

    /// The session's key.
    fn key(&self) -> Option<&str> {
        self.value(&["sessionKey", "sessionID"])
    }
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Asker {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _: &S,
    ) -> Result<Self, Self::Rejection> {
        let query = Query::try_from_uri(&parts.uri).map(|Query(query)| query);
        Ok(Self {
            // What is no query names nothing.
            query: query.unwrap_or_default(),
            headers: parts.headers.clone(),
        })
    }
}

fn bearer(token: &str) -> Identity {
    door::bearer(Dialect::VideoSync, token)
}

/// A known address, asked for something else than it does.
pub(super) async fn wrong_method() -> ApiError {
    ApiError::wrong_method()
}

/// Answers preflights, and lets pages of any site read what they have asked for. Without the dialect there is
/// nothing here.
pub(super) async fn for_any_site(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response<Body> {
    if !app.config.dialects.has(Dialect::VideoSync) {
        return ApiError::no_such_address().into_response();
    }
    const ALLOWED: [(HeaderName, HeaderValue); 3] = [
        (
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, HEAD, POST, OPTIONS"),
        ),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("Authorization, Content-Type, Range"),
        ),
        (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
    ];
    let mut response = if request.method() == Method::OPTIONS {
        let mut response = StatusCode::NO_CONTENT.into_response();
        response.headers_mut().extend(ALLOWED);
        response
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("Accept-Ranges, Content-Length, Content-Range"),
    );
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// A random UUID (RFC 9562, version 4): 122 bits that nobody can guess.
fn uuid() -> Result<String, getrandom::Error> {
    let uuid = uuid::Builder::from_random_bytes(app::random()?);
    Ok(uuid.into_uuid().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asker(uri: &str, authorization: Option<&'static str>) -> Asker {
        let uri = uri.parse().unwrap();
        let mut headers = HeaderMap::new();
        if let Some(value) = authorization {
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        let query = Query::try_from_uri(&uri).map(|Query(query)| query);
        Asker {
            query: query.unwrap_or_default(),
            headers,
        }
    }

    #[test]
    fn a_token_is_brought_in_either_way() {
        let owner = Some(bearer("t"));
        assert_eq!(asker("/?hostToken=t", None).identity(), owner);
        assert_eq!(asker("/", Some("Bearer t")).identity(), owner);
        assert_eq!(asker("/?hostToken=x", Some("bearer  t")).identity(), owner);
        assert_eq!(asker("/?hostToken=", None).identity(), None);
        assert_eq!(asker("/", Some("Basic t")).identity(), None);
    }
}
