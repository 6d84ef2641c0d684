//! Why a room did not do what it was asked. Always the asker's affair; nothing has changed.

use thiserror::Error;

/// A refusal: [`code`](Refusal::code) for programs, its `Display` a sentence for people.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    /// Only hosts may do this.
    #[error("Only hosts can do that. Ask a host to make you one.")]
    NotHost,
    /// The sender watches on their own.
    #[error("You are watching on your own. Come back in step to control the film for everybody.")]
    Alone,
    /// The sender is not in the room.
    #[error("You are not in this room any more. Join it again.")]
    NotMember,
    /// The one meant is not in the room.
    #[error("That person is no longer in the room.")]
    NoSuchMember,
    /// Nobody else is host.
    #[error("You are the only host. Make somebody else a host first.")]
    LastHost,
    /// Whoever made the room is beyond the others' reach.
    #[error("That is who made this room: they stay, and stay host.")]
    Founder,
    /// Nobody mutes or puts out themself.
    #[error("That is you. Leave the room if you want to go.")]
    Yourself,
    /// The sender was muted.
    #[error("A host has muted you. You can still watch; ask a host to lift it.")]
    Muted,
    /// Chat is slow.
    #[error("Chat is slow in this room. Wait {wait_s} seconds before your next message.")]
    TooSoon {
        /// Seconds to wait, 1 at least.
        wait_s: u64,
    },
    /// Nobody new may come.
    #[error("This room is closed to newcomers for now. Ask a host to open it.")]
    ClosedToNewcomers,
    /// They were put out a moment ago.
    #[error("A host has put you out of this room. You may come back in {wait_s} seconds.")]
    Kicked {
        /// Seconds to wait, 1 at least.
        wait_s: u64,
    },
    /// They, or somebody from where they come, are not welcome.
    #[error("A host has banned you from this room. Ask a host to lift it if that is a mistake.")]
    Banned,
    /// As many are banned and muted as the room remembers.
    #[error("{sanctions_max} people are banned or muted here. Lift one of those first.")]
    TooManyBans {
        /// The bound.
        sanctions_max: usize,
    },
    /// It was lifted already.
    #[error("That ban is lifted already.")]
    NoSuchBan,
    /// Not an emoji, or more than one.
    #[error("A reaction is one emoji.")]
    NoReaction,
    /// Not a time to mute for.
    #[error("A mute lasts 1 to {minutes_max} minutes, or until it is lifted.")]
    MinutesOutOfRange {
        /// The bound.
        minutes_max: u32,
    },
    /// Not a pause between messages.
    #[error("Between two messages there can be 0 to {seconds_max} seconds.")]
    SlowOutOfRange {
        /// The bound.
        seconds_max: u32,
    },
    /// The room was closed just now.
    #[error("That room was closed. Ask its host for another one.")]
    RoomClosed,
    /// As many as the room takes are in it.
    #[error("This room is full: it takes {members_max} people. Ask the host to let you in later.")]
    RoomFull {
        /// How many it takes.
        members_max: usize,
    },
    /// Another connection of this tab is alive.
    #[error("This tab is already in the room elsewhere.")]
    TabTaken,
    /// The tab's mark is empty or too long.
    #[error("The tab's mark must have 1 to {bytes_max} bytes.")]
    TabInvalid {
        /// The bound.
        bytes_max: usize,
    },
    /// The room has a password and none was given.
    #[error("This room has a password. Ask the host for it.")]
    PasswordNeeded,
    /// It was another one.
    #[error("That is not this room's password. Check it with your host.")]
    WrongPassword,
    /// Nothing to see in the name.
    #[error("Please give a name with at least one letter to see.")]
    NameEmpty,
    /// Too long a name.
    #[error("That name is too long: it can have {chars_max} characters.")]
    NameTooLong {
        /// The bound.
        chars_max: usize,
    },
    /// Nothing said.
    #[error("There is nothing in that message.")]
    TextEmpty,
    /// Too long a message.
    #[error("That message is too long: it can have {chars_max} characters. Send it in parts.")]
    TextTooLong {
        /// The bound.
        chars_max: usize,
    },
    /// Nothing to play.
    #[error("There is no film yet. Pick one first.")]
    NoFilm,
    /// The command was meant for the film before.
    #[error("The film has changed meanwhile. Try again.")]
    FilmChanged,
    /// Not a speed.
    #[error("The speed can be {min} to {max}.")]
    RateOutOfRange {
        /// Slowest, in text so that refusals can be compared.
        min: &'static str,
        /// Fastest.
        max: &'static str,
    },
    /// Not a length.
    #[error("No film is that long.")]
    DurationOutOfRange,
    /// The state is the first member's.
    #[error("Only who made this room can set its state.")]
    StateNotYours,
    /// The first member closes the room.
    #[error("Only who made this room can close it.")]
    RoomNotYours,
    /// Nothing to keep with the room.
    #[error("There is no state in that message.")]
    StateMissing,
    /// Too much to keep with the room.
    #[error("That state is too large: it can have {bytes_max} bytes.")]
    StateTooLarge {
        /// The bound.
        bytes_max: usize,
    },
    /// Too many at once.
    #[error("{uploads_max} uploads are under way here. Wait until one has ended.")]
    TooManyUploads {
        /// The bound.
        uploads_max: usize,
    },
    /// Too many that have not ended.
    #[error("{uploads_max} uploads wait here. Let one end, or remove one that nobody goes on with.")]
    TooManyKeptUploads {
        /// The bound.
        uploads_max: usize,
    },
    /// As many films as may wait in the queue.
    #[error("The queue is full: it takes {entries_max} films. Take one out first.")]
    QueueFull {
        /// The bound.
        entries_max: usize,
    },
    /// The film of the queue that was meant has come or was taken out.
    #[error("That film is not in the queue any more.")]
    NoSuchEntry,
    /// Nothing to go on to.
    #[error("There is nothing in the queue to go on to. Add a film first.")]
    NothingNext,
    /// Too long to wait.
    #[error("The room can wait 0 to {seconds_max} seconds for somebody.")]
    WaitOutOfRange {
        /// The bound.
        seconds_max: u32,
    },
    /// Nothing to start.
    #[error("The film plays already. Pause it first.")]
    PlaysAlready,
    /// Nothing to answer.
    #[error("Nobody asks just now who is ready.")]
    NobodyAsks,
    /// Whoever asks does not see the room's film.
    #[error("Only who watches the film here has a say in that.")]
    NotWatching,
    /// Something else was changed since, or it was taken back already.
    #[error("That cannot be undone any more: something else has changed since.")]
    UndoGone,
}

