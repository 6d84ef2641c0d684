//! One connection, from its upgrade to its end: reads messages, has them decoded, and brings them to the room.
//!
//! | file | owns |
//! |---|---|
//! | [`upgrade`] | the handshake, and getting the socket back from HTTP |
//! | [`websocket`] | inbound bytes to messages |
//! | [`outbox`] | what waits to go out |
//! | [`flusher`] | the one writer of a core |
//! | [`door`] | coming in: name, password, place |

mod door;
pub(crate) mod flusher;
pub(crate) mod outbox;
pub(crate) mod upgrade;
mod websocket;

use crate::app::App;
use crate::limits;
use crate::passwords::{self, PasswordError};
use crate::rooms::handle::ToRoom;
use crate::rooms::{RoomGone, RoomHandle};
use bytes::Bytes;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use matinee_room::{Command, Configure, FilmId, Identity, MemberId, Refusal, RoomCode};
use matinee_wire::{Dialect, Frame, Place, Request, native};
use outbox::{Closing, Framed, Outbox, Standing};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::io::Interest;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::task::task_tracker::TaskTrackerToken;
use websocket::{Batch, End, Inbound, Parser};

/// Who is at the other end, as HTTP knew it.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) identity: Identity,
    pub(crate) address: IpAddr,
    /// The dialect and the room, where the address tells them; else the first messages will.
    pub(crate) door: Option<(Dialect, RoomCode, RoomHandle)>,
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

impl Seat {
    async fn command(&self, id: Option<u64>, command: Command) -> Result<(), RoomGone> {
        self.room
            .send(ToRoom::Command {
                member: self.member,
                id,
                command,
            })
            .await
    }
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
    heard: Instant,
    ping_at: Instant,
}

/// Runs a connection to its end.
pub(crate) async fn run(app: Arc<App>, visit: Visit, outbox: Arc<Outbox>, leftover: Bytes) {
    let now = Instant::now();
    let per_second = NonZeroU32::new(app.config.messages_per_second).unwrap_or(NonZeroU32::MIN);
    let burst = per_second.saturating_mul(NonZeroU32::MIN.saturating_add(limits::BURST_SECONDS - 1));
    let session = Session {
        rate: RateLimiter::direct(Quota::per_second(per_second).allow_burst(burst)),
        app,
        dialect: visit.door.as_ref().map(|(dialect, ..)| *dialect),
        visit,
        outbox,
        seat: None,
        strikes: 0,
        pinged: 0,
        heard: now,
        ping_at: now + limits::PING_EVERY,
    };
    session.run(leftover).await;
}

impl Session {
    async fn run(mut self, leftover: Bytes) {
        let mut parser = Parser::new(self.app.config.message_bytes_max);
        let opened = Instant::now();
        if !leftover.is_empty() {
            let batch = parser.parse(&leftover);
            Box::pin(self.take(batch)).await;
        }
        // It holds on to the whole buffer that HTTP read into.
        drop(leftover);
        let outbox = Arc::clone(&self.outbox);
        loop {
            let interest = match outbox.standing() {
                Standing::Open => Interest::READABLE,
                Standing::Blocked => Interest::READABLE | Interest::WRITABLE,
                Standing::Closing | Standing::Closed | Standing::Broken => break,
            };
            let wake = if self.seat.is_some() {
                self.ping_at
            } else {
                opened + limits::HELLO_WITHIN
            };
            tokio::select! {
                ready = outbox.stream().ready(interest) => match ready {
                    Ok(ready) => {
                        if ready.is_writable() {
                            outbox.flush();
                        }
                        if ready.is_readable() || ready.is_read_closed() {
                            let batch = parser.read(&outbox);
                            // Boxed, so that its state takes memory only while there is something to do.
                            Box::pin(self.take(batch)).await;
                        }
                    }
                    Err(_) => break,
                },
                () = outbox.changed.notified() => {}
                () = sleep_until(wake) => self.ping(),
            }
            if outbox.closing().is_some() {
                break;
            }
        }
        if let Some(seat) = self.seat.take() {
            let lost = ToRoom::Lost {
                member: seat.member,
                outbox: Arc::clone(&outbox),
            };
            // A room that has ended has no seats left.
            let _ = seat.room.send(lost).await;
        }
        // Whether or not the client answers, the connection ends here.
        let _ = timeout(limits::CLOSE_WITHIN, say_goodbye(&outbox, &mut parser)).await;
    }

    /// Asks for a sign of life, or gives up on one.
    fn ping(&mut self) {
        let now = Instant::now();
        let silent = now.duration_since(self.heard) >= limits::PING_EVERY + limits::PONG_WITHIN;
        if self.seat.is_none() || silent {
            self.outbox.close(Closing::Silent);
            return;
        }
        self.pinged = (self.app.clock.now_ms() * 1e3) as u64;
        self.outbox.push(Framed::ping(self.pinged.to_be_bytes()));
        let unanswered = self.heard + limits::PING_EVERY + limits::PONG_WITHIN;
        self.ping_at = (now + limits::PING_EVERY).min(unanswered.max(now + limits::PONG_WITHIN));
    }

