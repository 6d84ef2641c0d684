//! What is malformed, too much or too slow.

use super::{Events, Polling, Viewer, told, wait_until};
use crate::http::get;
use crate::server::Server;
use crate::socket::Person;
use serde_json::json;

#[test]
fn what_is_no_socket_io_harms_nobody() {
    let mut server = Server::start();
    let (ana, ben) = (Viewer::new(&server), Viewer::new(&server));
    let mut at_anas = ana.connect();
    for path in [
        "/socket.io",
        "/socket.io/",
        "/socket.io/?EIO=2&transport=polling",
        "/socket.io/?EIO=4&transport=carrier-pigeon",
        "/socket.io/?EIO=4&transport=polling&sid=nobody",
        "/socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA",
        "/socket.io/?EIO=4&transport=websocket",
        "/socket.io/%ff?EIO=4&transport=polling&sid=%ff",
    ] {
        assert_eq!(ben.get(path).status, 400, "{path}");
    }
    for packet in [
        "",
        "4",
        "9",
        "b!!!",
        "40{",
        "42",
        "42[",
        "42[]",
        "42[1]",
        "42{}",
        "420[\"a\"]",
        "451-[\"a\"]",
        "45é-[",
        "49",
        "4é",
        "42/other,[\"a\"]",
        "40/other,",
        "41",
        "43[]",
        "44",
        "2probe",
        "5",
        "\u{1e}\u{1e}",
        "4\u{1e}4",
        "451-[\"a\",{\"_placeholder\":true,\"num\":0}]",
        "4599999999999999999999-[]",
        "42[\"a\",\"\\ud800\"]",
    ] {
        let cleo = Viewer::new(&server);
        Polling::connect(&cleo, 4).post(packet);
        let mut events = cleo.connect();
        // Whether it is dropped or passed over, nobody else notices.
        events.send(packet);
    }
    for packet in [
        "",
        "1",
        "1:",
        ":4",
        "3:4",
        "-1:4",
        "999999999999999999999:4",
        "2:4é",
        "1:41:4",
        "5:42[]x",
    ] {
        Polling::connect(&Viewer::new(&server), 3).post(packet);
    }
    let large = Polling::connect(&ben, 4).post(&format!("42[\"a\",\"{}\"]", "a".repeat(100_000)));
    assert_eq!(large.status, 413, "{}", large.text());
    // More events than a second allows, and as many again in the burst.
    let mut flooding = ben.connect();
    for _ in 0..400 {
        flooding.send(r#"42["a",1]"#);
    }
    while flooding.packet() != "41" {}
    ana.ask("/link?v=https://films.example/a.mp4");
    assert_eq!(at_anas.next_of_film().0, "refresh_video");
    assert!(server.terminate().success());
}

#[test]
fn there_are_so_many_sessions_and_one_that_never_connects_gives_its_place_back() {
    // Four for each member that the lobby takes.
    let server = Server::with_flags(&["--room-members-max", "100"]);
    let port = server.port;
    let open = move || get(port, "/socket.io/?EIO=4&transport=polling", &[]).status;
    // All at once, for each gives its place back after a while.
    let openers: Vec<_> = (0..8)
        .map(|_| {
            std::thread::spawn(move || {
                let mut opened = 0;
                while open() == 200 {
                    opened += 1;
                }
                opened
            })
        })
        .collect();
    let opened: i32 = openers.into_iter().map(|opener| opener.join().unwrap()).sum();
    assert!(opened >= 400, "{opened}");
    assert_eq!(get(port, "/count", &[]).status, 200);
    wait_until(|| open() == 200);
}

#[test]
fn one_address_leaves_places_to_others() {
    let server = Server::with_flags(&["--trust-proxy"]);
    let open = |address: &str| {
        let headers = [("X-Forwarded-For", address)];
        get(server.port, "/socket.io/?EIO=4&transport=polling", &headers)
    };
    for _ in 0..256 {
        assert_eq!(open("192.0.2.1").status, 200);
    }
    let refused = open("192.0.2.1");
    assert_eq!(
        (refused.status, refused.text().as_str()),
        (
            503,
            "Too many people are connected from your address. Come back later."
        )
    );
    assert_eq!(open("192.0.2.2").status, 200);
}

#[test]
fn a_client_that_takes_nothing_holds_up_nobody() {
    let server = Server::with_flags(&["--messages-per-second", "1000"]);
    let (ana, ben) = (Viewer::new(&server), Viewer::new(&server));
    let mut at_anas = ana.connect();
    let mut bens = Polling::connect(&ben, 4);
    bens.until("role_call");
    ana.ask("/link?v=https://films.example/a.mp4");
    assert_eq!(at_anas.next_of_film().0, "refresh_video");
    // More than is kept for him.
    for second in 1..=300 {
        ana.ask(&format!("/sync?mode=seek&time={second}&id={{me}}"));
        assert_eq!(
            at_anas.next_of_film(),
            told("seek", &format!("{second}-{}", ana.id))
        );
    }
    // He has missed some, and is told where the film is once he has taken what was kept.
    bens.until(&format!("42[\"seek\",\"100-{}\"]", ana.id));
    bens.until(r#"42["seek","300-00000000000000000000000000000000"]"#);
    bens.until(r#"42["host_declaration"#);
    ana.ask("/sync?mode=play&id={me}");
    bens.until(&format!("42[\"play\",\"{}\"]", ana.id));
    assert!(!bens.heard.contains("\u{1e}41"));
    assert_eq!(ana.ask("/count"), "2");
}

#[test]
fn after_a_burst_everyone_is_there_and_at_the_right_place() {
    let server = Server::with_flags(&["--messages-per-second", "1000"]);
    let (ana, ben) = (Viewer::new(&server), Viewer::new(&server));
    let mut at_anas = ana.connect();
    let mut bens = [4, 3].map(|version| Polling::connect(&ben, version));
    for polling in &mut bens {
        polling.until("role_call");
    }
    ana.ask("/link?v=https://films.example/a.mp4");
    let (mut page, _) = Person::new(server.port).enter("lobby", "Cleo", "c");
    for second in 1..=300 {
        page.send(&json!({"type": "seek", "id": second, "seen": 1_000_000, "position_ms": second * 1_000}));
    }
    while !at_anas.next_of_film().1.starts_with("300-") {}
    page.send(&json!({"type": "seek", "id": 301, "seen": 1_000_000, "position_ms": 5_000}));
    while !at_anas.next_of_film().1.starts_with("5-") {}
    for polling in &mut bens {
        polling.until("\"5-");
    }
    assert_eq!(ana.ask("/count"), "3");
}

#[test]
fn while_the_server_ends_clients_are_sent_away_so_that_they_come_again() {
    let mut server = Server::with_flags(&["--drain-seconds", "600"]);
    let ana = Viewer::new(&server);
    let mut at_anas = ana.connect();
    let mut not_yet = Events::open(server.port, &ana.headers());
    // A game whose room does not outlast the server.
    let mut game = Person::stranger(server.port).connect_at("/");
    game.send(&json!({"type": "create", "clientId": "a", "maxClients": 5}));
    game.receive();
    server.ask_to_stop();
    // The engine's goodbye, after which clients come again; not Socket.IO's, which is for good.
    let goodbye = loop {
        let packet = at_anas.packet();
        if !packet.starts_with("42") {
            break packet;
        }
    };
    assert_eq!(goodbye, "1");
    for transport in ["polling", "websocket"] {
        let answer = ana.get(&format!("/socket.io/?EIO=4&transport={transport}"));
        assert_eq!(answer.status, 503, "{}", answer.text());
    }
    // Who was about to connect is not refused, which would be for good as well.
    not_yet.send("40");
    assert!(
        server.terminate().success(),
        "whoever asks twice waits for no game"
    );
    while let Ok(message) = not_yet.socket.read() {
        assert!(!message.to_string().starts_with("44"), "{message}");
    }
}

#[test]
fn one_browser_has_so_many_connections() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    let tabs: Vec<_> = (0..8).map(|_| ana.connect()).collect();
    let mut one_more = Events::open(server.port, &ana.headers());
    one_more.send("40");
    let refused = one_more.packet();
    assert!(
        refused.starts_with(r#"44{"message":"This browser has too many tabs"#),
        "{refused}"
    );
    drop(tabs);
    wait_until(|| ana.ask("/count") == "0");
    ana.connect();
}

#[test]
fn a_full_lobby_refuses_and_calls_those_who_may_have_gone() {
    let server = Server::with_flags(&["--room-members-max", "2"]);
    let (ana, ben, cleo) = (Viewer::new(&server), Viewer::new(&server), Viewer::new(&server));
    let _ana = ana.connect();
    ben.ask("/register?id={me}");
    let refused = cleo.get("/register?id={me}");
    assert_eq!(
        (refused.status, refused.text().as_str()),
        (503, "The lobby is full. Come back later.")
    );
    // Ben was called and did not answer.
    wait_until(|| cleo.get("/register?id={me}").status == 200);
}
