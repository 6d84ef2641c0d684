//! What passes through a room, the rights of its first member, and rooms that end.

use crate::chance::cases;
use crate::evening::{Evening, knock, lock, room};
use matinee_room::{
    Audience, Channel, Client, Command, Event, Happening, Identity, Input, Join, Log, MemberId,
    PasswordCheck, Refusal, Relay, Room, Stay, Tab, Timestamp, Whom, limits,
};
use proptest::prelude::*;

const DATA: &str = r#"{"b":12345678901234567890,"a":"\u0041"}"#;

fn pass(to: Option<Whom>) -> Command {
    Command::Pass {
        channel: Channel::Data,
        to,
        text: DATA.into(),
    }
}

fn set_state(state: impl Into<Box<str>>) -> Command {
    Command::SetState(Some(state.into()))
}

/// A player of a game, whose place is gone with the connection, but not forgotten.
fn player(id: &str) -> Join {
    Join {
        client: Client {
            name: "Game".into(),
            chats: false,
            plays: false,
            paced: false,
        },
        stay: Stay::Remembered,
        tab: Tab::new(id),
        identity: Identity::new("Game"),
        ..knock("Player")
    }
}

/// A game's room that takes so many, with these players in it.
fn game<const N: usize>(members_max: usize, ids: [&str; N]) -> (Evening, [MemberId; N]) {
    let mut relay = Relay::default();
    relay.members_max = Some(members_max);
    relay.owned = true;
    let mut evening = Evening::new();
    evening.room = room(None).gone_when_empty().with_relay(relay);
    let members = ids.map(|id| evening.join(player(id)).unwrap());
    (evening, members)
}

fn passed(events: &[Event]) -> (Audience, &str) {
    match events {
        [
            Event {
                to,
                what: Happening::Passed { text, .. },
                ..
            },
        ] => (*to, text),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_sent_reaches_all_others_or_the_one_it_is_for() {
    let (mut evening, [ana, ben, _]) = Evening::with(["Ana", "Ben", "Cai"]);
    let named = Whom::Tab(Identity::new("Ana"), Tab::new("a"));
    for (to, audience) in [
        (None, Audience::Except(ben)),
        (Some(Whom::Member(ana)), Audience::Only(ana)),
        (Some(named), Audience::Only(ana)),
        (Some(Whom::Member(ben)), Audience::Only(ben)),
    ] {
        let before = evening.room.clone();
        let events = evening.wants(ben, pass(to)).unwrap();
        assert_eq!(passed(&events), (audience, DATA));
        assert_eq!(evening.room, before, "nothing of it stays");
    }
}

#[test]
fn what_is_for_nobody_here_is_refused() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    evening.leaves(ben);
    let strangers = [
        Whom::Member(ben),
        Whom::Member(MemberId(0)),
        Whom::Member(MemberId(u32::MAX)),
        Whom::Tab(Identity::new("Ana"), Tab::new("b")),
        Whom::Tab(Identity::new("Ben"), Tab::new("a")),
    ];
    for to in strangers {
        assert_eq!(evening.wants(ana, pass(Some(to))), Err(Refusal::NoSuchMember));
    }
    assert_eq!(evening.wants(ben, pass(None)), Err(Refusal::NotMember));
}

#[test]
fn only_hosts_tell_the_others_players_what_to_do() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    let cue = Command::Pass {
        channel: Channel::Cue,
        to: None,
        text: "go".into(),
    };
    assert_eq!(evening.wants(ben, cue.clone()), Err(Refusal::NotHost));
    assert_eq!(passed(&evening.wants(ana, cue).unwrap()).0, Audience::Except(ana));
}

