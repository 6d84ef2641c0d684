//! Spots: where somebody wants to go on watching, one for each browser.

use crate::error::StoreError;
use rusqlite::{Connection, OptionalExtension, params};

/// Spots that are kept. Of more, those go that were saved longest ago: at some 100 bytes each they are 10 MB,
/// and nobody can fill the disk with new browsers.
pub const SPOTS_MAX: u32 = 100_000;

/// After how many saves it is looked for spots too many: looking takes as long as there are spots.
const LOOK_EVERY: i64 = 1_000;

/// Keeps a spot in the place of the one before.
pub(crate) fn save(connection: &mut Connection, viewer: &str, spot: &str) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    // A count, not a clock: the order is all that matters, and it never steps back.
    let saved_at: i64 = transaction.query_row(
        "INSERT INTO spots (viewer, spot, saved_at)
         VALUES (?1, ?2, (SELECT ifnull(max(saved_at), 0) + 1 FROM spots))
         ON CONFLICT (viewer) DO UPDATE SET spot = ?2, saved_at = excluded.saved_at
         RETURNING saved_at",
        params![viewer, spot],
        |row| row.get(0),
    )?;
    if saved_at % LOOK_EVERY == 0 {
        transaction.execute(
            "DELETE FROM spots
             WHERE saved_at <= (SELECT saved_at FROM spots ORDER BY saved_at DESC LIMIT 1 OFFSET ?1)",
            [SPOTS_MAX],
        )?;
    }
    transaction.commit()?;
    Ok(())
}

/// The spot of this viewer.
pub(crate) fn load(connection: &Connection, viewer: &str) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT spot FROM spots WHERE viewer = ?1")?;
    Ok(statement.query_row([viewer], |row| row.get(0)).optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(connection: &Connection) -> u32 {
        connection
            .query_row("SELECT count(*) FROM spots", [], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn the_oldest_spot_makes_room() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::schema::prepare(&mut connection).unwrap();
        connection
            .execute(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                 INSERT INTO spots SELECT 'viewer ' || i, '1', i FROM n",
                [SPOTS_MAX],
            )
            .unwrap();
        save(&mut connection, "viewer 1", "2.5").unwrap();
        assert_eq!(count(&connection), SPOTS_MAX, "a viewer has one");
        for n in 1..LOOK_EVERY {
            save(&mut connection, &format!("somebody new {n}"), "3").unwrap();
        }
        assert_eq!(count(&connection), SPOTS_MAX);
        assert_eq!(load(&connection, "viewer 1").unwrap().as_deref(), Some("2.5"));
        assert_eq!(
            load(&connection, "viewer 2").unwrap(),
            None,
            "it was among the oldest"
        );
        assert_eq!(load(&connection, "somebody new 1").unwrap().as_deref(), Some("3"));
    }
}
