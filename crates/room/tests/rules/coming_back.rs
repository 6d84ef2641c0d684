//! Lost connections, grace, former members, restarts.

use crate::evening::{Evening, film, host, knock, play, say, stalled};
use matinee_room::{
    Audience, Command, Happening, Identity, Input, Join, LineKind, Log, Refusal, Seen, Tab, Timestamp, limits,
};

#[test]
fn a_lost_connection_keeps_its_place_for_a_while() {
    let (mut evening, [_, ben]) = Evening::with(["Ana", "Ben"]);
    evening.wants(ben, stalled(true)).unwrap();
    evening.drops(ben);
    let member = evening.room.member(ben).unwrap();
    assert!(member.is_away());
    assert!(!member.stalled, "nobody waits for one who is away");
    assert_eq!(
        evening.room.poll_timeout(),
        Some(evening.now.plus_ms(limits::AWAY_MS_MAX))
    );
    evening.waits(limits::AWAY_MS_MAX - 1);
    assert_eq!(evening.join(knock("Ben")), Ok(ben));
    assert_eq!(evening.room.poll_timeout(), None);
    evening.waits(limits::AWAY_MS_MAX);
    assert!(evening.room.member(ben).is_some());
}

#[test]
fn time_up_is_a_leave_that_all_hear_of() {
    let (mut evening, [_, ben]) = Evening::with(["Ana", "Ben"]);
    evening.drops(ben);
    evening.now = evening.now.plus_ms(limits::AWAY_MS_MAX - 1);
    assert_eq!(evening.give(Input::Tick), Ok(vec![]), "a tick too early is none");
    evening.now = evening.now.plus_ms(1);
    let events = evening.give(Input::Tick).unwrap();
    assert_eq!(events.len(), 2);
    assert!(matches!(&events[0].what, Happening::Left(left) if left.id == ben));
    assert!(matches!(&events[1].what, Happening::Line(line)
        if line.kind == LineKind::Left && line.name == "Ben" && line.member == ben));
    assert_eq!(evening.give(Input::Leave(ben)), Err(Refusal::NotMember));
}

#[test]
fn one_tick_lets_go_of_all_whose_time_is_up() {
    let (mut evening, [ana, ben, cai]) = Evening::with(["Ana", "Ben", "Cai"]);
    evening.drops(ana);
    evening.now = evening.now.plus_ms(1);
    evening.drops(cai);
    evening.now = evening.now.plus_ms(limits::AWAY_MS_MAX);
    evening.give(Input::Tick).unwrap();
    assert_eq!(evening.here(), [ben]);
    assert_eq!(evening.hosts(), [ben]);
}

#[test]
fn a_coming_back_is_told_once_and_has_no_line() {
    let (mut evening, [_, ben]) = Evening::with(["Ana", "Ben"]);
    evening.drops(ben);
    let lines = evening.room.log().last_seq();
    let back = Join {
        name: "Benjamin".into(),
        since: Seen {
            seq: 1,
            ..Seen::default()
        },
        ..knock("Ben")
    };
    let events = evening.give(Input::Join(back)).unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(
        events[0].what,
        Happening::Welcome {
            member: ben,
            since: Seen {
                seq: 1,
                ..Seen::default()
            },
            founds: false
        }
    );
    assert_eq!(events[1].to, Audience::Except(ben));
    assert_eq!(events[1].what, Happening::Changed(ben));
    assert_eq!(evening.room.member(ben).unwrap().name, "Benjamin");
    assert_eq!(evening.room.log().last_seq(), lines);
}

