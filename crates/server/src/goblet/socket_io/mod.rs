//! Socket.IO: its sessions, and what they may cost.
//!
//! Its clients only listen. What is theirs to say goes by HTTP, so that events from them are counted and
//! otherwise ignored.
//!
//! | file | owns |
//! |---|---|
//! | this | all sessions, and how one is opened, connected and closed |
//! | [`asked`] | what a request asks for, and the refusal of one that asks for nothing |
//! | [`sid`] | what sessions are called |
//! | [`socket`] | a session: how it stands, and what waits for its client |
//! | [`polling`] | the requests of one that polls |
//! | [`websocket`] | the WebSocket of one |

mod asked;
mod polling;
mod sid;
mod socket;
mod websocket;

pub(super) use sid::Sid;
pub(super) use socket::{Packet, Socket};

use super::handle::{HallHandle, ToHall, Who};
use super::places::{NoPlace, Place, Places};
use super::{Goblet, GobletError};
use crate::app::App;
use crate::config::Config;
use crate::http::error::ApiError;
use crate::http::{Peer, api};
use crate::limits;
use asked::{Asked, Mistake, Transport};
use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, Method, Response};
use axum::response::IntoResponse;
use governor::Quota;
use matinee_wire::goblet::packets;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;
use websocket::WayIn;

/// All sessions. Cheap to clone.
#[derive(Clone)]
pub(super) struct Sockets(Arc<All>);

struct All {
    live: Mutex<HashMap<Sid, Arc<Socket>>>,
    places: Arc<Places>,
    hall: HallHandle,
    quota: Quota,
    message_bytes_max: usize,
    /// Knows when all WebSockets have ended.
    running: TaskTracker,
}

/// What a session is opened with, and keeps.
struct Ticket {
    who: Who,
    place: Place,
}

impl Sockets {
    /// No sessions yet; their clients connect to `hall`.
    pub(super) fn new(config: &Config, quota: Quota, hall: HallHandle, running: TaskTracker) -> Self {
        Self(Arc::new(All {
            live: Mutex::default(),
            places: Arc::new(Places::new(config.room_members_max)),
            hall,
            quota,
            message_bytes_max: config.message_bytes_max,
            running,
        }))
    }

    /// Nothing panics while the map is held, and even then it would be whole.
    fn live(&self) -> MutexGuard<'_, HashMap<Sid, Arc<Socket>>> {
        self.0.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, sid: Sid) -> Option<Arc<Socket>> {
        self.live().get(&sid).cloned()
    }

    /// Opens a session, with what it is called.
    fn open(&self, sid: Sid, ticket: Ticket, asked: &Asked, way: socket::Way) -> Arc<Socket> {
        let socket = Arc::new(Socket::new(sid, ticket, asked.generation, self.0.quota, way));
        self.live().insert(sid, Arc::clone(&socket));
        if socket.is_connected_unasked() {
            self.connect(&socket);
        }
        socket
    }

    /// Brings a client to the hall, if it is not there already, or tells it why not.
    fn connect(&self, socket: &Arc<Socket>) {
        if socket.knocks() {
            tokio::spawn(knock(self.0.hall.clone(), Arc::clone(socket)));
        }
    }

    /// A session has ended: its client is not in the hall any more.
    async fn has_left(&self, socket: &Socket) {
        // A hall that has ended knows nobody any more.
        let _ = self.0.hall.tell(ToHall::Gone(socket.sid)).await;
    }

    fn forget(&self, sid: Sid) {
        self.live().remove(&sid);
    }

    /// Ends all sessions, so that their clients come again.
    pub(super) fn close(&self) {
        let live: Vec<_> = self.live().values().cloned().collect();
        for socket in live {
            socket.end();
        }
    }

    fn ticket(
        &self,
        app: &App,
        goblet: &Goblet,
        peer: &Peer,
        headers: &HeaderMap,
    ) -> Result<Ticket, ApiError> {
        let address = api::address_of(app.config.trust_proxy, peer.address, headers);
        let place = self.0.places.take(address).map_err(|none| match none {
            NoPlace::Here => ApiError::too_many_sockets(),
            NoPlace::There => ApiError::too_many_sockets_there(),
        })?;
        let known = goblet.known(app, headers);
        let who = known.map_or(Who::Stranger(goblet.network.clone()), Who::Visitor);
        Ok(Ticket { who, place })
    }
}

