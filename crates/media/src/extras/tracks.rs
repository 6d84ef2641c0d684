//! The text subtitles that lie in a film, taken out by one run of ffmpeg, for it reads the whole film. Only where
//! that gives nothing, each is tried by itself: one kind that this ffmpeg does not know ends a run for all.
//!
//! What is text in the film is taken as it is and cleaned here as any file is: ffmpeg would drop lines that are
//! not UTF-8. Only kinds that we do not read are made into ASS by it.

use super::job::Run;
use super::names::track;
use crate::error::ExtrasError;
use crate::limits::{EXTRAS_MEMORY_BYTES_MAX, SUBTITLE_TRACK_BYTES_MAX, TRACKS_TIME_MAX};
use crate::probe::{Probe, SubtitleTrack};
use crate::subtitles;
use crate::tools::program::{Bounds, Program, Verdict};

/// Makes `subtitle-<index>.vtt` of each track that can be read, and says their numbers.
pub(super) async fn make(run: &Run, probe: &Probe) -> Result<Vec<u32>, ExtrasError> {
    let tracks: Vec<_> = probe.subtitles.iter().filter(|track| track.is_text).collect();
    if tracks.is_empty() {
        return Ok(Vec::new());
    }
    let (mut made, mut gave_up) = take_out(run, &tracks).await?;
    if gave_up && made.is_empty() && tracks.len() > 1 {
        for track in &tracks {
            let (alone, no) = take_out(run, std::slice::from_ref(track)).await?;
            gave_up &= no;
            made.extend(alone);
        }
    }
    // Tracks without a word are none. What came of a film that is cut off is better than nothing.
    if gave_up && made.is_empty() {
        return Err(ExtrasError::Unreadable);
    }
    Ok(made)
}

/// Takes these tracks out. Says which can be read, and whether ffmpeg gave up.
async fn take_out(run: &Run, tracks: &[&SubtitleTrack]) -> Result<(Vec<u32>, bool), ExtrasError> {
    let verdict = run.program(command(run, tracks)).await?;
    let mut made = Vec::new();
    for track in tracks {
        if clean(run, track).await? {
            made.push(track.index);
        }
    }
    Ok((made, matches!(verdict, Verdict::GaveUp)))
}

fn command(run: &Run, tracks: &[&SubtitleTrack]) -> Program {
    let bounds = Bounds {
        time: TRACKS_TIME_MAX,
        memory_bytes: EXTRAS_MEMORY_BYTES_MAX,
        // ffmpeg ends a file at the limit before the system has to.
        file_bytes: 2 * SUBTITLE_TRACK_BYTES_MAX,
        output_bytes: 0,
    };
    let bytes_max = SUBTITLE_TRACK_BYTES_MAX.to_string();
    let mut program = Program::new(&run.ffmpeg, bounds)
        .in_folder(&run.folder)
        .most_nicely()
        .args(["-v", "error", "-nostdin"])
        .film(&run.film);
    for track in tracks {
        let (codec, format) = match track.codec.as_str() {
            "subrip" | "srt" => ("copy", "srt"),
            "ass" => ("copy", "ass"),
            "webvtt" => ("copy", "webvtt"),
            _ => ("ass", "ass"),
        };
        let map = format!("0:{}", track.index);
        program = program
            .args(["-map", &map, "-c:s", codec, "-map_metadata", "-1"])
            .args(["-fs", &bytes_max, "-f", format, "-y", &raw_name(track)]);
    }
    program
}

fn raw_name(track: &SubtitleTrack) -> String {
    format!("{}.raw", track.index)
}

/// Whether there is something to be read in what ffmpeg took out.
async fn clean(run: &Run, of: &SubtitleTrack) -> Result<bool, ExtrasError> {
    let (raw, made) = (run.folder.join(raw_name(of)), run.folder.join(track(of.index)));
    let language = of.language.clone();
    run.blocking(move || {
        let Ok(bytes) = std::fs::read(raw) else {
            return Ok(false);
        };
        match subtitles::clean(&bytes, language.as_deref()) {
            Ok(subtitles) => std::fs::write(made, subtitles.vtt).map(|()| true),
            Err(_) => Ok(false),
        }
    })
    .await
}
