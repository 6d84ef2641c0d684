//! An open loop: what is said is said when it is due, however far the server has come. A latency is reckoned from the
//! moment that was due, so that a server which stands still is charged with all that it keeps waiting.

use crate::contestants::Server;
use crate::figures::{Begun, Figures, latencies};
use crate::party::{Rooms, put_speech};
use crate::payload::Payload;
use crate::swarm::{Id, Swarm};
use anyhow::bail;
use std::time::{Duration, Instant};

/// How long the last deliveries may take.
const DRAINS_WITHIN: Duration = Duration::from_secs(30);

/// When which message is due: the same distance between all, each speaker in turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    began_ns: u64,
    every_ns: f64,
    /// How many have been said.
    said: u64,
}

impl Schedule {
    pub(crate) fn new(began_ns: u64, per_second: f64) -> Self {
        Self {
            began_ns,
            every_ns: 1e9 / per_second,
            said: 0,
        }
    }

    /// When the next one is due.
    pub(crate) fn due_ns(&self) -> u64 {
        self.began_ns + (self.said as f64 * self.every_ns) as u64
    }

    /// The next one, if it is due: its moment and its number.
    pub(crate) fn take(&mut self, now_ns: u64) -> Option<(u64, u64)> {
        let due_ns = self.due_ns();
        (due_ns <= now_ns).then(|| {
            self.said += 1;
            (due_ns, self.said - 1)
        })
    }
}

/// Has the rooms' speakers say so many messages a second for `warm` and then, measured, for `length`. What else goes on
/// is done by `between`, again and again.
///
/// # Errors
/// A connection has ended, or a message has not come to all.
pub(crate) fn run(
    rooms: &mut Rooms,
    server: &Server,
    per_second: f64,
    warm: Duration,
    length: Duration,
    mut between: impl FnMut(&mut Swarm) -> anyhow::Result<()>,
) -> anyhow::Result<Figures> {
    let speakers: Vec<Id> = rooms.speakers().collect();
    let hearers = rooms.hearers();
    let swarm = &mut rooms.swarm;
    let mut schedule = Schedule::new(swarm.now_ns(), per_second);
    let measured_from = swarm.now_ns() + warm.as_nanos() as u64;
    let until = measured_from + length.as_nanos() as u64;
    let mut begun = None;
    let mut latencies = latencies()?;
    let mut scratch = Vec::new();
    let mut heard = 0;
    while swarm.now_ns() < until {
        if begun.is_none() && swarm.now_ns() >= measured_from {
            begun = Some(Begun::now(swarm, server));
        }
        while let Some((due_ns, number)) = schedule.take(swarm.now_ns()) {
            let Some(speaker) = speakers.get(number as usize % speakers.len()) else {
                break;
            };
            let payload = Payload {
                due_ns,
                speaker: speaker.0 as u64,
                count: number,
            };
            scratch.clear();
            put_speech(&mut scratch, payload);
            swarm.send(*speaker, &scratch);
        }
        between(swarm)?;
        swarm.turn(Some(Duration::ZERO), |_, text, now_ns| {
            if let Some(payload) = Payload::at_end_of(text) {
                heard += 1;
                if payload.due_ns >= measured_from {
                    latencies.saturating_record(now_ns.saturating_sub(payload.due_ns));
                }
            }
        })?;
    }
    let Some(begun) = begun else {
        bail!("the load was too short to be measured");
    };
    let mut figures = begun.end(swarm, server, latencies.clone());
    // What was due is waited for, or those that take longest would be left out.
    let ends = Instant::now() + DRAINS_WITHIN;
    while heard < schedule.said * hearers {
        if Instant::now() > ends {
            bail!("{} deliveries are missing", schedule.said * hearers - heard);
        }
        swarm.turn(Some(Duration::from_millis(100)), |_, text, now_ns| {
            if let Some(payload) = Payload::at_end_of(text) {
                heard += 1;
                latencies.saturating_record(now_ns.saturating_sub(payload.due_ns));
            }
        })?;
    }
    figures.latencies = latencies;
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_is_said_at_its_moment_however_late_we_are() {
        let mut schedule = Schedule::new(500, 1e6);
        assert_eq!(schedule.take(499), None);
        assert_eq!(schedule.take(500), Some((500, 0)));
        assert_eq!(schedule.take(1_499), None);
        // Three microseconds late: all that was due since is said, each with its own moment.
        let late: Vec<_> = std::iter::from_fn(|| schedule.take(3_600)).collect();
        assert_eq!(late, [(1_500, 1), (2_500, 2), (3_500, 3)]);
        assert_eq!(schedule.due_ns(), 4_500);
    }

    #[test]
    fn distances_do_not_add_up_to_a_drift() {
        let mut schedule = Schedule::new(0, 3.0);
        let dues: Vec<_> = std::iter::from_fn(|| schedule.take(2_000_000_000)).collect();
        assert_eq!(dues.len(), 7);
        assert_eq!(dues[6], (2_000_000_000, 6));
    }
}
