//! How often something is tried in vain from a network address: passwords, and codes of rooms. What is right does not
//! count, so that friends behind one router come in, however many they are.

use crate::addresses::network_of;
use crate::limits;
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What each address has tried in vain of late. `T` is what tells one try from another, if that matters.
#[derive(Debug)]
pub(crate) struct Tries<T> {
    max: usize,
    within: Duration,
    vain: Mutex<Vain<T>>,
}

#[derive(Debug)]
struct Vain<T> {
    of: HashMap<IpAddr, VecDeque<(Instant, T)>>,
    /// When addresses that need not be known any more were last looked for.
    tidied: Option<Instant>,
}

impl<T: PartialEq> Tries<T> {
    /// So many tries in vain for each address, in any stretch of time of this length.
    pub(crate) fn new(max: usize, within: Duration) -> Self {
        let vain = Vain {
            of: HashMap::new(),
            tidied: None,
        };
        Self {
            max,
            within,
            vain: Mutex::new(vain),
        }
    }

    /// Counts a try at `now`, or says after what time there may be another. Where many may be under way at once, it
    /// is counted before it is known whether it is right, and [taken back](Self::was_right) then: else all of them
    /// would be let through.
    pub(crate) fn count(&self, address: IpAddr, what: T, now: Instant) -> Result<(), Duration> {
        let mut vain = self.vain();
        self.check(&mut vain, address, now)?;
        let tries = vain.of.entry(network_of(address)).or_default();
        tries.push_back((now, what));
        Ok(())
    }

    /// Whether a try would be counted, and if not, after what time.
    pub(crate) fn may_try(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        self.check(&mut self.vain(), address, now)
    }

    fn check(&self, vain: &mut Vain<T>, address: IpAddr, now: Instant) -> Result<(), Duration> {
        if let Some(tries) = vain.of.get_mut(&network_of(address)) {
            self.forget_old(tries, now);
            return match tries.front() {
                Some((oldest, _)) if tries.len() >= self.max => {
                    Err(self.within.saturating_sub(now.duration_since(*oldest)))
                }
                _ => Ok(()),
            };
        }
        let may_tidy = vain
            .tidied
            .is_none_or(|tidied| now.duration_since(tidied) >= limits::TRIED_ADDRESSES_TIDIED_EVERY);
        if vain.of.len() >= limits::TRIED_ADDRESSES_MAX && may_tidy {
            vain.tidied = Some(now);
            vain.of.retain(|_, tries| {
                self.forget_old(tries, now);
                !tries.is_empty()
            });
        }
        match vain.of.len() < limits::TRIED_ADDRESSES_MAX {
            true => Ok(()),
            false => Err(limits::TRIED_ADDRESSES_TIDIED_EVERY),
        }
    }

    fn forget_old(&self, tries: &mut VecDeque<(Instant, T)>, now: Instant) {
        while tries
            .front()
            .is_some_and(|(tried, _)| now.duration_since(*tried) >= self.within)
        {
            tries.pop_front();
        }
    }

    /// Whether just this was tried from there of late.
    pub(crate) fn has_tried(&self, address: IpAddr, what: &T, now: Instant) -> bool {
        let mut vain = self.vain();
        let Some(tries) = vain.of.get_mut(&network_of(address)) else {
            return false;
        };
        self.forget_old(tries, now);
        tries.iter().any(|(_, tried)| tried == what)
    }

    /// Takes back the newest try of an address: it was right.
    pub(crate) fn was_right(&self, address: IpAddr) {
        if let Some(tries) = self.vain().of.get_mut(&network_of(address)) {
            tries.pop_back();
        }
    }

    /// Nothing panics while it is held, and even then it would be whole.
    fn vain(&self) -> MutexGuard<'_, Vain<T>> {
        self.vain.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn counted(tries: &Tries<()>, address: IpAddr, now: Instant) -> usize {
        (0..20)
            .take_while(|_| tries.count(address, (), now).is_ok())
            .count()
    }

    #[test]
    fn so_many_tries_an_address_in_any_stretch_of_time() {
        let tries = Tries::new(10, MINUTE);
        let now = Instant::now();
        assert_eq!(counted(&tries, HOME, now), 10);
        let next_door = IpAddr::from([192, 0, 2, 2]);
        assert_eq!(counted(&tries, next_door, now), 10, "not held up");
        let later = now + Duration::from_secs(59);
        assert_eq!(tries.count(HOME, (), later), Err(Duration::from_secs(1)));
        assert_eq!(tries.may_try(HOME, later), Err(Duration::from_secs(1)));
        assert_eq!(tries.may_try(HOME, now + MINUTE), Ok(()));
        assert_eq!(counted(&tries, HOME, now + MINUTE), 10);
    }

    #[test]
    fn right_ones_do_not_count() {
        let tries = Tries::new(10, MINUTE);
        let now = Instant::now();
        for _ in 0..50 {
            assert_eq!(tries.count(HOME, (), now), Ok(()));
            tries.was_right(HOME);
        }
    }

    #[test]
    fn one_ipv6_network_is_one_address() {
        let tries = Tries::new(10, MINUTE);
        let now = Instant::now();
        let address = |last: u16| IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, last]);
        let counted = (0..20).filter(|last| tries.count(address(*last), (), now).is_ok());
        assert_eq!(counted.count(), 10);
    }

    #[test]
    fn what_was_tried_is_known_for_as_long_as_it_counts() {
        let tries = Tries::new(10, MINUTE);
        let now = Instant::now();
        tries.count(HOME, "S4DNY4", now).unwrap();
        assert!(tries.has_tried(HOME, &"S4DNY4", now));
        assert!(!tries.has_tried(HOME, &"S4DNY5", now));
        assert!(!tries.has_tried(IpAddr::from([192, 0, 2, 2]), &"S4DNY4", now));
        assert!(!tries.has_tried(HOME, &"S4DNY4", now + MINUTE));
    }

    #[test]
    fn only_so_many_addresses_are_known_at_once() {
        let tries = Tries::new(10, MINUTE);
        let now = Instant::now();
        let of_number = |number: usize| IpAddr::from((number as u32).to_be_bytes());
        for number in 0..limits::TRIED_ADDRESSES_MAX {
            tries.count(of_number(number), (), now).unwrap();
        }
        assert!(tries.may_try(HOME, now).is_err());
        assert_eq!(tries.may_try(of_number(7), now), Ok(()), "one that is known");
        assert!(tries.count(HOME, (), now + MINUTE / 2).is_err());
        assert_eq!(tries.count(HOME, (), now + MINUTE), Ok(()));
        assert_eq!(tries.vain().of.len(), 1, "those before are forgotten");
    }
}
