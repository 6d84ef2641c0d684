//! Playback by itself.

use super::*;

fn with_film() -> Playback {
    let mut playback = Playback::default();
    let film = Film {
        id: FilmId::new("f"),
        title: "The General".into(),
        url: "/media/f/general.mp4".into(),
        kind: FilmKind::File,
        duration_ms: Some(60_000),
    };
    playback.pick(Timestamp(1_000), film);
    playback
}

#[test]
fn it_moves_with_its_rate_and_stops_at_the_end() {
    let mut playback = with_film();
    assert!(playback.play(Timestamp(2_000), 1).unwrap().is_some());
    assert_eq!(playback.position_at(Timestamp(1_500)), 0, "not before it starts");
    assert_eq!(playback.position_at(Timestamp(5_000)), 3_000);
    assert!(playback.set_rate(Timestamp(5_000), 2, 2.0).unwrap().is_some());
    assert_eq!(playback.position_at(Timestamp(6_000)), 5_000);
    assert_eq!(playback.position_at(Timestamp(10_000_000)), 60_000);
    assert!(playback.is_over(Timestamp(10_000_000)));
}

#[test]
fn playing_a_film_that_is_over_starts_it_again() {
    let mut playback = with_film();
    playback.seek(Timestamp(2_000), 1, 999_999, false).unwrap();
    assert_eq!(playback.position_ms, 60_000);
    assert!(playback.play(Timestamp(3_000), 2).unwrap().is_some());
    assert_eq!(playback.position_at(Timestamp(3_500)), 500);
}

#[test]
fn a_command_for_the_film_before_is_refused() {
    let mut playback = with_film();
    let seen = playback.revision;
    let film = playback.film.clone().unwrap();
    playback.pick(Timestamp(2_000), film);
    assert_eq!(
        playback.seek(Timestamp(3_000), seen, 5_000, false),
        Err(Refusal::FilmChanged)
    );
}

#[test]
fn what_holds_already_is_no_change() {
    let mut playback = with_film();
    let before = playback.clone();
    assert_eq!(playback.pause(Timestamp(2_000), 1), Ok(None));
    assert_eq!(playback.set_rate(Timestamp(2_000), 1, 1.0), Ok(None));
    assert_eq!(playback, before);
}

#[test]
fn rates_that_no_player_plays_are_refused() {
    let mut playback = with_film();
    for rate in [0.0, -1.0, 0.1, 4.1, f64::NAN, f64::INFINITY] {
        assert!(playback.set_rate(Timestamp(2_000), 1, rate).is_err(), "{rate}");
    }
}
