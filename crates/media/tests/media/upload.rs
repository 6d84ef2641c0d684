//! Uploads that work, and uploads that are refused for what they are.

use std::fs;
use std::path::Path;

use bytes::Bytes;
use http::Method;
use matinee_media::limits::{SNIFF_BYTES, UPLOAD_BATCH_BYTES};
use matinee_media::{Blame, FilmFile, MediaType, UploadError, UploadLimits, Uploads};

use crate::fixture::{answer, id};

pub(crate) const MP4_HEAD: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isommp42";
const WEBM_HEAD: &[u8] =
    b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm";
const MKV_HEAD: &[u8] = b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x88matroska";

pub(crate) fn film_bytes(head: &[u8], size_bytes: usize) -> Vec<u8> {
    let mut bytes = head.to_vec();
    bytes.extend((head.len()..size_bytes).map(|at| (at % 251) as u8));
    bytes
}

/// The names in a folder.
pub(crate) fn listed(folder: &Path) -> Vec<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(name).collect();
    names.sort();
    names
}

async fn upload(
    uploads: &Uploads,
    byte: u8,
    name: &str,
    bytes: &[u8],
    chunk_bytes: usize,
) -> Result<FilmFile, UploadError> {
    let mut upload = uploads.begin(id(byte), name, bytes.len() as u64).await?;
    for chunk in bytes.chunks(chunk_bytes) {
        upload.write(Bytes::copy_from_slice(chunk)).await?;
    }
    assert_eq!(upload.received_bytes(), bytes.len() as u64);
    upload.finish().await
}

#[tokio::test]
async fn a_film_comes_in_and_goes_out_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = Uploads::new(folder.path().join("new/folder"), UploadLimits::default()).unwrap();
    let table = [
        (MP4_HEAD, 300_000, 777, MediaType::Mp4),
        (
            WEBM_HEAD,
            3 * UPLOAD_BATCH_BYTES + 5,
            UPLOAD_BATCH_BYTES * 2 + 3,
            MediaType::WebM,
        ),
        (
            MKV_HEAD,
            2 * UPLOAD_BATCH_BYTES,
            UPLOAD_BATCH_BYTES / 4,
            MediaType::Matroska,
        ),
        // Shorter than what it is recognised by otherwise.
        (MP4_HEAD, MP4_HEAD.len(), 1, MediaType::Mp4),
    ];
    for (index, (head, size_bytes, chunk_bytes, media_type)) in table.into_iter().enumerate() {
        let bytes = film_bytes(head, size_bytes);
        let film = upload(&uploads, index as u8, "My_Holiday.2024.bin", &bytes, chunk_bytes)
            .await
            .unwrap();
        assert_eq!(film.id, id(index as u8));
        assert_eq!(film.title, "My Holiday 2024 bin");
        assert_eq!(film.media_type, media_type);
        assert_eq!(film.size_bytes, bytes.len() as u64);
        assert!(film.is_upload());
        let stored = format!("{}.{}", film.id, media_type.extension());
        assert!(film.path.ends_with(format!("new/folder/{stored}")));
        assert!(answer(&film, Method::GET, &[]).await.body == bytes);
        assert_eq!(
            uploads
                .reopen(film.id.clone(), &film.file_name, &film.title)
                .unwrap(),
            film
        );
    }
    assert_eq!(listed(&folder.path().join("new/folder")).len(), 4);
}

#[tokio::test]
async fn the_senders_name_is_a_title_and_never_a_path() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("in");
    let uploads = Uploads::new(&folder, UploadLimits::default()).unwrap();
    let names = [
        "../../evil.mp4",
        "/etc/evil.mp4",
        "..\\evil.mp4",
        "evil\0.mp4",
        "..",
        "",
        "evil.html",
    ];
    for (index, name) in names.into_iter().enumerate() {
        let film = upload(&uploads, index as u8, name, MP4_HEAD, 100).await.unwrap();
        assert_eq!(
            film.path,
            folder.canonicalize().unwrap().join(format!("{}.mp4", film.id))
        );
        assert!(film.file_name.ends_with(".mp4"));
        assert_eq!(film.url().matches('/').count(), 3);
        assert_eq!(
            answer(&film, Method::GET, &[]).await.header("content-type"),
            Some("video/mp4")
        );
    }
    assert_eq!(listed(outer.path()), ["in"]);
}

