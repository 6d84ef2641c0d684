//! Streams (HLS in fragmented MP4, RFC 8216) of films that not every browser plays. A stream can be watched
//! from its first segments on, while ffmpeg makes the rest.
//!
//! | file | owns |
//! |---|---|
//! | `job` | the life of one stream, from its turn to its mark or its end |
//! | `command` | what ffmpeg is told |
//! | `progress` | what ffmpeg tells |
//! | `master` | the list of what there is to choose from |
//! | `names` | the names of a stream's files |
//! | `folder` | the files on their way out, and the mark that a stream is whole |
//!
//! Each stream has a folder of its own under an id that is used once, so that its addresses never mean other
//! bytes. Whatever ends a stream early removes its folder; what a crash left behind goes when the server
//! starts, and an ffmpeg that outlived its server ends with its folder, at the next segment.

mod command;
mod folder;
mod job;
mod master;
mod names;
mod progress;

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::error::StreamError;
use crate::film::{FilmFile, FilmId};
use crate::limits::{
    DISK_FREE_BYTES_MIN, STREAM_BYTES_MAX, STREAM_TIME_MAX, STREAMS_AT_ONCE_MAX, STREAMS_WAITING_MAX,
};
use crate::playable::{StreamPlan, Wishes};
use crate::probe::Probe;
use crate::tools::Tools;
pub use crate::turns::Priority;
use crate::turns::{Ticket, Turns};

pub use folder::{HlsFile, HlsFolder};
use job::{Ending, Work};
pub use progress::Progress;

/// Names one stream: 32 lowercase hexadecimal digits. Who knows it may fetch the stream.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HlsId(FilmId);

impl HlsId {
    /// An id made of 16 random bytes. Never use one twice.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(FilmId::from_bytes(bytes))
    }

    /// The id that `text` spells, if it does: exactly 32 digits, lowercase.
    pub fn parse(text: &str) -> Option<Self> {
        FilmId::parse(text).map(Self)
    }

    /// The 32 digits.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    fn as_film_id(&self) -> &FilmId {
        &self.0
    }
}

/// What the host allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HlsSettings {
    /// Streams that are made at once.
    pub at_once_max: usize,
    /// Bytes of one stream.
    pub stream_bytes_max: u64,
    /// Bytes of the disk that stay free.
    pub free_bytes_min: u64,
    /// Time that one stream may take, from its turn.
    pub time_max: Duration,
    /// What is encoded if a film's picture cannot be taken over after all.
    pub wishes: Wishes,
}

impl Default for HlsSettings {
    fn default() -> Self {
        Self {
            at_once_max: STREAMS_AT_ONCE_MAX,
            stream_bytes_max: STREAM_BYTES_MAX,
            free_bytes_min: DISK_FREE_BYTES_MIN,
            time_max: STREAM_TIME_MAX,
            wishes: Wishes::default(),
        }
    }
}

/// The folder of streams.
#[derive(Debug)]
pub struct Hls {
    root: Arc<Path>,
    tools: Tools,
    settings: HlsSettings,
    turns: Arc<Turns>,
}

/// A stream that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The stream.
    pub id: HlsId,
    /// The film that it was made of.
    pub film: FilmId,
    /// What its files take.
    pub size_bytes: u64,
    /// When it was finished.
    pub made: SystemTime,
}

/// Where a stream is.
#[derive(Debug, Clone)]
pub enum HlsState {
    /// Others go first; see [`HlsJob::ahead`].
    Waiting,
    /// ffmpeg makes it.
    Making {
        /// How far it is.
        progress: Progress,
        /// Whether `master.m3u8` and the first segments are there. If taking the film's tracks over fails, this
        /// becomes false once again, and the stream begins anew under other names.
        watchable: bool,
    },
    /// It is whole and stays, also after a restart.
    Done,
    /// It has ended, and nothing is left of it.
    Failed(Arc<StreamError>),
    /// It was cancelled, and nothing is left of it.
    Cancelled,
}

impl HlsState {
    /// Whether players can begin.
    pub fn is_watchable(&self) -> bool {
        matches!(self, Self::Done | Self::Making { watchable: true, .. })
    }

    /// Whether it will change no more.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Done | Self::Failed(_) | Self::Cancelled)
    }
}

/// A stream in the making. Dropped before it is done, it is cancelled.
#[derive(Debug)]
pub struct HlsJob {
    folder: HlsFolder,
    state: watch::Receiver<HlsState>,
    turns: Arc<Turns>,
    place: (std::cmp::Reverse<Priority>, u64),
    /// Dropped, it ends the work.
    cancel: Option<oneshot::Sender<()>>,
    work: Option<JoinHandle<()>>,
}

