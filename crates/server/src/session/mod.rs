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
use matinee_wire::{Dialect, Frame, Request, native};
use outbox::{Closing, Framed, Outbox, Standing};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::io::Interest;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::task::task_tracker::TaskTrackerToken;
use websocket::{Batch, End, Inbound, Parser};

/// Who is at the other end, as HTTP knew it, and where they want to go.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) code: RoomCode,
    pub(crate) identity: Identity,
    pub(crate) address: IpAddr,
    pub(crate) dialect: Dialect,
}

struct Session {
    app: Arc<App>,
    visit: Visit,
    room: RoomHandle,
    outbox: Arc<Outbox>,
    /// Set once they are in; with what keeps the server from ending before this session has.
    member: Option<(MemberId, TaskTrackerToken)>,
    rate: DefaultDirectRateLimiter,
    strikes: u32,
    /// The ping that waits for its answer: when it went, in microseconds of the server's clock.
    pinged: u64,
    heard: Instant,
    ping_at: Instant,
}

/// Runs a connection to its end.
pub(crate) async fn run(app: Arc<App>, visit: Visit, room: RoomHandle, outbox: Arc<Outbox>, leftover: Bytes) {
    let now = Instant::now();
    let per_second = NonZeroU32::new(app.config.messages_per_second).unwrap_or(NonZeroU32::MIN);
    let burst = per_second.saturating_mul(NonZeroU32::MIN.saturating_add(limits::BURST_SECONDS - 1));
    let session = Session {
        rate: RateLimiter::direct(Quota::per_second(per_second).allow_burst(burst)),
        app,
        visit,
        room,
        outbox,
        member: None,
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
            let wake = if self.member.is_some() {
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
        if let Some((member, _)) = &self.member {
            let lost = ToRoom::Lost {
                member: *member,
                outbox: Arc::clone(&outbox),
            };
            // A room that has ended has no seats left.
            let _ = self.room.send(lost).await;
        }
        // Whether or not the client answers, the connection ends here.
        let _ = timeout(limits::CLOSE_WITHIN, say_goodbye(&outbox, &mut parser)).await;
    }

    /// Asks for a sign of life, or gives up on one.
    fn ping(&mut self) {
        let now = Instant::now();
        let silent = now.duration_since(self.heard) >= limits::PING_EVERY + limits::PONG_WITHIN;
        if self.member.is_none() || silent {
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
        if let Some((member, _)) = self.member {
            let latency_ms = u32::try_from(round_trip_us / 2_000).unwrap_or(u32::MAX);
            self.room.send_if_idle(ToRoom::Latency { member, latency_ms });
        }
    }

    async fn text(&mut self, text: &str) {
        let arrived_ms = self.app.clock.now_ms();
        if self.rate.check().is_err() {
            self.strike("too_fast", "You send too fast. Wait a moment.");
            return;
        }
        match self.visit.dialect.decode(text) {
            Ok(request) => {
                if self.obey(request, arrived_ms).await.is_err() {
                    // The room was put away in the moment between: the client comes back and finds it.
                    self.outbox.close(Closing::Restarting);
                }
            }
            Err(malformed) => {
                let frame = self.visit.dialect.malformed(&malformed);
                self.strike_with(frame);
            }
        }
    }

    async fn obey(&mut self, request: Request, arrived_ms: f64) -> Result<(), RoomGone> {
        match (request, self.member.as_ref().map(|(member, _)| *member)) {
            (Request::Clock { t0 }, _) => {
                self.outbox.push(Framed::new(native::clock(
                    t0,
                    arrived_ms,
                    self.app.clock.now_ms(),
                )));
                Ok(())
            }
            (Request::Hello(hello), None) => Box::pin(self.come_in(hello)).await,
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
            (Request::Command { id, command }, Some(member)) => {
                self.room.send(ToRoom::Command { member, id, command }).await
            }
            (Request::Pick { id, film }, Some(member)) => self.pick(member, id, film).await,
            (
                Request::Settings {
                    id,
                    name,
                    password,
                    newcomers_may_control,
                },
                Some(member),
            ) => {
                // Before the work of hashing; the room asks again when the change comes.
                let is_host = move |room: &matinee_room::Room| room.member(member).is_some_and(|m| m.host);
                if !self.room.look(is_host).await? {
                    self.refuse(id, Refusal::NotHost.code(), &Refusal::NotHost.to_string());
                    return Ok(());
                }
                let password = match Box::pin(self.new_password(password)).await {
                    Ok(password) => password,
                    Err(error) => {
                        self.refuse(id, error.code(), &error.to_string());
                        return Ok(());
                    }
                };
                let command = Command::Configure(Configure {
                    name,
                    password,
                    newcomers_may_control,
                });
                self.room.send(ToRoom::Command { member, id, command }).await
            }
            (Request::Leave, Some(member)) => self.room.send(ToRoom::Leave { member }).await,
        }
    }

    async fn pick(&mut self, member: MemberId, id: Option<u64>, film: String) -> Result<(), RoomGone> {
        match self.app.films.for_room(&self.visit.code, &FilmId::new(film)) {
            Some(film) => {
                let command = Command::Pick(film);
                self.room.send(ToRoom::Command { member, id, command }).await
            }
            None => {
                self.refuse(
                    id,
                    "no_such_film",
                    "That film is not here any more. Scan the library again.",
                );
                Ok(())
            }
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
        self.outbox
            .push(Framed::new(self.visit.dialect.refused(command, code, message)));
    }

    /// Refuses something that no good client sends, and closes the connection if it goes on.
    fn strike(&mut self, code: &str, message: &str) {
        let frame = self.visit.dialect.refused(None, code, message);
        self.strike_with(frame);
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
