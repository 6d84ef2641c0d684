//! Uploads that can be gone on with: who sends what to which room. How far they are, their files say; what is here of
//! that only tells what a power cut cannot have taken.

use crate::error::StoreError;
use crate::films;
use crate::schema::{signed, unsigned};
use crate::store::SavedFilm;
use matinee_room::{Identity, KeptUpload, MemberId, RoomCode, Timestamp, UploadKey};
use rusqlite::{Connection, Row, params};

/// An upload that can be gone on with, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedUpload {
    /// Its id.
    pub id: UploadKey,
    /// The room that it is sent to.
    pub room: RoomCode,
    /// Who sends it.
    pub owner: Identity,
    /// The member that began it.
    pub member: MemberId,
    /// What the film will be called.
    pub title: String,
    /// What its sender said of it, as they wrote it.
    pub metadata: String,
    /// Bytes in all.
    pub total_bytes: u64,
    /// How far it is.
    pub mark: UploadMark,
}

/// How far an upload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadMark {
    /// So many bytes outlast a power cut.
    pub safe_bytes: u64,
    /// In which run of the machine that was found out; empty where the system does not tell.
    pub boot: String,
    /// When bytes last came.
    pub moved_at: Timestamp,
}

pub(crate) fn add(connection: &Connection, upload: &SavedUpload) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO uploads (id, code, owner, member, title, metadata, total_bytes, safe_bytes, boot, moved_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            upload.id.as_str(),
            upload.room.as_str(),
            upload.owner.as_str(),
            upload.member.0,
            upload.title,
            upload.metadata,
            signed(upload.total_bytes),
            signed(upload.mark.safe_bytes),
            upload.mark.boot,
            signed(upload.mark.moved_at.0),
        ],
    )?;
    Ok(())
}

pub(crate) fn mark(connection: &Connection, id: &UploadKey, mark: &UploadMark) -> Result<(), StoreError> {
    let sql = "UPDATE uploads SET safe_bytes = ?2, boot = ?3, moved_at = ?4 WHERE id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    statement.execute(params![
        id.as_str(),
        signed(mark.safe_bytes),
        mark.boot,
        signed(mark.moved_at.0)
    ])?;
    Ok(())
}

pub(crate) fn remove(connection: &Connection, id: &UploadKey) -> Result<(), StoreError> {
    connection.execute("DELETE FROM uploads WHERE id = ?1", [id.as_str()])?;
    Ok(())
}

/// Puts a film in the place of the upload that it was: both or neither, so that no crash loses it.
pub(crate) fn finish(
    connection: &mut Connection,
    id: &UploadKey,
    film: &SavedFilm,
) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    remove(&transaction, id)?;
    films::add(&transaction, film)?;
    transaction.commit()?;
    Ok(())
}

/// All of them, or those of one room, in the order in which they began.
pub(crate) fn all(connection: &Connection, room: Option<&RoomCode>) -> Result<Vec<SavedUpload>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, code, owner, member, title, metadata, total_bytes, safe_bytes, boot, moved_at FROM uploads
         WHERE ?1 IS NULL OR code = ?1 ORDER BY rowid",
    )?;
    let uploads = statement.query_map([room.map(RoomCode::as_str)], saved)?;
    Ok(uploads.collect::<Result<_, _>>()?)
}

fn saved(row: &Row<'_>) -> rusqlite::Result<SavedUpload> {
    Ok(SavedUpload {
        id: UploadKey::new(row.get::<_, String>(0)?),
        room: RoomCode::new(row.get::<_, String>(1)?),
        owner: Identity::new(row.get::<_, String>(2)?),
        member: MemberId(row.get(3)?),
        title: row.get(4)?,
        metadata: row.get(5)?,
        total_bytes: unsigned(row.get(6)?),
        mark: UploadMark {
            safe_bytes: unsigned(row.get(7)?),
            boot: row.get(8)?,
            moved_at: Timestamp(unsigned(row.get(9)?)),
        },
    })
}

/// The uploads of a room, as it lists them.
pub(crate) fn of_room(connection: &Connection, room: &RoomCode) -> Result<Vec<KeptUpload>, StoreError> {
    let uploads = all(connection, Some(room))?.into_iter();
    let kept = uploads.map(|upload| KeptUpload {
        key: upload.id,
        member: upload.member,
        title: upload.title,
        received_bytes: upload.mark.safe_bytes,
        total_bytes: upload.total_bytes,
    });
    Ok(kept.collect())
}
