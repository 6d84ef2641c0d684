//! Answers, reactions, slow chat, names that look alike, and the lines that wait until somebody has settled.

use crate::chance::cases;
use crate::evening::{Evening, film, knock, pause, play, rate, say, seek};
use matinee_room::{
    Command, Configure, Event, Happening, Line, LineKind, MemberId, Quote, Refusal, Setting, WhoMay, limits,
};
use proptest::prelude::*;

fn lines(events: &[Event]) -> Vec<Line> {
    let lines = events.iter().filter_map(|event| match &event.what {
        Happening::Line(line) => Some(line.clone()),
        _ => None,
    });
    lines.collect()
}

fn reactions(events: &[Event]) -> u32 {
    let counts = events.iter().filter_map(|event| match &event.what {
        Happening::Reactions(reactions) => Some(reactions.iter().map(|(_, count)| count).sum::<u32>()),
        _ => None,
    });
    counts.sum()
}

fn reply(text: &str, to: u64) -> Command {
    Command::Reply {
        text: text.into(),
        to,
    }
}

fn react(emoji: &str) -> Command {
    Command::React(emoji.into())
}

fn kinds(evening: &Evening, since: u64) -> Vec<LineKind> {
    evening
        .room
        .log()
        .since(since)
        .map(|line| line.kind.clone())
        .collect()
}

#[test]
fn an_answer_repeats_the_beginning_of_what_it_answers() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    let question = lines(&evening.wants(ana, say("what\na train")).unwrap()).remove(0);
    let answer = lines(&evening.wants(ben, reply("yes", question.seq)).unwrap()).remove(0);
    let quote = Quote {
        seq: question.seq,
        member: ana,
        name: "Ana".into(),
        text: "what a train".into(),
    };
    let said = |reply_to| LineKind::Said {
        text: "yes".into(),
        reply_to,
    };
    assert_eq!(answer.kind, said(Some(quote)));
    assert_eq!(answer.spoken().as_deref(), Some("@Ana yes"));
    // The first line tells that Ana came: nobody said it. Number 99 was never written.
    for nothing in [1, 99, 0, u64::MAX] {
        let answer = lines(&evening.wants(ben, reply("yes", nothing)).unwrap()).remove(0);
        assert_eq!(answer.kind, said(None));
    }
}

#[test]
fn reactions_are_told_together_and_none_of_them_is_lost() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    let told = evening.wants(ana, react("👍")).unwrap();
    assert_eq!(told[0].what, Happening::Reactions(vec![("👍".into(), 1)]));
    for (member, emoji) in [(ana, "😂"), (ben, "👍"), (ben, "😂"), (ben, "😂")] {
        assert_eq!(evening.wants(member, react(emoji)), Ok(vec![]));
    }
    assert_eq!(
        evening.room.poll_timeout(),
        Some(evening.now.plus_ms(limits::REACTIONS_TOLD_EVERY_MS))
    );
    evening.now = evening.now.plus_ms(limits::REACTIONS_TOLD_EVERY_MS);
    let told = evening.give(matinee_room::Input::Tick).unwrap();
    assert_eq!(
        told[0].what,
        Happening::Reactions(vec![("😂".into(), 3), ("👍".into(), 1)])
    );
    assert_eq!(evening.wants(ana, react("<b>")), Err(Refusal::NoReaction));
    assert!(kinds(&evening, 2).is_empty(), "they are in no log");
}

#[test]
fn fifty_reactions_a_second_become_few() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    let (mut told, mut messages) = (0, 0);
    for _ in 0..500 {
        let mut events = evening.wants(ana, react("👍")).unwrap();
        evening.now = evening.now.plus_ms(20);
        if evening.room.poll_timeout().is_some_and(|at| at <= evening.now) {
            events.extend(evening.give(matinee_room::Input::Tick).unwrap());
        }
        told += reactions(&events);
        messages += events.len();
    }
    assert!((50..=60).contains(&told), "{told} in 10 s");
    assert!(messages <= 41, "{messages} in 10 s");
    assert!(
        reactions(&evening.wants(ben, react("👍")).unwrap()) <= 1,
        "others are not held up"
    );
}

