//! Who of Goblet's clients is there, and which of them is host. Time is an argument.
//!
//! Who has a connection is there as long as it lasts. Who has only registered over HTTP is there until they do
//! not answer a role call. A host who is gone keeps the office for a moment, as long as a page takes to load
//! again; then it goes to who has been there longest.

use super::public_id::PublicId;
use crate::limits;
use std::collections::HashMap;
use tokio::time::Instant;

#[derive(Debug)]
struct Viewer {
    /// Counted up: who came before whom.
    arrival: u64,
    sockets: usize,
    /// Without a socket: until when they have to show that they are there.
    answer_by: Option<Instant>,
}

impl Viewer {
    /// Whether nothing speaks against their being there.
    fn is_sure(&self) -> bool {
        self.sockets > 0 || self.answer_by.is_none()
    }
}

/// Everybody who is there.
#[derive(Debug, Default)]
pub(super) struct Presence {
    viewers: HashMap<PublicId, Viewer>,
    arrivals: u64,
    host: Option<PublicId>,
    /// When another one becomes host, unless the host shows up.
    succession: Option<Instant>,
}

impl Presence {
    fn has(&self, id: &PublicId) -> bool {
        self.viewers.contains_key(id)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.viewers.is_empty()
    }

    pub(super) fn sockets_of(&self, id: &PublicId) -> usize {
        self.viewers.get(id).map_or(0, |viewer| viewer.sockets)
    }

    /// Who is host; they may be gone for a moment.
    pub(super) fn host(&self) -> Option<&PublicId> {
        self.host.as_ref()
    }

    /// Somebody shows that they are there.
    pub(super) fn answers(&mut self, now: Instant, id: &PublicId) {
        self.viewer(id).answer_by = None;
        self.note_host(now);
    }

    /// Somebody is about to connect: they are there for a moment, whether or not they do.
    pub(super) fn is_coming(&mut self, now: Instant, id: &PublicId) {
        if !self.has(id) {
            self.viewer(id).answer_by = Some(now + limits::ROLE_CALL_ANSWERED_WITHIN);
            self.note_host(now);
        }
    }

    pub(super) fn socket_comes(&mut self, now: Instant, id: &PublicId) {
        let viewer = self.viewer(id);
        viewer.sockets += 1;
        viewer.answer_by = None;
        self.note_host(now);
    }

    /// A connection has ended. `true` if it was their last one: they are gone.
    pub(super) fn socket_goes(&mut self, now: Instant, id: &PublicId) -> bool {
        let Some(viewer) = self.viewers.get_mut(id) else {
            return false;
        };
        viewer.sockets = viewer.sockets.saturating_sub(1);
        let gone = viewer.sockets == 0;
        if gone {
            self.viewers.remove(id);
        }
        self.note_host(now);
        gone
    }

    /// Everybody has just been asked whether they are there.
    pub(super) fn were_called(&mut self, now: Instant) {
        for viewer in self.viewers.values_mut().filter(|viewer| viewer.sockets == 0) {
            viewer
                .answer_by
                .get_or_insert(now + limits::ROLE_CALL_ANSWERED_WITHIN);
        }
        self.note_host(now);
    }

    /// Takes those out who have not answered in time, and says who they are.
    pub(super) fn take_silent(&mut self, now: Instant) -> Vec<PublicId> {
        let silent = |viewer: &Viewer| viewer.answer_by.is_some_and(|by| by <= now);
        let gone = self
            .viewers
            .extract_if(|_, viewer| silent(viewer))
            .map(|(id, _)| id)
            .collect();
        self.note_host(now);
        gone
    }

    pub(super) fn remove(&mut self, now: Instant, id: &PublicId) {
        self.viewers.remove(id);
        self.note_host(now);
    }

    pub(super) fn make_host(&mut self, id: PublicId) {
        self.host = Some(id);
        self.succession = None;
    }

    /// The new host, if it is time for one.
    pub(super) fn succeed(&mut self, now: Instant) -> Option<PublicId> {
        self.succession.filter(|at| *at <= now)?;
        self.succession = None;
        let longest = self
            .viewers
            .iter()
            .filter(|(_, viewer)| viewer.is_sure())
            .min_by_key(|(_, viewer)| viewer.arrival);
        self.host = longest.map(|(id, _)| id.clone());
        self.host.clone()
    }

    pub(super) fn next_deadline(&self) -> Option<Instant> {
        let answers = self.viewers.values().filter_map(|viewer| viewer.answer_by);
        answers.chain(self.succession).min()
    }

