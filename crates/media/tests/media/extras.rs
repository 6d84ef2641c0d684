//! Posters, storyboards and subtitles of real films, made by the real ffmpeg.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use matinee_media::extras::{Extra, Extras, ExtrasSettings, Made, Want};
use matinee_media::{ExtrasError, FilmFile, Priority, Probe, Tools, probe};

use crate::films;
use crate::fixture::{Answer, header_map, read};

/// A film in a library, what is in it, and a folder for what is made of it.
pub(crate) struct Attic {
    pub(crate) library: tempfile::TempDir,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) film: FilmFile,
    pub(crate) probe: Probe,
}

/// Settings that leave the disk of small test machines alone.
pub(crate) fn settings() -> ExtrasSettings {
    ExtrasSettings {
        free_bytes_min: 0,
        ..ExtrasSettings::default()
    }
}

pub(crate) async fn made(want: &Want) -> Result<Made, Arc<ExtrasError>> {
    let made = tokio::time::timeout(Duration::from_secs(300), want.made()).await;
    made.expect("it never ended")
}

impl Attic {
    pub(crate) async fn of(path: &Path) -> Self {
        let (library, film) = films::library_of(path);
        let probe = probe(&films::tools(), &film).await.unwrap();
        Self {
            library,
            folder: tempfile::tempdir().unwrap(),
            film,
            probe,
        }
    }

    pub(crate) fn open(&self) -> Extras {
        self.open_with(films::tools(), settings())
    }

    pub(crate) fn open_with(&self, tools: Tools, settings: ExtrasSettings) -> Extras {
        Extras::open(self.folder.path(), tools, settings).unwrap()
    }

    pub(crate) fn want(&self, extras: &Extras, extra: Extra) -> Want {
        extras
            .want(&self.film, &self.probe, extra, Priority::Now)
            .unwrap()
    }

    pub(crate) async fn make(&self, extras: &Extras, extra: Extra) -> Result<Made, Arc<ExtrasError>> {
        made(&self.want(extras, extra)).await
    }

    pub(crate) async fn get(&self, extras: &Extras, name: &str) -> Answer {
        read(
            extras
                .serve(&self.film.id, name, &Method::GET, &header_map(&[]))
                .await,
        )
        .await
    }

    pub(crate) fn files(&self) -> Vec<String> {
        names_in(&self.folder.path().join(self.film.id.as_str()))
    }
}

pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A picture's size and its average colours, as ffmpeg sees it: luma, blue, red.
fn seen(jpeg: &[u8]) -> ((u32, u32), [u8; 3]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture.jpg");
    fs::write(&path, jpeg).unwrap();
    let Tools::Found { ffmpeg, ffprobe } = films::tools() else {
        unreachable!("tools() has looked");
    };
    let size = Command::new(ffprobe)
        .args([
            "-v",
            "error",
            "-show_entries",
            "stream=width,height",
            "-of",
            "csv=p=0",
        ])
        .arg(&path)
        .output()
        .unwrap();
    let size = String::from_utf8(size.stdout).unwrap();
    let (width, height) = size.trim().split_once(',').unwrap();
    let picture = Command::new(ffmpeg)
        .args(["-v", "error", "-i"])
        .arg(&path)
        .args(films::words(
            "-vf scale=1:1:flags=area:out_range=tv,format=yuv444p -f rawvideo pipe:1",
        ))
        .output()
        .unwrap();
    let colours = picture.stdout[..3].try_into().unwrap();
    ((width.parse().unwrap(), height.parse().unwrap()), colours)
}

/// A film of one colour, but black at its beginning.
fn plain(name: &str, colour: &str, size: &str, seconds: u32, more: &str) -> std::path::PathBuf {
    let mut args = films::words(&format!(
        "-f lavfi -i color={colour}:size={size}:rate=10:duration={seconds} -c:v libx264 -preset ultrafast -g 10 \
         -pix_fmt yuv420p"
    ));
    args.extend(films::words(more));
    films::made(name, &args)
}