#[test]
fn kinds_of_reactions_are_bounded() {
    let mut evening = Evening::new();
    let faces: Vec<String> = ('😀'..='😿').map(String::from).collect();
    for (number, face) in faces.iter().enumerate() {
        let member = evening.comes(&format!("Guest {number}"));
        evening.wants(member, react(face)).unwrap();
    }
    evening.now = evening.now.plus_ms(limits::REACTIONS_TOLD_EVERY_MS);
    let told = evening.give(matinee_room::Input::Tick).unwrap();
    let Happening::Reactions(told) = &told[0].what else {
        panic!("{told:?}")
    };
    assert_eq!(told.len(), limits::REACTION_KINDS_MAX);
}

fn slow(evening: &mut Evening, ana: MemberId, slow_s: u32) -> Result<Vec<Event>, Refusal> {
    let change = Configure {
        slow_s: Some(slow_s),
        ..Configure::default()
    };
    evening.wants(ana, Command::Configure(change))
}

#[test]
fn slow_chat_holds_up_guests_and_no_hosts() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    slow(&mut evening, ana, 10).unwrap();
    evening.wants(ben, say("one")).unwrap();
    let phone = matinee_room::Join {
        tab: matinee_room::Tab::new("phone"),
        ..knock("Ben")
    };
    let phone = evening.join(phone).unwrap();
    evening.waits(1_500);
    for member in [ben, phone] {
        assert_eq!(
            evening.wants(member, say("two")),
            Err(Refusal::TooSoon { wait_s: 9 })
        );
    }
    for _ in 0..3 {
        evening.wants(ana, say("I may")).unwrap();
    }
    evening.leaves(ben);
    assert_eq!(
        evening.wants(phone, say("two")),
        Err(Refusal::TooSoon { wait_s: 9 }),
        "nor is it dodged by leaving"
    );
    evening.comes("Ben");
    evening.waits(8_500);
    evening.wants(ben, say("two")).unwrap();
    let seconds_max = limits::SLOW_S_MAX;
    assert_eq!(
        slow(&mut evening, ana, seconds_max + 1),
        Err(Refusal::SlowOutOfRange { seconds_max })
    );
}

#[test]
fn nobody_goes_on_in_slow_chat_by_taking_names() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    slow(&mut evening, ana, 10).unwrap();
    let rename = |name: &str| Command::Rename(name.to_owned());
    evening.wants(ben, rename("I say")).unwrap();
    let too_soon = Err(Refusal::TooSoon { wait_s: 10 });
    assert_eq!(evening.wants(ben, rename("what I want")), too_soon);
    assert_eq!(evening.wants(ben, say("at once")), too_soon);
    evening.wants(ben, rename("I say")).unwrap();
    evening.waits(10_000);
    evening.wants(ben, say("now")).unwrap();
    assert_eq!(evening.wants(ben, rename("and now")), too_soon);
    evening.wants(ana, rename("Anna")).unwrap();
    evening.wants(ana, rename("Hannah")).unwrap();
}

#[test]
fn who_takes_anothers_name_is_told_apart() {
    let (mut evening, [ana, ben, cai]) = Evening::with(["Ana", "Ben", "Cai"]);
    let namesake = |evening: &Evening, id| evening.room.member(id).unwrap().namesake;
    evening.wants(cai, Command::Rename("\u{0412}en".into())).unwrap();
    assert_eq!(namesake(&evening, ben), None);
    assert_eq!(namesake(&evening, cai), Some(2));
    evening.wants(ana, Command::Rename("BEN".into())).unwrap();
    assert_eq!(namesake(&evening, ana), Some(3));
    let line = lines(&evening.wants(ana, say("I am Ben")).unwrap()).remove(0);
    assert_eq!((line.namesake, line.called()), (Some(3), "BEN (3)".into()));
    evening.leaves(ben);
    assert_eq!(
        namesake(&evening, cai),
        Some(2),
        "a number stays as long as the name"
    );
    evening.wants(cai, Command::Rename("Cai".into())).unwrap();
    assert_eq!(namesake(&evening, cai), None);
    evening.wants(cai, Command::Rename("Ben 3".into())).unwrap();
    assert_eq!(namesake(&evening, cai), None, "a number in a name is none");
    assert_eq!(evening.comes("Ben"), ben);
    assert_eq!(namesake(&evening, ben), None);
    assert_ne!(namesake(&evening, ben), namesake(&evening, ana));
}

#[test]
fn another_name_is_told_in_the_log() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    evening.wants(ana, Command::Rename("Maria".into())).unwrap();
    assert_eq!(kinds(&evening, 1), [LineKind::Renamed { before: "Ana".into() }]);
}

