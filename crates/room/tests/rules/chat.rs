//! Lines, their numbers, and what is kept of them.

use crate::evening::{Evening, say};
use matinee_room::{Command, Happening, LineKind, Refusal, Seen, Timestamp, limits};

#[test]
fn words_are_cleaned_and_have_a_longest() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    let events = evening.wants(ana, say(" one\ntwo\u{202E} ")).unwrap();
    let Happening::Line(line) = &events[0].what else {
        panic!("{events:?}")
    };
    assert_eq!(
        line.kind,
        LineKind::Said {
            text: "one\ntwo".into(),
            reply_to: None,
        }
    );
    assert_eq!(evening.wants(ana, say(" \u{200B} ")), Err(Refusal::TextEmpty));
    let longest = "ä".repeat(limits::TEXT_CHARS_MAX);
    assert!(evening.wants(ana, say(&longest)).is_ok());
    assert!(matches!(
        evening.wants(ana, say(&format!("{longest}ä"))),
        Err(Refusal::TextTooLong { .. })
    ));
}

#[test]
fn a_line_keeps_the_name_of_its_time() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    evening.wants(ana, say("one")).unwrap();
    evening.wants(ana, Command::Rename("Maria".into())).unwrap();
    evening.wants(ana, say("two")).unwrap();
    let names: Vec<_> = evening
        .room
        .log()
        .since(1)
        .map(|line| line.name.clone())
        .collect();
    assert_eq!(names, ["Ana", "Maria", "Maria"]);
}

#[test]
fn who_has_seen_another_rooms_log_gets_all_of_this_one() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    evening.wants(ana, say("one")).unwrap();
    let made_at = evening.room.made_at();
    let lines = |seq, room_made_at| {
        let seen = Seen { seq, room_made_at };
        let lines = evening.room.lines_since(seen);
        lines.map(|line| line.seq).collect::<Vec<_>>()
    };
    let another = Some(Timestamp(made_at.0 + 1));
    assert_eq!(lines(1, Some(made_at)), [2]);
    assert_eq!(lines(1, None), [2], "who does not say which is believed");
    assert_eq!(lines(1, another), [1, 2]);
    assert_eq!(lines(2, another), [1, 2]);
    assert_eq!(lines(3, None), [1, 2], "there was no such line here");
}

#[test]
fn the_newest_500_lines_are_kept() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    for n in 0..600 {
        evening.wants(ana, say(&n.to_string())).unwrap();
    }
    let log = evening.room.log();
    assert_eq!(log.last_seq(), 601);
    let seqs = |seq| log.since(seq).map(|line| line.seq).collect::<Vec<_>>();
    assert_eq!(seqs(0), (102..=601).collect::<Vec<_>>());
    assert_eq!(seqs(50), seqs(0), "what is gone is gone");
    assert_eq!(seqs(599), [600, 601]);
    assert!(seqs(601).is_empty());
    assert!(seqs(u64::MAX).is_empty());
}

#[test]
fn strangers_say_nothing() {
    let (mut evening, [_, ben]) = Evening::with(["Ana", "Ben"]);
    evening.leaves(ben);
    assert_eq!(evening.wants(ben, say("boo")), Err(Refusal::NotMember));
}
