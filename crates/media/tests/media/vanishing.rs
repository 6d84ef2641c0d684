//! Files that go, change or are swapped while the film is on the shelf or on its way.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method, StatusCode};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use matinee_media::limits::READ_CHUNK_BYTES;
use matinee_media::{FilmBody, Uploads, serve};

use crate::fixture::{OneFilm, id};

async fn start(one: &OneFilm) -> FilmBody {
    let response = serve(&one.film, &Method::GET, &HeaderMap::new()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let mut body = response.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(first == one.bytes[..READ_CHUNK_BYTES]);
    body
}

/// Reads on to the error. Panics if there is none.
async fn break_off(mut body: FilmBody) {
    let announced = body.size_hint().exact().unwrap();
    let mut came = 0;
    while let Ok(frame) = body
        .frame()
        .await
        .expect("a body that breaks off ends with an error")
    {
        came += frame.into_data().unwrap().len() as u64;
    }
    assert!(came < announced);
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn a_file_that_becomes_shorter_breaks_the_answer_off() {
    let one = OneFilm::of(20 * READ_CHUNK_BYTES);
    let body = start(&one).await;
    fs::File::options()
        .write(true)
        .open(one.path())
        .unwrap()
        .set_len(READ_CHUNK_BYTES as u64 + 10)
        .unwrap();
    break_off(body).await;
}

#[tokio::test]
async fn a_file_that_is_written_over_breaks_the_answer_off() {
    let one = OneFilm::of(20 * READ_CHUNK_BYTES);
    let body = start(&one).await;
    let file = fs::File::options().write(true).open(one.path()).unwrap();
    file.set_modified(SystemTime::now() + Duration::from_secs(5))
        .unwrap();
    break_off(body).await;
}

#[tokio::test]
async fn a_file_that_is_removed_while_it_is_sent_is_sent_to_its_end() {
    let one = OneFilm::of(20 * READ_CHUNK_BYTES);
    let body = start(&one).await;
    fs::remove_file(one.path()).unwrap();
    let rest = body.collect().await.unwrap().to_bytes();
    assert!(rest == one.bytes[READ_CHUNK_BYTES..]);
}

#[tokio::test]
async fn a_body_that_is_dropped_halfway_is_no_trouble() {
    let one = OneFilm::of(20 * READ_CHUNK_BYTES);
    drop(start(&one).await);
    assert!(one.get(&[]).await.body == one.bytes);
}

#[tokio::test]
async fn a_missing_file_is_404_with_a_sentence() {
    let one = OneFilm::of(100);
    fs::remove_file(one.path()).unwrap();
    let answer = one.get(&[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(
        answer.text(),
        "This film's file is no longer there. Ask the host to scan the library again."
    );
    let unknown = crate::fixture::read(matinee_media::serve::unknown_film()).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_changed_file_is_410_with_a_sentence() {
    type Change = fn(&OneFilm, &Path);
    let changes: [(&str, Change); 5] = [
        ("longer", |one, _| fs::write(one.path(), vec![0; 101]).unwrap()),
        ("younger", |one, _| {
            let file = fs::File::options().write(true).open(one.path()).unwrap();
            file.set_modified(one.film.modified + Duration::from_nanos(1_000_000_000))
                .unwrap();
        }),
        ("a folder", |one, _| {
            fs::remove_file(one.path()).unwrap();
            fs::create_dir(one.path()).unwrap();
        }),
        ("a link out of the library", |one, outside| {
            fs::rename(one.path(), outside.join("secret")).unwrap();
            std::os::unix::fs::symlink(outside.join("secret"), one.path()).unwrap();
        }),
        ("a named pipe", |one, _| {
            fs::remove_file(one.path()).unwrap();
            assert!(
                std::process::Command::new("mkfifo")
                    .arg(one.path())
                    .status()
                    .unwrap()
                    .success()
            );
        }),
    ];
    for (name, change) in changes {
        let (one, outside) = (OneFilm::of(100), tempfile::tempdir().unwrap());
        change(&one, outside.path());
        let answer = one.get(&[]).await;
        assert_eq!(answer.status, StatusCode::GONE, "{name}");
        assert_eq!(
            answer.text(),
            "This film's file has changed. Ask the host to scan the library again.",
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_folder_that_became_a_link_out_of_the_library_is_not_followed() {
    let (library, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir(library.path().join("series")).unwrap();
    fs::write(library.path().join("series/one.mp4"), b"film").unwrap();
    let film = crate::fixture::only_film(library.path());
    // The very same file, of the same age, but in another place.
    fs::rename(library.path().join("series"), outside.path().join("series")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("series"), library.path().join("series")).unwrap();
    let answer = crate::fixture::answer(&film, Method::GET, &[]).await;
    assert_eq!(answer.status, StatusCode::GONE);
}

#[tokio::test]
async fn an_uploaded_file_that_became_a_link_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let uploads = Uploads::new(folder.path(), Default::default()).unwrap();
    fs::write(folder.path().join(format!("{}.mp4", id(1))), b"film").unwrap();
    let film = uploads.reopen(id(1), "film.mp4", "film").unwrap();
    let elsewhere = tempfile::NamedTempFile::new().unwrap();
    fs::rename(&film.path, elsewhere.path()).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), &film.path).unwrap();
    let answer = crate::fixture::answer(&film, Method::GET, &[]).await;
    assert_eq!(answer.status, StatusCode::GONE);
    assert!(uploads.reopen(id(1), "film.mp4", "film").is_err());
}
