//! Conditional requests: whether the sender's copy is still good, and whether a range fits to it.
//! RFC 9110 section 13, in the order of precedence of section 13.2.2.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::{self, HeaderMap, HeaderName};
use httpdate::HttpDate;

use crate::film::FilmFile;

/// What tells one version of a film from another.
#[derive(Debug)]
pub(super) struct Validators {
    /// Strong, with its quotes.
    pub(super) etag: String,
    /// Absent for a time that HTTP cannot say, or that is still to come (section 8.8.2.1).
    pub(super) modified: Option<HttpDate>,
}

impl Validators {
    pub(super) fn of(film: &FilmFile, now: SystemTime) -> Self {
        // 1 January 10000: `HttpDate` panics on what does not fit its four digits.
        const END: Duration = Duration::from_secs(253_402_300_800);
        let sayable = film
            .modified
            .duration_since(UNIX_EPOCH)
            .is_ok_and(|age| age < END);
        Self {
            etag: format!("\"{}-{:x}\"", film.id, film.size_bytes),
            modified: (sayable && film.modified <= now).then(|| film.modified.into()),
        }
    }

    /// Whether a list of tags holds ours. `weakly` takes `W/"…"` for `"…"` (section 8.8.3.2).
    fn in_list(&self, headers: &HeaderMap, name: &HeaderName, weakly: bool) -> bool {
        headers.get_all(name).iter().any(|line| {
            let Ok(line) = line.to_str() else { return false };
            line.trim() == "*" || tags(line).any(|(weak, tag)| tag == self.etag && (weakly || !weak))
        })
    }
}

/// What to do with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Answer it.
    Answer,
    /// 304: the sender's copy is good.
    NotModified,
    /// 412: the sender wants another version.
    Failed,
}

pub(super) fn judge(headers: &HeaderMap, validators: &Validators) -> Verdict {
    let has = |name: &HeaderName| headers.contains_key(name);
    if has(&header::IF_MATCH) {
        if !validators.in_list(headers, &header::IF_MATCH, false) {
            return Verdict::Failed;
        }
    } else if let (Some(limit), Some(modified)) =
        (date(headers, &header::IF_UNMODIFIED_SINCE), validators.modified)
        && modified > limit
    {
        return Verdict::Failed;
    }

    if has(&header::IF_NONE_MATCH) {
        if validators.in_list(headers, &header::IF_NONE_MATCH, true) {
            return Verdict::NotModified;
        }
    } else if let (Some(since), Some(modified)) =
        (date(headers, &header::IF_MODIFIED_SINCE), validators.modified)
        && modified <= since
    {
        return Verdict::NotModified;
    }
    Verdict::Answer
}

/// Whether `Range` counts: without `If-Range`, or if that names this very version. A weak tag never does
/// (section 13.1.5).
pub(super) fn may_use_range(headers: &HeaderMap, validators: &Validators) -> bool {
    let mut lines = headers.get_all(header::IF_RANGE).iter();
    match (lines.next(), lines.next()) {
        (None, _) => true,
        (Some(line), None) => match line.to_str().map(str::trim) {
            Ok(tag) if tag.ends_with('"') => tag == validators.etag,
            Ok(_) => validators.modified.is_some() && date(headers, &header::IF_RANGE) == validators.modified,
            Err(_) => false,
        },
        (Some(_), Some(_)) => false,
    }
}

/// The date of a header that is there once and says one.
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<HttpDate> {
    let mut lines = headers.get_all(name).iter();
    let line = lines.next()?.to_str().ok()?;
    if lines.next().is_some() {
        None
    } else {
        line.trim().parse().ok()
    }
}

