//! The messages of the native protocol, as they stand on the wire.
//!
//! One JSON object a WebSocket text message, told apart by `type`. Durations and positions are whole
//! milliseconds; moments (`*_at_ms`, `at_ms`, `t1`, `t2`) are milliseconds since the Unix epoch by the
//! server's clock, which never steps while the server runs. The page's TypeScript types are generated
//! from this file; `docs/protocol.md` tells the whole conversation.

pub use super::queue::{Entry, Queue, Repeat, Undo, Undoable, Votes};
pub use super::readiness::ReadyCheck;
pub use super::waiting::{WaitedFor, Waiting};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The version of this protocol; `hello` names it.
pub const VERSION: u32 = 1;

/// What a client sends.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS, serde::Serialize), ts(optional_fields = nullable))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Enters the room, or comes back to it. The first message of a connection; any other is refused
    /// until the room has answered with `welcome`.
    Hello {
        /// The protocol version that the client speaks; now 1.
        protocol: u32,
        /// The name to show, 1 to 40 characters.
        name: String,
        /// What tells this tab from the same person's other tabs: 1 to 64 characters of the client's
        /// choice. The same cookie with the same tab is the same member.
        tab: String,
        /// The room's password, where it has one. A member who comes back needs none.
        #[serde(default)]
        password: Option<String>,
        /// The last line of the log that the client has; `welcome` carries what came after it.
        #[serde(default)]
        since: Option<u64>,
    },
    /// Asks for the server's time; answered with `clock`.
    Clock {
        /// The client's own clock, given back unchanged.
        t0: f64,
    },
    /// Says something to all.
    Say {
        /// This command's number.
        id: u64,
        /// 1 to 2,000 characters.
        text: String,
        /// The number of a line that this answers.
        #[serde(default)]
        reply_to: Option<u64>,
    },
    /// Reacts with an emoji, which floats over the film for everybody. Too many are left out.
    React {
        /// One emoji, up to 32 bytes.
        emoji: String,
    },
    /// Who may control: plays on.
    Play {
        /// This command's number.
        id: u64,
        /// The playback revision that the client had seen.
        seen: u64,
    },
    /// Who may control: pauses.
    Pause {
        /// This command's number.
        id: u64,
        /// The playback revision that the client had seen.
        seen: u64,
    },
    /// Who may control: goes to a position.
    Seek {
        /// This command's number.
        id: u64,
        /// The playback revision that the client had seen.
        seen: u64,
        /// Where to.
        position_ms: u64,
    },
    /// Who may control: changes the speed.
    Rate {
        /// This command's number.
        id: u64,
        /// The playback revision that the client had seen.
        seen: u64,
        /// 1 is the film's own speed; 0.25 to 4.
        rate: f64,
    },
    /// Who may add films, and control where another one is under way: puts a film on, paused at its start.
    Pick {
        /// This command's number.
        id: u64,
        /// The film's id, from the list of films.
        film: String,
    },
    /// As `pick`: puts a film on that is elsewhere, paused at its start.
    Link {
        /// This command's number.
        id: u64,
        /// Its address: `http:` or `https:`, up to 2,048 characters.
        url: String,
    },
    /// Who may add films: adds one to the queue, by `film` or `url`. Where there is no film at all, it is put on
    /// instead.
    QueueAdd {
        /// This command's number.
        id: u64,
        /// The film's id, from the list of films.
        #[serde(default)]
        film: Option<String>,
        /// The address of a film that is elsewhere, as in `link`.
        #[serde(default)]
        url: Option<String>,
        /// Whether it comes next, and not after all others.
        #[serde(default)]
        next: Option<bool>,
    },
    /// Who may control: gives a film of the queue another place.
    QueueMove {
        /// This command's number.
        id: u64,
        /// Which, by its entry's id.
        entry: u32,
        /// Before which entry; null for the end.
        #[serde(default)]
        before: Option<u32>,
    },
    /// Who may control: takes a film out of the queue.
    QueueRemove {
        /// This command's number.
        id: u64,
        /// Which, by its entry's id.
        entry: u32,
    },
    /// Who may control: takes all films out of the queue.
    QueueClear {
        /// This command's number.
        id: u64,
    },
    /// Who may control: goes to a film of the queue at once, and plays it.
    QueueNext {
        /// This command's number.
        id: u64,
        /// The playback revision that the client had seen.
        seen: u64,
        /// Which, by its entry's id; null for the first.
        #[serde(default)]
        entry: Option<u32>,
    },
    /// Who may control: stays with the film that is over, though another one was about to come.
    QueueStay {
        /// This command's number.
        id: u64,
    },
    /// Who may control: says what comes again by itself.
    Repeat {
        /// This command's number.
        id: u64,
        /// What.
        repeat: Repeat,
    },
    /// Votes to skip the film that is on, or takes the vote back.
    Skip {
        /// This command's number.
        id: u64,
        /// The playback revision that the client had seen.
        seen: u64,
        /// Whether to skip it.
        skip: bool,
    },
    /// Who may control: takes the latest change of the queue or of the film back.
    Undo {
        /// This command's number.
        id: u64,
        /// The number of what can be undone.
        number: u64,
    },
    /// Who may control: asks everybody whether they are ready. The film starts when all are.
    ReadyCheck {
        /// This command's number.
        id: u64,
    },
    /// Says that one is ready, or not yet.
    Ready {
        /// This command's number.
        id: u64,
        /// Which.
        ready: bool,
    },
    /// Who may control: asks no longer.
    ReadyCancel {
        /// This command's number.
        id: u64,
    },
    /// Tells that the film on screen has ended in this client's player, where nobody knows how long it is. Taken
    /// from who may control.
    Ended {
        /// The film's id.
        film: String,
    },
    /// Tells how long the film on screen is, as this client's player found it. Taken once a film, from
    /// who may control.
    Length {
        /// The film's id.
        film: String,
        /// Its length.
        duration_ms: u64,
    },
    /// Tells that this client's player has run dry, or plays again.
    Stalled {
        /// Whether it waits for bytes.
        stalled: bool,
        /// How much it has loaded ahead. While the room waits for this client, tell again when it has changed.
        #[serde(default)]
        buffered_ms: Option<u64>,
    },
    /// Lets go of the room's playback, to watch on one's own, or comes back in step.
    Alone {
        /// This command's number.
        id: u64,
        /// Until when; null comes back.
        alone: Option<Alone>,
    },
    /// Sends data of a game to one member, or to all others; the server does not look into it.
    Data {
        /// Whom, if not all others.
        #[serde(default)]
        to: Option<u32>,
        /// Any JSON.
        #[cfg_attr(test, ts(type = "unknown"))]
        data: Unread,
    },
    /// Changes the sender's own name.
    Rename {
        /// This command's number.
        id: u64,
        /// 1 to 40 characters.
        name: String,
    },
    /// Hosts: makes a member a host, or one no longer.
    Host {
        /// This command's number.
        id: u64,
        /// Whom.
        member: u32,
        /// Whether they shall be a host.
        host: bool,
    },
    /// Hosts: changes the room's settings; what is left out stays.
    Settings {
        /// This command's number.
        id: u64,
        /// The room's name, 1 to 60 characters.
        #[serde(default)]
        name: Option<String>,
        /// The new password; `""` takes it away.
        #[serde(default)]
        password: Option<String>,
        /// Whether newcomers become hosts.
        #[serde(default)]
        newcomers_may_control: Option<bool>,
        /// Who may control the film.
        #[serde(default)]
        who_controls: Option<WhoMay>,
        /// Who may add films.
        #[serde(default)]
        who_adds: Option<WhoMay>,
        /// Whether nobody new comes in.
        #[serde(default)]
        closed: Option<bool>,
        /// Seconds between two messages of one who is no host, 0 to 300.
        #[serde(default)]
        slow_s: Option<u32>,
        /// How long the room waits for somebody whose player has run dry, in seconds: 0 (never) to 20.
        #[serde(default)]
        wait_seconds: Option<u32>,
    },
    /// Hosts: has a member say nothing: no words, no reactions, no new name.
    Mute {
        /// This command's number.
        id: u64,
        /// Whom.
        member: u32,
        /// For how many minutes, 1 to 1,440; until it is lifted if left out.
        #[serde(default)]
        minutes: Option<u32>,
    },
    /// Hosts: lets a member speak again.
    Unmute {
        /// This command's number.
        id: u64,
        /// Whom.
        member: u32,
    },
    /// Hosts: puts a member out, with all their tabs. They may come back after a minute.
    Kick {
        /// This command's number.
        id: u64,
        /// Whom.
        member: u32,
    },
    /// Hosts: puts a member out for as long as the room is there. They may have left before.
    Ban {
        /// This command's number.
        id: u64,
        /// Whom.
        member: u32,
        /// Whether strangers from the same network address are refused as well; yes if left out.
        #[serde(default)]
        address: Option<bool>,
    },
    /// Hosts: lifts a ban.
    Unban {
        /// This command's number.
        id: u64,
        /// The ban's id.
        ban: u32,
    },
    /// Hosts: asks who is banned; answered with `bans`.
    Bans {
        /// This command's number.
        id: u64,
    },
    /// Leaves for good: the place is given up at once.
    Leave,
}

