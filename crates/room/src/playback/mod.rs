//! What plays and where: the one position of the room, known at every moment without asking anybody.
//!
//! [`films`] has films and how they are put on, [`players`] what players of clients' own tell, [`making`] when a film waits
//! for itself to be made, `course` how a position moves.

mod course;
mod films;
mod making;
mod players;

pub(crate) use films::Spot;
pub use films::{Film, FilmKind};
pub(crate) use players::{Player, Told};

use crate::id::{FilmId, MemberId, Timestamp};
use crate::limits;
use crate::refusal::Refusal;
use crate::stream::{Made, Stream};
use course::Course;
use serde::{Deserialize, Serialize};

/// The state of playback: from `at` on it stands at `position_ms`, and moves on with `rate` unless paused.
/// `at` may lie ahead by up to [`limits::LEAD_MS_MAX`], so that a change reaches everyone before it holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Playback {
    /// The film, if one was picked.
    pub film: Option<Film>,
    /// The position at `at`, in milliseconds of the film.
    pub position_ms: u64,
    /// The speed; 1 is the film's own.
    pub rate: f64,
    /// Whether it stands still.
    pub paused: bool,
    /// Whether it stands still only until enough of the film is made; then it plays on by itself. Whatever else changes
    /// where the film is ends that.
    #[serde(default)]
    pub waits_for_film: bool,
    /// From when this holds.
    pub at: Timestamp,
    /// Grows by one with each change.
    pub revision: u64,
    /// How often the address of its bytes was changed.
    #[serde(default)]
    pub moves: u32,
    /// The revision with which this film came: a command that saw an older one was meant for another film.
    film_revision: u64,
    /// Whose change it was.
    #[serde(default)]
    pub(crate) by: Option<MemberId>,
    /// How it moved before the newest change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Course>,
    /// The film's stream; `None` if every browser plays its file, as far as is known. Told when the room is
    /// brought to life, and not kept.
    #[serde(skip)]
    pub stream: Option<Stream>,
    /// How much of that is made, while it is not whole.
    #[serde(skip)]
    pub(crate) made: Option<Made>,
    /// Where the film's extras are described, relative to the server. Told like the stream, and not kept either.
    #[serde(skip)]
    pub extras: Option<String>,
}

/// In what way the playback changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Another film.
    pub film: bool,
    /// A jump to another position.
    pub position: bool,
    /// From playing to paused, or the other way round.
    pub paused: bool,
    /// Another speed.
    pub rate: bool,
    /// Another address of the same film.
    pub address: bool,
}

impl Default for Playback {
    fn default() -> Self {
        Self {
            film: None,
            position_ms: 0,
            rate: 1.0,
            paused: true,
            waits_for_film: false,
            at: Timestamp(0),
            revision: 0,
            moves: 0,
            film_revision: 0,
            by: None,
            before: None,
            stream: None,
            made: None,
            extras: None,
        }
    }
}

impl Playback {
    /// The position at `now`, in milliseconds. Before `at` it is the one at `at`.
    #[must_use]
    pub fn position_at(&self, now: Timestamp) -> u64 {
        self.course().position_at(now).min(self.duration_ms())
    }

    /// Where a player has to be at `now` that goes on at once and shall be in step from `at` on: for clients
    /// that cannot wait for `at`. In milliseconds, never before the start.
    #[must_use]
    pub fn heading_at(&self, now: Timestamp) -> u64 {
        self.course().heading_at(now, self.duration_ms())
    }

    /// The revision with which this film came: another number for every film that is put on, 0 before the first.
    #[must_use]
    pub fn film_revision(&self) -> u64 {
        self.film_revision
    }

