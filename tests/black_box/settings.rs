//! Flags, variables and the settings file, on the real binary.

use crate::server::{Server, matinee};
use crate::socket::Person;
use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

fn refused(command: &mut Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    assert!(!status.success());
    String::from_utf8(stderr).unwrap()
}

#[test]
fn a_wrong_setting_ends_the_start_in_a_sentence_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let sentence = refused(matinee().current_dir(&folder).args(["--rooms-max", "0"]));
    assert_eq!(
        sentence,
        "matinee: The setting --rooms-max is not right: 0 is not between 1 and 10000000.\n"
    );
    let sentence = refused(matinee().current_dir(&folder).env("PORT", "seven"));
    assert!(
        sentence.contains("--port") && sentence.contains("seven"),
        "{sentence}"
    );
    let sentence = refused(
        matinee()
            .current_dir(&folder)
            .env("MATINEE_DIALECTS", "esperanto"),
    );
    assert_eq!(
        sentence,
        "matinee: The setting --dialects is not right: esperanto is none of streamgo, streaming-room, \
         party-sockets, goblet, videosync.\n"
    );
    std::fs::write(folder.path().join("matinee.toml"), "prot = 7860\n").unwrap();
    let sentence = refused(&mut *matinee().current_dir(&folder));
    assert!(
        sentence.contains("matinee.toml") && sentence.contains("prot"),
        "{sentence}"
    );
}

#[test]
fn flags_go_before_variables_and_variables_before_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, "server-prefix = \"FF\"\nrooms-max = 1\n").unwrap();
    let flag = ["--config", file.to_str().unwrap()];
    let from_file = Server::with_flags(&flag);
    assert!(Person::new(from_file.port).make_room("{}").starts_with("FF"));
    let from_flag = Server::with_flags(&[flag[0], flag[1], "--server-prefix", "GG"]);
    let ana = Person::new(from_flag.port);
    assert!(ana.make_room("{}").starts_with("GG"));
    let full = crate::http::post_json(ana.port, "/api/rooms", &[], "{}");
    assert_eq!(
        (full.status, full.json()["error"]["code"].as_str()),
        (503, Some("server_full")),
        "rooms-max of the file"
    );
}

#[test]
fn a_port_or_a_folder_in_use_is_named() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let port = server.port.to_string();
    let sentence = refused(
        matinee()
            .current_dir(&folder)
            .args(["--host", "127.0.0.1", "--port", &port]),
    );
    assert!(
        sentence.contains(&format!("Port {port} cannot be used")),
        "{sentence}"
    );
    let flags = ["--host", "127.0.0.1", "--port", "0", "--also-port", &port];
    let sentence = refused(matinee().current_dir(&folder).args(flags));
    assert!(
        sentence.contains(&format!(
            "Port {port} cannot be used. Choose another, or leave it out of --also-port: "
        )),
        "{sentence}"
    );
    let data = server.data();
    let sentence = refused(matinee().args(["--port", "0", "--data"]).arg(data));
    assert!(sentence.contains("Another Matinee uses the folder"), "{sentence}");
}

#[test]
fn a_log_that_goes_to_no_terminal_is_plain() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = matinee()
        .current_dir(&folder)
        .args(["--host", "127.0.0.1", "--port", "0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut greeting = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(greeting.any(|line| line.unwrap().contains("Ctrl-C")));
    let stop = ["-TERM", &child.id().to_string()];
    assert!(Command::new("kill").args(stop).status().unwrap().success());
    let log = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    assert!(log.contains("INFO stopping"), "{log}");
    assert!(!log.contains('\x1b'), "{log}");
}

#[test]
fn every_port_answers() {
    let server = Server::with_flags(&["--also-port", "0,0", "--workers", "2"]);
    let (_, also) = server.greeting.split_once("The same on:").unwrap();
    let numbers = also.lines().next().unwrap().split(|c: char| !c.is_ascii_digit());
    let also = numbers
        .filter_map(|number| number.parse().ok())
        .collect::<Vec<u16>>();
    assert_eq!(also.len(), 2, "{}", server.greeting);
    for port in [server.port, also[0], also[1]] {
        // Often enough to come to both cores.
        for _ in 0..8 {
            assert_eq!(crate::http::get(port, "/health", &[]).status, 200, "{port}");
        }
    }
}

#[test]
fn the_help_names_every_setting_with_its_variable() {
    let help = matinee().arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for name in [
        "--port",
        "PORT",
        "--library",
        "MATINEE_LIBRARY",
        "--server-prefix",
        "SERVER_PREFIX",
        "--instance-id",
        "INSTANCE_ID",
        "--region",
        "REGION",
    ] {
        assert!(help.contains(name), "{name}");
    }
}
