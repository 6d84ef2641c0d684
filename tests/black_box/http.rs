//! The smallest HTTP client: it sends what it is told to, so that requests can be as wrong as a test wants.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use tungstenite::http::HeaderValue;

/// How long an answer may take before the test fails.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The answer to a handshake that was not accepted.
    pub(crate) fn to_handshake(response: &tungstenite::http::Response<Option<Vec<u8>>>) -> Self {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Self {
            status: response.status().as_u16(),
            headers: response
                .headers()
                .iter()
                .map(|(name, value)| (name.to_string(), text(value)))
                .collect(),
            body: response.body().clone().unwrap_or_default(),
        }
    }

    /// All values of a header.
    pub(crate) fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).next()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// The cookie that it sets, as it is to be sent back.
    pub(crate) fn cookie(&self) -> Option<String> {
        self.header("set-cookie")
            .and_then(|cookie| cookie.split(';').next())
            .map(str::to_owned)
    }
}

/// Sends a request with these headers and this body, and reads the answer.
pub(crate) fn request(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    read_answer(send(port, method, path, headers, body), method)
}

/// Sends a request; its answer can be read from the stream.
pub(crate) fn send(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> TcpStream {
    let mut stream = connect(port);
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !body.is_empty() || method == "POST" {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    head += "\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    // A server that refuses early may close before it has read all.
    let _ = stream.write_all(body);
    stream
}

pub(crate) fn get(port: u16, path: &str, headers: &[(&str, &str)]) -> Answer {
    request(port, "GET", path, headers, &[])
}

pub(crate) fn post_json(port: u16, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers = [headers, &[("Content-Type", "application/json")]].concat();
    request(port, "POST", path, &headers, body.as_bytes())
}

pub(crate) fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(ANSWER_WITHIN)).unwrap();
    stream.set_write_timeout(Some(ANSWER_WITHIN)).unwrap();
    stream
}

/// Reads an answer to its end.
pub(crate) fn read_answer(mut stream: TcpStream, method: &str) -> Answer {
    let mut bytes = Vec::new();
    let end = loop {
        let mut chunk = [0; 16 * 1024];
        let count = stream.read(&mut chunk).unwrap();
        assert!(
            count > 0,
            "the server hung up: {}",
            String::from_utf8_lossy(&bytes)
        );
        bytes.extend_from_slice(&chunk[..count]);
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let mut body = bytes[end + 4..].to_vec();
    let mut answer = Answer {
        status,
        headers,
        body: Vec::new(),
    };
    let length = answer
        .header("content-length")
        .map(|length| length.parse::<usize>().unwrap());
    if method != "HEAD" && status != 101 && status != 304 {
        match length {
            Some(length) => {
                let have = body.len();
                body.resize(length.max(have), 0);
                stream.read_exact(&mut body[have..]).unwrap();
            }
            None => {
                stream.read_to_end(&mut body).unwrap();
            }
        }
    }
    answer.body = body;
    answer
}
