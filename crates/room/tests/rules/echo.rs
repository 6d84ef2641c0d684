//! What is done once is told once, and never comes round again: clients send again what was not answered, react
//! to what they hear as players do, and still the room falls silent when the people do.

use crate::chance::cases;
use crate::client::Message;
use crate::evening::stalled;
use crate::house::{House, Step, steps};
use matinee_room::{
    Audience, Command, Configure, Event, Happening, Input, MemberId, Refusal, Repeat, limits,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// More messages than any evening here has; an echo would go on for ever.
const DELIVERIES_MAX: usize = 100_000;

/// What a client remembers of its commands: numbered on, and sent again until answered.
#[derive(Default)]
struct Asking {
    last_id: u64,
    unanswered: BTreeMap<u64, Command>,
}

/// What happened in all.
#[derive(Default)]
struct Tally {
    actions: usize,
    lengths: usize,
    /// Changes because players ran dry, or did no more.
    waits: usize,
    /// How often a numbered command was carried out with an effect.
    effects: HashMap<(MemberId, u64), usize>,
}

struct Party {
    house: House,
    asking: Vec<Asking>,
    tally: Tally,
}

fn changes(events: &[Event]) -> impl Iterator<Item = &Event> {
    events
        .iter()
        .filter(|event| matches!(event.what, Happening::Playback(_)))
}

impl Party {
    fn new(latest_wins: bool) -> Self {
        let house = House::new(latest_wins);
        let asking = house.clients().map(|_| Asking::default()).collect();
        Self {
            house,
            asking,
            tally: Tally::default(),
        }
    }

    /// A person wants something. Without a connection it waits for one.
    fn act(&mut self, client: usize, command: Command) {
        self.tally.actions += 1;
        let asking = &mut self.asking[client];
        asking.last_id += 1;
        asking.unanswered.insert(asking.last_id, command.clone());
        self.house.send(client, (Some(asking.last_id), command));
    }

    /// Brings one command to the room, and looks at the answer.
    fn carry(&mut self, client: usize) -> Result<bool, TestCaseError> {
        let Some((member, (id, command), answer)) = self.house.carry(client) else {
            return Ok(false);
        };
        let Ok(events) = answer else {
            return Ok(true);
        };
        let cause = |event: &Event| event.cause.map(|cause| (cause.member, cause.command));
        prop_assert!(events.iter().all(|event| cause(event) == Some((member, id))));
        let answers = events.iter().filter(|event| event.what == Happening::Done);
        let to: Vec<_> = answers.map(|event| event.to).collect();
        let expected = id.map(|_| Audience::Only(member));
        prop_assert_eq!(to, Vec::from_iter(expected), "one answer for each number");
        prop_assert!(changes(&events).count() <= 1);
        if let Some(id) = id
            && events.len() > 1
        {
            *self.tally.effects.entry((member, id)).or_default() += 1;
        }
        if changes(&events).next().is_some() {
            match (command, id) {
                (Command::Length { .. }, None) => self.tally.lengths += 1,
                (Command::Stalled { .. }, None) => self.tally.waits += 1,
                (_, None) => prop_assert!(false, "a change that nobody asked for"),
                _ => {}
            }
        }
        Ok(true)
    }

    /// Delivers one message, and lets the client react as players do: a change of playback makes it wait for
    /// bytes for a while, and it tells the film's length as it finds it. Clients do not agree on lengths.
    fn deliver(&mut self, client: usize) -> bool {
        let Some(message) = self.house.deliver(client) else {
            return false;
        };
        let playback = match message {
            Message::Done(id) | Message::Refused(Some(id)) => {
                self.asking[client].unanswered.remove(&id);
                None
            }
            Message::Welcome(view) => {
                for (id, command) in &self.asking[client].unanswered {
                    self.house.send(client, (Some(*id), command.clone()));
                }
                Some(view.playback)
            }
            Message::Playback(playback) => Some(playback),
            _ => None,
        };
        if let Some(film) = playback.and_then(|playback| playback.film) {
            let duration_ms = 1_000 * (client as u64 + 1);
            let film = film.id;
            self.house.send(client, (None, stalled(true)));
            self.house
                .send(client, (None, Command::Length { film, duration_ms }));
            self.house.send(client, (None, stalled(false)));
        }
        true
    }

    fn take(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Wait(ms) => self.house.wait(ms),
            Step::Connect(client) => self.house.connect(client),
            Step::Break(client) => self.house.break_wire(client),
            Step::Leave(client) => self.house.leave(client),
            Step::Send(client, command) => self.act(client, command),
            Step::Chat(..) => {}
            Step::Carry(client, count) => {
                for _ in 0..count {
                    self.carry(client)?;
                }
            }
            Step::Deliver(client, count) => {
                for _ in 0..count {
                    self.deliver(client);
                }
            }
            Step::UploadBegins(_) | Step::UploadMoves(_) | Step::UploadEnds => {
                let events = self.house.upload(&step);
                prop_assert!(events.iter().all(|event| event.cause.is_none()));
            }
        }
        Ok(())
    }

    /// Nothing comes by itself any more.
    fn end_the_queue(&mut self) {
        let hosts = self.house.room.members().iter().filter(|member| member.host);
        let host = hosts.map(|member| member.id).next().unwrap();
        for command in [Command::Clear, Command::Repeat(Repeat::Off), Command::StopAsking] {
            let input = Input::Command {
                member: host,
                id: None,
                command,
            };
            self.house.give(input).unwrap();
        }
        let members: Vec<_> = self.house.room.members().iter().map(|member| member.id).collect();
        for member in members {
            let input = Input::Command {
                member,
                id: None,
                command: stalled(false),
            };
            let events = self.house.give(input).unwrap();
            self.tally.waits += changes(&events).count();
        }
        for client in self.house.clients() {
            while self.deliver(client) {}
        }
    }

    /// Nobody does anything any more; what waits is brought to its end in any order.
    fn fall_silent(&mut self, order: &[usize]) -> Result<(), TestCaseError> {
        for client in self.house.clients() {
            if !self.house.is_connected(client) {
                self.house.connect(client);
            }
            prop_assert!(self.house.is_connected(client) || self.house.keeps_out(client));
        }
        let mut order = order.iter().cycle();
        for _ in 0..DELIVERIES_MAX {
            let ways = |client| {
                let (to_room, to_client) = self.house.waits(client);
                [(client, true, to_room), (client, false, to_client)]
            };
            let waiting: Vec<_> = self
                .house
                .clients()
                .flat_map(ways)
                .filter(|(_, _, waits)| *waits)
                .collect();
            if waiting.is_empty() {
                return Ok(());
            }
            let pick = order.next().copied().unwrap_or(0) % waiting.len();
            let (client, to_room, _) = waiting[pick];
            if to_room {
                self.carry(client)?;
            } else {
                self.deliver(client);
            }
        }
        prop_assert!(false, "the room does not fall silent");
        Ok(())
    }
}

