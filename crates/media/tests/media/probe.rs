//! What is in a film, asked of the real ffprobe; and files that are none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use matinee_media::limits::PROBE_MEMORY_BYTES_MAX;
use matinee_media::probe::{Chapter, Probe};
use matinee_media::{Blame, ProbeError, Tools, probe};

use crate::films;

async fn probe_file(path: &Path) -> Result<Probe, ProbeError> {
    let (_folder, film) = films::library_of(path);
    probe(&films::tools(), &film).await
}

async fn probe_bytes(name: &str, bytes: &[u8]) -> Result<Probe, ProbeError> {
    let (_folder, film) = films::library_with(name, bytes);
    probe(&films::tools(), &film).await
}

fn is_near(a: Option<u64>, b: u64) -> bool {
    a.is_some_and(|a| a.abs_diff(b) < 300)
}

#[tokio::test]
async fn a_film_is_told_with_its_tracks() {
    let film = probe_file(&films::h264_ac3()).await.unwrap();
    assert_eq!(film.container, "matroska");
    assert!(is_near(film.duration_ms, 20_000), "{film:?}");
    let video = film.video.unwrap();
    assert_eq!(
        (video.codec.as_str(), video.width, video.height),
        ("h264", 160, 120)
    );
    assert_eq!((video.bit_depth, video.fps), (8, Some(25.0)));
    assert_eq!(video.pixel_format.as_deref(), Some("yuv420p"));
    let [sound] = &film.audio[..] else {
        panic!("{:?}", film.audio)
    };
    assert_eq!((sound.codec.as_str(), sound.channels), ("ac3", 6));
    assert_eq!(
        (sound.language.as_deref(), sound.title.as_deref()),
        (Some("eng"), Some("Surround"))
    );

    let film = probe_file(&films::hevc_flac()).await.unwrap();
    let video = film.video.unwrap();
    assert_eq!(
        (video.codec.as_str(), video.profile.as_deref(), video.bit_depth),
        ("hevc", Some("Main 10"), 10)
    );

    let film = probe_file(&films::two_sounds()).await.unwrap();
    assert_eq!(film.container, "mov,mp4,m4a,3gp,3g2,mj2");
    let languages: Vec<_> = film.audio.iter().map(|track| track.language.as_deref()).collect();
    assert_eq!(languages, [Some("eng"), Some("fra")]);
    assert!(film.audio[0].default && !film.audio[1].default);
}

#[tokio::test]
async fn chapters_and_subtitles_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let (metadata, text) = (folder.path().join("chapters.txt"), folder.path().join("text.srt"));
    let chapter = |start: u32, end: u32, title: &str| {
        format!("[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={title}\n")
    };
    fs::write(
        &metadata,
        format!(
            ";FFMETADATA1\n{}{}",
            chapter(0, 900, "One"),
            chapter(900, 2000, "Two")
        ),
    )
    .unwrap();
    fs::write(&text, "1\n00:00:00,500 --> 00:00:01,500\nHello\n").unwrap();
    let mut args = films::picture_and_beep(2);
    args.extend(["-i", metadata.to_str().unwrap(), "-i", text.to_str().unwrap()].map(str::to_owned));
    args.extend(films::words(
        "-map 0 -map 1 -map 3 -map_metadata 2 -map_chapters 2 -c:v libx264 -c:a aac -c:s srt",
    ));
    args.extend(films::words(
        "-metadata:s:s:0 language=ger -disposition:s:0 forced",
    ));
    let film = probe_file(&films::made("chapters.mkv", &args)).await.unwrap();
    let [text] = &film.subtitles[..] else {
        panic!("{:?}", film.subtitles)
    };
    assert_eq!(
        (text.codec.as_str(), text.language.as_deref()),
        ("subrip", Some("ger"))
    );
    assert!(text.forced && text.is_text && !text.for_deaf);
    let chapter = |start_ms, end_ms, title: &str| Chapter {
        start_ms,
        end_ms,
        title: Some(title.to_owned()),
    };
    assert_eq!(film.chapters, [chapter(0, 900, "One"), chapter(900, 2000, "Two")]);
}

