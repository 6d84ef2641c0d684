//! The help, the file's keys, and what is refused.

use super::*;
use clap::{CommandFactory, Parser};
use matinee_wire::Dialect;

pub(super) fn typed(flags: &[&str]) -> Settings {
    Settings::try_parse_from([&["matinee"], flags].concat()).unwrap()
}

#[test]
fn the_command_line_is_sound() {
    Settings::command().debug_assert();
}

#[test]
fn defaults_are_what_the_help_says() {
    let config = Config::meant_by(Settings::default()).unwrap();
    assert_eq!(config.address.port(), 7860);
    assert_eq!(config.code_prefix, "S");
    assert_eq!(config.data, Path::new("data"));
    assert_eq!(config.lobby, RoomCode::typed("lobby"));
    assert_eq!((config.instance_id.as_str(), config.region.as_str()), ("", ""));
    assert_eq!(config.drain, Duration::from_secs(8));
    assert_eq!(config.metrics, MetricsFor::ThisMachine);
    let help = Settings::command().render_long_help().to_string();
    // However its lines are broken.
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(config.dialects, Dialects::all());
    let systems = Dialects::all().systems().join(",");
    let systems = systems.to_lowercase().replace(' ', "-");
    assert_eq!(
        Config::typed(&["--dialects", &systems]).unwrap().dialects,
        Dialects::all()
    );
    let running = include_str!("../../../../docs/running.md");
    let documented = systems.split(',').map(|word| format!("`{word}`"));
    let documented = documented.collect::<Vec<_>>().join(", ");
    assert!(
        running.contains(&format!("connect: {documented}, with")),
        "{documented}"
    );
    let defaults = [
        "7860",
        "never",
        "65536",
        "10000",
        "1000",
        "24",
        "32768",
        "64",
        "100",
        "1024",
        "512",
        &systems,
        "lobby",
        "1",
        "8",
        "this-machine",
    ];
    for default in defaults {
        assert!(help.contains(&format!("[default: {default}]")), "{default}");
    }
}

#[test]
fn what_was_typed_goes_before_the_file() {
    let file: Settings = toml::from_str("port = 1\nrooms-max = 5").unwrap();
    let config = Config::meant_by(typed(&["--port", "2"]).or(file)).unwrap();
    assert_eq!((config.address.port(), config.rooms_max), (2, 5));
}

#[test]
fn every_setting_is_a_key_of_the_file() {
    for argument in Settings::command().get_arguments() {
        let Some(name) = argument.get_long() else { continue };
        if ["help", "version", "config"].contains(&name) {
            continue;
        }
        let values = ["1", "\"127.0.0.1\"", "true", "\"https://a.example\""];
        let known = values
            .iter()
            .any(|value| toml::from_str::<Settings>(&format!("{name} = {value}")).is_ok());
        assert!(known, "{name} is not a key");
        assert!(argument.get_env().is_some(), "{name} has no environment variable");
    }
}

#[test]
fn a_wrong_setting_is_named() {
    for (words, name) in [
        (["--rooms-max", "0"], "--rooms-max"),
        (["--server-prefix", "a-b"], "--server-prefix"),
        (["--library", "/no/such/folder"], "--library"),
        (["--public-url", "films.example"], "--public-url"),
        (["--workers", "0"], "--workers"),
        (["--also-port", "3000,70000"], "--also-port"),
        (["--also-port", "http"], "--also-port"),
        (["--dialects", "goblet,esperanto"], "--dialects"),
        (["--lobby", " "], "--lobby"),
        (["--lobby", &"a".repeat(65)], "--lobby"),
        (["--party-sockets", "3"], "--party-sockets"),
        (["--instance-id", "a\r\nSet-Cookie: b"], "--instance-id"),
        (["--instance-id", &"a".repeat(65)], "--instance-id"),
        (["--upload-keep-hours", "0"], "--upload-keep-hours"),
        (["--room-uploads-gib-max", "0"], "--room-uploads-gib-max"),
        (["--uploads-gib-max", "16777217"], "--uploads-gib-max"),
        (["--disk-reserve-mib", "16777217"], "--disk-reserve-mib"),
        (["--region", "Zürich"], "--region"),
        (["--drain-seconds", "86401"], "--drain-seconds"),
        (["--metrics", "friends"], "--metrics"),
    ] {
        let error = Config::meant_by(typed(&words)).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
    }
}

#[test]
fn other_ports_are_taken_once_however_they_are_listed() {
    let flags = [
        "--port",
        "3000",
        "--also-port",
        "3000, 5000,",
        "--also-port",
        "8080,5000",
    ];
    assert_eq!(Config::typed(&flags).unwrap().also_ports, [5000, 8080]);
    assert!(Config::typed(&["--also-port", ""]).unwrap().also_ports.is_empty());
    for list in ["[3000, \"5000\"]", "\"3000,5000\"", "[\"3000,5000\"]"] {
        let file: Settings = toml::from_str(&format!("also-port = {list}")).unwrap();
        let config = Config::meant_by(file).unwrap();
        assert_eq!(config.also_ports, [3000, 5000], "{list}");
    }
    let error = toml::from_str::<Settings>("also-port = true").unwrap_err();
    assert_eq!(error.message(), "expected a list, or a text with commas");
}

#[test]
fn dialects_may_be_some_or_none() {
    let spoken = |flags: &[&str]| {
        let spoken = Config::typed(flags).unwrap().dialects;
        spoken.systems()
    };
    assert_eq!(
        spoken(&["--dialects", "VideoSync, goblet"]),
        ["Goblet", "VideoSync"]
    );
    assert_eq!(
        spoken(&["--dialects", "goblet", "--dialects", "streaming-room"]),
        ["Streaming Room", "Goblet"]
    );
    assert!(spoken(&["--dialects", ""]).is_empty());
    let file: Settings = toml::from_str("dialects = []").unwrap();
    assert_eq!(Config::meant_by(file).unwrap().dialects, Dialects::of(&[]));
}

#[test]
fn without_a_lobby_there_is_no_goblet() {
    let config = Config::typed(&["--lobby", ""]).unwrap();
    assert_eq!(config.lobby, None);
    assert!(!config.dialects.has(Dialect::Goblet) && config.dialects.has(Dialect::VideoSync));
    let config = Config::typed(&["--lobby", "friday films"]).unwrap();
    assert_eq!(config.lobby, Some(RoomCode::new("FRIDAYFILMS")));
    assert_eq!(config.lobby_name, "friday films");
    assert!(config.dialects.has(Dialect::Goblet));
}

#[test]
fn what_clients_of_party_sockets_are_told_is_as_it_was_typed() {
    let file = "instance-id = \" eu 1 \"\nregion = \"Paris\"\nparty-sockets = 2\ndrain-seconds = 0";
    let config = Config::meant_by(toml::from_str(file).unwrap()).unwrap();
    assert_eq!(
        (config.instance_id.as_str(), config.region.as_str()),
        ("eu 1", "Paris")
    );
    assert_eq!(config.drain, Duration::ZERO);
    assert_eq!(config.dialects.recognise("{}"), Some(Dialect::PartySockets2));
}

#[test]
fn a_file_with_an_unknown_key_is_refused() {
    let error = toml::from_str::<Settings>("prot = 7860").unwrap_err();
    assert!(error.message().contains("prot"), "{}", error.message());
}