/// Until when somebody watches on their own. A film that is put on is for all, and ends it in any case.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Alone {
    /// Until they come back.
    UntilBack,
    /// Until the film plays for all, or they come back before.
    UntilPlay,
}

/// JSON that is not looked into.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(test, derive(Serialize))]
pub struct Unread;

impl<'de> Deserialize<'de> for Unread {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// [`ClientMessage::Data`] with its data untouched.
#[derive(Debug, Deserialize)]
pub(super) struct Data<'a> {
    #[serde(default)]
    pub(super) to: Option<u32>,
    #[serde(borrow)]
    pub(super) data: &'a RawValue,
}

/// JSON that goes through as it came.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Opaque(pub Box<RawValue>);

impl PartialEq for Opaque {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

/// What the server sends.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to `hello`: the whole room.
    Welcome {
        /// The protocol version that the server speaks.
        protocol: u32,
        /// The newcomer's own member id.
        you: u32,
        /// The highest command number that the room has from this member: number on from here, and send
        /// again the lines that are above it.
        last_command: u64,
        /// The room.
        room: RoomInfo,
        /// Everybody in it; sort them by id.
        members: Vec<Member>,
        /// What plays.
        playback: Box<Playback>,
        /// The log after `since`, or its last 500 lines.
        log: Vec<Line>,
        /// Uploads that have not ended.
        uploads: Vec<Upload>,
        /// What comes next; absent if nothing waits and nothing is repeated.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        queue: Option<Queue>,
        /// The latest change, if it can be undone.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        undo: Option<Undo>,
        /// Votes to skip the film that is on, if there are any.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        votes: Option<Votes>,
        /// Who is ready, if that is asked.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        ready_check: Option<ReadyCheck>,
        /// For whom the film stands still, if it does.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        waiting: Option<Waiting>,
    },
    /// The room's settings have changed.
    Room {
        /// All of them.
        room: RoomInfo,
    },
    /// A member came, or something about them changed.
    Member {
        /// The member, whole; somebody new if the id is not in the list. Keep the list sorted by id: for a
        /// slow client older messages may be left out, so that their order is not the order of coming.
        member: Member,
    },
    /// A member is no longer in the room.
    Left {
        /// Who.
        member: u32,
    },
    /// Playback has changed.
    Playback {
        /// The new state, whole.
        playback: Playback,
        /// Who changed it; absent where the room did.
        by: Option<u32>,
        /// The number of the command that did it, as its sender gave it.
        command: Option<u64>,
    },
    /// The stream of the film that is on has come, moved on or failed.
    Stream {
        /// The film's id; not about a film that is on no more.
        film: String,
        /// Where it is, as in the film.
        stream: Option<Stream>,
    },
    /// The extras of the film that is on have come, or changed.
    Extras {
        /// The film's id; not about a film that is on no more.
        film: String,
        /// Where they are described, as in the film.
        url: Option<String>,
    },
    /// The queue has changed, or when its next film comes.
    Queue {
        /// All of it.
        queue: Queue,
    },
    /// Another change, or none, can be undone now.
    Undo {
        /// Which.
        undo: Option<Undo>,
    },
    /// Votes to skip the film that is on have come or gone, or it takes another number of them.
    Votes {
        /// All of them; null if there are none.
        votes: Option<Votes>,
    },
    /// It is asked whether all are ready, or somebody has answered, come or gone.
    ReadyCheck {
        /// All of it; null if it is asked no longer.
        check: Option<ReadyCheck>,
    },
    /// The film stands still for somebody whose player has run dry, or for nobody any more.
    Waiting {
        /// For whom; null if for nobody.
        waiting: Option<Waiting>,
    },
    /// A new line in the log.
    Line {
        /// The line.
        line: Line,
    },
    /// What people react with, at most four times a second.
    Reactions {
        /// Each emoji since the last message of this type.
        reactions: Vec<Reaction>,
    },
    /// Who is banned, for hosts: when they ask, and when it changes.
    Bans {
        /// All of them, the longest first.
        bans: Vec<Ban>,
    },
    /// The uploads under way, whole.
    Uploads {
        /// All of them; empty when the last has ended.
        uploads: Vec<Upload>,
    },
    /// A member sends data of a game.
    Data {
        /// Who.
        from: u32,
        /// As they sent it, byte for byte.
        #[cfg_attr(test, ts(type = "unknown"))]
        data: Opaque,
    },
    /// A command was carried out.
    Done {
        /// The command's number.
        id: u64,
    },
    /// Something was refused; nothing changed.
    Refused {
        /// The command's number, if it had one.
        id: Option<u64>,
        /// What went wrong, for programs: see `docs/protocol.md`.
        code: String,
        /// What went wrong and what to do, for people.
        message: String,
    },
    /// The answer to `clock`.
    Clock {
        /// As the client sent it.
        t0: f64,
        /// When the question arrived.
        t1: f64,
        /// When the answer left.
        t2: f64,
    },
}

