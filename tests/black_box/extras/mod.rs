//! What films have besides picture and sound.
//!
//! | file | owns |
//! |---|---|
//! | this | somebody with a film on, who hears of its extras |
//! | `added` | subtitles that people add |
//! | `made` | subtitles inside films and beside them, chapters, pictures |

mod added;
mod made;

use crate::films::tiny_film;
use crate::http::{self, Answer};
use crate::server::Server;
use crate::socket::{Connection, Person};
use serde_json::{Value, json};

const GERMAN: &str = "1\n00:00:01,000 --> 00:00:02,500\nGrüße vom Zug, Señor!\n";

/// Somebody with a film on in a room of their own.
struct Evening {
    ana: Person,
    code: String,
    connection: Connection,
    film: String,
    extras: String,
}

impl Evening {
    fn open(server: &Server) -> Self {
        let ana = Person::new(server.port);
        let code = ana.make_room("{}");
        let (connection, _) = ana.enter(&code, "Ana", "a");
        Self {
            ana,
            code,
            connection,
            film: String::new(),
            extras: String::new(),
        }
    }

    /// With an upload on.
    fn at(server: &Server) -> Self {
        let mut evening = Self::open(server);
        let Self { ana, code, .. } = &evening;
        let sent = ana.upload(code, "a", "The General.mp4", &tiny_film(5_000));
        assert_eq!(sent.status, 201);
        evening.see();
        evening
    }

    /// Waits for the film that is put on.
    fn see(&mut self) {
        let film = self.connection.receive_type("playback")["playback"]["film"].clone();
        let text = |name: &str| film[name].as_str().unwrap().to_owned();
        (self.film, self.extras) = (text("id"), text("extras"));
    }

    /// The films of the list.
    fn films(&self) -> Vec<Value> {
        let path = format!("/api/rooms/{}/films?tab=a", self.code);
        let list = http::get(self.ana.port, &path, &[("Cookie", &self.ana.cookie)]).json();
        list["films"].as_array().unwrap().clone()
    }

    fn pick(&mut self, file_name: &str) {
        let films = self.films();
        let film = films.iter().find(|film| film["file_name"] == file_name).unwrap();
        self.connection
            .send(&json!({"type": "pick", "id": 1, "film": film["id"]}));
        self.see();
    }

    /// Hears of changes until all is made. Gives all descriptions on the way.
    fn hear_all(&mut self) -> Vec<Value> {
        let mut heard = vec![self.described()];
        while heard[heard.len() - 1]["making"] == true {
            self.hear();
            heard.push(self.described());
        }
        heard
    }

    fn add(&self, name: &str, bytes: &[u8]) -> Answer {
        let Self { ana, code, film, .. } = self;
        let path = format!("/api/rooms/{code}/films/{film}/subtitles?tab=a&name={name}");
        http::request(ana.port, "POST", &path, &[("Cookie", &ana.cookie)], bytes)
    }

    fn remove(&self, code: &str, id: &Value) -> Answer {
        let id = id.as_str().unwrap();
        let path = format!("/api/rooms/{code}/subtitles/{id}?tab=a");
        http::request(
            self.ana.port,
            "DELETE",
            &path,
            &[("Cookie", &self.ana.cookie)],
            &[],
        )
    }

    /// What is described at the newest address.
    fn described(&mut self) -> Value {
        let answer = http::get(self.ana.port, &self.extras, &[("Cookie", &self.ana.cookie)]);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// Waits for another address of the description.
    fn hear(&mut self) {
        let told = self.connection.receive_type("extras");
        assert_eq!(told["film"], *self.film);
        let url = told["url"].as_str().unwrap().to_owned();
        assert_ne!(url, self.extras, "what has changed has another address");
        self.extras = url;
    }
}

fn text_of(port: u16, entry: &Value) -> String {
    let answer = http::get(port, entry["url"].as_str().unwrap(), &[]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/vtt; charset=utf-8"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    answer.text()
}