    fn viewer(&mut self, id: &PublicId) -> &mut Viewer {
        self.viewers.entry(id.clone()).or_insert_with(|| {
            self.arrivals += 1;
            Viewer {
                arrival: self.arrivals,
                sockets: 0,
                answer_by: None,
            }
        })
    }

    /// Lets the time of a host run who may be gone, and stops it for one who is there.
    fn note_host(&mut self, now: Instant) {
        let host = self.host.as_ref().and_then(|id| self.viewers.get(id));
        let anybody = self.viewers.values().any(Viewer::is_sure);
        if host.is_some_and(Viewer::is_sure) || (!anybody && self.host.is_none()) {
            self.succession = None;
        } else {
            self.succession.get_or_insert(now + limits::HOST_BACK_WITHIN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const MOMENT: Duration = Duration::from_millis(1);

    fn ids() -> [PublicId; 3] {
        ["a", "b", "c"].map(PublicId::from)
    }

    #[test]
    fn a_connection_keeps_somebody_there_and_its_end_lets_them_go() {
        let (mut presence, [ana, ..], now) = (Presence::default(), ids(), Instant::now());
        presence.is_coming(now, &ana);
        presence.socket_comes(now, &ana);
        presence.socket_comes(now, &ana);
        presence.were_called(now);
        let later = now + 10 * limits::ROLE_CALL_ANSWERED_WITHIN;
        assert!(presence.take_silent(later).is_empty());
        assert!(!presence.socket_goes(later, &ana));
        assert!(presence.socket_goes(later, &ana));
        assert!(presence.is_empty());
        assert!(!presence.socket_goes(later, &ana), "nobody goes twice");
    }

    #[test]
    fn who_only_registered_has_to_answer_a_role_call() {
        let (mut presence, [ana, ben, cleo], now) = (Presence::default(), ids(), Instant::now());
        presence.answers(now, &ana);
        presence.answers(now, &ben);
        presence.is_coming(now, &cleo);
        let called = now + Duration::from_secs(1_000);
        assert_eq!(presence.take_silent(called), [cleo], "who never came");
        presence.were_called(called);
        presence.answers(called + MOMENT, &ana);
        let due = called + limits::ROLE_CALL_ANSWERED_WITHIN;
        assert!(presence.take_silent(due - MOMENT).is_empty());
        presence.were_called(due - MOMENT);
        presence.answers(due - MOMENT, &ana);
        assert_eq!(
            presence.take_silent(due),
            [ben],
            "a second call gives no more time"
        );
        assert!(presence.has(&ana));
    }

    #[test]
    fn the_host_may_load_their_page_again() {
        let (mut presence, [ana, ben, _], now) = (Presence::default(), ids(), Instant::now());
        presence.socket_comes(now, &ana);
        presence.make_host(ana.clone());
        presence.socket_comes(now, &ben);
        presence.socket_goes(now, &ana);
        presence.socket_comes(now + Duration::from_secs(1), &ana);
        assert_eq!(presence.succeed(now + Duration::from_secs(100)), None);
        assert_eq!(presence.host(), Some(&ana));
    }

    #[test]
    fn another_is_host_within_three_seconds() {
        let (mut presence, [ana, ben, cleo], now) = (Presence::default(), ids(), Instant::now());
        presence.socket_comes(now, &ana);
        presence.make_host(ana.clone());
        presence.socket_comes(now, &ben);
        presence.socket_comes(now, &cleo);
        presence.socket_goes(now, &ana);
        let due = presence.next_deadline().unwrap();
        assert!(due < now + Duration::from_secs(3));
        assert_eq!(presence.succeed(due), Some(ben.clone()), "the longest there");
        assert_eq!(presence.succeed(due), None);
        // One who has only registered and does not answer is as good as gone.
        presence.answers(now, &ana);
        presence.make_host(ana);
        presence.were_called(now);
        let due = presence.next_deadline().unwrap();
        assert!(due < now + Duration::from_secs(3));
        assert_eq!(presence.succeed(due), Some(ben));
    }

    #[test]
    fn an_empty_hall_has_no_host_and_waits_for_nothing() {
        let (mut presence, [ana, ben, _], now) = (Presence::default(), ids(), Instant::now());
        assert_eq!(presence.next_deadline(), None);
        presence.socket_comes(now, &ana);
        presence.make_host(ana.clone());
        presence.socket_goes(now, &ana);
        let due = presence.next_deadline().unwrap();
        assert_eq!(presence.succeed(due), None);
        assert_eq!((presence.host(), presence.next_deadline()), (None, None));
        presence.socket_comes(due, &ben);
        let due = presence.next_deadline().unwrap();
        assert_eq!(presence.succeed(due), Some(ben), "even if they never register");
    }
}
