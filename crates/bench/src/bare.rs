//! The floor: a relay that only sends. One epoll loop, one `write` a delivery, the frame made once; no limits, no
//! queues, no rules, no care for clients other than ours. What a relay takes above this is its own.

use crate::frame;
use anyhow::{Context, bail};
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};

const LISTENER: Token = Token(usize::MAX);

/// The answer to the key that our handshakes have.
const ANSWER: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: S5mQ5rqDSVh6sLAja/EgUfk9ytE=\r\n\r\n";

struct Member {
    stream: TcpStream,
    room: Option<usize>,
    index: usize,
    unread: Vec<u8>,
    is_open: bool,
}

struct Loop {
    poll: Poll,
    members: Vec<Member>,
    rooms: Vec<Vec<usize>>,
}

/// Relays until it is killed.
pub(crate) fn run(port: u16) -> anyhow::Result<()> {
    let mut listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    let mut all = Loop {
        poll: Poll::new()?,
        members: Vec::new(),
        rooms: Vec::new(),
    };
    all.poll
        .registry()
        .register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut events = Events::with_capacity(1024);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        all.poll.poll(&mut events, None)?;
        for event in &events {
            if event.token() == LISTENER {
                all.accept(&listener)?;
            } else {
                all.read(event.token().0, &mut buffer)?;
            }
        }
    }
}

impl Loop {
    fn accept(&mut self, listener: &TcpListener) -> anyhow::Result<()> {
        loop {
            let mut stream = match listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            stream.set_nodelay(true)?;
            let token = Token(self.members.len());
            self.poll
                .registry()
                .register(&mut stream, token, Interest::READABLE)?;
            self.members.push(Member {
                stream,
                room: None,
                index: 0,
                unread: Vec::new(),
                is_open: false,
            });
        }
    }

    fn read(&mut self, at: usize, buffer: &mut [u8]) -> anyhow::Result<()> {
        let member = self.members.get_mut(at).context("no such member")?;
        let count = match member.stream.read(buffer) {
            // Who is gone stays in the room: it is a load's end.
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(_) => return Ok(()),
        };
        member
            .unread
            .extend_from_slice(buffer.get(..count).unwrap_or_default());
        if !member.is_open {
            if member.unread.ends_with(b"\r\n\r\n") {
                member.unread.clear();
                member.is_open = true;
                member.stream.write_all(ANSWER)?;
            }
            return Ok(());
        }
        let bytes = std::mem::take(&mut member.unread);
        let mut rest = bytes.as_slice();
        while let Some((text, after)) = frame::first_masked(rest) {
            self.obey(at, &text)?;
            rest = after;
        }
        if let Some(member) = self.members.get_mut(at) {
            member.unread.extend_from_slice(rest);
        }
        Ok(())
    }

    fn obey(&mut self, at: usize, text: &[u8]) -> anyhow::Result<()> {
        if let Some(data) = after(text, b"{\"type\":\"send\",\"data\":") {
            return self.relay(at, data);
        }
        let number = if let Some(rest) = after(text, b"\"room\":\"") {
            let digits: String = rest
                .iter()
                .take_while(|c| **c != b'"')
                .map(|c| char::from(*c))
                .collect();
            digits.parse().context("that is no room's number")?
        } else {
            self.rooms.push(Vec::new());
            self.rooms.len() - 1
        };
        let room = self.rooms.get_mut(number).context("there is no such room")?;
        let index = room.len();
        room.push(at);
        let kind = if index == 0 { "created" } else { "joined" };
        let text = format!(r#"{{"type":"{kind}","room":"{number}","index":{index}}}"#);
        let member = self.members.get_mut(at).context("no such member")?;
        (member.room, member.index) = (Some(number), index);
        let mut bytes = Vec::new();
        frame::put_servers_text(&mut bytes, text.as_bytes());
        member.stream.write_all(&bytes)?;
        Ok(())
    }

    fn relay(&mut self, from: usize, data: &[u8]) -> anyhow::Result<()> {
        let speaker = self.members.get(from).context("no such member")?;
        let mut text = format!(r#"{{"type":"message","from":{},"data":"#, speaker.index).into_bytes();
        text.extend_from_slice(data);
        let mut bytes = Vec::with_capacity(text.len() + 4);
        frame::put_servers_text(&mut bytes, &text);
        let room = speaker
            .room
            .and_then(|room| self.rooms.get(room))
            .context("in no room")?;
        for &to in room.iter().filter(|to| **to != from) {
            let Some(member) = self.members.get_mut(to) else {
                continue;
            };
            match member.stream.write(&bytes) {
                Ok(count) if count == bytes.len() => {}
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
                _ => bail!("a socket is full: the loop that only sends has no queues"),
            }
        }
        Ok(())
    }
}

/// What stands behind `mark`, if it is there.
fn after<'a>(text: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    let at = text.windows(mark.len()).position(|window| window == mark)?;
    text.get(at + mark.len()..)
}
