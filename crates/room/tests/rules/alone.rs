//! Watching on one's own, and coming back in step.

use crate::any_evening::moves_by_itself;
use crate::chance::{cases, chances};
use crate::evening::{Evening, film, knock, pause, play, seek, stalled};
use matinee_room::{Alone, Command, Event, Happening, LineKind, MemberId, Refusal, limits};
use proptest::prelude::*;

/// Ana, who is host, and Ben, before a film of a minute.
fn with_film() -> (Evening, [MemberId; 2]) {
    let (mut evening, people) = Evening::with(["Ana", "Ben"]);
    evening.wants(people[0], put_on("General")).unwrap();
    (evening, people)
}

fn put_on(id: &str) -> Command {
    Command::Pick(film(id, Some(60_000)))
}

fn alone(until: Alone) -> Command {
    Command::Alone(Some(until))
}

fn back() -> Command {
    Command::Alone(None)
}

fn shown(evening: &Evening, member: MemberId) -> Option<Alone> {
    evening.room.member(member).unwrap().watches_alone()
}

fn lines(events: &[Event]) -> Vec<LineKind> {
    let lines = events.iter().filter_map(|event| match &event.what {
        Happening::Line(line) => Some(line.kind.clone()),
        _ => None,
    });
    lines.collect()
}

#[test]
fn somebody_lets_go_and_comes_back_and_all_are_told() {
    let (mut evening, [_, ben]) = with_film();
    let before = evening.room.playback().clone();
    let events = evening.wants(ben, alone(Alone::UntilBack)).unwrap();
    assert_eq!(events[0].what, Happening::Changed(ben));
    assert_eq!(lines(&events), [LineKind::Alone]);
    assert_eq!(shown(&evening, ben), Some(Alone::UntilBack));
    assert_eq!(evening.wants(ben, alone(Alone::UntilBack)), Ok(vec![]));
    let events = evening.wants(ben, back()).unwrap();
    assert_eq!(events[0].what, Happening::Changed(ben));
    assert_eq!(lines(&events), [LineKind::InStep]);
    assert_eq!(shown(&evening, ben), None);
    assert_eq!(evening.wants(ben, back()), Ok(vec![]));
    assert_eq!(evening.room.playback(), &before, "the others notice nothing");
}

#[test]
fn without_a_film_there_is_nothing_to_watch_alone() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    assert_eq!(evening.wants(ana, alone(Alone::UntilBack)), Err(Refusal::NoFilm));
    assert_eq!(evening.wants(ana, back()), Ok(vec![]));
}

#[test]
fn a_host_who_watches_alone_moves_nobody_but_stays_host() {
    let (mut evening, [ana, ben]) = with_film();
    evening.wants(ana, alone(Alone::UntilBack)).unwrap();
    for command in [play(), pause(), seek(1), crate::evening::rate(2.0)] {
        assert_eq!(evening.wants(ana, command), Err(Refusal::Alone));
    }
    evening.wants(ana, crate::evening::host(ben, true)).unwrap();
    evening.wants(ana, back()).unwrap();
    evening.wants(ana, play()).unwrap();
    assert!(!evening.room.playback().paused);
}

#[test]
fn nobody_waits_for_one_who_watches_alone() {
    let (mut evening, [ana, ben]) = with_film();
    evening.wants(ben, stalled(true)).unwrap();
    evening.latency(ben, 200);
    evening.wants(ben, alone(Alone::UntilBack)).unwrap();
    assert!(!evening.room.member(ben).unwrap().stalled);
    evening.wants(ben, stalled(true)).unwrap();
    assert!(!evening.room.member(ben).unwrap().stalled);
    evening.wants(ana, play()).unwrap();
    let lead_ms = evening.room.playback().at.ms_since(evening.now);
    assert_eq!(lead_ms, limits::LEAD_MS_MIN, "Ben's slow link does not count");
    evening.wants(ben, back()).unwrap();
    evening.waits(1_000);
    evening.wants(ana, pause()).unwrap();
    assert_eq!(evening.room.playback().at.ms_since(evening.now), 400);
}

#[test]
fn a_new_film_is_for_all() {
    let (mut evening, [ana, ben]) = with_film();
    evening.wants(ana, alone(Alone::UntilBack)).unwrap();
    evening.wants(ben, alone(Alone::UntilPlay)).unwrap();
    let events = evening.wants(ana, put_on("Kid")).unwrap();
    assert_eq!((shown(&evening, ana), shown(&evening, ben)), (None, None));
    for id in [ana, ben] {
        assert!(events.iter().any(|event| event.what == Happening::Changed(id)));
    }
    assert!(matches!(lines(&events)[..], [LineKind::Picked { .. }]));
}

