//! JSON in its shortest form: no white space between values, no escapes that need not be. That is how a program
//! would write it anew, but numbers and keys stay as they are.

use std::str::Chars;

/// What is left of JSON without what means nothing.
pub(super) fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json.chars();
    while let Some(c) = rest.next() {
        match c {
            ' ' | '\t' | '\n' | '\r' => {}
            '"' => string(&mut rest, &mut out),
            c => out.push(c),
        }
    }
    out
}

/// A string whose first quote has been read.
fn string(rest: &mut Chars<'_>, out: &mut String) {
    out.push('"');
    while let Some(c) = rest.next() {
        match c {
            '"' => break,
            '\\' => match rest.next() {
                Some('u') => unit(rest, out),
                Some('/') => out.push('/'),
                Some(escaped) => out.extend(['\\', escaped]),
                None => {}
            },
            c => out.push(c),
        }
    }
    out.push('"');
}

/// A character that was written as one or two numbers.
fn unit(rest: &mut Chars<'_>, out: &mut String) {
    let first = hexadecimal(rest);
    let mut ahead = rest.clone();
    let second = match (ahead.next(), ahead.next()) {
        (Some('\\'), Some('u')) => Some(hexadecimal(&mut ahead)),
        _ => None,
    };
    let pair = second.filter(|low| (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(low));
    let number = match pair {
        Some(low) => {
            *rest = ahead;
            0x1_0000 + ((first - 0xD800) << 10) + (low - 0xDC00)
        }
        None => first,
    };
    match char::from_u32(number) {
        Some(c @ ('"' | '\\')) => out.extend(['\\', c]),
        Some('\u{8}') => *out += "\\b",
        Some('\u{c}') => *out += "\\f",
        Some('\n') => *out += "\\n",
        Some('\r') => *out += "\\r",
        Some('\t') => *out += "\\t",
        Some(c) if c >= ' ' => out.push(c),
        // A control character, or half of a pair.
        _ => *out += &format!("\\u{number:04x}"),
    }
}

fn hexadecimal(rest: &mut Chars<'_>) -> u32 {
    let digits = rest.by_ref().take(4);
    digits.fold(0, |number, digit| number * 16 + digit.to_digit(16).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn only_what_means_nothing_is_left_out() {
        let json = r#" { "a b" : [ 1.0 , 12345678901234567890 , "\u0041\/\"\\\n\u000A\u0001\u00e9\ud83d\uDE00\ud800x\ud800\u0041" ] , "a b" : null } "#;
        let short = "{\"a b\":[1.0,12345678901234567890,\"A/\\\"\\\\\\n\\n\\u0001é😀\\ud800x\\ud800A\"],\"a b\":null}";
        assert_eq!(compact(json), short);
    }

    proptest! {
        #[test]
        fn any_text_is_as_short_as_a_program_writes_it(text in any::<String>()) {
            let escaped: String = text.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect();
            prop_assert_eq!(compact(&format!(" \"{escaped}\" ")), serde_json::to_string(&text).unwrap());
        }

        #[test]
        fn the_meaning_stays(texts in prop::collection::vec(any::<String>(), 0..4)) {
            let value = Value::from(texts);
            let wide = serde_json::to_string_pretty(&value).unwrap();
            let short = compact(&wide);
            prop_assert_eq!(&short, &value.to_string());
            prop_assert_eq!(compact(&short), short);
        }
    }
}
