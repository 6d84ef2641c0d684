//! Players that have a position of their own: following that of who may control, and telling those who cannot reckon it.
//!
//! The state of who may control is a wish, and the room follows, unless the playback is somebody else's doing and the state
//! tells of a player that
//! - has not been in step since, and may not have heard yet, or has only just begun to tell where it is;
//! - was not moved and has fallen behind.
//!
//! Nor is it a wish, whoever changed the playback last, if a player is where it would be without the newest change and
//! cannot have heard of that yet, or just obeys what it was told before. Such a host is told where the room is instead.
//! Else two hosts would pull at each other: one presses pause, and the other's last word takes it back.

use super::{Events, Room, to_all, to_one, to_others};
use crate::event::{Audience, Cause, Event, Happening};
use crate::id::{MemberId, Timestamp};
use crate::input::Channel;
use crate::limits;
use crate::log::LineKind;
use crate::member::Member;
use crate::playback::{Change, Playback, Player, Told};
use crate::refusal::Refusal;

impl Room {
    /// Takes over what a host's player does, if it differs from the room.
    pub(super) fn lead(
        &mut self,
        now: Timestamp,
        cause: Cause,
        player: Player,
        force: bool,
        text: Option<Box<str>>,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        self.may_control(cause.member)?;
        self.in_step(cause.member)?;
        let latency_ms = self.members.get(cause.member).map_or(0, |m| m.latency_ms);
        // When the player stood there.
        let then = Timestamp(now.0.saturating_sub(u64::from(latency_ms)));
        let differs = self.playback.difference(then, player)?.is_some();
        let before = self.hear_of(now, cause.member, player);
        let was_told = self.is_paced(cause.member) && self.may_hear(now, cause.member);
        if differs && !force && !self.is_wish(now, then, cause.member, before, player) {
            events.push(to_one(cause.member, Some(cause), Happening::Beat));
            return Ok(());
        }
        let pace_ms = match text {
            Some(_) => limits::PACE_AFTER_HOST_MS,
            None => limits::PACE_MS,
        };
        if let Some(text) = text {
            let cue = Happening::Passed {
                from: cause.member,
                channel: Channel::Cue,
                text,
            };
            events.push(to_others(cause.member, Some(cause), cue));
        }
        let changed = self.control(now, cause, events, |playback, at| {
            playback.follow(at, then, player)
        })?;
        if changed.is_none() {
            events.push(to_all(Some(cause), Happening::Beat));
        } else if was_told {
            // Words from before, another host's or ours, may be on their way to the sender, who obeys them; after
            // them comes what holds.
            events.push(to_one(cause.member, Some(cause), Happening::Beat));
        }
        if let Some(changed) = changed.filter(|_| force) {
            self.settle_led(now, cause.member, changed);
        }
        self.paced_until = now.plus_ms(pace_ms);
        let revision = self.playback.revision;
        let heard_by = self.heard_by(cause.member);
        if let Some(told) = self.told_by(cause.member) {
            told.in_step = revision;
            if changed.is_some() && was_told {
                told.obeys_until = heard_by;
            }
        }
        Ok(())
    }

    /// Whether somebody is told again and again, and tells.
    fn is_paced(&self, member: MemberId) -> bool {
        self.members.get(member).is_some_and(|member| member.client.paced)
    }

    /// Whether words from before a change that is made now may be on their way to somebody who obeys them.
    fn may_hear(&self, now: Timestamp, id: MemberId) -> bool {
        let is_by_other = self.playback.by.is_some_and(|by| by != id);
        let told = self.members.get(id).and_then(|member| member.told);
        is_by_other || self.has_other_leader(id) || told.is_some_and(|told| now < told.obeys_until)
    }

    /// Whether another host's player is told again and again, and tells.
    fn has_other_leader(&self, sender: MemberId) -> bool {
        let leads = |member: &Member| member.client.paced && self.may_control(member.id).is_ok();
        let members = self.members.list();
        members.iter().any(|member| member.id != sender && leads(member))
    }

