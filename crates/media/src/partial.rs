//! Films on their way in that can be gone on with, after a pause, a lost connection or a restart of the server.
//!
//! Such an upload is a file `<id>.partial`, to which bytes are only ever appended: its length is how far it is,
//! and there is nothing else that could disagree with it. Who sends what is the caller's to remember. While
//! bytes come there is a [`Partial`]; in between nothing is held but the file.
//!
//! What a `Partial` has written outlives the process, also when it is killed. For a power cut there is
//! [`Partial::sync`]: what came before it is safe, and [`Uploads::find_partial`] cuts off what came after it,
//! because a system that went down at once may have kept a file's length and lost what was in it.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use hmac::Mac as _;
use tokio::sync::OwnedSemaphorePermit;

use crate::batches::Batches;
use crate::error::UploadError;
use crate::film::{FilmFile, FilmId, id_of, keyed_hash};
use crate::limits::SNIFF_BYTES;
use crate::media_type::MediaType;
use crate::sniff;
use crate::upload::{Uploads, blocking, film, stored_name, sync_folder};

/// Names an upload that can be gone on with: 32 lowercase hexadecimal digits. Not those of its film, which
/// cannot be worked out from them without the server's secret: who sees an upload may not fetch the film yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PartialId(FilmId);

impl PartialId {
    /// An id made of 16 random bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(FilmId::from_bytes(bytes))
    }

    /// The id that `text` spells, if it does: exactly 32 digits, lowercase. Safe as a file name.
    pub fn parse(text: &str) -> Option<Self> {
        FilmId::parse(text).map(Self)
    }

    /// The 32 digits.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The id that its film will have: always the same, so that a film is known to be the one that an upload
    /// has become.
    pub fn film(&self, secret: &[u8; 32]) -> FilmId {
        let mut hash = keyed_hash(secret);
        hash.update(b"upload ");
        hash.update(self.as_str().as_bytes());
        id_of(hash)
    }
}

impl fmt::Display for PartialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What there is of an upload when the server starts.
#[derive(Debug)]
pub enum Found {
    /// So many bytes.
    Partial(u64),
    /// It is whole and has its film's name already.
    Film(FilmFile),
    /// Nothing.
    Nothing,
}

impl Uploads {
    /// Makes the file of an upload. `id` is random and new; `wanted_bytes` is what it will bring, with all that
    /// others have still to bring: it must fit onto the disk beside the reserve.
    pub async fn create_partial(&self, id: &PartialId, wanted_bytes: u64) -> Result<(), UploadError> {
        let (path, dir, reserve) = (partial_path(&self.dir, id), self.dir.clone(), self.reserve());
        blocking(move || {
            reserve.check(wanted_bytes)?;
            File::options().write(true).create_new(true).open(path)?;
            sync_folder(&dir)
        })
        .await
    }

    /// Whether so many bytes still fit onto the disk beside the reserve.
    pub async fn check_place(&self, wanted_bytes: u64) -> Result<(), UploadError> {
        let reserve = self.reserve();
        blocking(move || reserve.check(wanted_bytes)).await
    }

    /// Goes on with an upload of `total_bytes` from where its file ends. Only one at a time may write to it:
    /// that is the caller's to see to.
    pub async fn open_partial(&self, id: &PartialId, total_bytes: u64) -> Result<Partial, UploadError> {
        let place = self.place()?;
        let path = partial_path(&self.dir, id);
        let (file, head, received_bytes) = opened(move || {
            let mut file = File::options().read(true).append(true).open(path)?;
            let received_bytes = file.metadata()?.len();
            let mut head = Vec::with_capacity(SNIFF_BYTES);
            (&mut file).take(SNIFF_BYTES as u64).read_to_end(&mut head)?;
            Ok((file, head, received_bytes))
        })
        .await?;
        Ok(Partial {
            total_bytes,
            received_bytes,
            head: Some(head),
            batches: Batches::into(file, self.reserve()),
            _place: place,
        })
    }

    /// Makes a film of an upload that is whole: checks what it is, brings it safely to the disk and gives it
    /// the name of `film`. If that was done before, it is not done again. After a failure it may be tried again.
    pub async fn complete_partial(
        &self,
        id: &PartialId,
        film_id: FilmId,
        title: &str,
        total_bytes: u64,
    ) -> Result<FilmFile, UploadError> {
        if let Some(film) = self.find_film(&film_id, title) {
            return Ok(film);
        }
        let (path, dir, title) = (partial_path(&self.dir, id), self.dir.clone(), title.to_owned());
        let completed = opened(move || {
            let mut file = File::options().read(true).append(true).open(&path)?;
            let received_bytes = file.metadata()?.len();
            if received_bytes != total_bytes {
                return Ok(Err(UploadError::TooShort {
                    received_bytes,
                    total_bytes,
                }));
            }
            let mut head = Vec::with_capacity(SNIFF_BYTES);
            (&mut file).take(SNIFF_BYTES as u64).read_to_end(&mut head)?;
            let media_type = match sniff::container(&head) {
                Ok(media_type) => media_type,
                Err(found) => return Ok(Err(UploadError::NotAVideo { found })),
            };
            file.sync_all()?;
            let stored = dir.join(stored_name(&film_id, media_type));
            std::fs::rename(&path, &stored)?;
            sync_folder(&dir)?;
            Ok(Ok(film(film_id, title, stored, media_type, &file.metadata()?)?))
        });
        completed.await?
    }

