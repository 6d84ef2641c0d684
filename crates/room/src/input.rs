//! What goes into a room.

use crate::id::{EntryId, FilmId, Identity, MemberId, Network, Tab, UploadId, UploadKey};
use crate::log::Seen;
use crate::member::{Alone, Client, Stay};
use crate::playback::Film;
use crate::queue::Repeat;
use crate::room::{PasswordHash, WhoMay};
use crate::skew::Skew;
use crate::stream::{Made, Stream};

/// Something that happens to a room.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Somebody comes in or comes back. The first event of the answer is their `Welcome`.
    Join(Join),
    /// A member's connection is lost; they may come back for a while.
    Drop(MemberId),
    /// A member leaves for good.
    Leave(MemberId),
    /// A member wants something done.
    Command {
        /// Who.
        member: MemberId,
        /// Their number for it. A number not above the highest one so far is a repetition: it is answered,
        /// not done again.
        id: Option<u64>,
        /// What.
        command: Command,
    },
    /// A member's one-way latency, as measured by now, in whole milliseconds.
    Latency {
        /// Whose.
        member: MemberId,
        /// How much, in the mean.
        latency_ms: u32,
        /// How far the round trip is from twice that, in the mean.
        jitter_ms: u32,
    },
    /// An upload begins, by who may add films. The event is for all; its number is the room's next
    /// ([`Room::next_upload`](crate::Room::next_upload)).
    UploadBegins {
        /// Who sends it.
        member: MemberId,
        /// The film's title.
        title: String,
        /// Bytes in all.
        total_bytes: u64,
    },
    /// Who may add films announces an upload that can be gone on with; nobody sends it yet.
    UploadKept {
        /// Who will send it.
        member: MemberId,
        /// What it is found by from now on.
        key: UploadKey,
        /// The film's title.
        title: String,
        /// Bytes in all.
        total_bytes: u64,
    },
    /// Somebody sends a kept upload, from the start or from where it stopped.
    UploadGoesOn {
        /// Which.
        upload: UploadId,
        /// As which member, if they are in the room.
        member: Option<MemberId>,
    },
    /// Nobody sends a kept upload any more.
    UploadPauses {
        /// Which.
        upload: UploadId,
        /// Bytes here so far.
        received_bytes: u64,
    },
    /// An upload has moved on.
    UploadMoves {
        /// Which.
        upload: UploadId,
        /// Bytes here so far.
        received_bytes: u64,
    },
    /// An upload has ended: with a film, or without one.
    UploadEnds {
        /// Which.
        upload: UploadId,
        /// What it brought. It is put on if no other film is under way and none waits, else it goes into the queue.
        film: Option<Film>,
    },
    /// The film's stream has come, moved on or failed.
    Prepared {
        /// Whose stream. Nothing happens if another film is on.
        film: FilmId,
        /// Where it is; `None` if every browser plays the film's file.
        stream: Option<Stream>,
        /// How long the film is, if that was found out.
        duration_ms: Option<u64>,
        /// How much of the stream is made; `None` where nobody has to wait for it: it is whole, none is needed, or none
        /// comes.
        made: Option<Made>,
    },
    /// The film's extras have come, or changed.
    Extras {
        /// Whose. Nothing happens if another film is on.
        film: FilmId,
        /// Where they are described, relative to the server: another address whenever they have changed.
        url: Option<String>,
    },
    /// The founder wants the film's bytes to have another address. Whether they are in the room does not matter.
    MoveFilm(Identity),
    /// Time has come to [`Room::poll_timeout`](crate::Room::poll_timeout).
    Tick,
}

/// Somebody at the door. Whether their password is right has been found out before: checking one takes
/// long on purpose, and the room does not wait.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// Who they are.
    pub identity: Identity,
    /// Whether nobody else is that: they brought a cookie or a secret.
    pub personal: bool,
    /// Where they come from, if that tells people apart.
    pub network: Option<Network>,
    /// Which of their tabs.
    pub tab: Tab,
    /// Their name, as they typed it.
    pub name: String,
    /// Whether the right password was given. Not asked of those who were in before, nor of the founder.
    pub password: PasswordCheck,
    /// What they have of the log.
    pub since: Seen,
    /// What they call the room: its code, or how they spell it.
    pub calls_room: String,
    /// What they came with.
    pub client: Client,
    /// What becomes of their place when their connection is lost.
    pub stay: Stay,
    /// Whether the room was made for them just now.
    pub founds: bool,
    /// Take the place even if a connection of this tab is there: it was asked and does not answer.
    pub replace: bool,
}

/// What was found out about the password that somebody brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordCheck {
    /// None was brought.
    None,
    /// It is not the room's.
    Wrong,
    /// It is the room's.
    Right,
}

