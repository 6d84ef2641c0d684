//! The plain addresses: ids, positions, spots, links, and who may not use them.

use super::{Viewer, form, told};
use crate::films::tiny_film;
use crate::http::{get, request};
use crate::server::Server;
use crate::socket::Person;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[test]
fn an_id_belongs_to_a_browser_and_stays_the_same() {
    let mut server = Server::start();
    let first = get(server.port, "/id", &[]);
    let cookie = first.header("set-cookie").unwrap().to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let id = first.text();
    assert!(
        id.len() == 32 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
        "{id}"
    );
    let cookie = first.cookie().unwrap();
    assert!(
        !cookie.contains(&id),
        "the id is public, and the cookie is not made of it"
    );
    let again = |port| get(port, "/id", &[("Cookie", &cookie)]);
    assert_eq!(again(server.port).text(), id);
    assert!(again(server.port).header("set-cookie").is_none());
    assert_ne!(Viewer::new(&server).id, id);
    server.crash_and_restart();
    assert_eq!(again(server.port).text(), id);
}

#[test]
fn a_page_that_asks_everything_at_once_gets_one_id() {
    let server = Server::start();
    // What a page asks before it has a cookie: were each to bring one, the last would win over the one of /id.
    for path in [
        "/timesync?id=",
        "/register?id=",
        "/count",
        "/src",
        "/file",
        "/time",
        "/socket.io/?EIO=4&transport=polling",
    ] {
        let answer = get(server.port, path, &[]);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert!(answer.header("set-cookie").is_none(), "{path}");
        let kind = answer.header("content-type").unwrap();
        assert!(
            kind.to_ascii_lowercase().starts_with("text/plain"),
            "{path}: {kind}"
        );
    }
    assert_eq!(get(server.port, "/count", &[]).text(), "0");
}

#[test]
fn nobody_acts_under_anothers_id() {
    let server = Server::start();
    let (ana, ben) = (Viewer::new(&server), Viewer::new(&server));
    ana.ask("/link?v=https://films.example/a.mp4");
    ana.ask("/register?id={me}");
    for path in [
        "/register?id=THEIRS",
        "/register?id=THEIRS&host=true",
        "/register",
        "/sync?mode=play&id=THEIRS",
        "/sync?mode=play",
        "/sync?mode=seek&time=10&id=THEIRS",
        "/timesync?id=THEIRS",
        "/timesync?id=THEIRS&value=100",
        "/timesync",
        "/sync?mode=play&id=00000000000000000000000000000001",
    ] {
        let answer = ben.get(&path.replace("THEIRS", &ana.id));
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(
            answer.text(),
            "That is not this browser's id. Ask /id for it.",
            "{path}"
        );
        let nobody = get(server.port, &path.replace("THEIRS", &ana.id), &[]);
        assert_eq!(nobody.status, 403, "{path}");
    }
    assert_eq!(ana.ask("/timesync?id={me}"), "0");
    // An empty one is that of the browser that asks.
    assert_eq!(ben.get("/sync?mode=seek&time=10&id=").status, 200);
    assert_eq!(ben.ask("/timesync?id="), "10");
}

#[test]
fn the_position_is_the_rooms_and_moves_with_the_host() {
    let server = Server::start();
    let (ana, ben) = (Viewer::new(&server), Viewer::new(&server));
    let mut events = ben.connect();
    assert_eq!(ben.ask("/timesync?id={me}"), "0");
    ana.ask("/register?id={me}");
    ana.ask("/link?v=https://films.example/a.mp4");
    ana.ask("/sync?mode=seek&time=30&id={me}");
    assert_eq!(ben.ask("/timesync?id={me}"), "30");
    assert_eq!(
        ana.ask("/timesync?id={me}"),
        "30",
        "the host's page asks too, when it is loaded"
    );
    // A host who is hardly off moves nobody.
    assert_eq!(ana.ask("/timesync?id={me}&value=31"), "");
    assert_eq!(ben.ask("/timesync?id={me}"), "30");
    assert_eq!(ana.ask("/timesync?id={me}&value=95.5"), "");
    assert_eq!(ben.ask("/timesync?id={me}"), "95.5");
    assert_eq!(
        ben.ask("/timesync?id={me}&value=7"),
        "95.5",
        "from others it is a question"
    );
    assert_eq!(ana.get("/timesync?id={me}&value=soon").status, 422);
    assert_eq!(events.next_of_film().0, "refresh_video");
    assert_eq!(events.next_of_film(), told("seek", &format!("30-{}", ana.id)));
    assert_eq!(events.next_of_film(), told("seek", &format!("95.5-{}", ana.id)));
    ben.ask("/sync?mode=play&id={me}");
    let started = Instant::now();
    let position = || ben.ask("/timesync?id={me}").parse::<f64>().unwrap();
    while position() <= 95.6 {
        assert!(started.elapsed() < Duration::from_secs(10));
    }
    assert!(position() <= 95.5 + started.elapsed().as_secs_f64());
}

