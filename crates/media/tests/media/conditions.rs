//! Conditional requests, from the headers to the answer. The rules one by one are tested where they stand.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{Method, StatusCode};

use crate::fixture::{OneFilm, answer, only_film};

#[tokio::test]
async fn a_good_copy_is_not_sent_again() {
    let one = OneFilm::of(1000);
    let etag = one.etag();
    let date = one.get(&[]).await.header("last-modified").unwrap().to_owned();
    for method in [Method::GET, Method::HEAD] {
        for condition in [
            ("if-none-match", etag.as_str()),
            ("if-modified-since", date.as_str()),
        ] {
            let headers = [condition, ("range", "bytes=0-1")];
            let answer = answer(&one.film, method.clone(), &headers).await;
            assert_eq!(answer.status, StatusCode::NOT_MODIFIED);
            assert_eq!(answer.header("etag"), Some(etag.as_str()));
            assert_eq!(
                answer.header("cache-control"),
                Some("private, max-age=31536000, immutable")
            );
            assert_eq!(answer.header("content-length"), None);
        }
    }
}

#[tokio::test]
async fn another_version_than_the_one_asked_for_is_not_sent() {
    let one = OneFilm::of(1000);
    for condition in [
        ("if-match", "\"x\""),
        ("if-unmodified-since", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ] {
        let answer = one.get(&[condition]).await;
        assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.text().ends_with('.'));
    }
    assert_eq!(one.get(&[("if-match", &one.etag())]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_range_of_another_version_becomes_the_whole_film() {
    let one = OneFilm::of(1000);
    let etag = one.etag();
    let date = one.get(&[]).await.header("last-modified").unwrap().to_owned();
    let table = [
        (etag.clone(), StatusCode::PARTIAL_CONTENT),
        (date, StatusCode::PARTIAL_CONTENT),
        (format!("W/{etag}"), StatusCode::OK),
        ("\"x\"".to_owned(), StatusCode::OK),
        ("Sun, 06 Nov 1994 08:49:37 GMT".to_owned(), StatusCode::OK),
    ];
    for (if_range, status) in table {
        let answer = one
            .get(&[("if-range", &if_range), ("range", "bytes=10-19")])
            .await;
        assert_eq!(answer.status, status, "{if_range}");
        let expected = if status == StatusCode::OK {
            &one.bytes[..]
        } else {
            &one.bytes[10..20]
        };
        assert!(answer.body == expected);
        // Also a range that would be refused.
        let answer = one
            .get(&[("if-range", &if_range), ("range", "bytes=1000-")])
            .await;
        let refused = status == StatusCode::PARTIAL_CONTENT;
        assert_eq!(
            answer.status == StatusCode::RANGE_NOT_SATISFIABLE,
            refused,
            "{if_range}"
        );
    }
}

#[tokio::test]
async fn times_that_http_cannot_say_are_left_out() {
    let tomorrow = SystemTime::now() + Duration::from_secs(86_400);
    let year_11_000 = UNIX_EPOCH + Duration::from_secs(285_000_000_000);
    for time in [tomorrow, year_11_000, UNIX_EPOCH - Duration::from_secs(5)] {
        let one = OneFilm::of(100);
        let file = std::fs::File::options().write(true).open(one.path()).unwrap();
        file.set_modified(time).unwrap();
        let film = only_film(one.folder.path());
        let date = ("if-modified-since", "Sun, 06 Nov 1994 08:49:37 GMT");
        let answer = answer(&film, Method::GET, &[date]).await;
        assert_eq!(answer.status, StatusCode::OK);
        // File systems may keep another time than the one they were given.
        if film.modified == time {
            assert_eq!(answer.header("last-modified"), None);
        }
    }
}
