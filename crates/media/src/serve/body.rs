//! The body of an answer: pieces of text and of the film's file, one after the other.
//!
//! What the system has in memory is read when the connection takes it. For the rest, at most one chunk is read ahead of
//! the connection, on a blocking thread that gets the file and gives it back, so a viewer who pauses costs two chunks
//! and no thread. A file that changes or becomes shorter while
//! it is being read ends the body with an error: the connection breaks and the player asks again.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::task::JoinHandle;

use super::cached;
use super::open::{OpenFilm, Version};
use crate::limits::{CHUNKS_IN_A_ROW_MAX, LOOK_AGAIN_AFTER, READ_CHUNK_BYTES};

/// One piece of a body.
#[derive(Debug)]
pub(super) enum Segment {
    Text(Bytes),
    File { start: u64, bytes: u64 },
}

/// The bytes of an answer from [`serve`](super::serve): a film, parts of one, a sentence, or nothing. Its
/// length is known from the start.
#[derive(Debug)]
pub struct FilmBody {
    segments: VecDeque<Segment>,
    left_bytes: u64,
    source: Source,
    /// Chunks that were read at once since others last had a turn.
    in_a_row: u32,
    /// Chunks that had to be waited for.
    waited: u32,
}

/// Who holds the file: we, a blocking thread, or nobody.
#[derive(Debug)]
enum Source {
    Closed,
    Ready(OpenFilm),
    Reading(Version, JoinHandle<(File, io::Result<Bytes>)>),
}

impl FilmBody {
    pub(super) fn empty() -> Self {
        Self {
            segments: VecDeque::new(),
            left_bytes: 0,
            source: Source::Closed,
            in_a_row: 0,
            waited: 0,
        }
    }

    pub(super) fn text(text: String) -> Self {
        let left_bytes = text.len() as u64;
        Self {
            segments: [Segment::Text(text.into())].into(),
            left_bytes,
            source: Source::Closed,
            in_a_row: 0,
            waited: 0,
        }
    }

    pub(super) fn new(open: OpenFilm, segments: impl IntoIterator<Item = Segment>) -> Self {
        let is_empty = |segment: &Segment| matches!(segment, Segment::File { bytes: 0, .. });
        let segments: VecDeque<_> = segments
            .into_iter()
            .filter(|segment| !is_empty(segment))
            .collect();
        let length = |segment: &Segment| match segment {
            Segment::Text(text) => text.len() as u64,
            Segment::File { bytes, .. } => *bytes,
        };
        let left_bytes = segments.iter().map(length).sum();
        Self {
            segments,
            left_bytes,
            source: Source::Ready(open),
            in_a_row: 0,
            waited: 0,
        }
    }

    /// Bytes that are still to come.
    pub(super) fn left_bytes(&self) -> u64 {
        self.left_bytes
    }

    /// The next chunk, if it is one of the file and the system has it in memory.
    fn read_at_once(&mut self) -> Option<io::Result<Bytes>> {
        let Source::Ready(OpenFilm { file, version }) = &self.source else {
            return None;
        };
        let Some(Segment::File { start, bytes }) = self.segments.front_mut() else {
            return None;
        };
        let chunk = cached::read(file, *start, *bytes)?;
        // Asked after reading, so that no byte of another version is passed on.
        if let Err(error) = version.check(file) {
            return Some(Err(error));
        }
        *start += chunk.len() as u64;
        *bytes -= chunk.len() as u64;
        if *bytes == 0 {
            self.segments.pop_front();
        }
        Some(Ok(chunk))
    }

    /// Starts reading the next chunk, if the next piece is one of the file and no chunk is on its way.
    fn read_ahead(&mut self) {
        let Some(Segment::File { start, bytes }) = self.segments.front_mut() else {
            return;
        };
        let OpenFilm { file, version } = match std::mem::replace(&mut self.source, Source::Closed) {
            Source::Ready(open) => open,
            other => return self.source = other,
        };
        let (at, length) = (*start, (*bytes).min(READ_CHUNK_BYTES as u64));
        *start += length;
        *bytes -= length;
        if *bytes == 0 {
            self.segments.pop_front();
        }
        // Made on the thread that lets go of it again: the allocator keeps what others free for the thread that
        // made it, and of these there is one for each reader.
        let chunk = Vec::with_capacity(usize::try_from(length).unwrap_or(READ_CHUNK_BYTES));
        let reading = tokio::task::spawn_blocking(move || {
            let mut file = file;
            let chunk = read_chunk(&mut file, chunk, at, length, version);
            (file, chunk)
        });
        self.source = Source::Reading(version, reading);
    }

    fn fail(&mut self, error: io::Error) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        tracing::debug!(%error, "a film's body ended early");
        self.segments.clear();
        self.source = Source::Closed;
        Poll::Ready(Some(Err(error)))
    }
}

impl Body for FilmBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let body = &mut *self;
        if body.in_a_row >= CHUNKS_IN_A_ROW_MAX {
            // A viewer on a fast line takes as many as there are: others on this core want a turn as well.
            body.in_a_row = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        match body.read_at_once() {
            Some(Ok(chunk)) => {
                body.in_a_row += 1;
                body.left_bytes -= chunk.len() as u64;
                return Poll::Ready(Some(Ok(Frame::data(chunk))));
            }
            Some(Err(error)) => return body.fail(error),
            None => body.in_a_row = 0,
        }
        body.read_ahead();
        let piece = if let Source::Reading(version, reading) = &mut body.source {
            let version = *version;
            let (file, chunk) = match ready!(Pin::new(reading).poll(cx)) {
                Ok(done) => done,
                Err(error) => return body.fail(error.into()),
            };
            body.source = Source::Ready(OpenFilm { file, version });
            match chunk {
                Ok(chunk) => chunk,
                Err(error) => return body.fail(error),
            }
        } else {
            match body.segments.pop_front() {
                Some(Segment::Text(text)) => text,
                // No file to read from: only after an error, when nothing is left either.
                Some(Segment::File { .. }) | None => return Poll::Ready(None),
            }
        };
        body.left_bytes -= piece.len() as u64;
        body.waited = body.waited.wrapping_add(1);
        // Now and then it is tried whether the system has the rest in memory after all.
        if !body.waited.is_multiple_of(LOOK_AGAIN_AFTER) {
            body.read_ahead();
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.segments.is_empty() && !matches!(self.source, Source::Reading(..))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left_bytes)
    }
}

impl Drop for FilmBody {
    fn drop(&mut self) {
        // If the file was removed meanwhile, closing it frees its gigabytes: elsewhere, if there is an
        // elsewhere. A thread that is still reading closes the file itself.
        if let Source::Ready(open) = std::mem::replace(&mut self.source, Source::Closed)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn_blocking(|| drop(open));
        }
    }
}

/// Exactly `length` bytes from `at` of the right version of the file, in `chunk`.
fn read_chunk(
    file: &mut File,
    mut chunk: Vec<u8>,
    at: u64,
    length: u64,
    version: Version,
) -> io::Result<Bytes> {
    file.seek(SeekFrom::Start(at))?;
    (&*file).take(length).read_to_end(&mut chunk)?;
    // Asked after reading, so that no byte of another version is passed on.
    version.check(file)?;
    if chunk.len() as u64 == length {
        Ok(chunk.into())
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}