/// The room's settings, as everybody may see them.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RoomInfo {
    /// The code to join it by.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether it has a password.
    pub locked: bool,
    /// Whether newcomers become hosts.
    pub newcomers_may_control: bool,
    /// Who may control the film.
    pub who_controls: WhoMay,
    /// Who may add films: uploads, picks from the library.
    pub who_adds: WhoMay,
    /// Whether nobody new comes in; those who were in may come back.
    pub closed: bool,
    /// Seconds between two messages of one who is no host; 0 if nobody has to wait.
    pub slow_s: u32,
    /// How long the room waits for somebody whose player has run dry, in seconds; 0 for never.
    pub wait_seconds: u32,
}

/// Whose right something is.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum WhoMay {
    /// Hosts alone.
    Hosts,
    /// Everybody in the room.
    Everybody,
}

/// Somebody in the room.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Member {
    /// Their id, unique in this room for its life.
    pub id: u32,
    /// Their name, as they gave it. Two members may have the same.
    pub name: String,
    /// Whether they are a host.
    pub host: bool,
    /// Their connection is lost, and they have a few seconds to come back.
    pub away: bool,
    /// Their player waits for bytes.
    pub stalled: bool,
    /// Until when they watch on their own; null while they are in step.
    pub alone: Option<Alone>,
    /// What they came with: "Matinee", or the name of another system.
    pub client: String,
    /// Whether it shows and sends chat.
    pub chats: bool,
    /// Whether it follows the film.
    pub plays: bool,
    /// Whether it plays a film of its own instead of the room's.
    pub brings_film: bool,
    /// Whether a host has muted them; left out if not.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(test, ts(as = "Option<bool>", optional))]
    pub muted: bool,
    /// Which of several whose names look the same: 2 or more for who took the name later, left out for the first.
    /// Show it apart from the name, which may end in a number of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub namesake: Option<u32>,
}

