//! The subprotocol of the handshake, in which a StreamGo client says all that others say in a first message:
//! `c#1#<user>#<password>#<party name>#<newcomers are hosts>` or `j#1#<user>#<code>#<password>`, each field
//! percent-encoded.

use crate::Dialect;
use crate::opening::{Handshake, Opening};
use crate::request::{Door, Hello, Malformed, NewRoom, Request, Who};
use matinee_room::{CodeShape, Relay, Seen, text};

/// The version of the protocol, as it stands in the second field.
const VERSION: &str = "1";

/// Who has not told their name.
const USER: &str = "Anonymous";

/// A party without a name.
const PARTY: &str = "Watch Party";

/// The opening of whoever offers such a subprotocol. It is selected as it is, or a browser drops the connection.
pub(super) fn opening(handshake: &Handshake<'_>) -> Option<Opening> {
    let protocol = handshake
        .protocols
        .iter()
        .find(|protocol| protocol.contains('#'))?;
    Some(Opening {
        protocol: Some((*protocol).to_owned()),
        first: Some(hello(protocol).map(Request::Hello)),
        ..Opening::of(Dialect::StreamGo)
    })
}

fn hello(protocol: &str) -> Result<Hello, Malformed> {
    let fields: Vec<&str> = protocol.split('#').collect();
    let (door, user, password) = match *fields.as_slice() {
        [_, version, ..] if version != VERSION => return Err(Malformed::Version { ours: 1 }),
        ["c", _, user, password, name, newcomers_may_control, ..] => {
            let new = NewRoom {
                code: CodeShape::PARTY,
                name: text::room_name_or(&decoded(name)?, PARTY),
                newcomers_may_control: newcomers_may_control == "1",
                relay: Relay::default(),
            };
            (Door::New(Box::new(new)), user, password)
        }
        ["j", _, user, code, password, ..] => (Door::Room(decoded(code)?), user, password),
        _ => return Err(malformed("it makes or joins no party")),
    };
    Ok(Hello {
        door,
        who: Who::Anybody,
        name: text::member_name_or(&decoded(user)?, USER),
        tab: None,
        password: Some(decoded(password)?).filter(|password| !password.is_empty()),
        since: Seen::default(),
    })
}

fn malformed(reason: &str) -> Malformed {
    Malformed::Message {
        reason: reason.to_owned(),
    }
}

/// The text that was percent-encoded; nothing is guessed where a `%` or the bytes are wrong.
fn decoded(field: &str) -> Result<String, Malformed> {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
                let pair = digit().zip(digit());
                let (high, low) = pair.ok_or_else(|| malformed("a % stands before no two digits"))?;
                // Two hexadecimal digits make one byte.
                (high * 16 + low) as u8
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| malformed("a field is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use matinee_room::limits;
    use proptest::prelude::*;

    fn opened(protocols: &[&str]) -> Option<Opening> {
        opening(&Handshake {
            path: "/",
            query: "",
            protocols: protocols.to_vec(),
        })
    }

    fn new_room(protocol: &str) -> (Hello, NewRoom) {
        let hello = hello(protocol).unwrap();
        match hello.door.clone() {
            Door::New(new) => (hello, *new),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_party_is_made() {
        let (hello, new) = new_room("c#1#Ana%20Mar%C3%ADa#pop%23corn#Friday%20%F0%9F%8E%AC#1");
        assert_eq!(hello.name, "Ana María");
        assert_eq!(hello.password.as_deref(), Some("pop#corn"));
        assert_eq!(
            (hello.who, hello.tab, hello.since),
            (Who::Anybody, None, Seen::default())
        );
        assert_eq!(new.name, "Friday 🎬");
        assert_eq!(new.code, CodeShape::PARTY);
        assert!(new.newcomers_may_control);
    }

    #[test]
    fn what_is_missing_has_a_default() {
        for protocol in ["c#1####", "c#1#%20##%E2%80%8B#0", "c#1####yes#more#fields"] {
            let (hello, new) = new_room(protocol);
            assert_eq!(hello.name, "Anonymous", "{protocol}");
            assert_eq!(hello.password, None);
            assert_eq!(new.name, "Watch Party");
            assert!(!new.newcomers_may_control);
        }
    }

    #[test]
    fn a_party_is_joined() {
        let hello = hello("j#1#Ben#sh7%20km3#pop%25corn").unwrap();
        assert_eq!(hello.door, Door::Room("sh7 km3".into()));
        assert_eq!(hello.name, "Ben");
        assert_eq!(hello.password.as_deref(), Some("pop%corn"));
    }

    #[test]
    fn names_are_cut_rather_than_refused() {
        let protocol = format!("c#1#{}##{}#0", "u".repeat(40_000), "%00p".repeat(10_000));
        let (hello, new) = new_room(&protocol);
        assert_eq!(hello.name, "u".repeat(limits::NAME_CHARS_MAX));
        let first = text::room_name(&new.name).unwrap();
        assert!(first.chars().count() <= limits::ROOM_NAME_CHARS_MAX && first.starts_with("p p"));
    }

    #[test]
    fn other_versions_and_what_is_no_party_are_refused() {
        for protocol in ["c#2#Ana###0", "j##Ben#S1#", "x#2", "c#", "c#01#Ana###0"] {
            assert_eq!(hello(protocol), Err(Malformed::Version { ours: 1 }), "{protocol}");
        }
        let wrong = [
            "c#1",
            "c#1#Ana##Friday",
            "j#1#Ben#S1",
            "x#1#Ana##Friday#0",
            "#1#####",
            "C#1#Ana##Friday#0",
            "c#1#%##Friday#0",
            "c#1#%4##Friday#0",
            "c#1#%zz##Friday#0",
            "c#1#%+1##Friday#0",
            "c#1#%FF##Friday#0",
            "c#1#Ana#%C3#Friday#0",
            "c#1#Ana##%ED%A0%80#0",
            "j#1#Ben#%E0%80#",
        ];
        for protocol in wrong {
            assert!(
                matches!(hello(protocol), Err(Malformed::Message { .. })),
                "{protocol}"
            );
        }
    }

    #[test]
    fn the_subprotocol_is_selected_byte_for_byte() {
        let ours = "c#1#%41na##Friday#0";
        let opening = opened(&["chat", ours, "j#1#Ben#S1#"]).unwrap();
        assert_eq!(opening.protocol.as_deref(), Some(ours));
        assert_eq!(opening.dialect, Dialect::StreamGo);
        for others in [&[][..], &[""], &["chat", "graphql-ws"]] {
            assert!(opened(others).is_none(), "{others:?}");
        }
    }

    proptest! {
        #[test]
        fn any_subprotocol_opens_or_is_refused(protocol in "[cjx]?(#|1|%|[0-9a-fA-F]|é){0,40}") {
            if let Some(Opening { first: Some(Ok(Request::Hello(hello))), .. }) = opened(&[&protocol]) {
                prop_assert!(text::member_name(&hello.name).is_ok());
            }
        }

        #[test]
        fn what_was_encoded_is_decoded(text in any::<String>()) {
            let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
            prop_assert_eq!(decoded(&encoded), Ok(text));
        }
    }
}
