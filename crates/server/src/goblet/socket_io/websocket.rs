//! The WebSocket of a session: one that it was opened with, or one that its client tries and goes over to.

use super::asked::{Asked, Mistake};
use super::socket::{Socket, Way};
use super::{Sid, Sockets, Ticket, first_packet};
use crate::core::Core;
use crate::fullness::Counted;
use crate::limits;
use crate::session::closing::Closing;
use crate::session::conversation::{self, Conversation, Wait};
use crate::session::framed::Framed;
use crate::session::outbox::Outbox;
use crate::session::upgrade;
use crate::session::websocket::Inbound;
use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;
use axum::response::IntoResponse;
use matinee_wire::Frame;
use matinee_wire::goblet::packets::{self, Said};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::time::Instant;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Opens a session.
pub(super) fn open(
    sockets: Sockets,
    sid: Sid,
    ticket: Ticket,
    asked: Asked,
    way_in: WayIn,
    request: Request,
) -> Response<Body> {
    way_in.take(sockets, request, move |sockets, outbox| {
        outbox.push(framed(&first_packet(sockets, sid, &[])));
        let way = Way::WebSocket(Arc::clone(outbox));
        (sockets.open(sid, ticket, &asked, way), None)
    })
}

/// Has a client that polls try whether a WebSocket works.
pub(super) fn try_out(
    sockets: Sockets,
    socket: Arc<Socket>,
    way_in: WayIn,
    request: Request,
) -> Response<Body> {
    let Some(trial) = Trial::begin(&socket) else {
        return Mistake::Request.into_response();
    };
    way_in.take(sockets, request, move |_, _| (socket, Some(trial)))
}

/// What a WebSocket comes in by.
pub(super) struct WayIn {
    pub(super) core: Arc<Core>,
    pub(super) counted: Counted,
    pub(super) outbox_bytes_max: usize,
}

impl WayIn {
    /// Answers the handshake, then holds the connection: with the session that `begin` says, and as its trial if it is
    /// one.
    fn take<F>(self, sockets: Sockets, request: Request, begin: F) -> Response<Body>
    where
        F: FnOnce(&Sockets, &Arc<Outbox>) -> (Arc<Socket>, Option<Trial>) + Send + 'static,
    {
        let run = move |outbox: Arc<Outbox>, read| {
            let (socket, trial) = begin(&sockets, &outbox);
            let message_bytes_max = sockets.0.message_bytes_max;
            let connection = Box::new(Connection {
                _running: sockets.0.running.token(),
                _counted: self.counted,
                sockets,
                socket,
                outbox: Arc::clone(&outbox),
                trial,
            });
            conversation::hold(connection, outbox, message_bytes_max, read)
        };
        let answer = upgrade::hand_over(self.core, self.outbox_bytes_max, request, run);
        answer.unwrap_or_else(|_| Mistake::Request.into_response())
    }
}

/// A trial, ended when it is dropped: polling goes on, if that is still the way.
struct Trial {
    socket: Arc<Socket>,
    until: Instant,
}

impl Trial {
    fn begin(socket: &Arc<Socket>) -> Option<Self> {
        socket.begins_trial().then(|| Self {
            socket: Arc::clone(socket),
            until: Instant::now() + limits::SOCKET_UPGRADES_WITHIN,
        })
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        self.socket.ends_trial();
    }
}

fn framed(packet: &str) -> Framed {
    Framed::new(Frame::must_arrive(packet.to_owned()))
}

/// A WebSocket that a session has gone over to, or tries.
struct Connection {
    sockets: Sockets,
    socket: Arc<Socket>,
    outbox: Arc<Outbox>,
    /// Set as long as it is only tried.
    trial: Option<Trial>,
    /// The server does not end before this has.
    _running: TaskTrackerToken,
    _counted: Counted,
}

impl Conversation for Connection {
    fn hear(&mut self, _came: Instant, controls: u32, messages: VecDeque<Inbound>) -> Option<Wait<'_>> {
        if self.socket.may_send(controls) {
            self.take(messages);
        }
        None
    }

    fn deadline(&self) -> Instant {
        match &self.trial {
            Some(trial) => trial.until,
            None => self.socket.deadline(),
        }
    }

    fn tick(&mut self) {
        match self.trial {
            Some(_) => self.give_up(),
            None => self.socket.tick(),
        }
    }

    async fn end(&mut self) {
        if self.trial.take().is_none() {
            self.socket.end();
            self.sockets.has_left(&self.socket).await;
            self.sockets.forget(self.socket.sid);
        }
    }
}

impl Connection {
    fn take(&mut self, messages: VecDeque<Inbound>) {
        for message in messages {
            match message {
                Inbound::Text(packet) if self.trial.is_some() => self.try_on(&packet),
                Inbound::Text(packet) => {
                    // What is no packet has ended the session.
                    let _ = self.socket.hear(&self.sockets, &packet);
                }
                Inbound::Binary => {
                    // Counted as any packet is.
                    let _ = self.socket.may_send(1);
                }
                Inbound::Pong(_) => {}
                Inbound::Goodbye(answer) => self.outbox.close_with(answer),
            }
            if self.outbox.closing().is_some() {
                return;
            }
        }
    }

    /// Takes a packet of the trial.
    fn try_on(&mut self, packet: &str) {
        match packets::read(self.socket.generation, packet) {
            Some(Said::Probe) if self.socket.trial_works() => self.outbox.push(framed(packets::PROBED)),
            Some(Said::Upgrade) if self.socket.goes_over(&self.outbox) => self.trial = None,
            _ => self.give_up(),
        }
    }

    /// Nothing comes of the trial.
    fn give_up(&self) {
        self.outbox.close(Closing::Left);
    }
}
