//! Who makes rooms that are kept, over HTTP or by coming into one that would not be, and how fast. Such rooms are kept
//! for a day, and making one costs nothing: without a limit, one machine, or one page on another site, would fill the
//! server with empty ones. Rooms with a password count as well, kept or not: hashing it takes our processor.

use crate::addresses::network_of;
use crate::limits;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;
use thiserror::Error;

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// Too many rooms were made from one address, or from too many at once.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("Too many rooms were made from here. Wait a moment, then try again.")]
pub(crate) struct TooManyRooms {
    /// After what time one may be made.
    pub(crate) wait: Duration,
}

/// How many rooms each address has asked for of late, and in a day.
#[derive(Debug)]
pub(crate) struct Makers<C: Clock = DefaultClock> {
    of_late: Count<C>,
    in_a_day: Count<C>,
}

/// A count for each address.
type Count<C> = RateLimiter<IpAddr, HashMapStateStore<IpAddr>, C, NoOpMiddleware<<C as Clock>::Instant>>;

impl Makers {
    /// For a server that keeps so many rooms.
    pub(crate) fn new(rooms_max: u64) -> Self {
        Self::by(&DefaultClock::default(), rooms_max)
    }
}

impl<C: Clock + Clone> Makers<C> {
    fn by(clock: &C, rooms_max: u64) -> Self {
        let of_late = Quota::per_second(limits::ROOMS_A_SECOND).allow_burst(limits::ROOMS_AT_ONCE);
        Self {
            of_late: RateLimiter::hashmap_with_clock(of_late, clock.clone()),
            in_a_day: RateLimiter::hashmap_with_clock(a_day(rooms_max), clock.clone()),
        }
    }

    /// Counts a room that somebody at this address asks for, or says how long they have to wait.
    pub(crate) fn may_make(&self, address: IpAddr) -> Result<(), TooManyRooms> {
        let network = network_of(address);
        let counted = count(&self.of_late, network).and_then(|()| count(&self.in_a_day, network));
        counted.map_err(|wait| TooManyRooms { wait })
    }
}

/// How many rooms one address may make in a day.
fn a_day(rooms_max: u64) -> Quota {
    let rooms = u32::try_from(rooms_max / limits::ROOMS_A_DAY_PART).unwrap_or(u32::MAX);
    let rooms =
        NonZeroU32::new(rooms).map_or(limits::ROOMS_AT_ONCE, |rooms| rooms.max(limits::ROOMS_AT_ONCE));
    // No such quota is of no time at all.
    let quota = Quota::with_period(DAY / rooms.get());
    quota.unwrap_or(Quota::per_second(rooms)).allow_burst(rooms)
}

fn count<C: Clock>(rate: &Count<C>, network: IpAddr) -> Result<(), Duration> {
    if rate.len() >= limits::ROOM_MAKERS_MAX {
        // Those whose count is what it was at first need not be known.
        rate.retain_recent();
        if rate.len() >= limits::ROOM_MAKERS_MAX {
            return Err(Duration::from_secs(1));
        }
    }
    rate.check_key(&network)
        .map_err(|until| until.wait_time_from(rate.clock().now()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    const SCHOOL: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn made<C: Clock + Clone>(makers: &Makers<C>, address: IpAddr) -> usize {
        (0..1_000)
            .take_while(|_| makers.may_make(address).is_ok())
            .count()
    }

    #[test]
    fn so_many_at_once_then_so_many_a_second() {
        let clock = FakeRelativeClock::default();
        let makers = Makers::by(&clock, 10_000);
        assert_eq!(made(&makers, SCHOOL), 120);
        let wait = makers.may_make(SCHOOL).unwrap_err().wait;
        assert_eq!(wait, Duration::from_millis(500));
        assert_eq!(made(&makers, IpAddr::from([192, 0, 2, 2])), 120, "not held up");
        clock.advance(Duration::from_secs(10));
        assert_eq!(made(&makers, SCHOOL), 20);
        clock.advance(Duration::from_secs(3_600));
        assert_eq!(made(&makers, SCHOOL), 120);
    }

    #[test]
    fn one_address_has_a_tenth_of_the_rooms_at_most() {
        let clock = FakeRelativeClock::default();
        let makers = Makers::by(&clock, 10_000);
        let mut rooms = 0;
        for _ in 0..24 * 60 {
            rooms += made(&makers, SCHOOL);
            clock.advance(Duration::from_secs(60));
        }
        assert!((990..=1_000).contains(&rooms), "{rooms}");
        made(&makers, SCHOOL);
        let wait = makers.may_make(SCHOOL).unwrap_err().wait;
        assert!(wait <= DAY / 500, "{wait:?}");
        assert_eq!(made(&makers, IpAddr::from([192, 0, 2, 2])), 120, "not held up");
        let small = Makers::by(&clock, 5);
        assert_eq!(made(&small, SCHOOL), 120, "the others need no less");
    }

    #[test]
    fn so_many_addresses_are_known_and_forgotten() {
        let clock = FakeRelativeClock::default();
        let makers = Makers::by(&clock, 10_000);
        let of_number = |number: u32| IpAddr::from(number.to_be_bytes());
        let known = (0..).take_while(|number| makers.may_make(of_number(*number)).is_ok());
        assert_eq!(known.count(), limits::ROOM_MAKERS_MAX);
        clock.advance(DAY / 200);
        assert_eq!(makers.may_make(SCHOOL), Ok(()));
        assert_eq!((makers.of_late.len(), makers.in_a_day.len()), (1, 1));
    }
}
