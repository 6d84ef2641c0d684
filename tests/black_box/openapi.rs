//! `docs/openapi.json` against the server: it is what the server hands out, it has every route, and real
//! answers have the statuses, codes and properties that it promises.

use crate::http::{self, Answer};
use crate::library::Party;
use crate::server::Server;
use crate::socket::{HANDSHAKE, Person, handshake_with};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::Path;

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

/// Whether `value` is as `schema` says. Knows as much of JSON Schema as the description uses, and refuses the
/// rest, so that nothing is promised that is not checked.
fn conforms(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let schema = schema.as_object().ok_or("no schema")?;
    for (keyword, wanted) in schema {
        let holds = match keyword.as_str() {
            "description" | "format" => true,
            "$ref" => {
                let pointer = wanted.as_str().and_then(|name| name.strip_prefix('#'));
                let target = pointer.and_then(|pointer| document.pointer(pointer));
                conforms(
                    document,
                    target.ok_or_else(|| format!("{wanted} leads nowhere"))?,
                    value,
                )?;
                true
            }
            "type" => match wanted {
                Value::Array(types) => types.iter().any(|name| is_of_type(name, value)),
                name => is_of_type(name, value),
            },
            "const" => wanted == value,
            "enum" => wanted.as_array().is_some_and(|all| all.contains(value)),
            "minimum" => value
                .as_f64()
                .is_none_or(|number| Some(number) >= wanted.as_f64()),
            "minLength" => length(value).is_none_or(|length| Some(length) >= wanted.as_u64()),
            "maxLength" => length(value).is_none_or(|length| Some(length) <= wanted.as_u64()),
            "required" => {
                let names = wanted.as_array().ok_or("required is no list")?;
                let missing = names
                    .iter()
                    .find(|name| value.get(name.as_str().unwrap_or_default()).is_none());
                if let Some(name) = missing {
                    return Err(format!("{name} is missing"));
                }
                true
            }
            "properties" => {
                each_property(document, wanted, value)?;
                true
            }
            "additionalProperties" => {
                let known = schema.get("properties").and_then(Value::as_object);
                let stranger = strangers(known, value).next();
                if let Some(name) = stranger.filter(|_| *wanted == Value::Bool(false)) {
                    return Err(format!("{name:?} is not described"));
                }
                true
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    conforms(document, wanted, item).map_err(|problem| format!("[{index}]: {problem}"))?;
                }
                true
            }
            other => return Err(format!("this test does not know {other:?}")),
        };
        if !holds {
            return Err(format!("{value} is not {keyword} {wanted}"));
        }
    }
    Ok(())
}

fn each_property(document: &Value, properties: &Value, value: &Value) -> Result<(), String> {
    for (name, schema) in properties.as_object().into_iter().flatten() {
        if let Some(value) = value.get(name) {
            conforms(document, schema, value).map_err(|problem| format!("{name}: {problem}"))?;
        }
    }
    Ok(())
}

fn strangers<'v>(
    known: Option<&'v Map<String, Value>>,
    value: &'v Value,
) -> impl Iterator<Item = &'v String> {
    let names = value.as_object().into_iter().flat_map(Map::keys);
    names.filter(move |name| known.is_none_or(|known| !known.contains_key(*name)))
}

fn length(value: &Value) -> Option<u64> {
    value.as_str().map(|text| text.chars().count() as u64)
}

fn is_of_type(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap_or_default() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
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
    check_rooms(&mut description, port);
    let mut party = Party::open(&server);
    check_socket(&mut description, &party);
    check_films(&mut description, &party);
    check_spots(&mut description, &party);
    let url = check_uploads(&mut description, &mut party);
    check_media(&mut description, port, &url);
    check_streams(&mut description, &server);
    check_extras(&mut description, &party, &url);
    check_made(&mut description, &server, &url);
    check_beside(&mut description, &mut party, &library.path().join("Keaton"));
    check_sessions(&mut description, port);

    assert_eq!(
        description.succeeded,
        description.operations(),
        "each succeeded once"
    );
    assert!(description.refused.len() >= 15, "{:?}", description.refused);
}

