//! Uploads that are gone on with: after pauses, after crashes, on a full disk.

use std::fs;
use std::path::Path;

use bytes::Bytes;
use matinee_media::limits::{SNIFF_BYTES, UPLOAD_BATCH_BYTES};
use matinee_media::{Found, Left, Partial, PartialId, UploadError, UploadLimits, Uploads};

use crate::fixture::id;
use crate::upload::{MP4_HEAD, film_bytes, listed};
use crate::upload_limits::{run_alone, uploads_in};

fn partial(byte: u8) -> PartialId {
    PartialId::from_bytes([byte; 16])
}

async fn send(sending: &mut Partial, bytes: &[u8], chunk_bytes: usize) -> Result<(), UploadError> {
    for chunk in bytes.chunks(chunk_bytes) {
        sending.write(Bytes::copy_from_slice(chunk)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_film_that_came_in_pieces_is_the_same_film() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = film_bytes(MP4_HEAD, 3 * UPLOAD_BATCH_BYTES + 12_345);
    let total = bytes.len() as u64;
    let pieces = [1, 700, SNIFF_BYTES, UPLOAD_BATCH_BYTES, UPLOAD_BATCH_BYTES + 9];
    uploads_in(folder.path())
        .create_partial(&partial(1), total)
        .await
        .unwrap();
    let mut at = 0;
    for piece in pieces.into_iter().cycle() {
        // As after a restart, each time.
        let uploads = uploads_in(folder.path());
        let mut sending = uploads.open_partial(&partial(1), total).await.unwrap();
        assert_eq!(sending.received_bytes(), at as u64);
        let end = bytes.len().min(at + piece);
        send(&mut sending, &bytes[at..end], 50_000).await.unwrap();
        let left = sending.close().await.unwrap();
        assert_eq!(
            left,
            Left {
                received_bytes: end as u64,
                is_safe: true
            }
        );
        at = end;
        if at == bytes.len() {
            break;
        }
    }
    let uploads = uploads_in(folder.path());
    for _ in 0..2 {
        // A second time changes nothing.
        let film = uploads
            .complete_partial(&partial(1), id(9), "My Film", total)
            .await
            .unwrap();
        assert_eq!((film.title.as_str(), film.size_bytes), ("My Film", total));
        assert!(fs::read(&film.path).unwrap() == bytes);
        assert_eq!(listed(folder.path()), [format!("{}.mp4", id(9))]);
    }
}

#[tokio::test]
async fn more_than_announced_is_refused_and_what_was_there_stays() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = uploads_in(folder.path());
    let bytes = film_bytes(MP4_HEAD, 10_000);
    uploads.create_partial(&partial(1), 10_000).await.unwrap();
    let mut sending = uploads.open_partial(&partial(1), 10_000).await.unwrap();
    send(&mut sending, &bytes[..9_000], 9_000).await.unwrap();
    let refused = sending.write(vec![0; 1_001].into()).await;
    assert!(
        matches!(refused, Err(UploadError::TooLong { total_bytes: 10_000 })),
        "{refused:?}"
    );
    assert_eq!(sending.close().await.unwrap().received_bytes, 9_000);
    let early = uploads
        .complete_partial(&partial(1), id(9), "My Film", 10_000)
        .await;
    assert!(matches!(
        early,
        Err(UploadError::TooShort {
            received_bytes: 9_000,
            ..
        })
    ));
    let mut sending = uploads.open_partial(&partial(1), 10_000).await.unwrap();
    send(&mut sending, &bytes[9_000..], 400).await.unwrap();
    sending.close().await.unwrap();
    let film = uploads
        .complete_partial(&partial(1), id(9), "My Film", 10_000)
        .await
        .unwrap();
    assert!(fs::read(&film.path).unwrap() == bytes);
}

#[tokio::test]
async fn what_is_no_film_is_refused_as_soon_as_it_shows() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = uploads_in(folder.path());
    let words = b"Dear diary, ".repeat(1_000);
    for (byte, total, pieces) in [
        (1, 1_000_000, vec![SNIFF_BYTES]),
        (2, 1_000_000, vec![100, SNIFF_BYTES - 101, 1]),
        (3, 24, vec![23, 1]),
    ] {
        uploads.create_partial(&partial(byte), total).await.unwrap();
        let mut at = 0;
        for (index, piece) in pieces.iter().enumerate() {
            let mut sending = uploads.open_partial(&partial(byte), total).await.unwrap();
            let taken = send(&mut sending, &words[at..at + piece], 4_000).await;
            let is_last = index + 1 == pieces.len();
            assert_eq!(
                matches!(taken, Err(UploadError::NotAVideo { .. })),
                is_last,
                "{taken:?}"
            );
            assert!(is_last || taken.is_ok());
            at += piece;
            sending.close().await.unwrap();
        }
        uploads.remove_partial(&partial(byte)).await.unwrap();
        uploads.remove_partial(&partial(byte)).await.unwrap();
    }
    assert!(listed(folder.path()).is_empty());
    let gone = uploads.open_partial(&partial(1), 1_000_000).await;
    assert!(matches!(gone, Err(UploadError::Gone)), "{gone:?}");
    let gone = uploads.complete_partial(&partial(1), id(9), "x", 1_000_000).await;
    assert!(matches!(gone, Err(UploadError::Gone)), "{gone:?}");
}

