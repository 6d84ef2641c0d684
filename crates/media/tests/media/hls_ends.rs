//! Streams that end early or come back after a restart. Whatever ends one, nothing of it stays.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use http::StatusCode;
use matinee_media::hls::{Hls, HlsId, HlsJob, HlsSettings, HlsState, Priority};
use matinee_media::{Blame, StreamError, Tools};

use crate::films;
use crate::studio::{Studio, get, settings, until};

async fn failure(job: &HlsJob) -> std::sync::Arc<StreamError> {
    match until(job, HlsState::is_final).await {
        HlsState::Failed(error) => error,
        state => panic!("{state:?}"),
    }
}

/// The processes that run in this folder.
fn running_in(folder: &Path) -> Vec<String> {
    let of_all = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    of_all
        .filter(|id| fs::read_link(format!("/proc/{id}/cwd")).is_ok_and(|cwd| cwd == folder))
        .collect()
}

async fn nothing_runs_in(folder: &Path) {
    let gone = async {
        while !running_in(folder).is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone)
        .await
        .expect("ffmpeg is still there");
}

#[tokio::test]
async fn without_ffmpeg_people_are_told() {
    let studio = Studio::of(&films::h264_ac3()).await;
    let hls = studio.hls_with(Tools::None, settings());
    let error = studio.make_as(&hls, 1, Priority::Now).unwrap_err();
    assert_eq!(error.blame(), Blame::Ours);
    assert_eq!(
        error.to_string(),
        "This film needs ffmpeg to be playable in browsers, and this server has none. Ask the host to install it."
    );
}

#[tokio::test]
async fn a_cancelled_stream_leaves_nothing() {
    let studio = Studio::of(&films::h264_ac3()).await;
    let hls = studio.hls_with(films::slow_tools(studio.library.path(), 4.0), settings());
    for by_dropping in [false, true] {
        let job = studio.make(&hls, 1);
        until(&job, HlsState::is_watchable).await;
        let folder = studio.folder(1).canonicalize().unwrap();
        assert_eq!(running_in(&folder).len(), 1);
        let mut state = job.state();
        if by_dropping {
            drop(job);
            let end = tokio::time::timeout(Duration::from_secs(20), state.wait_for(HlsState::is_final)).await;
            assert!(matches!(*end.unwrap().unwrap(), HlsState::Cancelled));
        } else {
            job.cancel().await;
            assert!(matches!(*state.borrow_and_update(), HlsState::Cancelled));
        }
        assert!(!folder.exists());
        nothing_runs_in(&folder).await;
    }
}

