//! Rooms over HTTP: make one, look at one, enter one.

use super::error::ApiError;
use super::{Peer, page};
use crate::addresses;
use crate::app::App;
use crate::passwords;
use crate::rooms::{ROOM_NAME, RoomGone, RoomHandle, RoomsError, Seeker};
use crate::session::{Visit, upgrade};
use axum::Json;
use axum::body::Body;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, FromRequestParts, OptionalFromRequestParts, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use axum::response::IntoResponse;
use matinee_room::{Identity, RoomCode, Settings, text};
use matinee_wire::native::message::{NewRoom, RoomSummary};
use matinee_wire::{Dialect, Handshake, Opening};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// `POST /api/rooms`
pub(super) async fn create_room(
    State(app): State<Arc<App>>,
    _: MayMake,
    Extension(identity): Extension<Identity>,
    headers: HeaderMap,
    body: Result<Json<NewRoom>, JsonRejection>,
) -> Result<impl IntoResponse, ApiError> {
    let Json(wanted) = body.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::body_too_large(),
        _ => ApiError::bad_body(error.body_text()),
    })?;
    let name = match wanted.name.filter(|name| !name.trim().is_empty()) {
        Some(name) => text::room_name(&name)?,
        None => ROOM_NAME.to_owned(),
    };
    let password = match wanted.password.filter(|password| !password.is_empty()) {
        Some(password) => Some(passwords::hash(&app.hashing, password).await?),
        None => None,
    };
    let newcomers_may_control = wanted.newcomers_may_control.unwrap_or(false);
    let settings = Settings {
        name,
        password,
        newcomers_may_control,
        ..Settings::default()
    };
    let room = app.rooms.create(settings, identity).await?;
    Ok((StatusCode::CREATED, Json(summary(&app, &headers, &room).await?)))
}

/// Leave for whoever sent a request to make one room that is kept: they have not made too many.
pub(super) struct MayMake;

impl FromRequestParts<Arc<App>> for MayMake {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        app.makers.may_make(seeker(app, parts).await?.address)?;
        Ok(Self)
    }
}

/// Who sends a request, for whoever counts what comes from where.
pub(super) async fn seeker(app: &App, parts: &mut Parts) -> Result<Seeker, ApiError> {
    let Extension(peer) = <Extension<Peer> as FromRequestParts<()>>::from_request_parts(parts, &())
        .await
        .map_err(|error| ApiError::internal(&error))?;
    Ok(Seeker {
        address: address_of(app.config.trust_proxy, peer.address, &parts.headers),
        // Pages of other sites bring none.
        identity: parts.extensions.get::<Identity>().cloned(),
    })
}

/// `GET /api/rooms/{code}`
pub(super) async fn room(
    State(app): State<Arc<App>>,
    AtRoom { room, .. }: AtRoom,
    headers: HeaderMap,
) -> Result<Json<RoomSummary>, ApiError> {
    Ok(Json(summary(&app, &headers, &room).await?))
}

async fn summary(app: &App, headers: &HeaderMap, room: &RoomHandle) -> Result<RoomSummary, RoomGone> {
    let mut summary = room
        .look(|room| RoomSummary {
            code: room.code().to_string(),
            name: room.settings().name.clone(),
            locked: room.settings().password.is_some(),
            viewers: u32::try_from(room.members().len()).unwrap_or(u32::MAX),
            link: String::new(),
        })
        .await?;
    summary.link = addresses::link(&app.config, headers, &RoomCode::new(summary.code.as_str()));
    Ok(summary)
}

