//! Streams made by the real ffmpeg and looked at with the real ffprobe.

use std::fs;
use std::path::Path;
use std::process::Command;

use http::{HeaderMap, Method, StatusCode};
use matinee_media::hls::HlsState;
use matinee_media::playable::Ladder;
use matinee_media::{Plan, Tools, Wishes, plan, probe};

use crate::films;
use crate::fixture::read;
use crate::studio::{Studio, get, settings, until};

/// A track of a stream: its codec, where it starts and how long it is, in seconds.
#[derive(Debug)]
struct Track {
    codec: String,
    start: f64,
    seconds: f64,
}

/// Asks ffprobe for the first packet of a playlist, and for the end of its last one.
fn tracks(playlist: &Path) -> Vec<Track> {
    let Tools::Found { ffprobe, .. } = films::tools() else {
        unreachable!()
    };
    let output = Command::new(ffprobe)
        .args(["-v", "error", "-of", "json", "-show_entries"])
        .arg("stream=index,codec_name:packet=stream_index,pts_time,duration_time")
        .arg(playlist)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "",
        "{}",
        playlist.display()
    );
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let number = |json: &serde_json::Value| json.as_str().unwrap_or("0").parse::<f64>().unwrap();
    let track = |stream: &serde_json::Value| {
        let packets = report["packets"].as_array().unwrap().iter();
        let packets = packets.filter(|packet| packet["stream_index"] == stream["index"]);
        let spans: Vec<_> = packets
            .map(|packet| (number(&packet["pts_time"]), number(&packet["duration_time"])))
            .collect();
        let start = spans.iter().map(|(at, _)| *at).fold(f64::MAX, f64::min);
        let end = spans.iter().map(|(at, long)| at + long).fold(0.0, f64::max);
        Track {
            codec: stream["codec_name"].as_str().unwrap().to_owned(),
            start,
            seconds: end - start,
        }
    };
    let mut streams = report["streams"].as_array().unwrap().clone();
    // Those of a program are told twice.
    streams.sort_by_key(|stream| stream["index"].as_u64());
    streams.dedup();
    streams.iter().map(track).collect()
}

/// Checks every track that can be chosen: the codecs in order, each of the film's length, all starting
/// together.
fn check(master: &Path, codecs: &[&str], seconds: f64) {
    let tracks = tracks(master);
    assert_eq!(
        tracks
            .iter()
            .map(|track| track.codec.as_str())
            .collect::<Vec<_>>(),
        codecs
    );
    for track in &tracks {
        assert!((track.seconds - seconds).abs() < 0.3, "{tracks:?}");
        // AAC begins with 1024 samples of nothing, which are part of the time.
        assert!((track.start - tracks[0].start).abs() < 0.05, "{tracks:?}");
        // H.264 may begin two pictures late, to have time for what it shows out of order.
        assert!(track.start < 0.5, "{tracks:?}");
    }
    // Segments say when they are; an edit list would say it to some players only.
    let folder = master.parent().unwrap();
    let files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let ending = |end: &str| {
        let of = files.iter().filter(|path| path.to_str().unwrap().ends_with(end));
        of.cloned().collect::<Vec<_>>()
    };
    for init in ending("-init.mp4") {
        let head = fs::read(&init).unwrap();
        assert!(
            !head.windows(4).any(|window| window == b"elst"),
            "{}",
            init.display()
        );
    }
    // Each playlist by itself says when it is, so players need not compare.
    let playlists = ending("0.m3u8").into_iter();
    let starts: Vec<f64> = playlists.map(|path| self::tracks(&path)[0].start).collect();
    assert!(!starts.is_empty());
    let spread = starts
        .iter()
        .fold(0.0, |spread: f64, start| spread.max((start - starts[0]).abs()));
    assert!(spread < 0.05, "{starts:?}");
}

#[tokio::test]
async fn surround_sound_becomes_stereo_and_the_picture_is_taken_over() {
    let studio = Studio::of(&films::h264_ac3()).await;
    let master = studio.whole(Wishes::default()).await;
    check(&master, &["aac", "h264"], 20.0);
    let text = fs::read_to_string(&master).unwrap();
    let sound = "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\",NAME=\"Surround\",DEFAULT=YES,AUTOSELECT=YES,\
                 CHANNELS=\"2\",LANGUAGE=\"eng\",URI=\"c1-sound0.m3u8\"";
    assert!(text.contains(sound), "{text}");
    assert!(text.contains("RESOLUTION=160x120,CODECS=\"avc1."), "{text}");
}