#[test]
fn a_former_member_is_who_they_were() {
    let (mut evening, [ana, ben, cai]) = Evening::with(["Ana", "Ben", "Cai"]);
    evening.wants(ana, host(ben, true)).unwrap();
    evening.sends(ben, 7, say("bye")).unwrap();
    evening.sends(cai, 3, say("bye")).unwrap();
    evening.leaves(ben);
    evening.leaves(cai);
    assert_eq!(evening.comes("Cai"), cai);
    assert_eq!(evening.comes("Ben"), ben);
    assert_eq!(evening.here(), [ana, cai, ben], "in the order in which they came");
    assert_eq!(evening.hosts(), [ana, ben], "with the rights that they had");
    let lines = evening.room.log().last_seq();
    let events = evening.sends(ben, 7, say("bye")).unwrap();
    assert_eq!(events.len(), 1, "a number they have used stays used");
    assert_eq!(events[0].what, Happening::Done);
    assert_eq!(evening.room.log().last_seq(), lines);
}

#[test]
fn another_tab_of_a_former_host_is_somebody_new() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    evening.leaves(ana);
    let join = Join {
        tab: Tab::new("b"),
        ..knock("Ana")
    };
    let other = evening.join(join).unwrap();
    assert_ne!(other, ana);
    assert_eq!(evening.hosts(), [ben]);
}

#[test]
fn the_longest_gone_are_forgotten_first() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    evening.wants(ana, crate::evening::lock()).unwrap();
    evening.leaves(ben);
    for n in 0..limits::FORMER_MEMBERS_MAX {
        assert!(!evening.room.asks_password_of(&Identity::new("Ben")), "{n}");
        let guest = evening
            .join(Join {
                password: matinee_room::PasswordCheck::Right,
                ..knock(&format!("n{n}"))
            })
            .unwrap();
        evening.leaves(guest);
    }
    assert!(evening.room.asks_password_of(&Identity::new("Ben")));
    let kept = serde_json::to_value(&evening.room).unwrap();
    let former = kept["members"]["former"].as_array().unwrap();
    assert_eq!(former.len(), limits::FORMER_MEMBERS_MAX);
}

#[test]
fn after_a_restart_all_have_longer_to_come_back_and_the_film_plays_on() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    evening
        .wants(ana, Command::Pick(film("General", Some(600_000))))
        .unwrap();
    evening.wants(ben, stalled(true)).unwrap();
    evening.wants(ana, play()).unwrap();
    let started = evening.room.playback().at;
    evening.waits(10_000);
    evening.room = evening
        .room
        .clone()
        .restored(evening.now, evening.room.log().clone());
    for member in evening.room.members() {
        assert_eq!(
            member.away_until,
            Some(evening.now.plus_ms(limits::AWAY_AFTER_RESTART_MS_MAX))
        );
        assert!(!member.stalled);
    }
    assert_eq!(evening.position_ms(), evening.now.ms_since(started));
    evening.waits(limits::AWAY_AFTER_RESTART_MS_MAX - 1);
    assert_eq!(evening.hosts(), [ana]);
    assert_eq!(evening.comes("Ben"), ben);
    evening.waits(1);
    assert_eq!(evening.here(), [ben]);
    assert_eq!(evening.hosts(), [ben]);
}

#[test]
fn a_log_goes_on_counting_where_it_was() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    evening.wants(ana, say("before")).unwrap();
    let lines = evening.room.log().since(0).cloned().collect();
    let log = Log::restore(lines, 0);
    assert_eq!(log.last_seq(), 2, "at least the last line's own number");
    evening.room = evening.room.clone().restored(evening.now, log);
    evening.comes("Ana");
    evening.wants(ana, say("after")).unwrap();
    let seqs: Vec<_> = evening.room.log().since(0).map(|line| line.seq).collect();
    assert_eq!(seqs, [1, 2, 3]);
    assert_eq!(
        Log::restore(vec![], 41).last_seq(),
        41,
        "even where no line is left"
    );
}

#[test]
fn a_room_remembers_when_somebody_last_did_something() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    evening.now = Timestamp(2_000_000);
    evening.latency(ana, 20);
    assert!(evening.wants(ana, play()).is_err());
    assert_eq!(evening.room.changed_at(), Timestamp(1_000_000));
    evening.wants(ana, say("hi")).unwrap();
    assert_eq!(evening.room.changed_at(), Timestamp(2_000_000));
}
