//! Messages that are refused: what their senders are told, and when that is too many.

use super::Session;
use super::closing::Closing;
use crate::limits;
use matinee_wire::{Dialect, Malformed, Reply};

impl Session {
    /// Tells what was wrong with a message.
    pub(super) fn mistaken(&mut self, dialect: Dialect, malformed: &Malformed) {
        let told = dialect.speech().malformed(malformed, self.seat.is_some());
        match (malformed, self.app.rooms.are_open()) {
            (Malformed::NewRoom(_), Err(error)) => self.refuse(None, "restarting", &error.to_string()),
            // As well formed as what a room refuses.
            (Malformed::Rule(_) | Malformed::NewRoom(_), _) => self.outbox.answer(told),
            _ => self.strike_with(told),
        }
    }

    pub(super) fn refuse(&self, command: Option<u64>, code: &str, message: &str) {
        if let Some(dialect) = self.dialect {
            let reply = dialect
                .speech()
                .refused(self.seat.is_some(), command, code, message);
            self.outbox.answer(reply);
        }
    }

    /// Refuses something that no good client sends, and closes the connection if it goes on.
    pub(super) fn strike(&mut self, code: &str, message: &str) {
        let dialect = self.dialect.or_else(|| self.app.config.dialects.recognise(""));
        let dialect = dialect.unwrap_or(Dialect::Native);
        let seated = self.seat.is_some();
        self.strike_with(dialect.speech().refused(seated, None, code, message));
    }

    fn strike_with(&mut self, refusal: Reply) {
        self.outbox.answer(refusal);
        self.app.metrics.strikes.inc();
        self.strikes += 1;
        if self.strikes >= limits::STRIKES_MAX {
            self.outbox.close(Closing::RuleBroken);
        }
    }
}
