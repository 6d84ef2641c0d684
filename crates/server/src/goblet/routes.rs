//! The plain addresses of Goblet: text in, text out.
//!
//! They answer in plain text throughout, also where it is JSON: Goblet's page parses it itself, and would not
//! if it were told that it is JSON. A browser asks several of them at once before it has a cookie, so only
//! those make one that cannot do without.

use super::error::{GobletError, TextError};
use super::handle::{Action, ToHall};
use super::public_id::Visitor;
use super::{Goblet, socket_io, upload};
use crate::addresses::network_of;
use crate::app::App;
use crate::http::error::ApiError;
use crate::http::guard;
use crate::http::{Peer, api, identity};
use crate::limits;
use crate::links::Link;
use crate::rooms::RoomHandle;
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, Extension, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::routing::{any, get, post};
use axum_extra::extract::cookie::SignedCookieJar;
use matinee_room::Playback;
use matinee_store::SpotKey;
use matinee_wire::goblet::{self, Source};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// The parameters of an address, in their order.
type Parameters = Query<Vec<(String, String)>>;

type Answer<T> = Result<T, TextError>;

/// The addresses, but for the form's.
pub(crate) fn addresses() -> Router<Arc<App>> {
    let acting = Router::new()
        .route("/register", get(register))
        .route("/sync", get(sync))
        .route("/timesync", get(time_sync))
        .route("/time", get(time))
        .route("/link", get(link))
        .route("/socket.io", any(socket_io::serve))
        .route("/socket.io/{*rest}", any(socket_io::serve))
        .route("/socket.io/", any(socket_io::serve))
        .layer(from_fn(guard::refuse_other_sites));
    Router::new()
        .route("/id", get(id))
        .route("/count", get(count))
        .route("/src", get(source))
        .route("/file", get(file))
        .merge(acting)
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(guard::within_time))
        .route("/.videos/{name}", any(video))
        .method_not_allowed_fallback(wrong_method)
}

async fn wrong_method() -> TextError {
    ApiError::wrong_method().into()
}

/// `POST /`; for anything else, what is there besides. It needs to know its visitor.
pub(crate) fn for_films() -> Router<Arc<App>> {
    Router::new().route("/", post(upload::upload).fallback(api::anywhere))
}

pub(super) fn text(text: impl Into<String>) -> Response<Body> {
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text.into()).into_response()
}

fn parameter<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    let found = parameters.iter().find(|(found, _)| found == name);
    found.map(|(_, value)| value.as_str())
}

