//! Films on their way in, in one go, and the folder where they end up.
//!
//! An upload is a file `<id>.part` until it is whole, then `<id>.<extension of what it really is>`. The name
//! that the sender gives becomes the title and nothing else. A part file belongs to its [`Upload`]: whatever
//! ends it early removes the file, and what a crash left behind goes when the server starts. Uploads that can
//! be gone on with are [`Partial`](crate::Partial)s.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::batches::{Batches, Reserve};
use crate::error::{OpenError, UploadError};
use crate::film::{FilmFile, FilmId, media_type_of, title_of};
use crate::limits::{SNIFF_BYTES, UPLOAD_BYTES_MAX, UPLOADS_AT_ONCE_MAX};
use crate::media_type::MediaType;
use crate::sniff;

/// What the host allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadLimits {
    /// Bytes of one film.
    pub film_bytes_max: u64,
    /// Uploads running at once.
    pub at_once_max: usize,
    /// Bytes of the disk that uploads leave free, for everything else that lives on it. 0 asks for no reserve.
    pub free_bytes_min: u64,
}

impl Default for UploadLimits {
    fn default() -> Self {
        Self {
            film_bytes_max: UPLOAD_BYTES_MAX,
            at_once_max: UPLOADS_AT_ONCE_MAX,
            free_bytes_min: 0,
        }
    }
}

/// The folder of uploaded films.
#[derive(Debug)]
pub struct Uploads {
    pub(crate) dir: Arc<Path>,
    limits: UploadLimits,
    places: Arc<Semaphore>,
}

impl Uploads {
    /// Uploads into `dir`, which is made if it is missing and must be used by one server only. Removes what
    /// unfinished uploads left there. Blocks shortly: it is meant for the start of the server.
    pub fn new(dir: impl AsRef<Path>, limits: UploadLimits) -> io::Result<Self> {
        std::fs::create_dir_all(&dir)?;
        let dir: Arc<Path> = dir.as_ref().canonicalize()?.into();
        for entry in std::fs::read_dir(&dir)? {
            let entry = entry?;
            let name = entry.file_name();
            // Only our own: the folder may be one that others write to as well.
            let id = name
                .to_str()
                .and_then(|name| name.strip_suffix(".part"))
                .and_then(FilmId::parse);
            if id.is_some() {
                std::fs::remove_file(entry.path())?;
            }
        }
        let places = Arc::new(Semaphore::new(limits.at_once_max.min(Semaphore::MAX_PERMITS)));
        Ok(Self { dir, limits, places })
    }

    /// Begins an upload of `total_bytes`. `id` is random and new; `file_name` is the sender's.
    pub async fn begin(&self, id: FilmId, file_name: &str, total_bytes: u64) -> Result<Upload, UploadError> {
        if total_bytes == 0 {
            return Err(UploadError::Empty);
        }
        self.check_size(total_bytes)?;
        self.begin_with(id, file_name, Length::Announced(total_bytes), 0)
            .await
    }

    /// Begins an upload whose length is not known before its end, as that of a field in a form. Who writes it
    /// must know whether it came whole: [`Upload::finish`] cannot. So many bytes must be free on the disk for it
    /// and all others, as far as that is known.
    pub async fn begin_open(
        &self,
        id: FilmId,
        file_name: &str,
        wanted_bytes: u64,
    ) -> Result<Upload, UploadError> {
        let length = Length::AtMost(self.limits.film_bytes_max);
        self.begin_with(id, file_name, length, wanted_bytes).await
    }

    /// Refuses a film of this size if it is too large, before there is a name for it or a first byte.
    pub fn check_size(&self, total_bytes: u64) -> Result<(), UploadError> {
        let bytes_max = self.limits.film_bytes_max;
        if total_bytes > bytes_max {
            return Err(UploadError::TooLarge { bytes_max });
        }
        Ok(())
    }

    async fn begin_with(
        &self,
        id: FilmId,
        file_name: &str,
        length: Length,
        wanted_bytes: u64,
    ) -> Result<Upload, UploadError> {
        let place = self.place()?;
        let path = self.dir.join(format!("{id}.part"));
        let reserve = self.reserve();
        let (file, part) = blocking(move || {
            reserve.check(wanted_bytes)?;
            let file = File::options().write(true).create_new(true).open(&path)?;
            Ok((file, OwnedPath(Some(path))))
        })
        .await?;
        Ok(Upload {
            id,
            title: title_of(file_name),
            length,
            received_bytes: 0,
            media_type: None,
            batches: Batches::into(file, self.reserve()),
            part,
            dir: Arc::clone(&self.dir),
            _place: place,
        })
    }

