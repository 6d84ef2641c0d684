//! Plays any bytes as a conversation of one dialect: a handshake, then messages of three members, into a real
//! room, and what comes of it into every dialect. Nothing may panic, hang, or grow beyond its bounds.

mod goblet;

pub use goblet::watch;

use matinee_room::{
    Client, Event, Identity, Input, Join, MemberId, PasswordCheck, Room, RoomCode, Settings, Stay, Tab,
    Timestamp,
};
use matinee_wire::{Dialect, Ear, Handshake, Hello, Place, Request, Scene, ServerName};

/// Messages of one conversation.
const MESSAGES_MAX: usize = 64;

/// Bytes of one message that a room of a few members may cause: its log and names many times over.
const FRAME_BYTES_MAX: usize = 4 << 20;

/// Who is in the room from the start.
const MEMBERS: u32 = 3;

struct Evening {
    room: Room,
    now: Timestamp,
    dialect: Dialect,
    places: Vec<Place>,
}

/// Plays a conversation. The first line is `path?query protocol`, each other one a message; its first byte says
/// whose.
pub fn converse(dialect: Dialect, data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.split('\n');
    let mut evening = Evening::new(dialect);
    let (address, protocol) = split(lines.next().unwrap_or_default(), ' ');
    let (path, query) = split(address, '?');
    let handshake = Handshake {
        path,
        query,
        protocols: vec![protocol],
    };
    let opening = dialect.speech().opening(&handshake);
    match opening.and_then(|opening| opening.first) {
        Some(Ok(request)) => evening.take(0, request),
        Some(Err(malformed)) => drop(dialect.speech().malformed(&malformed, false)),
        None => {}
    }
    for line in lines.take(MESSAGES_MAX) {
        let whose = line.bytes().next().unwrap_or(0) as usize % evening.places.len();
        let message = line.get(1..).unwrap_or_default();
        dialect.speech().speaks(message);
        let place = evening.places.get(whose).cloned();
        match dialect.speech().decode(message, place.as_ref()) {
            Ok(request) => evening.take(whose, request),
            Err(malformed) => drop(dialect.speech().malformed(&malformed, true)),
        }
        // Strangers say the same.
        drop(dialect.speech().decode(message, None));
        evening.wait(u64::from(line.bytes().last().unwrap_or(0)) * 40);
    }
}

fn split(text: &str, at: char) -> (&str, &str) {
    text.split_once(at).unwrap_or((text, ""))
}

impl Evening {
    fn new(dialect: Dialect) -> Self {
        let settings = Settings {
            name: "Friday".into(),
            password: None,
            newcomers_may_control: true,
            ..Settings::default()
        };
        let now = Timestamp(1_000_000);
        let room = Room::new(now, RoomCode::new("SABCDE"), settings, None).with_members_max(8);
        let mut evening = Self {
            room,
            now,
            dialect,
            places: Vec::new(),
        };
        for index in 0..MEMBERS {
            let place = Place {
                room: "SABCDE".into(),
                // As long as an id of Goblet's.
                tab: format!("{index:0>32}"),
            };
            evening.join(
                dialect.speech().client(),
                dialect.speech().stay(),
                &place.tab,
                "Ana",
            );
            evening.places.push(place);
        }
        evening
    }

    fn join(&mut self, client: Client, stay: Stay, tab: &str, name: &str) {
        self.give(Input::Join(Join {
            identity: Identity::new("anybody"),
            tab: Tab::new(tab),
            name: name.to_owned(),
            password: PasswordCheck::None,
            since: 0,
            calls_room: "SABCDE".into(),
            client,
            stay,
            founds: false,
            replace: true,
        }));
    }

    fn take(&mut self, whose: usize, request: Request) {
        let member = MemberId(whose as u32 + 1);
        match request {
            Request::Command { id, command } => self.give(Input::Command { member, id, command }),
            Request::Leave => self.give(Input::Leave(member)),
            Request::Hello(Hello { tab, name, .. }) => {
                let speech = self.dialect.speech();
                self.join(
                    speech.client(),
                    speech.stay(),
                    &tab.unwrap_or_else(|| "new".into()),
                    &name,
                );
            }
            _ => {}
        }
    }

    fn wait(&mut self, ms: u64) {
        self.now = self.now.plus_ms(ms);
        self.give(Input::Tick);
    }

    fn give(&mut self, input: Input) {
        match self.room.handle(self.now, input) {
            Ok(events) => events.iter().for_each(|event| {
                self.tell(event);
                self.tell_goblet(event);
            }),
            Err(refusal) => {
                let (code, message) = (refusal.code(), refusal.to_string());
                for seated in [false, true] {
                    drop(self.dialect.speech().refused(seated, Some(1), code, &message));
                }
            }
        }
    }

    fn tell(&self, event: &Event) {
        let scene = Scene {
            room: &self.room,
            now: self.now,
            server: &ServerName::default(),
        };
        let hearing = self.room.members().iter().map(Some).chain([None]);
        for member in hearing {
            let ear = Ear {
                member,
                base_url: "http://localhost",
            };
            for dialect in Dialect::ALL {
                dialect.speech().share(event, &ear);
                for frame in dialect.speech().encode(&scene, event, &ear) {
                    assert!(frame.text.len() < FRAME_BYTES_MAX);
                }
            }
        }
    }
}
