//! Subtitles as text: files of any common kind and any encoding become WebVTT that holds nothing but words,
//! line breaks, `<i>`, `<b>` and `<u>`.
//!
//! | file | owns |
//! |---|---|
//! | `encoding` | bytes to text |
//! | `cue` | one line on the screen: its time, its words, and how it is written as WebVTT |
//! | `subrip`, `webvtt`, `ass` | reading each kind, believing none of it |
//! | `name` | what a file's name says of its language |
//! | `beside` | the files that lie beside a film |
//!
//! The parsers are our own: the libraries that exist refuse what players accept, and none of them cleans. What
//! comes out is read again as what it was, by us and by browsers.

mod ass;
mod beside;
mod cue;
mod encoding;
mod name;
mod subrip;
mod webvtt;

use crate::error::SubtitleError;
use crate::limits::{SUBTITLE_BYTES_MAX, SUBTITLE_CUES_MAX};
use cue::{Cue, written};

pub(crate) use cue::Stamp;

pub use beside::{SubtitleFile, beside};
pub use name::{SubtitleName, is_subtitle_name, name_of};

/// Subtitles that every browser shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subtitles {
    /// WebVTT, safe to be shown: cues by their start, at most
    /// [`SUBTITLE_CUES_MAX`].
    pub vtt: String,
    /// How many cues it has, at least one.
    pub cues: usize,
    /// What it was made of.
    pub format: Format,
}

/// A kind of text subtitles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `.srt`, the kind that most files are.
    SubRip,
    /// `.vtt`, the kind that browsers read.
    WebVtt,
    /// `.ass` and `.ssa`, the kind with drawings and karaoke.
    Ass,
}

/// Refuses a file that is too long before it is read.
pub fn check_length(bytes: u64) -> Result<(), SubtitleError> {
    if bytes > SUBTITLE_BYTES_MAX {
        return Err(SubtitleError::TooLarge {
            bytes_max: SUBTITLE_BYTES_MAX,
        });
    }
    Ok(())
}

/// Makes WebVTT of a file of any kind in any encoding; `language`, if it is known, helps to tell the encoding.
/// Works for up to a tenth of a second: run it on a blocking thread.
pub fn read(bytes: &[u8], language: Option<&str>) -> Result<Subtitles, SubtitleError> {
    check_length(bytes.len() as u64)?;
    clean(bytes, language)
}

/// As [`read`], of what is as long as its caller says.
pub(crate) fn clean(bytes: &[u8], language: Option<&str>) -> Result<Subtitles, SubtitleError> {
    let text = encoding::decode(bytes, language);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let format = format_of(text).ok_or(SubtitleError::Unknown)?;
    let lines = lines(text);
    let mut cues = match format {
        Format::SubRip => subrip::read(lines),
        Format::WebVtt => webvtt::read(lines),
        Format::Ass => ass::read(lines),
    }?;
    cues.sort_by_key(|cue| (cue.start_ms, cue.end_ms));
    // Scripts lay a line over itself for its shadow.
    cues.dedup();
    if cues.is_empty() {
        return Err(SubtitleError::Unknown);
    }
    Ok(Subtitles {
        vtt: written(&cues),
        cues: cues.len(),
        format,
    })
}

/// The kind by what stands in the text, whatever its file is called.
fn format_of(text: &str) -> Option<Format> {
    if webvtt::is_header(text.lines().next().unwrap_or_default()) {
        return Some(Format::WebVtt);
    }
    let is_section = |line: &str| ass::is_section(line, "script info") || ass::is_section(line, "events");
    lines(text).find_map(|line| {
        if is_section(line) {
            Some(Format::Ass)
        } else if cue::times(line).is_some() {
            Some(Format::SubRip)
        } else {
            None
        }
    })
}

/// Lines however they end: old Macs ended them with a carriage return alone.
fn lines(text: &str) -> impl Iterator<Item = &str> + Clone {
    text.split('\n')
        .flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// Adds a cue unless there are too many.
fn add(cues: &mut Vec<Cue>, cue: Option<Cue>) -> Result<(), SubtitleError> {
    let Some(cue) = cue else { return Ok(()) };
    if cues.last() == Some(&cue) {
        return Ok(());
    }
    if cues.len() == SUBTITLE_CUES_MAX {
        return Err(SubtitleError::TooMany {
            cues_max: SUBTITLE_CUES_MAX,
        });
    }
    cues.push(cue);
    Ok(())
}

#[cfg(test)]
mod tests;
