//! What a film has besides its bytes: a poster, a storyboard (small pictures of it all along, for whoever seeks),
//! and the subtitles in it as text.
//!
//! | file | owns |
//! |---|---|
//! | `want` | who wants what, and whose turn it is |
//! | `job` | one thing that is made, from its turn to its end |
//! | `picture` | posters and storyboards |
//! | `tracks` | the subtitles in a film |
//! | `known` | what is known of a film |
//! | `folder` | a film's folder: its files on their way in and out |
//! | `cellar` | all of the folders, and room for more |
//! | `names` | the names of its files |
//!
//! Each film has a folder under its id, and in it a mark that says what is there and what was tried in vain, so
//! that it is not tried for ever. Things are made in a folder of their own and moved when they are whole; what a
//! crash left behind goes when the server starts. One thing is made at a time, after all streams.

mod cellar;
mod folder;
mod job;
mod known;
mod names;
mod picture;
mod tracks;
mod want;

use std::io;
use std::path::Path;
use std::sync::Arc;

use http::{HeaderMap, Method, Response};

use crate::error::ExtrasError;
use crate::film::{FilmFile, FilmId};
use crate::limits::{DISK_FREE_BYTES_MIN, EXTRAS_BYTES_MAX, EXTRAS_WAITING_MAX};
use crate::probe::Probe;
use crate::serve::FilmBody;
use crate::tools::Tools;
use crate::turns::{Priority, Turns};
use cellar::Cellar;
use job::blocking;
pub use known::{Extra, Known, Made};
pub use want::Want;
use want::Wanted;

/// What the host allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtrasSettings {
    /// Bytes of everything together. Beyond it, the oldest goes first.
    pub bytes_max: u64,
    /// Bytes of the disk that stay free.
    pub free_bytes_min: u64,
}

impl Default for ExtrasSettings {
    fn default() -> Self {
        Self {
            bytes_max: EXTRAS_BYTES_MAX,
            free_bytes_min: DISK_FREE_BYTES_MIN,
        }
    }
}

/// The folder of what films have besides their bytes. Share it as an `Arc`.
#[derive(Debug)]
pub struct Extras {
    cellar: Arc<Cellar>,
    tools: Tools,
    turns: Arc<Turns>,
    wanted: Wanted,
}

impl Extras {
    /// What films have under `root`, which is made if it is missing and must be used by one server only. Removes
    /// what was not finished there. Blocks for as long as the disk takes to list it: it is meant for the start of
    /// the server.
    pub fn open(root: impl AsRef<Path>, tools: Tools, settings: ExtrasSettings) -> io::Result<Self> {
        std::fs::create_dir_all(&root)?;
        let root: Arc<Path> = root.as_ref().canonicalize()?.into();
        Ok(Self {
            cellar: Arc::new(Cellar::open(root, settings)?),
            tools,
            turns: Arc::new(Turns::new(1, EXTRAS_WAITING_MAX)),
            wanted: Wanted::default(),
        })
    }

    /// What is known of a film. Costs a look-up: the disk is not asked.
    pub fn known(&self, film: &FilmId) -> Known {
        self.cellar.known(film)
    }

    /// Has something made of a film when it is its turn, and answers at once. `probe` is of this very film. Who
    /// wants the same as another shares the work, at the higher priority of the two. Needs a tokio runtime with
    /// time and I/O, on which the work is done.
    pub fn want(
        &self,
        film: &FilmFile,
        probe: &Probe,
        extra: Extra,
        priority: Priority,
    ) -> Result<Want, ExtrasError> {
        let made = self.known(&film.id).of(extra);
        let has_any = match extra {
            Extra::Poster => probe.video.is_some() || probe.cover.is_some(),
            Extra::Storyboard => probe.video.is_some() && probe.duration_ms.is_some(),
            Extra::Subtitles => probe.subtitles.iter().any(|track| track.is_text),
        };
        if made != Made::Untried {
            return Ok(Want::ended(made));
        }
        if !has_any {
            return Ok(Want::ended(Made::Nothing));
        }
        let ffmpeg = self.tools.ffmpeg().ok_or(ExtrasError::NoTools)?.to_owned();
        let work = job::Work {
            cellar: Arc::clone(&self.cellar),
            ffmpeg,
            film: film.clone(),
            probe: probe.clone(),
            extra,
        };
        self.wanted.want(&self.turns, work, priority)
    }

    /// Answers a request for a file of a film's folder, as [`serve`](crate::serve()) does for a film. Makes
    /// nothing.
    pub async fn serve(
        &self,
        film: &FilmId,
        name: &str,
        method: &Method,
        headers: &HeaderMap,
    ) -> Response<FilmBody> {
        self.cellar.folder(film).serve(name, method, headers).await
    }

    /// Removes everything of a film that is gone.
    pub async fn remove(&self, film: &FilmId) -> Result<(), ExtrasError> {
        let (cellar, film) = (Arc::clone(&self.cellar), film.clone());
        blocking(move || cellar.remove(&film)).await
    }

    /// Removes everything of the films that are gone, as after a scan, and says of how many.
    pub async fn tidy(&self, is_there: impl Fn(&FilmId) -> bool) -> usize {
        let gone: Vec<_> = self
            .cellar
            .ids()
            .into_iter()
            .filter(|film| !is_there(film))
            .collect();
        let mut removed = 0;
        for film in gone {
            match self.remove(&film).await {
                Ok(()) => removed += 1,
                Err(error) => tracing::warn!(%error, %film, "what belongs to a film that is gone stays"),
            }
        }
        removed
    }
}
