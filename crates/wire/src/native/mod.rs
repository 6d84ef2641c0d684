//! Matinee's own dialect: `docs/protocol.md`.
//!
//! [`message`] has the messages as they stand on the wire, [`queue`] those of the queue, [`extras`] what is told of a
//! film's extras over HTTP; this file says which meaning each message has.

pub mod extras;
pub mod message;
mod queue;
mod readiness;
#[cfg(test)]
mod types;

use crate::frame::{Frame, Reply, Slot};
use crate::request::{Door, Hello, Malformed, Place, Request, Who};
use crate::speech::{Ear, Scene, Speech};
use matinee_room::{
    Channel, Client, Command, Configure, EntryId, Event, FilmId, Happening, LineKind, MemberId, Room, Stay,
    Whom,
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

    fn encode(&self, scene: &Scene<'_>, event: &Event, _ear: &Ear<'_>) -> Vec<Frame> {
        encode(scene.room, event)
    }

    fn refused(&self, _seated: bool, command: Option<u64>, code: &str, message: &str) -> Reply {
        Reply::one(Frame::must_arrive(json(&ServerMessage::Refused {
            id: command,
            code: code.to_owned(),
            message: message.to_owned(),
        })))
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
        ClientMessage::Say { id, text } => command(id, Command::Say { text }),
        ClientMessage::Play { id, seen } => command(id, Command::Play { seen }),
        ClientMessage::Pause { id, seen } => command(id, Command::Pause { seen }),
        ClientMessage::Seek {
            id,
            seen,
            position_ms,
        } => command(id, Command::Seek { seen, position_ms }),
        ClientMessage::Rate { id, seen, rate } => command(id, Command::Rate { seen, rate }),
        ClientMessage::Pick { id, film } => Request::Pick { id: Some(id), film },
        ClientMessage::QueueAdd { id, film, next } => Request::Add {
            id: Some(id),
            film,
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
        ClientMessage::Link { id, url } => Request::Link { id: Some(id), url },
        ClientMessage::Length { film, duration_ms } => Request::Command {
            id: None,
            command: Command::Length {
                film: FilmId::new(film),
                duration_ms,
            },
        },
        ClientMessage::Stalled { stalled } => Request::Command {
            id: None,
            command: Command::Stalled(stalled),
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
        } => Request::Settings {
            id: Some(id),
            change: Configure {
                name,
                password: None,
                newcomers_may_control,
                who_controls: who_controls.map(Into::into),
                who_adds: who_adds.map(Into::into),
            },
            password,
        },
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
                    member: member.into(),
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
        members: room.members().iter().map(Into::into).collect(),
        playback: Box::new(room.playback().into()),
        log: room.log().since(since).map(Into::into).collect(),
        uploads: room.uploads().map(Into::into).collect(),
        queue: queue::told(room.queue()),
        undo: room.queue().undo().map(Into::into),
        votes: queue::votes(room),
        ready_check: room.ready_check().map(Into::into),
    }
}

/// A message as JSON. These types have string keys and finite depth, so that nothing can fail; were it to,
/// the client would get an empty message rather than the server an end.
fn json(message: &ServerMessage) -> String {
    serde_json::to_string(message).unwrap_or_default()
}

impl From<&Room> for message::RoomInfo {
    fn from(room: &Room) -> Self {
        Self {
            code: room.code().to_string(),
            name: room.settings().name.clone(),
            locked: room.settings().password.is_some(),
            newcomers_may_control: room.settings().newcomers_may_control,
            who_controls: room.settings().who_controls.into(),
            who_adds: room.settings().who_adds.into(),
        }
    }
}

impl From<matinee_room::WhoMay> for message::WhoMay {
    fn from(who: matinee_room::WhoMay) -> Self {
        match who {
            matinee_room::WhoMay::Hosts => Self::Hosts,
            matinee_room::WhoMay::Everybody => Self::Everybody,
        }
    }
}

impl From<message::WhoMay> for matinee_room::WhoMay {
    fn from(who: message::WhoMay) -> Self {
        match who {
            message::WhoMay::Hosts => Self::Hosts,
            message::WhoMay::Everybody => Self::Everybody,
        }
    }
}

impl From<&matinee_room::Member> for message::Member {
    fn from(member: &matinee_room::Member) -> Self {
        Self {
            id: member.id.0,
            name: member.name.clone(),
            host: member.host,
            away: member.is_away(),
            stalled: member.stalled,
            alone: member.watches_alone().map(Into::into),
            client: member.client.name.clone(),
            chats: member.client.chats,
            plays: member.client.plays,
            brings_film: member.client.brings_film,
        }
    }
}

impl From<matinee_room::Alone> for message::Alone {
    fn from(alone: matinee_room::Alone) -> Self {
        match alone {
            matinee_room::Alone::UntilBack => Self::UntilBack,
            matinee_room::Alone::UntilPlay => Self::UntilPlay,
        }
    }
}

impl From<message::Alone> for matinee_room::Alone {
    fn from(alone: message::Alone) -> Self {
        match alone {
            message::Alone::UntilBack => Self::UntilBack,
            message::Alone::UntilPlay => Self::UntilPlay,
        }
    }
}

impl From<&matinee_room::Playback> for message::Playback {
    fn from(playback: &matinee_room::Playback) -> Self {
        Self {
            film: playback.film.as_ref().map(|film| message::Film {
                id: film.id.to_string(),
                title: film.title.clone(),
                url: film.url.clone(),
                kind: film.kind.into(),
                duration_ms: film.duration_ms,
                stream: playback.stream.as_ref().map(Into::into),
                extras: playback.extras.clone(),
            }),
            position_ms: playback.position_ms,
            rate: playback.rate,
            paused: playback.paused,
            at_ms: playback.at.0,
            revision: playback.revision,
        }
    }
}

impl From<matinee_room::FilmKind> for message::FilmKind {
    fn from(kind: matinee_room::FilmKind) -> Self {
        match kind {
            matinee_room::FilmKind::File => Self::File,
            matinee_room::FilmKind::Hls => Self::Hls,
            matinee_room::FilmKind::Youtube => Self::Youtube,
        }
    }
}

impl From<&matinee_room::Stream> for message::Stream {
    fn from(stream: &matinee_room::Stream) -> Self {
        use matinee_room::Stream;
        match stream.clone() {
            Stream::Looking => Self::Looking,
            Stream::Waiting { ahead } => Self::Waiting {
                ahead: u32::try_from(ahead).unwrap_or(u32::MAX),
            },
            Stream::Making { percent, url } => Self::Making { percent, url },
            Stream::Ready { url } => Self::Ready { url },
            Stream::Failed { message } => Self::Failed { message },
            Stream::Unavailable { message } => Self::Unavailable { message },
        }
    }
}

impl From<&matinee_room::Line> for message::Line {
    fn from(line: &matinee_room::Line) -> Self {
        Self {
            seq: line.seq,
            at_ms: line.at.0,
            member: line.member.0,
            name: line.name.clone(),
            what: match &line.kind {
                LineKind::Said { text } => message::Said::Said { text: text.clone() },
                LineKind::Joined => message::Said::Joined,
                LineKind::Left => message::Said::Left,
                LineKind::Picked { title } => message::Said::Picked { title: title.clone() },
                LineKind::Paused { position_ms } => message::Said::Paused {
                    position_ms: *position_ms,
                },
                LineKind::Alone => message::Said::Alone,
                LineKind::InStep => message::Said::InStep,
            },
        }
    }
}

impl From<&matinee_room::UploadProgress> for message::Upload {
    fn from(upload: &matinee_room::UploadProgress) -> Self {
        Self {
            id: upload.id.0,
            member: upload.member.0,
            title: upload.title.clone(),
            received_bytes: upload.received_bytes,
            total_bytes: upload.total_bytes,
            paused: upload.paused,
            url: upload.key.as_ref().map(|key| format!("/api/uploads/{key}")),
        }
    }
}
