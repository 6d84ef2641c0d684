//! What happens to uploads with time, and with the machine.

use super::*;
use crate::config::Config;
use matinee_media::limits::UPLOAD_SYNC_BYTES;
use matinee_room::{Identity, MemberId, UploadKey};

const HOUR_MS: u64 = 3_600_000;

/// A server's folder, opened again and again as after restarts.
struct House {
    folder: tempfile::TempDir,
    quota: Quota,
}

impl House {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            quota: Quota {
                room_bytes_max: u64::MAX,
                server_bytes_max: u64::MAX,
            },
        }
    }

    async fn open(&self) -> (Store, Films, KeptUploads) {
        let store = Store::open(&self.folder.path().join("matinee.db")).unwrap();
        let data = self.folder.path().to_str().unwrap();
        let config = Config::typed(&["--data", data, "--disk-reserve-mib", "0"]).unwrap();
        let coming = store.uploads().await.unwrap();
        let films = Films::open(&config, vec![7; 32], &store.films().await.unwrap(), &coming)
            .await
            .unwrap();
        let uploads = KeptUploads::open(coming, &store, &films, self.quota, config.upload_keep)
            .await
            .unwrap();
        (store, films, uploads)
    }
}

/// One that is announced at a moment.
fn announced(id: u8, total_bytes: u64, at: Timestamp) -> SavedUpload {
    SavedUpload {
        id: UploadKey::new(PartialId::from_bytes([id; 16]).as_str()),
        room: RoomCode::new("SAAAAA"),
        owner: Identity::new("ana"),
        member: MemberId(1),
        title: "The General".into(),
        metadata: String::new(),
        total_bytes,
        mark: UploadMark {
            safe_bytes: 0,
            boot: boot(),
            moved_at: at,
        },
    }
}

/// An upload of which so many bytes have come at 1 h.
async fn begun((store, films, uploads): &(Store, Films, KeptUploads), bytes: &[u8], total: u64) -> Arc<Kept> {
    let id = PartialId::from_bytes([1; 16]);
    let saved = announced(1, total, Timestamp(0));
    let kept = Arc::new(Kept::new(id.clone(), films.film_of(&id), saved.clone(), 0));
    assert_eq!(uploads.admit(Arc::clone(&kept), films, Timestamp(0)), Ok(total));
    films.uploads.create_partial(&id, total).await.unwrap();
    store.add_upload(saved).await.unwrap();
    let mut partial = films.uploads.open_partial(&id, total).await.unwrap();
    partial.write(bytes.to_vec().into()).await.unwrap();
    kept.heard(Timestamp(HOUR_MS));
    let left = partial.close().await.unwrap();
    uploads.note(store, &kept, left).await;
    kept
}

fn film(size: usize) -> Vec<u8> {
    let mut bytes = b"\0\0\0\x18ftypisom\0\0\x02\0isommp42".to_vec();
    bytes.resize(size, 1);
    bytes
}

fn partial_path(house: &House, kept: &Kept) -> std::path::PathBuf {
    let name = format!("{}.partial", kept.id);
    house.folder.path().join("films").join(name)
}

#[tokio::test]
async fn one_that_nobody_goes_on_with_expires_a_day_after_its_last_byte() {
    let house = House::new();
    let open = house.open().await;
    let kept = begun(&open, &film(5_000), 9_000).await;
    let (store, films, uploads) = open;
    assert_eq!(uploads.expires_at(&kept), Timestamp(25 * HOUR_MS));
    let there = |uploads: &KeptUploads, at| uploads.find(&kept.id, Timestamp(at)).is_some();
    assert!(there(&uploads, 25 * HOUR_MS - 1) && !there(&uploads, 25 * HOUR_MS));
    assert!(uploads.expired(Timestamp(25 * HOUR_MS - 1)).is_empty());
    let turn = kept.turn().await;
    assert!(
        uploads.expired(Timestamp(26 * HOUR_MS)).is_empty(),
        "it is being sent"
    );
    drop(turn);
    // A restart makes it no younger.
    drop((store, films, uploads));
    let (store, films, uploads) = house.open().await;
    let expired = uploads.expired(Timestamp(25 * HOUR_MS));
    assert_eq!(expired.len(), 1);
    uploads.remove(&store, &films, &expired[0]).await.unwrap();
    assert!(!there(&uploads, 0) && !partial_path(&house, &kept).exists());
    assert!(store.uploads().await.unwrap().is_empty());
}

#[tokio::test]
async fn after_a_power_cut_it_goes_on_where_the_disk_is_sure_of_it() {
    let house = House::new();
    let open = house.open().await;
    let kept = begun(&open, &film(5_000), 9_000).await;
    let path = partial_path(&house, &kept);
    let mut more = std::fs::File::options().append(true).open(&path).unwrap();
    std::io::Write::write_all(&mut more, &[1; 2_000]).unwrap();
    drop(open);
    // The process was killed, the machine was not: all is there.
    let open = house.open().await;
    let received = |uploads: &KeptUploads| uploads.find(&kept.id, Timestamp(0)).unwrap().received_bytes();
    assert_eq!(received(&open.2), 7_000);
    assert_eq!(open.0.uploads().await.unwrap()[0].mark.safe_bytes, 7_000);
    let was_off = UploadMark {
        safe_bytes: 5_000,
        boot: "the day before".into(),
        moved_at: Timestamp(0),
    };
    open.0.mark_upload(kept.key(), was_off).await.unwrap();
    drop(open);
    let open = house.open().await;
    assert_eq!(received(&open.2), 5_000);
    assert!(std::fs::read(path).unwrap() == film(5_000));
}

