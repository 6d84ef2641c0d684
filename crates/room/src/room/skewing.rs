//! What members' players tell of how far they are off, and telling it to those who want to hear.
//!
//! Nothing in the room depends on it: whoever tells something untrue fools only those who look at it. So what cannot be
//! is left out without a word.

use super::{Events, Room, to_all, to_one};
use crate::event::{Cause, Happening};
use crate::id::Timestamp;
use crate::limits;
use crate::refusal::Refusal;
use crate::skew::{Measured, Skew};

impl Room {
    /// Takes what a member's player has measured, while there is something to be in step with.
    pub(super) fn measured(
        &mut self,
        now: Timestamp,
        cause: Cause,
        skew: Skew,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        let plays = !self.playback.paused && self.playback.film.is_some();
        let member = self.members.get_mut(cause.member).ok_or(Refusal::NotMember)?;
        let is_early = member
            .skew
            .is_some_and(|last| now.ms_since(last.at) < limits::SKEW_EVERY_MS_MIN);
        if !plays || !member.watches() || is_early {
            return Ok(());
        }
        member.skew = Some(Measured { at: now, skew });
        self.skews.has_news = true;
        // For who counts such things; the others hear of it with all else.
        events.push(to_one(cause.member, Some(cause), Happening::Measured(skew)));
        Ok(())
    }

    /// Tells a member of everybody's skew from now on, or no longer.
    pub(super) fn hear_skews(&mut self, cause: Cause, hears: bool) -> Result<(), Refusal> {
        let member = self.members.get_mut(cause.member).ok_or(Refusal::NotMember)?;
        self.skews.has_news |= hears && !member.hears_skews;
        member.hears_skews = hears;
        Ok(())
    }

    /// When it is told next: seldom in a crowd, whose list is long.
    pub(super) fn next_skews(&self) -> Option<Timestamp> {
        let members = self.members.list();
        let is_heard = members
            .iter()
            .any(|member| member.hears_skews && !member.is_away());
        let every_ms = limits::SKEWS_TOLD_EVERY_MS.max(members.len() as u64 * limits::SKEWS_MEMBER_MS);
        (self.skews.has_news && is_heard).then(|| self.skews.told_at.plus_ms(every_ms))
    }

    pub(super) fn tell_skews(&mut self, now: Timestamp, events: &mut Events) {
        if self.next_skews().is_some_and(|at| at <= now) {
            self.skews.told_at = now;
            self.skews.has_news = false;
            events.push(to_all(None, Happening::Skews));
        }
    }
}
