//! The dialect of Goblet: `docs/dialects/goblet.md`.
//!
//! Its clients say nothing over their connection: they ask by HTTP, and are told over Socket.IO, in events of a
//! name and one string. Those are the [`Frame`]s here, each the JSON array of a Socket.IO event:
//! `["seek","12.5-<id>"]`.
//!
//! Whoever is told to play ignores what its own player does next, for that is the echo of the event. So an
//! event that changes nothing would swallow a click: what is sent here is what has changed, and nothing else.

use crate::frame::{Frame, Reply};
use crate::request::{Malformed, Place, Request};
use crate::speech::{Ear, Scene, Speech};
use matinee_room::{Change, Client, Event, Happening, Member, Playback, Room, Stay, Timestamp};

/// What its clients are called.
pub const NAME: &str = "Goblet";

/// The id in events that nobody has made happen. No member has it: they are counted from 1.
pub const NOBODY: &str = "00000000000000000000000000000000";

/// Says that the room has a password now. No event: it is for who speaks for the clients, not for them.
const LOCKED: &str = "locked";

/// Says who was put out of the lobby, to who speaks for them.
const PUT_OUT: &str = "put_out";

/// The extension of a film whose own cannot be told.
const EXTENSION: &str = "mp4";

/// Characters of an extension; what is longer is none.
const EXTENSION_CHARS_MAX: usize = 5;

/// The dialect.
#[derive(Debug)]
pub struct Goblet;

impl Speech for Goblet {
    fn name(&self) -> &'static str {
        NAME
    }

    fn client(&self) -> Client {
        Client {
            name: NAME.to_owned(),
            chats: false,
            plays: true,
            ..Client::default()
        }
    }

    fn stay(&self) -> Stay {
        Stay::Kept
    }

    fn decode(&self, _text: &str, _place: Option<&Place>) -> Result<Request, Malformed> {
        Err(Malformed::Rule("Goblet's clients ask by HTTP.".into()))
    }

    fn encode(&self, scene: &Scene<'_>, event: &Event, _ear: &Ear<'_>) -> Vec<Frame> {
        encode(scene.now, scene.room, event)
    }

    fn refused(&self, _seated: bool, _command: Option<u64>, _code: &str, _message: &str) -> Reply {
        Reply::default()
    }
}

/// The messages that tell an event. `now` is when they go out: these clients act at once.
fn encode(now: Timestamp, room: &Room, event: &Event) -> Vec<Frame> {
    let change = match event.what {
        Happening::Playback(change) => change,
        Happening::PutOut { ref member, .. } if member.client.name == NAME => {
            return vec![message(PUT_OUT, &public_id(member))];
        }
        Happening::Settings if room.settings().password.is_some() => {
            return vec![Frame::must_arrive(LOCKED.to_owned())];
        }
        _ => return Vec::new(),
    };
    let by = event.cause.map_or_else(
        || NOBODY.to_owned(),
        |cause| {
            room.member(cause.member)
                .map_or_else(|| numbered(cause.member.0), public_id)
        },
    );
    told(now, room.playback(), change, &by)
}

/// The messages that tell what `by` has changed.
fn told(now: Timestamp, playback: &Playback, change: Change, by: &str) -> Vec<Frame> {
    let mut frames = Vec::new();
    if change.film {
        frames.push(message("refresh_video", &Source::of(playback).name()));
    }
    let heading_ms = playback.heading_at(now);
    // A film that was just loaded stands at its start in every player.
    if (change.position && !change.film) || (change.film && heading_ms > 0) {
        frames.push(message("seek", &format!("{}-{by}", seconds(heading_ms))));
    }
    match (change.film, change.paused, playback.paused) {
        (true, _, false) | (false, true, false) => frames.push(message("play", by)),
        (false, true, true) => frames.push(message("pause", by)),
        _ => {}
    }
    frames
}

/// Where the room is, for clients that have missed how it came to be.
#[must_use]
pub fn all_of_it(now: Timestamp, playback: &Playback) -> Vec<Frame> {
    let whole = Change {
        position: true,
        paused: true,
        ..Change::default()
    };
    let mut frames = vec![message("refresh_video", &Source::of(playback).name())];
    frames.extend(told(now, playback, whole, NOBODY));
    frames
}

