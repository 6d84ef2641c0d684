//! What is in a film and beside it: told as it is made, fetched, there after a restart, gone with the film.

use super::{Evening, GERMAN, text_of};
use crate::films::tiny_film;
use crate::http;
use crate::lasting::wait_until_saved;
use crate::library::{server_with, tools};
use crate::server::Server;
use serde_json::{Value, json};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const CHAPTERS: &str = ";FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=10000
title=The train
[CHAPTER]
TIMEBASE=1/1000
START=10000
END=20000
title=The bridge
";

/// A library with a film of 20 seconds that has chapters, two text tracks inside and a file beside it.
fn library() -> TempDir {
    let library = tempfile::tempdir().unwrap();
    let parts = tempfile::tempdir().unwrap();
    let part = |name: &str, text: &str| {
        let path = parts.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (german, english) = (
        part("de.srt", GERMAN),
        part("en.srt", "1\n00:00:03,000 --> 00:00:04,000\nHello!\n"),
    );
    let chapters = part("chapters.txt", CHAPTERS);
    let inputs = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=640x360:rate=25:duration=20",
        "-i",
        &german,
        "-i",
        &english,
    ];
    let kinds =
        "-map 0 -map 1 -map 2 -map_metadata 3 -map_chapters 3 -c:v libx264 -preset ultrafast -g 50 -c:s srt";
    let tracks = [
        "-metadata:s:s:0",
        "language=ger",
        "-metadata:s:s:1",
        "language=eng",
        "-metadata:s:s:1",
        "title=For the deaf",
        "-disposition:s:0",
        "default",
        "-disposition:s:1",
        "hearing_impaired",
    ];
    let status = Command::new(tools().join("ffmpeg"))
        .args(["-v", "error"])
        .args(inputs)
        .args(["-i", &chapters])
        .args(kinds.split(' '))
        .args(tracks)
        .arg(library.path().join("Train.mkv"))
        .status()
        .unwrap();
    assert!(status.success());
    std::fs::write(
        library.path().join("Train.fr.srt"),
        "1\n00:00:01,000 --> 00:00:02,000\nLe train !\n",
    )
    .unwrap();
    library
}

#[test]
fn what_is_in_a_film_is_told_as_it_is_made_and_all_of_it_can_be_fetched() {
    let library = library();
    let mut server = server_with(library.path());
    let mut evening = Evening::open(&server);
    evening.pick("Train.mkv");
    let heard = evening.hear_all();
    assert!(
        heard.len() <= 6,
        "one word for each that is made, and no more: {heard:?}"
    );
    let all = heard.last().unwrap();
    assert_eq!(
        all["chapters"],
        json!([{"start_ms": 0, "title": "The train"}, {"start_ms": 10_000, "title": "The bridge"}])
    );
    let [german, english, french] = all["subtitles"].as_array().unwrap().as_slice() else {
        panic!("{all}");
    };
    let names = [german, english, french].map(|it| (it["label"].as_str(), it["language"].as_str().unwrap()));
    assert_eq!(
        names,
        [(None, "ger"), (Some("For the deaf"), "eng"), (None, "fr")]
    );
    let flags = [german, english].map(|it| (it["default"] == true, it["for_deaf"] == true));
    assert_eq!(flags, [(true, false), (false, true)]);
    for (entry, words) in [(german, "Grüße"), (english, "Hello!"), (french, "Le train")] {
        assert!(text_of(server.port, entry).contains(words), "{entry}");
    }
    check_pictures(server.port, all);

    // After a restart all is there at once.
    evening
        .party
        .connection
        .send(&json!({"type": "say", "id": 2, "text": "kept by now"}));
    wait_until_saved(&server, &evening.party.code, "kept by now");
    server.crash_and_restart();
    let (connection, welcome) = evening.party.ana.enter(&evening.party.code, "Ana", "a");
    evening.party.connection = connection;
    evening.extras = welcome["playback"]["film"]["extras"].as_str().unwrap().to_owned();
    assert_eq!(evening.hear_all().last(), Some(all));
}

