//! Films through the server: uploads, the library, ranges, addresses that must lead nowhere.

use crate::http::{self, get, request};
use crate::server::Server;
use crate::socket::{Person, file_name};
use serde_json::json;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;

/// Bytes that begin as an MP4 does.
pub(crate) fn tiny_film(size: usize) -> Vec<u8> {
    let mut film = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41".to_vec();
    film.extend((film.len()..size).map(|index| (index % 251) as u8));
    film
}

/// Begins an upload whose body is sent by hand.
fn begin_upload(person: &Person, code: &str, name: &str, size: usize) -> TcpStream {
    let mut stream = http::connect(person.port);
    let head = format!(
        "POST /api/rooms/{code}/uploads?tab=a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\
         Cookie: {}\r\nTus-Resumable: 1.0.0\r\nUpload-Length: {size}\r\nUpload-Metadata: {}\r\n\
         Content-Type: application/offset+octet-stream\r\nContent-Length: {size}\r\n\r\n",
        person.cookie,
        file_name(name)
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

fn code_of(answer: &http::Answer) -> String {
    answer.json()["error"]["code"].as_str().unwrap().to_owned()
}

#[test]
fn an_upload_is_seen_by_all_and_put_on() {
    let server = Server::start();
    let (ana, code, mut connection) = Person::with_room(server.port, "{}");
    let film = tiny_film(100_000);
    let mut upload = begin_upload(&ana, &code, "../../Night Train.2/../x.mp4", film.len());
    upload.write_all(&film[..50_000]).unwrap();
    let begun = connection.receive_type("uploads");
    upload.write_all(&film[50_000..]).unwrap();
    let answer = http::read_answer(upload, "POST");
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(begun["uploads"][0]["total_bytes"], 100_000);
    assert_eq!(begun["uploads"][0]["member"], 1);
    while connection.receive_type("uploads")["uploads"] != json!([]) {}
    let playback = connection.receive_type("playback");
    let url = playback["playback"]["film"]["url"].as_str().unwrap().to_owned();
    assert_eq!(get(server.port, &url, &[]).body, film);
    let list = get(
        server.port,
        &format!("/api/rooms/{code}/films?tab=a"),
        &[("Cookie", &ana.cookie)],
    );
    assert_eq!(list.json()["films"][0]["id"], playback["playback"]["film"]["id"]);
    let outside: Vec<_> = std::fs::read_dir(server.folder.path())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(outside, ["data"], "nothing was written outside");
}

#[test]
fn what_is_no_film_is_refused_and_leaves_nothing() {
    let server = Server::with_flags(&["--upload-mib-max", "1"]);
    let (ana, code, mut connection) = Person::with_room(server.port, "{}");
    let html = "<html>".repeat(100_000 / 6);
    for (body, status, problem) in [
        (html.as_bytes(), 415, "not_a_video"),
        (&[], 422, "upload_empty"),
        (&tiny_film((1 << 20) + 1)[..], 413, "upload_too_large"),
    ] {
        let answer = ana.upload(&code, "a", "film.mp4", body);
        assert_eq!(
            (answer.status, code_of(&answer).as_str()),
            (status, problem),
            "{}",
            answer.text()
        );
    }
    // The one that was begun has ended for all, and the room is well.
    while connection.receive_type("uploads")["uploads"] != json!([]) {}
    assert_eq!(std::fs::read_dir(server.data().join("films")).unwrap().count(), 0);
    let answer = ana.upload(&code, "a", "film.mp4", &tiny_film(1_000));
    assert_eq!(answer.status, 201);
}

#[test]
fn only_hosts_upload_and_list() {
    let server = Server::start();
    let (_, code, _ana) = Person::with_room(server.port, "{}");
    let ben = Person::new(server.port);
    let answer = ben.upload(&code, "b", "film.mp4", &tiny_film(1_000));
    assert_eq!((answer.status, code_of(&answer).as_str()), (403, "not_member"));
    let (_ben, _) = ben.enter(&code, "Ben", "b");
    let answer = ben.upload(&code, "b", "film.mp4", &tiny_film(1_000));
    assert_eq!((answer.status, code_of(&answer).as_str()), (403, "not_host"));
    for (method, path) in [("GET", "films"), ("POST", "films/scan")] {
        let path = format!("/api/rooms/{code}/{path}?tab=b");
        let answer = request(server.port, method, &path, &[("Cookie", &ben.cookie)], &[]);
        assert_eq!(
            (answer.status, code_of(&answer).as_str()),
            (403, "not_host"),
            "{path}"
        );
    }
}

#[test]
fn two_uploads_at_once_both_arrive() {
    let server = Server::start();
    let (ana, code, _connection) = Person::with_room(server.port, "{}");
    let uploads: Vec<_> = [3_000_000, 4_000_000]
        .into_iter()
        .map(|size| {
            let (ana, code) = (ana.clone(), code.clone());
            std::thread::spawn(move || ana.upload(&code, "a", "film.mp4", &tiny_film(size)).status)
        })
        .collect();
    assert!(uploads.into_iter().all(|upload| upload.join().unwrap() == 201));
    let list = get(
        server.port,
        &format!("/api/rooms/{code}/films?tab=a"),
        &[("Cookie", &ana.cookie)],
    );
    assert_eq!(list.json()["films"].as_array().unwrap().len(), 2);
}

#[test]
fn the_library_is_for_every_room_and_nothing_outside_it_is() {
    let library = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret.mp4");
    std::fs::write(&secret, tiny_film(10)).unwrap();
    std::fs::create_dir(library.path().join("Comedies")).unwrap();
    std::fs::write(library.path().join("Comedies/The.General.mp4"), tiny_film(5_000)).unwrap();
    std::os::unix::fs::symlink(&secret, library.path().join("link.mp4")).unwrap();
    let server = Server::with_flags(&["--library", library.path().to_str().unwrap()]);
    let (ana, code, mut connection) = Person::with_room(server.port, "{}");
    let films = |scan: bool| {
        let (method, path) = if scan { ("POST", "/scan") } else { ("GET", "") };
        let path = format!("/api/rooms/{code}/films{path}?tab=a");
        request(server.port, method, &path, &[("Cookie", &ana.cookie)], &[]).json()
    };
    let list = films(false);
    assert_eq!(list["has_library"], true);
    assert_eq!(list["films"].as_array().unwrap().len(), 1, "{list}");
    assert_eq!(list["films"][0]["title"], "The General");
    assert_eq!(list["films"][0]["folder"], "Comedies");

    connection.send(&json!({"type": "pick", "id": 1, "film": list["films"][0]["id"]}));
    let playback = connection.receive_type("playback");
    let url = playback["playback"]["film"]["url"].as_str().unwrap().to_owned();
    assert_eq!(get(server.port, &url, &[]).body, tiny_film(5_000));

    // Other bytes have another address, and the old one serves none.
    std::fs::write(library.path().join("Comedies/The.General.mp4"), tiny_film(6_000)).unwrap();
    assert_eq!(get(server.port, &url, &[]).status, 410);
    let changed = films(true);
    assert_ne!(changed["films"][0]["id"], list["films"][0]["id"]);
    assert_eq!(get(server.port, &url, &[]).status, 404);
    std::fs::remove_file(library.path().join("Comedies/The.General.mp4")).unwrap();
    connection.send(&json!({"type": "pick", "id": 2, "film": changed["films"][0]["id"]}));
    let playback = connection.receive_type("playback");
    let url = playback["playback"]["film"]["url"].as_str().unwrap().to_owned();
    let gone = get(server.port, &url, &[]);
    assert_eq!(gone.status, 404);
    assert!(
        gone.text().ends_with('.') || gone.text().ends_with(".\n"),
        "a sentence: {}",
        gone.text()
    );
}

#[test]
fn paths_lead_nowhere_but_to_films() {
    let server = Server::start();
    let database = server.data().join("matinee.db");
    assert!(Path::new(&database).exists());
    for path in [
        "/media/../matinee.db",
        "/media/..%2fmatinee.db/x",
        "/media/%2e%2e/matinee.db",
        "/media/%2e%2e%2fmatinee.db/x.mp4",
        "/media/0123456789abcdef0123456789abcdef/..%2f..%2fmatinee.db",
        "/../data/matinee.db",
        "/%2e%2e/data/matinee.db",
        "/assets/../../Cargo.toml",
        "/assets/%2e%2e/%2e%2e/Cargo.toml",
        "/..%5c..%5cCargo.toml",
    ] {
        let answer = get(server.port, path, &[]);
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            !answer.text().contains("SQLite") && !answer.text().contains("[package]"),
            "{path}"
        );
    }
}

#[test]
fn ranges_come_through() {
    let server = Server::start();
    let (ana, code, mut connection) = Person::with_room(server.port, "{}");
    let film = tiny_film(1_000);
    ana.upload(&code, "a", "film.mp4", &film);
    let url = connection.receive_type("playback")["playback"]["film"]["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let whole = get(server.port, &url, &[]);
    assert_eq!(
        (whole.status, whole.header("accept-ranges")),
        (200, Some("bytes"))
    );
    assert_eq!(whole.header("content-type"), Some("video/mp4"));
    let etag = whole.header("etag").unwrap().to_owned();
    assert!(etag.starts_with('"'), "strong");
    let part = |range: &str| get(server.port, &url, &[("Range", range)]);
    let middle = part("bytes=100-199");
    assert_eq!(
        (middle.status, middle.header("content-range")),
        (206, Some("bytes 100-199/1000"))
    );
    assert_eq!(middle.body, film[100..200]);
    assert_eq!(part("bytes=-10").body, film[990..]);
    assert_eq!(part("bytes=990-").body, film[990..]);
    let beyond = part("bytes=1000-");
    assert_eq!(
        (beyond.status, beyond.header("content-range")),
        (416, Some("bytes */1000"))
    );
    let stale = get(
        server.port,
        &url,
        &[("Range", "bytes=0-9"), ("If-Range", "\"other\"")],
    );
    assert_eq!((stale.status, stale.body.len()), (200, 1_000));
    assert_eq!(
        get(server.port, &url, &[("Range", "bytes=0-9"), ("If-Range", &etag)]).status,
        206
    );
    assert_eq!(get(server.port, &url, &[("If-None-Match", &etag)]).status, 304);
    let head = request(server.port, "HEAD", &url, &[], &[]);
    assert_eq!((head.status, head.header("content-length")), (200, Some("1000")));
}

#[test]
fn the_far_end_of_a_four_gigabyte_film_is_at_hand() {
    let library = tempfile::tempdir().unwrap();
    let file = std::fs::File::create(library.path().join("long.mp4")).unwrap();
    file.set_len(4 << 30).unwrap();
    let server = Server::with_flags(&["--library", library.path().to_str().unwrap()]);
    let (ana, code, mut connection) = Person::with_room(server.port, "{}");
    let list = get(
        server.port,
        &format!("/api/rooms/{code}/films?tab=a"),
        &[("Cookie", &ana.cookie)],
    )
    .json();
    connection.send(&json!({"type": "pick", "id": 1, "film": list["films"][0]["id"]}));
    let url = connection.receive_type("playback")["playback"]["film"]["url"]
        .as_str()
        .unwrap()
        .to_owned();
    let end = get(server.port, &url, &[("Range", "bytes=4294967286-")]);
    assert_eq!(
        end.header("content-range"),
        Some("bytes 4294967286-4294967295/4294967296")
    );
    assert_eq!(end.body, [0; 10]);
}