#[test]
fn a_spot_is_kept_for_a_browser_and_over_a_restart() {
    let mut server = Server::start();
    let (ana, ben) = (Viewer::new(&server), Viewer::new(&server));
    assert_eq!(ana.ask("/time"), "0");
    ana.ask("/time?value=754.25");
    ana.ask("/time?value=755.123456789");
    server.crash_and_restart();
    assert_eq!(ana.ask("/time"), "755.123456789");
    assert_eq!(ben.ask("/time"), "0");
    for value in [
        "",
        "soon",
        "NaN",
        "-1",
        "1e99",
        "0000000000000000000000000000000001",
    ] {
        let answer = ana.get(&format!("/time?value={value}"));
        assert_eq!(answer.status, 422, "{value}: {}", answer.text());
    }
    assert_eq!(ana.ask("/time"), "755.123456789");
    let new = get(server.port, "/time?value=5", &[]);
    let kept = get(server.port, "/time", &[("Cookie", &new.cookie().unwrap())]);
    assert_eq!(
        kept.text(),
        "5",
        "whoever saves one gets a cookie to find it again"
    );
}

#[test]
fn a_link_is_put_on_and_what_is_none_is_refused() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    let source = || serde_json::from_str::<Value>(&ana.ask("/src")).unwrap();
    assert_eq!(source(), json!({"src": "0.mp4", "type": "file"}));
    assert_eq!(ana.get("/.videos/0.mp4").status, 404);
    let url = "https://www.youtube.com/watch?v=dQw4w9WgXcQ";
    ana.ask(&format!("/link?v={url}&list=RD"));
    assert_eq!(source(), json!({"src": url, "type": "link"}));
    for path in [
        "/link",
        "/link?v=",
        "/link?v=film.mp4",
        "/link?v=ftp://films.example/a.mp4",
        "/link?v=javascript:alert(1)",
        "/link?v=file:///etc/passwd",
        "/link?v=https://",
    ] {
        let answer = ana.get(path);
        assert_eq!(answer.status, 422, "{path}");
        assert!(
            answer.text().starts_with("Give the address"),
            "{path}: {}",
            answer.text()
        );
    }
    assert_eq!(source()["src"], url);
    let policy = get(server.port, "/", &[("Accept", "text/html")]);
    let policy = policy.header("content-security-policy").unwrap().to_owned();
    assert!(
        policy.contains("media-src 'self' blob: http: https:;"),
        "{policy}"
    );
}

