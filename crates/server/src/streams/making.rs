//! Finding out about one film, and making its stream.

use super::why::Why;
use super::{Known, List, News, Streams, Whole, url};
use crate::app;
use crate::limits;
use matinee_media::hls::Priority;
use matinee_media::{FilmFile, FilmId, HlsId, HlsJob, HlsState, Plan, StreamError, Tools};
use matinee_room::{Made, Stream};
use std::sync::Arc;
use std::time::SystemTime;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Does what has to be done so that everybody can watch a film, tells how it goes, and holds on until nobody
/// wants it any more.
pub(super) async fn run(
    streams: Arc<Streams>,
    film: Arc<FilmFile>,
    news: watch::Sender<News>,
    cancel: CancellationToken,
) {
    if streams.tools == Tools::None {
        return;
    }
    let work = Making {
        streams: &streams,
        film: &film,
        news: &news,
    };
    let known = tokio::select! {
        known = streams.look(&film) => known,
        () = cancel.cancelled() => return,
    };
    let known = match known {
        Ok(known) => known,
        Err(error) => return work.fail(&error, None),
    };
    // A stream knows its length only when it is whole; a file's is told by players.
    let duration_ms = known.probe.duration_ms.filter(|_| known.plan != Plan::Direct);
    if let Err(error) = work.make(&known, duration_ms, &cancel).await {
        work.fail(error.as_ref(), duration_ms);
    }
}

struct Making<'a> {
    streams: &'a Streams,
    film: &'a FilmFile,
    news: &'a watch::Sender<News>,
}

impl Making<'_> {
    /// Tells of a film that nobody has to wait for, as far as we know.
    fn tell(&self, stream: Option<Stream>, duration_ms: Option<u64>) {
        self.tell_made(stream, duration_ms, None);
    }

    fn tell_made(&self, stream: Option<Stream>, duration_ms: Option<u64>, made: Option<Made>) {
        let newest = News {
            stream,
            duration_ms,
            made,
        };
        self.news.send_if_modified(|news| {
            let differs = *news != newest;
            *news = newest;
            differs
        });
    }

    fn fail(&self, error: &impl Why, duration_ms: Option<u64>) {
        tracing::warn!(film = %self.film.title, %error, "a film may not play in every browser");
        let (code, message) = (error.code(), error.to_string());
        self.tell(Some(Stream::Failed { code, message }), duration_ms);
    }

    async fn make(
        &self,
        known: &Known,
        duration_ms: Option<u64>,
        cancel: &CancellationToken,
    ) -> Result<(), Arc<StreamError>> {
        let Plan::Stream(plan) = &known.plan else {
            self.tell(None, None);
            return Ok(());
        };
        if let Some(url) = self.streams.list().take(self.film) {
            self.tell(Some(Stream::Ready { url }), duration_ms);
            return Ok(());
        }
        let (Some(hls), Ok(random)) = (&self.streams.hls, app::random()) else {
            return Err(Arc::new(StreamError::NoTools));
        };
        let id = HlsId::from_bytes(random);
        let job = hls
            .make(id.clone(), self.film, &known.probe, plan.clone(), Priority::Now)
            .map_err(Arc::new)?;
        let followed = tokio::select! {
            followed = self.follow(&id, &job, duration_ms) => Some(followed),
            () = cancel.cancelled() => None,
        };
        let is_wanted = followed.is_some();
        let url = match followed {
            Some(followed) => followed?,
            None => {
                let state = job.state();
                job.cancel().await;
                if !matches!(*state.borrow(), HlsState::Done) {
                    return Ok(());
                }
                // It was whole before it heard: then it is kept like any other.
                url(&id)
            }
        };
        let size_bytes = hls.size_bytes(id.clone()).await?;
        let whole = Whole {
            id,
            size_bytes,
            used: SystemTime::now(),
        };
        let other = self.streams.list().put(&self.film.id, whole, is_wanted);
        self.tell(Some(Stream::Ready { url }), duration_ms);
        if let Some(other) = other {
            self.streams.remove(other).await;
        }
        self.streams.tidy().await;
        Ok(())
    }

    /// Tells how a job goes, until it is done; then its address.
    async fn follow(
        &self,
        id: &HlsId,
        job: &HlsJob,
        duration_ms: Option<u64>,
    ) -> Result<String, Arc<StreamError>> {
        let mut state = job.state();
        let mut again = 0;
        let mut was_watchable = false;
        let mut address = url(id);
        loop {
            let now = state.borrow_and_update().clone();
            match now {
                HlsState::Done => return Ok(address),
                HlsState::Cancelled => return Err(Arc::new(StreamError::Killed)),
                HlsState::Failed(error) => return Err(error),
                HlsState::Waiting => {
                    let stream = Stream::Waiting { ahead: job.ahead() };
                    self.tell_made(Some(stream), duration_ms, Some(Made::default()));
                }
                HlsState::Making { progress, watchable } => {
                    if was_watchable && !watchable {
                        // What begins anew has another address, so that players notice.
                        again += 1;
                        address = format!("{}?{again}", url(id));
                    }
                    was_watchable = watchable;
                    let url = watchable.then(|| address.clone());
                    let percent = progress.of_ms.map(|of_ms| percent(progress.made_ms, of_ms));
                    let made = Made {
                        until_ms: progress.there_ms,
                        pace: progress.pace,
                    };
                    self.tell_made(Some(Stream::Making { percent, url }), duration_ms, Some(made));
                }
            }
            tokio::select! {
                changed = state.changed() => if changed.is_err() {
                    return Err(Arc::new(StreamError::Killed));
                },
                // How many go first changes without a word.
                () = tokio::time::sleep(limits::TURNS_LOOKED_AT_EVERY) => {}
            }
        }
    }
}

impl List {
    /// The address of a film's stream, if it is whole; now it is used.
    fn take(&mut self, film: &FilmFile) -> Option<String> {
        let whole = self.whole.get_mut(&film.id)?;
        whole.used = SystemTime::now();
        Some(url(&whole.id))
    }

    /// Takes in a stream that is whole. There may be another one of its film: one whose viewers left when it was all but
    /// done, so that the next began anew. Gives the one that is to be removed, which nobody watches.
    fn put(&mut self, film: &FilmId, whole: Whole, is_wanted: bool) -> Option<HlsId> {
        if !is_wanted && self.whole.contains_key(film) {
            return Some(whole.id);
        }
        let before = self.whole.insert(film.clone(), whole);
        before.map(|before| before.id)
    }
}

/// How much is made: 100 only when all is.
fn percent(made_ms: u64, of_ms: u64) -> u8 {
    (made_ms.saturating_mul(100) / of_ms.max(1)).min(99) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_streams_of_one_film_the_one_that_is_watched_stays() {
        let film = FilmId::from_bytes([1; 16]);
        let id = |number| HlsId::from_bytes([number; 16]);
        let whole = |number| Whole {
            id: id(number),
            size_bytes: 1,
            used: SystemTime::now(),
        };
        let mut list = List::default();
        assert_eq!(list.put(&film, whole(1), false), None);
        assert_eq!(list.put(&film, whole(2), true), Some(id(1)));
        assert_eq!(list.put(&film, whole(3), false), Some(id(3)));
        assert_eq!(list.whole[&film].id, id(2));
        assert_eq!(list.put(&FilmId::from_bytes([2; 16]), whole(4), true), None);
    }
}
