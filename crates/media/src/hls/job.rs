//! The life of one stream, from its turn to its mark or its end.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::process::Child;
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, MissedTickBehavior};

use super::command::command;
use super::folder::{HlsFolder, Segments};
use super::master::master;
use super::names::{MASTER, Rendition};
use super::progress::{Pace, Progress, Reports};
use super::{HlsSettings, HlsState};
use crate::disk::free_bytes;
use crate::error::StreamError;
use crate::film::FilmFile;
use crate::limits::{SEGMENT_BYTES_MAX, STREAM_LOOK, STREAM_LOOK_SOON, STREAM_STALL_MAX};
use crate::playable::StreamPlan;
use crate::probe::Probe;
use crate::serve::open::checked_path;
use crate::tools::program::{Verdict, last_words, verdict};

/// What has to be done.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) ffmpeg: PathBuf,
    pub(super) film: FilmFile,
    pub(super) probe: Probe,
    pub(super) plan: StreamPlan,
    pub(super) folder: HlsFolder,
    pub(super) settings: HlsSettings,
    pub(super) state: watch::Sender<HlsState>,
}

/// How it ended.
#[derive(Debug)]
pub(super) enum Ending {
    Done,
    Cancelled,
    Failed(StreamError),
}

/// How an attempt ended that is not whole.
enum Stop {
    Cancelled,
    /// ffmpeg gave up on the film, or made of it what players cannot use.
    Unfit,
    Failed(StreamError),
}

impl From<StreamError> for Stop {
    fn from(error: StreamError) -> Self {
        Self::Failed(error)
    }
}

/// What is known of an attempt while it goes on.
struct Attempt<'a> {
    plan: &'a StreamPlan,
    number: u8,
    until: Instant,
    progress: Progress,
    pace: Pace,
    is_watchable: bool,
}