#[test]
fn who_went_ahead_until_the_party_starts_is_brought_back_when_it_does() {
    let (mut evening, [ana, ben]) = with_film();
    let cai = evening.comes("Cai");
    evening.wants(ben, alone(Alone::UntilPlay)).unwrap();
    evening.wants(cai, alone(Alone::UntilBack)).unwrap();
    evening.wants(ana, seek(20_000)).unwrap();
    assert_eq!(shown(&evening, ben), Some(Alone::UntilPlay));
    let events = evening.wants(ana, play()).unwrap();
    assert!(matches!(events[0].what, Happening::Playback(_)));
    assert_eq!(events[1].what, Happening::Changed(ben));
    assert_eq!(shown(&evening, ben), None);
    assert_eq!(shown(&evening, cai), Some(Alone::UntilBack));
    assert_eq!(
        evening.wants(ben, alone(Alone::UntilPlay)),
        Ok(vec![]),
        "too late: it plays"
    );
}

#[test]
fn who_is_away_watches_nothing_and_comes_back_as_they_were() {
    let (mut evening, [ana, ben]) = with_film();
    evening.wants(ben, alone(Alone::UntilBack)).unwrap();
    evening.drops(ben);
    assert_eq!(shown(&evening, ben), None);
    evening.comes("Ben");
    assert_eq!(shown(&evening, ben), Some(Alone::UntilBack));
    evening.drops(ben);
    let events = evening.wants(ana, put_on("Kid")).unwrap();
    assert!(events.iter().all(|event| event.what != Happening::Changed(ben)));
    evening.comes("Ben");
    assert_eq!(shown(&evening, ben), None, "the film is another one");
    evening.wants(ben, alone(Alone::UntilBack)).unwrap();
    evening.leaves(ben);
    evening.comes("Ben");
    assert_eq!(shown(&evening, ben), None, "who left comes in anew");
}

#[test]
fn it_is_kept_over_a_restart() {
    let (mut evening, [_, ben]) = with_film();
    evening.wants(ben, alone(Alone::UntilPlay)).unwrap();
    let kept = serde_json::to_string(&evening.room).unwrap();
    let room: matinee_room::Room = serde_json::from_str(&kept).unwrap();
    evening.room = room.restored(evening.now, evening.room.log().clone());
    assert_eq!(shown(&evening, ben), None);
    evening.join(knock("Ben")).unwrap();
    assert_eq!(shown(&evening, ben), Some(Alone::UntilPlay));
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn whoever_watches_alone_moves_nobody_and_holds_nobody(chances in chances()) {
        chances.play(|taken| {
            let playback = taken.after.playback();
            for member in taken.after.members() {
                prop_assert!(member.alone.is_none() || playback.film.is_some());
                prop_assert!(member.alone.is_none() || !member.stalled);
                prop_assert!(member.alone != Some(Alone::UntilPlay) || playback.paused);
                prop_assert!(member.watches_alone().is_none() || !member.is_away());
            }
            let matinee_room::Input::Command { member, command, .. } = taken.input else {
                return Ok(());
            };
            if moves_by_itself(&taken) {
                return Ok(());
            }
            let sender = taken.before.member(*member);
            if sender.is_some_and(|sender| sender.alone.is_some())
                && !matches!(command, Command::Pick(_) | Command::Length { .. } | Command::Ended(_))
                && !matches!(command, Command::Add { .. } | Command::Next { .. } | Command::Undo { .. })
            {
                prop_assert_eq!(taken.before.playback(), playback);
            }
            if matches!(command, Command::Alone(_)) {
                prop_assert_eq!(taken.before.playback(), playback);
                let is_theirs = |event: &Event| match &event.what {
                    Happening::Changed(id) => id == member,
                    what => !matches!(what, Happening::Playback(_)),
                };
                prop_assert!(taken.events().iter().all(is_theirs));
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_slowest_in_step_say_when_a_change_holds(alone_ms in 0..400_u32, in_step_ms in 0..400_u32) {
        let (mut evening, [ana, ben]) = with_film();
        evening.latency(ana, in_step_ms);
        evening.latency(ben, alone_ms);
        evening.wants(ben, alone(Alone::UntilBack)).unwrap();
        evening.wants(ana, play()).unwrap();
        let lead_ms = u64::from(2 * in_step_ms).clamp(limits::LEAD_MS_MIN, limits::LEAD_MS_MAX);
        prop_assert_eq!(evening.room.playback().at.ms_since(evening.now), lead_ms);
    }
}

#[test]
fn a_player_on_its_own_that_tells_where_it_is_changes_nothing() {
    let (mut evening, [ana, _]) = with_film();
    evening.wants(ana, alone(Alone::UntilBack)).unwrap();
    let before = evening.room.clone();
    let told = Command::Lead {
        position_ms: 5_000,
        paused: false,
        rate: 1.0,
        force: false,
        text: None,
    };
    assert_eq!(evening.wants(ana, told), Err(Refusal::Alone));
    assert_eq!(evening.room, before);
}
