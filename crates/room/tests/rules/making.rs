//! Waiting for a film that is still being made: where it stops, when it goes on, and what ends that before.

use crate::evening::{Evening, SEEN, film, knock, page, pause, play, seek, stalled};
use matinee_room::{
    Client, Command, Event, FilmId, Happening, Input, Join, LineKind, Made, MemberId, Refusal, Room, Stay,
    Stream, limits,
};

pub(crate) const LENGTH_MS: u64 = 3_600_000;
pub(crate) const AHEAD_MS: u64 = limits::MADE_AHEAD_MS_MIN;

/// What its maker tells of a film, of which so much is made at such a pace; `None` of one that is whole.
pub(crate) fn news(made: Option<(u64, f64)>) -> Input {
    let url = "/streams/1/master.m3u8".to_owned();
    let stream = match made {
        Some(_) => Stream::Making {
            percent: None,
            url: Some(url),
        },
        None => Stream::Ready { url },
    };
    Input::Prepared {
        film: FilmId::new("General"),
        stream: Some(stream),
        duration_ms: Some(LENGTH_MS),
        made: made.map(|(until_ms, pace)| Made { until_ms, pace }),
    }
}

pub(crate) fn lost() -> Input {
    Input::Prepared {
        film: FilmId::new("General"),
        stream: Some(Stream::Failed {
            code: "stream_broken",
            message: "It broke off.".into(),
        }),
        duration_ms: Some(LENGTH_MS),
        made: None,
    }
}

/// A film that is put on, of which nothing is made.
pub(crate) fn evening<const N: usize>(names: [&str; N]) -> (Evening, [MemberId; N]) {
    let (mut evening, ids) = Evening::with(names);
    let pick = Command::Pick(film("General", None));
    evening.wants(ids[0], pick).unwrap();
    evening.give(news(Some((0, 0.0)))).unwrap();
    (evening, ids)
}

/// The same film half a minute later: it is made at half of its pace, has played at its own, and waits.
fn that_waits() -> (Evening, [MemberId; 2]) {
    let (mut evening, ids) = evening(["Ana", "Ben"]);
    evening.give(news(Some((30_000, 0.5)))).unwrap();
    evening.wants(ids[0], play()).unwrap();
    evening.waits(40_000);
    assert!(waits(&evening));
    (evening, ids)
}

fn waits(evening: &Evening) -> bool {
    let playback = evening.room.playback();
    assert!(playback.paused || !playback.waits_for_film);
    playback.waits_for_film
}

fn plays(evening: &Evening) -> bool {
    !evening.room.playback().paused
}

fn turns(events: &[Event]) -> usize {
    let turns = events
        .iter()
        .filter(|event| matches!(event.what, Happening::Playback(change) if change.paused));
    turns.count()
}

#[test]
fn it_stops_where_what_is_made_ends_and_goes_on_when_there_is_enough() {
    let (mut evening, [ana, _]) = evening(["Ana", "Ben"]);
    evening.give(news(Some((30_000, 0.5)))).unwrap();
    evening.wants(ana, play()).unwrap();
    let starts = evening.room.playback().at;
    let stops = starts.plus_ms(30_000 - AHEAD_MS);
    evening.waits(stops.ms_since(evening.now) - 1);
    assert!(plays(&evening));
    evening.waits(1);
    assert!(waits(&evening));
    let playback = evening.room.playback();
    assert_eq!(
        playback.at,
        stops.plus_ms(limits::LEAD_MS_MIN),
        "all stop together"
    );
    assert_eq!(playback.position_ms, 30_000 - AHEAD_MS + limits::LEAD_MS_MIN);
    let stood_ms = playback.position_ms;

    // Played at its own pace, it loses half a second of what is ahead each second: a minute takes thirty more.
    let enough_ms = stood_ms + AHEAD_MS + 30_000;
    for made_ms in [34_000, 50_000, enough_ms - 1] {
        evening.waits(10_000);
        assert_eq!(evening.give(news(Some((made_ms, 0.5)))), Ok(vec![]));
    }
    let events = evening.give(news(Some((enough_ms, 0.5)))).unwrap();
    assert_eq!(turns(&events), 1);
    assert!(events.iter().all(|event| event.cause.is_none()));
    assert!(plays(&evening) && !waits(&evening));
    assert_eq!(evening.room.playback().position_ms, stood_ms);
    let lines = evening.room.log().since(0);
    assert!(
        !lines
            .into_iter()
            .any(|line| matches!(line.kind, LineKind::Paused { .. })),
        "nobody paused"
    );
}

#[test]
fn it_stops_once_a_minute_however_slowly_it_is_made() {
    let (mut evening, [ana]) = evening(["Ana"]);
    evening.wants(ana, play()).unwrap();
    let (mut made_ms, mut stops, mut played_ms) = (0, 0, 0);
    let mut before = false;
    // Pieces of four seconds, at 0.8 of the film's pace, for half an hour.
    for _ in 0..360 {
        made_ms += 4_000;
        evening.give(news(Some((made_ms, 0.8)))).unwrap();
        for _ in 0..50 {
            evening.waits(100);
            stops += u32::from(waits(&evening) && !before);
            before = waits(&evening);
            played_ms += if plays(&evening) { 100 } else { 0 };
            assert!(
                evening.position_ms() < made_ms,
                "nobody is where there is nothing"
            );
        }
    }
    assert!(stops <= 30, "{stops} stops in half an hour");
    assert!(played_ms > 1_800_000 * 78 / 100, "{played_ms} ms were seen");
}

