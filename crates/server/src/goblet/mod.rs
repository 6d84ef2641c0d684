//! The clients of Goblet: Socket.IO and plain HTTP, before one room for all, the lobby.
//! `docs/dialects/goblet.md` has what they see of it; `matinee_wire::goblet` what they are told.
//!
//! | file | owns |
//! |---|---|
//! | [`hall`] | who is before the lobby: one task, which seats them in it and tells them what happens there |
//! | [`handle`] | the way to the hall |
//! | [`lobby`] | the room, what happens there, and the viewers' seats in it |
//! | [`presence`] | who is there and who is host |
//! | [`listeners`] | who is connected, and what they are told |
//! | [`latency`] | how long that takes to reach them |
//! | [`socket_io`] | the connections |
//! | [`places`] | how many of them there may be |
//! | [`routes`] | the plain addresses |
//! | [`upload`] | a film that comes in a form |
//! | [`form`] | the file in a form |
//! | [`public_id`] | the ids by which viewers know each other |
//! | [`error`] | why a client does not get what it asks for |

mod error;
mod form;
mod hall;
mod handle;
mod latency;
mod listeners;
mod lobby;
mod places;
mod presence;
mod public_id;
mod routes;
mod socket_io;
mod upload;

pub(crate) use error::GobletError;
pub(crate) use form::FormError;
pub(crate) use routes::{addresses, for_films};

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::ending::Ending;
use crate::http::error::ApiError;
use crate::http::{Peer, api, identity};
use crate::limits;
use crate::rates::Rates;
use crate::rooms::Rooms;
use crate::session;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use governor::Quota;
use handle::HallHandle;
use lobby::Lobby;
use matinee_room::{Identity, Network, RoomCode};
use public_id::{IdKey, PublicId, Visitor};
use socket_io::Sockets;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use tokio_util::task::TaskTracker;

/// What the server has for Goblet's clients. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Goblet {
    lobby: RoomCode,
    hall: HallHandle,
    sockets: Sockets,
    ids: Arc<IdKey>,
    /// Where the request comes from that this is for.
    network: Option<Network>,
    /// How often somebody may save a spot.
    spots: Arc<Rates<PublicId>>,
    /// How often an address may, for those of whom nothing else is known.
    strangers_spots: Arc<Rates<IpAddr>>,
}

impl fmt::Debug for Goblet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Goblet")
            .field("lobby", &self.lobby)
            .finish_non_exhaustive()
    }
}

impl Goblet {
    /// Opens the hall before `lobby`. Its connections are closed when the server stops.
    pub(crate) fn open(
        config: &Config,
        lobby: RoomCode,
        rooms: Arc<Rooms>,
        clock: Clock,
        id_key: [u8; 64],
        ending: Ending,
        running: &TaskTracker,
    ) -> Self {
        let quota = session::quota(config);
        let room = Lobby::new(rooms, lobby.clone(), config.room_members_max, quota);
        let (hall, task) = hall::open(room, clock, ending);
        let sockets = Sockets::new(config, quota, hall.clone(), running.clone());
        let until_the_end = sockets.clone();
        running.spawn(async move {
            task.await;
            until_the_end.close();
        });
        Self {
            lobby,
            hall,
            sockets,
            ids: Arc::new(IdKey::new(id_key)),
            network: None,
            spots: Arc::new(Rates::new(quota)),
            strangers_spots: Arc::new(Rates::new(Quota::per_minute(limits::STRANGERS_SPOTS_A_MINUTE))),
        }
    }

    /// Who sends this request, if they have a cookie of ours.
    fn known(&self, app: &App, headers: &HeaderMap) -> Option<Visitor> {
        identity::known(app, headers).map(|identity| self.visitor(identity))
    }

    /// Somebody who sends this request.
    fn visitor(&self, identity: Identity) -> Visitor {
        Visitor {
            network: self.network.clone(),
            ..self.ids.visitor(identity)
        }
    }
}

impl FromRequestParts<Arc<App>> for Goblet {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let mut goblet = app.goblet.clone().ok_or_else(ApiError::no_such_address)?;
        if let Some(peer) = parts.extensions.get::<Peer>() {
            let address = api::address_of(app.config.trust_proxy, peer.address, &parts.headers);
            goblet.network = app.networks.of(&goblet.lobby, address);
        }
        Ok(goblet)
    }
}
