//! The hall: Goblet's clients before the lobby. One task owns it; everybody else sends it messages.
//!
//! It seats one member in the lobby for each viewer, however many connections that one has, hears what happens
//! there as a watcher, and tells it to all connections.

use super::error::GobletError;
use super::presence::Presence;
use super::public_id::{PublicId, Visitor};
use crate::clock::Clock;
use crate::ending::{Ending, Phase};
use crate::limits;
use crate::rooms::handle::{Knock, ToRoom};
use crate::rooms::{RoomGone, RoomHandle, Rooms, RoomsError};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use matinee_room::{Command, Film, Join, MemberId, PasswordCheck, Refusal, Room, RoomCode, Tab};
use matinee_wire::goblet::{self, NAME};
use matinee_wire::{Dialect, Frame};
use socketioxide::extract::SocketRef;
use socketioxide::socket::Sid;
use socketioxide::{SendError, SocketError};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

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
    /// Somebody needs a seat in the lobby.
    Seat {
        visitor: Visitor,
        reply: Reply<(RoomHandle, MemberId)>,
    },
    /// Somebody is about to connect.
    Knock {
        sid: Sid,
        visitor: Option<Visitor>,
        reply: Reply<()>,
    },
    /// A connection has come.
    Came {
        visitor: Option<Visitor>,
        socket: SocketRef,
    },
    /// A connection has ended, or as good as.
    Gone(Sid),
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

impl HallHandle {
    pub(super) async fn ask<T>(&self, message: impl FnOnce(Reply<T>) -> ToHall) -> Result<T, GobletError> {
        let (reply, answer) = oneshot::channel();
        self.tell(message(reply)).await?;
        answer.await.map_err(|_| GobletError::Restarting)?
    }

    pub(super) async fn tell(&self, message: ToHall) -> Result<(), GobletError> {
        self.0.send(message).await.map_err(|_| GobletError::Restarting)
    }
}

/// What the hall needs to know.
pub(super) struct HallConfig {
    pub(super) rooms: Arc<Rooms>,
    pub(super) clock: Clock,
    pub(super) lobby: RoomCode,
    pub(super) viewers_max: usize,
    pub(super) quota: Quota,
}

/// Opens the hall. It ends when the server stops.
pub(super) fn open(config: HallConfig, ending: Ending) -> (HallHandle, impl Future<Output = ()> + Send) {
    let (sender, inbox) = mpsc::channel(limits::HALL_QUEUE_MAX);
    let hall = Hall {
        config,
        presence: Presence::default(),
        seats: HashMap::new(),
        sockets: HashMap::new(),
        lobby: None,
        events: None,
        recent: Recent::default(),
        called: None,
        call_at: None,
        retry_at: None,
    };
    (HallHandle(sender), hall.run(inbox, ending))
}

/// A viewer's place in the lobby.
struct Seat {
    visitor: Visitor,
    member: MemberId,
    rate: DefaultDirectRateLimiter,
}

struct Connection {
    id: Option<PublicId>,
    socket: SocketRef,
    /// It was too slow for an event: it is disconnected as soon as it can be told so.
    missed: bool,
}

impl Connection {
    fn emit(&mut self, frame: &Frame) {
        let Some((event, text)) = goblet::event_of(frame) else {
            return;
        };
        if self.missed {
            // Fails for as long as its buffer is full.
            let _ = self.socket.clone().disconnect();
        } else if let Err(SendError::Socket(SocketError::InternalChannelFull)) =
            self.socket.emit(&event, &text)
        {
            self.missed = true;
        }
    }
}

/// What was told a moment ago, for those who were let in before and are not listening yet.
#[derive(Default)]
struct Recent {
    events: VecDeque<Frame>,
    /// How many there have been.
    count: u64,
    /// Who was let in: how many there had been, and when.
    knocked: HashMap<Sid, (u64, Instant)>,
}

