//! What waits in an outbox, in its order, and how it is written.

use super::closing::Closing;
use super::framed::{Framed, Kind};
use crate::clock::Clock;
use crate::limits;
use matinee_wire::Slot;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use tokio::net::TcpStream;

thread_local! {
    /// Where small messages are put together to be written: one a core.
    static GATHERED: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(limits::GATHERED_BYTES_MAX));
}

/// Messages that wait for a socket, and how that stands.
#[derive(Debug, Default)]
pub(super) struct Queue {
    frames: VecDeque<Framed>,
    /// Bytes of the first frame that are written: one that is begun must be finished.
    begun_bytes: usize,
    /// Bytes of all frames that are not written.
    waiting_bytes: usize,
    /// How many of the frames tell the time.
    clocks: u32,
    /// Handed to the flusher already.
    pub(super) dirty: bool,
    /// The socket took no more; the session waits for it.
    pub(super) blocked: bool,
    /// No more is taken in; when all is written, the connection ends.
    pub(super) closing: Option<Closing>,
    /// The socket failed.
    pub(super) broken: bool,
    /// Little was sent the last time.
    is_quiet: bool,
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.frames.len()
    }

    pub(super) fn waiting_bytes(&self) -> usize {
        self.waiting_bytes
    }

    /// Bytes that would wait with so many more, but for the largest message: that may be a welcome to a large room, which
    /// has to go out whatever the limit is.
    fn beside_largest_bytes(&self, more: usize) -> usize {
        let sizes = self.frames.iter().map(|frame| frame.bytes.len());
        let largest = sizes.max().unwrap_or_default().max(more);
        (self.waiting_bytes + more).saturating_sub(largest)
    }

    /// Whether so many bytes more are too many. Beside one large message there may be as many as without it.
    pub(super) fn has_no_place_for(&self, more: usize, bytes_max: usize) -> bool {
        self.waiting_bytes + more > bytes_max && self.beside_largest_bytes(more) > bytes_max
    }

    /// Bytes behind the first message, if the socket takes no more: by these a client is too slow, not by one long message
    /// that is under way, and not by what the flusher has not come to yet.
    pub(super) fn stuck_bytes(&self) -> usize {
        let first = self.frames.front().map_or(0, |head| head.bytes.len());
        let behind = (self.waiting_bytes + self.begun_bytes).saturating_sub(first);
        if self.blocked { behind } else { 0 }
    }

    /// Puts a message behind all others.
    pub(super) fn push(&mut self, framed: Framed) {
        self.waiting_bytes += framed.bytes.len();
        self.clocks += u32::from(matches!(framed.kind, Kind::Clock(_)));
        self.frames.push_back(framed);
    }

    /// Whether the flusher has to be told that something waits: it is not yet, and the socket is not waited for.
    pub(super) fn becomes_dirty(&mut self) -> bool {
        let is_new = !(self.dirty || self.blocked);
        self.dirty |= is_new;
        is_new
    }

    /// Writes with one call: the first message as it is, or, if several small ones wait, these gathered. For such,
    /// that is cheaper than a vectored write, which the system takes apart again.
    pub(super) fn write_once(&mut self, stream: &TcpStream, clock: Clock) -> io::Result<usize> {
        if self.clocks > 0 {
            self.stamp(clock);
        }
        let Some(head) = self.frames.front() else {
            return Ok(0);
        };
        let begun = head.bytes.get(self.begun_bytes..).unwrap_or_default();
        let written = if self.frames.len() == 1 || begun.len() >= limits::GATHERED_BYTES_MAX {
            stream.try_write(begun)?
        } else {
            GATHERED.with_borrow_mut(|gathered| {
                gathered.clear();
                gathered.extend_from_slice(begun);
                for frame in self.frames.iter().skip(1) {
                    if gathered.len() + frame.bytes.len() > limits::GATHERED_BYTES_MAX {
                        break;
                    }
                    gathered.extend_from_slice(&frame.bytes);
                }
                stream.try_write(gathered)
            })?
        };
        self.advance(written);
        Ok(written)
    }

    /// Puts the time into what tells it, if it is not begun: as late as can be, for whatever lies between this and the
    /// wire makes the clock of who asked wrong by half of it.
    fn stamp(&mut self, clock: Clock) {
        let begun = usize::from(self.begun_bytes > 0);
        for frame in self.frames.iter_mut().skip(begun) {
            if let Kind::Clock(asked) = &frame.kind {
                self.waiting_bytes -= frame.bytes.len();
                frame.bytes = asked.answered_at(clock.now_ms());
                self.waiting_bytes += frame.bytes.len();
            }
        }
    }

    fn advance(&mut self, written: usize) {
        self.waiting_bytes -= written;
        self.begun_bytes += written;
        while let Some(head) = self.frames.front() {
            if self.begun_bytes < head.bytes.len() {
                return;
            }
            self.begun_bytes -= head.bytes.len();
            self.clocks -= u32::from(matches!(head.kind, Kind::Clock(_)));
            self.frames.pop_front();
        }
    }

    /// Gives back what an idle member needs no more, once so little was sent twice in a row that it was not needed either:
    /// who is told much again and again keeps it.
    pub(super) fn rest(&mut self, sent: usize) {
        let was_quiet = std::mem::replace(&mut self.is_quiet, sent <= limits::IDLE_FRAMES_MAX);
        let is_idle = self.frames.is_empty() && was_quiet && self.is_quiet;
        if is_idle && self.frames.capacity() > limits::IDLE_FRAMES_MAX {
            self.frames = VecDeque::new();
        }
    }

    /// Takes out what a newer message of the same slot makes needless, unless it is begun. Gives how many that were.
    pub(super) fn supersede(&mut self, slot: Slot) -> u64 {
        let before = self.frames.len();
        let begun = usize::from(self.begun_bytes > 0);
        let mut index = 0;
        let mut saved = 0;
        self.frames.retain(|frame| {
            let keep = index < begun || !matches!(frame.kind, Kind::Latest(older) if older == slot);
            index += 1;
            if !keep {
                saved += frame.bytes.len();
            }
            keep
        });
        self.waiting_bytes -= saved;
        (before - self.frames.len()) as u64
    }

    /// Gives up all that is not begun, and closes.
    pub(super) fn close(&mut self, why: Closing) {
        self.frames.truncate(usize::from(self.begun_bytes > 0));
        let head = self.frames.front().map_or(0, |head| head.bytes.len());
        self.waiting_bytes = head.saturating_sub(self.begun_bytes);
        let is_clock = |frame: &Framed| matches!(frame.kind, Kind::Clock(_));
        self.clocks = self.frames.front().is_some_and(is_clock).into();
        self.finish(why);
    }

    /// Closes after all that waits.
    pub(super) fn finish(&mut self, why: Closing) {
        self.push(why.framed());
        self.closing = Some(why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTES_MAX: usize = 1_000;

    fn queue(sizes: &[usize]) -> Queue {
        let mut queue = Queue::default();
        sizes
            .iter()
            .for_each(|size| queue.push(Framed::raw(vec![0; *size])));
        queue
    }

    #[test]
    fn the_welcome_to_a_large_room_has_its_place_whatever_the_limit_is() {
        let has_place = |sizes: &[usize], more| !queue(sizes).has_no_place_for(more, BYTES_MAX);
        assert!(has_place(&[], 5_000));
        assert!(has_place(&[10, 20], 5_000), "something small may wait before it");
        assert!(has_place(&[5_000, 900], 100));
        assert!(!has_place(&[5_000, 900], 101));
        assert!(!has_place(&[5_000], 5_000), "there is place for one");
        assert!(has_place(&[500, 499], 1));
        assert!(!has_place(&[10; 101], 10), "many small ones count as ever");
    }
}
