//! Words that cross on the way: a player that obeys what it is told and repeats where it is never moves the room by
//! that, however long the ways are and whatever others do meanwhile. The people are as in `leading`.

use crate::chance::cases;
use crate::evening::{Evening, pause, play, seek};
use crate::leading::{at, followed, is_put_right, on_purpose, page_and_player, state, told};
use matinee_room::{Audience, Command, Event, Happening, Input, MemberId, limits};
use proptest::prelude::*;
use std::collections::VecDeque;

/// Ana presses pause; what Sol's player said just before arrives after it.
#[test]
fn a_host_who_has_not_heard_of_a_change_does_not_take_it_back() {
    let (mut evening, [ana, sol]) = page_and_player();
    evening.wants(sol, on_purpose(at(60_000))).unwrap();
    for _ in 0..3 {
        evening.waits(1_000);
        let position_ms = evening.position_ms();
        evening.wants(sol, at(position_ms)).unwrap();
    }
    let late = at(evening.position_ms());
    evening.wants(ana, pause()).unwrap();
    let paused = evening.room.playback().clone();
    let events = evening.wants(sol, late.clone()).unwrap();
    assert!(is_put_right(&events, sol), "{events:?}");
    evening.waits(limits::SETTLE_MS);
    let events = evening.wants(sol, late).unwrap();
    assert!(is_put_right(&events, sol), "{events:?}");
    assert_eq!(*evening.room.playback(), paused);

    // It stops there, and from then on what it does is meant: at once.
    evening.wants(sol, state(paused.position_ms, true, 1.0)).unwrap();
    assert_eq!(*evening.room.playback(), paused);
    let events = evening.wants(sol, at(paused.position_ms)).unwrap();
    assert!(followed(&events).unwrap().paused);
    assert!(!evening.room.playback().paused);
}

/// Ana drags along the film; Sol's player comes to where she was a moment before.
#[test]
fn a_host_who_follows_one_change_does_not_take_back_the_next() {
    let (mut evening, [ana, sol]) = page_and_player();
    for position_ms in [100_000, 200_000, 300_000] {
        evening.wants(ana, seek(position_ms)).unwrap();
        evening.waits(200);
        let events = evening
            .wants(sol, state(position_ms - 100_000, true, 1.0))
            .unwrap();
        assert!(is_put_right(&events, sol), "{events:?}");
        assert_eq!(evening.position_ms(), position_ms);
    }
}

/// Sol goes on while Ana's pause is on its way. The player obeys the pause, and says so, before it hears what has become
/// of Sol's own word.
#[test]
fn what_a_player_obeys_is_not_its_wish() {
    let (mut evening, [ana, sol]) = page_and_player();
    evening.latency(sol, 100);
    evening.wants(ana, play()).unwrap();
    evening.waits(5_000);
    evening.wants(ana, pause()).unwrap();
    let obeyed = state(evening.room.playback().position_ms, true, 1.0);
    evening.waits(50);
    let events = evening.wants(sol, on_purpose(at(90_000))).unwrap();
    assert!(followed(&events).is_some());
    assert!(
        told(&events).contains(&(Audience::Only(sol), &Happening::Beat)),
        "it is told what holds, after what it was told before: {events:?}"
    );
    let revision = evening.room.playback().revision;
    evening.waits(150);
    let events = evening.wants(sol, obeyed.clone()).unwrap();
    assert!(is_put_right(&events, sol), "{events:?}");
    assert_eq!(evening.room.playback().revision, revision);
    // By now it has heard: from the one who changed it last, that is meant.
    evening.waits(1_000);
    assert!(followed(&evening.wants(sol, obeyed).unwrap()).unwrap().paused);
}

/// How often a player tells where it is.
const TELLS_EVERY_MS: u64 = 1_000;

/// How far off a player is moved that is not forced. One that is content with more would move the room by that.
const OBEYS_FROM_MS: u64 = limits::LEAD_TOLERANCE_MS;

/// Where a player is, or has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Standing {
    position_ms: u64,
    paused: bool,
    force: bool,
}

/// A way with its delay: what is on it, and when it arrives.
struct Way {
    delay_ms: u64,
    under_way: VecDeque<(u64, Standing)>,
}

impl Way {
    fn of(delay_ms: u64) -> Self {
        let under_way = VecDeque::new();
        Self { delay_ms, under_way }
    }

    fn send(&mut self, now: u64, standing: Standing) {
        self.under_way.push_back((now + self.delay_ms, standing));
    }

    fn arrived(&mut self, now: u64) -> Option<Standing> {
        self.under_way
            .pop_front_if(|(at, _)| *at <= now)
            .map(|(_, standing)| standing)
    }
}

/// Sol's player, and its ways to the room and back.
struct Player {
    id: MemberId,
    paused: bool,
    /// Where it is; while it plays, where it was at 0.
    offset_ms: i64,
    there: Way,
    back: Way,
}

impl Player {
    fn position_ms(&self, now: u64) -> u64 {
        let moved_ms = if self.paused { 0 } else { now as i64 };
        (self.offset_ms + moved_ms).max(0) as u64
    }

    fn goes_to(&mut self, now: u64, standing: Standing) {
        let moved_ms = if standing.paused { 0 } else { now as i64 };
        self.paused = standing.paused;
        self.offset_ms = standing.position_ms as i64 - moved_ms;
    }

