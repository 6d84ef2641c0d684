//! The `Range` header: which bytes of the film are meant. RFC 9110 section 14.
//!
//! What cannot be understood is ignored and the whole film is sent, as section 14.2 asks; what is understood
//! but lies behind the film's end is refused. No number is too large: past the end is past the end.

use http::header::{self, HeaderMap};

use super::body::Segment;
use crate::limits::{RANGE_HEADER_BYTES_MAX, RANGE_PARTS_MAX};

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ranges {
    /// All of it: no range was asked for, or none that counts.
    Whole,
    /// These parts, at least one, none touching another, in the order in which they were asked for.
    Parts(Vec<ByteRange>),
    /// Nothing: not one of the ranges begins inside the film.
    Unsatisfiable,
}

/// Bytes from the first to the last, both included, both inside the film.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ByteRange {
    pub(super) first: u64,
    pub(super) last: u64,
}

impl ByteRange {
    pub(super) fn segment(&self) -> Segment {
        Segment::File {
            start: self.first,
            bytes: self.last - self.first + 1,
        }
    }
}

/// What `headers` ask for of a film of `size_bytes`.
pub(super) fn wanted(headers: &HeaderMap, size_bytes: u64) -> Ranges {
    let mut lines = headers.get_all(header::RANGE).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else {
        return Ranges::Whole;
    };
    match line.to_str() {
        Ok(line) if line.len() <= RANGE_HEADER_BYTES_MAX => parse(line, size_bytes).unwrap_or(Ranges::Whole),
        _ => Ranges::Whole,
    }
}

/// `None` if the header does not count.
fn parse(line: &str, size_bytes: u64) -> Option<Ranges> {
    let (unit, list) = line.split_once('=')?;
    // An empty film has no part that could be sent.
    if !unit.trim().eq_ignore_ascii_case("bytes") || size_bytes == 0 {
        return None;
    }
    let mut ranges = Vec::new();
    let mut specs = 0;
    for spec in list
        .split(',')
        .map(|spec| spec.trim_matches([' ', '\t']))
        .filter(|spec| !spec.is_empty())
    {
        specs += 1;
        ranges.extend(parse_spec(spec, size_bytes)?);
    }
    let parts = join(ranges);
    match parts.len() {
        _ if specs == 0 => None,
        0 => Some(Ranges::Unsatisfiable),
        1..=RANGE_PARTS_MAX => Some(Ranges::Parts(parts)),
        _ => None,
    }
}

/// One of the list: `None` if it is malformed, `Some(None)` if it lies behind the end.
fn parse_spec(spec: &str, size_bytes: u64) -> Option<Option<ByteRange>> {
    let (first, last) = spec.split_once('-')?;
    let end = size_bytes - 1;
    if first.is_empty() {
        let bytes = number(last)?;
        return Some((bytes > 0).then(|| ByteRange {
            first: size_bytes.saturating_sub(bytes),
            last: end,
        }));
    }
    let first = number(first)?;
    let last = if last.is_empty() { u64::MAX } else { number(last)? };
    if last < first {
        return None;
    }
    Some((first <= end).then(|| ByteRange {
        first,
        last: last.min(end),
    }))
}

