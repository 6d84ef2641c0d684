//! The rooms that are in memory, by code; and the way to those that are not.
//!
//! | file | owns |
//! |---|---|
//! | this | all rooms: finding one, making one |
//! | [`code`] | fresh codes |
//! | [`handle`] | the way to a room's task |
//! | [`task`] | the task that owns a room |
//! | [`seating`] | members' connections |
//! | [`telling`] | events, encoded once for all who need the same bytes |
//! | [`lists`] | lists of members that are told whole, and not too often |
//! | [`seeking`] | finding rooms for people, who are kept from guessing at codes |
//! | [`forgetting`] | taking rooms out of the database that nobody came back to |
//! | [`late`] | starts and stops for those who act at once: told when they hold |
//! | [`preparing`] | the stream and the extras of the film that is on |
//! | [`seen`] | what there is in all rooms, for who counts it |
//!
//! Each live room is owned by one task; everybody else has a [`RoomHandle`]. The map is locked only to look a handle
//! up or put one in.

mod code;
mod forgetting;
pub(crate) mod handle;
mod late;
mod lists;
mod preparing;
mod seating;
mod seeking;
mod seen;
mod task;
mod telling;

pub(crate) use handle::{RoomGone, RoomHandle};
pub(crate) use seeking::Seeker;
pub(crate) use seen::Seen;

use crate::clock::Clock;
use crate::ending::{Ending, Phase};
use crate::extras::Extras;
use crate::fullness::Fullness;
use crate::metrics::Metrics;
use crate::streams::Streams;
use forgetting::{Leaving, Times};
use matinee_room::{CodeShape, Film, Identity, Relay, Room, RoomCode, Settings, text};
use matinee_store::{SavedRoom, Store, StoreError};
use matinee_wire::ServerName;
use seeking::Guesses;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use thiserror::Error;
use tokio_util::task::TaskTracker;

/// What a room is called that was given no name.
pub(crate) const ROOM_NAME: &str = "Movie night";

/// All rooms.
#[derive(Debug)]
pub(crate) struct Rooms {
    live: Mutex<HashMap<RoomCode, RoomHandle>>,
    /// Locked after the map.
    leaving: Mutex<Leaving>,
    store: Arc<Store>,
    streams: Arc<Streams>,
    extras: Arc<Extras>,
    clock: Clock,
    config: RoomsConfig,
    guesses: Guesses,
    ending: Ending,
    /// Knows when all rooms have ended.
    running: TaskTracker,
}

/// Why there is no room.
#[derive(Debug, Error)]
pub(crate) enum RoomsError {
    /// The server keeps as many as it may.
    #[error("This server has no place for another room. Try again tomorrow, or ask who runs it.")]
    Full,
    /// The server is about to stop.
    #[error("The server restarts. Try again in a moment.")]
    Stopping,
    /// There was one of this name.
    #[error("That room was closed. Take another name.")]
    Closed,
    /// Too many codes were asked for from there that are no room's.
    #[error("Too many codes that are no party's were tried from here. Wait some minutes, then try again.")]
    TooManyCodes {
        /// After what time one may be asked for.
        wait: Duration,
    },
    /// The database failed, or chance did.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gave no random numbers.
    #[error("no random numbers: {0}")]
    Random(#[from] getrandom::Error),
}

/// What the rooms need to know of the settings.
#[derive(Clone, Debug)]
pub(crate) struct RoomsConfig {
    pub(crate) code_prefix: String,
    pub(crate) rooms_max: u64,
    pub(crate) members_max: usize,
    pub(crate) wait_seconds: u32,
    /// The room that Goblet's clients enter: who comes there may control.
    pub(crate) lobby: Option<RoomCode>,
    /// What it is called.
    pub(crate) lobby_name: String,
    pub(crate) server: ServerName,
    pub(crate) metrics: Arc<Metrics>,
    /// No room is made when the server is full.
    pub(crate) fullness: Arc<Fullness>,
}

impl Rooms {
    pub(crate) fn new(
        store: Arc<Store>,
        streams: Arc<Streams>,
        extras: Arc<Extras>,
        clock: Clock,
        config: RoomsConfig,
        ending: Ending,
        running: TaskTracker,
    ) -> Self {
        Self {
            live: Mutex::default(),
            leaving: Mutex::default(),
            store,
            streams,
            extras,
            clock,
            config,
            guesses: Guesses::default(),
            ending,
            running,
        }
    }

    /// Nothing panics while the map is held, and even then it would be whole.
    fn live(&self) -> MutexGuard<'_, HashMap<RoomCode, RoomHandle>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the server is called.
    pub(crate) fn server(&self) -> &ServerName {
        &self.config.server
    }

    /// Makes a room of which `founder` is host.
    pub(crate) async fn create(
        self: &Arc<Self>,
        settings: Settings,
        founder: Identity,
    ) -> Result<RoomHandle, RoomsError> {
        let (code, _) = self.free_code(CodeShape::PARTY).await?;
        self.create_with(code, settings, founder, None).await
    }

    /// The same with a code that nobody else can have come upon, and with a film on.
    pub(crate) async fn create_with(
        self: &Arc<Self>,
        code: RoomCode,
        settings: Settings,
        founder: Identity,
        film: Option<Film>,
    ) -> Result<RoomHandle, RoomsError> {
        self.has_place().await?;
        let mut room = Room::new(self.clock.now(), code, settings, Some(founder));
        if let Some(film) = film {
            room = room.with_film(film);
        }
        if let Ok(saved) = SavedRoom::of(&room, 0, Some(self.clock.latest())) {
            self.store.save(saved);
        }
        self.start(room)
    }

