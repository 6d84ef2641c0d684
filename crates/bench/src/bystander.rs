//! Somebody in a room of their own who is answered all the while: what others notice of a storm.

use crate::contestants::Server;
use crate::figures::latencies;
use crate::open::Schedule;
use crate::party::{Rooms, Shape, put_speech};
use crate::payload::Payload;
use anyhow::{Context, bail};
use hdrhistogram::Histogram;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Messages a second that the one says and the other hears.
const PER_SECOND: f64 = 200.0;

/// How long the last of them may take.
const DRAINS_WITHIN: Duration = Duration::from_secs(30);

/// Two who talk, in a thread of their own: it sleeps nearly all of the time, and so has the core when it wakes,
/// however busy the load is.
pub(crate) struct Bystander {
    ended: Arc<AtomicBool>,
    talk: JoinHandle<anyhow::Result<Histogram<u64>>>,
}

impl Bystander {
    /// Comes in, and begins.
    pub(crate) fn begin(server: &Server) -> anyhow::Result<Self> {
        let shape = Shape {
            rooms: 1,
            size: 2,
            speakers: 1,
            window: 1,
        };
        let rooms = Rooms::fill(server, shape)?;
        let ended = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&ended);
        let talk = thread::spawn(move || talk(rooms, &until));
        Ok(Self { ended, talk })
    }

    /// Ends. How long each message took.
    pub(crate) fn end(self) -> anyhow::Result<Histogram<u64>> {
        self.ended.store(true, Ordering::Relaxed);
        let Ok(latencies) = self.talk.join() else {
            bail!("who looked on has failed");
        };
        latencies.context("who looked on was not answered")
    }
}

fn talk(mut rooms: Rooms, ended: &AtomicBool) -> anyhow::Result<Histogram<u64>> {
    let speaker = rooms.speakers().next().context("there is nobody")?;
    let swarm = &mut rooms.swarm;
    let mut latencies = latencies()?;
    let mut schedule = Schedule::new(swarm.now_ns(), PER_SECOND);
    let mut said = 0;
    let mut ended_ns = None;
    loop {
        let now_ns = swarm.now_ns();
        if ended_ns.is_none() && ended.load(Ordering::Relaxed) {
            ended_ns = Some(now_ns);
        }
        match ended_ns {
            Some(_) if latencies.len() == said => return Ok(latencies),
            Some(at_ns) if now_ns - at_ns > DRAINS_WITHIN.as_nanos() as u64 => {
                bail!("{} answers are missing", said - latencies.len());
            }
            Some(_) => {}
            None => {
                while let Some((due_ns, count)) = schedule.take(swarm.now_ns()) {
                    let mut bytes = Vec::new();
                    let payload = Payload {
                        due_ns,
                        speaker: speaker.0 as u64,
                        count,
                    };
                    put_speech(&mut bytes, payload);
                    swarm.send(speaker, &bytes);
                    said += 1;
                }
            }
        }
        let wait = Duration::from_nanos(schedule.due_ns().saturating_sub(swarm.now_ns()));
        swarm.turn(Some(wait.max(Duration::from_millis(1))), |_, text, now_ns| {
            if let Some(payload) = Payload::at_end_of(text) {
                latencies.saturating_record(now_ns.saturating_sub(payload.due_ns));
            }
        })?;
    }
}
