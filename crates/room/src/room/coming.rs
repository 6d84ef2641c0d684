//! Coming in, coming back, losing a connection, and leaving.

use super::{Events, Room, to_all};
use crate::event::{Audience, Cause, Event, Happening};
use crate::id::{MemberId, Timestamp};
use crate::input::{Join, PasswordCheck};
use crate::limits;
use crate::log::LineKind;
use crate::member::{Newcomer, Stay};
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
        let Join {
            identity,
            personal,
            network,
            tab,
            name,
            password,
            since,
            calls_room,
            client,
            stay,
            founds,
            replace,
        } = join;
        if tab.as_str().is_empty() || tab.as_str().len() > limits::TAB_BYTES_MAX {
            return Err(Refusal::TabInvalid {
                bytes_max: limits::TAB_BYTES_MAX,
            });
        }
        let name = name_kept.unwrap_or(text::member_name(&name)?);
        let known = self.members.find(&identity, &tab);
        if known.is_some_and(|known| !known.is_away()) && !replace {
            return Err(Refusal::TabTaken);
        }
        let known = known.map(|known| known.id);
        if (known.is_none() || !is_proved) && self.asks_password_of(&identity) {
            match password {
                PasswordCheck::Right => {}
                PasswordCheck::Wrong => return Err(Refusal::WrongPassword),
                PasswordCheck::None => return Err(Refusal::PasswordNeeded),
            }
        }
        if let Some(id) = known {
            if let Some(member) = self.members.get_mut(id) {
                member.calls_room = calls_room;
                member.personal |= personal;
                member.network = network;
            }
            self.come_back(id, name, since, founds, events);
            if !is_proved && self.maker == Some(id) {
                // Whoever has the maker's id is not beyond reach for that.
                self.maker = None;
                events.push(Event {
                    to: Audience::Except(id),
                    cause: None,
                    what: Happening::Changed(id),
                });
            }
            self.mind_mutes(now, None, events);
            return Ok(());
        }
        let members_max = self.members_max();
        if self.members.list().len() >= members_max {
            return Err(Refusal::RoomFull { members_max });
        }
        let host = self.settings.newcomers_may_control || self.is_founder(&identity);
        self.kept |= stay == Stay::Kept;
        let id = self.members.enter(Newcomer {
            identity,
            personal,
            network,
            tab,
            name,
            calls_room,
            client,
            stay,
            host,
        });
        if founds {
            self.maker = Some(id);
        }
        events.push(Event {
            to: Audience::Only(id),
            cause: None,
            what: Happening::Welcome {
                member: id,
                since,
                founds,
            },
        });
        events.push(Event {
            to: Audience::Except(id),
            cause: None,
            what: Happening::Joined(id),
        });
        let line = self.line(now, id, LineKind::Joined);
        // Not to the newcomer: their welcome carries the log with this line in it.
        events.push(Event {
            to: Audience::Except(id),
            cause: None,
            what: line,
        });
        self.mind_mutes(now, None, events);
        Ok(())
    }

    fn come_back(&mut self, id: MemberId, name: String, since: u64, founds: bool, events: &mut Events) {
        let Some(member) = self.members.get_mut(id) else {
            return;
        };
        let name = member.client.call(name, id);
        let changed = member.is_away() || member.stalled || member.name != name;
        member.away_until = None;
        member.stalled = false;
        member.hears_skews = false;
        let renamed = std::mem::replace(&mut member.name, name.clone()) != name;
        if renamed {
            self.members.tell_apart(id);
        }
        events.push(Event {
            to: Audience::Only(id),
            cause: None,
            what: Happening::Welcome {
                member: id,
                since,
                founds,
            },
        });
        if changed {
            events.push(Event {
                to: Audience::Except(id),
                cause: None,
                what: Happening::Changed(id),
            });
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
