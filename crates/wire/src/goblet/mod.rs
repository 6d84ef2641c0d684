//! The dialect of Goblet: `docs/dialects/goblet.md`.
//!
//! Its clients say nothing over their connection: they ask by HTTP, and are told over Socket.IO, in events of a
//! name and one string. What happens to the film is a [`Word`] first, for when it is said, and of which position, is
//! another matter for each client; `word` has that. The [`Frame`]s here carry one of them each, or the JSON array of a
//! Socket.IO event: `["role_call",""]`.
//!
//! Whoever is told to play ignores what its own player does next, for that is the echo of the event. So an
//! event that changes nothing would swallow a click: what is sent here is what has changed, and nothing else.
//!
//! [`packets`] has what carries them.

pub mod packets;
mod word;

pub use word::Word;

use crate::frame::{Frame, Reply};
use crate::request::{Malformed, Place, Request};
use crate::speech::{Ear, Scene, Speech};
use matinee_room::{Change, Client, Event, Happening, Member, Playback, Room, Stay, Timestamp, limits};
use word::What;

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
        encode(scene.room, event)
    }

    fn refused(&self, _seated: bool, _command: Option<u64>, _code: &str, _message: &str) -> Reply {
        Reply::default()
    }
}

/// The messages that tell an event.
fn encode(room: &Room, event: &Event) -> Vec<Frame> {
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
    let words = told(room.playback(), change, &by);
    words.iter().map(Word::frame).collect()
}

/// What there is to say of what `by` has changed.
fn told(playback: &Playback, change: Change, by: &str) -> Vec<Word> {
    let mut words = Vec::new();
    if change.film {
        words.push(Word::refresh_video(playback));
    }
    let starts = !playback.paused && (change.film || change.paused);
    let stops = playback.paused && change.paused && !change.film;
    // A film that was just loaded stands at its start in every player.
    let moves = (change.position && !change.film) || (change.film && playback.position_ms > 0);
    let from = match moves {
        true => word::standing(playback),
        false => playback.clone(),
    };
    match (moves, starts || playback.paused) {
        (true, true) => words.push(Word::new(What::Stand, &from, by)),
        (true, false) => words.push(Word::new(What::Seek, playback, by)),
        (false, _) => {}
    }
    if starts {
        words.push(Word::new(What::Play, &from, by));
    } else if stops {
        words.push(Word::new(What::Pause, &from, by));
    }
    words
}

/// Where the room is, for clients that have missed how it came to be.
#[must_use]
pub fn all_of_it(now: Timestamp, playback: &Playback) -> Vec<Word> {
    let whole = Change {
        position: true,
        paused: true,
        ..Change::default()
    };
    // They are sent to a place a little ahead, and start there when the film comes by.
    let at = playback.at.max(now.plus_ms(limits::LEAD_MS_MAX));
    let mut ahead = playback.clone();
    ahead.position_ms = playback.position_at(at);
    ahead.at = at;
    let mut words = vec![Word::refresh_video(playback)];
    words.extend(told(&ahead, whole, NOBODY));
    words
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

/// What the hall hears of the lobby.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// The lobby has a password now.
    Locked,
    /// This viewer was put out of it.
    PutOut(String),
    /// Something is to be said of the film.
    Word(Box<Word>),
}

impl News {
    fn of(frame: &Frame) -> Option<Self> {
        if frame.text == LOCKED {
            return Some(Self::Locked);
        }
        match event_of(frame) {
            Some((event, id)) => (event == PUT_OUT).then_some(Self::PutOut(id)),
            None => Word::of(frame).map(|word| Self::Word(Box::new(word))),
        }
    }

    fn moves(&self) -> bool {
        matches!(self, Self::Word(word) if word.moves())
    }
}

/// What still counts of messages that follow each other: of seeks in a row the last one.
#[must_use]
pub fn newest(frames: &[Frame]) -> Vec<News> {
    let mut newest: Vec<News> = Vec::with_capacity(frames.len());
    for news in frames.iter().filter_map(News::of) {
        match newest.last_mut() {
            Some(last) if last.moves() && news.moves() => *last = news,
            _ => newest.push(news),
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
