//! Goblet's clients: the plain addresses, and what is told over Socket.IO.

use crate::films::tiny_film;
use crate::http::{self, Answer, get, request};
use crate::server::Server;
use crate::socket::Person;
use serde_json::{Value, json};
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};

/// What Goblet's clients count on for a new host.
const NEW_HOST_WITHIN: Duration = Duration::from_secs(3);

/// A browser with Goblet's page: its cookie, and the id that goes with it.
#[derive(Clone, Debug)]
struct Viewer {
    port: u16,
    cookie: String,
    id: String,
}

impl Viewer {
    fn new(server: &Server) -> Self {
        let answer = get(server.port, "/id", &[]);
        assert_eq!(answer.status, 200);
        Self {
            port: server.port,
            cookie: answer.cookie().expect("/id brings a cookie"),
            id: answer.text(),
        }
    }

    /// Asks an address; `{me}` in it stands for the own id.
    fn get(&self, path: &str) -> Answer {
        get(
            self.port,
            &path.replace("{me}", &self.id),
            &[("Cookie", &self.cookie)],
        )
    }

    /// Asks an address, which has to be well, and gives the text.
    fn ask(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }

    fn connect(&self) -> Events {
        Events::connect(self.port, Some(&self.cookie))
    }

    /// Sends a film in a form, as a page does.
    fn upload(&self, name: &str, film: &[u8]) -> Answer {
        let (content_type, form) = form("file", Some(name), film);
        let headers = [("Cookie", self.cookie.as_str()), ("Content-Type", &content_type)];
        request(self.port, "POST", "/", &headers, &form)
    }
}

/// A form with one field.
fn form(field: &str, file_name: Option<&str>, content: &[u8]) -> (String, Vec<u8>) {
    let file_name = file_name.map_or(String::new(), |name| format!("; filename=\"{name}\""));
    let head = format!(
        "--XYZ\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n\
         --XYZ\r\nContent-Disposition: form-data; name=\"{field}\"{file_name}\r\n\
         Content-Type: video/mp4\r\n\r\n"
    );
    let form = [head.as_bytes(), content, b"\r\n--XYZ--\r\n"].concat();
    ("multipart/form-data; boundary=XYZ".into(), form)
}

/// A Socket.IO connection over a WebSocket, by hand.
struct Events {
    socket: WebSocket<TcpStream>,
}

impl Events {
    fn connect(port: u16, cookie: Option<&str>) -> Self {
        let mut events = Self::open(port, cookie);
        events.send("40");
        let answer = events.packet();
        assert!(answer.starts_with("40{"), "{answer}");
        events
    }

    /// The engine's session alone.
    fn open(port: u16, cookie: Option<&str>) -> Self {
        let url = format!("ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket");
        let mut request = url.into_client_request().unwrap();
        if let Some(cookie) = cookie {
            request.headers_mut().insert("Cookie", cookie.parse().unwrap());
        }
        let (socket, _) = tungstenite::client(request, http::connect(port)).unwrap();
        let mut events = Self { socket };
        assert!(events.packet().starts_with("0{"));
        events
    }

    fn send(&mut self, packet: &str) {
        self.socket.send(Message::text(packet)).unwrap();
    }

    /// The next packet; pings are answered.
    fn packet(&mut self) -> String {
        loop {
            let text = match self.socket.read().expect("a packet is due") {
                Message::Text(text) => text.to_string(),
                _ => continue,
            };
            if text != "2" {
                return text;
            }
            self.send("3");
        }
    }

    /// The next event: its name and its string.
    fn next(&mut self) -> (String, String) {
        let packet = self.packet();
        let json = packet
            .strip_prefix("42")
            .unwrap_or_else(|| panic!("no event: {packet}"));
        serde_json::from_str(json).unwrap_or_else(|_| panic!("not one string: {packet}"))
    }

    /// The next event about the film.
    fn next_of_film(&mut self) -> (String, String) {
        loop {
            let event = self.next();
            if !matches!(event.0.as_str(), "role_call" | "host_declaration") {
                return event;
            }
        }
    }

    /// Waits for a declaration of this host.
    fn until_host(&mut self, id: &str) {
        while self.next() != ("host_declaration".to_owned(), id.to_owned()) {}
    }
}

fn told(event: &str, text: &str) -> (String, String) {
    (event.to_owned(), text.to_owned())
}

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
    let server = Server::start();
    let (ana, ben) = (Viewer::new(&server), Viewer::new(&server));
    let mut at_bens = ben.connect();
    let mut anas = Polling::connect(&ana, 4);
    ana.ask("/register?id={me}&host=true");
    at_bens.until_host(&ana.id);
    assert_eq!(ana.ask("/count"), "2");
    anas.until("host_declaration");
    // Her browser ends while it waits for the next event.
    let waiting = anas.begin_poll();
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
    let started = Instant::now();
    while ana.ask("/count") != "2" {
        assert!(started.elapsed() < Duration::from_secs(10));
        std::thread::yield_now();
    }
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
                &[b"--XYZ\r\nA: ", &b"a".repeat(100_000)[..], &whole].concat(),
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

