//! Films that come in a form, and the names they get.

use super::{Viewer, form, told};
use crate::films::tiny_film;
use crate::http::{self, get, request};
use crate::server::Server;
use crate::socket::Person;
use serde_json::json;
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

#[test]
fn an_upload_is_put_on_for_everyone_under_a_new_name() {
    let mut server = Server::start();
    let (ana, ben) = (Viewer::new(&server), Viewer::new(&server));
    let mut events = ben.connect();
    let film = tiny_film(300_000);
    let first = ana.upload("../../The.General.mp4", &film);
    assert_eq!(first.status, 200, "{}", first.text());
    let first = first.text();
    assert_eq!(events.next_of_film(), told("refresh_video", &first));
    assert_eq!(ben.ask("/src"), json!({"src": first, "type": "file"}).to_string());
    assert_eq!(ben.ask("/file"), first);
    let address = format!("/.videos/{first}");
    assert_eq!(ben.get(&address).body, film);
    let part = |address: &str, range: &str| get(server.port, address, &[("Range", range)]);
    let middle = part(&address, "bytes=1000-1999");
    assert_eq!((middle.status, &middle.body[..]), (206, &film[1000..2000]));
    assert_eq!(middle.header("content-range"), Some("bytes 1000-1999/300000"));
    assert_eq!(part(&address, "bytes=300000-").status, 416);
    assert_eq!(middle.header("cache-control"), Some("private, no-cache"));

    // It is put on even while the first is under way, and no player can take one for the other.
    ana.ask("/sync?mode=play&id={me}");
    assert_eq!(events.next_of_film(), told("play", &ana.id));
    let mut webm = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm".to_vec();
    webm.resize(5_000, 7);
    let second = ben.upload("second.mp4", &webm).text();
    assert_eq!(events.next_of_film(), told("refresh_video", &second));
    assert_ne!(second, first);
    assert!(
        second.ends_with(".webm"),
        "what it is, not what it was called: {second}"
    );
    assert_eq!(ben.get(&format!("/.videos/{second}")).body, webm);
    assert_eq!(ben.get(&address).status, 404);
    assert_eq!(ben.ask("/timesync?id={me}"), "0");
    drop(events);
    assert!(server.terminate().success());
    server.start_again();
    assert_eq!(ben.ask("/file"), second, "the lobby is kept");
    assert_eq!(ben.get(&format!("/.videos/{second}")).body, webm);
}

#[test]
fn what_is_no_film_in_a_form_is_refused() {
    let server = Server::with_flags(&["--upload-mib-max", "1"]);
    let ana = Viewer::new(&server);
    let mut events = ana.connect();
    let post = |content_type: &str, form: &[u8]| {
        let headers = [("Cookie", ana.cookie.as_str()), ("Content-Type", content_type)];
        request(server.port, "POST", "/", &headers, form)
    };
    let film = tiny_film(50_000);
    let (kind, whole) = form("file", Some("a.mp4"), &film);
    let refused = [
        (post("application/octet-stream", &film), 415),
        (post("multipart/form-data", &whole), 415),
        (post(&kind, b""), 400),
        (post(&kind, &form("film", Some("a.mp4"), &film).1), 422),
        (post(&kind, &form("file", None, &film).1), 422),
        (post(&kind, &form("file", Some(""), b"").1), 422),
        (post(&kind, &form("file", Some("a.mp4"), b"").1), 422),
        (
            post(&kind, &form("file", Some("a.mp4"), &b"<html>".repeat(9_000)).1),
            415,
        ),
        (
            post(&kind, &form("file", Some("a.mp4"), &tiny_film((1 << 20) + 1)).1),
            413,
        ),
        (
            post(&kind, &form("file", Some("a.mp4"), &tiny_film(3 << 20)).1),
            413,
        ),
        (post(&kind, &whole[..40_000]), 400),
        (
            post(
                &kind,
                &[b"--XYZ\r\nA: ", &b"a".repeat(300_000)[..], &whole].concat(),
            ),
            400,
        ),
        (post(&kind, &[&b"a".repeat(300_000)[..], &whole].concat()), 400),
    ];
    for (index, (answer, status)) in refused.iter().enumerate() {
        let text = answer.text();
        assert_eq!(answer.status, *status, "{index}: {text}");
        assert!(
            text.ends_with('.') && !text.starts_with('{'),
            "{index}: a sentence: {text}"
        );
    }
    let films = || std::fs::read_dir(server.data().join("films")).unwrap().count();
    assert_eq!(films(), 0);
    let (page, _) = (
        &[
            ("Accept", "text/html,*/*"),
            ("Cookie", &ana.cookie),
            ("Content-Type", &kind),
        ],
        (),
    );
    let answer = request(server.port, "POST", "/", page, &whole);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
    assert_eq!(
        events.next_of_film().0,
        "refresh_video",
        "none of the others was put on"
    );
    let elsewhere = [
        ("Cookie", ana.cookie.as_str()),
        ("Content-Type", &kind),
        ("Origin", "http://evil.example"),
    ];
    assert_eq!(request(server.port, "POST", "/", &elsewhere, &whole).status, 403);
    assert_eq!(films(), 1);
}

