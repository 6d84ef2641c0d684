//! StreamGo's parties beyond what a conversation shows: storms of newcomers, names without end, what leaks.

use crate::http::request;
use crate::server::{Server, matinee};
use crate::socket::{Connection, Person, Received};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Those who come at once.
const NEWCOMERS: usize = 200;

/// The lists that a member may be sent in a second.
const LISTS_A_SECOND: f64 = 20.0;

fn connect(port: u16, subprotocol: &str) -> Connection {
    let (connection, answer) = Person::stranger(port)
        .try_connect("/", Some(subprotocol), &[])
        .unwrap();
    assert_eq!(answer.header("sec-websocket-protocol"), Some(subprotocol));
    connection
}

/// The next message that begins with `word:`, without it; others are passed over.
fn next(connection: &mut Connection, word: &str) -> String {
    loop {
        match connection.next() {
            Received::Message(text) => {
                if let Some(rest) = text.strip_prefix(word).and_then(|rest| rest.strip_prefix(':')) {
                    return rest.to_owned();
                }
            }
            other => panic!("{word} was due, not {other:?}"),
        }
    }
}

fn party(connection: &mut Connection) -> Value {
    serde_json::from_str(&next(connection, "party")).unwrap()
}

fn names(party: &Value) -> Vec<&str> {
    let members = party["members"].as_array().unwrap();
    members
        .iter()
        .map(|member| member["userName"].as_str().unwrap())
        .collect()
}

/// How far apart they come.
const APART: Duration = Duration::from_millis(10);

#[test]
fn in_a_storm_of_newcomers_everyone_ends_with_the_same_list_and_few_before() {
    let server = Server::start();
    let mut ana = connect(server.port, "c#1#Ana##Storm#0");
    let code = party(&mut ana)["code"].as_str().unwrap().to_owned();
    let mut everybody = vec![(Instant::now(), ana)];
    let mut expected = vec!["Ana".to_owned()];
    for n in 0..NEWCOMERS {
        let came = Instant::now();
        let name = format!("N{n}");
        let mut newcomer = connect(server.port, &format!("j#1#{name}#{code}#"));
        expected.push(name);
        assert_eq!(names(&party(&mut newcomer)), expected, "itself is the last");
        everybody.push((came, newcomer));
        std::thread::sleep(APART.saturating_sub(came.elapsed()));
    }
    let all_in = Instant::now();
    let mut most = 0;
    // The last one has the whole list already.
    for (came, connection) in everybody.iter_mut().take(NEWCOMERS) {
        let mut lists = 0;
        loop {
            let list = next(connection, "party");
            lists += 1;
            if list.matches("userId").count() == expected.len() {
                assert_eq!(names(&serde_json::from_str(&list).unwrap()), expected);
                break;
            }
        }
        let more = connection.next_within(Duration::from_millis(1));
        let is_list = |more: &Received| matches!(more, Received::Message(text) if text.starts_with("party:"));
        assert!(
            !more.as_ref().is_some_and(is_list),
            "that was the last list: {more:?}"
        );
        let seconds = (all_in - *came).as_secs_f64();
        assert!(
            // One at either end.
            f64::from(lists) <= LISTS_A_SECOND * seconds + 2.0,
            "{lists} lists in {seconds} s"
        );
        most = most.max(lists);
    }
    println!(
        "{NEWCOMERS} came in {:?}, {most} lists at most",
        all_in - everybody[0].0
    );
}

#[test]
fn a_newcomers_first_words_come_after_they_are_in_the_list() {
    let server = Server::start();
    let mut ana = connect(server.port, "c#1#Ana##Storm#0");
    let code = party(&mut ana)["code"].as_str().unwrap().to_owned();
    let mut newcomers = Vec::new();
    for n in 0..20 {
        let mut newcomer = connect(server.port, &format!("j#1#N{n}#{code}#"));
        newcomer.send_text(&format!("msg:I am N{n}"));
        newcomers.push(newcomer);
    }
    let mut known: Vec<(String, String)> = Vec::new();
    let mut heard = 0;
    while heard < newcomers.len() {
        let Received::Message(text) = ana.next() else {
            panic!("Ana is out")
        };
        if let Some(json) = text.strip_prefix("party:") {
            let party: Value = serde_json::from_str(json).unwrap();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            known = party["members"]
                .as_array()
                .unwrap()
                .iter()
                .map(|member| (text(&member["userId"]), text(&member["userName"])))
                .collect();
        } else if let Some(said) = text.strip_prefix("msg:") {
            let (id, words) = said.split_once(':').unwrap();
            let sender = known.iter().find(|(known, _)| known == id);
            let (_, name) = sender.unwrap_or_else(|| panic!("{id} speaks and is not in {known:?}"));
            assert_eq!(words, format!("I am {name}"));
            heard += 1;
        }
    }
}

