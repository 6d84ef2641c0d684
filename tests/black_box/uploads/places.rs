//! Full disks, limits, memory.

use super::{Party, code_of, offset_of};
use crate::films::tiny_film;
use crate::http;
use serde_json::{Value, json};
use std::io::Write;

/// How many are being sent just now.
fn moving(uploads: &Value) -> usize {
    let uploads = uploads.as_array().unwrap();
    uploads.iter().filter(|upload| upload["paused"] == false).count()
}

#[test]
fn there_is_place_for_so_much_and_no_more() {
    let party = Party::new(&["--room-uploads-gib-max", "2", "--uploads-gib-max", "3"]);
    let gib = |bytes: u64| (bytes << 30).to_string();
    let announce = |length: &str| party.announce(&[("Upload-Length", length)]);
    let first = announce(&gib(1));
    assert_eq!(first.status, 201, "{}", first.text());
    let too_much = ((1 << 30) + 1).to_string();
    assert_eq!(code_of(&announce(&too_much)), (507, "room_storage_full".into()));
    let sentence = announce(&too_much).json()["error"]["message"].clone();
    assert_eq!(
        sentence,
        "There is no place for that film in this room: 1.0 of 2.0 GiB are taken. Ask who runs this server for more."
    );
    assert_eq!(announce(&gib(1)).status, 201);
    // What has come counts as well as what is on its way.
    assert_eq!(code_of(&announce("1")), (507, "room_storage_full".into()));
    let other = party.ana.make_room("{}");
    let (_other, _) = party.ana.enter(&other, "Ana", "a");
    let path = format!("/api/rooms/{other}/uploads?tab=a");
    let elsewhere = |length: &str| party.ask("POST", &path, &[("Upload-Length", length)], &[]);
    assert_eq!(
        code_of(&elsewhere(&too_much)),
        (507, "server_storage_full".into())
    );
    let url = first.header("location").unwrap();
    assert_eq!(party.ask("DELETE", url, &[], &[]).status, 204);
    assert_eq!(elsewhere(&too_much).status, 201);

    let reserved = Party::new(&["--disk-reserve-mib", "16777216"]);
    let refused = reserved.announce(&[("Upload-Length", "1")]);
    assert_eq!(code_of(&refused), (507, "disk_full".into()));
    assert!(reserved.files().is_empty());
}

#[test]
fn so_many_wait_and_so_many_are_sent() {
    let mut party = Party::new(&[]);
    let urls: Vec<_> = (0..32).map(|_| party.begin(1_000_000)).collect();
    let refused = party.announce(&[("Upload-Length", "1")]);
    assert_eq!(code_of(&refused), (503, "too_many_kept_uploads".into()));
    let film = tiny_film(1_000_000);
    let mut sending: Vec<_> = urls[..8]
        .iter()
        .map(|url| party.open(url, 0, film.len()))
        .collect();
    for stream in &mut sending {
        stream.write_all(&film[..10_000]).unwrap();
    }
    party.hears(|uploads| moving(uploads) == 8);
    let busy = party.patch(&urls[8], 0, &film[..10]);
    assert_eq!(code_of(&busy), (503, "too_many_uploads".into()));
    sending.pop();
    party.hears(|uploads| moving(uploads) == 7);
    assert_eq!(party.patch(&urls[8], 0, &film[..10]).status, 204);
}

#[test]
fn a_full_disk_pauses_it_and_harms_nothing() {
    let mut party = Party::new(&[]);
    let film = tiny_film(5_000_000);
    let url = party.begin(film.len());
    // Nothing of the server's may grow past so much from now on: as full as a disk can be.
    party.server.limit_files("1048576");
    assert_eq!(code_of(&party.patch(&url, 0, &film)), (507, "disk_full".into()));
    let at = offset_of(&party.head(&url));
    assert!(at <= 1_048_576, "{at}");
    party.server.limit_files("4000000");
    assert_eq!(
        code_of(&party.patch(&url, at, &film[at..])),
        (507, "disk_full".into())
    );
    let at = offset_of(&party.head(&url));
    assert!(at <= 4_000_000, "{at}");
    party.server.limit_files("unlimited");
    party.hears(|uploads| uploads[0]["paused"] == true && uploads[0]["received_bytes"] == at);
    party
        .connection
        .send(&json!({"type": "say", "id": 1, "text": "still here"}));
    party.connection.receive_type("done");
    assert_eq!(party.patch(&url, at, &film[at..]).status, 204);
    assert!(party.film() == film);
    assert!(party.server.terminate().success());
}