#[test]
fn what_comes_after_the_film_in_a_form_is_passed_over() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    let (kind, form) = form("file", Some("a.mp4"), &tiny_film(50_000));
    let whole = [
        &form[..form.len() - b"--\r\n".len()],
        b"\r\nContent-Disposition: form-data; name=\"more\"\r\n\r\n",
        &vec![b'a'; 60 << 20],
        b"\r\n--XYZ--\r\n",
    ]
    .concat();
    let headers = [("Cookie", ana.cookie.as_str()), ("Content-Type", &kind)];
    let answer = request(server.port, "POST", "/", &headers, &whole);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(ana.ask("/file"), answer.text());
}

#[test]
fn a_large_upload_in_a_form_stays_out_of_memory() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    assert_eq!(ana.upload("first.mp4", &tiny_film(1_000)).status, 200);
    let before = server.resident_bytes();
    let total: usize = 256 << 20;
    let (kind, around) = form("file", Some("a.mp4"), &[]);
    let (head, tail) = around.split_at(around.len() - b"\r\n--XYZ--\r\n".len());
    let mut stream = http::connect(server.port);
    let request = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: {}\r\nContent-Type: {kind}\r\n\
         Content-Length: {}\r\n\r\n",
        ana.cookie,
        total + around.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    stream.write_all(head).unwrap();
    // Nearly a boundary, again and again.
    let chunk = [tiny_film(64), b"\r\n--XY".repeat((1 << 20) / 6)].concat();
    let chunk = &chunk[..1 << 20];
    let mut most = before;
    for _ in 0..total / chunk.len() {
        stream.write_all(chunk).unwrap();
        most = most.max(server.resident_bytes());
    }
    stream.write_all(tail).unwrap();
    let answer = http::read_answer(stream, "POST");
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(most - before <= 32 << 20, "{} KiB more", (most - before) / 1024);
}

/// Announces a form of so many bytes and sends the first of them.
fn begun(viewer: &Viewer, length: usize, sent: usize) -> TcpStream {
    let (kind, form) = form("file", Some("a.mp4"), &tiny_film(sent));
    let mut stream = http::connect(viewer.port);
    let head = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nCookie: {}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n",
        viewer.cookie
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&form[..sent]).unwrap();
    stream
}

#[test]
fn an_upload_in_a_form_that_breaks_off_is_gone() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    let (mut page, _) = {
        let _connection = ana.connect();
        Person::new(server.port).enter("lobby", "Cleo", "c")
    };
    let stream = begun(&ana, 900_000, 500_000);
    while page.receive_type("uploads")["uploads"] == json!([]) {}
    drop(stream);
    while page.receive_type("uploads")["uploads"] != json!([]) {}
    assert_eq!(std::fs::read_dir(server.data().join("films")).unwrap().count(), 0);
}

#[test]
fn who_hangs_up_when_all_is_sent_has_put_the_film_on() {
    let mut server = Server::start();
    let ana = Viewer::new(&server);
    let (mut page, _) = {
        let _connection = ana.connect();
        Person::new(server.port).enter("lobby", "Cleo", "c")
    };
    let (_, whole) = form("file", Some("a.mp4"), &tiny_film(8 << 20));
    let mut stream = begun(&ana, whole.len(), 1_000);
    stream.write_all(&whole[1_000..]).unwrap();
    drop(stream);
    while page.receive_type("playback")["playback"]["film"]["title"] != "a" {}
    assert!(server.terminate().success());
    server.start_again();
    let film = ana.ask("/file");
    assert_eq!(ana.get(&format!("/.videos/{film}")).body, tiny_film(8 << 20));
}

