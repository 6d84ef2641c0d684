//! Posters of films that are not on: made when a list first shows them.

use super::Extras;
use crate::limits;
use matinee_media::{Extra, FilmFile, FilmId, Made, Priority};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Who waits for a poster, and for which films there is no use in waiting.
#[derive(Debug)]
pub(super) struct Posters {
    /// Places for those who wait.
    places: Semaphore,
    /// Whose turn it is.
    turn: Semaphore,
    /// Films that could not be looked into.
    closed: Mutex<HashSet<FilmId>>,
}

/// Too many wait for posters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Crowded;

impl Default for Posters {
    fn default() -> Self {
        Self {
            places: Semaphore::new(limits::POSTERS_WAITED_FOR_MAX),
            turn: Semaphore::new(1),
            closed: Mutex::default(),
        }
    }
}

impl Posters {
    fn is_closed(&self, film: &FilmId) -> bool {
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        closed.contains(film)
    }

    fn close(&self, film: &FilmId) {
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        if closed.len() >= limits::FILMS_KNOWN_MAX {
            closed.clear();
        }
        closed.insert(film.clone());
    }
}

impl Extras {
    /// Where a film's poster is, or will be once somebody asks for it; `None` if there can be none.
    pub(crate) fn poster(&self, film: &FilmId) -> Option<String> {
        let may_be = match self.known(film).poster {
            Made::There => true,
            Made::Untried => self.looks() && !self.posters.is_closed(film),
            Made::Nothing | Made::Failed => false,
        };
        may_be.then(|| super::piece(film, "poster.jpg"))
    }

    /// Waits until a film's poster is there, if it can be had in time: everything else goes before it.
    pub(crate) async fn make_poster(&self, film: &FilmFile) -> Result<(), Crowded> {
        if self.known(&film.id).poster != Made::Untried || self.poster(&film.id).is_none() {
            return Ok(());
        }
        let _place = self.posters.places.try_acquire().map_err(|_| Crowded)?;
        // Who comes too late tries again.
        let made = timeout(limits::REQUEST_WITHIN, self.have_poster(film));
        made.await.map_err(|_| Crowded)?
    }

    async fn have_poster(&self, film: &FilmFile) -> Result<(), Crowded> {
        // One film after the other: looking into one is no less work, and nothing holds it back for streams.
        let _turn = self.posters.turn.acquire().await;
        if self.known(&film.id).poster != Made::Untried {
            return Ok(());
        }
        let looked = self.streams.look(film).await;
        let (Ok(known), Some(made)) = (looked, &self.made) else {
            self.posters.close(&film.id);
            return Ok(());
        };
        let want = made.want(film, &known.probe, Extra::Poster, Priority::Later);
        match want.map_err(|_| Crowded)?.made().await {
            Ok(Made::There) => {}
            Ok(_) => self.posters.close(&film.id),
            Err(error) => tracing::warn!(film = %film.title, %error, "a poster could not be made"),
        }
        Ok(())
    }
}
