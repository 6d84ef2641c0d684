//! Who may do what from where: cookies, other origins, headers, wrong addresses and passwords.

use crate::http::{self, get, post_json, request};
use crate::server::Server;
use crate::socket::{HANDSHAKE, Person};
use serde_json::json;
use std::io::{Read, Write};

#[test]
fn the_cookie_is_signed_and_out_of_scripts_reach() {
    let server = Server::start();
    let answer = get(server.port, "/api/rooms/SAAAAA", &[]);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("Secure"),
        "{cookie}"
    );
    let behind_tls = get(
        server.port,
        "/api/rooms/SAAAAA",
        &[("X-Forwarded-Proto", "https")],
    );
    assert!(behind_tls.header("set-cookie").unwrap().contains("Secure"));

    let known = answer.cookie().unwrap();
    assert!(
        get(server.port, "/api/rooms/SAAAAA", &[("Cookie", &known)])
            .header("set-cookie")
            .is_none()
    );
    let forged = format!("{}0", &known[..known.len() - 1]);
    let forged = if forged == known {
        format!("{}1", &known[..known.len() - 1])
    } else {
        forged
    };
    let answer = get(server.port, "/api/rooms/SAAAAA", &[("Cookie", &forged)]);
    assert!(
        answer.header("set-cookie").is_some(),
        "a forged cookie makes a stranger"
    );
}

#[test]
fn another_tabs_mark_is_worth_nothing_without_its_cookie() {
    let server = Server::start();
    let (_, code, _ana) = Person::with_room(server.port, "{}");
    let (_eve, welcome) = Person::new(server.port).enter(&code, "Ana", "a");
    assert_eq!(welcome["you"], 2, "Eve is somebody else, and no host");
    assert_eq!(welcome["members"][1]["host"], false);
    let eve = Person::new(server.port);
    let answer = get(
        server.port,
        &format!("/api/rooms/{code}/films?tab=a"),
        &[("Cookie", &eve.cookie)],
    );
    assert_eq!(
        (answer.status, answer.json()["error"]["code"].as_str()),
        (403, Some("not_member"))
    );
}

#[test]
fn pages_of_other_origins_change_nothing() {
    let server = Server::start();
    let ours = format!("http://127.0.0.1:{}", server.port);
    for (headers, status) in [
        (vec![], 201),
        (vec![("Origin", ours.as_str())], 201),
        (vec![("Origin", "http://evil.example")], 403),
        (vec![("Origin", "null")], 403),
        (
            vec![("Origin", ours.as_str()), ("Sec-Fetch-Site", "cross-site")],
            403,
        ),
    ] {
        assert_eq!(
            post_json(server.port, "/api/rooms", &headers, "{}").status,
            status,
            "{headers:?}"
        );
    }
    let code = Person::new(server.port).make_room("{}");
    let upgrade = [&HANDSHAKE[..], &[("Origin", "http://evil.example")]].concat();
    assert_eq!(
        get(server.port, &format!("/api/rooms/{code}/ws"), &upgrade).status,
        403
    );
}

#[test]
fn every_answer_protects_the_browser() {
    let server = Server::start();
    for path in ["/", "/health", "/api/rooms/SAAAAA", "/media/x/y", "/nothing"] {
        for accept in ["text/html", "*/*"] {
            let answer = get(server.port, path, &[("Accept", accept)]);
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
            let policy = answer.header("content-security-policy").unwrap();
            assert!(policy.contains("script-src 'self';"), "{path}: {policy}");
        }
    }
}

