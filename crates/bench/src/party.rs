//! Rooms of Party-Sockets' version 2 full of members: making them, coming in, speaking.

use crate::contestants::Server;
use crate::frame;
use crate::link::Door;
use crate::payload::Payload;
use crate::swarm::{Id, Swarm};
use anyhow::bail;
use serde::Deserialize;

/// Rooms and who speaks in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) rooms: usize,
    /// Members of each.
    pub(crate) size: usize,
    /// How many of them speak.
    pub(crate) speakers: usize,
    /// How many of a speaker's messages may be on their way at once.
    pub(crate) window: u64,
}

/// Rooms whose members are connected: those of each room, the speakers first.
pub(crate) struct Rooms {
    pub(crate) swarm: Swarm,
    pub(crate) members: Vec<Vec<Id>>,
    pub(crate) shape: Shape,
}

/// What a server says to who comes in.
#[derive(Deserialize)]
struct Welcome {
    #[serde(rename = "type")]
    kind: String,
    room: Option<String>,
    message: Option<String>,
}

impl Rooms {
    /// Fills the rooms of a server.
    pub(crate) fn fill(server: &Server, shape: Shape) -> anyhow::Result<Self> {
        let mut rooms = Self {
            swarm: Swarm::new()?,
            members: Vec::new(),
            shape,
        };
        let door = Door::at(server.address, "/v2");
        for _ in 0..shape.rooms {
            let mut members = Vec::new();
            let mut code = None;
            for _ in 0..shape.size {
                let member = rooms.swarm.open(&door)?;
                let entered = come_in(&mut rooms.swarm, member, code.as_deref(), shape.size)?;
                code.get_or_insert(entered);
                members.push(member);
            }
            rooms.members.push(members);
        }
        rooms.swarm.settle(std::time::Duration::from_millis(100))?;
        Ok(rooms)
    }

    /// Who speaks, with how many hear each.
    pub(crate) fn speakers(&self) -> impl Iterator<Item = Id> {
        let speakers = self.shape.speakers;
        self.members
            .iter()
            .flat_map(move |members| members.iter().copied().take(speakers))
    }

    /// How many hear what one says.
    pub(crate) fn hearers(&self) -> u64 {
        self.shape.size as u64 - 1
    }
}

/// Makes a room, or comes into one. Its code.
pub(crate) fn come_in(
    swarm: &mut Swarm,
    member: Id,
    code: Option<&str>,
    size: usize,
) -> anyhow::Result<String> {
    let client = format!("client-{}", member.0);
    let text = match code {
        None => format!(r#"{{"type":"create","clientId":"{client}","maxClients":{size}}}"#),
        Some(code) => format!(r#"{{"type":"join","clientId":"{client}","room":"{code}"}}"#),
    };
    let mut bytes = Vec::new();
    frame::put_text(&mut bytes, text.as_bytes());
    swarm.send(member, &bytes);
    let welcome: Welcome = swarm.wait_for(member, |text| serde_json::from_slice(text).ok())?;
    match welcome.room {
        Some(room) if matches!(welcome.kind.as_str(), "created" | "joined") => Ok(room),
        _ => bail!("nobody was let in: {}", welcome.message.unwrap_or(welcome.kind)),
    }
}

/// The frame with which something is said.
pub(crate) fn put_speech(out: &mut Vec<u8>, payload: Payload) {
    let mut text = Vec::with_capacity(100);
    text.extend_from_slice(br#"{"type":"send","data":""#);
    text.extend_from_slice(&payload.text());
    text.extend_from_slice(br#""}"#);
    frame::put_text(out, &text);
}
