//! Uploads by the tus protocol: what goes on after which misfortune, who may, and what is refused.

use crate::films::tiny_film;
use crate::http::{self, Answer, get};
use crate::server::Server;
use crate::socket::{Connection, Person, file_name};
use serde_json::{Value, json};
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

const BYTES: (&str, &str) = ("Content-Type", "application/offset+octet-stream");
const TUS: (&str, &str) = ("Tus-Resumable", "1.0.0");

type Headers<'a> = &'a [(&'a str, &'a str)];

/// A room with its host in it.
struct Party {
    server: Server,
    ana: Person,
    code: String,
    connection: Connection,
}

impl Party {
    fn new(flags: &[&str]) -> Self {
        let server = Server::with_flags(flags);
        let ana = Person::new(server.port);
        let code = ana.make_room("{}");
        let (connection, _) = ana.enter(&code, "Ana", "a");
        Self {
            server,
            ana,
            code,
            connection,
        }
    }

    /// Ana asks for something, with her cookie and the protocol's version.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        as_person(&self.ana, method, path, headers, body)
    }

    fn announce(&self, headers: &[(&str, &str)]) -> Answer {
        let path = format!("/api/rooms/{}/uploads?tab=a", self.code);
        self.ask("POST", &path, headers, &[])
    }

    /// Begins an upload and gives its address.
    fn begin(&self, total: usize) -> String {
        let (length, name) = (total.to_string(), file_name("The General.mp4"));
        let begun = self.announce(&[("Upload-Length", &length), ("Upload-Metadata", &name)]);
        assert_eq!(begun.status, 201, "{}", begun.text());
        begun.header("location").unwrap().to_owned()
    }

    fn patch(&self, url: &str, offset: usize, body: &[u8]) -> Answer {
        let offset = offset.to_string();
        self.ask("PATCH", url, &[BYTES, ("Upload-Offset", &offset)], body)
    }

    fn head(&self, url: &str) -> Answer {
        self.ask("HEAD", url, &[], &[])
    }

    /// Begins to send from `offset` and leaves the rest of the body to the test.
    fn open(&self, url: &str, offset: usize, length: usize) -> TcpStream {
        let mut stream = http::connect(self.ana.port);
        let head = format!(
            "PATCH {url} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: {}\r\nTus-Resumable: 1.0.0\r\n\
             Upload-Offset: {offset}\r\nContent-Type: application/offset+octet-stream\r\n\
             Content-Length: {length}\r\n\r\n",
            self.ana.cookie
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream
    }

    /// The uploads as the room lists them, once `wanted` is true of them.
    fn hears(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        hears(&mut self.connection, wanted)
    }

    /// Kills the server and starts it again; Ana comes back and hears the uploads that there are.
    fn crash(&mut self) -> Value {
        self.server.crash_and_restart();
        let (connection, welcome) = self.ana.enter(&self.code, "Ana", "a");
        self.connection = connection;
        welcome["uploads"].clone()
    }

    /// The film that is on, as it is served.
    fn film(&mut self) -> Vec<u8> {
        let playback = self.connection.receive_type("playback");
        let url = playback["playback"]["film"]["url"].as_str().unwrap();
        get(self.server.port, url, &[]).body
    }

    fn files(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.server.data().join("films")).unwrap();
        files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

fn hears(connection: &mut Connection, wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        let message = connection.receive_type("uploads");
        if wanted(&message["uploads"]) {
            return message["uploads"].clone();
        }
    }
}

fn as_person(person: &Person, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let headers = [headers, &[("Cookie", &*person.cookie), TUS]].concat();
    http::request(person.port, method, path, &headers, body)
}

fn code_of(answer: &Answer) -> (u16, String) {
    let code = answer.json()["error"]["code"].as_str().unwrap().to_owned();
    (answer.status, code)
}

fn offset_of(answer: &Answer) -> usize {
    answer.header("upload-offset").unwrap().parse().unwrap()
}

