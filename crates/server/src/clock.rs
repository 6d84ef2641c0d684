//! The server's clock: milliseconds since the Unix epoch that never step while the server runs.
//!
//! It stands still while the machine sleeps, and is as wrong as the system's was when the server started. For what
//! lies in the database for hours and days, [`Clock::latest`] says when it was written, and [`Clock::earliest`] what is
//! old: in doubt, things are kept.

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
        Self {
            started: Instant::now(),
            started_ms: since_epoch().as_secs_f64() * 1e3,
        }
    }

    /// A clock of which the machine has slept for so long since its start.
    #[cfg(test)]
    pub(crate) fn that_slept(slept: Duration) -> Self {
        let mut clock = Self::start();
        clock.started_ms -= slept.as_secs_f64() * 1e3;
        clock
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

    /// Now by this clock or by the system's, whichever is later: when something is written that is removed some time
    /// after. By this clock alone, it would be as much older after a restart as the machine had slept before.
    pub(crate) fn latest(self) -> Timestamp {
        self.now().max(system_now())
    }

    /// Now by whichever is earlier: what is old by this is old in any case.
    pub(crate) fn earliest(self) -> Timestamp {
        self.now().min(system_now())
    }

    /// How long it is until `moment`; zero if it has come.
    pub(crate) fn until(self, moment: Timestamp) -> Duration {
        Duration::from_millis(moment.ms_since(self.now()))
    }
}

fn since_epoch() -> Duration {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    since_epoch.unwrap_or(Duration::ZERO)
}

fn system_now() -> Timestamp {
    Timestamp(since_epoch().as_millis() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_never_taken_for_older_than_it_is() {
        const NIGHT: Duration = Duration::from_secs(16 * 3_600);
        let behind = Clock::that_slept(NIGHT);
        let mut ahead = Clock::start();
        ahead.started_ms += NIGHT.as_secs_f64() * 1e3;
        for clock in [behind, ahead] {
            let restarted = Clock::start();
            for later in [clock, restarted] {
                let written = clock.latest();
                assert!(later.earliest() <= written.plus_ms(1_000));
            }
        }
        assert!(behind.latest().ms_since(behind.now()) >= NIGHT.as_millis() as u64 - 1_000);
    }
}
