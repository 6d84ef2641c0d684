//! The inbound side of a WebSocket: bytes to messages, strictly by RFC 6455.
//!
//! The protocol is tungstenite's; this file feeds it from one read buffer a core instead of one a connection,
//! and takes its answers (pongs, the reply to a close) as bytes for the outbox.

use super::outbox::{Closing, Outbox};
use crate::limits;
use std::cell::RefCell;
use std::io::{self, Read, Write};
use tungstenite::error::{CapacityError, Error, ProtocolError};
use tungstenite::protocol::{Message, Role, WebSocketConfig, WebSocketContext};

thread_local! {
    static READ_BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; limits::READ_BYTES_MAX]);
}

/// Something that the client sent.
#[derive(Debug)]
pub(crate) enum Inbound {
    /// A text message.
    Text(tungstenite::Utf8Bytes),
    /// A binary message, where text was due.
    Binary,
    /// The answer to a ping, with its payload.
    Pong(bytes::Bytes),
    /// Goodbye; the bytes of the answer.
    Goodbye,
}

/// What a read brought.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Messages, in their order.
    pub(crate) messages: Vec<Inbound>,
    /// Pings and pongs among what came.
    pub(crate) controls: u32,
    /// Bytes to send: answers that the protocol asks for.
    pub(crate) answers: Vec<u8>,
    /// The read filled the buffer.
    pub(crate) may_have_more: bool,
    /// Why the connection cannot go on after these messages.
    pub(crate) end: Option<End>,
}

/// Why nothing more will be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The other side is gone.
    Gone,
    /// The other side broke the protocol.
    Breach(Closing),
}

/// The state of the protocol between reads.
#[derive(Debug)]
pub(crate) struct Parser {
    context: WebSocketContext,
    /// The protocol was broken: what still comes means nothing.
    ended: bool,
    /// Bytes since the last whole message or control frame.
    unfinished: usize,
    unfinished_max: usize,
}

impl Parser {
    pub(crate) fn new(message_bytes_max: usize) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(limits::PARSER_IDLE_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(message_bytes_max))
            .max_frame_size(Some(message_bytes_max));
        Self {
            context: WebSocketContext::new(Role::Server, Some(config)),
            ended: false,
            unfinished: 0,
            unfinished_max: message_bytes_max.saturating_mul(limits::UNFINISHED_FACTOR),
        }
    }

    /// Reads once from the socket and parses what came.
    pub(crate) fn read(&mut self, outbox: &Outbox) -> Batch {
        READ_BUFFER.with_borrow_mut(|buffer| match outbox.read(buffer) {
            Ok(0) => Batch {
                end: Some(End::Gone),
                ..Batch::default()
            },
            Ok(count) => Batch {
                may_have_more: count == buffer.len(),
                ..self.parse(buffer.get(..count).unwrap_or_default())
            },
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Batch::default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Batch::default(),
            Err(_) => Batch {
                end: Some(End::Gone),
                ..Batch::default()
            },
        })
    }

    /// Parses bytes.
    pub(crate) fn parse(&mut self, bytes: &[u8]) -> Batch {
        let mut batch = Batch::default();
        if self.ended {
            return batch;
        }
        let mut feed = Feed {
            input: bytes,
            output: &mut batch.answers,
        };
        loop {
            match self.context.read(&mut feed) {
                Ok(Message::Text(text)) => batch.messages.push(Inbound::Text(text)),
                Ok(Message::Binary(_)) => batch.messages.push(Inbound::Binary),
                Ok(Message::Pong(payload)) => {
                    batch.controls += 1;
                    batch.messages.push(Inbound::Pong(payload));
                }
                Ok(Message::Ping(_) | Message::Frame(_)) => batch.controls += 1,
                Ok(Message::Close(_)) => {
                    // Puts the answer into the feed's output; that it then reports the end is its way.
                    let _ = self.context.flush(&mut feed);
                    batch.messages.push(Inbound::Goodbye);
                    return batch;
                }
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    let _ = self.context.flush(&mut feed);
                    self.note_unfinished(bytes.len(), &mut batch);
                    return batch;
                }
                Err(error) => {
                    self.ended = true;
                    batch.end = Some(end_of(&error));
                    return batch;
                }
            }
        }
    }
}

impl Parser {
    /// Sees that a message comes to an end: empty fragments count as no part of it.
    fn note_unfinished(&mut self, bytes: usize, batch: &mut Batch) {
        let whole = !batch.messages.is_empty() || batch.controls > 0;
        self.unfinished = if whole {
            0
        } else {
            self.unfinished.saturating_add(bytes)
        };
        if self.unfinished > self.unfinished_max {
            self.ended = true;
            batch.end = Some(End::Breach(Closing::TooLarge));
        }
    }
}

fn end_of(error: &Error) -> End {
    match error {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => End::Breach(Closing::TooLarge),
        Error::Utf8(_) => End::Breach(Closing::NotUtf8),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => End::Gone,
        Error::Protocol(_) | Error::Capacity(_) => End::Breach(Closing::Protocol),
        _ => End::Gone,
    }
}

/// What was read, as a stream that ends in "would block", and a place for what is to be written.
struct Feed<'a> {
    input: &'a [u8],
    output: &'a mut Vec<u8>,
}

impl Read for Feed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.input.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.input.read(buffer)
    }
}

impl Write for Feed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.output.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
