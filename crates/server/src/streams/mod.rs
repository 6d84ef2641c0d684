//! The streams of films that not every browser plays: which there are, which are made, and for whom.
//!
//! | file | owns |
//! |---|---|
//! | this | the list of streams: who wants one, which are whole, which have to go |
//! | `making` | finding out about one film and making its stream |
//! | `why` | why a film could not be made playable, in a word for pages |
//!
//! A room that has a film on holds a [`Wanted`]. All rooms with the same film hold the same one; when the last
//! lets go of it, what is not whole is cancelled. What is whole stays until its film is gone or room is needed.

mod making;
mod why;

use crate::config::Config;
use crate::limits;
use anyhow::Context;
use matinee_media::limits::STREAM_BYTES_MAX;
use matinee_media::{
    FilmFile, FilmId, Hls, HlsFolder, HlsId, HlsSettings, Plan, Probe, ProbeError, Shelf, StreamError, Tools,
};
use matinee_room::{Made, Stream};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::SystemTime;
use tokio::sync::{OnceCell, watch};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;
use why::Why;

/// All streams.
#[derive(Debug)]
pub(crate) struct Streams {
    tools: Tools,
    hls: Option<Hls>,
    settings: HlsSettings,
    bytes_max: u64,
    shelf: Arc<Shelf>,
    list: Mutex<List>,
    /// Knows the streams in the making, so that the process ends after them.
    running: TaskTracker,
}

#[derive(Debug, Default)]
struct List {
    wanted: HashMap<FilmId, Weak<Wanted>>,
    whole: HashMap<FilmId, Whole>,
    /// What is known of films, so that ffprobe is asked once.
    known: HashMap<FilmId, Arc<OnceCell<Arc<Known>>>>,
}

/// What was found out about a film.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) probe: Probe,
    plan: Plan,
}

/// A stream that is whole.
#[derive(Debug)]
struct Whole {
    id: HlsId,
    size_bytes: u64,
    used: SystemTime,
}

/// What is told of a film.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct News {
    /// `None` if every browser plays its file.
    pub(crate) stream: Option<Stream>,
    /// Its length, where players of the stream cannot know it.
    pub(crate) duration_ms: Option<u64>,
    /// How much of the stream is made, while it is not whole.
    pub(crate) made: Option<Made>,
}

/// Somebody wants to watch a film.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// What is told of it, now and whenever that changes.
    pub(crate) news: watch::Receiver<News>,
    /// Dropped, it ends the work.
    _cancel: DropGuard,
}

impl Streams {
    /// Finds the programs, and opens the folder of streams. Blocks shortly.
    pub(crate) fn open(config: &Config, shelf: Arc<Shelf>, running: TaskTracker) -> anyhow::Result<Self> {
        let tools = config.tools.clone();
        let settings = HlsSettings {
            at_once_max: config.streams_at_once,
            stream_bytes_max: STREAM_BYTES_MAX.min(config.streams_bytes_max),
            free_bytes_min: config.disk_reserve_bytes,
            wishes: config.wishes,
            ..HlsSettings::default()
        };
        let folder = config.data.join("streams");
        let (hls, finished) = Hls::open(&folder, tools.clone(), settings)
            .with_context(|| format!("The folder {} cannot be used for streams.", folder.display()))?;
        let whole = finished.into_iter().map(|it| {
            let whole = Whole {
                id: it.id,
                size_bytes: it.size_bytes,
                used: it.made,
            };
            (it.film, whole)
        });
        let list = List {
            whole: whole.collect(),
            ..List::default()
        };
        if tools == Tools::None {
            tracing::warn!(
                "ffmpeg is not installed: films are sent as they are, and not every browser plays all"
            );
        }
        Ok(Self {
            tools,
            hls: Some(hls),
            settings,
            bytes_max: config.streams_bytes_max,
            shelf,
            list: Mutex::new(list),
            running,
        })
    }

    /// No streams.
    #[cfg(test)]
    pub(crate) fn none() -> Self {
        Self {
            tools: Tools::None,
            hls: None,
            settings: HlsSettings::default(),
            bytes_max: 0,
            shelf: Arc::default(),
            list: Mutex::default(),
            running: TaskTracker::new(),
        }
    }

    /// How many films are made playable, or wait for it.
    pub(crate) fn making_count(&self) -> usize {
        let is_made = |wanted: &Arc<Wanted>| {
            let news = wanted.news.borrow();
            matches!(news.stream, Some(Stream::Waiting { .. } | Stream::Making { .. }))
        };
        let list = self.list();
        list.wanted
            .values()
            .filter_map(Weak::upgrade)
            .filter(is_made)
            .count()
    }

    /// Nothing panics while the list is held, and even then it would be whole.
    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whatever is needed so that everybody can watch a film, for as long as this is held. `None` for a film
    /// that is not ours.
    pub(crate) fn want(self: &Arc<Self>, film: &matinee_room::FilmId) -> Option<Arc<Wanted>> {
        let id = FilmId::parse(film.as_str())?;
        let film = self.shelf.get(&id)?;
        let mut list = self.list();
        // What has failed is tried again.
        let has_failed = |wanted: &Wanted| matches!(wanted.news.borrow().stream, Some(Stream::Failed { .. }));
        let known = list.wanted.get(&id).and_then(Weak::upgrade);
        if let Some(wanted) = known.filter(|wanted| !has_failed(wanted)) {
            return Some(wanted);
        }
        list.wanted.retain(|_, wanted| wanted.strong_count() > 0);
        let cancel = CancellationToken::new();
        let (sender, news) = watch::channel(list.at_first(&id, &self.tools));
        let wanted = Arc::new(Wanted {
            news,
            _cancel: cancel.clone().drop_guard(),
        });
        list.wanted.insert(id, Arc::downgrade(&wanted));
        drop(list);
        let work = making::run(Arc::clone(self), film, sender, cancel);
        tokio::spawn(self.running.track_future(work));
        Some(wanted)
    }

