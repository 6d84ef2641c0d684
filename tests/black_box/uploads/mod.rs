//! Uploads by the tus protocol, by hand.
//!
//! | file | owns |
//! |---|---|
//! | `going_on` | what an upload goes on after, and who goes on with it |
//! | `refused` | who may, and what is refused |
//! | `rights` | what everybody may where hosts allow it, and who is put out |
//! | `places` | full disks, limits, memory |

mod going_on;
mod places;
mod refused;
mod rights;

use crate::http::{self, Answer, get};
use crate::server::Server;
use crate::socket::{Connection, Person, file_name};
use serde_json::Value;
use std::io::Write;
use std::net::TcpStream;

const BYTES: (&str, &str) = ("Content-Type", "application/offset+octet-stream");
const TUS: (&str, &str) = ("Tus-Resumable", "1.0.0");

type Headers<'a> = &'a [(&'a str, &'a str)];

/// A room with its host in it.
struct Party {
    server: Server,
    ana: Person,
    code: String,
    connection: Connection,
}

impl Party {
    fn new(flags: &[&str]) -> Self {
        let server = Server::with_flags(flags);
        let (ana, code, connection) = Person::with_room(server.port, "{}");
        Self {
            server,
            ana,
            code,
            connection,
        }
    }

    /// Ana asks for something, with her cookie and the protocol's version.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        as_person(&self.ana, method, path, headers, body)
    }

    fn announce(&self, headers: &[(&str, &str)]) -> Answer {
        let path = format!("/api/rooms/{}/uploads?tab=a", self.code);
        self.ask("POST", &path, headers, &[])
    }

    /// Begins an upload and gives its address.
    fn begin(&self, total: usize) -> String {
        let (length, name) = (total.to_string(), file_name("The General.mp4"));
        let begun = self.announce(&[("Upload-Length", &length), ("Upload-Metadata", &name)]);
        assert_eq!(begun.status, 201, "{}", begun.text());
        begun.header("location").unwrap().to_owned()
    }

    fn patch(&self, url: &str, offset: usize, body: &[u8]) -> Answer {
        let offset = offset.to_string();
        self.ask("PATCH", url, &[BYTES, ("Upload-Offset", &offset)], body)
    }

    fn head(&self, url: &str) -> Answer {
        self.ask("HEAD", url, &[], &[])
    }

    /// Begins to send from `offset` and leaves the rest of the body to the test.
    fn open(&self, url: &str, offset: usize, length: usize) -> TcpStream {
        let mut stream = http::connect(self.ana.port);
        let head = format!(
            "PATCH {url} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: {}\r\nTus-Resumable: 1.0.0\r\n\
             Upload-Offset: {offset}\r\nContent-Type: application/offset+octet-stream\r\n\
             Content-Length: {length}\r\n\r\n",
            self.ana.cookie
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream
    }

    /// The uploads as the room lists them, once `wanted` is true of them.
    fn hears(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        hears(&mut self.connection, wanted)
    }

    /// Kills the server and starts it again; Ana comes back and hears the uploads that there are.
    fn crash(&mut self) -> Value {
        self.server.crash_and_restart();
        let (connection, welcome) = self.ana.enter(&self.code, "Ana", "a");
        self.connection = connection;
        welcome["uploads"].clone()
    }

    /// The film that is on, as it is served.
    fn film(&mut self) -> Vec<u8> {
        let playback = self.connection.receive_type("playback");
        let url = playback["playback"]["film"]["url"].as_str().unwrap();
        get(self.server.port, url, &[]).body
    }

    fn files(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.server.data().join("films")).unwrap();
        files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

fn hears(connection: &mut Connection, wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        let message = connection.receive_type("uploads");
        if wanted(&message["uploads"]) {
            return message["uploads"].clone();
        }
    }
}

fn as_person(person: &Person, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let headers = [headers, &[("Cookie", &*person.cookie), TUS]].concat();
    http::request(person.port, method, path, &headers, body)
}

fn code_of(answer: &Answer) -> (u16, String) {
    let code = answer.json()["error"]["code"].as_str().unwrap().to_owned();
    (answer.status, code)
}

fn offset_of(answer: &Answer) -> usize {
    answer.header("upload-offset").unwrap().parse().unwrap()
}
