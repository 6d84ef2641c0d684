//! Asking everybody whether they are ready. The film starts when all are, or when somebody who may control says so:
//! nobody can keep it from starting.

use super::{Events, Room, to_all};
use crate::event::{Cause, Happening};
use crate::id::Timestamp;
use crate::limits;
use crate::member::Alone;
use crate::readiness::ReadyCheck;
use crate::refusal::Refusal;

impl Room {
    /// Asks, unless it is asked already. Who asks is ready.
    pub(super) fn ask(&mut self, now: Timestamp, cause: Cause) -> Result<(), Refusal> {
        self.may_control(cause.member)?;
        self.in_step(cause.member)?;
        if self.playback.film.is_none() {
            return Err(Refusal::NoFilm);
        }
        let waits = self.waiting.hold.is_some() || self.playback.waits_for_film;
        if !self.playback.paused || waits {
            return Err(Refusal::PlaysAlready);
        }
        let until = now.plus_ms(limits::READY_CHECK_MS_MAX);
        let film = self.playback.film_revision();
        self.ready_check
            .get_or_insert_with(|| ReadyCheck::new(cause.member, until, film));
        Ok(())
    }

    pub(super) fn answer(&mut self, cause: Cause, ready: bool) -> Result<(), Refusal> {
        let member = self.members.get(cause.member).ok_or(Refusal::NotMember)?;
        if !member.watches() {
            return Err(Refusal::NotWatching);
        }
        let check = self.ready_check.as_mut().ok_or(Refusal::NobodyAsks)?;
        check.say(cause.member, ready);
        Ok(())
    }

    pub(super) fn stop_asking(&mut self, cause: Cause, events: &mut Events) -> Result<(), Refusal> {
        self.may_control(cause.member)?;
        if self.ready_check.take().is_some() {
            events.push(to_all(Some(cause), Happening::ReadyCheck));
        }
        Ok(())
    }

    /// Counts who is ready, as people come and go; starts the film if all are, and asks no longer when it has started
    /// otherwise, another one is on, or time is up.
    pub(super) fn mind_readiness(&mut self, now: Timestamp, cause: Option<Cause>, events: &mut Events) {
        let Some(mut check) = self.ready_check.take() else {
            return;
        };
        let is_same = check.film == self.playback.film_revision() && self.playback.paused;
        if !is_same || check.until <= now {
            events.push(to_all(cause, Happening::ReadyCheck));
            return;
        }
        let members = self.members.list();
        let mut here: Vec<_> = members.iter().map(|member| member.id).collect();
        here.sort_unstable();
        let asked = members
            .iter()
            .filter(|member| member.watches() && member.client.answers);
        let mut asked: Vec<_> = asked.map(|member| member.id).collect();
        asked.sort_unstable();
        let news = check.count(&here, &asked);
        let all = check.missing().is_empty();
        if !all || !check.ready().is_empty() && !self.may_change(now, events) {
            self.ready_check = Some(check);
            if news {
                events.push(to_all(cause, Happening::ReadyCheck));
            }
            return;
        }
        if !check.ready().is_empty() {
            let at = self.takes_effect(now);
            // It is paused and no other film: nothing is refused.
            if let Ok(Some(change)) = self.playback.play(at, u64::MAX) {
                self.playback.by = Some(check.by);
                self.paced_until = now.plus_ms(limits::PACE_MS);
                events.push(to_all(cause, Happening::Playback(change)));
                self.gather(|alone| alone == Alone::UntilPlay, cause, events);
            }
        }
        events.push(to_all(cause, Happening::ReadyCheck));
    }
}
