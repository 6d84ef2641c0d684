//! What is told over Socket.IO, and who is there and host.

use super::{Events, NEW_HOST_WITHIN, Polling, Viewer, told, wait_until};
use crate::films::tiny_film;
use crate::http::get;
use crate::server::Server;
use crate::socket::Person;
use serde_json::json;
use std::time::Instant;

#[test]
fn everyone_is_told_what_somebody_does_once() {
    let server = Server::start();
    let (ana, ben) = (Viewer::new(&server), Viewer::new(&server));
    let (mut at_anas, mut at_bens) = (ana.connect(), ben.connect());
    let link = "https://films.example/a.mp4";
    ana.ask(&format!("/link?v={link}"));
    ben.ask("/sync?mode=play&id={me}");
    ana.ask("/sync?mode=play&id={me}");
    ana.ask("/sync?mode=pause&id={me}");
    ana.ask("/sync?mode=pause&id={me}");
    ben.ask("/sync?mode=seek&time=12.3456&id={me}");
    ben.ask("/sync?mode=seek&time=1e-7&id={me}");
    for events in [&mut at_anas, &mut at_bens] {
        assert_eq!(events.next_of_film(), told("refresh_video", link));
        assert_eq!(events.next_of_film(), told("play", &ben.id));
        assert_eq!(events.next_of_film(), told("pause", &ana.id));
        assert_eq!(events.next_of_film(), told("seek", &format!("12.346-{}", ben.id)));
        assert_eq!(events.next_of_film(), told("seek", &format!("0-{}", ben.id)));
    }
    for path in [
        "/sync?mode=stop&id={me}",
        "/sync?id={me}",
        "/sync?mode=seek&id={me}",
        "/sync?mode=seek&time=-1&id={me}",
    ] {
        assert_eq!(ana.get(path).status, 422, "{path}");
    }
}

#[test]
fn a_jump_of_a_film_that_plays_is_told_in_whole_seconds_and_before_whatever_follows() {
    let server = Server::start();
    let (ana, ben) = (Viewer::new(&server), Viewer::new(&server));
    let mut at_bens = ben.connect();
    ana.ask("/link?v=https://films.example/a.mp4");
    ana.ask("/sync?mode=play&id={me}");
    ana.ask("/sync?mode=seek&time=20.5&id={me}");
    assert_eq!(at_bens.next_of_film().0, "refresh_video");
    assert_eq!(at_bens.next_of_film(), told("play", &ana.id));
    assert_eq!(at_bens.next_of_film(), told("seek", &format!("21-{}", ana.id)));
    ana.ask("/sync?mode=seek&time=40.5&id={me}");
    ana.ask("/sync?mode=seek&time=60.5&id={me}");
    ana.ask("/sync?mode=pause&id={me}");
    // What waited for its second does so no more, and what came too late does not come at all.
    let (event, place) = at_bens.next_of_film();
    assert_eq!(event, "seek");
    let (seconds, _) = place.split_once('-').unwrap();
    assert!((60.0..=61.0).contains(&seconds.parse().unwrap()), "{place}");
    assert_eq!(at_bens.next_of_film(), told("pause", &ana.id));
}

#[test]
fn who_answers_a_call_is_called_again_until_the_way_is_known() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    let mut events = ana.connect();
    for _ in 0..8 {
        while events.next().0 != "role_call" {}
        ana.ask("/register?id={me}");
    }
}

#[test]
fn players_without_a_film_of_the_rooms_are_in_step_too() {
    let server = Server::start();
    let (ana, ben) = (Viewer::new(&server), Viewer::new(&server));
    let mut at_bens = ben.connect();
    ana.ask("/sync?mode=play&id={me}");
    assert_eq!(at_bens.next_of_film(), told("play", &ana.id));
    ana.ask("/sync?mode=pause&id={me}");
    assert_eq!(at_bens.next_of_film(), told("pause", &ana.id));
    ana.ask("/sync?mode=seek&time=40&id={me}");
    assert_eq!(at_bens.next_of_film(), told("seek", &format!("40-{}", ana.id)));
}

