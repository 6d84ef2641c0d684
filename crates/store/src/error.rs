//! What can go wrong with the database: always ours or the disk's, never a client's.

use rusqlite::ErrorCode;
use thiserror::Error;

/// Why the store did not do something.
#[derive(Debug, Error)]
pub enum StoreError {
    /// SQLite refused: disk full, file locked, file not a database.
    #[error("the database could not be used: {0}")]
    Database(#[from] rusqlite::Error),
    /// A room was kept in a form that this version does not read.
    #[error("the kept state of room {code} could not be read: {reason}")]
    Unreadable {
        /// Which room.
        code: String,
        /// Why.
        reason: serde_json::Error,
    },
    /// The file was written by a newer version.
    #[error("the database is of version {found}, and this program reads up to {known}: use a newer matinee")]
    TooNew {
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The writer's thread could not be started.
    #[error("the database's thread could not be started: {0}")]
    Thread(std::io::Error),
    /// The store was closed.
    #[error("the database is closed")]
    Closed,
}

impl StoreError {
    /// Whether the disk took no more.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        let Self::Database(error) = self else {
            return false;
        };
        // A quota or a limit of the system is an input and output error to SQLite.
        let code = error.sqlite_error_code();
        matches!(code, Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure))
    }
}
