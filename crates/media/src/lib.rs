//! Films as files: what can be watched, where its bytes lie, and how they get in and out. Knows no rooms.
//!
//! | file | owns |
//! |---|---|
//! | [`film`] | what a film is: its id, its title, its address |
//! | [`media_type`] | the containers we know, by file extension |
//! | `sniff` | the containers we know, by their first bytes |
//! | [`library`] | the host's folder of films: walking it |
//! | [`shelf`] | every film that can be watched now, by id |
//! | [`upload`] | a film on its way in, in one go, and the folder where it ends up |
//! | [`partial`] | a film on its way in that can be gone on with |
//! | `batches` | bytes on their way to the disk |
//! | [`mod@serve`] | a film on its way out: conditions, byte ranges, the body |
//! | `tools` | ffmpeg and ffprobe: where they are, and how they are kept in bounds |
//! | [`probe`] | what is in a film: tracks, chapters, length |
//! | [`playable`] | whether browsers play a film as it is, and if not, what to make of it |
//! | [`subtitles`] | subtitles as text: files of any kind become WebVTT |
//! | [`extras`] | what a film has besides its bytes: poster, storyboard, subtitles |
//! | `brightness` | pictures that are brighter than usual screens, brought down to one |
//! | `turns` | whose turn it is to use the machine |
//! | `disk` | how much room is left |
//! | [`hls`] | making a stream of a film, and sending it while it grows |
//! | [`error`] | what can go wrong, by whose fault, and what to do about it |
//! | [`limits`] | every bound, with its unit and its reason |
//!
//! Randomness and secrets are arguments. Whatever touches the disk runs on tokio's blocking threads, except
//! [`Library::scan`] and what [`Uploads`] does at the start of the server, which block and say so.
//!
//! **An address never serves other bytes than the ones it was made for.** A film's id changes when its file
//! changes, and a file is checked against what was known of it each time it is opened and after each chunk
//! that is read from it. That is why players may keep what they fetched for a year.

mod batches;
mod brightness;
mod disk;
pub mod error;
pub mod extras;
pub mod film;
pub mod hls;
pub mod library;
pub mod limits;
pub mod media_type;
pub mod partial;
pub mod playable;
pub mod probe;
pub mod serve;
pub mod shelf;
mod sniff;
pub mod subtitles;
mod tools;
mod turns;
pub mod upload;

pub use error::{
    Blame, ExtrasError, OpenError, ProbeError, ScanError, StreamError, SubtitleError, UploadError,
};
pub use extras::{Extra, Extras, ExtrasSettings, Known, Made};
pub use film::{FilmFile, FilmId, title_of};
pub use hls::{Hls, HlsFolder, HlsId, HlsJob, HlsSettings, HlsState};
pub use library::{Library, Scan};
pub use media_type::MediaType;
pub use partial::{Found, Left, Partial, PartialId};
pub use playable::{Plan, Wishes, plan};
pub use probe::{Probe, probe};
pub use serve::{FilmBody, serve};
pub use shelf::Shelf;
pub use subtitles::{SubtitleFile, SubtitleName, Subtitles};
pub use tools::Tools;
pub use turns::Priority;
pub use upload::{Upload, UploadLimits, Uploads};