    /// Does what it is told, which is `delay_ms` old.
    fn obeys(&mut self, now: u64, mut told: Standing) {
        told.position_ms += if told.paused { 0 } else { self.back.delay_ms };
        let off_ms = told.position_ms.abs_diff(self.position_ms(now));
        if told.force || told.paused != self.paused || off_ms > OBEYS_FROM_MS {
            self.goes_to(now, told);
        }
    }

    fn tells(&mut self, now: u64, force: bool) {
        let standing = Standing {
            position_ms: self.position_ms(now),
            paused: self.paused,
            force,
        };
        self.there.send(now, standing);
    }

    /// Hears what came of something, as its dialect tells it.
    fn hears(&mut self, evening: &Evening, events: &[Event]) {
        for event in events {
            let is_own = event.cause.is_some_and(|cause| cause.member == self.id);
            let force = match event.what {
                Happening::Playback(_) if !is_own => true,
                Happening::Beat if event.to == Audience::Only(self.id) => false,
                Happening::Beat if event.to == Audience::All && !is_own => false,
                _ => continue,
            };
            let playback = evening.room.playback();
            let standing = Standing {
                position_ms: playback.heading_at(evening.now),
                paused: playback.paused,
                force,
            };
            self.back.send(evening.now.0, standing);
        }
    }
}

/// What is done: after so long, by Sol or Ana, what.
type Deed = (u64, bool, Wish);

#[derive(Clone, Copy, Debug)]
enum Wish {
    Play,
    Pause,
    Seek(u64),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let wish = prop_oneof![
        Just(Wish::Play),
        Just(Wish::Pause),
        (0..3_000_u64).prop_map(|seconds| Wish::Seek(seconds * 1_000)),
    ];
    let gap_ms = prop_oneof![0..300_u64, 0..4_000_u64];
    prop::collection::vec((gap_ms, any::<bool>(), wish), 1..12)
}

/// The room, and Sol's player at the end of its ways.
struct Party {
    evening: Evening,
    ana: MemberId,
    player: Player,
}

impl Party {
    /// All are in step, and the film plays.
    fn begin(delay_ms: u64) -> Self {
        let (mut evening, [ana, sol]) = page_and_player();
        evening.latency(sol, delay_ms as u32);
        evening.wants(ana, play()).unwrap();
        evening.waits(5_000);
        let player = Player {
            id: sol,
            paused: false,
            offset_ms: evening.position_ms() as i64 - evening.now.0 as i64,
            there: Way::of(delay_ms),
            back: Way::of(delay_ms),
        };
        Self { evening, ana, player }
    }

    /// Sol does something to the player, and it tells.
    fn sol_does(&mut self, wish: Wish) {
        let now = self.evening.now.0;
        let (position_ms, paused) = (self.player.position_ms(now), self.player.paused);
        let (position_ms, paused) = match wish {
            Wish::Play => (position_ms, false),
            Wish::Pause => (position_ms, true),
            Wish::Seek(position_ms) => (position_ms, paused),
        };
        let standing = Standing {
            position_ms,
            paused,
            force: true,
        };
        self.player.goes_to(now, standing);
        self.player.tells(now, true);
    }

    /// Ana does something on the page.
    fn ana_does(&mut self, wish: Wish) {
        let command = match wish {
            Wish::Play => play(),
            Wish::Pause => pause(),
            Wish::Seek(position_ms) => seek(position_ms),
        };
        let events = self.evening.wants(self.ana, command).unwrap();
        self.player.hears(&self.evening, &events);
    }

    /// A millisecond: what has arrived on either side. Gives what the player told by itself, if that moved the room.
    fn goes_on(&mut self) -> Option<Standing> {
        let now = self.evening.now;
        if self.evening.room.poll_timeout().is_some_and(|at| at <= now) {
            let events = self.evening.give(Input::Tick).unwrap();
            self.player.hears(&self.evening, &events);
        }
        while let Some(told) = self.player.back.arrived(now.0) {
            self.player.obeys(now.0, told);
        }
        while let Some(told) = self.player.there.arrived(now.0) {
            let word = Command::Lead {
                position_ms: told.position_ms,
                paused: told.paused,
                rate: 1.0,
                force: told.force,
                text: Some("state".into()),
            };
            let events = self.evening.wants(self.player.id, word).unwrap();
            let moves = |event: &Event| matches!(event.what, Happening::Playback(_));
            if !told.force && events.iter().any(moves) {
                return Some(told);
            }
            self.player.hears(&self.evening, &events);
        }
        None
    }
}

/// A minute of it. Gives when a word moved the room that was not meant, and which.
fn play_through(delay_ms: u64, phase_ms: u64, deeds: &[Deed]) -> Option<(u64, Standing)> {
    let mut party = Party::begin(delay_ms);
    let start = party.evening.now.0;
    let mut deeds = deeds.iter();
    let (mut due, mut next) = (start + 4_000, deeds.next());
    for now in start..start + 60_000 {
        party.evening.now.0 = now;
        if let Some(moved) = party.goes_on() {
            return Some((now - start, moved));
        }
        if let Some((gap_ms, by_sol, wish)) = next.filter(|_| now >= due) {
            (due, next) = (now + gap_ms, deeds.next());
            match by_sol {
                true => party.sol_does(*wish),
                false => party.ana_does(*wish),
            }
        }
        if now % TELLS_EVERY_MS == phase_ms {
            party.player.tells(now, false);
        }
    }
    None
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn what_a_player_repeats_moves_nothing(
        delay_ms in 0..250_u64,
        phase_ms in 0..TELLS_EVERY_MS,
        deeds in deeds(),
    ) {
        prop_assert_eq!(play_through(delay_ms, phase_ms, &deeds), None);
    }
}