#[tokio::test]
async fn after_a_kill_there_is_all_that_was_written_and_after_a_power_cut_all_that_was_synced() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = film_bytes(MP4_HEAD, 4 * UPLOAD_BATCH_BYTES);
    let total = bytes.len() as u64;
    let uploads = uploads_in(folder.path());
    uploads.create_partial(&partial(1), total).await.unwrap();
    let mut sending = uploads.open_partial(&partial(1), total).await.unwrap();
    send(&mut sending, &bytes[..100_000], 9_999).await.unwrap();
    let safe = sending.sync().await.unwrap();
    assert_eq!(safe, 100_000);
    send(
        &mut sending,
        &bytes[100_000..2 * UPLOAD_BATCH_BYTES + 100_000],
        70_000,
    )
    .await
    .unwrap();
    // Killed: nothing is closed. A thread of ours that writes would have gone as well; here it ends.
    drop(sending);
    let file = folder.path().join(format!("{}.partial", partial(1)));
    while fs::metadata(&file).unwrap().len() < 100_000 + 2 * UPLOAD_BATCH_BYTES as u64 {
        tokio::task::yield_now().await;
    }
    let found = |safe_bytes: Option<u64>| {
        let uploads = uploads_in(folder.path());
        match uploads
            .find_partial(&partial(1), &id(9), "x", safe_bytes)
            .unwrap()
        {
            Found::Partial(bytes) => bytes,
            other => panic!("{other:?}"),
        }
    };
    let there = found(None);
    assert_eq!(there, 100_000 + 2 * UPLOAD_BATCH_BYTES as u64);
    assert_eq!(found(Some(u64::MAX)), there, "no more than there is");
    assert_eq!(found(Some(safe)), 100_000);
    assert!(fs::read(&file).unwrap() == bytes[..100_000]);
}

#[tokio::test]
async fn only_what_nobody_knows_is_cleared_away() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = uploads_in(folder.path());
    for byte in [1, 2] {
        uploads.create_partial(&partial(byte), 100).await.unwrap();
    }
    fs::write(folder.path().join("download.partial"), b"not ours").unwrap();
    let uploads = uploads_in(folder.path());
    assert_eq!(
        uploads.remove_unknown_partials(|id| *id == partial(1)).unwrap(),
        1
    );
    assert_eq!(
        listed(folder.path()),
        [format!("{}.partial", partial(1)), "download.partial".to_owned()]
    );
    let nothing = uploads.find_partial(&partial(2), &id(9), "x", None).unwrap();
    assert!(matches!(nothing, Found::Nothing));
    let again = uploads.create_partial(&partial(1), 100).await;
    assert!(
        matches!(again, Err(UploadError::Storage(_))),
        "an id is used once"
    );
}