fn check_pictures(port: u16, all: &Value) {
    let is_jpeg = |path: &str| {
        let picture = http::get(port, path, &[]);
        picture.status == 200
            && picture.header("content-type") == Some("image/jpeg")
            && picture.header("cache-control") == Some("private, max-age=31536000, immutable")
            && picture.body.starts_with(&[0xff, 0xd8])
    };
    assert!(is_jpeg(all["poster"].as_str().unwrap()));
    let board = all["storyboard"].as_str().unwrap();
    let cues = http::get(port, board, &[]).text();
    assert!(cues.starts_with("WEBVTT"), "{cues}");
    let sheets: Vec<_> = cues
        .lines()
        .filter_map(|line| line.split_once("#xywh="))
        .collect();
    assert!(!sheets.is_empty(), "{cues}");
    for (sheet, _) in sheets {
        assert!(
            is_jpeg(&format!("{}/{sheet}", board.rsplit_once('/').unwrap().0)),
            "{sheet}"
        );
    }
}

#[test]
fn a_list_of_films_gets_its_posters_when_it_is_looked_at() {
    let library = library();
    std::fs::write(library.path().join("Broken.mp4"), tiny_film(5_000)).unwrap();
    let server = server_with(library.path());
    let evening = Evening::open(&server);
    let film = |name: &str| {
        let films = evening.party.films();
        let found = films.iter().find(|film| film["file_name"] == name).unwrap();
        (
            found["poster"].as_str().map(str::to_owned),
            found["id"].as_str().unwrap().to_owned(),
        )
    };
    let (Some(train), Some(broken)) = (film("Train.mkv").0, film("Broken.mp4").0) else {
        panic!("{:?}", evening.party.films());
    };
    assert_eq!(
        http::get(server.port, &train, &[]).header("content-type"),
        Some("image/jpeg")
    );
    let none = http::get(server.port, &broken, &[]);
    assert_eq!(
        (none.status, none.header("cache-control")),
        (404, Some("no-store"))
    );
    assert_eq!(film("Broken.mp4").0, None, "it is not asked for again");
    // Nobody who does not know a film gets anything.
    let unknown = train.replace(&film("Train.mkv").1, &"0".repeat(32));
    assert_eq!(http::get(server.port, &unknown, &[]).status, 404);

    // What belongs to films that are gone goes.
    std::fs::remove_file(library.path().join("Train.mkv")).unwrap();
    let scan = format!("/api/rooms/{}/films/scan?tab=a", evening.party.code);
    http::request(
        server.port,
        "POST",
        &scan,
        &[("Cookie", &evening.party.ana.cookie)],
        &[],
    );
    assert_eq!(http::get(server.port, &train, &[]).status, 404);
}

#[test]
fn without_ffmpeg_there_is_what_lies_beside_a_film() {
    let library = library();
    let server = Server::with_flags(&["--library", library.path().to_str().unwrap()]);
    let mut evening = Evening::open(&server);
    assert_eq!(evening.party.films()[0]["poster"], Value::Null);
    evening.pick("Train.mkv");
    let until = Instant::now() + Duration::from_secs(20);
    let all = loop {
        let all = evening.described();
        if all["subtitles"] != json!([]) {
            break all;
        }
        assert!(Instant::now() < until, "{all}");
        evening.hear();
    };
    assert!(text_of(server.port, &all["subtitles"][0]).contains("Le train"));
    assert_eq!(
        (&all["poster"], &all["making"]),
        (&Value::Null, &Value::Bool(false))
    );
    assert_eq!(evening.add("x.srt", GERMAN.as_bytes()).status, 201);
    evening.hear();
    assert_eq!(evening.described()["subtitles"].as_array().unwrap().len(), 2);
}
