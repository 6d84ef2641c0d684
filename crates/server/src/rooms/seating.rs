//! Members' connections: taking a place, giving it up, being taken out of it.

use super::handle::{Connection, Knock, ToRoom, WayBack};
use super::task::RoomTask;
use crate::session::closing::Closing;
use crate::session::outbox::Outbox;
use matinee_room::{Input, MemberId, Refusal};
use matinee_wire::Dialect;
use std::sync::Arc;

/// A member's connection.
pub(super) struct Seat {
    pub(super) member: MemberId,
    pub(super) dialect: Dialect,
    pub(super) outbox: Arc<Outbox>,
    pub(super) base_url: Arc<str>,
}

impl RoomTask {
    /// Lets somebody in. If a connection holds their place already, it is asked for a sign of life first.
    pub(super) fn join(&mut self, mut knock: Knock) {
        let known = self.room.find(&knock.join.identity, &knock.join.tab);
        let holder = known
            .filter(|member| !member.is_away())
            .and_then(|member| self.seat(member.id));
        if let Some(holder) = holder.map(|seat| Arc::clone(&seat.outbox)) {
            let is_silent = knock
                .silent
                .take()
                .is_some_and(|silent| Arc::ptr_eq(&silent, &holder));
            // Who joins again by the same connection has shown a sign of life.
            let is_same = knock
                .connection
                .as_ref()
                .is_some_and(|connection| Arc::ptr_eq(&connection.outbox, &holder));
            if !is_silent && !is_same && !knock.dialect.speech().replaces_at_once() {
                tokio::spawn(probe(self.me.clone(), holder, knock));
                return;
            }
            knock.join.replace = true;
        }
        let Knock {
            join,
            dialect,
            connection,
            reply,
            ..
        } = knock;
        let key = (join.identity.clone(), join.tab.clone());
        match self.room.handle(self.rooms.clock.now(), Input::Join(join)) {
            Ok(events) => {
                let Some(member) = self.room.find(&key.0, &key.1).map(|member| member.id) else {
                    return;
                };
                self.replace_seat(member, connection.as_ref());
                if let Some(Connection { outbox, base_url }) = connection {
                    self.seats.push(Seat {
                        member,
                        dialect,
                        outbox,
                        base_url,
                    });
                }
                self.mind_film();
                self.deliver(&events);
                if reply.send(Ok(member)).is_err() {
                    // The session went before it knew: nobody else will report the loss.
                    self.seats.retain(|seat| seat.member != member);
                    self.apply_quietly(Input::Drop(member));
                }
            }
            Err(refusal) => {
                // Whoever asked may have gone.
                let _ = reply.send(Err(refusal));
            }
        }
    }

    pub(super) fn seat(&self, member: MemberId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.member == member)
    }

    pub(super) fn close_seat(&mut self, member: MemberId, why: Closing) {
        self.seats.retain(|seat| {
            let keep = seat.member != member;
            if !keep {
                seat.outbox.close(why);
            }
            keep
        });
    }

    /// Tells a member that they are out, and ends their connection.
    pub(super) fn put_out(&mut self, member: MemberId, banned: bool) {
        self.seats.retain(|seat| {
            let keep = seat.member != member;
            if !keep {
                seat.outbox.answer(seat.dialect.speech().put_out(banned));
            }
            keep
        });
    }

    /// Takes a member's old connection away, and closes it unless it is the new one.
    fn replace_seat(&mut self, member: MemberId, by: Option<&Connection>) {
        let same = |seat: &Seat| by.is_some_and(|by| Arc::ptr_eq(&by.outbox, &seat.outbox));
        self.seats.retain(|seat| seat.member != member || !same(seat));
        self.close_seat(member, Closing::Replaced);
    }
}

/// Asks the holder of a place for a sign of life; without one, the newcomer knocks again with that.
async fn probe(room: WayBack, holder: Arc<Outbox>, mut knock: Knock) {
    if holder.probe().await {
        // Whoever asked may have gone.
        let _ = knock.reply.send(Err(Refusal::TabTaken));
    } else if let Some(room) = room.upgrade() {
        knock.silent = Some(holder);
        // The room has ended: the reply is dropped, and the session looks the room up again.
        let _ = room.send(Box::new(ToRoom::Join(knock))).await;
    }
}
