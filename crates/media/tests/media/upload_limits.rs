//! Uploads that end early: too long, too short, given up, one too many, no room. Nothing may stay behind.
//!
//! Two tests need a process of their own, because what they limit or measure belongs to the whole process:
//! they start this binary again with one ignored test.

use std::path::Path;
use std::pin::{Pin, pin};
use std::process::Command;
use std::sync::mpsc;
use std::task::{Context, Waker};

use bytes::Bytes;
use matinee_media::limits::UPLOAD_BATCH_BYTES;
use matinee_media::{Blame, UploadError, UploadLimits, Uploads};

use crate::fixture::id;
use crate::upload::{MP4_HEAD, film_bytes, listed};

pub(crate) fn uploads_in(folder: &Path) -> Uploads {
    Uploads::new(folder, UploadLimits::default()).unwrap()
}

#[tokio::test]
async fn lengths_are_checked_before_the_first_byte() {
    let folder = tempfile::tempdir().unwrap();
    let limits = UploadLimits {
        film_bytes_max: 1000,
        ..UploadLimits::default()
    };
    let uploads = Uploads::new(folder.path(), limits).unwrap();
    assert!(matches!(
        uploads.begin(id(1), "a.mp4", 0).await,
        Err(UploadError::Empty)
    ));
    let too_large = uploads.begin(id(1), "a.mp4", 1001).await.unwrap_err();
    assert!(matches!(too_large, UploadError::TooLarge { bytes_max: 1000 }));
    assert!(listed(folder.path()).is_empty());
    assert!(uploads.begin(id(1), "a.mp4", 1000).await.is_ok());
}

#[tokio::test]
async fn an_open_length_has_the_same_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let limits = UploadLimits {
        film_bytes_max: 10_000,
        ..UploadLimits::default()
    };
    let uploads = Uploads::new(folder.path(), limits).unwrap();
    let bytes = Bytes::from(film_bytes(MP4_HEAD, 10_000));
    let mut upload = uploads.begin_open(id(1), "a.mp4", 0).await.unwrap();
    upload.write(bytes.clone()).await.unwrap();
    assert_eq!(upload.finish().await.unwrap().size_bytes, 10_000);
    let mut upload = uploads.begin_open(id(2), "b.mp4", 0).await.unwrap();
    upload.write(bytes).await.unwrap();
    let error = upload.write(Bytes::from_static(b"x")).await.unwrap_err();
    assert!(matches!(error, UploadError::TooLarge { bytes_max: 10_000 }));
    let empty = uploads.begin_open(id(3), "c.mp4", 0).await.unwrap();
    assert!(matches!(empty.finish().await, Err(UploadError::Empty)));
    assert_eq!(listed(folder.path()).len(), 1);
}

#[tokio::test]
async fn more_than_announced_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = uploads_in(folder.path());
    let bytes = film_bytes(MP4_HEAD, 3 * UPLOAD_BATCH_BYTES);
    let mut upload = uploads.begin(id(1), "a.mp4", bytes.len() as u64).await.unwrap();
    upload.write(bytes.into()).await.unwrap();
    let error = upload.write(Bytes::from_static(b"x")).await.unwrap_err();
    assert!(matches!(
        error,
        UploadError::TooLong {
            total_bytes: 3_145_728
        }
    ));
    assert_eq!(error.blame(), Blame::Peer);
    assert!(listed(folder.path()).is_empty());
}

#[tokio::test]
async fn less_than_announced_is_no_film() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = uploads_in(folder.path());
    let bytes = film_bytes(MP4_HEAD, 3 * UPLOAD_BATCH_BYTES);
    let mut upload = uploads
        .begin(id(1), "a.mp4", bytes.len() as u64 + 1)
        .await
        .unwrap();
    upload.write(bytes.into()).await.unwrap();
    let error = upload.finish().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "The upload stopped after 3145728 of 3145729 bytes. Send the film again."
    );
    assert!(listed(folder.path()).is_empty());
}

#[tokio::test]
async fn a_dropped_upload_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = uploads_in(folder.path());
    for size_bytes in [10, UPLOAD_BATCH_BYTES, 5 * UPLOAD_BATCH_BYTES + 7] {
        let mut upload = uploads.begin(id(1), "a.mp4", 1 << 30).await.unwrap();
        upload
            .write(film_bytes(MP4_HEAD, size_bytes.max(MP4_HEAD.len())).into())
            .await
            .unwrap();
        assert_eq!(listed(folder.path()).len(), 1);
        drop(upload);
        assert!(listed(folder.path()).is_empty());
    }
}

