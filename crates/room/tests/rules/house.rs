//! A room with clients around it, and the wires between: messages wait on both ways until they are carried, in
//! order on each wire and in any order between wires. A broken wire loses what waits on it.

use crate::chance;
use crate::client::{Message, Outbox, View, hear};
use crate::evening::{film, knock, room};
use matinee_room::{Command, Event, Happening, Input, Join, MemberId, Refusal, Room, Seen, Tab, Timestamp};
use proptest::prelude::*;
use std::collections::VecDeque;

/// People and their tabs.
const CLIENTS: [(&str, &str); 5] = [
    ("Ana", "a"),
    ("Ben", "a"),
    ("Cai", "a"),
    ("Ana", "b"),
    ("Dora", "a"),
];

/// What waits on its way to the room.
pub(crate) type Sent = (Option<u64>, Command);

/// What is at both ends of a connection.
struct Wire {
    member: MemberId,
    to_client: Outbox,
    to_room: VecDeque<Sent>,
}

struct Client {
    join: Join,
    /// What it shows; stays while there is no connection.
    view: Option<View>,
    wire: Option<Wire>,
}

pub(crate) struct House {
    pub(crate) room: Room,
    pub(crate) now: Timestamp,
    clients: Vec<Client>,
    latest_wins: bool,
    /// Changes of playback that no command made.
    pub(crate) by_itself: usize,
    /// Films that were put on.
    pub(crate) put_on: usize,
}

/// Something that happens on the wires or at their ends.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Wait(u64),
    /// Comes, comes back, or takes the place over from a connection of its own that is dead.
    Connect(usize),
    Break(usize),
    Leave(usize),
    Send(usize, Command),
    /// Says a number of lines that are carried at once.
    Chat(usize, u32),
    /// Carries messages to the room.
    Carry(usize, u32),
    /// Delivers messages to the client.
    Deliver(usize, u32),
    UploadBegins(usize),
    /// The oldest upload moves on.
    UploadMoves(u64),
    /// The oldest upload ends.
    UploadEnds,
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let client = || 0..CLIENTS.len();
    let step = prop_oneof![
        3 => chance::wait_ms().prop_map(Step::Wait),
        6 => client().prop_map(Step::Connect),
        2 => client().prop_map(Step::Break),
        2 => client().prop_map(Step::Leave),
        16 => (client(), chance::command()).prop_map(|(client, command)| Step::Send(client, command)),
        1 => (client(), 1..300_u32).prop_map(|(client, lines)| Step::Chat(client, lines)),
        10 => (client(), 1..4_u32).prop_map(|(client, count)| Step::Carry(client, count)),
        10 => (client(), 1..20_u32).prop_map(|(client, count)| Step::Deliver(client, count)),
        1 => client().prop_map(Step::UploadBegins),
        1 => any::<u64>().prop_map(Step::UploadMoves),
        1 => Just(Step::UploadEnds),
    ];
    prop::collection::vec(step, 1..120)
}

impl House {
    /// A room that everybody has entered.
    pub(crate) fn new(latest_wins: bool) -> Self {
        let clients = CLIENTS.map(|(name, tab)| Client {
            join: Join {
                tab: Tab::new(tab),
                password: matinee_room::PasswordCheck::Right,
                replace: true,
                ..knock(name)
            },
            view: None,
            wire: None,
        });
        let mut house = Self {
            room: room(None),
            now: Timestamp(1_000_000),
            clients: clients.into(),
            latest_wins,
            by_itself: 0,
            put_on: 0,
        };
        for client in 0..CLIENTS.len() {
            house.connect(client);
        }
        house
    }

    pub(crate) fn clients(&self) -> std::ops::Range<usize> {
        0..self.clients.len()
    }

    /// Gives the room an input, and puts what came of it into the outboxes.
    pub(crate) fn give(&mut self, input: Input) -> Result<Vec<Event>, Refusal> {
        let is_command = matches!(input, Input::Command { .. });
        let events = self.room.handle(self.now, input)?;
        for event in &events {
            if let Happening::Playback(change) = event.what {
                self.by_itself += usize::from(!is_command);
                self.put_on += usize::from(change.film);
            }
        }
        self.tell(&events);
        Ok(events)
    }

    fn tell(&mut self, events: &[Event]) {
        for event in events {
            for wire in self.clients.iter_mut().filter_map(|client| client.wire.as_mut()) {
                if event.to.has(wire.member)
                    && let Some(message) = Message::telling(&self.room, event)
                {
                    wire.to_client.push(message);
                }
            }
            if let Happening::PutOut { member, .. } = &event.what {
                for client in &mut self.clients {
                    client.wire.take_if(|wire| wire.member == member.id);
                }
            }
        }
    }