    /// A place among those who send at once.
    pub(crate) fn place(&self) -> Result<OwnedSemaphorePermit, UploadError> {
        let at_once_max = self.limits.at_once_max;
        let place = Arc::clone(&self.places).try_acquire_owned();
        place.map_err(|_| UploadError::Busy { at_once_max })
    }

    /// What is to stay free on the disk.
    pub(crate) fn reserve(&self) -> Reserve {
        Reserve::on_disk_of(Arc::clone(&self.dir), self.limits.free_bytes_min)
    }

    /// The film that was uploaded as `id` with this [`FilmFile::file_name`] and title, if its file is still
    /// there. Blocks shortly: it is meant for the start of the server.
    pub fn reopen(&self, id: FilmId, file_name: &str, title: &str) -> Result<FilmFile, OpenError> {
        let media_type = media_type_of(file_name.as_ref()).ok_or(OpenError::Vanished)?;
        let path = self.dir.join(stored_name(&id, media_type));
        // The link itself, if it is one: uploads are plain files.
        let metadata = std::fs::symlink_metadata(&path).map_err(OpenError::from_io)?;
        if !metadata.is_file() {
            return Err(OpenError::Changed);
        }
        film(id, title.to_owned(), path, media_type, &metadata).map_err(OpenError::from_io)
    }

    /// Removes films that nobody knows: a crash between the end of an upload and its record leaves one behind.
    /// Returns how many. Blocks shortly: it is meant for the start of the server.
    pub fn remove_unknown(&self, is_known: impl Fn(&FilmId) -> bool) -> io::Result<usize> {
        let mut removed = 0;
        for entry in std::fs::read_dir(&self.dir)? {
            let path = entry?.path();
            let id = path.file_stem().and_then(|stem| FilmId::parse(stem.to_str()?));
            // Only what we could have written ourselves, as with parts of unfinished uploads.
            if media_type_of(path.as_os_str()).is_some() && id.is_some_and(|id| !is_known(&id)) {
                std::fs::remove_file(path)?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Removes an uploaded film's file. One that is already gone is fine; a film of the library is refused.
    pub async fn remove(&self, film: &FilmFile) -> io::Result<()> {
        if !film.is_upload() || film.path.parent() != Some(&*self.dir) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "only uploaded films can be removed",
            ));
        }
        let path = film.path.clone();
        tokio::task::spawn_blocking(move || match std::fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result,
        })
        .await?
    }
}

/// A film on its way in. Dropping it before [`finish`](Self::finish) has returned removes what was written.
#[derive(Debug)]
pub struct Upload {
    id: FilmId,
    title: String,
    length: Length,
    received_bytes: u64,
    media_type: Option<MediaType>,
    batches: Batches,
    part: OwnedPath,
    dir: Arc<Path>,
    _place: OwnedSemaphorePermit,
}

/// What is known of the length.
#[derive(Debug, Clone, Copy)]
enum Length {
    /// So many bytes must come.
    Announced(u64),
    /// No more than so many may.
    AtMost(u64),
}

impl Upload {
    /// The id that it was begun with.
    pub fn id(&self) -> &FilmId {
        &self.id
    }

    /// The title that the film will have.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Bytes taken so far.
    pub fn received_bytes(&self) -> u64 {
        self.received_bytes
    }

    /// Takes the next bytes. Returns when they are taken, which is before they are on the disk but never more
    /// than two batches before. After an error the upload is over and its file gone; so it is when this
    /// future is dropped halfway.
    pub async fn write(&mut self, chunk: Bytes) -> Result<(), UploadError> {
        let taken = self.take(chunk).await;
        if taken.is_err() {
            self.end().await;
        }
        taken
    }

    async fn take(&mut self, mut chunk: Bytes) -> Result<(), UploadError> {
        if self.batches.is_closed() {
            return Err(UploadError::AlreadyEnded);
        }
        let received_bytes = self.received_bytes.saturating_add(chunk.len() as u64);
        match self.length {
            Length::Announced(total_bytes) if received_bytes > total_bytes => {
                return Err(UploadError::TooLong { total_bytes });
            }
            Length::AtMost(bytes_max) if received_bytes > bytes_max => {
                return Err(UploadError::TooLarge { bytes_max });
            }
            _ => {}
        }
        while !chunk.is_empty() {
            self.batches.fill(&mut chunk);
            if self.batches.gathered().len() >= SNIFF_BYTES {
                self.sniff()?;
            }
            if self.batches.is_full() {
                self.batches.hand_over().await?;
            }
        }
        // Counted last: a future dropped above leaves the count short, and `finish` refuses.
        self.received_bytes = received_bytes;
        Ok(())
    }

