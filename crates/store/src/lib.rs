//! What lasts: rooms, their logs and uploaded films, in one SQLite file.
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
//! | [`error`] | what can go wrong |

pub mod error;
mod schema;
pub mod store;
mod writer;

pub use error::StoreError;
pub use store::{SavedFilm, SavedRoom, Store};
