//! Room passwords: hashed with Argon2id off the room's and the socket's way, and tried only so often.

use crate::limits;
use argon2::Argon2;
use argon2::password_hash::phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use governor::clock::DefaultClock;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use matinee_room::PasswordHash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use thiserror::Error;
use tokio::sync::Semaphore;

/// Why a password was not taken.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(crate) enum PasswordError {
    /// Too long.
    #[error(
        "That password is too long: it can have {} bytes.",
        limits::PASSWORD_BYTES_MAX
    )]
    TooLong,
    /// Ours: no random numbers, no thread.
    #[error("The password could not be stored. Try again.")]
    Failed,
}

impl PasswordError {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::TooLong => "password_too_long",
            Self::Failed => "internal",
        }
    }
}

/// Hashes a password.
pub(crate) async fn hash(hashing: &Arc<Semaphore>, password: String) -> Result<PasswordHash, PasswordError> {
    if password.len() > limits::PASSWORD_BYTES_MAX {
        return Err(PasswordError::TooLong);
    }
    let work = move || {
        Argon2::default()
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
    };
    match off_the_way(hashing, work).await {
        Some(Ok(hash)) => Ok(PasswordHash(hash)),
        _ => Err(PasswordError::Failed),
    }
}

/// Whether a password is the one that was hashed.
pub(crate) async fn verify(hashing: &Arc<Semaphore>, password: String, hash: PasswordHash) -> bool {
    if password.len() > limits::PASSWORD_BYTES_MAX {
        return false;
    }
    let work = move || match phc::PasswordHash::new(&hash.0) {
        Ok(hash) => Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok(),
        Err(_) => false,
    };
    off_the_way(hashing, work).await.unwrap_or(false)
}

async fn off_the_way<T: Send + 'static>(
    hashing: &Arc<Semaphore>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let place = Arc::clone(hashing).acquire_owned().await.ok()?;
    let work = move || {
        let done = work();
        drop(place);
        done
    };
    tokio::task::spawn_blocking(work).await.ok()
}

/// How often each address has tried a password lately.
pub(crate) struct PasswordTries {
    limiter: RateLimiter<IpAddr, DefaultKeyedStateStore<IpAddr>, DefaultClock>,
}

impl std::fmt::Debug for PasswordTries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordTries")
    }
}

impl PasswordTries {
    pub(crate) fn new() -> Self {
        let tries = NonZeroU32::new(limits::PASSWORD_TRIES_A_MINUTE).unwrap_or(NonZeroU32::MIN);
        Self {
            limiter: RateLimiter::keyed(Quota::per_minute(tries)),
        }
    }

    /// Counts a try. `false` if there were too many.
    pub(crate) fn may_try(&self, address: IpAddr) -> bool {
        if self.limiter.len() > limits::PASSWORD_ADDRESSES_MAX {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&network_of(address)).is_ok()
    }
}

/// Who has one IPv6 address has 2^64 of them: they count as one.
fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tries_a_minute_an_address() {
        let tries = PasswordTries::new();
        let address = IpAddr::from([192, 0, 2, 1]);
        assert_eq!((0..20).filter(|_| tries.may_try(address)).count(), 10);
        assert!(
            tries.may_try(IpAddr::from([192, 0, 2, 2])),
            "another address is not held up"
        );
    }

    #[test]
    fn one_ipv6_network_is_one_address() {
        let tries = PasswordTries::new();
        let address = |last: u16| IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, last]);
        assert_eq!((0..20).filter(|last| tries.may_try(address(*last))).count(), 10);
    }

    #[tokio::test]
    async fn a_password_is_known_by_its_hash() {
        let hashing = Arc::new(Semaphore::new(1));
        let kept = hash(&hashing, "popcorn".into()).await.unwrap();
        assert!(!kept.0.contains("popcorn"));
        assert!(verify(&hashing, "popcorn".into(), kept.clone()).await);
        assert!(!verify(&hashing, "Popcorn".into(), kept).await);
        assert_eq!(
            hash(&hashing, "x".repeat(1_000)).await,
            Err(PasswordError::TooLong)
        );
    }
}
