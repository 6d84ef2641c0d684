//! The hall: Goblet's clients before the lobby. One task owns it; everybody else sends it messages.
//!
//! It seats one member in the lobby for each viewer, however many connections that one has, hears what happens
//! there as a watcher, and tells it to all connections. [`acting`] has what they do to the film, [`calling`] who is called
//! to learn whether they are there, and how far off.

mod acting;
mod calling;

use super::error::GobletError;
use super::handle::{self, HallHandle, ToHall, Who};
use super::latency::Latencies;
use super::listeners::Listeners;
use super::lobby::Lobby;
use super::presence::Presence;
use super::public_id::{PublicId, Visitor};
use super::socket_io::{Sid, Socket};
use crate::clock::Clock;
use crate::ending::{Ending, Phase};
use crate::limits;
use crate::rooms::{RoomGone, RoomHandle};
use matinee_room::{MemberId, Network};
use matinee_wire::Frame;
use matinee_wire::goblet::{self, News, Word};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// Opens the hall before `lobby`. It ends when the server stops.
pub(super) fn open(
    lobby: Lobby,
    clock: Clock,
    ending: Ending,
) -> (HallHandle, impl Future<Output = ()> + Send) {
    let (handle, inbox) = handle::channel();
    (handle, Hall::new(lobby, clock).run(inbox, ending))
}

/// The lobby, and who somebody is in it.
type Seated = (RoomHandle, MemberId);

struct Hall {
    clock: Clock,
    lobby: Lobby,
    presence: Presence,
    listeners: Listeners,
    latencies: Latencies,
    /// When everybody was called last.
    called: Option<Instant>,
    /// When everybody is called next, if somebody came or went since.
    call_at: Option<Instant>,
    /// When the lobby is tried again.
    retry_at: Option<Instant>,
}

impl Hall {
    fn new(lobby: Lobby, clock: Clock) -> Self {
        Self {
            clock,
            lobby,
            presence: Presence::default(),
            listeners: Listeners::default(),
            latencies: Latencies::default(),
            called: None,
            call_at: None,
            retry_at: None,
        }
    }

    async fn run(mut self, mut inbox: mpsc::Receiver<ToHall>, mut ending: Ending) {
        loop {
            let wake = self.wake();
            tokio::select! {
                message = inbox.recv() => match message {
                    Some(message) => self.take(message).await,
                    None => return,
                },
                event = self.lobby.next() => match event {
                    Some(frame) => self.hear(frame),
                    None => self.catch_up().await,
                },
                () = sleep(wake) => {}
                () = stopped(&mut ending) => return,
            }
            self.tick().await;
        }
    }

    /// Tells what has happened, and what has since: of a row of seeks only the last one counts.
    fn hear(&mut self, frame: Frame) {
        let mut frames = vec![frame];
        while let Some(frame) = self.lobby.next_at_once() {
            frames.push(frame);
        }
        for news in goblet::newest(&frames) {
            match news {
                News::Locked => self.let_strangers_go(),
                News::PutOut(id) => self.let_out(&id),
                News::Word(word) => self.say(*word),
            }
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
            ToHall::Latency { visitor, reply } => drop(reply.send(Ok(self.latencies.of(Some(&visitor.id))))),
            ToHall::Seat { visitor, reply } => drop(reply.send(self.enter(&visitor).await)),
            ToHall::Knock { sid, who, reply } => {
                let id = who.visitor().map(|visitor| visitor.id.clone());
                let knocked = self.knock(who).await;
                if knocked.is_ok() {
                    self.listeners.let_in(Instant::now(), sid, id);
                }
                drop(reply.send(knocked));
            }
            ToHall::Came(socket) => self.come(socket).await,
            ToHall::Gone(sid) => self.go(sid).await,
        }
    }

    async fn register(&mut self, visitor: Visitor, host: bool) -> Result<(), GobletError> {
        let (room, member) = self.enter(&visitor).await?;
        if !host {
            self.hear_answer(&visitor.id, &room, member);
        }
        if host || self.presence.host().is_none() {
            self.presence.make_host(visitor.id);
            self.declare_host();
        }
        Ok(())
    }

    /// Takes a sign of life: they are there, and seated. Of too many, those that are refused are none.
    async fn enter(&mut self, visitor: &Visitor) -> Result<Seated, GobletError> {
        self.lobby.check_rate(&visitor.id)?;
        let seat = self.seat(visitor).await?;
        self.presence.answers(Instant::now(), &visitor.id);
        Ok(seat)
    }

    /// Lets somebody connect. Who is unknown only listens.
    async fn knock(&mut self, who: Who) -> Result<(), GobletError> {
        let visitor = match who {
            Who::Visitor(visitor) => visitor,
            Who::Stranger(network) => return self.let_listen(network).await,
        };
        let theirs = self.presence.sockets_of(&visitor.id) + self.listeners.coming(&visitor.id);
        if theirs >= limits::SOCKETS_A_VIEWER_MAX {
            return Err(GobletError::TooManyTabs);
        }
        self.seat(&visitor).await?;
        self.presence.is_coming(Instant::now(), &visitor.id);
        Ok(())
    }

    /// Lets somebody listen of whom nothing is known but where they come from.
    async fn let_listen(&mut self, network: Option<Network>) -> Result<(), GobletError> {
        let room = self.room().await?;
        let now = self.clock.now();
        let open = room.look(move |room| room.is_open_to(now, None, network.as_ref()));
        let open = open.await.map_err(|RoomGone| GobletError::Restarting)?;
        Ok(open?)
    }

    /// Lets those go of whom nothing is known.
    fn let_strangers_go(&mut self) {
        for sid in self.listeners.strangers() {
            self.listeners.go(sid);
        }
    }

