//! The packets of Engine.IO, and of Socket.IO in them: as much of both as clients need who only listen.
//!
//! Both generations that are about are spoken. They differ in who pings, in how several packets are put into one body,
//! and in whether a client asks to be connected.

use serde_json::json;

/// Asks the client for a sign of life.
pub const PING: &str = "2";
/// Answers the client's ping.
pub const PONG: &str = "3";
/// Answers a client that tries a WebSocket.
pub const PROBED: &str = "3probe";
/// Says goodbye for the engine: clients come again.
pub const CLOSE: &str = "1";
/// Says nothing, to who has to be answered.
pub const NOOP: &str = "6";
/// Says goodbye for Socket.IO: clients take it as final.
pub const DISCONNECT: &str = "41";

/// Between the packets of a body, in the fourth generation.
const SEPARATOR: char = '\u{1e}';

/// A generation of Engine.IO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// That of Socket.IO's clients 1 and 2: the client pings, and is connected unasked.
    Third,
    /// That of its clients from 3 on: the server pings, and the client asks to be connected.
    Fourth,
}

impl Generation {
    /// By the number that clients name.
    #[must_use]
    pub fn numbered(number: &str) -> Option<Self> {
        match number {
            "3" => Some(Self::Third),
            "4" => Some(Self::Fourth),
            _ => None,
        }
    }
}

/// What a client says in a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// It asks whether we are there.
    Ping,
    /// It is there.
    Pong,
    /// It tries a WebSocket.
    Probe,
    /// It goes on by the WebSocket that it has tried.
    Upgrade,
    /// Goodbye.
    Close,
    /// It wants to be connected.
    Connect,
    /// It wants to be connected to something else that is not here: the answer.
    ConnectElsewhere(String),
    /// It wants to be connected no longer.
    Disconnect,
    /// Something that we need not understand.
    Other,
}

/// Reads a client's packet. `None` if it is none.
#[must_use]
pub fn read(generation: Generation, packet: &str) -> Option<Said> {
    match packet {
        "1" => Some(Said::Close),
        "2" => Some(Said::Ping),
        "2probe" => Some(Said::Probe),
        "3" => Some(Said::Pong),
        "5" => Some(Said::Upgrade),
        "6" => Some(Said::Other),
        _ => match packet.strip_prefix('4') {
            Some(message) => read_message(generation, message),
            // Bytes, in base64.
            None => packet.starts_with('b').then_some(Said::Other),
        },
    }
}

/// Reads a packet of Socket.IO.
fn read_message(generation: Generation, message: &str) -> Option<Said> {
    let (kind, rest) = message.split_at_checked(1)?;
    // A namespace ends with a comma, and may have a query; that of the root may be left out.
    let named = rest.strip_prefix('/').map(|rest| rest.split([',', '?']).next());
    let elsewhere = named.flatten().filter(|name| !name.is_empty());
    match (kind, elsewhere) {
        ("0", None) => Some(Said::Connect),
        ("0", Some(name)) => Some(Said::ConnectElsewhere(refused_at(
            generation,
            &format!("/{name},"),
            "Invalid namespace",
        ))),
        ("1", None) => Some(Said::Disconnect),
        ("1" | "2" | "3" | "5" | "6", _) => Some(Said::Other),
        _ => None,
    }
}

/// The first packet of a session: how it is called, and what holds for it.
#[must_use]
pub fn opened(sid: &str, upgrades: &[&str], every_ms: u128, within_ms: u128, bytes_max: usize) -> String {
    let terms = json!({
        "sid": sid,
        "upgrades": upgrades,
        "pingInterval": every_ms as u64,
        "pingTimeout": within_ms as u64,
        "maxPayload": bytes_max,
    });
    format!("0{terms}")
}

/// Tells a client that it is connected.
#[must_use]
pub fn connected(generation: Generation, sid: &str) -> String {
    match generation {
        Generation::Third => "40".to_owned(),
        Generation::Fourth => format!("40{}", json!({ "sid": sid })),
    }
}

/// Tells a client why it is not connected.
#[must_use]
pub fn refused(generation: Generation, why: &str) -> String {
    refused_at(generation, "", why)
}

fn refused_at(generation: Generation, namespace: &str, why: &str) -> String {
    let why = match generation {
        Generation::Third => json!(why),
        Generation::Fourth => json!({ "message": why }),
    };
    format!("44{namespace}{why}")
}

/// The packet of an event of one string.
#[must_use]
pub fn event(name: &str, text: &str) -> String {
    format!("42{}", json!([name, text]))
}

