//! What films have besides picture and sound: subtitles, chapters, pictures.
//!
//! | file | owns |
//! |---|---|
//! | this | which films are on, and what is described of one, for whom |
//! | `making` | getting out of a film what is in it |
//! | `beside` | subtitles that lie beside a film |
//! | `added` | subtitles that somebody adds to a film of a room |
//! | `posters` | posters for the list of films |
//!
//! A room tells its members only the address of the description ([`address`]) with a revision, which is another
//! whenever something in it has changed. The description is put together when somebody asks. A room that has a film on
//! holds a [`Wanted`]; all rooms with the same film hold the same one, and what is made ends with the last.

mod added;
mod beside;
mod making;
mod posters;

pub(crate) use added::{AddError, NewSubtitles};

use crate::addresses::uri_component;
use crate::clock::Clock;
use crate::config::Config;
use crate::limits;
use crate::streams::{self, Streams};
use added::label;
use anyhow::Context;
use axum::http::{HeaderMap, Method, Response};
use beside::Beside;
use matinee_media::probe::SubtitleTrack;
use matinee_media::{ExtrasSettings, FilmBody, FilmFile, Known, Made, Shelf, SubtitleError, Tools};
use matinee_room::{FilmId, Identity, RoomCode};
use matinee_store::{SavedSubtitles, Store, StoreError};
use matinee_wire::native::extras::{Chapter, FilmExtras, Subtitles};
use posters::Posters;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// The extras of all films.
#[derive(Debug)]
pub(crate) struct Extras {
    store: Arc<Store>,
    streams: Arc<Streams>,
    shelf: Arc<Shelf>,
    /// What was made of films. `None` only where nothing is to be made.
    made: Option<matinee_media::Extras>,
    wanted: Mutex<HashMap<matinee_media::FilmId, Weak<Wanted>>>,
    posters: Posters,
    /// The last revision that was given.
    revision: AtomicU64,
    /// Who may bring subtitles: so many at once.
    bringing: Arc<Semaphore>,
    /// Knows what is in the making, so that the process ends after it.
    running: TaskTracker,
}

/// A room has a film on.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// How far its extras are.
    pub(crate) news: watch::Receiver<State>,
    /// Dropped, it ends the work.
    _cancel: DropGuard,
}

/// How far the extras of a film are.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// Another one for each change.
    pub(crate) revision: u64,
    found: Arc<Found>,
    /// More is to come.
    making: bool,
}

/// What was found in a film and beside it.
#[derive(Debug, Default)]
struct Found {
    beside: Vec<Beside>,
    probed: Option<Arc<streams::Known>>,
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
    /// Opens the folder of what was made of films. Blocks shortly.
    pub(crate) fn open(
        config: &Config,
        store: Arc<Store>,
        streams: Arc<Streams>,
        shelf: Arc<Shelf>,
        clock: Clock,
        running: TaskTracker,
    ) -> anyhow::Result<Self> {
        let folder = config.data.join("extras");
        let settings = ExtrasSettings {
            free_bytes_min: config.disk_reserve_bytes,
            ..ExtrasSettings::default()
        };
        let made =
            matinee_media::Extras::open(&folder, config.tools.clone(), settings).with_context(|| {
                format!(
                    "The folder {} cannot be used for pictures of films.",
                    folder.display()
                )
            })?;
        Ok(Self {
            made: Some(made),
            running,
            ..Self::new(store, streams, shelf, clock)
        })
    }

    fn new(store: Arc<Store>, streams: Arc<Streams>, shelf: Arc<Shelf>, clock: Clock) -> Self {
        Self {
            store,
            streams,
            shelf,
            made: None,
            wanted: Mutex::default(),
            posters: Posters::default(),
            // Higher than all that were given before the last restart.
            revision: AtomicU64::new(clock.now().0),
            bringing: Arc::new(Semaphore::new(limits::SUBTITLES_BROUGHT_AT_ONCE)),
            running: TaskTracker::new(),
        }
    }

    /// Nothing is made.
    #[cfg(test)]
    pub(crate) fn none(store: Arc<Store>, clock: Clock) -> Self {
        Self::new(store, Arc::new(Streams::none()), Arc::default(), clock)
    }

    /// Nothing panics while the map is held, and even then it would be whole.
    fn wanted(&self) -> MutexGuard<'_, HashMap<matinee_media::FilmId, Weak<Wanted>>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether films can be looked into.
    fn looks(&self) -> bool {
        self.made.is_some() && *self.streams.tools() != Tools::None
    }

    fn known(&self, film: &matinee_media::FilmId) -> Known {
        self.made
            .as_ref()
            .map(|made| made.known(film))
            .unwrap_or_default()
    }

