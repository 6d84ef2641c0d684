//! A library of films: the server that has it, and a host with a room, who asks for its list.

use crate::http::{self, Answer};
use crate::server::Server;
use crate::socket::{Connection, Person};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Where ffmpeg is.
pub(crate) fn tools() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path)
        .find(|folder| folder.join("ffmpeg").exists() && folder.join("ffprobe").exists())
        .expect("these tests need ffmpeg")
}

/// A server that has ffmpeg, and this library.
pub(crate) fn server_with(library: &Path) -> Server {
    let tools = tools();
    Server::with_flags(&[
        "--library",
        library.to_str().unwrap(),
        "--ffmpeg-dir",
        tools.to_str().unwrap(),
    ])
}

/// A room with its host in it.
pub(crate) struct Party {
    pub(crate) ana: Person,
    pub(crate) code: String,
    pub(crate) connection: Connection,
}

impl Party {
    pub(crate) fn open(server: &Server) -> Self {
        let (ana, code, connection) = Person::with_room(server.port, "{}");
        Self {
            ana,
            code,
            connection,
        }
    }

    /// Asks an address of the room as its host.
    pub(crate) fn ask(&self, method: &str, rest: &str, headers: &[(&str, &str)]) -> Answer {
        let headers = [headers, &[("Cookie", &*self.ana.cookie)]].concat();
        let path = format!("/api/rooms/{}{rest}", self.code);
        http::request(self.ana.port, method, &path, &headers, &[])
    }

    /// The films of the list.
    pub(crate) fn films(&self) -> Vec<Value> {
        let list = self.ask("GET", "/films?tab=a", &[]).json();
        list["films"].as_array().unwrap().clone()
    }

    /// The id of the one in this file.
    pub(crate) fn film_in(&self, file_name: &str) -> Value {
        let films = self.films();
        let film = films.iter().find(|film| film["file_name"] == file_name);
        film.unwrap()["id"].clone()
    }
}
