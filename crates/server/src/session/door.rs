//! Coming in: from a `hello` to a place in a room, or a refusal that says what to do.

use super::{Seat, Session, limits};
use crate::addresses::uri_component;
use crate::app;
use crate::fullness::Full;
use crate::passwords::{self, PasswordError};
use crate::rooms::handle::{Connection, Knock, ToRoom};
use crate::rooms::{RoomGone, RoomHandle, RoomsError, Seeker};
use matinee_room::{Identity, Join, PasswordCheck, PasswordHash, RoomCode, Settings, Stay, Tab};
use matinee_wire::request::{Door, Hello, NewRoom, Who};
use matinee_wire::{Dialect, Place};
use std::sync::Arc;

/// A room that somebody stands before.
struct Found {
    code: RoomCode,
    /// What they call it.
    called: String,
    room: RoomHandle,
    /// It was made for them just now.
    is_new: bool,
}

/// Who brings this secret.
pub(crate) fn bearer(dialect: Dialect, secret: &str) -> Identity {
    Identity::new(format!("{} {secret}", dialect.speech().name()))
}

impl Session {
    /// Asks the room to let them in. One that ends in this very moment is made anew, if it was only named.
    pub(super) async fn come_in(&mut self, dialect: Dialect, hello: Hello) -> Result<(), RoomGone> {
        for _ in 1..limits::DOOR_TRIES_MAX {
            match self.knock(dialect, hello.clone()).await {
                Err(RoomGone) if hello.door != Door::Here => {}
                done => return done,
            }
        }
        self.knock(dialect, hello).await
    }

    async fn knock(&mut self, dialect: Dialect, hello: Hello) -> Result<(), RoomGone> {
        let Hello {
            door,
            who,
            name,
            tab,
            password,
            since,
        } = hello;
        let Some(found) = self.find(door, &password).await else {
            return Ok(());
        };
        let (identity, personal) = self.identify(dialect, who);
        let password = if found.is_new {
            Some(PasswordCheck::Right)
        } else {
            self.check_them(dialect, &found.room, identity.clone(), password)
                .await?
        };
        let Some(password) = password else {
            return Ok(());
        };
        let Ok(tab) = tab.map_or_else(app::random_id, Ok) else {
            self.refuse_for_our_fault(&"no random numbers");
            return Ok(());
        };
        if self.app.fullness.is_full() && !is_known(&found.room, &identity, &tab).await? {
            self.refuse(None, "server_full", &Full.to_string());
            return Ok(());
        }
        let place = Place {
            room: found.called,
            tab: tab.clone(),
        };
        let speech = dialect.speech();
        let join = Join {
            identity,
            personal,
            network: self.app.networks.of(&found.code, self.visit.address),
            tab: Tab::new(tab),
            name,
            password,
            since,
            calls_room: place.room.clone(),
            client: speech.client(),
            stay: speech.stay(),
            founds: found.is_new,
            replace: speech.replaces_at_once(),
        };
        let connection = Some(Connection {
            outbox: Arc::clone(&self.outbox),
            base_url: Arc::clone(&self.visit.base_url),
        });
        let knock = |reply| {
            ToRoom::Join(Knock {
                join,
                dialect,
                connection,
                reply,
                silent: None,
            })
        };
        match found.room.ask(knock).await? {
            Ok(member) => self.sit(
                dialect,
                Seat {
                    member,
                    code: found.code,
                    room: found.room,
                    place,
                    _running: self.app.running.token(),
                },
            ),
            Err(refusal) => self.refuse(None, refusal.code(), &refusal.to_string()),
        }
        Ok(())
    }

    /// Who they are, and whether nobody else is that.
    fn identify(&self, dialect: Dialect, who: Who) -> (Identity, bool) {
        match who {
            Who::Visitor => (self.visit.identity.clone(), true),
            Who::Anybody => (dialect.speech().anybody(), false),
            Who::Bearer(secret) => (bearer(dialect, &secret), true),
        }
    }

    /// Takes the place that a room has given them.
    fn sit(&mut self, dialect: Dialect, seat: Seat) {
        self.seat = Some(seat);
        if dialect.speech().heartbeat().is_some() {
            self.tell_latency();
        } else {
            // At once, so that the room knows this member's latency when playback next changes.
            self.ping();
        }
    }

    /// The room behind a door; told why if there is none.
    async fn find(&self, door: Door, password: &Option<String>) -> Option<Found> {
        let found = match door {
            Door::Here => {
                let (code, room) = self.visit.room.clone()?;
                let called = code.to_string();
                return Some(Found {
                    code,
                    called,
                    room,
                    is_new: false,
                });
            }
            Door::New(new) => self.make(*new, password).await?,
            Door::Room(called) | Door::Named(called) if RoomCode::typed(&called).is_none() => {
                let message = "A room's name needs more than spaces and dashes, has 64 bytes at most and no control characters.";
                self.refuse(None, "no_such_room", message);
                return None;
            }
            Door::Room(called) => self.named(called, false).await,
            Door::Named(called) => self.named(called, true).await,
        };
        match found {
            Ok(Some(found)) => Some(found),
            Ok(None) => {
                let message = "That code is not a party here. Check it with your host.";
                self.refuse(None, "no_such_room", message);
                None
            }
            Err(error @ RoomsError::Full) => {
                self.refuse(None, "server_full", &error.to_string());
                None
            }
            Err(error @ RoomsError::Closed) => {
                self.refuse(None, "no_such_room", &error.to_string());
                None
            }
            Err(error @ RoomsError::Stopping) => {
                self.refuse(None, "restarting", &error.to_string());
                None
            }
            Err(error @ RoomsError::TooManyCodes { .. }) => {
                self.refuse(None, "too_many_codes", &error.to_string());
                None
            }
            Err(error) => {
                self.refuse_for_our_fault(&error);
                None
            }
        }
    }

