//! Room passwords: hashed with Argon2id off the room's and the socket's way.

use crate::limits;
use argon2::Argon2;
use argon2::password_hash::phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use matinee_room::PasswordHash;
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

#[cfg(test)]
mod tests {
    use super::*;

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