#[test]
fn an_upload_in_pieces_is_the_film_and_everybody_sees_it_come() {
    let mut party = Party::new(&[]);
    let ben = Person::new(party.server.port);
    let (mut ben, _) = ben.enter(&party.code, "Ben", "b");
    let film = tiny_film(3_000_000);
    let url = party.begin(film.len());
    let begun = hears(&mut ben, |_| true);
    assert_eq!(
        begun,
        json!([{"id": 1, "member": 1, "title": "The General", "received_bytes": 0, "total_bytes": 3_000_000,
                "paused": true, "url": url}])
    );
    let looked = party.head(&url);
    assert_eq!((looked.status, offset_of(&looked)), (200, 0));
    assert_eq!(looked.header("upload-length"), Some("3000000"));
    assert_eq!(
        looked.header("upload-metadata"),
        Some(file_name("The General.mp4").as_str())
    );
    assert_eq!(looked.header("cache-control"), Some("no-store"));
    assert_eq!(looked.header("tus-resumable"), Some("1.0.0"));
    assert!(looked.header("upload-expires").unwrap().ends_with(" GMT"));

    let first = party.patch(&url, 0, &film[..1_234_567]);
    assert_eq!((first.status, offset_of(&first)), (204, 1_234_567));
    let paused = hears(&mut ben, |uploads| uploads[0]["received_bytes"] == 1_234_567);
    assert_eq!(paused[0]["paused"], true);
    assert_eq!(offset_of(&party.head(&url)), 1_234_567);
    let last = party.patch(&url, 1_234_567, &film[1_234_567..]);
    assert_eq!((last.status, offset_of(&last)), (204, 3_000_000));
    hears(&mut ben, |uploads| *uploads == json!([]));
    assert_eq!(party.film(), film);

    // A client whose last answer was lost learns that it is done, and which film it is.
    let looked = party.head(&url);
    assert_eq!((looked.status, offset_of(&looked)), (200, 3_000_000));
    let list = format!("/api/rooms/{}/films?tab=a", party.code);
    let list = party.ask("GET", &list, &[], &[]).json();
    assert_eq!(list["films"][0]["id"], looked.header("matinee-film").unwrap());
    assert_eq!(last.header("matinee-film"), looked.header("matinee-film"));
    let id = list["films"][0]["id"].as_str().unwrap();
    assert!(!url.contains(id), "who sees an upload may not fetch its film yet");
}

#[test]
fn it_goes_on_after_a_kill_where_it_was() {
    let mut party = Party::new(&[]);
    let film = tiny_film(40_000_000);
    let url = party.begin(film.len());
    let first = party.patch(&url, 0, &film[..5_000_000]);
    assert_eq!((first.status, offset_of(&first)), (204, 5_000_000));
    // Killed between two requests: what was acknowledged is there.
    let kept = party.crash();
    assert_eq!(
        (&kept[0]["received_bytes"], &kept[0]["paused"]),
        (&json!(5_000_000), &json!(true))
    );
    assert_eq!((&kept[0]["member"], &kept[0]["url"]), (&json!(1), &json!(url)));
    assert_eq!(offset_of(&party.head(&url)), 5_000_000);

    // Killed in the middle of one: what is on the disk is told, and it is the film's beginning.
    let mut stream = party.open(&url, 5_000_000, film.len() - 5_000_000);
    stream.write_all(&film[5_000_000..30_000_000]).unwrap();
    party.hears(|uploads| uploads[0]["received_bytes"].as_u64() > Some(20_000_000));
    let kept = party.crash();
    let at = offset_of(&party.head(&url));
    assert!(
        (20_000_000..=30_000_000).contains(&at),
        "{at}: nothing that lasts is sent twice"
    );
    assert_eq!(kept[0]["received_bytes"], at);
    let file = format!("{}.partial", url.strip_prefix("/api/uploads/").unwrap());
    let on_disk = std::fs::read(party.server.data().join("films").join(file)).unwrap();
    assert!(on_disk == film[..at]);

    assert_eq!(party.patch(&url, at, &film[at..]).status, 204);
    assert!(party.film() == film);
}

