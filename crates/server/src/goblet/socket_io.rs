//! Socket.IO: its sessions, and what they may cost.
//!
//! Its clients only listen. What is theirs to say goes by HTTP, so that events from them are counted and
//! otherwise ignored.

use super::handle::{HallHandle, ToHall, Who};
use super::places::{NoPlace, Place};
use super::{Goblet, GobletError};
use crate::app::App;
use crate::config::Config;
use crate::http::error::ApiError;
use crate::http::{Peer, api};
use crate::limits;
use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, header};
use governor::{Quota, RateLimiter};
use socketioxide::extract::SocketRef;
use socketioxide::handler::ConnectHandler;
use socketioxide::service::SocketIoService;
use socketioxide::socket::Sid;
use socketioxide::{ParserConfig, SocketIo, SocketIoBuilder};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use tokio::time::timeout;
use tower::util::ServiceFn;
use tower::{ServiceExt, service_fn};

/// Answers requests below `/socket.io`.
pub(super) type Service = SocketIoService<Elsewhere>;

/// What answers where Socket.IO does not: nothing, for only its own requests come here.
type Elsewhere = ServiceFn<fn(Request) -> Ready<Result<Response<Body>, Infallible>>>;

fn nothing(_: Request) -> Ready<Result<Response<Body>, Infallible>> {
    ready(Ok(ApiError::no_such_address().into_text()))
}

/// What a session is opened with: kept as long as it lives.
#[derive(Clone)]
struct Ticket {
    who: Who,
    /// One of the server's sessions.
    _place: Arc<Place>,
}

/// Opens the service; connections go to `hall`.
pub(super) fn open(config: &Config, quota: Quota, hall: HallHandle) -> (Service, SocketIo) {
    let bytes_max = config.message_bytes_max;
    let binaries = ParserConfig::common()
        .max_incoming_binaries(1)
        .max_incoming_binary_buf_size(bytes_max);
    let (service, io) = SocketIoBuilder::new()
        .ping_interval(limits::PING_EVERY)
        .ping_timeout(limits::PONG_WITHIN)
        .connect_timeout(limits::SOCKET_CONNECTS_WITHIN)
        .upgrade_timeout(limits::SOCKET_UPGRADES_WITHIN)
        .max_buffer_size(limits::SOCKET_EVENTS_MAX)
        .max_payload(bytes_max as u64)
        .ws_read_buffer_size(limits::SOCKET_READ_BYTES)
        .ws_max_message_size(bytes_max)
        .ws_max_frame_size(bytes_max)
        .with_parser(binaries)
        .build_with_inner_svc(service_fn(nothing as fn(Request) -> _));
    let at_the_door = hall.clone();
    let admit = move |socket: SocketRef| knock(at_the_door.clone(), socket);
    let connect = move |socket: SocketRef| come(hall.clone(), quota, socket);
    io.ns("/", connect.with(admit));
    (service, io)
}

fn who_has(socket: &SocketRef) -> Who {
    let ticket = socket.req_parts().extensions.get::<Ticket>();
    ticket.map_or(Who::Stranger(None), |ticket| ticket.who.clone())
}

/// Asks the hall whether a connection may come. What it says goes to the client as the reason.
async fn knock(hall: HallHandle, socket: SocketRef) -> Result<(), GobletError> {
    let (sid, who) = (socket.id, who_has(&socket));
    let message = |reply| ToHall::Knock { sid, who, reply };
    let answer = hall.ask(message).await;
    if matches!(answer, Err(GobletError::Restarting))
        && timeout(limits::SOCKET_CONNECTS_WITHIN, hall.ended())
            .await
            .is_ok()
    {
        return unanswered(socket).await;
    }
    answer
}

/// Says nothing to who wants to connect while the server ends. Clients take a refusal as final; a connection that
/// is lost they open again.
async fn unanswered(_: SocketRef) -> Result<(), GobletError> {
    std::future::pending().await
}

/// Closes all connections so that clients come again, and lets nobody connect any more.
pub(super) async fn close(io: SocketIo) {
    let nobody = async |_: SocketRef| {};
    // It takes the namespace away, and whoever connected then would be told for good that there is none.
    tokio::join!(io.close(), async {
        io.ns("/", nobody.with(unanswered));
    });
}