#[test]
fn where_it_is_made_in_time_nothing_stops() {
    let (mut evening, [ana]) = evening(["Ana"]);
    evening.give(news(Some((4_000, 3.0)))).unwrap();
    evening.wants(ana, play()).unwrap();
    evening.waits(1);
    assert!(waits(&evening), "a piece alone is no beginning");
    evening.waits(1_500);
    evening.give(news(Some((8_000, 3.0)))).unwrap();
    evening.waits(1_500);
    evening.give(news(Some((12_000, 3.0)))).unwrap();
    assert!(plays(&evening));
    let revision = evening.room.playback().revision;
    for made_ms in (16_000..=60_000).step_by(4_000) {
        evening.waits(1_500);
        evening.give(news(Some((made_ms, 3.0)))).unwrap();
    }
    evening.give(news(None)).unwrap();
    evening.waits(600_000);
    assert!(plays(&evening));
    assert_eq!(evening.room.playback().revision, revision);
}

#[test]
fn what_becomes_whole_or_never_comes_is_waited_for_no_longer() {
    for end in [news(None), lost()] {
        let (mut evening, _) = that_waits();
        let events = evening.give(end).unwrap();
        assert_eq!(turns(&events), 1);
        assert!(plays(&evening) && !waits(&evening));
        evening.waits(60_000);
        assert!(plays(&evening));
    }
}

#[test]
fn who_controls_may_pause_for_good_go_elsewhere_and_play_what_is_there() {
    let (mut evening, [ana, ben]) = that_waits();
    assert_eq!(evening.wants(ben, pause()), Err(Refusal::NotHost));
    let events = evening.wants(ana, pause()).unwrap();
    assert!(events.iter().any(|event| matches!(
        &event.what,
        Happening::Line(line) if matches!(line.kind, LineKind::Paused { .. })
    )));
    assert_eq!(turns(&events), 0, "it stands already");
    assert!(!waits(&evening));
    evening.give(news(Some((600_000, 0.5)))).unwrap();
    evening.waits(60_000);
    assert!(!plays(&evening), "it is paused now");

    let (mut evening, [ana, _]) = that_waits();
    evening.wants(ana, seek(5_000)).unwrap();
    assert!(plays(&evening) && !waits(&evening));
    assert_eq!(evening.room.playback().position_ms, 5_000);

    let (mut evening, [ana, _]) = that_waits();
    evening.wants(ana, seek(1_800_000)).unwrap();
    evening.waits(1);
    assert!(waits(&evening));
    assert_eq!(evening.room.playback().position_ms, 1_800_000);
    evening.give(news(Some((1_799_000, 0.5)))).unwrap();
    assert!(waits(&evening));
    evening.give(news(Some((1_840_000, 0.5)))).unwrap();
    assert!(plays(&evening));

    // More than nothing is there, and less than enough.
    let (mut evening, [ana, _]) = that_waits();
    evening.give(news(Some((40_000, 0.5)))).unwrap();
    assert!(waits(&evening));
    evening.wants(ana, play()).unwrap();
    evening.waits(1_000);
    assert!(plays(&evening));
    evening.waits(20_000);
    assert!(waits(&evening));

    // Nothing is there to be played.
    evening.wants(ana, play()).unwrap();
    let position_ms = evening.room.playback().position_ms;
    evening.waits(1_000);
    assert!(waits(&evening));
    assert_eq!(evening.room.playback().position_ms, position_ms);
}

#[test]
fn speed_changes_how_much_is_enough_and_not_that_it_waits() {
    let (mut evening, [ana, _]) = that_waits();
    let stood_ms = evening.room.playback().position_ms;
    evening
        .wants(
            ana,
            Command::Rate {
                seen: SEEN,
                rate: 0.5,
            },
        )
        .unwrap();
    assert!(waits(&evening));
    let enough_ms = stood_ms + AHEAD_MS + limits::MADE_MORE_MS_MIN;
    evening.give(news(Some((enough_ms, 0.5)))).unwrap();
    assert!(plays(&evening));
}

#[test]
fn a_film_that_was_only_waiting_plays_when_it_comes_back() {
    let (mut evening, [ana, _]) = that_waits();
    evening.wants(ana, Command::Pick(film("Kid", None))).unwrap();
    assert!(!plays(&evening) && !waits(&evening));
    let number = evening.room.queue().undo().unwrap().number;
    evening.wants(ana, Command::Undo { number }).unwrap();
    assert!(plays(&evening));
}

#[test]
fn who_waits_asks_nobody_whether_they_are_ready_and_an_upload_interrupts_nobody() {
    let (mut evening, [ana, _]) = evening(["Ana", "Ben"]);
    evening.wants(ana, play()).unwrap();
    evening.waits(1);
    assert!(waits(&evening));
    assert_eq!(evening.wants(ana, Command::AskReady), Err(Refusal::PlaysAlready));
    assert!(evening.room.playback().is_under_way(evening.now));
}

