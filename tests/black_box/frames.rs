//! WebSocket frames that are wrong, too large, too many or unread: the one who sends them is told and, if it
//! goes on, closed. Nobody else notices.

use crate::http;
use crate::server::Server;
use crate::socket::{Connection, HANDSHAKE, Person, Received, handshake, handshake_with};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tungstenite::Message;

/// A room with Ana in it, and a way to see that she is well.
struct Party {
    server: Server,
    code: String,
    ana: Connection,
    said: u64,
}

impl Party {
    fn start(flags: &[&str]) -> Self {
        let server = Server::with_flags(flags);
        let (_, code, ana) = Person::with_room(server.port, "{}");
        Self {
            server,
            code,
            ana,
            said: 0,
        }
    }

    fn guest(&self) -> Connection {
        Person::new(self.server.port).enter(&self.code, "Ben", "b").0
    }

    /// The room does what Ana asks.
    fn is_well(&mut self) {
        self.said += 1;
        self.ana
            .send(&json!({"type": "say", "id": self.said, "text": "all well"}));
        while self.ana.receive_type("done")["id"] != self.said {}
    }
}

/// The bytes of a client's frame.
fn frame(first: u8, masked: bool, payload: &[u8]) -> Vec<u8> {
    let mask_bit = if masked { 0x80 } else { 0 };
    let mut bytes = vec![first];
    match payload.len() {
        length @ 0..126 => bytes.push(mask_bit | length as u8),
        length @ 126..65_536 => {
            bytes.push(mask_bit | 126);
            bytes.extend((length as u16).to_be_bytes());
        }
        length => {
            bytes.push(mask_bit | 127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    if masked {
        // A mask of zeroes leaves the payload as it is.
        bytes.extend([0; 4]);
    }
    bytes.extend(payload);
    bytes
}

fn send_raw(connection: &mut Connection, bytes: &[u8]) {
    connection.socket.get_mut().write_all(bytes).unwrap();
}

#[test]
fn breaches_of_the_protocol_close_with_its_codes() {
    let mut party = Party::start(&[]);
    let table: [(&str, Vec<u8>, u16); 10] = [
        ("no mask", frame(0x81, false, b"{}"), 1002),
        ("a reserved bit", frame(0xC1, true, b"{}"), 1002),
        ("an unknown opcode", frame(0x83, true, b"{}"), 1002),
        ("a continuation of nothing", frame(0x80, true, b"{}"), 1002),
        ("a ping in fragments", frame(0x09, true, b""), 1002),
        ("a ping too long", frame(0x89, true, &[0; 126]), 1002),
        ("text that is not UTF-8", frame(0x81, true, &[0xff, 0xfe]), 1007),
        (
            "text inside text",
            [frame(0x01, true, b"{"), frame(0x81, true, b"}")].concat(),
            1002,
        ),
        (
            "a length beyond all bounds",
            vec![0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255],
            1009,
        ),
        (
            "a message too large",
            frame(0x81, true, &vec![b' '; 65 * 1024]),
            1009,
        ),
    ];
    for (what, bytes, code) in table {
        let mut guest = party.guest();
        send_raw(&mut guest, &bytes);
        assert_eq!(guest.close_code(), code, "{what}");
        party.is_well();
    }
}

#[test]
fn fragments_and_pings_between_them_make_one_message() {
    let party = Party::start(&[]);
    let mut guest = party.guest();
    let text = r#"{"type":"clock","t0":7}"#.as_bytes();
    let bytes = [
        frame(0x01, true, &text[..5]),
        frame(0x89, true, b"hi"),
        frame(0x00, true, &text[5..9]),
        frame(0x80, true, &text[9..]),
    ];
    // Byte by byte, as the worst network would.
    for byte in bytes.concat() {
        send_raw(&mut guest, &[byte]);
    }
    let message = guest.socket.read().unwrap();
    let message = if matches!(&message, Message::Ping(_)) {
        guest.socket.read().unwrap()
    } else {
        message
    };
    assert_eq!(message, Message::Pong(b"hi".to_vec().into()));
    assert_eq!(guest.receive()["t0"], 7.0);
}

#[test]
fn the_largest_message_is_taken() {
    let party = Party::start(&[]);
    let mut guest = party.guest();
    let mut text = String::from(r#"{"type":"clock","t0":1}"#);
    text.extend(std::iter::repeat_n(' ', 64 * 1024 - text.len()));
    guest.send_text(&text);
    assert_eq!(guest.receive_type("clock")["t0"], 1.0);
}

#[test]
fn a_flood_is_refused_then_closed_and_others_do_not_feel_it() {
    let mut party = Party::start(&[]);
    let mut guest = party.guest();
    let text = r#"{"type":"clock","t0":1}"#.as_bytes();
    let flood = frame(0x81, true, text).repeat(2_000);
    // The server may close before it has read all.
    let _ = guest.socket.get_mut().write_all(&flood);
    let mut refused = 0;
    let code = loop {
        match guest.next() {
            Received::Message(text) if text.contains(r#""code":"too_fast""#) => refused += 1,
            Received::Message(_) => {}
            Received::Closed { code, .. } => break code,
            Received::Gone => panic!("ended without a word after {refused} refusals"),
        }
    };
    assert_eq!(code, 1008);
    assert!(refused >= 50, "{refused}");
    party.is_well();
}

#[test]
fn a_long_message_counts_as_several() {
    let mut party = Party::start(&["--messages-per-second", "10"]);
    let mut guest = party.guest();
    let long = json!({"type": "data", "data": "x".repeat(60_000)});
    for _ in 0..10 {
        guest.send(&long);
    }
    for _ in 0..5 {
        assert_eq!(guest.receive_type("refused")["code"], "too_fast");
    }
    party.is_well();
}

#[test]
fn a_member_who_never_reads_is_closed_and_slows_nobody() {
    let mut party = Party::start(&["--outbox-kib-max", "512", "--messages-per-second", "100000"]);
    let deaf = party.guest();
    party.ana.receive_type("member");
    let text = "x".repeat(2_000);
    let mut gone: Option<Value> = None;
    // The system's own buffers take some megabytes before the outbox fills.
    for id in 1..20_000 {
        party.ana.send(&json!({"type": "say", "id": id, "text": text}));
        party.said = id;
        loop {
            let message = party.ana.receive();
            if message["type"] == "member" && message["member"]["away"] == true {
                gone = Some(message.clone());
            }
            if message["type"] == "done" {
                break;
            }
        }
        if gone.is_some() {
            break;
        }
    }
    let gone = gone.expect("the deaf member is away after 40 MB");
    assert_eq!(gone["member"]["id"], 2);
    party.is_well();
    drop(deaf);
}

#[test]
fn a_connection_that_breaks_off_anywhere_ends_quietly() {
    let mut party = Party::start(&[]);
    let request = handshake(&format!("/api/rooms/{}/ws", party.code));
    let hello = frame(
        0x81,
        true,
        br#"{"type":"hello","protocol":1,"name":"Ben","tab":"b"}"#,
    );
    let whole = [request.as_bytes(), &hello].concat();
    for end in (0..whole.len()).step_by(7) {
        let mut stream = TcpStream::connect(("127.0.0.1", party.server.port)).unwrap();
        stream.write_all(&whole[..end]).unwrap();
    }
    // The handshake and the first message in one packet are fine.
    let mut stream = http::connect(party.server.port);
    stream.write_all(&whole).unwrap();
    let mut bytes = Vec::new();
    while !String::from_utf8_lossy(&bytes).contains("\"welcome\"") {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).unwrap();
        assert!(count > 0);
        bytes.extend_from_slice(&chunk[..count]);
    }
    party.is_well();
}

#[test]
fn a_handshake_that_is_wrong_gets_an_answer() {
    let party = Party::start(&[]);
    let path = format!("/api/rooms/{}/ws", party.code);
    assert_eq!(http::get(party.server.port, &path, &[]).status, 426);
    let old = handshake_with("Sec-WebSocket-Version", "8");
    let answer = http::get(party.server.port, &path, &old);
    assert_eq!(
        (answer.status, answer.header("sec-websocket-version")),
        (426, Some("13"))
    );
    let no_key = handshake_with("Sec-WebSocket-Key", "short");
    assert_eq!(http::get(party.server.port, &path, &no_key).status, 400);
    assert_eq!(
        http::get(party.server.port, "/api/rooms/SZZZZZ/ws", &HANDSHAKE).status,
        404
    );
}

/// What a client may send without an end; all of it in one core's server, where nobody else would have a turn.
#[test]
fn a_flood_on_one_connection_keeps_nobody_waiting() {
    let mut party = Party::start(&["--workers", "1"]);
    let floods: [Vec<u8>; 4] = [
        frame(0x81, true, br#"{"type":"clock","t0":1}"#),
        frame(0x89, true, b""),
        frame(0x8A, true, b""),
        frame(0x00, true, b""),
    ];
    for flood in floods {
        let mut stream = open_to_flood(&party);
        if flood[0] == 0x00 {
            stream.write_all(&frame(0x01, true, b"begun")).unwrap();
        }
        let many = flood.repeat(4_000);
        let writer = std::thread::spawn(move || {
            // Ends when the server has closed, or has refused to read for long.
            stream.set_write_timeout(Some(Duration::from_secs(5))).unwrap();
            let begin = Instant::now();
            while begin.elapsed() < Duration::from_secs(20) && stream.write_all(&many).is_ok() {}
            begin.elapsed()
        });
        party.is_well();
        party.is_well();
        let lasted = writer.join().unwrap();
        assert!(
            lasted < Duration::from_secs(15),
            "the flood went on for {lasted:?}"
        );
        party.is_well();
    }
}

/// A socket of somebody in the room, whose bytes are ours.
fn open_to_flood(party: &Party) -> TcpStream {
    let mut stream = http::connect(party.server.port);
    let path = format!("/api/rooms/{}/ws", party.code);
    stream.write_all(handshake(&path).as_bytes()).unwrap();
    let hello = br#"{"type":"hello","protocol":1,"name":"Flo","tab":"f"}"#;
    stream.write_all(&frame(0x81, true, hello)).unwrap();
    stream
}