/// The tags of a list, each with its quotes and whether it is weak. Ends where the list is no list any more.
fn tags(line: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = line;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let (weak, tag) = match rest.strip_prefix("W/") {
            Some(tag) => (true, tag),
            None => (false, rest),
        };
        let end = tag.strip_prefix('"')?.find('"')? + 2;
        rest = &tag[end..];
        Some((weak, &tag[..end]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use proptest::prelude::*;

    const MODIFIED: u64 = 1_700_000_000; // Tue, 14 Nov 2023 22:13:20 GMT
    const BEFORE: &str = "Tue, 14 Nov 2023 22:13:19 GMT";
    const SAME: &str = "Tue, 14 Nov 2023 22:13:20 GMT";
    const AFTER: &str = "Tue, 14 Nov 2023 22:13:21 GMT";

    fn validators() -> Validators {
        let modified = UNIX_EPOCH + Duration::from_secs(MODIFIED);
        Validators {
            etag: "\"ab-1\"".into(),
            modified: Some(modified.into()),
        }
    }

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn conditions_in_their_order() {
        use Verdict::{Answer, Failed, NotModified};
        let table: &[(&[(&str, &str)], Verdict)] = &[
            (&[], Answer),
            (&[("if-none-match", "\"ab-1\"")], NotModified),
            (&[("if-none-match", "W/\"ab-1\"")], NotModified),
            (&[("if-none-match", "\"x,y\", W/\"z\" ,, \"ab-1\"")], NotModified),
            (
                &[("if-none-match", "\"x\""), ("if-none-match", "\"ab-1\"")],
                NotModified,
            ),
            (&[("if-none-match", "*")], NotModified),
            (&[("if-none-match", "ab-1")], Answer),
            (&[("if-none-match", "\"ab-1")], Answer),
            (&[("if-none-match", "\"ab-2\"")], Answer),
            (&[("if-match", "\"ab-1\"")], Answer),
            (&[("if-match", "*")], Answer),
            (&[("if-match", "W/\"ab-1\"")], Failed),
            (&[("if-match", "\"ab-2\"")], Failed),
            (&[("if-match", "\"ab-2\""), ("if-none-match", "\"ab-1\"")], Failed),
            (
                &[("if-match", "\"ab-1\""), ("if-unmodified-since", BEFORE)],
                Answer,
            ),
            (&[("if-unmodified-since", BEFORE)], Failed),
            (&[("if-unmodified-since", SAME)], Answer),
            (&[("if-unmodified-since", "yesterday")], Answer),
            (&[("if-modified-since", BEFORE)], Answer),
            (&[("if-modified-since", SAME)], NotModified),
            (&[("if-modified-since", AFTER)], NotModified),
            (&[("if-modified-since", "yesterday")], Answer),
            (
                &[("if-modified-since", AFTER), ("if-none-match", "\"x\"")],
                Answer,
            ),
        ];
        for (lines, verdict) in table {
            assert_eq!(judge(&headers(lines), &validators()), *verdict, "{lines:?}");
        }
    }

    #[test]
    fn a_range_needs_this_very_version() {
        let table: &[(&[(&str, &str)], bool)] = &[
            (&[], true),
            (&[("if-range", "\"ab-1\"")], true),
            (&[("if-range", "W/\"ab-1\"")], false),
            (&[("if-range", "\"ab-2\"")], false),
            (&[("if-range", "*")], false),
            (&[("if-range", SAME)], true),
            (&[("if-range", BEFORE)], false),
            (&[("if-range", AFTER)], false),
            (&[("if-range", "")], false),
            (&[("if-range", "\"ab-1\""), ("if-range", "\"ab-1\"")], false),
        ];
        for (lines, may) in table {
            assert_eq!(may_use_range(&headers(lines), &validators()), *may, "{lines:?}");
        }
    }

    #[test]
    fn without_a_date_no_date_matches() {
        let validators = Validators {
            modified: None,
            ..validators()
        };
        assert_eq!(
            judge(&headers(&[("if-modified-since", AFTER)]), &validators),
            Verdict::Answer
        );
        assert_eq!(
            judge(&headers(&[("if-unmodified-since", BEFORE)]), &validators),
            Verdict::Answer
        );
        assert!(!may_use_range(
            &headers(&[("if-range", "yesterday")]),
            &validators
        ));
    }

    proptest! {
        #[test]
        fn any_header_gets_a_verdict(line in "[\"W/,* a-z\\-0-9\u{80}-\u{ff}]{0,40}") {
            let mut headers = HeaderMap::new();
            for name in
                ["if-match", "if-none-match", "if-range", "if-modified-since", "if-unmodified-since"]
            {
                headers.insert(name, HeaderValue::from_bytes(line.as_bytes()).unwrap());
                judge(&headers, &validators());
                may_use_range(&headers, &validators());
            }
        }
    }
}
