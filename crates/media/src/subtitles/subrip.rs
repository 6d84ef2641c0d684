//! SubRip (`.srt`): a number, a line of times, words until an empty line. Nobody ever wrote down more, so what
//! players accept is accepted: numbers that are missing, empty lines in the midst, tags of HTML and of ASS.

use super::add;
use super::ass;
use super::cue::{Cue, Tag, Words, looks_like_times, times};
use crate::error::SubtitleError;
use crate::limits::TAG_BYTES_MAX;

pub(super) fn read<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<Cue>, SubtitleError> {
    let mut cues = Vec::new();
    let (mut at, mut text): (_, Vec<&str>) = (None, Vec::new());
    for line in lines {
        if looks_like_times(line) {
            // The number of the next one, if it stands right before its times.
            if text.last().is_some_and(|line| is_number(line)) {
                text.pop();
            }
            add(&mut cues, cue(at, &text))?;
            at = times(line).map(|(at, _)| at);
            text.clear();
        } else if at.is_some() {
            text.push(line);
        }
    }
    add(&mut cues, cue(at, &text))?;
    Ok(cues)
}

fn is_number(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

fn cue(at: Option<(u64, u64)>, lines: &[&str]) -> Option<Cue> {
    let at = at?;
    let (mut words, mut top) = (Words::default(), false);
    for line in lines {
        push_line(&mut words, &mut top, line);
        words.break_line();
    }
    Cue::new(at, top, words)
}

fn push_line(words: &mut Words, top: &mut bool, line: &str) {
    let mut rest = line;
    while let Some(next) = rest.find(['<', '{']) {
        if words.is_full() {
            return;
        }
        let (before, tag) = rest.split_at(next);
        words.push_str(before);
        let is_angle = tag.starts_with('<');
        let close = if is_angle { b'>' } else { b'}' };
        let end = tag.bytes().take(TAG_BYTES_MAX).position(|byte| byte == close);
        let taken = end.filter(|&end| {
            let inside = &tag[1..end];
            if is_angle {
                take_angle(words, inside)
            } else {
                take_brace(words, top, inside)
            }
        });
        match taken {
            Some(end) => rest = &tag[end + 1..],
            None => {
                words.push_str(&tag[..1]);
                rest = &tag[1..];
            }
        }
    }
    words.push_str(rest);
}

/// Whether this is a tag, and what it does. `<3` is none.
fn take_angle(words: &mut Words, inside: &str) -> bool {
    let (name, on) = match inside.strip_prefix('/') {
        Some(name) => (name, false),
        None => (inside, true),
    };
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(name.len());
    let (name, attributes) = name.split_at(end);
    let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && (attributes.is_empty() || attributes.starts_with([' ', '\t', '/', '=']));
    if !is_tag {
        return false;
    }
    if name.eq_ignore_ascii_case("br") {
        words.break_line();
    } else if let Some(tag) = Tag::parse(name) {
        words.set(tag, on);
    }
    true
}

/// Whether this is an override of ASS, which some files have, or one of the older `{i}`.
fn take_brace(words: &mut Words, top: &mut bool, inside: &str) -> bool {
    if inside.starts_with('\\') {
        ass::take_overrides(words, top, inside, false);
        return true;
    }
    let (name, on) = match inside.strip_prefix('/') {
        Some(name) => (name, false),
        None => (inside, true),
    };
    match Tag::parse(name) {
        Some(tag) => {
            words.set(tag, on);
            true
        }
        None => false,
    }
}
