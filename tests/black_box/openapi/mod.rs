//! `docs/openapi.json` against the server: it is what the server hands out, it has every route, and real
//! answers have the statuses, codes and properties that it promises.
//!
//! | file | owns |
//! |---|---|
//! | this | the description, and holding an answer against it |
//! | `rooms` | the answers about rooms and who is in them |
//! | `films` | the answers about films as files |
//! | `schema` | what a schema says of a value |

mod films;
mod rooms;
mod schema;

use crate::http::{self, Answer};
use crate::library::Party;
use crate::server::Server;
use schema::conforms;
use serde_json::Value;
use std::collections::BTreeSet;

const FILM: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isommp42, and more that no player would play";
const METHODS: [&str; 7] = ["get", "head", "post", "put", "patch", "delete", "options"];

/// The description, and which of it has been seen to be true.
struct Description {
    document: Value,
    succeeded: BTreeSet<String>,
    refused: BTreeSet<String>,
}

impl Description {
    fn read() -> Self {
        let document = serde_json::from_str(&file("docs/openapi.json")).unwrap();
        Self {
            document,
            succeeded: BTreeSet::new(),
            refused: BTreeSet::new(),
        }
    }

    /// Every path with every method that is described, as "get /health".
    fn operations(&self) -> BTreeSet<String> {
        let paths = self.document["paths"].as_object().unwrap();
        let of_path = |(path, item): (&String, &Value)| {
            let described = METHODS
                .into_iter()
                .filter(|method| item.get(method).is_some())
                .map(|method| format!("{method} {path}"))
                .collect::<Vec<_>>();
            assert!(!described.is_empty(), "{path} has no method");
            described
        };
        paths.iter().flat_map(of_path).collect()
    }

    /// Holds a real answer to `operation` against what is promised.
    fn check(&mut self, operation: &str, answer: &Answer) {
        let place = format!("{operation} -> {}", answer.status);
        if let Err(problem) = self.compare(operation, answer) {
            panic!("{place}: {problem}: {}", answer.text());
        }
        if answer.status < 400 {
            self.succeeded.insert(operation.to_owned());
        } else {
            self.refused.insert(place);
        }
    }

    /// The same for a refusal of which the code is known beforehand.
    fn check_refusal(&mut self, operation: &str, answer: &Answer, code: &str) {
        self.check(operation, answer);
        assert_eq!(answer.json()["error"]["code"], code, "{operation}");
    }

    fn compare(&self, operation: &str, answer: &Answer) -> Result<(), String> {
        let (method, path) = operation.split_once(' ').ok_or("no operation")?;
        let response = self
            .document
            .get("paths")
            .and_then(|paths| paths.get(path)?.get(method)?.get("responses"))
            .ok_or("this operation is not described")?
            .get(answer.status.to_string())
            .ok_or("this status is not described")?;
        let Some(content) = response.get("content") else {
            return match answer.body.is_empty() {
                true => Ok(()),
                false => Err("a body is not described".into()),
            };
        };
        let kind = answer.header("content-type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default();
        let any = format!("{}/*", kind.split('/').next().unwrap_or_default());
        let described = content
            .get(kind)
            .or_else(|| content.get(&any))
            .ok_or_else(|| format!("the type {kind:?} is not described"))?;
        if kind != "application/json" {
            return Ok(());
        }
        let body = answer.json();
        conforms(&self.document, &described["schema"], &body)?;
        if answer.status >= 400 {
            match body["error"].as_str() {
                // Other systems' clients read bare words.
                Some(words) => has_words(&described["examples"], words)?,
                None => is_listed(&described["examples"], &body["error"])?,
            }
        }
        Ok(())
    }
}

/// Whether a refusal of bare words is among the examples.
fn has_words(examples: &Value, words: &str) -> Result<(), String> {
    let mut described = examples
        .as_object()
        .into_iter()
        .flat_map(|examples| examples.values());
    let found = described.any(|example| example["value"]["error"] == words);
    found
        .then_some(())
        .ok_or_else(|| format!("the refusal {words:?} is not described"))
}

/// Whether a refusal is among the examples, by its code and its sentence; what follows a colon or a number may
/// differ.
fn is_listed(examples: &Value, error: &Value) -> Result<(), String> {
    let code = error["code"].as_str().unwrap_or_default();
    let example = examples
        .get(code)
        .ok_or_else(|| format!("the code {code:?} is not described"))?;
    let start = |error: &Value| {
        let sentence = error["message"].as_str().unwrap_or_default();
        let fixed = sentence.split(": ").next().unwrap_or_default();
        fixed
            .split(|c: char| c.is_ascii_digit())
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    match start(&example["value"]["error"]) == start(error) {
        true => Ok(()),
        false => Err(format!("another sentence than in the example of {code:?}")),
    }
}

fn file(name: &str) -> String {
    std::fs::read_to_string(format!("{}/../../{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn the_server_hands_out_its_description() {
    let server = Server::start();
    let answer = http::get(server.port, "/api/openapi.json", &[]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.text(), file("docs/openapi.json"));
}

#[test]
fn every_route_is_described_and_every_description_is_routed() {
    let source = file("crates/server/src/http/mod.rs");
    let routed: BTreeSet<&str> = source
        .split(".route(\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|path| !path.contains("{*"))
        .collect();
    let description = Description::read();
    let described = description.document["paths"].as_object().unwrap();
    assert!(!routed.is_empty());
    assert_eq!(routed, described.keys().map(String::as_str).collect());
}

#[test]
fn answers_are_as_described() {
    let mut description = Description::read();
    let library = tempfile::tempdir().unwrap();
    std::fs::create_dir(library.path().join("Keaton")).unwrap();
    std::fs::write(library.path().join("Keaton/Sherlock_Jr.mp4"), FILM).unwrap();
    let folder = library.path().to_str().unwrap();
    let server = Server::with_flags(&["--library", folder, "--upload-mib-max", "1"]);
    let port = server.port;

    description.check("get /health", &http::get(port, "/health", &[]));
    description.check("get /metrics", &http::get(port, "/metrics", &[]));
    let elsewhere = http::get(port, "/metrics", &[("X-Forwarded-For", "198.51.100.9")]);
    description.check_refusal("get /metrics", &elsewhere, "metrics_elsewhere");
    let answer = http::get(port, "/api/openapi.json", &[]);
    description.check("get /api/openapi.json", &answer);
    rooms::check_rooms(&mut description, port);
    let mut party = Party::open(&server);
    rooms::check_socket(&mut description, &party);
    rooms::check_films(&mut description, &party);
    rooms::check_spots(&mut description, &party);
    let url = films::check_uploads(&mut description, &mut party);
    films::check_media(&mut description, port, &url);
    films::check_streams(&mut description, &server);
    films::check_extras(&mut description, &party, &url);
    films::check_made(&mut description, &server, &url);
    films::check_beside(&mut description, &mut party, &library.path().join("Keaton"));
    rooms::check_sessions(&mut description, port);
    rooms::check_guesses(&mut description, port);

    assert_eq!(
        description.succeeded,
        description.operations(),
        "each succeeded once"
    );
    assert!(description.refused.len() >= 15, "{:?}", description.refused);
}
