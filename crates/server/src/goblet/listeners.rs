//! Everybody who is connected, and what they are told.

use super::public_id::PublicId;
use crate::limits;
use matinee_wire::{Frame, goblet};
use socketioxide::extract::SocketRef;
use socketioxide::socket::Sid;
use socketioxide::{SendError, SocketError};
use std::collections::{HashMap, VecDeque};
use tokio::time::Instant;

struct Connection {
    id: Option<PublicId>,
    socket: SocketRef,
    /// It was too slow for an event: it is disconnected as soon as it can be told so.
    missed: bool,
}

impl Connection {
    fn tell(&mut self, frame: &Frame) {
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

/// All connections. Whoever was let in hears what happened since, once their connection stands.
#[derive(Default)]
pub(super) struct Listeners {
    connections: HashMap<Sid, Connection>,
    /// What happened a moment ago.
    recent: VecDeque<Frame>,
    /// How much has happened.
    count: u64,
    /// Who was let in and is not here yet: how much had happened, and when.
    let_in: HashMap<Sid, (u64, Instant)>,
}

impl Listeners {
    /// Whether nobody is here or about to come.
    pub(super) fn is_empty(&self) -> bool {
        self.connections.is_empty() && self.let_in.is_empty()
    }

    /// When somebody who was let in and has not come is forgotten.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        let since = self.let_in.values().map(|(_, since)| *since).min();
        since.map(|since| since + limits::ROLE_CALL_ANSWERED_WITHIN)
    }

    /// Somebody was let in, and will be here in a moment.
    pub(super) fn let_in(&mut self, now: Instant, sid: Sid) {
        self.let_in.insert(sid, (self.count, now));
    }

    /// A connection of somebody, or of nobody in particular.
    pub(super) fn come(&mut self, id: Option<PublicId>, socket: SocketRef) {
        let before = self.let_in.remove(&socket.id).map(|(count, _)| count);
        let missed = self.count - before.unwrap_or(self.count);
        let missed = usize::try_from(missed).unwrap_or(usize::MAX);
        let sid = socket.id;
        let mut connection = Connection {
            id,
            socket,
            missed: false,
        };
        for event in self.recent.iter().skip(self.recent.len().saturating_sub(missed)) {
            connection.tell(event);
        }
        self.connections.insert(sid, connection);
    }

    /// A connection has ended, or does now. Whose it was; `None` if it was not here.
    pub(super) fn go(&mut self, sid: Sid) -> Option<Option<PublicId>> {
        let connection = self.connections.remove(&sid)?;
        // One that has ended already says so.
        let _ = connection.socket.disconnect();
        Some(connection.id)
    }

    /// Tells everybody.
    pub(super) fn tell(&mut self, frame: &Frame) {
        for connection in self.connections.values_mut() {
            connection.tell(frame);
        }
    }

    /// Tells everybody what happened in the lobby, also those who are about to come.
    pub(super) fn tell_all(&mut self, frame: Frame) {
        self.tell(&frame);
        self.count += 1;
        if self.recent.len() >= limits::HALL_EVENTS_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(frame);
    }

    /// Forgets what nobody waits for any more.
    pub(super) fn forget(&mut self, now: Instant) {
        self.let_in
            .retain(|_, (_, since)| now - *since < limits::ROLE_CALL_ANSWERED_WITHIN);
        if self.let_in.is_empty() {
            self.recent.clear();
        }
    }
}