    async fn take(&mut self, batch: Batch) {
        let Batch {
            messages,
            answers,
            end,
        } = batch;
        if !messages.is_empty() || !answers.is_empty() {
            self.heard = Instant::now();
            self.outbox.note_heard();
        }
        let goodbye = matches!(messages.last(), Some(Inbound::Goodbye));
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

    fn pong(&mut self, payload: &[u8]) {
        if self.pinged == 0 || payload != self.pinged.to_be_bytes() {
            return;
        }
        let round_trip_us = ((self.app.clock.now_ms() * 1e3) as u64).saturating_sub(self.pinged);
        self.pinged = 0;
        if let Some(seat) = &self.seat {
            let latency_ms = u32::try_from(round_trip_us / 2_000).unwrap_or(u32::MAX);
            seat.room.send_if_idle(ToRoom::Latency {
                member: seat.member,
                latency_ms,
            });
        }
    }

    async fn text(&mut self, text: &str) {
        let arrived_ms = self.app.clock.now_ms();
        if self.rate.check().is_err() {
            self.strike("too_fast", "You send too fast. Wait a moment.");
            return;
        }
        let Some(dialect) = self.dialect.or_else(|| Dialect::recognise(text)) else {
            // A client of no system that we know: there is no language to refuse it in.
            self.outbox.close(Closing::RuleBroken);
            return;
        };
        self.dialect = Some(dialect);
        match dialect.decode(text, self.seat.as_ref().map(|seat| &seat.place)) {
            Ok(request) => {
                if self.obey(dialect, request, arrived_ms).await.is_err() {
                    // The room was put away in the moment between: the client comes back and finds it.
                    self.outbox.close(Closing::Restarting);
                }
            }
            Err(malformed) => self.strike_with(dialect.malformed(&malformed)),
        }
    }

    async fn obey(&mut self, dialect: Dialect, request: Request, arrived_ms: f64) -> Result<(), RoomGone> {
        match (request, &self.seat) {
            (Request::Clock { t0 }, _) => {
                self.outbox.push(Framed::new(native::clock(
                    t0,
                    arrived_ms,
                    self.app.clock.now_ms(),
                )));
                Ok(())
            }
            (Request::Ping, _) => {
                if let Some(pong) = dialect.pong() {
                    self.outbox.push(Framed::new(pong));
                }
                Ok(())
            }
            (Request::Hello(hello), None) => Box::pin(self.come_in(dialect, hello)).await,
            (Request::Hello(hello), Some(_)) if hello.room.is_some() => {
                // A room that has ended is left already.
                let _ = self.leave().await;
                Box::pin(self.come_in(dialect, hello)).await
            }
            (Request::Hello(_), Some(_)) => {
                self.refuse(None, "already_in", "You are in this room already.");
                Ok(())
            }
            (_, None) => {
                self.refuse(
                    None,
                    "hello_first",
                    "Say hello first: no room listens to strangers.",
                );
                Ok(())
            }
            (Request::Command { id, command }, Some(seat)) => seat.command(id, command).await,
            (Request::Pick { id, film }, Some(seat)) => {
                match self.app.films.for_room(&seat.code, &FilmId::new(film)) {
                    Some(film) => seat.command(id, Command::Pick(film)).await,
                    None => {
                        let message = "That film is not here any more. Scan the library again.";
                        self.refuse(id, "no_such_film", message);
                        Ok(())
                    }
                }
            }
            (
                Request::Settings {
                    id,
                    name,
                    password,
                    newcomers_may_control,
                },
                Some(seat),
            ) => {
                // Before the work of hashing; the room asks again when the change comes.
                let member = seat.member;
                let is_host = move |room: &matinee_room::Room| room.member(member).is_some_and(|m| m.host);
                if !seat.room.look(is_host).await? {
                    self.refuse(id, Refusal::NotHost.code(), &Refusal::NotHost.to_string());
                    return Ok(());
                }
                match Box::pin(self.new_password(password)).await {
                    Ok(password) => {
                        let change = Configure {
                            name,
                            password,
                            newcomers_may_control,
                        };
                        seat.command(id, Command::Configure(change)).await
                    }
                    Err(error) => {
                        self.refuse(id, error.code(), &error.to_string());
                        Ok(())
                    }
                }
            }
            (Request::Leave, Some(seat)) => {
                seat.room
                    .send(ToRoom::Leave {
                        member: seat.member,
                        close: true,
                    })
                    .await
            }
        }
    }

    /// Leaves a room for another; the connection stays.
    async fn leave(&mut self) -> Result<(), RoomGone> {
        match self.seat.take() {
            Some(seat) => {
                seat.room
                    .send(ToRoom::Leave {
                        member: seat.member,
                        close: false,
                    })
                    .await
            }
            None => Ok(()),
        }
    }

    async fn new_password(
        &self,
        password: Option<String>,
    ) -> Result<Option<Option<matinee_room::PasswordHash>>, PasswordError> {
        match password {
            None => Ok(None),
            Some(password) if password.is_empty() => Ok(Some(None)),
            Some(password) => passwords::hash(&self.app.hashing, password)
                .await
                .map(|hash| Some(Some(hash))),
        }
    }

    fn refuse(&self, command: Option<u64>, code: &str, message: &str) {
        if let Some(dialect) = self.dialect {
            self.outbox
                .push(Framed::new(dialect.refused(command, code, message)));
        }
    }

    /// Refuses something that no good client sends, and closes the connection if it goes on.
    fn strike(&mut self, code: &str, message: &str) {
        let dialect = self.dialect.unwrap_or(Dialect::Native);
        self.strike_with(dialect.refused(None, code, message));
    }

    fn strike_with(&mut self, refusal: Frame) {
        self.outbox.push(Framed::new(refusal));
        self.strikes += 1;
        if self.strikes >= limits::STRIKES_MAX {
            self.outbox.close(Closing::RuleBroken);
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
