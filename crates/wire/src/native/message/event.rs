//! What the server sends.

use super::{
    Ban, Line, Member, MemberSkew, Playback, Queue, Reaction, ReadyCheck, RoomInfo, Stream, Undo, Upload,
    Votes, Waiting,
};
use serde::Serialize;
use serde_json::value::RawValue;

/// JSON that goes through as it came.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Opaque(pub Box<RawValue>);

impl PartialEq for Opaque {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

/// What the server sends.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to `hello`: the whole room.
    Welcome {
        /// The protocol version that the server speaks.
        protocol: u32,
        /// The newcomer's own member id.
        you: u32,
        /// The highest command number that the room has from this member: number on from here, and send
        /// again the lines that are above it.
        last_command: u64,
        /// When the room was made. If it differs from what an earlier `welcome` said, this is another room of that code:
        /// forget the lines of the one before.
        made_at_ms: u64,
        /// The room.
        room: RoomInfo,
        /// Everybody in it; sort them by id.
        members: Vec<Member>,
        /// What plays.
        playback: Box<Playback>,
        /// The log after `since`, or its last 500 lines.
        log: Vec<Line>,
        /// Uploads that have not ended.
        uploads: Vec<Upload>,
        /// What comes next; absent if nothing waits and nothing is repeated.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        queue: Option<Queue>,
        /// The latest change, if it can be undone.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        undo: Option<Undo>,
        /// Votes to skip the film that is on, if there are any.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        votes: Option<Votes>,
        /// Who is ready, if that is asked.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        ready_check: Option<ReadyCheck>,
        /// For whom the film stands still, if it does.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        waiting: Option<Waiting>,
    },
    /// The room's settings have changed.
    Room {
        /// All of them.
        room: RoomInfo,
    },
    /// A member came, or something about them changed.
    Member {
        /// The member, whole; somebody new if the id is not in the list. Keep the list sorted by id: for a
        /// slow client older messages may be left out, so that their order is not the order of coming.
        member: Member,
    },
    /// A member is no longer in the room.
    Left {
        /// Who.
        member: u32,
    },
    /// Playback has changed.
    Playback {
        /// The new state, whole.
        playback: Playback,
        /// Who changed it; absent where the room did.
        by: Option<u32>,
        /// The number of the command that did it, as its sender gave it.
        command: Option<u64>,
    },
    /// The stream of the film that is on has come, moved on or failed.
    Stream {
        /// The film's id; not about a film that is on no more.
        film: String,
        /// Where it is, as in the film.
        stream: Option<Stream>,
    },
    /// The extras of the film that is on have come, or changed.
    Extras {
        /// The film's id; not about a film that is on no more.
        film: String,
        /// Where they are described, as in the film.
        url: Option<String>,
    },
    /// The queue has changed, or when its next film comes.
    Queue {
        /// All of it.
        queue: Queue,
    },
    /// Another change, or none, can be undone now.
    Undo {
        /// Which.
        undo: Option<Undo>,
    },
    /// Votes to skip the film that is on have come or gone, or it takes another number of them.
    Votes {
        /// All of them; null if there are none.
        votes: Option<Votes>,
    },
    /// It is asked whether all are ready, or somebody has answered, come or gone.
    ReadyCheck {
        /// All of it; null if it is asked no longer.
        check: Option<ReadyCheck>,
    },
    /// The film stands still for somebody whose player has run dry, or for nobody any more.
    Waiting {
        /// For whom; null if for nobody.
        waiting: Option<Waiting>,
    },
    /// How far everybody's player is off, for those who have asked: at most once a second, and seldomer in a crowd.
    Skews {
        /// Of all who follow the film.
        skews: Vec<MemberSkew>,
    },
    /// A new line in the log.
    Line {
        /// The line.
        line: Line,
    },
    /// What people react with, at most four times a second.
    Reactions {
        /// Each emoji since the last message of this type.
        reactions: Vec<Reaction>,
    },
    /// Who is banned, for hosts: when they ask, and when it changes.
    Bans {
        /// All of them, the longest first.
        bans: Vec<Ban>,
    },
    /// The uploads under way, whole.
    Uploads {
        /// All of them; empty when the last has ended.
        uploads: Vec<Upload>,
    },
    /// A member sends data of a game.
    Data {
        /// Who.
        from: u32,
        /// As they sent it, byte for byte.
        #[cfg_attr(test, ts(type = "unknown"))]
        data: Opaque,
    },
    /// A command was carried out.
    Done {
        /// The command's number.
        id: u64,
    },
    /// Something was refused; nothing changed.
    Refused {
        /// The command's number, if it had one.
        id: Option<u64>,
        /// What went wrong, for programs: see `docs/protocol.md`.
        code: String,
        /// What went wrong and what to do, for people.
        message: String,
    },
    /// The answer to `clock`.
    Clock {
        /// As the client sent it.
        t0: f64,
        /// When the question arrived.
        t1: f64,
        /// When the answer left.
        t2: f64,
    },
}
