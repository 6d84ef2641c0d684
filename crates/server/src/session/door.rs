//! Coming in: from a `hello` to a place in a room, or a refusal that says what to do.

use super::{Seat, Session, limits};
use crate::passwords;
use crate::rooms::handle::{Knock, ToRoom};
use crate::rooms::{RoomGone, RoomHandle, RoomsError};
use matinee_room::{Join, PasswordCheck, RoomCode, Tab};
use matinee_wire::request::Hello;
use matinee_wire::{Dialect, Place};
use std::sync::Arc;

impl Session {
    /// Asks the room to let them in. One that ends in this very moment is made anew, if it was only named.
    pub(super) async fn come_in(&mut self, dialect: Dialect, hello: Hello) -> Result<(), RoomGone> {
        for _ in 1..limits::DOOR_TRIES_MAX {
            match self.knock(dialect, hello.clone()).await {
                Err(RoomGone) if hello.room.is_some() => {}
                done => return done,
            }
        }
        self.knock(dialect, hello).await
    }

    async fn knock(&mut self, dialect: Dialect, hello: Hello) -> Result<(), RoomGone> {
        let Some((code, room)) = self.room_for(&hello).await else {
            return Ok(());
        };
        let Hello {
            room: wanted,
            name,
            tab,
            password,
            since,
        } = hello;
        let identity = dialect.identity(&self.visit.identity);
        let Some(password) = self.check_password(&room, identity.clone(), password).await? else {
            return Ok(());
        };
        let place = Place {
            room: wanted.unwrap_or_else(|| code.to_string()),
            tab: tab.clone(),
        };
        let join = Join {
            identity,
            tab: Tab::new(tab),
            name,
            password,
            since,
            calls_room: place.room.clone(),
            client: dialect.client(),
            stay: dialect.stay(),
            replace: false,
        };
        let outbox = Arc::clone(&self.outbox);
        let knock = |reply| {
            ToRoom::Join(Knock {
                join,
                dialect,
                outbox,
                reply,
                silent: None,
            })
        };
        match room.ask(knock).await? {
            Ok(member) => {
                let _running = self.app.running.token();
                self.seat = Some(Seat {
                    member,
                    code,
                    room,
                    place,
                    _running,
                });
                // At once, so that the room knows this member's latency when playback next changes.
                self.ping();
            }
            Err(refusal) => self.refuse(None, refusal.code(), &refusal.to_string()),
        }
        Ok(())
    }

    /// The room that they stand before or name; told why if there is none.
    async fn room_for(&self, hello: &Hello) -> Option<(RoomCode, RoomHandle)> {
        let Some(named) = &hello.room else {
            return self
                .visit
                .door
                .as_ref()
                .map(|(_, code, room)| (code.clone(), room.clone()));
        };
        let Some(code) = RoomCode::typed(named) else {
            self.refuse(
                None,
                "no_such_room",
                "A room's name has 1 to 64 bytes, and no control characters.",
            );
            return None;
        };
        match self.app.rooms.find_or_make(&code).await {
            Ok(room) => Some((code, room)),
            Err(error @ (RoomsError::Full | RoomsError::Stopping)) => {
                self.refuse(None, "server_full", &error.to_string());
                None
            }
            Err(error) => {
                tracing::error!(%error, "a room could not be found");
                self.refuse(
                    None,
                    "internal",
                    "Something went wrong on the server. Try again in a moment.",
                );
                None
            }
        }
    }

    /// Finds out whether the password is right, if one is asked of them. `None` if they may not even try.
    async fn check_password(
        &self,
        room: &RoomHandle,
        identity: matinee_room::Identity,
        password: Option<String>,
    ) -> Result<Option<PasswordCheck>, RoomGone> {
        let see = move |room: &matinee_room::Room| {
            room.settings()
                .password
                .clone()
                .filter(|_| room.asks_password_of(&identity))
        };
        let (Some(hash), Some(password)) = (room.look(see).await?, password) else {
            return Ok(Some(PasswordCheck::None));
        };
        if !self
            .app
            .password_tries
            .may_try(self.visit.address, std::time::Instant::now())
        {
            let message = "Too many passwords were tried from here. Wait a minute, then try again.";
            self.refuse(None, "too_many_tries", message);
            return Ok(None);
        }
        let right = passwords::verify(&self.app.hashing, password, hash).await;
        if right {
            self.app.password_tries.was_right(self.visit.address);
        }
        Ok(Some(if right {
            PasswordCheck::Right
        } else {
            PasswordCheck::Wrong
        }))
    }
}

const _: () = assert!(limits::HELLO_WITHIN.as_secs() > limits::PROBE_WITHIN.as_secs());
