//! Whom hosts mute, and how long that holds.

use crate::chance::{cases, chances};
use crate::evening::{Evening, say};
use crate::moderating::{from, mute, school, stranger};
use matinee_room::{Command, Happening, Join, LineKind, MemberId, Refusal, Tab, Timestamp, limits};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[test]
fn who_is_muted_says_nothing_in_any_way() {
    let (mut evening, ana, ben) = school();
    evening.wants(ana, mute(ben, Some(2))).unwrap();
    assert!(evening.room.member(ben).unwrap().muted);
    let phone = Join {
        tab: Tab::new("phone"),
        ..from("Ben", "train")
    };
    let phone = evening.join(phone).unwrap();
    let cookie = evening.join(from("Benny", "school")).unwrap();
    for member in [ben, phone, cookie] {
        for command in [
            say("hi"),
            Command::React("👍".into()),
            Command::Rename("HI ALL".into()),
        ] {
            assert_eq!(
                evening.wants(member, command.clone()),
                Err(Refusal::Muted),
                "{command:?}"
            );
        }
    }
    evening.waits(119_999);
    assert_eq!(evening.wants(ben, say("hi")), Err(Refusal::Muted));
    evening.waits(1);
    assert!(evening.wants(ben, say("hi")).is_ok());
    assert!(!evening.room.member(phone).unwrap().muted);
    let mutes = evening
        .room
        .log()
        .since(0)
        .filter(|line| matches!(line.kind, LineKind::Muted { .. }));
    assert_eq!(mutes.count(), 1);
}

#[test]
fn who_is_muted_comes_back_by_the_name_that_they_had() {
    let (mut evening, ana, ben) = school();
    let sam = evening.join(stranger("sam", "train")).unwrap();
    evening.wants(ana, mute(ben, None)).unwrap();
    evening.wants(ana, mute(sam, None)).unwrap();
    let name = |evening: &Evening, id| evening.room.member(id).unwrap().name.clone();
    let loud = |join: Join| Join {
        name: "HI ALL".into(),
        replace: true,
        ..join
    };
    evening.drops(ben);
    evening.join(loud(from("Ben", "school"))).unwrap();
    assert_eq!(name(&evening, ben), "Ben", "who was away");
    evening.leaves(ben);
    evening.join(loud(from("Ben", "school"))).unwrap();
    assert_eq!(name(&evening, ben), "Ben", "who had left");
    let phone = Join {
        tab: Tab::new("phone"),
        ..from("Ben", "train")
    };
    let phone = evening.join(loud(phone)).unwrap();
    assert_eq!(name(&evening, phone), "Ben", "another tab");
    evening.join(loud(stranger("sam", "train"))).unwrap();
    assert_eq!(name(&evening, sam), "sam", "who comes in again");
    evening.wants(ana, Command::Unmute(ben)).unwrap();
    evening.join(loud(from("Ben", "school"))).unwrap();
    assert_eq!(name(&evening, ben), "HI ALL");
}

#[test]
fn a_mute_outlasts_leaving_and_is_lifted() {
    let (mut evening, ana, ben) = school();
    evening.wants(ana, mute(ben, None)).unwrap();
    evening.leaves(ben);
    evening.waits(1_000_000_000);
    evening.comes("Ben");
    assert_eq!(evening.wants(ben, say("hi")), Err(Refusal::Muted));
    evening.wants(ana, Command::Unmute(ben)).unwrap();
    evening.wants(ben, say("hi")).unwrap();
    let minutes_max = limits::MUTE_MINUTES_MAX;
    for minutes in [0, minutes_max + 1] {
        let refused = evening.wants(ana, mute(ben, Some(minutes)));
        assert_eq!(refused, Err(Refusal::MinutesOutOfRange { minutes_max }));
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn who_is_muted_never_appears_in_the_log(chances in chances()) {
        let mut muted: BTreeMap<MemberId, Timestamp> = BTreeMap::new();
        chances.play(|taken| {
            muted.retain(|_, until| *until > taken.now);
            for event in taken.events() {
                let Happening::Line(line) = &event.what else { continue };
                match &line.kind {
                    LineKind::Said { .. } => prop_assert!(!muted.contains_key(&line.member)),
                    LineKind::Muted { whom, muted: true, minutes, .. } => {
                        let until = minutes.map_or(Timestamp(u64::MAX), |minutes| {
                            taken.now.plus_ms(u64::from(minutes) * 60_000)
                        });
                        muted.insert(*whom, until);
                    }
                    // It lifts those that meet the same person in another way too.
                    LineKind::Muted { muted: false, .. } => muted.clear(),
                    _ => {}
                }
            }
            Ok(())
        })?;
    }
}