    /// From when on what somebody sends was sent after they heard of the newest change.
    fn heard_by(&self, member: MemberId) -> Timestamp {
        let latency_ms = self.members.get(member).map_or(0, |member| member.latency_ms);
        self.playback.at.plus_ms(2 * u64::from(latency_ms))
    }

    /// Notes what somebody has done to their own player, for a line.
    fn settle_led(&mut self, now: Timestamp, member: MemberId, changed: Change) {
        let Playback {
            position_ms, rate, ..
        } = self.playback;
        if changed.position {
            self.tell_later(now, member, LineKind::Moved { position_ms });
        }
        if changed.rate {
            self.tell_later(now, member, LineKind::Rate { rate });
        }
    }

    fn told_by(&mut self, member: MemberId) -> Option<&mut Told> {
        self.members.get_mut(member)?.told.as_mut()
    }

    /// Notes what a player does; returns what it did before, by what it told, if that was just now.
    fn hear_of(&mut self, now: Timestamp, member: MemberId, player: Player) -> Option<Told> {
        let member = self.members.get_mut(member)?;
        let before = member
            .told
            .filter(|told| now.ms_since(told.at) <= limits::SETTLE_MS);
        member.told = Some(Told {
            at: now,
            since: before.map_or(now, |before| before.since),
            position_ms: player.position_ms,
            in_step: before.map_or(0, |before| before.in_step),
            obeys_until: before.map_or(Timestamp(0), |before| before.obeys_until),
        });
        before
    }

    /// Whether a state that differs from the room's is a wish of its sender's.
    fn is_wish(
        &self,
        now: Timestamp,
        then: Timestamp,
        sender: MemberId,
        before: Option<Told>,
        player: Player,
    ) -> bool {
        let obeys = before.is_some_and(|before| now < before.obeys_until);
        if obeys || now < self.heard_by(sender) && self.playback.was_there(then, player) {
            return false;
        }
        if self.playback.by.is_none_or(|by| by == sender) {
            return true;
        }
        // Who is not told again and again does not tell again and again: only what somebody did.
        let paced = self.is_paced(sender);
        if paced && before.is_some_and(|before| self.playback.outruns(&before, then, player)) {
            return false;
        }
        match before {
            Some(before) if before.in_step == self.playback.revision => true,
            _ => {
                let since = before.map_or(now, |before| before.since);
                let since = if paced { since } else { Timestamp(0) };
                now >= self.playback.at.max(since).plus_ms(limits::SETTLE_MS)
            }
        }
    }

    pub(super) fn resync(
        &mut self,
        now: Timestamp,
        cause: Cause,
        position_ms: u64,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        if self.may_control(cause.member).is_ok() {
            let player = Player {
                position_ms,
                paused: self.playback.paused,
                rate: self.playback.rate,
            };
            let changed = self.control(now, cause, events, |playback, at| {
                playback.follow(at, now, player)
            })?;
            if changed.is_none() {
                events.push(to_all(Some(cause), Happening::Beat));
            }
        } else {
            events.push(to_one(cause.member, Some(cause), Happening::Beat));
        }
        Ok(())
    }

    /// Whether the playback is this member's doing, and so nothing that they have to be told.
    fn leads(&self, member: &Member) -> bool {
        self.playback.by == Some(member.id) && self.may_control(member.id).is_ok()
    }

    /// When those who cannot reckon the position are told again.
    pub(super) fn next_beat(&self) -> Option<Timestamp> {
        let hears = |member: &Member| member.client.paced && !member.is_away() && !self.leads(member);
        let anybody = self.members.list().iter().any(hears);
        let at = self.paced_until;
        (anybody && !self.playback.paused && !self.playback.is_over(at)).then_some(at)
    }

    pub(super) fn beat(&mut self, now: Timestamp, events: &mut Events) {
        if self.next_beat().is_some_and(|at| at <= now) {
            self.paced_until = now.plus_ms(limits::PACE_MS);
            let leader = self.members.list().iter().find(|member| self.leads(member));
            events.push(Event {
                to: leader.map_or(Audience::All, |leader| Audience::Except(leader.id)),
                cause: None,
                what: Happening::Beat,
            });
        }
    }
}