/// For `skip_serializing_if`.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(value: &bool) -> bool {
    !*value
}

/// An emoji that people react with.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// How often it came.
    pub count: u32,
}

/// Somebody who is banned.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Ban {
    /// Its number in this room, for `unban`.
    pub id: u32,
    /// What they were called.
    pub name: String,
    /// What the host was called who did it.
    pub by: String,
    /// When.
    pub at_ms: u64,
    /// Whether strangers from the same network address are refused as well. Never where a host, or who made the
    /// room, comes from there too.
    pub address: bool,
    /// How many others were known from that address by then. They stay welcome.
    pub others: u32,
}

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
        /// Why, and what to do, for people.
        message: String,
    },
    /// Nobody knows whether one is needed; there is only the file.
    Unavailable {
        /// What the server lacks, and what to do, for people.
        message: String,
    },
}

/// A line of the room's log.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Line {
    /// Its number: one more than the line before, or much more after a restart of the server.
    pub seq: u64,
    /// When it was written.
    pub at_ms: u64,
    /// Whose line it is.
    pub member: u32,
    /// Their name at that time.
    pub name: String,
    /// Which of several of that name they were, as in a member; left out for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub namesake: Option<u32>,
    /// What it says.
    #[serde(flatten)]
    pub what: Said,
}

