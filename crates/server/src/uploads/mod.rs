//! Uploads that can be gone on with, while they are no films yet: which there are, what becomes of them, and how much
//! of the disk all may take. [`kept`] has the single one, [`passing`] one that cannot be gone on with. Their bytes are `matinee_media`'s, their records
//! `matinee_store`'s; who may touch them, the HTTP side asks the room.

mod kept;
mod passing;
#[cfg(test)]
mod tests;

pub(crate) use kept::{Kept, Turn};
pub(crate) use passing::Passing;

use crate::films::{self, Films};
use crate::limits;
use matinee_media::{FilmFile, Found, Left, PartialId};
use matinee_room::{RoomCode, Timestamp};
use matinee_store::{SavedUpload, Store, StoreError, UploadMark};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use thiserror::Error;

/// All uploads that can be gone on with.
#[derive(Debug)]
pub(crate) struct KeptUploads {
    list: Mutex<HashMap<PartialId, Arc<Kept>>>,
    /// Those that cannot be gone on with, which take their part of the disk as well. Locked after the list.
    passing: Mutex<Vec<Weak<Passing>>>,
    quota: Quota,
    keep: Duration,
    /// This run of the machine; empty where the system does not tell.
    boot: String,
}

/// What uploads and uploaded films may take of the disk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quota {
    pub(crate) room_bytes_max: u64,
    pub(crate) server_bytes_max: u64,
}

/// Why one more upload is not taken.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum NoPlace {
    #[error(
        "There is no place for that film in this room: {} of {} GiB are taken. Ask who runs this server for more.",
        gib(*.used_bytes), gib(*.bytes_max)
    )]
    Room { used_bytes: u64, bytes_max: u64 },
    #[error(
        "There is no place for that film on this server: {} of {} GiB are taken. Ask who runs it for more.",
        gib(*.used_bytes), gib(*.bytes_max)
    )]
    Server { used_bytes: u64, bytes_max: u64 },
    #[error("Too many uploads wait on this server. Try again when one of them has ended.")]
    TooMany,
}

/// What all uploads have still to bring, but for those that have lost their place.
fn missing_bytes(list: &HashMap<PartialId, Arc<Kept>>, passing: &[Weak<Passing>], now: Timestamp) -> u64 {
    let kept = list
        .values()
        .map(|kept| kept.held_bytes(now).saturating_sub(kept.received_bytes()));
    let passing = passing.iter().filter_map(Weak::upgrade);
    kept.chain(passing.map(|passing| passing.missing_bytes()))
        .fold(0, u64::saturating_add)
}

/// GiB with one digit, for people.
fn gib(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / f64::from(1 << 30))
}

impl KeptUploads {
    /// The uploads that were kept, each as far as its file is. Those that are whole become films.
    pub(crate) async fn open(
        saved: Vec<SavedUpload>,
        store: &Store,
        films: &Films,
        quota: Quota,
        keep: Duration,
    ) -> anyhow::Result<Self> {
        let uploads = Self {
            list: Mutex::default(),
            passing: Mutex::default(),
            quota,
            keep,
            boot: boot(),
        };
        for saved in saved {
            uploads.reopen(saved, store, films).await?;
        }
        Ok(uploads)
    }

    async fn reopen(&self, saved: SavedUpload, store: &Store, films: &Films) -> anyhow::Result<()> {
        let key = saved.id.clone();
        let Some(id) = PartialId::parse(key.as_str()) else {
            return Ok(store.remove_upload(key).await?);
        };
        let is_same_run = !self.boot.is_empty() && saved.mark.boot == self.boot;
        let safe_bytes = (!is_same_run).then_some(saved.mark.safe_bytes);
        let film = films.film_of(&id);
        match films.uploads.find_partial(&id, &film, &saved.title, safe_bytes)? {
            Found::Nothing => {
                tracing::warn!(film = %saved.title, room = %saved.room, "an upload's bytes are gone");
                Ok(store.remove_upload(key).await?)
            }
            Found::Partial(received_bytes) if received_bytes < saved.total_bytes => {
                let kept = Arc::new(Kept::new(id, film, saved, received_bytes));
                self.list().insert(kept.id.clone(), Arc::clone(&kept));
                let left = Left {
                    received_bytes,
                    is_safe: true,
                };
                self.note(store, &kept, left).await;
                Ok(())
            }
            Found::Partial(_) | Found::Film(_) => {
                let kept = Kept::new(id, film, saved, 0);
                if let Err(error) = self.complete(store, films, &kept).await {
                    // Its bytes stay for another try, at the next start at the latest.
                    tracing::warn!(?error, film = %kept.title, "an upload that is whole could not become a film");
                    kept.stands_at(kept.total_bytes);
                    self.list().insert(kept.id.clone(), Arc::new(kept));
                }
                Ok(())
            }
        }
    }