#[test]
fn a_polite_stop_pauses_it_and_does_not_wait() {
    let mut party = Party::new(&[]);
    let film = tiny_film(9_000_000);
    let url = party.begin(film.len());
    let mut stream = party.open(&url, 0, film.len());
    stream.write_all(&film[..3_000_000]).unwrap();
    party.hears(|uploads| uploads[0]["paused"] == false);
    let asked = Instant::now();
    assert!(party.server.terminate().success());
    assert!(asked.elapsed() < Duration::from_secs(6), "{:?}", asked.elapsed());
    assert_eq!(code_of(&http::read_answer(stream, "PATCH")).1, "restarting");
    party.server.start_again();
    let at = offset_of(&party.head(&url));
    assert!(at <= 3_000_000);
    assert_eq!(party.patch(&url, at, &film[at..]).status, 204);
}

#[test]
fn a_lost_connection_pauses_it_at_what_came() {
    let mut party = Party::new(&[]);
    let film = tiny_film(9_000_000);
    let url = party.begin(film.len());
    let mut stream = party.open(&url, 0, film.len());
    stream.write_all(&film[..2_500_000]).unwrap();
    party.hears(|uploads| uploads[0]["paused"] == false);
    drop(stream);
    let paused = party.hears(|uploads| uploads[0]["paused"] == true);
    assert_eq!(paused[0]["received_bytes"], 2_500_000);
    assert_eq!(offset_of(&party.head(&url)), 2_500_000);
    assert_eq!(party.patch(&url, 2_500_000, &film[2_500_000..]).status, 204);
    assert!(party.film() == film);
}

#[test]
fn who_changed_the_network_goes_on_though_the_old_connection_looks_alive() {
    let mut party = Party::new(&[]);
    let film = tiny_film(9_000_000);
    let url = party.begin(film.len());
    let mut lost = party.open(&url, 0, film.len());
    lost.write_all(&film[..2_500_000]).unwrap();
    party.hears(|uploads| uploads[0]["paused"] == false);
    // Nothing comes from there any more, and nobody has closed it.
    let at = offset_of(&party.head(&url));
    assert_eq!(at, 2_500_000);
    assert_eq!(party.patch(&url, at, &film[at..]).status, 204);
    assert!(party.film() == film);
    // Another look at it did not begin it anew.
    assert_eq!(party.files().len(), 1);
    drop(lost);
}