/// Puts one more packet into a body.
pub fn put(generation: Generation, body: &mut String, packet: &str) {
    match generation {
        // Counted as browsers count, in units of UTF-16.
        Generation::Third => {
            body.push_str(&packet.encode_utf16().count().to_string());
            body.push(':');
        }
        Generation::Fourth if !body.is_empty() => body.push(SEPARATOR),
        Generation::Fourth => {}
    }
    body.push_str(packet);
}

/// The packets in a body. `None` if it has something else in it.
#[must_use]
pub fn in_body(generation: Generation, body: &str) -> Option<Vec<&str>> {
    match generation {
        Generation::Third => in_counted(body),
        Generation::Fourth => Some(body.split(SEPARATOR).collect()),
    }
}

fn in_counted(mut body: &str) -> Option<Vec<&str>> {
    let mut packets = Vec::new();
    while !body.is_empty() {
        let (count, rest) = body.split_once(':')?;
        let packet = begin(rest, count.parse().ok()?)?;
        packets.push(packet);
        body = rest.get(packet.len()..)?;
    }
    Some(packets)
}

/// The first so many units of UTF-16.
fn begin(text: &str, units: usize) -> Option<&str> {
    let mut left = units;
    for (at, letter) in text.char_indices() {
        if left == 0 {
            return text.get(..at);
        }
        left = left.checked_sub(letter.len_utf16())?;
    }
    (left == 0).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::Generation::{Fourth, Third};
    use super::*;

    #[test]
    fn packets_are_read_as_clients_write_them() {
        let elsewhere = |answer: &str| Some(Said::ConnectElsewhere(answer.to_owned()));
        for (packet, said) in [
            ("1", Some(Said::Close)),
            ("2", Some(Said::Ping)),
            ("2probe", Some(Said::Probe)),
            ("3", Some(Said::Pong)),
            ("5", Some(Said::Upgrade)),
            ("40", Some(Said::Connect)),
            ("40/,", Some(Said::Connect)),
            (r#"40{"token":"a,/b"}"#, Some(Said::Connect)),
            (
                r#"40/admin,{"token":1}"#,
                elsewhere(r#"44/admin,{"message":"Invalid namespace"}"#),
            ),
            (
                "40/admin?a=1",
                elsewhere(r#"44/admin,{"message":"Invalid namespace"}"#),
            ),
            ("41", Some(Said::Disconnect)),
            ("41/admin,", Some(Said::Other)),
            (r#"42["a",1]"#, Some(Said::Other)),
            (r#"451-["a",{"_placeholder":true,"num":0}]"#, Some(Said::Other)),
            ("bAAEC", Some(Said::Other)),
            ("", None),
            ("0{}", None),
            ("2prob", None),
            ("4", None),
            ("44", None),
            ("4é", None),
            ("9", None),
        ] {
            assert_eq!(read(Fourth, packet), said, "{packet}");
        }
        assert_eq!(
            read(Third, "40/admin"),
            elsewhere(r#"44/admin,"Invalid namespace""#)
        );
    }

    #[test]
    fn a_body_brings_the_packets_that_were_put_into_it() {
        for (generation, packets, body) in [
            (Fourth, vec!["2", "42[\"é\"]"], "2\u{1e}42[\"é\"]"),
            (Third, vec!["40", "42[\"😀\"]", "3"], "2:408:42[\"😀\"]1:3"),
        ] {
            let mut put_in = String::new();
            for packet in &packets {
                put(generation, &mut put_in, packet);
            }
            assert_eq!(put_in, body);
            assert_eq!(in_body(generation, body), Some(packets));
        }
        for broken in [
            "1",
            ":4",
            "3:4",
            "-1:4",
            "999999999999999999999:4",
            "1:😀",
            "1:41:4x",
        ] {
            assert_eq!(in_body(Third, broken), None, "{broken}");
        }
        assert_eq!(in_body(Third, ""), Some(vec![]));
    }

    #[test]
    fn a_client_is_told_in_the_words_of_its_generation() {
        assert_eq!(connected(Third, "a"), "40");
        assert_eq!(connected(Fourth, "a"), r#"40{"sid":"a"}"#);
        assert_eq!(refused(Third, "Full."), r#"44"Full.""#);
        assert_eq!(refused(Fourth, "Full."), r#"44{"message":"Full."}"#);
        assert_eq!(event("play", "a"), r#"42["play","a"]"#);
    }
}
