//! Who may, and what is refused.

use super::{BYTES, Headers, Party, as_person, code_of, offset_of};
use crate::films::tiny_film;
use crate::http;
use crate::socket::Person;
use serde_json::json;
use std::io::Write;

#[test]
fn only_who_sends_and_hosts_of_that_room_may_touch_it() {
    let party = Party::new(&[]);
    let url = party.begin(1_000);
    let (ben, cleo) = (Person::new(party.server.port), Person::new(party.server.port));
    let (_ben, _) = ben.enter(&party.code, "Ben", "b");
    let elsewhere = cleo.make_room("{}");
    let (_cleo, _) = cleo.enter(&elsewhere, "Cleo", "c");
    let begin = format!("/api/rooms/{}/uploads?tab=", party.code);
    let length = ("Upload-Length", "1000");
    for (path, code) in [
        (format!("{begin}b"), "not_host"),
        (format!("{begin}a"), "not_member"),
    ] {
        let refused = as_person(&ben, "POST", &path, &[length], &[]);
        assert_eq!(code_of(&refused), (403, code.into()));
        assert_eq!(refused.header("tus-resumable"), Some("1.0.0"));
    }
    for method in ["PATCH", "DELETE", "HEAD"] {
        let headers = [BYTES, ("Upload-Offset", "0")];
        let guest = as_person(&ben, method, &url, &headers, &[]);
        let stranger = as_person(&cleo, method, &url, &headers, &[]);
        assert_eq!((guest.status, stranger.status), (403, 404), "{method}");
        if method != "HEAD" {
            assert_eq!(code_of(&guest).1, "not_sender");
            assert_eq!(code_of(&stranger).1, "no_such_upload");
        }
        let unknown = party.ask(method, &format!("/api/uploads/{}", "0".repeat(32)), &headers, &[]);
        let absurd = party.ask(method, "/api/uploads/..%2f..%2fmatinee.db", &headers, &[]);
        assert_eq!((unknown.status, absurd.status), (404, 404), "{method}");
    }
    let foreign = party.ask(
        "PATCH",
        &url,
        &[BYTES, ("Upload-Offset", "0"), ("Origin", "https://evil.example")],
        &[],
    );
    assert_eq!(code_of(&foreign), (403, "other_origin".into()));
    // Who sends it may go on, host or not, here or not.
    drop(party.connection);
    let film = tiny_film(1_000);
    assert_eq!(
        as_person(&party.ana, "PATCH", &url, &[BYTES, ("Upload-Offset", "0")], &film).status,
        204
    );
}

