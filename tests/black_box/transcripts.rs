//! Plays the conversations in `tests/transcripts` against the server.
//!
//! A transcript reads as an example. Its lines:
//!
//! | line | meaning |
//! |---|---|
//! | `# …` | a remark |
//! | `ana makes {…}` | makes a room with this body; its code is `<CODE>` from now on |
//! | `ana connects` | opens a connection to `/`, as the clients of other systems do |
//! | `ana enters` | opens a connection to `<CODE>`; `ana/2` is a second tab with the same cookie |
//! | `ana > text` | sends this text |
//! | `ana >binary` | sends a binary message |
//! | `ana < {…}` | receives exactly this JSON next |
//! | `ana < closed 1000` | is closed with this code |
//! | `ana answers a ping` | reads a ping next, and answers it |
//! | `ana hangs up` | ends the connection without a goodbye |
//! | `the server crashes` | is killed and started again; all connections are gone |
//!
//! In JSON, `"<name>"` is a hole: it takes any value the first time, and stands for that value from then on;
//! `"<*>"` takes any value each time. `<name>` in a sent text is replaced by the value.

use crate::server::Server;
use crate::socket::{Connection, Person, Received};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

#[test]
fn the_native_dialect_speaks_as_its_transcripts_say() {
    play_folder("native");
}

#[test]
fn streaming_room_is_spoken_as_its_transcripts_say() {
    play_folder("streaming-room");
}

fn play_folder(dialect: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/transcripts")
        .join(dialect);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no transcripts in {}", folder.display());
    let threads: Vec<_> = files
        .into_iter()
        .map(|file| {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::thread::spawn(move || play(&file)))
        })
        .collect();
    let failed: Vec<String> = threads
        .into_iter()
        .filter_map(|(name, thread)| thread.join().is_err().then_some(name))
        .collect();
    assert!(failed.is_empty(), "failed: {failed:?}");
}

struct Stage {
    server: Server,
    people: HashMap<String, Person>,
    connections: HashMap<String, Connection>,
    holes: HashMap<String, Value>,
}

fn play(file: &Path) {
    let text = std::fs::read_to_string(file).unwrap();
    let mut stage = Stage {
        server: Server::start(),
        people: HashMap::new(),
        connections: HashMap::new(),
        holes: HashMap::new(),
    };
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Err(problem) = stage.step(line) {
            panic!("{}:{}: {line}\n  {problem}", file.display(), index + 1);
        }
    }
}

impl Stage {
    fn step(&mut self, line: &str) -> Result<(), String> {
        if line == "the server crashes" {
            self.connections.clear();
            self.server.crash_and_restart();
            return Ok(());
        }
        let (who, rest) = line.split_once(' ').ok_or("a line needs two words")?;
        if let Some(wanted) = rest.strip_prefix("makes ") {
            let code = self.person(who).make_room(wanted);
            self.holes.insert("CODE".into(), Value::String(code));
        } else if rest == "enters" {
            let code = self.fill("<CODE>");
            let connection = self.person(who).connect(&code);
            self.connections.insert(who.to_owned(), connection);
        } else if rest == "connects" {
            let connection = self.person(who).connect_at("/");
            self.connections.insert(who.to_owned(), connection);
        } else if rest == "hangs up" {
            self.connections.remove(who);
        } else if rest == "answers a ping" {
            self.connection(who)?.answer_ping();
        } else if rest == ">binary" {
            let message = tungstenite::Message::binary(vec![1, 2, 3]);
            self.connection(who)?
                .socket
                .send(message)
                .map_err(|error| error.to_string())?;
        } else if let Some(text) = rest.strip_prefix("> ") {
            let text = self.fill(text);
            self.connection(who)?.send_text(&text);
        } else if let Some(code) = rest.strip_prefix("< closed ") {
            let expected = Received::Closed(code.parse().map_err(|_| "no close code")?);
            let received = self.connection(who)?.next();
            if received != expected {
                return Err(format!("received {received:?}"));
            }
        } else if let Some(expected) = rest.strip_prefix("< ") {
            let expected: Value = serde_json::from_str(expected).map_err(|error| error.to_string())?;
            match self.connection(who)?.next() {
                Received::Message(received) => self
                    .matches(&expected, &received)
                    .map_err(|place| format!("received {received}\n  differs at {place}"))?,
                other => return Err(format!("received {other:?}")),
            }
        } else {
            return Err("not a line of a transcript".into());
        }
        Ok(())
    }

    fn person(&mut self, who: &str) -> &Person {
        let name = who.split('/').next().unwrap_or(who).to_owned();
        let port = self.server.port;
        self.people.entry(name).or_insert_with(|| Person::new(port))
    }

    fn connection(&mut self, who: &str) -> Result<&mut Connection, String> {
        self.connections
            .get_mut(who)
            .ok_or_else(|| format!("{who} has no connection"))
    }

    fn fill(&self, text: &str) -> String {
        self.holes.iter().fold(text.to_owned(), |text, (name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            text.replace(&format!("<{name}>"), &value)
        })
    }

    /// Whether what was received is what was expected; else where it differs.
    fn matches(&mut self, expected: &Value, received: &Value) -> Result<(), String> {
        if let Some(name) = expected
            .as_str()
            .and_then(|text| text.strip_prefix('<')?.strip_suffix('>'))
        {
            if name == "*" {
                return Ok(());
            }
            let known = self
                .holes
                .entry(name.to_owned())
                .or_insert_with(|| received.clone());
            return if known == received {
                Ok(())
            } else {
                Err(format!("<{name}>, which is {known}"))
            };
        }
        match (expected, received) {
            (Value::Object(expected), Value::Object(received)) => {
                for (key, value) in expected {
                    let found = received
                        .get(key)
                        .ok_or_else(|| format!("{key}, which is missing"))?;
                    self.matches(value, found)
                        .map_err(|place| format!("{key}.{place}"))?;
                }
                match received.keys().find(|key| !expected.contains_key(*key)) {
                    Some(key) => Err(format!("{key}, which was not expected")),
                    None => Ok(()),
                }
            }
            (Value::Array(expected), Value::Array(received)) if expected.len() == received.len() => {
                for (index, (expected, received)) in expected.iter().zip(received).enumerate() {
                    self.matches(expected, received)
                        .map_err(|place| format!("[{index}].{place}"))?;
                }
                Ok(())
            }
            _ if expected == received => Ok(()),
            _ => Err(format!("{expected}, where {received} is")),
        }
    }
}
