//! The decision as a table.

use super::*;
use crate::probe::Hdr;

fn video(words: &str) -> VideoTrack {
    let [codec, profile, pixel_format, height] = words.split('/').collect::<Vec<_>>()[..] else {
        panic!("{words}");
    };
    let height = height.parse().unwrap();
    VideoTrack {
        index: 0,
        codec: codec.to_owned(),
        profile: Some(profile.to_owned()),
        level: Some(40),
        bit_depth: if pixel_format.ends_with("10le") { 10 } else { 8 },
        pixel_format: Some(pixel_format.to_owned()),
        width: height * 16 / 9,
        height,
        fps: Some(24.0),
        hdr: None,
        interlaced: false,
        rotated: false,
    }
}

fn audio(index: u32, words: &str) -> AudioTrack {
    let (codec, profile) = words.split_once('/').unwrap_or((words, ""));
    AudioTrack {
        index,
        codec: codec.to_owned(),
        profile: (!profile.is_empty()).then(|| profile.to_owned()),
        channels: 2,
        language: None,
        title: None,
        default: false,
    }
}

fn film(container: &str, picture: &str, sounds: &str) -> Probe {
    Probe {
        cover: None,
        container: container.to_owned(),
        duration_ms: Some(1000),
        bit_rate: None,
        video: (!picture.is_empty()).then(|| video(picture)),
        audio: (1..)
            .zip(sounds.split_whitespace())
            .map(|(index, words)| audio(index, words))
            .collect(),
        subtitles: Vec::new(),
        chapters: Vec::new(),
    }
}

/// A plan as a line: `direct`, or what happens to the picture and to each sound.
fn line(plan: &Plan) -> String {
    let Plan::Stream(stream) = plan else {
        return "direct".to_owned();
    };
    let video = match &stream.video {
        None => "none".to_owned(),
        Some(VideoPlan::Copy { .. }) => "copy".to_owned(),
        Some(VideoPlan::Encode { heights, .. }) => format!("{heights:?}"),
    };
    let audio = stream
        .audio
        .iter()
        .map(|sound| if sound.copy { " copy" } else { " aac" });
    format!("{video}{}", audio.collect::<String>())
}

const MP4: &str = "mov,mp4,m4a,3gp,3g2,mj2";
const H264: &str = "h264/High/yuv420p/1080";

#[test]
fn what_every_browser_plays_is_sent_and_the_rest_becomes_a_stream() {
    let table = [
        (MP4, H264, "aac/LC", "direct"),
        (MP4, H264, "aac/HE-AAC", "direct"),
        (MP4, H264, "mp3", "direct"),
        (MP4, H264, "", "direct"),
        (MP4, "", "aac/LC", "direct"),
        (MP4, "h264/Constrained Baseline/yuvj420p/480", "aac/LC", "direct"),
        (MP4, H264, "aac/LC aac/LC", "copy copy copy"),
        (MP4, H264, "ac3", "copy aac"),
        (MP4, H264, "aac/Main", "copy aac"),
        (MP4, H264, "aac/LC ac3", "copy copy aac"),
        (MP4, H264, "opus", "copy aac"),
        (MP4, "h264/High 10/yuv420p10le/720", "aac/LC", "[720] copy"),
        (MP4, "h264/High 4:2:2/yuv422p/720", "aac/LC", "[720] copy"),
        (
            MP4,
            "h264/High 4:4:4 Predictive/yuv444p/720",
            "aac/LC",
            "[720] copy",
        ),
        (MP4, "hevc/Main/yuv420p/2160", "aac/LC", "[1080] copy"),
        (MP4, "hevc/Main 10/yuv420p10le/481", "eac3", "[480] aac"),
        (MP4, "av1/Main/yuv420p/720", "aac/LC", "[720] copy"),
        (
            MP4,
            "mpeg4/Advanced Simple Profile/yuv420p/360",
            "mp3",
            "[360] aac",
        ),
        ("matroska", H264, "aac/LC", "copy copy"),
        ("matroska", H264, "dts/DTS-HD", "copy aac"),
        (
            "matroska",
            H264,
            "ac3 eac3 flac pcm_s24le mp2 truehd",
            "copy aac aac aac aac aac aac",
        ),
        ("matroska", "vp9/Profile 0/yuv420p/720", "opus", "[720] aac"),
        ("matroska", "", "flac", "none aac"),
        ("webm", "vp9/Profile 0/yuv420p/720", "opus", "direct"),
        ("webm", "vp8/0/yuv420p/720", "vorbis", "direct"),
        ("webm", "av1/Main/yuv420p10le/2160", "opus", "direct"),
        ("webm", "vp9/Profile 2/yuv420p10le/720", "opus", "[720] aac"),
        ("webm", "av1/High/yuv444p/720", "opus", "[720] aac"),
        ("webm", "vp9/Profile 0/yuv420p/720", "opus opus", "[720] aac aac"),
        ("webm", H264, "opus", "copy aac"),
        ("mpegts", H264, "mp2", "copy aac"),
        ("mpegts", "mpeg2video/Main/yuv420p/576", "mp2", "[576] aac"),
        ("avi", "mpeg4/Simple Profile/yuv420p/480", "mp3", "[480] aac"),
        ("asf", "wmv3/Main/yuv420p/480", "wmav2", "[480] aac"),
        ("flv", H264, "aac/LC", "copy copy"),
        ("ogg", "theora/x/yuv420p/480", "vorbis", "[480] aac"),
        ("ogg", "", "vorbis", "direct"),
        ("ogg", "", "opus", "direct"),
        ("mp3", "", "mp3", "direct"),
        ("flac", "", "flac", "direct"),
        ("aac", "", "aac/LC", "direct"),
        ("wav", "", "pcm_s16le", "direct"),
        ("wav", "", "pcm_s24le", "none aac"),
        ("caf", "", "alac", "none aac"),
    ];
    for (container, picture, sounds, expected) in table {
        let plan = plan(&film(container, picture, sounds), &Wishes::default());
        assert_eq!(line(&plan), expected, "{container} {picture} {sounds}");
    }
}

