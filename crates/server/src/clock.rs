//! The server's clock: milliseconds since the Unix epoch that never step while the server runs.

use matinee_room::Timestamp;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Wall time at the start, monotonic time since.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    started: Instant,
    started_ms: f64,
}

impl Clock {
    /// A clock that starts now.
    pub(crate) fn start() -> Self {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        Self {
            started: Instant::now(),
            started_ms: since_epoch.as_secs_f64() * 1e3,
        }
    }

    /// Now, in milliseconds with their fraction.
    pub(crate) fn now_ms(self) -> f64 {
        self.ms_at(Instant::now())
    }

    /// A moment since the start, in milliseconds with their fraction.
    pub(crate) fn ms_at(self, moment: Instant) -> f64 {
        self.started_ms + moment.duration_since(self.started).as_secs_f64() * 1e3
    }

    /// Now, in whole milliseconds.
    pub(crate) fn now(self) -> Timestamp {
        Timestamp(self.now_ms() as u64)
    }

    /// How long it is until `moment`; zero if it has come.
    pub(crate) fn until(self, moment: Timestamp) -> Duration {
        Duration::from_millis(moment.ms_since(self.now()))
    }
}
