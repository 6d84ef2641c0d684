//! One connection, from its upgrade to its end: reads messages, has them decoded, and brings them to the room.
//!
//! | file | owns |
//! |---|---|
//! | [`upgrade`] | the handshake, and getting the socket back from HTTP |
//! | [`conversation`] | the loop that every connection is held by, to its end |
//! | [`websocket`] | inbound bytes to messages |
//! | [`outbox`] | a member's outbox, with the socket |
//! | [`queue`], [`framed`] | what waits in it, one message of that |
//! | [`closing`] | why a connection is closed |
//! | [`flusher`] | the one writer of a core |
//! | [`hearing`] | what a client has said: counted, understood, done at once |
//! | [`link`] | how far off the client is |
//! | [`door`] | coming in: name, password, place |
//! | [`refusing`] | what is said to a message that is refused, and how many are too many |
//! | [`requests`] | what a message means, done |

pub(crate) mod closing;
pub(crate) mod conversation;
pub(crate) mod door;
pub(crate) mod flusher;
pub(crate) mod framed;
mod hearing;
pub(crate) mod link;
pub(crate) mod outbox;
mod queue;
mod refusing;
mod requests;
pub(crate) mod upgrade;
pub(crate) mod websocket;

use crate::app::App;
use crate::config::Config;
use crate::fullness::Counted;
use crate::limits;
use crate::rooms::RoomHandle;
use crate::rooms::handle::ToRoom;
use bytes::Bytes;
use closing::Closing;
use conversation::{Conversation, Wait};
use framed::Framed;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use link::Link;
use matinee_room::{Identity, MemberId, RoomCode};
use matinee_wire::{Dialect, Opening, Place};
use outbox::Outbox;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::time::Instant;
use tokio_util::task::task_tracker::TaskTrackerToken;
use websocket::Inbound;

/// Who is at the other end, as HTTP knew it.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) identity: Identity,
    pub(crate) address: IpAddr,
    /// The address by which they reach the server, without a slash at its end.
    pub(crate) base_url: Arc<str>,
    /// The page that they come from.
    pub(crate) origin: Option<String>,
    /// The room whose address they are at.
    pub(crate) room: Option<(RoomCode, RoomHandle)>,
    /// How the conversation opens, where the handshake tells; else the first message will.
    pub(crate) opening: Option<Box<Opening>>,
}

/// A member's place in a room, as their session has it.
struct Seat {
    member: MemberId,
    code: RoomCode,
    room: RoomHandle,
    /// The room and the member by the names that the client gave them.
    place: Place,
    /// Keeps the server from ending before this session has.
    _running: TaskTrackerToken,
}

struct Session {
    app: Arc<App>,
    visit: Visit,
    dialect: Option<Dialect>,
    outbox: Arc<Outbox>,
    /// Set once they are in.
    seat: Option<Seat>,
    rate: DefaultDirectRateLimiter,
    strikes: u32,
    /// The ping that waits for its answer: when it went, in microseconds of the server's clock.
    pinged: u64,
    link: Link,
    /// Pings that still follow in quick succession.
    quick_pings: u32,
    /// When what is being taken was there to be read, in milliseconds of the server's clock.
    came_ms: f64,
    /// By when a client of the native dialect says hello.
    hello_by: Instant,
    heard: Instant,
    ping_at: Instant,
    /// As long as this lives, it counts.
    _counted: Counted,
}

/// How fast one client may send.
pub(crate) fn quota(config: &Config) -> Quota {
    let per_second = NonZeroU32::new(config.messages_per_second).unwrap_or(NonZeroU32::MIN);
    let burst = per_second.saturating_mul(NonZeroU32::MIN.saturating_add(limits::BURST_SECONDS - 1));
    Quota::per_second(per_second).allow_burst(burst)
}

/// Runs a connection to its end, from what was read of it with the handshake.
pub(crate) fn run(
    app: Arc<App>,
    mut visit: Visit,
    outbox: Arc<Outbox>,
    read: Bytes,
    counted: Counted,
) -> impl Future<Output = ()> + Send {
    let now = Instant::now();
    let message_bytes_max = app.config.message_bytes_max;
    let opening = visit.opening.take();
    let mut session = Box::new(Session {
        rate: RateLimiter::direct(quota(&app.config)),
        app,
        dialect: opening.as_ref().map(|opening| opening.dialect),
        visit,
        outbox: Arc::clone(&outbox),
        seat: None,
        strikes: 0,
        pinged: 0,
        link: Link::default(),
        quick_pings: limits::PINGS_QUICK,
        came_ms: 0.0,
        hello_by: now + limits::HELLO_WITHIN,
        heard: now,
        ping_at: now + limits::PING_EVERY,
        _counted: counted,
    });
    async move {
        if let Some(opening) = opening {
            Box::pin(session.open(*opening)).await;
        }
        conversation::hold(session, outbox, message_bytes_max, read).await;
    }
}

