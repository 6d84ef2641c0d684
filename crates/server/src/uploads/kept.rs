//! One upload that can be gone on with: whose it is, how far, and who sends it just now.
//!
//! Only one connection sends an upload: it holds the upload's [`Turn`]. Somebody else who goes on gets the turn when
//! nothing has come from the one before for a moment, whose connection is lost then without anybody knowing.

use crate::limits;
use matinee_media::PartialId;
use matinee_room::{Identity, MemberId, RoomCode, Timestamp, UploadKey};
use matinee_store::SavedUpload;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, OwnedMutexGuard, watch};
use tokio::time::{Instant, timeout};

/// An upload.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) id: PartialId,
    /// The id that its film will have.
    pub(crate) film: matinee_media::FilmId,
    pub(crate) room: RoomCode,
    pub(crate) owner: Identity,
    /// The member that began it.
    pub(crate) member: MemberId,
    pub(crate) title: String,
    /// What its sender said of it, as they wrote it.
    pub(crate) metadata: String,
    pub(crate) total_bytes: u64,
    /// When it was begun; of one that a restart found, when its last byte had come.
    begun: Timestamp,
    at: Mutex<At>,
    turn: Arc<tokio::sync::Mutex<()>>,
    /// Tells the one who sends that somebody else wants to go on.
    give_way: Notify,
    removed: watch::Sender<bool>,
}

/// How far an upload is.
#[derive(Clone, Copy, Debug)]
struct At {
    received_bytes: u64,
    moved_at: Timestamp,
    /// When the one who sends was last heard.
    heard: Instant,
}

/// The right to send an upload, or to end it.
#[derive(Debug)]
pub(crate) struct Turn {
    _guard: OwnedMutexGuard<()>,
}

impl Kept {
    /// An upload that begins, or that was kept.
    pub(crate) fn new(id: PartialId, film: matinee_media::FilmId, saved: SavedUpload, received: u64) -> Self {
        Self {
            id,
            film,
            room: saved.room,
            owner: saved.owner,
            member: saved.member,
            title: saved.title,
            metadata: saved.metadata,
            total_bytes: saved.total_bytes,
            begun: saved.mark.moved_at,
            at: Mutex::new(At {
                received_bytes: received,
                moved_at: saved.mark.moved_at,
                heard: Instant::now(),
            }),
            turn: Arc::default(),
            give_way: Notify::new(),
            removed: watch::Sender::new(false),
        }
    }

    /// What the room and the store find it by.
    pub(crate) fn key(&self) -> UploadKey {
        UploadKey::new(self.id.as_str())
    }

    /// Nothing panics while it is held, and even then it would be whole.
    fn at(&self) -> MutexGuard<'_, At> {
        self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes in its file, as they were last counted.
    pub(crate) fn received_bytes(&self) -> u64 {
        self.at().received_bytes
    }

    /// Bytes of the disk that are its own: all of it, as long as it comes fast enough to be here within
    /// [`limits::UPLOAD_COMES_WITHIN`], else what has come. So nobody keeps others out by a size that they only name.
    pub(super) fn held_bytes(&self, now: Timestamp) -> u64 {
        let ms = |time: Duration| time.as_millis();
        let age_ms = u128::from(now.ms_since(self.begun)).saturating_sub(ms(limits::UPLOAD_STARTS_WITHIN));
        let received_bytes = self.received_bytes();
        let comes = u128::from(received_bytes) * ms(limits::UPLOAD_COMES_WITHIN)
            >= u128::from(self.total_bytes) * age_ms;
        if comes { self.total_bytes } else { received_bytes }
    }

    /// Notes how many bytes are in its file.
    pub(super) fn stands_at(&self, received_bytes: u64) {
        self.at().received_bytes = received_bytes;
    }

    /// When bytes last came.
    pub(super) fn moved_at(&self) -> Timestamp {
        self.at().moved_at
    }

    /// Whether somebody has the turn.
    pub(super) fn is_being_sent(&self) -> bool {
        self.turn.try_lock().is_err()
    }

    /// Whether all of it is here, and it only has to become a film.
    pub(crate) fn is_whole(&self) -> bool {
        self.received_bytes() == self.total_bytes
    }

    /// Notes that bytes came.
    pub(crate) fn heard(&self, now: Timestamp) {
        let mut at = self.at();
        at.moved_at = now;
        at.heard = Instant::now();
    }

    /// The right to send it, if nobody else does, or nothing comes from who does.
    pub(crate) async fn turn(&self) -> Option<Turn> {
        const LOOK_EVERY: Duration = Duration::from_millis(100);
        let until = Instant::now() + limits::UPLOAD_TURN_WITHIN;
        while Instant::now() < until {
            if let Ok(turn) = timeout(LOOK_EVERY, self.next_turn()).await {
                self.at().heard = Instant::now();
                return Some(turn);
            }
            if self.at().heard.elapsed() >= limits::SENDER_SILENT {
                self.give_way.notify_waiters();
            }
        }
        None
    }

    /// Returns when somebody else wants to go on, for whom the one who sends is to make way.
    pub(crate) async fn is_wanted(&self) {
        self.give_way.notified().await;
    }

    /// Returns when it is removed.
    pub(crate) async fn is_removed(&self) {
        // The other end lives as long as we.
        let _ = self.removed.subscribe().wait_for(|removed| *removed).await;
    }

    /// Whether it is removed, or about to be.
    pub(crate) fn was_removed(&self) -> bool {
        *self.removed.borrow()
    }

    /// From now on it counts as removed, and who sends it stops.
    pub(super) fn mark_removed(&self) {
        self.removed.send_replace(true);
    }

    /// The same, and waits until nobody sends it any more.
    pub(super) async fn end(&self) -> Turn {
        self.mark_removed();
        self.next_turn().await
    }

    async fn next_turn(&self) -> Turn {
        Turn {
            _guard: Arc::clone(&self.turn).lock_owned().await,
        }
    }
}
