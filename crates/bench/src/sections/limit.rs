//! What a machine with 1 GiB of memory holds, and what the server does where it ends: members who only wait, rooms that
//! have talked, rooms that talk, and members who do not read what they are sent.

use crate::contestants::{Place, Server};
use crate::dialects::Client;
use crate::frame;
use crate::link::Door;
use crate::open;
use crate::party::{Rooms, Shape, come_in};
use crate::report::chart::short;
use crate::report::{Found, Goal, Table};
use crate::sections::memory::stay;
use crate::small::{Held, Small};
use crate::swarm::{Id, Swarm};
use std::time::Duration;

const MACHINE_BYTES: u64 = 1 << 30;

/// A smaller machine, which is full before a process has as many files open as it may here.
const SMALLER_BYTES: u64 = 192 << 20;

/// Which part of it the server fills until it lets nobody else in.
const PART_FOR_PEOPLE: f64 = 0.75;

/// Files that the load needs besides its connections; the server, which may have as many, needs about the same.
const OTHER_FILES: u64 = 400;

/// How many are in a room of those who wait, and of those who talk.
const ROOM_SIZE: usize = 10;

/// How many are in a room that has talked: so few that memory ends before the files do.
const PARTY_SIZE: usize = 2;

/// Lines that fill a room's log, and the characters of each.
const LINES: usize = 64;
const LINE_CHARS: usize = 2_000;

/// Rooms that are tried, until it is too many.
const STEPS: [usize; 5] = [200, 400, 800, 1_200, 1_800];

/// Slower than this at its slowest hundredth, a room does not feel quick any more.
const QUICK_MS: f64 = 50.0;

const WARM: Duration = Duration::from_secs(1);
const LENGTH: Duration = Duration::from_secs(4);

/// Members who read nothing, each in a room with one who speaks.
const DEAF: usize = 1_500;

/// What is said to each: more than may wait for anybody.
const SAID_BYTES: usize = 60_000;
const SAID_TIMES: usize = 40;

/// How long a server has to come to rest before its memory is read.
const RESTS: Duration = Duration::from_millis(1_500);

/// A server on a small machine. The server ends before its group.
struct OnSmall {
    server: Server,
    small: Small,
}

impl OnSmall {
    fn start(place: &Place, machine_bytes: u64) -> anyhow::Result<Self> {
        let small = Small::make(machine_bytes)?;
        let server = Server::on(&small, place)?;
        Ok(Self { server, small })
    }

    /// How it went on, in words, when `error` came in the place of an answer.
    fn end(&mut self, error: Option<anyhow::Error>) -> (String, bool) {
        match error {
            _ if self.server.has_ended() => ("the server was killed".to_owned(), false),
            None => ("all that were tried".to_owned(), true),
            Some(error) => (
                format!("one more was told: {}", sentence(&format!("{error:#}"))),
                true,
            ),
        }
    }
}