#[test]
fn of_two_who_send_at_once_one_waits_its_turn() {
    let mut party = Party::new(&[]);
    let film = tiny_film(60_000_000);
    let url = party.begin(film.len());
    let mut stream = party.open(&url, 0, film.len());
    stream.write_all(&film[..1_000_000]).unwrap();
    party.hears(|uploads| uploads[0]["paused"] == false);
    let second = {
        let (ana, url, film) = (party.ana.clone(), url.clone(), film.clone());
        let headers = [BYTES, ("Upload-Offset", "0")];
        std::thread::spawn(move || as_person(&ana, "PATCH", &url, &headers, &film[..10]))
    };
    // A steady sender is not interrupted.
    for piece in film[1_000_000..].chunks(100_000) {
        stream.write_all(piece).unwrap();
        if !second.is_finished() {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    assert_eq!(http::read_answer(stream, "PATCH").status, 204);
    let refused = second.join().unwrap();
    assert!(
        [(423, "upload_busy"), (409, "wrong_offset")].contains(&(refused.status, &*code_of(&refused).1)),
        "{}",
        refused.text()
    );
    assert!(party.film() == film);
}

#[test]
fn the_sender_and_hosts_remove_it() {
    let mut party = Party::new(&[]);
    let film = tiny_film(9_000_000);
    // Paused.
    let url = party.begin(film.len());
    assert_eq!(party.patch(&url, 0, &film[..100_000]).status, 204);
    let removed = party.ask("DELETE", &url, &[], &[]);
    assert_eq!(
        (removed.status, removed.header("tus-resumable")),
        (204, Some("1.0.0"))
    );
    party.hears(|uploads| *uploads == json!([]));
    for method in ["HEAD", "PATCH", "DELETE"] {
        let answer = party.ask(method, &url, &[BYTES, ("Upload-Offset", "0")], &[]);
        assert_eq!(answer.status, 404, "{method}");
    }
    // While it is sent, by another host.
    let ben = Person::new(party.server.port);
    let (_ben, welcome) = ben.enter(&party.code, "Ben", "b");
    party
        .connection
        .send(&json!({"type": "host", "id": 1, "member": welcome["you"], "host": true}));
    party.connection.receive_type("done");
    let url = party.begin(film.len());
    let mut stream = party.open(&url, 0, film.len());
    stream.write_all(&film[..100_000]).unwrap();
    party.hears(|uploads| uploads[0]["paused"] == false);
    assert_eq!(as_person(&ben, "DELETE", &url, &[], &[]).status, 204);
    party.hears(|uploads| *uploads == json!([]));
    stream.write_all(&film[100_000..]).unwrap();
    assert_eq!(
        code_of(&http::read_answer(stream, "PATCH")),
        (410, "upload_removed".into())
    );
    assert!(party.files().is_empty());
    party.server.crash_and_restart();
    assert!(party.files().is_empty());
}

#[test]
fn only_who_sends_and_hosts_of_that_room_may_touch_it() {
    let party = Party::new(&[]);
    let url = party.begin(1_000);
    let (ben, cleo) = (Person::new(party.server.port), Person::new(party.server.port));
    let (_ben, _) = ben.enter(&party.code, "Ben", "b");
    let elsewhere = cleo.make_room("{}");
    let (_cleo, _) = cleo.enter(&elsewhere, "Cleo", "c");
    let begin = format!("/api/rooms/{}/uploads?tab=", party.code);
    let length = ("Upload-Length", "1000");
    for (path, code) in [
        (format!("{begin}b"), "not_host"),
        (format!("{begin}a"), "not_member"),
    ] {
        let refused = as_person(&ben, "POST", &path, &[length], &[]);
        assert_eq!(code_of(&refused), (403, code.into()));
        assert_eq!(refused.header("tus-resumable"), Some("1.0.0"));
    }
    for method in ["PATCH", "DELETE", "HEAD"] {
        let headers = [BYTES, ("Upload-Offset", "0")];
        let guest = as_person(&ben, method, &url, &headers, &[]);
        let stranger = as_person(&cleo, method, &url, &headers, &[]);
        assert_eq!((guest.status, stranger.status), (403, 404), "{method}");
        if method != "HEAD" {
            assert_eq!(code_of(&guest).1, "not_sender");
            assert_eq!(code_of(&stranger).1, "no_such_upload");
        }
        let unknown = party.ask(method, &format!("/api/uploads/{}", "0".repeat(32)), &headers, &[]);
        let absurd = party.ask(method, "/api/uploads/..%2f..%2fmatinee.db", &headers, &[]);
        assert_eq!((unknown.status, absurd.status), (404, 404), "{method}");
    }
    let foreign = party.ask(
        "PATCH",
        &url,
        &[BYTES, ("Upload-Offset", "0"), ("Origin", "https://evil.example")],
        &[],
    );
    assert_eq!(code_of(&foreign), (403, "other_origin".into()));
    // Who sends it may go on, host or not, here or not.
    drop(party.connection);
    let film = tiny_film(1_000);
    assert_eq!(
        as_person(&party.ana, "PATCH", &url, &[BYTES, ("Upload-Offset", "0")], &film).status,
        204
    );
}

#[test]
fn what_does_not_follow_the_protocol_is_refused_and_changes_nothing() {
    let party = Party::new(&["--upload-mib-max", "1"]);
    let path = format!("/api/rooms/{}/uploads?tab=a", party.code);
    let length = ("Upload-Length", "1000");
    let table: [(Headers<'_>, u16, &str); 12] = [
        (&[], 400, "bad_upload"),
        (&[("Upload-Length", "-1")], 400, "bad_upload"),
        (&[("Upload-Length", "+1")], 400, "bad_upload"),
        (&[("Upload-Length", "many")], 400, "bad_upload"),
        (&[length, length], 400, "bad_upload"),
        (&[("Upload-Defer-Length", "1")], 400, "bad_upload"),
        (&[length, ("Upload-Concat", "partial")], 400, "bad_upload"),
        (&[("Upload-Length", "0")], 422, "upload_empty"),
        (&[("Upload-Length", "1048577")], 413, "upload_too_large"),
        (&[length, ("Upload-Metadata", "filename %%%")], 400, "bad_upload"),
        (
            &[length, ("Upload-Metadata", "filename YQ==,filename YQ==")],
            400,
            "bad_upload",
        ),
        (&[length, ("Upload-Metadata", "filename /w==")], 400, "bad_upload"),
    ];
    for (headers, status, code) in table {
        let refused = party.ask("POST", &path, headers, &[]);
        assert_eq!(code_of(&refused), (status, code.into()), "{headers:?}");
    }
    let url = party.begin(1_000);
    let cookie = ("Cookie", &*party.ana.cookie);
    for (method, path) in [("POST", &path), ("PATCH", &url), ("HEAD", &url), ("DELETE", &url)] {
        for version in [&[][..], &[("Tus-Resumable", "0.2.2")]] {
            let headers = [version, &[cookie, length, BYTES, ("Upload-Offset", "0")]].concat();
            let refused = http::request(party.ana.port, method, path, &headers, &[]);
            assert_eq!(refused.status, 412, "{method} {version:?}");
            assert_eq!(refused.header("tus-version"), Some("1.0.0"));
        }
    }
    let film = tiny_film(1_000);
    assert_eq!(offset_of(&party.patch(&url, 0, &film[..600])), 600);
    let at = ("Upload-Offset", "600");
    let table: [(Headers<'_>, &[u8], u16, &str); 9] = [
        (&[BYTES], &film[600..], 400, "bad_upload"),
        (
            &[BYTES, ("Upload-Offset", "-600")],
            &film[600..],
            400,
            "bad_upload",
        ),
        (&[BYTES, at, at], &film[600..], 400, "bad_upload"),
        (
            &[BYTES, ("Upload-Offset", "599")],
            &film[599..],
            409,
            "wrong_offset",
        ),
        (
            &[BYTES, ("Upload-Offset", "601")],
            &film[601..],
            409,
            "wrong_offset",
        ),
        (&[BYTES, ("Upload-Offset", "1000")], &[], 409, "wrong_offset"),
        (
            &[BYTES, ("Upload-Offset", "18446744073709551615")],
            &[],
            409,
            "wrong_offset",
        ),
        (&[BYTES, at], &film[599..], 413, "upload_length"),
        (
            &[at, ("Content-Type", "video/mp4")],
            &film[600..],
            415,
            "wrong_content_type",
        ),
    ];
    for (headers, body, status, code) in table {
        let refused = party.ask("PATCH", &url, headers, body);
        assert_eq!(code_of(&refused), (status, code.into()), "{headers:?}");
        assert_eq!(offset_of(&party.head(&url)), 600, "{headers:?}");
    }
    // A body that does not say how long it is, and goes on after the end.
    let mut stream = http::connect(party.ana.port);
    let head = format!(
        "PATCH {url} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: {}\r\nTus-Resumable: 1.0.0\r\n\
         Upload-Offset: 600\r\nContent-Type: application/offset+octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
        party.ana.cookie
    );
    stream.write_all(head.as_bytes()).unwrap();
    for piece in [&film[600..900], &film[899..]] {
        stream
            .write_all(format!("{:x}\r\n", piece.len()).as_bytes())
            .unwrap();
        stream.write_all(piece).unwrap();
        stream.write_all(b"\r\n").unwrap();
        stream.flush().unwrap();
        std::thread::sleep(Duration::from_millis(100));
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    assert_eq!(
        code_of(&http::read_answer(stream, "PATCH")),
        (413, "upload_length".into())
    );
    assert_eq!(offset_of(&party.head(&url)), 900, "what fitted");
    // An empty request at the right place changes nothing and is no mistake.
    assert_eq!(offset_of(&party.patch(&url, 900, &[])), 900);
    assert_eq!(party.patch(&url, 900, &film[900..]).status, 204);
    for (method, path) in [("GET", &url), ("PUT", &url), ("GET", &path)] {
        assert_eq!(party.ask(method, path, &[], &[]).status, 405, "{method} {path}");
    }
}

#[test]
fn what_is_spoken_here_is_told_to_whoever_asks() {
    let party = Party::new(&["--upload-mib-max", "7"]);
    for path in [
        format!("/api/rooms/{}/uploads", party.code),
        format!("/api/uploads/{}", "0".repeat(32)),
    ] {
        let told = http::request(party.ana.port, "OPTIONS", &path, &[], &[]);
        assert_eq!(told.status, 204);
        assert_eq!(told.header("tus-version"), Some("1.0.0"));
        assert_eq!(told.header("tus-max-size"), Some("7340032"));
        let extensions = told.header("tus-extension").unwrap();
        assert_eq!(extensions, "creation,creation-with-upload,termination,expiration");
    }
    // For those who can only send POST.
    let url = party.begin(1_000);
    let film = tiny_film(1_000);
    let patch = [("X-HTTP-Method-Override", "PATCH"), BYTES, ("Upload-Offset", "0")];
    let sent = party.ask("POST", &url, &patch, &film[..10]);
    assert_eq!((sent.status, offset_of(&sent)), (204, 10));
    let removed = party.ask("POST", &url, &[("X-HTTP-Method-Override", "DELETE")], &[]);
    assert_eq!(removed.status, 204);
    assert_eq!(party.head(&url).status, 404);
}

#[test]
fn what_is_no_film_is_refused_with_its_first_bytes_and_removed() {
    let mut party = Party::new(&[]);
    let words = b"Dear diary, ".repeat(1_000);
    let url = party.begin(1 << 30);
    assert_eq!(
        party.patch(&url, 0, &words[..100]).status,
        204,
        "too little to tell"
    );
    let mut stream = party.open(&url, 100, (1 << 30) - 100);
    stream.write_all(&words[100..6_000]).unwrap();
    // While nearly all of it is still to come.
    party.hears(|uploads| *uploads == json!([]));
    assert!(party.files().is_empty());
    drop(stream);
    // One that is over before there is enough to tell.
    let url = party.begin(50);
    assert_eq!(party.patch(&url, 0, &words[..20]).status, 204);
    assert_eq!(
        code_of(&party.patch(&url, 20, &words[20..50])),
        (415, "not_a_video".into())
    );
    assert_eq!(party.head(&url).status, 404);
    assert!(party.files().is_empty());
}

#[test]
fn there_is_place_for_so_much_and_no_more() {
    let party = Party::new(&["--room-uploads-gib-max", "2", "--uploads-gib-max", "3"]);
    let gib = |bytes: u64| (bytes << 30).to_string();
    let announce = |length: &str| party.announce(&[("Upload-Length", length)]);
    let first = announce(&gib(1));
    assert_eq!(first.status, 201, "{}", first.text());
    let too_much = ((1 << 30) + 1).to_string();
    assert_eq!(code_of(&announce(&too_much)), (507, "room_storage_full".into()));
    let sentence = announce(&too_much).json()["error"]["message"].clone();
    assert_eq!(
        sentence,
        "There is no place for that film in this room: 1.0 of 2.0 GiB are taken. Ask who runs this server for more."
    );
    assert_eq!(announce(&gib(1)).status, 201);
    // What has come counts as well as what is on its way.
    assert_eq!(code_of(&announce("1")), (507, "room_storage_full".into()));
    let other = party.ana.make_room("{}");
    let (_other, _) = party.ana.enter(&other, "Ana", "a");
    let path = format!("/api/rooms/{other}/uploads?tab=a");
    let elsewhere = |length: &str| party.ask("POST", &path, &[("Upload-Length", length)], &[]);
    assert_eq!(
        code_of(&elsewhere(&too_much)),
        (507, "server_storage_full".into())
    );
    let url = first.header("location").unwrap();
    assert_eq!(party.ask("DELETE", url, &[], &[]).status, 204);
    assert_eq!(elsewhere(&too_much).status, 201);

    let reserved = Party::new(&["--disk-reserve-mib", "16777216"]);
    let refused = reserved.announce(&[("Upload-Length", "1")]);
    assert_eq!(code_of(&refused), (507, "disk_full".into()));
    assert!(reserved.files().is_empty());
}

#[test]
fn so_many_wait_and_so_many_are_sent() {
    let mut party = Party::new(&[]);
    let urls: Vec<_> = (0..32).map(|_| party.begin(1_000_000)).collect();
    let refused = party.announce(&[("Upload-Length", "1")]);
    assert_eq!(code_of(&refused), (503, "too_many_kept_uploads".into()));
    let film = tiny_film(1_000_000);
    let mut sending: Vec<_> = urls[..8]
        .iter()
        .map(|url| party.open(url, 0, film.len()))
        .collect();
    for stream in &mut sending {
        stream.write_all(&film[..10_000]).unwrap();
    }
    party.hears(|uploads| {
        let moving = uploads
            .as_array()
            .unwrap()
            .iter()
            .filter(|upload| upload["paused"] == false);
        moving.count() == 8
    });
    let busy = party.patch(&urls[8], 0, &film[..10]);
    assert_eq!(code_of(&busy), (503, "too_many_uploads".into()));
    sending.pop();
    party.hears(|uploads| {
        let moving = uploads
            .as_array()
            .unwrap()
            .iter()
            .filter(|upload| upload["paused"] == false);
        moving.count() == 7
    });
    assert_eq!(party.patch(&urls[8], 0, &film[..10]).status, 204);
}

#[test]
fn a_full_disk_pauses_it_and_harms_nothing() {
    let mut party = Party::new(&[]);
    let film = tiny_film(5_000_000);
    let url = party.begin(film.len());
    // Nothing of the server's may grow past so much from now on: as full as a disk can be.
    party.server.limit_files("1048576");
    assert_eq!(code_of(&party.patch(&url, 0, &film)), (507, "disk_full".into()));
    let at = offset_of(&party.head(&url));
    assert!(at <= 1_048_576, "{at}");
    party.server.limit_files("4000000");
    assert_eq!(
        code_of(&party.patch(&url, at, &film[at..])),
        (507, "disk_full".into())
    );
    let at = offset_of(&party.head(&url));
    assert!(at <= 4_000_000, "{at}");
    party.server.limit_files("unlimited");
    party.hears(|uploads| uploads[0]["paused"] == true && uploads[0]["received_bytes"] == at);
    party
        .connection
        .send(&json!({"type": "say", "id": 1, "text": "still here"}));
    party.connection.receive_type("done");
    assert_eq!(party.patch(&url, at, &film[at..]).status, 204);
    assert!(party.film() == film);
    assert!(party.server.terminate().success());
}

#[test]
fn a_disk_that_is_full_for_the_record_refuses_it_or_costs_nothing_but_time() {
    let mut party = Party::new(&[]);
    let film = tiny_film(20_000);
    let url = party.begin(film.len());
    assert_eq!(party.patch(&url, 0, &film[..10_000]).status, 204);
    // The bytes have room, what is written about them has none.
    let journal = std::fs::metadata(party.server.data().join("matinee.db-wal")).unwrap();
    assert!(journal.len() > 20_000);
    party.server.limit_files(&journal.len().to_string());
    let last = party.patch(&url, 10_000, &film[10_000..]);
    assert_eq!(code_of(&last), (507, "disk_full".into()));
    let refused = party.announce(&[("Upload-Length", "1000")]);
    assert_eq!(code_of(&refused), (507, "disk_full".into()));
    party.server.limit_files("unlimited");
    party.hears(|uploads| uploads[0]["received_bytes"] == 20_000 && uploads.as_array().unwrap().len() == 1);
    let looked = party.head(&url);
    assert_eq!((looked.status, offset_of(&looked)), (200, 20_000));
    assert!(looked.header("matinee-film").is_some());
    assert_eq!(party.film(), film);
}

#[test]
fn bytes_that_somebody_took_away_are_missed_and_not_forgotten() {
    let mut party = Party::new(&[]);
    let film = tiny_film(100_000);
    let url = party.begin(film.len());
    assert_eq!(party.patch(&url, 0, &film[..50_000]).status, 204);
    let folder = party.server.data().join("films");
    let id = url.strip_prefix("/api/uploads/").unwrap();
    let (bytes, elsewhere) = (folder.join(format!("{id}.partial")), folder.join("elsewhere"));
    std::fs::rename(&bytes, &elsewhere).unwrap();
    let missed = party.patch(&url, 50_000, &film[50_000..]);
    assert_eq!(code_of(&missed), (404, "no_such_upload".into()));
    std::fs::rename(&elsewhere, &bytes).unwrap();
    assert_eq!(party.patch(&url, 50_000, &film[50_000..]).status, 204);
    assert_eq!(party.film(), film);
}

#[test]
fn one_that_was_whole_before_a_crash_becomes_a_film() {
    let mut party = Party::new(&[]);
    let film = tiny_film(100_000);
    let url = party.begin(film.len());
    assert_eq!(party.patch(&url, 0, &film[..99_999]).status, 204);
    // As if the server had been killed after the last byte and before it made a film of it.
    let id = url.strip_prefix("/api/uploads/").unwrap();
    let bytes = party.server.data().join("films").join(format!("{id}.partial"));
    let mut file = std::fs::File::options().append(true).open(bytes).unwrap();
    file.write_all(&film[99_999..]).unwrap();
    assert_eq!(party.crash(), json!([]));
    let looked = party.head(&url);
    assert_eq!((looked.status, offset_of(&looked)), (200, 100_000));
    let list = format!("/api/rooms/{}/films?tab=a", party.code);
    let list = party.ask("GET", &list, &[], &[]).json();
    assert_eq!(list["films"][0]["title"], "The General");
    assert_eq!(list["films"][0]["id"], looked.header("matinee-film").unwrap());
}

#[test]
fn a_large_upload_stays_out_of_memory() {
    let party = Party::new(&[]);
    party.ana.upload(&party.code, "a", "first.mp4", &tiny_film(1_000));
    let before = party.server.resident_bytes();
    let total: usize = 1 << 30;
    let url = party.begin(total);
    let chunk = tiny_film(1 << 20);
    let mut most = before;
    for half in [0, total / 2] {
        let mut stream = party.open(&url, half, total / 2);
        for _ in 0..total / 2 / chunk.len() {
            stream.write_all(&chunk).unwrap();
            most = most.max(party.server.resident_bytes());
        }
        assert_eq!(http::read_answer(stream, "PATCH").status, 204);
    }
    most = most.max(party.server.resident_bytes());
    println!("{} KiB before, {} KiB at most", before / 1024, most / 1024);
    assert!(most - before <= 32 << 20, "{} KiB more", (most - before) / 1024);
}

#[test]
fn a_room_that_nobody_is_in_keeps_its_uploads() {
    let party = Party::new(&[]);
    let film = tiny_film(200_000);
    let url = party.begin(film.len());
    assert_eq!(party.patch(&url, 0, &film[..70_000]).status, 204);
    let Party {
        mut server,
        ana,
        code,
        mut connection,
    } = party;
    connection.send(&json!({"type": "leave"}));
    connection.close_code();
    server.crash_and_restart();
    // From another window: another member, the same person.
    let (mut connection, welcome) = ana.enter(&code, "Ana", "another");
    assert_eq!(welcome["uploads"][0]["received_bytes"], 70_000);
    assert_eq!(welcome["uploads"][0]["paused"], true);
    let headers = [BYTES, ("Upload-Offset", "70000")];
    assert_eq!(
        as_person(&ana, "PATCH", &url, &headers, &film[70_000..]).status,
        204
    );
    let playback = connection.receive_type("playback");
    assert_eq!(
        playback["playback"]["film"]["title"], "The General",
        "put on by who sent it"
    );
}
