//! WebVTT (`.vtt`), as the W3C's recommendation reads it: blocks between empty lines. Styles, regions and notes
//! are left out, and of a cue's place only whether it is at the top.

use super::add;
use super::cue::{Cue, Tag, Words, looks_like_times, times};
use crate::error::SubtitleError;

/// Whether a file that begins with this line is WebVTT.
pub(super) fn is_header(line: &str) -> bool {
    line.strip_prefix("WEBVTT")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

pub(super) fn read<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<Cue>, SubtitleError> {
    let (mut cues, mut block) = (Vec::new(), None);
    // The header goes on until an empty line, or a cue that has none before it.
    let after_header = lines
        .skip(1)
        .skip_while(|line| !line.is_empty() && !looks_like_times(line));
    for line in after_header {
        if line.is_empty() {
            add(&mut cues, block.take().and_then(Block::cue))?;
        } else if looks_like_times(line) {
            // Without an empty line before it, it ends the cue that it stands in.
            add(&mut cues, block.take().and_then(Block::cue))?;
            block = times(line).map(|(at, settings)| Block {
                at,
                top: is_top(settings),
                text: String::new(),
            });
        } else if let Some(block) = &mut block {
            block.text.push_str(line);
            block.text.push('\n');
        }
    }
    add(&mut cues, block.and_then(Block::cue))?;
    Ok(cues)
}

struct Block {
    at: (u64, u64),
    top: bool,
    text: String,
}

impl Block {
    fn cue(self) -> Option<Cue> {
        let mut words = Words::default();
        let mut rest = self.text.as_str();
        while let Some(next) = rest.find(['<', '&']) {
            if words.is_full() {
                break;
            }
            let (before, code) = rest.split_at(next);
            words.push_str(before);
            rest = if let Some(tag) = code.strip_prefix('<') {
                // What is never closed is no text either.
                let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
                take_tag(&mut words, tag);
                after
            } else {
                take_reference(&mut words, code)
            };
        }
        words.push_str(rest);
        Cue::new(self.at, self.top, words)
    }
}

fn take_tag(words: &mut Words, tag: &str) {
    let (name, on) = match tag.strip_prefix('/') {
        Some(name) => (name, false),
        None => (tag, true),
    };
    // Classes and annotations follow: `<i.loud>`, `<v Anna>`.
    let name = name.split(['.', ' ', '\t', '\n']).next().unwrap_or_default();
    if let Some(tag) = Tag::parse(name) {
        words.set(tag, on);
    }
}

/// Takes `&amp;` and its like, and returns what follows. What is none is words.
fn take_reference<'a>(words: &mut Words, code: &'a str) -> &'a str {
    const NAMED: [(&str, char); 8] = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&apos;", '\''),
        ("&nbsp;", '\u{a0}'),
        ("&lrm;", '\u{200e}'),
        ("&rlm;", '\u{200f}'),
    ];
    for (name, c) in NAMED {
        if let Some(after) = code.strip_prefix(name) {
            words.push(c);
            return after;
        }
    }
    match numbered(code) {
        Some((c, after)) => {
            words.push(c);
            after
        }
        None => {
            words.push('&');
            &code[1..]
        }
    }
}

/// `&#39;` and `&#x27;`.
fn numbered(code: &str) -> Option<(char, &str)> {
    let code = code.strip_prefix("&#")?;
    let (radix, code) = match code.strip_prefix(['x', 'X']) {
        Some(code) => (16, code),
        None => (10, code),
    };
    let end = code
        .find(|c: char| !c.is_digit(radix))
        .filter(|end| (1..=7).contains(end))?;
    let after = code[end..].strip_prefix(';')?;
    let c = char::from_u32(u32::from_str_radix(&code[..end], radix).ok()?)?;
    Some((c, after))
}

/// Whether these settings put the cue into the upper half: `line:0`, `line:10%`.
fn is_top(settings: &str) -> bool {
    let line = settings
        .split_whitespace()
        .find_map(|setting| setting.strip_prefix("line:"));
    let line = line.map(|line| line.split(',').next().unwrap_or_default());
    line.is_some_and(|line| match line.strip_suffix('%') {
        Some(share) => share.parse().is_ok_and(|share: f32| share < 50.0),
        // Lines are counted from the top; there are about 16.
        None => line.parse().is_ok_and(|line: f32| (0.0..8.0).contains(&line)),
    })
}
