//! Everybody who is connected, and what they are told: of the film, each at the moment that fits the way to them.

use super::latency::Latencies;
use super::public_id::PublicId;
use super::socket_io::{Packet, Sid, Socket};
use crate::limits;
use matinee_room::Timestamp;
use matinee_wire::Frame;
use matinee_wire::goblet::{self, Word};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use tokio::time::Instant;

struct Connection {
    id: Option<PublicId>,
    socket: Arc<Socket>,
    /// It was too slow for an event: it is told where the film is as soon as there is room for that.
    missed: bool,
    /// What it is told of the film next, and when. Never more than one word: whoever has not heard the one before is told
    /// it first, where the film is by then.
    next: Option<(Timestamp, Arc<Word>)>,
}

impl Connection {
    fn tell(&mut self, event: &Packet) {
        self.missed |= !self.socket.tell(event);
    }

    /// Tells what has happened to the film when it is due.
    fn hear(&mut self, now: Timestamp, latency_ms: u32, word: &Arc<Word>) {
        if let Some((_, before)) = self.next.take()
            && !(before.moves() && word.moves())
        {
            self.say(now, latency_ms, &before);
        }
        match word.due(now, latency_ms) {
            due if due <= now => self.say(now, latency_ms, word),
            due => self.next = Some((due, Arc::clone(word))),
        }
    }

    fn say(&mut self, now: Timestamp, latency_ms: u32, word: &Word) {
        let (event, text) = word.said(now, latency_ms);
        self.tell(&packet(event, &text));
    }
}

fn packet(event: &str, text: &str) -> Packet {
    goblet::packets::event(event, text).into()
}

struct LetIn {
    /// How much had happened then.
    count: u64,
    since: Instant,
    id: Option<PublicId>,
}

/// All connections. Whoever was let in hears what happened since, once their connection stands.
#[derive(Default)]
pub(super) struct Listeners {
    connections: HashMap<Sid, Connection>,
    /// What happened to the film a moment ago.
    recent: VecDeque<Arc<Word>>,
    /// How much has happened.
    count: u64,
    /// Who was let in and is not here yet.
    let_in: HashMap<Sid, LetIn>,
    /// When those who have missed something are tried again, if there are any.
    retry_at: Option<Instant>,
}

impl Listeners {
    /// Whether nobody is here or about to come.
    pub(super) fn is_empty(&self) -> bool {
        self.connections.is_empty() && self.let_in.is_empty()
    }