#[test]
fn an_upload_dropped_without_a_runtime_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = uploads_in(folder.path());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let upload = runtime.block_on(uploads.begin(id(1), "a.mp4", 100)).unwrap();
    drop(runtime);
    drop(upload);
    assert!(listed(folder.path()).is_empty());
}

/// A runtime whose only blocking thread the test can hold.
fn one_blocking_thread() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(1)
        .build()
        .unwrap()
}

/// Holds the blocking thread of [`one_blocking_thread`] until the sender is dropped.
fn hold_blocking_thread() -> mpsc::Sender<()> {
    let (hold, held) = mpsc::channel::<()>();
    tokio::task::spawn_blocking(move || held.recv());
    hold
}

fn is_pending(future: Pin<&mut impl Future>) -> bool {
    future.poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

/// As when the sender's connection breaks while we wait for the disk.
#[test]
fn a_write_dropped_halfway_never_becomes_a_film() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = uploads_in(folder.path());
    one_blocking_thread().block_on(async {
        let bytes = film_bytes(MP4_HEAD, 8 * UPLOAD_BATCH_BYTES);
        let mut upload = uploads.begin(id(1), "a.mp4", bytes.len() as u64).await.unwrap();
        let hold = hold_blocking_thread();
        // The second batch has to wait for the first.
        assert!(is_pending(pin!(upload.write(bytes.into()))));
        drop(hold);
        assert!(matches!(upload.finish().await, Err(UploadError::TooShort { .. })));
    });
    assert!(listed(folder.path()).is_empty());
}

#[test]
fn a_film_that_nobody_waits_for_any_more_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = uploads_in(folder.path());
    one_blocking_thread().block_on(async {
        let mut upload = uploads
            .begin(id(1), "a.mp4", MP4_HEAD.len() as u64)
            .await
            .unwrap();
        upload.write(Bytes::from_static(MP4_HEAD)).await.unwrap();
        let hold = hold_blocking_thread();
        assert!(is_pending(Box::pin(upload.finish()).as_mut()));
        drop(hold);
        // One thread, so this comes after the finishing.
        tokio::task::spawn_blocking(|| ()).await.unwrap();
    });
    assert!(listed(folder.path()).is_empty());
}

#[tokio::test]
async fn one_upload_too_many_is_told_to_wait() {
    let folder = tempfile::tempdir().unwrap();
    let limits = UploadLimits {
        at_once_max: 2,
        ..UploadLimits::default()
    };
    let uploads = Uploads::new(folder.path(), limits).unwrap();
    let first = uploads.begin(id(1), "a.mp4", 100).await.unwrap();
    let _second = uploads.begin(id(2), "b.mp4", 100).await.unwrap();
    let busy = uploads.begin(id(3), "c.mp4", 100).await.unwrap_err();
    assert!(matches!(busy, UploadError::Busy { at_once_max: 2 }));
    assert_eq!(busy.blame(), Blame::Ours);
    drop(first);
    assert!(uploads.begin(id(3), "c.mp4", 100).await.is_ok());
}

#[tokio::test]
async fn an_id_is_used_once() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = uploads_in(folder.path());
    let _first = uploads.begin(id(1), "a.mp4", 100).await.unwrap();
    assert!(matches!(
        uploads.begin(id(1), "a.mp4", 100).await,
        Err(UploadError::Storage(_))
    ));
    assert_eq!(listed(folder.path()).len(), 1);
}

/// Sends until it is refused for want of room.
async fn fill(folder: &Path) {
    let uploads = uploads_in(folder);
    let mut upload = uploads.begin(id(1), "a.mp4", 64 << 20).await.unwrap();
    let mut bytes = Bytes::from(film_bytes(MP4_HEAD, UPLOAD_BATCH_BYTES));
    let error = loop {
        assert!(upload.received_bytes() < 32 << 20, "the disk did not get full");
        match upload.write(bytes.clone()).await {
            Ok(()) => bytes = vec![1; UPLOAD_BATCH_BYTES].into(),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, UploadError::DiskFull), "{error:?}");
    assert_eq!(error.blame(), Blame::Ours);
    // The upload is still there, its file is not.
    assert!(listed(folder).is_empty());

    // It can also become full with the very last bytes.
    let size_bytes = 4 * UPLOAD_BATCH_BYTES - 1;
    let mut upload = uploads.begin(id(2), "a.mp4", size_bytes as u64).await.unwrap();
    let written = upload.write(film_bytes(MP4_HEAD, size_bytes).into()).await;
    let ended = match written {
        Ok(()) => upload.finish().await.map(drop),
        Err(error) => Err(error),
    };
    assert!(matches!(ended, Err(UploadError::DiskFull)), "{ended:?}");
    assert!(listed(folder).is_empty());
}