#[tokio::test]
async fn a_record_without_bytes_and_bytes_without_a_record_go() {
    let house = House::new();
    let open = house.open().await;
    let kept = begun(&open, &film(5_000), 9_000).await;
    std::fs::remove_file(partial_path(&house, &kept)).unwrap();
    let stray = house
        .folder
        .path()
        .join("films")
        .join(format!("{}.partial", "ab".repeat(16)));
    std::fs::write(&stray, b"film").unwrap();
    drop(open);
    let (store, _films, uploads) = house.open().await;
    assert!(uploads.find(&kept.id, Timestamp(0)).is_none());
    assert!(store.uploads().await.unwrap().is_empty());
    assert!(!stray.exists());
}

#[tokio::test]
async fn a_film_that_has_its_name_but_no_record_gets_one_at_the_next_start() {
    let house = House::new();
    let open = house.open().await;
    let kept = begun(&open, &film(9_000), 9_000).await;
    let (_store, films, _uploads) = open;
    films
        .uploads
        .complete_partial(&kept.id, kept.film.clone(), "The General", 9_000)
        .await
        .unwrap();
    drop((_store, films, _uploads));
    let (store, films, uploads) = house.open().await;
    assert!(uploads.find(&kept.id, Timestamp(0)).is_none());
    assert_eq!(store.films().await.unwrap()[0].title, "The General");
    assert_eq!(films.room_of(&kept.film), Some(RoomCode::new("SAAAAA")));
    assert_eq!(films.shelf.get(&kept.film).unwrap().size_bytes, 9_000);
}

#[tokio::test(start_paused = true)]
async fn the_turn_goes_to_the_next_when_nothing_comes_from_the_one_before() {
    let house = House::new();
    let open = house.open().await;
    let kept = begun(&open, &film(5_000), UPLOAD_SYNC_BYTES).await;
    let turn = kept.turn().await.unwrap();
    let steady = {
        let kept = Arc::clone(&kept);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(300)).await;
                kept.heard(Timestamp(HOUR_MS));
            }
        })
    };
    assert!(kept.turn().await.is_none(), "bytes come");
    steady.abort();
    let silent = {
        let kept = Arc::clone(&kept);
        tokio::spawn(async move {
            kept.is_wanted().await;
            drop(turn);
        })
    };
    assert!(kept.turn().await.is_some());
    silent.await.unwrap();
}

#[tokio::test]
async fn one_that_does_not_come_gives_its_place_to_others() {
    const S: u64 = 1_000;
    let mut house = House::new();
    house.quota.room_bytes_max = 10_000;
    let (_store, films, uploads) = house.open().await;
    let announce = |id: u8, at: u64| {
        let partial = PartialId::from_bytes([id; 16]);
        let film = films.film_of(&partial);
        let kept = Arc::new(Kept::new(partial, film, announced(id, 8_640, Timestamp(at)), 0));
        let admitted = uploads.admit(Arc::clone(&kept), &films, Timestamp(at));
        admitted.map(|missing| (kept, missing))
    };
    let again = |kept: &Kept, at: u64| uploads.admit_again(kept, &films, Timestamp(at));
    let full = |used_bytes| {
        Err(NoPlace::Room {
            used_bytes,
            bytes_max: 10_000,
        })
    };

    let (named, _) = announce(1, 0).unwrap();
    assert_eq!(announce(2, 10 * S).map(|_| ()), full(8_640), "it may yet begin");
    // Nothing has come of it.
    let (coming, missing) = announce(2, 11 * S).unwrap();
    assert_eq!(missing, 8_640, "of the one that has its place");
    assert_eq!(
        again(&named, 12 * S).map(|_| ()),
        full(8_640),
        "the place is taken"
    );

    // A byte every ten seconds is fast enough, and what has come keeps its place for as long as it is ahead.
    coming.stands_at(4_320);
    let hours_12 = 21 * S + 12 * HOUR_MS;
    assert_eq!(announce(3, hours_12).map(|_| ()), full(8_640));
    assert_eq!(again(&coming, hours_12), Ok(None));
    let late = hours_12 + 1;
    assert_eq!(again(&coming, late), Ok(Some(4_320)), "nobody has its place yet");
    uploads.forget(&named.id);
    assert_eq!(announce(3, late).map(|_| ()), full(4_320), "what is here stays");
    coming.stands_at(1_000);
    let (_third, missing) = announce(3, late).unwrap();
    assert_eq!(missing, 8_640);
    assert_eq!(again(&coming, late).map(|_| ()), full(8_640));
    coming.stands_at(8_640);
    assert_eq!(again(&coming, late), Ok(None), "it is here");
}
