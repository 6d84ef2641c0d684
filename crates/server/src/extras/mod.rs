//! What films have besides picture and sound: subtitles, chapters, pictures.
//!
//! | file | owns |
//! |---|---|
//! | this | what is described of a film, for whom |
//! | `added` | subtitles that somebody adds to a film of a room |
//!
//! A room tells its members only the address of the description ([`address`]) with a revision, which is another
//! whenever something in it has changed. The description is put together when somebody asks.

mod added;

pub(crate) use added::{AddError, NewSubtitles};

use crate::addresses::uri_component;
use crate::clock::Clock;
use crate::limits;
use matinee_room::{FilmId, Identity, RoomCode};
use matinee_store::{SavedSubtitles, Store, StoreError};
use matinee_wire::native::extras::{FilmExtras, Subtitles};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Semaphore, watch};

/// The extras of all films.
#[derive(Debug)]
pub(crate) struct Extras {
    store: Arc<Store>,
    /// The last revision that was given.
    revision: AtomicU64,
    /// Who may bring subtitles: so many at once.
    bringing: Arc<Semaphore>,
}

/// A room has a film on.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The revision of the film's own extras.
    pub(crate) news: watch::Receiver<u64>,
}

/// Who asks for a description.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    pub(crate) identity: Identity,
    pub(crate) is_host: bool,
}

impl Asker {
    /// Whether they may remove what somebody has added.
    pub(crate) fn may_remove(&self, saved: &SavedSubtitles) -> bool {
        self.is_host || saved.owner == self.identity
    }
}

impl Extras {
    pub(crate) fn new(store: Arc<Store>, clock: Clock) -> Self {
        Self {
            store,
            // Higher than all that were given before the last restart.
            revision: AtomicU64::new(clock.now().0),
            bringing: Arc::new(Semaphore::new(limits::SUBTITLES_BROUGHT_AT_ONCE)),
        }
    }

    /// A revision that no extras had before.
    pub(crate) fn next_revision(&self) -> u64 {
        self.revision.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whatever there is to be found in a film, for as long as this is held. `None` for a film that is not ours.
    pub(crate) fn want(&self, _film: &FilmId) -> Option<Arc<Wanted>> {
        None
    }

    /// What there is of a film in a room, as it is described to `asker`.
    pub(crate) async fn describe(
        &self,
        room: &RoomCode,
        film: &FilmId,
        asker: &Asker,
    ) -> Result<FilmExtras, StoreError> {
        let added = self.store.subtitles(room.clone(), film.clone()).await?;
        Ok(FilmExtras {
            poster: None,
            storyboard: None,
            chapters: Vec::new(),
            subtitles: added.into_iter().map(|saved| entry(saved, asker)).collect(),
            making: false,
        })
    }
}

/// Where a film's extras are described, but for the revision.
pub(crate) fn address(room: &RoomCode, film: &FilmId) -> String {
    let (room, film) = (uri_component(room.as_str()), uri_component(film.as_str()));
    format!("/api/rooms/{room}/films/{film}/extras")
}

/// Added subtitles as they are described to `asker`.
pub(crate) fn entry(saved: SavedSubtitles, asker: &Asker) -> Subtitles {
    let room = uri_component(saved.room.as_str());
    Subtitles {
        url: Some(format!("/api/rooms/{room}/subtitles/{}", saved.id)),
        removable: asker.may_remove(&saved),
        id: saved.id.to_string(),
        label: Some(saved.label).filter(|label| !label.is_empty()),
        language: saved.language,
        default: false,
        forced: saved.forced,
        for_deaf: saved.for_deaf,
        picture: false,
        added_by: Some(saved.added_by),
    }
}
