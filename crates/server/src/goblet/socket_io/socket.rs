//! A session: how it stands, and what waits for its client.

use super::{Sid, Sockets, Ticket};
use crate::goblet::handle::Who;
use crate::goblet::places::Place;
use crate::limits;
use crate::session::closing::Closing;
use crate::session::framed::Framed;
use crate::session::outbox::Outbox;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use matinee_wire::Frame;
use matinee_wire::goblet::packets::{self, Generation, Said};
use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// A packet, for any number of sessions.
#[derive(Debug)]
pub(in crate::goblet) struct Packet {
    text: Arc<str>,
    framed: Framed,
}

impl From<String> for Packet {
    fn from(text: String) -> Self {
        Self {
            text: text.as_str().into(),
            framed: Framed::new(Frame::must_arrive(text)),
        }
    }
}

impl From<&str> for Packet {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// How packets go to a client.
pub(super) enum Way {
    Polling(Waiting),
    WebSocket(Arc<Outbox>),
}

/// What waits for a client that polls.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    packets: VecDeque<Arc<str>>,
    is_polled: bool,
    trial: Trial,
}

/// How far a client that polls is with a WebSocket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Trial {
    #[default]
    None,
    /// It has opened one.
    Opened,
    /// Packets get there and back: it goes over as soon as its last poll is answered.
    Works,
}

/// How a client stands to the hall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Outside,
    Knocking,
    Inside,
}

struct State {
    way: Way,
    standing: Standing,
    /// Until when it has to be inside.
    inside_by: Instant,
    /// When it is asked for a sign of life; given up for want of one, if it was asked.
    beat_at: Instant,
    is_asked: bool,
    has_ended: bool,
}

impl State {
    fn has_room(&self) -> bool {
        let waiting = match &self.way {
            Way::Polling(waiting) => waiting.packets.len(),
            Way::WebSocket(outbox) => outbox.waiting(),
        };
        waiting < limits::SOCKET_EVENTS_MAX
    }
}

/// A session.
pub(in crate::goblet) struct Socket {
    pub(in crate::goblet) sid: Sid,
    pub(in crate::goblet) who: Who,
    pub(super) generation: Generation,
    rate: DefaultDirectRateLimiter,
    state: Mutex<State>,
    /// Wakes its poll, and who minds it while it polls.
    pub(super) changed: Notify,
    /// One of the server's, as long as it lives.
    _place: Place,
}

impl Socket {
    pub(super) fn new(sid: Sid, ticket: Ticket, generation: Generation, quota: Quota, way: Way) -> Self {
        let now = Instant::now();
        // Who pings by themself shows in that way that they are there.
        let is_asked = generation == Generation::Third;
        let silent = if is_asked {
            limits::PONG_WITHIN
        } else {
            Duration::ZERO
        };
        let state = State {
            way,
            standing: Standing::Outside,
            inside_by: now + limits::SOCKET_CONNECTS_WITHIN,
            beat_at: now + limits::PING_EVERY + silent,
            is_asked,
            has_ended: false,
        };
        Self {
            sid,
            who: ticket.who,
            generation,
            rate: RateLimiter::direct(quota),
            state: Mutex::new(state),
            changed: Notify::new(),
            _place: ticket.place,
        }
    }

