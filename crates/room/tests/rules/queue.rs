//! The queue: its order, what comes when a film ends, and what is repeated.

use crate::chance::{cases, chances};
use crate::evening::{Evening, SEEN, film, host, pause, play, seek};
use matinee_room::{Command, EntryId, FilmId, Input, LineKind, MemberId, Refusal, Repeat, Room, limits};
use proptest::prelude::*;

pub(crate) const END_MS: u64 = 60_000;

pub(crate) fn add(id: &str) -> Command {
    Command::Add {
        film: film(id, Some(END_MS)),
        next: false,
    }
}

pub(crate) fn next() -> Command {
    Command::Next {
        seen: SEEN,
        entry: None,
    }
}

pub(crate) fn undo(room: &Room) -> Command {
    Command::Undo {
        number: room.queue().undo().unwrap().number,
    }
}

/// What waits, by the films' ids.
fn waiting(evening: &Evening) -> Vec<&str> {
    let entries = evening.room.queue().entries().iter();
    entries.map(|entry| entry.film.id.as_str()).collect()
}

fn entry(evening: &Evening, id: &str) -> EntryId {
    let mut entries = evening.room.queue().entries().iter();
    entries.find(|entry| entry.film.id.as_str() == id).unwrap().id
}

pub(crate) fn on(evening: &Evening) -> &str {
    evening.room.playback().film.as_ref().unwrap().id.as_str()
}

/// The General is on and plays; these wait.
pub(crate) fn playing<const N: usize>(others: [&str; N]) -> (Evening, MemberId) {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    evening
        .wants(ana, Command::Pick(film("General", Some(END_MS))))
        .unwrap();
    evening.wants(ana, play()).unwrap();
    for other in others {
        evening.wants(ana, add(other)).unwrap();
    }
    (evening, ana)
}

#[test]
fn films_wait_in_their_order_and_get_other_places() {
    let (mut evening, ana) = playing(["Kid", "Circus", "Navigator"]);
    let first = Command::Add {
        film: film("Cops", None),
        next: true,
    };
    evening.wants(ana, first).unwrap();
    assert_eq!(waiting(&evening), ["Cops", "Kid", "Circus", "Navigator"]);
    let mut moves = |id: &str, before: Option<&str>| {
        let before = before.map(|before| entry(&evening, before));
        let entry = entry(&evening, id);
        let events = evening.wants(ana, Command::Move { entry, before }).unwrap();
        (waiting(&evening).join(" "), events.len())
    };
    assert_eq!(
        moves("Navigator", Some("Kid")),
        ("Cops Navigator Kid Circus".into(), 2)
    );
    assert_eq!(
        moves("Cops", Some("Circus")),
        ("Navigator Kid Cops Circus".into(), 2)
    );
    assert_eq!(moves("Kid", None), ("Navigator Cops Circus Kid".into(), 2));
    for (id, before) in [("Kid", None), ("Kid", Some("Kid")), ("Cops", Some("Circus"))] {
        let (order, told) = moves(id, before);
        assert_eq!(
            (order.as_str(), told),
            ("Navigator Cops Circus Kid", 0),
            "it is there already"
        );
    }
    let circus = entry(&evening, "Circus");
    evening.wants(ana, Command::Remove(circus)).unwrap();
    assert_eq!(waiting(&evening), ["Navigator", "Cops", "Kid"]);
    evening.wants(ana, Command::Clear).unwrap();
    assert_eq!(waiting(&evening), [""; 0]);
    assert_eq!(
        evening.wants(ana, Command::Clear),
        Ok(vec![]),
        "it is empty already"
    );
}