#[test]
fn the_state_is_the_first_members_and_the_others_hear_of_it() {
    let (mut evening, [host, guest]) = game(8, ["a", "b"]);
    assert_eq!(
        evening.wants(guest, Command::SetState(None)),
        Err(Refusal::StateNotYours)
    );
    assert_eq!(evening.wants(guest, set_state("1")), Err(Refusal::StateNotYours));
    assert_eq!(
        evening.wants(host, Command::SetState(None)),
        Err(Refusal::StateMissing)
    );
    assert_eq!(evening.room.relay().state(), None);
    let events = evening.wants(host, set_state("null")).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].to, &events[0].what),
        (Audience::Except(host), &Happening::State)
    );
    assert_eq!(evening.room.relay().state(), Some("null"));
    // Whoever is host of the film has no say in it.
    evening.leaves(host);
    assert_eq!(evening.hosts(), [guest]);
    assert_eq!(evening.wants(guest, set_state("1")), Err(Refusal::StateNotYours));
    assert_eq!(evening.join(player("a")), Ok(host));
    evening.wants(host, set_state("2")).unwrap();
    assert_eq!(evening.room.relay().state(), Some("2"));
}

#[test]
fn a_state_has_a_bound() {
    let (mut evening, [host]) = game(8, ["a"]);
    let state = |bytes: usize| format!("\"{}\"", "ä".repeat((bytes - 2) / 2));
    evening
        .wants(host, set_state(state(limits::STATE_BYTES_MAX)))
        .unwrap();
    let kept = evening.room.relay().state().map(str::len);
    assert_eq!(kept, Some(limits::STATE_BYTES_MAX));
    let bytes_max = limits::STATE_BYTES_MAX;
    let refused = evening.wants(host, set_state(state(bytes_max + 2)));
    assert_eq!(refused, Err(Refusal::StateTooLarge { bytes_max }));
    assert_eq!(evening.room.relay().state().map(str::len), kept);
}

#[test]
fn the_first_member_closes_the_room_for_everybody() {
    let (mut evening, [host, guest]) = game(8, ["a", "b"]);
    assert_eq!(evening.wants(guest, Command::Close), Err(Refusal::RoomNotYours));
    assert!(!evening.room.is_closed());
    let events = evening.wants(host, Command::Close).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].to, &events[0].what),
        (Audience::All, &Happening::Closed)
    );
    assert!(evening.room.is_closed() && evening.room.is_over() && evening.room.is_empty());
    assert_eq!(evening.room.poll_timeout(), None);
}

#[test]
fn a_closed_room_that_is_kept_is_still_closed_when_it_is_read_again() {
    let (mut evening, [host]) = game(8, ["a"]);
    evening.comes("Ana");
    assert!(evening.room.is_kept());
    evening.wants(host, Command::Close).unwrap();
    let written = serde_json::to_string(&evening.room).unwrap();
    let again: Room = serde_json::from_str(&written).unwrap();
    assert!(again.is_closed() && again.is_over());
    assert_eq!(again.changed_at(), Timestamp(0), "and is forgotten first");
}

#[test]
fn a_first_member_who_stays_away_ends_the_room() {
    let (mut evening, [host, guest]) = game(8, ["a", "b"]);
    evening.waits(1_000);
    evening.drops(host);
    let ends_at = evening.now.plus_ms(limits::FIRST_GONE_MS_MAX);
    assert_eq!(evening.room.poll_timeout(), Some(ends_at));
    // Others who come and go change nothing of it.
    evening.waits(60_000);
    evening.join(player("c")).unwrap();
    evening.drops(guest);
    assert_eq!(evening.room.poll_timeout(), Some(ends_at));
    evening.now = Timestamp(ends_at.0 - 1);
    assert_eq!(evening.give(Input::Tick), Ok(vec![]));
    evening.now = ends_at;
    let events = evening.give(Input::Tick).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].to, &events[0].what),
        (Audience::All, &Happening::Closed)
    );
    assert!(evening.room.is_closed() && evening.room.is_empty());
}

#[test]
fn a_first_member_who_is_back_in_time_stays_the_first() {
    let (mut evening, [host, _]) = game(8, ["a", "b"]);
    evening.drops(host);
    evening.waits(limits::FIRST_GONE_MS_MAX - 1);
    assert_eq!(evening.join(player("a")), Ok(host));
    assert_eq!(evening.room.poll_timeout(), None);
    evening.waits(10 * limits::FIRST_GONE_MS_MAX);
    evening.wants(host, set_state("1")).unwrap();
    // The next time is a new time.
    evening.drops(host);
    let ends_at = evening.now.plus_ms(limits::FIRST_GONE_MS_MAX);
    assert_eq!(evening.room.poll_timeout(), Some(ends_at));
}

