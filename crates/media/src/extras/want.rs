//! Who wants what, and whose turn it is. Who wants the same shares the work; when nobody does any more, it ends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::{oneshot, watch};

use super::job::Work;
use super::{Extra, Made};
use crate::error::ExtrasError;
use crate::film::FilmId;
use crate::turns::{Place, Priority, Ticket, Turn, Turns};

/// Something that is wanted of a film. When the last one of its kind is dropped before its end, the work is
/// broken off and nothing of it is left.
#[derive(Debug, Clone)]
pub struct Want {
    state: watch::Receiver<State>,
    job: Option<Arc<Job>>,
}

#[derive(Debug, Clone)]
enum State {
    Waiting(Place),
    Making,
    Ended(Result<Made, Arc<ExtrasError>>),
}

#[derive(Debug)]
struct Job {
    state: watch::Receiver<State>,
    priority: watch::Sender<Priority>,
    turns: Arc<Turns>,
    /// Dropped, it ends the work.
    _cancel: oneshot::Sender<()>,
}

/// What is being worked on.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted(Arc<Mutex<Jobs>>);

type Jobs = HashMap<(FilmId, Extra), Weak<Job>>;

impl Want {
    /// Of something that needs no work.
    pub(super) fn ended(made: Made) -> Self {
        let (_, state) = watch::channel(State::Ended(Ok(made)));
        Self { state, job: None }
    }

    /// How many others go before it. 0 when it has had its turn.
    pub fn ahead(&self) -> usize {
        let place = match &*self.state.borrow() {
            State::Waiting(place) => *place,
            State::Making | State::Ended(_) => return 0,
        };
        self.job.as_ref().map_or(0, |job| job.turns.ahead(place))
    }

    /// Waits for the end: [`Made::There`], [`Made::Nothing`], [`Made::Failed`] if it was tried in vain before, or
    /// why it failed now.
    pub async fn made(&self) -> Result<Made, Arc<ExtrasError>> {
        let mut state = self.state.clone();
        let ended = state.wait_for(|state| matches!(state, State::Ended(_))).await;
        match ended.as_deref() {
            Ok(State::Ended(ended)) => ended.clone(),
            // The work is gone with the runtime that it was on.
            _ => Err(Arc::new(ExtrasError::Cancelled)),
        }
    }
}

impl Wanted {
    /// Begins the work, or shares it with whoever wants the same.
    pub(super) fn want(
        &self,
        turns: &Arc<Turns>,
        work: Work,
        priority: Priority,
    ) -> Result<Want, ExtrasError> {
        let key = (work.film.id.clone(), work.extra);
        let mut jobs = self.jobs();
        if let Some(job) = jobs.get(&key).and_then(Weak::upgrade) {
            job.priority.send_if_modified(|now| {
                let is_higher = *now < priority;
                *now = priority.max(*now);
                is_higher
            });
            return Ok(Want {
                state: job.state.clone(),
                job: Some(job),
            });
        }
        let ticket = turns.enter(priority).ok_or(ExtrasError::Busy)?;
        let (state_sender, state) = watch::channel(State::Waiting(ticket.place()));
        let (priority_sender, priority) = watch::channel(priority);
        let (cancel, cancelled) = oneshot::channel();
        let job = Arc::new(Job {
            state: state.clone(),
            priority: priority_sender,
            turns: Arc::clone(turns),
            _cancel: cancel,
        });
        jobs.insert(key.clone(), Arc::downgrade(&job));
        drop(jobs);
        let task = Task {
            work,
            state: state_sender,
            turns: Arc::clone(turns),
            wanted: self.clone(),
            job: Arc::downgrade(&job),
        };
        tokio::spawn(task.run(ticket, priority, cancelled));
        Ok(Want {
            state,
            job: Some(job),
        })
    }

    // The map is whole between any two statements, so a panic elsewhere does not spoil it.
    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The work, to its end or until nobody wants it.
struct Task {
    work: Work,
    state: watch::Sender<State>,
    turns: Arc<Turns>,
    wanted: Wanted,
    job: Weak<Job>,
}

impl Task {
    async fn run(
        self,
        ticket: Ticket,
        priority: watch::Receiver<Priority>,
        mut cancelled: oneshot::Receiver<()>,
    ) {
        let ended = tokio::select! {
            biased;
            _ = &mut cancelled => Err(ExtrasError::Cancelled),
            ended = self.wait_and_work(ticket, priority) => ended,
        };
        // Whoever wants it from here on finds what became of it, or begins anew.
        let key = (self.work.film.id.clone(), self.work.extra);
        let mut jobs = self.wanted.jobs();
        if jobs.get(&key).is_some_and(|job| Weak::ptr_eq(job, &self.job)) {
            jobs.remove(&key);
        }
        drop(jobs);
        self.state.send_replace(State::Ended(ended.map_err(Arc::new)));
    }

    async fn wait_and_work(
        &self,
        ticket: Ticket,
        priority: watch::Receiver<Priority>,
    ) -> Result<Made, ExtrasError> {
        let turn = self.turn(ticket, priority).await?;
        self.state.send_replace(State::Making);
        let made = self.work.run().await;
        drop(turn);
        made
    }

    /// Waits in line, further ahead when it becomes more urgent.
    async fn turn(
        &self,
        mut ticket: Ticket,
        mut priority: watch::Receiver<Priority>,
    ) -> Result<Turn, ExtrasError> {
        loop {
            tokio::select! {
                biased;
                turn = ticket.turn() => return turn.ok_or(ExtrasError::Cancelled),
                Ok(()) = priority.changed() => {}
            }
            let higher = *priority.borrow_and_update();
            drop(ticket);
            ticket = self.turns.enter(higher).ok_or(ExtrasError::Busy)?;
            self.state.send_replace(State::Waiting(ticket.place()));
        }
    }
}
