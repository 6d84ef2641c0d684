//! What every part of the server shares.

use crate::addresses::Networks;
use crate::clock::Clock;
use crate::config::Config;
use crate::ending::Ending;
use crate::extras::Extras;
use crate::films::Films;
use crate::fullness::Fullness;
use crate::goblet::Goblet;
use crate::limits;
use crate::makers::Makers;
use crate::metrics::Metrics;
use crate::rates::Rates;
use crate::rooms::handle::ToRoom;
use crate::rooms::{Rooms, RoomsConfig};
use crate::streams::Streams;
use crate::tries::Tries;
use crate::uploads::{CompleteError, Kept, KeptUploads, Quota};
use axum_extra::extract::cookie::Key;
use governor::Quota as Rate;
use matinee_room::Identity;
use matinee_store::Store;
use matinee_wire::{Dialect, ServerName};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

/// The server, but for its sockets.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) store: Arc<Store>,
    pub(crate) rooms: Arc<Rooms>,
    pub(crate) fullness: Arc<Fullness>,
    pub(crate) films: Arc<Films>,
    pub(crate) uploads: KeptUploads,
    /// Tells when the server ends.
    pub(crate) ending: Ending,
    pub(crate) streams: Arc<Streams>,
    pub(crate) extras: Arc<Extras>,
    pub(crate) cookie_key: CookieKey,
    pub(crate) hashing: Arc<Semaphore>,
    /// Wrong passwords of each address.
    pub(crate) password_tries: Tries<()>,
    pub(crate) makers: Makers,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) networks: Networks,
    /// How often a browser may tell where it is.
    pub(crate) spot_rates: Rates<Identity>,
    /// How often an address may begin an upload.
    pub(crate) upload_rates: Rates<IpAddr>,
    /// If Goblet is spoken here.
    pub(crate) goblet: Option<Goblet>,
    /// Knows the rooms and the sessions that have a place, so that the process ends after them.
    pub(crate) running: TaskTracker,
}

/// The key that signs cookies; not to be shown.
pub(crate) struct CookieKey(pub(crate) Key);

impl std::fmt::Debug for CookieKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CookieKey(..)")
    }
}

impl App {
    /// Opens all that lasts, and puts the server together. `ending` tells the rooms when to end; `running`
    /// knows when they and all sessions have.
    pub(crate) async fn open(
        config: Config,
        ending: Ending,
        running: TaskTracker,
    ) -> anyhow::Result<Arc<Self>> {
        let clock = Clock::start();
        let store = Arc::new(Store::open(&config.data.join("matinee.db"))?);
        let cookie_secret = secret::<64>(&store, "cookies").await?;
        let film_secret = secret::<32>(&store, "films").await?;
        let coming = store.uploads().await?;
        let films = Films::open(&config, film_secret, &store.films().await?, &coming).await?;
        let quota = Quota {
            room_bytes_max: config.room_uploads_bytes_max,
            server_bytes_max: config.uploads_bytes_max,
        };
        let uploads = KeptUploads::open(coming, &store, &films, quota, config.upload_keep).await?;
        let streams = Streams::open(&config, Arc::clone(&films.shelf), running.clone())?;
        let streams = Arc::new(streams);
        streams.tidy().await;
        let extras = Extras::open(
            &config,
            Arc::clone(&store),
            Arc::clone(&streams),
            Arc::clone(&films.shelf),
            clock,
            running.clone(),
        )?;
        let extras = Arc::new(extras);
        extras.tidy().await;
        let metrics = Arc::new(Metrics::default());
        let fullness = Arc::new(Fullness::new(config.memory_bytes_max));
        let rooms_config = rooms_config(&config, Arc::clone(&metrics), Arc::clone(&fullness));
        let lobby = rooms_config.lobby.clone();
        let rooms = Rooms::new(
            Arc::clone(&store),
            Arc::clone(&streams),
            Arc::clone(&extras),
            clock,
            rooms_config,
            ending.clone(),
            running.clone(),
        );
        let rooms = Arc::new(rooms);
        let id_key = secret::<64>(&store, "goblet ids").await?;
        let id_key = id_key
            .try_into()
            .map_err(|_| anyhow::anyhow!("The secret of Goblet's ids is damaged."))?;
        let networks = Networks::new(secret::<32>(&store, "networks").await?);
        let goblet = lobby.map(|lobby| {
            Goblet::open(
                &config,
                lobby,
                Arc::clone(&rooms),
                clock,
                id_key,
                ending.clone(),
                &running,
            )
        });
        let makers = Makers::new(config.rooms_max);
        Ok(Arc::new(Self {
            config,
            clock,
            rooms,
            fullness,
            store,
            films: Arc::new(films),
            uploads,
            ending,
            streams,
            extras,
            cookie_key: CookieKey(Key::try_from(cookie_secret.as_slice())?),
            hashing: Arc::new(Semaphore::new(limits::HASHES_AT_ONCE)),
            password_tries: Tries::new(limits::PASSWORDS_WRONG_MAX, limits::PASSWORDS_WITHIN),
            makers,
            metrics,
            networks,
            spot_rates: Rates::new(Rate::per_minute(limits::SPOTS_A_MINUTE)),
            upload_rates: Rates::new(
                Rate::per_minute(limits::UPLOADS_BEGUN_A_MINUTE).allow_burst(limits::UPLOADS_BEGUN_AT_ONCE),
            ),
            goblet,
            running,
        }))
    }

