//! The films of this server and who may watch which: the library is for every room, an upload for its own.

use crate::config::Config;
use crate::limits;
use crate::scans::Scans;
use anyhow::Context;
use matinee_media::{FilmFile, Library, PartialId, ScanError, Shelf, UploadLimits, Uploads};
use matinee_room::{Film, FilmId, FilmKind, RoomCode, Timestamp};
use matinee_store::{SavedFilm, SavedUpload};
use matinee_wire::native::message::{FilmEntry, FilmList};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// All films.
#[derive(Debug)]
pub(crate) struct Films {
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) uploads: Uploads,
    library: Option<Arc<Library>>,
    scans: Scans,
    secret: [u8; 32],
    /// Uploaded films by room, oldest first.
    of_room: Mutex<HashMap<RoomCode, Vec<matinee_media::FilmId>>>,
}

impl Films {
    /// Opens the folder of uploads with the films in it, and scans the library. `coming` are uploads that can be gone
    /// on with: their films may be there already.
    pub(crate) async fn open(
        config: &Config,
        secret: Vec<u8>,
        saved: &[SavedFilm],
        coming: &[SavedUpload],
    ) -> anyhow::Result<Self> {
        let folder = config.data.join("films");
        let allowed = UploadLimits {
            film_bytes_max: config.upload_bytes_max,
            at_once_max: limits::UPLOADS_MAX,
            free_bytes_min: config.disk_reserve_bytes,
        };
        let uploads = Uploads::new(&folder, allowed)
            .with_context(|| format!("The folder {} cannot be used for uploads.", folder.display()))?;
        let secret: [u8; 32] = secret
            .try_into()
            .map_err(|_| anyhow::anyhow!("The films' secret is damaged."))?;
        let library = config
            .library
            .as_ref()
            .map(|root| Arc::new(Library::new(root, secret)));
        let films = Self {
            shelf: Arc::new(Shelf::new()),
            uploads,
            library,
            scans: Scans::default(),
            secret,
            of_room: Mutex::default(),
        };
        let uploads: HashSet<PartialId> = coming
            .iter()
            .filter_map(|upload| PartialId::parse(upload.id.as_str()))
            .collect();
        let mut known: HashSet<String> = saved.iter().map(|film| film.id.to_string()).collect();
        known.extend(uploads.iter().map(|id| films.film_of(id).to_string()));
        let removed = films.uploads.remove_unknown(|id| known.contains(id.as_str()))?
            + films.uploads.remove_unknown_partials(|id| uploads.contains(id))?;
        if removed > 0 {
            tracing::info!(removed, "uploads without a record are gone");
        }
        for film in saved.iter().rev() {
            films.reopen(film);
        }
        films.scan().await?;
        Ok(films)
    }

    fn reopen(&self, saved: &SavedFilm) {
        let id = matinee_media::FilmId::parse(saved.id.as_str());
        match id.map(|id| self.uploads.reopen(id, &saved.file_name, &saved.title)) {
            Some(Ok(film)) => {
                self.add_upload(saved.room.clone(), film);
            }
            _ => tracing::warn!(film = %saved.title, room = %saved.room, "an uploaded film's file is gone"),
        }
    }

    /// Nothing panics while the map is held, and even then it would be whole.
    fn of_room(&self) -> MutexGuard<'_, HashMap<RoomCode, Vec<matinee_media::FilmId>>> {
        self.of_room.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks through the library's folders again, if there is a library and nobody else has done so since this was
    /// asked.
    pub(crate) async fn scan(&self) -> Result<(), ScanError> {
        let Some(library) = self.library.clone() else {
            return Ok(());
        };
        let Some(turn) = self.scans.turn().await else {
            return Ok(());
        };
        let shelf = Arc::clone(&self.shelf);
        // To its end, and then the next: also when who asked has hung up.
        let look = move || {
            look_through(&library, &shelf)?;
            turn.went_well();
            Ok(())
        };
        tokio::task::spawn_blocking(look).await.unwrap_or(Ok(()))
    }

    /// The id that the film of an upload has.
    pub(crate) fn film_of(&self, upload: &PartialId) -> matinee_media::FilmId {
        upload.film(&self.secret)
    }

    /// The room that a film was uploaded to.
    pub(crate) fn room_of(&self, film: &matinee_media::FilmId) -> Option<RoomCode> {
        let rooms = self.of_room();
        let mut found = rooms.iter().filter(|(_, films)| films.contains(film));
        found.next().map(|(room, _)| room.clone())
    }

