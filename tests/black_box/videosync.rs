//! VideoSync beyond its transcripts: what lasts, what stays secret, and input that no transcript can write.

use crate::films::tiny_film;
use crate::http::{self, Answer};
use crate::server::Server;
use crate::socket::{Connection, Person};
use serde_json::{Value, json};
use std::io::Write;
use std::time::{Duration, Instant};
use tungstenite::Message;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};

/// A session that was made just now.
struct Session {
    port: u16,
    key: String,
    token: String,
}

impl Session {
    fn on(port: u16) -> Self {
        let made = http::request(port, "POST", "/api/sessions", &[], &[]);
        assert_eq!(made.status, 201, "{}", made.text());
        let text = |name: &str| made.json()[name].as_str().unwrap().to_owned();
        Self {
            port,
            key: text("sessionKey"),
            token: text("hostToken"),
        }
    }

    fn get(&self) -> Answer {
        http::get(self.port, &format!("/api/sessions/{}", self.key), &[])
    }

    /// Comes in, with this behind the key; gives the `init` too.
    fn enter(&self, rest: &str) -> (Connection, Value) {
        let mut connection = Person::new(self.port).connect_at(&format!("/ws?sessionKey={}{rest}", self.key));
        let init = connection.receive();
        assert_eq!(init["type"], "init", "{init}");
        assert_eq!(connection.receive()["type"], "state_update");
        (connection, init)
    }
}

fn state_update(position: f64, paused: bool) -> Value {
    json!({"type": "state_update", "state": {"paused": paused, "currentTime": position, "playbackRate": 1}})
}

#[test]
fn a_session_outlives_a_crash() {
    let mut server = Server::start();
    let session = Session::on(server.port);
    let (mut host, init) = session.enter(&format!("&hostToken={}", session.token));
    assert_eq!(init["isHost"], true);
    let (_guest, _) = session.enter("");
    host.send(&state_update(754.321, true));
    assert_eq!(host.receive()["type"], "state_update");
    wait_until_saved(&server, "754321");

    server.crash_and_restart();
    let state = session.get().json();
    assert_eq!(
        (&state["paused"], &state["currentTime"]),
        (&json!(true), &json!(754.321))
    );
    // Those who were in are gone with their connections: the first to come is host until the owner does.
    let (mut guest, init) = session.enter("");
    assert_eq!(init["isHost"], true);
    let (_host, init) = session.enter(&format!("&hostToken={}", session.token));
    assert_eq!(init["isHost"], true);
    let (_third, init) = session.enter("");
    assert_eq!(init["isHost"], false);
    guest.send(&json!({"type": "force_sync", "currentTime": 5}));
    assert_eq!(guest.receive()["type"], "state_update");
}

#[test]
fn who_comes_while_the_film_plays_lands_where_it_is() {
    let server = Server::start();
    let session = Session::on(server.port);
    let (mut host, _) = session.enter("");
    host.send(&state_update(100.0, false));
    let began = host.receive();
    let moment = |message: &Value| {
        let position = message["state"]["currentTime"].as_f64().unwrap();
        (position, message["timestamp"].as_f64().unwrap() / 1e3)
    };
    let (position, at) = moment(&began);
    assert!((99.9..100.3).contains(&position), "{position}");
    while session.get().json()["currentTime"].as_f64().unwrap() < 100.8 {
        std::thread::yield_now();
    }
    let (mut guest, init) = session.enter("");
    guest.send(&json!({"type": "force_sync", "currentTime": 0}));
    for message in [init, guest.receive()] {
        let (now_position, now) = moment(&message);
        let off = (now_position - position) - (now - at);
        assert!(off.abs() < 0.005, "{off} s off: {message}");
    }
}

/// The database's log has the position as it was sent, whole seconds being too common to look for.
fn wait_until_saved(server: &Server, text: &str) {
    let started = Instant::now();
    let wal = server.data().join("matinee.db-wal");
    let holds = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    while !holds(&std::fs::read(&wal).unwrap_or_default()) {
        assert!(started.elapsed() < Duration::from_secs(10), "never saved");
        std::thread::yield_now();
    }
}

