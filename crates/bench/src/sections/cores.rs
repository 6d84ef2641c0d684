//! Two cores against one: the same load by a schedule, on a server with one worker and on one with two.

use super::{ROUNDS, at_most};
use crate::contestants::{Place, Server};
use crate::figures::{Figures, median};
use crate::open;
use crate::party::{Rooms, Shape};
use crate::report::chart::short;
use crate::report::{Found, Table};
use std::time::Duration;

const WARM: Duration = Duration::from_millis(500);
/// Longer than other works: which core the system gives the room to changes within seconds.
const LENGTH: Duration = Duration::from_secs(6);

/// Messages a second: some way below what one core can do, for the load shares the second core with the server.
const MESSAGES: f64 = 5_000.0;

const SHAPE: Shape = Shape {
    rooms: 100,
    size: 10,
    speakers: 1,
    window: 1,
};

/// Measures both.
pub(super) fn measure(place: &Place) -> anyhow::Result<Found> {
    let mut seated = Vec::new();
    for workers in ["1", "2"] {
        let cores = if workers == "1" {
            place.server_core.as_str()
        } else {
            "0,1"
        };
        let server = Server::matinee(place, cores, &["--workers", workers])?;
        let rooms = Rooms::fill(&server, SHAPE)?;
        seated.push((server, rooms));
    }
    let mut all: Vec<Vec<Figures>> = vec![Vec::new(); seated.len()];
    for _ in 0..ROUNDS {
        for ((server, rooms), rounds) in seated.iter_mut().zip(&mut all) {
            rounds.push(open::run(rooms, server, MESSAGES, WARM, LENGTH, |_| Ok(()))?);
        }
    }
    let title = format!("100 rooms of 10, {MESSAGES} messages a second by a schedule");
    let mut table = Table::new(title, &["cores", "µs a delivery", "p50 ms", "p99 ms"]);
    for (rounds, workers) in all.iter().zip(["one", "two, one of them the load's"]) {
        let of = |figure: &dyn Fn(&Figures) -> f64| median(rounds.iter().map(figure).collect());
        table.rows.push(vec![
            workers.to_owned(),
            format!("{:.2}", of(&Figures::server_us)),
            short(of(&|it| it.ms(0.5))),
            short(of(&|it| it.ms(0.99))),
        ]);
    }
    let [one, two] = all.as_slice() else {
        return Ok(Found::default());
    };
    let ratios = two
        .iter()
        .zip(one)
        .map(|(two, one)| two.server_us() / one.server_us());
    let ratio = median(ratios.collect());
    Ok(Found {
        goals: vec![at_most(
            "2 cores against 1",
            "itself",
            "CPU a delivery",
            1.15,
            ratio,
        )],
        tables: vec![table],
        ..Found::default()
    })
}
