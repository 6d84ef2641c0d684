//! A WebSocket client for one member.

use crate::http;
use serde_json::{Value, json};
use std::net::TcpStream;
use tungstenite::client::IntoClientRequest;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Message, WebSocket};

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

    /// Makes a room and returns its code.
    pub(crate) fn make_room(&self, wanted: &str) -> String {
        let answer = http::post_json(self.port, "/api/rooms", &[("Cookie", &self.cookie)], wanted);
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["code"].as_str().unwrap().to_owned()
    }

    /// Opens a connection to a room.
    pub(crate) fn connect(&self, code: &str) -> Connection {
        self.connect_at(&format!("/api/rooms/{code}/ws"))
    }

    /// Opens a connection to any path.
    pub(crate) fn connect_at(&self, path: &str) -> Connection {
        let url = format!("ws://127.0.0.1:{}{path}", self.port);
        let mut request = url.into_client_request().unwrap();
        request
            .headers_mut()
            .insert("Cookie", self.cookie.parse().unwrap());
        let stream = http::connect(self.port);
        stream.set_nodelay(true).unwrap();
        let (socket, _) = tungstenite::client(request, stream).unwrap();
        Connection { socket }
    }

    /// Enters a room and returns the connection and the welcome.
    pub(crate) fn enter(&self, code: &str, name: &str, tab: &str) -> (Connection, Value) {
        let mut connection = self.connect(code);
        connection.send(&json!({"type": "hello", "protocol": 1, "name": name, "tab": tab}));
        let welcome = connection.receive();
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        (connection, welcome)
    }

    /// Uploads a film to a room, as the host in `tab`.
    pub(crate) fn upload(&self, code: &str, tab: &str, name: &str, body: &[u8]) -> http::Answer {
        let path = format!("/api/rooms/{code}/films?tab={tab}&name={name}");
        http::request(self.port, "POST", &path, &[("Cookie", &self.cookie)], body)
    }
}

/// A connection to a room.
pub(crate) struct Connection {
    pub(crate) socket: WebSocket<TcpStream>,
}

/// What the server sent.
#[derive(Debug, PartialEq)]
pub(crate) enum Received {
    Message(Value),
    Closed(u16),
    /// The TCP connection ended without a close frame.
    Gone,
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
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => return Received::Message(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(frame)) => {
                    // Puts the answer on its way.
                    let _ = self.socket.flush();
                    return Received::Closed(frame.map_or(1005, |frame| CloseCode::into(frame.code)));
                }
                Ok(_) => {}
                Err(tungstenite::Error::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    panic!("the server sent nothing in time")
                }
                Err(_) => return Received::Gone,
            }
        }
    }

    /// Reads a ping, which is due next, and answers it.
    pub(crate) fn answer_ping(&mut self) {
        let message = self.socket.read().unwrap();
        assert!(message.is_ping(), "a ping was due, not {message:?}");
        self.socket.flush().unwrap();
    }

    /// The next message.
    pub(crate) fn receive(&mut self) -> Value {
        match self.next() {
            Received::Message(message) => message,
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
                Received::Closed(code) => return code,
                Received::Gone => panic!("the connection ended without a word"),
            }
        }
    }
}
