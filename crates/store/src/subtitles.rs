//! Subtitles that somebody added to a film of a room, as WebVTT text. They go with their room.

use crate::error::StoreError;
use crate::schema::{signed, unsigned};
use crate::store::Store;
use matinee_room::{FilmId, Identity, RoomCode, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::fmt;

/// Subtitles of one film in one room: every language of an evening. One more is refused.
pub const SUBTITLES_A_FILM_MAX: u64 = 32;

/// Bytes of text that a room keeps, of all its films: those of a hundred evenings. More is refused.
pub const SUBTITLES_A_ROOM_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Bytes of text that all rooms keep. More is refused, so that nobody can fill the disk with new rooms.
pub const SUBTITLES_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// As how many bytes one counts at least, so that there are never more than some 260,000, and summing them up takes
/// some milliseconds.
const COUNTED_BYTES_MIN: u64 = 4 * 1024;

/// The id of subtitles that somebody added. Nobody guesses it: who knows it may read them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SubtitlesId(String);

impl SubtitlesId {
    /// The id of these random bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// An id as it stands in an address, if it is one: 32 hexadecimal digits, small.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 32 && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// As it stands in an address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SubtitlesId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Subtitles that somebody added, but for their text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSubtitles {
    /// Their id.
    pub id: SubtitlesId,
    /// The room that they were added in.
    pub room: RoomCode,
    /// The film that they belong to.
    pub film: FilmId,
    /// Who added them.
    pub owner: Identity,
    /// What those were called then.
    pub added_by: String,
    /// What to call them.
    pub label: String,
    /// Their language as a tag of BCP 47, if it is known.
    pub language: Option<String>,
    /// Only for what is not spoken in the viewer's language.
    pub forced: bool,
    /// With sounds described for people who do not hear.
    pub for_deaf: bool,
    /// When they were added.
    pub added_at: Timestamp,
}

/// Whether there was a place for subtitles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// They are kept.
    Kept,
    /// The film has as many in this room as it may.
    FilmIsFull,
    /// The room keeps as much text as it may.
    RoomIsFull,
    /// All rooms together do.
    ServerIsFull,
}

impl Store {
    /// Keeps subtitles that somebody added, if there is a place for them; `text` is WebVTT.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_subtitles(&self, saved: SavedSubtitles, text: String) -> Result<Placed, StoreError> {
        self.ask(move |connection| add(connection, &saved, &text)).await
    }

    /// The subtitles that were added to a film in a room, in the order in which they were.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn subtitles(&self, room: RoomCode, film: FilmId) -> Result<Vec<SavedSubtitles>, StoreError> {
        self.ask(move |connection| of_film(connection, &room, &film))
            .await
    }

    /// Subtitles of a room by their id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_subtitles(
        &self,
        room: RoomCode,
        id: SubtitlesId,
    ) -> Result<Option<SavedSubtitles>, StoreError> {
        self.ask(move |connection| find(connection, &room, &id)).await
    }

    /// Their text: WebVTT.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn subtitles_text(
        &self,
        room: RoomCode,
        id: SubtitlesId,
    ) -> Result<Option<String>, StoreError> {
        self.ask(move |connection| text(connection, &room, &id)).await
    }

    /// Forgets subtitles that somebody added.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove_subtitles(&self, id: SubtitlesId) -> Result<(), StoreError> {
        self.ask(move |connection| remove(connection, &id)).await
    }
}

/// Keeps subtitles if there is a place for them.
pub(crate) fn add(
    connection: &mut Connection,
    saved: &SavedSubtitles,
    text: &str,
) -> Result<Placed, StoreError> {
    let transaction = connection.transaction()?;
    let (room, film) = (saved.room.as_str(), saved.film.as_str());
    let number = |sql: &str, of: &[&str]| -> Result<u64, StoreError> {
        let mut statement = transaction.prepare_cached(sql)?;
        Ok(statement.query_row(rusqlite::params_from_iter(of), |row| row.get(0).map(unsigned))?)
    };
    let bytes = (text.len() as u64).max(COUNTED_BYTES_MIN);
    let of_film = "SELECT count(*) FROM subtitles WHERE code = ?1 AND film = ?2";
    let of_room = "SELECT ifnull(sum(bytes), 0) FROM subtitles WHERE code = ?1";
    let of_all = "SELECT ifnull(sum(bytes), 0) FROM subtitles";
    if number(of_film, &[room, film])? >= SUBTITLES_A_FILM_MAX {
        return Ok(Placed::FilmIsFull);
    }
    if number(of_room, &[room])? + bytes > SUBTITLES_A_ROOM_BYTES_MAX {
        return Ok(Placed::RoomIsFull);
    }
    if number(of_all, &[])? + bytes > SUBTITLES_BYTES_MAX {
        return Ok(Placed::ServerIsFull);
    }
    transaction.execute(
        "INSERT INTO subtitles (id, code, film, owner, added_by, label, language, forced, for_deaf, added_at, bytes, text)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            saved.id.as_str(),
            room,
            film,
            saved.owner.as_str(),
            saved.added_by,
            saved.label,
            saved.language,
            saved.forced,
            saved.for_deaf,
            signed(saved.added_at.0),
            signed(bytes),
            text,
        ],
    )?;
    transaction.commit()?;
    Ok(Placed::Kept)
}

/// Those of a film in a room, in the order in which they were added.
pub(crate) fn of_film(
    connection: &Connection,
    room: &RoomCode,
    film: &FilmId,
) -> Result<Vec<SavedSubtitles>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, code, film, owner, added_by, label, language, forced, for_deaf, added_at FROM subtitles
         WHERE code = ?1 AND film = ?2 ORDER BY rowid",
    )?;
    let found = statement.query_map([room.as_str(), film.as_str()], saved)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// One of a room.
