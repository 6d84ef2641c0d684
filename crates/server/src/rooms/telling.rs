//! Telling what happened: each event encoded once for all who need the same bytes.

use super::lists::has_list;
use super::seating::Seat;
use super::task::RoomTask;
use crate::session::outbox::Framed;
use matinee_room::Event;
use matinee_wire::{Dialect, Ear, Frame, Scene};
use tokio::sync::mpsc;

/// Somebody who hears all that everybody hears.
pub(super) struct Watcher {
    pub(super) dialect: Dialect,
    pub(super) sink: mpsc::Sender<Frame>,
}

/// Who is told by a watcher, is no one member.
const NOBODY: Ear<'static> = Ear {
    member: None,
    base_url: "",
};

impl RoomTask {
    /// Tells everybody an event, or remembers that their list of members is to be told.
    pub(super) fn broadcast(&mut self, event: &Event) {
        let merges = |dialect: Dialect| dialect.speech().merges(&event.what);
        if self.seats.iter().any(|seat| merges(seat.dialect)) {
            self.lists.want(event.to);
        }
        let holds = self.lists.holds(&event.what);
        self.tell(event, |dialect| !(merges(dialect) || holds && has_list(dialect)));
        if holds && self.seats.iter().any(|seat| has_list(seat.dialect)) {
            self.lists.hold(event);
        }
        let mut watchers = std::mem::take(&mut self.watchers);
        watchers.retain(|watcher| {
            let frames = watcher.dialect.speech().encode(&self.scene(), event, &NOBODY);
            frames
                .into_iter()
                .all(|frame| watcher.sink.try_send(frame).is_ok())
        });
        self.watchers = watchers;
    }

    pub(super) fn tell_lists_if_due(&mut self) {
        if let Some((list, held)) = self.lists.take_due() {
            self.tell(&list, |_| true);
            for event in held {
                self.tell(&event, has_list);
            }
        }
    }

    /// Encodes an event once for all who need the same bytes, and shares these.
    fn tell(&self, event: &Event, hears: impl Fn(Dialect) -> bool) {
        let mut encoded: Vec<(Dialect, (u32, &str), Vec<Framed>)> = Vec::new();
        let heard = |seat: &&Seat| event.to.has(seat.member) && hears(seat.dialect);
        for seat in self.seats.iter().filter(heard) {
            let key = seat.dialect.speech().share(event, &self.ear(seat));
            let known = encoded
                .iter()
                .position(|(dialect, shared, _)| *dialect == seat.dialect && *shared == key);
            let index = known.unwrap_or_else(|| {
                encoded.push((seat.dialect, key, self.frames(seat, event)));
                encoded.len() - 1
            });
            for framed in encoded
                .get(index)
                .map(|(.., frames)| frames.as_slice())
                .unwrap_or_default()
            {
                seat.outbox.push(framed.clone());
            }
        }
    }

    fn scene(&self) -> Scene<'_> {
        Scene {
            room: &self.room,
            now: self.rooms.clock.now(),
            server: self.rooms.server(),
        }
    }

    fn ear<'a>(&'a self, seat: &'a Seat) -> Ear<'a> {
        Ear {
            member: self.room.member(seat.member),
            base_url: &seat.base_url,
        }
    }

    pub(super) fn frames(&self, seat: &Seat, event: &Event) -> Vec<Framed> {
        let frames = seat
            .dialect
            .speech()
            .encode(&self.scene(), event, &self.ear(seat));
        frames.into_iter().map(Framed::new).collect()
    }
}