#[test]
fn the_reasons_are_told() {
    use Reason::{Audio, Container, SeveralSounds, Video, Wished};
    let ladder = Wishes {
        ladder: Ladder::Always,
        ..Wishes::default()
    };
    let table = [
        (film("matroska", H264, "ac3"), Wishes::default(), vec![Container]),
        (film(MP4, H264, "ac3"), Wishes::default(), vec![Audio]),
        (
            film(MP4, "hevc/Main/yuv420p/720", "ac3 aac"),
            Wishes::default(),
            vec![Video, Audio, SeveralSounds],
        ),
        (film(MP4, H264, "aac/LC"), ladder, vec![Wished]),
    ];
    for (film, wishes, reasons) in table {
        let Plan::Stream(stream) = plan(&film, &wishes) else {
            panic!("{film:?}")
        };
        assert_eq!(stream.reasons, reasons);
    }
}

#[test]
fn a_ladder_has_the_steps_below_the_film() {
    let table = [
        (Ladder::Never, 2160, 1080, "[1080] copy"),
        (Ladder::WhenEncoding, 2160, 1080, "[1080, 720, 480] copy"),
        (Ladder::WhenEncoding, 2160, 2160, "[2160, 1080, 720, 480] copy"),
        (Ladder::WhenEncoding, 800, 1080, "[800, 480] copy"),
        (Ladder::WhenEncoding, 480, 1080, "[480] copy"),
        (Ladder::Always, 720, 1080, "[720, 480] copy"),
        (Ladder::Always, 1, 1080, "[2] copy"),
    ];
    for (ladder, height, height_max, expected) in table {
        let film = film(MP4, &format!("hevc/Main/yuv420p/{height}"), "aac/LC");
        let plan = plan(&film, &Wishes { ladder, height_max });
        assert_eq!(line(&plan), expected, "{ladder:?} {height}");
    }
    let good = film(MP4, H264, "aac/LC");
    let wishes = |ladder| Wishes {
        ladder,
        ..Wishes::default()
    };
    assert_eq!(line(&plan(&good, &wishes(Ladder::WhenEncoding))), "direct");
    assert_eq!(
        line(&plan(&good, &wishes(Ladder::Always))),
        "[1080, 720, 480] copy"
    );
}

#[test]
fn a_picture_that_players_would_show_wrongly_is_not_copied() {
    let mut turned = film("matroska", H264, "aac/LC");
    turned.video.as_mut().unwrap().rotated = true;
    assert_eq!(
        line(&plan(
            &turned,
            &Wishes {
                height_max: 4000,
                ..Wishes::default()
            }
        )),
        "[1920] copy"
    );
    let mut bright = film("matroska", H264, "aac/LC");
    bright.video.as_mut().unwrap().hdr = Some(Hdr::Pq);
    assert_eq!(line(&plan(&bright, &Wishes::default())), "[1080] copy");
    let mut new = film(MP4, H264, "aac/LC");
    new.video.as_mut().unwrap().level = Some(62);
    assert_eq!(line(&plan(&new, &Wishes::default())), "[1080] copy");
}

#[test]
fn one_sound_is_the_default_and_nothing_is_copied_the_second_time() {
    let mut film = film("matroska", H264, "ac3 aac/LC aac/LC");
    film.audio[1].default = true;
    film.audio[2].default = true;
    let Plan::Stream(stream) = plan(&film, &Wishes::default()) else {
        panic!()
    };
    let defaults: Vec<_> = stream.audio.iter().map(|sound| sound.track.default).collect();
    assert_eq!(defaults, [false, true, false]);
    assert!(stream.copies());
    let again = stream.without_copies(&Wishes::default());
    assert!(!again.copies());
    assert_eq!(line(&Plan::Stream(again)), "[1080] aac aac aac");
}
