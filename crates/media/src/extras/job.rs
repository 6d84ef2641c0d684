//! One thing that is made of a film, from its turn to its end.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::cellar::Cellar;
use super::{Extra, Made, picture, tracks};
use crate::disk::free_bytes;
use crate::error::ExtrasError;
use crate::film::FilmFile;
use crate::probe::Probe;
use crate::serve::open::checked_path;
use crate::tools::program::{Program, ProgramError, Verdict, verdict};

/// Where it is made: a folder of its own, that goes with it.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) ffmpeg: PathBuf,
    /// Where the film's bytes lie.
    pub(super) film: PathBuf,
    pub(super) folder: PathBuf,
}

impl Run {
    /// Runs ffmpeg to its end. That it gave up on the film is for the caller to judge, by what it has left.
    pub(super) async fn program(&self, program: Program) -> Result<Verdict, ExtrasError> {
        match program.output().await {
            Ok(_) => Ok(Verdict::Good),
            Err(ProgramError::Failed { status, words }) => {
                tracing::debug!(?words, "ffmpeg did not get all that was asked out of a film");
                match verdict(status) {
                    Verdict::Killed => Err(ExtrasError::Killed),
                    Verdict::OutOfTime => Err(ExtrasError::TooSlow),
                    verdict => Ok(verdict),
                }
            }
            // It says more than it should only if it is not ffmpeg.
            Err(ProgramError::TooMuch) => Err(ExtrasError::Unreadable),
            Err(ProgramError::TooSlow) => Err(ExtrasError::TooSlow),
            Err(ProgramError::Run(error)) => Err(ExtrasError::Storage(error)),
        }
    }

    /// Runs what touches the disk.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, ExtrasError> {
        blocking(work).await
    }

    /// The length of a file that was made, 0 if it was not.
    pub(super) async fn length(&self, name: &str) -> u64 {
        let path = self.folder.join(name);
        let length = blocking(move || Ok(std::fs::metadata(path).map_or(0, |metadata| metadata.len())));
        length.await.unwrap_or(0)
    }
}

impl Run {
    /// Removes its folder with what was not taken from it.
    async fn end(mut self) {
        let folder = std::mem::take(&mut self.folder);
        let _ = blocking(move || std::fs::remove_dir_all(folder)).await;
    }
}

impl Drop for Run {
    /// As [`Run::end`], for one that is broken off. What stays after all goes when the server starts.
    fn drop(&mut self) {
        let folder = std::mem::take(&mut self.folder);
        if !folder.as_os_str().is_empty() {
            std::thread::spawn(move || std::fs::remove_dir_all(folder));
        }
    }
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, ExtrasError> {
    let done = tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| ExtrasError::Storage(error.into()))?;
    done.map_err(ExtrasError::from_io)
}

/// What has to be done.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) cellar: Arc<Cellar>,
    pub(super) ffmpeg: PathBuf,
    pub(super) film: FilmFile,
    pub(super) probe: Probe,
    pub(super) extra: Extra,
}

impl Work {
    /// Makes it and remembers how that went.
    pub(super) async fn run(&self) -> Result<Made, ExtrasError> {
        let made = self.make().await;
        match &made {
            Ok(made) => {
                tracing::debug!(film = %self.film.id, extra = ?self.extra, ?made, "looked after a film")
            }
            Err(error) => {
                tracing::info!(film = %self.film.id, extra = ?self.extra, %error, "not made of a film")
            }
        }
        if let Err(error) = &made {
            self.note_failure(error).await;
        }
        made
    }

    async fn make(&self) -> Result<Made, ExtrasError> {
        let film = checked_path(&self.film).await?;
        self.check_disk().await?;
        let folder = self.cellar.new_folder();
        let run = Run {
            ffmpeg: self.ffmpeg.clone(),
            film,
            folder: folder.clone(),
        };
        let made = match blocking(move || std::fs::create_dir(folder)).await {
            Ok(()) => self.make_and_keep(&run).await,
            Err(error) => Err(error),
        };
        run.end().await;
        made
    }

    async fn make_and_keep(&self, run: &Run) -> Result<Made, ExtrasError> {
        let made = self.make_in(run).await;
        if made.is_err() {
            // A full disk looks like a broken film to ffmpeg.
            self.check_disk().await?;
        }
        // So does one that is gone; and what was made of another version of it is not this one's.
        checked_path(&self.film).await?;
        let (files, tracks) = made?;
        self.keep(run, files, tracks).await
    }

    async fn make_in(&self, run: &Run) -> Result<(Vec<String>, Vec<u32>), ExtrasError> {
        match self.extra {
            Extra::Poster => Ok((picture::poster(run, &self.probe).await?, Vec::new())),
            Extra::Storyboard => Ok((picture::storyboard(run, &self.probe).await?, Vec::new())),
            Extra::Subtitles => {
                let tracks = tracks::make(run, &self.probe).await?;
                Ok((
                    tracks.iter().map(|index| super::names::track(*index)).collect(),
                    tracks,
                ))
            }
        }
    }

    /// Moves what is whole to the film, and remembers it.
    async fn keep(&self, run: &Run, files: Vec<String>, tracks: Vec<u32>) -> Result<Made, ExtrasError> {
        let made = if files.is_empty() {
            Made::Nothing
        } else {
            Made::There
        };
        let (cellar, film, extra) = (Arc::clone(&self.cellar), self.film.id.clone(), self.extra);
        let from = run.folder.clone();
        blocking(move || {
            cellar.change(&film, |folder, known| {
                for name in &files {
                    folder.take(&from, name)?;
                }
                *known.of_mut(extra) = made;
                if extra == Extra::Subtitles {
                    known.tracks = tracks;
                }
                Ok(())
            })?;
            cellar.make_room(&film)
        })
        .await?;
        Ok(made)
    }

    /// What is the film's fault fails again, and is not tried again. The rest is, a few times.
    async fn note_failure(&self, error: &ExtrasError) {
        let counts = match error {
            ExtrasError::Unreadable | ExtrasError::TooSlow => u8::MAX,
            ExtrasError::Killed => 1,
            _ => return,
        };
        let (cellar, film, extra) = (Arc::clone(&self.cellar), self.film.id.clone(), self.extra);
        let noted = blocking(move || {
            cellar.change(&film, |_, known| {
                known.note_failure(extra, counts);
                Ok(())
            })
        });
        if let Err(error) = noted.await {
            tracing::warn!(%error, film = %self.film.id, "what failed could not be noted");
        }
    }

    /// Fails if the disk has less room than stays free.
    async fn check_disk(&self) -> Result<(), ExtrasError> {
        let (root, free_min) = (Arc::clone(&self.cellar.root), self.cellar.settings.free_bytes_min);
        if blocking(move || free_bytes(&root)).await? < free_min {
            return Err(ExtrasError::DiskFull);
        }
        Ok(())
    }
}
