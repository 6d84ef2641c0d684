//! Every film that can be watched now, by id. The HTTP route looks films up here; scans and uploads fill it.
//!
//! The lock is held for a look-up or a swap, never while a map is built or dropped and never across an await.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::film::{FilmFile, FilmId};
use crate::library::Scan;

/// The films of the library and the uploaded ones. Share it as an `Arc`.
#[derive(Debug, Default)]
pub struct Shelf {
    films: RwLock<Films>,
}

#[derive(Debug, Default)]
struct Films {
    library: LibraryFilms,
    uploads: HashMap<FilmId, Arc<FilmFile>>,
}

#[derive(Debug, Default)]
struct LibraryFilms {
    by_id: HashMap<FilmId, Arc<FilmFile>>,
    in_order: Arc<[Arc<FilmFile>]>,
    /// There may be more.
    is_part: bool,
}

impl Shelf {
    /// An empty shelf.
    pub fn new() -> Self {
        Self::default()
    }

    /// The film with this id.
    pub fn get(&self, id: &FilmId) -> Option<Arc<FilmFile>> {
        let films = self.read();
        films
            .library
            .by_id
            .get(id)
            .or_else(|| films.uploads.get(id))
            .cloned()
    }

    /// The library's films in the order of the last scan.
    pub fn library(&self) -> Arc<[Arc<FilmFile>]> {
        Arc::clone(&self.read().library.in_order)
    }

    /// Whether a film is not here and was not merely missed by the last scan: then what was made of it can go.
    pub fn is_gone(&self, id: &FilmId) -> bool {
        let is_part = self.read().library.is_part;
        !is_part && self.get(id).is_none()
    }

    /// Puts the films of a scan in the place of those of the scan before. Ids that are not among them are
    /// unknown from now on, also to players that are in the middle of one.
    pub fn replace_library(&self, scan: Scan) {
        let is_part = !scan.is_whole();
        let in_order: Arc<[_]> = scan.films.into_iter().map(Arc::new).collect();
        let by_id = in_order
            .iter()
            .map(|film| (film.id.clone(), Arc::clone(film)))
            .collect();
        let library = LibraryFilms {
            by_id,
            in_order,
            is_part,
        };
        let before = std::mem::replace(&mut self.write().library, library);
        drop(before);
    }

    /// Adds an uploaded film, or puts it in the place of the one with its id.
    pub fn add_upload(&self, film: FilmFile) -> Arc<FilmFile> {
        let film = Arc::new(film);
        self.write().uploads.insert(film.id.clone(), Arc::clone(&film));
        film
    }

    /// Takes an uploaded film away and returns it; its file stays until [`Uploads::remove`]. Films of the
    /// library only go with a scan.
    ///
    /// [`Uploads::remove`]: crate::Uploads::remove
    pub fn remove(&self, id: &FilmId) -> Option<Arc<FilmFile>> {
        self.write().uploads.remove(id)
    }

    // Both maps are whole between any two statements, so a panic elsewhere does not spoil them.
    fn read(&self) -> RwLockReadGuard<'_, Films> {
        self.films.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Films> {
        self.films.write().unwrap_or_else(PoisonError::into_inner)
    }
}
