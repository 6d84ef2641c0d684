//! What Goblet's clients are told of a room that others share, and how they write positions.

use super::*;
use matinee_room::{
    Command, Film, FilmId, FilmKind, Identity, Input, Join, MemberId, PasswordCheck, RoomCode, Settings, Tab,
};

const ID: &str = "0123456789abcdef0123456789abcdef";
const NOW: Timestamp = Timestamp(10_000);

fn join(room: &mut Room, speech: &dyn Speech, tab: &str) {
    let join = Join {
        identity: Identity::new(tab),
        personal: true,
        network: None,
        tab: Tab::new(tab),
        name: "Ana".into(),
        password: PasswordCheck::None,
        since: 0,
        calls_room: String::new(),
        client: speech.client(),
        stay: speech.stay(),
        founds: false,
        replace: false,
    };
    room.handle(NOW, Input::Join(join)).unwrap();
}

/// A lobby with a viewer of Goblet's and one on the page, both hosts.
fn lobby() -> Room {
    let settings = Settings {
        name: "Lobby".into(),
        password: None,
        newcomers_may_control: true,
        ..Settings::default()
    };
    let mut room = Room::new(NOW, RoomCode::new("LOBBY"), settings, None);
    join(&mut room, &Goblet, ID);
    join(&mut room, &crate::native::Native, "tab");
    room
}

fn film(url: &str) -> Film {
    Film {
        id: FilmId::new("f"),
        title: "The General".into(),
        url: url.into(),
        kind: FilmKind::File,
        duration_ms: Some(60_000),
    }
}

/// What Goblet's clients are told of a command at `now`.
fn heard_at(room: &mut Room, now: Timestamp, member: u32, command: Command) -> Vec<String> {
    let input = Input::Command {
        member: MemberId(member),
        id: None,
        command,
    };
    let events = room.handle(now, input).unwrap();
    let frames = events.iter().flat_map(|event| encode(now, room, event));
    frames.map(|frame| frame.text).collect()
}

fn heard(room: &mut Room, member: u32, command: Command) -> Vec<String> {
    heard_at(room, NOW, member, command)
}

fn play() -> Command {
    Command::Play { seen: u64::MAX }
}

fn pause() -> Command {
    Command::Pause { seen: u64::MAX }
}

fn seek(position_ms: u64) -> Command {
    Command::Seek {
        seen: u64::MAX,
        position_ms,
    }
}

