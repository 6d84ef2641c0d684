//! Hosts whose own players lead: what is a heartbeat, what a wish, what only late. The players here are called
//! Sol and Tia, the page's people Ana and Ben.

use crate::chance::{cases, lead};
use crate::evening::{Evening, film, host, knock, page, play};
use matinee_room::{
    Audience, Change, Channel, Client, Command, Event, Happening, Input, Join, MemberId, Refusal, Stay,
    limits,
};
use proptest::prelude::*;

/// A client that plays a film of its own and has no clock of the server's.
fn player(name: &str) -> Join {
    Join {
        client: Client {
            name: "Player".into(),
            paced: true,
            ..page()
        },
        stay: Stay::WhileConnected,
        ..knock(name)
    }
}

/// An evening of two players, both hosts.
pub(crate) fn two_players() -> (Evening, [MemberId; 2]) {
    let mut evening = Evening::new();
    let sol = evening.join(player("Sol")).unwrap();
    let tia = evening.join(player("Tia")).unwrap();
    evening.wants(sol, host(tia, true)).unwrap();
    (evening, [sol, tia])
}

/// An evening of a host at the page, with a film, and a player who is host too.
pub(crate) fn page_and_player() -> (Evening, [MemberId; 2]) {
    let mut evening = Evening::new();
    let ana = evening.comes("Ana");
    let sol = evening.join(player("Sol")).unwrap();
    evening.wants(ana, host(sol, true)).unwrap();
    evening
        .wants(ana, Command::Pick(film("General", Some(3_600_000))))
        .unwrap();
    (evening, [ana, sol])
}

/// What a player tells that stands there and plays.
pub(crate) fn at(position_ms: u64) -> Command {
    state(position_ms, false, 1.0)
}

pub(crate) fn state(position_ms: u64, paused: bool, rate: f64) -> Command {
    Command::Lead {
        position_ms,
        paused,
        rate,
        force: false,
        text: Some("state".into()),
    }
}

pub(crate) fn on_purpose(command: Command) -> Command {
    match command {
        Command::Lead {
            position_ms,
            paused,
            rate,
            text,
            ..
        } => Command::Lead {
            position_ms,
            paused,
            rate,
            force: true,
            text,
        },
        other => other,
    }
}

/// What came of it, for whom, but for what is passed on.
pub(crate) fn told(events: &[Event]) -> Vec<(Audience, &Happening)> {
    let passed = |event: &&Event| !matches!(event.what, Happening::Passed { .. });
    events
        .iter()
        .filter(passed)
        .map(|event| (event.to, &event.what))
        .collect()
}

/// Whether it was passed on to the others as it was told.
fn is_passed_on(events: &[Event], from: MemberId) -> bool {
    let passed = Happening::Passed {
        from,
        channel: Channel::Cue,
        text: "state".into(),
    };
    events
        .iter()
        .any(|event| event.to == Audience::Except(from) && event.what == passed)
}

pub(crate) fn followed(events: &[Event]) -> Option<Change> {
    events.iter().find_map(|event| match event.what {
        Happening::Playback(change) => Some(change),
        _ => None,
    })
}

/// The sender is told where the room is; nobody else hears of it, and nothing has changed.
pub(crate) fn is_put_right(events: &[Event], sender: MemberId) -> bool {
    told(events) == [(Audience::Only(sender), &Happening::Beat)] && !is_passed_on(events, sender)
}

#[test]
fn the_room_follows_its_host_without_any_film() {
    let (mut evening, [sol, _]) = two_players();
    let events = evening.wants(sol, at(60_000)).unwrap();
    let change = Change {
        position: true,
        paused: true,
        ..Change::default()
    };
    // The other leader's word from before may be on its way to the sender, who is told what holds.
    assert_eq!(
        told(&events),
        [
            (Audience::All, &Happening::Playback(change)),
            (Audience::Only(sol), &Happening::Beat)
        ]
    );
    assert!(is_passed_on(&events, sol));
    evening.waits(10_000);
    assert_eq!(evening.position_ms(), 70_000);
    let events = evening.wants(sol, state(70_000, true, 1.0)).unwrap();
    assert_eq!(
        followed(&events).unwrap(),
        Change {
            paused: true,
            ..Change::default()
        }
    );
    evening.waits(10_000);
    assert_eq!(evening.position_ms(), 70_000);
    let events = evening.wants(sol, state(70_000, true, 1.5)).unwrap();
    assert_eq!(
        followed(&events).unwrap(),
        Change {
            rate: true,
            ..Change::default()
        }
    );
}

