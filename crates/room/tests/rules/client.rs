//! A member's client, as simple as can be: messages from an outbox, and what it makes of them. Messages say what
//! those of our own protocol say: a member whole, playback whole, one line.

use matinee_room::{
    Alone, Entry, Event, Happening, Hold, Line, Member, MemberId, Playback, Queue, Repeat, Room, Seen,
    Timestamp, UploadProgress, WhoMay,
};
use std::collections::VecDeque;

/// A member, as others see them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shown {
    id: MemberId,
    name: String,
    host: bool,
    away: bool,
    stalled: bool,
    alone: Option<Alone>,
    muted: bool,
    namesake: Option<u32>,
}

impl From<&Member> for Shown {
    fn from(member: &Member) -> Self {
        Self {
            id: member.id,
            name: member.name.clone(),
            host: member.host,
            away: member.is_away(),
            stalled: member.stalled,
            alone: member.watches_alone(),
            muted: member.muted,
            namesake: member.namesake,
        }
    }
}

/// The settings, as everybody sees them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sign {
    name: String,
    locked: bool,
    newcomers_may_control: bool,
    who_controls: WhoMay,
    who_adds: WhoMay,
    closed_to_newcomers: bool,
    slow_s: u32,
}

impl From<&Room> for Sign {
    fn from(room: &Room) -> Self {
        let settings = room.settings();
        Self {
            name: settings.name.clone(),
            locked: settings.password.is_some(),
            newcomers_may_control: settings.newcomers_may_control,
            who_controls: settings.who_controls,
            who_adds: settings.who_adds,
            closed_to_newcomers: settings.closed_to_newcomers,
            slow_s: settings.slow_s,
        }
    }
}

/// The queue, as everybody sees it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Waiting {
    entries: Vec<Entry>,
    repeat: Repeat,
    next_at: Option<Timestamp>,
}

impl From<&Queue> for Waiting {
    fn from(queue: &Queue) -> Self {
        Self {
            entries: queue.entries().to_vec(),
            repeat: queue.repeat,
            next_at: queue.next_at,
        }
    }
}

/// The question who is ready, as everybody sees it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReadyCheck {
    by: MemberId,
    ready: Vec<MemberId>,
    missing: Vec<MemberId>,
    until: Timestamp,
}

