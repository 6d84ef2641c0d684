//! What ffmpeg is told to make a stream of a film.
//!
//! Picture and sounds go into playlists of their own, so that each viewer can choose a sound. Their segments
//! say in themselves when they begin: by default ffmpeg says it in an edit list, which players that take
//! segments one by one do not look at, and the sound would be some hundredths of a second off.

use std::path::Path;

use super::names::Rendition;
use crate::brightness::to_usual_screen;
use crate::limits::{FPS_MAX, FPS_MIN, SEGMENT, SEGMENT_BYTES_MAX, SOUND_BITS, STREAM_MEMORY_BYTES_MAX};
use crate::playable::{StreamPlan, VideoPlan};
use crate::probe::VideoTrack;
use crate::tools::program::{Bounds, Program};

/// A run of ffmpeg that makes what `plan` says, into the folder where it runs.
pub(super) fn command(
    ffmpeg: &Path,
    film: &Path,
    folder: &Path,
    plan: &StreamPlan,
    attempt: u8,
    time: std::time::Duration,
) -> Program {
    let bounds = Bounds {
        time,
        memory_bytes: STREAM_MEMORY_BYTES_MAX,
        file_bytes: SEGMENT_BYTES_MAX,
        output_bytes: 0,
    };
    Program::new(ffmpeg, bounds)
        .in_folder(folder)
        .nicely()
        .args([
            "-v",
            "error",
            "-nostdin",
            "-progress",
            "pipe:1",
            "-stats_period",
            "0.5",
        ])
        .film(film)
        .args(tracks(plan))
        // Names, comments and covers of the film are no business of its segments.
        .args(["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"])
        .args(["-max_muxing_queue_size", "4096"])
        .args(stream(plan, attempt))
}

/// Which tracks, and how.
fn tracks(plan: &StreamPlan) -> Vec<String> {
    let mut args = Vec::new();
    let mut add = |name: &str, value: String| args.extend([name.to_owned(), value]);
    match &plan.video {
        None => {}
        Some(VideoPlan::Copy { track }) => {
            add("-map", format!("0:{}", track.index));
            add("-c:v", "copy".to_owned());
        }
        Some(VideoPlan::Encode { track, heights }) => {
            for (number, height) in heights.iter().enumerate() {
                add("-map", format!("0:{}", track.index));
                add(&format!("-filter:v:{number}"), filter(track, *height));
                add(&format!("-maxrate:v:{number}"), video_bits(*height).to_string());
                add(
                    &format!("-bufsize:v:{number}"),
                    (2 * video_bits(*height)).to_string(),
                );
            }
            add("-c:v", "libx264".to_owned());
            add("-preset", "veryfast".to_owned());
            add("-crf", "22".to_owned());
            add("-profile:v", "high".to_owned());
            // Every segment begins with a whole picture, at the same time in each size.
            let every = format!("expr:gte(t,n_forced*{})", SEGMENT.as_secs());
            add("-force_key_frames:v", every);
            add("-fpsmax:v", FPS_MAX.to_string());
            if track.hdr.is_some() {
                for option in ["-colorspace:v", "-color_primaries:v", "-color_trc:v"] {
                    add(option, "bt709".to_owned());
                }
            }
        }
    }
    for (number, sound) in plan.audio.iter().enumerate() {
        add("-map", format!("0:{}", sound.track.index));
        if sound.copy {
            add(&format!("-c:a:{number}"), "copy".to_owned());
        } else {
            add(&format!("-c:a:{number}"), "aac".to_owned());
            add(&format!("-b:a:{number}"), SOUND_BITS.to_string());
            add(&format!("-ac:a:{number}"), "2".to_owned());
            add(&format!("-ar:a:{number}"), "48000".to_owned());
            // Gaps become silence, so that the sound stays with the picture.
            add(&format!("-filter:a:{number}"), "aresample=async=1000".to_owned());
        }
    }
    args
}

/// What happens to a picture before it is encoded.
fn filter(track: &VideoTrack, height: u32) -> String {
    let mut steps = Vec::new();
    if track.interlaced {
        steps.push("yadif=deint=interlaced".to_owned());
    }
    if track.fps.is_none_or(|fps| fps < f64::from(FPS_MIN)) {
        steps.push(format!("fps={FPS_MIN}"));
    }
    // Pixels become square; the width is even as the height is.
    let width = format!("max(2,trunc(iw*sar*{height}/ih/2)*2)");
    steps.push(format!("scale=w='{width}':h={height},setsar=1"));
    steps.extend(to_usual_screen(track.hdr).into_iter().map(str::to_owned));
    steps.push("format=yuv420p".to_owned());
    steps.join(",")
}

/// Bits a second of a picture of this height, at most: 5.8 million at 1080, 2.6 million at 720.
pub(super) fn video_bits(height: u32) -> u64 {
    (u64::from(height).pow(2) * 5).max(300_000)
}

/// How the tracks become segments and playlists.
fn stream(plan: &StreamPlan, attempt: u8) -> Vec<String> {
    let names: Vec<_> = Rendition::all(plan, attempt)
        .map(|rendition| {
            format!(
                "{}:{},name:{rendition}",
                rendition.kind.letter(),
                rendition.number
            )
        })
        .collect();
    let seconds = SEGMENT.as_secs().to_string();
    let streams = names.join(" ");
    [
        "-f",
        "hls",
        "-hls_segment_type",
        "fmp4",
        "-hls_time",
        &seconds,
        "-hls_playlist_type",
        "event",
        "-hls_list_size",
        "0",
        // A segment has its name only when it is whole.
        "-hls_flags",
        "independent_segments+temp_file",
        "-hls_segment_options",
        "movflags=+frag_discont:use_editlist=0:avoid_negative_ts=make_non_negative",
        "-var_stream_map",
        &streams,
        "-hls_fmp4_init_filename",
        "%v-init.mp4",
        "-hls_segment_filename",
        "%v-%05d.m4s",
        "%v.m3u8",
    ]
    .map(str::to_owned)
    .into()
}
