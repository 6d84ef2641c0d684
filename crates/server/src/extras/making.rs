//! Getting out of a film what is in it, one thing after the other, as long as a room has it on.

use super::{Extras, Found, State};
use crate::extras::beside;
use matinee_media::{Extra, FilmFile, Known, Priority};
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// In which order: what is seen first, and what takes longest last.
const ORDER: [Extra; 3] = [Extra::Poster, Extra::Subtitles, Extra::Storyboard];

/// Finds out what there is of a film and has made what is not there, until nobody wants it any more.
pub(super) async fn run(
    extras: Arc<Extras>,
    film: Arc<FilmFile>,
    state: watch::Sender<State>,
    cancel: CancellationToken,
) {
    let work = Making {
        extras: &extras,
        film: &film,
        state: &state,
    };
    tokio::select! {
        () = work.make() => {}
        // What waits or is made is dropped, and so broken off.
        () = cancel.cancelled() => {}
    }
}

struct Making<'a> {
    extras: &'a Extras,
    film: &'a FilmFile,
    state: &'a watch::Sender<State>,
}

impl Making<'_> {
    async fn make(&self) {
        let beside = beside::look(self.film).await;
        let is_bare = beside.is_empty();
        let probed = match self.extras.looks() {
            true => self.extras.streams.look(self.film).await.ok(),
            false => None,
        };
        let found = Arc::new(Found { beside, probed });
        let Some(known) = found.probed.clone() else {
            // Nobody could have thought that there is anything, unless more was said to come.
            if !is_bare || self.state.borrow().making {
                self.tell(&found, false);
            }
            return;
        };
        self.tell(&found, true);
        for extra in ORDER {
            let before = self.known();
            let want = self.extras.made.as_ref().map(|made| {
                let probe = &known.probe;
                made.want(self.film, probe, extra, Priority::Now)
            });
            let made = match want {
                Some(Ok(want)) => want.made().await.map(drop),
                Some(Err(error)) => Err(Arc::new(error)),
                None => Ok(()),
            };
            if let Err(error) = made {
                tracing::warn!(film = %self.film.title, ?extra, %error, "something of a film could not be made");
            }
            let is_last = extra == ORDER[ORDER.len() - 1];
            if is_last || self.known() != before {
                self.tell(&found, !is_last);
            }
        }
    }

    fn known(&self) -> Known {
        self.extras.known(&self.film.id)
    }

    fn tell(&self, found: &Arc<Found>, making: bool) {
        self.state.send_replace(State {
            revision: self.extras.next_revision(),
            found: Arc::clone(found),
            making,
        });
    }
}
