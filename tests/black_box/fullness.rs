//! A server that is full: by the files that it may have open, which is the same as by its memory but for the reason.

use crate::http;
use crate::server::Server;
use crate::socket::{HANDSHAKE, Person};
use serde_json::json;

/// Files that the server may have open. Three quarters are for people; an eighth of that more are told in words.
const FILES: usize = 320;
const PEOPLE: usize = 240;
const TOLD: usize = 30;

const FULL: &str = "This server is full. Try again later, or ask who runs it.";

#[test]
fn a_full_server_says_so_and_whoever_is_in_comes_back() {
    let server = Server::with_files(FILES);
    let (ana, code, anas) = Person::with_room(server.port, "{}");
    let enter = |number| {
        Person::new(server.port)
            .enter(&code, &format!("Guest {number}"), "t")
            .0
    };
    let _guests: Vec<_> = (1..PEOPLE).map(enter).collect();

    let mut eve = Person::new(server.port).connect(&code);
    eve.send(&json!({"type": "hello", "protocol": 1, "name": "Eve", "tab": "e"}));
    let refused = eve.receive();
    assert_eq!(refused["code"], "server_full", "{refused}");
    assert_eq!(refused["message"], FULL);
    assert_eq!(ana.ask_for_room("{}").status, 503);

    // Somebody else has taken the place of her connection; she comes back all the same.
    drop(anas);
    let _ben = Person::new(server.port).connect(&code);
    let (_anas, welcome) = ana.enter(&code, "Ana", "a");
    assert_eq!(welcome["you"], 1);

    let _waiting: Vec<_> = (2..TOLD)
        .map(|_| Person::new(server.port).connect(&code))
        .collect();
    let answer = http::get(server.port, &format!("/api/rooms/{code}/ws"), &HANDSHAKE);
    assert_eq!(
        (answer.status, &answer.json()["error"]["message"]),
        (503, &json!(FULL))
    );
    assert_eq!(http::get(server.port, "/health", &[]).status, 200);
}