#[tokio::test]
async fn a_film_that_got_its_name_before_a_crash_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = uploads_in(folder.path());
    let bytes = film_bytes(MP4_HEAD, 5_000);
    uploads.create_partial(&partial(1), 5_000).await.unwrap();
    let mut sending = uploads.open_partial(&partial(1), 5_000).await.unwrap();
    send(&mut sending, &bytes, 999).await.unwrap();
    sending.close().await.unwrap();
    uploads
        .complete_partial(&partial(1), id(9), "My Film", 5_000)
        .await
        .unwrap();
    let found = uploads
        .find_partial(&partial(1), &id(9), "My Film", Some(0))
        .unwrap();
    assert!(
        matches!(&found, Found::Film(film) if film.size_bytes == 5_000 && film.title == "My Film"),
        "{found:?}"
    );
}

#[test]
fn a_films_id_is_its_uploads_secret() {
    let film = partial(1).film(&[7; 32]);
    assert_eq!(partial(1).film(&[7; 32]), film, "always the same");
    assert_ne!(film.as_str(), partial(1).as_str());
    assert_ne!(partial(2).film(&[7; 32]), film);
    assert_ne!(partial(1).film(&[8; 32]), film);
    assert_eq!(PartialId::parse(partial(1).as_str()), Some(partial(1)));
    assert_eq!(PartialId::parse("../../etc/passwd"), None);
}

#[tokio::test]
async fn what_will_not_fit_is_refused_before_its_first_byte() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = uploads_in(folder.path());
    let refused = uploads.create_partial(&partial(1), u64::MAX).await;
    assert!(matches!(refused, Err(UploadError::DiskFull)), "{refused:?}");
    let limits = UploadLimits {
        free_bytes_min: u64::MAX,
        ..UploadLimits::default()
    };
    let reserved = Uploads::new(folder.path(), limits).unwrap();
    assert!(matches!(
        reserved.create_partial(&partial(1), 1).await,
        Err(UploadError::DiskFull)
    ));
    assert!(listed(folder.path()).is_empty());
}

/// Sends until the disk is full, and what is left when there is room again.
async fn fill(folder: &Path, make_room: impl FnOnce()) {
    let uploads = uploads_in(folder);
    let bytes = film_bytes(MP4_HEAD, 5 * UPLOAD_BATCH_BYTES / 2);
    let total = bytes.len() as u64;
    uploads.create_partial(&partial(1), 0).await.unwrap();
    let mut sending = uploads.open_partial(&partial(1), total).await.unwrap();
    let mut ended = send(&mut sending, &bytes, 60_000).await;
    if ended.is_ok() {
        ended = sending.sync().await.map(drop);
    }
    assert!(matches!(ended, Err(UploadError::DiskFull)), "{ended:?}");
    let left = sending.close().await.unwrap();
    assert!(!left.is_safe && left.received_bytes < total, "{left:?}");
    make_room();
    let uploads = uploads_in(folder);
    let mut sending = uploads.open_partial(&partial(1), total).await.unwrap();
    assert_eq!(sending.received_bytes(), left.received_bytes);
    let missing = &bytes[left.received_bytes as usize..];
    send(&mut sending, missing, 60_000).await.unwrap();
    assert!(sending.close().await.unwrap().is_safe);
    let film = uploads
        .complete_partial(&partial(1), id(9), "x", total)
        .await
        .unwrap();
    assert!(fs::read(&film.path).unwrap() == bytes);
}

/// A limit on the length of files is a full disk that needs no rights; raised, there is room again.
#[test]
fn a_full_disk_pauses_it() {
    run_alone(
        "trap '' XFSZ; ulimit -S -f 2048",
        "partial::alone_with_1_mib_of_room",
    );
}

#[tokio::test]
#[ignore = "run by a_full_disk_pauses_it"]
async fn alone_with_1_mib_of_room() {
    fill(tempfile::tempdir().unwrap().path(), || {
        let pid = std::process::id().to_string();
        let raised = std::process::Command::new("prlimit")
            .args(["--pid", &pid, "--fsize=unlimited"])
            .status();
        assert!(raised.unwrap().success());
    })
    .await;
}