    /// Nothing panics while it is held, and even then it would be whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, state: &mut State, packet: &Packet) {
        match &mut state.way {
            Way::Polling(waiting) => {
                waiting.packets.push_back(Arc::clone(&packet.text));
                self.changed.notify_waiters();
            }
            Way::WebSocket(outbox) => outbox.push(packet.framed.clone()),
        }
    }

    /// Tells an event, if there is room for it. One who is gone needs none.
    pub(in crate::goblet) fn tell(&self, event: &Packet) -> bool {
        let mut state = self.state();
        if state.has_ended {
            return true;
        }
        let has_room = state.has_room();
        if has_room {
            self.push(&mut state, event);
        }
        has_room
    }

    pub(in crate::goblet) fn has_ended(&self) -> bool {
        self.state().has_ended
    }

    /// Ends it for good: its client does not come again by itself.
    pub(in crate::goblet) fn disconnect(&self) {
        self.end_with(packets::DISCONNECT);
    }

    /// Ends it; its client may come again.
    pub(super) fn end(&self) {
        self.end_with(packets::CLOSE);
    }

    fn end_with(&self, goodbye: &str) {
        let goodbye = goodbye.into();
        let mut state = self.state();
        if state.has_ended {
            return;
        }
        self.push(&mut state, &goodbye);
        state.has_ended = true;
        if let Way::WebSocket(outbox) = &state.way {
            outbox.close(Closing::Left);
        }
        self.changed.notify_waiters();
    }

    pub(super) fn is_connected_unasked(&self) -> bool {
        self.generation == Generation::Third
    }

    /// Whether it may ask the hall to be let in: once at a time.
    pub(super) fn knocks(&self) -> bool {
        let mut state = self.state();
        let may = !state.has_ended && state.standing == Standing::Outside;
        if may {
            state.standing = Standing::Knocking;
        }
        may
    }

    /// The hall lets it in. `false` if it has gone.
    pub(super) fn comes_in(&self) -> bool {
        let connected = packets::connected(self.generation, &self.sid.to_string()).into();
        let mut state = self.state();
        if state.has_ended {
            return false;
        }
        state.standing = Standing::Inside;
        self.push(&mut state, &connected);
        true
    }

    /// The hall does not.
    pub(super) fn is_refused(&self, why: &str) {
        let refused = packets::refused(self.generation, why).into();
        let mut state = self.state();
        if !state.has_ended {
            state.standing = Standing::Outside;
            self.push(&mut state, &refused);
        }
    }

    /// Whether so many more packets are within what one client may send; it goes if they are not.
    pub(super) fn may_send(&self, count: u32) -> bool {
        // More than ever fit into the bucket are too many, too.
        let may = NonZeroU32::new(count).is_none_or(|count| matches!(self.rate.check_n(count), Ok(Ok(()))));
        if !may {
            self.disconnect();
        }
        may
    }

    /// Takes a packet of its client. `false` if it is none, which ends the session.
    pub(super) fn hear(self: &Arc<Self>, sockets: &Sockets, packet: &str) -> bool {
        if !self.may_send(1) {
            return true;
        }
        match packets::read(self.generation, packet) {
            Some(Said::Connect) => sockets.connect(self),
            Some(Said::ConnectElsewhere(answer)) => {
                self.tell(&answer.into());
            }
            Some(Said::Ping) if self.generation == Generation::Third => {
                self.state().beat_at = Instant::now() + limits::PING_EVERY + limits::PONG_WITHIN;
                self.tell(&packets::PONG.into());
            }
            Some(Said::Pong) if self.generation == Generation::Fourth => {
                let mut state = self.state();
                state.is_asked = false;
                state.beat_at = Instant::now() + limits::PING_EVERY;
            }
            Some(Said::Close | Said::Disconnect) => self.end(),
            Some(Said::Ping | Said::Pong | Said::Other) => {}
            Some(Said::Probe | Said::Upgrade) | None => {
                self.end();
                return false;
            }
        }
        true
    }

    /// When there is something to do without a packet.
    pub(super) fn deadline(&self) -> Instant {
        let state = self.state();
        match state.standing {
            Standing::Inside => state.beat_at,
            Standing::Outside | Standing::Knocking => state.beat_at.min(state.inside_by),
        }
    }

    /// Does what time has come for: asks for a sign of life, or gives up on one, or on somebody who does not come in.
    pub(super) fn tick(&self) {
        let (now, ping) = (Instant::now(), packets::PING.into());
        let mut state = self.state();
        let is_late = state.standing != Standing::Inside && state.inside_by <= now;
        let is_due = state.beat_at <= now;
        if is_late || is_due && (state.is_asked || !state.has_room()) {
            drop(state);
            self.end();
        } else if is_due {
            state.is_asked = true;
            state.beat_at = now + limits::PONG_WITHIN;
            self.push(&mut state, &ping);
        }
    }
}

