//! Finding a room for somebody who brings its code, and keeping them from guessing at codes.
//!
//! Only codes that are no room's count, each once, against the network address that asks for them. When those were too
//! many, who comes from there is told neither what is a room nor what is none: any other answer would go on telling it.
//! Not so who is known to the room by their cookie: they come back as ever. Nor is a code withheld that nobody has to
//! guess, or nobody can.

use super::{RoomHandle, Rooms, RoomsError};
use crate::limits;
use crate::tries::Tries;
use matinee_room::{Identity, RoomCode};
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Somebody who asks for rooms.
#[derive(Clone, Debug)]
pub(crate) struct Seeker {
    pub(crate) address: IpAddr,
    /// Who they are, if they say.
    pub(crate) identity: Option<Identity>,
}

/// The unknown codes that each address has asked for. They are known by their hashes: codes may be long.
#[derive(Debug)]
pub(super) struct Guesses {
    tries: Tries<u64>,
    hasher: RandomState,
}

impl Default for Guesses {
    fn default() -> Self {
        Self {
            tries: Tries::new(limits::CODES_UNKNOWN_MAX, limits::CODES_WITHIN),
            hasher: RandomState::new(),
        }
    }
}

impl Guesses {
    /// Counts a code that is no room's.
    fn count(&self, address: IpAddr, code: &RoomCode) -> Result<(), Duration> {
        let (hash, now) = (self.hasher.hash_one(code), Instant::now());
        match self.tries.has_tried(address, &hash, now) {
            true => Ok(()),
            false => self.tries.count(address, hash, now),
        }
    }
}

impl Rooms {
    /// The room of this code for somebody who comes by it. The lobby is always there.
    pub(crate) async fn visit(
        self: &Arc<Self>,
        code: &RoomCode,
        seeker: &Seeker,
    ) -> Result<Option<RoomHandle>, RoomsError> {
        if self.config.lobby.as_ref() == Some(code) {
            return self.find_or_make(code, code.as_str()).await.map(Some);
        }
        self.seek(code, seeker).await
    }

    /// The room of this code.
    pub(crate) async fn seek(
        self: &Arc<Self>,
        code: &RoomCode,
        seeker: &Seeker,
    ) -> Result<Option<RoomHandle>, RoomsError> {
        let answer_at = tokio::time::Instant::now() + limits::GUESS_ANSWERED_AFTER;
        let found = self.find(code).await?;
        if !code.can_be_guessed() || self.config.lobby.as_ref() == Some(code) {
            return Ok(found);
        }
        // Judged when it is known what is there: of many that ask at once, only so many hear it.
        let told = match &found {
            None => self.guesses.count(seeker.address, code),
            Some(room) => match self.guesses.tries.may_try(seeker.address, Instant::now()) {
                Err(_) if is_known(room, seeker).await => Ok(()),
                told => told,
            },
        };
        match told {
            Ok(()) => Ok(found),
            Err(wait) => {
                tokio::time::sleep_until(answer_at).await;
                Err(RoomsError::TooManyCodes { wait })
            }
        }
    }

    /// The same; if there is none, one is made that ends when the last one leaves, named as it was `called`.
    pub(crate) async fn seek_or_make(
        self: &Arc<Self>,
        code: &RoomCode,
        called: &str,
        seeker: &Seeker,
    ) -> Result<RoomHandle, RoomsError> {
        match self.seek(code, seeker).await? {
            Some(room) => Ok(room),
            None => self.find_or_make(code, called).await,
        }
    }
}

/// Whether a room knows somebody: they made it, or are or were in it.
async fn is_known(room: &RoomHandle, seeker: &Seeker) -> bool {
    let Some(identity) = seeker.identity.clone() else {
        return false;
    };
    let knows = move |room: &matinee_room::Room| room.knows(&identity) || room.is_founder(&identity);
    // One that ends in this very moment knows nobody any more.
    room.look(knows).await.unwrap_or(false)
}