#[test]
fn codes_are_taken_in_any_case_and_spacing() {
    let server = Server::start();
    let ana = Person::new(server.port);
    let code = ana.make_room(r#"{"name":"Friday films"}"#);
    assert_eq!(code.len(), 6);
    assert!(
        code.starts_with('S')
            && code
                .bytes()
                .skip(1)
                .all(|b| b"0123456789ABCDEHIJKLMNORSTUVWYZ".contains(&b))
    );
    let spaced = format!("%20{}%20{}-", code[..3].to_lowercase(), &code[3..]);
    let answer = get(server.port, &format!("/api/rooms/{spaced}"), &[]);
    assert_eq!(
        answer.json(),
        json!({"code": code, "name": "Friday films", "locked": false, "viewers": 0, "link": answer.json()["link"]})
    );
    for unknown in [
        "SZZZZZ",
        "%00",
        "..",
        "%2e%2e",
        "x'--",
        "%F0%9F%8D%BF",
        &"S".repeat(500),
    ] {
        let answer = get(server.port, &format!("/api/rooms/{unknown}"), &[]);
        let sentence = "That code is not a party here. Check it with your host.";
        assert_eq!(answer.status, 404, "{unknown}");
        if answer.json()["error"]["code"] == "no_such_room" {
            assert_eq!(answer.json()["error"]["message"], sentence);
        }
    }
}

#[test]
fn the_link_to_send_is_one_that_friends_can_open() {
    let server = Server::start();
    let code = Person::new(server.port).make_room("{}");
    let path = format!("/api/rooms/{code}");
    let link = |server: &Server, headers: &[(&str, &str)]| {
        get(server.port, &path, headers).json()["link"]
            .as_str()
            .map(str::to_owned)
    };
    let forwarded = [
        ("X-Forwarded-Host", "films.example"),
        ("X-Forwarded-Proto", "https"),
    ];
    assert_eq!(
        link(&server, &forwarded),
        Some(format!("https://films.example/r/{code}"))
    );
    let server = Server::with_flags(&["--public-url", "https://party.example/"]);
    let code = Person::new(server.port).make_room("{}");
    let answer = get(server.port, &format!("/api/rooms/{code}"), &[]);
    assert_eq!(answer.json()["link"], format!("https://party.example/r/{code}"));
}

#[test]
fn passwords_are_tried_ten_times_a_minute() {
    let server = Server::start();
    let ana = Person::new(server.port);
    let code = ana.make_room(r#"{"password":"popcorn"}"#);
    let ben = Person::new(server.port);
    let mut connection = ben.connect(&code);
    let mut knock = |password: &str| {
        connection
            .send(&json!({"type": "hello", "protocol": 1, "name": "Ben", "tab": "b", "password": password}));
        let answer = connection.receive();
        answer["code"].as_str().unwrap_or("in").to_owned()
    };
    for _ in 0..10 {
        assert_eq!(knock("crisps"), "wrong_password");
    }
    assert_eq!(knock("popcorn"), "too_many_tries");
    drop(connection);
    // The founder needs no password, and is not held up.
    ana.enter(&code, "Ana", "a");
}

#[test]
fn a_full_room_says_so_and_keeps_the_place_of_who_comes_back() {
    let server = Server::with_flags(&["--room-members-max", "2"]);
    let (ana, code, connection) = Person::with_room(server.port, "{}");
    let (_ben, _) = Person::new(server.port).enter(&code, "Ben", "b");
    let mut cleo = Person::new(server.port).connect(&code);
    let hello = json!({"type": "hello", "protocol": 1, "name": "Cleo", "tab": "c"});
    cleo.send(&hello);
    assert_eq!(cleo.receive()["code"], "room_full");
    drop(connection);
    let (_ana, welcome) = ana.enter(&code, "Ana", "a");
    assert_eq!(welcome["you"], 1);
    cleo.send(&hello);
    assert_eq!(cleo.receive()["code"], "room_full");
}

#[test]
fn bodies_that_are_wrong_get_a_sentence() {
    let server = Server::start();
    for body in ["", "null", "{", "[]", r#"{"name":5}"#, r#"{"name":"\u0000"}"#] {
        let answer = post_json(server.port, "/api/rooms", &[], body);
        // A name with nothing to see in it is as good as none.
        assert!(
            [201, 400, 422].contains(&answer.status),
            "{body}: {}",
            answer.status
        );
        if answer.status != 201 {
            assert!(
                answer.json()["error"]["message"].as_str().unwrap().ends_with('.'),
                "{}",
                answer.text()
            );
        }
    }
    let huge = format!(r#"{{"name":"{}"}}"#, "x".repeat(100_000));
    assert_eq!(
        post_json(server.port, "/api/rooms", &[], &huge).json()["error"]["code"],
        "body_too_large"
    );
    let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(61));
    assert_eq!(
        post_json(server.port, "/api/rooms", &[], &long).json()["error"]["code"],
        "name_too_long"
    );
    assert_eq!(request(server.port, "DELETE", "/api/rooms", &[], &[]).status, 405);
}

#[test]
fn what_an_address_does_not_do_is_refused_in_a_sentence() {
    let server = Server::start();
    for (method, path, status, code) in [
        ("GET", "/api/rooms", 405, "wrong_method"),
        ("DELETE", "/api/rooms/SAAAAA", 405, "wrong_method"),
        ("GET", "/api/rooms/%ff%fe", 404, "no_such_room"),
        ("GET", "/api/nothing", 404, "no_such_address"),
    ] {
        let answer = request(server.port, method, path, &[], &[]);
        let problem = &answer.json()["error"];
        assert_eq!(
            (answer.status, problem["code"].as_str()),
            (status, Some(code)),
            "{method} {path}"
        );
        assert!(problem["message"].as_str().unwrap().ends_with('.'), "{problem}");
    }
}

#[test]
fn a_guest_who_fills_the_log_locks_nobody_out() {
    let server = Server::with_flags(&["--messages-per-second", "10000"]);
    let (_, code, mut connection) = Person::with_room(server.port, "{}");
    // Quotes and backslashes take twice their bytes in JSON, other letters up to four.
    for (id, text) in (1..).zip(["ж", "\"", "\\", "🍿", "\n."].iter().cycle().take(600)) {
        connection.send(&json!({"type": "say", "id": id, "text": text.repeat(1_000)}));
        while connection.receive_type("done")["id"] != id {}
    }
    let (_ben, welcome) = Person::new(server.port).enter(&code, "Ben", "b");
    assert!(welcome["log"].as_array().unwrap().len() > 20);
}

#[test]
fn friends_behind_one_address_come_in_with_the_right_password() {
    let server = Server::start();
    let ana = Person::new(server.port);
    let code = ana.make_room(r#"{"password":"popcorn"}"#);
    for tab in 0..12 {
        let mut friend = Person::new(server.port).connect(&code);
        let tab = tab.to_string();
        friend.send(
            &json!({"type": "hello", "protocol": 1, "name": "Friend", "tab": tab, "password": "popcorn"}),
        );
        assert_eq!(friend.receive()["type"], "welcome");
    }
}

#[test]
fn files_that_caches_may_share_come_without_a_cookie() {
    let server = Server::start();
    assert!(
        get(server.port, "/assets/none.js", &[])
            .header("set-cookie")
            .is_none()
    );
    let page = ("Accept", "text/html");
    assert!(get(server.port, "/", &[page]).header("set-cookie").is_some());
    let framed = get(server.port, "/", &[page, ("X-Forwarded-Proto", "https")]);
    let cookie = framed.header("set-cookie").unwrap();
    assert!(
        cookie.contains("SameSite=None") && cookie.contains("Partitioned"),
        "{cookie}"
    );
}

/// As Chromium and Firefox ask when somebody opens an address.
const BROWSER: (&str, &str) = (
    "Accept",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
);

#[test]
fn a_browser_gets_the_page_and_a_client_of_streamgo_its_check() {
    let server = Server::start();
    for headers in [&[][..], &[("Accept", "*/*")], &[("Accept", "application/json")]] {
        let answer = get(server.port, "/", headers);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("vary"), Some("Accept"));
        assert_eq!(
            answer.json(),
            json!({"status": "ok", "name": "StreamGo Party Server", "version": "1.0.0"})
        );
        let head = request(server.port, "HEAD", "/", headers, &[]);
        assert_eq!(
            (head.status, head.header("content-type")),
            (200, Some("application/json"))
        );
    }
    for method in ["GET", "HEAD"] {
        let page = request(server.port, method, "/", &[BROWSER], &[]);
        assert!(page.header("content-type").unwrap().starts_with("text/"));
        assert_eq!(page.header("vary"), Some("Accept, Accept-Encoding"));
    }
    // Other addresses of the page, and other methods, are nobody's check.
    for path in ["/index.html", "/r/SAAAAA"] {
        let page = get(server.port, path, &[]);
        assert!(
            page.header("content-type").unwrap().starts_with("text/"),
            "{path}"
        );
    }
    assert_eq!(request(server.port, "PUT", "/", &[], &[]).status, 404);
}

#[test]
fn without_streamgo_all_get_the_page() {
    let server = Server::with_flags(&["--dialects", "goblet"]);
    for headers in [&[][..], &[("Accept", "*/*")], &[BROWSER]] {
        let page = get(server.port, "/", headers);
        assert!(page.header("content-type").unwrap().starts_with("text/"));
    }
}

#[test]
fn the_health_tells_how_many_rooms_are_in_memory() {
    let server = Server::start();
    let health = |sessions: u32| {
        json!({
            "status": "ok",
            "name": "Matinee",
            "version": env!("CARGO_PKG_VERSION"),
            "servers": 1,
            "sessions": sessions,
        })
    };
    assert_eq!(get(server.port, "/health", &[]).json(), health(0));
    let ana = Person::new(server.port);
    ana.make_room("{}");
    ana.make_room("{}");
    let answer = get(server.port, "/health", &[]);
    assert_eq!((answer.status, answer.json()), (200, health(2)));
}

#[test]
fn a_connection_that_waits_takes_little_memory() {
    let server = Server::start();
    let open = || {
        let mut stream = http::connect(server.port);
        stream
            .write_all(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap();
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        stream
    };
    let few: Vec<_> = (0..20).map(|_| open()).collect();
    let before = server.resident_bytes();
    let many: Vec<_> = (0..300).map(|_| open()).collect();
    let each = (server.resident_bytes() - before) / many.len() as u64;
    assert!(each <= 48 << 10, "{each} bytes");
    drop(few);
}