async fn come(hall: HallHandle, quota: Quota, socket: SocketRef) {
    let sid = socket.id;
    let ending = hall.clone();
    socket.on_disconnect(async move || {
        // A hall that has ended knows nobody any more.
        let _ = ending.tell(ToHall::Gone(sid)).await;
    });
    let rate = Arc::new(RateLimiter::direct(quota));
    socket.on_fallback(async move |socket: SocketRef| {
        if rate.check().is_err() {
            // Where its buffer is full, it is too slow as well, and goes for that.
            let _ = socket.disconnect();
        }
    });
    let came = ToHall::Came {
        who: who_has(&socket),
        socket: socket.clone(),
    };
    let _ = hall.tell(came).await;
    if !socket.connected() {
        // It ended before its end was listened for.
        let _ = hall.tell(ToHall::Gone(sid)).await;
    }
}

/// `/socket.io`: any request of a session.
pub(super) async fn serve(
    State(app): State<Arc<App>>,
    goblet: Goblet,
    Extension(peer): Extension<Peer>,
    mut request: Request,
) -> Response<Body> {
    if app.rooms.are_open().is_err() {
        // To clients, that is a transport that failed: they try again. A refusal by Socket.IO would be final.
        return ApiError::from(GobletError::Restarting).into_text();
    }
    let sid = sid_in(request.uri().query().unwrap_or_default());
    if sid.is_none() {
        let address = api::address_of(app.config.trust_proxy, peer.address, request.headers());
        let place = match goblet.places.take(address) {
            Ok(place) => place,
            Err(NoPlace::Here) => return ApiError::too_many_sockets().into_text(),
            Err(NoPlace::There) => return ApiError::too_many_sockets_there().into_text(),
        };
        let known = goblet.known(&app, request.headers());
        let ticket = Ticket {
            who: known.map_or(Who::Stranger(goblet.network.clone()), Who::Visitor),
            _place: Arc::new(place),
        };
        request.extensions_mut().insert(ticket);
    }
    // It keeps the opening request as long as the session lives: only what it reads is left of that, and not the
    // buffer that the whole of it came in.
    *request.headers_mut() = needed(request.headers());
    if let Ok(copy) = request.uri().to_string().parse() {
        *request.uri_mut() = copy;
    }
    let poll = sid.filter(|_| *request.method() == Method::GET).map(|sid| Poll {
        hall: goblet.hall.clone(),
        sid: Some(sid),
    });
    let answered = goblet.socket_io.clone().oneshot(request).await;
    let answer = answered.unwrap_or_else(|never| match never {}).map(Body::new);
    if let Some(mut poll) = poll {
        poll.sid = None;
    }
    answer
}

fn needed(headers: &HeaderMap) -> HeaderMap {
    let names = [
        header::CONNECTION,
        header::UPGRADE,
        header::SEC_WEBSOCKET_KEY,
        header::SEC_WEBSOCKET_VERSION,
        header::CONTENT_TYPE,
        header::CONTENT_LENGTH,
    ];
    names
        .into_iter()
        .filter_map(|name| {
            let value = HeaderValue::from_bytes(headers.get(&name)?.as_bytes()).ok()?;
            Some((name, value))
        })
        .collect()
}

/// The session that a query names, as the service reads it.
fn sid_in(query: &str) -> Option<Sid> {
    let sid = query.split('&').find_map(|pair| pair.strip_prefix("sid="));
    sid.and_then(|sid| sid.parse().ok())
}

/// A poll that waits for its answer. A client that hangs up meanwhile is gone for good: none comes back to a
/// session after a poll that failed. Without this it would count as there until a ping goes unanswered.
struct Poll {
    hall: HallHandle,
    sid: Option<Sid>,
}

impl Drop for Poll {
    fn drop(&mut self) {
        if let Some(sid) = self.sid.take() {
            let hall = self.hall.clone();
            tokio::spawn(async move { hall.tell(ToHall::Gone(sid)).await });
        }
    }
}