    /// What films are looked into with.
    pub(crate) fn tools(&self) -> &Tools {
        &self.tools
    }

    /// What is in a film, and what to do with it. It is looked at once: who asks meanwhile waits for the same.
    pub(crate) async fn look(&self, film: &FilmFile) -> Result<Arc<Known>, ProbeError> {
        let known = {
            let known = &mut self.list().known;
            if known.len() >= limits::FILMS_KNOWN_MAX && !known.contains_key(&film.id) {
                known.clear();
            }
            Arc::clone(known.entry(film.id.clone()).or_default())
        };
        let look = async || {
            let probe = matinee_media::probe(&self.tools, film).await?;
            let plan = matinee_media::plan(&probe, &self.settings.wishes);
            Ok(Arc::new(Known { probe, plan }))
        };
        known.get_or_try_init(look).await.cloned()
    }

    /// A stream's folder, if there is one by this id.
    pub(crate) fn folder(&self, id: &str) -> Option<HlsFolder> {
        Some(self.hls.as_ref()?.folder(HlsId::parse(id)?))
    }

    /// Removes the stream of a film that is gone.
    pub(crate) async fn forget(&self, film: &FilmId) {
        let whole = self.list().whole.remove(film);
        if let Some(whole) = whole {
            self.remove(whole.id).await;
        }
    }

    /// Removes the streams of films that are gone, then those that have not been used for longest, until the
    /// rest fits. Those that somebody wants stay.
    pub(crate) async fn tidy(&self) {
        let gone = {
            let mut list = self.list();
            let List { wanted, whole, known } = &mut *list;
            let wanted = |id: &FilmId| wanted.get(id).is_some_and(|wanted| wanted.strong_count() > 0);
            known.retain(|id, _| self.shelf.get(id).is_some());
            let mut sum: u64 = whole.values().map(|it| it.size_bytes).sum();
            let mut free: Vec<_> = whole
                .iter()
                .filter(|(id, _)| !wanted(id))
                .map(|(id, it)| (!self.shelf.is_gone(id), it.used, id.clone()))
                .collect();
            free.sort();
            let mut gone = Vec::new();
            for (may_be_watched, _, film) in free {
                if may_be_watched && sum <= self.bytes_max {
                    break;
                }
                if let Some(it) = whole.remove(&film) {
                    sum = sum.saturating_sub(it.size_bytes);
                    gone.push(it.id);
                }
            }
            gone
        };
        for id in gone {
            self.remove(id).await;
        }
    }

    async fn remove(&self, id: HlsId) {
        if let Some(hls) = &self.hls
            && let Err(error) = hls.remove(id).await
        {
            tracing::warn!(%error, "a stream could not be removed");
        }
    }
}

impl List {
    /// What is told of a film before anything is done.
    fn at_first(&self, film: &FilmId, tools: &Tools) -> News {
        let known = self.known.get(film).and_then(|known| known.get());
        let duration_ms = known.and_then(|known| known.probe.duration_ms);
        let stream = match (self.whole.get(film), known, tools) {
            (Some(whole), ..) => Some(Stream::Ready { url: url(&whole.id) }),
            (None, Some(known), _) if known.plan == Plan::Direct => return News::default(),
            (None, _, Tools::None) => Some(Stream::Unavailable {
                code: StreamError::NoTools.code(),
                message: StreamError::NoTools.to_string(),
            }),
            (None, ..) => Some(Stream::Looking),
        };
        News {
            stream,
            duration_ms,
            made: None,
        }
    }
}

/// Where players find a stream.
fn url(id: &HlsId) -> String {
    format!("/streams/{}/master.m3u8", id.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use matinee_media::{Library, Scan};

    #[tokio::test]
    async fn a_library_that_is_not_there_loses_no_stream() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::typed(&["--data", folder.path().to_str().unwrap()]).unwrap();
        let (film, other) = ("ab".repeat(16), "cd".repeat(16));
        let stream = |film: &str| {
            let stream = folder.path().join("streams").join(film);
            std::fs::create_dir_all(&stream).unwrap();
            let mark = format!("{{\"film\":\"{film}\",\"size_bytes\":0}}");
            std::fs::write(stream.join("made.json"), mark).unwrap();
            stream
        };
        let (kept, forgotten) = (stream(&film), stream(&other));
        let shelf = Arc::new(Shelf::new());
        shelf.replace_library(Scan::default());
        let streams = Streams::open(&config, Arc::clone(&shelf), TaskTracker::new()).unwrap();
        streams.tidy().await;
        assert!(kept.exists() && forgotten.exists());
        streams.forget(&FilmId::parse(&other).unwrap()).await;
        assert!(
            kept.exists() && !forgotten.exists(),
            "an upload of a room that is no more"
        );

        std::fs::write(folder.path().join("a.mp4"), "film").unwrap();
        shelf.replace_library(Library::new(folder.path(), [7; 32]).scan().unwrap());
        streams.tidy().await;
        assert!(!kept.exists(), "all of the library is there, and this is not");
    }
}