/// A number of any length: one that does not fit is as large as can be.
fn number(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// Joins ranges that overlap or touch; the joined one stands where the first of them stood.
fn join(ranges: Vec<ByteRange>) -> Vec<ByteRange> {
    let mut by_start: Vec<(usize, ByteRange)> = ranges.into_iter().enumerate().collect();
    by_start.sort_by_key(|(_, range)| range.first);
    let mut joined: Vec<(usize, ByteRange)> = Vec::new();
    for (place, range) in by_start {
        match joined.last_mut() {
            Some((first_place, before)) if range.first <= before.last.saturating_add(1) => {
                before.last = before.last.max(range.last);
                *first_place = place.min(*first_place);
            }
            _ => joined.push((place, range)),
        }
    }
    joined.sort_by_key(|(place, _)| *place);
    joined.into_iter().map(|(_, range)| range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use proptest::prelude::*;

    fn of(line: &str, size_bytes: u64) -> Ranges {
        let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_str(line).unwrap())]);
        wanted(&headers, size_bytes)
    }

    fn parts(parts: &[(u64, u64)]) -> Ranges {
        Ranges::Parts(
            parts
                .iter()
                .map(|&(first, last)| ByteRange { first, last })
                .collect(),
        )
    }

    #[test]
    fn ranges_of_a_thousand_bytes() {
        let table = [
            ("bytes=0-0", parts(&[(0, 0)])),
            ("bytes=0-", parts(&[(0, 999)])),
            ("bytes=500-", parts(&[(500, 999)])),
            ("bytes=999-", parts(&[(999, 999)])),
            ("bytes=500-5000", parts(&[(500, 999)])),
            ("bytes=-1", parts(&[(999, 999)])),
            ("bytes=-500", parts(&[(500, 999)])),
            ("bytes=-5000", parts(&[(0, 999)])),
            ("bytes=-99999999999999999999", parts(&[(0, 999)])),
            ("bytes=1-99999999999999999999", parts(&[(1, 999)])),
            ("Bytes = 1-2", parts(&[(1, 2)])),
            ("bytes= , 1-2,\t,", parts(&[(1, 2)])),
            // Several.
            ("bytes=0-0,-1", parts(&[(0, 0), (999, 999)])),
            ("bytes=900-, 0-9", parts(&[(900, 999), (0, 9)])),
            ("bytes=900-, 0-9, 850-899", parts(&[(850, 999), (0, 9)])),
            ("bytes=0-10,5-20,21-30", parts(&[(0, 30)])),
            ("bytes=0-999,5-6", parts(&[(0, 999)])),
            ("bytes=5-6,2000-", parts(&[(5, 6)])),
            // Behind the end.
            ("bytes=1000-", Ranges::Unsatisfiable),
            ("bytes=-0", Ranges::Unsatisfiable),
            ("bytes=18446744073709551616-", Ranges::Unsatisfiable),
            (
                "bytes=99999999999999999999-99999999999999999999",
                Ranges::Unsatisfiable,
            ),
            ("bytes=1000-,-0", Ranges::Unsatisfiable),
            // Not understood.
            ("", Ranges::Whole),
            ("bytes", Ranges::Whole),
            ("bytes=", Ranges::Whole),
            ("bytes=,", Ranges::Whole),
            ("bytes=-", Ranges::Whole),
            ("bytes=5", Ranges::Whole),
            ("bytes=6-5", Ranges::Whole),
            ("bytes=0-1,6-5", Ranges::Whole),
            ("bytes=0 - 1", Ranges::Whole),
            ("bytes=+1-2", Ranges::Whole),
            ("bytes=0x1-2", Ranges::Whole),
            ("bytes=1-2-3", Ranges::Whole),
            ("bytes=--1", Ranges::Whole),
            ("bytes=-1-", Ranges::Whole),
            ("seconds=1-2", Ranges::Whole),
        ];
        for (line, ranges) in table {
            assert_eq!(of(line, 1000), ranges, "{line:?}");
        }
    }

    #[test]
    fn sizes_at_the_edges() {
        assert_eq!(of("bytes=0-", 0), Ranges::Whole);
        assert_eq!(of("bytes=-5", 0), Ranges::Whole);
        assert_eq!(of("bytes=0-", 1), parts(&[(0, 0)]));
        let last = u64::MAX - 1;
        assert_eq!(of("bytes=-1,0-0", u64::MAX), parts(&[(last, last), (0, 0)]));
        assert_eq!(
            of("bytes=0-18446744073709551615,-1", u64::MAX),
            parts(&[(0, last)])
        );
    }

    #[test]
    fn too_many_parts_or_lines_do_not_count() {
        let line = |count: usize| {
            let list: Vec<_> = (0..count).map(|index| format!("{0}-{0}", index * 2)).collect();
            format!("bytes={}", list.join(","))
        };
        assert!(matches!(of(&line(RANGE_PARTS_MAX), 1000), Ranges::Parts(parts) if parts.len() == 16));
        assert_eq!(of(&line(RANGE_PARTS_MAX + 1), 1000), Ranges::Whole);
        // They are counted after joining.
        let touching: Vec<_> = (0..100).map(|index| format!("{index}-{index}")).collect();
        assert_eq!(
            of(&format!("bytes={}", touching.join(",")), 1000),
            parts(&[(0, 99)])
        );
        assert_eq!(of(&format!("bytes=0-{:0>4096}", 1), 1000), Ranges::Whole);

        let mut twice = HeaderMap::new();
        twice.append(header::RANGE, HeaderValue::from_static("bytes=0-1"));
        twice.append(header::RANGE, HeaderValue::from_static("bytes=4-5"));
        assert_eq!(wanted(&twice, 1000), Ranges::Whole);
    }

    proptest! {
        #[test]
        fn parts_lie_inside_and_apart(
            line in "bytes=[0-9,\\- ]{0,60}|\\PC{0,40}",
            size_bytes in any::<u64>(),
        ) {
            let Ok(value) = HeaderValue::from_bytes(line.as_bytes()) else { return Ok(()) };
            let headers = HeaderMap::from_iter([(header::RANGE, value)]);
            if let Ranges::Parts(mut parts) = wanted(&headers, size_bytes) {
                prop_assert!(!parts.is_empty() && parts.len() <= RANGE_PARTS_MAX);
                parts.sort_by_key(|part| part.first);
                for part in &parts {
                    prop_assert!(part.first <= part.last && part.last < size_bytes);
                }
                for pair in parts.windows(2) {
                    prop_assert!(pair[0].last + 1 < pair[1].first);
                }
            }
        }

        /// Each byte is sent if and only if one of the ranges names it.
        #[test]
        fn joining_keeps_every_byte(ranges in proptest::collection::vec((0u64..60, 0u64..60), 1..20)) {
            let range = |(a, b): (u64, u64)| ByteRange { first: a.min(b), last: a.max(b) };
            let ranges: Vec<_> = ranges.into_iter().map(range).collect();
            let joined = join(ranges.clone());
            for byte in 0..61 {
                let covers = |range: &&ByteRange| range.first <= byte && byte <= range.last;
                let asked = ranges.iter().any(|range| covers(&range));
                prop_assert_eq!(joined.iter().filter(covers).count(), usize::from(asked));
            }
        }
    }
}
