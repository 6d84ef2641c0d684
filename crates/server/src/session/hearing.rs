//! What a client has said: counted, understood in its dialect, and done at once where nobody has to be waited for.

use super::Session;
use super::closing::Closing;
use super::framed::Framed;
use super::websocket::Inbound;
use crate::limits;
use matinee_wire::{Dialect, Request};
use std::collections::VecDeque;
use std::num::NonZeroU32;
use tokio::time::Instant;

/// What has to wait for somebody, and what came behind it.
pub(super) struct Waiting {
    dialect: Dialect,
    request: Request,
    behind: VecDeque<Inbound>,
}

impl Session {
    /// Does what a read has brought that came then, as far as nobody has to be waited for.
    pub(super) fn take_in(
        &mut self,
        came: Instant,
        controls: u32,
        messages: VecDeque<Inbound>,
    ) -> Option<Box<Waiting>> {
        self.came_ms = self.app.clock.ms_at(came.into_std());
        if !messages.is_empty() || controls > 0 {
            self.heard = came;
            self.outbox.note_heard();
            self.app.metrics.messages_in.inc_by(messages.len() as u64);
        }
        if controls > 0 && !self.may_send(controls) {
            self.strike("too_fast", "You send too fast. Wait a moment.");
        }
        self.take(messages)
    }

    fn take(&mut self, mut messages: VecDeque<Inbound>) -> Option<Box<Waiting>> {
        while let Some(message) = messages.pop_front() {
            match message {
                Inbound::Text(text) => {
                    if let Some((dialect, request)) = self.text(&text) {
                        return Some(Box::new(Waiting {
                            dialect,
                            request,
                            behind: messages,
                        }));
                    }
                }
                Inbound::Binary => self.strike("binary", "Messages are text here, not binary."),
                Inbound::Pong(payload) => self.pong(&payload),
                Inbound::Goodbye(answer) => self.outbox.close_with(answer),
            }
            if self.outbox.closing().is_some() {
                return None;
            }
        }
        None
    }

    /// Does what has to wait for somebody, then what came behind it.
    pub(super) async fn go_on(&mut self, mut waiting: Box<Waiting>) {
        loop {
            let Waiting {
                dialect,
                request,
                behind,
            } = *waiting;
            self.carry_out(dialect, request).await;
            if self.outbox.closing().is_some() {
                return;
            }
            match self.take(behind) {
                Some(next) => waiting = next,
                None => return,
            }
        }
    }

    /// Whether so many frames are within what one client may send.
    fn may_send(&self, frames: u32) -> bool {
        // More than ever fit into the bucket are too many, too.
        NonZeroU32::new(frames).is_none_or(|frames| matches!(self.rate.check_n(frames), Ok(Ok(()))))
    }

    /// As how many messages one counts: a long one takes as much of everybody's line as several. At most as many as
    /// ever fit into the bucket.
    fn weight(&self, text: &str) -> u32 {
        let fit = self.app.config.messages_per_second;
        let more = u32::try_from(text.len() / limits::MESSAGE_WEIGHT_BYTES).unwrap_or(u32::MAX);
        more.saturating_add(1)
            .min(fit.saturating_mul(limits::BURST_SECONDS))
    }

    /// Does what a message says, or gives back what has to wait for somebody.
    fn text(&mut self, text: &str) -> Option<(Dialect, Request)> {
        if !self.may_send(self.weight(text)) {
            self.strike("too_fast", "You send too fast. Wait a moment.");
            return None;
        }
        let Some(dialect) = self.dialect.or_else(|| self.app.config.dialects.recognise(text)) else {
            // A client of no system that we know: there is no language to refuse it in.
            self.outbox.close(Closing::RuleBroken);
            return None;
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
            Ok(request) => return self.give(request).map(|request| (dialect, request)),
            Err(malformed) => self.mistaken(dialect, &malformed),
        }
        None
    }
}
