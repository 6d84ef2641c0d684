//! Secrets of the server's own, which outlast it.

use crate::error::StoreError;
use rusqlite::{Connection, params};

/// The secret of this name, which is `fresh` if there is none yet.
pub(crate) fn load_or_keep(connection: &Connection, name: &str, fresh: &[u8]) -> Result<Vec<u8>, StoreError> {
    connection.execute(
        "INSERT OR IGNORE INTO secrets (name, value) VALUES (?1, ?2)",
        params![name, fresh],
    )?;
    Ok(
        connection.query_row("SELECT value FROM secrets WHERE name = ?1", [name], |row| {
            row.get(0)
        })?,
    )
}
