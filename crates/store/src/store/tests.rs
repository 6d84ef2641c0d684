//! The store on real files: what comes back, and what goes with its room.

use super::*;
use crate::subtitles::{Placed, SavedSubtitles, SubtitlesId};
use matinee_room::{
    Client, Command, Identity, Input, Join, MemberId, PasswordCheck, Relay, Seen, Settings, Stay, Tab,
};

fn room(code: &str) -> Room {
    let settings = Settings {
        name: "Friday films".into(),
        password: None,
        newcomers_may_control: false,
        ..Settings::default()
    };
    let mut room = Room::new(Timestamp(1_000), RoomCode::new(code), settings, None);
    let join = Join {
        identity: Identity::new("ana"),
        personal: true,
        network: None,
        tab: Tab::new("tab"),
        name: "Ana".into(),
        password: PasswordCheck::None,
        since: Seen::default(),
        calls_room: code.into(),
        client: Client {
            name: "Matinee".into(),
            chats: true,
            plays: true,
            ..Client::default()
        },
        stay: Stay::Kept,
        founds: false,
        replace: false,
    };
    room.handle(Timestamp(1_000), Input::Join(join)).unwrap();
    room
}

fn say(room: &mut Room, text: &str) {
    let command = Command::Say { text: text.into() };
    room.handle(
        Timestamp(2_000),
        Input::Command {
            member: MemberId(1),
            id: None,
            command,
        },
    )
    .unwrap();
}

#[tokio::test]
async fn a_room_comes_back_as_it_was_with_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("matinee.db");
    let store = Store::open(&file).unwrap();
    let mut before = room("SAAAAA");
    store.save(SavedRoom::of(&before, 0, Some(Timestamp(1_000))).unwrap());
    let kept = before.log().last_seq();
    say(&mut before, "the train stunt is next");
    store.save(SavedRoom::of(&before, kept, Some(Timestamp(1_000))).unwrap());
    store.flush().await.unwrap();
    drop(store);

    let store = Store::open(&file).unwrap();
    let after = store
        .load(RoomCode::new("SAAAAA"), Timestamp(9_000))
        .await
        .unwrap()
        .unwrap();
    assert!(after.log().since(0).eq(before.log().since(0)));
    assert_eq!(after.settings(), before.settings());
    assert!(after.members()[0].host && after.members()[0].is_away());
    assert!(
        store
            .load(RoomCode::new("SBBBBB"), Timestamp(9_000))
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_room_is_as_old_as_what_was_last_done_there() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("matinee.db")).unwrap();
    let codes = [RoomCode::new("SAAAAA")];
    let save = |at| store.save(SavedRoom::of(&room("SAAAAA"), 0, at).unwrap());
    let unchanged = async |before| store.rooms_unchanged_since(Timestamp(before)).await.unwrap();
    save(Some(Timestamp(5_000)));
    save(None);
    assert_eq!(unchanged(5_000).await, []);
    assert_eq!(unchanged(5_001).await, codes);
    // Nobody did anything, so it is not made younger.
    save(None);
    assert_eq!(unchanged(5_000).await, [], "nor older");
    assert_eq!(unchanged(5_001).await, codes);
    save(Some(Timestamp(6_000)));
    assert_eq!(unchanged(6_000).await, []);

    let owned: Relay = serde_json::from_str(r#"{"owned": true}"#).unwrap();
    let mut closed = room("SAAAAA").with_relay(owned);
    let close = Input::Command {
        member: MemberId(1),
        id: None,
        command: Command::Close,
    };
    closed.handle(Timestamp(2_000), close).unwrap();
    store.save(SavedRoom::of(&closed, 0, Some(Timestamp(7_000))).unwrap());
    assert_eq!(unchanged(1).await, codes, "it is forgotten first");
}