#[test]
fn forms_and_other_uploads_share_what_there_is_of_the_disk() {
    const GIB: usize = 1 << 30;
    let server = Server::with_flags(&["--uploads-gib-max", "1"]);
    let viewer = Viewer::new(&server);
    let (ana, code, _page) = Person::with_room(server.port, "{}");
    let announce = |bytes: usize| {
        let headers = [
            ("Cookie", ana.cookie.as_str()),
            ("Tus-Resumable", "1.0.0"),
            ("Upload-Length", &bytes.to_string()),
        ];
        let path = format!("/api/rooms/{code}/uploads?tab=a");
        request(server.port, "POST", &path, &headers, &[]).status
    };
    let (mut page, _) = {
        let _connection = viewer.connect();
        Person::new(server.port).enter("lobby", "Cleo", "c")
    };
    let form = begun(&viewer, GIB - 1_000, 10_000);
    while page.receive_type("uploads")["uploads"] == json!([]) {}
    assert_eq!(announce(1_001), 507);
    assert_eq!(announce(1_000), 201);
    drop(form);
    while page.receive_type("uploads")["uploads"] != json!([]) {}
    let gone_by = Instant::now() + Duration::from_secs(5);
    while announce(GIB - 1_000) != 201 {
        assert!(Instant::now() < gone_by, "what broke off still counts");
    }
    let refused = viewer.upload("a.mp4", &tiny_film(1_000));
    assert_eq!(
        (refused.status, refused.text()),
        (
            507,
            "There is no place for that film on this server: 1.0 of 1.0 GiB are taken. Ask who runs it for more."
                .into()
        )
    );

    let server = Server::with_flags(&["--disk-reserve-mib", "16777216"]);
    let refused = Viewer::new(&server).upload("a.mp4", &tiny_film(1_000));
    assert_eq!(refused.status, 507, "{}", refused.text());
    assert_eq!(std::fs::read_dir(server.data().join("films")).unwrap().count(), 0);
}

#[test]
fn an_upload_in_a_form_does_not_keep_the_server_from_stopping() {
    let mut server = Server::start();
    let viewer = Viewer::new(&server);
    let (mut page, _) = {
        let _connection = viewer.connect();
        Person::new(server.port).enter("lobby", "Cleo", "c")
    };
    let form = begun(&viewer, 900_000, 10_000);
    while page.receive_type("uploads")["uploads"] == json!([]) {}
    assert!(server.terminate().success());
    assert_eq!(http::read_answer(form, "POST").status, 503);
    assert_eq!(std::fs::read_dir(server.data().join("films")).unwrap().count(), 0);
}

#[test]
fn a_form_may_come_in_chunks_of_unknown_number() {
    let server = Server::with_flags(&["--upload-mib-max", "1"]);
    let ana = Viewer::new(&server);
    for (size, status) in [(300_000, 200), ((1 << 20) + 1, 413)] {
        let film = tiny_film(size);
        let (kind, form) = form("file", Some("a.mp4"), &film);
        let mut stream = http::connect(server.port);
        let head = format!(
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: {}\r\nContent-Type: {kind}\r\n\
             Transfer-Encoding: chunked\r\n\r\n",
            ana.cookie
        );
        stream.write_all(head.as_bytes()).unwrap();
        for chunk in form.chunks(50_001) {
            let chunk = [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat();
            stream.write_all(&chunk).unwrap();
        }
        stream.write_all(b"0\r\n\r\n").unwrap();
        let answer = http::read_answer(stream, "POST");
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    let name = ana.ask("/file");
    assert_eq!(ana.get(&format!("/.videos/{name}")).body, tiny_film(300_000));
}

#[test]
fn names_of_videos_lead_nowhere_else() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    ana.upload("a.mp4", &tiny_film(1_000));
    for path in [
        "/.videos/../../etc/passwd",
        "/.videos/..%2f..%2fetc%2fpasswd",
        "/.videos/%2e%2e/%2e%2e/etc/passwd",
        "/.videos/..",
        "/.videos/",
        "/.videos",
        "/.videos/matinee.db",
        "/.videos/..%2fmatinee.db",
        "/.videos//etc/passwd",
        "/.videos/%00",
        "/.videos/%ff",
        "/.videos/1.mp4%00.mp4",
        "/.videos/01.mp4",
        "/.videos/999.mp4",
    ] {
        let answer = ana.get(path);
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
        assert!(
            !answer.text().contains("root:") && !answer.text().contains("SQLite"),
            "{path}"
        );
    }
}