#[tokio::test]
async fn a_poster_is_a_picture_from_within_the_film() {
    // Black for the first second, which is before the tenth part.
    let film = plain(
        "poster.mp4",
        "red",
        "1280x720",
        20,
        "-vf drawbox=t=fill:c=black:enable='lt(t,1.5)'",
    );
    let attic = Attic::of(&film).await;
    let extras = attic.open();
    assert_eq!(extras.known(&attic.film.id).poster, Made::Untried);
    assert_eq!(
        attic.get(&extras, "poster.jpg").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(attic.make(&extras, Extra::Poster).await.unwrap(), Made::There);
    assert_eq!(extras.known(&attic.film.id).poster, Made::There);

    let answer = attic.get(&extras, "poster.jpg").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), Some("image/jpeg"));
    assert_eq!(
        answer.header("cache-control"),
        Some("private, max-age=31536000, immutable")
    );
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let (size, [luma, _, red]) = seen(&answer.body);
    assert_eq!(size, (640, 360));
    assert!(luma > 60 && red > 200, "{luma} {red}");
    assert_eq!(attic.files(), ["extras.json", "poster.jpg"]);
    assert_eq!(names_in(attic.folder.path()), [attic.film.id.as_str()]);
}

#[tokio::test]
async fn films_of_all_shapes_and_lengths_have_a_poster() {
    for (name, size, more, poster) in [
        ("second.mp4", "64x48", "", (64, 48)),
        ("wide.mp4", "1280x720", "-aspect 1", (640, 640)),
        ("high.mp4", "720x1280", "", (540, 960)),
    ] {
        let attic = Attic::of(&plain(name, "blue", size, 1, more)).await;
        let extras = attic.open();
        assert_eq!(
            attic.make(&extras, Extra::Poster).await.unwrap(),
            Made::There,
            "{name}"
        );
        let (size, [_, blue, _]) = seen(&attic.get(&extras, "poster.jpg").await.body);
        assert_eq!(size, poster, "{name}");
        assert!(blue > 200, "{name}: {blue}");
    }
}

#[tokio::test]
async fn a_cover_in_the_film_is_its_poster_and_a_sound_has_none() {
    let cover = films::made(
        "cover.png",
        &films::words("-f lavfi -i color=lime:size=300x300 -frames:v 1"),
    );
    let mut args = films::words("-f lavfi -i color=red:size=64x48:rate=10:duration=2 -i");
    args.push(cover.to_str().unwrap().to_owned());
    args.extend(films::words(
        "-map 0 -map 1 -c:v:0 libx264 -pix_fmt:v:0 yuv420p -c:v:1 png -disposition:v:1 attached_pic",
    ));
    let attic = Attic::of(&films::made("covered.mp4", &args)).await;
    assert!(attic.probe.cover.is_some());
    let extras = attic.open();
    assert_eq!(attic.make(&extras, Extra::Poster).await.unwrap(), Made::There);
    let (size, [_, _, red]) = seen(&attic.get(&extras, "poster.jpg").await.body);
    assert_eq!(size, (300, 300));
    assert!(red < 60, "{red}");

    let sound = films::made("sound.mp4", &films::words("-f lavfi -i sine=duration=2 -c:a aac"));
    let attic = Attic::of(&sound).await;
    let extras = attic.open();
    for extra in [Extra::Poster, Extra::Storyboard, Extra::Subtitles] {
        assert_eq!(
            attic.make(&extras, extra).await.unwrap(),
            Made::Nothing,
            "{extra:?}"
        );
    }
    assert!(attic.files().is_empty());
}

#[tokio::test]
async fn brightness_is_brought_down_in_posters() {
    let mut args = films::words("-f lavfi -i color=0x8f8f8f:size=160x120:rate=10:duration=3");
    args.extend(films::words(
        "-vf format=yuv420p10le -c:v libx265 -preset ultrafast -x265-params \
         log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
    ));
    let attic = Attic::of(&films::made("pq_grey.mkv", &args)).await;
    assert!(attic.probe.video.as_ref().unwrap().hdr.is_some());
    let extras = attic.open();
    assert_eq!(attic.make(&extras, Extra::Poster).await.unwrap(), Made::There);
    let (_, [luma, blue, _]) = seen(&attic.get(&extras, "poster.jpg").await.body);
    // As encoded it would be about 140.
    assert!(luma > 160 && blue.abs_diff(128) < 4, "{luma} {blue}");
}

/// The cues of a storyboard: start, end, sheet, x, y, width, height.
fn cues(vtt: &str) -> Vec<(String, String, String, [u32; 4])> {
    let blocks = vtt.strip_prefix("WEBVTT\n\n").unwrap().trim_end().split("\n\n");
    let cue = |block: &str| {
        let (times, part) = block.split_once('\n').unwrap();
        let (start, end) = times.split_once(" --> ").unwrap();
        let (sheet, part) = part.split_once("#xywh=").unwrap();
        let numbers: Vec<_> = part.split(',').map(|number| number.parse().unwrap()).collect();
        (
            start.into(),
            end.into(),
            sheet.into(),
            numbers.try_into().unwrap(),
        )
    };
    blocks.map(cue).collect()
}