#[test]
fn a_row_of_seeks_is_one_line() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    evening
        .wants(
            ana,
            Command::Host {
                member: ben,
                host: true,
            },
        )
        .unwrap();
    evening.wants(ana, Command::Pick(film("General", None))).unwrap();
    let before = evening.room.log().last_seq();
    for position_ms in [1_000, 2_000, 3_000] {
        evening.wants(ana, seek(position_ms)).unwrap();
        evening.waits(limits::SETTLED_MS - 1);
    }
    evening.wants(ben, rate(1.5)).unwrap();
    evening.wants(ben, rate(2.0)).unwrap();
    assert!(kinds(&evening, before).is_empty());
    evening.waits(limits::SETTLED_MS);
    let moved = LineKind::Moved { position_ms: 3_000 };
    assert_eq!(kinds(&evening, before), [moved, LineKind::Rate { rate: 2.0 }]);
    let last = evening.room.log().since(before).next().unwrap().clone();
    assert_eq!(last.member, ana);
}

#[test]
fn a_seek_is_told_before_the_pause_after_it() {
    let (mut evening, [ana, _]) = Evening::with(["Ana", "Ben"]);
    evening.wants(ana, Command::Pick(film("General", None))).unwrap();
    evening.wants(ana, play()).unwrap();
    evening.waits(10_000);
    let before = evening.room.log().last_seq();
    evening.wants(ana, seek(1_000)).unwrap();
    evening.waits(limits::SETTLED_MS - 1);
    evening.wants(ana, pause()).unwrap();
    evening.waits(10_000);
    let told = kinds(&evening, before);
    assert!(
        matches!(told[..], [LineKind::Moved { .. }, LineKind::Paused { .. }]),
        "{told:?}"
    );
}

#[test]
fn what_concerns_a_film_that_is_off_is_not_told() {
    let (mut evening, [ana, _]) = Evening::with(["Ana", "Ben"]);
    evening.wants(ana, Command::Pick(film("General", None))).unwrap();
    evening.wants(ana, seek(1_000)).unwrap();
    evening.wants(ana, Command::Pick(film("Kid", None))).unwrap();
    evening.wants(ana, play()).unwrap();
    evening.waits(10_000);
    evening.wants(ana, pause()).unwrap();
    let moved = |kind: &LineKind| matches!(kind, LineKind::Moved { .. });
    assert!(!kinds(&evening, 0).iter().any(moved));
}

#[test]
fn settings_that_concern_everybody_are_told() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    let change = Configure {
        name: Some("Saturday".into()),
        closed_to_newcomers: Some(true),
        who_controls: Some(WhoMay::Everybody),
        ..Configure::default()
    };
    evening.wants(ana, Command::Configure(change)).unwrap();
    let set = |what| LineKind::Set { what };
    assert_eq!(
        kinds(&evening, 1),
        [set(Setting::Closed), set(Setting::EverybodyControls)]
    );
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn reactions_stay_within_their_bounds(waits in prop::collection::vec(0..120_u64, 1..200)) {
        let (mut evening, [ana, _]) = Evening::with(["Ana", "Ben"]);
        let start = evening.now;
        let mut told: Vec<(u64, u32)> = Vec::new();
        let mut note = |evening: &Evening, events: Vec<Event>| {
            let count = reactions(&events);
            if count > 0 {
                told.push((evening.now.ms_since(start), count));
            }
        };
        for wait_ms in waits {
            let until = evening.now.plus_ms(wait_ms);
            while let Some(at) = evening.room.poll_timeout().filter(|at| *at <= until) {
                evening.now = at;
                let events = evening.give(matinee_room::Input::Tick).unwrap();
                note(&evening, events);
            }
            evening.now = until;
            let events = evening.wants(ana, react("👍")).unwrap();
            note(&evening, events);
        }
        for pair in told.windows(2) {
            prop_assert!(pair[1].0 - pair[0].0 >= limits::REACTIONS_TOLD_EVERY_MS);
        }
        for (index, (from, _)) in told.iter().enumerate() {
            let within = told[index..].iter().take_while(|(at, _)| at - from < 1_000);
            let sum: u32 = within.map(|(_, count)| count).sum();
            // Ten at once, one each 200 ms, and those of the quarter of a second before the first message.
            prop_assert!(sum <= 10 + 5 + 2, "{} within a second from {}", sum, from);
        }
    }
}
