//! Uploads as everybody in the room sees them. Those that can be gone on with have a key; who remembers them while
//! the room is not in memory gives them back with it ([`Room::with_uploads`](crate::Room::with_uploads)). The others
//! end with the server.

use crate::id::{MemberId, UploadId, UploadKey};

/// How far an upload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadProgress {
    /// Its number in this room, as long as the room is in memory.
    pub id: UploadId,
    /// What it is found by from outside; `None` for one that cannot be gone on with.
    pub key: Option<UploadKey>,
    /// Who sends it.
    pub member: MemberId,
    /// The film's title.
    pub title: String,
    /// Bytes here so far.
    pub received_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
    /// Nobody sends it just now.
    pub paused: bool,
}

/// An upload that can be gone on with, as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptUpload {
    /// What it is found by.
    pub key: UploadKey,
    /// Who sent it last.
    pub member: MemberId,
    /// The film's title.
    pub title: String,
    /// Bytes here so far.
    pub received_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
}