#[tokio::test]
async fn a_storyboard_shows_the_film_all_along() {
    // Red, then blue, half of it each.
    let film = plain(
        "halves.mkv",
        "red",
        "320x240",
        200,
        "-vf drawbox=t=fill:c=blue:enable='gte(t,100)'",
    );
    let attic = Attic::of(&film).await;
    let extras = attic.open();
    assert_eq!(attic.make(&extras, Extra::Storyboard).await.unwrap(), Made::There);
    assert_eq!(
        attic.files(),
        ["extras.json", "storyboard-0.jpg", "storyboard.vtt"]
    );
    let vtt = attic.get(&extras, "storyboard.vtt").await;
    assert_eq!(vtt.header("content-type"), Some("text/vtt; charset=utf-8"));
    let cues = cues(vtt.text());
    assert_eq!(cues.len(), 100);
    assert_eq!(
        (cues[0].0.as_str(), cues[99].1.as_str()),
        ("00:00:00.000", "00:03:20.000")
    );
    assert_eq!(cues[99].3, [9 * 160, 9 * 120, 160, 120]);
    let sheet = attic.get(&extras, "storyboard-0.jpg").await.body;
    assert_eq!(seen(&sheet).0, (1600, 1200));
    for (number, is_red) in [(0, true), (48, true), (51, false), (99, false)] {
        let [x, y, width, height] = cues[number].3;
        let (_, [_, blue, red]) = seen(&cut(&sheet, &format!("crop={width}:{height}:{x}:{y}")));
        assert_eq!(
            (red > 200, blue > 200),
            (is_red, !is_red),
            "{number}: {blue} {red}"
        );
    }
}

fn cut(jpeg: &[u8], filter: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from.jpg"), folder.path().join("to.jpg"));
    fs::write(&from, jpeg).unwrap();
    let Tools::Found { ffmpeg, .. } = films::tools() else {
        unreachable!("tools() has looked");
    };
    let mut command = Command::new(ffmpeg);
    command
        .args(["-v", "error", "-i"])
        .arg(&from)
        .args(["-vf", filter])
        .arg(&to);
    assert!(command.status().unwrap().success());
    fs::read(to).unwrap()
}

#[tokio::test]
async fn a_film_of_ten_hours_has_a_bounded_storyboard() {
    let args = films::words(
        "-f lavfi -i testsrc2=size=32x32:rate=1:duration=36000 -c:v libx264 -preset ultrafast -g 60 -pix_fmt yuv420p",
    );
    let attic = Attic::of(&films::made("ten_hours.mp4", &args)).await;
    let extras = attic.open();
    assert_eq!(attic.make(&extras, Extra::Storyboard).await.unwrap(), Made::There);
    let cues = cues(attic.get(&extras, "storyboard.vtt").await.text());
    assert_eq!(cues.len(), 400);
    assert_eq!(
        (cues[399].1.as_str(), cues[399].2.as_str()),
        ("10:00:00.000", "storyboard-3.jpg")
    );
    for sheet in 0..4 {
        let answer = attic.get(&extras, &format!("storyboard-{sheet}.jpg")).await;
        assert_eq!(seen(&answer.body).0, (1600, 1600));
    }
    assert_eq!(
        attic.get(&extras, "storyboard-4.jpg").await.status,
        StatusCode::NOT_FOUND
    );
}

/// A film with subtitles of these kinds, each made of these bytes.
async fn with_subtitles(name: &str, inputs: &[(&str, &[u8])], codecs: &str) -> Attic {
    let folder = tempfile::tempdir().unwrap();
    let mut args = films::words("-f lavfi -i color=red:size=64x48:rate=10:duration=5");
    for (file_name, bytes) in inputs {
        let path = folder.path().join(file_name);
        fs::write(&path, bytes).unwrap();
        args.extend(["-i".to_owned(), path.to_str().unwrap().to_owned()]);
    }
    for input in 0..=inputs.len() {
        args.extend(["-map".to_owned(), input.to_string()]);
    }
    args.extend(films::words("-c:v libx264 -pix_fmt yuv420p"));
    args.extend(films::words(codecs));
    Attic::of(&films::made(name, &args)).await
}

