//! Waiting for players that have run dry: for whom, how long, and that nobody holds a room for ever.

use crate::chance::{cases, chances, wait_ms};
use crate::evening::{Evening, film, knock, page, pause, play, seek, stalled};
use matinee_room::{
    Alone, Client, Command, Configure, Happening, Input, Join, LineKind, MemberId, Refusal, Room, Stay,
    Timestamp, limits,
};
use proptest::prelude::*;

const WAIT_MS: u64 = 1_000 * limits::WAIT_SECONDS as u64;

/// A film that has played for ten seconds.
fn evening<const N: usize>(names: [&str; N]) -> (Evening, [MemberId; N]) {
    let (mut evening, ids) = Evening::with(names);
    let pick = Command::Pick(film("General", Some(3_600_000)));
    evening.wants(ids[0], pick).unwrap();
    evening.wants(ids[0], play()).unwrap();
    evening.waits(10_000);
    (evening, ids)
}

fn waited_for(evening: &Evening) -> Vec<MemberId> {
    let hold = evening.room.hold().into_iter();
    hold.flat_map(|hold| hold.holders.iter().map(|holder| holder.member))
        .collect()
}

fn plays(evening: &Evening) -> bool {
    !evening.room.playback().paused
}

fn set_wait(seconds: u32) -> Command {
    Command::Configure(Configure {
        wait_seconds: Some(seconds),
        ..Configure::default()
    })
}

#[test]
fn the_film_stands_still_until_the_player_has_bytes_again() {
    let (mut evening, [_, ben]) = evening(["Ana", "Ben"]);
    let dry = Command::Stalled {
        stalled: true,
        buffered_ms: Some(0),
    };
    let events = evening.wants(ben, dry).unwrap();
    assert!(events.iter().any(|event| event.what == Happening::Waiting));
    assert!(!plays(&evening));
    assert_eq!(waited_for(&evening), [ben]);
    assert_eq!(evening.room.hold().unwrap().until(), evening.now.plus_ms(WAIT_MS));
    let position_ms = evening.room.playback().position_ms;
    evening.waits(2_000);
    let more = Command::Stalled {
        stalled: true,
        buffered_ms: Some(900),
    };
    let events = evening.wants(ben, more.clone()).unwrap();
    assert_eq!(events.len(), 1, "how much there is");
    assert_eq!(evening.wants(ben, more), Ok(vec![]));
    assert_eq!(evening.room.hold().unwrap().holders[0].buffered_ms, Some(900));
    evening.wants(ben, stalled(false)).unwrap();
    assert!(plays(&evening) && evening.room.hold().is_none());
    assert_eq!(evening.room.playback().position_ms, position_ms);
    let paused = |kind: &LineKind| matches!(kind, LineKind::Paused { .. });
    assert!(
        !evening.room.log().since(0).any(|line| paused(&line.kind)),
        "nobody paused"
    );
}

#[test]
fn it_plays_on_when_somebody_has_had_their_time() {
    let (mut evening, [_, ben]) = evening(["Ana", "Ben"]);
    evening.wants(ben, stalled(true)).unwrap();
    evening.waits(WAIT_MS - 1);
    assert!(!plays(&evening));
    evening.waits(1);
    assert!(plays(&evening) && evening.room.hold().is_none());
    evening.wants(ben, stalled(false)).unwrap();
    evening.wants(ben, stalled(true)).unwrap();
    assert!(plays(&evening), "not again so soon");
    evening.waits(limits::WAIT_WINDOW_MS);
    evening.wants(ben, stalled(false)).unwrap();
    evening.wants(ben, stalled(true)).unwrap();
    assert!(!plays(&evening), "after a minute");
}

#[test]
fn a_flapping_player_stops_the_film_only_so_often() {
    let (mut evening, [_, ben]) = evening(["Ana", "Ben"]);
    let before = evening.room.playback().revision;
    for _ in 0..290 {
        evening.wants(ben, stalled(true)).unwrap();
        evening.waits(100);
        evening.wants(ben, stalled(false)).unwrap();
        evening.waits(100);
    }
    let stops = (evening.room.playback().revision - before) / 2;
    assert_eq!(stops, u64::from(limits::WAIT_SECONDS));
}

#[test]
fn ten_people_who_take_turns_do_not_hold_the_room() {
    let names = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];
    let (mut evening, ids) = evening(names);
    let start = evening.now;
    let mut held_ms = 0;
    for id in ids.iter().cycle().take(40) {
        evening.wants(*id, stalled(true)).unwrap();
        let since = evening.now;
        while !plays(&evening) {
            evening.waits(100);
        }
        held_ms += evening.now.ms_since(since);
        evening.wants(*id, stalled(false)).unwrap();
        evening.waits(1_000);
    }
    assert!(evening.now.ms_since(start) < limits::WAIT_WINDOW_MS);
    assert_eq!(held_ms, WAIT_MS * limits::WAIT_TURNS);
}

