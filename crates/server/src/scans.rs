//! Looking through the library: one look at a time, and one for all who ask while another is under way. It takes a
//! thread and the disk for as long as the library is large, and anybody who has made a room may ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Whose turn it is.
#[derive(Debug, Default)]
pub(crate) struct Scans {
    begun: AtomicU64,
    /// The number of the last one that went well.
    last: Arc<Mutex<u64>>,
}

/// The right to look. It goes with who looks, not with who waits for that.
#[derive(Debug)]
pub(crate) struct Turn {
    number: u64,
    last: OwnedMutexGuard<u64>,
}

impl Scans {
    /// Waits for the turn. `None` if somebody else has looked meanwhile, and began after this was asked.
    pub(crate) async fn turn(&self) -> Option<Turn> {
        let asked = self.begun.load(Ordering::SeqCst);
        let last = Arc::clone(&self.last).lock_owned().await;
        let is_done = *last > asked;
        (!is_done).then(|| Turn {
            number: self.begun.fetch_add(1, Ordering::SeqCst) + 1,
            last,
        })
    }
}

impl Turn {
    /// Notes that the look went well: who asked before it began need not look.
    pub(crate) fn went_well(mut self) {
        *self.last = self.number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::Semaphore;

    #[tokio::test]
    async fn a_hundred_who_ask_at_once_have_two_looks() {
        let (scans, open) = (Arc::new(Scans::default()), Arc::new(Semaphore::new(0)));
        let looks = Arc::new(AtomicU64::new(0));
        let ask = || {
            let (scans, open, looks) = (Arc::clone(&scans), Arc::clone(&open), Arc::clone(&looks));
            tokio::spawn(async move {
                let Some(turn) = scans.turn().await else {
                    return;
                };
                looks.fetch_add(1, Ordering::SeqCst);
                open.acquire().await.unwrap().forget();
                turn.went_well();
            })
        };
        let first = ask();
        while looks.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        let others: Vec<_> = (0..99).map(|_| ask()).collect();
        tokio::task::yield_now().await;
        assert_eq!(looks.load(Ordering::SeqCst), 1, "one at a time");
        open.add_permits(100);
        first.await.unwrap();
        for other in others {
            other.await.unwrap();
        }
        assert_eq!(
            looks.load(Ordering::SeqCst),
            2,
            "what began before they asked is not enough"
        );
        ask().await.unwrap();
        assert_eq!(looks.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn one_that_fails_counts_for_nobody() {
        let scans = Scans::default();
        drop(scans.turn().await.unwrap());
        assert!(scans.turn().await.is_some());
    }
}