impl Recent {
    fn push(&mut self, event: &Frame) {
        if self.events.len() >= limits::HALL_EVENTS_MAX {
            self.events.pop_front();
        }
        self.events.push_back(event.clone());
        self.count += 1;
    }

    fn knock(&mut self, sid: Sid, now: Instant) {
        self.knocked.insert(sid, (self.count, now));
    }

    /// What somebody has missed who begins to listen now.
    fn missed_by(&mut self, sid: Sid) -> Vec<Frame> {
        let missed = self
            .knocked
            .remove(&sid)
            .map_or(0, |(count, _)| self.count.saturating_sub(count));
        let kept = self.events.len();
        let skipped = kept.saturating_sub(usize::try_from(missed).unwrap_or(kept));
        self.events.iter().skip(skipped).cloned().collect()
    }

    /// Forgets what nobody waits for any more.
    fn forget(&mut self, now: Instant) {
        self.knocked
            .retain(|_, (_, since)| now - *since < limits::ROLE_CALL_ANSWERED_WITHIN);
        if self.knocked.is_empty() {
            self.events.clear();
        }
    }
}

struct Hall {
    config: HallConfig,
    presence: Presence,
    seats: HashMap<PublicId, Seat>,
    sockets: HashMap<Sid, Connection>,
    lobby: Option<RoomHandle>,
    /// What happens in the lobby.
    events: Option<mpsc::Receiver<Frame>>,
    recent: Recent,
    /// When everybody was called last.
    called: Option<Instant>,
    /// When everybody is called next, if somebody came or went since.
    call_at: Option<Instant>,
    /// When the lobby is tried again.
    retry_at: Option<Instant>,
}

impl Hall {
    async fn run(mut self, mut inbox: mpsc::Receiver<ToHall>, mut ending: Ending) {
        loop {
            let wake = self.wake();
            tokio::select! {
                message = inbox.recv() => match message {
                    Some(message) => self.take(message).await,
                    None => return,
                },
                event = next(&mut self.events) => match event {
                    Some(frame) => {
                        self.emit(&frame);
                        self.recent.push(&frame);
                    }
                    None => self.catch_up().await,
                },
                () = sleep(wake) => {}
                () = stopped(&mut ending) => return,
            }
            self.tick().await;
        }
    }

    async fn take(&mut self, message: ToHall) {
        // Whoever asked may have gone: then nobody needs the answer.
        match message {
            ToHall::Register { visitor, host, reply } => drop(reply.send(self.register(visitor, host).await)),
            ToHall::Act {
                visitor,
                action,
                reply,
            } => drop(reply.send(self.act(visitor, action).await)),
            ToHall::Stands {
                visitor,
                position_ms,
                reply,
            } => drop(reply.send(self.stands(visitor, position_ms).await)),
            ToHall::Seat { visitor, reply } => drop(reply.send(self.enter(&visitor).await)),
            ToHall::Knock { sid, visitor, reply } => {
                let admitted = self.knock(visitor).await;
                if admitted.is_ok() {
                    self.recent.knock(sid, Instant::now());
                }
                let _ = reply.send(admitted);
            }
            ToHall::Came { visitor, socket } => self.come(visitor, socket).await,
            ToHall::Gone(sid) => self.go(sid).await,
        }
    }

    async fn register(&mut self, visitor: Visitor, host: bool) -> Result<(), GobletError> {
        self.enter(&visitor).await?;
        if host || self.presence.host().is_none() {
            self.presence.make_host(visitor.id);
            self.declare_host();
        }
        Ok(())
    }

    /// Takes a sign of life: they are there, and seated. Refuses too many of them.
    async fn enter(&mut self, visitor: &Visitor) -> Result<(RoomHandle, MemberId), GobletError> {
        let seat = self.seat(visitor).await?;
        self.presence.answers(Instant::now(), &visitor.id);
        let rate = self.seats.get(&visitor.id).map(|seat| seat.rate.check());
        if matches!(rate, Some(Err(_))) {
            return Err(GobletError::TooFast);
        }
        Ok(seat)
    }