    /// Checks that all has come, brings it safely to the disk and gives it its name.
    pub async fn finish(mut self) -> Result<FilmFile, UploadError> {
        let finished = self.complete().await;
        if finished.is_err() {
            self.end().await;
        }
        finished
    }

    async fn complete(&mut self) -> Result<FilmFile, UploadError> {
        if self.batches.is_closed() {
            return Err(UploadError::AlreadyEnded);
        }
        let received_bytes = self.received_bytes;
        match self.length {
            Length::Announced(total_bytes) if received_bytes != total_bytes => {
                return Err(UploadError::TooShort {
                    received_bytes,
                    total_bytes,
                });
            }
            _ if received_bytes == 0 => return Err(UploadError::Empty),
            _ => {}
        }
        let media_type = self.sniff()?;
        let (mut file, batch) = self.batches.take().await?;
        let mut part = std::mem::take(&mut self.part);
        let (id, title, dir) = (self.id.clone(), self.title.clone(), Arc::clone(&self.dir));
        // The path comes back with the film: if nobody waits for it any more, it is removed.
        let (film, mut path) = blocking(move || {
            file.write_all(&batch)?;
            file.sync_all()?;
            let path = dir.join(stored_name(&id, media_type));
            part.rename(path.clone())?;
            sync_folder(&dir)?;
            Ok((film(id, title, path, media_type, &file.metadata()?)?, part))
        })
        .await?;
        path.keep();
        Ok(film)
    }

    /// What the film is. The batch holds its first bytes until this has been asked once.
    fn sniff(&mut self) -> Result<MediaType, UploadError> {
        if let Some(media_type) = self.media_type {
            return Ok(media_type);
        }
        let gathered = self.batches.gathered();
        let head = &gathered[..gathered.len().min(SNIFF_BYTES)];
        let media_type = sniff::container(head).map_err(|found| UploadError::NotAVideo { found })?;
        Ok(*self.media_type.insert(media_type))
    }

    /// Removes the part file and waits until its room on the disk is free again.
    async fn end(&mut self) {
        self.part.remove();
        self.batches.close().await;
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // Taking the name away is quick; freeing gigabytes is not, and happens when the batches close the file.
        self.part.remove();
    }
}

/// A file of ours that goes when this is dropped, unless it is kept.
#[derive(Debug, Default)]
struct OwnedPath(Option<PathBuf>);

impl OwnedPath {
    fn rename(&mut self, to: PathBuf) -> io::Result<()> {
        if let Some(from) = &self.0 {
            std::fs::rename(from, &to)?;
        }
        self.0 = Some(to);
        Ok(())
    }

    fn keep(&mut self) {
        self.0 = None;
    }

    fn remove(&mut self) {
        if let Some(path) = self.0.take()
            && let Err(error) = std::fs::remove_file(&path)
        {
            tracing::warn!(path = %path.display(), %error, "an unfinished upload could not be removed");
        }
    }
}

impl Drop for OwnedPath {
    fn drop(&mut self) {
        self.remove();
    }
}

/// A name is safe once its folder is on the disk. Not all systems can open one.
pub(crate) fn sync_folder(dir: &Path) -> io::Result<()> {
    match File::open(dir) {
        Ok(folder) => folder.sync_all(),
        Err(_) => Ok(()),
    }
}

pub(crate) fn stored_name(id: &FilmId, media_type: MediaType) -> String {
    format!("{id}.{}", media_type.extension())
}

pub(crate) fn film(
    id: FilmId,
    title: String,
    path: PathBuf,
    media_type: MediaType,
    metadata: &std::fs::Metadata,
) -> io::Result<FilmFile> {
    Ok(FilmFile {
        id,
        file_name: format!("{title}.{}", media_type.extension()),
        title,
        path,
        folder: None,
        size_bytes: metadata.len(),
        modified: metadata.modified()?,
        media_type,
        root: None,
    })
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, UploadError> {
    let done = tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| UploadError::Storage(error.into()))?;
    done.map_err(UploadError::from_io)
}