    /// Makes a room that ends when the last one leaves. Gives its code as it is written, too.
    pub(crate) async fn create_passing(
        self: &Arc<Self>,
        shape: CodeShape,
        settings: Settings,
        relay: impl FnOnce(&str) -> Relay,
    ) -> Result<(RoomCode, String, RoomHandle), RoomsError> {
        self.has_place().await?;
        let (code, written) = self.free_code(shape).await?;
        let room = Room::new(self.clock.now(), code.clone(), settings, None)
            .gone_when_empty()
            .with_relay(relay(&written));
        Ok((code, written, self.start(room)?))
    }

    /// Whether one more room may be made. Those in memory count and those in the database: a room may go from one
    /// to the other, and back.
    pub(crate) async fn has_place(&self) -> Result<(), RoomsError> {
        self.are_open()?;
        let live = self.live().len() as u64;
        if self.config.fullness.is_full()
            || live >= self.config.rooms_max
            || self.store.count_rooms().await? >= self.config.rooms_max
        {
            return Err(RoomsError::Full);
        }
        Ok(())
    }

    /// A code that no room has, and how it is written.
    async fn free_code(self: &Arc<Self>, shape: CodeShape) -> Result<(RoomCode, String), RoomsError> {
        for attempt in 0..crate::limits::CODE_TRIES_MAX {
            let written = code::fresh(shape, &self.config.code_prefix, attempt)?;
            let Some(code) = RoomCode::typed(&written) else {
                continue;
            };
            match self.find_unless_closed(&code).await {
                Ok(None) => return Ok((code, written)),
                Ok(Some(_)) | Err(RoomsError::Closed) => {}
                Err(error) => return Err(error),
            }
        }
        Err(RoomsError::Full)
    }

    /// The room of this code, from memory or from the database.
    pub(crate) async fn find(self: &Arc<Self>, code: &RoomCode) -> Result<Option<RoomHandle>, RoomsError> {
        match self.find_unless_closed(code).await {
            Err(RoomsError::Closed) => Ok(None),
            found => found,
        }
    }

    /// The same, for somebody who would make a room of this code: not while the database still has one that was
    /// closed, with its log and its films.
    async fn find_unless_closed(self: &Arc<Self>, code: &RoomCode) -> Result<Option<RoomHandle>, RoomsError> {
        loop {
            let times = {
                let live = self.live();
                if let Some(handle) = live.get(code).filter(|handle| !handle.is_gone()) {
                    return Ok(Some(handle.clone()));
                }
                self.leaving().times(code)?
            };
            let Some(room) = self.store.load(code.clone(), self.clock.now()).await? else {
                return Ok(None);
            };
            if room.is_closed() {
                return Err(RoomsError::Closed);
            }
            if let Some(handle) = self.start_read(room, times)? {
                return Ok(Some(handle));
            }
        }
    }

    /// The room of this code; if there is none, one that ends when the last one leaves, named as it was `called`.
    pub(crate) async fn find_or_make(
        self: &Arc<Self>,
        code: &RoomCode,
        called: &str,
    ) -> Result<RoomHandle, RoomsError> {
        if let Some(room) = self.find_unless_closed(code).await? {
            return Ok(room);
        }
        self.has_place().await?;
        let is_lobby = self.config.lobby.as_ref() == Some(code);
        let called = if is_lobby { &self.config.lobby_name } else { called };
        let settings = Settings {
            name: text::room_name_or(called, ROOM_NAME),
            password: None,
            newcomers_may_control: is_lobby,
            ..Settings::default()
        };
        self.start(Room::new(self.clock.now(), code.clone(), settings, None).gone_when_empty())
    }

    /// Whether a room is in memory.
    pub(crate) fn is_live(&self, code: &RoomCode) -> bool {
        self.live().contains_key(code)
    }

    /// How many rooms are in memory.
    pub(crate) fn live_count(&self) -> usize {
        self.live().len()
    }

    /// Whether rooms are still made, and brought back from the database.
    pub(crate) fn are_open(&self) -> Result<(), RoomsError> {
        match *self.ending.borrow() {
            Phase::Open => Ok(()),
            Phase::Draining | Phase::Closing => Err(RoomsError::Stopping),
        }
    }

    /// Gives a room its task, unless somebody else was faster.
    fn start(self: &Arc<Self>, room: Room) -> Result<RoomHandle, RoomsError> {
        self.are_open()?;
        Ok(self.start_in(self.live(), room))
    }

    /// The same for a room that was read from the database. `None` if it may have been forgotten since: then it is to be
    /// looked up again.
    fn start_read(self: &Arc<Self>, room: Room, read: Times) -> Result<Option<RoomHandle>, RoomsError> {
        self.are_open()?;
        let live = self.live();
        let is_there = self.leaving().has_kept(room.code(), read);
        Ok(is_there.then(|| self.start_in(live, room)))
    }

    fn start_in(
        self: &Arc<Self>,
        mut live: MutexGuard<'_, HashMap<RoomCode, RoomHandle>>,
        room: Room,
    ) -> RoomHandle {
        if let Some(handle) = live.get(room.code()).filter(|handle| !handle.is_gone()) {
            return handle.clone();
        }
        let (handle, inbox) = handle::channel();
        live.insert(room.code().clone(), handle.clone());
        drop(live);
        let room = room
            .with_members_max(self.config.members_max)
            .with_wait_seconds(self.config.wait_seconds);
        tokio::spawn(task::run(
            Arc::clone(self),
            Box::new(room),
            handle.downgrade(),
            inbox,
        ));
        handle
    }
}

#[cfg(test)]
mod tests;
