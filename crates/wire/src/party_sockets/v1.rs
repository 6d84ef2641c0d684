//! Version 1: members are known by the ids that they have chosen, which are no secret.

use super::message::{self, Kind, Message};
use super::{client, create, frame, join, json, passed, refused, send};
use crate::frame::{Frame, Reply};
use crate::public_id;
use crate::request::{Malformed, Place, Request};
use crate::speech::{Ear, Scene, Speech};
use matinee_room::{Channel, Client, CodeShape, Event, Happening, Member, Room, Tab, Whom};
use serde::Serialize;
use serde_json::value::RawValue;

/// What its clients are called.
const NAME: &str = "Party-Sockets 1";

/// Codes to be read out: no letter that looks like a digit.
const CODE: CodeShape = CodeShape {
    prefixed: false,
    alphabet: b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789",
    length: 4,
};

/// Why nobody is told what was sent.
const NO_TARGET: &str = "Target client not found";

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct PartySockets1;

impl Speech for PartySockets1 {
    fn name(&self) -> &'static str {
        NAME
    }

    fn system(&self) -> &'static str {
        super::SYSTEM
    }

    fn client(&self) -> Client {
        client(NAME)
    }

    fn speaks(&self, _first_text: &str) -> bool {
        // Whatever it is, this dialect has an answer to it.
        true
    }

    fn decode(&self, text: &str, place: Option<&Place>) -> Result<Request, Malformed> {
        let message = Message::read(text)?;
        match message.kind()? {
            Kind::Create => create(&message, place, CODE, |_| Ok(())),
            Kind::Join => join(&message, place),
            Kind::Send => send(&message, place, message.to.map_or(Ok(None), whom)),
            Kind::SetState | Kind::CloseRoom => Err(message::unknown_type()),
        }
    }

    fn encode(&self, scene: &Scene<'_>, event: &Event, _ear: &Ear<'_>) -> Vec<Frame> {
        encode(scene.room, event).into_iter().collect()
    }

    fn refused(&self, _seated: bool, _command: Option<u64>, code: &str, message: &str) -> Reply {
        match code {
            "no_such_member" => refused(code, NO_TARGET),
            _ => refused(code, message),
        }
    }

    fn put_out(&self, banned: bool) -> Reply {
        super::put_out(banned)
    }

    fn replaces_at_once(&self) -> bool {
        true
    }
}

/// Whom a `to` names; nobody in particular if it counts as none.
fn whom(to: &RawValue) -> Result<Option<Whom>, Malformed> {
    if message::is_falsy(to) {
        return Ok(None);
    }
    let id = message::text(to).ok_or(Malformed::Rule(NO_TARGET.into()))?;
    Ok(Some(match public_id::other(&id) {
        Some(member) => Whom::Member(member.ok_or(Malformed::Rule(NO_TARGET.into()))?),
        None => Whom::Tab(PartySockets1.anybody(), Tab::new(id)),
    }))
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
enum ServerMessage<'a> {
    Created { room: &'a str },
    Joined { room: &'a str, clients: Vec<String> },
    PeerJoined { client_id: String },
    PeerLeft { client_id: String },
}

fn encode(room: &Room, event: &Event) -> Option<Frame> {
    let message = match &event.what {
        Happening::Welcome { member, founds, .. } => {
            let called = &room.member(*member)?.calls_room;
            if *founds {
                ServerMessage::Created { room: called }
            } else {
                let clients = room.members().iter().map(public_id).collect();
                ServerMessage::Joined {
                    room: called,
                    clients,
                }
            }
        }
        Happening::Joined(id) => ServerMessage::PeerJoined {
            client_id: public_id(room.member(*id)?),
        },
        Happening::Left(left) => ServerMessage::PeerLeft {
            client_id: public_id(left),
        },
        Happening::Passed {
            from,
            channel: Channel::Data,
            text,
        } => {
            let from = public_id(room.member(*from)?);
            return Some(passed(&json(&from), text));
        }
        _ => return None,
    };
    Some(frame(&message))
}

fn public_id(member: &Member) -> String {
    public_id::of(member, NAME)
}
