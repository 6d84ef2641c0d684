//! Uploads under way: who may begin one, and what becomes of its film.

use super::{Events, Room, Upload, to_all};
use crate::event::Happening;
use crate::id::{MemberId, Timestamp, UploadId};
use crate::limits;
use crate::playback::Film;
use crate::refusal::Refusal;
use crate::upload::UploadProgress;

impl Room {
    pub(super) fn upload_begins(
        &mut self,
        now: Timestamp,
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
        self.uploads.push(Upload {
            progress,
            put_on: !self.playback.is_playing(now),
        });
        events.push(to_all(None, Happening::Uploads));
        Ok(())
    }

    /// A film begun while nothing played was meant to be watched now; it is put on, unless something plays by
    /// now or its sender may not control any more. One begun while another film played waits to be picked.
    pub(super) fn upload_ends(
        &mut self,
        now: Timestamp,
        id: UploadId,
        film: Option<Film>,
        events: &mut Events,
    ) {
        let Some(index) = self.uploads.iter().position(|upload| upload.progress.id == id) else {
            return;
        };
        let upload = self.uploads.remove(index);
        events.push(to_all(None, Happening::Uploads));
        let idle = self.playback.film.is_none() || self.playback.is_over(now);
        if let Some(film) = film
            && self.host(upload.progress.member).is_ok()
            && (idle || (upload.put_on && !self.playback.is_playing(now)))
        {
            self.put_on(now, upload.progress.member, film, None, events);
        }
    }
}
