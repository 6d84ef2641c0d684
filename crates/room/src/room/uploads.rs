//! Uploads: who may begin one, how many there may be, and what becomes of their films.

use super::{Events, Room, to_all};
use crate::event::Happening;
use crate::id::{MemberId, Timestamp, UploadId, UploadKey};
use crate::limits;
use crate::playback::Film;
use crate::refusal::Refusal;
use crate::upload::{KeptUpload, UploadProgress};

impl Room {
    /// The same room with uploads that were remembered elsewhere; nobody sends them.
    #[must_use]
    pub fn with_uploads(mut self, kept: impl IntoIterator<Item = KeptUpload>) -> Self {
        for upload in kept {
            self.list(
                upload.member,
                Some(upload.key),
                upload.title,
                upload.total_bytes,
                true,
            );
            if let Some(listed) = self.uploads.last_mut() {
                listed.received_bytes = upload.received_bytes.min(upload.total_bytes);
            }
        }
        self
    }

    /// The number of the upload with this key.
    #[must_use]
    pub fn upload_with(&self, key: &UploadKey) -> Option<UploadId> {
        let found = self
            .uploads
            .iter()
            .find(|upload| upload.key.as_ref() == Some(key));
        found.map(|upload| upload.id)
    }

    /// Whether somebody sends an upload.
    #[must_use]
    pub fn is_sent_to(&self) -> bool {
        self.uploads.iter().any(|upload| !upload.paused)
    }

    pub(super) fn upload_begins(
        &mut self,
        member: MemberId,
        title: String,
        total_bytes: u64,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        self.may_add(member)?;
        self.has_place()?;
        self.has_line()?;
        self.list(member, None, title, total_bytes, false);
        events.push(to_all(None, Happening::Uploads));
        Ok(())
    }

    pub(super) fn upload_kept(
        &mut self,
        member: MemberId,
        key: UploadKey,
        title: String,
        total_bytes: u64,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        self.may_add(member)?;
        self.has_line()?;
        self.list(member, Some(key), title, total_bytes, true);
        events.push(to_all(None, Happening::Uploads));
        Ok(())
    }

    pub(super) fn upload_goes_on(
        &mut self,
        id: UploadId,
        member: Option<MemberId>,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        let Some(index) = self.uploads.iter().position(|upload| upload.id == id) else {
            return Ok(());
        };
        if self.uploads.get(index).is_some_and(|upload| upload.paused) {
            self.has_place()?;
        }
        if let Some(upload) = self.uploads.get_mut(index) {
            upload.paused = false;
            upload.member = member.unwrap_or(upload.member);
            events.push(to_all(None, Happening::Uploads));
        }
        Ok(())
    }

    pub(super) fn upload_moves(
        &mut self,
        id: UploadId,
        received_bytes: u64,
        pauses: bool,
        events: &mut Events,
    ) {
        if let Some(upload) = self.uploads.iter_mut().find(|upload| upload.id == id) {
            upload.received_bytes = received_bytes.min(upload.total_bytes);
            // What cannot be gone on with ends instead.
            upload.paused |= pauses && upload.key.is_some();
            events.push(to_all(None, Happening::Uploads));
        }
    }

    /// Refuses if as many are sent as may be sent at once.
    fn has_place(&self) -> Result<(), Refusal> {
        let uploads_max = limits::UPLOADS_MAX;
        match self.uploads.iter().filter(|upload| !upload.paused).count() < uploads_max {
            true => Ok(()),
            false => Err(Refusal::TooManyUploads { uploads_max }),
        }
    }

    /// Refuses if the list is full.
    fn has_line(&self) -> Result<(), Refusal> {
        let uploads_max = limits::UPLOADS_KEPT_MAX;
        match self.uploads.len() < uploads_max {
            true => Ok(()),
            false => Err(Refusal::TooManyKeptUploads { uploads_max }),
        }
    }

    fn list(
        &mut self,
        member: MemberId,
        key: Option<UploadKey>,
        title: String,
        total_bytes: u64,
        paused: bool,
    ) {
        self.last_upload += 1;
        self.uploads.push(UploadProgress {
            id: UploadId(self.last_upload),
            key,
            member,
            title,
            received_bytes: 0,
            total_bytes,
            paused,
        });
    }

    /// A film that has come is put on; if another is under way, even if paused, or others wait already, it goes to
    /// the queue's end. If its sender may not add films any more, or the queue is full, it waits to be picked.
    pub(super) fn upload_ends(
        &mut self,
        now: Timestamp,
        id: UploadId,
        film: Option<Film>,
        events: &mut Events,
    ) {
        let Some(index) = self.uploads.iter().position(|upload| upload.id == id) else {
            return;
        };
        let upload = self.uploads.remove(index);
        events.push(to_all(None, Happening::Uploads));
        let Some(film) = film.filter(|_| self.may_add(upload.member).is_ok()) else {
            return;
        };
        if !self.playback.is_under_way(now) && self.queue.entries().is_empty() {
            self.put_on(now, upload.member, film, None, events);
        } else if self.queue.has_place().is_ok() {
            self.enqueue(upload.member, film, false, None, events);
        }
    }
}
