//! What goes out: a message's text, and what it makes needless.

/// A text message for one or many members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The message.
    pub text: String,
    /// If set, the newest message of this slot makes those of it that still wait needless: a slow member
    /// gets the state as it is, not how it came to be.
    pub slot: Option<Slot>,
}

impl Frame {
    /// A message that must arrive.
    #[must_use]
    pub fn must_arrive(text: String) -> Self {
        Self { text, slot: None }
    }

    /// A message of which only the newest matters.
    #[must_use]
    pub fn latest(slot: Slot, text: String) -> Self {
        Self {
            text,
            slot: Some(slot),
        }
    }
}

/// An answer to one client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Messages.
    pub frames: Vec<Frame>,
    /// If set, the connection is closed after them.
    pub close: Option<Close>,
}

impl Reply {
    /// One message.
    #[must_use]
    pub fn one(frame: Frame) -> Self {
        Self {
            frames: vec![frame],
            close: None,
        }
    }
}

/// Why a connection is closed, in a dialect's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Close {
    /// The close code.
    pub code: u16,
    /// The reason.
    pub reason: &'static str,
}

/// Kinds of messages of which only the newest matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The playback.
    Playback,
    /// The settings.
    Settings,
    /// The uploads under way.
    Uploads,
    /// The whole list of members.
    Members,
    /// The film's stream.
    Stream,
    /// The film's extras.
    Extras,
    /// The queue of films.
    Queue,
    /// Which change can be taken back.
    Undo,
    /// For whom the film stands still.
    Waiting,
    /// How far members' players are off.
    Skews,
    /// Who is ready.
    ReadyCheck,
    /// Votes to skip the film that is on.
    Votes,
    /// Those who are banned.
    Bans,
    /// One member, by id: there, changed or gone.
    Member(u32),
}
