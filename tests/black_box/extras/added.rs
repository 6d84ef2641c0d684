//! Subtitles that people add: any encoding, kept, refused, for one room alone.

use super::{Evening, GERMAN, text_of};
use crate::films::tiny_film;
use crate::http::{self, Answer};
use crate::lasting::wait_until_saved;
use crate::server::Server;
use serde_json::{Value, json};

fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[test]
fn added_subtitles_of_any_encoding_are_there_after_a_crash() {
    let mut server = Server::start();
    let mut evening = Evening::at(&server);
    assert_eq!(evening.described()["subtitles"], Value::Array(Vec::new()));
    let latin1: Vec<u8> = GERMAN.chars().map(|c| c as u8).collect();
    let files = [
        ("de.srt", latin1),
        ("Film.pt-BR.srt", utf16(GERMAN)),
        ("sdh.vtt", GERMAN.into()),
    ];
    for (name, bytes) in &files {
        let added = evening.add(name, bytes);
        assert_eq!(added.status, 201, "{}", added.text());
        evening.hear();
        assert!(
            text_of(server.port, &added.json()).contains("Grüße vom Zug, Señor!"),
            "{name}"
        );
    }
    let before = evening.described()["subtitles"].clone();
    let labels: Vec<_> = before
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["label"].clone())
        .collect();
    assert_eq!(labels, ["de", "Film.pt-BR", "sdh"]);
    assert_eq!(before[1]["language"], "pt-BR");

    evening
        .party
        .connection
        .send(&json!({"type": "say", "id": 1, "text": "kept by now"}));
    wait_until_saved(&server, &evening.party.code, "kept by now");
    server.crash_and_restart();
    let (connection, welcome) = evening.party.ana.enter(&evening.party.code, "Ana", "a");
    evening.party.connection = connection;
    let url = welcome["playback"]["film"]["extras"].as_str().unwrap();
    assert_ne!(
        url, evening.extras,
        "what a browser has kept is not asked for again"
    );
    evening.extras = url.to_owned();
    assert_eq!(evening.described()["subtitles"], before);
    for entry in before.as_array().unwrap() {
        assert!(text_of(server.port, entry).starts_with("WEBVTT"));
    }
    assert_eq!(evening.remove(&evening.party.code, &before[0]["id"]).status, 204);
    evening.hear();
    assert_eq!(evening.described()["subtitles"].as_array().unwrap().len(), 2);
}

#[test]
fn what_is_no_subtitles_or_too_much_is_refused() {
    let server = Server::start();
    let mut evening = Evening::at(&server);
    let code = |answer: &Answer| answer.json()["error"]["code"].as_str().unwrap().to_owned();
    let pdf = [&b"%PDF-1.7\n"[..], &[0xff; 4_000]].concat();
    for (bytes, status, refusal) in [
        (&b""[..], 422, "no_subtitles"),
        (&pdf, 422, "no_subtitles"),
        (b"only words", 422, "no_subtitles"),
        (&vec![b'x'; 50_000_000], 413, "subtitles_too_large"),
    ] {
        let answer = evening.add("x.srt", bytes);
        assert_eq!(
            (answer.status, &*code(&answer)),
            (status, refusal),
            "{}",
            bytes.len()
        );
    }
    let nowhere = std::mem::replace(&mut evening.film, "0".repeat(32));
    assert_eq!(code(&evening.add("x.srt", GERMAN.as_bytes())), "no_such_film");
    evening.film = nowhere;
    for number in 0..32 {
        let added = evening.add(&format!("{number}.srt"), GERMAN.as_bytes());
        assert_eq!(added.status, 201, "{}", added.text());
    }
    let one_more = evening.add("33.srt", GERMAN.as_bytes());
    assert_eq!((one_more.status, &*code(&one_more)), (409, "too_many_subtitles"));
    assert_eq!(evening.described()["subtitles"].as_array().unwrap().len(), 32);
}

#[test]
fn another_room_neither_sees_nor_removes_them() {
    let library = tempfile::tempdir().unwrap();
    std::fs::write(library.path().join("Kid.mp4"), tiny_film(5_000)).unwrap();
    let server = Server::with_flags(&["--library", library.path().to_str().unwrap()]);
    let [mut ours, mut theirs] = [(); 2].map(|()| Evening::at(&server));
    let films = ours.party.films();
    let kid = films.iter().find(|film| film["title"] == "Kid").unwrap();
    for evening in [&mut ours, &mut theirs] {
        evening.film = kid["id"].as_str().unwrap().to_owned();
        evening.extras = format!("/api/rooms/{}/films/{}/extras", evening.party.code, evening.film);
    }
    let added = ours.add("kid.srt", GERMAN.as_bytes()).json();
    assert_eq!(ours.described()["subtitles"].as_array().unwrap().len(), 1);
    assert_eq!(theirs.described()["subtitles"].as_array().unwrap().len(), 0);
    let id = added["id"].as_str().unwrap();
    assert_eq!(theirs.remove(&theirs.party.code, &added["id"]).status, 404);
    assert_eq!(theirs.remove(&ours.party.code, &added["id"]).status, 403);
    let by_theirs = format!("/api/rooms/{}/subtitles/{id}", theirs.party.code);
    assert_eq!(http::get(server.port, &by_theirs, &[]).status, 404);
    let answer = http::get(server.port, &ours.extras, &[("Cookie", &theirs.party.ana.cookie)]);
    assert_eq!(answer.status, 403, "who is not in the room is told nothing");
    text_of(server.port, &added);
}

#[test]
fn a_disk_that_is_full_refuses_them_and_harms_nothing() {
    let server = Server::start();
    let mut evening = Evening::at(&server);
    assert_eq!(evening.add("de.srt", GERMAN.as_bytes()).status, 201);
    let before = evening.described();
    let lines = (0..20_000).map(|n| format!("{n}\n00:00:01,000 --> 00:00:02,500\nLine {n}\n\n"));
    let long: String = lines.collect();
    server.limit_files("262144");
    let refused = evening.add("long.srt", long.as_bytes());
    assert_eq!(refused.status, 507, "{}", refused.text());
    assert_eq!(refused.json()["error"]["code"], "disk_full");
    assert_eq!(evening.described(), before);
    server.limit_files("unlimited");
    assert_eq!(evening.add("long.srt", long.as_bytes()).status, 201);
}