    /// When somebody who was let in and has not come is forgotten, or who has missed something is tried again.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        let since = self.let_in.values().map(|let_in| let_in.since).min();
        let forgotten = since.map(|since| since + limits::ROLE_CALL_ANSWERED_WITHIN);
        forgotten.into_iter().chain(self.retry_at).min()
    }

    /// Whether it is time to try those again who have missed something.
    pub(super) fn has_to_retry(&self, now: Instant) -> bool {
        self.retry_at.is_some_and(|at| at <= now)
    }

    /// Tells those who have missed something where it is and who is host: all of that, or it is tried again.
    pub(super) fn catch_up(
        &mut self,
        now: Timestamp,
        ways: &Latencies,
        where_it_is: &[Arc<Word>],
        host: &Frame,
    ) {
        for connection in self.connections.values_mut().filter(|found| found.missed) {
            let latency_ms = ways.of(connection.id.as_ref());
            connection.missed = false;
            connection.next = None;
            for word in where_it_is {
                if !connection.missed {
                    connection.hear(now, latency_ms, word);
                }
            }
            if let Some((event, text)) = goblet::event_of(host).filter(|_| !connection.missed) {
                connection.tell(&packet(&event, &text));
            }
        }
        self.retry_at = None;
        self.note_missed(Instant::now());
    }

    /// Tries those again later who have missed something.
    pub(super) fn retry_later(&mut self, now: Instant) {
        self.retry_at = None;
        self.note_missed(now);
    }

    fn note_missed(&mut self, now: Instant) {
        if self.connections.values().any(|connection| connection.missed) {
            self.retry_at.get_or_insert(now + limits::MISSED_RETRIES_AFTER);
        }
    }

    /// The connections of nobody in particular.
    pub(super) fn strangers(&self) -> Vec<Sid> {
        let strangers = self.connections.iter().filter(|(_, found)| found.id.is_none());
        strangers.map(|(sid, _)| *sid).collect()
    }

    /// The connections of somebody.
    pub(super) fn of(&self, id: &PublicId) -> Vec<Sid> {
        let theirs = self
            .connections
            .iter()
            .filter(|(_, found)| found.id.as_ref() == Some(id));
        theirs.map(|(sid, _)| *sid).collect()
    }

    /// Somebody was let in, and will be here in a moment.
    pub(super) fn let_in(&mut self, now: Instant, sid: Sid, id: Option<PublicId>) {
        let let_in = LetIn {
            count: self.count,
            since: now,
            id,
        };
        self.let_in.insert(sid, let_in);
    }

    /// How many connections of somebody were let in and are not here yet.
    pub(super) fn coming(&self, id: &PublicId) -> usize {
        let coming = self.let_in.values().filter(|it| it.id.as_ref() == Some(id));
        coming.count()
    }

    /// A connection of somebody, or of nobody in particular.
    pub(super) fn come(
        &mut self,
        now: Timestamp,
        ways: &Latencies,
        id: Option<PublicId>,
        socket: Arc<Socket>,
    ) {
        let before = self.let_in.remove(&socket.sid).map(|let_in| let_in.count);
        let missed = self.count - before.unwrap_or(self.count);
        let missed = usize::try_from(missed).unwrap_or(usize::MAX);
        let sid = socket.sid;
        let mut connection = Connection {
            id,
            socket,
            missed: false,
            next: None,
        };
        let latency_ms = ways.of(connection.id.as_ref());
        for word in self.recent.iter().skip(self.recent.len().saturating_sub(missed)) {
            connection.hear(now, latency_ms, word);
        }
        self.connections.insert(sid, connection);
    }

    /// A connection has ended, or does now. Whose it was; `None` if it was not here.
    pub(super) fn go(&mut self, sid: Sid) -> Option<Option<PublicId>> {
        let connection = self.connections.remove(&sid)?;
        connection.socket.disconnect();
        Some(connection.id)
    }

    /// Tells everybody, or one of them.
    pub(super) fn tell(&mut self, whom: Option<&PublicId>, frame: &Frame) {
        let Some((event, text)) = goblet::event_of(frame) else {
            return;
        };
        let event = packet(&event, &text);
        let hears = |found: &&mut Connection| whom.is_none() || found.id.as_ref() == whom;
        for connection in self.connections.values_mut().filter(hears) {
            connection.tell(&event);
        }
        self.note_missed(Instant::now());
    }

    /// Tells everybody what happened to the film, also those who are about to come.
    pub(super) fn hear(&mut self, now: Timestamp, ways: &Latencies, word: Arc<Word>) {
        for connection in self.connections.values_mut() {
            connection.hear(now, ways.of(connection.id.as_ref()), &word);
        }
        self.note_missed(Instant::now());
        self.count += 1;
        if self.recent.len() >= limits::HALL_EVENTS_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(word);
    }

    /// Tells those whose time has come what has happened to the film.
    pub(super) fn say_due(&mut self, now: Timestamp, ways: &Latencies) {
        for connection in self.connections.values_mut() {
            if let Some((_, word)) = connection.next.take_if(|(due, _)| *due <= now) {
                connection.say(now, ways.of(connection.id.as_ref()), &word);
            }
        }
        self.note_missed(Instant::now());
    }

    /// When somebody is told next what has happened to the film.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let next = self.connections.values().filter_map(|found| found.next.as_ref());
        next.map(|(due, _)| *due).min()
    }

    /// Forgets what nobody waits for any more.
    pub(super) fn forget(&mut self, now: Instant) {
        self.let_in
            .retain(|_, let_in| now - let_in.since < limits::ROLE_CALL_ANSWERED_WITHIN);
        if self.let_in.is_empty() {
            self.recent.clear();
        }
    }
}