#[test]
fn names_without_end_are_cut_and_long_words_go_nowhere() {
    let server = Server::start();
    let user = "%F0%9F%A6%9C".repeat(3_300);
    let mut ana = connect(server.port, &format!("c#1#{user}##{}#1", "n".repeat(20_000)));
    let list = party(&mut ana);
    assert_eq!(names(&list), ["🦜".repeat(40)]);
    assert_eq!(list["name"], "n".repeat(60));
    for text in [
        format!("msg:{}", "x".repeat(10_000)),
        format!("toggle:{}", "9".repeat(10_000)),
        format!("cmd:state:{}", "[".repeat(10_000)),
        "x".repeat(10_000),
    ] {
        ana.send_text(&text);
    }
    ana.send_text("msg:still here");
    assert_eq!(next(&mut ana, "msg"), "1:still here");
}

#[test]
fn who_goes_on_with_what_is_no_message_is_closed() {
    let server = Server::start();
    let mut ana = connect(server.port, "c#1#Ana##Friday#0");
    // A player that has nothing to tell yet breaks no rule.
    for _ in 0..150 {
        ana.send_text("cmd:state:{\"time\":null,\"paused\":true,\"playbackSpeed\":1}");
    }
    ana.send_text("msg:still here");
    assert_eq!(next(&mut ana, "msg"), "1:still here");
    for _ in 0..100 {
        ana.send_text("nonsense");
    }
    assert_eq!(ana.close_code(), 1008);
}

/// With all that the server can tell of itself turned on.
#[test]
fn a_password_reaches_neither_others_nor_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut child = matinee()
        .current_dir(folder.path())
        .args([
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--data",
            "data",
            "--log",
            "trace",
            "--drain-seconds",
            "0",
        ])
        .stdout(Stdio::piped())
        .stderr(File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let port = lines
        .map_while(Result::ok)
        .find_map(|line| line.split_once("http://localhost:")?.1.trim().parse().ok())
        .unwrap();
    let (secret, wrong) = ("Swordfish-1932", "Haddock-1932");
    let mut ana = connect(port, &format!("c#1#Ana#{secret}#Friday#0"));
    let mut heard = next(&mut ana, "party");
    let code: Value = serde_json::from_str(&heard).unwrap();
    let code = code["code"].as_str().unwrap().to_owned();
    let mut ben = connect(port, &format!("j#1#Ben#{code}#{secret}"));
    heard += &next(&mut ben, "party");
    heard += &next(&mut ana, "party");
    let mut eve = connect(port, &format!("j#1#Eve#{code}#{wrong}"));
    assert_eq!(eve.close_code(), 4004);
    ben.send_text("msg:bye");
    heard += &next(&mut ana, "msg");
    // A polite stop, which is logged: a log that says nothing would show nothing.
    let asked = Command::new("kill").arg(child.id().to_string()).status();
    assert!(asked.unwrap().success());
    child.wait().unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(!log.is_empty(), "nothing was logged at all");
    for secret in [secret, wrong] {
        assert!(!heard.contains(secret) && !log.contains(secret), "{secret}");
    }
}

#[test]
fn parties_with_a_password_count_as_rooms_that_an_address_makes() {
    let server = Server::start();
    let made = || {
        let headers = [("Content-Type", "application/json")];
        request(server.port, "POST", "/api/rooms", &headers, b"{}").status
    };
    let is_refused = |_| {
        while made() != 429 {}
        // Without one there is next to nothing to do for them.
        party(&mut connect(server.port, "c#1#Ana##Friday#0"));
        let mut ana = connect(server.port, "c#1#Ana#secret#Friday#0");
        loop {
            match ana.next() {
                Received::Message(text) if text.starts_with("party:") => return false,
                Received::Message(_) => {}
                Received::Closed { code, reason } => {
                    assert_eq!(
                        (code, reason.as_str()),
                        (4004, "Too many parties were made from here. Wait a moment.")
                    );
                    return true;
                }
                Received::Gone => panic!("the connection ended without a word"),
            }
        }
    };
    // One may be made again every half second.
    assert!((0..20).any(is_refused));
}
