//! Matinee's own dialect: `docs/protocol.md`.
//!
//! | file | owns |
//! |---|---|
//! | this | which messages tell an event |
//! | [`message`] | the messages, as they stand on the wire |
//! | `queue`, `readiness`, `skew`, `waiting` | what they carry of the queue, of who is ready, of how far off players are, of whom the film waits for |
//! | [`extras`] | what is told of a film's extras over HTTP |
//! | `forms` | what a room has, in the form that messages carry it in |
//! | `meaning` | what a client means |
//! | `types` | the page's TypeScript types |

pub mod extras;
mod forms;
mod meaning;
pub mod message;
mod queue;
mod readiness;
mod skew;
#[cfg(test)]
mod types;
mod waiting;

use crate::frame::{Frame, Reply, Slot};
use crate::request::{Malformed, Place, Request};
use crate::speech::{Ear, Scene, Share, Speech};
use matinee_room::{Channel, Client, Event, Happening, MemberId, Room, Seen, Stay};
use message::ServerMessage;

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct Native;

impl Speech for Native {
    fn name(&self) -> &'static str {
        "Matinee"
    }

    fn client(&self) -> Client {
        Client {
            name: self.name().to_owned(),
            chats: true,
            plays: true,
            answers: true,
            streams: true,
            ..Client::default()
        }
    }

    fn stay(&self) -> Stay {
        Stay::Kept
    }

    fn decode(&self, text: &str, _place: Option<&Place>) -> Result<Request, Malformed> {
        meaning::of(text)
    }

    fn encode(&self, scene: &Scene<'_>, event: &Event, ear: &Ear<'_>) -> Vec<Frame> {
        if event.what == Happening::Skews && !hears_skews(ear) {
            return Vec::new();
        }
        encode(scene.room, event)
    }

    fn share(&self, event: &Event) -> Option<Share> {
        (event.what == Happening::Skews).then_some(|_, ear| (u32::from(hears_skews(ear)), ""))
    }

    fn refused(&self, _seated: bool, command: Option<u64>, code: &str, message: &str) -> Reply {
        Reply::one(Frame::must_arrive(json(&ServerMessage::Refused {
            id: command,
            code: code.to_owned(),
            message: message.to_owned(),
        })))
    }
}

fn hears_skews(ear: &Ear<'_>) -> bool {
    ear.member.is_some_and(|member| member.hears_skews)
}

