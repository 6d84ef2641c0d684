//! A closed loop: who speaks says the next thing when all others have heard the one before, or the one before that.
//! It finds what a server can do at most; how long a delivery takes then is how long the queue is.

use crate::contestants::Server;
use crate::figures::{Begun, Figures, latencies};
use crate::party::{Rooms, put_speech};
use crate::payload::Payload;
use crate::swarm::{Id, Swarm};
use anyhow::bail;
use hdrhistogram::Histogram;
use std::time::{Duration, Instant};

/// How long the last deliveries may take.
const DRAINS_WITHIN: Duration = Duration::from_secs(30);

/// Somebody who speaks.
#[derive(Clone, Copy, Debug, Default)]
struct Speaker {
    said: u64,
    heard: u64,
}

/// A load that goes on.
struct Talk {
    /// By connection.
    speakers: Vec<Speaker>,
    hearers: u64,
    /// How much each says at most.
    most: u64,
    /// Who may speak again.
    due: Vec<Id>,
    latencies: Histogram<u64>,
    scratch: Vec<u8>,
}

/// Has the rooms talk for `warm` and then, measured, for `length`.
///
/// # Errors
/// A connection has ended, or a message has not come to all.
pub(crate) fn run(
    rooms: &mut Rooms,
    server: &Server,
    warm: Duration,
    length: Duration,
) -> anyhow::Result<Figures> {
    let mut talk = Talk::begin(rooms, u64::MAX)?;
    talk.go_on(&mut rooms.swarm, warm)?;
    talk.latencies.reset();
    let begun = Begun::now(&rooms.swarm, server);
    talk.go_on(&mut rooms.swarm, length)?;
    let figures = begun.end(&rooms.swarm, server, talk.latencies.clone());
    talk.drain(&mut rooms.swarm)?;
    Ok(figures)
}

/// Has each speaker say so much, and waits until all is heard. How many deliveries that were.
///
/// # Errors
/// A connection has ended, or a message has not come to all.
pub(crate) fn say(rooms: &mut Rooms, most: u64) -> anyhow::Result<u64> {
    let mut talk = Talk::begin(rooms, most)?;
    while talk.latencies.len() < most * talk.hearers * rooms.speakers().count() as u64 {
        talk.speak(&mut rooms.swarm);
        talk.listen(&mut rooms.swarm, DRAINS_WITHIN)?;
        if let (ended @ 1.., code) = rooms.swarm.ended() {
            bail!("{ended} connections have ended, one with {code:?}");
        }
    }
    Ok(talk.latencies.len())
}

impl Talk {
    /// All who speak may.
    fn begin(rooms: &Rooms, most: u64) -> anyhow::Result<Self> {
        let speakers: Vec<Id> = rooms.speakers().collect();
        Ok(Self {
            speakers: vec![Speaker::default(); rooms.swarm.len()],
            hearers: rooms.hearers(),
            most,
            due: speakers.repeat(usize::try_from(rooms.shape.window)?),
            latencies: latencies()?,
            scratch: Vec::new(),
        })
    }

    fn go_on(&mut self, swarm: &mut Swarm, length: Duration) -> anyhow::Result<()> {
        let until = Instant::now() + length;
        while Instant::now() < until {
            self.speak(swarm);
            self.listen(swarm, Duration::from_millis(100))?;
        }
        Ok(())
    }

    fn speak(&mut self, swarm: &mut Swarm) {
        for id in self.due.drain(..) {
            let Some(speaker) = self.speakers.get_mut(id.0) else {
                continue;
            };
            let payload = Payload {
                due_ns: swarm.now_ns(),
                speaker: id.0 as u64,
                count: speaker.said,
            };
            speaker.said += 1;
            self.scratch.clear();
            put_speech(&mut self.scratch, payload);
            swarm.send(id, &self.scratch);
        }
    }

    fn listen(&mut self, swarm: &mut Swarm, timeout: Duration) -> anyhow::Result<()> {
        swarm.turn(Some(timeout), |_, text, now_ns| {
            let Some(payload) = Payload::at_end_of(text) else {
                return;
            };
            self.latencies
                .saturating_record(now_ns.saturating_sub(payload.due_ns));
            if let Some(speaker) = self.speakers.get_mut(payload.speaker as usize) {
                speaker.heard += 1;
                if speaker.heard.is_multiple_of(self.hearers) && speaker.said < self.most {
                    self.due.push(Id(payload.speaker as usize));
                }
            }
        })
    }

    /// Waits until all has been heard that was said.
    fn drain(&mut self, swarm: &mut Swarm) -> anyhow::Result<()> {
        let until = Instant::now() + DRAINS_WITHIN;
        loop {
            let missing: u64 = self
                .speakers
                .iter()
                .map(|it| it.said * self.hearers - it.heard)
                .sum();
            if missing == 0 {
                return Ok(());
            }
            if let (ended @ 1.., code) = swarm.ended() {
                bail!("{ended} connections have ended, one with {code:?}");
            }
            if Instant::now() > until {
                bail!("{missing} deliveries are missing");
            }
            self.listen(swarm, Duration::from_millis(100))?;
        }
    }
}