#[tokio::test]
async fn what_is_no_film_is_refused_in_a_sentence() {
    let whole = fs::read(films::two_sounds()).unwrap();
    let files: [(&str, &[u8]); 4] = [
        ("text.mkv", b"Dear diary, today I watched a film.\n"),
        ("picture.mp4", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"),
        // Its index was at the end.
        ("truncated.mp4", &whole[..whole.len() / 2]),
        ("one.avi", b"R"),
    ];
    for (name, bytes) in files {
        let error = probe_bytes(name, bytes).await.unwrap_err();
        assert!(matches!(error, ProbeError::NotAFilm), "{name}: {error:?}");
        assert_eq!(error.blame(), Blame::Peer);
    }
    // Matroska keeps its index at the start: half a film is one.
    let whole = fs::read(films::h264_ac3()).unwrap();
    assert!(probe_bytes("half.mkv", &whole[..whole.len() / 2]).await.is_ok());
}

#[tokio::test]
async fn an_empty_file_and_one_of_nothing_are_refused_at_once() {
    let (folder, film) = films::library_with("film.mkv", b"x");
    fs::write(folder.path().join("film.mkv"), b"").unwrap();
    let error = probe(&films::tools(), &film).await.unwrap_err();
    assert!(matches!(error, ProbeError::File(_)), "{error:?}");

    let file = fs::File::create(folder.path().join("film.mkv")).unwrap();
    file.set_len(50 << 20).unwrap();
    let film = crate::fixture::only_film(folder.path());
    let began = Instant::now();
    let error = probe(&films::tools(), &film).await.unwrap_err();
    assert!(matches!(error, ProbeError::NotAFilm), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_list_of_files_or_addresses_is_never_followed() {
    let bait = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/film.ts", bait.local_addr().unwrap());
    let film = films::two_sounds();
    let film = film.to_str().unwrap();
    let lists = [
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{address}\n#EXT-X-ENDLIST\n"),
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{film}\n#EXT-X-ENDLIST\n"),
        format!(
            "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXT-X-MAP:URI=\"{film}\"\n#EXTINF:9,\n{film}\n#EXT-X-ENDLIST\n"
        ),
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n/etc/passwd\n#EXT-X-ENDLIST\n".to_owned(),
        format!("ffconcat version 1.0\nfile '{film}'\n"),
        format!("ffconcat version 1.0\nfile '{address}'\n"),
        "ffconcat version 1.0\nfile beside.mp4\n".to_owned(),
        format!(
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {} RTP/AVP 96\n",
            9
        ),
        format!(
            "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"><BaseURL>{address}</BaseURL></MPD>"
        ),
    ];
    for list in lists {
        for name in ["film.mp4", "film.mkv", "film.ts"] {
            let (folder, listed) = films::library_with(name, list.as_bytes());
            fs::copy(film, folder.path().join("beside.mp4")).unwrap();
            let error = probe(&films::tools(), &listed).await.unwrap_err();
            assert!(matches!(error, ProbeError::NotAFilm), "{name}, {list}: {error:?}");
        }
    }
    let fetched = tokio::time::timeout(Duration::from_millis(1), bait.accept()).await;
    assert!(fetched.is_err(), "somebody came to fetch");
}

#[tokio::test]
async fn without_ffprobe_the_host_is_told_what_to_install() {
    let (folder, film) = films::library_with("film.mp4", b"film");
    let error = probe(&Tools::find(Some(folder.path())), &film).await.unwrap_err();
    assert_eq!(error.blame(), Blame::Ours);
    assert_eq!(
        error.to_string(),
        "ffmpeg is not installed on this server, so what is in a film is not known. Ask the host to install it."
    );
}

/// A named pipe, and what the first one who writes to it says. Files are not to be written by ffprobe.
fn pipe(folder: &Path) -> (PathBuf, tokio::task::JoinHandle<String>) {
    let pipe = folder.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let path = pipe.clone();
    (
        pipe,
        tokio::task::spawn_blocking(move || fs::read_to_string(path).unwrap()),
    )
}

#[tokio::test]
async fn ffprobe_knows_no_secrets_and_is_bounded() {
    let (_library, film) = films::library_with("film.mp4", b"film");
    let folder = tempfile::tempdir().unwrap();
    let (pipe, said) = pipe(folder.path());
    let script = format!(
        // The bounds are set right after the start.
        "until [ \"$(ulimit -f)$(ulimit -c)\" = 00 ] && [ $(ulimit -v) != unlimited ]; do :; done; \
         (env; ulimit -v; ulimit -f; ulimit -c; cat) > {}; exec yes",
        pipe.display()
    );
    let error = probe(&films::tools_that(folder.path(), &script), &film)
        .await
        .unwrap_err();
    assert!(matches!(error, ProbeError::TooMuch), "{error:?}");
    let said = said.await.unwrap();
    assert!(std::env::var("HOME").is_ok() && !said.contains("HOME="), "{said}");
    assert!(!said.contains("CARGO"), "{said}");
    if cfg!(target_os = "linux") {
        assert!(
            said.ends_with(&format!("\n{}\n0\n0\n", PROBE_MEMORY_BYTES_MAX >> 10)),
            "{said}"
        );
    }
}

#[tokio::test]
async fn ffprobe_is_killed_when_nobody_waits_for_it() {
    let (_library, film) = films::library_with("film.mp4", b"film");
    let folder = tempfile::tempdir().unwrap();
    let (pipe, said) = pipe(folder.path());
    let tools = films::tools_that(
        folder.path(),
        &format!("echo $$ > {}; exec sleep 1000", pipe.display()),
    );
    let probing = tokio::spawn(async move { probe(&tools, &film).await });
    let process = PathBuf::from(format!("/proc/{}", said.await.unwrap().trim()));
    assert!(process.exists());
    probing.abort();
    assert!(probing.await.unwrap_err().is_cancelled());
    let gone = async {
        while process.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone)
        .await
        .expect("the program is still there");
}
