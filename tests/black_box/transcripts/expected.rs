//! What a line expects, held against what came: text and JSON, with holes.

use serde_json::Value;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far a time may be from now.
const NOW_WITHIN: Duration = Duration::from_secs(120);

/// What the holes of a transcript stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Holes(HashMap<String, Value>);

/// A piece of a text.
#[derive(Debug, PartialEq)]
enum Piece {
    Text(String),
    Hole(Hole),
}

/// `<name>`, `<*>`, `<name:kind>` or `<*:kind>`.
#[derive(Clone, Debug, PartialEq)]
struct Hole {
    /// `None` is `<*>`.
    name: Option<String>,
    kind: Option<Kind>,
}

/// What a hole takes, if not anything.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Uuid,
    Hex32,
    Number,
    Between(RangeInclusive<f64>),
    /// Milliseconds since 1970, about now.
    NowMs,
}

impl Holes {
    pub(super) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// The text with what the holes stand for; those of which nothing is known stay as they are.
    pub(super) fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("<{name}>"), &shown(value))
        })
    }

    /// The same, where a hole of which nothing is known is a mistake.
    pub(super) fn fill_all(&self, text: &str) -> Result<String, String> {
        let filled = self.fill(text);
        match pieces(&filled)?
            .iter()
            .any(|piece| matches!(piece, Piece::Hole(_)))
        {
            true => Err(format!("nothing is known of a hole in {filled}")),
            false => Ok(filled),
        }
    }

    /// Whether this came: text that ends in JSON, JSON alone, or text. Else how it differs.
    pub(super) fn expect(&mut self, expected: &str, received: &str) -> Result<(), String> {
        let (text, json) = split(expected);
        let pieces = pieces(text)?;
        match self.text(&pieces, json.as_ref(), received) {
            Ok(holes) => {
                *self = holes;
                Ok(())
            }
            Err(Some(place)) => Err(format!("received {received}\n  differs at {place}")),
            Err(None) => {
                let how = if json.is_some() || !expected.contains(['{', '[']) {
                    ""
                } else {
                    "\n  (what is expected is no JSON, so it was compared as text)"
                };
                Err(format!("received {received}{how}"))
            }
        }
    }

    /// Whether exactly this came, byte for byte, once the holes that are known are filled.
    pub(super) fn expect_exactly(&self, expected: &str, received: &str) -> Result<(), String> {
        let filled = self.fill(expected);
        if filled == received {
            Ok(())
        } else {
            Err(format!(
                "received exactly {received}\n  in place of      {filled}"
            ))
        }
    }

    /// Takes the pieces off the beginning of what was received, and compares what then is left with the JSON. An
    /// error tells where the JSON differs, if it came to that.
    fn text(&self, pieces: &[Piece], json: Option<&Value>, received: &str) -> Result<Self, Option<String>> {
        let Some((piece, others)) = pieces.split_first() else {
            let Some(expected) = json else {
                return if received.is_empty() {
                    Ok(self.clone())
                } else {
                    Err(None)
                };
            };
            let received =
                serde_json::from_str(received).map_err(|error| Some(format!("its JSON: {error}")))?;
            let mut holes = self.clone();
            return match holes.json(expected, &received) {
                Ok(()) => Ok(holes),
                Err(place) => Err(Some(place)),
            };
        };
        match piece {
            Piece::Text(text) => self.text(others, json, received.strip_prefix(text.as_str()).ok_or(None)?),
            Piece::Hole(hole) => {
                let mut why = None;
                let ends = received.char_indices().map(|(at, char)| at + char.len_utf8());
                for (taken, rest) in ends.map(|end| received.split_at(end)) {
                    let mut holes = self.clone();
                    if !holes.take_text(hole, taken) {
                        continue;
                    }
                    match holes.text(others, json, rest) {
                        Ok(holes) => return Ok(holes),
                        Err(place) => why = why.or(place),
                    }
                }
                Err(why)
            }
        }
    }

    /// Whether a value is what was expected; else where it differs.
    fn json(&mut self, expected: &Value, received: &Value) -> Result<(), String> {
        match (expected, received) {
            (Value::Object(expected), Value::Object(received)) => {
                for (key, value) in expected {
                    let found = received
                        .get(key)
                        .ok_or_else(|| format!("{key}, which is missing"))?;
                    self.json(value, found)
                        .map_err(|place| format!("{key}.{place}"))?;
                }
                match received.keys().find(|key| !expected.contains_key(*key)) {
                    Some(key) => Err(format!("{key}, which was not expected")),
                    None => Ok(()),
                }
            }
            (Value::Array(expected), Value::Array(received)) if expected.len() == received.len() => {
                for (index, (expected, received)) in expected.iter().zip(received).enumerate() {
                    self.json(expected, received)
                        .map_err(|place| format!("[{index}].{place}"))?;
                }
                Ok(())
            }
            (Value::String(text), received) => {
                let differs = || format!("{expected}, where {received} is");
                match (pieces(text)?.as_slice(), received) {
                    ([Piece::Hole(hole)], received) => self.take(hole, received),
                    (pieces, Value::String(received)) => {
                        *self = self.text(pieces, None, received).map_err(|_| differs())?;
                        Ok(())
                    }
                    _ => Err(differs()),
                }
            }
            _ if expected == received => Ok(()),
            _ => Err(format!("{expected}, where {received} is")),
        }
    }

    /// Puts a piece of text into a hole; a number that is known may stand there too.
    fn take_text(&mut self, hole: &Hole, text: &str) -> bool {
        let value = Value::from(text);
        let known = hole.name.as_ref().and_then(|name| self.0.get(name));
        match known {
            Some(known) => shown(known) == text && hole.kind.as_ref().is_none_or(|kind| kind.allows(&value)),
            None => self.take(hole, &value).is_ok(),
        }
    }

    /// Puts a value into a hole; a name that is known must stand for that value.
    fn take(&mut self, hole: &Hole, value: &Value) -> Result<(), String> {
        if let Some(kind) = &hole.kind
            && !kind.allows(value)
        {
            return Err(format!("{value}, which is no {kind:?}"));
        }
        let Some(name) = &hole.name else {
            return Ok(());
        };
        let known = self.0.entry(name.clone()).or_insert_with(|| value.clone());
        if known == value {
            Ok(())
        } else {
            Err(format!("<{name}>, which is {known}, where {value} is"))
        }
    }
}

