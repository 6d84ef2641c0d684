//! Spots: where somebody wants to go on watching, one for each browser and film.
//!
//! Goblet's clients have one that is of no film in particular, under the id that they know; it is told in seconds,
//! as the browser wrote it. All others are under the browser's identity, in milliseconds.

use crate::error::StoreError;
use matinee_room::FilmId;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::HashMap;

/// Spots that are kept in all. Of more, those go that were saved longest ago: at some 200 bytes each they are 20 MB,
/// and nobody can fill the disk with new browsers.
pub const SPOTS_MAX: u32 = 100_000;

/// Spots of one browser, so that it pushes out its own before those of others: more films than somebody watches in
/// turns.
pub const SPOTS_A_VIEWER_MAX: u32 = 200;

/// After how many saves it is looked for spots too many: looking takes as long as there are spots.
const LOOK_EVERY: i64 = 1_000;

/// Whose a spot is, and in which film.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SpotKey {
    /// A browser, by its identity or by the id that its own protocol knows.
    pub viewer: String,
    /// The film; `None` where a browser has one spot for all.
    pub film: Option<FilmId>,
}

impl SpotKey {
    fn film(&self) -> &str {
        self.film.as_ref().map_or("", FilmId::as_str)
    }
}

/// Keeps spots in the place of those before, and forgets those that are none any more.
pub(crate) fn write(
    connection: &mut Connection,
    spots: &HashMap<SpotKey, Option<String>>,
) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    let newest = |transaction: &Transaction<'_>| {
        transaction.query_row("SELECT ifnull(max(saved_at), 0) FROM spots", [], |row| {
            row.get::<_, i64>(0)
        })
    };
    // A count, not a clock: the order is all that matters, and it never steps back.
    let before = newest(&transaction)?;
    for (n, (key, spot)) in (1..).zip(spots) {
        match spot {
            Some(spot) => save(&transaction, key, spot, before + n)?,
            None => {
                let mut forget =
                    transaction.prepare_cached("DELETE FROM spots WHERE viewer = ?1 AND film = ?2")?;
                forget.execute(params![key.viewer, key.film()])?;
            }
        }
    }
    if before / LOOK_EVERY != newest(&transaction)? / LOOK_EVERY {
        transaction.execute(
            "DELETE FROM spots
             WHERE saved_at <= (SELECT saved_at FROM spots ORDER BY saved_at DESC LIMIT 1 OFFSET ?1)",
            [SPOTS_MAX],
        )?;
    }
    transaction.commit()?;
    Ok(())
}

fn save(transaction: &Transaction<'_>, key: &SpotKey, spot: &str, saved_at: i64) -> Result<(), StoreError> {
    let mut put = transaction.prepare_cached(
        "INSERT INTO spots (viewer, film, spot, saved_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (viewer, film) DO UPDATE SET spot = ?3, saved_at = ?4",
    )?;
    put.execute(params![key.viewer, key.film(), spot, saved_at])?;
    let mut trim = transaction.prepare_cached(
        "DELETE FROM spots WHERE viewer = ?1 AND saved_at <= (
             SELECT saved_at FROM spots WHERE viewer = ?1 ORDER BY saved_at DESC LIMIT 1 OFFSET ?2
         )",
    )?;
    trim.execute(params![key.viewer, SPOTS_A_VIEWER_MAX])?;
    Ok(())
}

/// A spot as it was saved.
pub(crate) fn load(connection: &Connection, key: &SpotKey) -> Result<Option<String>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT spot FROM spots WHERE viewer = ?1 AND film = ?2")?;
    let spot = statement.query_row(params![key.viewer, key.film()], |row| row.get(0));
    Ok(spot.optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(viewer: &str, film: &str) -> SpotKey {
        SpotKey {
            viewer: viewer.into(),
            film: (!film.is_empty()).then(|| FilmId::new(film)),
        }
    }

    fn write_one(connection: &mut Connection, key: SpotKey, spot: Option<&str>) {
        write(connection, &HashMap::from([(key, spot.map(str::to_owned))])).unwrap();
    }

    fn database() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::schema::prepare(&mut connection).unwrap();
        connection
    }

    fn count(connection: &Connection) -> u32 {
        connection
            .query_row("SELECT count(*) FROM spots", [], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn each_browser_has_one_in_each_film_and_one_of_none() {
        let mut connection = database();
        for (viewer, film, spot) in [
            ("ana", "f1", "1000"),
            ("ana", "f2", "2000"),
            ("ben", "f1", "3000"),
            ("ana", "", "2.5"),
            ("ana", "f1", "1500"),
        ] {
            write_one(&mut connection, key(viewer, film), Some(spot));
        }
        let spot = |viewer, film| load(&connection, &key(viewer, film)).unwrap();
        assert_eq!(spot("ana", "f1").as_deref(), Some("1500"));
        assert_eq!(spot("ana", "f2").as_deref(), Some("2000"));
        assert_eq!(spot("ben", "f1").as_deref(), Some("3000"));
        assert_eq!(spot("ben", "f2"), None);
        assert_eq!(spot("ana", "").as_deref(), Some("2.5"));
        write_one(&mut connection, key("ana", "f1"), None);
        assert_eq!(load(&connection, &key("ana", "f1")).unwrap(), None);
        assert_eq!(count(&connection), 3);
    }

    #[test]
    fn a_browser_pushes_out_its_own_oldest() {
        let mut connection = database();
        write_one(&mut connection, key("ben", "f"), Some("7"));
        for n in 0..=SPOTS_A_VIEWER_MAX {
            write_one(&mut connection, key("ana", &format!("f{n}")), Some("1"));
        }
        assert_eq!(count(&connection), SPOTS_A_VIEWER_MAX + 1);
        assert_eq!(load(&connection, &key("ana", "f0")).unwrap(), None);
        assert!(load(&connection, &key("ana", "f1")).unwrap().is_some());
        assert!(load(&connection, &key("ben", "f")).unwrap().is_some());
    }

    #[test]
    fn the_oldest_spot_makes_room() {
        let mut connection = database();
        connection
            .execute(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                 INSERT INTO spots SELECT 'viewer ' || i, '', '1', i FROM n",
                [SPOTS_MAX],
            )
            .unwrap();
        write_one(&mut connection, key("viewer 1", ""), Some("2.5"));
        assert_eq!(count(&connection), SPOTS_MAX, "a viewer has one");
        // Some at once, as they wait for the writer.
        for n in (1..LOOK_EVERY).step_by(3) {
            let new = (n..n + 3).map(|n| (key(&format!("somebody new {n}"), ""), Some("3".to_owned())));
            write(&mut connection, &new.collect()).unwrap();
        }
        assert_eq!(count(&connection), SPOTS_MAX);
        let spot = |viewer| load(&connection, &key(viewer, "")).unwrap();
        assert_eq!(spot("viewer 1").as_deref(), Some("2.5"));
        assert_eq!(spot("viewer 2"), None, "it was among the oldest");
        assert_eq!(spot("somebody new 1").as_deref(), Some("3"));
    }
}