/// What a client is told first of its session.
fn first_packet(sockets: &Sockets, sid: Sid, upgrades: &[&str]) -> String {
    packets::opened(
        &sid.to_string(),
        upgrades,
        limits::PING_EVERY.as_millis(),
        limits::PONG_WITHIN.as_millis(),
        sockets.0.message_bytes_max,
    )
}

/// Asks the hall whether a client may come. What it says goes to the client as the reason.
async fn knock(hall: HallHandle, socket: Arc<Socket>) {
    let (sid, who) = (socket.sid, socket.who.clone());
    let answer = hall.ask(|reply| ToHall::Knock { sid, who, reply }).await;
    match answer {
        Ok(()) if socket.comes_in() => {
            let _ = hall.tell(ToHall::Came(Arc::clone(&socket))).await;
            if socket.has_ended() {
                // Before its coming was told: its end went unnoticed.
                let _ = hall.tell(ToHall::Gone(sid)).await;
            }
        }
        Ok(()) => {}
        Err(GobletError::Restarting)
            if timeout(limits::SOCKET_CONNECTS_WITHIN, hall.ended())
                .await
                .is_ok() =>
        {
            // The server ends. Nothing is said, for clients take a refusal as final; a connection that is lost they
            // open again.
        }
        Err(error) => socket.is_refused(&error.to_string()),
    }
}

/// `/socket.io`: any request of a session.
pub(super) async fn serve(
    State(app): State<Arc<App>>,
    goblet: Goblet,
    Extension(peer): Extension<Peer>,
    request: Request,
) -> Response<Body> {
    if app.rooms.are_open().is_err() {
        // To clients, that is a transport that failed: they try again. A refusal by Socket.IO would be final.
        return ApiError::from(GobletError::Restarting).into_text();
    }
    let query = request.uri().query().unwrap_or_default();
    match Asked::read(query) {
        Ok(asked) => answer(&app, &goblet, peer, asked, request).await,
        Err(mistake) => mistake.into_response(),
    }
}

async fn answer(app: &App, goblet: &Goblet, peer: Peer, asked: Asked, request: Request) -> Response<Body> {
    let sockets = goblet.sockets.clone();
    let Some(sid) = asked.sid else {
        return begin(app, goblet, peer, asked, request);
    };
    let Some(socket) = sockets.find(sid) else {
        return Mistake::UnknownSession.into_response();
    };
    match (asked.transport, request.method()) {
        (Transport::Polling, &Method::GET) => polling::poll(&sockets, &socket).await,
        (Transport::Polling, &Method::POST) => polling::post(&sockets, &socket, request).await,
        (Transport::WebSocket, &Method::GET) => match way_in(app, peer) {
            Ok(way_in) => websocket::try_out(sockets, socket, way_in, request),
            Err(full) => full.into_text(),
        },
        _ => Mistake::Request.into_response(),
    }
}

/// Opens a session, if there is a place for it.
fn begin(app: &App, goblet: &Goblet, peer: Peer, asked: Asked, request: Request) -> Response<Body> {
    if *request.method() != Method::GET {
        return Mistake::Method.into_response();
    }
    let sockets = goblet.sockets.clone();
    let opened = Sid::fresh()
        .map_err(|error| ApiError::internal(&error))
        .and_then(|sid| {
            let ticket = sockets.ticket(app, goblet, &peer, request.headers())?;
            Ok(match asked.transport {
                Transport::Polling => polling::open(&sockets, sid, ticket, &asked),
                Transport::WebSocket => {
                    websocket::open(sockets, sid, ticket, asked, way_in(app, peer)?, request)
                }
            })
        });
    opened.unwrap_or_else(ApiError::into_text)
}

fn way_in(app: &App, peer: Peer) -> Result<WayIn, ApiError> {
    Ok(WayIn {
        core: peer.core,
        counted: app.fullness.count()?,
        outbox_bytes_max: app.config.outbox_bytes_max,
    })
}
