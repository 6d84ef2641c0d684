//! Whose turn it is to use the machine: so many at once, the others in order, the urgent ones first.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// How urgent a stream is, or what else is made of a film. Among equals, who came first goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Priority {
    /// Nobody waits for it yet.
    Later,
    /// Somebody has put it on a list.
    #[default]
    Soon,
    /// People sit in front of it.
    Now,
}

pub(crate) type Place = (Reverse<Priority>, u64);

#[derive(Debug)]
pub(crate) struct Turns {
    at_once_max: usize,
    waiting_max: usize,
    line: Mutex<Line>,
}

#[derive(Debug, Default)]
struct Line {
    running: usize,
    came: u64,
    waiting: BTreeMap<Place, oneshot::Sender<Turn>>,
}

/// A place in the line. Dropped, it is given up.
#[derive(Debug)]
pub(crate) struct Ticket {
    place: Place,
    turn: Option<oneshot::Receiver<Turn>>,
    turns: Arc<Turns>,
}

/// The turn. Dropped, it is the next one's.
#[derive(Debug)]
pub(crate) struct Turn(Arc<Turns>);

impl Turns {
    pub(crate) fn new(at_once_max: usize, waiting_max: usize) -> Self {
        Self {
            at_once_max: at_once_max.max(1),
            waiting_max,
            line: Mutex::default(),
        }
    }

    /// A place in the line, unless that is full.
    pub(crate) fn enter(self: &Arc<Self>, priority: Priority) -> Option<Ticket> {
        let (sender, receiver) = oneshot::channel();
        let place = {
            let mut line = self.line();
            if line.waiting.len() >= self.waiting_max {
                return None;
            }
            line.came += 1;
            let place = (Reverse(priority), line.came);
            line.waiting.insert(place, sender);
            place
        };
        self.call_next();
        Some(Ticket {
            place,
            turn: Some(receiver),
            turns: Arc::clone(self),
        })
    }

    pub(crate) fn waiting_max(&self) -> usize {
        self.waiting_max
    }

    /// How many go before this place.
    pub(crate) fn ahead(&self, place: Place) -> usize {
        let line = self.line();
        match line.waiting.contains_key(&place) {
            true => line.running + line.waiting.range(..place).count(),
            false => 0,
        }
    }

    fn call_next(self: &Arc<Self>) {
        loop {
            let next = {
                let mut line = self.line();
                if line.running >= self.at_once_max {
                    return;
                }
                let Some((_, next)) = line.waiting.pop_first() else {
                    return;
                };
                line.running += 1;
                next
            };
            // Who has left meanwhile sends the turn back, and dropping it calls the next one.
            drop(next.send(Turn(Arc::clone(self))));
        }
    }

    // The line is whole between any two statements, so a panic elsewhere does not spoil it.
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// Waits for the turn. `None` only if it has been taken before.
    pub(crate) async fn turn(&mut self) -> Option<Turn> {
        let turn = self.turn.as_mut()?.await.ok();
        self.turn = None;
        turn
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let sender = self.turns.line().waiting.remove(&self.place);
        drop(sender);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.line().running -= 1;
        self.0.call_next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_urgent_go_first_and_equals_in_order() {
        let turns = Arc::new(Turns::new(1, 3));
        let mut first = turns.enter(Priority::Later).unwrap();
        let turn = first.turn().await.unwrap();
        let mut later = turns.enter(Priority::Later).unwrap();
        let gone = turns.enter(Priority::Now).unwrap();
        let mut now = turns.enter(Priority::Now).unwrap();
        assert!(turns.enter(Priority::Now).is_none(), "the line is full");
        assert_eq!([&later, &gone, &now].map(|it| turns.ahead(it.place())), [3, 1, 2]);
        drop(gone);
        drop(turn);
        let turn = now.turn().await.unwrap();
        assert_eq!([&now, &later].map(|it| turns.ahead(it.place())), [0, 1]);
        drop(turn);
        drop(later.turn().await.unwrap());
        assert!(later.turn().await.is_none());
        assert_eq!(turns.line().running, 0);
    }

    #[tokio::test]
    async fn a_turn_that_nobody_takes_is_passed_on() {
        let turns = Arc::new(Turns::new(1, 3));
        let called = turns.enter(Priority::Now).unwrap();
        let mut next = turns.enter(Priority::Now).unwrap();
        drop(called);
        drop(next.turn().await.unwrap());
        assert_eq!(turns.line().running, 0);
    }
}
