//! Rooms and their logs.

use crate::error::StoreError;
use crate::schema::{signed, unsigned};
use crate::store::SavedRoom;
use crate::uploads;
use matinee_room::{Line, Log, Room, RoomCode, Timestamp, limits};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;

/// Keeps rooms as they are now, and the lines that are new.
pub(crate) fn write(
    connection: &mut Connection,
    rooms: &HashMap<RoomCode, SavedRoom>,
) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    {
        let mut put_room = transaction.prepare_cached(
            "INSERT INTO rooms (code, state, last_seq, changed_at) VALUES (?1, ?2, ?3, coalesce(?4, 0))
             ON CONFLICT (code) DO UPDATE SET state = ?2, last_seq = ?3, changed_at = coalesce(?4, changed_at)",
        )?;
        let mut put_line = transaction
            .prepare_cached("INSERT OR REPLACE INTO lines (code, seq, line) VALUES (?1, ?2, ?3)")?;
        // By count: each start of the server leaves a gap in the numbers.
        let mut trim = transaction.prepare_cached(
            "DELETE FROM lines WHERE code = ?1 AND seq <=
             (SELECT seq FROM lines WHERE code = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)",
        )?;
        for room in rooms.values() {
            let code = room.code.as_str();
            put_room.execute(params![
                code,
                room.state,
                signed(room.last_seq),
                room.changed_at.map(|at| signed(at.0))
            ])?;
            for line in &room.lines {
                let text = serde_json::to_string(line).map_err(|reason| StoreError::Unreadable {
                    code: code.to_owned(),
                    reason,
                })?;
                put_line.execute(params![code, signed(line.seq), text])?;
            }
            if !room.lines.is_empty() {
                trim.execute(params![code, signed(limits::LOG_LINES_MAX as u64)])?;
            }
        }
    }
    transaction.commit()?;
    Ok(())
}

/// A room as it was last saved, everybody in it away since `now`.
pub(crate) fn load(
    connection: &Connection,
    code: &RoomCode,
    now: Timestamp,
) -> Result<Option<Room>, StoreError> {
    let unreadable = |reason| StoreError::Unreadable {
        code: code.to_string(),
        reason,
    };
    let found: Option<(String, i64)> = connection
        .query_row(
            "SELECT state, last_seq FROM rooms WHERE code = ?1",
            [code.as_str()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((state, last_seq)) = found else {
        return Ok(None);
    };
    let room: Room = serde_json::from_str(&state).map_err(unreadable)?;
    let mut statement = connection.prepare_cached("SELECT line FROM lines WHERE code = ?1 ORDER BY seq")?;
    let mut lines = Vec::new();
    for text in statement.query_map([code.as_str()], |row| row.get::<_, String>(0))? {
        lines.push(serde_json::from_str::<Line>(&text?).map_err(unreadable)?);
    }
    let last_seq = unsigned(last_seq).saturating_add(limits::LOG_NUMBERS_SKIPPED);
    let room = room.restored(now, Log::restore(lines, last_seq));
    Ok(Some(room.with_uploads(uploads::of_room(connection, code)?)))
}

/// How many are kept.
pub(crate) fn count(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection.query_row("SELECT count(*) FROM rooms", [], |row| row.get(0).map(unsigned))?)
}

/// Those in which nobody did anything since then.
pub(crate) fn unchanged(connection: &Connection, before: Timestamp) -> Result<Vec<RoomCode>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT code FROM rooms WHERE changed_at < ?1")?;
    let codes = statement.query_map([signed(before.0)], |row| {
        row.get::<_, String>(0).map(RoomCode::new)
    })?;
    Ok(codes.collect::<Result<_, _>>()?)
}

/// Forgets a room, and all that belongs to it.
pub(crate) fn delete(connection: &mut Connection, code: &RoomCode) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    for table in ["rooms", "lines", "films", "uploads", "subtitles"] {
        transaction.execute(&format!("DELETE FROM {table} WHERE code = ?1"), [code.as_str()])?;
    }
    transaction.commit()?;
    Ok(())
}
