//! What members want done, and who may have it done.

use super::moderating::Ban;
use super::{Events, Room, to_all, to_one};
use crate::event::{Cause, Happening};
use crate::id::{MemberId, Timestamp};
use crate::input::Command;
use crate::limits;
use crate::log::LineKind;
use crate::member::Alone;
use crate::playback::{Change, Film, Playback, Player};
use crate::queue::Deed;
use crate::refusal::Refusal;
use crate::text;

impl Room {
    pub(super) fn obey(
        &mut self,
        now: Timestamp,
        sender: MemberId,
        id: Option<u64>,
        command: Command,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        let last_command = self.members.get(sender).ok_or(Refusal::NotMember)?.last_command;
        let cause = Cause {
            member: sender,
            command: id,
        };
        if id.is_none_or(|id| id > last_command) {
            self.carry_out(now, cause, command, events)?;
            self.settle(now, Some(cause), events);
        }
        if let Some(id) = id {
            if let Some(member) = self.members.get_mut(sender) {
                member.last_command = last_command.max(id);
            }
            events.push(to_one(sender, Some(cause), Happening::Done));
        }
        Ok(())
    }

    fn carry_out(
        &mut self,
        now: Timestamp,
        cause: Cause,
        command: Command,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        let sender = cause.member;
        match command {
            Command::Say { text } => self.say(now, cause, &text, None, events)?,
            Command::Reply { text, to } => self.say(now, cause, &text, Some(to), events)?,
            Command::React(emoji) => self.react(now, cause, &emoji, events)?,
            Command::Play { seen } => {
                self.control(now, cause, events, |playback, at| playback.play(at, seen))?;
                self.wait_no_longer(now, cause, events);
            }
            Command::Pause { seen } => {
                let paused = self.control(now, cause, events, |playback, at| playback.pause(at, seen))?;
                let waited = self.waiting.hold.is_some();
                self.wait_no_longer(now, cause, events);
                if paused.is_some() || waited {
                    self.tell_unsettled(now, cause, events);
                    let position_ms = self.playback.position_ms;
                    let line = self.line(now, sender, LineKind::Paused { position_ms });
                    events.push(to_all(Some(cause), line));
                }
            }
            Command::Seek { seen, position_ms } => {
                // Who waits for somebody, or for the film, plays.
                let plays = self.waiting.hold.is_some() || self.playback.waits_for_film;
                self.control(now, cause, events, |playback, at| {
                    playback.seek(at, seen, position_ms, plays)
                })?;
                let position_ms = self.playback.position_ms;
                self.tell_later(now, sender, LineKind::Moved { position_ms });
            }
            Command::Rate { seen, rate } => {
                let changed = self.control(now, cause, events, |playback, at| {
                    playback.set_rate(at, seen, rate)
                })?;
                if changed.is_some() {
                    self.tell_later(now, sender, LineKind::Rate { rate });
                }
            }
            Command::Lead {
                position_ms,
                paused,
                rate,
                force,
                text,
            } => {
                let player = Player {
                    position_ms,
                    paused,
                    rate,
                };
                self.lead(now, cause, player, force, text, events)?;
            }
            Command::Resync { position_ms } => self.resync(now, cause, position_ms, events)?,
            Command::Pass { channel, to, text } => self.pass(cause, channel, to, text, events)?,
            Command::SetState(state) => self.set_state(cause, state, events)?,
            Command::Close => self.close(cause, events)?,
            Command::Pick(film) => {
                self.may_add(sender)?;
                if self.playback.is_under_way(now) {
                    self.may_control(sender)?;
                }
                self.put_on(now, sender, film, Some(cause), events);
            }
            Command::Add { film, next } => self.add(now, cause, film, next, events)?,
            Command::Move { entry, before } => self.move_entry(cause, entry, before, events)?,
            Command::Remove(entry) => self.remove_entry(cause, entry, events)?,
            Command::Clear => self.clear_queue(cause, events)?,
            Command::Repeat(repeat) => self.set_repeat(cause, repeat, events)?,
            Command::Next { seen, entry } => self.go_to(now, cause, seen, entry, events)?,
            Command::Stay => self.stay(cause, events)?,
            Command::Skip { seen, skip } => self.vote(cause, seen, skip)?,
            Command::Undo { number } => self.take_back(now, cause, number, events)?,
            Command::AskReady => self.ask(now, cause)?,
            Command::Ready(ready) => self.answer(cause, ready)?,
            Command::StopAsking => self.stop_asking(cause, events)?,
            Command::Ended(film) => self.ended(now, cause, &film, events)?,
            Command::Length { film, duration_ms } => {
                self.may_control(sender)?;
                if self.playback.learn_length(&film, duration_ms)? {
                    events.push(to_all(Some(cause), Happening::Playback(Change::default())));
                }
            }
            Command::Stalled { stalled, buffered_ms } => {
                self.stall(now, cause, stalled, buffered_ms, events)?;
            }
            Command::Measured(skew) => self.measured(now, cause, skew, events)?,
            Command::HearSkews(hears) => self.hear_skews(cause, hears)?,
            Command::Stream(streaming) => {
                let member = self.members.get_mut(sender).ok_or(Refusal::NotMember)?;
                if member.streaming != streaming {
                    member.streaming = streaming;
                    events.push(to_all(Some(cause), Happening::Streaming(sender)));
                }
            }
            Command::Alone(alone) => self.let_go(now, cause, alone, events)?,
            Command::Rename(name) => self.rename(now, cause, &name, events)?,
            Command::Host { member, host } => self.make_host(now, cause, member, host, events)?,
            Command::ToggleHost(member) => {
                let host = self.members.get(member).is_some_and(|member| member.host);
                self.make_host(now, cause, member, !host, events)?;
            }
            Command::Mute { member, minutes } => self.mute(now, cause, member, minutes, events)?,
            Command::Unmute(member) => self.unmute(now, cause, member, events)?,
            Command::Kick(member) => self.put_out(now, cause, member, None, events)?,
            Command::Ban { member, by_network } => {
                self.put_out(now, cause, member, Some(Ban { by_network }), events)?;
            }
            Command::Unban(ban) => self.unban(cause, ban, events)?,
            Command::ListBans => self.list_bans(cause, events)?,
            Command::Configure(configure) => self.configure(now, cause, configure, events)?,
        }
        Ok(())
    }