    async fn named(&self, called: String, make: bool) -> Result<Option<Found>, RoomsError> {
        let Some(code) = RoomCode::typed(&called) else {
            return Ok(None);
        };
        let seeker = Seeker {
            address: self.visit.address,
            identity: Some(self.visit.identity.clone()),
        };
        let room = if make {
            Some(self.app.rooms.seek_or_make(&code, &called, &seeker).await?)
        } else {
            self.app.rooms.seek(&code, &seeker).await?
        };
        Ok(room.map(|room| Found {
            code,
            called,
            room,
            is_new: false,
        }))
    }

    async fn make(
        &self,
        new: NewRoom,
        password: &Option<String>,
    ) -> Option<Result<Option<Found>, RoomsError>> {
        let password = match password.clone().filter(|password| !password.is_empty()) {
            None => None,
            Some(password) => {
                // Before the work of hashing: without it, a room that ends with this connection costs next to nothing.
                if let Err(error) = self.app.rooms.has_place().await {
                    return Some(Err(error));
                }
                Some(self.hash_for_new(password).await?)
            }
        };
        let settings = Settings {
            name: new.name,
            password,
            newcomers_may_control: new.newcomers_may_control,
            ..Settings::default()
        };
        let instance = uri_component(&self.app.rooms.server().instance);
        let relay = |code: &str| {
            let mut relay = new.relay;
            let fill = |url: String| url.replace("{room}", code).replace("{instance}", &instance);
            relay.url = relay.url.map(fill);
            relay.origin = self.visit.origin.clone();
            relay
        };
        let made = self.app.rooms.create_passing(new.code, settings, relay).await;
        Some(made.map(|(code, called, room)| {
            Some(Found {
                code,
                called,
                room,
                is_new: true,
            })
        }))
    }

    /// The password of a room that they make; told why if there is none.
    async fn hash_for_new(&self, password: String) -> Option<PasswordHash> {
        if let Err(error) = self.app.makers.may_make(self.visit.address) {
            self.refuse(None, "too_many_rooms", &error.to_string());
            return None;
        }
        match passwords::hash(&self.app.hashing, password).await {
            Ok(hash) => Some(hash),
            Err(error @ PasswordError::TooLong) => {
                self.refuse(None, error.code(), &error.to_string());
                None
            }
            Err(error) => {
                self.refuse_for_our_fault(&error);
                None
            }
        }
    }

    fn refuse_for_our_fault(&self, error: &dyn std::fmt::Display) {
        tracing::error!(%error, "a room could not be found");
        let message = "Something went wrong on the server. Try again in a moment.";
        self.refuse(None, "internal", message);
    }

    /// Finds out whether the password is right, if one is asked of them. `None` if they may not even try; nor if the
    /// room would be kept for their sake, and they have too many kept.
    async fn check_them(
        &self,
        dialect: Dialect,
        room: &RoomHandle,
        identity: Identity,
        password: Option<String>,
    ) -> Result<Option<PasswordCheck>, RoomGone> {
        let see = move |room: &matinee_room::Room| {
            let password = room.settings().password.clone();
            (
                password.filter(|_| room.asks_password_of(&identity)),
                room.is_kept(),
            )
        };
        let (hash, is_kept) = room.look(see).await?;
        if !is_kept
            && dialect.speech().stay() == Stay::Kept
            && let Err(error) = self.app.makers.may_make(self.visit.address)
        {
            self.refuse(None, "too_many_rooms", &error.to_string());
            return Ok(None);
        }
        let (Some(hash), Some(password)) = (hash, password) else {
            return Ok(Some(PasswordCheck::None));
        };
        let tries = &self.app.password_tries;
        if tries
            .count(self.visit.address, (), std::time::Instant::now())
            .is_err()
        {
            let message = "Too many passwords were tried from here. Wait a minute, then try again.";
            self.refuse(None, "too_many_tries", message);
            return Ok(None);
        }
        let right = passwords::verify(&self.app.hashing, password, hash).await;
        if right {
            tries.was_right(self.visit.address);
        }
        Ok(Some(if right {
            PasswordCheck::Right
        } else {
            PasswordCheck::Wrong
        }))
    }
}

/// Whether somebody has a place in a room, perhaps after a lost connection.
async fn is_known(room: &RoomHandle, identity: &Identity, tab: &str) -> Result<bool, RoomGone> {
    let (identity, tab) = (identity.clone(), Tab::new(tab));
    room.look(move |room| room.find(&identity, &tab).is_some()).await
}

const _: () = assert!(limits::HELLO_WITHIN.as_secs() > limits::PROBE_WITHIN.as_secs());