    /// Whether the film has been played to its end.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.film
            .as_ref()
            .and_then(|film| film.duration_ms)
            .is_some_and(|end| self.position_at(now) >= end)
    }

    /// When the film that plays will have been played to its end, if that is known.
    pub(crate) fn ends_at(&self) -> Option<Timestamp> {
        let end_ms = self.film.as_ref()?.duration_ms.filter(|_| !self.paused)?;
        let left_ms = end_ms.saturating_sub(self.position_ms) as f64 / self.rate;
        // The cast saturates.
        Some(self.at.plus_ms(left_ms.ceil() as u64))
    }

    /// Whether somebody is in the middle of a film at `now`: it was started, paused or not, and is not over.
    #[must_use]
    pub fn is_under_way(&self, now: Timestamp) -> bool {
        self.film.is_some() && self.is_led() && !self.is_over(now)
    }

    fn course(&self) -> Course {
        Course {
            position_ms: self.position_ms,
            rate: self.rate,
            paused: self.paused,
            at: self.at,
        }
    }

    fn duration_ms(&self) -> u64 {
        self.film
            .as_ref()
            .and_then(|film| film.duration_ms)
            .unwrap_or(limits::DURATION_MS_MAX)
    }

    /// Plays on from `now` where it only waited for somebody.
    pub(crate) fn wait_no_longer(&mut self, now: Timestamp) {
        self.at = now;
        self.revision += 1;
        self.paused = false;
    }

    /// No change lies ahead any more: a clock that was set back while the room was only kept would else hold
    /// the film still.
    pub(crate) fn hold_from(&mut self, now: Timestamp) {
        self.at = self.at.min(now);
    }

    /// Whether a command that saw revision `seen` is meant for the film that is on.
    pub(crate) fn check(&self, seen: u64) -> Result<(), Refusal> {
        if self.film.is_none() {
            Err(Refusal::NoFilm)
        } else {
            self.check_film(seen)
        }
    }

    /// The same where there need not be a film.
    pub(crate) fn check_film(&self, seen: u64) -> Result<(), Refusal> {
        match seen < self.film_revision {
            true => Err(Refusal::FilmChanged),
            false => Ok(()),
        }
    }

    /// From `at` on: this position, moving or not. What holds at `at` is reckoned by the caller, who changes the rest
    /// after this.
    fn change(&mut self, at: Timestamp, position_ms: u64) {
        self.before = Some(self.course());
        self.position_ms = position_ms.min(self.duration_ms());
        self.at = at;
        self.revision += 1;
        self.waits_for_film = false;
    }

    /// Plays from `at` on; from the start again if the film is over. `None` if it plays already.
    pub(crate) fn play(&mut self, at: Timestamp, seen: u64) -> Result<Option<Change>, Refusal> {
        self.check(seen)?;
        let change = Change {
            position: self.is_over(at),
            paused: self.paused,
            ..Change::default()
        };
        if change.position {
            self.change(at, 0);
        } else if change.paused {
            self.change(at, self.position_ms);
        } else {
            return Ok(None);
        }
        self.paused = false;
        Ok(Some(change))
    }

    /// Stands still from `at` on, and does not go on by itself. `None` if it does already.
    pub(crate) fn pause(&mut self, at: Timestamp, seen: u64) -> Result<Option<Change>, Refusal> {
        self.check(seen)?;
        if self.paused {
            let waited = std::mem::take(&mut self.waits_for_film);
            self.revision += u64::from(waited);
            return Ok(waited.then(Change::default));
        }
        self.change(at, self.position_at(at));
        self.paused = true;
        Ok(Some(Change {
            paused: true,
            ..Change::default()
        }))
    }

    /// Goes to a position, and `plays` from there on even if it stands still.
    pub(crate) fn seek(
        &mut self,
        at: Timestamp,
        seen: u64,
        position_ms: u64,
        plays: bool,
    ) -> Result<Option<Change>, Refusal> {
        self.check(seen)?;
        let change = Change {
            position: true,
            paused: plays && self.paused,
            ..Change::default()
        };
        self.change(at, position_ms);
        self.paused &= !plays;
        Ok(Some(change))
    }

    /// Changes the speed. `None` if it is that already.
    pub(crate) fn set_rate(
        &mut self,
        at: Timestamp,
        seen: u64,
        rate: f64,
    ) -> Result<Option<Change>, Refusal> {
        self.check(seen)?;
        check_rate(rate)?;
        if rate == self.rate {
            return Ok(None);
        }
        let waits_for_film = self.waits_for_film;
        self.change(at, self.position_at(at));
        self.rate = rate;
        self.waits_for_film = waits_for_film;
        Ok(Some(Change {
            rate: true,
            ..Change::default()
        }))
    }

    /// Whether it has been moved, be it without a film here.
    fn is_led(&self) -> bool {
        !self.paused || self.position_ms > 0 || self.waits_for_film
    }

    /// Gives the film's bytes another address, for clients that can change theirs while it plays.
    pub(crate) fn move_film(&mut self) -> Change {
        self.moves = self.moves.wrapping_add(1);
        self.revision += 1;
        Change {
            address: true,
            ..Change::default()
        }
    }

    /// Learns where the film's stream is, and how much of it is made. `false` if the first is known, or another film
    /// is on.
    pub(crate) fn prepared(&mut self, film_id: &FilmId, stream: Option<Stream>, made: Option<Made>) -> bool {
        let is_on = self.is_on(film_id);
        if is_on {
            self.made = made;
        }
        let news = is_on && self.stream != stream;
        if news {
            self.stream = stream;
        }
        news
    }

    /// Knows nothing of the film's stream and its extras any more: it is found out anew.
    pub(crate) fn forget_news(&mut self) {
        self.stream = None;
        self.made = None;
        self.extras = None;
    }

    /// Learns where the film's extras are described. `false` if that is known, or another film is on.
    pub(crate) fn has_extras(&mut self, film_id: &FilmId, url: Option<String>) -> bool {
        let news = self.is_on(film_id) && self.extras != url;
        if news {
            self.extras = url;
        }
        news
    }

    fn is_on(&self, film_id: &FilmId) -> bool {
        self.film.as_ref().is_some_and(|film| film.id == *film_id)
    }

    /// Learns how long the film is. `false` if it is known, or another film is on.
    pub(crate) fn learn_length(&mut self, film_id: &FilmId, duration_ms: u64) -> Result<bool, Refusal> {
        if duration_ms == 0 || duration_ms > limits::DURATION_MS_MAX {
            return Err(Refusal::DurationOutOfRange);
        }
        match &mut self.film {
            Some(film) if film.id == *film_id && film.duration_ms.is_none() => {
                film.duration_ms = Some(duration_ms);
                self.position_ms = self.position_ms.min(duration_ms);
                self.revision += 1;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

fn check_rate(rate: f64) -> Result<(), Refusal> {
    if (limits::RATE_MIN..=limits::RATE_MAX).contains(&rate) {
        Ok(())
    } else {
        Err(Refusal::RateOutOfRange {
            min: "0.25",
            max: "4",
        })
    }
}

#[cfg(test)]
mod tests;
