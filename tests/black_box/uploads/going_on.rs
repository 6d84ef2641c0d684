//! What an upload goes on after, and who goes on with it.

use super::{BYTES, Party, as_person, code_of, hears, offset_of};
use crate::films::tiny_film;
use crate::http;
use crate::socket::{Person, file_name};
use serde_json::json;
use std::io::Write;
use std::time::{Duration, Instant};

#[test]
fn an_upload_in_pieces_is_the_film_and_everybody_sees_it_come() {
    let mut party = Party::new(&[]);
    let ben = Person::new(party.server.port);
    let (mut ben, _) = ben.enter(&party.code, "Ben", "b");
    let film = tiny_film(3_000_000);
    let url = party.begin(film.len());
    let begun = hears(&mut ben, |_| true);
    assert_eq!(
        begun,
        json!([{"id": 1, "member": 1, "title": "The General", "received_bytes": 0, "total_bytes": 3_000_000,
                "paused": true, "url": url}])
    );
    let looked = party.head(&url);
    assert_eq!((looked.status, offset_of(&looked)), (200, 0));
    assert_eq!(looked.header("upload-length"), Some("3000000"));
    assert_eq!(
        looked.header("upload-metadata"),
        Some(file_name("The General.mp4").as_str())
    );
    assert_eq!(looked.header("cache-control"), Some("no-store"));
    assert_eq!(looked.header("tus-resumable"), Some("1.0.0"));
    assert!(looked.header("upload-expires").unwrap().ends_with(" GMT"));

    let first = party.patch(&url, 0, &film[..1_234_567]);
    assert_eq!((first.status, offset_of(&first)), (204, 1_234_567));
    let paused = hears(&mut ben, |uploads| uploads[0]["received_bytes"] == 1_234_567);
    assert_eq!(paused[0]["paused"], true);
    assert_eq!(offset_of(&party.head(&url)), 1_234_567);
    let last = party.patch(&url, 1_234_567, &film[1_234_567..]);
    assert_eq!((last.status, offset_of(&last)), (204, 3_000_000));
    hears(&mut ben, |uploads| *uploads == json!([]));
    assert_eq!(party.film(), film);

    // A client whose last answer was lost learns that it is done, and which film it is.
    let looked = party.head(&url);
    assert_eq!((looked.status, offset_of(&looked)), (200, 3_000_000));
    let list = format!("/api/rooms/{}/films?tab=a", party.code);
    let list = party.ask("GET", &list, &[], &[]).json();
    assert_eq!(list["films"][0]["id"], looked.header("matinee-film").unwrap());
    assert_eq!(last.header("matinee-film"), looked.header("matinee-film"));
    let id = list["films"][0]["id"].as_str().unwrap();
    assert!(!url.contains(id), "who sees an upload may not fetch its film yet");
}

#[test]
fn who_has_lost_the_answer_begins_the_same_upload_again_and_no_second_one() {
    let mut party = Party::new(&[]);
    let film = tiny_film(3_000);
    let name = file_name("The General.mp4");
    let [once, other] = ["b25l", "b3RoZXI="].map(|word| format!("{name},once {word}"));
    let begin = |party: &Party, length: &str, metadata: &str| {
        let begun = party.announce(&[("Upload-Length", length), ("Upload-Metadata", metadata)]);
        assert_eq!(begun.status, 201, "{}", begun.text());
        assert_eq!(offset_of(&begun), 0);
        begun.header("location").unwrap().to_owned()
    };
    let url = begin(&party, "3000", &once);
    assert_eq!(begin(&party, "3000", &once), url);
    assert_eq!(party.crash().as_array().unwrap().len(), 1);
    assert_eq!(begin(&party, "3000", &once), url, "after a restart too");

    // What differs in anything is another one; so is what nobody has named.
    let others = [
        ("3001", &once),
        ("3000", &other),
        ("3000", &name),
        ("3000", &name),
    ];
    let mut urls: Vec<String> = others
        .iter()
        .map(|(length, metadata)| begin(&party, length, metadata))
        .collect();
    urls.push(url.clone());
    urls.sort();
    urls.dedup();
    assert_eq!(urls.len(), 5);

    // One of which something has come is known to its sender; one that was removed is gone.
    assert_eq!(party.patch(&url, 0, &film[..1_000]).status, 204);
    let second = begin(&party, "3000", &once);
    assert_ne!(second, url);
    assert_eq!(party.ask("DELETE", &second, &[], &[]).status, 204);
    assert_ne!(begin(&party, "3000", &once), second);
}

