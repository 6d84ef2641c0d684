//! Coming in, coming back, losing a connection, and leaving.

use super::{Events, Room, to_all, to_one, to_others};
use crate::event::{Cause, Event, Happening};
use crate::id::{MemberId, Timestamp};
use crate::input::{Join, PasswordCheck};
use crate::limits;
use crate::log::{LineKind, Seen};
use crate::member::Stay;
use crate::refusal::Refusal;
use crate::text;

impl Room {
    pub(super) fn join(&mut self, now: Timestamp, join: Join, events: &mut Events) -> Result<(), Refusal> {
        if self.closed {
            return Err(Refusal::RoomClosed);
        }
        self.check_door(now, &join)?;
        let is_proved = self.is_proved(&join);
        let name_kept = self.name_kept(now, &join);
        if join.tab.as_str().is_empty() || join.tab.as_str().len() > limits::TAB_BYTES_MAX {
            return Err(Refusal::TabInvalid {
                bytes_max: limits::TAB_BYTES_MAX,
            });
        }
        let name = name_kept.unwrap_or(text::member_name(&join.name)?);
        let known = self.members.find(&join.identity, &join.tab);
        if known.is_some_and(|known| !known.is_away()) && !join.replace {
            return Err(Refusal::TabTaken);
        }
        let known = known.map(|known| known.id);
        if (known.is_none() || !is_proved) && self.asks_password_of(&join.identity) {
            match join.password {
                PasswordCheck::Right => {}
                PasswordCheck::Wrong => return Err(Refusal::WrongPassword),
                PasswordCheck::None => return Err(Refusal::PasswordNeeded),
            }
        }
        let join = Join { name, ..join };
        match known {
            Some(id) => self.come_back(id, is_proved, join, events),
            None => self.come_in(now, join, events)?,
        }
        self.mind_mutes(now, None, events);
        Ok(())
    }

    fn come_in(&mut self, now: Timestamp, join: Join, events: &mut Events) -> Result<(), Refusal> {
        let members_max = self.members_max();
        if self.members.list().len() >= members_max {
            return Err(Refusal::RoomFull { members_max });
        }
        let host = self.settings.newcomers_may_control || self.is_founder(&join.identity);
        self.kept |= join.stay == Stay::Kept;
        let (since, founds) = (join.since, join.founds);
        let id = self.members.enter(join, host);
        if founds {
            self.maker = Some(id);
        }
        events.push(welcome(id, since, founds));
        events.push(to_others(id, None, Happening::Joined(id)));
        let line = self.line(now, id, LineKind::Joined);
        // Not to the newcomer: their welcome carries the log with this line in it.
        events.push(to_others(id, None, line));
        Ok(())
    }

    fn come_back(&mut self, id: MemberId, is_proved: bool, join: Join, events: &mut Events) {
        let Some(member) = self.members.get_mut(id) else {
            return;
        };
        member.calls_room = join.calls_room;
        member.personal |= join.personal;
        member.network = join.network;
        let name = member.client.call(join.name, id);
        let changed = member.is_away() || member.stalled || member.name != name;
        member.away_until = None;
        member.stalled = false;
        member.hears_skews = false;
        let renamed = std::mem::replace(&mut member.name, name.clone()) != name;
        if renamed {
            self.members.tell_apart(id);
        }
        events.push(welcome(id, join.since, join.founds));
        if changed {
            events.push(to_others(id, None, Happening::Changed(id)));
        }
        if !is_proved && self.maker == Some(id) {
            // Whoever has the maker's id is not beyond reach for that.
            self.maker = None;
            events.push(to_others(id, None, Happening::Changed(id)));
        }
    }

    pub(super) fn drop_connection(
        &mut self,
        now: Timestamp,
        id: MemberId,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        let member = self.members.get_mut(id).ok_or(Refusal::NotMember)?;
        if member.stay != Stay::Kept {
            return self.leave(now, id, events);
        }
        member.away_until = Some(now.plus_ms(limits::AWAY_MS_MAX));
        member.stalled = false;
        events.push(to_all(None, Happening::Changed(id)));
        Ok(())
    }

    pub(super) fn leave(&mut self, now: Timestamp, id: MemberId, events: &mut Events) -> Result<(), Refusal> {
        let left = self.members.get(id).ok_or(Refusal::NotMember)?;
        let line = self.log.write(now, id, &left.name, left.namesake, LineKind::Left);
        let heir = self.exit(None, id, events);
        events.push(to_all(None, Happening::Line(line)));
        events.extend(heir);
        Ok(())
    }

    /// Takes somebody out of the list, without a line.
    pub(super) fn take_out(&mut self, cause: Cause, id: MemberId, events: &mut Events) {
        let heir = self.exit(Some(cause), id, events);
        events.extend(heir);
    }

    /// The same; gives what is to be told of who takes over.
    fn exit(&mut self, cause: Option<Cause>, id: MemberId, events: &mut Events) -> Option<Event> {
        let left = self.members.exit(id)?;
        self.talk.forget(|member| member == id);
        events.push(to_all(cause, Happening::Left(Box::new(left))));
        let heir = self.members.succeed()?;
        Some(to_all(cause, Happening::Changed(heir)))
    }
}

fn welcome(member: MemberId, since: Seen, founds: bool) -> Event {
    let welcome = Happening::Welcome {
        member,
        since,
        founds,
    };
    to_one(member, None, welcome)
}
