//! Where all of it lies: a folder for each film, what is known of each, and room for more.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::ExtrasSettings;
use super::folder::Folder;
use super::known::Known;
use crate::film::FilmId;

/// The folder of all films' folders, and what is known of each.
#[derive(Debug)]
pub(super) struct Cellar {
    pub(super) root: Arc<Path>,
    pub(super) settings: ExtrasSettings,
    films: Mutex<Films>,
    /// Held by whoever changes a mark, on a blocking thread.
    writing: Mutex<()>,
}

#[derive(Debug, Default)]
struct Films {
    by_id: HashMap<FilmId, Entry>,
    changes: u64,
}

#[derive(Debug, Clone, Default)]
struct Entry {
    known: Known,
    size_bytes: u64,
    /// The larger, the later.
    changed: u64,
}

/// How the folders begin where things are made.
const MAKING: &str = "making-";

impl Films {
    /// Takes in what an earlier server left of a film. Blocks.
    fn reopen(&mut self, root: &Path, film: FilmId) -> io::Result<()> {
        let folder = Folder::new(root, &film);
        let Some(mut known) = folder.read() else {
            return folder.remove();
        };
        if !folder.is_whole(&known) {
            known.forget();
            folder.write(&known)?;
        }
        folder.sweep(&known)?;
        let size_bytes = folder.size_bytes();
        self.put(film, known, size_bytes);
        Ok(())
    }

    fn put(&mut self, film: FilmId, known: Known, size_bytes: u64) {
        self.changes += 1;
        let changed = self.changes;
        self.by_id.insert(
            film,
            Entry {
                known,
                size_bytes,
                changed,
            },
        );
    }

    /// The film, other than `but`, that was looked after longest ago and has something that can be made anew.
    fn oldest(&self, but: &FilmId) -> Option<FilmId> {
        let others = self
            .by_id
            .iter()
            .filter(|(film, entry)| *film != but && entry.known.clone().forget());
        let oldest = others.min_by_key(|(_, entry)| entry.changed);
        oldest.map(|(film, _)| film.clone())
    }
}

impl Cellar {
    /// What an earlier server left is taken in, but for halves. Blocks.
    pub(super) fn open(root: Arc<Path>, settings: ExtrasSettings) -> io::Result<Self> {
        let mut films = Films::default();
        for entry in std::fs::read_dir(&root)? {
            let entry = entry?;
            let file_name = entry.file_name();
            let name = file_name.to_str().unwrap_or_default();
            if !entry.file_type()?.is_dir() {
                continue;
            }
            if name.starts_with(MAKING) {
                std::fs::remove_dir_all(entry.path())?;
            } else if let Some(film) = FilmId::parse(name) {
                films.reopen(&root, film)?;
            }
        }
        Ok(Self {
            root,
            settings,
            films: Mutex::new(films),
            writing: Mutex::new(()),
        })
    }

    pub(super) fn folder(&self, film: &FilmId) -> Folder {
        Folder::new(&self.root, film)
    }

    /// The films of which something is known.
    pub(super) fn ids(&self) -> Vec<FilmId> {
        self.films().by_id.keys().cloned().collect()
    }

    pub(super) fn known(&self, film: &FilmId) -> Known {
        let films = self.films();
        films
            .by_id
            .get(film)
            .map(|entry| entry.known.clone())
            .unwrap_or_default()
    }

    /// Changes a film's files and what is known of it, on the disk and here, and removes the files that are not
    /// spoken of any more. Blocks.
    pub(super) fn change(
        &self,
        film: &FilmId,
        change: impl FnOnce(&Folder, &mut Known) -> io::Result<()>,
    ) -> io::Result<()> {
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let (folder, mut known) = (self.folder(film), self.known(film));
        change(&folder, &mut known)?;
        folder.write(&known)?;
        folder.sweep(&known)?;
        let size_bytes = folder.size_bytes();
        self.films().put(film.clone(), known, size_bytes);
        Ok(())
    }

    /// Removes what can be made anew of other films until there is room. Blocks.
    pub(super) fn make_room(&self, but: &FilmId) -> io::Result<()> {
        loop {
            let oldest = {
                let films = self.films();
                let size_bytes: u64 = films.by_id.values().map(|entry| entry.size_bytes).sum();
                (size_bytes > self.settings.bytes_max).then(|| films.oldest(but))
            };
            let Some(Some(film)) = oldest else {
                return Ok(());
            };
            self.change(&film, |_, known| {
                known.forget();
                Ok(())
            })?;
        }
    }

    /// Removes everything of a film. Blocks.
    pub(super) fn remove(&self, film: &FilmId) -> io::Result<()> {
        let _one_at_a_time = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        self.folder(film).remove()?;
        self.films().by_id.remove(film);
        Ok(())
    }

    /// A name for a folder that nobody has used since the start.
    pub(super) fn new_folder(&self) -> PathBuf {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        self.root.join(format!("{MAKING}{number}"))
    }

    // The map is whole between any two statements, so a panic elsewhere does not spoil it.
    fn films(&self) -> MutexGuard<'_, Films> {
        self.films.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
