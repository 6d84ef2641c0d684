//! How expectations are written: text with holes in it, which may end in JSON.

use serde_json::Value;
use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far a time may be from now.
const NOW_WITHIN: Duration = Duration::from_secs(120);

/// A piece of a text.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    Text(String),
    Hole(Hole),
}

/// `<name>`, `<*>`, `<name:kind>` or `<*:kind>`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hole {
    /// `None` is `<*>`.
    pub(super) name: Option<String>,
    pub(super) kind: Option<Kind>,
}

/// What a hole takes, if not anything.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Uuid,
    Hex32,
    Number,
    Between(RangeInclusive<f64>),
    /// Milliseconds since 1970, about now.
    NowMs,
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

    pub(super) fn allows_text(&self, text: &str) -> bool {
        let number = text
            .parse::<f64>()
            .is_ok_and(|number| self.allows(&number.into()));
        number || self.allows(&text.into())
    }

    pub(super) fn allows(&self, value: &Value) -> bool {
        let text = value.as_str().unwrap_or_default();
        let number = value.as_f64();
        let hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match self {
            Self::Uuid => {
                let groups: Vec<&str> = text.split('-').collect();
                groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.into_iter().all(hex)
            }
            Self::Hex32 => text.len() == 32 && hex(text),
            Self::Number => number.is_some(),
            Self::Between(range) => number.is_some_and(|number| range.contains(&number)),
            Self::NowMs => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
                number.is_some_and(|ms| (ms / 1e3 - now.as_secs_f64()).abs() < NOW_WITHIN.as_secs_f64())
            }
        }
    }
}

/// Cuts an expectation before the JSON object or array that it ends in.
pub(super) fn split(expected: &str) -> (&str, Option<Value>) {
    expected
        .match_indices(['{', '['])
        .find_map(|(at, _)| {
            let (text, json) = expected.split_at(at);
            Some((text, Some(serde_json::from_str(json).ok()?)))
        })
        .unwrap_or((expected, None))
}

/// Cuts a text at its holes.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, String> {
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