#[test]
fn it_goes_on_after_a_kill_where_it_was() {
    let mut party = Party::new(&[]);
    let film = tiny_film(40_000_000);
    let url = party.begin(film.len());
    let first = party.patch(&url, 0, &film[..5_000_000]);
    assert_eq!((first.status, offset_of(&first)), (204, 5_000_000));
    // Killed between two requests: what was acknowledged is there.
    let kept = party.crash();
    assert_eq!(
        (&kept[0]["received_bytes"], &kept[0]["paused"]),
        (&json!(5_000_000), &json!(true))
    );
    assert_eq!((&kept[0]["member"], &kept[0]["url"]), (&json!(1), &json!(url)));
    assert_eq!(offset_of(&party.head(&url)), 5_000_000);

    // Killed in the middle of one: what is on the disk is told, and it is the film's beginning.
    let mut stream = party.open(&url, 5_000_000, film.len() - 5_000_000);
    stream.write_all(&film[5_000_000..30_000_000]).unwrap();
    party.hears(|uploads| uploads[0]["received_bytes"].as_u64() > Some(20_000_000));
    let kept = party.crash();
    let at = offset_of(&party.head(&url));
    assert!(
        (20_000_000..=30_000_000).contains(&at),
        "{at}: nothing that lasts is sent twice"
    );
    assert_eq!(kept[0]["received_bytes"], at);
    let file = format!("{}.partial", url.strip_prefix("/api/uploads/").unwrap());
    let on_disk = std::fs::read(party.server.data().join("films").join(file)).unwrap();
    assert!(on_disk == film[..at]);

    assert_eq!(party.patch(&url, at, &film[at..]).status, 204);
    assert!(party.film() == film);
}

#[test]
fn a_polite_stop_pauses_it_and_does_not_wait() {
    let mut party = Party::new(&[]);
    let film = tiny_film(9_000_000);
    let url = party.begin(film.len());
    let mut stream = party.open(&url, 0, film.len());
    stream.write_all(&film[..3_000_000]).unwrap();
    party.hears(|uploads| uploads[0]["paused"] == false);
    let asked = Instant::now();
    assert!(party.server.terminate().success());
    assert!(asked.elapsed() < Duration::from_secs(6), "{:?}", asked.elapsed());
    assert_eq!(code_of(&http::read_answer(stream, "PATCH")).1, "restarting");
    party.server.start_again();
    let at = offset_of(&party.head(&url));
    assert!(at <= 3_000_000);
    assert_eq!(party.patch(&url, at, &film[at..]).status, 204);
}

#[test]
fn a_lost_connection_pauses_it_at_what_came() {
    let mut party = Party::new(&[]);
    let film = tiny_film(9_000_000);
    let url = party.begin(film.len());
    let mut stream = party.open(&url, 0, film.len());
    stream.write_all(&film[..2_500_000]).unwrap();
    party.hears(|uploads| uploads[0]["paused"] == false);
    drop(stream);
    let paused = party.hears(|uploads| uploads[0]["paused"] == true);
    assert_eq!(paused[0]["received_bytes"], 2_500_000);
    assert_eq!(offset_of(&party.head(&url)), 2_500_000);
    assert_eq!(party.patch(&url, 2_500_000, &film[2_500_000..]).status, 204);
    assert!(party.film() == film);
}

#[test]
fn who_changed_the_network_goes_on_though_the_old_connection_looks_alive() {
    let mut party = Party::new(&[]);
    let film = tiny_film(9_000_000);
    let url = party.begin(film.len());
    let mut lost = party.open(&url, 0, film.len());
    lost.write_all(&film[..2_500_000]).unwrap();
    party.hears(|uploads| uploads[0]["paused"] == false);
    // Nothing comes from there any more, and nobody has closed it.
    let at = offset_of(&party.head(&url));
    assert_eq!(at, 2_500_000);
    assert_eq!(party.patch(&url, at, &film[at..]).status, 204);
    assert!(party.film() == film);
    // Another look at it did not begin it anew.
    assert_eq!(party.files().len(), 1);
    drop(lost);
}

