//! The inbound side of a WebSocket: bytes to messages, strictly by RFC 6455.
//!
//! The protocol is tungstenite's; this file feeds it whole frames from one read buffer a core instead of one a connection,
//! and takes its answers (pongs, the reply to a close) as bytes for the outbox. What nearly all frames are, a text that is
//! whole in one, is read here, with a single copy.

use super::closing::Closing;
use super::outbox::Outbox;
use crate::limits;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Cursor, Read, Write};
use tungstenite::error::{CapacityError, Error, ProtocolError};
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::protocol::{Message, Role, WebSocketConfig, WebSocketContext};

thread_local! {
    static READ_BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; limits::READ_BYTES_MAX]);
}

/// Something that the client sent.
#[derive(Debug)]
pub(crate) enum Inbound {
    /// A text message.
    Text(String),
    /// A binary message, where text was due.
    Binary,
    /// The answer to a ping, with its payload.
    Pong(bytes::Bytes),
    /// Goodbye; the bytes of the answer.
    Goodbye(Vec<u8>),
}

/// What a read brought.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Messages, in their order.
    pub(crate) messages: VecDeque<Inbound>,
    /// Pings and pongs among what came.
    pub(crate) controls: u32,
    /// Bytes to send: answers to pings.
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
    /// The library's, while a message in several frames is under way.
    context: Option<Box<WebSocketContext>>,
    /// The beginning of a frame that has not come whole.
    part: Vec<u8>,
    /// The protocol was broken, or has said goodbye: what still comes means nothing.
    ended: bool,
    /// Bytes since the last whole message or control frame.
    unfinished: usize,
    message_bytes_max: usize,
}

impl Parser {
    pub(crate) fn new(message_bytes_max: usize) -> Self {
        Self {
            context: None,
            part: Vec::new(),
            ended: false,
            unfinished: 0,
            message_bytes_max,
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
        if self.part.is_empty() {
            self.part = self.take_frames(bytes, &mut batch).to_vec();
        } else {
            let mut part = std::mem::take(&mut self.part);
            part.extend_from_slice(bytes);
            let taken = part.len() - self.take_frames(&part, &mut batch).len();
            // Its memory goes with the frame that it was for.
            self.part = if taken > 0 { part.split_off(taken) } else { part };
        }
        self.note_unfinished(bytes.len(), &mut batch);
        batch
    }

    /// Takes whole frames. What is left is the beginning of one.
    fn take_frames<'a>(&mut self, mut bytes: &'a [u8], batch: &mut Batch) -> &'a [u8] {
        while !self.ended {
            let mut cursor = Cursor::new(bytes);
            let (head, length) = match FrameHeader::parse(&mut cursor) {
                Ok(Some(found)) => found,
                Ok(None) => return bytes,
                Err(error) => {
                    self.end(batch, end_of(&error));
                    break;
                }
            };
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            if length > self.message_bytes_max {
                self.end(batch, End::Breach(Closing::TooLarge));
                break;
            }
            let begins = cursor.position() as usize;
            let Some((frame, rest)) = bytes.split_at_checked(begins + length) else {
                return bytes;
            };
            match plain_text_mask(&head).filter(|_| self.context.is_none()) {
                Some(mask) => self.take_text(frame.get(begins..).unwrap_or_default(), mask, batch),
                None => self.feed(&head, frame, batch),
            }
            bytes = rest;
        }
        &[]
    }

    fn end(&mut self, batch: &mut Batch, end: End) {
        self.ended = true;
        batch.end = Some(end);
    }

    fn take_text(&mut self, payload: &[u8], mask: [u8; 4], batch: &mut Batch) {
        match String::from_utf8(unmasked(payload, mask)) {
            Ok(text) => batch.messages.push_back(Inbound::Text(text)),
            Err(_) => self.end(batch, End::Breach(Closing::NotUtf8)),
        }
    }

    /// Has the library take a whole frame.
    fn feed(&mut self, head: &FrameHeader, frame: &[u8], batch: &mut Batch) {
        let in_pieces = match head.opcode {
            OpCode::Data(_) => !head.is_final,
            OpCode::Control(_) => self.context.is_some(),
        };
        let bytes_max = Some(self.message_bytes_max);
        let context = self.context.take().unwrap_or_else(|| {
            let config = WebSocketConfig::default()
                .read_buffer_size(limits::PARSER_READ_BYTES)
                .write_buffer_size(0)
                .max_message_size(bytes_max)
                .max_frame_size(bytes_max);
            Box::new(WebSocketContext::new(Role::Server, Some(config)))
        });
        let context = self.read_all(context, frame, batch);
        self.context = context.filter(|_| in_pieces);
    }

    /// What the library makes of a frame. Its state, if the connection goes on.
    fn read_all(
        &mut self,
        mut context: Box<WebSocketContext>,
        frame: &[u8],
        batch: &mut Batch,
    ) -> Option<Box<WebSocketContext>> {
        let mut feed = Feed {
            input: frame,
            output: &mut batch.answers,
        };
        loop {
            match context.read(&mut feed) {
                Ok(Message::Text(text)) => batch.messages.push_back(Inbound::Text(text.as_str().to_owned())),
                Ok(Message::Binary(_)) => batch.messages.push_back(Inbound::Binary),
                Ok(Message::Pong(payload)) => {
                    batch.controls += 1;
                    batch.messages.push_back(Inbound::Pong(payload));
                }
                Ok(Message::Ping(_) | Message::Frame(_)) => batch.controls += 1,
                Ok(Message::Close(_)) => {
                    let before = feed.output.len();
                    // Puts the answer into the feed's output; that it then reports the end is its way.
                    let _ = context.flush(&mut feed);
                    let answer = feed.output.split_off(before);
                    batch.messages.push_back(Inbound::Goodbye(answer));
                    self.ended = true;
                    return None;
                }
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    let _ = context.flush(&mut feed);
                    return Some(context);
                }
                Err(error) => {
                    self.ended = true;
                    batch.end = Some(end_of(&error));
                    return None;
                }
            }
        }
    }

    /// Sees that a message comes to an end: empty fragments count as no part of it.
    fn note_unfinished(&mut self, bytes: usize, batch: &mut Batch) {
        let whole = !batch.messages.is_empty() || batch.controls > 0;
        self.unfinished = if whole {
            0
        } else {
            self.unfinished.saturating_add(bytes)
        };
        let unfinished_max = self.message_bytes_max.saturating_mul(limits::UNFINISHED_FACTOR);
        if self.unfinished > unfinished_max && !self.ended {
            self.end(batch, End::Breach(Closing::TooLarge));
        }
    }
}

