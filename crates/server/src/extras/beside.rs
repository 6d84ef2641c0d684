//! Subtitles that lie beside a film of the library, named like it.

use crate::addresses::uri_component;
use matinee_media::{FilmFile, FilmId, SubtitleError, SubtitleFile, subtitles};
use matinee_wire::native::extras::Subtitles;
use tokio::sync::OnceCell;

/// Subtitles beside a film, read when they are first asked for: a thousand viewers may choose the same at once.
#[derive(Debug)]
pub(super) struct Beside {
    file: SubtitleFile,
    vtt: OnceCell<String>,
}

/// Those beside a film.
pub(super) async fn look(film: &FilmFile) -> Vec<Beside> {
    let files = subtitles::beside(film).await.into_iter();
    let unread = files.map(|file| Beside {
        file,
        vtt: OnceCell::new(),
    });
    unread.collect()
}

impl Beside {
    /// Whether they are in the file of this name.
    pub(super) fn is_in(&self, file_name: &str) -> bool {
        self.file.file_name == file_name
    }

    /// Their text as WebVTT.
    pub(super) async fn vtt(&self) -> Result<String, SubtitleError> {
        let read = async || self.file.read().await.map(|read| read.vtt);
        self.vtt.get_or_try_init(read).await.cloned()
    }

    /// As they are described: the `number`th beside the film.
    pub(super) fn entry(&self, film: &FilmId, number: usize) -> Subtitles {
        let SubtitleFile { file_name, name, .. } = &self.file;
        // The file's name has no more to say than the film's and the language.
        let label = name.language.is_none().then(|| super::label(file_name));
        Subtitles {
            id: format!("beside-{number}"),
            label,
            language: name.language.clone(),
            url: Some(format!("/extras/{film}/beside/{}", uri_component(file_name))),
            default: false,
            forced: name.forced,
            for_deaf: name.for_deaf,
            picture: false,
            added_by: None,
            removable: false,
        }
    }
}