#[tokio::test]
async fn hevc_becomes_h264() {
    let studio = Studio::of(&films::hevc_flac()).await;
    check(&studio.whole(Wishes::default()).await, &["aac", "h264"], 6.0);
    let picture = fs::read_to_string(studio.folder(9).join("e1-video0.m3u8")).unwrap();
    assert!(
        picture.contains("#EXT-X-INDEPENDENT-SEGMENTS") && picture.ends_with("#EXT-X-ENDLIST\n"),
        "{picture}"
    );
    assert!(picture.contains("#EXTINF:4.000000,"), "{picture}");
}

#[tokio::test]
async fn every_viewer_can_choose_a_sound() {
    let studio = Studio::of(&films::two_sounds()).await;
    let master = studio.whole(Wishes::default()).await;
    check(&master, &["aac", "aac", "h264"], 8.0);
    let text = fs::read_to_string(master).unwrap();
    for part in [
        "NAME=\"eng\",DEFAULT=YES",
        "NAME=\"fra\",DEFAULT=NO",
        "LANGUAGE=\"fra\"",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[tokio::test]
async fn a_ladder_has_every_size_and_every_sound() {
    let mut args =
        films::words("-f lavfi -i testsrc2=size=1440x1080:rate=5:duration=5 -f lavfi -i sine=duration=5");
    args.extend(films::words("-c:v mpeg4 -q:v 5 -c:a mp2"));
    let studio = Studio::of(&films::made("large5.avi", &args)).await;
    let master = studio
        .whole(Wishes {
            ladder: Ladder::WhenEncoding,
            ..Wishes::default()
        })
        .await;
    check(&master, &["aac", "h264", "h264", "h264"], 5.0);
    let text = fs::read_to_string(master).unwrap();
    for size in ["1440x1080", "960x720", "640x480"] {
        assert!(text.contains(&format!("RESOLUTION={size}")), "{text}");
    }
}

#[tokio::test]
async fn a_sound_without_a_picture_becomes_a_stream() {
    let args = films::words("-f lavfi -i sine=frequency=440:duration=6 -c:a flac");
    let studio = Studio::of(&films::made("sound.mkv", &args)).await;
    let master = studio.whole(Wishes::default()).await;
    let text = fs::read_to_string(&master).unwrap();
    assert!(
        text.ends_with(
            "#EXT-X-STREAM-INF:BANDWIDTH=160000,CODECS=\"mp4a.40.2\",AUDIO=\"sound\"\ne1-sound0.m3u8\n"
        ),
        "{text}"
    );
    let tracks = tracks(&studio.folder(9).join("e1-sound0.m3u8"));
    assert!(
        tracks[0].codec == "aac" && (tracks[0].seconds - 6.0).abs() < 0.3,
        "{tracks:?}"
    );
}

#[tokio::test]
async fn a_film_that_browsers_play_is_left_alone() {
    for path in [films::vp9(), films::made("plain.mp4", &plain_mp4())] {
        let (_library, film) = films::library_of(&path);
        let probe = probe(&films::tools(), &film).await.unwrap();
        assert_eq!(plan(&probe, &Wishes::default()), Plan::Direct, "{probe:?}");
    }
}

fn plain_mp4() -> Vec<String> {
    [
        films::picture_and_beep(2),
        films::words("-c:v libx264 -pix_fmt yuv420p -c:a aac"),
    ]
    .concat()
}

#[tokio::test]
async fn half_a_film_is_watched_as_far_as_it_goes() {
    let whole = fs::read(films::h264_ac3()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let half = folder.path().join("half.mkv");
    fs::write(&half, &whole[..whole.len() / 2]).unwrap();
    let studio = Studio::of(&half).await;
    let master = studio.whole(Wishes::default()).await;
    assert!(
        tracks(&master)
            .iter()
            .all(|track| (5.0..15.0).contains(&track.seconds))
    );
}

#[tokio::test]
async fn bright_films_are_brought_down_to_usual_screens() {
    // A grey of 58 % in PQ is the white of 203 cd/m².
    let mut args = films::words(
        "-f lavfi -i color=c=gray:size=160x120:rate=10:duration=2,format=yuv420p10le,lutyuv=y=572:u=512:v=512",
    );
    args.extend(films::words(
        "-c:v libx265 -x265-params log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
    ));
    let studio = Studio::of(&films::made("bright.mkv", &args)).await;
    assert!(studio.probe.video.as_ref().unwrap().hdr.is_some());
    let master = studio.whole(Wishes::default()).await;
    let Tools::Found { ffmpeg, .. } = films::tools() else {
        unreachable!()
    };
    let picture = Command::new(ffmpeg)
        .args([
            "-v",
            "error",
            "-i",
            master.to_str().unwrap(),
            "-frames:v",
            "1",
            "-f",
            "rawvideo",
            "pipe:1",
        ])
        .output()
        .unwrap();
    let (luma, blue) = (picture.stdout[0], picture.stdout[160 * 120]);
    // As encoded it would be 143.
    assert!(
        (170..190).contains(&luma) && blue.abs_diff(128) < 3,
        "{luma} {blue}"
    );
}

#[tokio::test]
async fn a_stream_is_watched_from_its_first_segments_on() {
    let studio = Studio::of(&films::h264_ac3()).await;
    let slow = films::slow_tools(studio.library.path(), 4.0);
    let hls = studio.hls_with(slow, settings());
    let job = studio.make(&hls, 1);
    assert_eq!(get(&job, "master.m3u8", &[]).await.status, StatusCode::NOT_FOUND);
    let state = until(&job, HlsState::is_watchable).await;
    assert!(matches!(state, HlsState::Making { .. }), "{state:?}");

    let master = get(&job, "master.m3u8", &[]).await;
    assert_eq!(
        master.header("content-type"),
        Some("application/vnd.apple.mpegurl")
    );
    assert_eq!(master.header("cache-control"), Some("no-store"));
    for list in ["c1-video0.m3u8", "c1-sound0.m3u8"] {
        assert!(master.text().contains(list));
        let list = get(&job, list, &[]).await;
        assert!(
            list.text().contains("#EXT-X-PLAYLIST-TYPE:EVENT\n"),
            "{}",
            list.text()
        );
        assert!(
            list.text().contains("#EXT-X-TARGETDURATION:20\n"),
            "{}",
            list.text()
        );
        assert!(
            !list.text().contains("#EXT-X-ENDLIST"),
            "the stream is whole before it could be watched growing"
        );
    }
    // A list that may still grow would keep ffprobe waiting.
    let so_far = get(&job, "c1-video0.m3u8", &[]).await.text().to_owned() + "#EXT-X-ENDLIST\n";
    let list = studio.folder(1).join("so_far.m3u8");
    fs::write(&list, so_far).unwrap();
    let growing = tracks(&list);
    assert!(
        growing[0].seconds >= 3.9 && growing[0].seconds < 19.0,
        "{growing:?}"
    );
    let HlsState::Making { progress, .. } = until(&job, |state| {
        matches!(state, HlsState::Making { progress, .. } if progress.made_ms > 0 && progress.pace > 0.0)
    })
    .await
    else {
        unreachable!()
    };
    assert!(
        progress.there_ms >= 3_900 && progress.there_ms <= progress.made_ms + 500,
        "{progress:?}"
    );
    assert!(
        progress.made_ms <= 20_100 && progress.of_ms.is_some_and(|ms| ms.abs_diff(20_000) < 300),
        "{progress:?}"
    );

    let before = get(&job, "c1-video0-00000.m4s", &[]).await;
    assert_eq!(
        before.header("cache-control"),
        Some("private, max-age=31536000, immutable")
    );
    assert_eq!(before.header("content-type"), Some("video/mp4"));
    let part = get(&job, "c1-video0-00000.m4s", &[("range", "bytes=4-7")]).await;
    assert_eq!(
        (part.status, &part.body[..]),
        (StatusCode::PARTIAL_CONTENT, &b"styp"[..])
    );
    let init = get(&job, "c1-video0-init.mp4", &[]).await;
    assert_eq!(&init.body[4..8], b"ftyp");

    assert!(matches!(until(&job, HlsState::is_final).await, HlsState::Done));
    let list = get(&job, "c1-video0.m3u8", &[]).await;
    assert!(list.text().contains("#EXT-X-TARGETDURATION:20\n") && list.text().ends_with("#EXT-X-ENDLIST\n"));
    assert_eq!(get(&job, "c1-video0-00000.m4s", &[]).await.body, before.body);
    assert_eq!(get(&job, "c1-video0-init.mp4", &[]).await.body, init.body);
    let head = job
        .folder()
        .serve("c1-video0.m3u8", &Method::HEAD, &HeaderMap::new())
        .await;
    assert_eq!(
        head.headers()["content-length"].to_str().unwrap(),
        list.body.len().to_string()
    );
    assert_eq!(read(head).await.body.len(), 0);
}
