//! The time that is told while much goes on, and a film that two people click at as fast as they can.

use crate::films::tiny_film;
use crate::server::Server;
use crate::socket::{Connection, Person, Received};
use serde_json::{Value, json};
use std::thread;
use std::time::Duration;
use tungstenite::Message;

/// How often each of the two clicks.
const CLICKS: u64 = 500;
/// All may be said at once, as a test has no time to wait.
const FAST: [&str; 2] = ["--messages-per-second", "100000"];

#[test]
fn a_question_for_the_time_is_stamped_as_it_comes_whatever_came_before_it() {
    let server = Server::with_flags(&FAST);
    let (_, _, mut connection) = Person::with_room(server.port, r#"{"name":"Friday films"}"#);
    let mut put = |message: Value| {
        connection
            .socket
            .write(Message::text(message.to_string()))
            .unwrap()
    };
    put(json!({"type": "clock", "t0": 1.0}));
    for id in 1..=200 {
        put(json!({"type": "say", "id": id, "text": "and another thing"}));
    }
    put(json!({"type": "clock", "t0": 2.0}));
    connection.socket.flush().unwrap();
    let [first, second] = [1.0, 2.0].map(|t0| {
        let answer = connection.receive_type("clock");
        assert_eq!(answer["t0"], t0);
        ["t1", "t2"].map(|stamp| answer[stamp].as_f64().unwrap())
    });
    assert_eq!(first[0], second[0], "both came at once");
    assert!(first[1] >= first[0] && second[1] >= first[1]);
}

/// Somebody in the room, and what they have heard of the film.
struct Viewer {
    connection: Connection,
    playback: Value,
    /// Messages of any kind.
    frames: usize,
}

impl Viewer {
    fn take(&mut self, message: &Value) {
        self.frames += 1;
        if message["type"] == "playback" {
            let [before, after] =
                [&self.playback, &message["playback"]].map(|it| it["revision"].as_u64().unwrap());
            assert!(after > before, "never back: {before} to {after}");
            self.playback = message["playback"].clone();
        }
    }

    /// Presses the one button for play and pause again and again, by what it shows.
    fn clicks(&mut self) {
        for id in 1..=CLICKS {
            let kind = if self.playback["paused"] == true {
                "play"
            } else {
                "pause"
            };
            let seen = &self.playback["revision"];
            self.connection
                .send(&json!({"type": kind, "id": id, "seen": seen}));
            loop {
                let message = self.connection.receive();
                assert_ne!(message["type"], "refused", "{message}");
                self.take(&message);
                if message["type"] == "done" && message["id"] == id {
                    break;
                }
            }
        }
    }

    /// Hears all that is on its way.
    fn hears_all(&mut self) {
        self.connection.catch_up();
        while let Some(Received::Message(text)) = self.connection.next_within(Duration::from_millis(1)) {
            self.take(&serde_json::from_str(&text).unwrap());
        }
    }
}

#[test]
fn a_thousand_clicks_of_two_hosts_leave_all_with_the_same_film() {
    let server = Server::with_flags(&FAST);
    let (ana, code, mut host) = Person::with_room(
        server.port,
        r#"{"name":"Friday films","newcomers_may_control":true}"#,
    );
    assert_eq!(
        ana.upload(&code, "a", "The General.mp4", &tiny_film(5_000))
            .status,
        201
    );
    let film = host.receive_type("playback")["playback"]["film"]["id"].clone();
    host.send(&json!({"type": "length", "film": film, "duration_ms": 3_600_000}));
    let playback = host.receive_type("playback")["playback"].clone();
    let viewer = |connection, playback| Viewer {
        connection,
        playback,
        frames: 0,
    };
    let mut viewers = vec![viewer(host, playback)];
    for name in ["Ben", "Cai"] {
        let (connection, welcome) = Person::new(server.port).enter(&code, name, "a");
        viewers.push(viewer(connection, welcome["playback"].clone()));
    }
    let sol = Person::stranger(server.port).try_connect("/", Some(&format!("j#1#Sol#{code}#")), &[]);
    let (mut sol, _) = sol.unwrap();
    sol.catch_up();
    viewers.iter_mut().for_each(Viewer::hears_all);
    let before = viewers[0].playback["revision"].as_u64().unwrap();
    viewers.iter_mut().for_each(|viewer| viewer.frames = 0);

    thread::scope(|scope| {
        for viewer in &mut viewers[..2] {
            scope.spawn(|| viewer.clicks());
        }
    });
    viewers.iter_mut().for_each(Viewer::hears_all);
    let changes = viewers[0].playback["revision"].as_u64().unwrap() - before;
    println!("{changes} changes of {} clicks", 2 * CLICKS);
    assert!(
        (CLICKS..=2 * CLICKS).contains(&changes),
        "whoever clicks at what has gone already changes nothing"
    );
    for (viewer, clicks) in viewers.iter().zip([CLICKS, CLICKS, 0]) {
        assert_eq!(viewer.playback, viewers[0].playback);
        // Each change, a line if it was a pause, and an answer to whoever clicked; votes and the like do not come.
        let most = 2 * changes + clicks;
        println!("{} frames", viewer.frames);
        assert!(
            viewer.frames as u64 <= most,
            "{} frames for {most}",
            viewer.frames
        );
    }
    // Who has no clock of the server's stands as the others do, and nothing goes to and fro when nobody clicks any more.
    sol.catch_up();
    let mut told = String::new();
    let mut cues = 0;
    while let Some(Received::Message(text)) = sol.next_within(Duration::from_millis(1)) {
        if text.starts_with("cmd:") {
            cues += 1;
            told = text;
        }
    }
    let paused = &viewers[0].playback["paused"];
    assert!(told.contains(&format!("\"paused\":{paused}")), "{told}");
    assert!(
        cues <= changes + 60,
        "{cues} for {changes} changes and a word a second"
    );
    for viewer in &mut viewers {
        assert_eq!(viewer.connection.next_within(Duration::from_millis(1_500)), None);
    }
}