/// The message that asks everybody whether they are there.
#[must_use]
pub fn role_call() -> Frame {
    message("role_call", "")
}

/// The message that tells who is host, if anybody is.
#[must_use]
pub fn host_declaration(host: Option<&str>) -> Frame {
    message("host_declaration", host.unwrap_or_default())
}

/// Whether it says that the room has a password now.
#[must_use]
pub fn is_locked(frame: &Frame) -> bool {
    frame.text == LOCKED
}

/// Whom it says to be put out of the lobby, if it does.
#[must_use]
pub fn is_put_out(frame: &Frame) -> Option<String> {
    let (event, id) = event_of(frame)?;
    (event == PUT_OUT).then_some(id)
}

/// What still counts of messages that follow each other: of seeks in a row the last one.
#[must_use]
pub fn newest(frames: Vec<Frame>) -> Vec<Frame> {
    let is_seek = |frame: &Frame| frame.text.starts_with(r#"["seek","#);
    let mut newest: Vec<Frame> = Vec::with_capacity(frames.len());
    for frame in frames {
        if is_seek(&frame)
            && let Some(last) = newest.last_mut().filter(|last| is_seek(last))
        {
            *last = frame;
        } else {
            newest.push(frame);
        }
    }
    newest
}

/// The name and the string of an event.
#[must_use]
pub fn event_of(frame: &Frame) -> Option<(String, String)> {
    serde_json::from_str(&frame.text).ok()
}

fn message(event: &str, text: &str) -> Frame {
    // Two strings: nothing can fail.
    Frame::must_arrive(serde_json::to_string(&[event, text]).unwrap_or_default())
}

/// The id that Goblet's clients know a member by: 32 hexadecimal digits, with nothing that `seek` could be
/// split at. Members with other clients are known by their number.
#[must_use]
pub fn public_id(member: &Member) -> String {
    if member.client.name == NAME {
        member.tab().to_string()
    } else {
        numbered(member.id.0)
    }
}

fn numbered(member: u32) -> String {
    format!("{member:032x}")
}

/// What Goblet's clients play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file of this server, by a name that is another one with every film that is put on: players show
    /// again what they have by a name.
    File(String),
    /// An address elsewhere.
    Link(String),
}

impl Source {
    /// What is on. Without a film, the name of one that will never be there.
    #[must_use]
    pub fn of(playback: &Playback) -> Self {
        match &playback.film {
            Some(film) if film.url.starts_with("http:") || film.url.starts_with("https:") => {
                Self::Link(film.url.clone())
            }
            film => {
                let number = playback.film_revision();
                let extension = film.as_ref().and_then(|film| extension(&film.url));
                Self::File(format!("{number}.{}", extension.unwrap_or(EXTENSION)))
            }
        }
    }

    /// The name or the address.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::File(name) | Self::Link(name) => name.clone(),
        }
    }

    /// What kind it is, as `/src` tells it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
            Self::Link(_) => "link",
        }
    }
}

fn extension(url: &str) -> Option<&str> {
    let (_, extension) = url.rsplit('/').next()?.rsplit_once('.')?;
    let fits = (1..=EXTENSION_CHARS_MAX).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    fits.then_some(extension)
}

/// A position as Goblet writes it: seconds, without a sign or an exponent.
#[must_use]
pub fn seconds(position_ms: u64) -> String {
    let (whole, rest) = (position_ms / 1_000, position_ms % 1_000);
    if rest == 0 {
        return whole.to_string();
    }
    format!("{whole}.{rest:03}").trim_end_matches('0').to_owned()
}

/// The milliseconds of a position as a browser writes it, `1e-7` too.
#[must_use]
pub fn milliseconds(seconds: &str) -> Option<u64> {
    let seconds: f64 = seconds.parse().ok()?;
    let position_ms = seconds * 1e3;
    (0.0..=matinee_room::limits::DURATION_MS_MAX as f64)
        .contains(&position_ms)
        .then(|| position_ms.round() as u64)
}

#[cfg(test)]
mod tests;
