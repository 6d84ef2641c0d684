//! The room itself: inputs to events, and who may do what.
//!
//! The one invariant of use: call [`Room::handle`], deliver what it returns, and call it with
//! [`Input::Tick`] when [`Room::poll_timeout`] has come. A refused input changes nothing.
//!
//! | file | owns |
//! |---|---|
//! | this | the state, the way in |
//! | `alone` | who watches on their own for a while |
//! | `asking` | asking everybody whether they are ready |
//! | `coming` | coming in, coming back, losing a connection, leaving |
//! | `commands` | what members want done, and who may |
//! | `leading` | following a host's own player, and telling those who have no clock |
//! | `making` | waiting for a film that is still being made |
//! | `queueing` | the queue: who may change it, when its next film comes, taking a change back |
//! | `rights` | who may do what |
//! | `skewing` | what players tell of how far they are off, and who hears it |
//! | `stalling` | waiting for members whose players have run dry |
//! | `voting` | voting to skip the film that is on |
//! | `moderating` | muting, putting out, banning, and who is met by it |
//! | `relaying` | what passes through, a game's state, closing the room |
//! | `settings` | what hosts may set |
//! | `talking` | chat, reactions, lines that wait until somebody has settled |
//! | `uploads` | uploads: who may, how many, what becomes of them |
//! | `view` | what is to be seen of it |

mod alone;
mod asking;
mod coming;
mod commands;
mod leading;
mod making;
mod moderating;
mod queueing;
mod relaying;
mod rights;
mod settings;
mod skewing;
mod stalling;
mod talking;
mod uploads;
mod view;
mod voting;

pub use rights::WhoMay;
pub use settings::{PasswordHash, Settings};

use crate::event::{Audience, Cause, Event, Happening, to_all, to_one, to_others};
use crate::id::{FilmId, Identity, MemberId, RoomCode, Timestamp};
use crate::input::Input;
use crate::limits;
use crate::log::{LineKind, Log};
use crate::member::Members;
use crate::playback::{Change, Film, Playback};
use crate::queue::Queue;
use crate::readiness::ReadyCheck;
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::sanction::Sanctions;
use crate::skew::Skews;
use crate::stream::{Made, Stream};
use crate::upload::UploadProgress;
use crate::votes::Votes;
use crate::waiting::{Hold, Waiting};
use serde::{Deserialize, Serialize};
use talking::Talk;

/// A room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Room {
    code: RoomCode,
    settings: Settings,
    founder: Option<Identity>,
    members: Members,
    playback: Playback,
    #[serde(default)]
    queue: Queue,
    #[serde(skip)]
    votes: Votes,
    #[serde(skip)]
    ready_check: Option<ReadyCheck>,
    #[serde(default)]
    waiting: Waiting,
    #[serde(skip)]
    skews: Skews,
    /// When to settle again what could not be settled yet.
    #[serde(skip)]
    settle_at: Option<Timestamp>,
    /// Tells it from others that had its code before, or will have it.
    #[serde(default)]
    made_at: Timestamp,
    changed_at: Timestamp,
    last_upload: u32,
    kept: bool,
    #[serde(default)]
    relay: Relay,
    /// Somebody has closed it.
    #[serde(default)]
    closed: bool,
    /// Until when nobody has to be told the position again.
    #[serde(default)]
    paced_until: Timestamp,
    /// The member for whom it was made, where that was no [`Identity`] of theirs alone.
    #[serde(default)]
    maker: Option<MemberId>,
    #[serde(default)]
    sanctions: Sanctions,
    #[serde(default)]
    talk: Talk,
    #[serde(skip)]
    uploads: Vec<UploadProgress>,
    #[serde(skip)]
    log: Log,
    #[serde(skip, default = "default_members_max")]
    members_max: usize,
    #[serde(skip, default = "default_wait_seconds")]
    wait_seconds: u32,
}

fn default_wait_seconds() -> u32 {
    limits::WAIT_SECONDS
}

fn default_members_max() -> usize {
    limits::MEMBERS_MAX
}

type Events = Vec<Event>;

/// The first member of a room.
pub(crate) const FIRST: MemberId = MemberId(1);