/// What a member may want done.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Say something.
    Say {
        /// As typed.
        text: String,
    },
    /// Answer what somebody said.
    Reply {
        /// As typed.
        text: String,
        /// The line that is answered; of one that is not kept any more nothing is repeated.
        to: u64,
    },
    /// React with an emoji. Too many of one person are left out.
    React(String),
    /// Play on. Who may control.
    Play {
        /// The playback revision that the sender saw.
        seen: u64,
    },
    /// Pause. Who may control.
    Pause {
        /// The playback revision that the sender saw.
        seen: u64,
    },
    /// Go to a position. Who may control.
    Seek {
        /// The playback revision that the sender saw.
        seen: u64,
        /// Where to.
        position_ms: u64,
    },
    /// Change the speed. Who may control.
    Rate {
        /// The playback revision that the sender saw.
        seen: u64,
        /// 1 is the film's own.
        rate: f64,
    },
    /// Make the room follow the sender's own player. Who may control. A player that agrees with the room changes
    /// nothing.
    Lead {
        /// Where it stands, in milliseconds.
        position_ms: u64,
        /// Whether it stands still.
        paused: bool,
        /// Its speed.
        rate: f64,
        /// Whether somebody has just moved it on purpose, so that it is believed even if it has not
        /// followed the room's last change.
        force: bool,
        /// The message in which it was told, for those clients that take it as it is.
        text: Option<Box<str>>,
    },
    /// Go to a position, for who may control; be told the playback again, for anybody else.
    Resync {
        /// Where to.
        position_ms: u64,
    },
    /// Send something that the room does not look into to one member, or to all others.
    Pass {
        /// For what kind of clients it is.
        channel: Channel,
        /// To whom, if not to all others.
        to: Option<Whom>,
        /// What; empty if the message carried nothing.
        text: Box<str>,
    },
    /// Keep a game's state with the room, as JSON; `None` if there was none in the message. The first member.
    SetState(Option<Box<str>>),
    /// Close the room for everybody. The first member.
    Close,
    /// Put a film on. Who may add films; who may control besides, where another one is under way.
    Pick(Film),
    /// Add a film to the queue. Who may add films. Where there is no film at all, it is put on.
    Add {
        /// Which.
        film: Film,
        /// Whether it comes next, and not after all others.
        next: bool,
    },
    /// Give a film of the queue another place. Who may control.
    Move {
        /// Which.
        entry: EntryId,
        /// Before which; `None` for the end.
        before: Option<EntryId>,
    },
    /// Take a film out of the queue. Who may control; who may add films, their own.
    Remove(EntryId),
    /// Take all films out of the queue. Who may control.
    Clear,
    /// Say what comes again by itself. Who may control.
    Repeat(Repeat),
    /// Go to a film of the queue at once. Who may control.
    Next {
        /// The playback revision that the sender saw.
        seen: u64,
        /// Which; `None` for the first.
        entry: Option<EntryId>,
    },
    /// Stay with the film that is over, though something comes after it. Who may control.
    Stay,
    /// Vote to skip the film that is on, or take the vote back. Who watches it.
    Skip {
        /// The playback revision that the sender saw.
        seen: u64,
        /// Whether to skip it.
        skip: bool,
    },
    /// Take the latest change of the queue or of the film back. Who may control; who may add films, what they did to
    /// the queue themselves.
    Undo {
        /// Its number.
        number: u64,
    },
    /// Ask everybody whether they are ready; the film starts when all are. Who may control.
    AskReady,
    /// Say that one is ready, or not yet. Who watches the film.
    Ready(bool),
    /// Ask no longer. Who may control.
    StopAsking,
    /// Tell that the film has ended; for films of unknown length. Who may control.
    Ended(FilmId),
    /// Tell how long the film is. Who may control; the first to know.
    Length {
        /// Which film.
        film: FilmId,
        /// How long.
        duration_ms: u64,
    },
    /// Tell that a stream of one's own begins or ends; the room only passes the word on.
    Stream(bool),
    /// Tell that the player waits for bytes, or no longer.
    Stalled {
        /// Which.
        stalled: bool,
        /// How much it has loaded ahead, if that is known.
        buffered_ms: Option<u64>,
    },
    /// Tell how far one's player is off. What cannot be is left out.
    Measured(Skew),
    /// Be told how far everybody's player is off, or no longer.
    HearSkews(bool),
    /// Watch on one's own, away from the room's playback; `None` comes back in step.
    Alone(Option<Alone>),
    /// Take another name.
    Rename(String),
    /// Make a member a host or not. Hosts.
    Host {
        /// Whom.
        member: MemberId,
        /// Whether they shall be one.
        host: bool,
    },
    /// Make a member a host who is none, and the other way round; the last host stays one. Hosts.
    ToggleHost(MemberId),
    /// Have a member say nothing. Hosts.
    Mute {
        /// Whom.
        member: MemberId,
        /// For how long; `None` until it is lifted.
        minutes: Option<u32>,
    },
    /// Let them speak again. Hosts.
    Unmute(MemberId),
    /// Put a member out for a moment. Hosts.
    Kick(MemberId),
    /// Put a member out for good, who may have left before. Hosts.
    Ban {
        /// Whom.
        member: MemberId,
        /// Whether those who are new from the same network are refused as well.
        by_network: bool,
    },
    /// Lift a ban, by its number. Hosts.
    Unban(u32),
    /// Be told who is banned. Hosts.
    ListBans,
    /// Change the settings. Hosts.
    Configure(Configure),
}

/// For what kind of clients something is that the room does not look into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// What games tell each other.
    Data,
    /// What film players tell each other. Who may control.
    Cue,
}

/// A member, as others name them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// By number.
    Member(MemberId),
    /// By the id that they have chosen.
    Tab(Identity, Tab),
}

/// A change of settings; `None` leaves one as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Configure {
    /// The room's name.
    pub name: Option<String>,
    /// The password's hash; `Some(None)` takes the password away.
    pub password: Option<Option<PasswordHash>>,
    /// Whether newcomers become hosts.
    pub newcomers_may_control: Option<bool>,
    /// Who may control the film.
    pub who_controls: Option<WhoMay>,
    /// Who may add films.
    pub who_adds: Option<WhoMay>,
    /// Whether nobody new comes in.
    pub closed_to_newcomers: Option<bool>,
    /// Seconds between two messages of one person.
    pub slow_s: Option<u32>,
    /// How long the room waits for somebody, in seconds.
    pub wait_seconds: Option<u32>,
}
