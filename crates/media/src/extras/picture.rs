//! Pictures out of a film, by ffmpeg: its poster, and the many small ones of its storyboard.

use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use super::names::{POSTER, STORYBOARD, sheet};
use crate::brightness::to_usual_screen;
use crate::error::ExtrasError;
use crate::limits::{
    EXTRAS_MEMORY_BYTES_MAX, PICTURE_BYTES_MAX, POSTER_HEIGHT_MAX, POSTER_TIME_MAX, POSTER_WIDTH_MAX,
    STORYBOARD_COLUMNS, STORYBOARD_PICTURES_MAX, STORYBOARD_PLACES_AT_ONCE, STORYBOARD_SIDE, STORYBOARD_STEP,
    STORYBOARD_TIME_MAX,
};
use crate::probe::{Probe, VideoTrack};
use crate::subtitles::Stamp;
use crate::tools::program::{Bounds, Program};

use super::job::Run;

/// Makes `poster.jpg`, and says its name: of the cover that lies in the film, or else of what is shown after a
/// tenth of it. Of a few whole pictures there, the one is taken that is most like the others, which a black one
/// is not.
pub(super) async fn poster(run: &Run, probe: &Probe) -> Result<Vec<String>, ExtrasError> {
    let fit = fit(POSTER_WIDTH_MAX, POSTER_HEIGHT_MAX, true);
    if let Some(cover) = probe.cover
        && one_picture(run, &[], cover, &format!("{fit},format=yuvj420p")).await?
    {
        return Ok(vec![POSTER.to_owned()]);
    }
    let Some(track) = &probe.video else {
        return Ok(Vec::new());
    };
    let start = Stamp(probe.duration_ms.unwrap_or(0) / 10).to_string();
    let mut steps = vec![fit.as_str()];
    steps.extend(to_usual_screen(track.hdr));
    let filter = format!("{},thumbnail=4,format=yuvj420p", steps.join(","));
    // Where nothing is found there, as in a film that is cut off, its first seconds have to do.
    let places: [&[&str]; 2] = [
        &[
            "-ss",
            &start,
            "-t",
            "30",
            "-noaccurate_seek",
            "-skip_frame",
            "nokey",
        ],
        &["-t", "5"],
    ];
    for place in places {
        if one_picture(run, place, track.index, &filter).await? {
            return Ok(vec![POSTER.to_owned()]);
        }
    }
    Err(ExtrasError::Unreadable)
}

/// Whether there is a picture at that place.
async fn one_picture(run: &Run, place: &[&str], track: u32, filter: &str) -> Result<bool, ExtrasError> {
    let map = format!("0:{track}");
    let program = program(run, POSTER_TIME_MAX)
        .args(["-threads", "1"])
        .args(place)
        .film(&run.film)
        .args([
            "-map",
            &map,
            "-vf",
            filter,
            "-frames:v",
            "1",
            "-map_metadata",
            "-1",
        ])
        .args(["-q:v", "4", "-f", "mjpeg", "-y", POSTER]);
    run.program(program).await?;
    Ok(run.length(POSTER).await > 0)
}

/// How the pictures of a storyboard lie.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Layout {
    width: u32,
    height: u32,
    count: u32,
    step_ms: u64,
    of_ms: u64,
}

impl Layout {
    fn of(track: &VideoTrack, of_ms: u64) -> Self {
        let (width, height) = match track.rotated {
            true => (track.height, track.width),
            false => (track.width, track.height),
        };
        // Odd shapes get bars. Both sides are even, as the colours have half of each.
        let side = |this: u32, other: u32| {
            let fitting = u64::from(STORYBOARD_SIDE) * u64::from(this) / u64::from(this.max(other));
            u32::try_from(fitting).map_or(STORYBOARD_SIDE, |side| side.max(STORYBOARD_SIDE / 4) & !1)
        };
        let step = u64::try_from(STORYBOARD_STEP.as_millis()).unwrap_or(u64::MAX);
        // A short film has a hundred as well, but not more than one a second.
        let step_ms = step
            .min((of_ms / 100).max(1000))
            .max(of_ms.div_ceil(u64::from(STORYBOARD_PICTURES_MAX)))
            .max(1);
        Self {
            width: side(width, height),
            height: side(height, width),
            count: u32::try_from(of_ms.div_ceil(step_ms)).map_or(STORYBOARD_PICTURES_MAX, |count| {
                count.clamp(1, STORYBOARD_PICTURES_MAX)
            }),
            step_ms,
            of_ms,
        }
    }

