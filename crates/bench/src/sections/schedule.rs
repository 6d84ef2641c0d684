//! The same messages by a schedule: 60 % of what the slower of Matinee and Bun can do at most, found first.

use super::{ROUNDS, at_most};
use crate::contestants::{Place, Relay, Server};
use crate::figures::{Figures, median};
use crate::party::{Rooms, Shape};
use crate::report::chart::{Chart, Line, Series, short};
use crate::report::{Found, Table};
use crate::{closed, open};
use std::time::Duration;

const WARM: Duration = Duration::from_millis(500);
const LENGTH: Duration = Duration::from_secs(4);

/// Which part of the most is asked.
const PART: f64 = 0.6;

const RELAYS: [Relay; 2] = [Relay::Matinee, Relay::Bun];

const SHAPE: Shape = Shape {
    rooms: 100,
    size: 10,
    speakers: 1,
    window: 1,
};

const NAME: &str = "100 rooms of 10, one speaks in each, by a schedule";

/// Measures both.
pub(super) fn measure(place: &Place) -> anyhow::Result<Found> {
    let mut seated = Vec::new();
    for relay in RELAYS {
        let server = relay.start(place)?;
        let rooms = Rooms::fill(&server, SHAPE)?;
        seated.push((server, rooms));
    }
    let mut most = f64::INFINITY;
    for (server, rooms) in &mut seated {
        let figures = closed::run(rooms, server, WARM, LENGTH)?;
        most = most.min(figures.per_second());
    }
    let messages = most * PART / (SHAPE.size - 1) as f64;
    let mut all = vec![Vec::new(); RELAYS.len()];
    for _ in 0..ROUNDS {
        for ((server, rooms), rounds) in seated.iter_mut().zip(&mut all) {
            rounds.push(round(server, rooms, messages)?);
        }
    }
    Ok(found(messages, &all))
}

fn round(server: &Server, rooms: &mut Rooms, messages: f64) -> anyhow::Result<Figures> {
    open::run(rooms, server, messages, WARM, LENGTH, |_| Ok(()))
}

fn found(messages: f64, all: &[Vec<Figures>]) -> Found {
    let title = format!("**{NAME}: {messages:.0} messages a second**");
    let head = [
        "server",
        "deliveries/s",
        "its core",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "longest ms",
    ];
    let mut table = Table::new(title, &head);
    let mut lines = Vec::new();
    for (relay, rounds) in RELAYS.iter().zip(all) {
        let of = |figure: &dyn Fn(&Figures) -> f64| median(rounds.iter().map(figure).collect());
        table.rows.push(vec![
            relay.name().to_owned(),
            format!("{:.0}", of(&Figures::per_second)),
            format!(
                "{:.0} %",
                of(&|it| 100.0 * it.server.as_secs_f64() / it.took.as_secs_f64())
            ),
            short(of(&|it| it.ms(0.5))),
            short(of(&|it| it.ms(0.99))),
            short(of(&|it| it.ms(0.999))),
            short(of(&|it| it.ms(1.0))),
        ]);
        let mut rounds: Vec<_> = rounds.iter().collect();
        rounds.sort_by(|a, b| a.ms(0.999).total_cmp(&b.ms(0.999)));
        if let Some(middle) = rounds.get(rounds.len() / 2) {
            lines.push(Line::of(relay.name(), &middle.latencies));
        }
    }
    let late = |rounds: &Figures| rounds.ms(0.999);
    let pairs = all
        .first()
        .into_iter()
        .flatten()
        .zip(all.get(1).into_iter().flatten());
    let ratio = median(pairs.map(|(ours, theirs)| late(ours) / late(theirs)).collect());
    Found {
        goals: vec![at_most(NAME, Relay::Bun.name(), "p99.9", 1.0, ratio)],
        tables: vec![table],
        charts: vec![Chart {
            title: format!("how late deliveries are: {NAME}"),
            series: Series::Lines(lines),
        }],
        ..Found::default()
    }
}