/// A stream as it lies on the disk, so that nothing has to be made.
fn check_streams(description: &mut Description, server: &Server) {
    let id = "5ab1c9e2474d3687b4d4134a0c7c3aef";
    let folder = server.data().join("streams").join(id);
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("master.m3u8"), "#EXTM3U\n").unwrap();
    std::fs::write(folder.join("c1-video0-00000.m4s"), FILM).unwrap();
    let ask = |method: &str, name: &str, headers: &[(&str, &str)]| {
        http::request(
            server.port,
            method,
            &format!("/streams/{id}/{name}"),
            headers,
            &[],
        )
    };
    for name in [
        "master.m3u8",
        "c1-video0-00000.m4s",
        "c1-video0-00001.m4s",
        "made.json",
    ] {
        description.check("get /streams/{id}/{name}", &ask("GET", name, &[]));
        description.check("head /streams/{id}/{name}", &ask("HEAD", name, &[]));
    }
    let part = ask("GET", "c1-video0-00000.m4s", &[("Range", "bytes=0-3")]);
    assert_eq!(part.status, 206);
    description.check("get /streams/{id}/{name}", &part);
}

fn check_rooms(description: &mut Description, port: u16) {
    let make = |headers: &[(&str, &str)], body: &str| http::post_json(port, "/api/rooms", headers, body);
    let making = "post /api/rooms";
    let made = make(&[], r#"{"name":"Friday films","password":"popcorn"}"#);
    description.check(making, &made);
    assert_eq!(made.json()["locked"], true);
    description.check_refusal(making, &make(&[], "{\"name\":5}"), "bad_body");
    let nameless = http::request(port, "POST", "/api/rooms", &[], b"{}");
    description.check_refusal(making, &nameless, "bad_body");
    let evil = make(&[("Origin", "https://evil.example")], "{}");
    description.check_refusal(making, &evil, "other_origin");
    let long = make(&[], &format!(r#"{{"name":"{}"}}"#, "x".repeat(61)));
    description.check_refusal(making, &long, "name_too_long");
    let empty = make(&[], "{\"name\":\"\u{200B}\"}");
    description.check_refusal(making, &empty, "name_empty");
    let secret = make(&[], &format!(r#"{{"password":"{}"}}"#, "x".repeat(257)));
    description.check_refusal(making, &secret, "password_too_long");

    let looking = "get /api/rooms/{code}";
    let typed = made.json()["code"].as_str().unwrap().to_lowercase();
    let (start, end) = typed.split_at(3);
    let found = http::get(port, &format!("/api/rooms/{start}-{end}"), &[]);
    description.check(looking, &found);
    assert_eq!(found.json()["code"], made.json()["code"]);
    let unknown = http::get(port, "/api/rooms/NOBODY", &[]);
    description.check_refusal(looking, &unknown, "no_such_room");
    let looking = "get /room/{code}";
    description.check(looking, &http::get(port, &format!("/room/{typed}"), &[]));
    description.check(looking, &http::get(port, "/room/NOBODY", &[]));

    let full = Server::with_flags(&["--rooms-max", "1"]);
    Person::new(full.port).make_room("{}");
    let refused = http::post_json(full.port, "/api/rooms", &[], "{}");
    description.check_refusal(making, &refused, "server_full");
}

fn check_socket(description: &mut Description, party: &Party) {
    let entering = "get /api/rooms/{code}/ws";
    description.check(entering, &party.ask("GET", "/ws", &HANDSHAKE));
    let plain = party.ask("GET", "/ws", &[]);
    description.check_refusal(entering, &plain, "upgrade_required");
    assert_eq!(plain.header("sec-websocket-version"), Some("13"));
    let old = handshake_with("Sec-WebSocket-Version", "8");
    let old = party.ask("GET", "/ws", &old);
    description.check_refusal(entering, &old, "websocket_version");
    let keyless = handshake_with("Sec-WebSocket-Key", "short");
    let keyless = party.ask("GET", "/ws", &keyless);
    description.check_refusal(entering, &keyless, "websocket_key");
    let evil = [&HANDSHAKE[..], &[("Origin", "https://evil.example")]].concat();
    description.check_refusal(entering, &party.ask("GET", "/ws", &evil), "other_origin");
    let nowhere = http::get(party.ana.port, "/api/rooms/NOBODY/ws", &HANDSHAKE);
    description.check_refusal(entering, &nowhere, "no_such_room");
}

fn check_films(description: &mut Description, party: &Party) {
    let ben = Person::new(party.ana.port);
    let (_ben, _) = ben.enter(&party.code, "Ben", "b");
    for (operation, method, path) in [
        ("get /api/rooms/{code}/films", "GET", "/films"),
        ("post /api/rooms/{code}/films/scan", "POST", "/films/scan"),
    ] {
        let listed = party.ask(method, &format!("{path}?tab=a"), &[]);
        description.check(operation, &listed);
        let [film] = listed.json()["films"]
            .as_array()
            .unwrap()
            .as_slice()
            .to_owned()
            .try_into()
            .unwrap();
        assert_eq!(film["folder"], "Keaton");
        description.check_refusal(operation, &party.ask(method, path, &[]), "bad_query");
        let stranger = party.ask(method, &format!("{path}?tab=z"), &[]);
        description.check_refusal(operation, &stranger, "not_member");
        let path = format!("/api/rooms/{}{path}?tab=b", party.code);
        let guest = http::request(ben.port, method, &path, &[("Cookie", &ben.cookie)], &[]);
        description.check_refusal(operation, &guest, "not_host");
        let path = path.replace(&party.code, "NOBODY");
        let nowhere = http::request(ben.port, method, &path, &[], &[]);
        description.check_refusal(operation, &nowhere, "no_such_room");
    }
}

fn check_spots(description: &mut Description, party: &Party) {
    let [asking, telling] =
        ["get", "put"].map(|method| format!("{method} /api/rooms/{{code}}/films/{{film}}/spot"));
    let listed = party.ask("GET", "/films?tab=a", &[]).json();
    let film = listed["films"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/rooms/{}/films/{film}/spot", party.code);
    let (cookie, kind) = (
        ("Cookie", &*party.ana.cookie),
        ("Content-Type", "application/json"),
    );
    let put = |path: &str, headers: &[(&str, &str)], body: &str| {
        http::request(party.ana.port, "PUT", path, headers, body.as_bytes())
    };
    let get = |path: &str, headers: &[(&str, &str)]| http::get(party.ana.port, path, headers);
    let body = r#"{"position_ms":60000}"#;
    description.check(&asking, &get(&path, &[cookie]));
    description.check(&telling, &put(&path, &[cookie, kind], body));
    description.check(&asking, &get(&path, &[cookie]));
    description.check_refusal(&asking, &get(&path, &[]), "not_member");
    let (nowhere, no_film) = (
        path.replace(&party.code, "NOBODY"),
        path.replace(&film, "nothing"),
    );
    description.check_refusal(&asking, &get(&nowhere, &[cookie]), "no_such_room");
    description.check_refusal(&asking, &get(&no_film, &[cookie]), "no_such_film");
    let evil = ("Origin", "https://evil.example");
    let large = format!(r#"{{"position_ms":1,"more":"{}"}}"#, "x".repeat(20_000));
    for (path, headers, body, code) in [
        (&path, &[cookie][..], body, "bad_body"),
        (&path, &[kind], body, "not_member"),
        (&path, &[cookie, kind, evil], body, "other_origin"),
        (&nowhere, &[cookie, kind], body, "no_such_room"),
        (&no_film, &[cookie, kind], body, "no_such_film"),
        (&path, &[cookie, kind], r#"{"position_ms":1e15}"#, "bad_body"),
        (
            &path,
            &[cookie, kind],
            r#"{"position_ms":1000000000000}"#,
            "duration_out_of_range",
        ),
        (&path, &[cookie, kind], &large, "body_too_large"),
    ] {
        description.check_refusal(&telling, &put(path, headers, body), code);
    }
    let refused = ask_too_often(|| put(&path, &[cookie, kind], body));
    description.check_refusal(&telling, &refused, "too_fast");
}

/// Returns where the film is that was uploaded.
fn check_uploads(description: &mut Description, party: &mut Party) -> String {
    let beginning = "post /api/rooms/{code}/uploads";
    let Party {
        ana,
        code,
        connection,
    } = party;
    let taken = ana.upload(code, "a", "The.General.1926.mp4", FILM);
    description.check(beginning, &taken);
    let playback = connection.receive_type("playback");
    let refused = ana.upload(code, "z", "x.mp4", FILM);
    description.check_refusal(beginning, &refused, "not_member");
    let refused = ana.upload(code, "a", "x.mp4", b"words");
    description.check_refusal(beginning, &refused, "not_a_video");
    let refused = ana.upload(code, "a", "x.mp4", b"");
    description.check_refusal(beginning, &refused, "upload_empty");
    let refused = ana.upload("NOBODY", "a", "x.mp4", FILM);
    description.check_refusal(beginning, &refused, "no_such_room");
    let refused = ana.upload(code, "a", "x.mp4", &vec![0; (1 << 20) + 1]);
    description.check_refusal(beginning, &refused, "upload_too_large");

    let path = format!("/api/rooms/{code}/uploads?tab=a");
    let tus = [("Cookie", &*ana.cookie), ("Tus-Resumable", "1.0.0")];
    let ask = |method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]| {
        http::request(ana.port, method, path, &[headers, &tus].concat(), body)
    };
    let refused = ask("POST", &path, &[], &[]);
    description.check_refusal(beginning, &refused, "bad_upload");
    let refused = http::request(ana.port, "POST", &path, &[tus[0]], &[]);
    description.check_refusal(beginning, &refused, "tus_version");
    let options = ask("OPTIONS", &path, &[], &[]);
    description.check("options /api/rooms/{code}/uploads", &options);

    let length = FILM.len().to_string();
    let begun = ask("POST", &path, &[("Upload-Length", &length)], &[]);
    description.check(beginning, &begun);
    check_one_upload(description, begun.header("location").unwrap(), ask);
    playback["playback"]["film"]["url"].as_str().unwrap().to_owned()
}

fn check_one_upload(
    description: &mut Description,
    url: &str,
    ask: impl Fn(&str, &str, &[(&str, &str)], &[u8]) -> Answer,
) {
    let [looking, sending, removing, options, meaning] =
        ["head", "patch", "delete", "options", "post"].map(|method| format!("{method} /api/uploads/{{id}}"));
    let (bytes, at) = (
        ("Content-Type", "application/offset+octet-stream"),
        ("Upload-Offset", "0"),
    );
    let nowhere = format!("/api/uploads/{}", "0".repeat(32));
    description.check(&looking, &ask("HEAD", url, &[], &[]));
    description.check(&looking, &ask("HEAD", &nowhere, &[], &[]));
    description.check(&options, &ask("OPTIONS", url, &[], &[]));
    description.check_refusal(&meaning, &ask("POST", url, &[], &[]), "wrong_method");
    for (path, headers, body, code) in [
        (url, &[bytes][..], FILM, "bad_upload"),
        (url, &[bytes, ("Upload-Offset", "9")], FILM, "wrong_offset"),
        (url, &[bytes, at], &[FILM, FILM].concat(), "upload_length"),
        (url, &[at], FILM, "wrong_content_type"),
        (&nowhere, &[bytes, at], FILM, "no_such_upload"),
        (
            url,
            &[bytes, at, ("Origin", "https://evil.example")],
            FILM,
            "other_origin",
        ),
    ] {
        description.check_refusal(&sending, &ask("PATCH", path, headers, body), code);
    }
    description.check(&sending, &ask("PATCH", url, &[bytes, at], &FILM[..9]));
    let overridden = [bytes, ("Upload-Offset", "9"), ("X-HTTP-Method-Override", "PATCH")];
    description.check(&meaning, &ask("POST", url, &overridden, &FILM[9..12]));
    description.check(&removing, &ask("DELETE", url, &[], &[]));
    description.check_refusal(&removing, &ask("DELETE", url, &[], &[]), "no_such_upload");
}

/// The address of a film has its id.
fn check_extras(description: &mut Description, party: &Party, url: &str) {
    let film = url.split('/').nth(2).unwrap();
    let ask = |method: &str, rest: &str, body: &[u8]| {
        let path = format!("/api/rooms/{}{rest}", party.code);
        let cookie = [("Cookie", &*party.ana.cookie)];
        http::request(party.ana.port, method, &path, &cookie, body)
    };
    let adding = "post /api/rooms/{code}/films/{film}/subtitles";
    let here = format!("/films/{film}/subtitles?tab=a&name=x.de.srt");
    let text = b"1\n00:00:01,000 --> 00:00:02,000\nThe train!\n";
    let added = ask("POST", &here, text);
    description.check(adding, &added);
    description.check_refusal(adding, &ask("POST", &here, b"words"), "no_subtitles");
    let large = vec![0; (4 << 20) + 1];
    description.check_refusal(adding, &ask("POST", &here, &large), "subtitles_too_large");
    for (from, to, code) in [
        ("tab=a&", "", "bad_query"),
        ("tab=a", "tab=z", "not_member"),
        (film, "nothing", "no_such_film"),
    ] {
        description.check_refusal(adding, &ask("POST", &here.replace(from, to), text), code);
    }

    let describing = "get /api/rooms/{code}/films/{film}/extras";
    let described = ask("GET", &format!("/films/{film}/extras"), &[]);
    description.check(describing, &described);
    assert_eq!(described.json()["subtitles"][0], added.json());
    let path = format!("/api/rooms/{}/films/{film}/extras", party.code);
    let stranger = http::get(party.ana.port, &path, &[]);
    description.check_refusal(describing, &stranger, "not_member");

    let [fetching, removing] =
        ["get", "delete"].map(|method| format!("{method} /api/rooms/{{code}}/subtitles/{{id}}"));
    let one = format!("/subtitles/{}", added.json()["id"].as_str().unwrap());
    description.check(&fetching, &ask("GET", &one, &[]));
    description.check_refusal(&removing, &ask("DELETE", &one, &[]), "bad_query");
    description.check(&removing, &ask("DELETE", &format!("{one}?tab=a"), &[]));
    description.check_refusal(&fetching, &ask("GET", &one, &[]), "no_such_subtitles");
    let again = ask("DELETE", &format!("{one}?tab=a"), &[]);
    description.check_refusal(&removing, &again, "no_such_subtitles");
}

/// Something of a film as it lies on the disk, so that nothing has to be made.
fn check_made(description: &mut Description, server: &Server, url: &str) {
    let film = url.split('/').nth(2).unwrap();
    let folder = server.data().join("extras").join(film);
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("poster.jpg"), FILM).unwrap();
    std::fs::write(folder.join("subtitle-2.vtt"), "WEBVTT\n").unwrap();
    let ask = |method: &str, name: &str, headers: &[(&str, &str)]| {
        let path = format!("/extras/{film}/{name}");
        http::request(server.port, method, &path, headers, &[])
    };
    for (name, status) in [("poster.jpg", 200), ("subtitle-2.vtt", 200), ("extras.json", 404)] {
        for method in ["GET", "HEAD"] {
            let answer = ask(method, name, &[]);
            assert_eq!(answer.status, status, "{name}");
            description.check(
                &format!("{} /extras/{{id}}/{{name}}", method.to_lowercase()),
                &answer,
            );
        }
    }
    let part = ask("GET", "poster.jpg", &[("Range", "bytes=0-3")]);
    assert_eq!(part.status, 206);
    description.check("get /extras/{id}/{name}", &part);
}

fn check_beside(description: &mut Description, party: &mut Party, folder: &Path) {
    let fetching = "get /extras/{id}/beside/{name}";
    let cues = "1\n00:00:01,000 --> 00:00:02,000\nElementary!\n";
    std::fs::write(folder.join("Sherlock_Jr.de.srt"), cues).unwrap();
    std::fs::write(folder.join("Sherlock_Jr.fr.srt"), "no subtitles").unwrap();
    let films = party.ask("GET", "/films?tab=a", &[]).json();
    let film = films["films"]
        .as_array()
        .unwrap()
        .iter()
        .find(|film| film["folder"] == "Keaton");
    let film = film.unwrap()["id"].as_str().unwrap().to_owned();
    let ask = |name: &str| http::get(party.ana.port, &format!("/extras/{film}/beside/{name}"), &[]);
    description.check(fetching, &ask("Sherlock_Jr.de.srt"));
    party
        .connection
        .send(&serde_json::json!({"type": "pick", "id": 1, "film": film}));
    party.connection.receive_type("done");
    party.connection.receive_type("extras");
    for (name, status) in [("de", 200), ("fr", 422), ("en", 404)] {
        let answer = ask(&format!("Sherlock_Jr.{name}.srt"));
        assert_eq!(answer.status, status, "{name}");
        description.check(fetching, &answer);
    }
}

fn check_media(description: &mut Description, port: u16, url: &str) {
    let fetching = "get /media/{id}/{name}";
    let whole = http::get(port, url, &[]);
    description.check(fetching, &whole);
    assert_eq!(whole.body, FILM);
    let etag = whole.header("etag").unwrap();
    for (header, value, status) in [
        ("Range", "bytes=0-3", 206),
        ("Range", "bytes=0-3,9-12", 206),
        ("Range", "bytes=5000-", 416),
        ("If-None-Match", etag, 304),
        ("If-Match", "\"another\"", 412),
    ] {
        let answer = http::get(port, url, &[(header, value)]);
        assert_eq!(answer.status, status, "{header}: {value}");
        description.check(fetching, &answer);
    }
    let unknown = format!("/media/{}/x.mp4", "0".repeat(32));
    let answer = http::get(port, &unknown, &[]);
    assert_eq!(answer.status, 404);
    description.check(fetching, &answer);
    let looking = "head /media/{id}/{name}";
    for (path, status) in [(url, 200), (&unknown, 404)] {
        let answer = http::request(port, "HEAD", path, &[], &[]);
        assert_eq!(answer.status, status);
        description.check(looking, &answer);
    }
}

/// The first answer that says it was too often.
fn ask_too_often(ask: impl Fn() -> Answer) -> Answer {
    let mut answers = std::iter::repeat_with(ask).take(1_000);
    let refused = answers.find(|answer| answer.status == 429);
    refused.expect("nothing was too often")
}

fn check_sessions(description: &mut Description, port: u16) {
    let making = "post /api/sessions";
    let post = |path: &str| http::request(port, "POST", path, &[], &[]);
    let made = post("/api/sessions");
    description.check(making, &made);
    let made = made.json();
    let (key, token) = (
        made["sessionKey"].as_str().unwrap(),
        made["hostToken"].as_str().unwrap(),
    );
    let refused = http::get(port, "/api/sessions", &[]);
    description.check_refusal(making, &refused, "wrong_method");
    let full = Server::with_flags(&["--rooms-max", "1"]);
    Person::new(full.port).make_room("{}");
    let refused = http::request(full.port, "POST", "/api/sessions", &[], &[]);
    assert_eq!(refused.json()["error"], "server_full");
    description.check(making, &refused);
    let ask = || http::request(full.port, "POST", "/api/sessions", &[], &[]);
    let refused = ask_too_often(ask);
    assert_eq!(refused.json()["error"], "too_many_rooms");
    description.check(making, &refused);
    let refused = ask_too_often(|| http::post_json(full.port, "/api/rooms", &[], "{}"));
    description.check_refusal("post /api/rooms", &refused, "too_many_rooms");

    for (operation, rest) in [("", ""), ("/validate", "/validate")] {
        let operation = format!("get /api/sessions/{{key}}{operation}");
        for key in [key, "nobody"] {
            let answer = http::get(port, &format!("/api/sessions/{key}{rest}"), &[]);
            description.check(&operation, &answer);
        }
    }
    let moving = "post /api/sessions/{key}/migrate";
    for (path, status) in [
        (format!("{key}/migrate?hostToken={token}"), 200),
        (format!("{key}/migrate"), 200),
        (format!("{key}/migrate?hostToken={key}"), 403),
        ("nobody/migrate".to_owned(), 404),
    ] {
        let answer = post(&format!("/api/sessions/{path}"));
        assert_eq!(answer.status, status, "{path}");
        description.check(moving, &answer);
    }

    let here = format!("/api/video?sessionKey={key}");
    for method in ["GET", "HEAD"] {
        let operation = format!("{} /api/video", method.to_lowercase());
        for (path, range, status) in [
            (&*here, "", 200),
            (&*here, "bytes=0-3", if method == "GET" { 206 } else { 200 }),
            ("/api/video?sessionKey=nobody", "", 404),
        ] {
            let answer = http::request(port, method, path, &[("Range", range)], &[]);
            assert_eq!(answer.status, status, "{method} {path} {range}");
            assert_ne!(answer.header("cache-control"), None);
            description.check(&operation, &answer);
        }
    }
}

#[test]
fn examples_are_as_their_schemas() {
    let Description { document, .. } = Description::read();
    let mut checked = 0;
    for item in document["paths"].as_object().unwrap().values() {
        for method in METHODS.into_iter().filter_map(|method| item.get(method)) {
            let bodies = method["responses"].as_object().unwrap().values();
            for body in bodies.chain(method.get("requestBody")) {
                let contents = body.get("content").and_then(Value::as_object);
                for content in contents.into_iter().flat_map(Map::values) {
                    for (name, example) in content["examples"].as_object().into_iter().flatten() {
                        conforms(&document, &content["schema"], &example["value"])
                            .unwrap_or_else(|problem| panic!("{name}: {problem}"));
                        let code = &example["value"]["error"]["code"];
                        assert!(code.is_null() || code == name, "{name} is the example of {code}");
                        checked += 1;
                    }
                }
            }
        }
    }
    assert!(checked >= 40, "{checked}");
}

#[test]
fn what_is_not_as_described_is_found() {
    let Description { document, .. } = Description::read();
    let schema = serde_json::json!({"$ref": "#/components/schemas/FilmList"});
    let good = serde_json::json!({"has_library": true, "films": [
        {"id": "0".repeat(32), "title": "The General", "file_name": "The General.mp4", "folder": null, "size_bytes": 7, "poster": null},
    ]});
    assert_eq!(conforms(&document, &schema, &good), Ok(()));
    for (pointer, wrong, problem) in [
        ("/has_library", Value::from("yes"), "has_library"),
        ("/films", Value::from("none"), "films"),
        ("/films/0/size_bytes", Value::from(-1), "minimum"),
        ("/films/0/size_bytes", Value::from(0.5), "integer"),
        ("/films/0/folder", Value::from(1), "folder"),
        ("/films/0/id", Value::from("short"), "minLength"),
        ("/films/0", serde_json::json!({"id": "0".repeat(32)}), "missing"),
        (
            "",
            serde_json::json!({"has_library": true, "films": [], "more": 1}),
            "more",
        ),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = wrong;
        let found = conforms(&document, &schema, &bad).expect_err(pointer);
        assert!(found.contains(problem), "{pointer}: {found}");
    }
    let odd = serde_json::json!({"oneOf": []});
    assert!(conforms(&document, &odd, &good).is_err(), "an unknown keyword");
}
