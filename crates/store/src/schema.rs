//! The tables, and how an older file is brought up to date.

use crate::error::StoreError;
use rusqlite::Connection;

/// The version that this program writes, kept in SQLite's `user_version`.
const VERSION: i64 = 1;

/// How long a statement waits for another process (a backup, say) that holds the file.
const BUSY_MS: u64 = 5_000;

const TABLES: &str = "
CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE rooms (
    code TEXT PRIMARY KEY,
    state TEXT NOT NULL,          -- matinee_room::Room as JSON, without its log
    last_seq INTEGER NOT NULL,    -- number of the last line ever written
    changed_at INTEGER NOT NULL   -- ms since the epoch
) STRICT;
CREATE TABLE lines (
    code TEXT NOT NULL, seq INTEGER NOT NULL, line TEXT NOT NULL,
    PRIMARY KEY (code, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE films (
    id TEXT PRIMARY KEY, code TEXT NOT NULL, title TEXT NOT NULL,
    file_name TEXT NOT NULL,      -- below the folder of uploads
    added_at INTEGER NOT NULL     -- ms since the epoch
) STRICT;
CREATE INDEX films_of_room ON films (code);
";

/// Makes a connection ready: settings, tables.
pub(crate) fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // With WAL this loses nothing when the process is killed, and at most the last writes when power fails.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match found {
        0 => {
            let transaction = connection.transaction()?;
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
            transaction.commit()?;
            Ok(())
        }
        VERSION => Ok(()),
        _ => Err(StoreError::TooNew {
            found,
            known: VERSION,
        }),
    }
}