#[tokio::test]
async fn what_is_not_a_film_is_refused_with_its_first_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = Uploads::new(folder.path(), UploadLimits::default()).unwrap();
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x06";
    let table: [(&[u8], Option<&str>); 4] = [
        (b"Once upon a time, there was a text. ", None),
        (png, Some("image/png")),
        (
            b"<!DOCTYPE html><html><script>alert(1)</script></html>",
            Some("text/html"),
        ),
        (b"PK\x03\x04\x14\0\0\0\x08\0", Some("application/zip")),
    ];
    for (head, expected) in table {
        // A long one is refused as soon as its first bytes are there.
        let mut upload = uploads.begin(id(1), "film.mp4", 1 << 30).await.unwrap();
        let error = upload
            .write(film_bytes(head, SNIFF_BYTES).into())
            .await
            .unwrap_err();
        assert!(
            matches!(error, UploadError::NotAVideo { found } if found == expected),
            "{error}"
        );
        assert_eq!(error.blame(), Blame::Peer);
        assert!(listed(folder.path()).is_empty());
        let error = upload.write(Bytes::from_static(MP4_HEAD)).await.unwrap_err();
        assert_eq!(error.blame(), Blame::Caller);
        assert!(matches!(upload.finish().await, Err(UploadError::AlreadyEnded)));

        // A short one at its end.
        let mut upload = uploads.begin(id(1), "film.mp4", head.len() as u64).await.unwrap();
        upload.write(Bytes::copy_from_slice(head)).await.unwrap();
        let error = upload.finish().await.unwrap_err();
        assert!(
            matches!(error, UploadError::NotAVideo { found } if found == expected),
            "{error}"
        );
        assert!(listed(folder.path()).is_empty());
    }
}

#[tokio::test]
async fn two_uploads_at_once_do_not_mix() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = Uploads::new(folder.path(), UploadLimits::default()).unwrap();
    let bytes = [film_bytes(MP4_HEAD, 5_000_000), film_bytes(WEBM_HEAD, 5_000_000)];
    let mut first = uploads.begin(id(1), "one.mp4", 5_000_000).await.unwrap();
    let mut second = uploads.begin(id(2), "two.webm", 5_000_000).await.unwrap();
    for (one, two) in bytes[0].chunks(70_000).zip(bytes[1].chunks(70_000)) {
        first.write(Bytes::copy_from_slice(one)).await.unwrap();
        second.write(Bytes::copy_from_slice(two)).await.unwrap();
    }
    let (first, second) = tokio::join!(first.finish(), second.finish());
    let (first, second) = (first.unwrap(), second.unwrap());
    assert!(fs::read(&first.path).unwrap() == bytes[0]);
    assert!(fs::read(&second.path).unwrap() == bytes[1]);

    uploads.remove(&first).await.unwrap();
    uploads.remove(&first).await.unwrap();
    assert_eq!(listed(folder.path()), [format!("{}.webm", second.id)]);
    assert!(uploads.reopen(first.id, &first.file_name, &first.title).is_err());
}

#[tokio::test]
async fn only_uploads_can_be_removed() {
    let one = crate::fixture::OneFilm::of(10);
    let uploads = Uploads::new(one.folder.path(), UploadLimits::default()).unwrap();
    assert!(uploads.remove(&one.film).await.is_err());
    assert!(one.path().exists());
}

#[test]
fn what_a_crash_left_behind_goes_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let left = format!("{}.part", id(1));
    let stays = [
        format!("{}.mp4", id(2)),
        "download.mp4.part".to_owned(),
        "notes.txt".to_owned(),
    ];
    for name in stays.iter().chain([&left]) {
        fs::write(folder.path().join(name), b"film").unwrap();
    }
    Uploads::new(folder.path(), UploadLimits::default()).unwrap();
    assert_eq!(listed(folder.path()), stays);
}

#[test]
fn films_without_a_record_go_and_others_files_stay() {
    let folder = tempfile::tempdir().unwrap();
    let (known, unknown) = (id(1), id(2));
    let files = [
        format!("{known}.mp4"),
        format!("{unknown}.webm"),
        format!("{unknown}.txt"),
        "holiday.mp4".to_owned(),
    ];
    for name in &files {
        fs::write(folder.path().join(name), b"film").unwrap();
    }
    let uploads = Uploads::new(folder.path(), UploadLimits::default()).unwrap();
    assert_eq!(uploads.remove_unknown(|id| *id == known).unwrap(), 1);
    assert!(!folder.path().join(&files[1]).exists());
    assert_eq!(listed(folder.path()).len(), 3);
}