impl Kind {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "uuid" => Self::Uuid,
            "hex32" => Self::Hex32,
            "number" => Self::Number,
            "now_ms" => Self::NowMs,
            range => {
                let (from, to) = range.split_once("..")?;
                Self::Between(from.parse().ok()?..=to.parse().ok()?)
            }
        })
    }

    fn allows(&self, value: &Value) -> bool {
        let text = value.as_str().unwrap_or_default();
        let number = value.as_f64().or_else(|| text.parse().ok());
        let hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match self {
            Self::Uuid => {
                let groups: Vec<&str> = text.split('-').collect();
                groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.into_iter().all(hex)
            }
            Self::Hex32 => text.len() == 32 && hex(text),
            Self::Number => number.is_some_and(f64::is_finite),
            Self::Between(range) => number.is_some_and(|number| range.contains(&number)),
            Self::NowMs => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
                number.is_some_and(|ms| (ms / 1e3 - now.as_secs_f64()).abs() < NOW_WITHIN.as_secs_f64())
            }
        }
    }
}

/// A value as it stands in a text.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Cuts an expectation before the JSON object or array that it ends in.
fn split(expected: &str) -> (&str, Option<Value>) {
    expected
        .match_indices(['{', '['])
        .find_map(|(at, _)| {
            let (text, json) = expected.split_at(at);
            Some((text, Some(serde_json::from_str(json).ok()?)))
        })
        .unwrap_or((expected, None))
}

/// Cuts a text at its holes.
fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        match hole(rest)? {
            Some((hole, after)) => {
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                pieces.push(Piece::Hole(hole));
                rest = after;
            }
            None => {
                plain.push(char);
                rest = &rest[char.len_utf8()..];
            }
        }
    }
    if !plain.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(pieces)
}

