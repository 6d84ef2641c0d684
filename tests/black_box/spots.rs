//! Where a browser wants to go on in a film: kept by its cookie, over a restart, and nobody else's.

use crate::http::{self, Answer};
use crate::server::Server;
use crate::socket::Person;
use serde_json::{Value, json};

const FILM: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isommp42, and more that no player would play";

const MINUTE: u64 = 60_000;

fn ask(person: &Person, method: &str, code: &str, film: &str, body: &str) -> Answer {
    let path = format!("/api/rooms/{code}/films/{film}/spot");
    let headers = [("Cookie", &*person.cookie), ("Content-Type", "application/json")];
    http::request(person.port, method, &path, &headers, body.as_bytes())
}

fn tell(person: &Person, code: &str, film: &str, position_ms: u64, duration_ms: Option<u64>) {
    let body = json!({"position_ms": position_ms, "duration_ms": duration_ms}).to_string();
    let answer = ask(person, "PUT", code, film, &body);
    assert_eq!(answer.status, 204, "{}", answer.text());
}

fn spot(person: &Person, code: &str, film: &str) -> Value {
    let answer = ask(person, "GET", code, film, "");
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.json()["position_ms"].clone()
}

fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.json()["error"]["code"], code);
}

/// A server with two films in its library, and their ids.
fn with_library() -> (Server, tempfile::TempDir) {
    let library = tempfile::tempdir().unwrap();
    for name in ["general.mp4", "kid.mp4"] {
        std::fs::write(library.path().join(name), [FILM, name.as_bytes()].concat()).unwrap();
    }
    let server = Server::with_flags(&["--library", library.path().to_str().unwrap()]);
    (server, library)
}

fn films(person: &Person, code: &str) -> Vec<String> {
    let path = format!("/api/rooms/{code}/films?tab=a");
    let list = http::get(person.port, &path, &[("Cookie", &*person.cookie)]).json();
    let films = list["films"].as_array().unwrap().iter();
    films
        .map(|film| film["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_spot_is_of_one_browser_and_one_film_in_any_room_and_over_a_restart() {
    let (mut server, _library) = with_library();
    let (ana, ben) = (Person::new(server.port), Person::new(server.port));
    let code = ana.make_room("{}");
    let (_ana, _) = ana.enter(&code, "Ana", "a");
    let (_ben, _) = ben.enter(&code, "Ben", "b");
    let [general, kid] = films(&ana, &code).try_into().unwrap();
    assert_eq!(spot(&ana, &code, &general), Value::Null);
    tell(&ana, &code, &general, 72 * MINUTE, Some(80 * MINUTE));
    tell(&ben, &code, &general, 40 * MINUTE, None);
    tell(&ana, &code, &kid, 31_000, Some(80 * MINUTE));
    assert_eq!(spot(&ana, &code, &general), 72 * MINUTE);
    assert_eq!(spot(&ben, &code, &general), 40 * MINUTE);
    assert_eq!(spot(&ana, &code, &kid), 31_000);
    assert_eq!(spot(&ben, &code, &kid), Value::Null);

    server.crash_and_restart();
    let other = ana.make_room("{}");
    let (_ana, _) = ana.enter(&other, "Ana", "a");
    let (_ben, _) = ben.enter(&other, "Ben", "b");
    assert_eq!(spot(&ana, &other, &general), 72 * MINUTE);
    tell(&ana, &other, &general, 79 * MINUTE, Some(80 * MINUTE));
    assert_eq!(spot(&ana, &other, &general), Value::Null, "only credits are left");
    tell(&ana, &other, &kid, 29_999, Some(80 * MINUTE));
    assert_eq!(spot(&ana, &other, &kid), Value::Null, "it has hardly begun");
    assert_eq!(spot(&ben, &other, &general), 40 * MINUTE);
}

#[test]
fn a_browser_may_tell_only_so_often() {
    let (server, _library) = with_library();
    let (ana, code, _ana) = Person::with_room(server.port, "{}");
    let film = films(&ana, &code).remove(0);
    let body = json!({"position_ms": MINUTE}).to_string();
    let mut answers = std::iter::repeat_with(|| ask(&ana, "PUT", &code, &film, &body)).take(200);
    let too_fast = answers.find(|answer| answer.status != 204).expect("no limit");
    refused(&too_fast, 429, "too_fast");
    assert_eq!(spot(&ana, &code, &film), MINUTE);
}

#[test]
fn what_is_no_spot_of_this_room_and_browser_is_refused() {
    let (server, _library) = with_library();
    let (ana, code, _ana) = Person::with_room(server.port, "{}");
    let film = films(&ana, &code).remove(0);
    for (body, status, reason) in [
        (r#"{"position_ms":-1}"#, 400, "bad_body"),
        (r#"{"position_ms":NaN}"#, 400, "bad_body"),
        (r#"{"position_ms":60000.5}"#, 400, "bad_body"),
        (r#"{"position_ms":1e30}"#, 400, "bad_body"),
        (r#"{"position_ms":"60000"}"#, 400, "bad_body"),
        (r#"{"position_ms":null}"#, 400, "bad_body"),
        ("{}", 400, "bad_body"),
        ("", 400, "bad_body"),
        (
            r#"{"position_ms":18446744073709551615}"#,
            422,
            "duration_out_of_range",
        ),
        (
            r#"{"position_ms":60000,"duration_ms":0}"#,
            422,
            "duration_out_of_range",
        ),
        (
            r#"{"position_ms":60000,"duration_ms":18446744073709551615}"#,
            422,
            "duration_out_of_range",
        ),
    ] {
        refused(&ask(&ana, "PUT", &code, &film, body), status, reason);
    }
    let large = format!(r#"{{"position_ms":60000,"more":"{}"}}"#, "x".repeat(20_000));
    refused(&ask(&ana, "PUT", &code, &film, &large), 413, "body_too_large");

    let body = json!({"position_ms": MINUTE}).to_string();
    for method in ["GET", "PUT"] {
        for unknown in ["0123456789abcdef0123456789abcdef", "x", "%FF", "..%2Fx"] {
            let answer = ask(&ana, method, &code, unknown, &body);
            assert_eq!(answer.status, 404, "{unknown}: {}", answer.text());
        }
        refused(&ask(&ana, method, "NOBODY", &film, &body), 404, "no_such_room");
        let eve = Person::new(server.port);
        refused(&ask(&eve, method, &code, &film, &body), 403, "not_member");
        let stranger = Person::stranger(server.port);
        refused(&ask(&stranger, method, &code, &film, &body), 403, "not_member");
    }
    // A film that was sent to another room.
    let ben = Person::new(server.port);
    let theirs = ben.make_room("{}");
    let (mut connection, _) = ben.enter(&theirs, "Ben", "b");
    ben.upload(&theirs, "b", "secret.mp4", FILM);
    let playback = connection.receive_type("playback");
    let secret = playback["playback"]["film"]["id"].as_str().unwrap();
    refused(&ask(&ana, "PUT", &code, secret, &body), 404, "no_such_film");
    tell(&ben, &theirs, secret, MINUTE, None);
    assert_eq!(spot(&ben, &theirs, secret), MINUTE);
    // Another site's page.
    let path = format!("/api/rooms/{code}/films/{film}/spot");
    let headers = [
        ("Cookie", &*ana.cookie),
        ("Content-Type", "application/json"),
        ("Origin", "https://evil.example"),
    ];
    let answer = http::request(server.port, "PUT", &path, &headers, body.as_bytes());
    refused(&answer, 403, "other_origin");
    assert_eq!(spot(&ana, &code, &film), Value::Null);
}
