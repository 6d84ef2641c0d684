//! Votes to skip the film that is on.

use crate::id::MemberId;

/// Who wants to skip the film that is on. They end with it, and with the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Votes {
    /// The revision with which the film came that they are about.
    pub(crate) film: u64,
    /// All who voted and are still here, away ones too, by number.
    pub(crate) cast: Vec<MemberId>,
    /// Those that count: of members who watch the film.
    counted: Vec<MemberId>,
    needed: usize,
}

impl Votes {
    /// Who wants to skip it, of those who watch it.
    #[must_use]
    pub fn counted(&self) -> &[MemberId] {
        &self.counted
    }

    /// How many it takes: more than half of those who watch it. 0 if nobody wants to.
    #[must_use]
    pub fn needed(&self) -> usize {
        self.needed
    }

    /// Whether there are as many as it takes.
    pub(crate) fn pass(&self) -> bool {
        self.needed > 0 && self.counted.len() >= self.needed
    }

    /// Casts a vote or takes it back.
    pub(crate) fn cast(&mut self, member: MemberId, skip: bool) {
        match (self.cast.binary_search(&member), skip) {
            (Err(index), true) => self.cast.insert(index, member),
            (Ok(index), false) => drop(self.cast.remove(index)),
            _ => {}
        }
    }

    pub(crate) fn has(&self, member: MemberId) -> bool {
        self.cast.binary_search(&member).is_ok()
    }

    /// Counts anew. `false` if all is as it was.
    pub(crate) fn count(&mut self, counted: Vec<MemberId>, watching: usize) -> bool {
        let needed = if counted.is_empty() { 0 } else { watching / 2 + 1 };
        let news = self.counted != counted || self.needed != needed;
        self.counted = counted;
        self.needed = needed;
        news
    }
}