const SRT: &str = "1\n00:00:01,000 --> 00:00:02,000\n<i>Größe</i> <font color=red>&</font>\nthere\n";
const ASS: &str = "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, \
    SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, \
    BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n\
    Style: Top,Arial,20,&H0,&H0,&H0,&H0,0,0,0,0,100,100,0,0,1,1,1,8,0,0,0,1\n\n[Events]\n\
    Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n\
    Dialogue: 0,0:00:01.00,0:00:02.00,Top,,0,0,0,,{\\b1}Up{\\b0}, here\\Nthere\n\
    Dialogue: 0,0:00:03.00,0:00:04.00,Top,,0,0,0,,{\\p1}m 0 0 l 1 1{\\p0}\n";

#[tokio::test]
async fn every_text_track_of_a_film_is_taken_out_by_one_run() {
    let inputs = [
        ("a.srt", SRT.as_bytes()),
        ("b.ass", ASS.as_bytes()),
        ("c.srt", SRT.as_bytes()),
    ];
    let attic = with_subtitles("texts.mkv", &inputs, "-c:s:0 srt -c:s:1 ass -c:s:2 webvtt").await;
    let tools = films::tools_that(
        attic.library.path(),
        &format!(
            "echo run >> {}/runs; exec ffmpeg \"$@\"",
            attic.library.path().display()
        ),
    );
    let tools = match (tools, films::tools()) {
        (Tools::Found { ffmpeg, ffprobe }, Tools::Found { ffmpeg: real, .. }) => {
            let script = fs::read_to_string(&ffmpeg).unwrap();
            fs::write(
                &ffmpeg,
                script.replace("exec ffmpeg", &format!("exec {}", real.display())),
            )
            .unwrap();
            Tools::Found { ffmpeg, ffprobe }
        }
        _ => unreachable!("tools() has looked"),
    };
    let extras = attic.open_with(tools, settings());
    assert_eq!(attic.make(&extras, Extra::Subtitles).await.unwrap(), Made::There);
    assert_eq!(
        fs::read_to_string(attic.library.path().join("runs")).unwrap(),
        "run\n"
    );
    let known = extras.known(&attic.film.id);
    assert_eq!((known.subtitles, known.tracks), (Made::There, vec![1, 2, 3]));
    let from_srt = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<i>Größe</i> &amp;\nthere\n";
    for (name, vtt) in [
        ("subtitle-1.vtt", from_srt),
        (
            "subtitle-2.vtt",
            "WEBVTT\n\n00:00:01.000 --> 00:00:02.000 line:0\n<b>Up</b>, here\nthere\n",
        ),
        ("subtitle-3.vtt", from_srt),
    ] {
        let answer = attic.get(&extras, name).await;
        assert_eq!(answer.header("content-type"), Some("text/vtt; charset=utf-8"));
        assert_eq!(answer.text(), vtt, "{name}");
    }

    let attic = with_subtitles("texts.mp4", &inputs[..1], "-c:s mov_text").await;
    let extras = attic.open();
    assert_eq!(attic.make(&extras, Extra::Subtitles).await.unwrap(), Made::There);
    assert_eq!(attic.get(&extras, "subtitle-1.vtt").await.text(), from_srt);
}

#[tokio::test]
async fn one_track_that_ffmpeg_does_not_take_costs_the_others_nothing() {
    let inputs = [("a.srt", SRT.as_bytes()), ("b.srt", SRT.as_bytes())];
    let mut attic = with_subtitles("odd.mkv", &inputs, "-c:s srt").await;
    // As far as ffmpeg is concerned: there is no such track.
    attic.probe.subtitles[1].index = 9;
    let extras = attic.open();
    assert_eq!(attic.make(&extras, Extra::Subtitles).await.unwrap(), Made::There);
    assert!(
        attic
            .get(&extras, "subtitle-1.vtt")
            .await
            .text()
            .contains("there")
    );
}

#[tokio::test]
async fn subtitles_that_are_pictures_are_not_readable() {
    let mut attic = with_subtitles("text.mkv", &[("a.srt", SRT.as_bytes())], "-c:s srt").await;
    attic.probe.subtitles[0].is_text = false;
    let extras = attic.open();
    assert_eq!(
        attic.make(&extras, Extra::Subtitles).await.unwrap(),
        Made::Nothing
    );
}
