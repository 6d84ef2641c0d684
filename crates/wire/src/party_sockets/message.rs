//! Reading a message: its fields by name, each left as it was written.

use crate::request::Malformed;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A message of either version. Of a field that is there twice the last one counts, as everywhere in JavaScript;
/// those that nobody knows are passed over.
#[derive(Debug, Default)]
pub(super) struct Message<'a> {
    pub(super) kind: Option<&'a RawValue>,
    pub(super) client_id: Option<&'a RawValue>,
    pub(super) max_clients: Option<&'a RawValue>,
    pub(super) room: Option<&'a RawValue>,
    pub(super) url: Option<&'a RawValue>,
    pub(super) to: Option<&'a RawValue>,
    pub(super) data: Option<&'a RawValue>,
}

impl<'a> Message<'a> {
    /// Reads any text. JSON that is no object has no fields.
    pub(super) fn read(text: &'a str) -> Result<Self, Malformed> {
        let read = if text.trim_ascii_start().starts_with('{') {
            serde_json::from_str(text)
        } else {
            serde_json::from_str::<&RawValue>(text).map(|_| Self::default())
        };
        read.map_err(|_| Malformed::Rule("Invalid JSON".into()))
    }

    /// Its type.
    pub(super) fn kind(&self) -> Result<Kind, Malformed> {
        let kind = self.kind.and_then(text);
        match kind.as_deref() {
            Some("create") => Ok(Kind::Create),
            Some("join") => Ok(Kind::Join),
            Some("send") => Ok(Kind::Send),
            Some("set_state") => Ok(Kind::SetState),
            Some("close_room") => Ok(Kind::CloseRoom),
            _ => Err(unknown_type()),
        }
    }
}

/// The types of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Create,
    Join,
    Send,
    /// Version 2.
    SetState,
    /// Version 2.
    CloseRoom,
}

pub(super) fn unknown_type() -> Malformed {
    Malformed::Rule("Unknown message type".into())
}

/// A value that is a string.
pub(super) fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    let quoted = value.get().strip_prefix('"')?.strip_suffix('"')?;
    if quoted.contains('\\') {
        serde_json::from_str(value.get()).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(quoted))
    }
}

/// A value that is a number; one beyond all floats is infinite.
pub(super) fn number(value: &RawValue) -> Option<f64> {
    let text = value.get();
    text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        .then(|| text.parse().ok())?
}

/// Whether a value counts as none in JavaScript: `null`, `false`, `0`, `""`.
pub(super) fn is_falsy(value: &RawValue) -> bool {
    matches!(value.get(), "null" | "false" | "\"\"") || number(value) == Some(0.0)
}

impl<'de: 'a, 'a> Deserialize<'de> for Message<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Message<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Message<'de>, A::Error> {
                let mut message = Message::default();
                while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                    let field = match text(key).as_deref() {
                        Some("type") => &mut message.kind,
                        Some("clientId") => &mut message.client_id,
                        Some("maxClients") => &mut message.max_clients,
                        Some("room") => &mut message.room,
                        Some("url") => &mut message.url,
                        Some("to") => &mut message.to,
                        Some("data") => &mut message.data,
                        _ => continue,
                    };
                    *field = Some(value);
                }
                Ok(message)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_left_as_they_were_written() {
        let text = r#" { "\u0074ype" : "send", "data": [ 12345678901234567890, "\u0041\/", {"a":1,"a":2} ] , "to":1 , "to" : "b", "\ud800":0} "#;
        let message = Message::read(text).unwrap();
        assert_eq!(message.kind(), Ok(Kind::Send));
        let data = message.data.unwrap().get();
        assert_eq!(data, r#"[ 12345678901234567890, "\u0041\/", {"a":1,"a":2} ]"#);
        assert_eq!(message.to.unwrap().get(), "\"b\"");
    }

    #[test]
    fn json_that_is_no_message_is_of_no_known_type() {
        for text in [
            "null",
            "[]",
            "1",
            "\"x\"",
            "{}",
            r#"{"type":1}"#,
            r#"{"type":"Create"}"#,
            "[[{}]]",
            "1e999",
        ] {
            assert_eq!(Message::read(text).unwrap().kind(), Err(unknown_type()), "{text}");
        }
        for text in [
            "",
            " ",
            "{",
            r#"{"type":"create""#,
            "nul",
            "01",
            "{'a':1}",
            "\u{feff}{}",
            "{\"a\":\"\n\"}",
            "{} {}",
        ] {
            let invalid = Malformed::Rule("Invalid JSON".into());
            assert_eq!(Message::read(text).unwrap_err(), invalid, "{text}");
        }
    }

    #[test]
    fn numbers_are_those_of_javascript() {
        let raw = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
        for (text, value) in [
            ("4", 4.0),
            ("-0", 0.0),
            ("1.5", 1.5),
            ("1E2", 100.0),
            ("1e999", f64::INFINITY),
        ] {
            assert_eq!(number(&raw(text)), Some(value), "{text}");
        }
        for text in ["\"4\"", "null", "true", "[4]"] {
            assert_eq!(number(&raw(text)), None, "{text}");
        }
        for text in ["null", "false", "\"\"", "0", "-0.0", "0e5"] {
            assert!(is_falsy(&raw(text)), "{text}");
        }
        for text in ["true", "\"0\"", "[]", "{}", "1e-3"] {
            assert!(!is_falsy(&raw(text)), "{text}");
        }
    }
}
