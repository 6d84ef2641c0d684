//! The tables, and how an older file is brought up to date.

use crate::error::StoreError;
use rusqlite::Connection;

/// What each version of the file has that the one before had not, from the first version on. The version of a
/// file is kept in SQLite's `user_version`.
const STEPS: [&str; 5] = [FIRST, SPOTS, UPLOADS, SUBTITLES, SPOTS_IN_FILMS];

/// The version that this program writes.
const VERSION: i64 = STEPS.len() as i64;

/// KiB of the file that are kept in memory, a quarter of the default: what was read or written before, the system has
/// in its own memory besides.
const CACHE_KIB: i64 = 512;

/// How long a statement waits for another process (a backup, say) that holds the file.
const BUSY_MS: u64 = 5_000;

const FIRST: &str = "
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

const SPOTS: &str = "
CREATE TABLE spots (
    viewer TEXT PRIMARY KEY,      -- the public id of a browser
    spot TEXT NOT NULL,           -- seconds, as the browser wrote them
    saved_at INTEGER NOT NULL     -- counts up with each save
) STRICT;
CREATE INDEX spots_by_age ON spots (saved_at);
";

const UPLOADS: &str = "
CREATE TABLE uploads (
    id TEXT PRIMARY KEY, code TEXT NOT NULL,
    owner TEXT NOT NULL,          -- the identity of who sends it
    member INTEGER NOT NULL,      -- the member that began it
    title TEXT NOT NULL,
    metadata TEXT NOT NULL,       -- as its sender wrote it
    total_bytes INTEGER NOT NULL,
    safe_bytes INTEGER NOT NULL,  -- so many outlast a power cut
    boot TEXT NOT NULL,           -- the run of the machine in which safe_bytes was written
    moved_at INTEGER NOT NULL     -- ms since the epoch
) STRICT;
CREATE INDEX uploads_of_room ON uploads (code);
";

const SUBTITLES: &str = "
CREATE TABLE subtitles (
    id TEXT PRIMARY KEY, code TEXT NOT NULL, film TEXT NOT NULL,
    owner TEXT NOT NULL,          -- the identity of who added them
    added_by TEXT NOT NULL,       -- what those were called then
    label TEXT NOT NULL,
    language TEXT,                -- BCP 47
    forced INTEGER NOT NULL, for_deaf INTEGER NOT NULL,
    added_at INTEGER NOT NULL,    -- ms since the epoch
    bytes INTEGER NOT NULL,       -- as how many they count
    text TEXT NOT NULL            -- WebVTT
) STRICT;
CREATE INDEX subtitles_of_film ON subtitles (code, film, bytes);
";

const SPOTS_IN_FILMS: &str = "
ALTER TABLE spots RENAME TO spots_before;
DROP INDEX spots_by_age;
CREATE TABLE spots (
    viewer TEXT NOT NULL,         -- the identity of a browser; its public id where film is ''
    film TEXT NOT NULL,           -- '' for the one of no film in particular
    spot TEXT NOT NULL,           -- ms; seconds as the browser wrote them where film is ''
    saved_at INTEGER NOT NULL,    -- counts up with each save
    PRIMARY KEY (viewer, film)
) STRICT, WITHOUT ROWID;
INSERT INTO spots SELECT viewer, '', spot, saved_at FROM spots_before;
DROP TABLE spots_before;
CREATE INDEX spots_by_age ON spots (saved_at);
CREATE INDEX spots_of_viewer ON spots (viewer, saved_at);
";

/// Makes a connection ready: settings, tables.
pub(crate) fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // With WAL this loses nothing when the process is killed, and at most the last writes when power fails: see
    // [`for_good`].
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // Below zero it counts KiB, not pages.
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let missing = usize::try_from(found)
        .ok()
        .and_then(|found| STEPS.get(found..))
        .ok_or(StoreError::TooNew {
            found,
            known: VERSION,
        })?;
    if missing.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    for step in missing {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

/// SQLite has signed integers only; none of ours comes near their end.
pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(crate) fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

/// Does something that outlasts a power cut once it is done, with all that was written before. It takes as long as the
/// disk.
pub(crate) fn for_good<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    connection.pragma_update(None, "synchronous", "FULL")?;
    let done = work(connection);
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_file_is_brought_up_to_date_with_all_that_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("matinee.db");
        let old = Connection::open(&file).unwrap();
        old.execute_batch(FIRST).unwrap();
        old.execute("INSERT INTO secrets VALUES ('cookies', x'01')", [])
            .unwrap();
        old.pragma_update(None, "user_version", 1).unwrap();
        drop(old);
        for _ in 0..2 {
            let mut connection = Connection::open(&file).unwrap();
            prepare(&mut connection).unwrap();
            let count = |table: &str| -> i64 {
                let sql = format!("SELECT count(*) FROM {table}");
                connection.query_row(&sql, [], |row| row.get(0)).unwrap()
            };
            assert_eq!((count("secrets"), count("spots")), (1, 0));
            assert_eq!((count("uploads"), count("subtitles")), (0, 0));
        }
    }

    #[test]
    fn spots_of_before_are_those_of_no_film() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(&[FIRST, SPOTS].concat()).unwrap();
        connection
            .execute("INSERT INTO spots VALUES ('ana', '12.5', 7)", [])
            .unwrap();
        connection.pragma_update(None, "user_version", 2).unwrap();
        prepare(&mut connection).unwrap();
        let kept: (String, String, String, i64) = connection
            .query_row("SELECT viewer, film, spot, saved_at FROM spots", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .unwrap();
        assert_eq!(kept, ("ana".into(), String::new(), "12.5".into(), 7));
    }

    #[test]
    fn what_is_done_for_good_is_synced_and_nothing_else() {
        const NORMAL: i64 = 1;
        const FULL: i64 = 2;
        let folder = tempfile::tempdir().unwrap();
        let mut connection = Connection::open(folder.path().join("matinee.db")).unwrap();
        prepare(&mut connection).unwrap();
        let synced = |connection: &Connection| -> i64 {
            let synced = connection.pragma_query_value(None, "synchronous", |row| row.get(0));
            synced.unwrap()
        };
        assert_eq!(synced(&connection), NORMAL);
        assert_eq!(for_good(&mut connection, |it| Ok(synced(it))).unwrap(), FULL);
        assert_eq!(synced(&connection), NORMAL);
        let failed = for_good(&mut connection, |it| Ok(it.execute("DELETE FROM nothing", [])?));
        assert!(failed.is_err());
        assert_eq!(synced(&connection), NORMAL);
    }

    #[test]
    fn a_newer_file_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        for version in [VERSION + 1, -1] {
            connection.pragma_update(None, "user_version", version).unwrap();
            let refused = prepare(&mut connection);
            assert!(matches!(refused, Err(StoreError::TooNew { found, .. }) if found == version));
        }
    }
}
