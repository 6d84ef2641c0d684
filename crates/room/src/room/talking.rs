//! Chat and reactions, and the lines that tell what somebody did to the film once they have settled.

use super::{Events, Room, to_all};
use crate::event::{Cause, Happening};
use crate::id::{MemberId, Timestamp};
use crate::limits;
use crate::log::{LineKind, Quote};
use crate::refusal::Refusal;
use crate::text;
use serde::{Deserialize, Serialize};

/// What waits to be told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Talk {
    /// Reactions since they were told last, in the order in which each kind came.
    reactions: Vec<(Box<str>, u32)>,
    told_at: Timestamp,
    /// Who has moved the film, or changed its speed.
    settling: Vec<Settling>,
}

/// What somebody did to the film just now, and may do again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Settling {
    member: MemberId,
    kind: LineKind,
    due: Timestamp,
}

impl Talk {
    pub(super) fn next_deadline(&self) -> Option<Timestamp> {
        let told = self.told_at.plus_ms(limits::REACTIONS_TOLD_EVERY_MS);
        let reactions = (!self.reactions.is_empty()).then_some(told);
        let settled = self.settling.iter().map(|one| one.due);
        settled.chain(reactions).min()
    }

    /// A clock that was set back while the room was only kept must not hold all of it up.
    pub(super) fn hold_from(&mut self, now: Timestamp) {
        self.told_at = self.told_at.min(now);
        self.settling.clear();
    }

    /// Nobody hears of what somebody did who is out, or to a film that is off.
    pub(super) fn forget(&mut self, is_meant: impl Fn(MemberId) -> bool) {
        self.settling.retain(|one| !is_meant(one.member));
    }
}

impl Room {
    pub(super) fn say(
        &mut self,
        now: Timestamp,
        cause: Cause,
        text: &str,
        reply_to: Option<u64>,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        let text = text::said(text)?;
        self.may_speak(cause.member)?;
        self.speak_in_turn(now, cause.member)?;
        let reply_to = reply_to.and_then(|seq| self.quote(seq));
        let line = self.line(now, cause.member, LineKind::Said { text, reply_to });
        events.push(to_all(Some(cause), line));
        Ok(())
    }

    /// Refuses who was muted.
    pub(super) fn may_speak(&self, id: MemberId) -> Result<(), Refusal> {
        match self.members.get(id).ok_or(Refusal::NotMember)?.muted {
            true => Err(Refusal::Muted),
            false => Ok(()),
        }
    }

    /// Notes that somebody speaks; refuses who has done so just now, where chat is slow.
    pub(super) fn speak_in_turn(&mut self, now: Timestamp, id: MemberId) -> Result<(), Refusal> {
        self.wait_for_turn(now, id)?;
        if let Some(member) = self.members.get_mut(id) {
            member.said_at = Some(now);
        }
        Ok(())
    }

    /// Hosts may speak at any time.
    fn wait_for_turn(&self, now: Timestamp, id: MemberId) -> Result<(), Refusal> {
        let pause_ms = u64::from(self.settings.slow_s) * 1_000;
        if pause_ms == 0 || self.may_lead(id).is_ok() {
            return Ok(());
        }
        let said = self
            .members
            .of_same_person(id)
            .filter_map(|member| member.said_at);
        let next = said.max().map_or(now, |said| said.plus_ms(pause_ms));
        match next.ms_since(now) {
            0 => Ok(()),
            wait_ms => Err(Refusal::TooSoon {
                wait_s: wait_ms.div_ceil(1_000),
            }),
        }
    }

    /// What an answer repeats of a line. Of one that is not kept any more, nothing.
    fn quote(&self, seq: u64) -> Option<Quote> {
        let line = self.log.get(seq)?;
        match &line.kind {
            LineKind::Said { text, .. } => Some(Quote {
                seq,
                member: line.member,
                name: line.name.clone(),
                text: text::quote(text),
            }),
            _ => None,
        }
    }

    /// Takes a reaction, if its sender has not made too many: those are left out without a word.
    pub(super) fn react(
        &mut self,
        now: Timestamp,
        cause: Cause,
        emoji: &str,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        let emoji = text::emoji(emoji)?;
        self.may_speak(cause.member)?;
        let before = self
            .members
            .of_same_person(cause.member)
            .map(|member| member.reacts_from);
        let from = before.max().unwrap_or_default().max(now);
        let ahead_ms = from.ms_since(now);
        if ahead_ms > (limits::REACTIONS_AT_ONCE - 1) * limits::REACTION_EVERY_MS {
            return Ok(());
        }
        let waiting = &mut self.talk.reactions;
        let known = waiting.iter().position(|(known, _)| *known == emoji);
        match known {
            Some(index) => {
                if let Some((_, count)) = waiting.get_mut(index) {
                    *count = count.saturating_add(1);
                }
            }
            None if waiting.len() < limits::REACTION_KINDS_MAX => waiting.push((emoji, 1)),
            None => return Ok(()),
        }
        if let Some(member) = self.members.get_mut(cause.member) {
            member.reacts_from = from.plus_ms(limits::REACTION_EVERY_MS);
        }
        self.tell_reactions(now, Some(cause), events);
        Ok(())
    }

    /// Tells reactions, unless that was just now.
    pub(super) fn tell_reactions(&mut self, now: Timestamp, cause: Option<Cause>, events: &mut Events) {
        let talk = &mut self.talk;
        let due = talk.told_at.plus_ms(limits::REACTIONS_TOLD_EVERY_MS);
        if !talk.reactions.is_empty() && due <= now {
            talk.told_at = now;
            let reactions = std::mem::take(&mut talk.reactions);
            events.push(to_all(cause, Happening::Reactions(reactions)));
        }
    }

    /// Has a line written once somebody leaves the film alone that they have moved or made faster. What they did
    /// of the same kind before needs none any more.
    pub(super) fn tell_later(&mut self, now: Timestamp, member: MemberId, kind: LineKind) {
        let same = |one: &Settling| {
            one.member == member && std::mem::discriminant(&one.kind) == std::mem::discriminant(&kind)
        };
        self.talk.settling.retain(|one| !same(one));
        self.talk.settling.push(Settling {
            member,
            kind,
            due: now.plus_ms(limits::SETTLED_MS),
        });
    }

    /// Writes the lines for which time has come.
    pub(super) fn tell_settled(&mut self, now: Timestamp, events: &mut Events) {
        self.tell_those(now, None, |one| one.due <= now, events);
    }

    /// Writes the lines that wait: what is done now comes after them.
    pub(super) fn tell_unsettled(&mut self, now: Timestamp, cause: Cause, events: &mut Events) {
        self.tell_those(now, Some(cause), |_| true, events);
    }

    fn tell_those(
        &mut self,
        now: Timestamp,
        cause: Option<Cause>,
        is_due: impl Fn(&Settling) -> bool,
        events: &mut Events,
    ) {
        let settling = std::mem::take(&mut self.talk.settling);
        let (due, waiting): (Vec<_>, Vec<_>) = settling.into_iter().partition(is_due);
        self.talk.settling = waiting;
        for Settling { member, kind, .. } in due {
            let line = self.line(now, member, kind);
            events.push(to_all(cause, line));
        }
    }
}
