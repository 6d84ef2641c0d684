//! The queue: who may change it, when its next film comes, and taking a change back.
//!
//! When a film has been played to its end and something comes after it, all are told when that will be, a few
//! seconds ahead. Nothing comes by itself while nobody watches.

use super::{Events, Room, to_all};
use crate::event::{Cause, Happening};
use crate::id::{EntryId, MemberId, Timestamp};
use crate::limits;
use crate::log::LineKind;
use crate::playback::{Change, Film};
use crate::queue::{Adder, Deed, Repeat};
use crate::refusal::Refusal;

impl Room {
    /// Takes a film into the queue; where there is no film at all, it is put on instead.
    pub(super) fn add(
        &mut self,
        now: Timestamp,
        cause: Cause,
        film: Film,
        next: bool,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        self.may_add(cause.member)?;
        if self.playback.film.is_none() && self.queue.entries().is_empty() {
            self.put_on(now, cause.member, film, Some(cause), events);
            return Ok(());
        }
        self.queue.has_place()?;
        self.enqueue(cause.member, film, next, Some(cause), events);
        Ok(())
    }

    /// Takes a film into the queue, which has a place for it.
    pub(super) fn enqueue(
        &mut self,
        by: MemberId,
        film: Film,
        next: bool,
        cause: Option<Cause>,
        events: &mut Events,
    ) {
        let title = Some(film.title.clone());
        self.queue.remember(Deed::Added, Some(by), title, None);
        let adder = self.adder(by);
        self.queue.add(film, adder, next);
        tell_change(cause, events);
    }

    pub(super) fn adder(&self, member: MemberId) -> Option<Adder> {
        let name = self.members.name_of(member)?.to_owned();
        Some(Adder { member, name })
    }

    pub(super) fn move_entry(
        &mut self,
        cause: Cause,
        entry: EntryId,
        before: Option<EntryId>,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        self.may_control(cause.member)?;
        if let Some(entries) = self.queue.moved(entry, before)? {
            let title = self.title_of(entry);
            self.queue.remember(Deed::Moved, Some(cause.member), title, None);
            self.queue.set_entries(entries);
            tell_change(Some(cause), events);
        }
        Ok(())
    }

    /// Takes an entry out: who may control any, who may add films their own.
    pub(super) fn remove_entry(
        &mut self,
        cause: Cause,
        entry: EntryId,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        let index = self.queue.find(entry);
        let by = index
            .as_ref()
            .ok()
            .and_then(|index| self.queue.entries().get(*index));
        let is_own = by
            .and_then(|entry| entry.by.as_ref())
            .is_some_and(|by| by.member == cause.member);
        if !is_own || self.may_add(cause.member).is_err() {
            self.may_control(cause.member)?;
        }
        let index = index?;
        let title = self.title_of(entry);
        self.queue
            .remember(Deed::Removed, Some(cause.member), title, None);
        self.queue.take(index);
        tell_change(Some(cause), events);
        Ok(())
    }

    fn title_of(&self, entry: EntryId) -> Option<String> {
        let entry = self.queue.entries().iter().find(|other| other.id == entry)?;
        Some(entry.film.title.clone())
    }

    pub(super) fn clear_queue(&mut self, cause: Cause, events: &mut Events) -> Result<(), Refusal> {
        self.may_control(cause.member)?;
        if !self.queue.entries().is_empty() {
            self.queue.remember(Deed::Cleared, Some(cause.member), None, None);
            self.queue.set_entries(Vec::new());
            tell_change(Some(cause), events);
        }
        Ok(())
    }

    pub(super) fn set_repeat(
        &mut self,
        cause: Cause,
        repeat: Repeat,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        self.may_control(cause.member)?;
        if self.queue.repeat != repeat {
            self.queue.repeat = repeat;
            events.push(to_all(Some(cause), Happening::Queue));
        }
        Ok(())
    }

    /// Goes to a film of the queue at once: to this one, or to the first.
    pub(super) fn go_to(
        &mut self,
        now: Timestamp,
        cause: Cause,
        seen: u64,
        entry: Option<EntryId>,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        self.may_control(cause.member)?;
        self.playback.check_film(seen)?;
        let index = entry.map_or(Ok(0), |entry| self.queue.find(entry))?;
        if self.queue.entries().is_empty() {
            return Err(Refusal::NothingNext);
        }
        self.skip_to(now, index, Some(cause), false, events);
        Ok(())
    }

    /// Leaves the film that is on for one of the queue, which can be taken back. What the room voted is no single
    /// one's deed, whoever was the last to say so.
    pub(super) fn skip_to(
        &mut self,
        now: Timestamp,
        index: usize,
        cause: Option<Cause>,
        voted: bool,
        events: &mut Events,
    ) {
        let Some(next) = self.queue.entries().get(index) else {
            return;
        };
        let (deed, title) = match &self.playback.film {
            Some(film) => (Deed::Skipped, film.title.clone()),
            None => (Deed::PutOn, next.film.title.clone()),
        };
        let spot = self.spot(now);
        let by = cause.filter(|_| !voted).map(|cause| cause.member);
        self.queue.remember(deed, by, Some(title), Some(spot));
        self.play_entry(now, index, cause, voted, events);
        events.push(to_all(cause, Happening::Undo));
    }

