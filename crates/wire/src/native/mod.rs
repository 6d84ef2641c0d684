//! Matinee's own dialect: `docs/protocol.md`.
//!
//! [`message`] has the messages as they stand on the wire, `forms` how what they carry looks, [`queue`] those of the
//! queue, [`extras`] what is told of a film's extras over HTTP; this file says which meaning each message has.

pub mod extras;
mod forms;
pub mod message;
mod queue;
mod readiness;
mod skew;
#[cfg(test)]
mod types;
mod waiting;

use crate::frame::{Frame, Reply, Slot};
use crate::request::{Door, Hello, Malformed, Place, Request, Which, Who};
use crate::speech::{Ear, Scene, Share, Speech};
use matinee_room::{
    Channel, Client, Command, Configure, EntryId, Event, FilmId, Happening, MemberId, Room, Skew, Stay, Whom,
};
use message::{ClientMessage, ServerMessage};

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
            ..Client::default()
        }
    }

    fn stay(&self) -> Stay {
        Stay::Kept
    }

    fn decode(&self, text: &str, _place: Option<&Place>) -> Result<Request, Malformed> {
        decode(text)
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

/// The film that is named in one of the two ways.
fn which(film: Option<String>, url: Option<String>) -> Result<Which, Malformed> {
    match (film, url) {
        (Some(film), None) => Ok(Which::Here(film)),
        (None, Some(url)) => Ok(Which::Elsewhere(url)),
        _ => Err(Malformed::Message {
            reason: "give either `film` or `url`".to_owned(),
        }),
    }
}

/// What a client means by a text message.
///
/// # Errors
/// [`Malformed`] for all that is not one of [`ClientMessage`].
fn decode(text: &str) -> Result<Request, Malformed> {
    let message: ClientMessage = serde_json::from_str(text).map_err(|error| Malformed::of(&error))?;
    let command = |id, command| Request::Command {
        id: Some(id),
        command,
    };
    Ok(match message {
        ClientMessage::Hello {
            protocol,
            name,
            tab,
            password,
            since,
        } => {
            if protocol != message::VERSION {
                return Err(Malformed::Version {
                    ours: message::VERSION,
                });
            }
            Request::Hello(Hello {
                door: Door::Here,
                who: Who::Visitor,
                name,
                tab: Some(tab),
                password,
                since: since.unwrap_or(0),
            })
        }
        ClientMessage::Clock { t0 } => Request::Clock { t0 },
        ClientMessage::Say { id, text, reply_to } => command(
            id,
            match reply_to {
                Some(to) => Command::Reply { text, to },
                None => Command::Say { text },
            },
        ),
        ClientMessage::React { emoji } => Request::Command {
            id: None,
            command: Command::React(emoji),
        },
        ClientMessage::Play { id, seen } => command(id, Command::Play { seen }),
        ClientMessage::Pause { id, seen } => command(id, Command::Pause { seen }),
        ClientMessage::Seek {
            id,
            seen,
            position_ms,
        } => command(id, Command::Seek { seen, position_ms }),
        ClientMessage::Rate { id, seen, rate } => command(id, Command::Rate { seen, rate }),
        ClientMessage::Pick { id, film } => Request::Pick {
            id: Some(id),
            film: Which::Here(film),
        },
        ClientMessage::Link { id, url } => Request::Pick {
            id: Some(id),
            film: Which::Elsewhere(url),
        },
        ClientMessage::QueueAdd { id, film, url, next } => Request::Add {
            id: Some(id),
            film: which(film, url)?,
            next: next.unwrap_or(false),
        },
        ClientMessage::QueueMove { id, entry, before } => command(
            id,
            Command::Move {
                entry: EntryId(entry),
                before: before.map(EntryId),
            },
        ),
        ClientMessage::QueueRemove { id, entry } => command(id, Command::Remove(EntryId(entry))),
        ClientMessage::QueueClear { id } => command(id, Command::Clear),
        ClientMessage::QueueNext { id, seen, entry } => command(
            id,
            Command::Next {
                seen,
                entry: entry.map(EntryId),
            },
        ),
        ClientMessage::QueueStay { id } => command(id, Command::Stay),
        ClientMessage::Repeat { id, repeat } => command(id, Command::Repeat(repeat.into())),
        ClientMessage::Skip { id, seen, skip } => command(id, Command::Skip { seen, skip }),
        ClientMessage::Undo { id, number } => command(id, Command::Undo { number }),
        ClientMessage::ReadyCheck { id } => command(id, Command::AskReady),
        ClientMessage::Ready { id, ready } => command(id, Command::Ready(ready)),
        ClientMessage::ReadyCancel { id } => command(id, Command::StopAsking),
        ClientMessage::Ended { film } => Request::Command {
            id: None,
            command: Command::Ended(FilmId::new(film)),
        },
        ClientMessage::Length { film, duration_ms } => Request::Command {
            id: None,
            command: Command::Length {
                film: FilmId::new(film),
                duration_ms,
            },
        },
        ClientMessage::Stalled { stalled, buffered_ms } => Request::Command {
            id: None,
            command: Command::Stalled { stalled, buffered_ms },
        },
        ClientMessage::Skew {
            mean_ms,
            p50_ms,
            p95_ms,
        } => match Skew::of_ms(mean_ms, p50_ms, p95_ms) {
            Some(skew) => Request::Command {
                id: None,
                command: Command::Measured(skew),
            },
            None => Request::Answer(Vec::new()),
        },
        ClientMessage::HearSkews { hear } => Request::Command {
            id: None,
            command: Command::HearSkews(hear),
        },
        ClientMessage::Alone { id, alone } => command(id, Command::Alone(alone.map(Into::into))),
        ClientMessage::Data { .. } => {
            let message::Data { to, data } =
                serde_json::from_str(text).map_err(|error| Malformed::of(&error))?;
            Request::Command {
                id: None,
                command: Command::Pass {
                    channel: Channel::Data,
                    to: to.map(|id| Whom::Member(MemberId(id))),
                    text: data.get().into(),
                },
            }
        }
        ClientMessage::Rename { id, name } => command(id, Command::Rename(name)),
        ClientMessage::Host { id, member, host } => command(
            id,
            Command::Host {
                member: MemberId(member),
                host,
            },
        ),
        ClientMessage::Settings {
            id,
            name,
            password,
            newcomers_may_control,
            who_controls,
            who_adds,
            closed,
            slow_s,
            wait_seconds,
        } => Request::Settings {
            id: Some(id),
            change: Configure {
                name,
                password: None,
                newcomers_may_control,
                who_controls: who_controls.map(Into::into),
                who_adds: who_adds.map(Into::into),
                closed_to_newcomers: closed,
                slow_s,
                wait_seconds,
            },
            password,
        },
        ClientMessage::Mute { id, member, minutes } => {
            let member = MemberId(member);
            command(id, Command::Mute { member, minutes })
        }
        ClientMessage::Unmute { id, member } => command(id, Command::Unmute(MemberId(member))),
        ClientMessage::Kick { id, member } => command(id, Command::Kick(MemberId(member))),
        ClientMessage::Ban { id, member, address } => command(
            id,
            Command::Ban {
                member: MemberId(member),
                by_network: address.unwrap_or(true),
            },
        ),
        ClientMessage::Unban { id, ban } => command(id, Command::Unban(ban)),
        ClientMessage::Bans { id } => command(id, Command::ListBans),
        ClientMessage::Leave => Request::Leave,
    })
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

fn welcome(room: &Room, you: MemberId, since: u64) -> ServerMessage {
    ServerMessage::Welcome {
        protocol: message::VERSION,
        you: you.0,
        last_command: room.member(you).map_or(0, |member| member.last_command),
        room: room.into(),
        members: room
            .members()
            .iter()
            .map(|member| message::Member::of(room, member))
            .collect(),
        playback: Box::new(room.playback().into()),
        log: room.log().since(since).map(Into::into).collect(),
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
