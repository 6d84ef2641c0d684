//! The dialect of StreamGo's parties: `docs/dialects/streamgo.md`.
//!
//! Who connects says all in the handshake's subprotocol ([`opening`]); [`message`] has what is said then. Its
//! clients play films of their own: hosts send the state of their player every second, and all others, hosts
//! too, go where they are told.

mod message;
mod opening;

use crate::frame::{Close, Frame, Reply, Slot};
use crate::opening::{Handshake, Opening};
use crate::request::{Malformed, Place, Request};
use crate::speech::{BANNED, Ear, Heartbeat, KICKED, Scene, Share, Speech};
use matinee_room::{Audience, Cause, Change, Channel, Client, Command, Event, Happening};
use message::{ClientMessage, PluginState, State};
use std::time::Duration;

/// What its clients are called.
const NAME: &str = "StreamGo";

/// How often its clients are pinged; without a ping for 34 s they give up.
const PING_EVERY: Duration = Duration::from_secs(30);

/// The dialect.
#[derive(Clone, Copy, Debug)]
pub struct StreamGo;

impl Speech for StreamGo {
    fn name(&self) -> &'static str {
        NAME
    }

    fn client(&self) -> Client {
        Client {
            name: NAME.to_owned(),
            chats: true,
            plays: true,
            paced: true,
            brings_film: true,
            ..Client::default()
        }
    }

    fn opening(&self, handshake: &Handshake<'_>) -> Option<Opening> {
        opening::opening(handshake)
    }

    fn decode(&self, text: &str, _place: Option<&Place>) -> Result<Request, Malformed> {
        decode(text)
    }

    fn encode(&self, scene: &Scene<'_>, event: &Event, ear: &Ear<'_>) -> Vec<Frame> {
        encode(scene, event, ear)
    }

    fn share(&self, event: &Event) -> Option<Share> {
        let told = matches!(
            event.what,
            Happening::Passed { .. } | Happening::Playback(_) | Happening::Beat
        );
        told.then_some(|_, ear| (latency_ms(ear), ""))
    }

    fn merges(&self, happening: &Happening) -> bool {
        matches!(
            happening,
            Happening::Joined(_)
                | Happening::Changed(_)
                | Happening::Left(_)
                | Happening::Settings
                | Happening::Members
        )
    }

    fn acts_at_once(&self) -> bool {
        true
    }

    fn refused(&self, seated: bool, _command: Option<u64>, code: &str, _message: &str) -> Reply {
        if seated {
            // There are no words for it: what cannot be done does not happen.
            return Reply::default();
        }
        not_let_in(match code {
            "no_such_room" => "There is no party of that code here.",
            "password_needed" | "wrong_password" => "That is not the party's password.",
            "too_many_tries" => "Too many passwords were tried from here. Wait a minute.",
            "too_many_codes" => "Too many unknown codes were tried from here. Wait some minutes.",
            "too_many_rooms" => "Too many parties were made from here. Wait a moment.",
            "room_full" => "The party is full.",
            "closed_to_newcomers" => "The party is closed to newcomers for now.",
            "kicked" => KICKED.reason,
            "banned" => BANNED.reason,
            _ => "That party cannot be entered.",
        })
    }

    fn put_out(&self, banned: bool) -> Reply {
        not_let_in(if banned { BANNED.reason } else { KICKED.reason })
    }

    fn malformed(&self, malformed: &Malformed, seated: bool) -> Reply {
        match malformed {
            Malformed::Version { .. } => Reply {
                frames: vec![Frame::must_arrive(message::UPGRADE.to_owned())],
                close: Some(Close {
                    code: 4005,
                    reason: "This server speaks version 1 of the protocol.",
                }),
            },
            _ => self.refused(seated, None, malformed.code(), ""),
        }
    }

    fn heartbeat(&self) -> Option<Heartbeat> {
        Some(Heartbeat {
            every: PING_EVERY,
            frame: Frame::must_arrive(message::PING.to_owned()),
        })
    }
}

/// How its clients learn that they cannot be in a party: they give up then, and do not come back by themselves.
fn not_let_in(reason: &'static str) -> Reply {
    Reply {
        frames: vec![Frame::must_arrive(message::BAD_ROOM.to_owned())],
        close: Some(Close { code: 4004, reason }),
    }
}

