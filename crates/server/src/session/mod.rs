//! One connection, from its upgrade to its end: reads messages, has them decoded, and brings them to the room.
//!
//! | file | owns |
//! |---|---|
//! | [`upgrade`] | the handshake, and getting the socket back from HTTP |
//! | [`websocket`] | inbound bytes to messages |
//! | [`outbox`] | a member's outbox, with the socket |
//! | [`queue`], [`framed`] | what waits in it, one message of that |
//! | [`flusher`] | the one writer of a core |
//! | [`hearing`] | what a client has said: counted, understood, done at once |
//! | [`link`] | how far off the client is |
//! | [`door`] | coming in: name, password, place |
//! | [`refusing`] | what is said to a message that is refused, and how many are too many |
//! | [`requests`] | what a message means, done |

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
use framed::Framed;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use link::Link;
use matinee_room::{Identity, MemberId, RoomCode};
use matinee_wire::{Dialect, Opening, Place};
use outbox::{Closing, News, Outbox, Standing};
use std::future::poll_fn;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::Arc;
use tokio::io::Interest;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::task::task_tracker::TaskTrackerToken;
use websocket::{Inbound, Parser};

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

/// Runs a connection to its end. What belongs to it lies in a box, because a future keeps twice what it is given.
pub(crate) fn run(
    app: Arc<App>,
    mut visit: Visit,
    outbox: Arc<Outbox>,
    leftover: Bytes,
    counted: Counted,
) -> impl Future<Output = ()> + Send {
    let now = Instant::now();
    let opening = visit.opening.take();
    let session = Box::new(Session {
        rate: RateLimiter::direct(quota(&app.config)),
        app,
        dialect: opening.as_ref().map(|opening| opening.dialect),
        visit,
        outbox,
        seat: None,
        strikes: 0,
        pinged: 0,
        link: Link::default(),
        quick_pings: limits::PINGS_QUICK,
        came_ms: 0.0,
        heard: now,
        ping_at: now + limits::PING_EVERY,
        _counted: counted,
    });
    session.run(opening, leftover)
}

impl Session {
    async fn run(mut self: Box<Self>, opening: Option<Box<Opening>>, leftover: Bytes) {
        let mut parser = Parser::new(self.app.config.message_bytes_max);
        let opened = Instant::now();
        if let Some(opening) = opening {
            Box::pin(self.open(*opening)).await;
        }
        if !leftover.is_empty()
            && let Some(waiting) = self.hear(Instant::now(), parser.parse(&leftover))
        {
            Box::pin(self.go_on(waiting)).await;
        }
        // It holds on to the whole buffer that HTTP read into.
        drop(leftover);
        let outbox = Arc::clone(&self.outbox);
        // Set anew only when its moment has become another: it stands in the runtime's list all the while.
        let mut timer = pin!(sleep_until(opened + limits::HELLO_WITHIN));
        loop {
            let wake = if self.has_said_hello() {
                self.ping_at
            } else {
                opened + limits::HELLO_WITHIN
            };
            if timer.deadline() != wake {
                timer.as_mut().reset(wake);
            }
            tokio::select! {
                biased;
                news = poll_fn(|cx| outbox.poll_news(cx)) => match news {
                    Ok(News::Writable) => outbox.flush(),
                    Ok(News::Readable) => {
                        // Before what was read waits for anything, such as the room.
                        let came = Instant::now();
                        let batch = parser.read(&outbox);
                        let may_have_more = batch.may_have_more;
                        if let Some(waiting) = self.hear(came, batch) {
                            // Boxed, so that its state takes memory only while there is something to do.
                            Box::pin(self.go_on(waiting)).await;
                        }
                        // A socket that always has more is always ready: without this nobody else on the
                        // core would have a turn. Of one that has no more, the runtime hears when it has again.
                        if may_have_more {
                            yield_now().await;
                        }
                    }
                    Ok(News::Closing) | Err(_) => break,
                },
                () = timer.as_mut() => self.ping(),
            }
        }
        let seat = self.seat.take();
        if let Some(seat) = &seat {
            let lost = ToRoom::Lost {
                member: seat.member,
                outbox: Arc::clone(&outbox),
            };
            // A room that has ended has no seats left.
            let _ = seat.room.send(lost).await;
        }
        // Whether or not the client answers, the connection ends here.
        let goodbye = timeout(limits::CLOSE_WITHIN, say_goodbye(&outbox, &mut parser));
        let _ = Box::pin(goodbye).await;
    }

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

/// Lets the last bytes out, then waits for the client to close: ending at once could destroy what it has not
/// read yet.
pub(crate) async fn say_goodbye(outbox: &Outbox, parser: &mut Parser) {
    let by_them = outbox.closing() == Some(Closing::Answered);
    loop {
        let interest = match outbox.standing() {
            Standing::Broken => return,
            Standing::Closed if by_them => return,
            Standing::Closed => Interest::READABLE,
            Standing::Open | Standing::Blocked | Standing::Closing => Interest::WRITABLE,
        };
        match outbox.stream().ready(interest).await {
            Ok(ready) if ready.is_writable() && interest.is_writable() => outbox.flush(),
            Ok(_) => {
                yield_now().await;
                let batch = parser.read(outbox);
                let goodbye = batch
                    .messages
                    .iter()
                    .any(|message| matches!(message, Inbound::Goodbye));
                if goodbye || batch.end.is_some() {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}
