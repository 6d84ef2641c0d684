//! The way to a room's task: a bounded queue of messages.

use crate::limits;
use crate::session::outbox::Outbox;
use matinee_room::{Command, Film, FilmId, Identity, Input, Join, MemberId, Refusal, Room, UploadId};
use matinee_wire::{Dialect, Frame};
use std::fmt;
use std::sync::Arc;
use thiserror::Error;
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::sync::oneshot;

/// Somebody at the door, with the connection that they came by.
pub(crate) struct Knock {
    pub(crate) join: Join,
    pub(crate) dialect: Dialect,
    pub(crate) connection: Option<Connection>,
    pub(crate) reply: oneshot::Sender<Result<MemberId, Refusal>>,
    /// The connection that holds their place, if it was asked for a sign of life and gave none.
    pub(crate) silent: Option<Arc<Outbox>>,
}

/// How a member is reached. One without it is told nothing.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    pub(crate) outbox: Arc<Outbox>,
    /// The address by which they reach the server.
    pub(crate) base_url: Arc<str>,
}

/// A message to a room's task.
pub(crate) enum ToRoom {
    /// Somebody wants to come in.
    Join(Knock),
    /// A member wants something done; a refusal goes to their outbox.
    Command {
        member: MemberId,
        id: Option<u64>,
        command: Command,
    },
    /// A member's latency was measured.
    Latency {
        member: MemberId,
        latency_ms: u32,
        jitter_ms: u32,
    },
    /// A member leaves for good; their connection is closed, or goes on elsewhere.
    Leave { member: MemberId, close: bool },
    /// A member's connection is lost, if it is still this one.
    Lost { member: MemberId, outbox: Arc<Outbox> },
    /// An upload begins that cannot be gone on with.
    UploadBegins {
        member: MemberId,
        title: String,
        total_bytes: u64,
        reply: oneshot::Sender<Result<UploadId, Refusal>>,
    },
    /// An input of ours that the room may refuse.
    Give {
        input: Input,
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    /// An upload has moved on.
    UploadMoves { upload: UploadId, received_bytes: u64 },
    /// An upload has ended.
    UploadEnds { upload: UploadId, film: Option<Film> },
    /// The founder wants the film's bytes to have another address.
    MoveFilm {
        founder: Identity,
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    /// Subtitles were added to a film in this room, or removed.
    SubtitlesChanged { film: FilmId },
    /// Somebody wants to hear all that everybody hears, in this dialect, without being a member. Who does not
    /// keep up is dropped.
    Watch {
        dialect: Dialect,
        sink: mpsc::Sender<Frame>,
    },
    /// Somebody wants to see the room.
    Look(Box<dyn FnOnce(&Room) + Send>),
}

/// The room's task has ended: look the room up again.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the room is not in memory any more")]
pub(crate) struct RoomGone;

/// What a room's task receives. Boxed, because a queue keeps room for dozens of messages also when it is empty, and some
/// are large.
pub(super) type Inbox = mpsc::Receiver<Box<ToRoom>>;

/// A way to a room's task that does not keep its queue open.
pub(super) type WayBack = mpsc::WeakSender<Box<ToRoom>>;

/// The way to a room.
#[derive(Clone)]
pub(crate) struct RoomHandle {
    sender: mpsc::Sender<Box<ToRoom>>,
}

impl fmt::Debug for RoomHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RoomHandle")
    }
}

/// A new room's queue.
pub(super) fn channel() -> (RoomHandle, Inbox) {
    let (sender, inbox) = mpsc::channel(limits::ROOM_QUEUE_MAX);
    (RoomHandle { sender }, inbox)
}

/// A place in a room's queue.
pub(crate) struct Place<'a>(mpsc::Permit<'a, Box<ToRoom>>);

impl Place<'_> {
    pub(crate) fn take(self, message: ToRoom) {
        self.0.send(Box::new(message));
    }
}

impl RoomHandle {
    /// A place in the queue, if one is free and the room's task has not ended.
    pub(crate) fn place(&self) -> Option<Place<'_>> {
        self.sender.try_reserve().ok().map(Place)
    }

    /// Whether the room's task has ended.
    pub(crate) fn is_gone(&self) -> bool {
        self.sender.is_closed()
    }

    /// Sends, waiting for a place in the queue.
    pub(crate) async fn send(&self, message: ToRoom) -> Result<(), RoomGone> {
        match self.sender.try_send(Box::new(message)) {
            Ok(()) => Ok(()),
            Err(TrySendError::Closed(_)) => Err(RoomGone),
            Err(TrySendError::Full(message)) => self.sender.send(message).await.map_err(|_| RoomGone),
        }
    }

    /// Sends if there is a place in the queue. For what is out of date soon anyway.
    pub(crate) fn send_if_idle(&self, message: ToRoom) {
        // Full or gone: the next one will do.
        let _ = self.sender.try_send(Box::new(message));
    }

    /// Sends what is made with a place for the answer, and waits for the answer.
    pub(crate) async fn ask<T>(
        &self,
        message: impl FnOnce(oneshot::Sender<T>) -> ToRoom,
    ) -> Result<T, RoomGone> {
        let (reply, answer) = oneshot::channel();
        self.send(message(reply)).await?;
        answer.await.map_err(|_| RoomGone)
    }

    /// What `see` sees in the room.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        see: impl FnOnce(&Room) -> T + Send + 'static,
    ) -> Result<T, RoomGone> {
        self.ask(|reply: oneshot::Sender<T>| {
            ToRoom::Look(Box::new(move |room| {
                // Whoever asked may have gone.
                let _ = reply.send(see(room));
            }))
        })
        .await
    }

    /// A handle that does not keep the room's queue open.
    pub(super) fn downgrade(&self) -> WayBack {
        self.sender.downgrade()
    }
}
