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
use crate::library::Party;
use crate::server::Server;
use serde_json::{Value, json};

const GERMAN: &str = "1\n00:00:01,000 --> 00:00:02,500\nGrüße vom Zug, Señor!\n";

/// Somebody with a film on in a room of their own.
struct Evening {
    party: Party,
    film: String,
    extras: String,
}

impl Evening {
    fn open(server: &Server) -> Self {
        Self {
            party: Party::open(server),
            film: String::new(),
            extras: String::new(),
        }
    }

    /// With an upload on.
    fn at(server: &Server) -> Self {
        let mut evening = Self::open(server);
        let Party { ana, code, .. } = &evening.party;
        let sent = ana.upload(code, "a", "The General.mp4", &tiny_film(5_000));
        assert_eq!(sent.status, 201);
        evening.see();
        evening
    }

    /// Waits for the film that is put on.
    fn see(&mut self) {
        let film = self.party.connection.receive_type("playback")["playback"]["film"].clone();
        let text = |name: &str| film[name].as_str().unwrap().to_owned();
        (self.film, self.extras) = (text("id"), text("extras"));
    }

    fn pick(&mut self, file_name: &str) {
        let film = self.party.film_in(file_name);
        self.party
            .connection
            .send(&json!({"type": "pick", "id": 1, "film": film}));
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
        let Self { party, film, .. } = self;
        let Party { ana, code, .. } = party;
        let path = format!("/api/rooms/{code}/films/{film}/subtitles?tab=a&name={name}");
        http::request(ana.port, "POST", &path, &[("Cookie", &ana.cookie)], bytes)
    }

    fn remove(&self, code: &str, id: &Value) -> Answer {
        let id = id.as_str().unwrap();
        let path = format!("/api/rooms/{code}/subtitles/{id}?tab=a");
        http::request(
            self.party.ana.port,
            "DELETE",
            &path,
            &[("Cookie", &self.party.ana.cookie)],
            &[],
        )
    }

    /// What is described at the newest address.
    fn described(&mut self) -> Value {
        let answer = http::get(
            self.party.ana.port,
            &self.extras,
            &[("Cookie", &self.party.ana.cookie)],
        );
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// Waits for another address of the description.
    fn hear(&mut self) {
        let told = self.party.connection.receive_type("extras");
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
