//! The dialect of Streaming Room Server: `docs/dialects/streaming-room.md`.
//!
//! Rooms named by their first joiner, members by ids of their own choice, chat, and the word that somebody
//! streams. Its clients follow no film. [`message`] has the messages as they stand on the wire.

pub mod message;

use crate::frame::{Frame, Reply};
use crate::public_id;
use crate::request::{Door, Hello, Malformed, Place, Request, Who};
use crate::speech::{BANNED, Ear, KICKED, Scene, Speech};
use matinee_room::{Client, Command, Event, Happening, Member, MemberId, Room, Seen};
use message::{ClientMessage, Participant, ServerMessage};

/// What its clients are called.
const NAME: &str = "Streaming Room";

/// The types by which a first message shows that its sender speaks this dialect.
const TYPES: [&str; 7] = [
    "list-rooms",
    "join-room",
    "leave-room",
    "start-streaming",
    "stop-streaming",
    "chat-message",
    "ping",
];

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct StreamingRoom;

impl Speech for StreamingRoom {
    fn name(&self) -> &'static str {
        NAME
    }

    fn client(&self) -> Client {
        Client {
            name: NAME.to_owned(),
            chats: true,
            plays: false,
            ..Client::default()
        }
    }

    fn speaks(&self, first_text: &str) -> bool {
        serde_json::from_str::<message::Typed>(first_text)
            .is_ok_and(|message| TYPES.contains(&message.kind.as_ref()))
    }

    fn decode(&self, text: &str, place: Option<&Place>) -> Result<Request, Malformed> {
        decode(text, place)
    }

    fn encode(&self, scene: &Scene<'_>, event: &Event, _ear: &Ear<'_>) -> Vec<Frame> {
        encode(scene.room, event)
    }

    fn refused(&self, _seated: bool, _command: Option<u64>, code: &str, message: &str) -> Reply {
        let message = match code {
            "tab_taken" => "Somebody in that room has this userId. Choose another.",
            "tab_invalid" => "A userId has 1 to 64 bytes.",
            _ => message,
        };
        Reply::one(frame(&ServerMessage::Error {
            message: message.to_owned(),
        }))
    }

    fn put_out(&self, banned: bool) -> Reply {
        let close = if banned { BANNED } else { KICKED };
        let message = close.reason.to_owned();
        Reply {
            frames: vec![frame(&ServerMessage::Error { message })],
            close: Some(close),
        }
    }

    fn moves(&self) -> bool {
        true
    }
}

/// What a client means by a text message: [`Malformed`] too for what speaks of another room or as somebody
/// else.
fn decode(text: &str, place: Option<&Place>) -> Result<Request, Malformed> {
    let message: ClientMessage = serde_json::from_str(text).map_err(|error| Malformed::of(&error))?;
    let own = |room_id: &str, user_id: &str, command| match place {
        None => Err(Malformed::NotYours {
            reason: "Join a room first.",
        }),
        Some(place) if place.room != room_id => Err(Malformed::NotYours {
            reason: "You are in another room. Join this one first.",
        }),
        Some(place) if place.tab != user_id => Err(Malformed::NotYours {
            reason: "That is not your userId. Speak as yourself.",
        }),
        Some(_) => Ok(Request::Command { id: None, command }),
    };
    match message {
        ClientMessage::JoinRoom { user_id, .. } if public_id::is_taken(&user_id) => {
            Err(Malformed::NotYours {
                reason: "Ids that begin with matinee: are taken. Choose another userId.",
            })
        }
        ClientMessage::JoinRoom {
            room_id,
            user_id,
            user_name,
        } => Ok(Request::Hello(Hello {
            door: Door::Named(room_id),
            who: Who::Anybody,
            name: user_name,
            tab: Some(user_id),
            password: None,
            since: Seen::default(),
        })),
        ClientMessage::StartStreaming { room_id, user_id } => own(&room_id, &user_id, Command::Stream(true)),
        ClientMessage::StopStreaming { room_id, user_id } => own(&room_id, &user_id, Command::Stream(false)),
        ClientMessage::ChatMessage {
            room_id,
            user_id,
            content,
        } => own(&room_id, &user_id, Command::Say { text: content }),
        ClientMessage::Ping => Ok(Request::Answer(vec![frame(&ServerMessage::Pong)])),
        // Who may be in which room is nobody else's business.
        ClientMessage::ListRooms => {
            let none = ServerMessage::RoomsList { rooms: Vec::new() };
            Ok(Request::Answer(vec![frame(&none)]))
        }
        ClientMessage::LeaveRoom { .. } => Ok(Request::Leave),
    }
}

/// The messages that tell an event.
fn encode(room: &Room, event: &Event) -> Vec<Frame> {
    let message = match &event.what {
        Happening::Welcome { member, .. } => ServerMessage::RoomJoined {
            room_id: room
                .member(*member)
                .map(|member| member.calls_room.clone())
                .unwrap_or_default(),
            user_id: user_id(room, *member),
            participants: participants(room),
        },
        Happening::Joined(id) => ServerMessage::UserJoined {
            user_id: user_id(room, *id),
            user_name: room.member(*id).map(Member::called).unwrap_or_default(),
            participants: participants(room),
        },
        Happening::Left(left) => ServerMessage::UserLeft {
            user_id: public_id(left),
            participants: participants(room),
        },
        Happening::Streaming(id) if room.member(*id).is_some_and(|member| member.streaming) => {
            ServerMessage::UserStreamingStarted {
                user_id: user_id(room, *id),
                participants: participants(room),
            }
        }
        Happening::Streaming(id) => ServerMessage::UserStreamingStopped {
            user_id: user_id(room, *id),
            participants: participants(room),
        },
        Happening::Line(line) => match line.spoken() {
            Some(content) => ServerMessage::ChatMessage {
                user_id: user_id(room, line.member),
                user_name: line.called(),
                content,
                timestamp: line.at.0,
            },
            None => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    vec![frame(&message)]
}

fn participants(room: &Room) -> Vec<Participant> {
    let participant = |member: &Member| Participant {
        user_id: public_id(member),
        user_name: member.called(),
        is_streaming: member.streaming,
    };
    room.members().iter().map(participant).collect()
}

fn user_id(room: &Room, id: MemberId) -> String {
    room.member(id).map_or_else(|| public_id::of_other(id), public_id)
}

fn public_id(member: &Member) -> String {
    public_id::of(member, NAME)
}

fn frame(message: &ServerMessage) -> Frame {
    // These types have string keys and finite depth, so that nothing can fail.
    Frame::must_arrive(serde_json::to_string(message).unwrap_or_default())
}
