//! What a client sends.

use super::{Repeat, WhoMay};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

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
        /// `made_at_ms` of the `welcome` to the room which that line is of: if another room has the code by now,
        /// `welcome` carries its whole log.
        #[serde(default)]
        made_at_ms: Option<u64>,
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
    /// Tells how far this client's player was from where the room was, over the last two to five seconds in which the
    /// film played. Never answered; what no player can measure, or comes more than once a second, is left out.
    Skew {
        /// The mean; behind the room it is negative.
        mean_ms: f64,
        /// Half of the time it was no further off than this, ahead or behind.
        p50_ms: f64,
        /// The same for 95 % of the time.
        p95_ms: f64,
    },
    /// Asks to be told how far everybody's player is off (`skews`), or no longer. Holds as long as the connection.
    HearSkews {
        /// Which.
        hear: bool,
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
pub(crate) struct Data<'a> {
    #[serde(default)]
    pub(crate) to: Option<u32>,
    #[serde(borrow)]
    pub(crate) data: &'a RawValue,
}
