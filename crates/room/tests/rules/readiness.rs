//! Asking who is ready: the film starts when all are who watch it and can answer, and nobody can keep it from starting.

use crate::chance::{cases, chances};
use crate::evening::{Evening, film, knock, page, pause, play};
use matinee_room::{Alone, Client, Command, Join, MemberId, Refusal, Stay, limits};
use proptest::prelude::*;

const READY: Command = Command::Ready(true);

/// A film that nobody has started.
fn evening<const N: usize>(names: [&str; N]) -> (Evening, [MemberId; N]) {
    let (mut evening, ids) = Evening::with(names);
    let pick = Command::Pick(film("General", Some(60_000)));
    evening.wants(ids[0], pick).unwrap();
    (evening, ids)
}

fn missing(evening: &Evening) -> Vec<u32> {
    let check = evening.room.ready_check().unwrap();
    check.missing().iter().map(|id| id.0).collect()
}

fn plays(evening: &Evening) -> bool {
    !evening.room.playback().paused
}

#[test]
fn the_film_starts_when_all_are_ready() {
    let (mut evening, [ana, ben, cai]) = evening(["Ana", "Ben", "Cai"]);
    evening.wants(ana, Command::AskReady).unwrap();
    assert_eq!(missing(&evening), [2, 3], "who asks is ready");
    evening.wants(ben, READY).unwrap();
    evening.wants(ben, Command::Ready(false)).unwrap();
    evening.wants(cai, READY).unwrap();
    assert_eq!(missing(&evening), [2]);
    assert!(!plays(&evening));
    evening.wants(ben, READY).unwrap();
    assert!(plays(&evening));
    assert!(evening.room.ready_check().is_none());
    assert_eq!(evening.wants(cai, READY), Err(Refusal::NobodyAsks));
}

#[test]
fn those_are_asked_who_watch_and_can_answer() {
    let (mut evening, [ana, ben]) = evening(["Ana", "Ben"]);
    evening.wants(ana, Command::AskReady).unwrap();
    let others = [
        Client {
            answers: false,
            ..page()
        },
        Client {
            plays: false,
            ..page()
        },
        Client {
            brings_film: true,
            ..page()
        },
    ];
    for (n, client) in others.into_iter().enumerate() {
        let join = Join {
            client,
            stay: Stay::WhileConnected,
            ..knock(&format!("Other {n}"))
        };
        evening.join(join).unwrap();
    }
    assert_eq!(missing(&evening), [2]);
    evening
        .wants(ben, Command::Alone(Some(Alone::UntilBack)))
        .unwrap();
    assert!(plays(&evening), "nobody waits for who watches alone");
}

#[test]
fn people_come_and_go_while_it_is_asked() {
    let (mut evening, [ana, ben, cai]) = evening(["Ana", "Ben", "Cai"]);
    evening.wants(ana, Command::AskReady).unwrap();
    evening.wants(cai, READY).unwrap();
    let dora = evening.comes("Dora");
    assert_eq!(missing(&evening), [2, 4], "who comes is asked");
    evening.drops(ben);
    assert_eq!(missing(&evening), [4], "who is away is not");
    evening.comes("Ben");
    assert_eq!(missing(&evening), [2, 4]);
    evening.drops(cai);
    evening.comes("Cai");
    assert_eq!(missing(&evening), [2, 4], "who comes back has answered");
    evening.leaves(cai);
    evening.comes("Cai");
    assert_eq!(missing(&evening), [2, 3, 4], "who had left has not");
    evening.leaves(ben);
    evening.wants(cai, READY).unwrap();
    assert!(!plays(&evening));
    evening.leaves(dora);
    assert!(plays(&evening), "all who are left are ready");
}

#[test]
fn a_host_starts_it_anyway_or_asks_no_longer() {
    let (mut evening, [ana, ben]) = evening(["Ana", "Ben"]);
    for command in [Command::AskReady, Command::StopAsking] {
        assert_eq!(evening.wants(ben, command), Err(Refusal::NotHost));
    }
    evening.wants(ana, Command::AskReady).unwrap();
    evening.wants(ana, play()).unwrap();
    assert!(evening.room.ready_check().is_none());
    assert_eq!(evening.wants(ana, Command::AskReady), Err(Refusal::PlaysAlready));
    evening.wants(ana, pause()).unwrap();
    evening.wants(ana, Command::AskReady).unwrap();
    evening.wants(ana, Command::StopAsking).unwrap();
    assert!(evening.room.ready_check().is_none() && !plays(&evening));
    evening.wants(ana, Command::AskReady).unwrap();
    evening.wants(ana, Command::Pick(film("Kid", None))).unwrap();
    assert!(evening.room.ready_check().is_none(), "it was about another film");
}

#[test]
fn it_is_not_asked_for_ever() {
    let (mut evening, [ana, ben]) = evening(["Ana", "Ben"]);
    evening.wants(ana, Command::AskReady).unwrap();
    evening.waits(limits::READY_CHECK_MS_MAX - 1);
    evening.wants(ana, Command::AskReady).unwrap();
    evening.waits(1);
    assert!(
        evening.room.ready_check().is_none(),
        "asking twice makes it no longer"
    );
    assert!(!plays(&evening));
    assert_eq!(evening.wants(ben, READY), Err(Refusal::NobodyAsks));
    evening.wants(ana, Command::AskReady).unwrap();
    evening.leaves(ana);
    evening.leaves(ben);
    assert!(evening.room.ready_check().is_none(), "nobody is left");
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn a_question_has_an_end(chances in chances()) {
        chances.play(|taken| {
            let Some(check) = taken.after.ready_check() else {
                return Ok(());
            };
            prop_assert!(check.until <= taken.now.plus_ms(limits::READY_CHECK_MS_MAX));
            prop_assert!(taken.after.poll_timeout().is_some_and(|at| at <= check.until));
            prop_assert!(taken.after.playback().paused && !check.missing().is_empty());
            let watches = |id: &MemberId| taken.after.member(*id).is_some_and(|member| member.watches());
            prop_assert!(check.ready().iter().chain(check.missing()).all(watches));
            let before = taken.before.ready_check().map(|before| before.until);
            prop_assert!(before.is_none_or(|until| until == check.until));
            Ok(())
        })?;
    }
}