impl Conversation for Session {
    fn hear(&mut self, came: Instant, controls: u32, messages: VecDeque<Inbound>) -> Option<Wait<'_>> {
        let waiting = self.take_in(came, controls, messages)?;
        Some(Box::pin(self.go_on(waiting)))
    }

    fn deadline(&self) -> Instant {
        if self.has_said_hello() {
            self.ping_at
        } else {
            self.hello_by
        }
    }

    fn tick(&mut self) {
        self.ping();
    }

    async fn end(&mut self) {
        if let Some(seat) = &self.seat {
            let lost = ToRoom::Lost {
                member: seat.member,
                outbox: Arc::clone(&self.outbox),
            };
            // A room that has ended has no seats left.
            let _ = seat.room.send(lost).await;
        }
    }
}

impl Session {
    /// Does what the handshake says.
    async fn open(&mut self, opening: Opening) {
        let speech = opening.dialect.speech();
        if speech.heartbeat().is_some() {
            self.ping();
        }
        match opening.first {
            Some(Ok(request)) => self.carry_out(opening.dialect, request).await,
            Some(Err(malformed)) => self.outbox.answer(speech.malformed(&malformed, false)),
            None => {}
        }
    }

    /// Whether the connection may stay as long as it answers pings. Clients of the native dialect say hello at
    /// once; those of others may wait for a person who types a code, and say nothing before.
    fn has_said_hello(&self) -> bool {
        self.seat.is_some() || self.dialect != Some(Dialect::Native)
    }

    /// Asks for a sign of life, or gives up on one.
    fn ping(&mut self) {
        let now = Instant::now();
        if let Some(heartbeat) = self.dialect.and_then(|dialect| dialect.speech().heartbeat()) {
            if self.pinged != 0 {
                self.outbox.close(Closing::Silent);
                return;
            }
            self.pinged = self.now_us();
            self.outbox.push(Framed::new(heartbeat.frame));
            self.ping_at = now + heartbeat.every;
            return;
        }
        let silent = now.duration_since(self.heard) >= limits::PING_EVERY + limits::PONG_WITHIN;
        if !self.has_said_hello() || silent {
            self.outbox.close(Closing::Silent);
            return;
        }
        self.pinged = self.now_us();
        self.outbox.push(Framed::ping(self.pinged.to_be_bytes()));
        let unanswered = self.heard + limits::PING_EVERY + limits::PONG_WITHIN;
        self.ping_at = (now + limits::PING_EVERY).min(unanswered.max(now + limits::PONG_WITHIN));
    }

    fn now_us(&self) -> u64 {
        (self.app.clock.now_ms() * 1e3) as u64
    }

    fn pong(&mut self, payload: &[u8]) {
        if payload == self.pinged.to_be_bytes() {
            self.ponged();
        }
    }

    /// The ping that waited was answered.
    fn ponged(&mut self) {
        if self.pinged == 0 {
            return;
        }
        let came_us = (self.came_ms * 1e3) as u64;
        let round_trip_us = came_us.saturating_sub(self.pinged);
        self.pinged = 0;
        if self.link.learn(round_trip_us.min(limits::ROUND_TRIP_US_MAX)) {
            self.quick_pings = self.quick_pings.max(limits::PINGS_QUICK);
        }
        if self.quick_pings > 0 {
            self.quick_pings -= 1;
            self.ping_at = self.ping_at.min(Instant::now() + limits::PING_QUICK_GAP);
        }
        self.tell_latency();
    }

    fn tell_latency(&self) {
        if let Some(seat) = self.seat.as_ref().filter(|_| self.link.is_known()) {
            seat.room.send_if_idle(ToRoom::Latency {
                member: seat.member,
                latency_ms: self.link.latency_ms(),
                jitter_ms: self.link.jitter_ms(),
            });
        }
    }
}