/// The mask of a frame that is a whole text by itself and as it has to be.
fn plain_text_mask(head: &FrameHeader) -> Option<[u8; 4]> {
    let is_text = head.is_final && head.opcode == OpCode::Data(Data::Text);
    head.mask
        .filter(|_| is_text && !(head.rsv1 || head.rsv2 || head.rsv3))
}

fn unmasked(payload: &[u8], mask: [u8; 4]) -> Vec<u8> {
    let mut plain = payload.to_vec();
    let [a, b, c, d] = mask;
    // Eight at once, which the compiler makes still more of.
    let twice = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (eights, rest) = plain.as_chunks_mut();
    for eight in eights {
        *eight = (u64::from_ne_bytes(*eight) ^ twice).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.into_iter().cycle()) {
        *byte ^= mask;
    }
    plain
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BYTES_MAX: usize = 300;

    /// A client's frame, with its first byte and whether it is masked.
    fn frame(first: u8, masked: bool, payload: &[u8]) -> Vec<u8> {
        let mask = [0x5a, 0, 0xff, 0x31];
        let mut bytes = vec![first];
        let mask_bit = if masked { 0x80 } else { 0 };
        match payload.len() {
            short @ 0..126 => bytes.push(mask_bit | short as u8),
            length => {
                bytes.push(mask_bit | 126);
                bytes.extend((length as u16).to_be_bytes());
            }
        }
        if masked {
            bytes.extend(mask);
        }
        let mask = if masked { mask } else { [0; 4] };
        bytes.extend(
            payload
                .iter()
                .zip(mask.iter().cycle())
                .map(|(byte, mask)| byte ^ mask),
        );
        bytes
    }

    /// Any frame, those most often that good clients send.
    fn any_frame() -> impl Strategy<Value = Vec<u8>> {
        let texts = "[a-zä€🎬]{0,90}".prop_map(String::into_bytes);
        let bytes = proptest::collection::vec(any::<u8>(), 0..130);
        prop_oneof![
            8 => texts.clone().prop_map(|text| frame(0x81, true, &text)),
            2 => (0..0x10_u8, texts.clone()).prop_map(|(first, text)| frame(first & 0x89, true, &text)),
            2 => (any::<u8>(), any::<bool>(), texts).prop_map(|(first, masked, text)| frame(first, masked, &text)),
            1 => (prop_oneof![Just(0x81), Just(0x01), Just(0x80), Just(0x8a)], bytes)
                .prop_map(|(first, bytes)| frame(first, true, &bytes)),
        ]
    }

    /// What the library alone makes of all bytes at once.
    fn by_the_library(bytes: &[u8]) -> Batch {
        let config = WebSocketConfig::default()
            .max_message_size(Some(BYTES_MAX))
            .max_frame_size(Some(BYTES_MAX));
        let context = WebSocketContext::new(Role::Server, Some(config));
        let mut batch = Batch::default();
        Parser::new(BYTES_MAX).read_all(Box::new(context), bytes, &mut batch);
        batch
    }

    proptest! {
        #[test]
        fn frames_in_any_pieces_are_what_the_library_reads(
            frames in proptest::collection::vec(any_frame(), 0..8),
            piece_bytes in 1..400_usize,
        ) {
            let bytes = frames.concat();
            let mut parser = Parser::new(BYTES_MAX);
            let mut all = Batch::default();
            for piece in bytes.chunks(piece_bytes) {
                let batch = parser.parse(piece);
                all.messages.extend(batch.messages);
                all.controls += batch.controls;
                all.answers.extend(batch.answers);
                all.end = all.end.or(batch.end);
            }
            let expected = by_the_library(&bytes);
            prop_assert_eq!(format!("{:?}", all), format!("{:?}", expected));
        }
    }
}
