//! The messages of the native protocol, as they stand on the wire.
//!
//! One JSON object a WebSocket text message, told apart by `type`. Durations and positions are whole
//! milliseconds; moments (`*_at_ms`, `at_ms`, `t1`, `t2`) are milliseconds since the Unix epoch by the
//! server's clock, which never steps while the server runs. The page's TypeScript types are generated
//! from this folder; `docs/protocol.md` tells the whole conversation.
//!
//! | file | owns |
//! |---|---|
//! | `command` | what a client sends |
//! | `event` | what the server sends |
//! | `room` | settings, members, reactions, bans, uploads |
//! | `playback` | the film that is on, where it is, its stream |
//! | `line` | lines of the log |
//! | `http` | what goes over HTTP |

mod command;
mod event;
mod http;
mod line;
mod playback;
mod room;

pub use super::queue::{Entry, Queue, Repeat, Undo, Undoable, Votes};
pub use super::readiness::ReadyCheck;
pub use super::skew::{MemberSkew, Skew};
pub use super::waiting::{WaitedFor, Waiting};
pub(super) use command::Data;
pub use command::{Alone, ClientMessage, Unread};
pub use event::{Opaque, ServerMessage};
pub use http::{ErrorBody, ErrorInfo, FilmEntry, FilmList, NewRoom, NewSpot, RoomSummary, Spot};
pub use line::{Line, Quote, Said, Setting};
pub use playback::{Film, FilmKind, Playback, Stream};
pub use room::{Ban, Member, Reaction, RoomInfo, Upload, WhoMay};

/// The version of this protocol; `hello` names it.
pub const VERSION: u32 = 1;
