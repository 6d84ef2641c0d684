//! How long what is told takes to reach each viewer. Their clients answer a role call at once, by `/register`: that is
//! their ping. Who does not is taken to be near. Time is an argument.

use super::public_id::PublicId;
use crate::limits;
use crate::session::link::Link;
use std::collections::HashMap;
use tokio::time::Instant;

/// How one of them is reached.
#[derive(Debug, Default)]
struct Way {
    link: Link,
    /// When they were called, if they have not answered since.
    called: Option<Instant>,
    /// How often they are called besides, and when next.
    quick_calls: u32,
    call_at: Option<Instant>,
}

/// The ways to all who are connected.
#[derive(Debug, Default)]
pub(super) struct Latencies(HashMap<PublicId, Way>);

impl Latencies {
    /// How long what is told takes to reach somebody, in milliseconds; 0 if that is not known.
    pub(super) fn of(&self, id: Option<&PublicId>) -> u32 {
        let way = id.and_then(|id| self.0.get(id));
        way.map_or(0, |way| way.link.latency_ms())
    }

    /// Somebody has connected.
    pub(super) fn comes(&mut self, id: &PublicId) {
        self.0.entry(id.clone()).or_insert_with(|| Way {
            quick_calls: limits::PINGS_QUICK,
            ..Way::default()
        });
    }

    /// Somebody's last connection has ended.
    pub(super) fn goes(&mut self, id: &PublicId) {
        self.0.remove(id);
    }

    /// Everybody has just been called.
    pub(super) fn were_called(&mut self, now: Instant) {
        for way in self.0.values_mut() {
            way.is_called(now);
        }
    }

    /// Whose turn it is to be called alone; they are to be called now.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<PublicId> {
        let is_due = |way: &Way| way.call_at.is_some_and(|at| at <= now);
        let due = self.0.iter_mut().filter(|(_, way)| is_due(way));
        due.map(|(id, way)| {
            way.is_called(now);
            id.clone()
        })
        .collect()
    }

    /// Somebody has answered, if they were called. What is known of the way to them now.
    pub(super) fn answers(&mut self, now: Instant, id: &PublicId) -> Option<Link> {
        let way = self.0.get_mut(id)?;
        let round_trip = now - way.called.take()?;
        let round_trip_us = u64::try_from(round_trip.as_micros()).unwrap_or(u64::MAX);
        if way.link.learn(round_trip_us.min(limits::ROUND_TRIP_US_MAX)) {
            way.quick_calls = limits::PINGS_QUICK;
        }
        if way.quick_calls > 0 {
            way.quick_calls -= 1;
            way.call_at = Some(now + limits::PING_QUICK_GAP);
        }
        Some(way.link)
    }

    /// When somebody is called next.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.0.values().filter_map(|way| way.call_at).min()
    }
}

impl Way {
    fn is_called(&mut self, now: Instant) {
        self.call_at = None;
        // The answer to one call is not taken for that to the next, unless it is due no more.
        let waits = |called: &Instant| now - *called < limits::ROLE_CALL_ANSWERED_WITHIN;
        self.called = Some(self.called.filter(waits).unwrap_or(now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const HALF: Duration = Duration::from_millis(80);

    fn ana() -> PublicId {
        PublicId::from("a")
    }

    #[test]
    fn a_newcomer_is_called_until_the_way_to_them_is_known() {
        let (mut latencies, mut now, ana) = (Latencies::default(), Instant::now(), ana());
        assert_eq!(latencies.of(Some(&ana)), 0);
        latencies.comes(&ana);
        latencies.were_called(now);
        for _ in 0..limits::PINGS_QUICK {
            now += 2 * HALF;
            assert!(latencies.answers(now, &ana).is_some());
            assert!(latencies.answers(now, &ana).is_none(), "from another tab");
            now = latencies.next_deadline().unwrap();
            assert_eq!(latencies.take_due(now), std::slice::from_ref(&ana));
        }
        latencies.answers(now + 2 * HALF, &ana);
        assert_eq!(latencies.next_deadline(), None);
        assert_eq!(latencies.of(Some(&ana)), 80);
        latencies.goes(&ana);
        assert_eq!(latencies.of(Some(&ana)), 0);
    }

    #[test]
    fn a_call_that_was_not_answered_says_nothing_of_the_next() {
        let (mut latencies, now, ana) = (Latencies::default(), Instant::now(), ana());
        latencies.comes(&ana);
        latencies.were_called(now);
        latencies.were_called(now + HALF);
        latencies.answers(now + 2 * HALF, &ana);
        assert_eq!(latencies.of(Some(&ana)), 80, "it is the answer to the first");
        let later = now + Duration::from_secs(60);
        latencies.were_called(later);
        latencies.were_called(later + limits::ROLE_CALL_ANSWERED_WITHIN);
        latencies.answers(later + limits::ROLE_CALL_ANSWERED_WITHIN + 2 * HALF, &ana);
        assert_eq!(latencies.of(Some(&ana)), 80, "the first is answered no more");
    }
}
