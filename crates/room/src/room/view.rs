//! What is to be seen of a room.

use super::{Room, Settings};
use crate::id::{Identity, MemberId, RoomCode, Tab, Timestamp, UploadId};
use crate::log::{Line, Log, Seen};
use crate::member::Member;
use crate::playback::Playback;
use crate::queue::Queue;
use crate::readiness::ReadyCheck;
use crate::relay::Relay;
use crate::upload::UploadProgress;
use crate::votes::Votes;
use crate::waiting::Hold;

impl Room {
    /// The code it is found by.
    #[must_use]
    pub fn code(&self) -> &RoomCode {
        &self.code
    }

    /// When it was made: no other room of this code was made then.
    #[must_use]
    pub fn made_at(&self) -> Timestamp {
        self.made_at
    }

    /// The kept lines that somebody lacks who has seen so much of a log, oldest first: all, if it was another room's.
    pub fn lines_since(&self, seen: Seen) -> impl Iterator<Item = &Line> {
        let is_ours = seen.room_made_at.is_none_or(|made_at| made_at == self.made_at)
            && seen.seq <= self.log.last_seq();
        self.log.since(if is_ours { seen.seq } else { 0 })
    }

    /// What hosts have set.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Everybody in it, in the order in which they came, away ones too.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        self.members.list()
    }

    /// One of them.
    #[must_use]
    pub fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.get(id)
    }

    /// That tab of that person, if it is in the room.
    #[must_use]
    pub fn find(&self, identity: &Identity, tab: &Tab) -> Option<&Member> {
        self.members.find(identity, tab)
    }

    /// Whether this person has to bring the password to come in.
    #[must_use]
    pub fn asks_password_of(&self, identity: &Identity) -> bool {
        let known = self.is_founder(identity) || self.members.was_here(identity);
        self.settings.password.is_some() && !known
    }

    /// Whether this person is or was here.
    #[must_use]
    pub fn knows(&self, identity: &Identity) -> bool {
        self.members.was_here(identity)
    }

    /// Whether the room was made for this person, who is host whenever they come.
    #[must_use]
    pub fn is_founder(&self, identity: &Identity) -> bool {
        self.founder.as_ref() == Some(identity)
    }

    /// What it has for games.
    #[must_use]
    pub fn relay(&self) -> &Relay {
        &self.relay
    }

    /// How many members it takes.
    #[must_use]
    pub fn members_max(&self) -> usize {
        let wanted = self.relay.members_max.unwrap_or(usize::MAX);
        self.members_max.min(wanted)
    }

    /// What plays.
    #[must_use]
    pub fn playback(&self) -> &Playback {
        &self.playback
    }

    /// What comes after it.
    #[must_use]
    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Who wants to skip it.
    #[must_use]
    pub fn votes(&self) -> &Votes {
        &self.votes
    }

    /// How long it waits for a member whose player has run dry, in seconds.
    #[must_use]
    pub fn wait_seconds(&self) -> u32 {
        self.settings.wait_seconds.unwrap_or(self.wait_seconds)
    }

    /// For whom it waits just now.
    #[must_use]
    pub fn hold(&self) -> Option<&Hold> {
        self.waiting.hold.as_ref()
    }

    /// Who is ready for it to start, if that is asked.
    #[must_use]
    pub fn ready_check(&self) -> Option<&ReadyCheck> {
        self.ready_check.as_ref()
    }

    /// A member of this person, a host if one of them is.
    #[must_use]
    pub fn member_of(&self, identity: &Identity) -> Option<&Member> {
        let theirs = self
            .members
            .list()
            .iter()
            .filter(|member| member.identity == *identity);
        theirs.max_by_key(|member| (member.host, !member.is_away()))
    }

    /// What was said.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Uploads that have not ended, in the order in which they began.
    pub fn uploads(&self) -> impl Iterator<Item = &UploadProgress> {
        self.uploads.iter()
    }

    /// The number that the next upload will have.
    #[must_use]
    pub fn next_upload(&self) -> UploadId {
        UploadId(self.last_upload + 1)
    }

    /// When somebody last did something here; for a closed room long ago, so that it is forgotten first.
    #[must_use]
    pub fn changed_at(&self) -> Timestamp {
        if self.closed {
            Timestamp(0)
        } else {
            self.changed_at
        }
    }

    /// Whether nobody is in it, not even away.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.list().is_empty()
    }

    /// Whether it is kept when nobody is in it.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.kept
    }

    /// Whether it was closed for everybody.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether it is over: it was closed, or the last one has left a room that is not kept.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.closed || (!self.kept && self.is_empty() && self.members.have_been())
    }
}