#[test]
fn nobody_but_its_maker_sees_a_token() {
    let server = Server::start();
    let session = Session::on(server.port);
    let (mut guest, init) = session.enter("");
    let (mut host, _) = session.enter(&format!("&hostToken={}", session.token));
    let mut seen = vec![init.to_string()];
    host.send(&json!({"type": "state_update", "state": {
        "paused": true, "currentTime": 3, "playbackRate": 1, "hostToken": session.token, "streamingUrl": session.token,
    }}));
    seen.push(host.receive().to_string());
    let path = format!("/api/sessions/{}", session.key);
    let owner = [("Authorization", &*format!("Bearer {}", session.token))];
    let moved = http::request(server.port, "POST", &format!("{path}/migrate"), &owner, &[]);
    assert_eq!(moved.status, 200);
    seen.extend([session.get().text(), moved.text()]);
    seen.push(http::get(server.port, &format!("{path}/validate"), &owner).text());
    for connection in [&mut guest, &mut host] {
        // A state that waits makes way for a newer one: there may be one or two.
        let change = connection.receive_type("server_change");
        seen.extend([change.to_string(), connection.receive().to_string()]);
        assert!(seen.last().unwrap().contains("state_update"));
    }
    let ana = Person::new(server.port);
    seen.push(ana.enter(&session.key, "Ana", "a").1.to_string());
    for text in seen {
        assert!(!text.contains(&session.token), "{text}");
    }
}

#[test]
fn a_page_of_any_site_gets_no_cookie_and_needs_none() {
    let server = Server::start();
    let session = Session::on(server.port);
    let path = format!("/api/sessions/{}", session.key);
    let site = [
        ("Origin", "https://evil.example"),
        ("Sec-Fetch-Site", "cross-site"),
    ];
    for (method, path, status) in [
        ("POST", "/api/sessions".to_owned(), 201),
        ("GET", path.clone(), 200),
        ("GET", format!("{path}/validate"), 200),
        ("POST", format!("{path}/migrate"), 200),
        ("OPTIONS", format!("{path}/migrate"), 204),
        ("GET", "/api/video".to_owned(), 404),
        ("GET", "/video/none".to_owned(), 404),
    ] {
        let answer = http::request(server.port, method, &path, &site, &[]);
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("*"),
            "{method} {path}"
        );
        assert_eq!(answer.cookie(), None, "{method} {path}");
    }
    // A page's cookie does not make its owner the session's, nor a room's founder host by this door.
    let ana = Person::new(server.port);
    let code = ana.make_room("{}");
    let cookie = [("Cookie", &*ana.cookie)];
    let valid = http::get(server.port, &format!("/api/sessions/{code}/validate"), &cookie);
    assert_eq!(valid.json()["isHost"], false);
}

#[test]
fn an_upload_is_the_sessions_film_and_ranges_work_on_it() {
    let server = Server::start();
    let (ana, code, _ana) = Person::with_room(server.port, "{}");
    let mut ben = Person::new(server.port).connect_at(&format!("/ws?sessionKey={code}"));
    ben.receive_type("state_update");
    let film = tiny_film(5_000);
    assert_eq!(ana.upload(&code, "a", "The%20General.mp4", &film).status, 201);
    let change = ben.receive_type("server_change");
    let url = change["newUrl"].as_str().unwrap();
    let path = url
        .strip_prefix(&format!("http://127.0.0.1:{}", server.port))
        .unwrap();
    for path in [
        path.to_owned(),
        format!("{path}/video?t=1"),
        format!("/api/video?sessionKey={}", code.to_lowercase()),
    ] {
        let part = http::get(server.port, &path, &[("Range", "bytes=100-199")]);
        assert_eq!(part.status, 206, "{path}");
        assert_eq!(part.body, film[100..200], "{path}");
        assert_eq!(part.header("content-range"), Some("bytes 100-199/5000"));
    }
    // Only what is on under this very address may be kept for good.
    let kept = |path: &str| {
        http::get(server.port, path, &[])
            .header("cache-control")
            .map(str::to_owned)
    };
    assert!(kept(path).unwrap().contains("immutable"));
    assert_eq!(
        kept(&format!("/api/video?sessionKey={code}")).unwrap(),
        "no-cache"
    );
}

