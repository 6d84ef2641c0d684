//! Voting to skip the film that is on: more than half of those who watch it, counted anew as people come and go. All
//! tabs of a person have one vote.

use super::{Events, Room, to_all};
use crate::event::{Cause, Happening};
use crate::id::Timestamp;
use crate::member::Member;
use crate::refusal::Refusal;
use std::collections::HashSet;

impl Room {
    pub(super) fn vote(&mut self, cause: Cause, seen: u64, skip: bool) -> Result<(), Refusal> {
        let member = self.members.get(cause.member).ok_or(Refusal::NotMember)?;
        if !member.watches() {
            return Err(Refusal::NotWatching);
        }
        self.playback.check(seen)?;
        if skip && self.queue.entries().is_empty() {
            return Err(Refusal::NothingNext);
        }
        let other_tabs: Vec<_> = self
            .members
            .of_same_person(cause.member)
            .map(|member| member.id)
            .collect();
        let votes = self.votes_of_this_film();
        for tab in other_tabs {
            votes.cast(tab, false);
        }
        votes.cast(cause.member, skip);
        Ok(())
    }

    /// Those about a film that was on before are no longer any.
    fn votes_of_this_film(&mut self) -> &mut crate::Votes {
        let film = self.playback.film_revision();
        if self.votes.film != film {
            self.votes.film = film;
            self.votes.cast.clear();
        }
        &mut self.votes
    }

    /// Counts the votes, and leaves the film if they are enough.
    pub(super) fn count_votes(&mut self, now: Timestamp, cause: Option<Cause>, events: &mut Events) {
        if self.votes.cast.is_empty() && self.votes.needed() == 0 {
            return;
        }
        let mut news = self.count_anew();
        if self.votes.pass() && !self.queue.entries().is_empty() && self.may_change(now, events) {
            self.skip_to(now, 0, cause, true, events);
            news |= self.count_anew();
        }
        if news {
            events.push(to_all(cause, Happening::Votes));
        }
    }

    fn count_anew(&mut self) -> bool {
        self.votes_of_this_film();
        let members = self.members.list();
        let votes = |member: &&Member| self.votes.has(member.id);
        let mut cast: Vec<_> = members.iter().filter(votes).map(|member| member.id).collect();
        cast.sort_unstable();
        let watching = || members.iter().filter(|member| member.watches());
        let mut counted: Vec<_> = watching().filter(votes).map(|member| member.id).collect();
        counted.sort_unstable();
        let watching = count_people(watching());
        self.votes.cast = cast;
        self.votes.count(counted, watching)
    }
}

/// How many people these members are.
fn count_people<'a>(members: impl Iterator<Item = &'a Member>) -> usize {
    let mut known = HashSet::new();
    members
        .filter(|member| !member.personal || known.insert(&member.identity))
        .count()
}