    /// Puts a film of the queue on, playing.
    fn play_entry(
        &mut self,
        now: Timestamp,
        index: usize,
        cause: Option<Cause>,
        voted: bool,
        events: &mut Events,
    ) {
        let Some(entry) = self.queue.take(index) else {
            return;
        };
        if self.queue.repeat == Repeat::Queue
            && let Some(film) = self.playback.film.clone()
        {
            let on = self.queue.on.take();
            self.queue.add(film, on, false);
        }
        self.queue.next_at = None;
        let title = entry.film.title.clone();
        let at = self.takes_effect(now);
        self.talk.forget(|_| true);
        let change = self.playback.play_next(at, entry.film);
        let adder = entry.by.clone();
        self.playback.by = cause
            .map(|cause| cause.member)
            .or(adder.as_ref().map(|by| by.member));
        self.paced_until = now.plus_ms(limits::PACE_MS);
        self.queue.on = entry.by;
        events.push(to_all(cause, Happening::Playback(change)));
        self.gather(|_| true, cause, events);
        events.push(to_all(cause, Happening::Queue));
        let teller = cause.and_then(|cause| self.adder(cause.member)).or(adder);
        if let Some(Adder { member, name }) = teller {
            let namesake = self.members.ever(member).and_then(|member| member.namesake);
            let what = LineKind::Picked { title, voted };
            let line = self.log.write(now, member, &name, namesake, what);
            events.push(to_all(cause, Happening::Line(line)));
        }
    }

    /// Stays with the film that is over: the next one does not come by itself.
    pub(super) fn stay(&mut self, cause: Cause, events: &mut Events) -> Result<(), Refusal> {
        self.may_control(cause.member)?;
        if self.queue.next_at.take().is_some() {
            self.queue.stays = Some(self.playback.revision);
            events.push(to_all(Some(cause), Happening::Queue));
        }
        Ok(())
    }

    /// Whether something comes by itself when the film ends.
    fn goes_on(&self) -> bool {
        let comes = self.queue.repeat != Repeat::Off || !self.queue.entries().is_empty();
        let plays = self.playback.film.is_some() && !self.playback.paused;
        let watched = || self.members.list().iter().any(crate::Member::watches);
        plays && comes && self.queue.stays != Some(self.playback.revision) && watched()
    }

    /// When the queue next has something to do.
    pub(super) fn next_turn(&self) -> Option<Timestamp> {
        let ends_at = || self.playback.ends_at().filter(|_| self.goes_on());
        self.queue.next_at.or_else(ends_at)
    }

    /// Announces what comes after a film that is over, or takes that back.
    pub(super) fn mind_the_end(&mut self, now: Timestamp, cause: Option<Cause>, events: &mut Events) {
        let comes = self.playback.is_over(now) && self.goes_on();
        if comes == self.queue.next_at.is_some() {
            return;
        }
        self.queue.next_at = comes.then(|| now.plus_ms(limits::NEXT_AFTER_MS));
        events.push(to_all(cause, Happening::Queue));
    }

    /// Lets the next film come if its time has.
    pub(super) fn take_turn(&mut self, now: Timestamp, events: &mut Events) {
        if self.queue.next_at.is_none_or(|at| at > now) {
            return;
        }
        self.queue.next_at = None;
        if self.queue.repeat == Repeat::Film || self.queue.entries().is_empty() {
            let at = self.takes_effect(now);
            let change = self.playback.play_again(at);
            events.push(to_all(None, Happening::Playback(change)));
            events.push(to_all(None, Happening::Queue));
            return;
        }
        self.play_entry(now, 0, None, false, events);
        // What was changed before was another film's evening.
        if self.queue.move_on() {
            events.push(to_all(None, Happening::Undo));
        }
    }

    /// Takes the latest change back: who may control any, who may add films what they did to the queue themselves.
    pub(super) fn take_back(
        &mut self,
        now: Timestamp,
        cause: Cause,
        number: u64,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        let undo = self.queue.undo().filter(|undo| undo.number == number);
        let is_own = undo.is_some_and(|undo| undo.by == Some(cause.member) && !undo.is_of_film());
        if !is_own || self.may_add(cause.member).is_err() {
            self.may_control(cause.member)?;
        }
        if undo.is_none() {
            return Err(Refusal::UndoGone);
        }
        if let Some(spot) = self.queue.take_back() {
            let at = self.takes_effect(now);
            let change = self.playback.restore(at, spot);
            self.playback.by = Some(cause.member);
            self.paced_until = now.plus_ms(limits::PACE_MS);
            events.push(to_all(Some(cause), Happening::Playback(change)));
            self.gather(|_| true, Some(cause), events);
        }
        tell_change(Some(cause), events);
        Ok(())
    }

    /// Takes a host's word that a film of unknown length is over.
    pub(super) fn ended(
        &mut self,
        now: Timestamp,
        cause: Cause,
        film: &crate::FilmId,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        self.may_control(cause.member)?;
        let position_ms = self.playback.position_at(now);
        if !self.playback.paused && position_ms > 0 && self.playback.learn_length(film, position_ms)? {
            events.push(to_all(Some(cause), Happening::Playback(Change::default())));
        }
        Ok(())
    }
}

fn tell_change(cause: Option<Cause>, events: &mut Events) {
    events.push(to_all(cause, Happening::Queue));
    events.push(to_all(cause, Happening::Undo));
}
