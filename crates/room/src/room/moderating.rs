//! What hosts may do about people: mute them, put them out, ban them; and who is met by it.
//!
//! Who has come with a cookie or a secret is known by that, in every tab. Those who bring neither share one identity
//! with all of their kind: they are known by their tab, and by where they come from.

use super::{Events, Room, to_all, to_one};
use crate::event::{Cause, Event, Happening};
use crate::id::{Identity, MemberId, Network, Tab, Timestamp};
use crate::input::Join;
use crate::limits;
use crate::log::LineKind;
use crate::member::{Member, Stay};
use crate::refusal::Refusal;
use crate::sanction::{Measure, Sanction, Suspect};

impl Room {
    /// Those who are banned, the longest first.
    pub fn bans(&self) -> impl Iterator<Item = &Sanction> {
        self.sanctions.of(Measure::Ban)
    }

    /// Whether somebody has made this room, so that others cannot put them out or take their rights.
    #[must_use]
    pub fn is_maker(&self, member: &Member) -> bool {
        self.is_founder(&member.identity) || self.maker == Some(member.id)
    }

    /// Whether somebody with a cookie or a secret was put out of the room, and may not come back yet.
    #[must_use]
    pub fn keeps_out(&self, now: Timestamp, identity: &Identity) -> bool {
        let nowhere = Suspect {
            identity,
            tab: &Tab::new(""),
            network: None,
            known: None,
        };
        let meets = |measure| self.sanctions.meeting(now, measure, &nowhere).is_some();
        !self.is_founder(identity) && (meets(Measure::Ban) || meets(Measure::Kick))
    }

    /// Refuses who was put out or banned, and who is new to a room that is closed to newcomers.
    pub(super) fn check_door(&self, now: Timestamp, join: &Join) -> Result<(), Refusal> {
        self.check_suspect(
            now,
            &Suspect {
                identity: &join.identity,
                tab: &join.tab,
                network: join.network.as_ref(),
                known: self
                    .members
                    .first_of(&join.identity, &join.tab)
                    .filter(|_| self.is_proved(join)),
            },
        )
    }

    /// Whether somebody would be let in without a password: what there is in the room is shown to nobody else. Of who
    /// brings no cookie nothing is known but where they come from.
    ///
    /// # Errors
    /// Why they would not.
    pub fn is_open_to(
        &self,
        now: Timestamp,
        identity: Option<&Identity>,
        network: Option<&Network>,
    ) -> Result<(), Refusal> {
        let (nobody, no_tab) = (Identity::new(""), Tab::new(""));
        let identity = identity.unwrap_or(&nobody);
        self.check_suspect(
            now,
            &Suspect {
                identity,
                tab: &no_tab,
                network,
                known: self.members.first_of(identity, &no_tab),
            },
        )?;
        match self.asks_password_of(identity) {
            true => Err(Refusal::PasswordNeeded),
            false => Ok(()),
        }
    }

    fn check_suspect(&self, now: Timestamp, suspect: &Suspect<'_>) -> Result<(), Refusal> {
        if self.is_founder(suspect.identity) {
            return Ok(());
        }
        if self.sanctions.meeting(now, Measure::Ban, suspect).is_some() {
            return Err(Refusal::Banned);
        }
        if let Some(kick) = self.sanctions.meeting(now, Measure::Kick, suspect) {
            let wait_ms = kick.until.map_or(0, |until| until.ms_since(now));
            return Err(Refusal::Kicked {
                wait_s: wait_ms.div_ceil(1_000),
            });
        }
        if self.settings.closed_to_newcomers && suspect.known.is_none() {
            return Err(Refusal::ClosedToNewcomers);
        }
        Ok(())
    }

    /// Whether somebody shows that they are who they say they are: by a cookie, or by what is a secret like one. An id
    /// that everybody in the room is told shows it only where its owner comes from.
    pub(super) fn is_proved(&self, join: &Join) -> bool {
        let from_there = |owner: &Member| owner.network.is_some() && owner.network == join.network;
        let owner = || self.members.find(&join.identity, &join.tab);
        join.personal || join.stay != Stay::WhileConnected || owner().is_some_and(from_there)
    }

