//! What players tell of how far they are off, and who hears it.

use crate::evening::{Evening, film, knock, pause, play};
use matinee_room::{Alone, Audience, Command, Happening, Input, MemberId, Refusal, Skew, limits};

fn measured(ms: f64) -> Command {
    Command::Measured(Skew::of_ms(-ms, ms, 2.0 * ms).unwrap())
}

/// Two who watch a film that has just begun to play.
fn playing() -> (Evening, [MemberId; 2]) {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    evening
        .wants(ana, Command::Pick(film("General", Some(600_000))))
        .unwrap();
    evening.wants(ana, play()).unwrap();
    evening.waits(2_000);
    (evening, [ana, ben])
}

/// The milliseconds that a member's player was off half of the time, if it is known.
fn known(evening: &Evening, member: MemberId) -> Option<u32> {
    let skew = evening.room.member(member).and_then(|member| member.skew);
    skew.map(|measured| measured.skew.p50_us / 1_000)
}

/// How often it is told in so many milliseconds.
fn told(evening: &mut Evening, ms: u64) -> usize {
    let until = evening.now.plus_ms(ms);
    let mut told = 0;
    while let Some(next) = evening.room.poll_timeout().filter(|next| *next <= until) {
        evening.now = next.max(evening.now);
        for event in evening.give(Input::Tick).unwrap() {
            assert_eq!(event.to, Audience::All);
            told += usize::from(event.what == Happening::Skews);
        }
    }
    evening.now = until;
    told
}

#[test]
fn it_is_taken_from_players_that_follow_the_film_while_it_plays() {
    let (mut evening, [ana, ben]) = playing();
    let events = evening.wants(ben, measured(3.0)).unwrap();
    assert_eq!(events.len(), 1, "nobody is told of it by itself");
    assert!(!events[0].what.lasts());
    assert_eq!(known(&evening, ben), Some(3));
    // More often than anybody needs.
    evening.waits(limits::SKEW_EVERY_MS_MIN - 1);
    evening.wants(ben, measured(4.0)).unwrap();
    assert_eq!(known(&evening, ben), Some(3));
    evening.waits(1);
    evening.wants(ben, measured(4.0)).unwrap();
    assert_eq!(known(&evening, ben), Some(4));
    // On one's own one has no place to be off.
    evening.waits(2_000);
    evening
        .wants(ben, Command::Alone(Some(Alone::UntilBack)))
        .unwrap();
    evening.wants(ben, measured(5.0)).unwrap();
    assert_eq!(known(&evening, ben), Some(4));
    evening.wants(ben, Command::Alone(None)).unwrap();
    evening.wants(ana, pause()).unwrap();
    evening.wants(ben, measured(5.0)).unwrap();
    assert_eq!(
        known(&evening, ben),
        Some(4),
        "a film that stands still is nowhere off"
    );
    evening.leaves(ben);
    assert_eq!(evening.wants(ben, measured(5.0)), Err(Refusal::NotMember));
}

#[test]
fn those_who_want_to_hear_it_are_told_once_a_second() {
    let (mut evening, [ana, ben]) = playing();
    evening.wants(ben, measured(3.0)).unwrap();
    assert_eq!(told(&mut evening, 5_000), 0, "nobody wants to");
    evening.wants(ana, Command::HearSkews(true)).unwrap();
    assert_eq!(told(&mut evening, 0), 1, "at once, what is known");
    assert_eq!(told(&mut evening, 5_000), 0, "there is nothing new");
    for ms in 1..=10 {
        evening.wants(ben, measured(f64::from(ms))).unwrap();
        evening.wants(ana, measured(f64::from(ms))).unwrap();
        assert_eq!(told(&mut evening, 1_000), 1);
    }
    evening.wants(ana, Command::HearSkews(false)).unwrap();
    evening.wants(ben, measured(3.0)).unwrap();
    assert_eq!(told(&mut evening, 5_000), 0);
}

#[test]
fn a_lost_connection_hears_no_more() {
    let (mut evening, [ana, ben]) = playing();
    evening.wants(ana, Command::HearSkews(true)).unwrap();
    evening.drops(ana);
    evening.wants(ben, measured(3.0)).unwrap();
    assert_eq!(told(&mut evening, 2_000), 0);
    evening.join(knock("Ana")).unwrap();
    evening.wants(ben, measured(4.0)).unwrap();
    assert_eq!(told(&mut evening, 2_000), 0, "who comes back asks again");
}

#[test]
fn in_a_crowd_it_is_told_seldomer() {
    let (mut evening, [ana, ben]) = playing();
    for number in 0..498 {
        evening.comes(&format!("Guest {number}"));
    }
    evening.wants(ana, Command::HearSkews(true)).unwrap();
    let mut all = 0;
    for _ in 0..50 {
        evening.wants(ben, measured(1.0)).unwrap();
        all += told(&mut evening, 1_000);
    }
    assert!(
        (10..=11).contains(&all),
        "every five seconds with five hundred: {all}"
    );
}

#[test]
fn what_is_absurdly_far_off_is_bounded_and_moves_nothing() {
    let (mut evening, [_, ben]) = playing();
    let before = evening.room.playback().clone();
    evening.wants(ben, measured(1e9)).unwrap();
    assert_eq!(known(&evening, ben), Some(limits::SKEW_MS_MAX));
    assert_eq!(evening.room.playback(), &before);
}
