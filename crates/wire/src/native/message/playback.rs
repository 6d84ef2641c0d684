//! What plays: the film, where it is, its stream.

use super::room::is_false;
use serde::Serialize;

/// What plays, and where. While it is not paused, the position at server time `t >= at_ms` is
/// `position_ms + (t - at_ms) * rate`, but never past the film's end. `at_ms` may lie up to half a second
/// ahead: until then players stay as they were.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Playback {
    /// The film, if one was picked.
    pub film: Option<Film>,
    /// The position at `at_ms`.
    pub position_ms: u64,
    /// 1 is the film's own speed.
    pub rate: f64,
    /// Whether it stands still.
    pub paused: bool,
    /// True where it stands still only until enough of the film is made; then it plays on by itself.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(test, ts(as = "Option<bool>", optional))]
    pub waits_for_film: bool,
    /// From when this holds.
    pub at_ms: u64,
    /// Grows by one with each change.
    pub revision: u64,
}

/// A film as the room knows it.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Film {
    /// Its id. Other bytes have another id.
    pub id: String,
    /// What to call it.
    pub title: String,
    /// Where its bytes are, relative to this server; absolute for a film elsewhere, which every player fetches
    /// from there.
    pub url: String,
    /// What is found there, and so how to play it.
    pub kind: FilmKind,
    /// How long it is, once somebody's player or the server has found out.
    pub duration_ms: Option<u64>,
    /// Its stream, where not every browser plays the file itself; null where every browser does.
    pub stream: Option<Stream>,
    /// Where its subtitles, pictures and chapters are described (`FilmExtras`), relative to this server.
    /// Another address whenever they have changed.
    pub extras: Option<String>,
}

/// What is found at a film's address.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FilmKind {
    /// A file.
    File,
    /// The playlist of an HLS stream.
    Hls,
    /// A video's page at YouTube: only YouTube's own player plays it.
    Youtube,
}

/// Where the stream of a film is: HLS, with H.264 and AAC.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Stream {
    /// It is being found out whether one is needed: a moment.
    Looking,
    /// Others are made first.
    Waiting {
        /// How many.
        ahead: u32,
    },
    /// It is being made.
    Making {
        /// How much of it is there, 0 to 100; null where the film does not say how long it is.
        percent: Option<u8>,
        /// Where its playlist is, relative to this server, as soon as players can begin. Another address, or
        /// null again: it begins anew.
        url: Option<String>,
    },
    /// It is whole.
    Ready {
        /// Where its playlist is, relative to this server.
        url: String,
    },
    /// It could not be made; there is only the file.
    Failed {
        /// Why, for programs.
        code: String,
        /// Why, and what to do, for people.
        message: String,
    },
    /// Nobody knows whether one is needed; there is only the file.
    Unavailable {
        /// The same for programs.
        code: String,
        /// What the server lacks, and what to do, for people.
        message: String,
    },
}
