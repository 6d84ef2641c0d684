//! The WebSocket of a session: one that it was opened with, or one that its client tries and goes over to.

use super::asked::{Asked, Mistake};
use super::socket::{Socket, Way};
use super::{Sid, Sockets, Ticket, first_packet};
use crate::core::Core;
use crate::fullness::Counted;
use crate::limits;
use crate::session::framed::Framed;
use crate::session::outbox::{Closing, News, Outbox};
use crate::session::websocket::{Batch, End, Inbound, Parser};
use crate::session::{say_goodbye, upgrade};
use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;
use axum::response::IntoResponse;
use bytes::Bytes;
use matinee_wire::Frame;
use matinee_wire::goblet::packets::{self, Said};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until, timeout};

/// What a WebSocket comes in by.
pub(super) struct WayIn {
    pub(super) core: Arc<Core>,
    pub(super) counted: Counted,
    pub(super) outbox_bytes_max: usize,
}

/// Opens a session.
pub(super) fn open(
    sockets: Sockets,
    sid: Sid,
    ticket: Ticket,
    asked: Asked,
    way_in: WayIn,
    request: Request,
) -> Response<Body> {
    let WayIn {
        core,
        counted,
        outbox_bytes_max,
    } = way_in;
    let run = move |outbox: Arc<Outbox>, read| {
        outbox.push(framed(&first_packet(&sockets, sid, &[])));
        let socket = sockets.open(sid, ticket, &asked, Way::WebSocket(Arc::clone(&outbox)));
        Conversation::run(sockets, socket, outbox, Phase::Open, read, counted)
    };
    let answer = upgrade::hand_over(core, outbox_bytes_max, request, run);
    answer.unwrap_or_else(|_| Mistake::Request.into_response())
}

/// Has a client that polls try whether a WebSocket works.
pub(super) fn try_out(
    sockets: Sockets,
    socket: Arc<Socket>,
    way_in: WayIn,
    request: Request,
) -> Response<Body> {
    let WayIn {
        core,
        counted,
        outbox_bytes_max,
    } = way_in;
    if !socket.begins_trial() {
        return Mistake::Request.into_response();
    }
    let trial = Trial(Arc::clone(&socket));
    let run = move |outbox, read| {
        let phase = Phase::Trial {
            until: Instant::now() + limits::SOCKET_UPGRADES_WITHIN,
            _trial: trial,
        };
        Conversation::run(sockets, socket, outbox, phase, read, counted)
    };
    let answer = upgrade::hand_over(core, outbox_bytes_max, request, run);
    answer.unwrap_or_else(|_| Mistake::Request.into_response())
}

/// A trial, ended when it is dropped: polling goes on, if that is still the way.
struct Trial(Arc<Socket>);

impl Drop for Trial {
    fn drop(&mut self) {
        self.0.ends_trial();
    }
}

enum Phase {
    Trial { until: Instant, _trial: Trial },
    Open,
    GivenUp,
}

fn framed(packet: &str) -> Framed {
    Framed::new(Frame::must_arrive(packet.to_owned()))
}

struct Conversation {
    sockets: Sockets,
    socket: Arc<Socket>,
    outbox: Arc<Outbox>,
    parser: Parser,
    phase: Phase,
    _counted: Counted,
}

impl Conversation {
    /// Runs a WebSocket to its end. What belongs to it lies in a box, because a future keeps twice what it is given.
    fn run(
        sockets: Sockets,
        socket: Arc<Socket>,
        outbox: Arc<Outbox>,
        phase: Phase,
        read: Bytes,
        counted: Counted,
    ) -> impl Future<Output = ()> + Send {
        let parser = Parser::new(sockets.0.message_bytes_max);
        let conversation = Box::new(Self {
            sockets,
            socket,
            outbox,
            parser,
            phase,
            _counted: counted,
        });
        conversation.go_on(read)
    }

    async fn go_on(mut self: Box<Self>, read: Bytes) {
        // The server does not end before this has.
        let _running = self.sockets.0.running.token();
        let batch = self.parser.parse(&read);
        self.take(batch);
        // It holds on to the whole buffer that HTTP read into.
        drop(read);
        let outbox = Arc::clone(&self.outbox);
        let mut timer = pin!(sleep_until(self.deadline()));
        while !matches!(self.phase, Phase::GivenUp) {
            let wake = self.deadline();
            if timer.deadline() != wake {
                timer.as_mut().reset(wake);
            }
            tokio::select! {
                biased;
                news = poll_fn(|cx| outbox.poll_news(cx)) => match news {
                    Ok(News::Writable) => outbox.flush(),
                    Ok(News::Readable) => {
                        let batch = self.parser.read(&outbox);
                        let may_have_more = batch.may_have_more;
                        self.take(batch);
                        // A socket that always has more is always ready: others on the core have a turn.
                        if may_have_more {
                            yield_now().await;
                        }
                    }
                    Ok(News::Closing) | Err(_) => break,
                },
                () = timer.as_mut() => self.tick(),
            }
        }
        Box::pin(self.end()).await;
    }

    async fn end(mut self: Box<Self>) {
        if matches!(self.phase, Phase::Open) {
            self.socket.end();
            self.sockets.has_left(&self.socket).await;
            self.sockets.forget(self.socket.sid);
        }
        self.phase = Phase::GivenUp;
        self.outbox.close(Closing::Left);
        // Whether or not the client answers, the connection ends here.
        let goodbye = say_goodbye(&self.outbox, &mut self.parser);
        let _ = timeout(limits::CLOSE_WITHIN, goodbye).await;
    }

    fn deadline(&self) -> Instant {
        match &self.phase {
            Phase::Trial { until, .. } => *until,
            Phase::Open | Phase::GivenUp => self.socket.deadline(),
        }
    }

    fn tick(&mut self) {
        match self.phase {
            Phase::Open => self.socket.tick(),
            Phase::Trial { .. } | Phase::GivenUp => self.phase = Phase::GivenUp,
        }
    }

    fn take(&mut self, batch: Batch) {
        let Batch {
            messages,
            answers,
            controls,
            end,
            ..
        } = batch;
        if !self.socket.may_send(controls) {
            return;
        }
        let goodbye = matches!(messages.back(), Some(Inbound::Goodbye));
        if !answers.is_empty() && !goodbye {
            self.outbox.push(Framed::raw(answers.clone()));
        }
        for message in messages {
            match message {
                Inbound::Text(text) => self.hear(&text),
                // Counted as any packet is.
                Inbound::Binary if !self.socket.may_send(1) => return,
                Inbound::Binary | Inbound::Pong(_) => {}
                Inbound::Goodbye => self.outbox.close_with(answers.clone()),
            }
            if self.outbox.closing().is_some() {
                return;
            }
        }
        match end {
            Some(End::Gone) => self.outbox.break_off(),
            Some(End::Breach(why)) => self.outbox.close(why),
            None => {}
        }
    }

    fn hear(&mut self, packet: &str) {
        match self.phase {
            Phase::Open => {
                // What is no packet has ended the session.
                let _ = self.socket.hear(&self.sockets, packet);
            }
            Phase::Trial { .. } => match packets::read(self.socket.generation, packet) {
                Some(Said::Probe) if self.socket.trial_works() => {
                    self.outbox.push(framed(packets::PROBED));
                }
                Some(Said::Upgrade) if self.socket.goes_over(&self.outbox) => self.phase = Phase::Open,
                _ => self.phase = Phase::GivenUp,
            },
            Phase::GivenUp => {}
        }
    }
}
