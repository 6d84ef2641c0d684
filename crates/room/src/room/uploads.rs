//! Uploads under way: who may begin one, and what becomes of its film.

use super::{Events, Room, to_all};
use crate::event::Happening;
use crate::id::{MemberId, Timestamp, UploadId};
use crate::limits;
use crate::playback::Film;
use crate::refusal::Refusal;
use crate::upload::UploadProgress;

impl Room {
    pub(super) fn upload_begins(
        &mut self,
        member: MemberId,
        title: String,
        total_bytes: u64,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        self.host(member)?;
        if self.uploads.len() >= limits::UPLOADS_MAX {
            return Err(Refusal::TooManyUploads {
                uploads_max: limits::UPLOADS_MAX,
            });
        }
        self.last_upload += 1;
        let id = UploadId(self.last_upload);
        let progress = UploadProgress {
            id,
            member,
            title,
            received_bytes: 0,
            total_bytes,
        };
        self.uploads.push(progress);
        events.push(to_all(None, Happening::Uploads));
        Ok(())
    }

    /// A film that has come is put on, unless another is under way, even if paused, or its sender may not
    /// control any more. Then it waits to be picked.
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
        if let Some(film) = film
            && self.host(upload.member).is_ok()
            && !self.playback.is_under_way(now)
        {
            self.put_on(now, upload.member, film, None, events);
        }
    }
}
