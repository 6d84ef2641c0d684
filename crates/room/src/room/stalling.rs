//! Waiting for members whose players have run dry.
//!
//! When one of those who watch tells that their player waits for bytes, the film pauses for everybody until it has
//! some, or until they have had what everybody may have of the others' time. Then it plays on, and who is late
//! catches up. All of them together have a bound as well, so that the room cannot be held by taking turns. Whoever
//! controls the film meanwhile ends the wait.

use super::{Events, Room, to_all};
use crate::event::{Cause, Happening};
use crate::id::{MemberId, Timestamp};
use crate::limits;
use crate::member::Alone;
use crate::playback::Spot;
use crate::refusal::Refusal;
use crate::waiting::{Hold, Holder};

impl Room {
    /// Takes the word of a member's player that it waits for bytes, or no longer.
    pub(super) fn stall(
        &mut self,
        now: Timestamp,
        cause: Cause,
        stalled: bool,
        buffered_ms: Option<u64>,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        let member = self.members.get_mut(cause.member).ok_or(Refusal::NotMember)?;
        // Nobody waits for one who watches on their own.
        let stalled = stalled && member.alone.is_none();
        if member.stalled != stalled {
            member.stalled = stalled;
            events.push(to_all(Some(cause), Happening::Changed(cause.member)));
            if stalled {
                self.wait_for(now, cause, buffered_ms, events);
            }
        } else if let Some(holder) = self.holder(cause.member)
            && holder.buffered_ms != buffered_ms
        {
            holder.buffered_ms = buffered_ms;
            events.push(to_all(Some(cause), Happening::Waiting));
        }
        Ok(())
    }

    fn holder(&mut self, member: MemberId) -> Option<&mut Holder> {
        let hold = self.waiting.hold.as_mut()?;
        hold.holders.iter_mut().find(|holder| holder.member == member)
    }

    /// Waits for a member, if that is worth it and they may still be waited for.
    fn wait_for(&mut self, now: Timestamp, cause: Cause, buffered_ms: Option<u64>, events: &mut Events) {
        let wait_ms = u64::from(self.wait_seconds()) * 1_000;
        let watches = self.members.get(cause.member).is_some_and(crate::Member::watches);
        let nothing_plays = self.playback.film.is_none() || self.playback.waits_for_film;
        if !watches || nothing_plays || self.playback.is_over(now) {
            return;
        }
        self.waiting.tidy(now, self.playback.film_revision());
        let Some(left_ms) = self.waiting.left_ms(now, cause.member, wait_ms) else {
            return;
        };
        let holder = |ends_at: Timestamp| Holder {
            member: cause.member,
            buffered_ms,
            since: now,
            until: now.plus_ms(left_ms).min(ends_at),
        };
        if let Some(hold) = &mut self.waiting.hold {
            hold.holders.push(holder(hold.ends_at));
        } else {
            let Some(all_ms) = self.waiting.left_of_all_ms(now, wait_ms) else {
                return;
            };
            let at = self.takes_effect(now);
            let Ok(Some(change)) = self.playback.pause(at, u64::MAX) else {
                return;
            };
            self.playback.by = Some(cause.member);
            let ends_at = now.plus_ms(all_ms);
            self.waiting.hold = Some(Hold {
                since: now,
                ends_at,
                holders: vec![holder(ends_at)],
            });
            events.push(to_all(Some(cause), Happening::Playback(change)));
        }
        events.push(to_all(Some(cause), Happening::Waiting));
    }

    /// Lets those go who need not or may not be waited for any more, and plays on when nobody is left.
    pub(super) fn mind_waiting(&mut self, now: Timestamp, cause: Option<Cause>, events: &mut Events) {
        let Some(mut hold) = self.waiting.hold.take() else {
            return;
        };
        let is_same = self.waiting.is_about(self.playback.film_revision()) && self.playback.paused;
        let may_wait = is_same && hold.ends_at > now && self.wait_seconds() > 0;
        let (stay, go): (Vec<_>, Vec<_>) = hold.holders.iter().copied().partition(|holder: &Holder| {
            let dry = |member: &crate::Member| member.stalled && member.watches();
            may_wait && holder.until > now && self.members.get(holder.member).is_some_and(dry)
        });
        let goes_on = stay.is_empty();
        if goes_on && is_same && !self.may_change(now, events) {
            self.waiting.hold = Some(hold);
            return;
        }
        for holder in &go {
            self.waiting.spend(now, holder.member, now.ms_since(holder.since));
        }
        if goes_on {
            self.waiting.spend_of_all(now, now.ms_since(hold.since));
        } else {
            hold.holders = stay;
            self.waiting.hold = Some(hold);
        }
        if goes_on && is_same {
            let at = self.takes_effect(now);
            // It is paused: nothing is refused. Whose wait it was stays the one who changed it last.
            if let Ok(Some(change)) = self.playback.play(at, u64::MAX) {
                self.paced_until = now.plus_ms(limits::PACE_MS);
                events.push(to_all(cause, Happening::Playback(change)));
                self.gather(|alone| alone == Alone::UntilPlay, cause, events);
            }
        }
        if !go.is_empty() {
            events.push(to_all(cause, Happening::Waiting));
        }
    }

    /// Somebody who may control wants no waiting: whoever was waited for has had all that they may have.
    pub(super) fn wait_no_longer(&mut self, now: Timestamp, cause: Cause, events: &mut Events) {
        let Some(hold) = self.waiting.hold.take() else {
            return;
        };
        let wait_ms = u64::from(self.wait_seconds()) * 1_000;
        for holder in &hold.holders {
            self.waiting.spend(now, holder.member, wait_ms);
        }
        self.waiting.spend_of_all(now, now.ms_since(hold.since));
        events.push(to_all(Some(cause), Happening::Waiting));
    }

    /// What is on and where; that it waits for somebody is no part of it.
    pub(super) fn spot(&self, now: Timestamp) -> Spot {
        self.playback.spot(now, self.waiting.hold.is_some())
    }
}
