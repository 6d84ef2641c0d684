//! Who is in the room, who was, and who takes over.

use super::{Member, Stay};
use crate::id::{Identity, MemberId, Tab, Timestamp};
use crate::input::Join;
use crate::limits;
use crate::room::FIRST;
use crate::text::Looks;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// The members of a room in the order in which they came, and those who were members before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Members {
    present: Vec<Member>,
    former: VecDeque<Member>,
    last_id: u32,
}

impl Members {
    pub(crate) fn list(&self) -> &[Member] {
        &self.present
    }

    pub(crate) fn list_mut(&mut self) -> &mut [Member] {
        &mut self.present
    }

    pub(crate) fn get(&self, id: MemberId) -> Option<&Member> {
        self.present.iter().find(|member| member.id == id)
    }

    pub(crate) fn get_mut(&mut self, id: MemberId) -> Option<&mut Member> {
        self.present.iter_mut().find(|member| member.id == id)
    }

    pub(crate) fn find(&self, identity: &Identity, tab: &Tab) -> Option<&Member> {
        self.present.iter().find(|member| member.is(identity, tab))
    }

    pub(crate) fn was_here(&self, identity: &Identity) -> bool {
        // Who is only known by an id that is no secret is known by nothing.
        let kept = self
            .present
            .iter()
            .chain(&self.former)
            .filter(|member| member.stay == Stay::Kept);
        kept.clone().any(|member| member.identity == *identity)
    }

    /// The name of somebody who is or was here.
    pub(crate) fn name_of(&self, id: MemberId) -> Option<&str> {
        self.present
            .iter()
            .chain(&self.former)
            .find(|member| member.id == id)
            .map(|member| member.name.as_str())
    }

    /// Everybody who is or was here, as far as that is remembered.
    fn all(&self) -> impl Iterator<Item = &Member> {
        self.present.iter().chain(&self.former)
    }

    /// Somebody who is or was here.
    pub(crate) fn ever(&self, id: MemberId) -> Option<&Member> {
        self.all().find(|member| member.id == id)
    }

    /// The number under which a person came first, whatever tab they come with now. Who is only known by their tab
    /// is somebody else in every tab.
    pub(crate) fn first_of(&self, identity: &Identity, tab: &Tab) -> Option<MemberId> {
        let theirs =
            |member: &&Member| member.identity == *identity && (member.personal || member.tab == *tab);
        self.all().filter(theirs).map(|member| member.id).min()
    }

    /// Who a person is or was here: as this tab, or as another one of theirs.
    pub(crate) fn ever_as(&self, identity: &Identity, tab: &Tab) -> Option<&Member> {
        let theirs =
            |member: &&Member| member.identity == *identity && (member.personal || member.tab == *tab);
        self.all()
            .filter(theirs)
            .max_by_key(|member| (member.tab == *tab, member.id))
    }

    /// All tabs of the same person that are or were here.
    pub(crate) fn of_same_person(&self, id: MemberId) -> impl Iterator<Item = &Member> {
        let one = self.get(id);
        let same = move |member: &&Member| one.is_some_and(|one| one.is_same_person(member));
        self.all().filter(same)
    }

    /// How many other people are known to have come from where somebody comes.
    pub(crate) fn others_from(&self, one: &Member) -> usize {
        let from_there = |member: &&Member| {
            member.network.is_some() && member.network == one.network && !member.is_same_person(one)
        };
        let mut people: Vec<&Member> = Vec::new();
        for member in self.all().filter(from_there) {
            if !people.iter().any(|known| known.is_same_person(member)) {
                people.push(member);
            }
        }
        people.len()
    }

    /// The last who came for the first time.
    pub(crate) fn newest(&self) -> MemberId {
        MemberId(self.last_id)
    }

    /// Makes hosts none any more, those who were here too.
    pub(crate) fn take_rights(&mut self, whose: impl Fn(&Member) -> bool) {
        for member in self.present.iter_mut().chain(&mut self.former) {
            member.host &= !whose(member);
        }
    }

    /// Numbers somebody whose name looks like that of others here, so that nobody is taken for them. The number is
    /// not part of the name: nobody can give it to themself.
    pub(crate) fn tell_apart(&mut self, id: MemberId) {
        let Some(member) = self.get(id) else {
            return;
        };
        let looks = Looks::of(&member.name);
        let alike = |other: &&Member| !other.is_same_person(member) && other.looks.are_like(&looks);
        let taken: Vec<u32> = self
            .present
            .iter()
            .filter(alike)
            .map(|other| other.namesake.unwrap_or(1))
            .collect();
        let free = (1..).find(|number| !taken.contains(number));
        if let Some(member) = self.get_mut(id) {
            member.namesake = free.filter(|number| *number > 1);
            member.looks = looks;
        }
    }

    pub(crate) fn have_been(&self) -> bool {
        self.last_id > 0
    }

