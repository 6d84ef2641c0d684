//! What survives a kill, and how a polite stop goes.

use crate::films::tiny_film;
use crate::http;
use crate::server::Server;
use crate::socket::{Person, Received};
use serde_json::json;
use std::time::{Duration, Instant};

#[test]
fn a_room_plays_on_through_a_crash() {
    let mut server = Server::start();
    let (ana, code, mut connection) =
        Person::with_room(server.port, r#"{"name":"Friday films","password":"popcorn"}"#);
    assert_eq!(
        ana.upload(&code, "a", "The General.mp4", &tiny_film(5_000))
            .status,
        201
    );
    let picked = connection.receive_type("playback");
    let film = picked["playback"]["film"].clone();
    assert_eq!(film["title"], "The General");
    connection.send(&json!({"type": "length", "film": film["id"], "duration_ms": 3_600_000}));
    connection.receive_type("playback");
    connection.send(&json!({"type": "seek", "id": 1, "seen": 2, "position_ms": 600_000}));
    connection.send(&json!({"type": "play", "id": 2, "seen": 2}));
    connection.send(&json!({"type": "say", "id": 3, "text": "here we go"}));
    while connection.receive_type("done")["id"] != 3 {}
    // All is written within the delay that a room's changes may wait.
    let before = wait_until_saved(&server, &code, "here we go");

    server.crash_and_restart();
    let (mut back, welcome) = ana.enter(&code, "Ana", "a");
    assert_eq!(welcome["you"], 1);
    assert_eq!(welcome["last_command"], 3);
    assert_eq!(
        welcome["members"],
        json!([{"id": 1, "name": "Ana", "host": true, "founder": true, "away": false, "stalled": false, "alone": null, "client": "Matinee", "chats": true, "plays": true, "brings_film": false}])
    );
    assert_eq!(welcome["room"]["locked"], true);
    let texts: Vec<_> = welcome["log"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|line| line["text"].as_str())
        .collect();
    assert_eq!(texts, ["here we go"]);
    let playback = &welcome["playback"];
    assert_eq!(playback["paused"], false);
    assert_eq!(playback["position_ms"], 600_000);
    assert_eq!(playback["revision"], 4);
    back.send(&json!({"type": "clock", "t0": 0.0}));
    let now_ms = back.receive_type("clock")["t1"].as_f64().unwrap();
    let moved_ms = now_ms - playback["at_ms"].as_f64().unwrap();
    assert!(
        moved_ms > 0.0 && moved_ms < before.elapsed().as_secs_f64() * 1e3 + 5_000.0,
        "{moved_ms}"
    );
    let url = film["url"].as_str().unwrap();
    assert_eq!(
        http::get(server.port, url, &[]).body,
        tiny_film(5_000),
        "the film is where it was"
    );
}

/// Waits until the database has a text. Returns a moment before that.
pub(crate) fn wait_until_saved(server: &Server, code: &str, text: &str) -> Instant {
    let started = Instant::now();
    let wal = server.data().join("matinee.db-wal");
    loop {
        let bytes = std::fs::read(&wal).unwrap_or_default();
        let found = |needle: &str| {
            bytes
                .windows(needle.len())
                .any(|window| window == needle.as_bytes())
        };
        if found(text) && found(code) {
            return started;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "never saved");
        std::thread::yield_now();
    }
}

#[test]
fn no_more_rooms_are_kept_for_one_address_than_it_may_make() {
    let server = Server::start();
    let eve = Person::new(server.port);
    let mut first = None;
    let comes_in = |_| {
        let mut maker = eve.connect_at("/v2");
        maker.send(&json!({"type": "create", "clientId": "eve", "maxClients": 2}));
        let made = maker.receive_type("created");
        let code = made["room"].as_str().unwrap();
        first.get_or_insert_with(|| code.to_owned());
        let mut page = eve.connect(code);
        page.send(&json!({"type": "hello", "protocol": 1, "name": "Eve", "tab": "a"}));
        page.receive()
    };
    let mut answers = (0..400).map(comes_in);
    let kept = answers
        .by_ref()
        .take_while(|answer| answer["type"] == "welcome")
        .count();
    assert!((119..400).contains(&kept), "{kept}");
    let refused = answers.find(|answer| answer["type"] != "welcome").unwrap();
    assert_eq!(refused["code"], "too_many_rooms");
    drop(answers);
    // A room that is kept already is open as before.
    let (_again, welcome) = eve.enter(&first.unwrap(), "Eve", "b");
    assert_eq!(welcome["type"], "welcome");
}

#[test]
fn a_polite_stop_tells_clients_to_come_back_and_keeps_the_last_word() {
    let mut server = Server::start();
    let (ana, code, mut connection) = Person::with_room(server.port, "{}");
    connection.send(&json!({"type": "say", "id": 1, "text": "the last word"}));
    connection.receive_type("done");
    let reading = std::thread::spawn(move || connection.next());
    let asked = Instant::now();
    let status = server.terminate();
    assert!(status.success(), "{status}");
    assert!(asked.elapsed() < Duration::from_secs(10));
    let goodbye = reading.join().unwrap();
    assert!(
        matches!(goodbye, Received::Closed { code: 1012, .. }),
        "{goodbye:?}"
    );

    server.start_again();
    let (_, welcome) = ana.enter(&code, "Ana", "a");
    let last = welcome["log"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["text"], "the last word");
}

#[test]
fn a_silent_client_does_not_hold_up_a_stop() {
    let mut server = Server::start();
    let (_, _, _silent) = Person::with_room(server.port, "{}");
    let asked = Instant::now();
    assert!(server.terminate().success());
    assert!(asked.elapsed() < Duration::from_secs(10));
}