#[test]
fn a_state_within_the_tolerance_is_a_heartbeat() {
    let (mut evening, [sol, _]) = two_players();
    evening.wants(sol, at(60_000)).unwrap();
    for (off_ms, heartbeat) in [(-300, true), (300, true), (-301, false), (301, false), (0, true)] {
        evening.waits(1_000);
        let revision = evening.room.playback().revision;
        let position_ms = evening.position_ms().saturating_add_signed(off_ms);
        let events = evening.wants(sol, at(position_ms)).unwrap();
        assert!(is_passed_on(&events, sol), "{off_ms}");
        assert_eq!(
            evening.room.playback().revision == revision,
            heartbeat,
            "{off_ms}"
        );
        if heartbeat {
            assert_eq!(told(&events), [(Audience::All, &Happening::Beat)], "{off_ms}");
        } else {
            assert_eq!(
                followed(&events),
                Some(Change {
                    position: true,
                    ..Change::default()
                })
            );
            assert_eq!(evening.room.playback().heading_at(evening.now), position_ms);
        }
    }
}

/// A change holds a little later, so that the page's people hear of it in time; a player goes on at once.
#[test]
fn a_heartbeat_right_after_a_change_is_none_of_its_own() {
    let (mut evening, [sol, tia]) = two_players();
    evening.latency(tia, 400);
    evening.wants(sol, at(60_000)).unwrap();
    let revision = evening.room.playback().revision;
    for ms in [1, 100, 300, 500, 900] {
        evening.waits(ms);
        let position_ms = 60_000 + evening.now.0 - 1_000_000;
        evening.wants(sol, at(position_ms)).unwrap();
        assert_eq!(evening.room.playback().revision, revision, "{ms}");
    }
}

#[test]
fn the_way_to_the_server_is_reckoned_with() {
    let (mut evening, [sol, _]) = two_players();
    evening.latency(sol, 400);
    evening.wants(sol, at(60_000)).unwrap();
    evening.waits(5_000);
    assert_eq!(
        evening.position_ms(),
        65_400,
        "it went on while its word was under way"
    );
    let revision = evening.room.playback().revision;
    evening.wants(sol, at(65_000)).unwrap();
    assert_eq!(evening.room.playback().revision, revision);
    evening.wants(sol, state(65_000, true, 1.0)).unwrap();
    assert_eq!(evening.position_ms(), 65_000, "but not where it stands still");
}

#[test]
fn only_a_host_leads_and_only_at_a_speed_that_players_play() {
    let mut evening = Evening::new();
    let sol = evening.join(player("Sol")).unwrap();
    let tia = evening.join(player("Tia")).unwrap();
    let before = evening.room.clone();
    assert_eq!(evening.wants(tia, on_purpose(at(1))), Err(Refusal::NotHost));
    for rate in [0.0, -1.0, 0.2, 4.1, f64::NAN, f64::INFINITY] {
        let wanted = on_purpose(state(1, false, rate));
        assert!(
            matches!(evening.wants(sol, wanted), Err(Refusal::RateOutOfRange { .. })),
            "{rate}"
        );
    }
    let cue = Command::Pass {
        channel: Channel::Cue,
        to: None,
        text: "go:1".into(),
    };
    assert_eq!(evening.wants(tia, cue.clone()), Err(Refusal::NotHost));
    assert_eq!(evening.room, before);
    let events = evening.wants(sol, cue).unwrap();
    assert_eq!(events.first().map(|event| event.to), Some(Audience::Except(sol)));
}

#[test]
fn a_host_who_means_it_is_followed_at_once() {
    let (mut evening, [ana, sol]) = page_and_player();
    evening.wants(ana, play()).unwrap();
    let events = evening.wants(sol, on_purpose(state(90_000, true, 1.0))).unwrap();
    assert!(followed(&events).is_some());
    assert!(evening.room.playback().paused);
    assert_eq!(evening.position_ms(), 90_000);
}

#[test]
fn a_host_who_insists_is_followed_in_the_end() {
    let (mut evening, [ana, sol]) = page_and_player();
    evening.wants(ana, play()).unwrap();
    let mut changed = None;
    for second in 0..=4 {
        let events = evening.wants(sol, state(90_000, true, 1.0)).unwrap();
        if followed(&events).is_some() {
            changed = Some(second);
            break;
        }
        evening.waits(1_000);
    }
    // Settled a little after the two seconds, since the change itself holds a little later.
    assert_eq!(changed, Some(3));
    assert!(evening.room.playback().paused);
}

/// Somebody joins as a host and opens the film: their player begins at 0:00, and must not take all others there.
#[test]
fn a_player_that_has_just_begun_is_brought_to_the_others() {
    let (mut evening, [sol, tia]) = two_players();
    evening.wants(sol, at(600_000)).unwrap();
    evening.waits(60_000);
    let events = evening.wants(tia, state(0, true, 1.0)).unwrap();
    assert!(is_put_right(&events, tia), "{events:?}");
    evening.waits(1_000);
    let events = evening.wants(tia, at(evening.position_ms() - 100)).unwrap();
    assert!(is_passed_on(&events, tia), "in step now");
    // The film is closed for a while and opened again.
    evening.waits(limits::SETTLE_MS + 1);
    let events = evening.wants(tia, state(0, true, 1.0)).unwrap();
    assert!(is_put_right(&events, tia), "{events:?}");
    assert!(!evening.room.playback().paused);
}