#[test]
fn what_does_not_follow_the_protocol_is_refused_and_changes_nothing() {
    let mut party = Party::new(&["--upload-mib-max", "1"]);
    let path = format!("/api/rooms/{}/uploads?tab=a", party.code);
    let length = ("Upload-Length", "1000");
    let table: [(Headers<'_>, u16, &str); 12] = [
        (&[], 400, "bad_upload"),
        (&[("Upload-Length", "-1")], 400, "bad_upload"),
        (&[("Upload-Length", "+1")], 400, "bad_upload"),
        (&[("Upload-Length", "many")], 400, "bad_upload"),
        (&[length, length], 400, "bad_upload"),
        (&[("Upload-Defer-Length", "1")], 400, "bad_upload"),
        (&[length, ("Upload-Concat", "partial")], 400, "bad_upload"),
        (&[("Upload-Length", "0")], 422, "upload_empty"),
        (&[("Upload-Length", "1048577")], 413, "upload_too_large"),
        (&[length, ("Upload-Metadata", "filename %%%")], 400, "bad_upload"),
        (
            &[length, ("Upload-Metadata", "filename YQ==,filename YQ==")],
            400,
            "bad_upload",
        ),
        (&[length, ("Upload-Metadata", "filename /w==")], 400, "bad_upload"),
    ];
    for (headers, status, code) in table {
        let refused = party.ask("POST", &path, headers, &[]);
        assert_eq!(code_of(&refused), (status, code.into()), "{headers:?}");
    }
    let url = party.begin(1_000);
    let cookie = ("Cookie", &*party.ana.cookie);
    for (method, path) in [("POST", &path), ("PATCH", &url), ("HEAD", &url), ("DELETE", &url)] {
        for version in [&[][..], &[("Tus-Resumable", "0.2.2")]] {
            let headers = [version, &[cookie, length, BYTES, ("Upload-Offset", "0")]].concat();
            let refused = http::request(party.ana.port, method, path, &headers, &[]);
            assert_eq!(refused.status, 412, "{method} {version:?}");
            assert_eq!(refused.header("tus-version"), Some("1.0.0"));
        }
    }
    let film = tiny_film(1_000);
    assert_eq!(offset_of(&party.patch(&url, 0, &film[..600])), 600);
    let at = ("Upload-Offset", "600");
    let table: [(Headers<'_>, &[u8], u16, &str); 9] = [
        (&[BYTES], &film[600..], 400, "bad_upload"),
        (
            &[BYTES, ("Upload-Offset", "-600")],
            &film[600..],
            400,
            "bad_upload",
        ),
        (&[BYTES, at, at], &film[600..], 400, "bad_upload"),
        (
            &[BYTES, ("Upload-Offset", "599")],
            &film[599..],
            409,
            "wrong_offset",
        ),
        (
            &[BYTES, ("Upload-Offset", "601")],
            &film[601..],
            409,
            "wrong_offset",
        ),
        (&[BYTES, ("Upload-Offset", "1000")], &[], 409, "wrong_offset"),
        (
            &[BYTES, ("Upload-Offset", "18446744073709551615")],
            &[],
            409,
            "wrong_offset",
        ),
        (&[BYTES, at], &film[599..], 413, "upload_length"),
        (
            &[at, ("Content-Type", "video/mp4")],
            &film[600..],
            415,
            "wrong_content_type",
        ),
    ];
    for (headers, body, status, code) in table {
        let refused = party.ask("PATCH", &url, headers, body);
        assert_eq!(code_of(&refused), (status, code.into()), "{headers:?}");
        assert_eq!(offset_of(&party.head(&url)), 600, "{headers:?}");
    }
    // A body that does not say how long it is, and goes on after the end.
    let mut stream = http::connect(party.ana.port);
    let head = format!(
        "PATCH {url} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: {}\r\nTus-Resumable: 1.0.0\r\n\
         Upload-Offset: 600\r\nContent-Type: application/offset+octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
        party.ana.cookie
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut send = |piece: &[u8]| {
        stream
            .write_all(format!("{:x}\r\n", piece.len()).as_bytes())
            .unwrap();
        stream.write_all(piece).unwrap();
        stream.write_all(b"\r\n").unwrap();
    };
    send(&film[600..900]);
    party.hears(|uploads| uploads[0]["received_bytes"] == 900);
    send(&film[899..]);
    stream.write_all(b"0\r\n\r\n").unwrap();
    assert_eq!(
        code_of(&http::read_answer(stream, "PATCH")),
        (413, "upload_length".into())
    );
    assert_eq!(offset_of(&party.head(&url)), 900, "what fitted");
    // An empty request at the right place changes nothing and is no mistake.
    assert_eq!(offset_of(&party.patch(&url, 900, &[])), 900);
    assert_eq!(party.patch(&url, 900, &film[900..]).status, 204);
    for (method, path) in [("GET", &url), ("PUT", &url), ("GET", &path)] {
        assert_eq!(party.ask(method, path, &[], &[]).status, 405, "{method} {path}");
    }
}

#[test]
fn what_is_spoken_here_is_told_to_whoever_asks() {
    let party = Party::new(&["--upload-mib-max", "7"]);
    for path in [
        format!("/api/rooms/{}/uploads", party.code),
        format!("/api/uploads/{}", "0".repeat(32)),
    ] {
        let told = http::request(party.ana.port, "OPTIONS", &path, &[], &[]);
        assert_eq!(told.status, 204);
        assert_eq!(told.header("tus-version"), Some("1.0.0"));
        assert_eq!(told.header("tus-max-size"), Some("7340032"));
        let extensions = told.header("tus-extension").unwrap();
        assert_eq!(extensions, "creation,creation-with-upload,termination,expiration");
    }
    // For those who can only send POST.
    let url = party.begin(1_000);
    let film = tiny_film(1_000);
    let patch = [("X-HTTP-Method-Override", "PATCH"), BYTES, ("Upload-Offset", "0")];
    let sent = party.ask("POST", &url, &patch, &film[..10]);
    assert_eq!((sent.status, offset_of(&sent)), (204, 10));
    let removed = party.ask("POST", &url, &[("X-HTTP-Method-Override", "DELETE")], &[]);
    assert_eq!(removed.status, 204);
    assert_eq!(party.head(&url).status, 404);
}

#[test]
fn what_is_no_film_is_refused_with_its_first_bytes_and_removed() {
    let mut party = Party::new(&[]);
    let words = b"Dear diary, ".repeat(1_000);
    let url = party.begin(1 << 30);
    assert_eq!(
        party.patch(&url, 0, &words[..100]).status,
        204,
        "too little to tell"
    );
    let mut stream = party.open(&url, 100, (1 << 30) - 100);
    stream.write_all(&words[100..6_000]).unwrap();
    // While nearly all of it is still to come.
    party.hears(|uploads| *uploads == json!([]));
    assert!(party.files().is_empty());
    drop(stream);
    // One that is over before there is enough to tell.
    let url = party.begin(50);
    assert_eq!(party.patch(&url, 0, &words[..20]).status, 204);
    assert_eq!(
        code_of(&party.patch(&url, 20, &words[20..50])),
        (415, "not_a_video".into())
    );
    assert_eq!(party.head(&url).status, 404);
    assert!(party.files().is_empty());
}
