//! Uploaded films.

use crate::error::StoreError;
use crate::schema::{signed, unsigned};
use crate::store::SavedFilm;
use matinee_room::{FilmId, RoomCode, Timestamp};
use rusqlite::{Connection, params};

pub(crate) fn add(connection: &Connection, film: &SavedFilm) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO films (id, code, title, file_name, added_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            film.id.as_str(),
            film.room.as_str(),
            film.title,
            film.file_name,
            signed(film.added_at.0)
        ],
    )?;
    Ok(())
}

/// All of them, newest first.
pub(crate) fn all(connection: &Connection) -> Result<Vec<SavedFilm>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, code, title, file_name, added_at FROM films ORDER BY added_at DESC, id",
    )?;
    let films = statement.query_map([], |row| {
        Ok(SavedFilm {
            id: FilmId::new(row.get::<_, String>(0)?),
            room: RoomCode::new(row.get::<_, String>(1)?),
            title: row.get(2)?,
            file_name: row.get(3)?,
            added_at: Timestamp(unsigned(row.get(4)?)),
        })
    })?;
    Ok(films.collect::<Result<_, _>>()?)
}
