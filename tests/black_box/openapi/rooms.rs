//! Rooms: made, looked up and entered, their list of films, spots, and VideoSync's sessions.

use super::Description;
use crate::http::{self, Answer};
use crate::library::Party;
use crate::server::Server;
use crate::socket::{HANDSHAKE, Person, handshake_with};

pub(super) fn check_rooms(description: &mut Description, port: u16) {
    let make = |headers: &[(&str, &str)], body: &str| http::post_json(port, "/api/rooms", headers, body);
    let making = "post /api/rooms";
    let made = make(&[], r#"{"name":"Friday films","password":"popcorn"}"#);
    description.check(making, &made);
    assert_eq!(made.json()["locked"], true);
    description.check_refusal(making, &make(&[], "{\"name\":5}"), "bad_body");
    let nameless = http::request(port, "POST", "/api/rooms", &[], b"{}");
    description.check_refusal(making, &nameless, "bad_body");
    let evil = make(&[("Origin", "https://evil.example")], "{}");
    description.check_refusal(making, &evil, "other_origin");
    let long = make(&[], &format!(r#"{{"name":"{}"}}"#, "x".repeat(61)));
    description.check_refusal(making, &long, "name_too_long");
    let empty = make(&[], "{\"name\":\"\u{200B}\"}");
    description.check_refusal(making, &empty, "name_empty");
    let secret = make(&[], &format!(r#"{{"password":"{}"}}"#, "x".repeat(257)));
    description.check_refusal(making, &secret, "password_too_long");

    let looking = "get /api/rooms/{code}";
    let typed = made.json()["code"].as_str().unwrap().to_lowercase();
    let (start, end) = typed.split_at(3);
    let found = http::get(port, &format!("/api/rooms/{start}-{end}"), &[]);
    description.check(looking, &found);
    assert_eq!(found.json()["code"], made.json()["code"]);
    let unknown = http::get(port, "/api/rooms/NOBODY", &[]);
    description.check_refusal(looking, &unknown, "no_such_room");
    let looking = "get /room/{code}";
    description.check(looking, &http::get(port, &format!("/room/{typed}"), &[]));
    description.check(looking, &http::get(port, "/room/NOBODY", &[]));

    let full = Server::with_flags(&["--rooms-max", "1"]);
    Person::new(full.port).make_room("{}");
    let refused = http::post_json(full.port, "/api/rooms", &[], "{}");
    description.check_refusal(making, &refused, "server_full");
}

pub(super) fn check_socket(description: &mut Description, party: &Party) {
    let entering = "get /api/rooms/{code}/ws";
    description.check(entering, &party.ask("GET", "/ws", &HANDSHAKE));
    let plain = party.ask("GET", "/ws", &[]);
    description.check_refusal(entering, &plain, "upgrade_required");
    assert_eq!(plain.header("sec-websocket-version"), Some("13"));
    let old = handshake_with("Sec-WebSocket-Version", "8");
    let old = party.ask("GET", "/ws", &old);
    description.check_refusal(entering, &old, "websocket_version");
    let keyless = handshake_with("Sec-WebSocket-Key", "short");
    let keyless = party.ask("GET", "/ws", &keyless);
    description.check_refusal(entering, &keyless, "websocket_key");
    let evil = [&HANDSHAKE[..], &[("Origin", "https://evil.example")]].concat();
    description.check_refusal(entering, &party.ask("GET", "/ws", &evil), "other_origin");
    let nowhere = http::get(party.ana.port, "/api/rooms/NOBODY/ws", &HANDSHAKE);
    description.check_refusal(entering, &nowhere, "no_such_room");
}

pub(super) fn check_films(description: &mut Description, party: &Party) {
    let ben = Person::new(party.ana.port);
    let (_ben, _) = ben.enter(&party.code, "Ben", "b");
    for (operation, method, path) in [
        ("get /api/rooms/{code}/films", "GET", "/films"),
        ("post /api/rooms/{code}/films/scan", "POST", "/films/scan"),
    ] {
        let listed = party.ask(method, &format!("{path}?tab=a"), &[]);
        description.check(operation, &listed);
        let [film] = listed.json()["films"]
            .as_array()
            .unwrap()
            .as_slice()
            .to_owned()
            .try_into()
            .unwrap();
        assert_eq!(film["folder"], "Keaton");
        description.check_refusal(operation, &party.ask(method, path, &[]), "bad_query");
        let stranger = party.ask(method, &format!("{path}?tab=z"), &[]);
        description.check_refusal(operation, &stranger, "not_member");
        let path = format!("/api/rooms/{}{path}?tab=b", party.code);
        let guest = http::request(ben.port, method, &path, &[("Cookie", &ben.cookie)], &[]);
        description.check_refusal(operation, &guest, "not_host");
        let path = path.replace(&party.code, "NOBODY");
        let nowhere = http::request(ben.port, method, &path, &[], &[]);
        description.check_refusal(operation, &nowhere, "no_such_room");
    }
}

pub(super) fn check_spots(description: &mut Description, party: &Party) {
    let [asking, telling] =
        ["get", "put"].map(|method| format!("{method} /api/rooms/{{code}}/films/{{film}}/spot"));
    let listed = party.ask("GET", "/films?tab=a", &[]).json();
    let film = listed["films"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/rooms/{}/films/{film}/spot", party.code);
    let (cookie, kind) = (
        ("Cookie", &*party.ana.cookie),
        ("Content-Type", "application/json"),
    );
    let put = |path: &str, headers: &[(&str, &str)], body: &str| {
        http::request(party.ana.port, "PUT", path, headers, body.as_bytes())
    };
    let get = |path: &str, headers: &[(&str, &str)]| http::get(party.ana.port, path, headers);
    let body = r#"{"position_ms":60000}"#;
    description.check(&asking, &get(&path, &[cookie]));
    description.check(&telling, &put(&path, &[cookie, kind], body));
    description.check(&asking, &get(&path, &[cookie]));
    description.check_refusal(&asking, &get(&path, &[]), "not_member");
    let (nowhere, no_film) = (
        path.replace(&party.code, "NOBODY"),
        path.replace(&film, "nothing"),
    );
    description.check_refusal(&asking, &get(&nowhere, &[cookie]), "no_such_room");
    description.check_refusal(&asking, &get(&no_film, &[cookie]), "no_such_film");
    let evil = ("Origin", "https://evil.example");
    let large = format!(r#"{{"position_ms":1,"more":"{}"}}"#, "x".repeat(20_000));
    for (path, headers, body, code) in [
        (&path, &[cookie][..], body, "bad_body"),
        (&path, &[kind], body, "not_member"),
        (&path, &[cookie, kind, evil], body, "other_origin"),
        (&nowhere, &[cookie, kind], body, "no_such_room"),
        (&no_film, &[cookie, kind], body, "no_such_film"),
        (&path, &[cookie, kind], r#"{"position_ms":1e15}"#, "bad_body"),
        (
            &path,
            &[cookie, kind],
            r#"{"position_ms":1000000000000}"#,
            "duration_out_of_range",
        ),
        (&path, &[cookie, kind], &large, "body_too_large"),
    ] {
        description.check_refusal(&telling, &put(path, headers, body), code);
    }
    let refused = ask_too_often(|| put(&path, &[cookie, kind], body));
    description.check_refusal(&telling, &refused, "too_fast");
}

pub(super) fn check_sessions(description: &mut Description, port: u16) {
    let making = "post /api/sessions";
    let post = |path: &str| http::request(port, "POST", path, &[], &[]);
    let made = post("/api/sessions");
    description.check(making, &made);
    let made = made.json();
    let (key, token) = (
        made["sessionKey"].as_str().unwrap(),
        made["hostToken"].as_str().unwrap(),
    );
    let refused = http::get(port, "/api/sessions", &[]);
    description.check_refusal(making, &refused, "wrong_method");
    let full = Server::with_flags(&["--rooms-max", "1"]);
    Person::new(full.port).make_room("{}");
    let refused = http::request(full.port, "POST", "/api/sessions", &[], &[]);
    assert_eq!(refused.json()["error"], "server_full");
    description.check(making, &refused);
    let ask = || http::request(full.port, "POST", "/api/sessions", &[], &[]);
    let refused = ask_too_often(ask);
    assert_eq!(refused.json()["error"], "too_many_rooms");
    description.check(making, &refused);
    let refused = ask_too_often(|| http::post_json(full.port, "/api/rooms", &[], "{}"));
    description.check_refusal("post /api/rooms", &refused, "too_many_rooms");

    for (operation, rest) in [("", ""), ("/validate", "/validate")] {
        let operation = format!("get /api/sessions/{{key}}{operation}");
        for key in [key, "nobody"] {
            let answer = http::get(port, &format!("/api/sessions/{key}{rest}"), &[]);
            description.check(&operation, &answer);
        }
    }
    let moving = "post /api/sessions/{key}/migrate";
    for (path, status) in [
        (format!("{key}/migrate?hostToken={token}"), 200),
        (format!("{key}/migrate"), 200),
        (format!("{key}/migrate?hostToken={key}"), 403),
        ("nobody/migrate".to_owned(), 404),
    ] {
        let answer = post(&format!("/api/sessions/{path}"));
        assert_eq!(answer.status, status, "{path}");
        description.check(moving, &answer);
    }

    let here = format!("/api/video?sessionKey={key}");
    for method in ["GET", "HEAD"] {
        let operation = format!("{} /api/video", method.to_lowercase());
        for (path, range, status) in [
            (&*here, "", 200),
            (&*here, "bytes=0-3", if method == "GET" { 206 } else { 200 }),
            ("/api/video?sessionKey=nobody", "", 404),
        ] {
            let answer = http::request(port, method, path, &[("Range", range)], &[]);
            assert_eq!(answer.status, status, "{method} {path} {range}");
            assert_ne!(answer.header("cache-control"), None);
            description.check(&operation, &answer);
        }
    }
}

/// What is answered when too many codes were tried.
pub(super) fn check_guesses(description: &mut Description, port: u16) {
    let mut tried = 0..;
    let refused = ask_too_often(|| {
        let code = tried.next().unwrap_or_default();
        http::get(port, &format!("/api/rooms/GUESS{code}"), &[])
    });
    description.check_refusal("get /api/rooms/{code}", &refused, "too_many_codes");
    let entering = http::get(port, "/api/rooms/NOTHING/ws", &HANDSHAKE);
    description.check_refusal("get /api/rooms/{code}/ws", &entering, "too_many_codes");
    for (operation, path) in [
        ("get /room/{code}", "/room/NOTHING"),
        ("get /api/sessions/{key}", "/api/sessions/NOTHING"),
        ("get /api/video", "/api/video?sessionKey=NOTHING"),
    ] {
        let refused = http::get(port, path, &[]);
        assert_eq!(refused.status, 429, "{path}");
        description.check(operation, &refused);
    }
}

/// The first answer that says it was too often.
fn ask_too_often(ask: impl FnMut() -> Answer) -> Answer {
    let mut answers = std::iter::repeat_with(ask).take(1_000);
    let refused = answers.find(|answer| answer.status == 429);
    refused.expect("nothing was too often")
}
