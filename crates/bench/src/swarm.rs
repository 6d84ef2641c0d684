//! Many connections in one thread: one epoll, one read a wake, nothing between the sockets and the load.

use crate::link::{Door, Left, Link};
use anyhow::{Context, bail};
use mio::{Events, Interest, Poll, Token};
use std::time::{Duration, Instant};

/// Bytes read from a socket at once.
const READ_BYTES: usize = 256 * 1024;

/// Wakes that are taken in one turn.
const EVENTS: usize = 1024;

/// How long something that has to come is waited for.
const COMES_WITHIN: Duration = Duration::from_secs(30);

/// A connection among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Id(pub(crate) usize);

/// Many connections.
pub(crate) struct Swarm {
    poll: Poll,
    events: Events,
    links: Vec<Link>,
    buffer: Vec<u8>,
    began: Instant,
}

impl Swarm {
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self {
            poll: Poll::new()?,
            events: Events::with_capacity(EVENTS),
            links: Vec::new(),
            buffer: vec![0; READ_BYTES],
            began: Instant::now(),
        })
    }

    /// Nanoseconds since the swarm was made: the one clock of a load.
    pub(crate) fn now_ns(&self) -> u64 {
        self.began.elapsed().as_nanos() as u64
    }

    /// Opens a connection.
    pub(crate) fn open(&mut self, door: &Door) -> anyhow::Result<Id> {
        Ok(self.open_told(door)?.0)
    }

    /// The same, with the head of the handshake's answer.
    pub(crate) fn open_told(&mut self, door: &Door) -> anyhow::Result<(Id, String)> {
        let (link, head) = Link::open(door)?;
        Ok((self.take_in(link)?, head))
    }

    /// Opens a connection without waiting for the answer: when it has come, [`Self::is_open`].
    pub(crate) fn begin(&mut self, door: &Door) -> anyhow::Result<Id> {
        let link = Link::begin(door)?;
        self.take_in(link)
    }

    fn take_in(&mut self, mut link: Link) -> anyhow::Result<Id> {
        let id = Id(self.links.len());
        self.poll
            .registry()
            .register(&mut link.stream, Token(id.0), Interest::READABLE)?;
        self.links.push(link);
        Ok(id)
    }

    /// Whether a connection was answered and has not ended.
    pub(crate) fn is_open(&self, id: Id) -> bool {
        let link = self.links.get(id.0);
        link.is_some_and(|link| !link.is_opening && link.ended.is_none())
    }

    pub(crate) fn len(&self) -> usize {
        self.links.len()
    }

    /// Bytes that came to all of them.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.links.iter().map(|link| link.bytes_read).sum()
    }

    /// Whether a connection has ended.
    pub(crate) fn has_ended(&self, id: Id) -> bool {
        self.links.get(id.0).is_none_or(|link| link.ended.is_some())
    }

    /// Hears what came with the answer to a connection's handshake.
    pub(crate) fn first_of(&mut self, id: Id, hear: impl FnMut(&[u8])) {
        if let Some(link) = self.links.get_mut(id.0) {
            link.read_first(hear);
        }
    }

    /// How many connections have ended, and the code of one of them.
    pub(crate) fn ended(&self) -> (usize, Option<u16>) {
        let ended = self.links.iter().filter_map(|link| link.ended);
        (ended.clone().count(), ended.last())
    }

    /// Ends a connection without a word, as a lost one ends. It counts for none that has ended.
    pub(crate) fn drop_link(&mut self, id: Id) {
        if let Some(link) = self.links.get_mut(id.0) {
            let _ = link.stream.shutdown(std::net::Shutdown::Both);
        }
    }

    /// Reads no more of what comes to a connection.
    pub(crate) fn deafen(&mut self, id: Id) -> anyhow::Result<()> {
        if let Some(link) = self.links.get_mut(id.0) {
            self.poll.registry().deregister(&mut link.stream)?;
        }
        Ok(())
    }

    /// Sends framed bytes.
    pub(crate) fn send(&mut self, id: Id, bytes: &[u8]) {
        let Some(link) = self.links.get_mut(id.0) else {
            return;
        };
        if !link.send(bytes) {
            let both = Interest::READABLE | Interest::WRITABLE;
            let _ = self
                .poll
                .registry()
                .reregister(&mut link.stream, Token(id.0), both);
        }
    }

    /// Waits at most `timeout` for sockets, and gives all that came to `hear`: whose, what, and when.
    pub(crate) fn turn(
        &mut self,
        timeout: Option<Duration>,
        mut hear: impl FnMut(Id, &[u8], u64),
    ) -> anyhow::Result<()> {
        match self.poll.poll(&mut self.events, timeout) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => return Ok(()),
            polled => polled?,
        }
        for event in &self.events {
            let id = Id(event.token().0);
            let Some(link) = self.links.get_mut(id.0) else {
                continue;
            };
            if event.is_writable() && link.flush() {
                self.poll
                    .registry()
                    .reregister(&mut link.stream, Token(id.0), Interest::READABLE)?;
            }
            loop {
                let began = self.began;
                let mut now = None;
                let mut told = |text: &[u8]| {
                    let now = *now.get_or_insert_with(|| began.elapsed().as_nanos() as u64);
                    hear(id, text, now);
                };
                if link.read(&mut self.buffer, &mut told) == Left::Nothing {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Waits until `found` has found what it wants in what a connection hears. What others hear meanwhile is lost.
    pub(crate) fn wait_for<T>(
        &mut self,
        whose: Id,
        mut found: impl FnMut(&[u8]) -> Option<T>,
    ) -> anyhow::Result<T> {
        let mut result = None;
        if let Some(link) = self.links.get_mut(whose.0) {
            link.read_first(|text| {
                if result.is_none() {
                    result = found(text);
                }
            });
        }
        let until = Instant::now() + COMES_WITHIN;
        while result.is_none() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("a server did not say in time what it had to");
            }
            self.turn(Some(left), |id, text, _| {
                if id == whose && result.is_none() {
                    result = found(text);
                }
            })?;
            if let Some(code) = self.links.get(whose.0).and_then(|link| link.ended) {
                bail!("a server ended a connection with {code} instead of answering");
            }
        }
        result.context("nothing was found")
    }

    /// Takes what still comes until nothing has come for `quiet`.
    pub(crate) fn settle(&mut self, quiet: Duration) -> anyhow::Result<()> {
        let mut heard_at = Instant::now();
        let until = heard_at + COMES_WITHIN;
        while heard_at.elapsed() < quiet && Instant::now() < until {
            let left = quiet.saturating_sub(heard_at.elapsed());
            let mut heard = false;
            self.turn(Some(left), |_, _, _| heard = true)?;
            if heard {
                heard_at = Instant::now();
            }
        }
        Ok(())
    }
}
