//! What a machine with 1 GiB of memory holds: members who only wait, and rooms that talk.

use super::memory;
use crate::contestants::{Place, Server};
use crate::dialects::Client;
use crate::open;
use crate::party::{Rooms, Shape};
use crate::process;
use crate::report::chart::short;
use crate::report::{Found, Table};
use anyhow::Context;
use std::fs;
use std::time::Duration;

/// Members that are tried: a process here may have 20,000 sockets open.
const MEMBERS: usize = 18_000;

const MACHINE_BYTES: f64 = 1_073_741_824.0;

/// What the system itself takes of it.
const SYSTEM_BYTES: f64 = 200.0 * 1_048_576.0;

/// How many are in a room that talks; each says something every second.
const ROOM_SIZE: usize = 10;

/// Rooms that are tried, until it is too many.
const STEPS: [usize; 5] = [200, 400, 800, 1_200, 1_800];

/// Slower than this at its slowest hundredth, a room does not feel quick any more.
const QUICK_MS: f64 = 50.0;

const WARM: Duration = Duration::from_secs(1);
const LENGTH: Duration = Duration::from_secs(4);

/// Finds both.
pub(super) fn measure(place: &Place) -> anyhow::Result<Found> {
    let mut table = Table::new("", &["what a machine with 1 GiB and one core holds", "figure"]);
    let mut add = |what: &str, figure: String| table.rows.push(vec![what.to_owned(), figure]);
    let (own, kernel, base) = waiting(place)?;
    let fit = (MACHINE_BYTES - SYSTEM_BYTES - base) / (own + kernel);
    add("the server, idle", format!("{:.0} MiB", base / 1_048_576.0));
    add(
        &format!("a member of {MEMBERS} who waits, in the server"),
        format!("{:.1} KiB", own / 1024.0),
    );
    add(
        "the same member's socket, in the system",
        format!("{:.1} KiB", kernel / 1024.0),
    );
    add(
        "members who wait, if the system takes 200 MiB",
        format!("{:.0}", round_down(fit)),
    );
    for rooms in STEPS {
        let (late_ms, core, resident) = talking(place, rooms)?;
        add(
            &format!("{rooms} rooms of {ROOM_SIZE}, each member speaks every second"),
            format!(
                "p99 {} ms, {:.0} % of a core, {:.0} MiB",
                short(late_ms),
                core * 100.0,
                resident / 1_048_576.0
            ),
        );
        if late_ms > QUICK_MS {
            break;
        }
    }
    Ok(Found {
        tables: vec![table],
        ..Found::default()
    })
}

/// So that a sentence about it stays true.
fn round_down(members: f64) -> f64 {
    (members / 1_000.0).floor() * 1_000.0
}

/// What a waiting member takes of the server and of the system, and the server alone, in bytes.
fn waiting(place: &Place) -> anyhow::Result<(f64, f64, f64)> {
    let server = Server::matinee(place, &place.server_core, &[])?;
    let before = slab_bytes()?;
    let (base, each) = memory::idle(&server, MEMBERS, |swarm, number, room| {
        Client::Native.come(swarm, &server, number, room)
    })?;
    // Both ends of each connection are on this machine; the sockets of the last load are gone by then.
    let kernel = slab_bytes()?.saturating_sub(before) as f64 / (2 * MEMBERS) as f64;
    Ok((each, kernel, base as f64))
}

fn slab_bytes() -> anyhow::Result<u64> {
    let text = fs::read_to_string("/proc/meminfo").context("/proc/meminfo cannot be read")?;
    Ok(process::field_kib(&text, "Slab:").context("there is no Slab in it")? * 1024)
}

/// How late the slowest hundredth is in so many rooms, which part of a core they take, and how much memory.
fn talking(place: &Place, rooms: usize) -> anyhow::Result<(f64, f64, f64)> {
    let server = Server::matinee(place, &place.server_core, &[])?;
    let shape = Shape {
        rooms,
        size: ROOM_SIZE,
        speakers: ROOM_SIZE,
        window: 1,
    };
    let mut filled = Rooms::fill(&server, shape)?;
    let messages = (rooms * ROOM_SIZE) as f64;
    let figures = open::run(&mut filled, &server, messages, WARM, LENGTH, |_| Ok(()))?;
    let core = figures.server.as_secs_f64() / figures.took.as_secs_f64();
    Ok((figures.ms(0.99), core, figures.resident_bytes as f64))
}
