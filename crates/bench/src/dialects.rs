//! Coming into a room in each system's words, and staying there.

use crate::contestants::Server;
use crate::frame;
use crate::http;
use crate::link::Door;
use crate::party;
use crate::swarm::{Id, Swarm};
use anyhow::{Context, bail};
use serde_json::Value;

/// Who comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    Native,
    StreamGo,
    StreamingRoom,
    PartySockets1,
    PartySockets2,
    VideoSync,
    Goblet,
}

impl Client {
    pub(crate) const ALL: [Self; 7] = [
        Self::Native,
        Self::StreamGo,
        Self::StreamingRoom,
        Self::PartySockets1,
        Self::PartySockets2,
        Self::VideoSync,
        Self::Goblet,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Native => "the page's own protocol",
            Self::StreamGo => "StreamGo",
            Self::StreamingRoom => "Streaming Room",
            Self::PartySockets1 => "Party-Sockets 1",
            Self::PartySockets2 => "Party-Sockets 2",
            Self::VideoSync => "VideoSync",
            Self::Goblet => "Goblet (Socket.IO)",
        }
    }

    /// Comes into `room`, or makes one. The room, to send others into.
    pub(crate) fn come(
        self,
        swarm: &mut Swarm,
        server: &Server,
        number: usize,
        room: Option<&str>,
    ) -> anyhow::Result<(Id, String)> {
        match self {
            Self::Native => native(swarm, server, number, room),
            Self::StreamGo => stream_go(swarm, server, number, room),
            Self::StreamingRoom => streaming_room(swarm, server, number, room),
            Self::PartySockets1 => party_sockets(swarm, server, "/", room),
            Self::PartySockets2 => party_sockets(swarm, server, "/v2", room),
            Self::VideoSync => video_sync(swarm, server, number, room),
            Self::Goblet => goblet(swarm, server, number),
        }
    }
}

fn say(swarm: &mut Swarm, id: Id, text: &str) {
    let mut bytes = Vec::new();
    frame::put_text(&mut bytes, text.as_bytes());
    swarm.send(id, &bytes);
}

/// Waits for a message that begins so. A refusal in its place is an error with its words.
fn told(swarm: &mut Swarm, id: Id, beginning: &str) -> anyhow::Result<String> {
    let text = swarm.wait_for(id, |text| {
        let text = std::str::from_utf8(text).ok()?;
        (text.starts_with(beginning) || text.starts_with(REFUSED)).then(|| text.to_owned())
    })?;
    if text.starts_with(REFUSED) {
        bail!("{}", field(&text, "message")?);
    }
    Ok(text)
}

/// How a refusal of the page's protocol begins.
const REFUSED: &str = r#"{"type":"refused""#;

fn field(json: &str, name: &str) -> anyhow::Result<String> {
    let value: Value = serde_json::from_str(json)?;
    let text = value.get(name).and_then(Value::as_str);
    Ok(text
        .with_context(|| format!("there is no {name} in {json}"))?
        .to_owned())
}

fn native(
    swarm: &mut Swarm,
    server: &Server,
    number: usize,
    room: Option<&str>,
) -> anyhow::Result<(Id, String)> {
    let code = match room {
        Some(room) => room.to_owned(),
        None => field(
            &http::ask(server.address, "POST", "/api/rooms", number, "{}")?,
            "code",
        )?,
    };
    let id = swarm.open(&Door::at(server.address, format!("/api/rooms/{code}/ws")))?;
    let hello = format!(r#"{{"type":"hello","protocol":1,"name":"Member {number}","tab":"{number}"}}"#);
    say(swarm, id, &hello);
    told(swarm, id, r#"{"type":"welcome""#)?;
    Ok((id, code))
}

fn stream_go(
    swarm: &mut Swarm,
    server: &Server,
    number: usize,
    room: Option<&str>,
) -> anyhow::Result<(Id, String)> {
    let id = swarm.open(&stream_go_door(server, number, room))?;
    let party = told(swarm, id, "party:")?;
    let code = field(party.trim_start_matches("party:"), "code")?;
    Ok((id, code))
}

/// Where a client of StreamGo comes in: all that it says is in the handshake.
pub(crate) fn stream_go_door(server: &Server, number: usize, room: Option<&str>) -> Door {
    let protocol = match room {
        Some(code) => format!("j#1#Member%20{number}#{code}#"),
        None => format!("c#1#Member%20{number}##Film%20night#0"),
    };
    Door::at(server.address, "/").with("Sec-WebSocket-Protocol", protocol)
}

fn streaming_room(
    swarm: &mut Swarm,
    server: &Server,
    number: usize,
    room: Option<&str>,
) -> anyhow::Result<(Id, String)> {
    let code = room.map_or_else(|| format!("films-{number}"), str::to_owned);
    // One address may name only so many rooms that are not there yet.
    let door = Door::at(server.address, "/").with("X-Forwarded-For", http::address(number));
    let id = swarm.open(&door)?;
    let join = format!(
        r#"{{"type":"join-room","roomId":"{code}","userId":"user-{number}","userName":"Member {number}"}}"#
    );
    say(swarm, id, &join);
    told(swarm, id, r#"{"type":"room-joined""#)?;
    Ok((id, code))
}

fn party_sockets(
    swarm: &mut Swarm,
    server: &Server,
    path: &str,
    room: Option<&str>,
) -> anyhow::Result<(Id, String)> {
    let id = swarm.open(&Door::at(server.address, path))?;
    let code = party::come_in(swarm, id, room, 1_000)?;
    Ok((id, code))
}

fn video_sync(
    swarm: &mut Swarm,
    server: &Server,
    number: usize,
    room: Option<&str>,
) -> anyhow::Result<(Id, String)> {
    let key = match room {
        Some(room) => room.to_owned(),
        None => field(
            &http::ask(server.address, "POST", "/api/sessions", number, "{}")?,
            "sessionKey",
        )?,
    };
    let id = swarm.open(&Door::at(server.address, format!("/ws?sessionKey={key}")))?;
    told(swarm, id, r#"{"type":"init""#)?;
    Ok((id, key))
}

fn goblet(swarm: &mut Swarm, server: &Server, number: usize) -> anyhow::Result<(Id, String)> {
    // Who has no cookie only listens, and is no member.
    let cookie = http::cookie(server.address, "/id", number)?;
    let door = Door::at(server.address, "/socket.io/?EIO=4&transport=websocket");
    let door = door.with("X-Forwarded-For", http::address(number));
    let id = swarm.open(&door.with("Cookie", cookie))?;
    told(swarm, id, "0{")?;
    say(swarm, id, "40");
    told(swarm, id, "40{")?;
    Ok((id, String::new()))
}

/// What a client has to answer to a message, so that the server keeps it: other systems have pings of their own.
pub(crate) fn answer_to(text: &[u8]) -> Option<&'static str> {
    match text {
        b"ping" => Some("pong"),
        b"2" => Some("3"),
        _ => None,
    }
}
