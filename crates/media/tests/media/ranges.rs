//! Single ranges, whole films and HEAD.

use std::io::{Seek, SeekFrom, Write};

use http::{Method, StatusCode};
use matinee_media::limits::READ_CHUNK_BYTES;
use proptest::prelude::*;

use crate::fixture::{Answer, OneFilm, answer, only_film};
use crate::parts::parse_multipart;

#[tokio::test]
async fn a_whole_film_comes_with_all_its_headers() {
    // Several chunks and an odd rest.
    let one = OneFilm::of(3 * READ_CHUNK_BYTES + 12_345);
    let answer = one.get(&[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body == one.bytes);
    assert_eq!(answer.header("content-type"), Some("video/mp4"));
    assert_eq!(answer.header("accept-ranges"), Some("bytes"));
    assert_eq!(
        answer.header("cache-control"),
        Some("private, max-age=31536000, immutable")
    );
    assert_eq!(answer.header("content-disposition"), Some("inline"));
    assert_eq!(answer.header("etag"), Some(one.etag().as_str()));
    let modified = httpdate::parse_http_date(answer.header("last-modified").unwrap()).unwrap();
    let age = one.film.modified.duration_since(modified).unwrap();
    assert!(age.as_secs() == 0);
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_range() {
    let one = OneFilm::of(1000);
    let get = one.get(&[]).await;
    for headers in [&[][..], &[("range", "bytes=0-9")], &[("range", "bytes=5000-")]] {
        let head = answer(&one.film, Method::HEAD, headers).await;
        assert_eq!(head.status, StatusCode::OK);
        assert_eq!(head.headers, get.headers);
        assert!(head.body.is_empty());
    }
}

#[tokio::test]
async fn other_methods_are_told_which_ones_there_are() {
    let one = OneFilm::of(10);
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = answer(&one.film, method, &[]).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    }
}

#[tokio::test]
async fn single_ranges() {
    let one = OneFilm::of(2 * READ_CHUNK_BYTES);
    let size = one.bytes.len();
    let chunk = READ_CHUNK_BYTES;
    let table = [
        ("bytes=0-0".to_owned(), 0..1),
        ("bytes=0-".to_owned(), 0..size),
        (format!("bytes={}-{}", chunk - 1, chunk), chunk - 1..chunk + 1),
        (format!("bytes={chunk}-"), chunk..size),
        ("bytes=-500".to_owned(), size - 500..size),
        (format!("bytes=-{}", size + 1), 0..size),
        ("bytes=7-99999999999999999999999".to_owned(), 7..size),
    ];
    for (range, expected) in table {
        let answer = one.get(&[("range", &range)]).await;
        assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT, "{range}");
        let content_range = format!("bytes {}-{}/{size}", expected.start, expected.end - 1);
        assert_eq!(answer.header("content-range"), Some(content_range.as_str()));
        assert_eq!(answer.header("content-type"), Some("video/mp4"));
        assert_eq!(answer.header("etag"), Some(one.etag().as_str()));
        assert!(answer.body == one.bytes[expected], "{range}");
    }
}

#[tokio::test]
async fn ranges_behind_the_end_are_refused_and_nothing_keeps_that() {
    let one = OneFilm::of(1000);
    for range in ["bytes=1000-", "bytes=-0", "bytes=99999999999999999999-"] {
        let answer = one.get(&[("range", range)]).await;
        assert_eq!(answer.status, StatusCode::RANGE_NOT_SATISFIABLE, "{range}");
        assert_eq!(answer.header("content-range"), Some("bytes */1000"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.text().ends_with("Reload the page."));
    }
}

#[tokio::test]
async fn ranges_that_make_no_sense_are_ignored() {
    let one = OneFilm::of(1000);
    for range in [
        "bytes=9-1",
        "bytes=a-b",
        "seconds=1-2",
        "bytes",
        "bytes=",
        "bytes=\u{e9}-",
    ] {
        let answer = one.get(&[("range", range)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{range}");
        assert!(answer.body == one.bytes);
        assert_eq!(answer.header("content-range"), None);
    }
}

#[tokio::test]
async fn the_end_of_four_gibibytes_is_near() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = std::fs::File::create(folder.path().join("long.mkv")).unwrap();
    file.set_len((4 << 30) + 150).unwrap();
    file.seek(SeekFrom::Start((4 << 30) + 50)).unwrap();
    let tail: Vec<u8> = (0..100).collect();
    file.write_all(&tail).unwrap();
    drop(file);

    let film = only_film(folder.path());
    for range in ["bytes=-100", "bytes=4294967346-", "bytes=4294967346-4294967445"] {
        let answer = answer(&film, Method::GET, &[("range", range)]).await;
        assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT);
        assert_eq!(
            answer.header("content-range"),
            Some("bytes 4294967346-4294967445/4294967446")
        );
        assert_eq!(answer.header("content-type"), Some("video/x-matroska"));
        assert!(answer.body == tail);
    }
}

/// Whatever the header says, what comes is a true part of the film, and says which.
fn check_any(one: &OneFilm, answer: &Answer) -> Result<(), TestCaseError> {
    match answer.status {
        StatusCode::OK => prop_assert!(answer.body == one.bytes),
        StatusCode::RANGE_NOT_SATISFIABLE => prop_assert!(answer.header("content-range").is_some()),
        StatusCode::PARTIAL_CONTENT => {
            let parts = match answer.header("content-range") {
                Some(content_range) => vec![(content_range.to_owned(), answer.body.to_vec())],
                None => parse_multipart(answer),
            };
            prop_assert!(!parts.is_empty());
            for (content_range, bytes) in parts {
                let (range, size) = content_range
                    .strip_prefix("bytes ")
                    .unwrap()
                    .split_once('/')
                    .unwrap();
                let (first, last) = range.split_once('-').unwrap();
                let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
                prop_assert_eq!(size, one.bytes.len().to_string());
                prop_assert!(bytes == one.bytes[first..=last]);
            }
        }
        other => prop_assert!(false, "{}", other),
    }
    Ok(())
}

fn any_range() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        4 => (0u64..3000).prop_map(|number| number.to_string()),
        1 => any::<u64>().prop_map(|number| number.to_string()),
        1 => Just("18446744073709551616".to_owned()),
        2 => Just(String::new()),
    ];
    let spec = (number.clone(), number).prop_map(|(first, last)| format!("{first}-{last}"));
    let list = proptest::collection::vec(spec, 1..20).prop_map(|specs| format!("bytes={}", specs.join(", ")));
    prop_oneof![4 => list, 1 => "[ -~]{0,40}", 1 => "bytes=[0-9,\\- ]{0,30}", 1 => "[\u{80}-\u{ff}]{1,9}"]
}

proptest! {
    #[test]
    fn any_range_of_any_film(
        size_bytes in 1usize..3000,
        ranges in proptest::collection::vec(any_range(), 1..8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let one = OneFilm::of(size_bytes);
        for range in ranges {
            let answer = runtime.block_on(one.get(&[("range", &range)]));
            check_any(&one, &answer)?;
        }
    }
}