/// Starts this binary again, in a shell that has done `before`, with one ignored test.
pub(crate) fn run_alone(before: &str, test: &str) {
    let script = format!("{before}; exec \"$0\" --exact {test} --ignored --nocapture");
    let this = std::env::current_exe().unwrap();
    let output = Command::new("sh")
        .args(["-c", &script])
        .arg(this)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

/// A limit on the length of files is a full disk that needs no rights: the system refuses at the same place.
#[test]
fn a_full_disk_ends_it() {
    run_alone(
        "trap '' XFSZ; ulimit -f 6144",
        "upload_limits::alone_with_3_mib_of_room",
    );
}

#[tokio::test]
#[ignore = "run by a_full_disk_ends_it"]
async fn alone_with_3_mib_of_room() {
    fill(tempfile::tempdir().unwrap().path()).await;
}

/// The real thing, where we may mount one.
#[tokio::test]
async fn a_full_file_system_ends_it() {
    struct Mounted(tempfile::TempDir);
    impl Drop for Mounted {
        fn drop(&mut self) {
            let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
        }
    }
    let folder = Mounted(tempfile::tempdir().unwrap());
    let mount = ["-t", "tmpfs", "-o", "size=3m", "tmpfs"];
    match Command::new("mount").args(mount).arg(folder.0.path()).output() {
        Ok(output) if output.status.success() => {
            fill(folder.0.path()).await;
            // Its room is free again: a film that fits comes in.
            let uploads = uploads_in(folder.0.path());
            let bytes = film_bytes(MP4_HEAD, 2 * UPLOAD_BATCH_BYTES + UPLOAD_BATCH_BYTES / 2);
            let mut upload = uploads.begin(id(3), "a.mp4", bytes.len() as u64).await.unwrap();
            upload.write(bytes.into()).await.unwrap();
            upload.finish().await.unwrap();
        }
        _ => eprintln!("not allowed to mount: left to a_full_disk_ends_it"),
    }
}

#[test]
fn a_large_upload_needs_little_memory() {
    run_alone("true", "upload_limits::alone_with_a_large_film");
}

#[tokio::test]
#[ignore = "run by a_large_upload_needs_little_memory; MATINEE_TEST_UPLOAD_MIB sets how large"]
async fn alone_with_a_large_film() {
    let mebibytes = std::env::var("MATINEE_TEST_UPLOAD_MIB").map_or(256, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let uploads = uploads_in(folder.path());
    let before_kib = peak_memory_kib();
    let mut upload = uploads.begin(id(1), "a.mp4", mebibytes << 20).await.unwrap();
    let started = std::time::Instant::now();
    upload.write(film_bytes(MP4_HEAD, 64 << 10).into()).await.unwrap();
    while upload.received_bytes() < mebibytes << 20 {
        upload.write(vec![1; 64 << 10].into()).await.unwrap();
    }
    let sent = started.elapsed();
    let film = upload.finish().await.unwrap();
    let grown_kib = peak_memory_kib() - before_kib;
    let rate = |time: std::time::Duration| (mebibytes << 20) as f64 / 1e6 / time.as_secs_f64();
    println!(
        "{:.0} MB/s taken, {:.0} MB/s with fsync, {grown_kib} KiB",
        rate(sent),
        rate(started.elapsed())
    );
    assert_eq!(film.size_bytes, mebibytes << 20);
    assert!(grown_kib < 32 << 10, "{grown_kib} KiB");
}

fn peak_memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test]
async fn the_disks_reserve_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let limits = UploadLimits {
        free_bytes_min: u64::MAX,
        ..UploadLimits::default()
    };
    let uploads = Uploads::new(folder.path(), limits).unwrap();
    let refused = uploads.begin(id(1), "a.mp4", 100).await;
    assert!(matches!(refused, Err(UploadError::DiskFull)));
    assert!(listed(folder.path()).is_empty());
}
