//! The position against the sum of its history: what was set, and how fast it moved for how long since.

use crate::chance::{cases, rate, wait_ms};
use crate::evening::{Evening, film, host, pause, play, rate as set_rate, seek};
use matinee_room::{Command, Input, Timestamp, limits};
use proptest::prelude::*;

const END_MS: u64 = 600_000;

/// A stretch of time from `at` on, at one speed, 0 while paused. `set_ms` where the position was set anew.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    at: Timestamp,
    speed: f64,
    set_ms: Option<u64>,
}

/// Where the film is at `when`: from the last setting on, each stretch's speed times its length, and never
/// past the end.
fn summed(history: &[Stretch], when: Timestamp) -> f64 {
    let mut position_ms = 0.0;
    for (index, stretch) in history.iter().enumerate() {
        let until = history.get(index + 1).map_or(when, |next| next.at);
        position_ms = stretch.set_ms.map_or(position_ms, |ms| ms as f64);
        position_ms += until.ms_since(stretch.at) as f64 * stretch.speed;
        position_ms = position_ms.min(END_MS as f64);
    }
    position_ms
}

/// Changes since the position was last set: each may round by half a millisecond.
fn rounding_ms(history: &[Stretch]) -> f64 {
    let since = history
        .iter()
        .rev()
        .take_while(|stretch| stretch.set_ms.is_none());
    (since.count() + 1) as f64
}

fn controls() -> impl Strategy<Value = Vec<(u64, Input)>> {
    let latency_ms = prop_oneof![0..400_u32, any::<u32>()];
    let command = prop_oneof![
        6 => Just(play()),
        4 => Just(pause()),
        2 => (0..END_MS + 10_000).prop_map(seek),
        1 => Just(seek(END_MS - 100)),
        4 => rate().prop_map(set_rate),
    ];
    let input = prop_oneof![
        6 => (1..=2_u32, command).prop_map(|(member, command)| Input::Command {
            member: matinee_room::MemberId(member),
            id: None,
            command,
        }),
        1 => (1..=2_u32, latency_ms).prop_map(|(member, latency_ms)| Input::Latency {
            member: matinee_room::MemberId(member),
            latency_ms,
            jitter_ms: latency_ms / 2,
        }),
    ];
    prop::collection::vec((wait_ms(), input), 1..60)
}

fn with_film() -> Evening {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    evening.wants(ana, host(ben, true)).unwrap();
    evening
        .wants(ana, Command::Pick(film("General", Some(END_MS))))
        .unwrap();
    evening
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn the_position_is_the_sum_of_its_history(controls in controls(), look_ms in 0..20_000_u64) {
        let mut evening = with_film();
        let mut history = vec![Stretch { at: evening.now, speed: 0.0, set_ms: Some(0) }];
        for (wait_ms, input) in controls {
            evening.now = evening.now.plus_ms(wait_ms);
            let before = evening.room.playback().clone();
            if evening.give(input.clone()).is_ok_and(|events| !events.is_empty()) {
                let playback = evening.room.playback();
                let Input::Command { command, .. } = &input else { unreachable!() };
                let restarts = matches!(command, Command::Play { .. }) && before.is_over(playback.at);
                let set_ms = match command {
                    Command::Seek { position_ms, .. } => Some(*position_ms.min(&END_MS)),
                    _ if restarts => Some(0),
                    _ => None,
                };
                // An end is an end: the sum agrees that it was one.
                if restarts {
                    let off_ms = END_MS as f64 - summed(&history, playback.at);
                    prop_assert!(off_ms <= rounding_ms(&history), "{off_ms}");
                }
                let speed = if playback.paused { 0.0 } else { playback.rate };
                history.push(Stretch { at: playback.at, speed, set_ms });
            }
            let playback = evening.room.playback();
            for when in [playback.at, playback.at.plus_ms(look_ms), playback.at.plus_ms(100_000_000)] {
                let off_ms = (playback.position_at(when) as f64 - summed(&history, when)).abs();
                prop_assert!(off_ms <= rounding_ms(&history), "{off_ms} at {when:?}: {history:?}");
            }
        }
    }

    #[test]
    fn only_a_seek_or_a_new_start_jumps(controls in controls()) {
        let mut evening = with_film();
        for (wait_ms, input) in controls {
            evening.now = evening.now.plus_ms(wait_ms);
            let before = evening.room.playback().clone();
            if evening.give(input.clone()).is_err() {
                continue;
            }
            let after = evening.room.playback();
            let at = after.at;
            let jumps = match &input {
                Input::Command { command: Command::Seek { .. }, .. } => true,
                Input::Command { command: Command::Play { .. }, .. } => before.is_over(at),
                _ => false,
            };
            if !jumps {
                prop_assert!(before.position_at(at).abs_diff(after.position_at(at)) <= 1);
                // What is shown before the change holds is at most the film that plays meanwhile.
                let now = evening.now;
                let lead = before.rate * at.ms_since(now) as f64 + 1.0;
                prop_assert!(before.position_at(now).abs_diff(after.position_at(now)) as f64 <= lead);
            }
        }
    }

    #[test]
    fn changes_take_effect_soon_and_in_their_order(controls in controls()) {
        let mut evening = with_film();
        for (wait_ms, input) in controls {
            evening.now = evening.now.plus_ms(wait_ms);
            let before = evening.room.playback().clone();
            let changed = evening.give(input).is_ok() && evening.room.playback() != &before;
            if changed {
                let members = evening.room.members().iter();
                let farthest_ms = members.map(|member| member.latency_ms + member.jitter_ms).max();
                let reached_ms = 2 * u64::from(farthest_ms.unwrap_or(0));
                let lead_ms = reached_ms.clamp(limits::LEAD_MS_MIN, limits::LEAD_MS_MAX);
                let at = evening.room.playback().at;
                prop_assert_eq!(at, evening.now.plus_ms(lead_ms).max(before.at));
                prop_assert!(at <= evening.now.plus_ms(limits::LEAD_MS_MAX));
            }
        }
    }
}
