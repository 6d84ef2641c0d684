//! Who speaks too much pays alone: what others notice of a connection that floods, and how even a busy server is.

use super::ROUNDS;
use crate::contestants::{Place, Server};
use crate::figures::{Figures, median};
use crate::frame;
use crate::link::Door;
use crate::party::{Rooms, Shape};
use crate::report::chart::short;
use crate::report::{Found, Goal, Table};
use crate::swarm::{Id, Swarm};
use crate::{closed, open};
use std::time::{Duration, Instant};

const WARM: Duration = Duration::from_millis(500);
const LENGTH: Duration = Duration::from_secs(2);

/// Messages a second of all who behave: each well below its limit.
const MESSAGES: f64 = 2_000.0;

/// Messages that the flood sends at once, fifty times as many in all as it may.
const FLOOD: usize = 50;

/// How often it does.
const FLOOD_EVERY: Duration = Duration::from_millis(10);

/// How long it stays away when it was put out.
const FLOOD_COMES_AGAIN: Duration = Duration::from_millis(500);

const SHAPE: Shape = Shape {
    rooms: 50,
    size: 10,
    speakers: 10,
    window: 2,
};

/// The p99 of a busy server is at most so many times its p50.
const SPREAD: f64 = 3.0;

/// What counts as nothing: so much of the p99 without a flood.
const NOTHING: f64 = 1.25;

/// Measures both.
pub(super) fn measure(place: &Place) -> anyhow::Result<Found> {
    let mut found = Found::default();
    busy(place, &mut found)?;
    flood(place, &mut found)?;
    Ok(found)
}

fn busy(place: &Place, found: &mut Found) -> anyhow::Result<()> {
    let server = Server::matinee(place, &place.server_core, &[])?;
    let mut rooms = Rooms::fill(&server, SHAPE)?;
    let mut spreads = Vec::new();
    for _ in 0..ROUNDS {
        let figures = closed::run(&mut rooms, &server, WARM, LENGTH)?;
        spreads.push(figures.ms(0.99) / figures.ms(0.5));
    }
    let spread = median(spreads);
    found.goals.push(Goal {
        work: "50 rooms of 10, all speak as fast as they can".to_owned(),
        against: "itself".to_owned(),
        goal: format!("p99 over all rooms ≤ {SPREAD} × p50"),
        figure: format!("{spread:.2} ×"),
        met: spread <= SPREAD,
    });
    Ok(())
}

/// Somebody who sends without end, comes again when put out, and hears nothing.
struct Flooder {
    door: Door,
    id: Option<Id>,
    bytes: Vec<u8>,
    next: Instant,
    sent: u64,
    came: u64,
}

impl Flooder {
    fn new(server: &Server) -> Self {
        let mut bytes = Vec::new();
        for _ in 0..FLOOD {
            frame::put_text(&mut bytes, br#"{"type":"send","data":"a flood"}"#);
        }
        Self {
            door: Door::at(server.address, "/v2"),
            id: None,
            bytes,
            next: Instant::now(),
            sent: 0,
            came: 0,
        }
    }

    fn go_on(&mut self, swarm: &mut Swarm) -> anyhow::Result<()> {
        if Instant::now() < self.next {
            return Ok(());
        }
        self.next = Instant::now() + FLOOD_EVERY;
        if self.id.is_some_and(|id| swarm.has_ended(id)) {
            self.id = None;
            self.next = Instant::now() + FLOOD_COMES_AGAIN;
            return Ok(());
        }
        let id = match self.id {
            Some(id) => id,
            None => {
                let id = swarm.open(&self.door)?;
                let mut hello = Vec::new();
                frame::put_text(
                    &mut hello,
                    br#"{"type":"create","clientId":"flood","maxClients":2}"#,
                );
                swarm.send(id, &hello);
                self.came += 1;
                self.id = Some(id);
                id
            }
        };
        swarm.send(id, &self.bytes);
        self.sent += FLOOD as u64;
        Ok(())
    }
}

fn flood(place: &Place, found: &mut Found) -> anyhow::Result<()> {
    // With the limits that a server has unless told otherwise.
    let server = Server::matinee(place, &place.server_core, &["--messages-per-second", "100"])?;
    let mut rooms = Rooms::fill(&server, SHAPE)?;
    let (mut quiet, mut flooded) = (Vec::new(), Vec::new());
    let mut flooder = Flooder::new(&server);
    for _ in 0..ROUNDS {
        quiet.push(open::run(
            &mut rooms,
            &server,
            MESSAGES,
            WARM,
            LENGTH,
            |_| Ok(()),
        )?);
        let flood = |swarm: &mut Swarm| flooder.go_on(swarm);
        flooded.push(open::run(&mut rooms, &server, MESSAGES, WARM, LENGTH, flood)?);
        if let Some(id) = flooder.id.take() {
            rooms.swarm.drop_link(id);
        }
    }
    let head = [
        "50 rooms of 10, 2,000 messages a second by a schedule",
        "µs a delivery",
        "p50 ms",
        "p99 ms",
    ];
    let mut table = Table::new("", &head);
    for (name, rounds) in [("without a flood", &quiet), ("beside a flood", &flooded)] {
        let of = |figure: &dyn Fn(&Figures) -> f64| median(rounds.iter().map(figure).collect());
        table.rows.push(vec![
            name.to_owned(),
            format!("{:.2}", of(&Figures::server_us)),
            short(of(&|it| it.ms(0.5))),
            short(of(&|it| it.ms(0.99))),
        ]);
    }
    table.title = format!(
        "The flood sent {} messages, was put out and came again {} times.",
        flooder.sent,
        flooder.came.saturating_sub(1)
    );
    let late = |rounds: &[Figures]| median(rounds.iter().map(|it| it.ms(0.99)).collect());
    let ratio = late(&flooded) / late(&quiet);
    found.goals.push(Goal {
        work: "one connection floods, beside 50 rooms of 10".to_owned(),
        against: "itself without the flood".to_owned(),
        goal: format!("the others' p99 ≤ {NOTHING} ×"),
        figure: format!("{ratio:.2} ×"),
        met: ratio <= NOTHING,
    });
    found.tables.push(table);
    Ok(())
}
