//! What the hall counts of whom.

use super::super::public_id::IdKey;
use super::*;
use crate::extras::Extras;
use crate::rooms::{Rooms, RoomsConfig};
use crate::streams::Streams;
use governor::Quota;
use matinee_room::{Identity, RoomCode};
use matinee_store::Store;
use matinee_wire::ServerName;
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

/// A hall in which who has a seat may do one thing an hour.
fn hall(folder: &std::path::Path, ending: Ending) -> Hall {
    let (lobby, clock) = (RoomCode::new("LOBBY"), Clock::start());
    let config = RoomsConfig {
        code_prefix: "S".into(),
        rooms_max: 10,
        members_max: 10,
        wait_seconds: 5,
        lobby: Some(lobby.clone()),
        lobby_name: "lobby".into(),
        server: ServerName::default(),
        metrics: Arc::default(),
        fullness: Arc::new(crate::fullness::Fullness::new(None)),
    };
    let store = Arc::new(Store::open(&folder.join("matinee.db")).unwrap());
    let rooms = Arc::new(Rooms::new(
        Arc::clone(&store),
        Arc::new(Streams::none()),
        Arc::new(Extras::none(store, clock)),
        clock,
        config,
        ending,
        TaskTracker::new(),
    ));
    let quota = Quota::per_hour(NonZeroU32::MIN);
    Hall::new(Lobby::new(rooms, lobby, 10, quota), clock)
}

fn ana() -> Visitor {
    IdKey::new([1; 64]).visitor(Identity::new("ana"))
}

#[tokio::test]
async fn who_is_refused_has_not_shown_that_they_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let (_phase, ending) = watch::channel(Phase::Open);
    let mut hall = hall(folder.path(), ending);
    for _ in 0..2 {
        hall.register(ana(), false).await.unwrap();
    }
    let now = Instant::now();
    hall.presence.were_called(now);
    assert!(matches!(
        hall.register(ana(), false).await,
        Err(GobletError::TooFast(_))
    ));
    let due = now + limits::ROLE_CALL_ANSWERED_WITHIN;
    assert_eq!(hall.presence.take_silent(due), [ana().id]);
}

#[tokio::test]
async fn a_host_who_tells_where_they_are_has_done_one_thing() {
    let folder = tempfile::tempdir().unwrap();
    let (_phase, ending) = watch::channel(Phase::Open);
    let mut hall = hall(folder.path(), ending);
    hall.register(ana(), false).await.unwrap();
    assert!(hall.stands(ana(), 95_000).await.unwrap());
    let room = hall.room().await.unwrap();
    assert_eq!(room.look(|room| room.playback().position_ms).await, Ok(95_000));
    assert!(matches!(
        hall.stands(ana(), 5_000).await,
        Err(GobletError::TooFast(_))
    ));
}