pub(crate) fn find(
    connection: &Connection,
    room: &RoomCode,
    id: &SubtitlesId,
) -> Result<Option<SavedSubtitles>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, code, film, owner, added_by, label, language, forced, for_deaf, added_at FROM subtitles
         WHERE id = ?1 AND code = ?2",
    )?;
    Ok(statement
        .query_row([id.as_str(), room.as_str()], saved)
        .optional()?)
}

/// The text of one of a room.
pub(crate) fn text(
    connection: &Connection,
    room: &RoomCode,
    id: &SubtitlesId,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT text FROM subtitles WHERE id = ?1 AND code = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement
        .query_row([id.as_str(), room.as_str()], |row| row.get(0))
        .optional()?)
}

/// Forgets one.
pub(crate) fn remove(connection: &Connection, id: &SubtitlesId) -> Result<(), StoreError> {
    connection.execute("DELETE FROM subtitles WHERE id = ?1", [id.as_str()])?;
    Ok(())
}

/// Forgets those of rooms that are not kept: a crash may have come before their room was saved.
pub(crate) fn remove_strays(connection: &Connection) -> Result<(), StoreError> {
    let sql = "DELETE FROM subtitles WHERE code NOT IN (SELECT code FROM rooms)";
    connection.execute(sql, [])?;
    Ok(())
}

fn saved(row: &Row<'_>) -> rusqlite::Result<SavedSubtitles> {
    Ok(SavedSubtitles {
        id: SubtitlesId(row.get(0)?),
        room: RoomCode::new(row.get::<_, String>(1)?),
        film: FilmId::new(row.get::<_, String>(2)?),
        owner: Identity::new(row.get::<_, String>(3)?),
        added_by: row.get(4)?,
        label: row.get(5)?,
        language: row.get(6)?,
        forced: row.get(7)?,
        for_deaf: row.get(8)?,
        added_at: Timestamp(unsigned(row.get(9)?)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::schema::prepare(&mut connection).unwrap();
        connection
    }

    fn german(number: u64, room: &str, film: &str) -> SavedSubtitles {
        SavedSubtitles {
            id: SubtitlesId::from_bytes(u128::from(number).to_be_bytes()),
            room: RoomCode::new(room),
            film: FilmId::new(film),
            owner: Identity::new("ana"),
            added_by: "Ana".into(),
            label: "The General de".into(),
            language: Some("de".into()),
            forced: false,
            for_deaf: true,
            added_at: Timestamp(number),
        }
    }

    #[test]
    fn a_film_takes_so_many_in_a_room_and_other_rooms_do_not_count() {
        let mut connection = database();
        for number in 0..SUBTITLES_A_FILM_MAX {
            let placed = add(&mut connection, &german(number, "S1", "film"), "WEBVTT").unwrap();
            assert_eq!(placed, Placed::Kept);
        }
        let mut place = |number, room, film| add(&mut connection, &german(number, room, film), "WEBVTT");
        assert_eq!(place(100, "S1", "film").unwrap(), Placed::FilmIsFull);
        assert_eq!(place(101, "S1", "another").unwrap(), Placed::Kept);
        assert_eq!(place(102, "S2", "film").unwrap(), Placed::Kept);
        let found = of_film(&connection, &RoomCode::new("S2"), &FilmId::new("film")).unwrap();
        assert_eq!(found, [german(102, "S2", "film")]);
        let elsewhere = find(&connection, &RoomCode::new("S1"), &found[0].id).unwrap();
        assert_eq!(elsewhere, None, "no other room finds it");
        remove(&connection, &german(0, "S1", "film").id).unwrap();
        let again = add(&mut connection, &german(100, "S1", "film"), "WEBVTT").unwrap();
        assert_eq!(again, Placed::Kept);
    }

    #[test]
    fn a_room_keeps_so_much_text_and_all_rooms_so_much() {
        let mut connection = database();
        let fill = |connection: &Connection, room: &str, bytes: u64| {
            let sql = "INSERT INTO subtitles VALUES (?1, ?1, 'f', 'o', 'Ana', 'l', NULL, 0, 0, 0, ?2, '')";
            connection.execute(sql, params![room, signed(bytes)]).unwrap();
        };
        fill(&connection, "S1", SUBTITLES_A_ROOM_BYTES_MAX - COUNTED_BYTES_MIN);
        let text = "x".repeat(COUNTED_BYTES_MIN as usize + 1);
        let one_more = german(1, "S1", "film");
        let placed = add(&mut connection, &one_more, &text).unwrap();
        assert_eq!(placed, Placed::RoomIsFull);
        assert_eq!(add(&mut connection, &one_more, "WEBVTT").unwrap(), Placed::Kept);
        assert_eq!(
            add(&mut connection, &german(2, "S2", "film"), &text).unwrap(),
            Placed::Kept
        );
        fill(
            &connection,
            "S3",
            SUBTITLES_BYTES_MAX - SUBTITLES_A_ROOM_BYTES_MAX,
        );
        let placed = add(&mut connection, &german(3, "S4", "film"), "WEBVTT").unwrap();
        assert_eq!(placed, Placed::ServerIsFull);
    }

    #[test]
    fn only_an_id_is_taken_for_one() {
        let id = SubtitlesId::from_bytes([0xab; 16]);
        assert_eq!(SubtitlesId::parse(id.as_str()), Some(id));
        for text in ["", "ab", &"g".repeat(32), &"A".repeat(32), &"a".repeat(33)] {
            assert_eq!(SubtitlesId::parse(text), None, "{text}");
        }
    }
}
