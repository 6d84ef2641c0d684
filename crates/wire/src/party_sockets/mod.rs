//! The dialects of Party-Sockets, versions 1 and 2: `docs/dialects/party-sockets.md`.
//!
//! Games relay their messages through a room; what is in them nobody here looks into. Their clients follow no
//! film and have no chat and no names.
//!
//! | file | owns |
//! |---|---|
//! | this | what both versions share: coming in, what to send, refusals |
//! | [`v1`] | version 1: members are known by the ids that they have chosen |
//! | [`v2`] | version 2: ids are secret, members are known by their place; a state, closing the room |
//! | [`message`] | reading a message, with what is in it left as it was sent |
//! | [`template`] | the address of a game, with holes for the room and the server |
//! | [`compact`] | JSON in its shortest form, to be measured and kept |

mod compact;
mod message;
mod template;
pub mod v1;
pub mod v2;

use crate::frame::{Close, Frame, Reply};
use crate::public_id;
use crate::request::{Door, Hello, Malformed, NewRoom, Place, Request, Who};
use crate::speech::{BANNED, KICKED};
use matinee_room::{Channel, Client, CodeShape, Command, Relay, Seen, Whom, limits};
use message::Message;
use serde::Serialize;

/// The system, of whichever version.
const SYSTEM: &str = "Party-Sockets";

/// What all members are called: their clients have no names to give.
const PLAYER: &str = "Player";

/// What a room of theirs is called.
const ROOM: &str = "Game";

/// What both versions answer while a server that is about to stop makes no new rooms.
const DRAINING: &str = "Server draining";

fn client(name: &str) -> Client {
    Client {
        name: name.to_owned(),
        chats: false,
        plays: false,
        nameless: true,
        ..Client::default()
    }
}

/// What a `create` means. Its faults come in the order in which clients know them.
fn create(
    message: &Message<'_>,
    place: Option<&Place>,
    code: CodeShape,
    more: impl FnOnce(&mut Relay) -> Result<(), String>,
) -> Result<Request, Malformed> {
    let fault = |text: &str| Malformed::NewRoom(text.to_owned());
    if place.is_some() {
        return Err(fault("Already in a room"));
    }
    let client_id = client_id(message).map_err(Malformed::NewRoom)?;
    let max_clients = message.max_clients.and_then(message::number);
    let max_clients = max_clients
        .filter(|count| *count >= 1.0)
        .ok_or_else(|| fault("maxClients must be a positive number"))?;
    let mut relay = Relay::default();
    // One may come in while there are fewer than this number; a float that is too large is the largest integer.
    relay.members_max = Some(max_clients.ceil() as usize);
    more(&mut relay).map_err(Malformed::NewRoom)?;
    let door = Door::New(Box::new(NewRoom {
        code,
        name: ROOM.to_owned(),
        newcomers_may_control: false,
        relay,
    }));
    Ok(hello(client_id, door))
}

/// What a `join` means.
fn join(message: &Message<'_>, place: Option<&Place>) -> Result<Request, Malformed> {
    if place.is_some() {
        return Err(Malformed::Rule("Already in a room".into()));
    }
    let client_id = client_id(message).map_err(|text| Malformed::Rule(text.into()))?;
    let room = message
        .room
        .and_then(message::text)
        .filter(|room| !room.is_empty());
    let room = room.ok_or(Malformed::Rule("room is required".into()))?;
    Ok(hello(client_id, Door::Room(room.into_owned())))
}

fn hello(client_id: String, door: Door) -> Request {
    Request::Hello(Hello {
        door,
        who: Who::Anybody,
        name: PLAYER.to_owned(),
        tab: Some(client_id),
        password: None,
        since: Seen::default(),
    })
}

fn client_id(message: &Message<'_>) -> Result<String, String> {
    let id = message
        .client_id
        .and_then(message::text)
        .filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| "clientId is required".to_owned())?;
    if id.len() > limits::TAB_BYTES_MAX {
        return Err(format!("clientId can have {} bytes", limits::TAB_BYTES_MAX));
    }
    if public_id::is_taken(&id) {
        return Err(format!("clientId must not begin with {}", public_id::OTHERS));
    }
    Ok(id.into_owned())
}

/// What somebody in a room wants.
fn seated(place: Option<&Place>, command: Command) -> Result<Request, Malformed> {
    match place {
        Some(_) => Ok(Request::Command { id: None, command }),
        None => Err(Malformed::Rule("Not in a room".into())),
    }
}

/// What a `send` to these means: its data go on as they were written; nothing does if there were none.
fn send(
    message: &Message<'_>,
    place: Option<&Place>,
    to: Result<Option<Whom>, Malformed>,
) -> Result<Request, Malformed> {
    let pass = |to| Command::Pass {
        channel: Channel::Data,
        to,
        text: message.data.map_or("", |data| data.get()).into(),
    };
    match to {
        Ok(to) => seated(place, pass(to)),
        // Who is in no room is told that first.
        Err(fault) => seated(place, pass(None)).and(Err(fault)),
    }
}

/// What was passed on, as it was sent: `data` goes into the frame with every byte of it.
fn passed(from: &str, data: &str) -> Frame {
    let mut text = String::with_capacity(from.len() + data.len() + 40);
    text += r#"{"type":"message","from":"#;
    text += from;
    if !data.is_empty() {
        text += r#","data":"#;
        text += data;
    }
    text.push('}');
    Frame::must_arrive(text)
}

/// The answer to what was refused, in words that both versions share.
fn refused(code: &str, message: &str) -> Reply {
    #[derive(Serialize)]
    struct Error<'a> {
        #[serde(rename = "type")]
        kind: &'static str,
        message: &'a str,
    }
    let message = match code {
        "hello_first" | "not_member" => "Not in a room",
        "already_in" => "Already in a room",
        "no_such_room" => "Room not found",
        "room_full" => "Room is full",
        // No field for a password: there is nothing that they could do.
        "password_needed" | "wrong_password" | "closed_to_newcomers" => "Room is locked",
        "restarting" => DRAINING,
        _ => message,
    };
    Reply::one(frame(&Error {
        kind: "error",
        message,
    }))
}

/// The answer to who was put out: the code is that of a room that is closed, after which clients do not come back.
fn put_out(banned: bool) -> Reply {
    let reason = if banned { BANNED.reason } else { KICKED.reason };
    Reply {
        close: Some(Close { code: 4001, reason }),
        ..refused("", reason)
    }
}

fn frame(message: &impl Serialize) -> Frame {
    Frame::must_arrive(json(message))
}

/// These types have string keys and finite depth, so that nothing can fail.
fn json(message: &impl Serialize) -> String {
    serde_json::to_string(message).unwrap_or_default()
}