/// Of a client that polls.
impl Socket {
    /// Whether it may be polled: one poll at a time, which has to be ended.
    pub(super) fn begins_poll(&self) -> bool {
        match &mut self.state().way {
            Way::Polling(waiting) => !std::mem::replace(&mut waiting.is_polled, true),
            Way::WebSocket(_) => false,
        }
    }

    pub(super) fn ends_poll(&self) {
        if let Way::Polling(waiting) = &mut self.state().way {
            waiting.is_polled = false;
        }
    }

    pub(super) fn is_polling(&self) -> bool {
        matches!(self.state().way, Way::Polling(_))
    }

    /// What waits, as far as it fits into an answer. `None` if the poll has to wait as well.
    pub(super) fn take(&self, bytes_max: usize) -> Option<String> {
        let mut state = self.state();
        let has_ended = state.has_ended;
        let mut body = String::new();
        match &mut state.way {
            Way::Polling(waiting) if waiting.trial != Trial::Works => {
                while let Some(packet) = waiting.packets.front() {
                    if !body.is_empty() && body.len() + packet.len() > bytes_max {
                        break;
                    }
                    packets::put(self.generation, &mut body, packet);
                    waiting.packets.pop_front();
                }
                if body.is_empty() && !has_ended {
                    return None;
                }
                if waiting.packets.is_empty() {
                    // Gives back what an idle client needs no more.
                    waiting.packets = VecDeque::new();
                    self.changed.notify_waiters();
                }
            }
            Way::Polling(_) | Way::WebSocket(_) => {}
        }
        if body.is_empty() {
            packets::put(self.generation, &mut body, packets::NOOP);
        }
        Some(body)
    }

    /// Whether its client has fetched all that waited.
    pub(super) fn is_fetched(&self) -> bool {
        match &self.state().way {
            Way::Polling(waiting) => waiting.packets.is_empty(),
            Way::WebSocket(_) => true,
        }
    }

    fn set_trial(&self, from: &[Trial], to: Trial) -> bool {
        let mut state = self.state();
        let has_ended = state.has_ended;
        match &mut state.way {
            Way::Polling(waiting) if !has_ended && from.contains(&waiting.trial) => {
                waiting.trial = to;
                self.changed.notify_waiters();
                true
            }
            Way::Polling(_) | Way::WebSocket(_) => false,
        }
    }

    /// Whether it may try a WebSocket: one at a time.
    pub(super) fn begins_trial(&self) -> bool {
        self.set_trial(&[Trial::None], Trial::Opened)
    }

    /// The WebSocket works: its poll is answered, so that it can go over.
    pub(super) fn trial_works(&self) -> bool {
        self.set_trial(&[Trial::Opened], Trial::Works)
    }

    /// Nothing came of it, if it has not gone over.
    pub(super) fn ends_trial(&self) {
        self.set_trial(&[Trial::Opened, Trial::Works], Trial::None);
    }

    /// Goes on by the WebSocket that was tried, with all that waits. `false` if it has not worked, or all is over.
    pub(super) fn goes_over(&self, outbox: &Arc<Outbox>) -> bool {
        let mut state = self.state();
        match &state.way {
            Way::Polling(waiting) if waiting.trial == Trial::Works && !state.has_ended => {}
            Way::Polling(_) | Way::WebSocket(_) => return false,
        }
        let before = std::mem::replace(&mut state.way, Way::WebSocket(Arc::clone(outbox)));
        if let Way::Polling(waiting) = before {
            for packet in waiting.packets {
                outbox.push(Framed::new(Frame::must_arrive(packet.as_ref().to_owned())));
            }
        }
        self.changed.notify_waiters();
        true
    }
}

#[cfg(test)]
mod tests;