#[test]
fn a_room_without_that_rule_needs_nobody() {
    let (mut evening, [ana, _]) = Evening::with(["Ana", "Ben"]);
    evening.leaves(ana);
    evening.waits(10 * limits::FIRST_GONE_MS_MAX);
    assert!(!evening.room.is_closed());
}

#[test]
fn a_room_that_is_kept_waits_for_its_first_member_only_while_somebody_is_there() {
    let (mut evening, [host]) = game(8, ["a"]);
    let ana = evening.comes("Ana");
    evening.leaves(host);
    evening.waits(60_000);
    evening.leaves(ana);
    assert!(!evening.room.is_over() && evening.room.poll_timeout().is_none());
    evening.waits(3_600_000);
    assert_eq!(evening.comes("Ana"), ana);
    let ends_at = evening.now.plus_ms(limits::FIRST_GONE_MS_MAX);
    assert_eq!(evening.room.poll_timeout(), Some(ends_at));
}

#[test]
fn a_room_that_nobody_is_in_is_gone_at_once() {
    let (mut evening, [host, guest]) = game(8, ["a", "b"]);
    evening.drops(guest);
    assert!(!evening.room.is_over());
    evening.drops(host);
    assert!(evening.room.is_over() && !evening.room.is_closed());
    assert_eq!(evening.room.poll_timeout(), None);
}

#[test]
fn who_was_here_has_their_number_again_if_there_is_room() {
    let (mut evening, [host, ben, cai]) = game(3, ["a", "b", "c"]);
    let full = Err(Refusal::RoomFull { members_max: 3 });
    assert_eq!(evening.join(player("d")), full);
    evening.drops(ben);
    let dora = evening.join(player("d")).unwrap();
    assert_eq!(dora, MemberId(4), "a number is never given again");
    assert_eq!(evening.join(player("b")), full);
    evening.drops(cai);
    let events = evening.give(Input::Join(player("b"))).unwrap();
    assert!(events.iter().any(|event| event.what == Happening::Joined(ben)));
    assert_eq!(evening.here(), [host, dora, ben]);
    // A place whose connection is replaced needs no room.
    let again = Join {
        replace: true,
        ..player("d")
    };
    let events = evening.give(Input::Join(again)).unwrap();
    assert_eq!(events.len(), 1, "nobody else hears of it");
    assert_eq!(events[0].to, Audience::Only(dora));
}

#[test]
fn who_was_here_has_their_number_and_rights_again_after_a_restart_too() {
    let (mut evening, [host, guest]) = game(8, ["a", "b"]);
    let ana = evening.comes("Ana");
    evening.wants(host, set_state("1")).unwrap();
    evening.room = evening.room.restored(evening.now, Log::default());
    assert_eq!(evening.here(), [ana]);
    assert_eq!(evening.join(player("b")), Ok(guest));
    let ends_at = evening.now.plus_ms(limits::FIRST_GONE_MS_MAX);
    assert_eq!(evening.room.relay().state(), Some("1"));
    evening.comes("Ana");
    assert_eq!(evening.room.poll_timeout(), Some(ends_at));
    assert_eq!(evening.join(player("a")), Ok(host));
    evening.wants(host, set_state("2")).unwrap();
}

#[test]
fn a_crowd_does_not_push_the_first_member_out_of_memory() {
    let (mut evening, [host, _]) = game(8, ["a", "b"]);
    evening.drops(host);
    for n in 0..2 * limits::FORMER_MEMBERS_MAX {
        let passer_by = evening.join(player(&format!("crowd {n}"))).unwrap();
        evening.drops(passer_by);
    }
    assert_eq!(evening.join(player("a")), Ok(host));
}

#[test]
fn the_server_allows_no_more_than_it_does_without_games() {
    let (mut evening, _) = game(usize::MAX, []);
    assert_eq!(evening.room.members_max(), limits::MEMBERS_MAX);
    evening.room = evening.room.with_members_max(1);
    evening.join(player("a")).unwrap();
    assert_eq!(
        evening.join(player("b")),
        Err(Refusal::RoomFull { members_max: 1 })
    );
}