#[test]
fn the_first_to_register_is_host_until_somebody_wants_to_be() {
    let server = Server::start();
    let (ana, ben) = (Viewer::new(&server), Viewer::new(&server));
    let mut events = ben.connect();
    assert_eq!(events.next(), told("role_call", ""));
    assert_eq!(
        events.next(),
        told("host_declaration", ""),
        "nobody has registered"
    );
    ana.ask("/register?id={me}");
    events.until_host(&ana.id);
    ben.ask("/register?id={me}");
    ben.ask("/register?id={me}&host=true");
    events.until_host(&ben.id);
    let _another = ana.connect();
    assert_eq!(events.next(), told("role_call", ""));
    assert_eq!(events.next(), told("host_declaration", &ben.id));
}

#[test]
fn another_is_host_soon_after_the_host_is_gone() {
    let server = Server::start();
    let (ana, ben) = (Viewer::new(&server), Viewer::new(&server));
    let (at_anas, mut at_bens) = (ana.connect(), ben.connect());
    ana.ask("/register?id={me}");
    at_bens.until_host(&ana.id);
    drop(at_anas);
    let gone = Instant::now();
    at_bens.until_host(&ben.id);
    assert!(gone.elapsed() < NEW_HOST_WITHIN, "{:?}", gone.elapsed());

    // A host without a connection, who does not answer when everybody is called.
    ana.ask("/register?id={me}&host=true");
    at_bens.until_host(&ana.id);
    let _cleo = Viewer::new(&server).connect();
    let called = Instant::now();
    at_bens.until_host(&ben.id);
    assert!(called.elapsed() < NEW_HOST_WITHIN, "{:?}", called.elapsed());
}

#[test]
fn a_host_whose_poll_breaks_off_is_gone_as_well() {
    let server = Server::with_flags(&["--workers", "1"]);
    let (ana, ben) = (Viewer::new(&server), Viewer::new(&server));
    let mut at_bens = ben.connect();
    let mut anas = Polling::connect(&ana, 4);
    ana.ask("/register?id={me}&host=true");
    at_bens.until_host(&ana.id);
    anas.until_called_by(&ana.id);
    // Her browser ends while it waits for the next event. A request that hangs up as it comes is seen by nobody: one
    // core reads them in their order, so that hers waits when the next one is answered.
    let waiting = anas.begin_poll();
    assert_eq!(ben.ask("/count"), "2");
    drop(waiting);
    let gone = Instant::now();
    at_bens.until_host(&ben.id);
    assert!(gone.elapsed() < NEW_HOST_WITHIN, "{:?}", gone.elapsed());
    assert_eq!(ben.ask("/count"), "1");
}

#[test]
fn viewers_are_counted_once_however_they_are_there() {
    let server = Server::start();
    let (ana, ben) = (Viewer::new(&server), Viewer::new(&server));
    assert_eq!(ana.ask("/count"), "0");
    let first = ana.connect();
    let _second = ana.connect();
    assert_eq!(ana.ask("/count"), "1", "two tabs of one browser");
    ben.ask("/register?id={me}");
    assert_eq!(ana.ask("/count"), "2");
    let (_page, _) = Person::new(server.port).enter("lobby", "Cleo", "c");
    assert_eq!(ana.ask("/count"), "3", "who comes by the page counts too");
    drop(first);
    // That calls everybody; who has only registered does not answer.
    wait_until(|| ana.ask("/count") == "2");
}

