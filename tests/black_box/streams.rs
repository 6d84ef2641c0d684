//! Films that not every browser plays: their streams are told, served, shared, and gone when nobody wants them.

use crate::http::get;
use crate::lasting::wait_until_saved;
use crate::library::{Party, server_with, tools};
use crate::server::Server;
use crate::socket::Person;
use serde_json::{Value, json};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// H.264 and AC-3: the picture is taken over, the sound is not. Done in a moment.
const QUICK: &str = "Quick.mkv";
/// MPEG-4 of an older kind, and three minutes of it: encoding takes some seconds.
const SLOW: &str = "Slow.avi";

fn film(library: &Path, name: &str, seconds: u32, arguments: &[&str]) {
    let status = Command::new(tools().join("ffmpeg"))
        .args([
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=640x360:rate=25",
        ])
        .args([
            "-f",
            "lavfi",
            "-i",
            "sine=frequency=330",
            "-t",
            &seconds.to_string(),
        ])
        .args(arguments)
        .arg(library.join(name))
        .status()
        .unwrap();
    assert!(status.success());
}

/// A folder with these films.
fn library(films: &[&str]) -> TempDir {
    let library = tempfile::tempdir().unwrap();
    for name in films {
        let (seconds, arguments) = match *name {
            SLOW => (180, "-c:v mpeg4 -c:a libmp3lame"),
            _ => (20, "-c:v libx264 -preset ultrafast -g 50 -c:a ac3"),
        };
        let arguments: Vec<_> = arguments.split(' ').collect();
        film(library.path(), name, seconds, &arguments);
    }
    library
}

/// A server that has ffmpeg, and a library of these films.
fn server(films: &[&str]) -> (Server, TempDir) {
    let library = library(films);
    let server = server_with(library.path());
    (server, library)
}

/// The same with an ffmpeg that reads films at so many times their pace.
fn slow_server(films: &[&str], pace: f64) -> (Server, [TempDir; 2]) {
    let library = library(films);
    let slow = tempfile::tempdir().unwrap();
    let ffmpeg = slow.path().join("ffmpeg");
    let script = format!(
        "#!/bin/sh\nexec {} -readrate {pace} \"$@\"\n",
        tools().join("ffmpeg").display()
    );
    std::fs::write(&ffmpeg, script).unwrap();
    std::fs::set_permissions(&ffmpeg, std::fs::Permissions::from_mode(0o755)).unwrap();
    symlink(tools().join("ffprobe"), slow.path().join("ffprobe")).unwrap();
    let [library_path, slow_path] = [&library, &slow].map(|folder| folder.path().to_str().unwrap());
    let server = Server::with_flags(&["--library", library_path, "--ffmpeg-dir", slow_path]);
    (server, [library, slow])
}

/// Ends every program that makes a stream for this server; says how many there were.
fn kill_makers(server: &Server) -> usize {
    let streams = server.data().join("streams").canonicalize().unwrap();
    let makes = |id: &String| {
        let folder = std::fs::read_link(format!("/proc/{id}/cwd"));
        folder.is_ok_and(|folder| folder.starts_with(&streams))
    };
    let ids = std::fs::read_dir("/proc").unwrap().flatten();
    let makers: Vec<_> = ids
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|id| id.parse::<u32>().is_ok())
        .filter(makes)
        .collect();
    for id in &makers {
        assert!(Command::new("kill").args(["-9", id]).status().unwrap().success());
    }
    makers.len()
}

struct Room {
    party: Party,
    commands: u64,
}

impl Room {
    fn open(server: &Server) -> Self {
        let party = Party::open(server);
        Self { party, commands: 0 }
    }

    /// Picks a film of the library, and gives what the room is told of it.
    fn pick(&mut self, name: &str) -> Value {
        let film = self.party.film_in(name);
        self.commands += 1;
        self.party
            .connection
            .send(&json!({"type": "pick", "id": self.commands, "film": film}));
        loop {
            let playback = self.party.connection.receive_type("playback");
            if playback["command"] == self.commands {
                return playback["playback"]["film"].clone();
            }
        }
    }

    fn command(&mut self, mut command: Value) {
        self.commands += 1;
        command["id"] = self.commands.into();
        self.party.connection.send(&command);
    }

