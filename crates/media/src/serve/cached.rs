//! What of a film lies in the system's memory already: read at once, without waiting for the disk, and so without
//! another thread. It is still in the processor's cache when it is sent.
//!
//! The buffers come back when they are sent, so that a busy server takes no memory anew for each.

use std::fs::File;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use crate::limits::{READ_CHUNK_BYTES, SPARE_CHUNKS_MAX};

/// Buffers that nobody uses just now.
static SPARE: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// A buffer with so many bytes of a film in it.
struct Chunk {
    buffer: Vec<u8>,
    count: usize,
}

impl AsRef<[u8]> for Chunk {
    fn as_ref(&self) -> &[u8] {
        self.buffer.get(..self.count).unwrap_or_default()
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        give_back(std::mem::take(&mut self.buffer));
    }
}

fn spare() -> Vec<u8> {
    let spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    spare.unwrap_or_else(|| vec![0; READ_CHUNK_BYTES])
}

fn give_back(buffer: Vec<u8>) {
    let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
    if spare.len() < SPARE_CHUNKS_MAX {
        spare.push(buffer);
    }
}

/// At most so many bytes from `at`, if there are any that the disk need not be asked for. At the file's end, and whatever
/// goes wrong, there are none: who waits for the disk finds out.
pub(super) fn read(file: &File, at: u64, bytes_max: u64) -> Option<Bytes> {
    let mut buffer = spare();
    let wanted = usize::try_from(bytes_max).map_or(buffer.len(), |max| max.min(buffer.len()));
    let count = read_now(file, at, buffer.get_mut(..wanted)?);
    if count == 0 {
        give_back(buffer);
        return None;
    }
    Some(Bytes::from_owner(Chunk { buffer, count }))
}

#[cfg(target_os = "linux")]
fn read_now(file: &File, at: u64, buffer: &mut [u8]) -> usize {
    use rustix::io::{ReadWriteFlags, preadv2};
    let mut slices = [std::io::IoSliceMut::new(buffer)];
    preadv2(file, &mut slices, at, ReadWriteFlags::NOWAIT).unwrap_or(0)
}

/// Other systems do not tell what they have in memory.
#[cfg(not(target_os = "linux"))]
fn read_now(_file: &File, _at: u64, _buffer: &mut [u8]) -> usize {
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn what_was_just_written_is_in_memory() {
        let mut file = tempfile::tempfile().unwrap();
        let bytes: Vec<u8> = (0..3 * READ_CHUNK_BYTES).map(|index| (index / 7) as u8).collect();
        file.write_all(&bytes).unwrap();
        let (mut at, end) = (11, bytes.len() as u64 - 5);
        while at < end {
            let chunk = read(&file, at, end - at).unwrap();
            let from = at as usize;
            assert!(chunk == bytes[from..from + chunk.len()], "at {at}");
            at += chunk.len() as u64;
        }
        assert_eq!(at, end);
        assert_eq!(read(&file, bytes.len() as u64, 1), None);
    }
}