#[test]
fn what_is_gone_from_the_queue_is_no_place_to_go_to() {
    let (mut evening, ana) = playing(["Kid", "Circus"]);
    let (kid, circus) = (entry(&evening, "Kid"), entry(&evening, "Circus"));
    evening.wants(ana, Command::Remove(circus)).unwrap();
    let gone = Err(Refusal::NoSuchEntry);
    let before = evening.room.clone();
    let to = |entry, before| Command::Move { entry, before };
    for command in [
        to(kid, Some(circus)),
        to(circus, Some(kid)),
        to(circus, None),
        to(kid, Some(EntryId(10_001))),
        Command::Remove(circus),
        Command::Next {
            seen: SEEN,
            entry: Some(circus),
        },
    ] {
        assert_eq!(evening.wants(ana, command.clone()), gone, "{command:?}");
    }
    assert_eq!(evening.room, before);
}

#[test]
fn a_queue_takes_two_hundred_films_however_often_it_is_tried() {
    let (mut evening, ana) = playing([]);
    for _ in 0..limits::QUEUE_ENTRIES_MAX {
        evening.wants(ana, add("Kid")).unwrap();
    }
    let full = Err(Refusal::QueueFull {
        entries_max: limits::QUEUE_ENTRIES_MAX,
    });
    let before = evening.room.clone();
    for _ in 0..10_000 {
        assert_eq!(evening.wants(ana, add("Circus")), full);
    }
    assert_eq!(evening.room, before);
    // Going round adds what was on, and takes out what comes.
    evening.wants(ana, Command::Repeat(Repeat::Queue)).unwrap();
    evening.wants(ana, next()).unwrap();
    assert_eq!(evening.room.queue().entries().len(), limits::QUEUE_ENTRIES_MAX);
    assert_eq!(waiting(&evening).last(), Some(&"General"));
}

#[test]
fn the_next_film_comes_by_itself_a_few_seconds_after_the_end() {
    let (mut evening, ana) = playing(["Kid"]);
    let kid = entry(&evening, "Kid");
    let end = evening.room.playback().at.plus_ms(END_MS);
    evening.waits(END_MS + limits::LEAD_MS_MIN);
    assert_eq!(
        evening.room.queue().next_at,
        Some(end.plus_ms(limits::NEXT_AFTER_MS))
    );
    assert_eq!(on(&evening), "General");
    evening.waits(limits::NEXT_AFTER_MS - 1);
    assert_eq!(on(&evening), "General");
    evening.waits(2);
    assert_eq!(on(&evening), "Kid");
    assert!(!evening.room.playback().paused);
    assert_eq!(evening.room.queue().next_at, None);
    assert_eq!(waiting(&evening), [""; 0]);
    assert_eq!(evening.room.queue().undo(), None, "nobody did it");
    let line = evening.room.log().since(0).last().unwrap();
    assert_eq!((line.member, line.name.as_str()), (ana, "Ana"), "who added it");
    assert!(matches!(&line.kind, LineKind::Picked { title, voted: false } if title == "The Kid"));
    evening.waits(10 * END_MS);
    assert_eq!(on(&evening), "Kid", "nothing comes after the last");
    assert_eq!(evening.room.poll_timeout(), None);
    // What is added then comes soon, under a number of its own.
    evening.wants(ana, add("Kid")).unwrap();
    assert_ne!(entry(&evening, "Kid"), kid);
    evening.waits(limits::NEXT_AFTER_MS);
    assert_eq!(waiting(&evening), [""; 0]);
}

#[test]
fn hosts_may_stay_go_at_once_or_go_back_before_the_next_film() {
    let over = || {
        let (mut evening, ana) = playing(["Kid", "Circus"]);
        evening.waits(END_MS + 1_000);
        assert!(evening.room.queue().next_at.is_some());
        (evening, ana)
    };
    let (mut evening, ana) = over();
    evening.wants(ana, Command::Stay).unwrap();
    evening.waits(10 * END_MS);
    assert_eq!(on(&evening), "General", "as long as they like");
    evening.wants(ana, play()).unwrap();
    evening.waits(END_MS + 10_000);
    assert_eq!(on(&evening), "Kid", "played again, it goes on");

    let (mut evening, ana) = over();
    evening.wants(ana, next()).unwrap();
    assert_eq!(on(&evening), "Kid");

    let (mut evening, ana) = over();
    evening.wants(ana, seek(50_000)).unwrap();
    assert_eq!(evening.room.queue().next_at, None);
    evening.waits(8_000);
    assert_eq!(on(&evening), "General");
    evening.wants(ana, pause()).unwrap();
    evening.waits(10 * END_MS);
    assert_eq!(on(&evening), "General", "paused is not over");

    let (mut evening, ana) = over();
    evening
        .wants(ana, Command::Pick(film("Cops", Some(END_MS))))
        .unwrap();
    evening.waits(10 * END_MS);
    assert_eq!(on(&evening), "Cops", "a film that nobody has started stays");
    assert_eq!(waiting(&evening), ["Kid", "Circus"], "and the queue with it");
}