    /// The name that somebody who is muted had before, in whatever tab: with another one they could say something.
    pub(super) fn name_kept(&self, now: Timestamp, join: &Join) -> Option<String> {
        self.sanctions.of(Measure::Mute).next()?;
        let before = self.members.ever_as(&join.identity, &join.tab)?;
        let suspect = suspect(before, self.members.first_of(&join.identity, &join.tab));
        let muted = self.sanctions.meeting(now, Measure::Mute, &suspect);
        muted
            .filter(|_| !join.client.nameless)
            .map(|_| before.name.clone())
    }

    pub(super) fn mute(
        &mut self,
        now: Timestamp,
        cause: Cause,
        id: MemberId,
        minutes: Option<u32>,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        let member = self.somebody_else(cause.member, id)?;
        let minutes_max = limits::MUTE_MINUTES_MAX;
        if minutes.is_some_and(|minutes| !(1..=minutes_max).contains(&minutes)) {
            return Err(Refusal::MinutesOutOfRange { minutes_max });
        }
        let until = minutes.map(|minutes| now.plus_ms(u64::from(minutes) * 60_000));
        let sanction = self.sanction(now, Measure::Mute, cause.member, member, until, true);
        self.put_sanction(sanction)?;
        self.tell_of(now, cause, id, events, |whom, whom_name| LineKind::Muted {
            whom,
            whom_name,
            muted: true,
            minutes,
        });
        self.mind_mutes(now, Some(cause), events);
        Ok(())
    }

    pub(super) fn unmute(
        &mut self,
        now: Timestamp,
        cause: Cause,
        id: MemberId,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        self.may_lead(cause.member)?;
        let member = self.members.get(id).ok_or(Refusal::NoSuchMember)?;
        if !member.muted {
            return Ok(());
        }
        let suspect = suspect(member, self.members.first_of(&member.identity, &member.tab));
        self.sanctions.lift_all(Measure::Mute, &suspect);
        self.tell_of(now, cause, id, events, |whom, whom_name| LineKind::Muted {
            whom,
            whom_name,
            muted: false,
            minutes: None,
        });
        self.mind_mutes(now, Some(cause), events);
        Ok(())
    }

    /// Puts somebody out with all their tabs, for a moment or for good. Who is banned may have left before.
    pub(super) fn put_out(
        &mut self,
        now: Timestamp,
        cause: Cause,
        id: MemberId,
        ban: Option<Ban>,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        let member = self.somebody_else(cause.member, id)?;
        if ban.is_none() && self.members.get(id).is_none() {
            return Err(Refusal::NoSuchMember);
        }
        let (measure, until) = match ban {
            Some(_) => (Measure::Ban, None),
            None => (Measure::Kick, Some(now.plus_ms(limits::KICK_MS))),
        };
        let by_network = ban.is_none_or(|ban| ban.by_network);
        let (identity, personal) = (member.identity.clone(), member.personal);
        let sanction = self.sanction(now, measure, cause.member, member, until, by_network);
        self.put_sanction(sanction)?;
        self.tell_of(now, cause, id, events, |whom, whom_name| LineKind::PutOut {
            whom,
            whom_name,
            banned: ban.is_some(),
        });
        let theirs = |member: &&Member| member.id == id || (personal && member.identity == identity);
        let out: Vec<MemberId> = self
            .members
            .list()
            .iter()
            .filter(theirs)
            .map(|member| member.id)
            .collect();
        self.members.take_rights(|member| theirs(&member));
        for member in out {
            let Some(out) = self.members.get(member) else {
                continue;
            };
            let what = Happening::PutOut {
                member: Box::new(out.clone()),
                banned: ban.is_some(),
            };
            events.push(to_all(Some(cause), what));
            self.take_out(cause, member, events);
        }
        if ban.is_some() {
            self.tell_bans(cause, events);
        }
        Ok(())
    }

    pub(super) fn unban(&mut self, cause: Cause, ban: u32, events: &mut Events) -> Result<(), Refusal> {
        self.may_lead(cause.member)?;
        self.sanctions.lift(Measure::Ban, ban).ok_or(Refusal::NoSuchBan)?;
        self.tell_bans(cause, events);
        Ok(())
    }

    pub(super) fn list_bans(&self, cause: Cause, events: &mut Events) -> Result<(), Refusal> {
        self.may_lead(cause.member)?;
        events.push(bans_for(cause.member, cause));
        Ok(())
    }