#[test]
fn several_at_once_are_waited_for_together() {
    let (mut evening, [_, ben, cai]) = evening(["Ana", "Ben", "Cai"]);
    evening.wants(ben, stalled(true)).unwrap();
    evening.waits(3_000);
    evening.wants(cai, stalled(true)).unwrap();
    assert_eq!(waited_for(&evening), [ben, cai]);
    evening.waits(2_000);
    assert_eq!(waited_for(&evening), [cai], "Ben has had his time");
    evening.wants(cai, stalled(false)).unwrap();
    assert!(plays(&evening));
}

#[test]
fn a_host_who_plays_pauses_or_seeks_ends_the_wait() {
    let waiting = || {
        let (mut evening, ids) = evening(["Ana", "Ben"]);
        evening.wants(ids[1], stalled(true)).unwrap();
        evening.waits(1_000);
        (evening, ids)
    };
    let (mut evening, [ana, ben]) = waiting();
    evening.wants(ana, play()).unwrap();
    assert!(plays(&evening) && evening.room.hold().is_none());
    evening.wants(ben, stalled(false)).unwrap();
    evening.wants(ben, stalled(true)).unwrap();
    assert!(plays(&evening), "she does not want to wait");

    let (mut evening, [ana, ben]) = waiting();
    let events = evening.wants(ana, pause()).unwrap();
    assert!(
        events
            .iter()
            .any(|event| matches!(event.what, Happening::Line(_)))
    );
    evening.wants(ben, stalled(false)).unwrap();
    evening.waits(60_000);
    assert!(!plays(&evening), "it is paused now");

    let (mut evening, [ana, _]) = waiting();
    evening.wants(ana, seek(600_000)).unwrap();
    assert!(plays(&evening) && evening.room.hold().is_none());
    assert_eq!(evening.room.playback().position_ms, 600_000);

    let (mut evening, [ana, _]) = waiting();
    evening.wants(ana, Command::Pick(film("Kid", None))).unwrap();
    assert!(!plays(&evening) && evening.room.hold().is_none());
    let number = evening.room.queue().undo().unwrap().number;
    evening.wants(ana, Command::Undo { number }).unwrap();
    assert!(plays(&evening), "who waited played");

    let (mut evening, [_, ben]) = waiting();
    assert_eq!(evening.wants(ben, play()), Err(Refusal::NotHost));
    assert!(evening.room.hold().is_some());
}

#[test]
fn those_are_waited_for_who_are_here_and_watch() {
    let (mut evening, [ana, ben]) = evening(["Ana", "Ben"]);
    for client in [
        Client {
            brings_film: true,
            ..page()
        },
        Client {
            plays: false,
            ..page()
        },
    ] {
        let join = Join {
            client,
            stay: Stay::WhileConnected,
            ..knock("Own")
        };
        let own = evening.join(join).unwrap();
        evening.wants(own, stalled(true)).unwrap();
        assert!(plays(&evening));
        evening.leaves(own);
    }
    evening.wants(ben, stalled(true)).unwrap();
    evening.drops(ben);
    assert!(plays(&evening), "away");
    evening.comes("Ben");
    evening.wants(ben, stalled(true)).unwrap();
    assert!(!plays(&evening));
    evening
        .wants(ben, Command::Alone(Some(Alone::UntilBack)))
        .unwrap();
    assert!(plays(&evening), "on his own");
    evening.wants(ana, stalled(true)).unwrap();
    evening.leaves(ana);
    assert!(plays(&evening), "gone");
    evening.wants(ben, Command::Alone(None)).unwrap();
    evening.wants(ben, pause()).unwrap();
    evening.wants(ben, stalled(true)).unwrap();
    assert!(evening.room.hold().is_none(), "it is paused anyway");
}

#[test]
fn hosts_set_how_long_and_may_never_wait() {
    let (mut evening, [ana, ben]) = evening(["Ana", "Ben"]);
    assert_eq!(evening.wants(ben, set_wait(0)), Err(Refusal::NotHost));
    let too_long = Err(Refusal::WaitOutOfRange {
        seconds_max: limits::WAIT_SECONDS_MAX,
    });
    assert_eq!(
        evening.wants(ana, set_wait(limits::WAIT_SECONDS_MAX + 1)),
        too_long
    );
    evening.wants(ben, stalled(true)).unwrap();
    evening.wants(ana, set_wait(0)).unwrap();
    assert!(plays(&evening), "at once");
    evening.wants(ben, stalled(false)).unwrap();
    evening.wants(ben, stalled(true)).unwrap();
    assert!(plays(&evening));
    evening.wants(ben, stalled(false)).unwrap();
    evening.wants(ana, set_wait(2)).unwrap();
    evening.waits(limits::WAIT_WINDOW_MS);
    evening.wants(ben, stalled(true)).unwrap();
    evening.waits(1_999);
    assert!(!plays(&evening));
    evening.waits(1);
    assert!(plays(&evening));
}

#[test]
fn after_a_restart_nobody_is_waited_for() {
    let (mut evening, [_, ben]) = evening(["Ana", "Ben"]);
    evening.wants(ben, stalled(true)).unwrap();
    let text = serde_json::to_string(&evening.room).unwrap();
    let kept: Room = serde_json::from_str(&text).unwrap();
    evening.room = kept.restored(evening.now, evening.room.log().clone());
    assert!(plays(&evening) && evening.room.hold().is_none());
}