impl From<&matinee_room::ReadyCheck> for ReadyCheck {
    fn from(check: &matinee_room::ReadyCheck) -> Self {
        Self {
            by: check.by,
            ready: check.ready().to_vec(),
            missing: check.missing().to_vec(),
            until: check.until,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Message {
    Welcome(Box<View>),
    Member(Shown),
    Left(MemberId),
    Playback(Playback),
    Settings(Sign),
    Line(Line),
    Uploads(Vec<UploadProgress>),
    Queue(Waiting),
    Undo(Option<u64>),
    Votes(Vec<MemberId>, usize),
    ReadyCheck(Option<ReadyCheck>),
    Waiting(Option<Hold>),
    Done(u64),
    Refused(Option<u64>),
}

/// Kinds of messages of which only the newest matters.
#[derive(PartialEq)]
enum Slot {
    Member(MemberId),
    Playback,
    Settings,
    Uploads,
    Queue,
    Undo,
    Votes,
    ReadyCheck,
    Waiting,
}

impl Message {
    /// The message that tells an event, right after it happened.
    pub(crate) fn telling(room: &Room, event: &Event) -> Option<Self> {
        Some(match &event.what {
            Happening::Welcome { since, .. } => Self::Welcome(Box::new(View::of(room, *since))),
            Happening::Joined(id) | Happening::Changed(id) => Self::Member(room.member(*id)?.into()),
            Happening::Streaming(_)
            | Happening::Beat
            | Happening::Members
            | Happening::Passed { .. }
            | Happening::State
            | Happening::Stream
            | Happening::Rights
            | Happening::Extras
            | Happening::PutOut { .. }
            | Happening::Bans
            | Happening::Measured(_)
            | Happening::Skews
            | Happening::Reactions(_)
            | Happening::Closed => return None,
            Happening::Left(left) => Self::Left(left.id),
            Happening::Playback(_) => Self::Playback(room.playback().clone()),
            Happening::Settings => Self::Settings(room.into()),
            Happening::Line(line) => Self::Line(line.clone()),
            Happening::Uploads => Self::Uploads(room.uploads().cloned().collect()),
            Happening::Queue => Self::Queue(room.queue().into()),
            Happening::Undo => Self::Undo(room.queue().undo().map(|undo| undo.number)),
            Happening::Votes => Self::Votes(room.votes().counted().to_vec(), room.votes().needed()),
            Happening::ReadyCheck => Self::ReadyCheck(room.ready_check().map(Into::into)),
            Happening::Waiting => Self::Waiting(room.hold().cloned()),
            Happening::Done => Self::Done(event.cause?.command?),
        })
    }

    fn slot(&self) -> Option<Slot> {
        match self {
            Self::Member(member) => Some(Slot::Member(member.id)),
            Self::Left(id) => Some(Slot::Member(*id)),
            Self::Playback(_) => Some(Slot::Playback),
            Self::Settings(_) => Some(Slot::Settings),
            Self::Uploads(_) => Some(Slot::Uploads),
            Self::Queue(_) => Some(Slot::Queue),
            Self::Undo(_) => Some(Slot::Undo),
            Self::Votes(..) => Some(Slot::Votes),
            Self::Waiting(_) => Some(Slot::Waiting),
            Self::ReadyCheck(_) => Some(Slot::ReadyCheck),
            Self::Welcome(_) | Self::Line(_) | Self::Done(_) | Self::Refused(_) => None,
        }
    }
}

/// What waits for a client's socket.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    waiting: VecDeque<Message>,
    /// A newer message takes out the waiting older one of its slot.
    latest_wins: bool,
}

impl Outbox {
    pub(crate) fn new(latest_wins: bool) -> Self {
        Self {
            waiting: VecDeque::new(),
            latest_wins,
        }
    }

    pub(crate) fn push(&mut self, message: Message) {
        let slot = message.slot();
        if self.latest_wins && slot.is_some() {
            self.waiting.retain(|waiting| waiting.slot() != slot);
        }
        self.waiting.push_back(message);
    }

    pub(crate) fn pop(&mut self) -> Option<Message> {
        self.waiting.pop_front()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

/// A room as a client sees it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct View {
    pub(crate) members: Vec<Shown>,
    pub(crate) playback: Playback,
    pub(crate) settings: Sign,
    pub(crate) lines: Vec<Line>,
    pub(crate) uploads: Vec<UploadProgress>,
    pub(crate) queue: Waiting,
    pub(crate) undo: Option<u64>,
    pub(crate) votes: (Vec<MemberId>, usize),
    pub(crate) ready_check: Option<ReadyCheck>,
    pub(crate) hold: Option<Hold>,
}

impl View {
    /// The room as it is, with the lines that are not `seen`.
    pub(crate) fn of(room: &Room, seen: Seen) -> Self {
        Self {
            members: room.members().iter().map(Into::into).collect(),
            playback: room.playback().clone(),
            settings: room.into(),
            lines: room.lines_since(seen).cloned().collect(),
            uploads: room.uploads().cloned().collect(),
            queue: room.queue().into(),
            undo: room.queue().undo().map(|undo| undo.number),
            votes: (room.votes().counted().to_vec(), room.votes().needed()),
            ready_check: room.ready_check().map(Into::into),
            hold: room.hold().cloned(),
        }
    }

    pub(crate) fn last_seq(&self) -> u64 {
        self.lines.last().map_or(0, |line| line.seq)
    }

    /// The whole room anew; the lines that were seen before stay.
    fn welcomed(&mut self, view: View) {
        let before = std::mem::replace(self, view);
        let missed = std::mem::replace(&mut self.lines, before.lines);
        let cut = missed.len() == matinee_room::limits::LOG_LINES_MAX;
        assert!(
            cut || missed.first().is_none_or(|line| line.seq == self.last_seq() + 1),
            "lines are missing, or came twice"
        );
        assert!(missed.windows(2).all(|two| two[0].seq + 1 == two[1].seq));
        self.lines.extend(missed);
    }

    fn hear(&mut self, message: Message) {
        match message {
            Message::Welcome(view) => self.welcomed(*view),
            Message::Member(member) => match self.members.iter_mut().find(|known| known.id == member.id) {
                Some(known) => *known = member,
                None => self.members.push(member),
            },
            Message::Left(id) => self.members.retain(|member| member.id != id),
            Message::Playback(playback) => {
                assert!(
                    playback.revision > self.playback.revision,
                    "a change came late or twice"
                );
                self.playback = playback;
            }
            Message::Settings(settings) => self.settings = settings,
            Message::Line(line) => {
                assert_eq!(line.seq, self.last_seq() + 1, "each line once, in order");
                self.lines.push(line);
            }
            Message::Uploads(uploads) => self.uploads = uploads,
            Message::Queue(queue) => self.queue = queue,
            Message::Undo(undo) => self.undo = undo,
            Message::ReadyCheck(check) => self.ready_check = check,
            Message::Waiting(hold) => self.hold = hold,
            Message::Votes(counted, needed) => self.votes = (counted, needed),
            Message::Done(_) | Message::Refused(_) => {}
        }
    }
}

/// Takes a message in. The first that a client ever hears is its welcome.
pub(crate) fn hear(view: &mut Option<View>, message: Message) {
    match (view.as_mut(), message) {
        (Some(view), message) => view.hear(message),
        (None, Message::Welcome(first)) => *view = Some(*first),
        (None, message) => panic!("{message:?} came before the welcome"),
    }
}
