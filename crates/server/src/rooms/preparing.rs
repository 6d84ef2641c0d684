//! The film that is on, and what is told of its stream: holds on to it for as long as the room has it on.

use crate::streams::{News, Streams, Wanted};
use matinee_room::{FilmId, Input, Playback};
use std::sync::Arc;
use tokio::sync::watch;

/// What makes the film that is on playable for everybody.
#[derive(Debug, Default)]
pub(super) struct Preparing {
    /// Another number each time that a film is put on; 0 before the first.
    film_revision: u64,
    film: Option<Film>,
}

#[derive(Debug)]
struct Film {
    id: FilmId,
    news: watch::Receiver<News>,
    /// All is said.
    is_over: bool,
    _wanted: Arc<Wanted>,
}

impl Preparing {
    /// Whether another film is on than before; then that one is wanted.
    pub(super) fn minds(&mut self, streams: &Arc<Streams>, playback: &Playback) -> bool {
        if self.film_revision == playback.film_revision() {
            return false;
        }
        self.film_revision = playback.film_revision();
        let wanted = playback.film.as_ref().and_then(|film| {
            let wanted = streams.want(&film.id)?;
            Some(Film {
                id: film.id.clone(),
                news: wanted.news.clone(),
                is_over: false,
                _wanted: wanted,
            })
        });
        // Only now the one before is let go of: it may be the same.
        self.film = wanted;
        true
    }

    /// Waits until there is news of the film that is on.
    pub(super) async fn changed(&mut self) {
        if let Some(film) = self.film.as_mut().filter(|film| !film.is_over) {
            if film.news.changed().await.is_ok() {
                return;
            }
            film.is_over = true;
        }
        std::future::pending().await
    }

    /// The newest, for the room.
    pub(super) fn newest(&mut self) -> Option<Input> {
        let Film { id, news, .. } = self.film.as_mut()?;
        let News { stream, duration_ms } = news.borrow_and_update().clone();
        Some(Input::Prepared {
            film: id.clone(),
            stream,
            duration_ms,
        })
    }
}
