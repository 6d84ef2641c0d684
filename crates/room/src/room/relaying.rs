//! What passes through a room without its looking into it, and the rights of its first member.

use super::{Events, FIRST, Room, to_all};
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
            self.host(cause.member)?;
        }
        let to = match to {
            None => Audience::Except(cause.member),
            Some(Whom::Member(id)) => Audience::Only(self.members.get(id).ok_or(Refusal::NoSuchMember)?.id),
            Some(Whom::Tab(identity, tab)) => {
                let member = self.members.find(&identity, &tab);
                Audience::Only(member.ok_or(Refusal::NoSuchMember)?.id)
            }
        };
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
        state: Box<str>,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        first(cause.member)?;
        if state.len() > limits::STATE_BYTES_MAX {
            return Err(Refusal::StateTooLarge {
                bytes_max: limits::STATE_BYTES_MAX,
            });
        }
        self.relay.state = Some(state);
        events.push(Event {
            to: Audience::Except(cause.member),
            cause: Some(cause),
            what: Happening::State,
        });
        Ok(())
    }

    pub(super) fn close(&mut self, cause: Cause, events: &mut Events) -> Result<(), Refusal> {
        first(cause.member)?;
        self.end(Some(cause), events);
        Ok(())
    }

    /// Ends a room whose first member has not come back.
    pub(super) fn end_without_first(&mut self, now: Timestamp, events: &mut Events) {
        if self.relay.ends_at.is_some_and(|at| at <= now) {
            self.end(None, events);
        }
    }

    fn end(&mut self, cause: Option<Cause>, events: &mut Events) {
        self.closed = true;
        self.relay.ends_at = None;
        self.members.clear();
        events.push(to_all(cause, Happening::Closed));
    }
}

fn first(member: MemberId) -> Result<(), Refusal> {
    if member == FIRST {
        Ok(())
    } else {
        Err(Refusal::NotFirst)
    }
}