    /// Forgets rooms that nobody came back to with their films, and uploads that nobody went on with, again and again.
    pub(crate) async fn clean_up(self: Arc<Self>) {
        let mut timer = tokio::time::interval(limits::CLEAN_UP_EVERY);
        loop {
            timer.tick().await;
            if let Err(error) = self.clean_up_once().await {
                tracing::error!(%error, "old rooms could not be forgotten");
            }
            for kept in self.uploads.expired(self.clock.earliest()) {
                match self.remove_upload(&kept).await {
                    Ok(()) => {
                        tracing::info!(film = %kept.title, room = %kept.room, "removed: nobody went on with it");
                    }
                    Err(error) => tracing::error!(%error, "an old upload could not be removed"),
                }
            }
        }
    }

    async fn clean_up_once(&self) -> Result<(), matinee_store::StoreError> {
        let before = self
            .clock
            .earliest()
            .0
            .saturating_sub(self.config.room_keep.as_millis() as u64);
        let forgetting = self
            .rooms
            .begin_to_forget(matinee_room::Timestamp(before))
            .await?;
        for code in forgetting.codes() {
            for kept in self.uploads.of_room(code) {
                if let Err(error) = self.uploads.remove(&self.store, &self.films, &kept).await {
                    tracing::warn!(%error, film = %kept.title, "an upload could not be removed");
                }
            }
            self.store.delete_room(code.clone()).await?;
            // Not with all that belongs to no film: that waits for a library of which all is there.
            for film in self.films.forget_room(code).await {
                self.streams.forget(&film).await;
                self.extras.forget(&film).await;
            }
            tracing::info!(room = %code, "forgotten: nobody came back");
        }
        drop(forgetting);
        self.streams.tidy().await;
        self.extras.tidy().await;
        Ok(())
    }

    /// Ends an upload, removes what came of it, and tells its room if that is in memory.
    pub(crate) async fn remove_upload(&self, kept: &Kept) -> Result<(), CompleteError> {
        self.uploads.remove(&self.store, &self.films, kept).await?;
        self.tell_end(kept, None).await;
        Ok(())
    }

    /// Tells the room of an upload that has ended, if that is in memory.
    pub(crate) async fn tell_end(&self, kept: &Kept, film: Option<matinee_room::Film>) {
        if !self.rooms.is_live(&kept.room) {
            return;
        }
        let Ok(Some(room)) = self.rooms.find(&kept.room).await else {
            return;
        };
        let key = kept.key();
        // A room that has gone meanwhile reads the list of its uploads anew.
        if let Ok(Some(upload)) = room.look(move |room| room.upload_with(&key)).await {
            let _ = room.send(ToRoom::UploadEnds { upload, film }).await;
        }
    }
}

fn rooms_config(config: &Config, metrics: Arc<Metrics>, fullness: Arc<Fullness>) -> RoomsConfig {
    let has_lobby = config.dialects.has(Dialect::Goblet);
    RoomsConfig {
        code_prefix: config.code_prefix.clone(),
        rooms_max: config.rooms_max,
        members_max: config.room_members_max,
        wait_seconds: config.wait_seconds,
        lobby: config.lobby.clone().filter(|_| has_lobby),
        lobby_name: config.lobby_name.clone(),
        server: ServerName {
            instance: config.instance_id.clone(),
            region: config.region.clone(),
        },
        metrics,
        fullness,
    }
}

/// A secret that is kept, of so many random bytes.
async fn secret<const N: usize>(store: &Store, name: &'static str) -> anyhow::Result<Vec<u8>> {
    Ok(store.secret(name, random::<N>()?.to_vec()).await?)
}

/// An id that nobody can guess: 32 hexadecimal digits.
pub(crate) fn random_id() -> Result<String, getrandom::Error> {
    let bytes: [u8; 16] = random()?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Random bytes from the system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
