//! Asking everybody whether they are ready, before the film starts.

use crate::id::{MemberId, Timestamp};

/// A question that is asked. It ends with the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadyCheck {
    /// Who asks.
    pub by: MemberId,
    /// When it ends by itself.
    pub until: Timestamp,
    /// The revision with which the film came that shall start.
    pub(crate) film: u64,
    /// All who said that they are ready and are still here, away ones too, by number.
    said: Vec<MemberId>,
    ready: Vec<MemberId>,
    missing: Vec<MemberId>,
}

impl ReadyCheck {
    /// A question by somebody who is ready.
    pub(crate) fn new(by: MemberId, until: Timestamp, film: u64) -> Self {
        Self {
            by,
            until,
            film,
            said: vec![by],
            ready: Vec::new(),
            missing: Vec::new(),
        }
    }

    /// Who is ready, of those who are asked.
    #[must_use]
    pub fn ready(&self) -> &[MemberId] {
        &self.ready
    }

    /// Who is not yet.
    #[must_use]
    pub fn missing(&self) -> &[MemberId] {
        &self.missing
    }

    pub(crate) fn say(&mut self, member: MemberId, ready: bool) {
        match (self.said.binary_search(&member), ready) {
            (Err(index), true) => self.said.insert(index, member),
            (Ok(index), false) => drop(self.said.remove(index)),
            _ => {}
        }
    }

    pub(crate) fn has_said(&self, member: MemberId) -> bool {
        self.said.binary_search(&member).is_ok()
    }

    /// Counts anew, of those who are `here`, those who are `asked`. `false` if all is as it was.
    pub(crate) fn count(&mut self, here: &[MemberId], asked: &[MemberId]) -> bool {
        self.said.retain(|id| here.binary_search(id).is_ok());
        let (ready, missing) = asked.iter().partition::<Vec<_>, _>(|id| self.has_said(**id));
        let news = self.ready != ready || self.missing != missing;
        self.ready = ready;
        self.missing = missing;
        news
    }
}
