//! Taking back the latest change of the queue.

use crate::chance::{cases, chances};
use crate::evening::seek;
use crate::queue::{END_MS, add, next, on, playing, undo};
use matinee_room::{Command, Deed, Entry, Film, Happening, Input, Refusal, Room};
use proptest::prelude::*;

#[test]
fn the_latest_change_is_taken_back_once() {
    let (mut evening, ana) = playing(["Kid", "Circus"]);
    evening.waits(10_000);
    let entries = evening.room.queue().entries().to_vec();
    evening.wants(ana, Command::Clear).unwrap();
    let deed = evening.room.queue().undo().unwrap();
    assert_eq!(
        (deed.deed, &deed.title, deed.by),
        (Deed::Cleared, &None, Some(ana))
    );
    let back = undo(&evening.room);
    evening.wants(ana, back.clone()).unwrap();
    assert_eq!(evening.room.queue().entries(), entries);
    assert_eq!(evening.wants(ana, back), Err(Refusal::UndoGone));

    let position_ms = evening.position_ms();
    evening.wants(ana, next()).unwrap();
    let deed = evening.room.queue().undo().unwrap();
    assert_eq!(deed.deed, Deed::Skipped);
    assert_eq!(
        deed.title.as_deref(),
        Some("The General"),
        "the one that was left"
    );
    evening.waits(3_000);
    evening.wants(ana, seek(40_000)).unwrap();
    let back = undo(&evening.room);
    let events = evening.wants(ana, back).unwrap();
    assert!(matches!(events[0].what, Happening::Playback(change) if change.film));
    assert_eq!(on(&evening), "General");
    assert_eq!(evening.room.playback().position_ms, position_ms);
    assert!(!evening.room.playback().paused);
    assert_eq!(evening.room.queue().entries(), entries);
}

#[test]
fn what_has_moved_on_is_not_taken_back() {
    let (mut evening, ana) = playing(["Kid", "Circus"]);
    evening.wants(ana, add("Cops")).unwrap();
    let stale = undo(&evening.room);
    evening.wants(ana, add("Navigator")).unwrap();
    let before = evening.room.clone();
    assert_eq!(evening.wants(ana, stale), Err(Refusal::UndoGone));
    assert_eq!(evening.room, before);
    let last = undo(&evening.room);
    evening.waits(END_MS + 6_000);
    assert_eq!(on(&evening), "Kid");
    assert_eq!(
        evening.wants(ana, last),
        Err(Refusal::UndoGone),
        "the film has come"
    );
}

/// What is on and what waits.
fn program(room: &Room) -> (Option<Film>, f64, Vec<Entry>) {
    let playback = room.playback();
    (
        playback.film.clone(),
        playback.rate,
        room.queue().entries().to_vec(),
    )
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn what_is_taken_back_was_never_done(chances in chances()) {
        chances.play(|taken| {
            let number = |room: &Room| room.queue().undo().map(|undo| undo.number);
            let host = taken.after.members().iter().find(|member| member.host);
            let (Some(number), true, Some(host)) =
                (number(taken.after), number(taken.after) > number(taken.before), host) else {
                return Ok(());
            };
            let mut room = taken.after.clone();
            let was_of_film = room.queue().undo().unwrap().is_of_film();
            let back = Input::Command { member: host.id, id: None, command: Command::Undo { number } };
            room.handle(taken.now, back).unwrap();
            prop_assert_eq!(program(&room), program(taken.before));
            prop_assert!(room.queue().undo().is_none());
            let (was, is) = (taken.before.playback(), room.playback());
            if was_of_film {
                prop_assert_eq!(was.paused && taken.before.hold().is_none(), is.paused);
                prop_assert_eq!(was.position_at(taken.now), is.position_ms);
            } else {
                prop_assert_eq!(was, is);
            }
            Ok(())
        })?;
    }
}
