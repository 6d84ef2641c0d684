//! Telling what happened: each event encoded once for all who need the same bytes.

use super::late::acts_at_once;
use super::lists::has_list;
use super::seating::Seat;
use super::task::RoomTask;
use crate::session::flusher::Telling;
use crate::session::framed::Framed;
use matinee_room::Event;
use matinee_wire::{Dialect, Ear, Frame, Scene, Share};
use tokio::sync::mpsc;

/// Somebody who hears all that everybody hears.
pub(super) struct Watcher {
    pub(super) dialect: Dialect,
    pub(super) sink: mpsc::Sender<Frame>,
}

/// How an event is told in a dialect.
struct Hearing<'a> {
    dialect: Dialect,
    /// Whether it is told at all.
    hears: bool,
    share: Option<Share>,
    groups: Vec<Group<'a>>,
}

/// Members who need the same messages of an event.
struct Group<'a> {
    /// What they have in common, in a dialect whose messages depend on who hears them.
    share: Option<(u32, &'a str)>,
    frames: Vec<Framed>,
}

/// Who is told by a watcher, is no one member.
const NOBODY: Ear<'static> = Ear {
    member: None,
    base_url: "",
};

impl RoomTask {
    /// Tells everybody an event, or remembers that their list of members is to be told.
    pub(super) fn broadcast(&mut self, event: &Event) {
        let put_off = self.puts_off(event);
        let waits = |dialect: Dialect| put_off && acts_at_once(dialect);
        let merges = |dialect: Dialect| dialect.speech().merges(&event.what);
        if self.speaks(merges) {
            self.lists.want(event.to);
        }
        let holds = self.lists.holds(&event.what);
        self.tell(event, |dialect| {
            !(merges(dialect) || waits(dialect) || holds && has_list(dialect))
        });
        if holds && self.speaks(has_list) {
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

    /// Whether somebody here speaks one of these dialects.
    fn speaks(&self, those: impl Fn(Dialect) -> bool) -> bool {
        let mut wanted = Dialect::ALL.into_iter().filter(|dialect| those(*dialect));
        wanted.any(|dialect| self.seats.iter().any(|seat| seat.dialect == dialect))
    }

    pub(super) fn tell_lists_if_due(&mut self) {
        if let Some((list, held)) = self.lists.take_due(self.seats.len()) {
            self.tell(&list, |_| true);
            for event in held {
                self.tell(&event, has_list);
            }
        }
    }

    /// Encodes an event once for all who need the same bytes, and shares these. What a dialect makes of the event is
    /// asked once for each that is spoken here, not for each member.
    fn tell(&self, event: &Event, hears: impl Fn(Dialect) -> bool) {
        // Nearly always there is one dialect and one group: a list that grows by itself would make places for four.
        let mut hearings: Vec<Hearing<'_>> = Vec::with_capacity(1);
        let mut telling = Telling::to_at_most(self.seats.len());
        for seat in self.seats.iter().filter(|seat| event.to.has(seat.member)) {
            let known = hearings.iter().position(|one| one.dialect == seat.dialect);
            let at = known.unwrap_or_else(|| {
                hearings.push(Hearing {
                    dialect: seat.dialect,
                    hears: hears(seat.dialect),
                    share: seat.dialect.speech().share(event),
                    groups: Vec::with_capacity(1),
                });
                hearings.len() - 1
            });
            let Some(hearing) = hearings.get_mut(at).filter(|hearing| hearing.hears) else {
                continue;
            };
            let share = hearing.share.map(|share| share(event, &self.ear(seat)));
            let known = hearing.groups.iter().position(|group| group.share == share);
            let at = known.unwrap_or_else(|| {
                let frames = self.frames(seat, event);
                hearing.groups.push(Group { share, frames });
                hearing.groups.len() - 1
            });
            let frames = hearing.groups.get(at).map(|group| group.frames.as_slice());
            for framed in frames.unwrap_or_default() {
                telling.push(&seat.outbox, framed.clone());
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
