//! Clients of Party-Sockets that do what they should not: they are told or closed, and their rooms go on.

use crate::http;
use crate::server::Server;
use crate::socket::{Connection, Person, Received};
use serde_json::{Value, json};
use std::io::Write;
use std::time::{Duration, Instant};

/// A room of version 2 with a host in it, and a way to see that it is well.
struct Game {
    server: Server,
    room: String,
    host: Connection,
    moves: u64,
}

impl Game {
    fn start(flags: &[&str]) -> Self {
        let server = Server::with_flags(flags);
        let mut host = Person::stranger(server.port).connect_at("/v2");
        host.send(&json!({"type": "create", "clientId": "host", "maxClients": 100}));
        let room = host.receive()["room"].as_str().unwrap().to_owned();
        Self {
            server,
            room,
            host,
            moves: 0,
        }
    }

    /// Somebody who has not joined.
    fn stranger(&self) -> Connection {
        Person::stranger(self.server.port).connect_at("/v2")
    }

    fn join(&self, id: &str) -> Connection {
        let mut guest = self.stranger();
        guest.send(&json!({"type": "join", "clientId": id, "room": self.room}));
        assert_eq!(guest.receive()["type"], "joined");
        guest
    }

    /// What the host sends to itself comes back.
    fn is_well(&mut self) {
        self.moves += 1;
        self.host
            .send(&json!({"type": "send", "to": 0, "data": self.moves}));
        while self.host.receive_type("message")["data"] != self.moves {}
    }
}

/// A text frame of any bytes. A mask of zeroes leaves them as they are.
fn text_frame(payload: &[u8]) -> Vec<u8> {
    let length = u64::try_from(payload.len()).unwrap();
    let head = [&[0x81, 0xff], &length.to_be_bytes()[..], &[0; 4]].concat();
    [&head, payload].concat()
}

fn error(connection: &mut Connection) -> Value {
    connection.receive_type("error")["message"].clone()
}

#[test]
fn what_breaks_the_frame_closes_the_connection_and_nothing_else() {
    let mut game = Game::start(&[]);
    for (payload, code) in [
        (vec![b' '; 64 * 1024 + 1], 1009),
        (b"{\"type\":\"send\",\"data\":\"\xff\"}".to_vec(), 1007),
    ] {
        for seated in [false, true] {
            let mut guest = if seated {
                game.join("guest")
            } else {
                game.stranger()
            };
            guest.socket.get_mut().write_all(&text_frame(&payload)).unwrap();
            assert_eq!(guest.close_code(), code);
            game.is_well();
        }
    }
}

#[test]
fn the_largest_message_is_passed_on() {
    let game = Game::start(&[]);
    let (mut ana, mut ben) = (game.join("ana"), game.join("ben"));
    let around = r#"{"type":"send","to":2,"data":""}"#.len();
    let data = "x".repeat(64 * 1024 - around);
    ana.send_text(&format!(r#"{{"type":"send","to":2,"data":"{data}"}}"#));
    assert_eq!(
        ben.receive_type("message"),
        json!({"type": "message", "from": 1, "data": data})
    );
    // As deep as it is long: nobody looks into it.
    let deep = [&"[".repeat(30_000)[..], &"]".repeat(30_000)].concat();
    ana.send_text(&format!(r#"{{"type":"send","to":2,"data":{deep}}}"#));
    let Some(Received::Message(text)) = ben.next_within(Duration::from_secs(20)) else {
        panic!("no message");
    };
    assert_eq!(text, format!(r#"{{"type":"message","from":1,"data":{deep}}}"#));
}

#[test]
fn a_flood_is_refused_then_closed_and_others_do_not_feel_it() {
    let mut game = Game::start(&[]);
    let mut guest = game.join("guest");
    let flood = text_frame(br#"{"type":"send","to":1,"data":1}"#).repeat(2_000);
    // The server may close before it has read all.
    let _ = guest.socket.get_mut().write_all(&flood);
    let mut refused = 0;
    let code = loop {
        match guest.next() {
            Received::Message(text) if text.contains(r#""type":"error""#) => refused += 1,
            Received::Message(_) => {}
            Received::Closed { code, .. } => break code,
            Received::Gone => panic!("ended without a word after {refused} refusals"),
        }
    };
    assert_eq!(code, 1008);
    assert!(refused >= 50, "{refused}");
    game.is_well();
}

#[test]
fn mistakes_are_told_as_often_as_they_are_made() {
    let mut game = Game::start(&["--messages-per-second", "10000"]);
    let mut guest = game.stranger();
    let long = json!({"type": "join", "clientId": "x".repeat(10_240), "room": game.room}).to_string();
    let empty = json!({"type": "join", "clientId": "", "room": game.room}).to_string();
    let mistakes = [
        ("{", "Invalid JSON"),
        ("null", "Unknown message type"),
        (r#"{"type":"send","data":1}"#, "Not in a room"),
        (&empty, "clientId is required"),
        (&long, "clientId can have 64 bytes"),
        (
            r#"{"type":"join","clientId":"guest","room":"zzzzzz"}"#,
            "Room not found",
        ),
    ];
    for _ in 0..100 {
        for (text, told) in mistakes {
            guest.send_text(text);
            assert_eq!(error(&mut guest), told);
        }
    }
    guest.send(&json!({"type": "join", "clientId": "guest", "room": game.room}));
    assert_eq!(guest.receive()["type"], "joined");
    game.is_well();
}

#[test]
fn a_state_is_measured_without_what_means_nothing() {
    let game = Game::start(&[]);
    let mut host = game.host;
    let set = |host: &mut Connection, data: &str| {
        host.send_text(&format!(r#"{{"type":"set_state","data":{data}}}"#));
    };
    let bytes_max = 16_384;
    // Six bytes on the wire for two of the state, and white space.
    let escaped = r"\u00e4".repeat((bytes_max - 2) / 2);
    set(&mut host, &format!(" \t\"{escaped}\" "));
    set(&mut host, &format!("\"{escaped}a\""));
    assert_eq!(error(&mut host), "State too large");
    let mut guest = Person::stranger(game.server.port).connect_at("/v2");
    guest.send(&json!({"type": "join", "clientId": "guest", "room": game.room}));
    assert_eq!(guest.receive()["type"], "joined");
    assert_eq!(guest.receive()["data"], "ä".repeat((bytes_max - 2) / 2));
}

#[test]
fn whoever_asks_twice_to_stop_waits_for_no_game() {
    let mut game = Game::start(&["--drain-seconds", "600"]);
    game.server.ask_to_stop();
    // Once it makes no rooms, it has heard of it.
    let mut guest = game.stranger();
    loop {
        guest.send(&json!({"type": "create"}));
        match error(&mut guest).as_str() {
            Some("Server draining") => break,
            other => assert_eq!(other, Some("clientId is required")),
        }
    }
    assert_eq!(http::get(game.server.port, "/health", &[]).status, 200);
    game.is_well();
    let asked = Instant::now();
    let closing = std::thread::spawn(move || game.host.close_code());
    assert!(game.server.terminate().success());
    assert!(asked.elapsed() < Duration::from_secs(10));
    assert_eq!(closing.join().unwrap(), 1012);
}