    async fn act(&mut self, visitor: Visitor, action: Action) -> Result<(), GobletError> {
        let (room, member) = self.enter(&visitor).await?;
        let now = self.config.clock.now();
        let see = move |room: &Room| {
            let playback = room.playback();
            let is_host = room.member(member).is_some_and(|member| member.host);
            (
                is_host,
                playback.film.is_some(),
                playback.position_at(now),
                playback.paused,
                playback.rate,
            )
        };
        let (is_host, has_film, position_ms, paused, rate) =
            room.look(see).await.map_err(|RoomGone| GobletError::Restarting)?;
        if !is_host {
            return Err(Refusal::NotHost.into());
        }
        let command = match action {
            Action::PutOn(film) => Command::Pick(film),
            Action::Play if has_film => Command::Play { seen: u64::MAX },
            Action::Pause if has_film => Command::Pause { seen: u64::MAX },
            Action::Seek { position_ms } if has_film => Command::Seek {
                seen: u64::MAX,
                position_ms,
            },
            // Without a film of the room's, players show one of their own.
            Action::Play => lead(position_ms, false, rate),
            Action::Pause => lead(position_ms, true, rate),
            Action::Seek { position_ms } => lead(position_ms, paused, rate),
        };
        let command = ToRoom::Command {
            member,
            id: None,
            command,
        };
        room.send(command)
            .await
            .map_err(|RoomGone| GobletError::Restarting)
    }

    async fn stands(&mut self, visitor: Visitor, position_ms: u64) -> Result<bool, GobletError> {
        if self.presence.host() != Some(&visitor.id) {
            return Ok(false);
        }
        let (room, _) = self.enter(&visitor).await?;
        let now = self.config.clock.now();
        let here = room.look(move |room| room.playback().position_at(now)).await;
        let here = here.map_err(|RoomGone| GobletError::Restarting)?;
        if position_ms.abs_diff(here) > limits::HOST_DRIFT_MS_MAX {
            self.act(visitor, Action::Seek { position_ms }).await?;
        }
        Ok(true)
    }

    /// Lets somebody connect. Who is unknown only listens.
    async fn knock(&mut self, visitor: Option<Visitor>) -> Result<(), GobletError> {
        match visitor {
            Some(visitor) if self.presence.sockets_of(&visitor.id) >= limits::SOCKETS_A_VIEWER_MAX => {
                Err(GobletError::TooManyTabs)
            }
            Some(visitor) => {
                self.seat(&visitor).await?;
                self.presence.is_coming(Instant::now(), &visitor.id);
                Ok(())
            }
            None => {
                let room = self.lobby().await?;
                let locked = room.look(|room| room.settings().password.is_some()).await;
                match locked {
                    Ok(false) => Ok(()),
                    Ok(true) => Err(GobletError::Locked),
                    Err(RoomGone) => Err(GobletError::Restarting),
                }
            }
        }
    }

    async fn come(&mut self, visitor: Option<Visitor>, socket: SocketRef) {
        let id = match visitor {
            None => None,
            Some(visitor) => match self.seat(&visitor).await {
                Ok(_) => {
                    self.presence.socket_comes(Instant::now(), &visitor.id);
                    Some(visitor.id)
                }
                Err(error) => {
                    tracing::debug!(%error, "Goblet: a connection is not let in");
                    // Its buffer is empty: it can be told.
                    let _ = socket.disconnect();
                    return;
                }
            },
        };
        let mut connection = Connection {
            id,
            socket: socket.clone(),
            missed: false,
        };
        for event in self.recent.missed_by(socket.id) {
            connection.emit(&event);
        }
        self.sockets.insert(socket.id, connection);
        if self.events.is_none() {
            // Who only listens has to hear as well.
            let _ = self.lobby().await;
        }
        self.call();
    }

