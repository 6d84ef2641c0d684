//! Version 2: ids are secret, and members are known by their place, counted from 0 in the order of first coming.

use super::message::{self, Kind, Message};
use super::{client, compact, create, frame, join, json, passed, refused, seated, send, template};
use crate::Dialect;
use crate::frame::{Frame, Reply};
use crate::opening::{Handshake, Opening};
use crate::request::{Malformed, Place, Request};
use crate::speech::{Ear, Scene, Speech};
use matinee_room::{
    Channel, Client, CodeShape, Command, Event, Happening, Member, MemberId, Relay, Room, Stay, Whom,
};
use serde::Serialize;
use serde_json::value::RawValue;

/// What its clients are called.
const NAME: &str = "Party-Sockets 2";

/// Codes that are hard to guess and still short in an address.
const CODE: CodeShape = CodeShape {
    prefixed: false,
    alphabet: b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    length: 6,
};

/// Why nobody is told what was sent.
const NO_TARGET: &str = "Target peer not found";

/// The largest integer that a float has with all integers below it.
const SAFE_MAX: f64 = 9_007_199_254_740_991.0;

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct PartySockets2;

impl Speech for PartySockets2 {
    fn name(&self) -> &'static str {
        NAME
    }

    fn system(&self) -> &'static str {
        super::SYSTEM
    }

    fn client(&self) -> Client {
        client(NAME)
    }

    fn stay(&self) -> Stay {
        Stay::Remembered
    }

    fn opening(&self, handshake: &Handshake<'_>) -> Option<Opening> {
        // A code in the path only tells a proxy which server it is for; whoever comes still says `join`.
        let rest = handshake.path.strip_prefix("/v2")?;
        (rest.is_empty() || rest.starts_with('/')).then(|| Opening::of(Dialect::PartySockets2))
    }

    fn speaks(&self, _first_text: &str) -> bool {
        // Whatever it is, this dialect has an answer to it.
        true
    }

    fn decode(&self, text: &str, place: Option<&Place>) -> Result<Request, Malformed> {
        let message = Message::read(text)?;
        match message.kind()? {
            Kind::Create => create(&message, place, CODE, |relay| found(&message, relay)),
            Kind::Join => join(&message, place),
            Kind::Send => send(&message, place, message.to.map(whom).transpose()),
            Kind::SetState => {
                let state = message.data.map(|data| compact::compact(data.get()).into());
                seated(place, Command::SetState(state))
            }
            Kind::CloseRoom => seated(place, Command::Close),
        }
    }

    fn encode(&self, scene: &Scene<'_>, event: &Event, _ear: &Ear<'_>) -> Vec<Frame> {
        match &event.what {
            Happening::Welcome { member, founds, .. } => {
                let welcome = welcome(scene, *member, *founds);
                welcome.into_iter().chain(state(scene.room)).collect()
            }
            Happening::State => state(scene.room).into_iter().collect(),
            Happening::Joined(id) => vec![frame(&ServerMessage::PeerJoined { index: index(*id) })],
            Happening::Left(left) => vec![frame(&ServerMessage::PeerLeft {
                index: index(left.id),
            })],
            Happening::Passed {
                from,
                channel: Channel::Data,
                text,
            } => vec![passed(&json(&index(*from)), text)],
            _ => Vec::new(),
        }
    }

    fn refused(&self, _seated: bool, _command: Option<u64>, code: &str, message: &str) -> Reply {
        let message = match code {
            "no_such_member" => NO_TARGET,
            "state_not_yours" => "Only the host can set state",
            "state_missing" => "State data is required",
            "state_too_large" => "State too large",
            "room_not_yours" => "Only the host can close the room",
            _ => message,
        };
        refused(code, message)
    }

    fn put_out(&self, banned: bool) -> Reply {
        super::put_out(banned)
    }

    fn replaces_at_once(&self) -> bool {
        true
    }
}

/// What a room of this version has besides.
fn found(message: &Message<'_>, relay: &mut Relay) -> Result<(), String> {
    relay.owned = true;
    relay.url = message.url.map(template::template).transpose()?;
    Ok(())
}

/// Whom a `to` names: what is no index is nobody's.
fn whom(to: &RawValue) -> Result<Whom, Malformed> {
    let index = message::number(to)
        .filter(|number| number.fract() == 0.0 && (0.0..=SAFE_MAX).contains(number))
        .ok_or(Malformed::Rule(NO_TARGET.into()))?;
    // A float that is too large is the largest integer, which nobody has.
    Ok(Whom::Member(MemberId((index as u32).saturating_add(1))))
}

/// A member's place.
fn index(member: MemberId) -> u32 {
    member.0.saturating_sub(1)
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ServerMessage<'a> {
    Created {
        room: &'a str,
        instance: &'a str,
        region: &'a str,
        index: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<&'a str>,
    },
    Joined {
        room: &'a str,
        index: u32,
        peers: Vec<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<&'a str>,
    },
    PeerJoined {
        index: u32,
    },
    PeerLeft {
        index: u32,
    },
}

fn welcome(scene: &Scene<'_>, member: MemberId, founds: bool) -> Option<Frame> {
    let room = &scene.room.member(member)?.calls_room;
    let url = scene.room.relay().url.as_deref();
    Some(frame(&if founds {
        ServerMessage::Created {
            room,
            instance: &scene.server.instance,
            region: &scene.server.region,
            index: index(member),
            url,
        }
    } else {
        let others = scene.room.members().iter().map(|other: &Member| other.id);
        let mut peers: Vec<u32> = others.filter(|id| *id != member).map(index).collect();
        peers.sort_unstable();
        ServerMessage::Joined {
            room,
            index: index(member),
            peers,
            url,
        }
    }))
}

/// The game's state, if it has set one.
fn state(room: &Room) -> Option<Frame> {
    let state = room.relay().state()?;
    // Each one, in its order among the messages: a game may count on it.
    Some(Frame::must_arrive(format!(
        r#"{{"type":"state","data":{state}}}"#
    )))
}
