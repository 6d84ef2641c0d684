//! One connection: its handshake, what of it is not read yet, what is not written yet.

use crate::frame::{self, Kind};
use anyhow::{Context, bail};
use mio::net::TcpStream;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

/// How long a server has to answer a handshake.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// Bytes of a handshake's answer. A longer one is none.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Where a WebSocket is, and what its handshake says.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) server: SocketAddr,
    /// With its query.
    pub(crate) path: String,
    /// Further lines of the handshake's head.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Door {
    /// A door that asks for nothing more.
    pub(crate) fn at(server: SocketAddr, path: impl Into<String>) -> Self {
        Self {
            server,
            path: path.into(),
            headers: Vec::new(),
        }
    }
}

impl Door {
    /// The same with a line more in the head.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) stream: TcpStream,
    unread: Vec<u8>,
    unwritten: Vec<u8>,
    /// Why it ended, if it has: the code of the close, or 0 for none.
    pub(crate) ended: Option<u16>,
    /// Bytes that came, heads of frames too.
    pub(crate) bytes_read: u64,
    /// The handshake's answer has not come yet, or not all of it.
    pub(crate) is_opening: bool,
}

/// What reading left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// Nothing: the next bytes wake us.
    Nothing,
    /// Perhaps more.
    Perhaps,
}

impl Link {
    /// Connects, shakes hands and waits for the answer. Gives its head, too.
    pub(crate) fn open(door: &Door) -> anyhow::Result<(Self, String)> {
        let mut stream = connect(door)?;
        let (head, unread) = answer(&mut stream)?;
        let link = Self {
            unread,
            ..Self::of(stream, false)?
        };
        Ok((link, head))
    }

    /// Connects and asks; the answer comes like all else.
    pub(crate) fn begin(door: &Door) -> anyhow::Result<Self> {
        Self::of(connect(door)?, true)
    }

    fn of(stream: std::net::TcpStream, is_opening: bool) -> anyhow::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream: TcpStream::from_std(stream),
            unread: Vec::new(),
            unwritten: Vec::new(),
            ended: None,
            bytes_read: 0,
            is_opening,
        })
    }

    /// Sends framed bytes, as far as the socket takes them. `false` if some wait for it.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> bool {
        if self.ended.is_some() {
            return true;
        }
        if self.unwritten.is_empty() {
            match self.stream.write(bytes) {
                Ok(count) => self
                    .unwritten
                    .extend_from_slice(bytes.get(count..).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.unwritten.extend_from_slice(bytes);
                }
                Err(_) => self.ended = Some(0),
            }
        } else {
            self.unwritten.extend_from_slice(bytes);
        }
        self.unwritten.is_empty()
    }

    /// Goes on with what waits. `false` if some still waits.
    pub(crate) fn flush(&mut self) -> bool {
        let waiting = std::mem::take(&mut self.unwritten);
        waiting.is_empty() || self.send(&waiting)
    }

    /// Reads once into `buffer`, and gives each text message that is whole to `hear`.
    pub(crate) fn read(&mut self, buffer: &mut [u8], mut hear: impl FnMut(&[u8])) -> Left {
        let count = match self.stream.read(buffer) {
            Ok(0) => {
                self.ended.get_or_insert(0);
                return Left::Nothing;
            }
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Left::Nothing,
            Err(_) => {
                self.ended.get_or_insert(0);
                return Left::Nothing;
            }
        };
        self.bytes_read += count as u64;
        let left = if count < buffer.len() {
            Left::Nothing
        } else {
            Left::Perhaps
        };
        let came = buffer.get(..count).unwrap_or_default();
        if self.unread.is_empty() {
            let rest = self.take(came, &mut hear);
            self.unread.extend_from_slice(rest);
        } else {
            let mut bytes = std::mem::take(&mut self.unread);
            bytes.extend_from_slice(came);
            let rest = self.take(&bytes, &mut hear).len();
            bytes.drain(..bytes.len() - rest);
            if !bytes.is_empty() {
                self.unread = bytes;
            }
        }
        left
    }

    /// What came right behind the handshake's answer.
    pub(crate) fn read_first(&mut self, mut hear: impl FnMut(&[u8])) {
        let bytes = std::mem::take(&mut self.unread);
        let rest = self.take(&bytes, &mut hear).to_vec();
        self.unread = rest;
    }

    fn take<'a>(&mut self, mut bytes: &'a [u8], hear: &mut impl FnMut(&[u8])) -> &'a [u8] {
        if self.is_opening {
            let Some(end) = end_of_head(bytes) else {
                return bytes;
            };
            let (head, rest) = bytes.split_at(end);
            self.is_opening = false;
            if !is_yes(head) {
                self.ended = Some(0);
                return &[];
            }
            bytes = rest;
        }
        while let Some((kind, payload, rest)) = frame::first(bytes) {
            match kind {
                Kind::Text => hear(payload),
                Kind::Ping => {
                    let mut pong = Vec::new();
                    frame::put_pong(&mut pong, payload);
                    // One that has to wait goes out with what is sent next.
                    let _ = self.send(&pong);
                }
                Kind::Close => {
                    let code = payload.first_chunk().map_or(0, |code| u16::from_be_bytes(*code));
                    self.ended = Some(code);
                }
                Kind::Other => {}
            }
            bytes = rest;
        }
        bytes
    }
}

/// Connects, and sends the handshake.
fn connect(door: &Door) -> anyhow::Result<std::net::TcpStream> {
    let mut stream = std::net::TcpStream::connect(door.server).context("no connection")?;
    stream.set_nodelay(true)?;
    let mut request = format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bWF0aW5lZS1iZW5jaC4uLg==\r\n",
        door.path, door.server
    );
    for (name, value) in &door.headers {
        request += &format!("{name}: {value}\r\n");
    }
    request += "\r\n";
    stream.write_all(request.as_bytes())?;
    Ok(stream)
}

/// Where the head of an answer ends.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(end + 4)
}

fn is_yes(head: &[u8]) -> bool {
    head.starts_with(b"HTTP/1.1 101")
}

/// Waits for the handshake's answer: its head, and what came behind it.
fn answer(stream: &mut std::net::TcpStream) -> anyhow::Result<(String, Vec<u8>)> {
    stream.set_read_timeout(Some(ANSWER_WITHIN))?;
    let mut head = Vec::new();
    let mut buffer = [0; 2048];
    loop {
        let count = stream.read(&mut buffer).context("no answer to the handshake")?;
        head.extend_from_slice(buffer.get(..count).unwrap_or_default());
        if let Some(end) = end_of_head(&head) {
            let rest = head.split_off(end);
            let text = String::from_utf8_lossy(&head).into_owned();
            if !is_yes(&head) {
                let line = text.lines().next().unwrap_or_default();
                bail!(
                    "the handshake was answered with: {line} {}",
                    String::from_utf8_lossy(&rest)
                );
            }
            return Ok((text, rest));
        }
        if count == 0 || head.len() > HEAD_BYTES_MAX {
            bail!("the handshake was not answered");
        }
    }
}