    /// Removes an upload's file. One that is already gone is fine.
    pub async fn remove_partial(&self, id: &PartialId) -> Result<(), UploadError> {
        let path = partial_path(&self.dir, id);
        blocking(move || match std::fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result,
        })
        .await
    }

    /// What there is of an upload. Bytes after the first `safe_bytes`, if those are given, are cut off: the
    /// machine has been down since they came. What is left outlasts the next power cut. Blocks shortly: it is meant for the start of the server.
    pub fn find_partial(
        &self,
        id: &PartialId,
        film_id: &FilmId,
        title: &str,
        safe_bytes: Option<u64>,
    ) -> io::Result<Found> {
        let file = match File::options().append(true).open(partial_path(&self.dir, id)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let film = self.find_film(film_id, title);
                return Ok(film.map_or(Found::Nothing, Found::Film));
            }
            Err(error) => return Err(error),
        };
        let length = file.metadata()?.len();
        let kept = safe_bytes.unwrap_or(length).min(length);
        if kept < length {
            file.set_len(kept)?;
        }
        file.sync_all()?;
        Ok(Found::Partial(kept))
    }

    /// Removes uploads that nobody knows. Returns how many. Blocks shortly: it is meant for the start of the
    /// server.
    pub fn remove_unknown_partials(&self, is_known: impl Fn(&PartialId) -> bool) -> io::Result<usize> {
        let mut removed = 0;
        for entry in std::fs::read_dir(&self.dir)? {
            let entry = entry?;
            let name = entry.file_name();
            // Only our own: the folder may be one that others write to as well.
            let id = name
                .to_str()
                .and_then(|name| name.strip_suffix(".partial"))
                .and_then(PartialId::parse);
            if id.is_some_and(|id| !is_known(&id)) {
                std::fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// The uploaded film with this id, whatever container it is.
    fn find_film(&self, id: &FilmId, title: &str) -> Option<FilmFile> {
        MediaType::all().find_map(|media_type| {
            let path = self.dir.join(stored_name(id, media_type));
            let metadata = std::fs::symlink_metadata(&path).ok()?;
            let is_whole = metadata.is_file();
            is_whole.then(|| film(id.clone(), title.to_owned(), path, media_type, &metadata).ok())?
        })
    }
}

/// An upload that can be gone on with, while its bytes come. Dropping it loses what was not written yet:
/// [`close`](Self::close) it.
#[derive(Debug)]
pub struct Partial {
    total_bytes: u64,
    received_bytes: u64,
    /// Its first bytes, until they have told that it is a film.
    head: Option<Vec<u8>>,
    batches: Batches,
    _place: OwnedSemaphorePermit,
}

impl Partial {
    /// Bytes taken so far, those included that it had before.
    pub fn received_bytes(&self) -> u64 {
        self.received_bytes
    }

    /// Takes the next bytes. Returns when they are taken, which is before they are in the file but never more
    /// than two batches before. More than was announced is refused with [`UploadError::TooLong`], and nothing
    /// of it is taken. After any other error nothing more can be taken; how far the upload is then, `close`
    /// tells.
    pub async fn write(&mut self, mut chunk: Bytes) -> Result<(), UploadError> {
        let received_bytes = self.received_bytes.saturating_add(chunk.len() as u64);
        if received_bytes > self.total_bytes {
            return Err(UploadError::TooLong {
                total_bytes: self.total_bytes,
            });
        }
        self.sniff(&chunk)?;
        while !chunk.is_empty() {
            self.batches.fill(&mut chunk);
            if self.batches.is_full() {
                self.batches.hand_over().await?;
            }
        }
        self.received_bytes = received_bytes;
        Ok(())
    }

    /// Refuses what is no film, as soon as enough of it is there to tell.
    fn sniff(&mut self, chunk: &[u8]) -> Result<(), UploadError> {
        let Some(head) = &mut self.head else {
            return Ok(());
        };
        let missing = SNIFF_BYTES.saturating_sub(head.len()).min(chunk.len());
        head.extend_from_slice(&chunk[..missing]);
        if head.len() < SNIFF_BYTES && (head.len() as u64) < self.total_bytes {
            return Ok(());
        }
        sniff::container(head).map_err(|found| UploadError::NotAVideo { found })?;
        self.head = None;
        Ok(())
    }

    /// Brings all that was taken safely to the disk. Returns how many bytes of the upload a power cut cannot
    /// take any more.
    pub async fn sync(&mut self) -> Result<u64, UploadError> {
        if !self.batches.gathered().is_empty() {
            self.batches.hand_over().await?;
        }
        let file = self.batches.written().await?;
        let file = file.try_clone().map_err(UploadError::from_io)?;
        blocking(move || {
            file.sync_data()?;
            Ok(file.metadata()?.len())
        })
        .await
    }

    /// Ends the sending, not the upload: writes what can be written, and says how far the upload is now.
    pub async fn close(mut self) -> Result<Left, UploadError> {
        match self.sync().await {
            Ok(received_bytes) => Ok(Left {
                received_bytes,
                is_safe: true,
            }),
            Err(error) => {
                // The disk is full, most of all: what was written before is there all the same.
                let received_bytes = match self.batches.written().await {
                    Ok(file) => file.metadata().map_err(UploadError::from_io)?.len(),
                    Err(_) => return Err(error),
                };
                Ok(Left {
                    received_bytes,
                    is_safe: false,
                })
            }
        }
    }
}

/// How far an upload is that nobody sends any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Bytes in its file.
    pub received_bytes: u64,
    /// Whether all of them outlast a power cut.
    pub is_safe: bool,
}

fn partial_path(dir: &Path, id: &PartialId) -> PathBuf {
    dir.join(format!("{id}.partial"))
}

/// As `blocking`, for work on a file that may be gone.
async fn opened<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, UploadError> {
    match blocking(work).await {
        Err(UploadError::Storage(error)) if error.kind() == io::ErrorKind::NotFound => Err(UploadError::Gone),
        result => result,
    }
}