#[test]
fn an_upload_in_a_form_that_breaks_off_is_gone() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    let (mut page, _) = {
        let _connection = ana.connect();
        Person::new(server.port).enter("lobby", "Cleo", "c")
    };
    let (kind, form) = form("file", Some("a.mp4"), &tiny_film(900_000));
    let mut stream = http::connect(server.port);
    let head = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nCookie: {}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        ana.cookie,
        form.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&form[..500_000]).unwrap();
    while page.receive_type("uploads")["uploads"] == json!([]) {}
    drop(stream);
    while page.receive_type("uploads")["uploads"] != json!([]) {}
    assert_eq!(std::fs::read_dir(server.data().join("films")).unwrap().count(), 0);
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
        }
    }
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
    let before = ana.connect();
    let (mut page, _) = Person::new(server.port).enter("lobby", "Ben", "b");
    page.send(&json!({"type": "settings", "id": 1, "password": "popcorn"}));
    page.receive_type("done");
    drop(before);
    while ana.ask("/count") != "1" {
        std::thread::yield_now();
    }
    let ben = Viewer::new(&server);
    let answer = ben.get("/register?id={me}");
    assert_eq!(answer.status, 403);
    assert!(
        answer.text().starts_with("The lobby has a password."),
        "{}",
        answer.text()
    );
    for cookie in [Some(ben.cookie.as_str()), None] {
        let mut events = Events::open(server.port, cookie);
        events.send("40");
        let refused = events.packet();
        assert!(
            refused.starts_with(r#"44{"message":"The lobby has a password."#),
            "{refused}"
        );
    }
}

/// A Socket.IO connection by polling, by hand.
struct Polling {
    viewer: Viewer,
    address: String,
    /// All that it was told.
    heard: String,
}

impl Polling {
    fn connect(viewer: &Viewer, version: u8) -> Self {
        let address = format!("/socket.io/?EIO={version}&transport=polling");
        let opened = viewer.ask(&address);
        let (_, json) = opened.split_once('{').unwrap();
        // In the older one, the length of a packet goes before it, and several come together.
        let json = json.split_once('}').unwrap().0;
        let opened: Value = serde_json::from_str(&format!("{{{json}}}")).unwrap();
        let sid = opened["sid"].as_str().unwrap();
        let mut polling = Self {
            viewer: viewer.clone(),
            address: format!("{address}&sid={sid}"),
            heard: String::new(),
        };
        if version == 4 {
            assert_eq!(polling.post("40").status, 200);
            // A ping may be there first, and events behind it.
            polling.until("40{");
        }
        polling
    }

    fn post(&self, body: &str) -> Answer {
        let headers = [
            ("Cookie", self.viewer.cookie.as_str()),
            ("Content-Type", "text/plain;charset=UTF-8"),
        ];
        request(self.viewer.port, "POST", &self.address, &headers, body.as_bytes())
    }

    fn poll(&mut self) {
        self.heard += &self.viewer.ask(&self.address);
    }

    fn until(&mut self, text: &str) {
        while !self.heard.contains(text) {
            self.poll();
        }
    }

    fn begin_poll(&self) -> TcpStream {
        let mut stream = http::connect(self.viewer.port);
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n",
            self.address, self.viewer.cookie
        );
        stream.write_all(request.as_bytes()).unwrap();
        stream
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
fn there_are_so_many_sessions_and_one_that_never_connects_gives_its_place_back() {
    let server = Server::start();
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
    assert!(opened >= 4_096, "{opened}");
    assert_eq!(get(port, "/count", &[]).status, 200);
    let started = Instant::now();
    while open() != 200 {
        assert!(started.elapsed() < Duration::from_secs(15));
        std::thread::yield_now();
    }
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
    // He has missed some: the next event shows him out, once he has taken what was kept.
    bens.until(&format!("42[\"seek\",\"100-{}\"]", ana.id));
    assert!(!bens.heard.contains("\"300-"));
    ana.ask("/sync?mode=play&id={me}");
    bens.until("\u{1e}41");
    while ana.ask("/count") != "1" {
        std::thread::yield_now();
    }
}

#[test]
fn one_browser_has_so_many_connections() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    let tabs: Vec<_> = (0..8).map(|_| ana.connect()).collect();
    let mut one_more = Events::open(server.port, Some(&ana.cookie));
    one_more.send("40");
    let refused = one_more.packet();
    assert!(
        refused.starts_with(r#"44{"message":"This browser has too many tabs"#),
        "{refused}"
    );
    drop(tabs);
    while ana.ask("/count") != "0" {
        std::thread::yield_now();
    }
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
    let started = Instant::now();
    while cleo.get("/register?id={me}").status != 200 {
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "Ben was called and did not answer"
        );
        std::thread::yield_now();
    }
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
