//! Uploads under way, as everybody in the room sees them. They end with the server: none is kept.

use crate::id::{MemberId, UploadId};

/// How far an upload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadProgress {
    /// Its number in this room.
    pub id: UploadId,
    /// Who sends it.
    pub member: MemberId,
    /// The film's title.
    pub title: String,
    /// Bytes here so far.
    pub received_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
}