    /// Nothing panics while the list is held, and even then it would be whole.
    fn list(&self) -> MutexGuard<'_, HashMap<PartialId, Arc<Kept>>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The upload with this id, unless it has expired.
    pub(crate) fn find(&self, id: &PartialId, now: Timestamp) -> Option<Arc<Kept>> {
        let kept = self.list().get(id).cloned();
        kept.filter(|kept| !kept.was_removed() && !self.has_expired(kept, now))
    }

    /// The upload that `new` would be a second time: its sender has begun it with the same words, and has sent nothing
    /// since. They have not heard that they did.
    pub(crate) fn begun_before(&self, new: &SavedUpload, now: Timestamp) -> Option<Arc<Kept>> {
        let list = self.list();
        let mut begun = list.values().filter(|kept| {
            kept.room == new.room
                && kept.owner == new.owner
                && kept.total_bytes == new.total_bytes
                && kept.metadata == new.metadata
                && kept.received_bytes() == 0
        });
        begun
            .find(|kept| !kept.was_removed() && !self.has_expired(kept, now))
            .cloned()
    }

    /// Takes one more upload at `now`, if there is place for all of it. Returns what all have still to bring.
    pub(crate) fn admit(&self, kept: Arc<Kept>, films: &Films, now: Timestamp) -> Result<u64, NoPlace> {
        let used_by_films = films.uploaded_bytes(&kept.room);
        let mut list = self.list();
        if list.len() >= limits::UPLOADS_KEPT_MAX {
            return Err(NoPlace::TooMany);
        }
        let passing = self.passing();
        self.check_quota(
            list.values(),
            &passing,
            used_by_films,
            (&kept.room, kept.total_bytes),
            now,
        )?;
        list.insert(kept.id.clone(), kept);
        Ok(missing_bytes(&list, &passing, now))
    }

    /// Whether an upload may go on at `now`: one that has lost its place, because it did not come, only while there is
    /// place for all of it. Returns what has to fit onto the disk then.
    pub(crate) fn admit_again(
        &self,
        kept: &Kept,
        films: &Films,
        now: Timestamp,
    ) -> Result<Option<u64>, NoPlace> {
        if kept.held_bytes(now) == kept.total_bytes {
            return Ok(None);
        }
        let used_by_films = films.uploaded_bytes(&kept.room);
        let list = self.list();
        let passing = self.passing();
        let others = list.values().filter(|other| other.id != kept.id);
        self.check_quota(
            others,
            &passing,
            used_by_films,
            (&kept.room, kept.total_bytes),
            now,
        )?;
        let missing_bytes = missing_bytes(&list, &passing, now);
        Ok(Some(missing_bytes.saturating_add(
            kept.total_bytes.saturating_sub(kept.received_bytes()),
        )))
    }

    /// The same for one that cannot be gone on with. It has its place until it is dropped.
    pub(crate) fn admit_passing(
        &self,
        new: Arc<Passing>,
        films: &Films,
        now: Timestamp,
    ) -> Result<u64, NoPlace> {
        let used_by_films = films.uploaded_bytes(&new.room);
        let list = self.list();
        let mut passing = self.passing();
        let wanted = (&new.room, new.total_bytes);
        self.check_quota(list.values(), &passing, used_by_films, wanted, now)?;
        passing.retain(|other| other.strong_count() > 0);
        passing.push(Arc::downgrade(&new));
        Ok(missing_bytes(&list, &passing, now))
    }