    async fn go(&mut self, sid: Sid) {
        let Some(connection) = self.sockets.remove(&sid) else {
            return;
        };
        // If it has not ended, it does now; if it has, that is an error that says so.
        let _ = connection.socket.disconnect();
        if let Some(id) = connection.id
            && self.presence.socket_goes(Instant::now(), &id)
        {
            self.unseat(&id).await;
        }
        self.call();
    }

    /// The seat of a viewer, a new one if they have none. Who calls this notes in what way they are there.
    async fn seat(&mut self, visitor: &Visitor) -> Result<(RoomHandle, MemberId), GobletError> {
        let room = self.lobby().await?;
        let member = match self.seats.get(&visitor.id) {
            Some(seat) => seat.member,
            None => {
                if self.seats.len() >= self.config.viewers_max {
                    // Who has only registered may have gone.
                    self.call();
                    return Err(GobletError::Full);
                }
                let member = join(&room, visitor).await?;
                let seat = Seat {
                    visitor: visitor.clone(),
                    member,
                    rate: RateLimiter::direct(self.config.quota),
                };
                self.seats.insert(visitor.id.clone(), seat);
                member
            }
        };
        Ok((room, member))
    }

    async fn unseat(&mut self, id: &PublicId) {
        if let (Some(seat), Some(lobby)) = (self.seats.remove(id), &self.lobby) {
            let leave = ToRoom::Leave {
                member: seat.member,
                close: false,
            };
            // A room that has ended is left already.
            let _ = lobby.send(leave).await;
        }
    }

    /// The lobby, with everybody who is there in it, and heard from now on.
    async fn lobby(&mut self) -> Result<RoomHandle, GobletError> {
        if let (Some(room), Some(_)) = (self.lobby.as_ref().filter(|room| !room.is_gone()), &self.events) {
            return Ok(room.clone());
        }
        let opened = self.open_lobby().await;
        self.retry_at = opened
            .is_err()
            .then(|| Instant::now() + limits::HALL_RETRIES_AFTER);
        opened
    }

    async fn open_lobby(&mut self) -> Result<RoomHandle, GobletError> {
        let room = match self.config.rooms.find_or_make(&self.config.lobby).await {
            Ok(room) => room,
            Err(RoomsError::Full) => return Err(GobletError::Full),
            Err(RoomsError::Stopping) => return Err(GobletError::Restarting),
            Err(error) => {
                tracing::error!(%error, "Goblet: the lobby cannot be opened");
                return Err(GobletError::Internal);
            }
        };
        let (sink, events) = mpsc::channel(limits::HALL_EVENTS_MAX);
        let watch = ToRoom::Watch {
            dialect: Dialect::Goblet,
            sink,
        };
        room.send(watch)
            .await
            .map_err(|RoomGone| GobletError::Restarting)?;
        let mut left = Vec::new();
        for (id, seat) in &mut self.seats {
            match join(&room, &seat.visitor).await {
                Ok(member) => seat.member = member,
                Err(_) => left.push(id.clone()),
            }
        }
        for id in left {
            self.seats.remove(&id);
            self.presence.remove(Instant::now(), &id);
        }
        self.lobby = Some(room.clone());
        self.events = Some(events);
        Ok(room)
    }

    /// Goes on hearing a lobby that has told too much at once, or was put away: everybody is told where it is.
    async fn catch_up(&mut self) {
        self.events = None;
        if self.is_idle() {
            return;
        }
        let Ok(room) = self.lobby().await else {
            return;
        };
        let now = self.config.clock.now();
        let where_it_is = room
            .look(move |room| goblet::all_of_it(now, room.playback()))
            .await;
        for frame in where_it_is.unwrap_or_default() {
            self.emit(&frame);
        }
    }

    fn is_idle(&self) -> bool {
        self.presence.is_empty() && self.sockets.is_empty()
    }

    /// Calls everybody, now or soon: those who come at once are told once.
    fn call(&mut self) {
        let rested = self.called.map(|called| called + limits::ROLE_CALL_REST);
        self.call_at = Some(rested.unwrap_or_else(Instant::now));
    }

