//! Play, pause, seek, speed, length, and when they take effect.

use crate::evening::{Evening, film, host, lock, pause, play, rate, seek};
use matinee_room::{
    Cause, Command, Configure, FilmId, Happening, LineKind, MemberId, PasswordHash, Refusal, Timestamp,
    limits,
};

/// Ana, who is host, and Ben, before a film of a minute.
fn with_film() -> (Evening, [MemberId; 2]) {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    evening
        .wants(ana, Command::Pick(film("General", Some(60_000))))
        .unwrap();
    (evening, [ana, ben])
}

fn length(id: &str, duration_ms: u64) -> Command {
    Command::Length {
        film: FilmId::new(id),
        duration_ms,
    }
}

#[test]
fn a_picked_film_stands_at_its_start() {
    let (mut evening, [ana, _]) = with_film();
    evening.wants(ana, seek(20_000)).unwrap();
    evening.wants(ana, play()).unwrap();
    evening.waits(5_000);
    evening
        .wants(ana, Command::Pick(film("Kid", Some(60_000))))
        .unwrap();
    let playback = evening.room.playback();
    assert!(playback.paused);
    assert_eq!((playback.position_ms, playback.at), (0, evening.now));
    evening.waits(5_000);
    assert_eq!(evening.position_ms(), 0);
}

#[test]
fn without_a_film_there_is_nothing_to_control() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    for command in [play(), pause(), seek(1), rate(2.0)] {
        assert_eq!(evening.wants(ana, command), Err(Refusal::NoFilm));
    }
}

#[test]
fn a_command_that_was_meant_for_the_film_before_is_refused() {
    let (mut evening, [ana, _]) = with_film();
    let seen = evening.room.playback().revision;
    evening.wants(ana, play()).unwrap();
    assert!(
        evening.wants(ana, Command::Pause { seen }).is_ok(),
        "stale, but the same film"
    );
    evening.wants(ana, Command::Pick(film("Kid", None))).unwrap();
    let stale = [
        Command::Play { seen },
        Command::Pause { seen },
        Command::Rate { seen, rate: 2.0 },
        Command::Seek { seen, position_ms: 1 },
    ];
    for command in stale {
        assert_eq!(evening.wants(ana, command), Err(Refusal::FilmChanged));
    }
    let seen = evening.room.playback().revision;
    assert!(evening.wants(ana, Command::Play { seen }).is_ok());
}

#[test]
fn a_change_names_its_command_and_a_pause_has_a_line() {
    let (mut evening, [ana, _]) = with_film();
    evening.sends(ana, 1, play()).unwrap();
    evening.waits(10_000);
    let events = evening.sends(ana, 2, pause()).unwrap();
    let cause = Some(Cause {
        member: ana,
        command: Some(2),
    });
    assert!(events.iter().all(|event| event.cause == cause), "{events:?}");
    assert!(matches!(events[0].what, Happening::Playback(_)));
    let position_ms = evening.room.playback().position_ms;
    assert!(
        matches!(&events[1].what, Happening::Line(line) if line.kind == LineKind::Paused { position_ms })
    );
    assert_eq!(events[2].what, Happening::Done);
}

#[test]
fn what_is_so_already_is_done_without_a_change() {
    let (mut evening, [ana, _]) = with_film();
    let revision = evening.room.playback().revision;
    assert_eq!(evening.wants(ana, pause()), Ok(vec![]));
    assert_eq!(evening.wants(ana, rate(1.0)), Ok(vec![]));
    evening.wants(ana, play()).unwrap();
    assert_eq!(evening.wants(ana, play()), Ok(vec![]));
    assert_eq!(evening.room.playback().revision, revision + 1);
}

#[test]
fn playing_at_the_end_starts_again() {
    let (mut evening, [ana, _]) = with_film();
    evening.wants(ana, play()).unwrap();
    evening.waits(100_000);
    assert_eq!(evening.position_ms(), 60_000);
    assert!(evening.room.playback().is_over(evening.now));
    evening.wants(ana, play()).unwrap();
    assert_eq!(evening.position_ms(), 0);
    evening.waits(limits::LEAD_MS_MIN + 1_000);
    assert_eq!(evening.position_ms(), 1_000);

    evening.wants(ana, pause()).unwrap();
    evening.wants(ana, seek(u64::MAX)).unwrap();
    assert_eq!(evening.position_ms(), 60_000, "as far as the film goes");
    evening.wants(ana, play()).unwrap();
    evening.waits(limits::LEAD_MS_MIN + 500);
    assert_eq!(evening.position_ms(), 500, "from a pause at the end, too");
}

#[test]
fn a_repeated_command_is_answered_and_not_done_again() {
    let (mut evening, [ana, ben]) = with_film();
    evening.sends(ana, 5, seek(1_000)).unwrap();
    evening.sends(ana, 6, seek(2_000)).unwrap();
    for id in [6, 5, 1] {
        let events = evening.sends(ana, id, seek(30_000)).unwrap();
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].what, Happening::Done);
        assert_eq!(events[0].cause.unwrap().command, Some(id));
        assert_eq!(evening.room.playback().position_ms, 2_000);
    }
    // Numbers are each member's own.
    evening.wants(ana, host(ben, true)).unwrap();
    evening.sends(ben, 1, seek(3_000)).unwrap();
    assert_eq!(evening.room.playback().position_ms, 3_000);
}

