//! Room passwords: hashed with Argon2id off the room's and the socket's way, and tried only so often.

use crate::addresses::network_of;
use crate::limits;
use argon2::Argon2;
use argon2::password_hash::phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use matinee_room::PasswordHash;
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use thiserror::Error;
use tokio::sync::Semaphore;

const MINUTE: Duration = Duration::from_secs(60);

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

/// How often each address has tried a wrong password within the last minute.
#[derive(Debug, Default)]
pub(crate) struct PasswordTries {
    wrong: Mutex<HashMap<IpAddr, VecDeque<Instant>>>,
}

impl PasswordTries {
    /// Counts a try at `now` as a wrong one, until [`was_right`](Self::was_right) takes it back: else many tries
    /// at once would all be let through. `false` if there were too many.
    pub(crate) fn may_try(&self, address: IpAddr, now: Instant) -> bool {
        let mut wrong = self.wrong();
        let lately = |tries: &mut VecDeque<Instant>| {
            tries.retain(|tried| now.duration_since(*tried) < MINUTE);
            !tries.is_empty()
        };
        if wrong.len() >= limits::PASSWORD_ADDRESSES_MAX {
            wrong.retain(|_, tries| lately(tries));
        }
        if wrong.len() >= limits::PASSWORD_ADDRESSES_MAX && !wrong.contains_key(&network_of(address)) {
            return false;
        }
        let tries = wrong.entry(network_of(address)).or_default();
        lately(tries);
        let may = tries.len() < limits::PASSWORD_TRIES_A_MINUTE;
        if may {
            tries.push_back(now);
        }
        may
    }

    /// Takes back the newest try of an address: it was the right password, however many come from there.
    pub(crate) fn was_right(&self, address: IpAddr) {
        if let Some(tries) = self.wrong().get_mut(&network_of(address)) {
            tries.pop_back();
        }
    }

    /// Nothing panics while the map is held, and even then it would be whole.
    fn wrong(&self) -> MutexGuard<'_, HashMap<IpAddr, VecDeque<Instant>>> {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_wrong_tries_a_minute_an_address() {
        let tries = PasswordTries::default();
        let now = Instant::now();
        let address = IpAddr::from([192, 0, 2, 1]);
        assert_eq!((0..20).filter(|_| tries.may_try(address, now)).count(), 10);
        assert!(
            tries.may_try(IpAddr::from([192, 0, 2, 2]), now),
            "another address is not held up"
        );
        assert!(!tries.may_try(address, now + Duration::from_secs(59)));
        assert!(tries.may_try(address, now + MINUTE));
    }

    #[test]
    fn right_ones_do_not_count() {
        let tries = PasswordTries::default();
        let now = Instant::now();
        let address = IpAddr::from([192, 0, 2, 1]);
        for _ in 0..50 {
            assert!(tries.may_try(address, now));
            tries.was_right(address);
        }
    }

    #[test]
    fn one_ipv6_network_is_one_address() {
        let tries = PasswordTries::default();
        let now = Instant::now();
        let address = |last: u16| IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, last]);
        assert_eq!(
            (0..20).filter(|last| tries.may_try(address(*last), now)).count(),
            10
        );
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