    fn declare_host(&mut self) {
        let host = self.presence.host().map(PublicId::as_str);
        self.emit(&goblet::host_declaration(host));
    }

    /// When there is something to do without a message.
    fn wake(&self) -> Option<Instant> {
        let regular = self
            .called
            .filter(|_| self.presence.has_unconnected())
            .map(|called| called + limits::ROLE_CALL_EVERY);
        let retry = self.retry_at.filter(|_| !self.is_idle());
        [self.presence.next_deadline(), self.call_at, regular, retry]
            .into_iter()
            .flatten()
            .min()
    }

    /// Does what time has come for.
    async fn tick(&mut self) {
        let now = Instant::now();
        self.recent.forget(now);
        for id in self.presence.take_silent(now) {
            self.unseat(&id).await;
        }
        if self.presence.succeed(now).is_some() {
            self.declare_host();
        }
        if self.presence.has_unconnected() && self.called.is_none() {
            self.called = Some(now);
        }
        let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        let regular = self.called.map(|called| called + limits::ROLE_CALL_EVERY);
        if is_due(self.call_at) || (self.presence.has_unconnected() && is_due(regular)) {
            self.call_at = None;
            self.called = Some(now);
            self.emit(&goblet::role_call());
            self.declare_host();
            self.presence.were_called(now);
        }
        if self.is_idle() {
            // Nobody holds the room in memory any more, as far as we are concerned.
            (self.lobby, self.events, self.retry_at) = (None, None, None);
        } else if is_due(self.retry_at) {
            self.retry_at = None;
            self.catch_up().await;
        }
    }

    /// Tells an event to everybody.
    fn emit(&mut self, frame: &Frame) {
        for connection in self.sockets.values_mut() {
            connection.emit(frame);
        }
    }
}

/// The command of a player that has brought its own film.
fn lead(position_ms: u64, paused: bool, rate: f64) -> Command {
    Command::Lead {
        position_ms,
        paused,
        rate,
        force: true,
        text: None,
    }
}

/// Takes a seat in the lobby.
async fn join(room: &RoomHandle, visitor: &Visitor) -> Result<MemberId, GobletError> {
    let speech = Dialect::Goblet.speech();
    let mark: String = visitor.id.as_str().chars().take(4).collect();
    let join = Join {
        identity: visitor.identity.clone(),
        tab: Tab::new(visitor.id.as_str()),
        // They have no names; a mark tells them apart.
        name: format!("{NAME} {mark}"),
        password: PasswordCheck::None,
        since: 0,
        calls_room: String::new(),
        client: speech.client(),
        stay: speech.stay(),
        founds: false,
        // Nobody but the hall has such seats.
        replace: true,
    };
    let knock = |reply| {
        ToRoom::Join(Knock {
            join,
            dialect: Dialect::Goblet,
            connection: None,
            reply,
            silent: None,
        })
    };
    match room.ask(knock).await {
        Ok(Ok(member)) => Ok(member),
        Ok(Err(Refusal::PasswordNeeded | Refusal::WrongPassword)) => Err(GobletError::Locked),
        Ok(Err(Refusal::RoomFull { .. })) => Err(GobletError::Full),
        Ok(Err(refusal)) => Err(refusal.into()),
        Err(RoomGone) => Err(GobletError::Restarting),
    }
}

async fn next(events: &mut Option<mpsc::Receiver<Frame>>) -> Option<Frame> {
    match events {
        Some(events) => events.recv().await,
        None => std::future::pending().await,
    }
}

async fn stopped(ending: &mut Ending) {
    // A sender that is gone is as good as a stop.
    let _ = ending.wait_for(|phase| *phase != Phase::Open).await;
}

async fn sleep(wake: Option<Instant>) {
    match wake {
        Some(wake) => sleep_until(wake).await,
        None => std::future::pending().await,
    }
}