#[tokio::test]
async fn a_killed_ffmpeg_is_told_and_leaves_nothing() {
    let studio = Studio::of(&films::h264_ac3()).await;
    let hls = studio.hls_with(films::slow_tools(studio.library.path(), 4.0), settings());
    let job = studio.make(&hls, 1);
    until(&job, HlsState::is_watchable).await;
    for id in running_in(&studio.folder(1).canonicalize().unwrap()) {
        assert!(Command::new("kill").args(["-9", &id]).status().unwrap().success());
    }
    let error = failure(&job).await;
    assert!(matches!(*error, StreamError::Killed), "{error:?}");
    assert!(!studio.folder(1).exists());
    assert_eq!(get(&job, "master.m3u8", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_stream_ends_where_the_host_says() {
    let studio = Studio::of(&films::h264_ac3()).await;
    let limits = |settings: HlsSettings| settings;
    let table = [
        limits(HlsSettings {
            stream_bytes_max: 300_000,
            ..settings()
        }),
        limits(HlsSettings {
            free_bytes_min: u64::MAX,
            ..settings()
        }),
        limits(HlsSettings {
            time_max: Duration::from_millis(1),
            ..settings()
        }),
    ];
    let mut sentences = Vec::new();
    for (id, settings) in (1..).zip(table) {
        let hls = studio.hls(settings);
        let error = failure(&studio.make(&hls, id)).await;
        sentences.push(error.to_string());
        assert!(!studio.folder(id).exists());
    }
    assert_eq!(
        sentences,
        [
            "Made playable, this film is larger than the 293.0 KiB that this server takes. Choose a smaller version of it.",
            "The host's disk is full. Ask the host to make room, then try again.",
            "Making this film playable took too long. Choose a smaller version of it.",
        ]
    );
}

#[tokio::test]
async fn a_film_that_changes_meanwhile_does_not_become_a_stream() {
    let studio = Studio::of(&films::h264_ac3()).await;
    let hls = studio.hls_with(films::slow_tools(studio.library.path(), 8.0), settings());
    let job = studio.make(&hls, 1);
    until(&job, HlsState::is_watchable).await;
    let file = fs::File::options().append(true).open(&studio.film.path).unwrap();
    file.set_modified(std::time::SystemTime::now() + Duration::from_secs(5))
        .unwrap();
    let error = failure(&job).await;
    assert!(matches!(*error, StreamError::File(_)), "{error:?}");
    assert!(!studio.folder(1).exists());
}

#[tokio::test]
async fn a_film_that_cannot_be_taken_over_is_encoded() {
    let mut args =
        films::words("-f lavfi -i testsrc2=size=160x120:rate=25:duration=30 -f lavfi -i sine=duration=30");
    // One whole picture at the start and no other.
    args.extend(films::words(
        "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 9999 -sc_threshold 0 -c:a aac",
    ));
    let studio = Studio::of(&films::made("rare.mkv", &args)).await;
    let hls = studio.hls(settings());
    let job = studio.make(&hls, 1);
    let state = until(&job, HlsState::is_final).await;
    assert!(matches!(state, HlsState::Done), "{state:?}");
    let master = get(&job, "master.m3u8", &[]).await;
    assert!(master.text().contains("e2-video0.m3u8"), "{}", master.text());
    let list = get(&job, "e2-video0.m3u8", &[]).await;
    assert_eq!(list.text().matches("#EXTINF").count(), 8);
    assert_eq!(
        get(&job, "c1-video0.m3u8", &[]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_ffmpeg_cannot_read_is_told_after_a_second_try() {
    let studio = Studio::of(&films::h264_ac3()).await;
    let tools = films::tools_that(studio.library.path(), "echo tried >> ../tries; exit 1");
    let hls = studio.hls_with(tools, settings());
    let error = failure(&studio.make(&hls, 1)).await;
    assert!(matches!(*error, StreamError::Unplayable), "{error:?}");
    assert_eq!(error.blame(), Blame::Peer);
    assert_eq!(
        fs::read_to_string(studio.streams.path().join("tries")).unwrap(),
        "tried\ntried\n"
    );
    assert!(!studio.folder(1).exists());
}

#[tokio::test]
async fn a_list_of_files_in_the_place_of_a_film_is_not_followed() {
    let bait = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/film.ts", bait.local_addr().unwrap());
    let beside = films::two_sounds();
    for list in [
        format!("ffconcat version 1.0\nfile {}\n", beside.display()),
        "ffconcat version 1.0\nfile beside.mp4\n".to_owned(),
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{address}\n#EXT-X-ENDLIST\n"),
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n/etc/passwd\n#EXT-X-ENDLIST\n".to_owned(),
    ] {
        let mut studio = Studio::of(&beside).await;
        fs::write(&studio.film.path, &list).unwrap();
        studio.film = crate::fixture::only_film(studio.library.path());
        fs::copy(&beside, studio.library.path().join("beside.mp4")).unwrap();
        let error = failure(&studio.make(&studio.hls(settings()), 1)).await;
        assert!(matches!(*error, StreamError::Unplayable), "{list}: {error:?}");
    }
    let fetched = tokio::time::timeout(Duration::from_millis(1), bait.accept()).await;
    assert!(fetched.is_err(), "somebody came to fetch");
}

#[tokio::test]
async fn one_stream_after_the_other_and_the_urgent_first() {
    let studio = Studio::of(&films::h264_ac3()).await;
    let hls = studio.hls_with(films::slow_tools(studio.library.path(), 20.0), settings());
    let make = |id, priority| studio.make_as(&hls, id, priority).unwrap();
    let first = make(1, Priority::Later);
    until(&first, |state| matches!(state, HlsState::Making { .. })).await;
    let (later, now) = (make(2, Priority::Later), make(3, Priority::Now));
    assert_eq!([&first, &later, &now].map(HlsJob::ahead), [0, 2, 1]);
    let waiting = make(4, Priority::Now);
    waiting.cancel().await;
    assert!(matches!(until(&first, HlsState::is_final).await, HlsState::Done));
    until(&now, HlsState::is_final).await;
    assert!(!studio.folder(4).exists());
    assert!(matches!(until(&later, HlsState::is_final).await, HlsState::Done));

    let error = failure(&studio.make(&hls, 1)).await;
    assert!(matches!(*error, StreamError::Exists), "{error:?}");
    assert!(studio.folder(1).exists());
}

#[tokio::test]
async fn after_a_restart_whole_streams_are_there_and_halves_are_gone() {
    let studio = Studio::of(&films::two_sounds()).await;
    let hls = studio.hls(settings());
    let job = studio.make(&hls, 1);
    until(&job, HlsState::is_final).await;
    drop((job, hls));
    fs::create_dir(studio.folder(2)).unwrap();
    fs::write(studio.folder(2).join("c1-video0-00000.m4s"), "half").unwrap();
    fs::create_dir(studio.streams.path().join("not ours")).unwrap();

    let (hls, finished) = Hls::open(studio.streams.path(), films::tools(), settings()).unwrap();
    let [stream] = &finished[..] else {
        panic!("{finished:?}")
    };
    assert_eq!(
        (&stream.id, &stream.film),
        (&HlsId::from_bytes([1; 16]), &studio.film.id)
    );
    assert!(stream.size_bytes > 10_000);
    assert!(!studio.folder(2).exists() && studio.streams.path().join("not ours").exists());
    assert!(
        hls.folder(stream.id.clone())
            .open_file("master.m3u8")
            .await
            .is_ok()
    );
    hls.remove(stream.id.clone()).await.unwrap();
    assert!(!studio.folder(1).exists());
}

#[tokio::test]
async fn a_stream_of_which_a_power_cut_took_something_is_made_anew() {
    let studio = Studio::of(&films::two_sounds()).await;
    let job = studio.make(&studio.hls(settings()), 1);
    until(&job, HlsState::is_final).await;
    let reopen = || {
        Hls::open(studio.streams.path(), films::tools(), settings())
            .unwrap()
            .1
    };
    assert_eq!(reopen().len(), 1);
    let mut files = fs::read_dir(studio.folder(1))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let segment = files
        .find(|path| path.extension().is_some_and(|it| it == "m4s"))
        .unwrap();
    fs::File::options()
        .write(true)
        .open(segment)
        .unwrap()
        .set_len(0)
        .unwrap();
    assert_eq!(reopen(), []);
    assert!(!studio.folder(1).exists());
}

#[tokio::test]
async fn of_two_streams_of_one_film_one_stays() {
    let studio = Studio::of(&films::two_sounds()).await;
    let hls = studio.hls(settings());
    let (one, other) = (studio.make(&hls, 1), studio.make(&hls, 2));
    until(&one, HlsState::is_final).await;
    until(&other, HlsState::is_final).await;
    let (_hls, finished) = Hls::open(studio.streams.path(), films::tools(), settings()).unwrap();
    assert_eq!(finished.len(), 1);
    assert_eq!(fs::read_dir(studio.streams.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn an_ffmpeg_that_outlives_its_server_ends_with_its_folder() {
    let studio = Studio::of(&films::h264_ac3()).await;
    let hls = studio.hls_with(films::slow_tools(studio.library.path(), 4.0), settings());
    let job = studio.make(&hls, 1);
    until(&job, HlsState::is_watchable).await;
    let folder = studio.folder(1).canonicalize().unwrap();
    let ids = running_in(&folder);
    // The next server begins, as far as ffmpeg can tell.
    let _next = studio.hls(settings());
    assert!(!folder.exists());
    let gone = async {
        while ids.iter().any(|id| Path::new("/proc").join(id).exists()) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone)
        .await
        .expect("ffmpeg is still there");
    failure(&job).await;
}