    /// A revision that no extras had before.
    pub(crate) fn next_revision(&self) -> u64 {
        self.revision.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Whatever there is to be found in a film, for as long as this is held. `None` for a film that is not ours.
    pub(crate) fn want(self: &Arc<Self>, film: &FilmId) -> Option<Arc<Wanted>> {
        let id = matinee_media::FilmId::parse(film.as_str())?;
        let film = self.shelf.get(&id)?;
        let mut wanted = self.wanted();
        if let Some(known) = wanted.get(&id).and_then(Weak::upgrade) {
            return Some(known);
        }
        wanted.retain(|_, wanted| wanted.strong_count() > 0);
        let cancel = CancellationToken::new();
        let (sender, news) = watch::channel(State {
            revision: self.next_revision(),
            found: Arc::default(),
            making: self.looks(),
        });
        let new = Arc::new(Wanted {
            news,
            _cancel: cancel.clone().drop_guard(),
        });
        wanted.insert(id, Arc::downgrade(&new));
        drop(wanted);
        let work = making::run(Arc::clone(self), film, sender, cancel);
        tokio::spawn(self.running.track_future(work));
        Some(new)
    }

    /// How far the extras of a film are that is on somewhere.
    fn state(&self, film: &matinee_media::FilmId) -> Option<State> {
        let wanted = self.wanted().get(film).and_then(Weak::upgrade)?;
        let state = wanted.news.borrow().clone();
        Some(state)
    }

    /// What there is of a film in a room, as it is described to `asker`.
    pub(crate) async fn describe(
        &self,
        room: &RoomCode,
        film: &FilmId,
        asker: &Asker,
    ) -> Result<FilmExtras, StoreError> {
        let added = self.store.subtitles(room.clone(), film.clone()).await?;
        let id = matinee_media::FilmId::parse(film.as_str());
        let state = id.and_then(|id| Some((self.state(&id)?, id)));
        let mut extras = match state {
            Some((state, id)) => self.of_film(&id, &state),
            None => FilmExtras::default(),
        };
        let added = added.into_iter().map(|saved| entry(saved, asker));
        extras.subtitles.extend(added);
        Ok(extras)
    }

    /// What there is of a film in every room.
    fn of_film(&self, film: &matinee_media::FilmId, state: &State) -> FilmExtras {
        let known = self.known(film);
        let there = |made: Made, name: &str| (made == Made::There).then(|| piece(film, name));
        let Found { beside, probed } = &*state.found;
        let probe = probed.as_ref().map(|known| &known.probe);
        let chapters = probe.iter().flat_map(|probe| &probe.chapters);
        let tracks = probe.iter().flat_map(|probe| &probe.subtitles);
        let inside = tracks.map(|track| inside(film, track, &known.tracks));
        let beside = beside.iter().enumerate();
        FilmExtras {
            poster: there(known.poster, "poster.jpg"),
            storyboard: there(known.storyboard, "storyboard.vtt"),
            chapters: chapters
                .map(|chapter| Chapter {
                    start_ms: chapter.start_ms,
                    title: chapter.title.clone(),
                })
                .collect(),
            subtitles: inside
                .chain(beside.map(|(number, beside)| beside.entry(film, number)))
                .collect(),
            making: state.making,
        }
    }

    /// The text of subtitles that lie beside a film that is on, in the file of this name.
    pub(crate) async fn beside(
        &self,
        film: &matinee_media::FilmId,
        file_name: &str,
    ) -> Option<Result<String, SubtitleError>> {
        let state = self.state(film)?;
        let beside = state.found.beside.iter().find(|it| it.is_in(file_name))?;
        Some(beside.vtt().await)
    }

    /// Answers a request for something that was made of a film.
    pub(crate) async fn serve(
        &self,
        film: &FilmFile,
        name: &str,
        method: &Method,
        headers: &HeaderMap,
    ) -> Response<FilmBody> {
        match &self.made {
            Some(made) => made.serve(&film.id, name, method, headers).await,
            None => matinee_media::serve::unknown_film(),
        }
    }

    /// Removes what was made of a film that is gone.
    pub(crate) async fn forget(&self, film: &matinee_media::FilmId) {
        if let Some(made) = &self.made
            && let Err(error) = made.remove(film).await
        {
            tracing::warn!(%error, %film, "what belonged to a film could not be removed");
        }
    }

    /// Removes what was made of films that are gone.
    pub(crate) async fn tidy(&self) {
        if let Some(made) = &self.made {
            let removed = made.tidy(|film| !self.shelf.is_gone(film)).await;
            tracing::debug!(removed, "what belonged to films that are gone is removed");
        }
    }
}

/// Where something is that was made of a film.
fn piece(film: &matinee_media::FilmId, name: &str) -> String {
    format!("/extras/{film}/{name}")
}

/// Subtitles inside a film; `read` are the tracks of which the text is there.
fn inside(film: &matinee_media::FilmId, track: &SubtitleTrack, read: &[u32]) -> Subtitles {
    let is_read = read.contains(&track.index);
    Subtitles {
        id: format!("track-{}", track.index),
        label: track.title.clone(),
        language: track.language.clone(),
        url: is_read.then(|| piece(film, &format!("subtitle-{}.vtt", track.index))),
        default: track.default,
        forced: track.forced,
        for_deaf: track.for_deaf,
        picture: !track.is_text,
        added_by: None,
        removable: false,
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
