//! What the tests share: films on disk, requests and answers.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use matinee_media::{FilmBody, FilmFile, FilmId, Library, serve};

pub(crate) const SECRET: [u8; 32] = [7; 32];

/// A folder with one film, `film.mp4`, whose bytes all differ from their neighbours.
pub(crate) struct OneFilm {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) bytes: Vec<u8>,
    pub(crate) film: FilmFile,
}

impl OneFilm {
    pub(crate) fn of(size_bytes: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bytes: Vec<u8> = (0..size_bytes as u64)
            .map(|at| (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8)
            .collect();
        fs::write(folder.path().join("film.mp4"), &bytes).unwrap();
        let film = only_film(folder.path());
        Self { folder, bytes, film }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("film.mp4")
    }

    pub(crate) fn etag(&self) -> String {
        format!("\"{}-{:x}\"", self.film.id, self.film.size_bytes)
    }

    pub(crate) async fn get(&self, headers: &[(&str, &str)]) -> Answer {
        answer(&self.film, Method::GET, headers).await
    }
}

pub(crate) fn only_film(folder: &Path) -> FilmFile {
    let mut films = Library::new(folder, SECRET).scan().unwrap().films;
    assert_eq!(films.len(), 1, "{films:?}");
    films.remove(0)
}

pub(crate) fn id(byte: u8) -> FilmId {
    FilmId::from_bytes([byte; 16])
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

pub(crate) fn header_map(headers: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        (
            HeaderName::try_from(*name).unwrap(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        )
    };
    headers.iter().map(pair).collect()
}

/// Asks, reads the whole body, and checks that its length was foretold.
pub(crate) async fn answer(film: &FilmFile, method: Method, headers: &[(&str, &str)]) -> Answer {
    let response = serve(film, &method, &header_map(headers)).await;
    let head = method == Method::HEAD;
    let foretold = response.body().size_hint().exact().unwrap();
    let answer = read(response).await;
    assert_eq!(answer.body.len() as u64, foretold);
    match answer.header("content-length") {
        Some(length) if !head => assert_eq!(length, foretold.to_string()),
        Some(_) => assert_eq!(foretold, 0),
        None => assert_eq!(answer.status, StatusCode::NOT_MODIFIED),
    }
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    answer
}

pub(crate) async fn read(response: Response<FilmBody>) -> Answer {
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer {
        status: head.status,
        headers: head.headers,
        body,
    }
}
