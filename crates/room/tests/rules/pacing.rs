//! Players without a clock of the server's are told again and again where the film is.

use crate::chance::cases;
use crate::evening::{Evening, host, play, seek};
use crate::leading::{at, page_and_player, two_players};
use matinee_room::{Audience, Happening, Input, limits};
use proptest::prelude::*;

/// Milliseconds until each beat of the next while, with nobody sending.
fn beats(evening: &mut Evening, ms: u64) -> Vec<(u64, Audience)> {
    let begin = evening.now;
    let until = begin.plus_ms(ms);
    let mut beats = Vec::new();
    while let Some(next) = evening.room.poll_timeout().filter(|next| *next <= until) {
        evening.now = next;
        for event in evening.give(Input::Tick).unwrap() {
            assert_eq!(event.cause, None);
            // A seek is told in the log besides, once it has settled.
            if !matches!(event.what, Happening::Line(_)) {
                assert_eq!(event.what, Happening::Beat);
                beats.push((next.ms_since(begin), event.to));
            }
        }
    }
    evening.now = until;
    beats
}

#[test]
fn players_are_told_every_second_where_the_film_is() {
    let (mut evening, [ana, sol]) = page_and_player();
    evening.wants(ana, host(sol, false)).unwrap();
    assert_eq!(beats(&mut evening, 10_000), [], "not while it is paused");
    evening.wants(ana, play()).unwrap();
    let every_second = |beats: &[(u64, Audience)]| {
        let ms: Vec<u64> = beats.iter().map(|(ms, _)| *ms).collect();
        assert_eq!(ms, [1_000, 2_000, 3_000, 4_000]);
    };
    every_second(&beats(&mut evening, 4_999));
    // A change is told anyway.
    evening.wants(ana, seek(60_000)).unwrap();
    every_second(&beats(&mut evening, 4_999));
    evening.wants(ana, seek(3_600_000)).unwrap();
    assert_eq!(beats(&mut evening, 10_000), [], "nor when it is over");
    evening.wants(ana, play()).unwrap();
    evening.leaves(sol);
    assert_eq!(beats(&mut evening, 10_000), [], "nor for nobody");
}

#[test]
fn a_player_that_leads_spares_the_room_to_do_so() {
    let (mut evening, [sol, tia]) = two_players();
    evening.wants(sol, at(60_000)).unwrap();
    for _ in 0..5 {
        assert_eq!(beats(&mut evening, 1_000), []);
        let position_ms = evening.position_ms();
        evening.wants(sol, at(position_ms)).unwrap();
    }
    // It tells no more: the others are told, and it is not, for it may be loading another film.
    let told = beats(&mut evening, 4_000);
    assert_eq!(
        told,
        [
            (limits::PACE_AFTER_HOST_MS, Audience::Except(sol)),
            (limits::PACE_AFTER_HOST_MS + 1_000, Audience::Except(sol)),
        ]
    );
    evening.leaves(tia);
    assert_eq!(beats(&mut evening, 10_000), [], "nobody else is there");
}

#[test]
fn whoever_is_host_no_more_is_told_again() {
    let (mut evening, [sol, tia]) = two_players();
    evening.wants(sol, at(60_000)).unwrap();
    evening.wants(tia, host(sol, false)).unwrap();
    let told = beats(&mut evening, limits::PACE_AFTER_HOST_MS);
    assert_eq!(told, [(limits::PACE_AFTER_HOST_MS, Audience::All)]);
}

proptest! {
    #![proptest_config(cases(256))]

    /// While it plays, nobody who has no clock is left without word for longer than it takes to notice that the
    /// leader has gone silent; and they are not told twice as often either.
    #[test]
    fn the_beat_neither_stops_nor_races(waits in prop::collection::vec(0..4_000_u64, 1..30)) {
        let (mut evening, [sol, _]) = two_players();
        evening.wants(sol, at(60_000)).unwrap();
        let mut last = evening.now;
        for wait_ms in waits {
            let begin = evening.now;
            for (ms, _) in beats(&mut evening, wait_ms) {
                let quiet_ms = begin.plus_ms(ms).ms_since(last);
                prop_assert!((limits::PACE_MS..=limits::PACE_AFTER_HOST_MS).contains(&quiet_ms));
                last = begin.plus_ms(ms);
            }
            prop_assert!(evening.now.ms_since(last) <= limits::PACE_AFTER_HOST_MS);
            let position_ms = evening.position_ms();
            evening.wants(sol, at(position_ms)).unwrap();
            last = evening.now;
        }
    }
}
