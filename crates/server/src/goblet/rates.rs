//! How often somebody may do what the hall does not count, for it is asked of the database.

use super::error::GobletError;
use crate::limits;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::hash::Hash;

/// A rate for each of many.
pub(super) struct Rates<K: Hash + Eq + Clone>(DefaultKeyedRateLimiter<K>);

impl<K: Hash + Eq + Clone> Rates<K> {
    pub(super) fn new(quota: Quota) -> Self {
        Self(RateLimiter::keyed(quota))
    }

    /// Refuses who does too much; where too many are remembered who did something just now, everybody.
    pub(super) fn check(&self, who: &K) -> Result<(), GobletError> {
        if self.0.len() >= limits::RATED_MAX {
            self.0.retain_recent();
        }
        if self.0.len() >= limits::RATED_MAX || self.0.check_key(who).is_err() {
            return Err(GobletError::TooFast);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    #[test]
    fn each_has_a_rate_and_only_so_many_are_remembered() {
        let rates = Rates::new(Quota::per_hour(NonZeroU32::MIN));
        rates.check(&1).unwrap();
        assert!(rates.check(&1).is_err());
        for who in 2..=limits::RATED_MAX {
            rates.check(&who).unwrap();
        }
        assert!(rates.check(&(limits::RATED_MAX + 1)).is_err());
        assert_eq!(rates.0.len(), limits::RATED_MAX);
    }
}