/// What a line says.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Said {
    /// They said something.
    Said {
        /// The words, to be shown as text.
        text: String,
        /// What they answer, if they do.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        reply_to: Option<Quote>,
    },
    /// They came in.
    Joined,
    /// They left.
    Left,
    /// They put a film on.
    Picked {
        /// Its title.
        title: String,
    },
    /// They paused.
    Paused {
        /// Where.
        position_ms: u64,
    },
    /// They watch on their own.
    Alone,
    /// They have come back in step.
    InStep,
    /// They went to another position, and have left it at that for 3 seconds.
    Moved {
        /// Where to.
        position_ms: u64,
    },
    /// They changed the speed, likewise.
    Rate {
        /// The speed.
        rate: f64,
    },
    /// They made somebody a host, or one no longer.
    Host {
        /// Whom.
        whom: u32,
        /// Their name at that time.
        whom_name: String,
        /// Whether they are one now.
        host: bool,
    },
    /// They muted somebody, or lifted that.
    Muted {
        /// Whom.
        whom: u32,
        /// Their name at that time.
        whom_name: String,
        /// Whether they are muted now.
        muted: bool,
        /// For how many minutes; null if it does not end by itself.
        minutes: Option<u32>,
    },
    /// They put somebody out.
    PutOut {
        /// Whom.
        whom: u32,
        /// Their name at that time.
        whom_name: String,
        /// Whether for good.
        banned: bool,
    },
    /// They took another name.
    Renamed {
        /// The one before.
        before: String,
    },
    /// They changed a setting.
    Set {
        /// Which, and to what.
        what: Setting,
    },
}

/// What a line answers: the beginning of another one.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Quote {
    /// The line's number; it may be gone by now.
    pub seq: u64,
    /// Whose it was.
    pub member: u32,
    /// Their name at that time.
    pub name: String,
    /// The beginning of what they said, on one line.
    pub text: String,
}

/// A setting as it is from then on.
#[derive(Clone, Copy, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// Nobody new comes in.
    Closed,
    /// Everybody may come in again.
    Open,
    /// Everybody may control the film.
    EverybodyControls,
    /// Hosts alone may.
    HostsControl,
    /// Everybody may add films.
    EverybodyAdds,
    /// Hosts alone may.
    HostsAdd,
    /// There is a password, a new one.
    Password,
    /// There is none any more.
    NoPassword,
    /// Who has spoken waits before they speak again.
    Slow,
    /// Nobody waits any more.
    NotSlow,
}

/// An upload that has not ended.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Upload {
    /// Its number in this room.
    pub id: u32,
    /// Who sends it.
    pub member: u32,
    /// The film's title.
    pub title: String,
    /// Bytes here so far.
    pub received_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
    /// Nobody sends it just now. It goes on where it is, until it ends, expires or is removed.
    pub paused: bool,
    /// Where who sent it may go on with it, and they and hosts may remove it; null if that is not possible.
    pub url: Option<String>,
}

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
