//! What the server executes for a message and for a delivery, counted by valgrind: figures that do not depend on how busy
//! the machine is, so that a change which makes a hot path longer is seen.
//!
//! They are held against `crates/bench/baseline.json`; `UPDATE_BASELINE=1` writes that anew.

use crate::closed;
use crate::contestants::{Place, Server};
use crate::party::{Rooms, Shape};
use crate::report::{Found, Goal, Table};
use anyhow::Context;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The release binary with its names in it.
const BINARY: &str = "counting/matinee";

const SHAPE: Shape = Shape {
    rooms: 10,
    size: 10,
    speakers: 10,
    window: 1,
};

/// What each says in the short and in the long run; what counts is what the long one takes more.
const SAID: [u64; 2] = [5, 45];

/// How much more than the baseline is seen as a regression.
const SLACK: f64 = 1.05;

/// What is counted: its name here, a part of its name in the binary, and whether it runs for each delivery or only for
/// each message.
const PATHS: [(&str, &str, bool); 6] = [
    (
        "read: what came from a socket to a message",
        "websocket::Parser::parse",
        false,
    ),
    (
        "decode: a message to a request",
        "PartySockets2 as matinee_wire::speech::Speech>::decode",
        false,
    ),
    (
        "apply: the room's rules",
        "matinee_room::room::Room::handle",
        false,
    ),
    (
        "encode: an event to a message",
        "PartySockets2 as matinee_wire::speech::Speech>::encode",
        false,
    ),
    ("push: into an outbox", "outbox::Outbox::push", true),
    ("flush: out of it, with the call", "outbox::Outbox::flush", true),
];

const ALL: &str = "all";

/// Counts, and compares.
pub(super) fn measure(place: &Place) -> anyhow::Result<Found> {
    let [short, long] = SAID;
    let (few, fewer) = count(place, short)?;
    let (many, more) = count(place, long)?;
    let deliveries = (more - fewer) as f64;
    let messages = deliveries / (SHAPE.size - 1) as f64;
    let mut counted = BTreeMap::new();
    let took = |name: &str| {
        many.get(name)
            .unwrap_or(&0)
            .saturating_sub(*few.get(name).unwrap_or(&0)) as f64
    };
    counted.insert(ALL.to_owned(), took(ALL) / deliveries);
    for (name, _, by_delivery) in PATHS {
        counted.insert(
            name.to_owned(),
            took(name) / if by_delivery { deliveries } else { messages },
        );
    }
    let path = place.root.join("crates/bench/baseline.json");
    if std::env::var_os("UPDATE_BASELINE").is_some() || !path.exists() {
        let rounded: BTreeMap<_, _> = counted
            .iter()
            .map(|(name, count)| (name, count.round()))
            .collect();
        fs::write(&path, serde_json::to_string_pretty(&rounded)? + "\n")?;
    }
    let baseline: BTreeMap<String, f64> = serde_json::from_str(&fs::read_to_string(&path)?)?;
    Ok(found(&counted, &baseline))
}

fn found(counted: &BTreeMap<String, f64>, baseline: &BTreeMap<String, f64>) -> Found {
    let mut table = Table::new("", &["path", "for each", "instructions", "baseline"]);
    let mut found = Found::default();
    let all = (ALL, "", true);
    for (name, _, by_delivery) in PATHS.into_iter().chain([all]) {
        let count = counted.get(name).copied().unwrap_or(f64::NAN);
        let before = baseline.get(name).copied().unwrap_or(f64::NAN);
        let title = if name == ALL {
            "all that the server executes"
        } else {
            name
        };
        let each = if by_delivery { "delivery" } else { "message" };
        table.rows.push(vec![
            title.to_owned(),
            each.to_owned(),
            format!("{count:.0}"),
            format!("{before:.0}"),
        ]);
        found.goals.push(Goal {
            work: format!("instructions: {title}"),
            against: "the baseline".to_owned(),
            goal: format!("≤ {SLACK} ×"),
            figure: format!("{:.2} ×", count / before),
            met: count <= before * SLACK + 1.0,
        });
    }
    found.tables.push(table);
    found
}

/// Has each say so many messages to a server under valgrind. What was executed by path, and how many deliveries it were.
fn count(place: &Place, said: u64) -> anyhow::Result<(BTreeMap<String, u64>, u64)> {
    let folder = tempfile::tempdir()?;
    let out = folder.path().join("counted");
    let deliveries = {
        let server = Server::counted(place, &binary(place), &out)?;
        let mut rooms = Rooms::fill(&server, SHAPE)?;
        closed::say(&mut rooms, said)?
    };
    let text = fs::read_to_string(&out).context("valgrind has written no counts")?;
    Ok((by_path(&text), deliveries))
}

fn binary(place: &Place) -> PathBuf {
    let target = place.matinee.parent().and_then(Path::parent);
    target.unwrap_or(&place.root).join(BINARY)
}

/// The instructions of all paths in what callgrind has written, with those of what they call.
fn by_path(text: &str) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    let mut paths: Vec<&str> = Vec::new();
    let mut is_call = false;
    for line in text.lines() {
        if let Some(function) = line.strip_prefix("fn=") {
            let known = PATHS.iter().filter(|(_, part, _)| function.contains(part));
            paths = known.map(|(name, ..)| *name).collect();
        } else if line.starts_with("calls=") {
            is_call = true;
        } else if line.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '*')) {
            let cost = line
                .split(' ')
                .nth(1)
                .and_then(|cost| cost.parse().ok())
                .unwrap_or(0_u64);
            if !is_call {
                *counts.entry(ALL.to_owned()).or_default() += cost;
            }
            for path in &paths {
                *counts.entry((*path).to_owned()).or_default() += cost;
            }
            is_call = false;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_what_it_calls() {
        let text = "events: Ir\n\nfl=a.rs\nfn=matinee::session::outbox::Outbox::flush\n10 5\n11 2\ncfn=write\ncalls=3 0\n11 40\n\nfn=write\n1 40\n\nfn=other\n+2 7\n";
        let counts = by_path(text);
        assert_eq!(counts.get("flush: out of it, with the call"), Some(&47));
        assert_eq!(counts.get(ALL), Some(&54));
        assert_eq!(counts.get("push: into an outbox"), None);
    }

    #[test]
    fn longer_is_seen() {
        let baseline: BTreeMap<_, _> = [(ALL.to_owned(), 1_000.0)].into();
        for (count, met) in [(900.0, true), (1_040.0, true), (1_100.0, false)] {
            let counted = [(ALL.to_owned(), count)].into();
            assert_eq!(
                found(&counted, &baseline).goals.last().unwrap().met,
                met,
                "{count}"
            );
        }
    }
}