#[test]
fn nobody_pays_for_it_who_runs_dry_meanwhile() {
    let (mut evening, [_, ben]) = that_waits();
    let revision = evening.room.playback().revision;
    evening.wants(ben, stalled(true)).unwrap();
    evening.waits(100_000);
    evening.wants(ben, stalled(false)).unwrap();
    assert!(waits(&evening) && evening.room.hold().is_none());
    assert_eq!(evening.room.playback().revision, revision);
    evening.give(news(None)).unwrap();
    evening.wants(ben, stalled(true)).unwrap();
    let until = evening.room.hold().unwrap().until();
    assert_eq!(
        until,
        evening.now.plus_ms(1_000 * u64::from(limits::WAIT_SECONDS))
    );
}

#[test]
fn it_is_waited_for_where_somebody_watches_the_stream() {
    let file = Client {
        streams: false,
        ..page()
    };
    let stranger = |evening: &mut Evening| {
        let join = Join {
            client: file.clone(),
            ..knock("Own")
        };
        evening.join(join).unwrap()
    };
    let (mut evening, [ana]) = evening(["Ana"]);
    stranger(&mut evening);
    evening.wants(ana, play()).unwrap();
    evening.waits(1);
    assert!(waits(&evening), "Ana's page plays the stream");
    evening.drops(ana);
    assert!(waits(&evening), "she may come back");
    evening.leaves(ana);
    assert!(plays(&evening), "the file is there");
    evening.waits(60_000);
    assert!(plays(&evening));
    evening.comes("Ben");
    evening.waits(1);
    assert!(waits(&evening));
}

#[test]
fn the_last_one_who_reloads_the_page_misses_nothing() {
    let (mut evening, [ana]) = evening(["Ana"]);
    evening.wants(ana, play()).unwrap();
    evening.waits(1);
    evening.drops(ana);
    evening.waits(limits::AWAY_MS_MAX + 1);
    assert!(evening.room.is_empty() && waits(&evening));
}

#[test]
fn who_goes_to_the_very_end_waits_for_nothing() {
    let (mut evening, [ana]) = evening(["Ana"]);
    evening.wants(ana, play()).unwrap();
    evening.wants(ana, seek(LENGTH_MS)).unwrap();
    evening.waits(1_000);
    assert!(evening.room.playback().is_over(evening.now) && !waits(&evening));
}

#[test]
fn a_room_that_wakes_late_stands_where_somebody_can_have_seen_it() {
    let (mut evening, [ana]) = evening(["Ana"]);
    evening.give(news(Some((30_000, 0.5)))).unwrap();
    evening.wants(ana, play()).unwrap();
    evening.now = evening.now.plus_ms(2 * LENGTH_MS);
    evening.give(Input::Tick).unwrap();
    assert!(waits(&evening));
    assert_eq!(evening.room.playback().position_ms, 30_000);
}

#[test]
fn after_a_restart_it_waits_on_until_it_is_known_what_is_made() {
    let (mut evening, _) = that_waits();
    let text = serde_json::to_string(&evening.room).unwrap();
    let kept: Room = serde_json::from_str(&text).unwrap();
    evening.room = kept.restored(evening.now, evening.room.log().clone());
    let looking = Input::Prepared {
        film: FilmId::new("General"),
        stream: Some(Stream::Looking),
        duration_ms: None,
        made: None,
    };
    evening.give(looking).unwrap();
    evening.comes("Ana");
    assert!(waits(&evening));
    evening.give(news(Some((0, 0.0)))).unwrap();
    assert!(waits(&evening));
    evening.give(news(Some((100_000, 2.0)))).unwrap();
    assert!(plays(&evening));
}

#[test]
fn a_player_that_has_not_heard_of_it_yet_does_not_take_it_back() {
    let (mut evening, [_]) = evening(["Ana"]);
    evening.give(news(Some((30_000, 0.5)))).unwrap();
    let own = Join {
        client: Client {
            paced: true,
            streams: false,
            ..page()
        },
        stay: Stay::WhileConnected,
        ..knock("Own")
    };
    let own = evening.join(own).unwrap();
    let ana = evening.room.members()[0].id;
    evening
        .wants(
            ana,
            Command::Host {
                member: own,
                host: true,
            },
        )
        .unwrap();
    evening.wants(own, play()).unwrap();
    evening.waits(20_000);
    let lead = |position_ms| Command::Lead {
        position_ms,
        paused: false,
        rate: 1.0,
        force: false,
        text: None,
    };
    while !waits(&evening) {
        let position_ms = evening.position_ms();
        evening.wants(own, lead(position_ms)).unwrap();
        evening.waits(500);
    }
    let stood_ms = evening.room.playback().position_ms;
    for late_ms in [100, 400, 700] {
        evening.wants(own, lead(stood_ms + late_ms)).unwrap();
        evening.waits(300);
        assert!(waits(&evening), "{late_ms} ms too far");
    }
}
