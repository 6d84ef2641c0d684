//! Watching on one's own: a member lets go of the room's playback and comes back in step.
//!
//! The room goes on without them: nobody waits for them, and they move nobody. A new film is for all, so that one
//! brings everybody back; so does the room when it begins to play, for those who wanted no longer. Whoever is away
//! stays as they were, and shows as nothing until they are back.

use super::{Events, Room, to_all};
use crate::event::{Cause, Happening};
use crate::id::{MemberId, Timestamp};
use crate::log::LineKind;
use crate::member::Alone;
use crate::refusal::Refusal;

impl Room {
    /// Lets a member go, changes until when, or takes them back in step.
    pub(super) fn let_go(
        &mut self,
        now: Timestamp,
        cause: Cause,
        alone: Option<Alone>,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        // The film plays for all: what they wanted to wait for is here.
        let alone = alone.filter(|until| *until != Alone::UntilPlay || self.playback.paused);
        if alone.is_some() && self.playback.film.is_none() {
            return Err(Refusal::NoFilm);
        }
        let member = self.members.get_mut(cause.member).ok_or(Refusal::NotMember)?;
        let was = std::mem::replace(&mut member.alone, alone);
        if was == alone {
            return Ok(());
        }
        member.stalled &= alone.is_none();
        events.push(to_all(Some(cause), Happening::Changed(cause.member)));
        let kind = match (was, alone) {
            (None, Some(_)) => LineKind::Alone,
            (Some(_), None) => LineKind::InStep,
            _ => return Ok(()),
        };
        let line = self.line(now, cause.member, kind);
        events.push(to_all(Some(cause), line));
        Ok(())
    }

    /// Takes those back in step who wanted it, at once and without a line each: why is told to all.
    pub(super) fn gather(
        &mut self,
        wanted: impl Fn(Alone) -> bool,
        cause: Option<Cause>,
        events: &mut Events,
    ) {
        for member in self.members.list_mut() {
            if member.alone.is_some_and(&wanted) {
                let seen = member.watches_alone().is_some();
                member.alone = None;
                if seen {
                    events.push(to_all(cause, Happening::Changed(member.id)));
                }
            }
        }
    }

    /// Refuses whoever watches on their own: what they do there moves nobody.
    pub(super) fn in_step(&self, id: MemberId) -> Result<(), Refusal> {
        match self.members.get(id).and_then(|member| member.alone) {
            Some(_) => Err(Refusal::Alone),
            None => Ok(()),
        }
    }
}
