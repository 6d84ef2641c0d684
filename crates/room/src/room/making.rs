//! Waiting for a film that is still being made.
//!
//! A stream may be made more slowly than it plays. Where what is made ends, the film pauses for everybody and goes on by
//! itself when there is enough. Nobody's time is spent by that, however long it takes: nobody could see the film. What
//! never comes is not waited for, as its maker tells. Whoever controls the film may pause it for good, or go elsewhere.

use super::{Events, Room, to_all};
use crate::event::Happening;
use crate::id::{MemberId, Timestamp};
use crate::limits;
use crate::member::Alone;

impl Room {
    /// Lets the film wait that has come to the end of what is made, and go on when there is enough. That is nobody's
    /// deed, whatever was done just before.
    pub(super) fn mind_making(&mut self, now: Timestamp, events: &mut Events) {
        let waits = self.playback.waits_for_film;
        let may_wait = self.is_streamed();
        let turns = match waits {
            true => !may_wait || self.playback.has_enough(),
            false => may_wait && self.playback.runs_out(now),
        };
        if !turns || !self.may_change(now, events) {
            return;
        }
        let at = self.takes_effect(now);
        let change = match waits {
            true => self.playback.go_on(at),
            false => self.playback.wait_for_film(at),
        };
        self.playback.by = Some(MemberId::NOBODY);
        self.paced_until = now.plus_ms(limits::PACE_MS);
        events.push(to_all(None, Happening::Playback(change)));
        if waits {
            self.gather(|alone| alone == Alone::UntilPlay, None, events);
        }
    }

    /// When the film has come to the end of what is made, if nothing happens before.
    pub(super) fn next_shortage(&self) -> Option<Timestamp> {
        self.playback.runs_out_at().filter(|_| self.is_streamed())
    }

    /// Whether the stream is what is watched here: where all who watch have clients that play the file, nobody needs it.
    /// Who is away for a moment comes back to it.
    fn is_streamed(&self) -> bool {
        let members = self.members.list();
        let nobody_watches = !members.iter().any(crate::Member::watches);
        nobody_watches || members.iter().any(|member| member.client.streams)
    }
}