    /// The next playback that waits for the film, or that plays.
    fn playback(&mut self, waits: bool) -> Value {
        loop {
            let message = self.party.connection.receive_type("playback");
            let playback = &message["playback"];
            if playback["waits_for_film"] == true && waits || playback["paused"] == false && !waits {
                return message;
            }
        }
    }

    /// What is told of the stream, until `last`.
    fn hear(&mut self, last: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut heard = Vec::new();
        loop {
            let stream = self.party.connection.receive_type("stream")["stream"].clone();
            let is_last = last(&stream);
            heard.push(stream);
            if is_last {
                return heard;
            }
        }
    }
}

fn is_watchable(stream: &Value) -> bool {
    stream["url"].is_string()
}

fn url(stream: &Value) -> String {
    stream["url"].as_str().unwrap().to_owned()
}

/// Waits until the folder of streams has so many.
fn wait_for_streams(server: &Server, count: usize) {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let found = std::fs::read_dir(server.data().join("streams")).unwrap().count();
        if found == count {
            return;
        }
        assert!(Instant::now() < until, "{found} streams instead of {count}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_film_is_made_playable_once_for_all_rooms() {
    let (server, _library) = server(&[QUICK]);
    let mut room = Room::open(&server);
    let picked = room.pick(QUICK);
    assert!(picked["url"].as_str().unwrap().starts_with("/media/"));
    assert_eq!(picked["stream"], json!({"state": "looking"}));
    let heard = room.hear(|stream| stream["state"] == "ready");
    assert!(
        heard.iter().any(|stream| stream["state"] == "making"),
        "{heard:?}"
    );
    let address = url(heard.last().unwrap());
    let master = get(server.port, &address, &[]);
    assert_eq!(master.status, 200);
    assert_eq!(
        master.header("content-type"),
        Some("application/vnd.apple.mpegurl")
    );
    let text = master.text().to_string();
    let list = text.lines().last().unwrap();
    let folder = address.rsplit_once('/').unwrap().0;
    let list = get(server.port, &format!("{folder}/{list}"), &[])
        .text()
        .to_string();
    assert!(list.contains("#EXT-X-ENDLIST"), "{list}");
    let segment = list.lines().find(|line| line.ends_with(".m4s")).unwrap();
    assert_eq!(get(server.port, &format!("{folder}/{segment}"), &[]).status, 200);
    for nowhere in ["made.json", "..%2Fmade.json", "e1-video0.m3u8"] {
        assert_eq!(
            get(server.port, &format!("{folder}/{nowhere}"), &[]).status,
            404,
            "{nowhere}"
        );
    }

    let (_, welcome) = room.party.ana.enter(&room.party.code, "Ana", "b");
    let film = &welcome["playback"]["film"];
    assert_eq!(film["stream"], json!({"state": "ready", "url": address}));
    let length = film["duration_ms"].as_u64().unwrap();
    assert!((19_500..20_500).contains(&length), "{length}");

    let picked = Room::open(&server).pick(QUICK);
    assert_eq!(picked["stream"], json!({"state": "ready", "url": address}));
}

#[test]
fn a_stream_is_made_as_long_as_a_room_wants_it() {
    let (server, _library) = server(&[QUICK, SLOW]);
    let mut rooms = [Room::open(&server), Room::open(&server)];
    let addresses = rooms.each_mut().map(|room| {
        room.pick(SLOW);
        url(room.hear(is_watchable).last().unwrap())
    });
    assert_eq!(addresses[0], addresses[1], "both watch one stream");
    let [ana, ben] = &mut rooms;
    assert_eq!(ana.pick(QUICK)["stream"]["state"], "looking");
    // The other room's goes on, and ours waits for its turn.
    let waits = ana.hear(|stream| stream["state"] == "waiting");
    assert_eq!(waits.last().unwrap()["ahead"], 1);
    assert_eq!(get(server.port, &addresses[0], &[]).status, 200);
    ben.pick(QUICK);
    ana.hear(|stream| stream["state"] == "ready");
    wait_for_streams(&server, 1);
    assert_eq!(get(server.port, &addresses[0], &[]).status, 404);
}

#[test]
fn what_a_crash_left_of_a_stream_is_removed_and_it_is_made_anew() {
    let (mut server, _library) = server(&[SLOW]);
    let mut room = Room::open(&server);
    room.pick(SLOW);
    let before = url(room.hear(is_watchable).last().unwrap());
    room.party
        .connection
        .send(&json!({"type": "say", "id": 2, "text": "kept by now"}));
    wait_until_saved(&server, &room.party.code, "kept by now");
    server.crash_and_restart();
    wait_for_streams(&server, 0);
    assert_eq!(get(server.port, &before, &[]).status, 404);
    let (connection, welcome) = room.party.ana.enter(&room.party.code, "Ana", "a");
    assert_eq!(welcome["playback"]["film"]["stream"]["state"], "looking");
    room.party.connection = connection;
    let after = url(room.hear(is_watchable).last().unwrap());
    assert_ne!(after, before);
    assert_eq!(get(server.port, &after, &[]).status, 200);
}

#[test]
fn a_room_waits_for_a_film_that_is_being_made_and_for_none_that_does_not_come() {
    let (server, _folders) = slow_server(&[SLOW], 4.0);
    let mut room = Room::open(&server);
    room.pick(SLOW);
    room.hear(|stream| stream["state"] == "making");
    let address = format!("/ws?sessionKey={}", room.party.code);
    let mut stranger = Person::new(server.port).connect_at(&address);
    // To another system's client all this is a pause, and then it plays.
    let mut is_told = |paused: bool, position_s: f64| {
        let is_it = |state: &Value| {
            let off_s = state["currentTime"].as_f64().unwrap() - position_s;
            state["paused"] == paused && off_s.abs() < 2.0
        };
        while !is_it(&stranger.receive_type("state_update")["state"]) {}
    };
    room.command(json!({"type": "play", "seen": 1}));
    let waits = room.playback(true);
    assert_eq!(
        [&waits["by"], &waits["command"]],
        [&Value::Null; 2],
        "nobody paused it"
    );
    assert_eq!(waits["playback"]["paused"], true);
    assert_eq!(waits["playback"]["position_ms"], 0);
    let (_, welcome) = room.party.ana.enter(&room.party.code, "Ana", "b");
    assert_eq!(welcome["playback"]["waits_for_film"], true);

    let goes_on = room.playback(false);
    assert_eq!([&goes_on["by"], &goes_on["command"]], [&Value::Null; 2]);
    assert_eq!(goes_on["playback"]["position_ms"], 0);
    is_told(false, 0.0);
    let stream = &goes_on["playback"]["film"]["stream"];
    assert!(is_watchable(stream), "{stream}");
    let address = url(stream);
    let list = get(server.port, &address, &[]).text().to_string();
    let list = format!(
        "{}/{}",
        address.rsplit_once('/').unwrap().0,
        list.lines().last().unwrap()
    );
    let pieces = get(server.port, &list, &[]).text().matches("#EXTINF").count();
    assert!(pieces >= 3, "{pieces} pieces are there");

    room.command(json!({"type": "seek", "seen": 1, "position_ms": 175_000}));
    assert_eq!(room.playback(true)["playback"]["position_ms"], 175_000);
    is_told(true, 175.0);
    assert_eq!(kill_makers(&server), 1);
    let plays_on = room.playback(false)["playback"].clone();
    assert_eq!(plays_on["film"]["stream"]["code"], "stream_broken");
    assert_eq!(plays_on["position_ms"], 175_000);
    is_told(false, 175.0);
}

#[test]
fn without_ffmpeg_the_file_is_all_there_is() {
    let library = library(&[QUICK]);
    let flags = ["--library", library.path().to_str().unwrap(), "--ffmpeg-dir", ""];
    let server = Server::with_flags(&flags);
    assert!(server.greeting.contains("Without ffmpeg:"), "{}", server.greeting);
    let stream = Room::open(&server).pick(QUICK)["stream"].clone();
    assert_eq!(stream["state"], "unavailable");
    assert_eq!(stream["code"], "no_ffmpeg");
    assert!(stream["message"].as_str().unwrap().contains("ffmpeg"), "{stream}");
}