/// `GET /api/rooms/{code}/ws`
pub(super) async fn enter(
    State(app): State<Arc<App>>,
    AtRoom { code, room }: AtRoom,
    Extension(identity): Extension<Identity>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Result<Response<Body>, ApiError> {
    let visit = Visit {
        room: Some((code, room)),
        opening: Some(Box::new(Opening::of(Dialect::Native))),
        ..visit(&app, identity, &peer, request.headers())
    };
    upgrade::upgrade(app, peer.core, visit, request)
}

/// Who connects, as the request tells.
fn visit(app: &App, identity: Identity, peer: &Peer, headers: &HeaderMap) -> Visit {
    let origin = headers
        .get(header::ORIGIN)
        .and_then(|origin| origin.to_str().ok());
    Visit {
        identity,
        address: address_of(app.config.trust_proxy, peer.address, headers),
        base_url: addresses::base(&app.config, headers).into(),
        origin: origin
            .filter(|origin| origin.len() <= ORIGIN_BYTES_MAX)
            .map(str::to_owned),
        room: None,
        opening: None,
    }
}

/// Bytes of an `Origin` that is remembered; a longer one counts as none.
const ORIGIN_BYTES_MAX: usize = 512;

/// Any address that no route has: a WebSocket of another system, whose first message tells which, or the page.
pub(crate) async fn anywhere(
    State(app): State<Arc<App>>,
    identity: Option<Extension<Identity>>,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Result<Response<Body>, ApiError> {
    if !request.headers().contains_key(header::UPGRADE) {
        return Ok(page_or_check(&app, &request));
    }
    let Extension(identity) = identity.ok_or_else(ApiError::no_such_address)?;
    let opening = app.config.dialects.opening(&Handshake {
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        protocols: subprotocols(request.headers()),
    });
    let visit = Visit {
        opening: opening.map(Box::new),
        ..visit(&app, identity, &peer, request.headers())
    };
    upgrade::upgrade(app, peer.core, visit, request)
}

/// The subprotocols that a handshake offers.
fn subprotocols(headers: &HeaderMap) -> Vec<&str> {
    headers
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect()
}

/// What a StreamGo server answers to whoever asks whether it is there; its clients know it by the name.
const STREAMGO_CHECK: &str = r#"{"status":"ok","name":"StreamGo Party Server","version":"1.0.0"}"#;

/// The page; at `/`, for whoever asks for no page, StreamGo's check of a server.
fn page_or_check(app: &App, request: &Request) -> Response<Body> {
    let (method, headers) = (request.method(), request.headers());
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let is_checked = reads && request.uri().path() == "/" && app.config.dialects.has(Dialect::StreamGo);
    if !is_checked {
        return page::serve(method, request.uri(), headers);
    }
    let (mut response, vary) = if page::is_wanted(headers) {
        let page = page::serve(method, request.uri(), headers);
        (page, "Accept, Accept-Encoding")
    } else {
        let kind = [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "no-cache"),
        ];
        ((kind, STREAMGO_CHECK).into_response(), "Accept")
    };
    // A cache must not hand the one out for the other.
    let fields = response.headers_mut();
    fields.insert(header::VARY, HeaderValue::from_static(vary));
    response
}

/// The room that an address names by its code, as it may be typed.
pub(super) struct AtRoom {
    pub(super) code: RoomCode,
    pub(super) room: RoomHandle,
}

impl FromRequestParts<Arc<App>> for AtRoom {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let found = <Self as OptionalFromRequestParts<_>>::from_request_parts(parts, app).await?;
        found.ok_or_else(ApiError::no_such_room)
    }
}

impl OptionalFromRequestParts<Arc<App>> for AtRoom {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Option<Self>, ApiError> {
        // What is no text is no code either.
        let Ok(params) = RawPathParams::from_request_parts(parts, app).await else {
            return Ok(None);
        };
        // Behind it there may be more of an address; VideoSync calls it the key.
        let typed = params.iter().find(|(name, _)| matches!(*name, "code" | "key"));
        let Some(code) = typed.and_then(|(_, typed)| RoomCode::typed(typed)) else {
            return Ok(None);
        };
        let seeker = seeker(app, parts).await?;
        match app.rooms.visit(&code, &seeker).await {
            Ok(room) => Ok(room.map(|room| Self { code, room })),
            Err(RoomsError::Closed) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Where a request comes from: the last hop that a proxy of ours vouches for, else the socket's other end.
pub(crate) fn address_of(trust_proxy: bool, socket: SocketAddr, headers: &HeaderMap) -> IpAddr {
    let forwarded = || {
        let value = headers
            .get_all("x-forwarded-for")
            .iter()
            .next_back()?
            .to_str()
            .ok()?;
        value.rsplit(',').next()?.trim().parse().ok()
    };
    if trust_proxy {
        forwarded().unwrap_or(socket.ip())
    } else {
        socket.ip()
    }
}

/// `GET /api/openapi.json`
pub(super) async fn openapi() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "application/json")],
        include_str!("../../../../docs/openapi.json"),
    )
}

/// `GET /health`
pub(super) async fn health(State(app): State<Arc<App>>) -> impl IntoResponse {
    Json(serde_json::json!({
        "status": "ok",
        "name": "Matinee",
        "version": env!("CARGO_PKG_VERSION"),
        "servers": 1,
        "sessions": app.rooms.live_count(),
    }))
}

/// A known address, asked for something else than it does.
pub(super) async fn wrong_method() -> ApiError {
    ApiError::wrong_method()
}

/// Any other address under `/api`.
pub(super) async fn unknown() -> ApiError {
    ApiError::no_such_address()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_says_where_a_request_comes_from() {
        let socket = SocketAddr::from(([127, 0, 0, 1], 5_000));
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "198.51.100.9, 203.0.113.7".parse().unwrap());
        assert_eq!(address_of(false, socket, &headers), socket.ip());
        assert_eq!(address_of(true, socket, &headers), IpAddr::from([203, 0, 113, 7]));
        headers.insert("x-forwarded-for", "nonsense".parse().unwrap());
        assert_eq!(address_of(true, socket, &headers), socket.ip());
    }
}