    /// Hosts alone hear who is banned.
    fn tell_bans(&self, cause: Cause, events: &mut Events) {
        let hosts = self.members.list().iter().filter(|member| member.host);
        events.extend(hosts.map(|host| bans_for(host.id, cause)));
    }

    /// Somebody whom a host wants to do something about: not themself, and not who made the room.
    fn somebody_else(&self, host: MemberId, id: MemberId) -> Result<&Member, Refusal> {
        self.may_lead(host)?;
        let host = self.members.get(host).ok_or(Refusal::NotMember)?;
        let member = self.members.ever(id).ok_or(Refusal::NoSuchMember)?;
        if member.is_same_person(host) {
            return Err(Refusal::Yourself);
        }
        if self.is_maker(member) {
            return Err(Refusal::Founder);
        }
        Ok(member)
    }

    fn sanction(
        &self,
        now: Timestamp,
        measure: Measure,
        by: MemberId,
        member: &Member,
        until: Option<Timestamp>,
        by_network: bool,
    ) -> Sanction {
        let network = member.network.as_ref().filter(|_| by_network);
        Sanction {
            id: 0,
            measure,
            name: member.name.clone(),
            by: self.members.name_of(by).unwrap_or_default().to_owned(),
            at: now,
            until,
            others: self.members.others_from(member),
            identity: member.identity.clone(),
            tab: (!member.personal).then(|| member.tab.clone()),
            network: network.filter(|network| !self.is_ours(network, member)).cloned(),
            newest: self.members.newest(),
        }
    }

    /// Whether a host or who made the room comes from there too: through the same router or proxy. Then it says
    /// nothing of who somebody is, and would keep out the hosts' own friends.
    fn is_ours(&self, network: &Network, meant: &Member) -> bool {
        let ours = |member: &&Member| member.host || self.is_maker(member);
        let others = self
            .members
            .list()
            .iter()
            .filter(|member| !member.is_same_person(meant));
        others
            .filter(ours)
            .any(|member| member.network.as_ref() == Some(network))
    }

    fn put_sanction(&mut self, sanction: Sanction) -> Result<(), Refusal> {
        match self.sanctions.put(sanction) {
            true => Ok(()),
            false => Err(Refusal::TooManyBans {
                sanctions_max: limits::SANCTIONS_MAX,
            }),
        }
    }

    /// Sees who is muted, after somebody came, was muted or not any more.
    pub(super) fn mind_mutes(&mut self, now: Timestamp, cause: Option<Cause>, events: &mut Events) {
        let muted = |member: &Member| {
            // Most are nobody's: who came first under an identity takes long to find out.
            let suspected = self
                .sanctions
                .suspects(Measure::Mute, &member.identity, member.network.as_ref());
            if !suspected {
                return false;
            }
            let known = self.members.first_of(&member.identity, &member.tab);
            let suspect = suspect(member, known);
            self.sanctions.meeting(now, Measure::Mute, &suspect).is_some()
        };
        let changed: Vec<MemberId> = self
            .members
            .list()
            .iter()
            .filter(|member| member.muted != muted(member))
            .map(|member| member.id)
            .collect();
        for id in changed {
            if let Some(member) = self.members.get_mut(id) {
                member.muted = !member.muted;
                events.push(to_all(cause, Happening::Changed(id)));
            }
        }
    }

    /// A line of the host's about somebody else.
    pub(super) fn tell_of(
        &mut self,
        now: Timestamp,
        cause: Cause,
        whom: MemberId,
        events: &mut Events,
        kind: impl FnOnce(MemberId, String) -> LineKind,
    ) {
        let name = self.members.name_of(whom).unwrap_or_default().to_owned();
        let line = self.line(now, cause.member, kind(whom, name));
        events.push(to_all(Some(cause), line));
    }
}

/// How far a ban goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ban {
    /// Whether those who are new from the same network are refused as well.
    pub(super) by_network: bool,
}

fn suspect(member: &Member, known: Option<MemberId>) -> Suspect<'_> {
    Suspect {
        identity: &member.identity,
        tab: &member.tab,
        network: member.network.as_ref(),
        known: Some(known.unwrap_or(member.id)),
    }
}

fn bans_for(host: MemberId, cause: Cause) -> Event {
    to_one(host, Some(cause), Happening::Bans)
}
