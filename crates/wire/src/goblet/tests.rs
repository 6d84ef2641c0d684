//! What Goblet's clients are told of a room that others share, and how they write positions.

use super::*;
use matinee_room::{
    Command, Film, FilmId, FilmKind, Identity, Input, Join, MemberId, PasswordCheck, RoomCode, Seen,
    Settings, Tab,
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
        since: Seen::default(),
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

/// What there is to say to Goblet's clients of a command at `now`.
fn words(room: &mut Room, now: Timestamp, member: u32, command: Command) -> Vec<Word> {
    let input = Input::Command {
        member: MemberId(member),
        id: None,
        command,
    };
    let events = room.handle(now, input).unwrap();
    let frames = events.iter().flat_map(|event| encode(room, event));
    frames.filter_map(|frame| Word::of(&frame)).collect()
}

/// What clients near by are told, in the end.
fn heard(room: &mut Room, member: u32, command: Command) -> Vec<String> {
    let words = words(room, NOW, member, command);
    let said = words.iter().map(|word| word.said(word.due(NOW, 0), 0));
    said.map(|(event, text)| format!(r#"["{event}","{text}"]"#))
        .collect()
}

/// The one word of a command.
fn word(room: &mut Room, now: Timestamp, command: Command) -> Word {
    let [word] = <[Word; 1]>::try_from(words(room, now, 1, command)).unwrap();
    word
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
fn a_start_and_a_stop_are_said_so_early_that_they_are_heard_when_they_hold() {
    let mut room = lobby();
    heard(&mut room, 1, Command::Pick(film("/media/f/a.mp4")));
    for (now, command) in [(Timestamp(20_000), play()), (Timestamp(30_000), pause())] {
        let word = word(&mut room, now, command);
        let at = room.playback().at;
        assert!(at > now);
        for latency_ms in [0, 80, 150] {
            assert_eq!(word.due(now, latency_ms).plus_ms(latency_ms.into()), at);
        }
        assert_eq!(word.due(now, 400), now, "the way is longer than that");
    }
}

#[test]
fn a_seek_while_it_plays_is_said_when_it_is_a_whole_second() {
    let mut room = lobby();
    heard(&mut room, 1, Command::Pick(film("/media/f/a.mp4")));
    heard(&mut room, 1, play());
    let now = Timestamp(20_000);
    // It holds from 150 ms on.
    let whole = word(&mut room, now, seek(30_000));
    assert_eq!(whole.due(now, 0), Timestamp(20_150));
    assert_eq!(whole.due(now, 80), Timestamp(20_070));
    assert_eq!(whole.said(Timestamp(20_071), 80), ("seek", format!("30-{ID}")));
    assert_eq!(
        whole.due(now, 400),
        Timestamp(20_750),
        "30 is past when it is heard"
    );
    assert_eq!(whole.said(Timestamp(20_750), 400), ("seek", format!("31-{ID}")));
    let half = word(&mut room, now, seek(30_400));
    assert_eq!(half.due(now, 0), Timestamp(20_750));
    // Who has to be told before goes where the film has to be then to be right when it holds.
    assert_eq!(half.said(now, 0), ("seek", format!("30.25-{ID}")));
    assert_eq!(half.said(now, 80), ("seek", format!("30.33-{ID}")));
    let start = word(&mut room, now, seek(100));
    assert_eq!(start.due(now, 0), Timestamp(20_050), "it would begin then");
    assert_eq!(start.said(Timestamp(20_050), 0), ("seek", format!("0-{ID}")));
}

#[test]
fn who_starts_elsewhere_is_sent_to_a_whole_second_and_starts_when_the_film_comes_there() {
    let mut room = lobby();
    heard(&mut room, 1, Command::Pick(film("/media/f/a.mp4")));
    let lead = |position_ms, paused| Command::Lead {
        position_ms,
        paused,
        rate: 1.0,
        force: true,
        text: None,
    };
    let start = words(&mut room, NOW, 1, lead(12_400, false));
    let at = room.playback().at;
    let [stand, play] = <[Word; 2]>::try_from(start).unwrap();
    assert_eq!(
        (stand.due(NOW, 80), stand.said(NOW, 80)),
        (NOW, ("seek", format!("13-{ID}")))
    );
    let early_ms = 13_000 - room.playback().position_ms;
    assert_eq!(play.due(NOW, 80), Timestamp(at.0 + early_ms - 80));
    // Who stops elsewhere does so at once.
    let later = Timestamp(30_000);
    let [stand, pause] = <[Word; 2]>::try_from(words(&mut room, later, 1, lead(50_500, true))).unwrap();
    assert_eq!(stand.said(later, 0), ("seek", format!("50.5-{ID}")));
    assert_eq!((stand.due(later, 0), pause.due(later, 0)), (later, later));
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
    let now = Timestamp(12_150);
    let words = all_of_it(now, room.playback());
    let said: Vec<_> = words.iter().map(|word| word.said(now, 0)).collect();
    let expected = [
        ("refresh_video", "1.mp4".to_owned()),
        ("seek", format!("3-{NOBODY}")),
        ("play", NOBODY.to_owned()),
    ];
    assert_eq!(said, expected);
    let due = words.iter().map(|word| word.due(now, 80).0);
    assert_eq!(due.collect::<Vec<_>>(), [12_150, 12_150, 13_070]);
    heard(&mut room, 1, pause());
    let words = all_of_it(now, room.playback());
    assert!(
        words.iter().all(|word| word.due(now, 80) == now),
        "nothing to wait for"
    );
}

#[test]
fn of_seeks_in_a_row_the_last_one_counts() {
    let mut playback = Playback::default();
    let mut frame = |what, position_ms| {
        playback.position_ms = position_ms;
        Word::new(what, &playback, "").frame()
    };
    let frames = [
        frame(What::Stand, 1_000),
        frame(What::Seek, 2_000),
        frame(What::Play, 0),
        frame(What::Seek, 3_000),
        Frame::must_arrive(LOCKED.to_owned()),
        frame(What::Seek, 4_000),
        frame(What::Stand, 5_000),
        message(PUT_OUT, ID),
    ];
    let kept: Vec<_> = newest(&frames)
        .into_iter()
        .map(|news| match news {
            News::Word(word) => word.said(NOW, 0).1,
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(kept, ["2-", "", "3-", "Locked", "5-", &format!("PutOut({ID:?})")]);
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
