//! How often somebody may do what no room counts, for it is asked of the database.

use crate::limits;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::fmt;
use std::hash::Hash;
use thiserror::Error;

/// Somebody does too much, or too many do something at once.
#[derive(Clone, Copy, Debug, Error)]
#[error("You send too fast. Wait a moment.")]
pub(crate) struct TooFast;

/// A rate for each of many.
pub(crate) struct Rates<K: Hash + Eq + Clone>(DefaultKeyedRateLimiter<K>);

impl<K: Hash + Eq + Clone> fmt::Debug for Rates<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rates").field(&self.0.len()).finish()
    }
}

impl<K: Hash + Eq + Clone> Rates<K> {
    pub(crate) fn new(quota: Quota) -> Self {
        Self(RateLimiter::keyed(quota))
    }

    /// Refuses who does too much; where too many are remembered who did something just now, everybody.
    pub(crate) fn check(&self, who: &K) -> Result<(), TooFast> {
        if self.0.len() >= limits::RATED_MAX {
            self.0.retain_recent();
        }
        if self.0.len() >= limits::RATED_MAX || self.0.check_key(who).is_err() {
            return Err(TooFast);
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
