//! Any evening of a film that is being made, whatever is done and told meanwhile.

use crate::chance::{cases, command, rate};
use crate::evening::{SEEN, film, knock, pause, play, seek, stalled};
use crate::making::{AHEAD_MS, LENGTH_MS, evening, lost, news};
use matinee_room::{Command, FilmId, Happening, Input, MemberId};
use proptest::prelude::*;

fn made_evening() -> impl Strategy<Value = Vec<(u64, Input)>> {
    let member = || (1..=3_u32).prop_map(MemberId);
    let wanted = prop_oneof![
        4 => Just(play()),
        2 => Just(pause()),
        3 => (0..LENGTH_MS + 10).prop_map(seek),
        2 => rate().prop_map(|rate| Command::Rate { seen: SEEN, rate }),
        2 => any::<bool>().prop_map(stalled),
        1 => Just(Command::Pick(film("General", Some(LENGTH_MS)))),
        4 => command(),
    ];
    let made = prop_oneof![
        6 => (0..LENGTH_MS + 10, prop_oneof![0.0..4.0_f64, rate()]).prop_map(Some),
        1 => Just(None),
    ];
    let input = prop_oneof![
        6 => (member(), wanted).prop_map(|(member, command)| Input::Command { member, id: None, command }),
        6 => made.prop_map(news),
        1 => Just(lost()),
        1 => member().prop_map(Input::Drop),
        1 => prop::sample::select(&["Ana", "Ben", "Cai"][..]).prop_map(|name| Input::Join(knock(name))),
    ];
    let wait_ms = prop_oneof![4 => Just(0), 4 => 0..1_500_u64, 2 => 0..70_000_u64, 1 => 0..10_000_000_u64];
    prop::collection::vec((wait_ms, input), 1..100)
}

proptest! {
    #![proptest_config(cases(256))]

    /// Whatever goes in: it is paused while it waits, both are told together, no tick is for nothing, what is whole is not
    /// waited for, and what plays is where there is something, but for the moment until the room is woken.
    #[test]
    fn a_film_that_waits_can_go_on(inputs in made_evening()) {
        let (mut evening, _) = evening(["Ana", "Ben", "Cai"]);
        let mut made = Some(0);
        for (wait_ms, input) in inputs {
            evening.waits(wait_ms);
            let told = match &input {
                Input::Prepared { made, .. } => Some(made.map(|made| made.until_ms)),
                _ => None,
            };
            let before = evening.room.playback().clone();
            let answer = evening.give(input);
            let playback = evening.room.playback();
            let is_general = playback.film.as_ref().is_some_and(|film| film.id == FilmId::new("General"));
            made = match told {
                Some(until_ms) if is_general => until_ms,
                _ if playback.film_revision() != before.film_revision() => None,
                _ => made,
            };
            let changes = answer.iter().flatten().any(|event| matches!(event.what, Happening::Playback(_)));
            prop_assert!(before.waits_for_film == playback.waits_for_film || changes);
            prop_assert!(playback.paused || !playback.waits_for_film);
            prop_assert!(evening.room.hold().is_none() || !playback.waits_for_film);
            // What could not be changed twice in one input is by now.
            evening.waits(0);
            let playback = evening.room.playback();
            if made.is_none() {
                prop_assert!(!playback.waits_for_film);
            } else if let (Some(made_ms), false) = (made, playback.paused || playback.is_over(evening.now)) {
                prop_assert!(evening.position_ms() < made_ms.saturating_sub(AHEAD_MS));
            }
        }
    }
}
