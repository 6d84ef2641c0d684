//! Who makes rooms that are kept, over HTTP or by coming into one that would not be, and how fast. Such rooms are kept
//! for a day, and making one costs nothing: without a limit, one machine, or one page on another site, would fill the
//! server with empty ones.

use crate::addresses::network_of;
use crate::limits;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::net::IpAddr;
use std::time::Duration;
use thiserror::Error;

/// Too many rooms were made from one address, or from too many at once.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("Too many rooms were made from here. Wait a moment, then try again.")]
pub(crate) struct TooManyRooms {
    /// After what time one may be made.
    pub(crate) wait: Duration,
}

/// How many rooms each address has asked for of late.
#[derive(Debug)]
pub(crate) struct Makers<C: Clock = DefaultClock> {
    rate: RateLimiter<IpAddr, HashMapStateStore<IpAddr>, C, NoOpMiddleware<C::Instant>>,
}

impl Default for Makers {
    fn default() -> Self {
        Self::by(DefaultClock::default())
    }
}

impl<C: Clock> Makers<C> {
    fn by(clock: C) -> Self {
        let quota = Quota::per_second(limits::ROOMS_A_SECOND).allow_burst(limits::ROOMS_AT_ONCE);
        Self {
            rate: RateLimiter::hashmap_with_clock(quota, clock),
        }
    }

    /// Counts a room that somebody at this address asks for, or says how long they have to wait.
    pub(crate) fn may_make(&self, address: IpAddr) -> Result<(), TooManyRooms> {
        if self.rate.len() >= limits::ROOM_MAKERS_MAX {
            // Those whose count is what it was at first need not be known.
            self.rate.retain_recent();
            if self.rate.len() >= limits::ROOM_MAKERS_MAX {
                let wait = Duration::from_secs(1);
                return Err(TooManyRooms { wait });
            }
        }
        self.rate
            .check_key(&network_of(address))
            .map_err(|until| TooManyRooms {
                wait: until.wait_time_from(self.rate.clock().now()),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    const SCHOOL: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn made<C: Clock>(makers: &Makers<C>, address: IpAddr) -> usize {
        (0..1_000)
            .take_while(|_| makers.may_make(address).is_ok())
            .count()
    }

    #[test]
    fn so_many_at_once_then_so_many_a_second() {
        let clock = FakeRelativeClock::default();
        let makers = Makers::by(clock.clone());
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
    fn so_many_addresses_are_known_and_forgotten() {
        let clock = FakeRelativeClock::default();
        let makers = Makers::by(clock.clone());
        let of_number = |number: u32| IpAddr::from(number.to_be_bytes());
        let known = (0..).take_while(|number| makers.may_make(of_number(*number)).is_ok());
        assert_eq!(known.count(), limits::ROOM_MAKERS_MAX);
        clock.advance(Duration::from_secs(2));
        assert_eq!(makers.may_make(SCHOOL), Ok(()));
        assert_eq!(makers.rate.len(), 1);
    }
}