#[test]
fn of_two_who_send_at_once_one_waits_its_turn() {
    let mut party = Party::new(&[]);
    let film = tiny_film(60_000_000);
    let url = party.begin(film.len());
    let mut stream = party.open(&url, 0, film.len());
    stream.write_all(&film[..1_000_000]).unwrap();
    party.hears(|uploads| uploads[0]["paused"] == false);
    let second = {
        let (ana, url, film) = (party.ana.clone(), url.clone(), film.clone());
        let headers = [BYTES, ("Upload-Offset", "0")];
        std::thread::spawn(move || as_person(&ana, "PATCH", &url, &headers, &film[..10]))
    };
    // A steady sender is not interrupted, for as long as the other one asks.
    let mut sent = 1_000_000;
    while !second.is_finished() {
        stream.write_all(&film[sent..sent + 500_000]).unwrap();
        sent += 500_000;
        party.hears(|uploads| uploads[0]["received_bytes"] == sent);
    }
    stream.write_all(&film[sent..]).unwrap();
    assert_eq!(http::read_answer(stream, "PATCH").status, 204);
    let refused = second.join().unwrap();
    assert!(
        [(423, "upload_busy"), (409, "wrong_offset")].contains(&(refused.status, &*code_of(&refused).1)),
        "{}",
        refused.text()
    );
    assert!(party.film() == film);
}

#[test]
fn the_sender_and_hosts_remove_it() {
    let mut party = Party::new(&[]);
    let film = tiny_film(9_000_000);
    // Paused.
    let url = party.begin(film.len());
    assert_eq!(party.patch(&url, 0, &film[..100_000]).status, 204);
    let removed = party.ask("DELETE", &url, &[], &[]);
    assert_eq!(
        (removed.status, removed.header("tus-resumable")),
        (204, Some("1.0.0"))
    );
    party.hears(|uploads| *uploads == json!([]));
    for method in ["HEAD", "PATCH", "DELETE"] {
        let answer = party.ask(method, &url, &[BYTES, ("Upload-Offset", "0")], &[]);
        assert_eq!(answer.status, 404, "{method}");
    }
    // While it is sent, by another host.
    let ben = Person::new(party.server.port);
    let (_ben, welcome) = ben.enter(&party.code, "Ben", "b");
    party
        .connection
        .send(&json!({"type": "host", "id": 1, "member": welcome["you"], "host": true}));
    party.connection.receive_type("done");
    let url = party.begin(film.len());
    let mut stream = party.open(&url, 0, film.len());
    stream.write_all(&film[..100_000]).unwrap();
    party.hears(|uploads| uploads[0]["paused"] == false);
    assert_eq!(as_person(&ben, "DELETE", &url, &[], &[]).status, 204);
    party.hears(|uploads| *uploads == json!([]));
    stream.write_all(&film[100_000..]).unwrap();
    assert_eq!(
        code_of(&http::read_answer(stream, "PATCH")),
        (410, "upload_removed".into())
    );
    assert!(party.files().is_empty());
    party.server.crash_and_restart();
    assert!(party.files().is_empty());
}

#[test]
fn one_that_was_whole_before_a_crash_becomes_a_film() {
    let mut party = Party::new(&[]);
    let film = tiny_film(100_000);
    let url = party.begin(film.len());
    assert_eq!(party.patch(&url, 0, &film[..99_999]).status, 204);
    // As if the server had been killed after the last byte and before it made a film of it.
    let id = url.strip_prefix("/api/uploads/").unwrap();
    let bytes = party.server.data().join("films").join(format!("{id}.partial"));
    let mut file = std::fs::File::options().append(true).open(bytes).unwrap();
    file.write_all(&film[99_999..]).unwrap();
    assert_eq!(party.crash(), json!([]));
    let looked = party.head(&url);
    assert_eq!((looked.status, offset_of(&looked)), (200, 100_000));
    let list = format!("/api/rooms/{}/films?tab=a", party.code);
    let list = party.ask("GET", &list, &[], &[]).json();
    assert_eq!(list["films"][0]["title"], "The General");
    assert_eq!(list["films"][0]["id"], looked.header("matinee-film").unwrap());
}

#[test]
fn a_room_that_nobody_is_in_keeps_its_uploads() {
    let party = Party::new(&[]);
    let film = tiny_film(200_000);
    let url = party.begin(film.len());
    assert_eq!(party.patch(&url, 0, &film[..70_000]).status, 204);
    let Party {
        mut server,
        ana,
        code,
        mut connection,
    } = party;
    connection.send(&json!({"type": "leave"}));
    connection.close_code();
    server.crash_and_restart();
    // From another window: another member, the same person.
    let (mut connection, welcome) = ana.enter(&code, "Ana", "another");
    assert_eq!(welcome["uploads"][0]["received_bytes"], 70_000);
    assert_eq!(welcome["uploads"][0]["paused"], true);
    let headers = [BYTES, ("Upload-Offset", "70000")];
    assert_eq!(
        as_person(&ana, "PATCH", &url, &headers, &film[70_000..]).status,
        204
    );
    let playback = connection.receive_type("playback");
    assert_eq!(
        playback["playback"]["film"]["title"], "The General",
        "put on by who sent it"
    );
}
