//! The dialect of VideoSync: `docs/dialects/videosync.md`.
//!
//! A session is a room, its key the room's code. Whoever brings the session's host token is host. The room's
//! one position is told whenever it changes, always as it is at that moment. [`message`] has the messages as
//! they stand on the wire; what goes over plain HTTP uses [`state`] and [`address`].

pub mod message;

use crate::Dialect;
use crate::frame::{Close, Frame, Reply, Slot};
use crate::opening::{Handshake, Opening};
use crate::request::{Door, Hello, Malformed, Place, Request, Who};
use crate::speech::{Ear, Scene, Share, Speech};
use matinee_room::{
    Audience, Client, Command, Event, Happening, MemberId, Playback, Room, Seen, Timestamp, limits,
};
use message::{ClientMessage, PlayerState, ServerMessage, State};

/// What its clients are called.
const NAME: &str = "VideoSync";

/// Members have no names in this protocol.
const VIEWER: &str = "Viewer";

/// What a session's room is called.
pub const ROOM: &str = "Watch party";

/// Bytes of a host token. A longer one is nobody's.
const TOKEN_BYTES_MAX: usize = 64;

/// The close code and reason for who cannot be let in.
const NOT_LET_IN: u16 = 4001;
const INVALID: &str = "invalid_session";

fn not_let_in(reason: &'static str) -> Reply {
    Reply {
        frames: Vec::new(),
        close: Some(Close {
            code: NOT_LET_IN,
            reason,
        }),
    }
}

/// The dialect, in the words of one generation of its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VideoSync {
    /// Those who come by `sessionKey` and are told `state_update`.
    Older,
    /// Those who come by `sessionID` and are told `stateUpdate`.
    Newer,
}

impl Speech for VideoSync {
    fn name(&self) -> &'static str {
        NAME
    }

    fn client(&self) -> Client {
        Client {
            name: NAME.to_owned(),
            chats: false,
            plays: true,
            nameless: true,
            ..Client::default()
        }
    }

    fn opening(&self, handshake: &Handshake<'_>) -> Option<Opening> {
        let (dialect, key) = match self {
            Self::Older => (Dialect::VideoSync, "sessionKey"),
            Self::Newer => (Dialect::VideoSyncNewer, "sessionID"),
        };
        // Newer clients come to the address of the film.
        let path = handshake.path;
        let ours = path == "/ws" || (path.starts_with("/video/") && path.ends_with("/ws"));
        let key = value(handshake.query, key).filter(|_| ours)?;
        let hello = hello(key, value(handshake.query, "hostToken"));
        Some(Opening {
            first: Some(Ok(Request::Hello(hello))),
            ..Opening::of(dialect)
        })
    }

    fn decode(&self, text: &str, _place: Option<&Place>) -> Result<Request, Malformed> {
        decode(text)
    }

    fn encode(&self, scene: &Scene<'_>, event: &Event, ear: &Ear<'_>) -> Vec<Frame> {
        // What is told is right when it is heard, for older clients take it as it is.
        let heard = scene.now.plus_ms(latency_ms(ear).into());
        let state = || state(scene.room.playback(), heard, ear.base_url);
        let update = || self.update(state(), heard);
        let init = |member| {
            Frame::must_arrive(json(&ServerMessage::Init {
                is_host: is_host(scene.room, member),
                state: state(),
                timestamp: heard.0,
            }))
        };
        match &event.what {
            // Older clients take nothing but their role from it.
            Happening::Welcome { member, .. } => vec![init(*member), update()],
            // They have no names, and are gone when they are away: nothing else changes about them.
            Happening::Changed(member) if is(ear, *member) => vec![init(*member)],
            Happening::Rights => ear.member.map(|member| init(member.id)).into_iter().collect(),
            Happening::Playback(change) if change.film || change.address => {
                let new_url = address(ear.base_url, scene.room.playback());
                let change = ServerMessage::ServerChange { new_url };
                vec![Frame::must_arrive(json(&change)), update()]
            }
            // Newer players report what they have done when told to, too. Told that again, one would undo what a
            // hand has done meanwhile; and one whose clock is wrong would add its error each time.
            Happening::Playback(_) if *self == Self::Newer && is_echo(event, ear) => Vec::new(),
            Happening::Playback(_) => vec![update()],
            Happening::Beat if *self == Self::Newer && is_echo(event, ear) => Vec::new(),
            Happening::Beat if is_for_us(scene.room, event) => vec![update()],
            _ => Vec::new(),
        }
    }

    fn share(&self, _event: &Event) -> Option<Share> {
        Some(|event, ear| {
            let own = match event.what {
                Happening::Rights => ear.member.is_some_and(|member| member.host),
                Happening::Changed(member) => is(ear, member),
                Happening::Beat | Happening::Playback(_) => is_echo(event, ear),
                _ => false,
            };
            let tells_position = matches!(
                event.what,
                Happening::Beat | Happening::Playback(_) | Happening::Rights | Happening::Changed(_)
            );
            let latency_ms = if tells_position { latency_ms(ear) } else { 0 };
            // Bounded as a latency is, it leaves room for one bit more.
            (2 * latency_ms + u32::from(own), ear.base_url)
        })
    }

    fn acts_at_once(&self) -> bool {
        true
    }

    fn refused(&self, seated: bool, _command: Option<u64>, code: &str, _message: &str) -> Reply {
        if seated {
            return Reply::default();
        }
        not_let_in(match code {
            "room_full" | "server_full" => "session_full",
            "internal" => "internal_error",
            _ => INVALID,
        })
    }

    fn put_out(&self, _banned: bool) -> Reply {
        not_let_in(INVALID)
    }
}

