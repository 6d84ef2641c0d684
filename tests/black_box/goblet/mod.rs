//! Goblet's clients: browsers with an id, and Socket.IO by hand.
//!
//! | file | owns |
//! |---|---|
//! | this | the clients |
//! | `addresses` | ids, positions, spots, links, and who may not |
//! | `events` | what is told, who is there and host |
//! | `moderation` | who is put out of the lobby, and does not come back |
//! | `program` | a film that waits, and the next one |
//! | `uploads` | films in forms, and their names |
//! | `bad_days` | what is malformed, too much or too slow |

mod addresses;
mod bad_days;
mod events;
mod moderation;
mod program;
mod uploads;

use crate::http::{self, Answer, get, request};
use crate::server::Server;
use serde_json::Value;
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};

/// What Goblet's clients count on for a new host.
const NEW_HOST_WITHIN: Duration = Duration::from_secs(3);

/// The header in which a proxy says where a request comes from.
const PROXYS: &str = "X-Forwarded-For";

/// A browser with Goblet's page: its cookie, and the id that goes with it.
#[derive(Clone, Debug)]
struct Viewer {
    port: u16,
    cookie: String,
    id: String,
    /// The address that a proxy says they come from.
    from: &'static str,
}

impl Viewer {
    fn new(server: &Server) -> Self {
        Self::from(server, "127.0.0.1")
    }

    fn from(server: &Server, from: &'static str) -> Self {
        let answer = get(server.port, "/id", &[(PROXYS, from)]);
        assert_eq!(answer.status, 200);
        Self {
            port: server.port,
            cookie: answer.cookie().expect("/id brings a cookie"),
            id: answer.text(),
            from,
        }
    }

    /// Asks an address; `{me}` in it stands for the own id.
    fn get(&self, path: &str) -> Answer {
        get(self.port, &path.replace("{me}", &self.id), &self.headers())
    }

    /// Asks an address, which has to be well, and gives the text.
    fn ask(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }

    fn headers(&self) -> [(&'static str, &str); 2] {
        [("Cookie", &self.cookie), (PROXYS, self.from)]
    }

    fn connect(&self) -> Events {
        Events::connect(self.port, &self.headers())
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
    fn connect(port: u16, headers: &[(&'static str, &str)]) -> Self {
        let mut events = Self::open(port, headers);
        events.send("40");
        let answer = events.packet();
        assert!(answer.starts_with("40{"), "{answer}");
        events
    }

    /// The engine's session alone.
    fn open(port: u16, headers: &[(&'static str, &str)]) -> Self {
        let url = format!("ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket");
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
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

/// Waits until it is so.
fn wait_until(is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < http::ANSWER_WITHIN);
        std::thread::yield_now();
    }
}

fn told(event: &str, text: &str) -> (String, String) {
    (event.to_owned(), text.to_owned())
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

    /// Waits until it was called with everybody, and told who is host after that.
    fn until_called_by(&mut self, host: &str) {
        let told = format!("host_declaration\",\"{host}");
        let is_after_call = |(_, after): (&str, &str)| after.contains(&told);
        while !self.heard.rsplit_once("role_call").is_some_and(is_after_call) {
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
