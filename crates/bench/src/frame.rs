//! WebSocket frames as a client makes and reads them (RFC 6455, section 5): only what a load needs, so that the
//! generator costs less than what it measures.

/// The bits of a frame's first byte for a whole text message.
const TEXT: u8 = 0x81;

/// The same for the answer to a ping.
const PONG: u8 = 0x8A;

/// With what clients hide their bytes. Any key is allowed, and always the same one costs the server as much.
const MASK: [u8; 4] = [0x4D, 0x61, 0x74, 0x69];

/// Bytes before the payload in a client's frame of at most 125 bytes.
const SMALL_HEAD: usize = 6;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Ping,
    Close,
    /// A pong, binary data or a fragment: nothing that a load asks for.
    Other,
}

/// Appends a text message, masked.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    put(out, TEXT, text);
}

/// Appends the answer to a ping.
pub(crate) fn put_pong(out: &mut Vec<u8>, payload: &[u8]) {
    put(out, PONG, payload);
}

fn put(out: &mut Vec<u8>, first: u8, payload: &[u8]) {
    out.reserve(payload.len() + SMALL_HEAD + 8);
    out.push(first);
    let length = payload.len();
    match length {
        0..=125 => out.push(0x80 | length as u8),
        126..=0xFFFF => {
            out.push(0x80 | 126);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        _ => {
            out.push(0x80 | 127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&MASK);
    out.extend(
        payload
            .iter()
            .zip(MASK.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
}

/// The first whole frame of what a server has sent: what it is, its payload, and the bytes after it.
pub(crate) fn first(bytes: &[u8]) -> Option<(Kind, &[u8], &[u8])> {
    let (&[head, short], rest) = bytes.split_first_chunk::<2>()?;
    let (length, rest) = match short & 0x7F {
        126 => {
            let (length, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_be_bytes(*length)), rest)
        }
        127 => {
            let (length, rest) = rest.split_first_chunk()?;
            (usize::try_from(u64::from_be_bytes(*length)).ok()?, rest)
        }
        length => (usize::from(length), rest),
    };
    let kind = match head {
        TEXT => Kind::Text,
        0x88 => Kind::Close,
        0x89 => Kind::Ping,
        _ => Kind::Other,
    };
    let (payload, rest) = rest.split_at_checked(length)?;
    Some((kind, payload, rest))
}

/// Appends a text message as a server sends it.
pub(crate) fn put_servers_text(out: &mut Vec<u8>, text: &[u8]) {
    out.push(TEXT);
    match text.len() {
        length @ 0..=125 => out.push(length as u8),
        length => {
            out.push(126);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
    }
    out.extend_from_slice(text);
}

/// The first whole frame of what a client has sent, unmasked, and the bytes after it: one of at most 64 KiB.
pub(crate) fn first_masked(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let (&[_, short], rest) = bytes.split_first_chunk::<2>()?;
    let (length, rest) = match short & 0x7F {
        126 => {
            let (length, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_be_bytes(*length)), rest)
        }
        length => (usize::from(length), rest),
    };
    let (mask, rest) = rest.split_first_chunk::<4>()?;
    let (payload, rest) = rest.split_at_checked(length)?;
    let text = payload.iter().zip(mask.iter().cycle());
    Some((text.map(|(byte, mask)| byte ^ mask).collect(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tungstenite::protocol::frame::Frame;
    use tungstenite::protocol::frame::coding::{Data, OpCode};
    use tungstenite::protocol::{Message, Role, WebSocketContext};

    /// What a server by a library reads from a client's bytes.
    fn heard(bytes: Vec<u8>) -> Message {
        let mut context = WebSocketContext::new(Role::Server, None);
        context.read(&mut std::io::Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn a_library_reads_texts_of_every_length() {
        for length in [0, 1, 64, 125, 126, 127, 0xFFFF, 0x1_0000, 70_000] {
            let text = "x".repeat(length);
            let mut bytes = Vec::new();
            put_text(&mut bytes, text.as_bytes());
            assert_eq!(heard(bytes), Message::text(text), "{length}");
        }
    }

    #[test]
    fn a_library_reads_pongs() {
        let mut bytes = Vec::new();
        put_pong(&mut bytes, b"12345678");
        assert_eq!(heard(bytes), Message::Pong("12345678".into()));
    }

    fn framed(text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let frame = Frame::message(text.to_owned(), OpCode::Data(Data::Text), true);
        frame.format(&mut bytes).unwrap();
        bytes
    }

    proptest! {
        #[test]
        fn frames_are_read_one_after_the_other(texts in prop::collection::vec("[a-z]{0,300}", 1..6), cut in any::<prop::sample::Index>()) {
            let bytes: Vec<u8> = texts.iter().flat_map(|text| framed(text)).collect();
            let mut rest = bytes.as_slice();
            for text in &texts {
                let (kind, payload, after) = first(rest).unwrap();
                prop_assert_eq!((kind, payload), (Kind::Text, text.as_bytes()));
                rest = after;
            }
            prop_assert!(rest.is_empty());
            // A part is never taken for a whole one.
            let last = framed(texts.last().unwrap());
            prop_assert_eq!(first(&last[..cut.index(last.len())]), None);
        }
    }

    #[test]
    fn a_servers_side_reads_what_a_client_sends() {
        for length in [0, 100, 125, 126, 9_000] {
            let text = vec![b'x'; length];
            let mut bytes = Vec::new();
            put_text(&mut bytes, &text);
            bytes.push(1);
            assert_eq!(first_masked(&bytes), Some((text.clone(), &[1][..])), "{length}");
            assert_eq!(first_masked(&bytes[..bytes.len() - 2]), None);
            let mut told = Vec::new();
            put_servers_text(&mut told, &text);
            assert_eq!(first(&told), Some((Kind::Text, text.as_slice(), &[][..])));
        }
    }

    #[test]
    fn controls_are_told_apart() {
        assert_eq!(
            first(&[0x89, 2, b'h', b'i', 9]),
            Some((Kind::Ping, &b"hi"[..], &[9][..]))
        );
        assert_eq!(first(&[0x88, 0]), Some((Kind::Close, &b""[..], &[][..])));
        assert_eq!(first(&[0x8A, 0]), Some((Kind::Other, &b""[..], &[][..])));
    }
}
