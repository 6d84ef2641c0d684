//! What is told late: a start or a stop, to clients that cannot wait for the moment from which it holds. They hear of it
//! when it has just so much time left as it needs to reach them.

use super::seating::Seat;
use super::task::RoomTask;
use matinee_room::{Event, Happening, MemberId, Timestamp};
use matinee_wire::Dialect;
use std::time::Duration;
use tokio::time::Instant;

/// A start or a stop that is not told to all yet.
pub(super) struct Late {
    event: Event,
    /// From when it holds.
    at: Timestamp,
    /// Who has yet to hear of it.
    members: Vec<MemberId>,
}

pub(super) fn acts_at_once(dialect: Dialect) -> bool {
    dialect.speech().acts_at_once()
}

impl RoomTask {
    /// Keeps a start or a stop that lies ahead for those who would act at once. `true` if it does.
    pub(super) fn puts_off(&mut self, event: &Event) -> bool {
        let Happening::Playback(change) = event.what else {
            return false;
        };
        // Whoever waits for the one before is told now, where the room is by now.
        self.tell_late(true);
        let at = self.room.playback().at;
        if !change.paused || change.film || change.address || at <= self.rooms.clock.now() {
            return false;
        }
        let hears = |seat: &&Seat| acts_at_once(seat.dialect) && event.to.has(seat.member);
        self.late = Some(Late {
            event: event.clone(),
            at,
            members: self.seats.iter().filter(hears).map(|seat| seat.member).collect(),
        });
        true
    }

    /// When somebody has to be told so that it reaches them in time.
    fn due(&self, late: &Late, member: MemberId) -> Timestamp {
        let latency_ms = self.room.member(member).map_or(0, |member| member.latency_ms);
        Timestamp(late.at.0.saturating_sub(u64::from(latency_ms)))
    }

    /// When the next one has to be told, if anybody has.
    pub(super) fn late_due(&self) -> Option<Instant> {
        let late = self.late.as_ref()?;
        let members = late.members.iter().map(|member| self.due(late, *member));
        let next = members.min()?;
        // A millisecond more, so that the moment has come when the clock is read in whole ones.
        Some(Instant::now() + self.rooms.clock.until(next) + Duration::from_millis(1))
    }

    /// Tells those whose time has come, or everybody at once.
    pub(super) fn tell_late(&mut self, at_once: bool) {
        let Some(mut late) = self.late.take() else {
            return;
        };
        let now = self.rooms.clock.now();
        let (go, stay): (Vec<_>, Vec<_>) = late
            .members
            .iter()
            .partition(|member| at_once || self.due(&late, **member) <= now);
        for seat in self.seats.iter().filter(|seat| go.contains(&seat.member)) {
            for frame in self.frames(seat, &late.event) {
                seat.outbox.push(frame);
            }
        }
        late.members = stay;
        self.late = (!late.members.is_empty()).then_some(late);
    }
}
