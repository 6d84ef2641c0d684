//! The rules of a room, and nothing else.
//!
//! A [`Room`] takes inputs with the moment at which they arrive and gives back events, each with its
//! audience: *handle, then deliver*. It has no clock, no I/O and no chance in it: time and new ids are
//! arguments, so that the same inputs always make the same room. It is serialisable, all but its log, whose
//! lines are kept one by one.
//!
//! | file | owns |
//! |---|---|
//! | [`room`](mod@room) | `Room`: inputs to events, permissions |
//! | [`member`] | who is here, who was, who is host |
//! | [`playback`] | the film, its position and how they change |
//! | [`queue`] | the films that come next, and how the latest change is taken back |
//! | [`votes`] | who wants to skip the film that is on |
//! | [`readiness`] | who is ready for the film to start |
//! | [`skew`] | how far members' players are off |
//! | [`stream`] | where the stream of a film is that browsers cannot play as a file, and how much of it is made |
//! | [`waiting`] | for whom the film stands still, and how long still |
//! | [`log`] | what was said and what happened |
//! | [`upload`] | uploads, as all see them |
//! | [`id`] | what things are called |
//! | [`input`] | what goes in |
//! | [`event`] | what comes out |
//! | [`relay`] | what a room has for games |
//! | [`refusal`] | why something was not done |
//! | [`sanction`] | whom hosts have muted, put out or banned |
//! | [`text`] | names and words, made safe |
//! | [`limits`] | every bound, with its reason |

pub mod event;
pub mod id;
pub mod input;
pub mod limits;
pub mod log;
pub mod member;
pub mod playback;
pub mod queue;
pub mod readiness;
pub mod refusal;
pub mod relay;
pub mod room;
pub mod sanction;
pub mod skew;
pub mod stream;
pub mod text;
pub mod upload;
pub mod votes;
pub mod waiting;

pub use event::{Audience, Cause, Event, Happening};
pub use id::{
    CodeShape, EntryId, FilmId, Identity, MemberId, Network, RoomCode, Tab, Timestamp, UploadId, UploadKey,
};
pub use input::{Channel, Command, Configure, Input, Join, PasswordCheck, Whom};
pub use log::{Line, LineKind, Log, Quote, Seen, Setting};
pub use member::{Alone, Client, Member, Stay};
pub use playback::{Change, Film, FilmKind, Playback};
pub use queue::{Adder, Deed, Entry, Queue, Repeat, Undo};
pub use readiness::ReadyCheck;
pub use refusal::Refusal;
pub use relay::Relay;
pub use room::{PasswordHash, Room, Settings, WhoMay};
pub use sanction::{Measure, Sanction};
pub use skew::{Measured, Skew};
pub use stream::{Made, Stream};
pub use upload::{KeptUpload, UploadProgress};
pub use votes::Votes;
pub use waiting::{Hold, Holder};
