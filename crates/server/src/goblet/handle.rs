//! The way to the hall: a bounded queue of messages.

use super::error::GobletError;
use super::public_id::Visitor;
use super::socket_io::{Sid, Socket};
use crate::limits;
use crate::rooms::RoomHandle;
use matinee_room::{Film, MemberId, Network};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// A message to the hall.
pub(super) enum ToHall {
    /// Somebody says that they are there, and may want to be host.
    Register {
        visitor: Visitor,
        host: bool,
        reply: Reply<()>,
    },
    /// Somebody does something to the film, for everyone.
    Act {
        visitor: Visitor,
        action: Action,
        reply: Reply<()>,
    },
    /// Somebody's player stands there. The answer is whether they are host.
    Stands {
        visitor: Visitor,
        position_ms: u64,
        reply: Reply<bool>,
    },
    /// How long does what is told take to reach somebody, in milliseconds?
    Latency { visitor: Visitor, reply: Reply<u32> },
    /// Somebody needs a seat in the lobby.
    Seat {
        visitor: Visitor,
        reply: Reply<(RoomHandle, MemberId)>,
    },
    /// Somebody is about to connect.
    Knock { sid: Sid, who: Who, reply: Reply<()> },
    /// A connection has come.
    Came(Arc<Socket>),
    /// A connection has ended, or as good as.
    Gone(Sid),
}

/// Whose connection it is.
#[derive(Clone, Debug)]
pub(super) enum Who {
    Visitor(Visitor),
    /// Somebody without a cookie, who comes from there.
    Stranger(Option<Network>),
}

impl Who {
    pub(super) fn visitor(&self) -> Option<&Visitor> {
        match self {
            Self::Visitor(visitor) => Some(visitor),
            Self::Stranger(_) => None,
        }
    }
}

type Reply<T> = oneshot::Sender<Result<T, GobletError>>;

/// What somebody may do to the film.
#[derive(Clone, Debug)]
pub(super) enum Action {
    Play,
    Pause,
    Seek { position_ms: u64 },
    PutOn(Film),
}

/// The way to the hall.
#[derive(Clone, Debug)]
pub(super) struct HallHandle(mpsc::Sender<ToHall>);

/// The hall's queue.
pub(super) fn channel() -> (HallHandle, mpsc::Receiver<ToHall>) {
    let (sender, inbox) = mpsc::channel(limits::HALL_QUEUE_MAX);
    (HallHandle(sender), inbox)
}

impl HallHandle {
    pub(super) async fn ask<T>(&self, message: impl FnOnce(Reply<T>) -> ToHall) -> Result<T, GobletError> {
        let (reply, answer) = oneshot::channel();
        self.tell(message(reply)).await?;
        answer.await.map_err(|_| GobletError::Restarting)?
    }

    /// Returns when the hall has ended.
    pub(super) async fn ended(&self) {
        self.0.closed().await;
    }

    pub(super) async fn tell(&self, message: ToHall) -> Result<(), GobletError> {
        self.0.send(message).await.map_err(|_| GobletError::Restarting)
    }
}
