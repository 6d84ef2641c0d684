//! A WebSocket client for one member.

use crate::http::{self, ANSWER_WITHIN, Answer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderName;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Error, HandshakeError, Message, WebSocket};

/// What a browser sends to open a WebSocket.
pub(crate) const HANDSHAKE: [(&str, &str); 4] = [
    ("Connection", "keep-alive, Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// The same with one value in place of another.
pub(crate) fn handshake_with(name: &str, value: &'static str) -> [(&'static str, &'static str); 4] {
    let fields = HANDSHAKE.map(|field| if field.0 == name { (field.0, value) } else { field });
    assert_ne!(fields, HANDSHAKE, "{name}");
    fields
}

/// The whole request that opens a WebSocket at a path.
pub(crate) fn handshake(path: &str) -> String {
    let fields = HANDSHAKE.map(|(name, value)| format!("{name}: {value}\r\n"));
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n{}\r\n", fields.concat())
}

/// Somebody with a cookie of their own.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) port: u16,
    pub(crate) cookie: String,
}

impl Person {
    /// Somebody new.
    pub(crate) fn new(port: u16) -> Self {
        let cookie = http::get(port, "/api/rooms/NOBODY", &[])
            .cookie()
            .expect("a first visit brings a cookie");
        Self { port, cookie }
    }

    /// Ana, new, in a room that she has made: with its code, and her connection as its host in tab `a`.
    pub(crate) fn with_room(port: u16, wanted: &str) -> (Self, String, Connection) {
        let ana = Self::new(port);
        let code = ana.make_room(wanted);
        let (connection, _) = ana.enter(&code, "Ana", "a");
        (ana, code, connection)
    }

    /// Somebody who brings no cookie.
    pub(crate) fn stranger(port: u16) -> Self {
        Self {
            port,
            cookie: String::new(),
        }
    }

    fn cookie_header(&self) -> Option<(&str, &str)> {
        (!self.cookie.is_empty()).then_some(("cookie", self.cookie.as_str()))
    }

    /// Keeps the cookies that an answer sets, as a browser does.
    pub(crate) fn keep_cookies(&mut self, answer: &Answer) {
        for set in answer.headers("set-cookie") {
            let new = set.split(';').next().unwrap_or(set);
            let name = |cookie: &str| cookie.split('=').next().map(str::to_owned);
            let mut jar: Vec<&str> = self.cookie.split("; ").filter(|it| !it.is_empty()).collect();
            jar.retain(|old| name(old) != name(new));
            jar.push(new);
            self.cookie = jar.join("; ");
        }
    }

    /// Makes a room and returns its code.
    pub(crate) fn make_room(&self, wanted: &str) -> String {
        let answer = self.ask_for_room(wanted);
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["code"].as_str().unwrap().to_owned()
    }

    /// Asks for a room and returns the answer.
    pub(crate) fn ask_for_room(&self, wanted: &str) -> Answer {
        let headers: Vec<_> = self.cookie_header().into_iter().collect();
        http::post_json(self.port, "/api/rooms", &headers, wanted)
    }

    /// Opens a connection to a room.
    pub(crate) fn connect(&self, code: &str) -> Connection {
        self.connect_at(&format!("/api/rooms/{code}/ws"))
    }

    /// Opens a connection to any path.
    pub(crate) fn connect_at(&self, path: &str) -> Connection {
        self.try_connect(path, None, &[]).unwrap().0
    }

    /// Opens a connection with a subprotocol and headers of its own; returns what the server answered besides.
    pub(crate) fn try_connect(
        &self,
        path: &str,
        subprotocol: Option<&str>,
        headers: &[(&str, &str)],
    ) -> Result<(Connection, Answer), Closed> {
        let told = |problem: &dyn std::fmt::Display| Closed::Broken(problem.to_string());
        let url = format!("ws://127.0.0.1:{}{path}", self.port);
        let mut request = url.into_client_request().map_err(|error| told(&error))?;
        let cookie = self.cookie_header();
        let subprotocol = subprotocol.map(|it| ("sec-websocket-protocol", it));
        for (name, value) in headers.iter().copied().chain(cookie).chain(subprotocol) {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| told(&error))?;
            let value = value.parse().map_err(|error| told(&error))?;
            request.headers_mut().insert(name, value);
        }
        let stream = http::connect(self.port);
        stream.set_nodelay(true).unwrap();
        match tungstenite::client(request, stream) {
            Ok((socket, response)) => Ok((
                Connection {
                    socket,
                    inbox: VecDeque::new(),
                },
                Answer::to_handshake(&response),
            )),
            Err(HandshakeError::Failure(Error::Http(response))) => {
                Err(Closed::Answered(Answer::to_handshake(&response)))
            }
            Err(error) => Err(told(&error)),
        }
    }

    /// Enters a room and returns the connection and the welcome.
    pub(crate) fn enter(&self, code: &str, name: &str, tab: &str) -> (Connection, Value) {
        let mut connection = self.connect(code);
        connection.send(&json!({"type": "hello", "protocol": 1, "name": name, "tab": tab}));
        let welcome = connection.receive();
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        (connection, welcome)
    }

    /// Uploads a film to a room in one go, as the host in `tab`.
    pub(crate) fn upload(&self, code: &str, tab: &str, name: &str, body: &[u8]) -> http::Answer {
        let path = format!("/api/rooms/{code}/uploads?tab={tab}");
        let (length, metadata) = (body.len().to_string(), file_name(name));
        let headers = [
            ("Cookie", &*self.cookie),
            ("Tus-Resumable", "1.0.0"),
            ("Upload-Length", &length),
            ("Upload-Metadata", &metadata),
            ("Content-Type", "application/offset+octet-stream"),
        ];
        http::request(self.port, "POST", &path, &headers, body)
    }
}