/// Tia's player waits for bytes while Sol's goes on.
#[test]
fn a_host_who_lags_does_not_drag_the_others_back() {
    let (mut evening, [sol, tia]) = two_players();
    evening.wants(sol, at(60_000)).unwrap();
    evening.waits(1_000);
    let stuck_ms = evening.position_ms();
    evening.wants(tia, at(stuck_ms)).unwrap();
    let revision = evening.room.playback().revision;
    for _ in 0..5 {
        evening.waits(1_000);
        let position_ms = evening.position_ms();
        evening.wants(sol, at(position_ms)).unwrap();
        let events = evening.wants(tia, at(stuck_ms)).unwrap();
        assert!(is_put_right(&events, tia), "{events:?}");
    }
    assert_eq!(evening.room.playback().revision, revision);
    // A step back from where it is, or ahead, is meant.
    let events = evening.wants(tia, at(stuck_ms - 10_000)).unwrap();
    assert!(followed(&events).unwrap().position);
    // Now it is Tia who leads: where her player waits, all wait, for nobody else can tell where she is.
    evening.waits(1_000);
    let events = evening.wants(tia, at(stuck_ms - 10_000)).unwrap();
    assert!(followed(&events).unwrap().position);
}

#[test]
fn two_hosts_in_step_change_nothing() {
    let (mut evening, [sol, tia]) = two_players();
    evening.latency(sol, 30);
    evening.latency(tia, 250);
    evening.wants(sol, at(60_000)).unwrap();
    let revision = evening.room.playback().revision;
    for _ in 0..30 {
        evening.waits(1_000);
        for (who, off_ms) in [(sol, -80), (tia, -250 + 120)] {
            let told_ms = evening.position_ms().saturating_add_signed(off_ms);
            let events = evening.wants(who, at(told_ms)).unwrap();
            assert!(is_passed_on(&events, who));
        }
    }
    assert_eq!(evening.room.playback().revision, revision);
}

/// Clients that tell only what somebody did are not taken for players that have just begun.
#[test]
fn who_does_not_tell_all_the_time_is_followed_at_once_when_all_is_settled() {
    let (mut evening, [ana, _]) = page_and_player();
    let tess = evening.comes("Tess");
    evening.wants(ana, host(tess, true)).unwrap();
    evening.wants(ana, play()).unwrap();
    evening.waits(limits::SETTLE_MS + limits::LEAD_MS_MIN);
    let events = evening.wants(tess, state(1_000_000, true, 1.0)).unwrap();
    assert!(followed(&events).is_some());
}

#[test]
fn the_player_who_has_been_here_longest_takes_over_and_leads() {
    let mut evening = Evening::new();
    let [sol, tia, uma] = ["Sol", "Tia", "Uma"].map(|name| evening.join(player(name)).unwrap());
    evening.wants(sol, at(60_000)).unwrap();
    evening.give(Input::Drop(sol)).unwrap();
    assert_eq!(evening.hosts(), [tia], "at once: a place is not kept for them");
    assert_eq!(evening.wants(uma, at(1)), Err(Refusal::NotHost));
    evening.waits(1_000);
    let position_ms = evening.position_ms();
    let events = evening.wants(tia, at(position_ms)).unwrap();
    assert!(is_passed_on(&events, tia));
    evening.wants(tia, state(position_ms, true, 1.0)).unwrap();
    assert!(evening.room.playback().paused);
}

/// A word of a player of two, how long after the one before.
type Word = (u64, bool, Command);

fn words() -> impl Strategy<Value = Vec<Word>> {
    let position_ms = prop_oneof![4 => 0..100_000_u64, 1 => 0..limits::DURATION_MS_MAX / 2];
    prop::collection::vec((0..3_000_u64, any::<bool>(), lead(position_ms)), 1..60)
}

proptest! {
    #![proptest_config(cases(256))]

    /// Whatever players tell: either the room is where the sender is, or the sender is told where the room is, or
    /// it was refused.
    #[test]
    fn nobody_is_left_out_of_step(words in words()) {
        let (mut evening, [sol, tia]) = two_players();
        for (wait_ms, first, word) in words {
            evening.waits(wait_ms);
            let sender = if first { sol } else { tia };
            let before = evening.room.playback().clone();
            let Command::Lead { position_ms, paused, rate, force, .. } = word else { unreachable!() };
            match evening.wants(sender, word) {
                Err(_) => prop_assert_eq!(evening.room.playback(), &before),
                Ok(events) if is_passed_on(&events, sender) => {
                    let playback = evening.room.playback();
                    let heading_ms = playback.heading_at(evening.now);
                    let off_ms = heading_ms.abs_diff(position_ms.min(limits::DURATION_MS_MAX));
                    prop_assert!(off_ms <= limits::LEAD_TOLERANCE_MS, "{}", off_ms);
                    prop_assert_eq!((playback.paused, playback.rate), (paused, rate));
                }
                Ok(events) => {
                    prop_assert!(!force && is_put_right(&events, sender), "{:?}", events);
                    prop_assert_eq!(evening.room.playback(), &before);
                }
            }
        }
    }
}
