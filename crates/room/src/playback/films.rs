//! Films that are put on, come by themselves, begin again, and come back.

use super::{Change, Playback};
use crate::id::{FilmId, Timestamp};
use serde::{Deserialize, Serialize};

/// A film, as a room knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Film {
    /// Its id. Other bytes have another id.
    pub id: FilmId,
    /// What to call it.
    pub title: String,
    /// Where its bytes are, relative to the server; absolute for a film elsewhere.
    pub url: String,
    /// What is found there.
    #[serde(default)]
    pub kind: FilmKind,
    /// How long it is, once known.
    pub duration_ms: Option<u64>,
}

/// What is found at a film's address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilmKind {
    /// A file that is played as it is.
    #[default]
    File,
    /// The playlist of a stream (HLS).
    Hls,
    /// A page of YouTube, for YouTube's own player.
    Youtube,
}

/// What was on and where, to come back to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spot {
    film: Option<Film>,
    position_ms: u64,
    rate: f64,
    paused: bool,
}

impl Playback {
    /// Puts a film on, paused at its start; in step with those who play it already from elsewhere, if they do.
    pub(crate) fn pick(&mut self, at: Timestamp, film: Film) -> Change {
        self.put_on(at, film, false)
    }

    /// The same, playing from `at` on.
    pub(crate) fn play_next(&mut self, at: Timestamp, film: Film) -> Change {
        self.put_on(at, film, true)
    }

    fn put_on(&mut self, at: Timestamp, film: Film, plays: bool) -> Change {
        let joins = self.film.is_none() && self.is_led();
        let position_ms = if joins { self.position_at(at) } else { 0 };
        self.film = Some(film);
        self.forget_news();
        self.change(at, position_ms);
        if !joins {
            self.paused = !plays;
        }
        self.film_revision = self.revision;
        Change {
            film: true,
            position: !joins,
            ..Change::default()
        }
    }

    /// Plays the film that is on from its start.
    pub(crate) fn play_again(&mut self, at: Timestamp) -> Change {
        let change = Change {
            position: true,
            paused: self.paused,
            ..Change::default()
        };
        self.change(at, 0);
        self.paused = false;
        change
    }

    /// What is on at `now` and where; a film that only `waits` plays.
    pub(crate) fn spot(&self, now: Timestamp, waits: bool) -> Spot {
        Spot {
            film: self.film.clone(),
            position_ms: self.position_at(now),
            rate: self.rate,
            paused: self.paused && !waits && !self.waits_for_film,
        }
    }

    /// Goes back to where it was, playing or paused as it was then.
    pub(crate) fn restore(&mut self, at: Timestamp, spot: Spot) -> Change {
        let change = Change {
            film: true,
            position: true,
            paused: spot.paused != self.paused,
            rate: spot.rate != self.rate,
            ..Change::default()
        };
        self.film = spot.film;
        self.forget_news();
        self.change(at, spot.position_ms);
        self.rate = spot.rate;
        self.paused = spot.paused;
        self.film_revision = self.revision;
        change
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Playback, Player};
    use super::*;
    use crate::id::FilmId;
    use crate::playback::FilmKind;

    fn general() -> Film {
        Film {
            id: FilmId::new("f"),
            title: "The General".into(),
            url: "/media/f/general.mp4".into(),
            kind: FilmKind::File,
            duration_ms: Some(60_000),
        }
    }

    #[test]
    fn a_film_that_some_play_already_from_elsewhere_is_put_on_where_they_are() {
        let mut playback = Playback::default();
        let player = Player {
            position_ms: 5_000,
            paused: false,
            rate: 1.0,
        };
        playback
            .follow(Timestamp(1_000), Timestamp(1_000), player)
            .unwrap();
        let film = general();
        playback.pick(Timestamp(3_000), film.clone());
        assert_eq!(playback.position_at(Timestamp(4_000)), 8_000);
        playback.pick(Timestamp(5_000), film);
        assert_eq!(
            playback.position_at(Timestamp(6_000)),
            0,
            "but another one starts anew"
        );
    }

    #[test]
    fn a_film_comes_back_where_it_was_and_as_it_was() {
        let mut playback = Playback::default();
        playback.pick(Timestamp(1_000), general());
        playback.play(Timestamp(2_000), 1).unwrap();
        playback.set_rate(Timestamp(2_000), 1, 2.0).unwrap();
        let spot = playback.spot(Timestamp(7_000), false);
        let other = Film {
            id: FilmId::new("g"),
            duration_ms: Some(5_000),
            ..general()
        };
        playback.pick(Timestamp(8_000), other);
        let revision = playback.revision;
        playback.restore(Timestamp(9_000), spot);
        assert_eq!(playback.position_at(Timestamp(10_000)), 12_000);
        assert_eq!(playback.film, Some(general()));
        assert_eq!(
            (playback.revision, playback.film_revision),
            (revision + 1, revision + 1)
        );
    }

    #[test]
    fn it_is_known_when_a_film_ends() {
        let mut playback = Playback::default();
        playback.play_next(Timestamp(1_000), general());
        assert_eq!(playback.ends_at(), Some(Timestamp(61_000)));
        playback.set_rate(Timestamp(1_000), 1, 0.7).unwrap();
        let end = playback.ends_at().unwrap();
        assert!(playback.is_over(end) && !playback.is_over(Timestamp(end.0 - 2)));
        playback.pause(Timestamp(2_000), 1).unwrap();
        assert_eq!(playback.ends_at(), None);
    }
}