    /// Lets somebody go whom a host has put out of the lobby: the seat is gone already.
    fn let_out(&mut self, id: &str) {
        if let Some(id) = self.lobby.loses(id) {
            for sid in self.listeners.of(&id) {
                self.listeners.go(sid);
            }
            self.presence.remove(Instant::now(), &id);
            self.latencies.goes(&id);
            self.call();
        }
    }

    async fn come(&mut self, socket: Arc<Socket>) {
        let who = socket.who.clone();
        // Who only listens has to hear as well.
        let seated = match &who {
            Who::Visitor(visitor) => self.seat(visitor).await.map(|_| ()),
            Who::Stranger(network) => self.let_listen(network.clone()).await,
        };
        let visitor = who.visitor();
        if let Err(error) = seated
            && (visitor.is_some() || matches!(error, GobletError::Locked | GobletError::Room(_)))
        {
            tracing::debug!(%error, "Goblet: a connection is not let in");
            socket.disconnect();
            return;
        }
        if let Some(visitor) = visitor {
            self.presence.socket_comes(Instant::now(), &visitor.id);
            self.latencies.comes(&visitor.id);
        }
        let id = visitor.map(|visitor| visitor.id.clone());
        self.listeners.come(self.clock.now(), &self.latencies, id, socket);
        self.call();
    }

    async fn go(&mut self, sid: Sid) {
        let Some(id) = self.listeners.go(sid) else {
            return;
        };
        if let Some(id) = id
            && self.presence.socket_goes(Instant::now(), &id)
        {
            self.latencies.goes(&id);
            self.lobby.unseat(&id).await;
        }
        self.call();
    }

    /// The seat of a viewer. Who calls this notes in what way they are there.
    async fn seat(&mut self, visitor: &Visitor) -> Result<Seated, GobletError> {
        let seat = self.lobby.seat(visitor).await;
        self.note_lobby(seat.is_ok());
        if matches!(seat, Err(GobletError::Full)) {
            // Who has only registered may have gone.
            self.call();
        }
        seat
    }

    async fn room(&mut self) -> Result<RoomHandle, GobletError> {
        let room = self.lobby.room().await;
        self.note_lobby(room.is_ok());
        room
    }

    fn note_lobby(&mut self, well: bool) {
        for id in self.lobby.take_unseated() {
            self.presence.remove(Instant::now(), &id);
        }
        if well || self.lobby.is_open() {
            self.retry_at = None;
        } else {
            self.retry_at = Some(Instant::now() + limits::HALL_RETRIES_AFTER);
        }
    }

    /// Goes on hearing a lobby that has told too much at once, or has ended: everybody is told where it is.
    async fn catch_up(&mut self) {
        self.lobby.close();
        if self.is_idle() {
            return;
        }
        let Ok(room) = self.room().await else {
            return;
        };
        if matches!(self.let_listen(None).await, Err(GobletError::Locked)) {
            self.let_strangers_go();
        }
        for word in self.where_it_is(&room).await.unwrap_or_default() {
            self.say(word);
        }
    }

    /// Tells everybody, when it is due, what has happened to the film.
    fn say(&mut self, word: Word) {
        self.listeners
            .hear(self.clock.now(), &self.latencies, Arc::new(word));
    }

    async fn where_it_is(&self, room: &RoomHandle) -> Result<Vec<Word>, RoomGone> {
        let now = self.clock.now();
        room.look(move |room| goblet::all_of_it(now, room.playback()))
            .await
    }

    /// Tells those where it is who have missed something.
    async fn tell_who_missed(&mut self, now: Instant) {
        let words = match self.room().await {
            Ok(room) => self.where_it_is(&room).await.ok(),
            Err(_) => None,
        };
        let host = self.host_declaration();
        match words {
            Some(words) => {
                let words: Vec<_> = words.into_iter().map(Arc::new).collect();
                self.listeners
                    .catch_up(self.clock.now(), &self.latencies, &words, &host);
            }
            None => self.listeners.retry_later(now),
        }
    }

    fn is_idle(&self) -> bool {
        self.presence.is_empty() && self.listeners.is_empty()
    }

    fn host_declaration(&self) -> Frame {
        goblet::host_declaration(self.presence.host().map(PublicId::as_str))
    }

    fn declare_host(&mut self) {
        let declaration = self.host_declaration();
        self.listeners.tell(None, &declaration);
    }

    /// When there is something to do without a message.
    fn wake(&self) -> Option<Instant> {
        let deadlines = [
            self.presence.next_deadline(),
            self.listeners.next_deadline(),
            self.next_said(),
            self.call_at,
            self.regular_call(),
            self.latencies.next_deadline(),
            self.retry_at,
        ];
        deadlines.into_iter().flatten().min()
    }

    /// When somebody is told next what has happened to the film.
    fn next_said(&self) -> Option<Instant> {
        let due = self.clock.until(self.listeners.next_due()?);
        // A millisecond more, so that the moment has come when the clock is read in whole ones.
        Some(Instant::now() + due + Duration::from_millis(1))
    }

    /// Does what time has come for.
    async fn tick(&mut self) {
        let now = Instant::now();
        self.listeners.say_due(self.clock.now(), &self.latencies);
        self.listeners.forget(now);
        for id in self.presence.take_silent(now) {
            self.lobby.unseat(&id).await;
        }
        if self.presence.succeed(now).is_some() {
            self.declare_host();
        }
        self.call_who_is_due(now);
        if self.listeners.has_to_retry(now) {
            self.tell_who_missed(now).await;
        }
        if self.is_idle() {
            self.lobby.close();
            self.retry_at = None;
        } else if self.retry_at.is_some_and(|at| at <= now) {
            self.catch_up().await;
        }
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

#[cfg(test)]
mod tests;