#[tokio::test]
async fn only_the_newest_lines_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("matinee.db")).unwrap();
    let mut room = room("SAAAAA");
    let mut kept = 0;
    for n in 0..700 {
        say(&mut room, &format!("line {n}"));
        if n % 90 == 0 {
            store.save(SavedRoom::of(&room, kept, Some(Timestamp(1_000))).unwrap());
            kept = room.log().last_seq();
        }
    }
    store.save(SavedRoom::of(&room, kept, Some(Timestamp(1_000))).unwrap());
    let after = store
        .load(RoomCode::new("SAAAAA"), Timestamp(9_000))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(after.log().since(0).count(), matinee_room::limits::LOG_LINES_MAX);
    let last_seq = room.log().last_seq();
    assert!(after.log().since(0).any(|line| line.seq == last_seq));
    assert!(
        after.log().last_seq() > last_seq + 1_000,
        "numbers that a crash may have lost are not given again"
    );
}

#[tokio::test]
async fn lines_last_through_any_number_of_starts() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("matinee.db");
    let mut now = room("SAAAAA");
    let mut kept = 0;
    let mut said = now.log().since(0).count();
    for start in 0..4 {
        say(&mut now, &format!("said after start {start}"));
        said += 1;
        let store = Store::open(&file).unwrap();
        store.save(SavedRoom::of(&now, kept, Some(Timestamp(1_000))).unwrap());
        store.flush().await.unwrap();
        drop(store);
        let store = Store::open(&file).unwrap();
        now = store
            .load(RoomCode::new("SAAAAA"), Timestamp(9_000))
            .await
            .unwrap()
            .unwrap();
        kept = now.log().last_seq();
        assert_eq!(now.log().since(0).count(), said);
    }
}

#[tokio::test]
async fn a_deleted_room_is_gone_with_its_films() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("matinee.db")).unwrap();
    store.save(SavedRoom::of(&room("SAAAAA"), 0, Some(Timestamp(1_000))).unwrap());
    let film = SavedFilm {
        id: FilmId::new("f1"),
        room: RoomCode::new("SAAAAA"),
        title: "The General".into(),
        file_name: "f1.mp4".into(),
        added_at: Timestamp(1),
    };
    store.add_film(film.clone()).await.unwrap();
    assert_eq!(store.films().await.unwrap(), [film]);
    assert_eq!(store.count_rooms().await.unwrap(), 1);
    let old = store.rooms_unchanged_since(Timestamp(5_000)).await.unwrap();
    assert_eq!(old, [RoomCode::new("SAAAAA")]);
    store.delete_room(RoomCode::new("SAAAAA")).await.unwrap();
    assert!(store.films().await.unwrap().is_empty());
    assert_eq!(store.count_rooms().await.unwrap(), 0);
    assert!(
        store
            .load(RoomCode::new("SAAAAA"), Timestamp(9_000))
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn an_upload_is_kept_until_it_is_a_film_or_its_room_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("matinee.db")).unwrap();
    let code = RoomCode::new("SAAAAA");
    store.save(SavedRoom::of(&room("SAAAAA"), 0, Some(Timestamp(1_000))).unwrap());
    let upload = |id: &str| SavedUpload {
        id: UploadKey::new(id),
        room: code.clone(),
        owner: Identity::new("ana"),
        member: MemberId(1),
        title: id.into(),
        metadata: "filename Zm9v".into(),
        total_bytes: 100,
        mark: UploadMark {
            safe_bytes: 0,
            boot: "first".into(),
            moved_at: Timestamp(1),
        },
    };
    for id in ["u3", "u1", "u2"] {
        store.add_upload(upload(id)).await.unwrap();
    }
    let mark = UploadMark {
        safe_bytes: 60,
        boot: "second".into(),
        moved_at: Timestamp(2),
    };
    store
        .mark_upload(UploadKey::new("u1"), mark.clone())
        .await
        .unwrap();
    let film = SavedFilm {
        id: FilmId::new("f2"),
        room: code.clone(),
        title: "u2".into(),
        file_name: "u2.mp4".into(),
        added_at: Timestamp(3),
    };
    store
        .finish_upload(UploadKey::new("u2"), film.clone())
        .await
        .unwrap();
    let second_time = store.finish_upload(UploadKey::new("u3"), film.clone()).await;
    assert!(second_time.is_err(), "that film is there");
    let marked = SavedUpload { mark, ..upload("u1") };
    assert_eq!(store.uploads().await.unwrap(), [upload("u3"), marked]);
    assert_eq!(store.films().await.unwrap(), [film]);
    let room = store.load(code.clone(), Timestamp(9)).await.unwrap().unwrap();
    let listed: Vec<_> = room
        .uploads()
        .map(|upload| (upload.title.as_str(), upload.received_bytes, upload.paused))
        .collect();
    assert_eq!(listed, [("u3", 0, true), ("u1", 60, true)], "in their order");
    store.remove_upload(UploadKey::new("u3")).await.unwrap();
    assert_eq!(store.uploads().await.unwrap().len(), 1);
    store.delete_room(code).await.unwrap();
    assert!(store.uploads().await.unwrap().is_empty());
}

