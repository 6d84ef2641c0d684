//! What plays and where: the one position of the room, known at every moment without asking anybody.
//!
//! [`films`] has films and how they are put on, `course` how a position moves.

mod course;
mod films;

pub(crate) use films::Spot;
pub use films::{Film, FilmKind};

use crate::id::{FilmId, MemberId, Timestamp};
use crate::limits;
use crate::refusal::Refusal;
use crate::stream::Stream;
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
            at: Timestamp(0),
            revision: 0,
            moves: 0,
            film_revision: 0,
            by: None,
            before: None,
            stream: None,
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

    /// Stands still from `at` on. `None` if it does already.
    pub(crate) fn pause(&mut self, at: Timestamp, seen: u64) -> Result<Option<Change>, Refusal> {
        self.check(seen)?;
        if self.paused {
            return Ok(None);
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
        self.change(at, self.position_at(at));
        self.rate = rate;
        Ok(Some(Change {
            rate: true,
            ..Change::default()
        }))
    }

    /// Follows a player that stands at `position_ms` at `then`, from `at` on, whether or not there is a film:
    /// a player may have brought its own. `None` if it agrees with what is.
    pub(crate) fn follow(
        &mut self,
        at: Timestamp,
        then: Timestamp,
        player: Player,
    ) -> Result<Option<Change>, Refusal> {
        let change = self.difference(then, player)?;
        if change.is_none() {
            return Ok(None);
        }
        let position_ms = player.position_ms.min(self.duration_ms());
        let moved_ms = if player.paused {
            0
        } else {
            (at.ms_since(then) as f64 * player.rate).round() as u64
        };
        self.change(at, position_ms.saturating_add(moved_ms));
        self.paused = player.paused;
        self.rate = player.rate;
        Ok(change)
    }

    /// In what a player differs that stands there at `then`, if it does.
    pub(crate) fn difference(&self, then: Timestamp, player: Player) -> Result<Option<Change>, Refusal> {
        check_rate(player.rate)?;
        let position_ms = player.position_ms.min(self.duration_ms());
        let change = Change {
            position: position_ms.abs_diff(self.heading_at(then)) > limits::LEAD_TOLERANCE_MS,
            paused: player.paused != self.paused,
            rate: player.rate != self.rate,
            ..Change::default()
        };
        Ok((change != Change::default()).then_some(change))
    }

    /// Whether a player stands at `then` where it would without the newest change. At a film's start it may be ahead
    /// by as much as changes are.
    pub(crate) fn was_there(&self, then: Timestamp, player: Player) -> bool {
        self.before.is_some_and(|before| {
            let heading_ms = before.heading_at(then, self.duration_ms());
            before.paused == player.paused
                && before.rate == player.rate
                && player.position_ms.abs_diff(heading_ms) <= limits::LEAD_MS_MAX
        })
    }

    /// Whether a player that told `before` what it did is only late at `then`: it has not been moved, and is not
    /// where it should be by now.
    pub(crate) fn outruns(&self, before: &Told, then: Timestamp, player: Player) -> bool {
        let moves_alike = !player.paused && !self.paused && player.rate == self.rate;
        moves_alike && (before.position_ms..self.heading_at(then)).contains(&player.position_ms)
    }

    /// Whether it has been moved, be it without a film here.
    fn is_led(&self) -> bool {
        !self.paused || self.position_ms > 0
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

    /// Learns where the film's stream is. `false` if that is known, or another film is on.
    pub(crate) fn prepared(&mut self, film_id: &FilmId, stream: Option<Stream>) -> bool {
        let news = self.is_on(film_id) && self.stream != stream;
        if news {
            self.stream = stream;
        }
        news
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

/// What a player of a client's own does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Player {
    pub(crate) position_ms: u64,
    pub(crate) paused: bool,
    pub(crate) rate: f64,
}

/// What a member's own player told last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    /// When.
    pub(crate) at: Timestamp,
    /// Since when it tells again and again.
    pub(crate) since: Timestamp,
    /// Where it stood.
    pub(crate) position_ms: u64,
    /// The newest revision of the playback that it was in step with.
    pub(crate) in_step: u64,
    /// Until when it may be obeying what it was told before it heard what became of its own word.
    #[serde(default)]
    pub(crate) obeys_until: Timestamp,
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
