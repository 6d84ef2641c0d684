//! The lobby as the hall has it: the way to the room, what happens there, and a seat for each viewer.

use super::error::GobletError;
use super::public_id::{PublicId, Visitor};
use crate::limits;
use crate::rates::TooFast;
use crate::rooms::handle::{Knock, ToRoom};
use crate::rooms::{RoomGone, RoomHandle, Rooms};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use matinee_room::{Join, MemberId, PasswordCheck, RoomCode, Seen, Tab};
use matinee_wire::{Dialect, Frame};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::mpsc;

/// A viewer's place.
struct Seat {
    visitor: Visitor,
    member: MemberId,
    rate: DefaultDirectRateLimiter,
}

/// The way to the room, while anybody needs it.
struct Open {
    room: RoomHandle,
    events: mpsc::Receiver<Frame>,
}

pub(super) struct Lobby {
    rooms: Arc<Rooms>,
    code: RoomCode,
    viewers_max: usize,
    quota: Quota,
    open: Option<Open>,
    seats: HashMap<PublicId, Seat>,
    /// Who lost their seat when the room was entered anew.
    unseated: Vec<PublicId>,
}

impl Lobby {
    pub(super) fn new(rooms: Arc<Rooms>, code: RoomCode, viewers_max: usize, quota: Quota) -> Self {
        Self {
            rooms,
            code,
            viewers_max,
            quota,
            open: None,
            seats: HashMap::new(),
            unseated: Vec::new(),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// What happens next; `None` if the room has told too much at once, or has ended. Never without one.
    pub(super) async fn next(&mut self) -> Option<Frame> {
        match &mut self.open {
            Some(open) => open.events.recv().await,
            None => std::future::pending().await,
        }
    }

    /// What has happened besides and waits to be heard.
    pub(super) fn next_at_once(&mut self) -> Option<Frame> {
        self.open.as_mut()?.events.try_recv().ok()
    }

    /// Lets go of the room: as far as we are concerned, it need not stay in memory.
    pub(super) fn close(&mut self) {
        self.open = None;
    }

    /// Who has lost their seat since this was asked last.
    pub(super) fn take_unseated(&mut self) -> Vec<PublicId> {
        std::mem::take(&mut self.unseated)
    }

    /// The room, with everybody who has a seat in it, and heard from now on.
    pub(super) async fn room(&mut self) -> Result<RoomHandle, GobletError> {
        if let Some(open) = self.open.as_ref().filter(|open| !open.room.is_gone()) {
            return Ok(open.room.clone());
        }
        let room = self.rooms.find_or_make(&self.code, self.code.as_str()).await?;
        let (sink, events) = mpsc::channel(limits::HALL_EVENTS_MAX);
        let watch = ToRoom::Watch {
            dialect: Dialect::Goblet,
            sink,
        };
        room.send(watch)
            .await
            .map_err(|RoomGone| GobletError::Restarting)?;
        for (id, seat) in &mut self.seats {
            match join(&room, &seat.visitor).await {
                Ok(member) => seat.member = member,
                Err(_) => self.unseated.push(id.clone()),
            }
        }
        self.seats.retain(|id, _| !self.unseated.contains(id));
        self.open = Some(Open {
            room: room.clone(),
            events,
        });
        Ok(room)
    }

    /// The seat of a viewer, a new one if they have none.
    pub(super) async fn seat(&mut self, visitor: &Visitor) -> Result<(RoomHandle, MemberId), GobletError> {
        let room = self.room().await?;
        if let Some(seat) = self.seats.get(&visitor.id) {
            return Ok((room, seat.member));
        }
        if self.seats.len() >= self.viewers_max {
            return Err(GobletError::Full);
        }
        let member = join(&room, visitor).await?;
        let seat = Seat {
            visitor: visitor.clone(),
            member,
            rate: RateLimiter::direct(self.quota),
        };
        self.seats.insert(visitor.id.clone(), seat);
        Ok((room, member))
    }

    /// Refuses a viewer who does too much.
    pub(super) fn check_rate(&self, id: &PublicId) -> Result<(), GobletError> {
        match self.seats.get(id).map(|seat| seat.rate.check()) {
            Some(Err(_)) => Err(TooFast.into()),
            _ => Ok(()),
        }
    }

    /// Forgets a seat that the room has taken away. Whose it was.
    pub(super) fn loses(&mut self, id: &str) -> Option<PublicId> {
        let id = self.seats.keys().find(|known| known.as_str() == id)?.clone();
        self.seats.remove(&id);
        Some(id)
    }

    pub(super) async fn unseat(&mut self, id: &PublicId) {
        if let (Some(seat), Some(open)) = (self.seats.remove(id), &self.open) {
            let leave = ToRoom::Leave {
                member: seat.member,
                close: false,
            };
            // A room that has ended is left already.
            let _ = open.room.send(leave).await;
        }
    }
}

/// Takes a seat in the room.
async fn join(room: &RoomHandle, visitor: &Visitor) -> Result<MemberId, GobletError> {
    let speech = Dialect::Goblet.speech();
    let mark: String = visitor.id.as_str().chars().take(4).collect();
    let join = Join {
        identity: visitor.identity.clone(),
        personal: true,
        network: visitor.network.clone(),
        tab: Tab::new(visitor.id.as_str()),
        // They have no names; a mark tells them apart.
        name: format!("{} {mark}", speech.name()),
        password: PasswordCheck::None,
        since: Seen::default(),
        calls_room: String::new(),
        client: speech.client(),
        stay: speech.stay(),
        founds: false,
        // Nobody but the hall has such seats.
        replace: true,
    };
    let knock = |reply| {
        ToRoom::Join(Knock {
            join,
            dialect: Dialect::Goblet,
            connection: None,
            reply,
            silent: None,
        })
    };
    match room.ask(knock).await {
        Ok(Ok(member)) => Ok(member),
        Ok(Err(refusal)) => Err(refusal.into()),
        Err(RoomGone) => Err(GobletError::Restarting),
    }
}
