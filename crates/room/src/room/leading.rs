//! Players that have a position of their own: following that of who may control, and telling those who cannot reckon it.
//!
//! The state of who may control is a wish, and the room follows, unless the playback is somebody else's doing and the state
//! tells of a player that
//! - has not been in step since, and may not have heard yet, or has only just begun to tell where it is;
//! - was not moved and has fallen behind.
//!
//! Such a host is told where the room is instead. Else two hosts would pull at each other: one presses pause, and
//! the other's last word takes it back.

use super::{Events, Room, to_all};
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
        if differs && !force && !self.is_wish(now, then, cause.member, before, player) {
            events.push(Event {
                to: Audience::Only(cause.member),
                cause: Some(cause),
                what: Happening::Beat,
            });
            return Ok(());
        }
        let pace_ms = match text {
            Some(_) => limits::PACE_AFTER_HOST_MS,
            None => limits::PACE_MS,
        };
        if let Some(text) = text {
            events.push(Event {
                to: Audience::Except(cause.member),
                cause: Some(cause),
                what: Happening::Passed {
                    from: cause.member,
                    channel: Channel::Cue,
                    text,
                },
            });
        }
        let changed = self.control(now, cause, events, |playback, at| {
            playback.follow(at, then, player)
        })?;
        if changed.is_none() {
            events.push(to_all(Some(cause), Happening::Beat));
        } else if self.has_other_leader(cause.member) {
            // Another host's words from before may be on their way to the sender, who obeys them; after them comes
            // what holds.
            events.push(Event {
                to: Audience::Only(cause.member),
                cause: Some(cause),
                what: Happening::Beat,
            });
        }
        if let Some(changed) = changed.filter(|_| force) {
            self.settle_led(now, cause.member, changed);
        }
        self.paced_until = now.plus_ms(pace_ms);
        let revision = self.playback.revision;
        if let Some(told) = self.told_by(cause.member) {
            told.in_step = revision;
        }
        Ok(())
    }

    /// Whether another host's player is told again and again, and tells.
    fn has_other_leader(&self, sender: MemberId) -> bool {
        let leads = |member: &Member| member.client.paced && self.may_control(member.id).is_ok();
        let members = self.members.list();
        members.iter().any(|member| member.id == sender && leads(member))
            && members.iter().any(|member| member.id != sender && leads(member))
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
        if self.playback.by.is_none_or(|by| by == sender) {
            return true;
        }
        // Who is not told again and again does not tell again and again: only what somebody did.
        let paced = self.members.get(sender).is_some_and(|member| member.client.paced);
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
            events.push(Event {
                to: Audience::Only(cause.member),
                cause: Some(cause),
                what: Happening::Beat,
            });
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