#[test]
fn a_password_keeps_out_whoever_cannot_give_one() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    let (ben, _) = (
        evening.join(player("b")).unwrap(),
        evening.wants(ana, lock()).unwrap(),
    );
    evening.drops(ben);
    // An id that anybody may use lets nobody in.
    assert_eq!(evening.join(player("b")), Err(Refusal::PasswordNeeded));
    let told = Join {
        password: PasswordCheck::Right,
        ..player("b")
    };
    assert_eq!(evening.join(told), Ok(ben));
}

/// What players do.
#[derive(Clone, Copy, Debug)]
enum Step {
    Comes(usize),
    Drops(usize),
    Waits(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..6_usize).prop_map(Step::Comes),
        2 => (0..6_usize).prop_map(Step::Drops),
        1 => (0..200_000_u64).prop_map(Step::Waits),
    ];
    prop::collection::vec(step, 1..60)
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn numbers_stay_and_the_room_lives_as_long_as_its_rules_say(steps in steps()) {
        let (mut evening, _) = game(4, ["0"]);
        let mut numbers = vec![(0, MemberId(1))];
        let mut first_gone = None;
        for step in steps {
            match step {
                Step::Comes(who) => {
                    let crowded = evening.here().len() >= 4;
                    let is_here = evening.room.find(&Identity::new("Game"), &Tab::new(who.to_string())).is_some();
                    let comes = evening.join(Join { replace: true, ..player(&who.to_string()) });
                    prop_assert_eq!(comes.is_err(), crowded && !is_here);
                    if let Ok(member) = comes {
                        match numbers.iter().find(|(known, _)| *known == who) {
                            Some((_, number)) => prop_assert_eq!(*number, member),
                            None => numbers.push((who, member)),
                        }
                    }
                }
                Step::Drops(who) => {
                    let number = numbers.iter().find(|(known, _)| *known == who).map(|(_, number)| *number);
                    if let Some(number) = number.filter(|number| evening.here().contains(number)) {
                        evening.drops(number);
                    }
                }
                Step::Waits(ms) => evening.waits(ms),
            }
            let first_is_here = evening.here().contains(&MemberId(1));
            first_gone = if first_is_here { None } else { first_gone.or(Some(evening.now)) };
            let over_at = first_gone.map(|since: Timestamp| since.plus_ms(limits::FIRST_GONE_MS_MAX));
            let is_closed = over_at.is_some_and(|at| at <= evening.now);
            if evening.room.is_over() {
                prop_assert_eq!(evening.room.is_closed(), is_closed);
                prop_assert!(evening.room.is_empty());
                return Ok(());
            }
            prop_assert!(!is_closed && !evening.room.is_empty());
            prop_assert_eq!(evening.room.poll_timeout(), over_at);
        }
    }
}

#[test]
fn a_room_that_no_game_has_made_has_no_owner() {
    let (mut evening, [ana, _]) = Evening::with(["Ana", "Ben"]);
    assert_eq!(
        evening.wants(ana, Command::SetState(Some("1".into()))),
        Err(Refusal::StateNotYours)
    );
    assert_eq!(evening.wants(ana, Command::Close), Err(Refusal::RoomNotYours));
    assert!(!evening.room.is_closed());
}

#[test]
fn nobody_comes_into_a_closed_room() {
    let (mut evening, [host, _]) = game(8, ["host", "ben"]);
    evening.wants(host, Command::Close).unwrap();
    assert_eq!(evening.join(player("cleo")), Err(Refusal::RoomClosed));
    assert!(evening.room.is_empty());
}

#[test]
fn after_a_restart_the_first_member_has_all_their_time_to_come_back() {
    let (mut evening, [host, ..]) = game(8, ["host", "ben"]);
    evening.join(knock("Ana")).unwrap();
    evening.give(Input::Drop(host)).unwrap();
    evening.waits(limits::FIRST_GONE_MS_MAX - 1_000);
    let log = evening.room.log().clone();
    evening.room = evening.room.clone().restored(evening.now.plus_ms(3_600_000), log);
    evening.waits(3_600_000);
    evening.give(Input::Tick).unwrap();
    assert!(!evening.room.is_closed());
}