#[tokio::test]
async fn subtitles_outlast_a_restart_and_go_with_their_room() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("matinee.db");
    let store = Store::open(&file).unwrap();
    store.save(SavedRoom::of(&room("SAAAAA"), 0, Some(Timestamp(1_000))).unwrap());
    let german = |room: &str, number: u8| SavedSubtitles {
        id: SubtitlesId::from_bytes([number; 16]),
        room: RoomCode::new(room),
        film: FilmId::new("f1"),
        owner: Identity::new("ana"),
        added_by: "Ana".into(),
        label: "The General de".into(),
        language: Some("de".into()),
        forced: true,
        for_deaf: false,
        added_at: Timestamp(7),
    };
    let text = "WEBVTT\n\n00:01.000 --> 00:02.000\nDer Zug!\n";
    // The second is of a room that was never saved.
    for saved in [german("SAAAAA", 1), german("SBBBBB", 2)] {
        let placed = store.add_subtitles(saved, text.into()).await.unwrap();
        assert_eq!(placed, Placed::Kept);
    }
    drop(store);

    let store = Store::open(&file).unwrap();
    let of = |code: &str| store.subtitles(RoomCode::new(code), FilmId::new("f1"));
    let (code, id) = (RoomCode::new("SAAAAA"), german("SAAAAA", 1).id);
    assert_eq!(of("SAAAAA").await.unwrap(), [german("SAAAAA", 1)]);
    assert_eq!(of("SBBBBB").await.unwrap(), [], "its room is not there");
    let read = store.subtitles_text(code.clone(), id.clone()).await.unwrap();
    assert_eq!(read.as_deref(), Some(text));
    let elsewhere = store.subtitles_text(RoomCode::new("SCCCCC"), id).await.unwrap();
    assert_eq!(elsewhere, None, "they are that room's alone");
    store.delete_room(code).await.unwrap();
    assert_eq!(of("SAAAAA").await.unwrap(), []);
}

#[tokio::test]
async fn a_spot_is_there_as_soon_as_it_was_saved_and_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("matinee.db");
    let key = |viewer: &str| SpotKey {
        viewer: viewer.into(),
        film: Some(FilmId::new("f")),
    };
    let store = Store::open(&file).unwrap();
    for position_ms in 0..100 {
        let spot = Some(position_ms.to_string());
        store.save_spot(key("ana"), spot).await.unwrap();
    }
    store.save_spot(key("ben"), Some("5".into())).await.unwrap();
    assert_eq!(store.spot(key("ana")).await.unwrap().as_deref(), Some("99"));
    store.save_spot(key("ben"), None).await.unwrap();
    drop(store);
    let store = Store::open(&file).unwrap();
    assert_eq!(store.spot(key("ana")).await.unwrap().as_deref(), Some("99"));
    assert_eq!(store.spot(key("ben")).await.unwrap(), None);
}

#[tokio::test]
async fn a_secret_stays_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("matinee.db");
    let first = Store::open(&file)
        .unwrap()
        .secret("cookies", vec![1, 2, 3])
        .await
        .unwrap();
    let second = Store::open(&file)
        .unwrap()
        .secret("cookies", vec![9, 9, 9])
        .await
        .unwrap();
    assert_eq!((first, second), (vec![1, 2, 3], vec![1, 2, 3]));
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("matinee.db");
    std::fs::write(
        &file,
        "this is not a database, but long enough to be looked at as one ".repeat(20),
    )
    .unwrap();
    assert!(matches!(Store::open(&file), Err(StoreError::Database(_))));
}
