//! What a line expects, held against what came, and what the holes stand for.

use super::pattern::{Hole, Piece, pieces, split};
use serde_json::Value;
use std::collections::HashMap;

/// What the holes of a transcript stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Holes(HashMap<String, Value>);

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
            _ if same(expected, received) => Ok(()),
            _ => Err(format!("{expected}, where {received} is")),
        }
    }

    /// Puts a piece of text into a hole; a number that is known may stand there too.
    fn take_text(&mut self, hole: &Hole, text: &str) -> bool {
        let allowed = hole.kind.as_ref().is_none_or(|kind| kind.allows_text(text));
        let is_known = |name: &String| {
            let known = self.0.entry(name.clone()).or_insert_with(|| text.into());
            shown(known) == text
        };
        allowed && hole.name.as_ref().is_none_or(is_known)
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
        if same(known, value) {
            Ok(())
        } else {
            Err(format!("<{name}>, which is {known}, where {value} is"))
        }
    }
}

/// Whether two values are the same; `1` and `1.0` are, as JavaScript has it.
fn same(one: &Value, other: &Value) -> bool {
    one == other || (one.is_f64() || other.is_f64()) && one.is_number() && one.as_f64() == other.as_f64()
}

/// A value as it stands in a text.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{SystemTime, UNIX_EPOCH};

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
    fn numbers_are_compared_by_value() {
        assert!(takes("[1.0, 12.5]", "[1,12.50]"));
        for wrong in ["[1.1,12.5]", r#"["1",12.5]"#, "[null,12.5]", "[true,12.5]"] {
            assert!(!takes("[1.0, 12.5]", wrong), "{wrong}");
        }
        assert!(!takes("[9007199254740993]", "[9007199254740992]"));
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
        assert!(!takes(r#"{"it":"<*:number>"}"#, r#"{"it":"12.5"}"#));
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
