//! Who is put out of the lobby by a host at Matinee's page, and does not come back.

use super::{Events, PROXYS, Viewer, told, wait_until};
use crate::http::get;
use crate::server::Server;
use crate::socket::{Connection, Person};
use serde_json::{Value, json};

const BENS: &str = "203.0.113.2";

/// A host does something, and it is done.
fn host_does(page: &mut Connection, what: Value) {
    page.send(&what);
    let done = page.receive_type("done");
    assert_eq!(done["id"], what["id"]);
}

/// The member that comes to the room next.
fn next_member(page: &mut Connection) -> u64 {
    page.receive_type("member")["member"]["id"].as_u64().unwrap()
}

/// They get nothing by HTTP or Socket.IO, and are told why.
fn is_kept_out(viewer: &Viewer, why: &str) {
    for path in [
        "/register?id={me}",
        "/sync?mode=play&id={me}",
        "/link?v=https://films.example/b.mp4",
    ] {
        let answer = viewer.get(path);
        assert_eq!(answer.status, 403, "{path}: {}", answer.text());
        assert!(answer.text().starts_with(why), "{path}: {}", answer.text());
    }
    is_shown_nothing(viewer.port, &viewer.headers(), why);
}

/// Neither what is on nor what happens is told, with a cookie or without.
fn is_shown_nothing(port: u16, headers: &[(&'static str, &str)], why: &str) {
    for path in ["/src", "/file", "/count", "/timesync?id=", "/.videos/1.mp4"] {
        let answer = get(port, path, headers);
        assert_eq!(answer.status, 403, "{path}: {}", answer.text());
        assert!(answer.text().starts_with(why), "{path}: {}", answer.text());
    }
    let mut events = Events::open(port, headers);
    events.send("40");
    let refused = events.packet();
    let expected = format!(r#"44{{"message":"{why}"#);
    assert!(refused.starts_with(&expected), "{refused}");
}

#[test]
fn who_is_put_out_is_gone_in_all_tabs_and_does_not_come_back() {
    let server = Server::with_flags(&["--trust-proxy"]);
    let (mut page, _) = Person::new(server.port).enter("lobby", "Cleo", "c");
    let ana = Viewer::from(&server, "203.0.113.1");
    let mut at_anas = ana.connect();
    next_member(&mut page);
    let ben = Viewer::from(&server, BENS);
    let (mut first, mut second) = (ben.connect(), ben.connect());
    let bens = next_member(&mut page);
    ben.ask("/register?id={me}&host=true");
    at_anas.until_host(&ben.id);

    host_does(&mut page, json!({"type": "kick", "id": 1, "member": bens}));
    for events in [&mut first, &mut second] {
        while events.packet() != "41" {}
    }
    is_kept_out(&ben, "A host has put you out of this room. You may come back in ");
    wait_until(|| ana.ask("/count") == "2");
    at_anas.until_host(&ana.id);

    host_does(&mut page, json!({"type": "ban", "id": 2, "member": bens}));
    is_kept_out(&ben, "A host has banned you from this room.");
    // Neither does another cookie help, nor the page.
    is_kept_out(
        &Viewer::from(&server, BENS),
        "A host has banned you from this room.",
    );
    is_shown_nothing(
        server.port,
        &[(PROXYS, BENS)],
        "A host has banned you from this room.",
    );
    assert_eq!(ana.ask("/count"), "2");
    // The others watch on.
    ana.ask("/sync?mode=play&id={me}");
    assert_eq!(at_anas.next_of_film(), told("play", &ana.id));
    let dora = Viewer::from(&server, "203.0.113.4");
    dora.ask("/register?id={me}");
    assert_eq!(ana.ask("/count"), "3");
}

#[test]
fn a_lobby_that_is_closed_takes_nobody_new() {
    let server = Server::with_flags(&["--trust-proxy"]);
    let (mut page, _) = Person::new(server.port).enter("lobby", "Cleo", "c");
    let ana = Viewer::from(&server, "203.0.113.1");
    let mut at_anas = ana.connect();
    host_does(&mut page, json!({"type": "settings", "id": 1, "closed": true}));
    let ben = Viewer::from(&server, BENS);
    is_kept_out(&ben, "This room is closed to newcomers for now.");
    is_shown_nothing(server.port, &[], "This room is closed to newcomers for now.");
    assert_eq!(ana.ask("/count"), "2");
    ana.ask("/sync?mode=play&id={me}");
    assert_eq!(at_anas.next_of_film(), told("play", &ana.id));
    host_does(&mut page, json!({"type": "settings", "id": 2, "closed": false}));
    ben.ask("/register?id={me}");
}

#[test]
fn a_password_that_is_changed_leaves_those_in_who_are_in() {
    let server = Server::start();
    let (mut page, _) = Person::new(server.port).enter("lobby", "Cleo", "c");
    let ana = Viewer::new(&server);
    let mut at_anas = ana.connect();
    for (id, password) in [(1, "popcorn"), (2, "crisps")] {
        host_does(
            &mut page,
            json!({"type": "settings", "id": id, "password": password}),
        );
        ana.ask(&format!("/sync?mode=seek&time=4{id}&id={{me}}"));
        assert_eq!(at_anas.next_of_film(), told("seek", &format!("4{id}-{}", ana.id)));
    }
    let nobody = get(server.port, "/src", &[]);
    assert_eq!(nobody.status, 403);
}
