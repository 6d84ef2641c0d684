//! Subtitles that somebody adds to a film of a room.

use super::Extras;
use crate::{app, limits};
use matinee_media::{SubtitleError, subtitles};
use matinee_room::{FilmId, Identity, RoomCode, Timestamp, text};
use matinee_store::{Placed, SUBTITLES_A_FILM_MAX, SavedSubtitles, StoreError, SubtitlesId};
use std::sync::Arc;
use thiserror::Error;
use tokio::sync::OwnedSemaphorePermit;

/// What is known of subtitles before they are read.
#[derive(Clone, Debug)]
pub(crate) struct NewSubtitles {
    pub(crate) room: RoomCode,
    pub(crate) film: FilmId,
    pub(crate) owner: Identity,
    /// The name of who brings them.
    pub(crate) added_by: String,
    pub(crate) file_name: String,
}

/// Why subtitles were not added.
#[derive(Debug, Error)]
pub(crate) enum AddError {
    /// There is nothing to be shown in the file.
    #[error(transparent)]
    Unreadable(#[from] SubtitleError),
    #[error("A film takes {SUBTITLES_A_FILM_MAX} added subtitles. Remove some that nobody needs.")]
    FilmIsFull,
    #[error("This room keeps as many subtitles as it may. Remove some that nobody needs.")]
    RoomIsFull,
    #[error("This server keeps as many subtitles as it may. Ask who runs it.")]
    ServerIsFull,
    #[error("Many people add subtitles just now. Try again in a moment.")]
    Busy,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no random numbers: {0}")]
    Random(#[from] getrandom::Error),
}

impl Extras {
    /// Leave to bring the bytes of subtitles, for as long as it is held.
    pub(crate) fn may_bring(&self) -> Result<OwnedSemaphorePermit, AddError> {
        Arc::clone(&self.bringing)
            .try_acquire_owned()
            .map_err(|_| AddError::Busy)
    }

    /// Reads subtitles and keeps them with the room.
    pub(crate) async fn add(
        &self,
        now: Timestamp,
        new: NewSubtitles,
        bytes: Vec<u8>,
    ) -> Result<SavedSubtitles, AddError> {
        let name = subtitles::name_of(&new.file_name);
        let language = name.language.clone();
        let reading = tokio::task::spawn_blocking(move || subtitles::read(&bytes, language.as_deref()));
        // It only ends without a result when the server does.
        let read = reading.await.map_err(|_| StoreError::Closed)??;
        let saved = SavedSubtitles {
            id: SubtitlesId::from_bytes(app::random()?),
            room: new.room,
            film: new.film,
            owner: new.owner,
            added_by: new.added_by,
            label: label(&new.file_name),
            language: name.language,
            forced: name.forced,
            for_deaf: name.for_deaf,
            added_at: now,
        };
        match self.store.add_subtitles(saved.clone(), read.vtt).await? {
            Placed::Kept => Ok(saved),
            Placed::FilmIsFull => Err(AddError::FilmIsFull),
            Placed::RoomIsFull => Err(AddError::RoomIsFull),
            Placed::ServerIsFull => Err(AddError::ServerIsFull),
        }
    }
}

/// What a file's name calls subtitles: the name without folders and ending.
pub(super) fn label(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut label = text::one_line(stem);
    if let Some((end, _)) = label.char_indices().nth(limits::SUBTITLES_LABEL_CHARS_MAX) {
        label.truncate(end);
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_the_files_name() {
        for (file_name, expected) in [
            ("The General.de.srt", "The General.de"),
            ("C:\\Films\\The General.srt", "The General"),
            ("/home/ana/deutsch", "deutsch"),
            ("\u{202e}evil\u{7}.srt", "evil"),
            (".srt", ""),
            ("", ""),
        ] {
            assert_eq!(label(file_name), expected);
        }
        let long = "ü".repeat(limits::SUBTITLES_LABEL_CHARS_MAX + 5);
        assert_eq!(label(&long).chars().count(), limits::SUBTITLES_LABEL_CHARS_MAX);
    }
}