    /// Whether somebody other than `id` is host, and can act as one: whose client follows no film does not
    /// count while there are others whose does.
    pub(crate) fn has_host_besides(&self, id: Option<MemberId>) -> bool {
        let anybody_plays = self.present.iter().any(|member| member.client.plays);
        let counts = |member: &&Member| Some(member.id) != id && (member.client.plays || !anybody_plays);
        self.present.iter().filter(counts).any(|member| member.host)
    }

    /// Takes somebody in at the end of the list: with their old id and rights if they were here before.
    pub(crate) fn enter(&mut self, join: Join, host: bool) -> MemberId {
        let Join {
            identity,
            personal,
            network,
            tab,
            name,
            calls_room,
            client,
            stay,
            ..
        } = join;
        let known = self.former.iter().position(|member| member.is(&identity, &tab));
        let member = match known.and_then(|index| self.former.remove(index)) {
            Some(former) => Member {
                host: former.host || host,
                name: client.call(name, former.id),
                calls_room,
                client,
                stay,
                personal: former.personal || personal,
                network,
                ..former
            },
            None => {
                self.last_id += 1;
                let id = MemberId(self.last_id);
                Member {
                    id,
                    name: client.call(name, id),
                    host,
                    stalled: false,
                    away_until: None,
                    latency_ms: 0,
                    jitter_ms: 0,
                    last_command: 0,
                    calls_room,
                    client,
                    alone: None,
                    streaming: false,
                    told: None,
                    skew: None,
                    hears_skews: false,
                    namesake: None,
                    looks: Looks::default(),
                    muted: false,
                    said_at: None,
                    reacts_from: Timestamp::default(),
                    identity,
                    personal,
                    network,
                    tab,
                    stay,
                }
            }
        };
        let id = member.id;
        if self.present.len() == self.present.capacity() {
            self.present.reserve_exact(limits::grows_by(self.present.len()));
        }
        self.present.push(member);
        self.tell_apart(id);
        self.succeed();
        id
    }

    /// Lets somebody out, remembering them.
    pub(crate) fn exit(&mut self, id: MemberId) -> Option<Member> {
        let index = self.present.iter().position(|member| member.id == id)?;
        let mut member = self.present.remove(index);
        member.stalled = false;
        member.alone = None;
        member.streaming = false;
        member.told = None;
        member.skew = None;
        member.hears_skews = false;
        member.away_until = None;
        if member.stay == Stay::WhileConnected {
            return Some(member);
        }
        if self.former.len() >= limits::FORMER_MEMBERS_MAX {
            // The first member's rights are nobody else's: they are not to be pushed out by a crowd.
            let oldest = self.former.iter().position(|member| member.id != FIRST);
            self.former.remove(oldest.unwrap_or(0));
        }
        self.former.push_back(member.clone());
        Some(member)
    }

    /// If nobody is host any more who can act as one, makes the one host who has been here longest: one who
    /// follows the film before one who does not, one at hand before one away.
    pub(crate) fn succeed(&mut self) -> Option<MemberId> {
        if self.has_host_besides(None) {
            return None;
        }
        let anybody_plays = self.present.iter().any(|member| member.client.plays);
        let may = |member: &Member| member.client.plays || !anybody_plays;
        let at_hand = self
            .present
            .iter()
            .position(|member| may(member) && !member.is_away());
        let index = at_hand.or_else(|| self.present.iter().position(may))?;
        let heir = self.present.get_mut(index)?;
        heir.host = true;
        Some(heir.id)
    }

    /// The first of those whose time away is up.
    pub(crate) fn overdue(&self, now: Timestamp) -> Option<MemberId> {
        let overdue = |member: &&Member| member.away_until.is_some_and(|until| until <= now);
        self.present.iter().find(overdue).map(|member| member.id)
    }

    pub(crate) fn next_deadline(&self) -> Option<Timestamp> {
        self.present.iter().filter_map(|member| member.away_until).min()
    }

    /// Nobody is connected any more: all whose place is kept have until `until` to come back.
    pub(crate) fn all_away(&mut self, until: Timestamp) {
        let gone = self.present.iter().filter(|member| member.stay != Stay::Kept);
        for id in gone.map(|member| member.id).collect::<Vec<_>>() {
            self.exit(id);
        }
        for member in &mut self.present {
            member.away_until = Some(until);
            member.stalled = false;
            member.skew = None;
            member.hears_skews = false;
        }
    }

    /// Gives everybody up.
    pub(crate) fn clear(&mut self) {
        self.present.clear();
    }

    /// How long a change takes at most, as far as one can tell, to reach all who follow the room's film, in
    /// milliseconds: a whole round trip, for the way to somebody may be most of it, and twice what round trips usually
    /// are off that.
    pub(crate) fn slowest_ms(&self) -> u64 {
        self.present
            .iter()
            .filter(|member| member.client.plays && !member.is_away() && member.alone.is_none())
            .map(|member| 2 * (u64::from(member.latency_ms) + u64::from(member.jitter_ms)))
            .max()
            .unwrap_or(0)
    }
}
