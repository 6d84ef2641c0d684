//! Who is host, and who takes over.

use crate::evening::{Evening, host, knock, pause, play, rate, seek, stalled};
use crate::evening::{film, lock};
use matinee_room::{Command, Configure, FilmId, Happening, Input, MemberId, Refusal, limits};

#[test]
fn the_first_to_come_is_host_and_later_ones_are_not() {
    let (evening, [ana, _, _]) = Evening::with(["Ana", "Ben", "Cai"]);
    assert_eq!(evening.hosts(), [ana]);
}

#[test]
fn newcomers_may_control_where_hosts_allow_it() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    let allow = Configure {
        newcomers_may_control: Some(true),
        ..Configure::default()
    };
    evening.wants(ana, Command::Configure(allow)).unwrap();
    assert_eq!(evening.hosts(), [ana], "those who are in stay what they are");
    let cai = evening.comes("Cai");
    assert_eq!(evening.hosts(), [ana, cai]);
    evening.leaves(ben);
    evening.comes("Ben");
    assert_eq!(evening.hosts(), [ana, cai, ben]);
}

#[test]
fn only_hosts_may() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    evening.wants(ana, Command::Pick(film("General", None))).unwrap();
    let before = evening.room.clone();
    let length = Command::Length {
        film: FilmId::new("General"),
        duration_ms: 60_000,
    };
    let commands = [
        play(),
        pause(),
        seek(1),
        rate(2.0),
        Command::Pick(film("Kid", None)),
        length,
        host(ben, true),
        host(ana, false),
        lock(),
        Command::Configure(Configure::default()),
    ];
    for command in commands {
        assert_eq!(
            evening.wants(ben, command.clone()),
            Err(Refusal::NotHost),
            "{command:?}"
        );
    }
    let upload = Input::UploadBegins {
        member: ben,
        title: "Mine".into(),
        total_bytes: 1,
    };
    assert_eq!(evening.give(upload), Err(Refusal::NotHost));
    assert_eq!(evening.room, before);
}

#[test]
fn everybody_may_speak_stall_and_take_a_name() {
    let (mut evening, [_, ben]) = Evening::with(["Ana", "Ben"]);
    for command in [
        Command::Say { text: "hi".into() },
        stalled(true),
        Command::Rename("Benjamin".into()),
    ] {
        assert!(evening.wants(ben, command).is_ok());
    }
}

#[test]
fn a_stall_and_a_name_are_told_when_they_change() {
    let (mut evening, [_, ben]) = Evening::with(["Ana", "Ben"]);
    for (command, told) in [
        (stalled(false), false),
        (stalled(true), true),
        (stalled(true), false),
        (stalled(false), true),
        (Command::Rename(" Ben ".into()), false),
        (Command::Rename("Benjamin".into()), true),
    ] {
        let events = evening.wants(ben, command.clone()).unwrap();
        let what = events.into_iter().map(|event| event.what);
        let what: Vec<_> = what.filter(|what| !matches!(what, Happening::Line(_))).collect();
        let expected = told.then_some(Happening::Changed(ben));
        assert_eq!(what, Vec::from_iter(expected), "{command:?}");
    }
}

#[test]
fn the_last_host_stays_one() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    assert_eq!(evening.wants(ana, host(ana, false)), Err(Refusal::LastHost));
    evening.wants(ana, host(ben, true)).unwrap();
    evening.wants(ana, host(ana, false)).unwrap();
    assert_eq!(evening.hosts(), [ben]);
    assert_eq!(evening.wants(ben, host(ben, false)), Err(Refusal::LastHost));
    let stranger = MemberId(99);
    assert_eq!(
        evening.wants(ben, host(stranger, true)),
        Err(Refusal::NoSuchMember)
    );
}

#[test]
fn making_a_host_of_a_host_is_no_change() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    assert_eq!(evening.wants(ana, host(ana, true)), Ok(vec![]));
}

#[test]
fn who_has_been_here_longest_takes_over() {
    let (mut evening, [ana, ben, cai]) = Evening::with(["Ana", "Ben", "Cai"]);
    let events = evening.give(Input::Leave(ana)).unwrap();
    assert_eq!(evening.hosts(), [ben]);
    assert_eq!(events.last().unwrap().what, Happening::Changed(ben));
    // Who comes back is at the end of the line again.
    let dora = evening.comes("Dora");
    evening.wants(ben, host(dora, true)).unwrap();
    evening.leaves(dora);
    evening.leaves(cai);
    evening.comes("Cai");
    evening.leaves(ben);
    assert_eq!(evening.hosts(), [cai]);
}

#[test]
fn one_at_hand_takes_over_before_one_away() {
    let (mut evening, [ana, ben, cai]) = Evening::with(["Ana", "Ben", "Cai"]);
    evening.drops(ben);
    evening.leaves(ana);
    assert_eq!(evening.hosts(), [cai]);
    assert_eq!(evening.here(), [ben, cai]);
}

#[test]
fn where_all_are_away_one_of_them_takes_over() {
    let (mut evening, [ana, ben, cai]) = Evening::with(["Ana", "Ben", "Cai"]);
    evening.drops(ben);
    evening.drops(cai);
    evening.leaves(ana);
    assert_eq!(evening.hosts(), [ben]);
}

#[test]
fn another_host_makes_succession_needless() {
    let (mut evening, [ana, ben, cai]) = Evening::with(["Ana", "Ben", "Cai"]);
    evening.wants(ana, host(cai, true)).unwrap();
    evening.leaves(ana);
    assert_eq!(evening.hosts(), [cai]);
    assert!(!evening.room.member(ben).unwrap().host);
}

#[test]
fn a_host_who_is_away_stays_host_until_their_time_is_up() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    evening.drops(ana);
    evening.waits(limits::AWAY_MS_MAX - 1);
    assert_eq!(evening.hosts(), [ana]);
    evening.waits(1);
    assert_eq!(evening.hosts(), [ben]);
    // The one who was host is so again when they come back, beside their heir.
    assert_eq!(evening.join(knock("Ana")), Ok(ana));
    assert_eq!(evening.hosts(), [ben, ana]);
}

#[test]
fn the_first_into_an_empty_room_is_host() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    evening.leaves(ana);
    assert!(evening.room.is_empty());
    let ben = evening.comes("Ben");
    assert_eq!(evening.hosts(), [ben]);
}

#[test]
fn a_toggle_makes_a_host_and_unmakes_one_but_the_last() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    assert_eq!(
        evening.wants(ben, Command::ToggleHost(ben)),
        Err(Refusal::NotHost)
    );
    assert_eq!(
        evening.wants(ana, Command::ToggleHost(ana)),
        Err(Refusal::LastHost)
    );
    assert_eq!(
        evening.wants(ana, Command::ToggleHost(MemberId(99))),
        Err(Refusal::NoSuchMember)
    );
    evening.wants(ana, Command::ToggleHost(ben)).unwrap();
    assert_eq!(evening.hosts(), [ana, ben]);
    evening.wants(ben, Command::ToggleHost(ana)).unwrap();
    assert_eq!(evening.hosts(), [ben]);
    assert_eq!(
        evening.wants(ben, Command::ToggleHost(ben)),
        Err(Refusal::LastHost)
    );
}
