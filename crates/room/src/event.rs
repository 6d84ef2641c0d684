//! What comes out of a room: what happened, for whom, and by whose command.
//!
//! An event is a fact, not a message. A dialect makes its messages of it with the room at hand, so
//! "playback changed" carries no playback: the room has the newest one.

use crate::id::MemberId;
use crate::input::Channel;
use crate::log::{Line, Seen};
use crate::member::Member;
use crate::playback::Change;
use crate::skew::Skew;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// For whom it is.
    pub to: Audience,
    /// The command that made it happen, if one did.
    pub cause: Option<Cause>,
    /// What happened.
    pub what: Happening,
}

/// For whom an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody in the room.
    All,
    /// One member.
    Only(MemberId),
    /// Everybody but one.
    Except(MemberId),
}

impl Audience {
    /// Whether `member` belongs to it.
    #[must_use]
    pub fn has(self, member: MemberId) -> bool {
        match self {
            Self::All => true,
            Self::Only(one) => one == member,
            Self::Except(one) => one != member,
        }
    }
}

/// A command, by its sender and the number that the sender gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Who.
    pub member: MemberId,
    /// Their number for it; `None` where the dialect has none.
    pub command: Option<u64>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// A member came in or came back, and needs the whole room. `since` is the last line they have.
    Welcome {
        /// Who.
        member: MemberId,
        /// What they have of the log.
        since: Seen,
        /// Whether the room was made for them just now.
        founds: bool,
    },
    /// A member is new in the list.
    Joined(MemberId),
    /// Something about a member changed: name, host, away, stalled, alone.
    Changed(MemberId),
    /// A member began or ended a stream of their own.
    Streaming(MemberId),
    /// A member is no longer in the list.
    Left(Box<Member>),
    /// The playback changed, in this way.
    Playback(Change),
    /// The film's stream has come, moved on or failed.
    Stream,
    /// The film's extras have come, or changed.
    Extras,
    /// The playback is as it was; who cannot know is told again.
    Beat,
    /// The list of members, for those who are told of several changes at once.
    Members,
    /// A member sends something that the room does not look into.
    Passed {
        /// Who.
        from: MemberId,
        /// For what kind of clients it is.
        channel: Channel,
        /// What, as it was sent.
        text: Box<str>,
    },
    /// The state that a game keeps with the room changed.
    State,
    /// The room is closed: everybody is out.
    Closed,
    /// A host has put a member out, and their connection ends. Before they are out of the list.
    PutOut {
        /// Whom, as they were.
        member: Box<Member>,
        /// Whether for good.
        banned: bool,
    },
    /// The list of those who are banned, for a host.
    Bans,
    /// Reactions since the last time, each with how often it came.
    Reactions(Vec<(Box<str>, u32)>),
    /// The settings changed.
    Settings,
    /// Who may control the film changed, without a change of hosts.
    Rights,
    /// A line was written.
    Line(Line),
    /// Uploads came, moved on or ended.
    Uploads,
    /// The queue changed, what is repeated, or when the next film comes.
    Queue,
    /// Which change can be taken back.
    Undo,
    /// Votes to skip the film that is on came or went, or how many it takes.
    Votes,
    /// It is asked whether all are ready, or no longer, or somebody has answered.
    ReadyCheck,
    /// The film stands still for other members than before, or for nobody any more.
    Waiting,
    /// A member's player has told how far it is off. Nobody is told of it by itself.
    Measured(Skew),
    /// How far members' players are off, for those who hear it.
    Skews,
    /// The cause was carried out.
    Done,
}

impl Happening {
    /// Whether it changes what is kept of a room.
    #[must_use]
    pub fn lasts(&self) -> bool {
        !matches!(
            self,
            Self::Uploads
                | Self::Stream
                | Self::Extras
                | Self::Passed { .. }
                | Self::Beat
                | Self::Members
                | Self::Rights
                | Self::Undo
                | Self::Votes
                | Self::ReadyCheck
                | Self::Reactions(_)
                | Self::Measured(_)
                | Self::Skews
        )
    }
}

pub(crate) fn to_all(cause: Option<Cause>, what: Happening) -> Event {
    Event {
        to: Audience::All,
        cause,
        what,
    }
}

pub(crate) fn to_one(member: MemberId, cause: Option<Cause>, what: Happening) -> Event {
    Event {
        to: Audience::Only(member),
        cause,
        what,
    }
}

pub(crate) fn to_others(member: MemberId, cause: Option<Cause>, what: Happening) -> Event {
    Event {
        to: Audience::Except(member),
        cause,
        what,
    }
}