impl Room {
    /// A new, empty room. Its founder needs no password and is always host.
    #[must_use]
    pub fn new(now: Timestamp, code: RoomCode, settings: Settings, founder: Option<Identity>) -> Self {
        Self {
            code,
            settings,
            founder,
            members: Members::default(),
            playback: Playback::default(),
            queue: Queue::default(),
            votes: Votes::default(),
            ready_check: None,
            waiting: Waiting::default(),
            skews: Skews::default(),
            settle_at: None,
            made_at: now,
            changed_at: now,
            last_upload: 0,
            kept: true,
            relay: Relay::default(),
            closed: false,
            paced_until: now,
            maker: None,
            sanctions: Sanctions::default(),
            talk: Talk::default(),
            uploads: Vec::new(),
            log: Log::default(),
            members_max: default_members_max(),
            wait_seconds: default_wait_seconds(),
        }
    }

    /// A room that ends when the last one leaves, unless somebody comes in whose place is kept.
    #[must_use]
    pub fn gone_when_empty(mut self) -> Self {
        self.kept = false;
        self
    }

    /// A room that a game relays its messages through.
    #[must_use]
    pub fn with_relay(mut self, relay: Relay) -> Self {
        self.relay = relay;
        self
    }

    /// Has a film on from the start, paused at its beginning.
    #[must_use]
    pub fn with_film(mut self, film: Film) -> Self {
        self.playback.pick(self.changed_at, film);
        self
    }

    /// Takes as many members at once, instead of [`limits::MEMBERS_MAX`].
    #[must_use]
    pub fn with_members_max(mut self, members_max: usize) -> Self {
        self.members_max = members_max;
        self
    }

    /// Waits so many seconds for a member whose player has run dry where no host has set it, instead of
    /// [`limits::WAIT_SECONDS`].
    #[must_use]
    pub fn with_wait_seconds(mut self, wait_seconds: u32) -> Self {
        self.wait_seconds = wait_seconds;
        self
    }

    /// A room as it was kept, with its log: everybody in it has lost their connection just now, and playback
    /// has gone on meanwhile.
    #[must_use]
    pub fn restored(mut self, now: Timestamp, log: Log) -> Self {
        self.members
            .all_away(now.plus_ms(limits::AWAY_AFTER_RESTART_MS_MAX));
        self.members.succeed();
        self.playback.hold_from(now);
        self.playback.forget_news();
        if self.waiting.hold.is_some() {
            self.playback.wait_no_longer(now);
        }
        self.waiting = Waiting::default();
        self.skews = Skews::default();
        self.settle_at = None;
        self.queue.restored();
        self.votes = Votes::default();
        self.ready_check = None;
        // Whoever is waited for has had no way to come meanwhile, and a clock may have been set back.
        self.relay.ends_at = None;
        self.paced_until = self.paced_until.min(now);
        self.talk.hold_from(now);
        self.log = log;
        self
    }

