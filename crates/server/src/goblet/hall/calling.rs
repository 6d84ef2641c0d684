//! Who is called, and what their answers tell: that they are there, and how far off.

use super::Hall;
use crate::goblet::public_id::PublicId;
use crate::limits;
use crate::rooms::RoomHandle;
use crate::rooms::handle::ToRoom;
use matinee_room::MemberId;
use matinee_wire::goblet;
use tokio::time::Instant;

impl Hall {
    /// Calls everybody, now or soon: those who come at once are told once.
    pub(super) fn call(&mut self) {
        let rested = self.called.map(|called| called + limits::ROLE_CALL_REST);
        self.call_at = Some(rested.unwrap_or_else(Instant::now));
    }

    /// When everybody is called in any case: for the sake of those who have only registered, and to learn anew how far off
    /// the others are.
    pub(super) fn regular_call(&self) -> Option<Instant> {
        self.called
            .filter(|_| !self.presence.is_empty())
            .map(|called| called + limits::ROLE_CALL_EVERY)
    }

    pub(super) fn call_who_is_due(&mut self, now: Instant) {
        let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if is_due(self.call_at) || is_due(self.regular_call()) {
            self.call_at = None;
            self.called = Some(now);
            self.listeners.tell(None, &goblet::role_call());
            self.declare_host();
            self.presence.were_called(now);
            self.latencies.were_called(now);
        } else if !self.presence.is_empty() {
            self.called.get_or_insert(now);
        }
        for id in self.latencies.take_due(now) {
            self.listeners.tell(Some(&id), &goblet::role_call());
            self.listeners.tell(Some(&id), &self.host_declaration());
        }
    }

    /// Takes what somebody answers to a call as the sign of how far off they are. The room reckons with it as well.
    pub(super) fn hear_answer(&mut self, id: &PublicId, room: &RoomHandle, member: MemberId) {
        if let Some(link) = self.latencies.answers(Instant::now(), id) {
            room.send_if_idle(ToRoom::Latency {
                member,
                latency_ms: link.latency_ms(),
                jitter_ms: link.jitter_ms(),
            });
        }
    }
}