fn decode(text: &str) -> Result<Request, Malformed> {
    let message = ClientMessage::parse(text).ok_or_else(|| Malformed::Message {
        reason: "it is no message of a party".to_owned(),
    })?;
    let command = match message {
        ClientMessage::Pong => return Ok(Request::Pong),
        ClientMessage::Said(text) => Command::Say {
            text: text.to_owned(),
        },
        ClientMessage::Cue(cue) => pass(cue),
        ClientMessage::Toggle(member) => Command::ToggleHost(member),
        ClientMessage::State { json, cue } => match state(json, cue) {
            Some(command) => command,
            // Before a film is loaded a player has nothing to tell; that it tells is no fault.
            None => return Ok(Request::Answer(Vec::new())),
        },
    };
    Ok(Request::Command { id: None, command })
}

fn pass(cue: &str) -> Command {
    Command::Pass {
        channel: Channel::Cue,
        to: None,
        text: cue.into(),
    }
}

/// What a player's state means for the room.
fn state(json: &str, cue: &str) -> Option<Command> {
    if serde_json::from_str::<PluginState>(json).is_ok() {
        // Its kind understand each other; for the room it is no position.
        return Some(pass(cue));
    }
    let state: State = serde_json::from_str(json).ok()?;
    (state.time >= 0.0).then(|| Command::Lead {
        // The cast saturates; the room knows the longest film.
        position_ms: (state.time * 1e3).round() as u64,
        paused: state.paused,
        rate: state.playback_speed,
        force: state.force == Some(true),
        text: Some(cue.into()),
    })
}

/// The messages that tell an event.
fn encode(scene: &Scene<'_>, event: &Event, ear: &Ear<'_>) -> Vec<Frame> {
    let room = scene.room;
    match &event.what {
        // The first one must arrive as it is: a client takes the last in its list to be itself. The newcomer is.
        Happening::Welcome { .. } => {
            let mut frames = vec![Frame::must_arrive(message::party(room))];
            if room.playback().revision > 0 {
                frames.push(playback(scene, ear, true));
            }
            frames
        }
        Happening::Members => vec![Frame::latest(Slot::Members, message::party(room))],
        Happening::Line(line) => {
            let said = line.spoken().map(|text| message::said(line.member, &text));
            said.map(Frame::must_arrive).into_iter().collect()
        }
        Happening::Passed {
            from,
            channel: Channel::Cue,
            text,
        } => {
            let sender_ms = room.member(*from).map_or(0, |member| member.latency_ms);
            // Clients add it to the position even of a film that stands still: it would creep on.
            let stands = text.starts_with("state:") && room.playback().paused;
            let both_ms = if stands {
                0
            } else {
                sender_ms.saturating_add(latency_ms(ear))
            };
            let told = message::command(both_ms, text);
            vec![if text.starts_with("state:") {
                Frame::latest(Slot::Playback, told)
            } else {
                Frame::must_arrive(told)
            }]
        }
        Happening::Playback(change) if moves(change) && !was_passed_on(scene, event.cause) => {
            vec![playback(scene, ear, true)]
        }
        // Where it is only for the one who made it happen, they are not where the room is.
        Happening::Beat if matches!(event.to, Audience::Only(_)) || !was_passed_on(scene, event.cause) => {
            vec![playback(scene, ear, false)]
        }
        _ => Vec::new(),
    }
}

/// Whether a player has to do something. They play films of their own: where ours is does not matter to them.
fn moves(change: &Change) -> bool {
    change.film || change.position || change.paused || change.rate
}

/// Whether a member of this dialect made it happen: then the others have had that one's own words.
fn was_passed_on(scene: &Scene<'_>, cause: Option<Cause>) -> bool {
    cause
        .and_then(|cause| scene.room.member(cause.member))
        .is_some_and(|member| member.client.name == NAME)
}

/// Where the room is. `force` sends players there even if they are near: not when it is only repeated, or the
/// picture would jump each time.
fn playback(scene: &Scene<'_>, ear: &Ear<'_>, force: bool) -> Frame {
    let playback = scene.room.playback();
    // Clients add the latency to the time, even where nothing moves.
    let latency_ms = if playback.paused { 0 } else { latency_ms(ear) };
    let there_ms = playback.heading_at(scene.now.plus_ms(latency_ms.into()));
    // Near the start there is less to add than the latency.
    let added_ms = latency_ms.min(u32::try_from(there_ms).unwrap_or(u32::MAX));
    let state = message::state(&State {
        time: (there_ms - u64::from(added_ms)) as f64 / 1e3,
        paused: playback.paused,
        playback_speed: playback.rate,
        force: force.then_some(true),
    });
    Frame::latest(Slot::Playback, message::command(added_ms, &state))
}

fn latency_ms(ear: &Ear<'_>) -> u32 {
    ear.member.map_or(0, |member| member.latency_ms)
}

#[cfg(test)]
mod tests;