#[test]
fn a_refused_command_may_be_tried_again() {
    let (mut evening, [ana, ben]) = with_film();
    assert_eq!(evening.sends(ben, 1, play()), Err(Refusal::NotHost));
    evening.wants(ana, host(ben, true)).unwrap();
    evening.sends(ben, 1, play()).unwrap();
    assert!(!evening.room.playback().paused);
}

#[test]
fn speeds_that_no_player_plays_are_refused() {
    let (mut evening, [ana, _]) = with_film();
    for (speed, good) in [
        (limits::RATE_MIN, true),
        (limits::RATE_MAX, true),
        (0.249, false),
        (4.001, false),
        (0.0, false),
        (-1.0, false),
        (f64::NAN, false),
        (f64::INFINITY, false),
    ] {
        assert_eq!(evening.wants(ana, rate(speed)).is_ok(), good, "{speed}");
    }
    assert_eq!(evening.room.playback().rate, limits::RATE_MAX);
}

#[test]
fn the_first_to_know_tells_how_long_the_film_is() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    evening.wants(ana, Command::Pick(film("General", None))).unwrap();
    evening.wants(ana, seek(90_000)).unwrap();
    for ms in [0, limits::DURATION_MS_MAX + 1, u64::MAX] {
        assert_eq!(
            evening.wants(ana, length("General", ms)),
            Err(Refusal::DurationOutOfRange)
        );
    }
    assert_eq!(evening.wants(ana, length("Kid", 60_000)), Ok(vec![]));
    let events = evening.wants(ana, length("General", 60_000)).unwrap();
    assert!(matches!(events[0].what, Happening::Playback(_)));
    assert_eq!(evening.room.playback().position_ms, 60_000);
    assert_eq!(
        evening.wants(ana, length("General", 50_000)),
        Ok(vec![]),
        "known by now"
    );
}

#[test]
fn a_change_waits_for_the_slowest_who_is_here() {
    let (mut evening, [ana, ben]) = with_film();
    let lead_ms = |evening: &mut Evening| {
        evening.waits(1_000);
        evening.wants(ana, seek(0)).unwrap();
        evening.room.playback().at.ms_since(evening.now)
    };
    assert_eq!(lead_ms(&mut evening), limits::LEAD_MS_MIN);
    for (latency_ms, lead) in [
        (10, 150),
        (75, 150),
        (100, 200),
        (250, 500),
        (251, 500),
        (u32::MAX, 500),
    ] {
        evening.latency(ben, latency_ms);
        assert_eq!(lead_ms(&mut evening), lead, "{latency_ms}");
    }
    // A link of 80 ms that takes 40 ms more or less: its round trips are off their mean by 27 ms in the mean.
    evening.far_off(ben, 80, 27);
    assert_eq!(lead_ms(&mut evening), 214);
    evening.drops(ben);
    assert_eq!(
        lead_ms(&mut evening),
        limits::LEAD_MS_MIN,
        "one who is away is not waited for"
    );
}

#[test]
fn a_change_never_takes_effect_before_the_one_before_it() {
    let (mut evening, [ana, ben]) = with_film();
    evening.wants(ana, play()).unwrap();
    evening.waits(10_000);
    evening.latency(ben, 250);
    evening.wants(ana, rate(2.0)).unwrap();
    let doubled = evening.room.playback().clone();
    assert_eq!(doubled.at, evening.now.plus_ms(limits::LEAD_MS_MAX));
    // The slow one goes; the next change alone would take effect in 150 ms, ahead of the first.
    evening.leaves(ben);
    evening.waits(10);
    evening.wants(ana, pause()).unwrap();
    let paused = evening.room.playback();
    assert_eq!(paused.at, doubled.at);
    assert_eq!(paused.position_ms, doubled.position_ms);
}

#[test]
fn a_clock_that_was_set_back_before_a_restart_holds_no_button_up() {
    let (mut evening, [ana, _]) = with_film();
    evening.wants(ana, play()).unwrap();
    evening.now = Timestamp(500_000);
    evening.room = evening
        .room
        .clone()
        .restored(evening.now, evening.room.log().clone());
    evening.wants(ana, seek(10_000)).unwrap();
    evening.waits(limits::LEAD_MS_MIN + 1_000);
    assert_eq!(evening.position_ms(), 11_000);
}

#[test]
fn settings_change_in_part_or_not_at_all() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    let name = |name: &str| {
        Command::Configure(Configure {
            name: Some(name.into()),
            newcomers_may_control: Some(true),
            ..Configure::default()
        })
    };
    let before = evening.room.clone();
    assert_eq!(evening.wants(ana, name("")), Err(Refusal::NameEmpty));
    assert!(evening.wants(ana, name(&"x".repeat(61))).is_err());
    assert_eq!(evening.room, before, "not even the half of it that was good");

    let events = evening.wants(ana, name("Saturday films")).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].what, Happening::Settings);
    evening.wants(ana, lock()).unwrap();
    let settings = evening.room.settings();
    assert_eq!(settings.name, "Saturday films");
    assert!(settings.newcomers_may_control);
    assert_eq!(settings.password, Some(PasswordHash("popcorn".into())));
    assert!(!format!("{:?}", evening.room).contains("popcorn"), "never shown");
    assert_eq!(
        evening.wants(ana, Command::Configure(Configure::default())),
        Ok(vec![])
    );
    let unlock = Configure {
        password: Some(None),
        ..Configure::default()
    };
    evening.wants(ana, Command::Configure(unlock)).unwrap();
    assert_eq!(evening.room.settings().password, None);
}