/// The `Upload-Metadata` of a file with this name.
pub(crate) fn file_name(name: &str) -> String {
    format!("filename {}", STANDARD.encode(name))
}

/// Why no connection was opened.
#[derive(Debug)]
pub(crate) enum Closed {
    /// The server answered otherwise.
    Answered(Answer),
    /// What it answered is no handshake.
    Broken(String),
}

/// A connection to a room.
pub(crate) struct Connection {
    pub(crate) socket: WebSocket<TcpStream>,
    /// What came before a pong that was waited for.
    inbox: VecDeque<Received>,
}

/// What the server sent.
#[derive(Debug, PartialEq)]
pub(crate) enum Received {
    Message(String),
    Closed {
        code: u16,
        reason: String,
    },
    /// The TCP connection ended without a close frame.
    Gone,
}

/// What was read.
enum Heard {
    Said(Received),
    /// A ping, which is answered by itself, or a pong.
    Control(Message),
}

impl Connection {
    pub(crate) fn send(&mut self, message: &Value) {
        self.send_text(&message.to_string());
    }

    pub(crate) fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).unwrap();
    }

    /// The next thing that the server sends; pings are answered and passed over.
    pub(crate) fn next(&mut self) -> Received {
        self.next_within(ANSWER_WITHIN)
            .expect("the server sent nothing in time")
    }

    /// The same, or nothing if it does not come in time.
    pub(crate) fn next_within(&mut self, patience: Duration) -> Option<Received> {
        if let Some(received) = self.inbox.pop_front() {
            return Some(received);
        }
        let until = Instant::now() + patience;
        loop {
            if let Heard::Said(received) = self.read_until(until)? {
                return Some(received);
            }
        }
    }

    /// Sends a ping and waits for its pong: what the server sent before is in the inbox then.
    pub(crate) fn catch_up(&mut self) {
        const MARK: &[u8] = b"caught up?";
        if matches!(self.inbox.back(), Some(Received::Closed { .. } | Received::Gone)) {
            return;
        }
        // If the connection has ended, reading tells so.
        let _ = self.socket.send(Message::Ping(MARK.into()));
        let until = Instant::now() + ANSWER_WITHIN;
        loop {
            match self
                .read_until(until)
                .expect("the server did not answer a ping in time")
            {
                Heard::Control(Message::Pong(payload)) if payload == MARK => return,
                Heard::Control(_) => {}
                Heard::Said(received) => {
                    let last = !matches!(received, Received::Message(_));
                    self.inbox.push_back(received);
                    if last {
                        return;
                    }
                }
            }
        }
    }

    fn read_until(&mut self, until: Instant) -> Option<Heard> {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        self.socket.get_ref().set_read_timeout(Some(left)).unwrap();
        let read = self.socket.read();
        self.socket
            .get_ref()
            .set_read_timeout(Some(ANSWER_WITHIN))
            .unwrap();
        let received = match read {
            Ok(Message::Text(text)) => Received::Message(text.to_string()),
            Ok(Message::Close(frame)) => {
                // Puts the answer on its way.
                let _ = self.socket.flush();
                let (code, reason) = frame.map_or((1005, String::new()), |frame| {
                    (CloseCode::into(frame.code), frame.reason.to_string())
                });
                Received::Closed { code, reason }
            }
            Ok(Message::Binary(bytes)) => panic!("binary, where text was due: {bytes:?}"),
            Ok(control) => return Some(Heard::Control(control)),
            Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => return None,
            Err(_) => Received::Gone,
        };
        Some(Heard::Said(received))
    }

    /// Reads a ping, which is due next, and answers it.
    pub(crate) fn answer_ping(&mut self) {
        assert_eq!(self.inbox.front(), None, "a ping was due");
        let message = self.socket.read().unwrap();
        assert!(message.is_ping(), "a ping was due, not {message:?}");
        self.socket.flush().unwrap();
    }

    /// The next message.
    pub(crate) fn receive(&mut self) -> Value {
        match self.next() {
            Received::Message(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("a message was due, not {other:?}"),
        }
    }

    /// The next message of this type; others are passed over.
    pub(crate) fn receive_type(&mut self, kind: &str) -> Value {
        loop {
            let message = self.receive();
            if message["type"] == kind {
                return message;
            }
        }
    }

    /// The code that the server closes with; messages before are passed over.
    pub(crate) fn close_code(&mut self) -> u16 {
        loop {
            match self.next() {
                Received::Message(_) => {}
                Received::Closed { code, .. } => return code,
                Received::Gone => panic!("the connection ended without a word"),
            }
        }
    }
}