/// Who asks, as the parameter `id` says. A page that does not know its id yet sends an empty one: that is
/// this browser, whoever it is.
fn asker(
    goblet: &Goblet,
    app: &App,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Option<Visitor>, GobletError> {
    let visitor = goblet.known(app, headers);
    match parameter(parameters, "id") {
        Some("") => Ok(visitor),
        Some(id) if visitor.as_ref().is_some_and(|visitor| visitor.id.as_str() == id) => Ok(visitor),
        Some(_) | None => Err(GobletError::NotYours),
    }
}

/// Who asks, with a cookie from now on if they had none.
fn somebody(goblet: &Goblet, app: &App, headers: &HeaderMap) -> Answer<(Visitor, Option<SignedCookieJar>)> {
    if let Some(visitor) = goblet.known(app, headers) {
        return Ok((visitor, None));
    }
    let (identity, jar) = identity::make(app, headers)?;
    Ok((goblet.visitor(identity), Some(jar)))
}

/// The lobby, if it is there or was kept.
async fn lobby(goblet: &Goblet, app: &App) -> Answer<Option<RoomHandle>> {
    Ok(app.rooms.find(&goblet.lobby).await?)
}

/// The lobby as [`lobby`] has it, for who would be let in.
async fn open_lobby(goblet: &Goblet, app: &App, headers: &HeaderMap) -> Answer<Option<RoomHandle>> {
    let Some(room) = lobby(goblet, app).await? else {
        return Ok(None);
    };
    let identity = goblet.known(app, headers).map(|visitor| visitor.identity);
    let (now, network) = (app.clock.now(), goblet.network.clone());
    let open = move |room: &matinee_room::Room| room.is_open_to(now, identity.as_ref(), network.as_ref());
    room.look(open).await?.map_err(GobletError::from)?;
    Ok(Some(room))
}

/// What is on in a room that may not be there.
async fn playback_in(room: Option<RoomHandle>) -> Answer<Playback> {
    match room {
        Some(room) => Ok(room.look(|room| room.playback().clone()).await?),
        None => Ok(Playback::default()),
    }
}

/// What is on, for who has to do with it already.
pub(super) async fn playback(goblet: &Goblet, app: &App) -> Answer<Playback> {
    playback_in(lobby(goblet, app).await?).await
}

/// `GET /id`
async fn id(State(app): State<Arc<App>>, goblet: Goblet, headers: HeaderMap) -> Answer<impl IntoResponse> {
    let (visitor, jar) = somebody(&goblet, &app, &headers)?;
    Ok((jar, text(visitor.id.as_str())))
}

/// `GET /register?id=I[&host=true]`
async fn register(
    State(app): State<Arc<App>>,
    goblet: Goblet,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    let host = parameter(&parameters, "host") == Some("true");
    // Nobody in particular: a page before its first cookie. It comes again at the next call.
    if let Some(visitor) = asker(&goblet, &app, &headers, &parameters)? {
        let message = |reply| ToHall::Register { visitor, host, reply };
        goblet.hall.ask(message).await?;
    }
    Ok(text(""))
}

/// `GET /sync?mode=play|pause&id=I`, `GET /sync?mode=seek&time=S&id=I`
async fn sync(
    State(app): State<Arc<App>>,
    goblet: Goblet,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    let visitor = asker(&goblet, &app, &headers, &parameters)?.ok_or(GobletError::NotYours)?;
    let action = match parameter(&parameters, "mode") {
        Some("play") => Action::Play,
        Some("pause") => Action::Pause,
        Some("seek") => Action::Seek {
            position_ms: position(parameter(&parameters, "time"))?,
        },
        _ => return Err(GobletError::BadMode.into()),
    };
    act(&goblet, visitor, action).await?;
    Ok(text(""))
}

pub(super) async fn act(goblet: &Goblet, visitor: Visitor, action: Action) -> Result<(), GobletError> {
    let message = |reply| ToHall::Act {
        visitor,
        action,
        reply,
    };
    goblet.hall.ask(message).await
}

fn position(seconds: Option<&str>) -> Result<u64, GobletError> {
    seconds.and_then(goblet::milliseconds).ok_or(GobletError::BadTime)
}

/// `GET /timesync?id=I[&value=S]`
async fn time_sync(
    State(app): State<Arc<App>>,
    goblet: Goblet,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    let visitor = asker(&goblet, &app, &headers, &parameters)?;
    if let (Some(value), Some(visitor)) = (parameter(&parameters, "value"), visitor.clone()) {
        let position_ms = position(Some(value))?;
        let message = |reply| ToHall::Stands {
            visitor,
            position_ms,
            reply,
        };
        if goblet.hall.ask(message).await? {
            return Ok(text(""));
        }
    }
    let room = open_lobby(&goblet, &app, &headers).await?;
    // The hall answers after all that it was asked before: whoever presses play asks both at once.
    let latency_ms = match visitor {
        Some(visitor) => {
            let message = |reply| ToHall::Latency { visitor, reply };
            goblet.hall.ask(message).await?
        }
        None => 0,
    };
    let position_ms = position_heard(&app, room, latency_ms).await?;
    Ok(text(goblet::seconds(position_ms)))
}

/// Where the film is when the answer is heard. It waits for one that is about to start: whoever pressed play there plays
/// already, and has to go back to where it starts, when it does.
async fn position_heard(app: &App, room: Option<RoomHandle>, latency_ms: u32) -> Answer<u64> {
    let heard = || app.clock.now().plus_ms(latency_ms.into());
    let mut playback = playback_in(room.clone()).await?;
    let early_ms = playback.at.ms_since(heard());
    if early_ms > 0 && !playback.paused {
        let lead_ms = early_ms.min(matinee_room::limits::LEAD_MS_MAX);
        sleep(Duration::from_millis(lead_ms)).await;
        playback = playback_in(room).await?;
    }
    Ok(playback.position_at(heard()))
}

/// `GET /time?value=S`, `GET /time`
async fn time(
    State(app): State<Arc<App>>,
    goblet: Goblet,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    let Some(value) = parameter(&parameters, "value") else {
        let spot = match goblet.known(&app, &headers) {
            Some(visitor) => app.store.spot(only_spot(&visitor)).await?,
            None => None,
        };
        return Ok((None, text(spot.unwrap_or_else(|| "0".to_owned()))));
    };
    if value.len() > limits::SPOT_BYTES_MAX {
        return Err(GobletError::BadTime.into());
    }
    position(Some(value))?;
    match goblet.known(&app, &headers) {
        Some(visitor) => goblet.spots.check(&visitor.id)?,
        None => {
            let address = api::address_of(app.config.trust_proxy, peer.address, &headers);
            goblet.strangers_spots.check(&network_of(address))?;
        }
    }
    let (visitor, jar) = somebody(&goblet, &app, &headers)?;
    app.store
        .save_spot(only_spot(&visitor), Some(value.to_owned()))
        .await?;
    Ok((jar, text("")))
}

/// Where a viewer's spot is kept: they have one, whatever film is on.
fn only_spot(visitor: &Visitor) -> SpotKey {
    SpotKey {
        viewer: visitor.id.to_string(),
        film: None,
    }
}

/// `GET /count`
async fn count(State(app): State<Arc<App>>, goblet: Goblet, headers: HeaderMap) -> Answer<impl IntoResponse> {
    let viewers = match open_lobby(&goblet, &app, &headers).await? {
        Some(room) => {
            let here =
                |room: &matinee_room::Room| room.members().iter().filter(|member| !member.is_away()).count();
            room.look(here).await?
        }
        None => 0,
    };
    Ok(text(viewers.to_string()))
}

/// `GET /src`
async fn source(
    State(app): State<Arc<App>>,
    goblet: Goblet,
    headers: HeaderMap,
) -> Answer<impl IntoResponse> {
    let source = Source::of(&playback_in(open_lobby(&goblet, &app, &headers).await?).await?);
    let json = serde_json::json!({ "src": source.name(), "type": source.kind() });
    Ok(text(json.to_string()))
}

/// `GET /file`: what older pages ask in place of `/src`.
async fn file(State(app): State<Arc<App>>, goblet: Goblet, headers: HeaderMap) -> Answer<impl IntoResponse> {
    let playback = playback_in(open_lobby(&goblet, &app, &headers).await?).await?;
    Ok(text(Source::of(&playback).name()))
}

/// `GET /link?v=URL`
async fn link(
    State(app): State<Arc<App>>,
    goblet: Goblet,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answer<impl IntoResponse> {
    let link = parameter(&parameters, "v").map(Link::read);
    let Some(Ok(link)) = link else {
        return Err(GobletError::BadLink.into());
    };
    // A cookie does not go with what a page elsewhere fetches, as for a picture, where no header tells of it.
    let visitor = goblet.known(&app, &headers).ok_or(GobletError::NotYours)?;
    let film = link.into_film().map_err(|_| GobletError::Internal)?;
    act(&goblet, visitor, Action::PutOn(film)).await?;
    Ok(text(""))
}

/// `GET /.videos/<name>`: the film that is on, by its name. There is no other file to be reached.
async fn video(
    State(app): State<Arc<App>>,
    goblet: Goblet,
    path: Result<Path<String>, PathRejection>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response<Body>> {
    let playback = playback_in(open_lobby(&goblet, &app, &headers).await?).await?;
    let named = path.is_ok_and(|Path(name)| Source::of(&playback) == Source::File(name));
    let film = playback.film.filter(|_| named);
    let film = film.and_then(|film| matinee_media::FilmId::parse(film.id.as_str()));
    let Some(film) = film.and_then(|id| app.films.shelf.get(&id)) else {
        return Ok(matinee_media::serve::unknown_film().map(Body::new));
    };
    let mut response = matinee_media::serve(&film, &method, &headers)
        .await
        .map(Body::new);
    if response.status() != StatusCode::NOT_FOUND {
        // The name may be that of another film once the lobby has been forgotten and made anew.
        let headers = response.headers_mut();
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        );
    }
    Ok(response)
}