    /// As with the list.
    fn passing(&self) -> MutexGuard<'_, Vec<Weak<Passing>>> {
        self.passing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a room may have so many bytes more beside all these.
    fn check_quota<'a>(
        &self,
        kept: impl Iterator<Item = &'a Arc<Kept>>,
        passing: &[Weak<Passing>],
        used_by_films: (u64, u64),
        (room, wanted_bytes): (&RoomCode, u64),
        now: Timestamp,
    ) -> Result<(), NoPlace> {
        let Quota {
            room_bytes_max,
            server_bytes_max,
        } = self.quota;
        let (mut room_bytes, mut all_bytes) = used_by_films;
        let passing: Vec<Arc<Passing>> = passing.iter().filter_map(Weak::upgrade).collect();
        let kept = kept.map(|other| (&other.room, other.held_bytes(now)));
        let passing = passing.iter().map(|other| (&other.room, other.total_bytes));
        for (whose, bytes) in kept.chain(passing) {
            all_bytes = all_bytes.saturating_add(bytes);
            if whose == room {
                room_bytes = room_bytes.saturating_add(bytes);
            }
        }
        if room_bytes.saturating_add(wanted_bytes) > room_bytes_max {
            return Err(NoPlace::Room {
                used_bytes: room_bytes,
                bytes_max: room_bytes_max,
            });
        }
        if all_bytes.saturating_add(wanted_bytes) > server_bytes_max {
            return Err(NoPlace::Server {
                used_bytes: all_bytes,
                bytes_max: server_bytes_max,
            });
        }
        Ok(())
    }

    /// Forgets an upload that has ended.
    pub(crate) fn forget(&self, id: &PartialId) {
        self.list().remove(id);
    }

    /// When it will be given up if no byte comes any more.
    pub(crate) fn expires_at(&self, kept: &Kept) -> Timestamp {
        kept.moved_at().plus_ms(self.keep.as_millis() as u64)
    }

    fn has_expired(&self, kept: &Kept, now: Timestamp) -> bool {
        // While somebody sends it, it does not.
        self.expires_at(kept) <= now && !kept.is_being_sent()
    }

    /// Those that have expired, or could not be removed when they should.
    pub(crate) fn expired(&self, now: Timestamp) -> Vec<Arc<Kept>> {
        let list = self.list();
        let expired = list
            .values()
            .filter(|kept| kept.was_removed() || self.has_expired(kept, now));
        expired.cloned().collect()
    }

    /// Those of a room.
    pub(crate) fn of_room(&self, room: &RoomCode) -> Vec<Arc<Kept>> {
        let list = self.list();
        list.values().filter(|kept| kept.room == *room).cloned().collect()
    }

    /// The record of how far an upload is.
    pub(crate) fn mark(&self, safe_bytes: u64, moved_at: Timestamp) -> UploadMark {
        UploadMark {
            safe_bytes,
            boot: self.boot.clone(),
            moved_at,
        }
    }

    /// Notes how far an upload is, for good if that outlasts a power cut.
    pub(crate) async fn note(&self, store: &Store, kept: &Kept, left: Left) {
        kept.stands_at(left.received_bytes);
        if !left.is_safe {
            return;
        }
        let mark = self.mark(left.received_bytes, kept.moved_at());
        if let Err(error) = store.mark_upload(kept.key(), mark).await {
            // The bytes are there; only a power cut would cost them now.
            tracing::warn!(%error, film = %kept.title, "how far an upload is could not be kept");
        }
    }

    /// Makes a film of an upload that is whole. After a failure it may be tried again.
    pub(crate) async fn complete(
        &self,
        store: &Store,
        films: &Films,
        kept: &Kept,
    ) -> Result<Arc<FilmFile>, CompleteError> {
        let film = films
            .uploads
            .complete_partial(&kept.id, kept.film.clone(), &kept.title, kept.total_bytes)
            .await?;
        let saved = films::as_saved(&film, kept.room.clone(), kept.moved_at());
        store.finish_upload(kept.key(), saved).await?;
        let film = films.add_upload(kept.room.clone(), film);
        self.forget(&kept.id);
        Ok(film)
    }

    /// Ends an upload and removes what came of it.
    pub(crate) async fn remove(
        &self,
        store: &Store,
        films: &Films,
        kept: &Kept,
    ) -> Result<(), CompleteError> {
        let turn = kept.end().await;
        self.remove_sent(store, films, kept, &turn).await
    }

    /// The same by who sends it.
    pub(crate) async fn remove_sent(
        &self,
        store: &Store,
        films: &Films,
        kept: &Kept,
        _turn: &Turn,
    ) -> Result<(), CompleteError> {
        kept.mark_removed();
        store.remove_upload(kept.key()).await?;
        self.forget(&kept.id);
        films.uploads.remove_partial(&kept.id).await?;
        Ok(())
    }
}

/// Why an upload could not be ended.
#[derive(Debug, Error)]
pub(crate) enum CompleteError {
    #[error(transparent)]
    Bytes(#[from] matinee_media::UploadError),
    #[error(transparent)]
    Record(#[from] StoreError),
}

/// What names this run of the machine, where the system tells: nothing that was written in it is lost while it lasts.
fn boot() -> String {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
    id.map(|id| id.trim().to_owned()).unwrap_or_default()
}