/// What a person reads of an error: the message in it, if there is one.
fn sentence(error: &str) -> String {
    let message = error
        .split_once(r#""message":""#)
        .and_then(|(_, rest)| rest.split_once('"'));
    message.map_or(error, |(message, _)| message).to_owned()
}

/// Finds all.
pub(super) fn measure(place: &Place) -> anyhow::Result<Found> {
    let mut found = Found::default();
    let mut table = Table::new("", &["on one core, with 1 GiB and nowhere to swap to", "figure"]);
    waiting(place, &mut table, &mut found.goals)?;
    talked(place, &mut table, &mut found.goals)?;
    deaf(place, &mut table, &mut found.goals)?;
    for rooms in STEPS {
        if !talking(place, rooms, &mut table)? {
            break;
        }
    }
    found.tables.push(table);
    Ok(found)
}

fn add(table: &mut Table, what: impl Into<String>, figure: impl Into<String>) {
    table.rows.push(vec![what.into(), figure.into()]);
}

fn kib(bytes: f64) -> String {
    format!("{:.1} KiB", bytes / 1024.0)
}

fn mib(bytes: u64) -> String {
    format!("{:.0} MiB", bytes as f64 / 1_048_576.0)
}

fn lives(work: &str, lives: bool) -> Goal {
    Goal {
        work: work.to_owned(),
        against: "1 GiB of memory".to_owned(),
        goal: "nobody ends the server".to_owned(),
        figure: if lives { "it lives" } else { "it was killed" }.to_owned(),
        met: lives,
    }
}

/// What members who wait have shown.
struct Waited {
    members: usize,
    /// What the server took before, and with what the system keeps for it, in bytes.
    own: u64,
    all: u64,
    /// The same for each member.
    own_each: f64,
    all_each: f64,
    /// With all members.
    held: u64,
    end: String,
    is_alive: bool,
}

/// Members of the page's come and wait until no more is let in, or as many as a process here may have connections.
fn wait(place: &Place, machine_bytes: u64) -> anyhow::Result<Waited> {
    let mut on = OnSmall::start(place, machine_bytes)?;
    let (files, _) = rlimit::getrlimit(rlimit::Resource::NOFILE)?;
    let most = files.saturating_sub(OTHER_FILES) as usize / ROOM_SIZE * ROOM_SIZE;
    let mut swarm = Swarm::new()?;
    // A room first, so that what a server makes once is not counted as a member's.
    come(&mut swarm, &on.server, 0, ROOM_SIZE)?;
    stay(&mut swarm, RESTS)?;
    let (own, all) = (on.server.resident_bytes(), on.small.held().all);
    let mut error = None;
    while swarm.len() < most && error.is_none() {
        let next = swarm.len();
        error = come(&mut swarm, &on.server, next, ROOM_SIZE).err();
        stay(&mut swarm, Duration::ZERO)?;
    }
    stay(&mut swarm, RESTS)?;
    let came = (swarm.len() - ROOM_SIZE) as f64;
    let each = |before: u64, after: u64| after.saturating_sub(before) as f64 / came;
    let held = on.small.held().all;
    let own_each = each(own, on.server.resident_bytes());
    let (end, is_alive) = on.end(error);
    Ok(Waited {
        members: swarm.len(),
        own,
        all,
        own_each,
        all_each: each(all, held),
        held,
        end,
        is_alive,
    })
}

/// Members who wait, on the machine and on a smaller one, where memory ends before the files do.
fn waiting(place: &Place, table: &mut Table, goals: &mut Vec<Goal>) -> anyhow::Result<()> {
    let waited = wait(place, MACHINE_BYTES)?;
    add(
        table,
        "the server alone, and without its file, which the system can drop",
        format!("{}, {}", mib(waited.own), mib(waited.all)),
    );
    add(
        table,
        format!("{} members who wait, ten to a room", waited.members),
        format!("{}; {}", mib(waited.held), waited.end),
    );
    add(
        table,
        "such a member, and with the socket that the system keeps",
        format!("{}, {}", kib(waited.own_each), kib(waited.all_each)),
    );
    goals.push(lives("members who wait", waited.is_alive));
    let smaller = wait(place, SMALLER_BYTES)?;
    add(
        table,
        format!(
            "{} members who wait, where there are only {}",
            smaller.members,
            mib(SMALLER_BYTES)
        ),
        format!("{}; {}", mib(smaller.held), smaller.end),
    );
    goals.push(lives("members who wait, with 192 MiB", smaller.is_alive));
    let people = |machine: u64| machine as f64 * PART_FOR_PEOPLE - smaller.own as f64;
    let fit = people(MACHINE_BYTES) / people(SMALLER_BYTES) * smaller.members as f64;
    add(
        table,
        "so, with 1 GiB, by their memory",
        format!("{:.0}", (fit / 1_000.0).floor() * 1_000.0),
    );
    Ok(())
}

/// Some come into a new room.
fn come(swarm: &mut Swarm, server: &Server, from: usize, size: usize) -> anyhow::Result<Vec<Id>> {
    let mut room = None;
    let mut members = Vec::new();
    for number in from..from + size {
        let (id, code) = Client::Native.come(swarm, server, number, room.as_deref())?;
        room.get_or_insert(code);
        members.push(id);
    }
    Ok(members)
}

/// Parties whose chat is full, until no more is let in.
fn talked(place: &Place, table: &mut Table, goals: &mut Vec<Goal>) -> anyhow::Result<()> {
    let mut on = OnSmall::start(place, MACHINE_BYTES)?;
    let (files, _) = rlimit::getrlimit(rlimit::Resource::NOFILE)?;
    let most = files.saturating_sub(OTHER_FILES) as usize / PARTY_SIZE;
    let mut swarm = Swarm::new()?;
    let mut parties = 0;
    let mut held = Held::default();
    let mut error = None;
    while parties < most && error.is_none() {
        match party(&mut swarm, &on.server) {
            Ok(()) => parties += 1,
            Err(why) => error = Some(why),
        }
        if parties % 50 == 0 {
            held = on.small.held();
        }
    }
    let own = on.server.resident_bytes();
    let (end, is_alive) = on.end(error);
    add(table, format!("{parties} parties of two whose chat is full"), end);
    add(
        table,
        "the server then, and with what the system keeps for it",
        format!("{}, {}", mib(own), mib(held.all)),
    );
    goals.push(lives("parties whose chat is full", is_alive));
    Ok(())
}

/// A party talks until its log is full.
fn party(swarm: &mut Swarm, server: &Server) -> anyhow::Result<()> {
    let members = come(swarm, server, swarm.len(), PARTY_SIZE)?;
    let words = "w".repeat(LINE_CHARS);
    let Some(first) = members.first() else {
        return Ok(());
    };
    let mut bytes = Vec::new();
    for id in 1..=LINES {
        let text = format!(r#"{{"type":"say","id":{id},"text":"{words}"}}"#);
        frame::put_text(&mut bytes, text.as_bytes());
    }
    swarm.send(*first, &bytes);
    let last = format!(r#"{{"type":"done","id":{LINES}}}"#);
    swarm.wait_for(*first, |text| (text == last.as_bytes()).then_some(()))
}

/// Members to whom more is said than may wait, and who read nothing.
fn deaf(place: &Place, table: &mut Table, goals: &mut Vec<Goal>) -> anyhow::Result<()> {
    let mut on = OnSmall::start(place, MACHINE_BYTES)?;
    let shape = Shape {
        rooms: DEAF,
        size: 2,
        speakers: 1,
        window: 1,
    };
    let mut rooms = Rooms::fill(&on.server, shape)?;
    let mut bytes = Vec::new();
    let text = format!(r#"{{"type":"send","data":"{}"}}"#, "w".repeat(SAID_BYTES));
    frame::put_text(&mut bytes, text.as_bytes());
    let swarm = &mut rooms.swarm;
    for member in rooms.members.iter().filter_map(|members| members.get(1)) {
        swarm.deafen(*member)?;
    }
    let mut most = Held::default();
    for _ in 0..SAID_TIMES {
        for speaker in rooms.members.iter().filter_map(|members| members.first()) {
            swarm.send(*speaker, &bytes);
        }
        // All of it has to have gone out before more follows.
        swarm.settle(Duration::from_millis(100))?;
        let held = on.small.held();
        if held.all > most.all {
            most = held;
        }
    }
    let (end, is_alive) = on.end(newcomer(swarm, &on.server).err());
    add(
        table,
        format!(
            "{DEAF} members who read nothing, {} MB said to each",
            SAID_BYTES * SAID_TIMES / 1_000_000
        ),
        end,
    );
    add(
        table,
        "the most memory meanwhile, and what of it waited in sockets",
        format!("{}, {}", mib(most.all), mib(most.in_sockets)),
    );
    goals.push(lives("members who read nothing", is_alive));
    Ok(())
}

/// Somebody makes one more room.
fn newcomer(swarm: &mut Swarm, server: &Server) -> anyhow::Result<()> {
    let id = swarm.open(&Door::at(server.address, "/v2"))?;
    come_in(swarm, id, None, 2)?;
    Ok(())
}

/// How late the slowest hundredth is in so many rooms, which part of a core they take, and how much memory. Whether that
/// is still quick.
fn talking(place: &Place, rooms: usize, table: &mut Table) -> anyhow::Result<bool> {
    let on = OnSmall::start(place, MACHINE_BYTES)?;
    let shape = Shape {
        rooms,
        size: ROOM_SIZE,
        speakers: ROOM_SIZE,
        window: 1,
    };
    let what = format!("{rooms} rooms of {ROOM_SIZE}, each member speaks every second");
    let mut filled = match Rooms::fill(&on.server, shape) {
        Ok(filled) => filled,
        Err(error) => {
            add(table, what, sentence(&format!("{error:#}")));
            return Ok(false);
        }
    };
    let messages = (rooms * ROOM_SIZE) as f64;
    let figures = open::run(&mut filled, &on.server, messages, WARM, LENGTH, |_| Ok(()))?;
    let core = figures.server.as_secs_f64() / figures.took.as_secs_f64();
    let late_ms = figures.ms(0.99);
    add(
        table,
        what,
        format!(
            "p99 {} ms, {:.0} % of the core, {}",
            short(late_ms),
            core * 100.0,
            mib(figures.resident_bytes)
        ),
    );
    Ok(late_ms <= QUICK_MS)
}