/// The hole that a text begins with, and what follows it.
fn hole(text: &str) -> Result<Option<(Hole, &str)>, String> {
    let Some((inside, after)) = text.strip_prefix('<').and_then(|rest| rest.split_once('>')) else {
        return Ok(None);
    };
    let (name, kind) = match inside.split_once(':') {
        Some((name, kind)) => (name, Some(kind)),
        None => (inside, None),
    };
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    // `<b>` is a tag.
    let short = name.len() == 1 && kind.is_none();
    if name != "*" && (!is_name || short) {
        return Ok(None);
    }
    if is_name && name.len() == 1 {
        return Err(format!("<{inside}>: a hole's name has two letters or more"));
    }
    let kind = kind
        .map(|kind| Kind::named(kind).ok_or_else(|| format!("<{inside}>: there is no such kind of hole")))
        .transpose()?;
    let name = is_name.then(|| name.to_owned());
    Ok(Some((Hole { name, kind }, after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "123e4567-e89b-42d3-a456-426614174000";

    /// Whether `expected` takes `received`, in a transcript that knows `<CODE>` and `<seven>`.
    fn takes(expected: &str, received: &str) -> bool {
        holes().expect(expected, received).is_ok()
    }

    fn holes() -> Holes {
        let mut holes = Holes::default();
        holes.set("CODE", "SABCDE");
        holes.set("seven", 7);
        holes
    }

    #[test]
    fn text_is_taken_whole_and_as_it_is() {
        assert!(takes("ping", "ping"));
        for wrong in ["", "pin", "pingping", "Ping", " ping"] {
            assert!(!takes("ping", wrong), "{wrong}");
        }
        assert!(takes("12.5", "12.5") && !takes("12.5", "12.50"));
        assert!(takes("", "") && !takes("", "x"));
        assert!(takes("msg:1:<b>bold</b>", "msg:1:<b>bold</b>") && !takes("<b>", "x"));
    }

    #[test]
    fn holes_in_text_take_something_and_keep_it() {
        let mut holes = holes();
        holes.expect("msg:<ana>:hello", "msg:u-1:hello").unwrap();
        assert!(holes.expect("msg:<ana>:hello", "msg:u-2:hello").is_err());
        assert_eq!(holes.fill("toggle:<ana>, <ben>"), "toggle:u-1, <ben>");
        assert!(holes.expect("msg:<*>:hello", "msg::hello").is_err());
        assert!(holes.expect("<*>:b", "a:b:b").is_ok());
        assert!(holes.expect("joined <CODE> <seven>", "joined SABCDE 7").is_ok());
        assert!(holes.expect("joined <CODE>", "joined SABCDF").is_err());
        // What did not fit leaves nothing behind.
        assert!(holes.expect("<cleo>:x", "u-3:y").is_err());
        assert_eq!(holes.fill("<cleo>"), "<cleo>");
    }

    #[test]
    fn json_differs_by_a_value_a_key_or_a_length() {
        let expected = r#"{"a":1,"b":["<CODE>",null],"c":{"d":"x"}}"#;
        assert!(takes(expected, r#"{"c":{"d":"x"}, "b":["SABCDE",null], "a":1}"#));
        for wrong in [
            r#"{"a":2,"b":["SABCDE",null],"c":{"d":"x"}}"#,
            r#"{"a":"1","b":["SABCDE",null],"c":{"d":"x"}}"#,
            r#"{"a":1,"b":["other",null],"c":{"d":"x"}}"#,
            r#"{"a":1,"b":["SABCDE"],"c":{"d":"x"}}"#,
            r#"{"a":1,"b":[null,"SABCDE"],"c":{"d":"x"}}"#,
            r#"{"a":1,"b":["SABCDE",null],"c":{}}"#,
            r#"{"a":1,"b":["SABCDE",null],"c":{"d":"x","e":1}}"#,
            r#"{"a":1,"b":["SABCDE",null]}"#,
            "null",
            "ping",
        ] {
            assert!(!takes(expected, wrong), "{wrong}");
        }
    }

    #[test]
    fn text_may_end_in_json() {
        let expected = r#"cmd:<*>:state:{"time":12.5,"who":"<ana>"}"#;
        assert!(takes(expected, r#"cmd:31:state:{"who":"u-1","time":12.50}"#));
        for wrong in [
            r#"cmd:31:state:{"who":"u-1","time":12.6}"#,
            r#"cmd:31:go:{"who":"u-1","time":12.5}"#,
            r#"{"who":"u-1","time":12.5}"#,
            r#"cmd:31:state:{"who":"u-1","time":12.5}x"#,
            "cmd:31:state:",
        ] {
            assert!(!takes(expected, wrong), "{wrong}");
        }
        assert!(takes(r#"42["play","<ana>"]"#, r#"42["play","u-1"]"#));
        assert!(!takes(r#"42["play","<ana>"]"#, r#"42["pause","u-1"]"#));
        assert!(takes("msg:1:[sic]", "msg:1:[sic]") && !takes("msg:1:[sic]", "msg:1:[sick]"));
    }

    #[test]
    fn a_difference_is_named() {
        let problem = holes()
            .expect(
                r#"party:{"members":[{"id":1}]}"#,
                r#"party:{"members":[{"id":2}]}"#,
            )
            .unwrap_err();
        assert!(problem.contains("members.[0].id.1, where 2 is"), "{problem}");
        let problem = holes().expect(r#"{"a":1"#, r#"{"a":1}"#).unwrap_err();
        assert!(problem.contains("no JSON"), "{problem}");
    }

    #[test]
    fn a_hole_inside_a_string_takes_a_part_of_it() {
        let mut holes = holes();
        let expected = r#"{"url":"http://127.0.0.1:<seven>/v?key=<KEY:uuid>"}"#;
        let url = |port: u16, key: &str| format!(r#"{{"url":"http://127.0.0.1:{port}/v?key={key}"}}"#);
        assert!(holes.clone().expect(expected, &url(8, UUID)).is_err());
        assert!(holes.clone().expect(expected, &url(7, "secret")).is_err());
        holes.expect(expected, &url(7, UUID)).unwrap();
        assert_eq!(holes.fill("<KEY>"), UUID);
        assert!(!takes(r#"{"url":"http://<*>"}"#, r#"{"url":7}"#));
        assert!(takes(r#"{"n":"<seven>"}"#, r#"{"n":7}"#) && !takes(r#"{"n":"<seven>"}"#, r#"{"n":"7"}"#));
    }

    #[test]
    fn a_kind_bounds_a_hole() {
        let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        let hex = UUID.replace('-', "");
        for (kind, good, wrong) in [
            ("uuid", format!("{UUID:?}"), format!("{hex:?}")),
            ("hex32", format!("{hex:?}"), format!("{UUID:?}")),
            ("number", "12.5".to_owned(), "\"soon\"".to_owned()),
            ("12..14", "12.5".to_owned(), "11.9".to_owned()),
            ("now_ms", now_ms.to_string(), (now_ms / 1000).to_string()),
        ] {
            let expected = format!(r#"{{"it":"<*:{kind}>"}}"#);
            assert!(takes(&expected, &format!(r#"{{"it":{good}}}"#)), "{kind} {good}");
            assert!(
                !takes(&expected, &format!(r#"{{"it":{wrong}}}"#)),
                "{kind} {wrong}"
            );
        }
        assert!(takes("at <*:1..2>", "at 1.5") && !takes("at <*:1..2>", "at 3"));
        assert!(!takes("<*:colour>", "red") && !takes("<n:number>", "7"));
    }

    #[test]
    fn exactly_is_byte_for_byte() {
        let exactly = |expected, received| holes().expect_exactly(expected, received).is_ok();
        assert!(exactly(
            r#"{"room":"<CODE>","n":1.50}"#,
            r#"{"room":"SABCDE","n":1.50}"#
        ));
        assert!(!exactly(
            r#"{"room":"<CODE>","n":1.50}"#,
            r#"{"room":"SABCDE","n":1.5}"#
        ));
        assert!(!exactly(r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#));
        assert!(exactly("<*>", "<*>") && !exactly("<*>", "x"));
    }

    #[test]
    fn an_address_has_no_empty_holes() {
        assert_eq!(holes().fill_all("/room/<CODE>").unwrap(), "/room/SABCDE");
        assert!(holes().fill_all("/room/<ROOM>").is_err());
    }
}
