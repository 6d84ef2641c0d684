//! A thousand in one room lose their connections in the same moment, as when the network between breaks or the server
//! is killed, and all come back at once: without the pause that pages leave between two tries.

use crate::bystander::Bystander;
use crate::contestants::{Place, Server};
use crate::crowd::{Crowd, Words};
use crate::report::{Found, Goal, Table};
use std::time::{Duration, Instant};

const PEOPLE: usize = 1_000;

const ROUNDS: usize = 3;

/// Lines that are said while they are away.
const MISSED: usize = 10;

/// How long what is still on its way may take to be counted.
const SETTLES: Duration = Duration::from_millis(500);

/// What breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Breaks {
    /// The connections of all but one.
    Connections,
    /// The server, by `kill -9`.
    Server,
}

const CASES: [(&str, Words, Breaks); 3] = [
    ("the page, connections lost", Words::Page, Breaks::Connections),
    ("the page, server killed", Words::Page, Breaks::Server),
    // A party of StreamGo's ends with its last member, and so with the server.
    ("StreamGo, connections lost", Words::StreamGo, Breaks::Connections),
];

/// What one round has shown.
struct Round {
    /// How long nobody could reach the server.
    away: Duration,
    /// From the first try until the last one's list was whole.
    took: Duration,
    bytes: u64,
    cpu: Duration,
    /// The longest that somebody in another room waited meanwhile, and the slowest hundredth, in milliseconds.
    longest_ms: f64,
    p99_ms: f64,
    tried_again: usize,
    whole: usize,
    have_lines: usize,
}

/// Measures all.
pub(super) fn measure(place: &Place) -> anyhow::Result<Found> {
    let head = [
        "what breaks",
        "server away, ms",
        "all back, lists right, s",
        "MB sent",
        "s of a core",
        "others wait at most, ms",
        "the same, p99",
        "tries more than one each",
    ];
    let mut table = Table::new("", &head);
    let mut goals = Vec::new();
    for (name, words, breaks) in CASES {
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            rounds.push(round(place, words, breaks)?);
        }
        goals.extend(goals_of(name, words, &rounds));
        rounds.sort_by_key(|round| round.took);
        if let Some(round) = rounds.get(ROUNDS / 2) {
            table.rows.push(row(name, round));
        }
    }
    Ok(Found {
        goals,
        tables: vec![table],
        ..Found::default()
    })
}

fn round(place: &Place, words: Words, breaks: Breaks) -> anyhow::Result<Round> {
    let mut server = Server::matinee(place, &place.server_core, &[])?;
    let mut crowd = Crowd::gather(&server, words, PEOPLE)?;
    let mut away = Duration::ZERO;
    if words == Words::Page {
        // So that all have the same last line.
        crowd.says(1)?;
        settle(&mut crowd)?;
    }
    match breaks {
        Breaks::Connections => crowd.lose(),
        Breaks::Server => {
            away = server.crash()?;
            crowd.come_back(&server, 0, 1)?;
        }
    }
    if words == Words::Page {
        crowd.says(MISSED)?;
    }
    let bystander = Bystander::begin(&server)?;
    crowd.tried_again = 0;
    let (cpu, bytes, began) = (server.processor(), crowd.swarm.bytes_read(), Instant::now());
    crowd.come_back(&server, 1, PEOPLE)?;
    crowd.until_whole(&server)?;
    let took = began.elapsed();
    settle(&mut crowd)?;
    let cpu = server.processor() - cpu;
    let waited = bystander.end()?;
    Ok(Round {
        away,
        took,
        bytes: crowd.swarm.bytes_read() - bytes,
        cpu,
        longest_ms: waited.max() as f64 / 1e6,
        p99_ms: waited.value_at_quantile(0.99) as f64 / 1e6,
        tried_again: crowd.tried_again,
        whole: crowd.whole(),
        have_lines: crowd.have_all_lines(1 + MISSED),
    })
}

fn settle(crowd: &mut Crowd) -> anyhow::Result<()> {
    let until = Instant::now() + SETTLES;
    while Instant::now() < until {
        crowd.go_on(until.saturating_duration_since(Instant::now()))?;
    }
    Ok(())
}

fn row(name: &str, round: &Round) -> Vec<String> {
    vec![
        name.to_owned(),
        match round.away {
            Duration::ZERO => "—".to_owned(),
            away => format!("{:.0}", away.as_secs_f64() * 1e3),
        },
        format!("{:.2}", round.took.as_secs_f64()),
        format!("{:.0}", round.bytes as f64 / 1e6),
        format!("{:.2}", round.cpu.as_secs_f64()),
        format!("{:.0}", round.longest_ms),
        format!("{:.1}", round.p99_ms),
        round.tried_again.to_string(),
    ]
}

/// What has to be so in each round.
fn goals_of(name: &str, words: Words, rounds: &[Round]) -> Vec<Goal> {
    let goal = |goal: &str, least: usize| Goal {
        work: format!("{PEOPLE} come back at once: {name}"),
        against: "itself".to_owned(),
        goal: goal.to_owned(),
        figure: format!("{least} of {PEOPLE}"),
        met: least == PEOPLE,
    };
    let least = |of: fn(&Round) -> usize| rounds.iter().map(of).min().unwrap_or(0);
    let mut goals = vec![goal("all lists right at the end", least(|round| round.whole))];
    if words == Words::Page {
        goals.push(goal(
            "what was said meanwhile is told once",
            least(|round| round.have_lines),
        ));
    }
    goals
}