fn check(latest_wins: bool, steps: Vec<Step>, order: &[usize]) -> Result<(), TestCaseError> {
    let mut party = Party::new(latest_wins);
    for step in steps {
        party.take(step)?;
    }
    party.fall_silent(order)?;
    party.end_the_queue();

    let Party {
        mut house,
        asking,
        tally,
    } = party;
    // What has settled is told, and mutes end: once.
    house.wait(limits::SETTLED_MS + 3 * 60_000);
    for client in house.clients() {
        while house.deliver(client).is_some() {}
    }
    house.wait(1_000_000);
    prop_assert!(
        house
            .clients()
            .all(|client| house.waits(client) == (false, false)),
        "time alone makes no event"
    );
    // Who was put out waits outside.
    let inside = asking
        .into_iter()
        .enumerate()
        .filter(|(client, _)| house.is_connected(*client));
    for (_, asking) in inside {
        prop_assert!(asking.unanswered.is_empty(), "{:?}", asking.unanswered);
    }
    prop_assert!(tally.effects.values().all(|count| *count == 1), "done once");
    let revision = house.room.playback().revision as usize;
    prop_assert!(revision <= tally.actions + tally.lengths + tally.waits + house.by_itself);
    prop_assert!(tally.lengths <= house.put_on, "one length a film");
    Ok(())
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn a_room_falls_silent_with_its_people(
        latest_wins in any::<bool>(),
        steps in steps(),
        order in prop::collection::vec(any::<usize>(), 1..200),
    ) {
        check(latest_wins, steps, &order)?;
    }
}

/// The shortest way to an echo: two hosts whose players report what they are told to do.
#[test]
fn two_hosts_at_once_make_two_changes() {
    let mut party = Party::new(false);
    let ben = party.house.member(1).unwrap();
    let pick = Command::Pick(crate::evening::film("General", None));
    party.act(0, pick);
    party.act(
        0,
        Command::Host {
            member: ben,
            host: true,
        },
    );
    party.fall_silent(&[0]).unwrap();
    // Their players run dry with each change, and that is no change of anybody's.
    let never = Configure {
        wait_seconds: Some(0),
        ..Configure::default()
    };
    party.act(0, Command::Configure(never));
    party.fall_silent(&[0]).unwrap();
    let before = party.house.room.playback().revision;
    party.act(0, crate::evening::play());
    party.act(1, crate::evening::seek(500));
    party.fall_silent(&[3, 1, 2, 0, 7]).unwrap();
    assert_eq!(party.house.room.playback().revision, before + 2);
}

/// A number that was refused stays free until a higher one is done.
#[test]
fn a_refusal_uses_no_number_up() {
    let mut party = Party::new(false);
    let ben = party.house.member(1).unwrap();
    party.act(1, crate::evening::play());
    party.fall_silent(&[0]).unwrap();
    assert_eq!(party.house.room.member(ben).unwrap().last_command, 0);
    party.house.send(1, (Some(1), crate::evening::play()));
    let (_, _, answer) = party.house.carry(1).unwrap();
    assert_eq!(answer, Err(Refusal::NotHost), "answered as before");
}
