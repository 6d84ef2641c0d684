//! Several ranges in one answer, read back by a parser that knows only the header and the body.

use http::StatusCode;

use crate::fixture::{Answer, OneFilm};

/// The parts as (Content-Range, bytes). Panics on anything that is not `multipart/byteranges`.
pub(crate) fn parse_multipart(answer: &Answer) -> Vec<(String, Vec<u8>)> {
    let content_type = answer.header("content-type").unwrap();
    let boundary = content_type
        .strip_prefix("multipart/byteranges; boundary=")
        .unwrap();
    let between = format!("\r\n--{boundary}");
    // The first delimiter needs no line before it.
    let mut rest = [b"\r\n", &answer.body[..]].concat();
    let mut parts = Vec::new();
    loop {
        rest = rest.strip_prefix(between.as_bytes()).unwrap().to_vec();
        if rest == b"--\r\n" {
            return parts;
        }
        let head_end = find(&rest, b"\r\n\r\n").unwrap();
        let head = std::str::from_utf8(&rest[..head_end]).unwrap();
        let mut lines = head.split("\r\n").skip(1);
        assert_eq!(lines.next(), Some("Content-Type: video/mp4"));
        let content_range = lines
            .next()
            .unwrap()
            .strip_prefix("Content-Range: ")
            .unwrap()
            .to_owned();
        assert_eq!(lines.next(), None);
        let body_end = head_end + 4 + find(&rest[head_end + 4..], between.as_bytes()).unwrap();
        parts.push((content_range, rest[head_end + 4..body_end].to_vec()));
        rest = rest[body_end..].to_vec();
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[tokio::test]
async fn parts_come_in_the_order_they_were_asked_for() {
    let one = OneFilm::of(300_000);
    let answer = one
        .get(&[("range", "bytes=-10, 0-0, 100-200000, 150-200001, 999999-")])
        .await;
    assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(answer.header("content-range"), None);
    assert_eq!(answer.header("etag"), Some(one.etag().as_str()));
    let expected = [
        ("bytes 299990-299999/300000", 299_990..300_000),
        ("bytes 0-0/300000", 0..1),
        ("bytes 100-200001/300000", 100..200_002),
    ];
    let parts = parse_multipart(&answer);
    assert_eq!(parts.len(), expected.len());
    for ((content_range, bytes), (expected_range, expected_bytes)) in parts.into_iter().zip(expected) {
        assert_eq!(content_range, expected_range);
        assert!(bytes == one.bytes[expected_bytes]);
    }
}

#[tokio::test]
async fn ranges_that_join_to_one_are_one() {
    let one = OneFilm::of(1000);
    let answer = one.get(&[("range", "bytes=10-19,20-29,15-25,5000-")]).await;
    assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(answer.header("content-range"), Some("bytes 10-29/1000"));
    assert_eq!(answer.header("content-type"), Some("video/mp4"));
    assert!(answer.body == one.bytes[10..30]);
}

#[tokio::test]
async fn sixteen_parts_are_sent_and_seventeen_are_not() {
    let one = OneFilm::of(1000);
    let ranges = |count: usize| {
        let list: Vec<_> = (0..count).map(|index| format!("{0}-{0}", index * 10)).collect();
        format!("bytes={}", list.join(","))
    };
    let answer = one.get(&[("range", &ranges(16))]).await;
    assert_eq!(parse_multipart(&answer).len(), 16);
    let answer = one.get(&[("range", &ranges(17))]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body == one.bytes);
}
