//! What everybody may send to a room where hosts allow it, and who is put out.

use super::{Party, as_person, code_of};
use crate::films::tiny_film;
use crate::http::Answer;
use crate::socket::{Connection, Person};
use serde_json::{Value, json};

/// A guest of the party.
fn guest(party: &Party) -> (Person, Connection) {
    let ben = Person::new(party.server.port);
    let (connection, _) = ben.enter(&party.code, "Ben", "b");
    (ben, connection)
}

fn set(party: &mut Party, id: u64, who_adds: &str) {
    let connection = &mut party.connection;
    connection.send(&json!({"type": "settings", "id": id, "who_adds": who_adds}));
    assert_eq!(connection.receive_type("done")["id"], id);
}

fn announce(party: &Party, person: &Person) -> Answer {
    let path = format!("/api/rooms/{}/uploads?tab=b", party.code);
    as_person(person, "POST", &path, &[("Upload-Length", "1000")], &[])
}

fn films(party: &Party, person: &Person) -> u16 {
    let path = format!("/api/rooms/{}/films?tab=b", party.code);
    as_person(person, "GET", &path, &[], &[]).status
}

#[test]
fn guests_add_films_as_long_as_hosts_allow_it() {
    let mut party = Party::new(&[]);
    let (ben, mut connection) = guest(&party);
    assert_eq!(code_of(&announce(&party, &ben)), (403, "not_host".into()));
    assert_eq!(films(&party, &ben), 403);
    set(&mut party, 1, "everybody");
    assert_eq!(films(&party, &ben), 200);
    // With the words of somebody else it is an upload of one's own all the same.
    let words = [("Upload-Length", "1000"), ("Upload-Metadata", "once b25l")];
    let hers = party.announce(&words);
    let path = format!("/api/rooms/{}/uploads?tab=b", party.code);
    let his = as_person(&ben, "POST", &path, &words, &[]);
    assert_eq!((hers.status, his.status), (201, 201));
    assert_ne!(hers.header("location"), his.header("location"));
    let sent = ben.upload(&party.code, "b", "The General.mp4", &tiny_film(1_000));
    assert_eq!(sent.status, 201, "{}", sent.text());
    assert!(sent.header("matinee-film").is_some());
    let playback = connection.receive_type("playback");
    assert_eq!(playback["playback"]["film"]["title"], "The General");
    connection.send(&json!({"type": "play", "id": 1, "seen": 99}));
    assert_eq!(connection.receive_type("refused")["code"], "not_host");
    set(&mut party, 2, "hosts");
    assert_eq!(code_of(&announce(&party, &ben)), (403, "not_host".into()));
}

#[test]
fn who_is_put_out_sends_nothing_more() {
    let mut party = Party::new(&[]);
    let (ben, mut connection) = guest(&party);
    set(&mut party, 1, "everybody");
    let begun = announce(&party, &ben);
    let url = begun.header("location").unwrap().to_owned();
    party
        .connection
        .send(&json!({"type": "kick", "id": 2, "member": 2}));
    assert_eq!(party.connection.receive_type("done")["id"], 2);
    assert_eq!(connection.close_code(), 4002);
    for method in ["HEAD", "PATCH", "DELETE"] {
        let headers = [super::BYTES, ("Upload-Offset", "0")];
        assert_eq!(
            as_person(&ben, method, &url, &headers, &[]).status,
            404,
            "{method}"
        );
    }
    assert_eq!(code_of(&announce(&party, &ben)), (403, "not_member".into()));
    let mut again = ben.connect(&party.code);
    again.send(&json!({"type": "hello", "protocol": 1, "name": "Ben", "tab": "other"}));
    let refused: Value = again.receive();
    assert_eq!(refused["code"], "kicked");
    // Hosts see what is left, and remove it.
    assert_eq!(party.ask("DELETE", &url, &[], &[]).status, 204);
}