    /// The client comes in with the last line that it has.
    pub(crate) fn connect(&mut self, client: usize) {
        let Some(it) = self.clients.get_mut(client) else {
            return;
        };
        let mut join = it.join.clone();
        join.since = Seen {
            seq: it.view.as_ref().map_or(0, View::last_seq),
            room_made_at: Some(self.room.made_at()),
        };
        let (identity, tab) = (join.identity.clone(), join.tab.clone());
        let Ok(events) = self.room.handle(self.now, Input::Join(join)) else {
            return;
        };
        let changes = |event: &&Event| matches!(event.what, Happening::Playback(_));
        self.by_itself += events.iter().filter(changes).count();
        self.put_on += events.iter().filter(changes).count();
        // The wire is there before the welcome, and takes the place of an older one.
        it.wire = self.room.find(&identity, &tab).map(|member| Wire {
            member: member.id,
            to_client: Outbox::new(self.latest_wins),
            to_room: VecDeque::new(),
        });
        self.tell(&events);
    }

    fn unplug(&mut self, client: usize) -> Option<MemberId> {
        let wire = self.clients.get_mut(client)?.wire.take()?;
        Some(wire.member)
    }

    pub(crate) fn is_connected(&self, client: usize) -> bool {
        self.member(client).is_some()
    }

    /// Whether a host has put them out.
    pub(crate) fn keeps_out(&self, client: usize) -> bool {
        let client = &self.clients[client];
        self.room.keeps_out(self.now, &client.join.identity)
    }

    /// Whose connection it is, while there is one.
    pub(crate) fn member(&self, client: usize) -> Option<MemberId> {
        self.clients.get(client)?.wire.as_ref().map(|wire| wire.member)
    }

    pub(crate) fn view(&self, client: usize) -> Option<&View> {
        self.clients.get(client)?.view.as_ref()
    }

    /// Puts a command on its way, if there is one.
    pub(crate) fn send(&mut self, client: usize, sent: Sent) {
        if let Some(wire) = self.clients[client].wire.as_mut() {
            wire.to_room.push_back(sent);
        }
    }

    /// Whether something waits on its way to the room, and to the client.
    pub(crate) fn waits(&self, client: usize) -> (bool, bool) {
        let wire = self.clients.get(client).and_then(|client| client.wire.as_ref());
        wire.map_or((false, false), |wire| {
            (!wire.to_room.is_empty(), !wire.to_client.is_empty())
        })
    }

    /// Carries one command to the room; what it was and what came of it.
    pub(crate) fn carry(&mut self, client: usize) -> Option<(MemberId, Sent, Result<Vec<Event>, Refusal>)> {
        let wire = self.clients.get_mut(client)?.wire.as_mut()?;
        let (id, command) = wire.to_room.pop_front()?;
        let member = wire.member;
        let answer = self.give(Input::Command {
            member,
            id,
            command: command.clone(),
        });
        if answer.is_err()
            && let Some(wire) = self.clients[client].wire.as_mut()
        {
            wire.to_client.push(Message::Refused(id));
        }
        Some((member, (id, command), answer))
    }

    /// Delivers one message to the client.
    pub(crate) fn deliver(&mut self, client: usize) -> Option<Message> {
        let client = self.clients.get_mut(client)?;
        let message = client.wire.as_mut()?.to_client.pop()?;
        hear(&mut client.view, message.clone());
        Some(message)
    }

    /// Time goes by, with the ticks that the room asks for.
    pub(crate) fn wait(&mut self, ms: u64) {
        let until = self.now.plus_ms(ms);
        while let Some(at) = self.room.poll_timeout().filter(|at| *at <= until) {
            self.now = at.max(self.now);
            self.give(Input::Tick).unwrap();
            let next = self.room.poll_timeout();
            assert!(next.is_none_or(|at| at > self.now), "the tick was for nothing");
        }
        self.now = until;
    }

    pub(crate) fn break_wire(&mut self, client: usize) {
        if let Some(member) = self.unplug(client) {
            self.give(Input::Drop(member)).unwrap();
        }
    }

    pub(crate) fn leave(&mut self, client: usize) {
        if let Some(member) = self.unplug(client) {
            self.give(Input::Leave(member)).unwrap();
        }
    }

    /// An upload begins, moves on or ends.
    pub(crate) fn upload(&mut self, step: &Step) -> Vec<Event> {
        let oldest = self.room.uploads().next().map(|upload| upload.id);
        let input = match (step, oldest) {
            (Step::UploadBegins(client), _) => self.member(*client).map(|member| Input::UploadBegins {
                member,
                title: "Upload".into(),
                total_bytes: 1_000,
            }),
            (Step::UploadMoves(received_bytes), Some(upload)) => Some(Input::UploadMoves {
                upload,
                received_bytes: *received_bytes,
            }),
            (Step::UploadEnds, Some(upload)) => Some(Input::UploadEnds {
                upload,
                film: Some(film("Upload", None)),
            }),
            _ => None,
        };
        let events = input.map(|input| self.give(input).unwrap_or_default());
        events.unwrap_or_default()
    }
}
