//! What passes through a room without its looking into it, and the rights of its first member.

use super::{Events, FIRST, Room, to_all, to_others};
use crate::event::{Audience, Cause, Event, Happening};
use crate::id::{MemberId, Timestamp};
use crate::input::{Channel, Whom};
use crate::limits;
use crate::refusal::Refusal;

impl Room {
    pub(super) fn pass(
        &mut self,
        cause: Cause,
        channel: Channel,
        to: Option<Whom>,
        text: Box<str>,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        if channel == Channel::Cue {
            self.may_control(cause.member)?;
        }
        let to = match to {
            None => Audience::Except(cause.member),
            Some(Whom::Member(id)) => Audience::Only(self.members.get(id).ok_or(Refusal::NoSuchMember)?.id),
            Some(Whom::Tab(identity, tab)) => {
                let member = self.members.find(&identity, &tab);
                Audience::Only(member.ok_or(Refusal::NoSuchMember)?.id)
            }
        };
        // It is all that comes of it, of what a relay does most.
        events.reserve_exact(1);
        events.push(Event {
            to,
            cause: Some(cause),
            what: Happening::Passed {
                from: cause.member,
                channel,
                text,
            },
        });
        Ok(())
    }

    pub(super) fn set_state(
        &mut self,
        cause: Cause,
        state: Option<Box<str>>,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        if !self.owns(cause.member) {
            return Err(Refusal::StateNotYours);
        }
        let state = state.ok_or(Refusal::StateMissing)?;
        if state.len() > limits::STATE_BYTES_MAX {
            return Err(Refusal::StateTooLarge {
                bytes_max: limits::STATE_BYTES_MAX,
            });
        }
        self.relay.state = Some(state);
        events.push(to_others(cause.member, Some(cause), Happening::State));
        Ok(())
    }

    pub(super) fn close(&mut self, cause: Cause, events: &mut Events) -> Result<(), Refusal> {
        if !self.owns(cause.member) {
            return Err(Refusal::RoomNotYours);
        }
        self.end(Some(cause), events);
        Ok(())
    }

    fn owns(&self, member: MemberId) -> bool {
        self.relay.owned && member == FIRST
    }

    /// Sets the time for a first member who is gone while others are here, and stops it when that is over.
    pub(super) fn mind_the_first(&mut self, now: Timestamp) {
        let waits = self.relay.owned && !self.is_empty() && self.members.get(FIRST).is_none();
        let until = now.plus_ms(limits::FIRST_GONE_MS_MAX);
        self.relay.ends_at = waits.then(|| self.relay.ends_at.unwrap_or(until));
    }

    /// Ends a room whose first member has not come back.
    pub(super) fn end_without_first(&mut self, now: Timestamp, events: &mut Events) {
        if self.relay.ends_at.is_some_and(|at| at <= now) {
            self.end(None, events);
        }
    }

    fn end(&mut self, cause: Option<Cause>, events: &mut Events) {
        self.closed = true;
        self.members.clear();
        events.push(to_all(cause, Happening::Closed));
    }
}
