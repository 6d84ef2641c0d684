//! The film that is on, and what is told of its stream and its extras: holds on to them for as long as the room has
//! it on.

use super::Rooms;
use crate::extras;
use crate::streams::{self, News};
use matinee_room::{FilmId, Input, Room};
use std::sync::Arc;
use tokio::sync::watch;

/// What makes the film that is on playable for everybody, and finds what else there is of it.
#[derive(Debug, Default)]
pub(super) struct Preparing {
    /// Another number each time that a film is put on; 0 before the first.
    film_revision: u64,
    film: Option<Film>,
    /// The film that comes in a moment.
    next: Option<(FilmId, Arc<streams::Wanted>)>,
}

#[derive(Debug)]
struct Film {
    id: FilmId,
    /// Where its extras are described, but for the revision.
    address: String,
    /// When the room's own extras last changed, as the revision of all.
    revision: u64,
    stream: Option<Followed<News, streams::Wanted>>,
    extras: Option<Followed<extras::State, extras::Wanted>>,
}

/// Something that is wanted as long as this is held, and its news.
#[derive(Debug)]
struct Followed<T, W> {
    news: watch::Receiver<T>,
    /// All is said.
    is_over: bool,
    _wanted: Arc<W>,
}

impl<T, W> Followed<T, W> {
    fn new(news: &watch::Receiver<T>, wanted: &Arc<W>) -> Self {
        Self {
            news: news.clone(),
            is_over: false,
            _wanted: Arc::clone(wanted),
        }
    }
}

/// Waits until there is news.
async fn changed<T, W>(followed: &mut Option<Followed<T, W>>) {
    if let Some(followed) = followed.as_mut().filter(|followed| !followed.is_over) {
        if followed.news.changed().await.is_ok() {
            return;
        }
        followed.is_over = true;
    }
    std::future::pending().await
}

impl Preparing {
    /// Whether another film is on than before; then that one is wanted.
    pub(super) fn minds(&mut self, rooms: &Rooms, room: &Room) -> bool {
        let playback = room.playback();
        if self.film_revision == playback.film_revision() {
            return false;
        }
        self.film_revision = playback.film_revision();
        let wanted = playback.film.as_ref().map(|film| {
            let stream = rooms.streams.want(&film.id);
            let extras = rooms.extras.want(&film.id);
            Film {
                id: film.id.clone(),
                address: extras::address(room.code(), &film.id),
                revision: rooms.extras.next_revision(),
                stream: stream.map(|wanted| Followed::new(&wanted.news, &wanted)),
                extras: extras.map(|wanted| Followed::new(&wanted.news, &wanted)),
            }
        });
        // Only now the one before is let go of: it may be the same.
        self.film = wanted;
        true
    }

    /// The room's own extras of a film have changed. Whether that one is on.
    pub(super) fn has_changed(&mut self, rooms: &Rooms, id: &FilmId) -> bool {
        let film = self.film.as_mut().filter(|film| film.id == *id);
        let is_on = film.is_some();
        if let Some(film) = film {
            film.revision = rooms.extras.next_revision();
        }
        is_on
    }

    /// Wants the film as well that comes in a moment, so that it begins with a picture.
    pub(super) fn expects(&mut self, rooms: &Rooms, room: &Room) {
        let queue = room.queue();
        let next = queue.next_at.and_then(|_| queue.entries().first());
        let next = next.map(|entry| &entry.film.id);
        if self.next.as_ref().map(|(id, _)| id) != next {
            self.next = next.and_then(|id| Some((id.clone(), rooms.streams.want(id)?)));
        }
    }

    /// Waits until there is news of the film that is on.
    pub(super) async fn changed(&mut self) {
        let Some(Film { stream, extras, .. }) = self.film.as_mut() else {
            return std::future::pending().await;
        };
        tokio::select! {
            () = changed(stream) => {}
            () = changed(extras) => {}
        }
    }

    /// The newest, for the room.
    pub(super) fn newest(&mut self) -> Vec<Input> {
        let Some(film) = self.film.as_mut() else {
            return Vec::new();
        };
        let stream = film.stream.as_mut().map(|stream| {
            let News {
                stream,
                duration_ms,
                made,
            } = stream.news.borrow_and_update().clone();
            Input::Prepared {
                film: film.id.clone(),
                stream,
                duration_ms,
                made,
            }
        });
        let of_film = film
            .extras
            .as_mut()
            .map_or(0, |extras| extras.news.borrow_and_update().revision);
        let revision = film.revision.max(of_film);
        let extras = Input::Extras {
            film: film.id.clone(),
            url: Some(format!("{}?revision={revision}", film.address)),
        };
        stream.into_iter().chain([extras]).collect()
    }
}