#[test]
fn other_sites_do_nothing_here() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    let ours = format!("http://127.0.0.1:{}", server.port);
    let page = format!("{ours}/");
    let cases: [(&[(&str, &str)], u16); 10] = [
        (&[], 200),
        (&[("Sec-Fetch-Site", "same-origin"), ("Accept", "text/html")], 200),
        (&[("Sec-Fetch-Site", "none"), ("Accept", "text/html")], 200),
        (&[("Sec-Fetch-Site", "cross-site")], 403),
        (&[("Sec-Fetch-Site", "same-site")], 403),
        (&[("Origin", "http://evil.example")], 403),
        (&[("Origin", &ours)], 200),
        (&[("Referer", "http://evil.example/page")], 403),
        (&[("Referer", &page), ("Accept", "text/html")], 200),
        // A link that somebody was led to, by a browser that does not say from where.
        (&[("Accept", "text/html,application/xhtml+xml")], 403),
    ];
    let acting = [
        "/register?id={me}",
        "/link?v=https://films.example/a.mp4",
        "/sync?mode=pause&id={me}",
        "/timesync?id={me}&value=3",
        "/time?value=3",
        "/socket.io/?EIO=4&transport=polling",
    ];
    for (headers, status) in cases {
        for path in acting {
            let headers = [headers, &[("Cookie", &ana.cookie)]].concat();
            let answer = get(server.port, &path.replace("{me}", &ana.id), &headers);
            assert_eq!(answer.status, status, "{path} {headers:?}: {}", answer.text());
            if status == 403 {
                assert_eq!(answer.text(), "Another site's page must not do that here.");
            }
        }
    }
    let wrong = request(server.port, "DELETE", "/count", &[], b"");
    assert_eq!(wrong.status, 405);
    assert!(wrong.text().starts_with("This address does not do that."));
}

#[test]
fn a_page_elsewhere_puts_nothing_on_with_a_picture() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    // Over plain HTTP, with a policy of no referrer: nothing says where it comes from, and no cookie goes with it.
    let picture = [("Accept", "image/avif,image/webp,*/*;q=0.8")];
    let answer = get(server.port, "/link?v=https://evil.example/a.mp4", &picture);
    assert_eq!(answer.status, 403, "{}", answer.text());
    assert!(answer.header("set-cookie").is_none());
    assert_eq!(ana.ask("/file"), "0.mp4");
}

#[test]
fn spots_are_saved_only_so_fast() {
    let server = Server::with_flags(&["--messages-per-second", "10"]);
    let ana = Viewer::new(&server);
    let statuses: Vec<_> = (0..100).map(|_| ana.get("/time?value=5").status).collect();
    assert!(statuses.contains(&429), "{statuses:?}");
    // Browsers without a cookie count by their address.
    let strangers: Vec<_> = (0..60).map(|_| get(server.port, "/time?value=5", &[])).collect();
    let saved = strangers.iter().filter(|answer| answer.status == 200).count();
    assert!((30..60).contains(&saved), "{saved}");
    assert!(
        strangers
            .iter()
            .all(|answer| answer.status == 200 || (answer.status == 429 && answer.cookie().is_none()))
    );
    let ben = Viewer::new(&server);
    assert_eq!(ben.get("/time?value=7").status, 200);
}

#[test]
fn without_a_lobby_there_is_nothing_of_goblets() {
    for flags in [["--lobby", ""], ["--dialects", "streamgo"]] {
        let server = Server::with_flags(&flags);
        for path in [
            "/id",
            "/count",
            "/src",
            "/link?v=https://a.example/",
            "/socket.io/?EIO=4&transport=polling",
            "/.videos/0.mp4",
        ] {
            assert_eq!(get(server.port, path, &[]).status, 404, "{path}");
        }
        let (kind, form) = form("file", Some("a.mp4"), &tiny_film(1_000));
        let answer = request(server.port, "POST", "/", &[("Content-Type", &kind)], &form);
        assert_eq!(answer.status, 404);
    }
    let server = Server::with_flags(&["--lobby", "Friday films"]);
    let _ana = Viewer::new(&server).connect();
    Person::new(server.port).enter("fridayfilms", "Ben", "b");
}

#[test]
fn who_asks_too_fast_is_told_to_wait() {
    let server = Server::with_flags(&["--messages-per-second", "10"]);
    let ana = Viewer::new(&server);
    let statuses: Vec<_> = (0..100).map(|_| ana.get("/register?id={me}").status).collect();
    assert!(statuses.contains(&429), "{statuses:?}");
    assert!(
        statuses.iter().all(|status| matches!(status, 200 | 429)),
        "{statuses:?}"
    );
    assert_eq!(ana.ask("/count"), "1", "what only reads is not counted");
}
