//! Rooms that leave the memory, and that are forgotten.

use super::*;
use crate::limits;
use crate::rooms::handle::ToRoom;
use matinee_room::{Client, Input, Join, PasswordCheck, Seen, Stay, Tab, Timestamp};
use tokio::sync::watch;

fn rooms(folder: &std::path::Path, ending: Ending) -> Arc<Rooms> {
    rooms_by(Clock::start(), folder, ending)
}

fn rooms_by(clock: Clock, folder: &std::path::Path, ending: Ending) -> Arc<Rooms> {
    let store = Arc::new(Store::open(&folder.join("matinee.db")).unwrap());
    let config = RoomsConfig {
        code_prefix: "S".into(),
        rooms_max: 10,
        members_max: 10,
        wait_seconds: 5,
        lobby: None,
        lobby_name: String::new(),
        server: ServerName::default(),
        metrics: Arc::default(),
        fullness: Arc::new(Fullness::new(None)),
    };
    let extras = Arc::new(Extras::none(Arc::clone(&store), clock));
    Arc::new(Rooms::new(
        store,
        Arc::new(Streams::none()),
        extras,
        clock,
        config,
        ending,
        TaskTracker::new(),
    ))
}

/// Somebody comes into a room, and stays.
async fn enter(room: &RoomHandle) {
    let join = Join {
        identity: Identity::new("ana"),
        personal: true,
        network: None,
        tab: Tab::new("tab"),
        name: "Ana".into(),
        password: PasswordCheck::None,
        since: Seen::default(),
        calls_room: String::new(),
        client: Client::default(),
        stay: Stay::Kept,
        founds: false,
        replace: false,
    };
    let input = Input::Join(join);
    room.ask(|reply| ToRoom::Give { input, reply })
        .await
        .unwrap()
        .unwrap();
}

/// Waits until a room that nobody is in has left the memory.
async fn put_away(rooms: &Rooms, code: &RoomCode) {
    tokio::time::sleep(limits::EMPTY_ROOM_STAYS + Duration::from_secs(1)).await;
    let began = std::time::Instant::now();
    while rooms.is_live(code) {
        // The database's thread keeps its own time.
        assert!(began.elapsed() < Duration::from_secs(10), "it stays for ever");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_room_that_nobody_is_in_is_put_away_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let (_phase, ending) = watch::channel(Phase::Open);
    let rooms = rooms(folder.path(), ending);
    let settings = Settings {
        name: "Friday".into(),
        password: None,
        newcomers_may_control: false,
        ..Settings::default()
    };
    let room = rooms.create(settings, Identity::new("ana")).await.unwrap();
    let code = room.look(|room| room.code().clone()).await.unwrap();
    assert!(rooms.is_live(&code));
    put_away(&rooms, &code).await;
    assert_eq!(room.look(|_| ()).await, Err(RoomGone));
    let again = rooms.find(&code).await.unwrap().unwrap();
    let name = again.look(|room| room.settings().name.clone()).await.unwrap();
    assert_eq!(name, "Friday");
    assert_eq!(
        rooms
            .store
            .rooms_unchanged_since(Timestamp(u64::MAX >> 1))
            .await
            .unwrap(),
        [code]
    );
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_slept_makes_no_room_older() {
    const KEEP: Duration = Duration::from_secs(24 * 3_600);
    let folder = tempfile::tempdir().unwrap();
    let (_phase, ending) = watch::channel(Phase::Open);
    let rooms = rooms_by(Clock::that_slept(2 * KEEP), folder.path(), ending);
    let restarted = Clock::start();
    let old = async || {
        rooms.store.flush().await.unwrap();
        let before = restarted.now().0 - KEEP.as_millis() as u64;
        rooms
            .store
            .rooms_unchanged_since(Timestamp(before))
            .await
            .unwrap()
    };
    let room = rooms
        .create(Settings::default(), Identity::new("ana"))
        .await
        .unwrap();
    enter(&room).await;
    assert_eq!(old().await, [], "it was made just now");
    tokio::time::sleep(2 * limits::SAVE_DELAY).await;
    assert_eq!(old().await, [], "somebody came just now");
}

#[tokio::test(start_paused = true)]
async fn a_room_of_which_nobody_asks_anything_is_put_away_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let (_phase, ending) = watch::channel(Phase::Open);
    let rooms = rooms(folder.path(), ending);
    let room = rooms
        .create(Settings::default(), Identity::new("ana"))
        .await
        .unwrap();
    let code = room.look(|room| room.code().clone()).await.unwrap();
    put_away(&rooms, &code).await;
    assert!(rooms.find(&code).await.unwrap().is_some());
    put_away(&rooms, &code).await;
}

#[tokio::test(start_paused = true)]
async fn nobody_comes_into_a_room_while_it_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let (_phase, ending) = watch::channel(Phase::Open);
    let rooms = rooms(folder.path(), ending);
    let make = || rooms.create(Settings::default(), Identity::new("ana"));
    let room = make().await.unwrap();
    let code = room.look(|room| room.code().clone()).await.unwrap();
    put_away(&rooms, &code).await;
    enter(&make().await.unwrap()).await;
    // Somebody has come so far when it begins.
    let times = rooms.leaving().times(&code).unwrap();
    let read = async || {
        rooms
            .store
            .load(code.clone(), Timestamp(0))
            .await
            .unwrap()
            .unwrap()
    };
    let (early, late) = (read().await, read().await);
    let forgetting = rooms.begin_to_forget(Timestamp(u64::MAX >> 1)).await.unwrap();
    assert_eq!(
        forgetting.codes(),
        std::slice::from_ref(&code),
        "not the one in memory"
    );
    assert!(rooms.start_read(early, times).unwrap().is_none());
    assert!(rooms.find(&code).await.unwrap().is_none());
    let made = rooms.find_or_make(&code, "friday").await;
    assert!(matches!(made, Err(RoomsError::Closed)));
    rooms.store.delete_room(code.clone()).await.unwrap();
    drop(forgetting);
    assert!(rooms.start_read(late, times).unwrap().is_none());
    assert!(rooms.find(&code).await.unwrap().is_none());
    assert!(rooms.find_or_make(&code, "friday").await.is_ok());
}
