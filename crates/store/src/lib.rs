//! What lasts: rooms, their logs, uploaded films, uploads under way, added subtitles and saved spots, in one SQLite
//! file.
//!
//! One thread owns the database and does everything in turn. Rooms are saved behind: [`Store::save`] only
//! leaves the newest state for the writer, which takes all that waits into one transaction. Whatever is asked
//! of the store afterwards sees what was saved before.
//!
//! | file | owns |
//! |---|---|
//! | [`store`](mod@store) | `Store`: the handle that the server holds |
//! | `writer` | the thread, its queue and its transactions |
//! | `schema` | the tables |
//! | `rooms`, `films`, `secrets` | rooms with their logs, uploaded films, the server's own secrets |
//! | `uploads` | uploads that can be gone on with |
//! | `subtitles` | subtitles that somebody added to a film |
//! | `spots` | where viewers want to go on |
//! | [`error`] | what can go wrong |

pub mod error;
mod films;
mod rooms;
mod schema;
mod secrets;
mod spots;
pub mod store;
mod subtitles;
mod uploads;
mod writer;

pub use error::StoreError;
pub use spots::{SPOTS_A_VIEWER_MAX, SPOTS_MAX, SpotKey};
pub use store::{SavedFilm, SavedRoom, Store};
pub use subtitles::{
    Placed, SUBTITLES_A_FILM_MAX, SUBTITLES_A_ROOM_BYTES_MAX, SUBTITLES_BYTES_MAX, SavedSubtitles,
    SubtitlesId,
};
pub use uploads::{SavedUpload, UploadMark};