#[test]
fn one_film_or_the_whole_queue_comes_again() {
    let (mut evening, ana) = playing(["Kid"]);
    evening.wants(ana, Command::Repeat(Repeat::Film)).unwrap();
    let revision = evening.room.playback().film_revision();
    evening.waits(3 * (END_MS + 5_000) + 10_000);
    assert_eq!((on(&evening), waiting(&evening)), ("General", vec!["Kid"]));
    assert_eq!(evening.room.playback().film_revision(), revision);
    assert!(!evening.room.playback().is_over(evening.now));

    evening.wants(ana, Command::Repeat(Repeat::Queue)).unwrap();
    evening.wants(ana, next()).unwrap();
    assert_eq!((on(&evening), waiting(&evening)), ("Kid", vec!["General"]));
    evening.waits(END_MS + 6_000);
    assert_eq!((on(&evening), waiting(&evening)), ("General", vec!["Kid"]));
    let general = entry(&evening, "Kid");
    evening.wants(ana, Command::Remove(general)).unwrap();
    evening.waits(END_MS + 6_000);
    assert_eq!(on(&evening), "General", "it is the whole queue");
    assert!(!evening.room.playback().is_over(evening.now));
}

#[test]
fn a_film_that_nobody_knows_the_length_of_ends_by_a_hosts_word() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    evening.wants(ana, Command::Pick(film("General", None))).unwrap();
    evening.wants(ana, play()).unwrap();
    evening.wants(ana, add("Kid")).unwrap();
    evening.waits(1_000_000);
    assert_eq!(on(&evening), "General");
    let ended = || Command::Ended(FilmId::new("General"));
    assert_eq!(evening.wants(ben, ended()), Err(Refusal::NotHost));
    let other = Command::Ended(FilmId::new("Kid"));
    assert_eq!(evening.wants(ana, other), Ok(vec![]));
    evening.wants(ana, ended()).unwrap();
    assert!(evening.room.playback().is_over(evening.now));
    evening.waits(limits::NEXT_AFTER_MS);
    assert_eq!(on(&evening), "Kid");
    evening.waits(1_000);
    assert_eq!(
        evening.wants(ana, Command::Ended(FilmId::new("Kid"))),
        Ok(vec![]),
        "the clock knows better"
    );
}

#[test]
fn nothing_comes_while_nobody_watches() {
    let (mut evening, ana) = playing(["Kid"]);
    evening.drops(ana);
    evening.waits(2 * END_MS);
    assert_eq!(on(&evening), "General");
    evening.comes("Ana");
    assert!(evening.room.queue().next_at.is_some());
    evening.waits(limits::NEXT_AFTER_MS);
    assert_eq!(on(&evening), "Kid");
}

#[test]
fn a_film_added_where_there_is_none_is_put_on() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    evening.wants(ana, add("Kid")).unwrap();
    assert_eq!((on(&evening), waiting(&evening)), ("Kid", vec![]));
    assert!(evening.room.playback().paused);
    evening.wants(ana, add("Circus")).unwrap();
    assert_eq!((on(&evening), waiting(&evening)), ("Kid", vec!["Circus"]));
}