/// The messages that tell an event.
fn encode(room: &Room, event: &Event) -> Vec<Frame> {
    let frame = match &event.what {
        Happening::Welcome { member, since, .. } => Frame::must_arrive(json(&welcome(room, *member, *since))),
        Happening::Joined(id) | Happening::Changed(id) | Happening::Streaming(id) => match room.member(*id) {
            Some(member) => {
                let message = ServerMessage::Member {
                    member: message::Member::of(room, member),
                };
                Frame::latest(Slot::Member(id.0), json(&message))
            }
            // Gone again within the same input; its `Left` follows.
            None => return Vec::new(),
        },
        Happening::Left(left) => Frame::latest(
            Slot::Member(left.id.0),
            json(&ServerMessage::Left { member: left.id.0 }),
        ),
        Happening::Playback(_) => {
            let message = ServerMessage::Playback {
                playback: room.playback().into(),
                by: event.cause.map(|cause| cause.member.0),
                command: event.cause.and_then(|cause| cause.command),
            };
            Frame::latest(Slot::Playback, json(&message))
        }
        Happening::Stream => match &room.playback().film {
            Some(film) => {
                let message = ServerMessage::Stream {
                    film: film.id.to_string(),
                    stream: room.playback().stream.as_ref().map(Into::into),
                };
                Frame::latest(Slot::Stream, json(&message))
            }
            None => return Vec::new(),
        },
        Happening::Extras => match &room.playback().film {
            Some(film) => {
                let message = ServerMessage::Extras {
                    film: film.id.to_string(),
                    url: room.playback().extras.clone(),
                };
                Frame::latest(Slot::Extras, json(&message))
            }
            None => return Vec::new(),
        },
        Happening::Settings => {
            Frame::latest(Slot::Settings, json(&ServerMessage::Room { room: room.into() }))
        }
        Happening::Queue => {
            let queue = room.queue().into();
            Frame::latest(Slot::Queue, json(&ServerMessage::Queue { queue }))
        }
        Happening::Undo => {
            let undo = room.queue().undo().map(Into::into);
            Frame::latest(Slot::Undo, json(&ServerMessage::Undo { undo }))
        }
        Happening::Votes => {
            let votes = queue::votes(room);
            Frame::latest(Slot::Votes, json(&ServerMessage::Votes { votes }))
        }
        Happening::ReadyCheck => {
            let check = room.ready_check().map(Into::into);
            Frame::latest(Slot::ReadyCheck, json(&ServerMessage::ReadyCheck { check }))
        }
        Happening::Reactions(reactions) => {
            // Each counts: the next one does not make it needless.
            let reactions = reactions.iter().map(Into::into).collect();
            Frame::must_arrive(json(&ServerMessage::Reactions { reactions }))
        }
        Happening::Bans => {
            let bans = room.bans().map(Into::into).collect();
            Frame::latest(Slot::Bans, json(&ServerMessage::Bans { bans }))
        }
        Happening::Waiting => {
            let waiting = room.hold().map(Into::into);
            Frame::latest(Slot::Waiting, json(&ServerMessage::Waiting { waiting }))
        }
        Happening::Skews => {
            let skews = skew::skews(room);
            Frame::latest(Slot::Skews, json(&ServerMessage::Skews { skews }))
        }
        Happening::Line(line) => Frame::must_arrive(json(&ServerMessage::Line { line: line.into() })),
        Happening::Uploads => {
            let uploads = room.uploads().map(Into::into).collect();
            Frame::latest(Slot::Uploads, json(&ServerMessage::Uploads { uploads }))
        }
        Happening::Passed { from, channel, text } if *channel == Channel::Data => {
            match serde_json::from_str(text).map(message::Opaque) {
                Ok(data) => Frame::must_arrive(json(&ServerMessage::Data { from: from.0, data })),
                Err(_) => return Vec::new(),
            }
        }
        Happening::Passed { .. }
        | Happening::Measured(_)
        | Happening::PutOut { .. }
        | Happening::Beat
        | Happening::Members
        | Happening::Rights
        | Happening::State
        | Happening::Closed => return Vec::new(),
        Happening::Done => match event.cause.and_then(|cause| cause.command) {
            Some(id) => Frame::must_arrive(json(&ServerMessage::Done { id })),
            None => return Vec::new(),
        },
    };
    vec![frame]
}

/// The answer to `clock`.
#[must_use]
pub fn clock(t0: f64, t1: f64, t2: f64) -> Frame {
    Frame::must_arrive(json(&ServerMessage::Clock { t0, t1, t2 }))
}

fn welcome(room: &Room, you: MemberId, since: Seen) -> ServerMessage {
    ServerMessage::Welcome {
        protocol: message::VERSION,
        you: you.0,
        last_command: room.member(you).map_or(0, |member| member.last_command),
        made_at_ms: room.made_at().0,
        room: room.into(),
        members: room
            .members()
            .iter()
            .map(|member| message::Member::of(room, member))
            .collect(),
        playback: Box::new(room.playback().into()),
        log: room.lines_since(since).map(Into::into).collect(),
        uploads: room.uploads().map(Into::into).collect(),
        queue: queue::told(room.queue()),
        undo: room.queue().undo().map(Into::into),
        votes: queue::votes(room),
        ready_check: room.ready_check().map(Into::into),
        waiting: room.hold().map(Into::into),
    }
}

/// A message as JSON. These types have string keys and finite depth, so that nothing can fail; were it to,
/// the client would get an empty message rather than the server an end.
fn json(message: &ServerMessage) -> String {
    serde_json::to_string(message).unwrap_or_default()
}
