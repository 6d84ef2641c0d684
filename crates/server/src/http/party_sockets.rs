//! What Party-Sockets tells of a room over HTTP, to pages of any origin.

use super::error::ApiError;
use super::{Peer, api};
use crate::app::App;
use crate::rooms::{RoomsError, Seeker};
use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, Path, Request, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use matinee_room::{Identity, Room, RoomCode};
use matinee_wire::Dialect;
use serde::Serialize;
use std::sync::Arc;

/// A room, from outside.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RoomInfo {
    clients: usize,
    max_clients: usize,
    /// The page from which it was made.
    origin: String,
    /// Where players find the game.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl RoomInfo {
    fn of(room: &Room) -> Self {
        let relay = room.relay();
        Self {
            clients: room.members().iter().filter(|member| !member.is_away()).count(),
            max_clients: room.members_max(),
            origin: relay.origin.clone().unwrap_or_else(|| "unknown".to_owned()),
            url: relay.url.clone(),
        }
    }
}

#[derive(Serialize)]
struct Refused {
    error: &'static str,
}

/// `GET /room/{code}`
pub(super) async fn room(
    State(app): State<Arc<App>>,
    identity: Option<Extension<Identity>>,
    Extension(peer): Extension<Peer>,
    Path(code): Path<String>,
    request: Request,
) -> Result<Response<Body>, ApiError> {
    if request.headers().contains_key(header::UPGRADE) || !app.config.dialects.has(Dialect::PartySockets2) {
        return api::anywhere(State(app), identity, Extension(peer), request).await;
    }
    let (mut parts, _) = request.into_parts();
    let seeker = api::seeker(&app, &mut parts).await?;
    let mut response = match look(&app, &code, &seeker).await {
        Ok(Some(info)) => Json(info).into_response(),
        Ok(None) => refused(StatusCode::NOT_FOUND, "Room not found"),
        Err(RoomsError::Stopping) => refused(StatusCode::SERVICE_UNAVAILABLE, "Server draining"),
        Err(RoomsError::TooManyCodes { .. }) => refused(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many unknown rooms were asked for",
        ),
        Err(error) => return Err(error.into()),
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("X-Instance-Id"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(instance) = HeaderValue::from_str(&app.rooms.server().instance) {
        headers.insert(HeaderName::from_static("x-instance-id"), instance);
    }
    Ok(response)
}

async fn look(app: &App, code: &str, seeker: &Seeker) -> Result<Option<RoomInfo>, RoomsError> {
    let Some(code) = RoomCode::typed(code) else {
        return Ok(None);
    };
    let Some(room) = app.rooms.seek(&code, seeker).await? else {
        return Ok(None);
    };
    // One that ends in this very moment is gone.
    let info = room
        .look(|room| (!room.is_over()).then(|| RoomInfo::of(room)))
        .await;
    Ok(info.unwrap_or_default())
}

fn refused(status: StatusCode, error: &'static str) -> Response<Body> {
    (status, Json(Refused { error })).into_response()
}
