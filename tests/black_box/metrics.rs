//! The figures for who runs the server: what is in them, and for whom they are.

use crate::films::tiny_film;
use crate::http::{self, Answer};
use crate::server::Server;
use crate::socket::Person;
use serde_json::json;

fn figures(port: u16) -> String {
    let answer = http::get(port, "/metrics", &[]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text()
}

/// The number on the line that begins so.
fn figure(told: &str, name: &str) -> f64 {
    let line = told
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in:\n{told}"))
        .parse()
        .unwrap()
}

#[test]
fn what_happens_and_what_there_is_can_be_read() {
    let server = Server::start();
    let (ana, code, mut connection) = Person::with_room(server.port, r#"{"name":"Friday films"}"#);
    let before = figures(server.port);
    assert_eq!(figure(&before, "matinee_rooms"), 1.0);
    assert_eq!(figure(&before, "matinee_members{client=\"Matinee\"}"), 1.0);
    assert_eq!(figure(&before, "matinee_rooms_playing"), 0.0);
    assert!(before.contains(&format!(
        "matinee_build_info{{version=\"{}\"}} 1",
        env!("CARGO_PKG_VERSION")
    )));
    assert!(before.ends_with("# EOF\n"), "{before}");

    let party = Person::stranger(server.port).try_connect("/", Some(&format!("j#1#Sol#{code}#")), &[]);
    let (mut sol, _) = party.unwrap();
    sol.next();
    sol.next();
    assert_eq!(
        ana.upload(&code, "a", "The General.mp4", &tiny_film(5_000))
            .status,
        201
    );
    connection.receive_type("playback");
    connection.send(&json!({"type": "play", "id": 1, "seen": 1}));
    while connection.receive_type("done")["id"] != 1 {}
    connection.send(&json!({"type": "skew", "mean_ms": -2.0, "p50_ms": 2.0, "p95_ms": 12.0}));
    connection.send_text("what?");
    connection.receive_type("refused");

    let told = figures(server.port);
    assert_eq!(figure(&told, "matinee_members{client=\"StreamGo\"}"), 1.0);
    assert_eq!(figure(&told, "matinee_rooms_playing"), 1.0);
    assert_eq!(
        figure(&told, "matinee_skew_seconds_bucket{le=\"0.001\",within=\"p50\"}"),
        0.0
    );
    assert_eq!(
        figure(&told, "matinee_skew_seconds_bucket{le=\"0.0025\",within=\"p50\"}"),
        1.0
    );
    assert_eq!(
        figure(&told, "matinee_skew_seconds_bucket{le=\"0.01\",within=\"p95\"}"),
        0.0
    );
    assert_eq!(figure(&told, "matinee_skew_seconds_sum{within=\"p95\"}"), 0.012);
    assert_eq!(figure(&told, "matinee_messages_refused_total"), 1.0);
    for counted in ["messages_received", "messages_sent", "sent_bytes"] {
        let name = format!("matinee_{counted}_total");
        assert!(figure(&told, &name) > figure(&before, &name), "{name}");
    }
    for none in [
        "messages_outdated_total",
        "connections_too_slow_total",
        "uploads",
        "streams_making",
    ] {
        assert_eq!(figure(&told, &format!("matinee_{none}")), 0.0, "{none}");
    }
    assert!(!told.contains(&code), "whose party it is, is nobody's business");
}

#[test]
fn they_are_for_whom_the_setting_says() {
    let ask = |who: &str, headers: &[(&str, &str)]| -> Answer {
        let server = Server::with_flags(&["--metrics", who]);
        http::get(server.port, "/metrics", headers)
    };
    let by_proxy = [("X-Forwarded-For", "198.51.100.9")];
    assert_eq!(ask("this-machine", &[]).status, 200);
    assert_eq!(
        ask("this-machine", &by_proxy).json()["error"]["code"],
        "metrics_elsewhere"
    );
    assert_eq!(ask("everybody", &by_proxy).status, 200);
    assert_eq!(ask("nobody", &[]).json()["error"]["code"], "no_such_address");
}