#[test]
fn the_page_and_goblet_watch_the_same_film() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    let mut at_anas = ana.connect();
    let (mut page, welcome) = Person::new(server.port).enter("lobby", "Ben", "b");
    let client = &welcome["members"][0]["client"];
    assert_eq!(client, "Goblet", "{welcome}");
    assert_eq!(
        welcome["members"][1]["host"], true,
        "anyone may control the lobby"
    );
    ana.upload("The.General.mp4", &tiny_film(10_000));
    let picked = page.receive_type("playback")["playback"].clone();
    assert_eq!(picked["film"]["title"], "The General");
    assert_eq!(at_anas.next_of_film().0, "refresh_video");
    let made = format!("{:032x}", welcome["you"].as_u64().unwrap());

    page.send(&json!({"type": "play", "id": 1, "seen": picked["revision"]}));
    assert_eq!(at_anas.next_of_film(), told("play", &made));
    assert_eq!(page.receive_type("playback")["playback"]["paused"], false);
    ana.ask("/sync?mode=pause&id={me}");
    let paused = page.receive_type("playback");
    assert_eq!(paused["playback"]["paused"], true);
    assert_eq!(at_anas.next_of_film(), told("pause", &ana.id));
    ana.ask("/sync?mode=seek&time=66.5&id={me}");
    assert_eq!(page.receive_type("playback")["playback"]["position_ms"], 66_500);
    assert_eq!(at_anas.next_of_film(), told("seek", &format!("66.5-{}", ana.id)));
    page.send(&json!({"type": "seek", "id": 2, "seen": 99, "position_ms": 5_000}));
    assert_eq!(at_anas.next_of_film(), told("seek", &format!("5-{made}")));
}

#[test]
fn who_comes_by_the_page_first_finds_the_lobby_too() {
    let server = Server::start();
    let (mut page, welcome) = Person::new(server.port).enter("lobby", "Ben", "b");
    assert_eq!(welcome["members"][0]["host"], true);
    let ana = Viewer::new(&server);
    assert_eq!(ana.ask("/count"), "1");
    let mut events = ana.connect();
    page.receive_type("member");
    ana.upload("The.General.mp4", &tiny_film(1_000));
    assert_eq!(events.next_of_film().0, "refresh_video");
    page.receive_type("playback");
}

#[test]
fn a_lobby_with_a_password_lets_no_goblet_in() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    let mut before = ana.connect();
    ana.upload("The.General.mp4", &tiny_film(1_000));
    let video = format!("/.videos/{}", ana.ask("/file"));
    let mut stranger = Events::connect(server.port, &[]);
    let (mut page, _) = Person::new(server.port).enter("lobby", "Ben", "b");
    page.send(&json!({"type": "settings", "id": 1, "password": "popcorn"}));
    page.receive_type("done");
    while stranger.packet() != "41" {}
    let cleo = Viewer::new(&server);
    for path in ["/src", "/file", &video, "/timesync?id=", "/count"] {
        let nobody = get(server.port, path, &[]);
        for answer in [cleo.get(path), nobody] {
            assert_eq!(answer.status, 403, "{path}");
            assert!(answer.text().starts_with("The lobby has a password."), "{path}");
        }
        ana.ask(path);
    }
    ana.ask("/sync?mode=play&id={me}");
    assert_eq!(before.next_of_film().0, "refresh_video");
    assert_eq!(
        before.next_of_film(),
        told("play", &ana.id),
        "who was there stays"
    );
    drop(before);
    wait_until(|| ana.ask("/count") == "1");
    let ben = Viewer::new(&server);
    let answer = ben.get("/register?id={me}");
    assert_eq!(answer.status, 403);
    assert!(
        answer.text().starts_with("The lobby has a password."),
        "{}",
        answer.text()
    );
    for headers in [&ben.headers()[..], &[]] {
        let mut events = Events::open(server.port, headers);
        events.send("40");
        let refused = events.packet();
        assert!(
            refused.starts_with(r#"44{"message":"The lobby has a password."#),
            "{refused}"
        );
    }
}

#[test]
fn both_versions_of_the_protocol_are_told_by_polling() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    for version in [4, 3] {
        let mut polling = Polling::connect(&ana, version);
        polling.until(r#"42["role_call",""]"#);
        ana.ask("/link?v=https://films.example/a.mp4");
        polling.until(r#"42["refresh_video","https://films.example/a.mp4"]"#);
        // A client that says goodbye is gone at once.
        assert_eq!(polling.post(if version == 4 { "1" } else { "1:1" }).status, 200);
    }
}
