//! What becomes of the film without anybody's doing, as Goblet's clients see it.

use super::{Viewer, told};
use crate::films::tiny_film;
use crate::server::Server;
use crate::socket::Person;
use serde_json::json;

#[test]
fn a_film_that_waits_for_somebody_is_paused_and_goes_on_where_it_was() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    let mut at_anas = ana.connect();
    let (mut page, _) = Person::new(server.port).enter("lobby", "Ben", "b");
    ana.upload("The.General.mp4", &tiny_film(1_000));
    assert_eq!(at_anas.next_of_film().0, "refresh_video");
    ana.ask("/sync?mode=seek&time=60&id={me}");
    ana.ask("/sync?mode=play&id={me}");
    assert_eq!(at_anas.next_of_film().0, "seek");
    assert_eq!(at_anas.next_of_film(), told("play", &ana.id));
    page.send(&json!({"type": "stalled", "stalled": true}));
    let (event, by) = at_anas.next_of_film();
    assert_eq!(event, "pause");
    assert_ne!(by, ana.id, "it is not her doing");
    let stands = ana.ask("/timesync?id={me}");
    assert!((60.0..70.0).contains(&stands.parse::<f64>().unwrap()), "{stands}");
    assert_eq!(ana.ask("/timesync?id={me}"), stands, "it stands still");
    page.send(&json!({"type": "stalled", "stalled": false}));
    assert_eq!(at_anas.next_of_film().0, "play");
}

#[test]
fn the_next_film_of_the_queue_is_loaded_and_plays() {
    let server = Server::start();
    let ana = Viewer::new(&server);
    let mut at_anas = ana.connect();
    let (mut page, _) = Person::new(server.port).enter("lobby", "Ben", "b");
    let (on, next) = ("https://films.example/on.mp4", "https://films.example/next.mp4");
    ana.ask(&format!("/link?v={on}"));
    assert_eq!(at_anas.next_of_film(), told("refresh_video", on));
    let film = page.receive_type("playback")["playback"]["film"]["id"].clone();
    page.send(&json!({"type": "queue_add", "id": 1, "url": next}));
    page.send(&json!({"type": "length", "film": film, "duration_ms": 1}));
    ana.ask("/sync?mode=play&id={me}");
    assert_eq!(at_anas.next_of_film(), told("play", &ana.id));
    // A few seconds after the end, by itself.
    assert_eq!(at_anas.next_of_film(), told("refresh_video", next));
    assert_eq!(at_anas.next_of_film().0, "play");
    assert_eq!(ana.ask("/src"), format!(r#"{{"src":"{next}","type":"link"}}"#));
}
