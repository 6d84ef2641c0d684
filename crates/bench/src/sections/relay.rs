//! Games' messages through rooms: Matinee, Bun's publish and subscribe, Node's `ws` and the bare loop, each on the
//! same core under the same load in turn.

use super::{ROUNDS, at_least, at_most};
use crate::closed;
use crate::contestants::{Place, Relay, Server};
use crate::figures::{Figures, median};
use crate::party::{Rooms, Shape};
use crate::report::chart::{Bar, Chart, Line, Series, short};
use crate::report::{Found, Goal, Table};
use std::time::Duration;

const WARM: Duration = Duration::from_millis(250);
const LENGTH: Duration = Duration::from_millis(1_200);

/// What is done, as it is called.
const WORKS: [(&str, Shape); 3] = [
    (
        "100 rooms of 10, one speaks in each",
        Shape {
            rooms: 100,
            size: 10,
            speakers: 1,
            window: 1,
        },
    ),
    (
        "50 rooms of 10, all speak, two under way each",
        Shape {
            rooms: 50,
            size: 10,
            speakers: 10,
            window: 2,
        },
    ),
    (
        "1 room of 1,000, one speaks",
        Shape {
            rooms: 1,
            size: 1_000,
            speakers: 1,
            window: 1,
        },
    ),
];

/// Measures all works.
pub(super) fn measure(place: &Place) -> anyhow::Result<Found> {
    let mut found = Found::default();
    for (index, (name, shape)) in WORKS.into_iter().enumerate() {
        let all = run(place, shape)?;
        let table = table(name, &all);
        found.goals.extend(goals(index, name, &all));
        found.tables.push(table);
        found
            .charts
            .push(bars(&format!("µs of a core for a delivery: {name}"), &all));
        found
            .charts
            .push(lines(&format!("how late deliveries are: {name}"), &all));
    }
    Ok(found)
}

/// The rounds of each relay, in the order of [`Relay::ALL`].
fn run(place: &Place, shape: Shape) -> anyhow::Result<Vec<Vec<Figures>>> {
    let mut seated = Vec::new();
    for relay in Relay::ALL {
        let server = relay.start(place)?;
        let rooms = Rooms::fill(&server, shape)?;
        seated.push((server, rooms));
    }
    let mut all = vec![Vec::new(); seated.len()];
    for _ in 0..ROUNDS {
        for ((server, rooms), rounds) in seated.iter_mut().zip(&mut all) {
            rounds.push(round(server, rooms)?);
        }
    }
    Ok(all)
}

fn round(server: &Server, rooms: &mut Rooms) -> anyhow::Result<Figures> {
    closed::run(rooms, server, WARM, LENGTH)
}

fn median_of(rounds: &[Figures], figure: impl Fn(&Figures) -> f64) -> f64 {
    median(rounds.iter().map(figure).collect())
}

fn table(name: &str, all: &[Vec<Figures>]) -> Table {
    let head = [
        "server",
        "deliveries/s",
        "a second of its core",
        "µs a delivery",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "load's µs",
        "sleeps a 1,000",
        "MiB",
    ];
    let mut table = Table::new(format!("**{name}**"), &head);
    for (relay, rounds) in Relay::ALL.iter().zip(all) {
        let of = |figure: &dyn Fn(&Figures) -> f64| median_of(rounds, figure);
        table.rows.push(vec![
            relay.name().to_owned(),
            format!("{:.0}", of(&Figures::per_second)),
            format!("{:.0}", of(&Figures::per_server_second)),
            format!("{:.2}", of(&Figures::server_us)),
            short(of(&|it| it.ms(0.5))),
            short(of(&|it| it.ms(0.99))),
            short(of(&|it| it.ms(0.999))),
            format!("{:.2}", of(&Figures::own_us)),
            short(of(&|it| it.rests as f64 * 1e3 / it.deliveries as f64)),
            format!("{:.0}", of(&|it| it.resident_bytes as f64 / 1_048_576.0)),
        ]);
    }
    table
}

/// What Matinee's figure is of another's, round by round: the one in the middle.
fn of(all: &[Vec<Figures>], other: Relay, figure: impl Fn(&Figures) -> f64) -> f64 {
    let rounds = |relay| {
        let at = Relay::ALL.iter().position(|it| *it == relay);
        at.and_then(|at| all.get(at))
            .map(Vec::as_slice)
            .unwrap_or_default()
    };
    let pairs = rounds(Relay::Matinee).iter().zip(rounds(other));
    median(
        pairs
            .map(|(ours, theirs)| figure(ours) / figure(theirs))
            .collect(),
    )
}

fn goals(work: usize, name: &str, all: &[Vec<Figures>]) -> Vec<Goal> {
    let bun = Relay::Bun.name();
    let cpu = of(all, Relay::Bun, Figures::server_us);
    let pace = of(all, Relay::Bun, Figures::per_second);
    let p99 = of(all, Relay::Bun, |it| it.ms(0.99));
    let node = of(all, Relay::Node, Figures::per_server_second);
    let (mut goals, more_than_node) = match work {
        0 => (
            vec![
                at_most(name, bun, "CPU a delivery", 1.0, cpu),
                at_most(name, bun, "p99", 1.0, p99),
                at_most(
                    name,
                    Relay::Bare.name(),
                    "CPU a delivery",
                    1.15,
                    of(all, Relay::Bare, Figures::server_us),
                ),
            ],
            1.5,
        ),
        1 => (
            vec![
                at_least(name, bun, "deliveries/s", 1.0, pace),
                at_most(name, bun, "p99", 1.0, p99),
            ],
            8.0,
        ),
        _ => (vec![at_least(name, bun, "deliveries/s", 1.1, pace)], 3.0),
    };
    goals.push(at_least(
        name,
        Relay::Node.name(),
        "deliveries a CPU second",
        more_than_node,
        node,
    ));
    goals
}

fn bars(title: &str, all: &[Vec<Figures>]) -> Chart {
    let bar = |(relay, rounds): (&Relay, &Vec<Figures>)| Bar {
        label: relay.name().to_owned(),
        value: median_of(rounds, Figures::server_us),
        runs: rounds.iter().map(Figures::server_us).collect(),
    };
    Chart {
        title: title.to_owned(),
        series: Series::Bars(Relay::ALL.iter().zip(all).map(bar).collect()),
    }
}

fn lines(title: &str, all: &[Vec<Figures>]) -> Chart {
    let line = |(relay, rounds): (&Relay, &Vec<Figures>)| {
        // The round in the middle by its slowest hundredth.
        let mut rounds: Vec<_> = rounds.iter().collect();
        rounds.sort_by(|a, b| a.ms(0.99).total_cmp(&b.ms(0.99)));
        let middle = rounds.get(rounds.len() / 2)?;
        Some(Line::of(relay.name(), &middle.latencies))
    };
    Chart {
        title: title.to_owned(),
        series: Series::Lines(Relay::ALL.iter().zip(all).filter_map(line).collect()),
    }
}