    /// When the room next wants [`Input::Tick`], if ever.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        let deadlines = [
            self.members.next_deadline(),
            self.relay.ends_at,
            self.next_beat(),
            self.next_turn(),
            self.next_shortage(),
            self.ready_check.as_ref().map(|check| check.until),
            self.sanctions.next_end(),
            self.talk.next_deadline(),
            self.waiting.hold.as_ref().map(Hold::next_deadline),
            self.settle_at,
            self.next_skews(),
        ];
        deadlines.into_iter().flatten().min()
    }

    /// Takes one input and says what came of it, in the order in which it happened.
    ///
    /// # Errors
    /// A [`Refusal`], for the one who sent the input; the room is as it was.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Result<Events, Refusal> {
        let mut events = Events::new();
        // Those settle before they are answered.
        let is_command = matches!(input, Input::Command { .. });
        match input {
            Input::Join(join) => self.join(now, join, &mut events)?,
            Input::Drop(member) => self.drop_connection(now, member, &mut events)?,
            Input::Leave(member) => self.leave(now, member, &mut events)?,
            Input::Command { member, id, command } => self.obey(now, member, id, command, &mut events)?,
            Input::Latency {
                member,
                latency_ms,
                jitter_ms,
            } => {
                let member = self.members.get_mut(member).ok_or(Refusal::NotMember)?;
                member.latency_ms = latency_ms.min(limits::LATENCY_MS_MAX);
                member.jitter_ms = jitter_ms.min(limits::LATENCY_MS_MAX);
            }
            Input::UploadBegins {
                member,
                title,
                total_bytes,
            } => {
                self.upload_begins(member, title, total_bytes, &mut events)?;
            }
            Input::UploadKept {
                member,
                key,
                title,
                total_bytes,
            } => self.upload_kept(member, key, title, total_bytes, &mut events)?,
            Input::UploadGoesOn { upload, member } => self.upload_goes_on(upload, member, &mut events)?,
            Input::UploadPauses {
                upload,
                received_bytes,
            } => self.upload_moves(upload, received_bytes, true, &mut events),
            Input::UploadMoves {
                upload,
                received_bytes,
            } => self.upload_moves(upload, received_bytes, false, &mut events),
            Input::UploadEnds { upload, film } => self.upload_ends(now, upload, film, &mut events),
            Input::Prepared {
                film,
                stream,
                duration_ms,
                made,
            } => self.prepared(&film, stream, duration_ms, made, &mut events),
            Input::Extras { film, url } => {
                if self.playback.has_extras(&film, url) {
                    events.push(to_all(None, Happening::Extras));
                }
            }
            Input::MoveFilm(identity) => {
                if !self.is_founder(&identity) {
                    return Err(Refusal::NotHost);
                }
                let change = self.playback.move_film();
                events.push(to_all(None, Happening::Playback(change)));
            }
            Input::Tick => {
                while let Some(member) = self.members.overdue(now) {
                    self.leave(now, member, &mut events)?;
                }
                self.end_without_first(now, &mut events);
                self.take_turn(now, &mut events);
                if self.sanctions.forget(now) {
                    self.mind_mutes(now, None, &mut events);
                }
                self.tell_reactions(now, None, &mut events);
                self.tell_settled(now, &mut events);
                self.beat(now, &mut events);
                self.tell_skews(now, &mut events);
            }
        }
        if !is_command {
            let before = events.len();
            self.settle(now, None, &mut events);
            if let Some(Happening::Welcome { member, .. }) = events.first().map(|event| &event.what) {
                // Their welcome carries what came of their coming.
                let to = Audience::Except(*member);
                events.iter_mut().skip(before).for_each(|event| event.to = to);
            }
        }
        self.mind_the_first(now);
        if events.iter().any(|event| event.what.lasts()) {
            self.changed_at = self.changed_at.max(now);
        }
        Ok(events)
    }

    /// Lets what depends on who is here and what plays follow any change of it.
    fn settle(&mut self, now: Timestamp, cause: Option<Cause>, events: &mut Events) {
        self.settle_at = None;
        self.count_votes(now, cause, events);
        self.mind_readiness(now, cause, events);
        self.mind_waiting(now, cause, events);
        self.mind_making(now, events);
        self.mind_the_end(now, cause, events);
    }

    /// Whether the playback may still be changed by what is being settled: once for each input, so that each change is
    /// told by itself. If not, it is settled again at once.
    fn may_change(&mut self, now: Timestamp, events: &Events) -> bool {
        let is_changed = events
            .iter()
            .any(|event| matches!(event.what, Happening::Playback(_)));
        if is_changed {
            self.settle_at = Some(now);
        }
        !is_changed
    }

    /// Takes what was found out about the film that is on. A length that no film has is not believed.
    fn prepared(
        &mut self,
        film: &FilmId,
        stream: Option<Stream>,
        duration_ms: Option<u64>,
        made: Option<Made>,
        events: &mut Events,
    ) {
        if self.playback.prepared(film, stream, made) {
            events.push(to_all(None, Happening::Stream));
        }
        let learned = duration_ms.map(|duration_ms| self.playback.learn_length(film, duration_ms));
        if learned == Some(Ok(true)) {
            events.push(to_all(None, Happening::Playback(Change::default())));
        }
    }

    /// Writes a line into the log; the caller says for whom it is.
    fn line(&mut self, now: Timestamp, member: MemberId, kind: LineKind) -> Happening {
        let writer = self.members.ever(member);
        let namesake = writer.and_then(|writer| writer.namesake);
        let name = writer.map_or_else(String::new, |writer| writer.name.clone());
        Happening::Line(self.log.write(now, member, &name, namesake, kind))
    }
}
