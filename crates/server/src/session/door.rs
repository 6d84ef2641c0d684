//! Coming in: from a `hello` to a place in the room, or a refusal that says what to do.

use super::outbox::Framed;
use super::{Session, limits};
use crate::passwords;
use crate::rooms::RoomGone;
use crate::rooms::handle::{Knock, ToRoom};
use matinee_room::{Join, PasswordCheck, Refusal, Tab};
use matinee_wire::request::Hello;
use std::sync::Arc;

impl Session {
    /// Asks the room to let them in.
    pub(super) async fn come_in(&mut self, hello: Hello) -> Result<(), RoomGone> {
        let Hello {
            name,
            tab,
            password,
            since,
        } = hello;
        let identity = self.visit.identity.clone();
        let hash = {
            let identity = identity.clone();
            let see = move |room: &matinee_room::Room| {
                room.settings()
                    .password
                    .clone()
                    .filter(|_| room.asks_password_of(&identity))
            };
            self.room.look(see).await?
        };
        let password = match (hash, password) {
            (Some(hash), Some(password)) => {
                if !self
                    .app
                    .password_tries
                    .may_try(self.visit.address, std::time::Instant::now())
                {
                    let message = "Too many passwords were tried from here. Wait a minute, then try again.";
                    self.refuse(None, "too_many_tries", message);
                    return Ok(());
                }
                if passwords::verify(&self.app.hashing, password, hash).await {
                    self.app.password_tries.was_right(self.visit.address);
                    PasswordCheck::Right
                } else {
                    PasswordCheck::Wrong
                }
            }
            _ => PasswordCheck::None,
        };
        let join = Join {
            identity,
            tab: Tab::new(tab),
            name,
            password,
            since,
            replace: false,
        };
        let outbox = Arc::clone(&self.outbox);
        let dialect = self.visit.dialect;
        let knock = |reply| {
            ToRoom::Join(Knock {
                join,
                dialect,
                outbox,
                reply,
                silent: None,
            })
        };
        match self.room.ask(knock).await? {
            Ok(member) => {
                self.member = Some((member, self.app.running.token()));
                // At once, so that the room knows this member's latency when playback next changes.
                self.ping();
            }
            Err(refusal) => self.turn_away(&refusal),
        }
        Ok(())
    }

    fn turn_away(&self, refusal: &Refusal) {
        let frame = self
            .visit
            .dialect
            .refused(None, refusal.code(), &refusal.to_string());
        self.outbox.push(Framed::new(frame));
    }
}

const _: () = assert!(limits::HELLO_WITHIN.as_secs() > limits::PROBE_WITHIN.as_secs());