    /// Rows of one sheet.
    fn rows(self) -> u32 {
        self.count.div_ceil(STORYBOARD_COLUMNS).min(STORYBOARD_COLUMNS)
    }

    /// Bytes of a picture in YUV 4:2:0.
    fn picture_bytes(self) -> usize {
        self.width as usize * self.height as usize * 3 / 2
    }

    fn sheets(self) -> u32 {
        self.count.div_ceil(STORYBOARD_COLUMNS * STORYBOARD_COLUMNS)
    }

    /// Which part of which sheet is shown when.
    fn vtt(self) -> String {
        use std::fmt::Write as _;
        let mut vtt = "WEBVTT\n".to_owned();
        for number in 0..self.count {
            let (in_sheet, per_sheet) = (STORYBOARD_COLUMNS, STORYBOARD_COLUMNS * STORYBOARD_COLUMNS);
            let (x, y) = (
                number % in_sheet * self.width,
                number % per_sheet / in_sheet * self.height,
            );
            let start = u64::from(number) * self.step_ms;
            let (start, end) = (Stamp(start), Stamp((start + self.step_ms).min(self.of_ms)));
            let sheet = sheet(number / per_sheet);
            let (width, height) = (self.width, self.height);
            // Writing to a string cannot fail.
            let _ = write!(
                vtt,
                "\n{start} --> {end}\n{sheet}#xywh={x},{y},{width},{height}\n"
            );
        }
        vtt
    }
}

/// Makes `storyboard.vtt` and its sheets, and says their names; none of a film without a picture, or of a
/// length that nobody knows.
///
/// The pictures are sought: one run of ffmpeg opens the film at several places and decodes one whole picture at
/// each. Reading the film through and decoding only whole pictures uses less processor time (3 s against 12 to
/// 16 s for 360 pictures of an hour), but reads all of it, and a film may have 60 GB; sought, each picture costs a
/// few megabytes around its place, however long the film is. A run for each picture takes three times as long.
pub(super) async fn storyboard(run: &Run, probe: &Probe) -> Result<Vec<String>, ExtrasError> {
    let (Some(track), Some(of_ms)) = (&probe.video, probe.duration_ms) else {
        return Ok(Vec::new());
    };
    let layout = Layout::of(track, of_ms);
    let until = Instant::now() + STORYBOARD_TIME_MAX;
    let numbers: Vec<u32> = (0..layout.count).collect();
    for numbers in numbers.chunks(STORYBOARD_PLACES_AT_ONCE) {
        let left = until.saturating_duration_since(Instant::now());
        run.program(places(run, track, layout, numbers, left)).await?;
    }
    let folder = run.folder.clone();
    let found = run.blocking(move || gather(&folder, layout)).await?;
    if !found {
        return Err(ExtrasError::Unreadable);
    }
    run.program(sheets(run, layout)).await?;
    let vtt = layout.vtt();
    let file = run.folder.join(STORYBOARD);
    run.blocking(move || std::fs::write(file, vtt)).await?;
    let mut made: Vec<_> = (0..layout.sheets()).map(sheet).collect();
    for sheet in &made {
        if run.length(sheet).await == 0 {
            return Err(ExtrasError::Unreadable);
        }
    }
    // Last, so that it never speaks of a sheet that is not there.
    made.push(STORYBOARD.to_owned());
    Ok(made)
}

fn picture_name(number: u32) -> String {
    format!("{number}.yuv")
}

/// A run that takes a picture at each of these places. Where there is none, it leaves none.
fn places(run: &Run, track: &VideoTrack, layout: Layout, numbers: &[u32], time: Duration) -> Program {
    let mut program = program(run, time);
    for number in numbers {
        let at = Stamp(u64::from(*number) * layout.step_ms + layout.step_ms / 2);
        program = program
            .args(["-threads", "1", "-noaccurate_seek", "-skip_frame", "nokey"])
            .args(["-ss", &at.to_string()])
            .film(&run.film);
    }
    let (width, height) = (layout.width, layout.height);
    let fit = fit(width, height, false);
    let pad = format!("pad={width}:{height}:-1:-1");
    let mut steps = vec![fit.as_str()];
    steps.extend(to_usual_screen(track.hdr));
    steps.extend([pad.as_str(), "format=yuv420p"]);
    let filter = steps.join(",");
    for (input, number) in numbers.iter().enumerate() {
        let map = format!("{input}:{}", track.index);
        program = program
            .args(["-map", &map, "-vf", &filter, "-frames:v", "1"])
            .args(["-c:v", "rawvideo", "-f", "rawvideo", "-y", &picture_name(*number)]);
    }
    program
}