#[test]
fn each_change_is_told_once_with_the_id_of_who_made_it() {
    let mut room = lobby();
    let made = "00000000000000000000000000000002";
    let general = film("/media/f/The%20General.webm");
    assert_eq!(
        heard(&mut room, 1, Command::Pick(general)),
        [r#"["refresh_video","1.webm"]"#]
    );
    assert_eq!(heard(&mut room, 1, play()), [format!(r#"["play","{ID}"]"#)]);
    assert_eq!(heard(&mut room, 2, pause()), [format!(r#"["pause","{made}"]"#)]);
    assert_eq!(
        heard(&mut room, 2, seek(12_500)),
        [format!(r#"["seek","12.5-{made}"]"#)]
    );
}

#[test]
fn what_changes_nothing_for_them_is_not_told() {
    let mut room = lobby();
    heard(&mut room, 1, Command::Pick(film("/media/f/a.mp4")));
    let nothing: [&str; 0] = [];
    assert_eq!(heard(&mut room, 2, pause()), nothing, "it stands still already");
    heard(&mut room, 1, play());
    assert_eq!(heard(&mut room, 2, play()), nothing, "it plays already");
    let rate = Command::Rate {
        seen: u64::MAX,
        rate: 1.5,
    };
    assert_eq!(heard(&mut room, 2, rate), nothing, "they have no speeds");
    let text = "hello".into();
    assert_eq!(heard(&mut room, 2, Command::Say { text }), nothing, "nor chat");
}

#[test]
fn a_film_that_is_over_begins_again() {
    let mut room = lobby();
    heard(&mut room, 1, Command::Pick(film("/media/f/a.mp4")));
    heard(&mut room, 1, seek(60_000));
    let seek_and_play = [format!(r#"["seek","0-{ID}"]"#), format!(r#"["play","{ID}"]"#)];
    assert_eq!(heard(&mut room, 1, play()), seek_and_play);
}

#[test]
fn a_seek_while_it_plays_is_told_so_that_it_fits_at_once() {
    let mut room = lobby();
    heard(&mut room, 1, Command::Pick(film("/media/f/a.mp4")));
    heard(&mut room, 1, play());
    // It holds from 150 ms on; who jumps and plays on at once has to be that much before.
    let told = heard_at(&mut room, Timestamp(20_000), 1, seek(30_000));
    assert_eq!(told, [format!(r#"["seek","29.85-{ID}"]"#)]);
}

#[test]
fn a_film_has_another_name_whenever_it_is_put_on_and_a_link_its_address() {
    let mut room = lobby();
    assert_eq!(Source::of(room.playback()), Source::File("0.mp4".into()));
    heard(&mut room, 1, Command::Pick(film("/media/f/a.mp4")));
    let first = Source::of(room.playback());
    heard(&mut room, 1, play());
    assert_eq!(Source::of(room.playback()), first);
    heard(&mut room, 1, Command::Pick(film("/media/f/a.mp4")));
    assert_ne!(Source::of(room.playback()), first);
    let link = "https://a.example/watch?v=1";
    assert_eq!(
        heard(&mut room, 1, Command::Pick(film(link))),
        [format!(r#"["refresh_video","{link}"]"#)]
    );
    assert_eq!(Source::of(room.playback()).kind(), "link");
    for (url, extension) in [
        ("/media/f/a.b.mkv", "mkv"),
        ("/media/f/a", "mp4"),
        ("/media/f.x/a.%2F..", "mp4"),
    ] {
        heard(&mut room, 1, Command::Pick(film(url)));
        let name = Source::of(room.playback()).name();
        assert!(name.ends_with(&format!(".{extension}")), "{url}: {name}");
    }
}

#[test]
fn who_has_missed_something_is_told_all_of_it() {
    let mut room = lobby();
    heard(&mut room, 1, Command::Pick(film("/media/f/a.mp4")));
    heard(&mut room, 1, play());
    let texts: Vec<_> = all_of_it(Timestamp(12_150), room.playback())
        .iter()
        .filter_map(event_of)
        .collect();
    let expected = [
        ("refresh_video", "1.mp4".to_owned()),
        ("seek", format!("2-{NOBODY}")),
        ("play", NOBODY.to_owned()),
    ];
    assert_eq!(texts, expected.map(|(event, text)| (event.to_owned(), text)));
}

#[test]
fn of_seeks_in_a_row_the_last_one_counts() {
    let frames = [
        "seek 1", "seek 2", "play", "seek 3", "pause", "seek 4", "seek 5", "seek 6",
    ]
    .map(|event| message(event.split(' ').next().unwrap(), event));
    let kept: Vec<_> = newest(frames.to_vec())
        .iter()
        .filter_map(event_of)
        .map(|(_, text)| text)
        .collect();
    assert_eq!(kept, ["seek 2", "play", "seek 3", "pause", "seek 6"]);
}

#[test]
fn seconds_are_plain_and_any_way_of_writing_them_is_read() {
    for (position_ms, text) in [
        (0, "0"),
        (1, "0.001"),
        (30_000, "30"),
        (12_340, "12.34"),
        (90_061_007, "90061.007"),
    ] {
        assert_eq!(seconds(position_ms), text);
        assert_eq!(milliseconds(text), Some(position_ms));
    }
    assert_eq!(milliseconds("1e-7"), Some(0));
    assert_eq!(milliseconds("12.3456789"), Some(12_346));
    for text in ["", "-1", "NaN", "inf", "1e300", "12,5", "0x10", "12s", " 1"] {
        assert_eq!(milliseconds(text), None, "{text:?}");
    }
}