    /// Bytes of the films that were uploaded to a room, and of those of all rooms.
    pub(crate) fn uploaded_bytes(&self, room: &RoomCode) -> (u64, u64) {
        let sizes: Vec<(bool, Vec<matinee_media::FilmId>)> = self
            .of_room()
            .iter()
            .map(|(code, films)| (code == room, films.clone()))
            .collect();
        let mut bytes = (0, 0);
        for (is_theirs, films) in sizes {
            let films = films.iter().filter_map(|id| self.shelf.get(id));
            let size: u64 = films.map(|film| film.size_bytes).sum();
            bytes.0 += if is_theirs { size } else { 0 };
            bytes.1 += size;
        }
        bytes
    }

    /// Takes in a film that was uploaded to a room.
    pub(crate) fn add_upload(&self, room: RoomCode, film: FilmFile) -> Arc<FilmFile> {
        let film = self.shelf.add_upload(film);
        self.of_room().entry(room).or_default().push(film.id.clone());
        film
    }

    /// A film by its id, if that room may put it on.
    pub(crate) fn for_room(&self, room: &RoomCode, id: &FilmId) -> Option<Film> {
        let id = matinee_media::FilmId::parse(id.as_str())?;
        let film = self.shelf.get(&id)?;
        let theirs = !film.is_upload() || self.of_room().get(room).is_some_and(|ids| ids.contains(&id));
        theirs.then(|| as_room_film(&film))
    }

    /// The film of the library that is put on where nobody has picked one: the first.
    pub(crate) fn first(&self) -> Option<Arc<FilmFile>> {
        self.shelf.library().first().cloned()
    }

    /// A film of the library by its file's name.
    pub(crate) fn named(&self, file_name: &str) -> Option<Arc<FilmFile>> {
        let library = self.shelf.library();
        library.iter().find(|film| film.file_name == file_name).cloned()
    }

    /// The films that a room may put on: its uploads, newest first, then the library.
    pub(crate) fn list(&self, room: &RoomCode) -> FilmList {
        let ids = self.of_room().get(room).cloned().unwrap_or_default();
        let uploads = ids.iter().rev().filter_map(|id| self.shelf.get(id));
        let library = self.shelf.library();
        let films = uploads
            .chain(library.iter().cloned())
            .map(|film| entry(&film))
            .collect();
        FilmList {
            has_library: self.library.is_some(),
            films,
        }
    }

    /// Removes the films of a room that is no more. Gives their ids, by which other things may have been made of them.
    pub(crate) async fn forget_room(&self, room: &RoomCode) -> Vec<matinee_media::FilmId> {
        let ids = self.of_room().remove(room).unwrap_or_default();
        for film in ids.iter().filter_map(|id| self.shelf.remove(id)) {
            if let Err(error) = self.uploads.remove(&film).await {
                tracing::warn!(%error, film = %film.title, "an uploaded film could not be removed");
            }
        }
        ids
    }
}

/// Puts on the shelf what is in the library now.
fn look_through(library: &Library, shelf: &Shelf) -> Result<(), ScanError> {
    let scan = library.scan()?;
    if scan.unreadable > 0 || scan.cut_short {
        tracing::warn!(
            unreadable = scan.unreadable,
            cut_short = scan.cut_short,
            "library not read in full"
        );
    }
    tracing::debug!(films = scan.films.len(), "library scanned");
    shelf.replace_library(scan);
    Ok(())
}

/// A film as a room knows it.
pub(crate) fn as_room_film(film: &FilmFile) -> Film {
    Film {
        id: FilmId::new(film.id.as_str()),
        title: film.title.clone(),
        url: film.url(),
        kind: FilmKind::File,
        duration_ms: None,
    }
}

/// The record of a film that was uploaded to a room.
pub(crate) fn as_saved(film: &FilmFile, room: RoomCode, added_at: Timestamp) -> SavedFilm {
    SavedFilm {
        id: FilmId::new(film.id.as_str()),
        room,
        title: film.title.clone(),
        file_name: film.file_name.clone(),
        added_at,
    }
}

/// A film as hosts see it in the list.
pub(crate) fn entry(film: &FilmFile) -> FilmEntry {
    FilmEntry {
        id: film.id.to_string(),
        title: film.title.clone(),
        file_name: film.file_name.clone(),
        folder: film.folder.clone(),
        size_bytes: film.size_bytes,
        poster: None,
    }
}