impl VideoSync {
    fn update(self, state: State, now: Timestamp) -> Frame {
        let timestamp = now.0;
        let update = match self {
            Self::Older => ServerMessage::StateUpdate { state, timestamp },
            Self::Newer => ServerMessage::NewerStateUpdate { state, timestamp },
        };
        Frame::latest(Slot::Playback, json(&update))
    }
}

fn latency_ms(ear: &Ear<'_>) -> u32 {
    ear.member.map_or(0, |member| member.latency_ms)
}

fn is(ear: &Ear<'_>, id: MemberId) -> bool {
    ear.member.is_some_and(|member| member.id == id)
}

/// Their clients control if they are hosts, and not else.
fn is_host(room: &Room, id: MemberId) -> bool {
    room.may_control(id).is_ok()
}

/// Whether somebody hears what they have said themselves, and everybody hears.
fn is_echo(event: &Event, ear: &Ear<'_>) -> bool {
    event.to == Audience::All && event.cause.is_some_and(|cause| is(ear, cause.member))
}

/// Whether one of our clients asked to be told, or told what was the case already. Others' reports are theirs.
fn is_for_us(room: &Room, event: &Event) -> bool {
    let asker = event.cause.and_then(|cause| room.member(cause.member));
    asker.is_some_and(|asker| asker.client.name == NAME) || matches!(event.to, Audience::Only(_))
}

/// Somebody who wants to come into the session of this key.
fn hello(key: String, token: Option<String>) -> Hello {
    let token = token.filter(|token| !token.is_empty() && token.len() <= TOKEN_BYTES_MAX);
    Hello {
        door: Door::Room(key),
        who: token.map_or(Who::Anybody, Who::Bearer),
        name: VIEWER.to_owned(),
        tab: None,
        password: None,
        since: Seen::default(),
    }
}

/// What a client means by a text message.
fn decode(text: &str) -> Result<Request, Malformed> {
    let message: ClientMessage = serde_json::from_str(text).map_err(|error| Malformed::of(&error))?;
    let command = match message {
        ClientMessage::StateUpdate { state } => {
            let PlayerState {
                paused,
                current_time,
                playback_rate,
            } = state;
            Command::Lead {
                position_ms: position_ms(current_time)?,
                paused,
                rate: playback_rate,
                // They tell what somebody has just done, and nothing in between.
                force: true,
                text: None,
            }
        }
        ClientMessage::ForceSync { current_time } => Command::Resync {
            position_ms: position_ms(current_time)?,
        },
        ClientMessage::Heartbeat => return Ok(Request::Answer(vec![heartbeat_ack()])),
        // Nothing of ours waits for it.
        ClientMessage::HeartbeatAck => return Ok(Request::Answer(Vec::new())),
    };
    Ok(Request::Command { id: None, command })
}

fn heartbeat_ack() -> Frame {
    Frame::must_arrive(json(&ServerMessage::HeartbeatAck))
}

fn position_ms(seconds: f64) -> Result<u64, Malformed> {
    let ms = (seconds * 1e3).round();
    if (0.0..=limits::DURATION_MS_MAX as f64).contains(&ms) {
        Ok(ms as u64)
    } else {
        Err(Malformed::Rule("No film has such a position.".into()))
    }
}

/// What plays, for somebody who reaches the server at `base_url`: right for `now`.
#[must_use]
pub fn state(playback: &Playback, now: Timestamp, base_url: &str) -> State {
    State {
        paused: playback.paused,
        current_time: playback.heading_at(now) as f64 / 1e3,
        playback_rate: playback.rate,
        streaming_url: address(base_url, playback),
        host_token: "",
        last_updated: now.0,
    }
}

/// Where the film is, for somebody who reaches the server at `base_url`. Another film has another address, and
/// the same one gets another when its founder wants it. Our own addresses have no slash at the end, and clients
/// may put `/video`, `/api/video` or `/ws` behind them.
#[must_use]
pub fn address(base_url: &str, playback: &Playback) -> String {
    match &playback.film {
        Some(film) if film.url.starts_with("http://") || film.url.starts_with("https://") => film.url.clone(),
        Some(film) => format!("{base_url}/video/{}.{}", film.id, playback.moves),
        None => no_film(base_url),
    }
}

/// An address of ours at which there is no film, for somebody who reaches the server at `base_url`.
#[must_use]
pub fn no_film(base_url: &str) -> String {
    format!("{base_url}/video/none")
}

/// The first value of this name in a query. What is no text in it is no text of ours either.
fn value(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(found, _)| found == name)
        .map(|(_, value)| value.into_owned())
}

fn json(message: &ServerMessage) -> String {
    // These types have string keys and finite depth, so that nothing can fail.
    serde_json::to_string(message).unwrap_or_default()
}

#[cfg(test)]
mod tests;
