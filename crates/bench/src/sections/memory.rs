//! What a member takes who is there and says nothing: Matinee's in every dialect, and the other relays'.

use crate::contestants::{Place, Relay, Server};
use crate::dialects::{Client, answer_to};
use crate::frame;
use crate::link::Door;
use crate::party;
use crate::report::chart::{Bar, Chart, Series};
use crate::report::{Found, Goal, Table};
use crate::swarm::{Id, Swarm};
use std::time::{Duration, Instant};

/// Members, ten in each room; Goblet has one room for all.
const MEMBERS: usize = 10_000;

/// So many members may be in a room.
const ROOM_MEMBERS_MAX: &str = "11000";

const ROOM_SIZE: usize = 10;

/// How long a server has to come to rest before its memory is read.
const RESTS: Duration = Duration::from_millis(1_500);

/// Bytes of a member that are the goal.
const GOAL: f64 = 4.0 * 1024.0;

/// The same where Socket.IO is between.
const GOAL_OF_SOCKET_IO: f64 = 10.0 * 1024.0;

/// Measures all.
pub(super) fn measure(place: &Place) -> anyhow::Result<Found> {
    let mut table = Table::new("", &["members of", "KiB each", "the server without them, MiB"]);
    let mut goals = Vec::new();
    let mut bars = Vec::new();
    for client in Client::ALL {
        let flags = ["--room-members-max", ROOM_MEMBERS_MAX];
        let server = Server::matinee(place, &place.server_core, &flags)?;
        let (before, each) = idle(&server, MEMBERS, |swarm, number, room| {
            client.come(swarm, &server, number, room)
        })?;
        let name = format!("Matinee: {}", client.name());
        table.rows.push(row(&name, before, each));
        bars.push(bar(client.name(), each));
        let goal = if client == Client::Goblet {
            GOAL_OF_SOCKET_IO
        } else {
            GOAL
        };
        goals.push(Goal {
            work: format!("{MEMBERS} idle members, {}", client.name()),
            against: "itself".to_owned(),
            goal: format!("a member ≤ {:.0} KiB", goal / 1024.0),
            figure: format!("{:.1} KiB", each / 1024.0),
            met: each <= goal,
        });
    }
    for relay in [Relay::Bun, Relay::Node] {
        let server = relay.start(place)?;
        let (before, each) = idle(&server, MEMBERS, |swarm, _, room| {
            let id = swarm.open(&Door::at(server.address, "/v2"))?;
            Ok((id, party::come_in(swarm, id, room, ROOM_SIZE)?))
        })?;
        table.rows.push(row(relay.name(), before, each));
        bars.push(bar(relay.name(), each));
    }
    Ok(Found {
        goals,
        tables: vec![table],
        charts: vec![Chart {
            title: "KiB of memory for an idle member".to_owned(),
            series: Series::Bars(bars),
        }],
        ..Found::default()
    })
}

/// Has members come, ten to a room, and wait. The server's memory before, and what each took, in bytes.
pub(super) fn idle(
    server: &Server,
    members: usize,
    mut come: impl FnMut(&mut Swarm, usize, Option<&str>) -> anyhow::Result<(Id, String)>,
) -> anyhow::Result<(u64, f64)> {
    let mut swarm = Swarm::new()?;
    let mut room = None;
    // A room first, so that what a server makes once is not counted as a member's.
    for number in 0..ROOM_SIZE {
        let (_, code) = come(&mut swarm, number, room.as_deref())?;
        room.get_or_insert(code);
    }
    stay(&mut swarm, RESTS)?;
    let before = server.resident_bytes();
    for number in ROOM_SIZE..ROOM_SIZE + members {
        if number.is_multiple_of(ROOM_SIZE) {
            room = None;
            stay(&mut swarm, Duration::ZERO)?;
        }
        let (_, code) = come(&mut swarm, number, room.as_deref())?;
        room.get_or_insert(code);
    }
    stay(&mut swarm, RESTS)?;
    let each = server.resident_bytes().saturating_sub(before) as f64 / members as f64;
    if let (ended @ 1.., code) = swarm.ended() {
        anyhow::bail!("{ended} members were put out, one with {code:?}");
    }
    Ok((before, each))
}

/// Hears what comes, and answers pings, for a while.
pub(super) fn stay(swarm: &mut Swarm, length: Duration) -> anyhow::Result<()> {
    let until = Instant::now() + length;
    loop {
        let mut answers = Vec::new();
        let left = until.saturating_duration_since(Instant::now());
        swarm.turn(Some(left), |id, text, _| {
            answers.extend(answer_to(text).map(|answer| (id, answer)))
        })?;
        for (id, answer) in answers {
            let mut bytes = Vec::new();
            frame::put_text(&mut bytes, answer.as_bytes());
            swarm.send(id, &bytes);
        }
        if Instant::now() >= until {
            return Ok(());
        }
    }
}

fn row(name: &str, before: u64, each: f64) -> Vec<String> {
    vec![
        name.to_owned(),
        format!("{:.1}", each / 1024.0),
        format!("{:.1}", before as f64 / 1_048_576.0),
    ]
}

fn bar(name: &str, each: f64) -> Bar {
    Bar {
        label: name.to_owned(),
        value: each / 1024.0,
        runs: Vec::new(),
    }
}