#[test]
fn guests_leave_the_queue_alone() {
    let (mut evening, ana) = playing(["Kid"]);
    let ben = evening.comes("Ben");
    let kid = entry(&evening, "Kid");
    let before = evening.room.clone();
    for command in [
        add("Circus"),
        Command::Move {
            entry: kid,
            before: None,
        },
        Command::Remove(kid),
        Command::Remove(EntryId(99)),
        Command::Clear,
        Command::Repeat(Repeat::Film),
        next(),
        Command::Stay,
        undo(&evening.room),
        Command::Undo { number: 99 },
    ] {
        let refused = evening.wants(ben, command.clone());
        assert_eq!(refused, Err(Refusal::NotHost), "{command:?}");
    }
    assert_eq!(evening.room, before);
    evening.wants(ana, host(ben, true)).unwrap();
    evening.wants(ben, Command::Clear).unwrap();
}

#[test]
fn two_hosts_who_skip_at_once_skip_one_film() {
    let (mut evening, ana) = playing(["Kid", "Circus"]);
    let seen = evening.room.playback().revision;
    let next = Command::Next { seen, entry: None };
    evening.wants(ana, next.clone()).unwrap();
    assert_eq!(evening.wants(ana, next), Err(Refusal::FilmChanged));
    assert_eq!(on(&evening), "Kid");
}

#[test]
fn the_queue_outlasts_a_restart() {
    let (mut evening, ana) = playing(["Kid", "Circus"]);
    evening.wants(ana, Command::Repeat(Repeat::Queue)).unwrap();
    evening.waits(END_MS + 1_000);
    let text = serde_json::to_string(&evening.room).unwrap();
    let kept: Room = serde_json::from_str(&text).unwrap();
    let kept = kept.restored(evening.now, evening.room.log().clone());
    assert_eq!(kept.queue().entries(), evening.room.queue().entries());
    assert_eq!(kept.queue().repeat, Repeat::Queue);
    evening.room = kept;
    evening.waits(20_000);
    assert_eq!(on(&evening), "General", "nobody is back");
    evening.comes("Ana");
    evening.waits(limits::NEXT_AFTER_MS);
    assert_eq!(on(&evening), "Kid");
}

#[test]
fn a_room_of_before_there_were_queues_has_an_empty_one() {
    let (evening, _) = playing([]);
    let mut kept = serde_json::to_value(&evening.room).unwrap();
    kept.as_object_mut().unwrap().remove("queue").unwrap();
    let room: Room = serde_json::from_value(kept).unwrap();
    assert_eq!(room.queue(), &matinee_room::Queue::default());
    assert_eq!(room.playback(), evening.room.playback());
}

proptest! {
    #![proptest_config(cases(128))]

    /// What waits is told apart, whatever is done.
    #[test]
    fn no_entry_is_there_twice(chances in chances()) {
        chances.play(|taken| {
            let mut ids: Vec<_> = taken.after.queue().entries().iter().map(|entry| entry.id).collect();
            ids.sort_unstable();
            prop_assert!(ids.windows(2).all(|two| two[0] < two[1]));
            prop_assert!(ids.len() <= limits::QUEUE_ENTRIES_MAX);
            Ok(())
        })?;
    }

    /// What is announced comes, or is taken back: the room waits for no film for ever.
    #[test]
    fn the_next_film_is_never_late(chances in chances()) {
        chances.play(|taken| {
            let next_at = taken.after.queue().next_at;
            prop_assert!(next_at.is_none_or(|at| at <= taken.now.plus_ms(limits::NEXT_AFTER_MS)));
            prop_assert!(next_at.is_none() || taken.after.poll_timeout().is_some_and(|at| Some(at) <= next_at));
            if *taken.input == Input::Tick && taken.before.queue().next_at.is_some_and(|at| at <= taken.now) {
                prop_assert!(taken.after.playback().revision > taken.before.playback().revision);
                prop_assert!(!taken.after.playback().paused);
            }
            Ok(())
        })?;
    }
}
