//! Files of subtitles that lie beside a film: in its folder, under its name.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::{SubtitleName, Subtitles, check_length, is_subtitle_name, name_of, read};
use crate::error::{OpenError, SubtitleError};
use crate::film::{FilmFile, shown};
use crate::limits::{FOLDER_ENTRIES_MAX, SUBTITLE_BYTES_MAX, TRACKS_MAX};
use crate::serve::open::open_plain;

/// A file of subtitles in the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubtitleFile {
    /// Its name, fit to be shown.
    pub file_name: String,
    /// What its name says.
    pub name: SubtitleName,
    path: PathBuf,
}

/// The files of subtitles beside this film, by name: `Film.srt` and `Film.de.srt` beside `Film.mkv`, at most
/// [`TRACKS_MAX`]. None for an upload, and none that is a link.
pub async fn beside(film: &FilmFile) -> Vec<SubtitleFile> {
    let (path, root) = (film.path.clone(), film.root.clone());
    let found = tokio::task::spawn_blocking(move || root.and_then(|root| listed(&path, &root)));
    found.await.ok().flatten().unwrap_or_default()
}

fn listed(film: &Path, root: &Path) -> Option<Vec<SubtitleFile>> {
    let folder = film.parent()?.canonicalize().ok()?;
    let stem = film.file_stem()?.to_str()?;
    if !folder.starts_with(root) {
        return None;
    }
    let entries = std::fs::read_dir(&folder).ok()?.take(FOLDER_ENTRIES_MAX);
    let mut files: Vec<_> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let is_ours = name.strip_prefix(stem)?.starts_with('.') && is_subtitle_name(&name);
            (is_ours && entry.file_type().ok()?.is_file()).then(|| SubtitleFile {
                name: name_of(&format!("film{}", &name[stem.len()..])),
                file_name: shown(&name),
                path: entry.path(),
            })
        })
        .collect();
    files.sort_by(|a, b| a.file_name.cmp(&b.file_name));
    files.truncate(TRACKS_MAX);
    Some(files)
}

impl SubtitleFile {
    /// What is in it now.
    pub async fn read(&self) -> Result<Subtitles, SubtitleError> {
        let (path, language) = (self.path.clone(), self.name.language.clone());
        let done = tokio::task::spawn_blocking(move || read_file(&path, language.as_deref()));
        done.await
            .unwrap_or_else(|error| Err(SubtitleError::File(OpenError::Unreadable(error.into()))))
    }
}

fn read_file(path: &Path, language: Option<&str>) -> Result<Subtitles, SubtitleError> {
    let unreadable = |error| SubtitleError::File(OpenError::Unreadable(error));
    let file = open_plain(path).map_err(SubtitleError::File)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(SubtitleError::File(OpenError::Changed));
    }
    check_length(metadata.len())?;
    let mut bytes = Vec::new();
    // It may grow while it is read.
    file.take(SUBTITLE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    read(&bytes, language)
}
