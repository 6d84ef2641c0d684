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
const LENGTH: Duration = Duration::from_secs(2);

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

/// What one's figure is of another's, round by round: the one in the middle.
fn of(all: &[Vec<Figures>], one: Relay, other: Relay, figure: impl Fn(&Figures) -> f64) -> f64 {
    let rounds = |relay| {
        let at = Relay::ALL.iter().position(|it| *it == relay);
        at.and_then(|at| all.get(at))
            .map(Vec::as_slice)
            .unwrap_or_default()
    };
    let pairs = rounds(one).iter().zip(rounds(other));
    median(
        pairs
            .map(|(ours, theirs)| figure(ours) / figure(theirs))
            .collect(),
    )
}

/// A goal against one of the others, and what the bare loop reaches of it: it shows what a `send` a delivery leaves room for.
fn held_against(
    (all, work, other): (&[Vec<Figures>], &str, Relay),
    goal: impl Fn(&str, &str, f64) -> Goal,
    figure: impl Fn(&Figures) -> f64,
) -> Goal {
    let mut held = goal(work, other.name(), of(all, Relay::Matinee, other, &figure));
    if other != Relay::Bare {
        let bare = of(all, Relay::Bare, other, &figure);
        held.figure += &format!(" (the bare loop: {bare:.2} ×)");
    }
    held
}

fn goals(work: usize, name: &str, all: &[Vec<Figures>]) -> Vec<Goal> {
    let cpu =
        |most: f64| move |work: &str, who: &str, it: f64| at_most(work, who, "CPU a delivery", most, it);
    let p99 = |work: &str, who: &str, it: f64| at_most(work, who, "p99", 1.0, it);
    let pace =
        |least: f64| move |work: &str, who: &str, it: f64| at_least(work, who, "deliveries/s", least, it);
    let (bun, bare) = ((all, name, Relay::Bun), (all, name, Relay::Bare));
    let (mut goals, more_than_node) = match work {
        0 => (
            vec![
                held_against(bun, cpu(1.0), Figures::server_us),
                held_against(bun, p99, |it| it.ms(0.99)),
                held_against(bare, cpu(1.15), Figures::server_us),
            ],
            1.5,
        ),
        1 => (
            vec![
                held_against(bun, pace(1.0), Figures::per_second),
                held_against(bun, p99, |it| it.ms(0.99)),
            ],
            8.0,
        ),
        _ => (vec![held_against(bun, pace(1.1), Figures::per_second)], 3.0),
    };
    goals.push(held_against(
        (all, name, Relay::Node),
        |work, who, it| at_least(work, who, "deliveries a CPU second", more_than_node, it),
        Figures::per_server_second,
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
