//! What goes over HTTP, beside the room's WebSocket.

use serde::{Deserialize, Serialize};

/// The body of a refusal over HTTP: `{"error":{"code","message"}}`.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorInfo,
}

/// What went wrong, over HTTP.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ErrorInfo {
    /// For programs.
    pub code: String,
    /// For people.
    pub message: String,
}

/// `POST /api/rooms`: makes a room.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS, serde::Serialize), ts(optional_fields = nullable))]
pub struct NewRoom {
    /// Its name, up to 60 characters; without one it is "Movie night".
    #[serde(default)]
    pub name: Option<String>,
    /// Its password, if it shall have one.
    #[serde(default)]
    pub password: Option<String>,
    /// Whether newcomers become hosts; no if left out.
    #[serde(default)]
    pub newcomers_may_control: Option<bool>,
}

/// The answer to `POST /api/rooms` and `GET /api/rooms/{code}`.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RoomSummary {
    /// The code to join it by.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether it has a password.
    pub locked: bool,
    /// How many are in it.
    pub viewers: u32,
    /// The link to send to friends, as well as the server knows it: never "localhost" if it can be helped.
    pub link: String,
}

/// `GET /api/rooms/{code}/films/{film}/spot`: where this browser wants to go on.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Spot {
    /// The position; null where there is none to go on from.
    pub position_ms: Option<u64>,
}

/// `PUT /api/rooms/{code}/films/{film}/spot`: where this browser is. At a film's start, and in its credits, that
/// is no spot, and the one before is forgotten.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS, serde::Serialize), ts(optional_fields = nullable))]
pub struct NewSpot {
    /// The position.
    pub position_ms: u64,
    /// How long the film is, if this client knows; without it, the credits are not known as such.
    #[serde(default)]
    pub duration_ms: Option<u64>,
}

/// `GET /api/rooms/{code}/films` and `POST …/films/scan`: the films that a host may pick.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FilmList {
    /// Whether the server has a library folder at all.
    pub has_library: bool,
    /// Uploads to this room first, newest first; then the library by folder and name.
    pub films: Vec<FilmEntry>,
}

/// A film that a host may pick.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FilmEntry {
    /// Its id, for `pick`.
    pub id: String,
    /// What to call it.
    pub title: String,
    /// Its file's name, which tells apart what has the same title.
    pub file_name: String,
    /// The library folder that it is in, `""` for the top; absent for an upload.
    pub folder: Option<String>,
    /// Its size.
    pub size_bytes: u64,
    /// A picture of it, relative to this server, made when it is first asked for; null if there can be none.
    pub poster: Option<String>,
}
