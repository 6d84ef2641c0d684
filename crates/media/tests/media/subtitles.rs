//! Subtitles that lie beside a film, on a real disk.

use std::fs;

use http::{Method, StatusCode};
use matinee_media::subtitles::{Format, SubtitleFile, SubtitleName, beside};
use matinee_media::{Blame, SubtitleError, serve};

use crate::fixture::{OneFilm, read};

const SRT: &str = "1\n00:00:01,000 --> 00:00:02,000\nHello\n";

async fn only_one_beside(one: &OneFilm) -> SubtitleFile {
    let mut files = beside(&one.film).await;
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

#[tokio::test]
async fn files_beside_a_film_are_its_subtitles() {
    let one = OneFilm::of(10);
    for name in [
        "film.srt",
        "film.pt-BR.forced.VTT",
        "film.de.ass",
        "filmed.srt",
        "other.srt",
        "film.txt",
        "srt",
    ] {
        fs::write(one.folder.path().join(name), SRT).unwrap();
    }
    fs::create_dir(one.folder.path().join("film.en.srt")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", one.folder.path().join("film.fr.srt")).unwrap();
    let files = beside(&one.film).await;
    let names: Vec<_> = files.iter().map(|file| file.file_name.as_str()).collect();
    assert_eq!(names, ["film.de.ass", "film.pt-BR.forced.VTT", "film.srt"]);
    let name = SubtitleName {
        language: Some("pt-BR".to_owned()),
        forced: true,
        for_deaf: false,
    };
    assert_eq!(files[1].name, name);
    let subtitles = files[0].read().await.unwrap();
    assert_eq!((subtitles.format, subtitles.cues), (Format::SubRip, 1));

    let answer = read(serve::vtt(subtitles.vtt.clone(), &Method::GET)).await;
    assert_eq!(
        (answer.status, answer.text()),
        (StatusCode::OK, subtitles.vtt.as_str())
    );
    assert_eq!(answer.header("content-type"), Some("text/vtt; charset=utf-8"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}

#[tokio::test]
async fn a_huge_file_is_refused_before_it_is_read() {
    let one = OneFilm::of(10);
    // Of a TB, which nothing here could read.
    let path = one.folder.path().join("film.srt");
    fs::File::create(path).unwrap().set_len(1 << 40).unwrap();
    let error = only_one_beside(&one).await.read().await.unwrap_err();
    assert!(matches!(error, SubtitleError::TooLarge { .. }), "{error:?}");
    assert_eq!(error.blame(), Blame::Peer);
}

#[tokio::test]
async fn a_file_that_becomes_a_link_or_a_pipe_is_not_opened() {
    let one = OneFilm::of(10);
    let path = one.folder.path().join("film.srt");
    fs::write(&path, SRT).unwrap();
    let file = only_one_beside(&one).await;
    fs::remove_file(&path).unwrap();
    let error = file.read().await.unwrap_err();
    assert!(matches!(error, SubtitleError::File(_)), "{error:?}");
    std::os::unix::fs::symlink("/etc/hosts", &path).unwrap();
    let error = file.read().await.unwrap_err();
    assert!(matches!(error, SubtitleError::File(_)), "{error:?}");
    fs::remove_file(&path).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    let error = file.read().await.unwrap_err();
    assert!(matches!(error, SubtitleError::File(_)), "{error:?}");
    assert_eq!(error.blame(), Blame::Ours);
}