#[test]
fn a_site_that_makes_sessions_without_end_is_held_up() {
    let server = Server::start();
    let site = [("Origin", "https://evil.example")];
    let make = || http::request(server.port, "POST", "/api/sessions", &site, &[]);
    let mut answers = std::iter::repeat_with(make);
    let made = answers.by_ref().take_while(|answer| answer.status == 201).count();
    assert!((119..400).contains(&made), "{made}");
    let refused = answers.find(|answer| answer.status != 201).unwrap();
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
    assert_eq!(refused.header("access-control-allow-origin"), Some("*"));
    let told = refused.json();
    assert_eq!(told["error"], "too_many_rooms");
    assert!(told["message"].as_str().unwrap().contains("Wait a moment"));
    // The page's rooms are counted with them, and what is there is open as before.
    let rooms = std::iter::repeat_with(|| http::post_json(server.port, "/api/rooms", &[], "{}"));
    let refused = rooms.take(400).find(|answer| answer.status == 429).unwrap();
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.json()["error"]["code"], "too_many_rooms");
    assert_eq!(http::get(server.port, "/api/sessions/nobody", &[]).status, 404);
}

#[test]
fn a_server_that_stops_does_not_call_a_session_unknown() {
    let server = Server::with_flags(&["--drain-seconds", "600"]);
    let session = Session::on(server.port);
    // A game, for which the server goes on.
    let mut game = Person::stranger(server.port).connect_at("/v2");
    game.send(&json!({"type": "create", "clientId": "host", "maxClients": 2}));
    assert_eq!(game.receive()["type"], "created");
    server.ask_to_stop();
    let path = format!("/api/sessions/{}", session.key);
    for (method, rest) in [("GET", "/validate"), ("GET", ""), ("POST", "/migrate")] {
        // Until the session is put away, it is there.
        let ask = || http::request(server.port, method, &format!("{path}{rest}"), &[], &[]);
        let since = Instant::now();
        let refused = std::iter::repeat_with(ask)
            .take_while(|_| since.elapsed() < http::ANSWER_WITHIN)
            .find(|answer| answer.status != 200 || answer.json()["valid"] == false);
        let refused = refused.expect("the server stops");
        assert_eq!(refused.status, 503, "{rest}: {}", refused.text());
        assert_eq!(refused.json()["error"], "restarting", "{rest}");
        assert_ne!(refused.json()["message"], Value::Null, "{rest}");
        assert_eq!(refused.header("access-control-allow-origin"), Some("*"), "{rest}");
    }
}

#[test]
fn long_keys_and_large_bodies_are_answered() {
    let server = Server::start();
    let long = "k".repeat(10_000);
    let answer = http::get(server.port, &format!("/api/sessions/{long}"), &[]);
    assert_eq!(
        (answer.status, answer.json()["error"].as_str()),
        (404, Some("session_not_found"))
    );
    let answer = http::get(server.port, &format!("/api/sessions/{long}/validate"), &[]);
    assert_eq!(answer.json()["valid"], false);
    for path in [
        format!("/ws?sessionKey={long}"),
        format!("/ws?sessionKey=k&hostToken={long}"),
    ] {
        let mut connection = Person::new(server.port).connect_at(&path);
        assert_eq!(connection.close_code(), 4001);
    }
    // A body of a megabyte is not read; the answer comes all the same.
    let body = vec![b'x'; 1 << 20];
    let made = http::request(server.port, "POST", "/api/sessions", &[], &body);
    assert_eq!(made.status, 201);
    let session = Session::on(server.port);
    let long_token = format!("&hostToken={long}");
    let (_ana, init) = session.enter(&format!("&hostToken={}", session.token));
    assert_eq!(init["isHost"], true);
    assert_eq!(session.enter(&long_token).1["isHost"], false);
}

#[test]
fn bytes_that_are_no_text_close_only_their_own_connection() {
    let server = Server::start();
    let session = Session::on(server.port);
    let (mut host, _) = session.enter("");
    let (mut broken, _) = session.enter("");
    let no_text = Frame::message(vec![0xff, 0xfe], OpCode::Data(Data::Text), true);
    broken.socket.send(Message::Frame(no_text)).unwrap();
    assert_eq!(broken.close_code(), 1007);
    let (mut large, _) = session.enter("");
    large.send_text(&"x".repeat(70_000));
    assert_eq!(large.close_code(), 1009);
    let (mut half, _) = session.enter("");
    half.socket.get_mut().write_all(&[0x81, 0xfe, 0xff]).unwrap();
    drop(half);
    let (mut babbling, _) = session.enter("");
    for _ in 0..120 {
        // It may be closed before the last one.
        let _ = babbling.socket.send(Message::text("null"));
    }
    assert_eq!(babbling.close_code(), 1008);
    host.send(&state_update(7.5, true));
    assert_eq!(host.receive()["state"]["currentTime"], 7.5);
}
