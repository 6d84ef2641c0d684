//! The address of a game: a template with `{room}` and `{instance}` for what only the server knows. Whoever asks
//! for it gets it filled in, so it is not let in unless it leads to a safe address.

use super::message;
use serde_json::value::RawValue;
use url::Url;

/// Bytes of a template.
const BYTES_MAX: usize = 512;

/// Takes a template, or says what is wrong with it, in the order in which clients know it.
pub(super) fn template(value: &RawValue) -> Result<String, String> {
    let url = message::text(value).ok_or("url must be a string")?;
    if url.len() > BYTES_MAX {
        return Err("url too large".into());
    }
    if url.contains(|c: char| c <= ' ' || c == '\u{7f}') {
        return Err("url must not contain spaces or control characters".into());
    }
    if let Some(unknown) = placeholders(&url).find(|name| !matches!(*name, "room" | "instance")) {
        return Err(format!("Unknown url placeholder: {{{unknown}}}"));
    }
    let filled = url.replace("{room}", "room").replace("{instance}", "instance");
    if filled.contains(['{', '}']) {
        return Err("url has an unmatched placeholder brace".into());
    }
    let parsed = Url::parse(&filled).map_err(|_| "url is not a valid URL")?;
    if parsed.scheme() != "https" {
        return Err("url must be an https URL".into());
    }
    Ok(url.into_owned())
}

/// What stands in braces.
fn placeholders(url: &str) -> impl Iterator<Item = &str> {
    let mut rest = url;
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('{')?.1.split_once('}')?;
        rest = after;
        Some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(url: &str) -> Result<String, String> {
        template(&RawValue::from_string(serde_json::to_string(url).unwrap()).unwrap())
    }

    #[test]
    fn an_address_with_both_holes_or_none_is_taken() {
        for url in [
            "https://play.example/{room}?at={instance}&again={room}",
            "https://play.example",
            "HTTPS://{room}.play.example:8443/#{instance}",
            "https://[2001:db8::1]:443/",
            "https://spiel.example/größe",
            "https://größe.example/",
            "https://play%2Eexample/{room}",
        ] {
            assert_eq!(taken(url), Ok(url.to_owned()));
        }
        let long = format!("https://play.example/{}", "a".repeat(512 - 21));
        assert_eq!(long.len(), 512);
        assert!(taken(&long).is_ok());
        assert_eq!(taken(&format!("{long}a")), Err("url too large".into()));
        assert_eq!(taken(&"ä".repeat(257)), Err("url too large".into()));
    }

    #[test]
    fn what_is_wrong_is_told_in_its_order() {
        for (url, why) in [
            (
                "https://a.example/ {code}",
                "url must not contain spaces or control characters",
            ),
            (
                "https://a.example/\u{7f}",
                "url must not contain spaces or control characters",
            ),
            ("http://a.example/{code}{", "Unknown url placeholder: {code}"),
            ("https://a.example/{}", "Unknown url placeholder: {}"),
            ("https://a.example/{{room}}", "Unknown url placeholder: {{room}"),
            ("http://a.example/{room", "url has an unmatched placeholder brace"),
            (
                "https://a.example/room}",
                "url has an unmatched placeholder brace",
            ),
            ("play.example/{room}", "url is not a valid URL"),
            ("", "url is not a valid URL"),
            ("https://", "url is not a valid URL"),
            ("http://", "url is not a valid URL"),
            ("https://a.example:99999/", "url is not a valid URL"),
            ("https://a:b:c/", "url is not a valid URL"),
            ("https://[::g]/", "url is not a valid URL"),
            ("https://256.0.0.1/", "url is not a valid URL"),
            ("https://xn--a/", "url is not a valid URL"),
            ("http://a.example/{room}", "url must be an https URL"),
            ("javascript:alert(1)", "url must be an https URL"),
            ("file:///etc/passwd", "url must be an https URL"),
        ] {
            assert_eq!(taken(url), Err(why.to_owned()), "{url}");
        }
        for value in ["null", "1", "[]", "{}", "true"] {
            let raw = RawValue::from_string(value.to_owned()).unwrap();
            assert_eq!(template(&raw), Err("url must be a string".into()));
        }
    }
}
