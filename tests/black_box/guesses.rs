//! Codes of rooms, guessed at: by every door there is.

use crate::http::{self, Answer, get};
use crate::server::Server;
use crate::socket::{Connection, HANDSHAKE, Person, Received};
use serde_json::json;

/// Codes that are no room's which one address may ask for in ten minutes.
const UNKNOWN_MAX: usize = 60;

/// Asks for a room by its code, from an address. What is answered, in short.
type Door = fn(port: u16, address: &str, code: &str) -> String;

const DOORS: [(&str, Door); 11] = [
    ("the page's look", |port, address, code| {
        ask(port, address, "GET", &format!("/api/rooms/{code}"))
    }),
    ("the page's socket", |port, address, code| {
        let headers = [&HANDSHAKE[..], &[("X-Forwarded-For", address)]].concat();
        told(&get(port, &format!("/api/rooms/{code}/ws"), &headers))
    }),
    ("an upload", |port, address, code| {
        ask(port, address, "POST", &format!("/api/rooms/{code}/uploads?tab=a"))
    }),
    ("a game's look", |port, address, code| {
        ask(port, address, "GET", &format!("/room/{code}"))
    }),
    ("a session", |port, address, code| {
        ask(port, address, "GET", &format!("/api/sessions/{code}"))
    }),
    ("a session's validity", |port, address, code| {
        ask(port, address, "GET", &format!("/api/sessions/{code}/validate"))
    }),
    ("a session's film", |port, address, code| {
        ask(
            port,
            address,
            "GET",
            &format!("/api/video?sessionKey={code}&hostToken=t"),
        )
    }),
    ("VideoSync", |port, address, code| {
        heard(connect(port, address, &format!("/ws?sessionKey={code}"), None))
    }),
    ("StreamGo", |port, address, code| {
        let subprotocol = format!("j#1#Eve#{code}#");
        heard(connect(port, address, "/", Some(&subprotocol)))
    }),
    ("Party-Sockets", |port, address, code| {
        let mut game = connect(port, address, "/v2", None);
        game.send(&json!({"type": "join", "clientId": "eve", "room": code}));
        heard(game)
    }),
    ("Streaming Room", |port, address, code| {
        let mut client = connect(port, address, "/", None);
        client.send(&json!({"type": "join-room", "roomId": code, "userId": "eve", "userName": "Eve"}));
        // The list of who is there is another one in each room.
        let answer = heard(client);
        answer.split(",\"roomId\"").next().unwrap_or_default().to_owned()
    }),
];

fn connect(port: u16, address: &str, path: &str, subprotocol: Option<&str>) -> Connection {
    let headers = [("X-Forwarded-For", address)];
    let opened = Person::stranger(port).try_connect(path, subprotocol, &headers);
    opened.unwrap().0
}

fn ask(port: u16, address: &str, method: &str, path: &str) -> String {
    let headers = [("X-Forwarded-For", address)];
    told(&http::request(port, method, path, &headers, &[]))
}

fn told(answer: &Answer) -> String {
    format!("{} {}", answer.status, answer.text())
}

/// The first thing that is said but a ping, with the reason of the close if that is all.
fn heard(mut connection: Connection) -> String {
    loop {
        match connection.next() {
            Received::Message(text) if text == "ping" || text == "badroom" => {}
            Received::Message(text) => return text,
            Received::Closed { code, reason } => return format!("{code} {reason}"),
            Received::Gone => return "gone".to_owned(),
        }
    }
}

#[test]
fn who_asks_for_many_unknown_codes_is_told_of_none_by_any_door() {
    let server = Server::with_flags(&["--trust-proxy"]);
    let port = server.port;
    let ana = Person::new(port);
    let code = ana.make_room("{}");
    let look = |address: &str, cookie: &str| {
        let headers = [("X-Forwarded-For", address), ("Cookie", cookie)];
        get(port, &format!("/api/rooms/{code}"), &headers)
    };
    for (number, (name, door)) in DOORS.into_iter().enumerate() {
        let address = format!("203.0.113.{number}");
        let unknown: Vec<String> = (0..=UNKNOWN_MAX)
            .map(|guess| door(port, &address, &format!("NONE{number}Z{guess}")))
            .collect();
        // One that was asked for before is no further guess.
        assert_eq!(
            door(port, &address, &format!("NONE{number}Z0")),
            unknown[0],
            "{name}"
        );
        assert_eq!(
            door(port, &address, &code),
            unknown[UNKNOWN_MAX],
            "{name} tells a room from none"
        );
        let refused = look(&address, "");
        assert_eq!(refused.status, 429, "{name}: {}", refused.text());
        assert_eq!(refused.json()["error"]["code"], "too_many_codes");
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=600).contains(&wait), "{wait}");
        assert_eq!(
            look(&address, &ana.cookie).status,
            200,
            "{name} locks a member out"
        );
        assert_eq!(look("198.51.100.7", "").status, 200, "{name} locks others out");
    }
}

#[test]
fn an_address_is_let_in_until_its_last_guess() {
    let server = Server::with_flags(&["--trust-proxy"]);
    let port = server.port;
    let code = Person::new(port).make_room("{}");
    let address = |last: usize| format!("2001:db8::{last:x}");
    for guess in 1..UNKNOWN_MAX {
        let path = format!("/api/rooms/NONE{guess}");
        assert_eq!(ask(port, &address(guess), "GET", &path)[..3], *"404");
        // However often somebody asks for a room that is there.
        let room = format!("/api/rooms/{code}");
        assert_eq!(ask(port, &address(guess), "GET", &room)[..3], *"200");
    }
    assert_eq!(ask(port, &address(0), "GET", "/api/rooms/NONE0")[..3], *"404");
    assert_eq!(ask(port, &address(99), "GET", "/api/rooms/NONE99")[..3], *"429");
    let neighbour = ask(port, "2001:db8:0:1::1", "GET", "/api/rooms/NONE99");
    assert_eq!(neighbour[..3], *"404");
}

#[test]
fn a_key_that_nobody_can_guess_is_never_withheld() {
    let server = Server::with_flags(&["--trust-proxy"]);
    let port = server.port;
    let address = "203.0.113.9";
    let made = http::request(port, "POST", "/api/sessions", &[], &[]).json();
    let key = made["sessionKey"].as_str().unwrap();
    let valid = |key: &str| ask(port, address, "GET", &format!("/api/sessions/{key}/validate"));
    // A player that was left open asks for ever.
    for number in 0..2 * UNKNOWN_MAX {
        let gone = format!("{number:08x}{}", &key[8..]);
        assert!(valid(&gone).contains("\"valid\":false"));
    }
    assert_eq!(ask(port, address, "GET", "/api/rooms/NONE0")[..3], *"404");
    for guess in 1..=UNKNOWN_MAX {
        ask(port, address, "GET", &format!("/api/rooms/NONE{guess}"));
    }
    assert_eq!(ask(port, address, "GET", "/api/rooms/NONE99")[..3], *"429");
    assert!(valid(key).contains("\"valid\":true"), "{}", valid(key));
}