/// Stretches of time, each of one film.
type Stretches = Vec<(u64, Timestamp, Timestamp)>;

/// The most of them in any [`limits::WAIT_WINDOW_MS`] of one film.
fn most_ms(stretches: &Stretches) -> u64 {
    let in_window = |film: u64, from: Timestamp| {
        let until = from.plus_ms(limits::WAIT_WINDOW_MS);
        let same = stretches.iter().filter(|stretch| stretch.0 == film);
        same.map(|(_, since, end)| (*end).min(until).ms_since((*since).max(from)))
            .sum::<u64>()
    };
    let windows = stretches.iter().map(|(film, since, _)| in_window(*film, *since));
    windows.max().unwrap_or(0)
}

/// Who was waited for and when, as it was seen.
#[derive(Default)]
struct Seen {
    last: Option<(Timestamp, u64, Vec<MemberId>)>,
    members: Vec<(MemberId, Stretches)>,
    room: Stretches,
}

impl Seen {
    fn look(&mut self, evening: &Evening) {
        if let Some((since, film, ids)) = self.last.take() {
            let stretch = (film, since, evening.now);
            for id in &ids {
                match self.members.iter_mut().find(|(known, _)| known == id) {
                    Some((_, stretches)) => stretches.push(stretch),
                    None => self.members.push((*id, vec![stretch])),
                }
            }
            if !ids.is_empty() {
                self.room.push(stretch);
            }
        }
        let film = evening.room.playback().film_revision();
        self.last = Some((evening.now, film, waited_for(evening)));
    }
}

fn dry_evening() -> impl Strategy<Value = Vec<(u64, Input)>> {
    let member = || prop_oneof![1 => Just(1), 4 => 1..=4_u32].prop_map(MemberId);
    let command = prop_oneof![
        12 => any::<bool>().prop_map(stalled),
        2 => Just(play()),
        1 => Just(pause()),
        1 => (0..600_000_u64).prop_map(seek),
        1 => Just(Command::Pick(film("Kid", Some(900_000)))),
        1 => prop::option::of(Just(Alone::UntilBack)).prop_map(Command::Alone),
    ];
    let input = prop_oneof![
        12 => (member(), command).prop_map(|(member, command)| Input::Command { member, id: None, command }),
        1 => member().prop_map(Input::Drop),
        1 => prop::sample::select(&["A", "B", "C", "D"][..]).prop_map(|name| Input::Join(knock(name))),
    ];
    let wait_ms = prop_oneof![4 => Just(0), 4 => 0..1_500_u64, 2 => 0..7_000_u64, 1 => 0..70_000_u64];
    prop::collection::vec((wait_ms, input), 1..200)
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn nobody_has_more_of_the_others_time_than_there_is(inputs in dry_evening()) {
        let (mut evening, _) = evening(["A", "B", "C", "D"]);
        let mut seen = Seen::default();
        for (wait_ms, input) in inputs {
            let until = evening.now.plus_ms(wait_ms);
            while let Some(at) = evening.room.poll_timeout().filter(|at| *at <= until) {
                evening.now = at.max(evening.now);
                evening.give(Input::Tick).unwrap();
                seen.look(&evening);
            }
            evening.now = until;
            let _ = evening.give(input);
            seen.look(&evening);
        }
        for (_, stretches) in &seen.members {
            prop_assert!(most_ms(stretches) <= WAIT_MS, "{:?}", stretches);
        }
        prop_assert!(most_ms(&seen.room) <= WAIT_MS * limits::WAIT_TURNS, "{:?}", seen.room);
    }

    /// Whatever goes in: a wait has an end, the room asks to be woken for it, and is out of it then.
    #[test]
    fn a_wait_has_an_end(chances in chances(), late_ms in wait_ms()) {
        let longest_ms = u64::from(limits::WAIT_SECONDS_MAX) * 1_000 * limits::WAIT_TURNS;
        chances.play(|taken| {
            let Some(hold) = taken.after.hold() else {
                return Ok(());
            };
            prop_assert!(taken.after.playback().paused);
            // What is refused, or done already, wakes nobody.
            let is_same = taken.before.hold() == Some(hold);
            prop_assert!((hold.until() > taken.now || is_same) && hold.until() <= taken.now.plus_ms(longest_ms));
            prop_assert!(taken.after.poll_timeout().is_some_and(|at| at <= hold.until()));
            for holder in &hold.holders {
                let member = taken.after.member(holder.member);
                prop_assert!(member.is_some_and(|member| member.stalled && member.watches()));
            }
            let mut room = taken.after.clone();
            room.handle(hold.until().plus_ms(late_ms), Input::Tick).unwrap();
            prop_assert!(room.hold().is_none());
            let goes_on = !room.playback().paused
                || room.playback().film_revision() != taken.after.playback().film_revision();
            prop_assert!(goes_on || room.is_empty());
            Ok(())
        })?;
    }
}
