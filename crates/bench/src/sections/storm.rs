//! A thousand clients of StreamGo come to one party within five seconds. Each is told the list of all members; the server
//! that these clients were written for tells it whole to everybody at each one who comes.

use crate::contestants::{Place, Server};
use crate::dialects::stream_go_door;
use crate::report::{Found, Goal, Table};
use crate::swarm::{Id, Swarm};
use anyhow::Context;
use serde::Deserialize;
use std::collections::HashMap;
use std::time::{Duration, Instant};

const MEMBERS: usize = 1_000;
const WITHIN: Duration = Duration::from_secs(5);

/// How long the last lists may take.
const SETTLES: Duration = Duration::from_millis(500);

/// Which part of the original's bytes is the goal.
const PART: f64 = 1.0 / 20.0;

#[derive(Deserialize)]
struct Party {
    code: String,
    members: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(rename = "userName")]
    name: String,
}

/// What somebody has heard of the party.
#[derive(Default)]
struct Heard {
    lists: usize,
    /// Whether they were the last in the first list: so these clients know who they are.
    was_last: bool,
    newest: Vec<u8>,
}

/// Measures it.
pub(super) fn measure(place: &Place) -> anyhow::Result<Found> {
    let server = Server::matinee(place, &place.server_core, &[])?;
    let mut swarm = Swarm::new()?;
    let mut heard: HashMap<Id, Heard> = HashMap::new();
    let founder = swarm.open(&stream_go_door(&server, 0, None))?;
    let code = swarm.wait_for(founder, |text| Some(party(text)?.code))?;
    let cpu = server.processor();
    let began = Instant::now();
    for number in 1..MEMBERS {
        let due = began + WITHIN.mul_f64(number as f64 / MEMBERS as f64);
        loop {
            listen(
                &mut swarm,
                &mut heard,
                due.saturating_duration_since(Instant::now()),
            )?;
            if Instant::now() >= due {
                break;
            }
        }
        let id = swarm.open(&stream_go_door(&server, number, Some(&code)))?;
        // What came with the handshake's answer.
        swarm.first_of(id, |text| hear(&mut heard, id, text));
    }
    let came = began.elapsed();
    let until = Instant::now() + SETTLES;
    while Instant::now() < until {
        listen(
            &mut swarm,
            &mut heard,
            until.saturating_duration_since(Instant::now()),
        )?;
    }
    let cpu = server.processor() - cpu;
    found(&swarm, &heard, came, cpu)
}

fn listen(swarm: &mut Swarm, heard: &mut HashMap<Id, Heard>, length: Duration) -> anyhow::Result<()> {
    swarm.turn(Some(length), |id, text, _| hear(heard, id, text))
}

fn party(text: &[u8]) -> Option<Party> {
    serde_json::from_slice(text.strip_prefix(b"party:")?).ok()
}

fn hear(heard: &mut HashMap<Id, Heard>, id: Id, text: &[u8]) {
    let Some(list) = text.strip_prefix(b"party:") else {
        return;
    };
    let one = heard.entry(id).or_default();
    if one.lists == 0 {
        let own = format!("Member {}", id.0);
        one.was_last =
            party(text).is_some_and(|party| party.members.last().is_some_and(|last| last.name == own));
    }
    one.lists += 1;
    one.newest.clear();
    one.newest.extend_from_slice(list);
}

fn is_whole(list: &[u8]) -> bool {
    serde_json::from_slice::<Party>(list).is_ok_and(|party| party.members.len() == MEMBERS)
}

fn found(swarm: &Swarm, heard: &HashMap<Id, Heard>, came: Duration, cpu: Duration) -> anyhow::Result<Found> {
    let whole = heard
        .values()
        .map(|one| one.newest.len())
        .max()
        .context("nobody heard a list")?;
    // The list of k members is told to k, for each k.
    let each = whole as f64 / MEMBERS as f64;
    let original: f64 = (1..=MEMBERS).map(|k| (k * k) as f64 * each).sum();
    let sent = swarm.bytes_read() as f64;
    let right = heard.values().filter(|one| is_whole(&one.newest)).count();
    let last = heard.values().filter(|one| one.was_last).count();
    let (ended, _) = swarm.ended();
    let lists: usize = heard.values().map(|one| one.lists).sum();
    let mut table = Table::new("", &["what", "figure"]);
    let rows = [
        ("they came within", format!("{:.1} s", came.as_secs_f64())),
        ("bytes sent", format!("{:.1} MB", sent / 1e6)),
        ("by the original's rule", format!("{:.0} MB", original / 1e6)),
        ("lists sent", lists.to_string()),
        ("members whose newest list is whole at the end", right.to_string()),
        (
            "newcomers who are last in their first list",
            format!("{last} of {}", MEMBERS - 1),
        ),
        ("connections lost", ended.to_string()),
        (
            "processor time of the server",
            format!("{:.2} s", cpu.as_secs_f64()),
        ),
    ];
    table.rows = rows
        .into_iter()
        .map(|(what, figure)| vec![what.to_owned(), figure])
        .collect();
    let work = "StreamGo: 1,000 join one party within 5 s";
    let goal = |goal: &str, figure: String, met| Goal {
        work: work.to_owned(),
        against: "the original's rule".to_owned(),
        goal: goal.to_owned(),
        figure,
        met,
    };
    Ok(Found {
        goals: vec![
            goal(
                "bytes sent ≤ 1/20",
                format!("1/{:.0}", original / sent),
                sent <= original * PART,
            ),
            goal(
                "all lists right at the end",
                format!("{right} of {MEMBERS}"),
                right == MEMBERS && last == MEMBERS - 1,
            ),
        ],
        tables: vec![table],
        ..Found::default()
    })
}