impl Refusal {
    /// The name of this refusal in protocols; never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotHost => "not_host",
            Self::Alone => "alone",
            Self::NotMember => "not_member",
            Self::NoSuchMember => "no_such_member",
            Self::LastHost => "last_host",
            Self::Founder => "founder",
            Self::Yourself => "yourself",
            Self::Muted => "muted",
            Self::TooSoon { .. } => "too_soon",
            Self::ClosedToNewcomers => "closed_to_newcomers",
            Self::Kicked { .. } => "kicked",
            Self::Banned => "banned",
            Self::TooManyBans { .. } => "too_many_bans",
            Self::NoSuchBan => "no_such_ban",
            Self::NoReaction => "no_reaction",
            Self::MinutesOutOfRange { .. } => "minutes_out_of_range",
            Self::SlowOutOfRange { .. } => "slow_out_of_range",
            // For those who come, it is not there any more.
            Self::RoomClosed => "no_such_room",
            Self::RoomFull { .. } => "room_full",
            Self::TabTaken => "tab_taken",
            Self::TabInvalid { .. } => "tab_invalid",
            Self::PasswordNeeded => "password_needed",
            Self::WrongPassword => "wrong_password",
            Self::NameEmpty => "name_empty",
            Self::NameTooLong { .. } => "name_too_long",
            Self::TextEmpty => "text_empty",
            Self::TextTooLong { .. } => "text_too_long",
            Self::NoFilm => "no_film",
            Self::FilmChanged => "film_changed",
            Self::RateOutOfRange { .. } => "rate_out_of_range",
            Self::DurationOutOfRange => "duration_out_of_range",
            Self::StateNotYours => "state_not_yours",
            Self::RoomNotYours => "room_not_yours",
            Self::StateMissing => "state_missing",
            Self::StateTooLarge { .. } => "state_too_large",
            Self::TooManyUploads { .. } => "too_many_uploads",
            Self::TooManyKeptUploads { .. } => "too_many_kept_uploads",
            Self::QueueFull { .. } => "queue_full",
            Self::NoSuchEntry => "no_such_entry",
            Self::NothingNext => "nothing_next",
            Self::WaitOutOfRange { .. } => "wait_out_of_range",
            Self::PlaysAlready => "plays_already",
            Self::NobodyAsks => "nobody_asks",
            Self::NotWatching => "not_watching",
            Self::UndoGone => "undo_gone",
        }
    }
}
