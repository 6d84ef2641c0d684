//! Players that have a position of their own: following a host's, and telling those who cannot reckon it.

use super::{Events, Room, to_all};
use crate::event::{Audience, Cause, Event, Happening};
use crate::id::Timestamp;
use crate::input::Channel;
use crate::limits;
use crate::playback::Player;
use crate::refusal::Refusal;

impl Room {
    /// Takes over what a host's player does, if it differs from the room. A host who has not followed yet what
    /// somebody else changed is not followed back.
    pub(super) fn lead(
        &mut self,
        now: Timestamp,
        cause: Cause,
        player: Player,
        force: bool,
        text: Option<Box<str>>,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        self.host(cause.member)?;
        let latency_ms = self.members.get(cause.member).map_or(0, |m| m.latency_ms);
        // When the player stood there.
        let then = Timestamp(now.0.saturating_sub(u64::from(latency_ms)));
        let mut tried = self.playback.clone();
        let differs = tried.follow(now, then, player)?.is_some();
        if differs && !force && self.playback.is_new_to(cause.member, now) {
            return Ok(());
        }
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
        }
        self.paced_until = now.plus_ms(limits::PACE_AFTER_HOST_MS);
        Ok(())
    }

    pub(super) fn resync(
        &mut self,
        now: Timestamp,
        cause: Cause,
        position_ms: u64,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        if self.host(cause.member).is_ok() {
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

    /// When those who cannot reckon the position are told again.
    pub(super) fn next_beat(&self) -> Option<Timestamp> {
        let anybody = self
            .members
            .list()
            .iter()
            .any(|member| member.client.paced && !member.is_away());
        let at = self.paced_until;
        (anybody && !self.playback.paused && !self.playback.is_over(at)).then_some(at)
    }

    pub(super) fn beat(&mut self, now: Timestamp, events: &mut Events) {
        if self.next_beat().is_some_and(|at| at <= now) {
            self.paced_until = now.plus_ms(limits::PACE_MS);
            events.push(to_all(None, Happening::Beat));
        }
    }
}