#[test]
fn a_disk_that_is_full_for_the_record_refuses_it_or_costs_nothing_but_time() {
    let mut party = Party::new(&[]);
    let film = tiny_film(20_000);
    let url = party.begin(film.len());
    assert_eq!(party.patch(&url, 0, &film[..10_000]).status, 204);
    // The bytes have room, what is written about them has none.
    let journal = std::fs::metadata(party.server.data().join("matinee.db-wal")).unwrap();
    assert!(journal.len() > 20_000);
    party.server.limit_files(&journal.len().to_string());
    let last = party.patch(&url, 10_000, &film[10_000..]);
    assert_eq!(code_of(&last), (507, "disk_full".into()));
    let refused = party.announce(&[("Upload-Length", "1000")]);
    assert_eq!(code_of(&refused), (507, "disk_full".into()));
    party.server.limit_files("unlimited");
    party.hears(|uploads| uploads[0]["received_bytes"] == 20_000 && uploads.as_array().unwrap().len() == 1);
    let looked = party.head(&url);
    assert_eq!((looked.status, offset_of(&looked)), (200, 20_000));
    assert!(looked.header("matinee-film").is_some());
    assert_eq!(party.film(), film);
}

#[test]
fn bytes_that_somebody_took_away_are_missed_and_not_forgotten() {
    let mut party = Party::new(&[]);
    let film = tiny_film(100_000);
    let url = party.begin(film.len());
    assert_eq!(party.patch(&url, 0, &film[..50_000]).status, 204);
    let folder = party.server.data().join("films");
    let id = url.strip_prefix("/api/uploads/").unwrap();
    let (bytes, elsewhere) = (folder.join(format!("{id}.partial")), folder.join("elsewhere"));
    std::fs::rename(&bytes, &elsewhere).unwrap();
    let missed = party.patch(&url, 50_000, &film[50_000..]);
    assert_eq!(code_of(&missed), (404, "no_such_upload".into()));
    std::fs::rename(&elsewhere, &bytes).unwrap();
    assert_eq!(party.patch(&url, 50_000, &film[50_000..]).status, 204);
    assert_eq!(party.film(), film);
}

#[test]
fn a_large_upload_stays_out_of_memory() {
    let party = Party::new(&[]);
    party.ana.upload(&party.code, "a", "first.mp4", &tiny_film(1_000));
    let before = party.server.resident_bytes();
    let total: usize = 1 << 30;
    let url = party.begin(total);
    let chunk = tiny_film(1 << 20);
    let mut most = before;
    for half in [0, total / 2] {
        let mut stream = party.open(&url, half, total / 2);
        for _ in 0..total / 2 / chunk.len() {
            stream.write_all(&chunk).unwrap();
            most = most.max(party.server.resident_bytes());
        }
        assert_eq!(http::read_answer(stream, "PATCH").status, 204);
    }
    most = most.max(party.server.resident_bytes());
    println!("{} KiB before, {} KiB at most", before / 1024, most / 1024);
    assert!(most - before <= 32 << 20, "{} KiB more", (most - before) / 1024);
}

#[test]
fn an_address_begins_so_many_uploads_and_not_without_end() {
    let party = Party::new(&[]);
    let begin = || party.announce(&[("Upload-Length", "1000")]);
    let mut answers = std::iter::repeat_with(begin).take(140);
    let begun = answers.by_ref().take_while(|answer| answer.status != 429).count();
    assert!((128..140).contains(&begun), "{begun}");
    assert_eq!(code_of(&begin()), (429, "too_fast".into()));
}
