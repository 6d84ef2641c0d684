//! What a dialect has to be able to do.

use crate::frame::{Close, Frame, Reply};
use crate::opening::{Handshake, Opening};
use crate::request::{Malformed, Place, Request};
use matinee_room::{Client, Event, Happening, Identity, Member, Room, Stay, Timestamp};
use std::time::Duration;

/// A dialect: both directions of it, and what its clients are.
pub trait Speech: Sync {
    /// What its clients are called, for people.
    fn name(&self) -> &'static str;

    /// The system that its clients are of, as its makers write it: the name, unless there are several versions.
    fn system(&self) -> &'static str {
        self.name()
    }

    /// What its clients are, and what they can show of a room.
    fn client(&self) -> Client;

    /// Who all those of its clients are who are known only by an id that is no secret, or by none.
    fn anybody(&self) -> Identity {
        Identity::new(self.name())
    }

    /// What becomes of a member's place when the connection is lost.
    fn stay(&self) -> Stay {
        Stay::WhileConnected
    }

    /// How the conversation opens, if the handshake shows that it is in this dialect.
    fn opening(&self, _handshake: &Handshake<'_>) -> Option<Opening> {
        None
    }

    /// Whether somebody who says this first speaks this dialect.
    fn speaks(&self, _first_text: &str) -> bool {
        false
    }

    /// What a client means by a text message. `place` is where it is, if it is in a room.
    ///
    /// # Errors
    /// [`Malformed`], to be answered with [`Speech::malformed`]; the connection stays.
    fn decode(&self, text: &str, place: Option<&Place>) -> Result<Request, Malformed>;

    /// The messages that tell an event to those for whom it is and for whom
    /// [`Speech::share`] is the same:
    /// encoded once, the bytes shared by all of them.
    fn encode(&self, scene: &Scene<'_>, event: &Event, ear: &Ear<'_>) -> Vec<Frame>;

    /// What of the one who hears it the messages of an event depend on, where they do.
    fn share(&self, _event: &Event) -> Option<Share> {
        None
    }

    /// Whether an event only changes a list that is told whole: then several may be told at once, as
    /// [`Happening::Members`]. That one is asked too: who hears of members by a list is told of its change before
    /// what somebody new in it says.
    fn merges(&self, _happening: &Happening) -> bool {
        false
    }

    /// Whether clients start and stop as soon as they are told, and not from a moment on. They are told of it so late
    /// that it holds when it reaches them.
    fn acts_at_once(&self) -> bool {
        false
    }

    /// What tells its sender why a request was refused: a code for programs, a sentence for people.
    /// `seated` is whether they are in a room.
    fn refused(&self, seated: bool, command: Option<u64>, code: &str, message: &str) -> Reply;

    /// What tells somebody that a host has put them out, for a moment or for good, and ends their connection.
    fn put_out(&self, banned: bool) -> Reply {
        Reply {
            frames: Vec::new(),
            close: Some(if banned { BANNED } else { KICKED }),
        }
    }

    /// What tells its sender that it was no message.
    fn malformed(&self, malformed: &Malformed, seated: bool) -> Reply {
        self.refused(seated, None, malformed.code(), &malformed.to_string())
    }

    /// The dialect's own pings, in place of the WebSocket's.
    fn heartbeat(&self) -> Option<Heartbeat> {
        None
    }

    /// Whether an id is taken over from a connection that has it without asking that one for a sign of life.
    fn replaces_at_once(&self) -> bool {
        false
    }

    /// Whether somebody in a room may join another one; else they are refused with `already_in`.
    fn moves(&self) -> bool {
        false
    }
}

/// What of the one who hears it the messages of an event depend on: those for whom it is the same have the same bytes.
pub type Share = for<'a> fn(&Event, &Ear<'a>) -> (u32, &'a str);

/// How a connection ends whose member was put out for a moment.
pub(crate) const KICKED: Close = Close {
    code: 4002,
    reason: "A host has put you out. You may come back in a minute.",
};

/// The same for good.
pub(crate) const BANNED: Close = Close {
    code: 4003,
    reason: "A host has banned you from this room.",
};

/// Pings that are messages of the dialect; each has to be answered with [`Request::Pong`] before the next.
#[derive(Clone, Debug)]
pub struct Heartbeat {
    /// How often.
    pub every: Duration,
    /// The ping.
    pub frame: Frame,
}

/// Where and when an event is told.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The room, as it is after the event.
    pub room: &'a Room,
    /// Now.
    pub now: Timestamp,
    /// The server's own name among others, and where it stands; empty unless set.
    pub server: &'a ServerName,
}

/// What who runs the server calls it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerName {
    /// The instance.
    pub instance: String,
    /// The region.
    pub region: String,
}

/// Who hears it.
#[derive(Clone, Copy, Debug)]
pub struct Ear<'a> {
    /// The member; none for one who listens to the room without being in it.
    pub member: Option<&'a Member>,
    /// The address by which they reach the server, without a slash at its end.
    pub base_url: &'a str,
}