impl Hls {
    /// Streams under `root`, which is made if it is missing and must be used by one server only. Removes what
    /// was not finished there and returns what was, of each film the newest. Blocks shortly: it is meant for the start of
    /// the server.
    pub fn open(
        root: impl AsRef<Path>,
        tools: Tools,
        settings: HlsSettings,
    ) -> io::Result<(Self, Vec<Finished>)> {
        std::fs::create_dir_all(&root)?;
        let root: Arc<Path> = root.as_ref().canonicalize()?.into();
        let mut finished = Vec::new();
        for entry in std::fs::read_dir(&root)? {
            let entry = entry?;
            // Only our own: the folder may be one that others write to as well.
            let Some(id) = entry.file_name().to_str().and_then(HlsId::parse) else {
                continue;
            };
            if !entry.file_type()?.is_dir() {
                continue;
            }
            let folder = HlsFolder::new(&root, id.clone());
            let mark = folder.read_mark();
            let has_all = mark.as_ref().map_or(Ok(false), |mark| folder.has_all(mark))?;
            match mark
                .filter(|_| has_all)
                .and_then(|mark| Some((FilmId::parse(&mark.film)?, mark.size_bytes)))
            {
                Some((film, size_bytes)) => {
                    let made = entry.metadata()?.modified()?;
                    finished.push(Finished {
                        id,
                        film,
                        size_bytes,
                        made,
                    });
                }
                None => folder.remove()?,
            }
        }
        finished.sort_by_key(|it: &Finished| std::cmp::Reverse(it.made));
        let mut films = HashSet::new();
        let (finished, twice): (Vec<_>, Vec<_>) =
            finished.into_iter().partition(|it| films.insert(it.film.clone()));
        for it in twice {
            HlsFolder::new(&root, it.id).remove()?;
        }
        let turns = Arc::new(Turns::new(settings.at_once_max, STREAMS_WAITING_MAX));
        Ok((
            Self {
                root,
                tools,
                settings,
                turns,
            },
            finished,
        ))
    }

    /// Makes a stream of a film, when it is its turn. `id` is random and new; `probe` and `plan` are of this
    /// very film. Needs a tokio runtime with time and I/O, on which the work is done.
    pub fn make(
        &self,
        id: HlsId,
        film: &FilmFile,
        probe: &Probe,
        plan: StreamPlan,
        priority: Priority,
    ) -> Result<HlsJob, StreamError> {
        let ffmpeg = self.tools.ffmpeg().ok_or(StreamError::NoTools)?.to_owned();
        let ticket = self.turns.enter(priority).ok_or(StreamError::Busy {
            waiting_max: self.turns.waiting_max(),
        })?;
        let place = ticket.place();
        let folder = HlsFolder::new(&self.root, id);
        let (sender, state) = watch::channel(HlsState::Waiting);
        let (cancel, cancelled) = oneshot::channel();
        let work = Work {
            ffmpeg,
            film: film.clone(),
            probe: probe.clone(),
            plan,
            folder: folder.clone(),
            settings: self.settings,
            state: sender,
        };
        let work = tokio::spawn(run(work, ticket, cancelled));
        Ok(HlsJob {
            folder,
            state,
            turns: Arc::clone(&self.turns),
            place,
            cancel: Some(cancel),
            work: Some(work),
        })
    }

    /// The folder of a stream, made or in the making.
    pub fn folder(&self, id: HlsId) -> HlsFolder {
        HlsFolder::new(&self.root, id)
    }

    /// What a stream takes on the disk.
    pub async fn size_bytes(&self, id: HlsId) -> Result<u64, StreamError> {
        let folder = self.folder(id);
        job::blocking(move || folder.size_bytes()).await
    }

    /// Removes a stream from the disk. Cancel it first if it is in the making. Viewers lose it.
    pub async fn remove(&self, id: HlsId) -> Result<(), StreamError> {
        let folder = self.folder(id);
        job::blocking(move || folder.remove()).await
    }
}

impl HlsJob {
    /// The stream's folder: what is there already can be served from it.
    pub fn folder(&self) -> &HlsFolder {
        &self.folder
    }

    /// Where the stream is, now and whenever that changes.
    pub fn state(&self) -> watch::Receiver<HlsState> {
        self.state.clone()
    }

    /// How many streams go before this one, those in the making among them. 0 when it has had its turn.
    pub fn ahead(&self) -> usize {
        self.turns.ahead(self.place)
    }

    /// Ends the work and returns when nothing is left of it. Does nothing to a stream that is whole.
    pub async fn cancel(mut self) {
        self.cancel = None;
        if let Some(work) = self.work.take() {
            let _ = work.await;
        }
    }
}

/// The work on a stream, to its end or until nobody wants it.
async fn run(work: Work, mut ticket: Ticket, cancelled: oneshot::Receiver<()>) {
    let mut cancelled = cancelled;
    let turn = tokio::select! {
        biased;
        _ = &mut cancelled => None,
        turn = ticket.turn() => turn,
    };
    let ending = match &turn {
        None => Ending::Cancelled,
        Some(_) => work.run(&mut cancelled).await,
    };
    work.end(ending).await;
    drop(turn);
}
