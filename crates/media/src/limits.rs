//! Every bound of this crate: its unit, why it is what it is, and what happens when it is reached.

/// Folders below the library's root that are entered. Deeper ones are left out of the scan: collections are
/// rarely more than four deep (genre, series, season, episode), and a bound keeps a strange tree finite.
pub const LIBRARY_DEPTH_MAX: usize = 16;

/// Films in one library. A scan stops there and says that it is cut short: at about 500 bytes a film that is
/// 10 MB of memory, and no private collection that we know of is larger.
pub const LIBRARY_FILMS_MAX: usize = 20_000;

/// Files and folders that one scan looks at, films or not. It stops there and says that it is cut short:
/// links between folders can make a small tree look endless, and this ends it within seconds.
pub const LIBRARY_ENTRIES_MAX: usize = 500_000;

/// Characters of a title. The rest is cut off: a title has to fit a line or two of a page.
pub const TITLE_CHARS_MAX: usize = 200;

/// Default for the bytes of one uploaded film: 32 GiB holds a film in 4K. A larger one is refused before its
/// first byte.
pub const UPLOAD_BYTES_MAX: u64 = 32 << 30;

/// Default for uploads running at once. The next one is refused and told to come back: a few friends share
/// one disk and one line, and each upload holds two batches in memory.
pub const UPLOADS_AT_ONCE_MAX: usize = 8;

/// Bytes that are gathered before they go to the disk in one piece. An upload holds at most two batches, one
/// that fills and one that is being written; 1 MiB is where larger pieces stop being faster.
pub const UPLOAD_BATCH_BYTES: usize = 1 << 20;

/// First bytes of an upload that decide whether it is a film. MPEG transport streams need 3 packets (576
/// bytes), the others less; 4 KiB is on the way in with the first network reads.
pub const SNIFF_BYTES: usize = 4 << 10;

/// Bytes of a film that are read in one go, and read ahead at most once. 128 KiB costs little per viewer
/// (two chunks here, what the socket holds besides) and is past the point where larger reads are much faster.
pub const READ_CHUNK_BYTES: usize = 128 << 10;

/// Parts of one answer, after those that touch or overlap were joined. With more, the `Range` header is
/// ignored and the whole film is sent, as RFC 9110 section 14.2 allows: no player asks for so many.
pub const RANGE_PARTS_MAX: usize = 16;

/// Bytes of a `Range` header. A longer one is ignored: 16 parts of 20 digits each fit four times.
pub const RANGE_HEADER_BYTES_MAX: usize = 4 << 10;

/// Bytes of an upload that may come before they are brought safely to the disk. They are what a power cut
/// costs at most; a process that is killed loses none of what was acknowledged.
pub const UPLOAD_SYNC_BYTES: u64 = 64 << 20;
