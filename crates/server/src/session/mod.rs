//! One connection, from its upgrade to its end: reads messages, has them decoded, and brings them to the room.
//!
//! | file | owns |
//! |---|---|
//! | [`upgrade`] | the handshake, and getting the socket back from HTTP |
//! | [`websocket`] | inbound bytes to messages |
//! | [`outbox`] | a member's outbox, with the socket |
//! | [`queue`], [`framed`] | what waits in it, one message of that |
//! | [`flusher`] | the one writer of a core |
//! | [`link`] | how far off the client is |
//! | [`door`] | coming in: name, password, place |
//! | [`refusing`] | what is said to a message that is refused, and how many are too many |
//! | [`requests`] | what a message means, done |

pub(crate) mod door;
pub(crate) mod flusher;
pub(crate) mod framed;
mod link;
pub(crate) mod outbox;
mod queue;
mod refusing;
mod requests;
pub(crate) mod upgrade;
mod websocket;

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
use matinee_wire::{Dialect, Opening, Place, Request};
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
use websocket::{Batch, End, Inbound, Parser};

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
        if !leftover.is_empty() {
            self.came_ms = self.app.clock.now_ms();
            let batch = parser.parse(&leftover);
            Box::pin(self.take(batch)).await;
        }
        // It holds on to the whole buffer that HTTP read into.
        drop(leftover);
        let outbox = Arc::clone(&self.outbox);
        // Set anew only when its moment has become another: it stands in the runtime's list all the while.
        let mut timer = pin!(sleep_until(opened + limits::HELLO_WITHIN));
        loop {
            let standing = outbox.standing();
            if !matches!(standing, Standing::Open | Standing::Blocked) {
                break;
            }
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
                () = timer.as_mut() => self.ping(),
                news = poll_fn(|cx| outbox.poll_news(standing, cx)) => match news {
                    Ok(News::Changed) => {}
                    Ok(News::Writable) => outbox.flush(),
                    Ok(News::Readable) => {
                        // Before what was read waits for anything, such as the room.
                        self.came_ms = self.app.clock.now_ms();
                        let batch = parser.read(&outbox);
                        let may_have_more = batch.may_have_more;
                        // Boxed, so that its state takes memory only while there is something to do.
                        Box::pin(self.take(batch)).await;
                        // A socket that always has more is always ready: without this nobody else on the
                        // core would have a turn. Of one that has no more, the runtime hears when it has again.
                        if may_have_more {
                            yield_now().await;
                        }
                    }
                    Err(_) => break,
                },
            }
            if outbox.closing().is_some() {
                break;
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

    async fn take(&mut self, batch: Batch) {
        let Batch {
            messages,
            answers,
            controls,
            end,
            ..
        } = batch;
        if !messages.is_empty() || !answers.is_empty() {
            self.heard = Instant::now();
            self.outbox.note_heard();
            self.app.metrics.messages_in.inc_by(messages.len() as u64);
        }
        if controls > 0 && !self.may_send(controls) {
            self.strike("too_fast", "You send too fast. Wait a moment.");
        }
        let goodbye = matches!(messages.back(), Some(Inbound::Goodbye));
        if !answers.is_empty() && !goodbye {
            self.outbox.push(Framed::raw(answers.clone()));
        }
        for message in messages {
            match message {
                Inbound::Text(text) => self.text(&text).await,
                Inbound::Binary => self.strike("binary", "Messages are text here, not binary."),
                Inbound::Pong(payload) => self.pong(&payload),
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

    /// Whether so many frames are within what one client may send.
    fn may_send(&self, frames: u32) -> bool {
        // More than ever fit into the bucket are too many, too.
        NonZeroU32::new(frames).is_none_or(|frames| matches!(self.rate.check_n(frames), Ok(Ok(()))))
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

    /// As how many messages one counts: a long one takes as much of everybody's line as several. At most as many as
    /// ever fit into the bucket.
    fn weight(&self, text: &str) -> u32 {
        let fit = self.app.config.messages_per_second;
        let more = u32::try_from(text.len() / limits::MESSAGE_WEIGHT_BYTES).unwrap_or(u32::MAX);
        more.saturating_add(1)
            .min(fit.saturating_mul(limits::BURST_SECONDS))
    }

    async fn text(&mut self, text: &str) {
        if !self.may_send(self.weight(text)) {
            self.strike("too_fast", "You send too fast. Wait a moment.");
            return;
        }
        let Some(dialect) = self.dialect.or_else(|| self.app.config.dialects.recognise(text)) else {
            // A client of no system that we know: there is no language to refuse it in.
            self.outbox.close(Closing::RuleBroken);
            return;
        };
        self.dialect = Some(dialect);
        match dialect
            .speech()
            .decode(text, self.seat.as_ref().map(|seat| &seat.place))
        {
            Ok(Request::Clock { t0 }) => self.outbox.push(Framed::clock(t0, self.came_ms)),
            // Coming in is told to everybody, with the whole list in some dialects.
            Ok(Request::Hello(_)) if !self.may_send(limits::HELLO_WEIGHT - 1) => {
                self.strike("too_fast", "You send too fast. Wait a moment.");
            }
            Ok(request) => self.carry_out(dialect, request).await,
            Err(malformed) => self.mistaken(dialect, &malformed),
        }
    }
}

/// Lets the last bytes out, then waits for the client to close: ending at once could destroy what it has not
/// read yet.
async fn say_goodbye(outbox: &Outbox, parser: &mut Parser) {
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