    /// When a change that is made now takes effect: as soon as the slowest who follows can have heard of it, and not
    /// before a change that still lies ahead: the room may have been slower when that was made.
    pub(super) fn takes_effect(&self, now: Timestamp) -> Timestamp {
        let slowest_ms = self.members.slowest_ms();
        let at = now.plus_ms(slowest_ms.clamp(limits::LEAD_MS_MIN, limits::LEAD_MS_MAX));
        at.max(self.playback.at)
    }

    /// Changes playback for who may.
    pub(super) fn control(
        &mut self,
        now: Timestamp,
        cause: Cause,
        events: &mut Events,
        change: impl FnOnce(&mut Playback, Timestamp) -> Result<Option<Change>, Refusal>,
    ) -> Result<Option<Change>, Refusal> {
        self.may_control(cause.member)?;
        self.in_step(cause.member)?;
        let at = self.takes_effect(now);
        let changed = change(&mut self.playback, at)?;
        if let Some(changed) = changed {
            self.playback.by = Some(cause.member);
            self.paced_until = now.plus_ms(limits::PACE_MS);
            events.push(to_all(Some(cause), Happening::Playback(changed)));
            if changed.paused && !self.playback.paused {
                self.gather(|alone| alone == Alone::UntilPlay, Some(cause), events);
            }
        }
        Ok(changed)
    }

    pub(super) fn put_on(
        &mut self,
        now: Timestamp,
        by: MemberId,
        film: Film,
        cause: Option<Cause>,
        events: &mut Events,
    ) {
        let title = film.title.clone();
        let spot = self.spot(now);
        self.queue
            .remember(Deed::PutOn, Some(by), Some(title.clone()), Some(spot));
        self.queue.on = self.adder(by);
        self.talk.forget(|_| true);
        let change = self.playback.pick(now, film);
        self.playback.by = Some(by);
        events.push(to_all(cause, Happening::Playback(change)));
        self.gather(|_| true, cause, events);
        let line = self.line(now, by, LineKind::Picked { title, voted: false });
        events.push(to_all(cause, line));
        events.push(to_all(cause, Happening::Undo));
    }

    /// Gives somebody another name. Who is muted could say something with it, and who has to wait could go on.
    fn rename(
        &mut self,
        now: Timestamp,
        cause: Cause,
        name: &str,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        let name = text::member_name(name)?;
        self.may_speak(cause.member)?;
        let member = self.members.get(cause.member).ok_or(Refusal::NotMember)?;
        if member.name == name {
            return Ok(());
        }
        self.speak_in_turn(now, cause.member)?;
        let member = self.members.get_mut(cause.member).ok_or(Refusal::NotMember)?;
        let before = std::mem::replace(&mut member.name, name);
        self.members.tell_apart(cause.member);
        events.push(to_all(Some(cause), Happening::Changed(cause.member)));
        let line = self.line(now, cause.member, LineKind::Renamed { before });
        events.push(to_all(Some(cause), line));
        Ok(())
    }

    fn make_host(
        &mut self,
        now: Timestamp,
        cause: Cause,
        id: MemberId,
        host: bool,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        self.may_lead(cause.member)?;
        let others = self.members.has_host_besides(Some(id));
        let member = self.members.get(id).ok_or(Refusal::NoSuchMember)?;
        if member.host == host {
            return Ok(());
        }
        if !host && id != cause.member && self.is_maker(member) {
            return Err(Refusal::Founder);
        }
        if !host && !others {
            return Err(Refusal::LastHost);
        }
        if let Some(member) = self.members.get_mut(id) {
            member.host = host;
        }
        events.push(to_all(Some(cause), Happening::Changed(id)));
        self.tell_of(now, cause, id, events, |whom, whom_name| LineKind::Host {
            whom,
            whom_name,
            host,
        });
        Ok(())
    }
}
