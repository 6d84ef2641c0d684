//! What a film has besides picture and sound, as it is described over HTTP at the address that a film's `extras` tells.

use serde::Serialize;

/// `GET /api/rooms/{code}/films/{film}/extras`. Addresses are relative to this server.
#[derive(Clone, Debug, Default, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FilmExtras {
    /// A picture of the film, or of its cover; null while there is none.
    pub poster: Option<String>,
    /// Small pictures of the whole film: WebVTT whose cues name parts of pictures (`#xywh=`), relative to it. Null
    /// while there are none.
    pub storyboard: Option<String>,
    /// The film's chapters, by their start.
    pub chapters: Vec<Chapter>,
    /// Those inside the film, then those that lie beside it, then those that somebody added in this room.
    pub subtitles: Vec<Subtitles>,
    /// More is to come: then the film's `extras` becomes another address.
    pub making: bool,
}

/// A chapter of a film.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Chapter {
    /// Where it starts.
    pub start_ms: u64,
    /// What the film calls it.
    pub title: Option<String>,
}

/// Subtitles of a film: in one language, by one author.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Subtitles {
    /// What tells them from the film's others; stays the same for the film.
    pub id: String,
    /// What they are called, if anything.
    pub label: Option<String>,
    /// Their language, as a tag of BCP 47 or of ISO 639, if it is known.
    pub language: Option<String>,
    /// Their text as WebVTT; null while it is still being read out of the film, or if it cannot be.
    pub url: Option<String>,
    /// The film wants them shown unless somebody chooses.
    pub default: bool,
    /// Only for what is said in another language than the film's.
    pub forced: bool,
    /// With sounds described, for people who do not hear.
    pub for_deaf: bool,
    /// They are pictures of text, which cannot be shown as text: `url` stays null.
    pub picture: bool,
    /// The name of who added them in this room; null for what came with the film.
    pub added_by: Option<String>,
    /// Whether the asker may remove them (`DELETE /api/rooms/{code}/subtitles/{id}`).
    pub removable: bool,
}