impl Work {
    /// Makes the stream. A film whose tracks cannot be taken over is tried once more with new ones: some have
    /// time stamps that no MP4 can hold.
    pub(super) async fn run(&self, cancelled: &mut oneshot::Receiver<()>) -> Ending {
        let until = Instant::now() + self.settings.time_max;
        let path = self.folder.path().to_owned();
        let made = blocking(move || match std::fs::create_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            made => made.map(|()| true),
        });
        match made.await {
            Ok(true) => {}
            Ok(false) => return Ending::Failed(StreamError::Exists),
            Err(error) => return Ending::Failed(error),
        }
        let first = self.attempt(&self.plan, 1, until, cancelled).await;
        let last = match first {
            Err(Stop::Unfit) if self.plan.copies() => {
                let again = self.plan.clone().without_copies(&self.settings.wishes);
                let folder = self.folder.clone();
                match blocking(move || folder.empty()).await {
                    Ok(()) => self.attempt(&again, 2, until, cancelled).await,
                    Err(error) => Err(Stop::Failed(error)),
                }
            }
            first => first,
        };
        match last {
            Ok(()) => Ending::Done,
            Err(Stop::Cancelled) => Ending::Cancelled,
            Err(Stop::Unfit) => Ending::Failed(StreamError::Unplayable),
            Err(Stop::Failed(error)) => Ending::Failed(error),
        }
    }

    /// Tells the ending when nothing is left of what was not finished.
    pub(super) async fn end(self, ending: Ending) {
        let exists = matches!(ending, Ending::Failed(StreamError::Exists));
        if !matches!(ending, Ending::Done) && !exists {
            let folder = self.folder.clone();
            if let Err(error) = blocking(move || folder.remove()).await {
                tracing::warn!(%error, stream = self.folder.id().as_str(), "an unfinished stream could not be removed");
            }
        }
        self.state.send_replace(match ending {
            Ending::Done => HlsState::Done,
            Ending::Cancelled => HlsState::Cancelled,
            Ending::Failed(error) => HlsState::Failed(Arc::new(error)),
        });
    }

    async fn attempt(
        &self,
        plan: &StreamPlan,
        number: u8,
        until: Instant,
        cancelled: &mut oneshot::Receiver<()>,
    ) -> Result<(), Stop> {
        let mut attempt = Attempt {
            plan,
            number,
            until,
            progress: Progress {
                of_ms: self.probe.duration_ms,
                ..Progress::default()
            },
            pace: Pace::new(Instant::now()),
            is_watchable: false,
        };
        self.tell(&attempt);
        let film = checked_path(&self.film).await.map_err(StreamError::File)?;
        self.check_disk().await?;
        let time = self.settings.time_max;
        let mut child = command(&self.ffmpeg, &film, self.folder.path(), plan, number, time)
            .start()
            .map_err(StreamError::Storage)?;
        let words = tokio::spawn(last_words(child.stderr.take()));
        let watched = self.watch(&mut attempt, &mut child, cancelled).await;
        // Already over, if all went well. Otherwise nothing is removed before it has really ended.
        let _ = child.kill().await;
        let words = words.await.unwrap_or_default();
        if let Err(Stop::Unfit | Stop::Failed(_)) = &watched {
            tracing::info!(film = %self.film.id, ?words, attempt = number, "a film did not become a stream");
        }
        watched?;
        // What was made of another version of the film is no stream of this one.
        checked_path(&self.film).await.map_err(StreamError::File)?;
        self.look(&mut attempt).await?;
        if !attempt.is_watchable {
            return Err(Stop::Unfit);
        }
        let (folder, film) = (self.folder.clone(), self.film.id.clone());
        Ok(blocking(move || folder.mark(&film, folder.size_bytes()?)).await?)
    }

    /// Follows ffmpeg to its end.
    async fn watch(
        &self,
        attempt: &mut Attempt<'_>,
        child: &mut Child,
        cancelled: &mut oneshot::Receiver<()>,
    ) -> Result<(), Stop> {
        let Some(stdout) = child.stdout.take() else {
            return Err(StreamError::Storage(io::ErrorKind::BrokenPipe.into()).into());
        };
        let mut reports = Reports::new(stdout);
        let mut stalls = Instant::now() + STREAM_STALL_MAX;
        let mut looks = looks(STREAM_LOOK_SOON);
        let (mut talks, mut at_ms) = (true, 0);
        let status = loop {
            tokio::select! {
                biased;
                _ = &mut *cancelled => return Err(Stop::Cancelled),
                () = tokio::time::sleep_until(stalls.min(attempt.until)) => {
                    return Err(StreamError::TooSlow.into());
                }
                _ = looks.tick() => {
                    let before = attempt.is_watchable;
                    self.look(attempt).await?;
                    if attempt.is_watchable && !before {
                        looks = self::looks(STREAM_LOOK);
                    }
                }
                report = reports.next(), if talks => match report {
                    Some(report) => {
                        if report.at_ms != at_ms {
                            at_ms = report.at_ms;
                            stalls = Instant::now() + STREAM_STALL_MAX;
                        }
                        attempt.progress.take(report);
                        self.tell(attempt);
                    }
                    None => talks = false,
                },
                status = child.wait(), if !talks => break status.map_err(StreamError::Storage)?,
            }
        };
        match verdict(status) {
            Verdict::Good => Ok(()),
            Verdict::GaveUp => {
                // A full disk and a film that is gone look like a broken film to ffmpeg.
                self.check_disk().await?;
                checked_path(&self.film).await.map_err(StreamError::File)?;
                Err(Stop::Unfit)
            }
            Verdict::Killed => Err(StreamError::Killed.into()),
            Verdict::OutOfTime => Err(StreamError::TooSlow.into()),
            Verdict::OutOfBytes => {
                let bytes_max = SEGMENT_BYTES_MAX;
                Err(StreamError::TooLarge { bytes_max }.into())
            }
        }
    }

    /// Looks at what there is so far: how much of it can be watched, and whether it is too much.
    async fn look(&self, attempt: &mut Attempt<'_>) -> Result<(), Stop> {
        let renditions: Vec<_> = Rendition::all(attempt.plan, attempt.number).collect();
        let (folder, of) = (self.folder.clone(), renditions.clone());
        let (segments, size_bytes) = blocking(move || {
            let segments: Result<Option<Vec<_>>, _> =
                of.iter().map(|rendition| folder.segments(*rendition)).collect();
            Ok((segments.map_err(io::Error::other)?, folder.size_bytes()?))
        })
        .await?;
        let bytes_max = self.settings.stream_bytes_max;
        if size_bytes > bytes_max {
            return Err(StreamError::TooLarge { bytes_max }.into());
        }
        self.check_disk().await?;
        let Some(segments) = segments else { return Ok(()) };
        let fits = |(segments, rendition): (&Segments, &Rendition)| {
            !rendition.is_copied || segments.longest.round() <= rendition.segment_max().as_secs_f64()
        };
        if !segments.iter().zip(&renditions).all(fits) {
            return Err(Stop::Unfit);
        }
        if !attempt.is_watchable {
            self.write_master(attempt).await?;
            attempt.is_watchable = true;
        }
        // The picture's, which stands first: sounds are made beside it, and some end long before it.
        let there = segments.first().map_or(0.0, |segments| segments.all);
        // The cast saturates.
        attempt.progress.there_ms = (there * 1000.0) as u64;
        attempt.progress.pace = attempt.pace.measure(Instant::now(), attempt.progress.made_ms);
        self.tell(attempt);
        Ok(())
    }

    async fn write_master(&self, attempt: &Attempt<'_>) -> Result<(), StreamError> {
        let (film, probe, folder) = (
            self.film.clone(),
            self.probe.clone(),
            self.folder.path().to_owned(),
        );
        let (plan, number) = (attempt.plan.clone(), attempt.number);
        blocking(move || {
            let new = folder.join("master.m3u8.tmp");
            std::fs::write(&new, master(&film, &probe, &plan, number, &folder))?;
            std::fs::rename(new, folder.join(MASTER))
        })
        .await
    }

    fn tell(&self, attempt: &Attempt<'_>) {
        self.state.send_replace(HlsState::Making {
            progress: attempt.progress,
            watchable: attempt.is_watchable,
        });
    }

    /// Fails if the disk has less room than stays free.
    async fn check_disk(&self) -> Result<(), StreamError> {
        let (path, free_min) = (self.folder.path().to_owned(), self.settings.free_bytes_min);
        if blocking(move || free_bytes(&path)).await? < free_min {
            return Err(StreamError::DiskFull);
        }
        Ok(())
    }
}

fn looks(every: Duration) -> tokio::time::Interval {
    let mut looks = tokio::time::interval(every);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    looks
}

/// Runs what touches the disk.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, StreamError> {
    let done = tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StreamError::Storage(error.into()))?;
    done.map_err(StreamError::from_io)
}