/// Puts the pictures into one file; whether there are any. A place without one shows what was before it.
fn gather(folder: &Path, layout: Layout) -> std::io::Result<bool> {
    let picture = |number: u32| {
        let bytes = std::fs::read(folder.join(picture_name(number))).ok()?;
        (bytes.len() == layout.picture_bytes()).then_some(bytes)
    };
    let Some(mut shown) = (0..layout.count).find_map(picture) else {
        return Ok(false);
    };
    let mut all = Vec::with_capacity(layout.picture_bytes() * layout.count as usize);
    for number in 0..layout.count {
        shown = picture(number).unwrap_or(shown);
        all.extend_from_slice(&shown);
    }
    std::fs::write(folder.join("all.yuv"), all)?;
    Ok(true)
}

/// A run that lays the pictures out. It reads nothing but them.
fn sheets(run: &Run, layout: Layout) -> Program {
    let size = format!("{}x{}", layout.width, layout.height);
    let tile = format!("tile={STORYBOARD_COLUMNS}x{},format=yuvj420p", layout.rows());
    program(run, POSTER_TIME_MAX)
        .args(["-protocol_whitelist", "file", "-f", "rawvideo"])
        .args([
            "-pixel_format",
            "yuv420p",
            "-video_size",
            &size,
            "-framerate",
            "1",
        ])
        .args(["-i", "file:all.yuv", "-vf", &tile, "-q:v", "5"])
        .args(["-f", "image2", "-start_number", "0", "-y", "storyboard-%d.jpg"])
}

fn program(run: &Run, time: Duration) -> Program {
    let bounds = Bounds {
        time,
        memory_bytes: EXTRAS_MEMORY_BYTES_MAX,
        file_bytes: PICTURE_BYTES_MAX.max(8 << 20),
        output_bytes: 0,
    };
    Program::new(&run.ffmpeg, bounds)
        .in_folder(&run.folder)
        .most_nicely()
        .args(["-v", "error", "-nostdin"])
}

/// A step that makes a picture fit, with square pixels and even sides.
fn fit(width: u32, height: u32, only_smaller: bool) -> String {
    let most = if only_smaller { "1" } else { "16384" };
    let factor = format!("min({most},min({width}/(iw*sar),{height}/ih))");
    format!("scale=w='max(2,2*trunc(iw*sar*{factor}/2))':h='max(2,2*trunc(ih*{factor}/2))',setsar=1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(width: u32, height: u32, rotated: bool) -> VideoTrack {
        VideoTrack {
            index: 0,
            codec: "h264".to_owned(),
            profile: None,
            level: None,
            pixel_format: None,
            bit_depth: 8,
            width,
            height,
            fps: None,
            hdr: None,
            interlaced: false,
            rotated,
        }
    }

    #[test]
    fn a_storyboard_is_bounded_however_long_the_film_is() {
        for (of_ms, count, step_ms) in [
            (1, 1, 1000),
            (1000, 1, 1000),
            (90_500, 91, 1000),
            (600_000, 100, 6000),
            (3_600_000, 360, 10_000),
            (36_000_000, 400, 90_000),
            (604_800_000, 400, 1_512_000),
        ] {
            let layout = Layout::of(&track(1920, 1080, false), of_ms);
            assert_eq!((layout.count, layout.step_ms), (count, step_ms), "{of_ms}");
            let vtt = layout.vtt();
            assert_eq!(vtt.matches("#xywh=").count() as u32, count);
            assert!(
                vtt.trim_end()
                    .lines()
                    .rev()
                    .nth(1)
                    .unwrap()
                    .ends_with(&Stamp(of_ms).to_string())
            );
        }
    }

    #[test]
    fn pictures_have_the_shape_of_the_film() {
        for (width, height, rotated, size) in [
            (1920, 1080, false, (160, 90)),
            (1920, 1080, true, (90, 160)),
            (640, 480, false, (160, 120)),
            (2, 16_384, false, (40, 160)),
            (16_384, 2, false, (160, 40)),
        ] {
            let layout = Layout::of(&track(width, height, rotated), 1000);
            assert_eq!((layout.width, layout.height), size);
        }
    }

    #[test]
    fn a_cue_names_its_part_of_its_sheet() {
        let vtt = Layout::of(&track(1920, 1080, false), 3_600_000).vtt();
        let cue = "\n00:18:50.000 --> 00:19:00.000\nstoryboard-1.jpg#xywh=480,90,160,90\n";
        assert!(vtt.contains(cue), "{vtt}");
    }
}
