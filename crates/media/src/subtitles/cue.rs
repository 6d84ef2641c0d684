//! One line on the screen: its time, its words, and how it is written as WebVTT.

use std::fmt::Write as _;

use crate::limits::{CUE_CHARS_MAX, CUE_LINES_MAX, DURATION_MAX};

/// Words on the screen for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cue {
    pub(super) start_ms: u64,
    pub(super) end_ms: u64,
    /// Whether it stands at the top of the picture.
    pub(super) top: bool,
    /// WebVTT's cue text: escaped, tags closed, no empty line.
    text: String,
}

impl Cue {
    /// `None` if nothing would be seen of it.
    pub(super) fn new((start_ms, end_ms): (u64, u64), top: bool, words: Words) -> Option<Self> {
        let text = words.into_text();
        let is_seen = start_ms < end_ms && !text.is_empty();
        is_seen.then_some(Self {
            start_ms,
            end_ms,
            top,
            text,
        })
    }
}

/// The cues as a file.
pub(super) fn written(cues: &[Cue]) -> String {
    let mut vtt = "WEBVTT\n".to_owned();
    for cue in cues {
        let (start, end) = (Stamp(cue.start_ms), Stamp(cue.end_ms));
        let place = if cue.top { " line:0" } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(vtt, "\n{start} --> {end}{place}\n{}\n", cue.text);
    }
    vtt
}

/// A time as WebVTT writes it.
pub(crate) struct Stamp(pub(crate) u64);

impl std::fmt::Display for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (s, ms) = (self.0 / 1000, self.0 % 1000);
        write!(f, "{:02}:{:02}:{:02}.{ms:03}", s / 3600, s / 60 % 60, s % 60)
    }
}

/// The times of a line such as `00:00:01,000 --> 00:00:02,500 line:0`, and what follows them. `None` for lines
/// that are none, and for times that no film has.
pub(super) fn times(line: &str) -> Option<((u64, u64), &str)> {
    let (start, rest) = line.split_once("-->")?;
    let rest = rest.trim_start();
    let (end, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    Some(((time(start)?, time(end)?), rest))
}

/// Whether this line is meant to be one of times, sensible or not: its words are none of the cue before.
pub(super) fn looks_like_times(line: &str) -> bool {
    let is_of_time = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ',' | '-' | ' ' | '\t');
    let start = line.split_once("-->").map(|(start, _)| start);
    start.is_some_and(|start| start.contains(':') && start.chars().all(is_of_time))
}

/// A time in milliseconds: `1:02:03.5`, `02:03,500`, `1:02:03.50`.
pub(super) fn time(text: &str) -> Option<u64> {
    let (whole, fraction) = text.trim().split_once(['.', ',']).unwrap_or((text.trim(), "0"));
    let mut parts = whole.split(':').map(|part| number(part.trim()));
    let (first, second, third) = (parts.next()??, parts.next()??, parts.next());
    let seconds = match (third, parts.next()) {
        (None, None) => first * 60 + second,
        (Some(third), None) => first * 3600 + second * 60 + third?,
        (_, Some(_)) => return None,
    };
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let digits = fraction.get(..fraction.len().min(3)).filter(|_| is_fraction)?;
    let ms = number(digits)? * [1, 100, 10, 1][digits.len()];
    Some(seconds * 1000 + ms).filter(|ms| u128::from(*ms) <= DURATION_MAX.as_millis())
}

fn number(digits: &str) -> Option<u64> {
    let fits = (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| fits)
}

/// How words may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Italic,
    Bold,
    Underline,
}

impl Tag {
    const ALL: [Self; 3] = [Self::Italic, Self::Bold, Self::Underline];

    /// As markup and override codes spell it.
    pub(super) fn parse(name: &str) -> Option<Self> {
        match name {
            "i" | "I" => Some(Self::Italic),
            "b" | "B" => Some(Self::Bold),
            "u" | "U" => Some(Self::Underline),
            _ => None,
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Italic => 'i',
            Self::Bold => 'b',
            Self::Underline => 'u',
        }
    }
}

/// The words of a cue as they are read. Whatever is put in, what comes out is well-formed.
#[derive(Debug, Default)]
pub(super) struct Words {
    text: String,
    /// The tags that are open in `text`, in their order.
    open: Vec<Tag>,
    /// The ones that the next words shall have.
    wanted: [bool; 3],
    chars: usize,
    lines: usize,
    /// Blanks that are only written if words follow in their line.
    blanks: Vec<char>,
    is_in_line: bool,
}

impl Words {
    /// How the next words look.
    pub(super) fn set(&mut self, tag: Tag, on: bool) {
        self.wanted[tag as usize] = on;
    }

    pub(super) fn push_str(&mut self, text: &str) {
        for c in text.chars() {
            self.push(c);
        }
    }

    /// Adds a character. Those that are not seen are left out, but for the marks that writing from right to
    /// left needs; what is beyond the limits is too.
    pub(super) fn push(&mut self, c: char) {
        match c {
            '\n' => self.break_line(),
            c if c.is_whitespace() => {
                let is_kept = matches!(c, '\u{a0}' | '\u{3000}');
                if self.is_in_line && !self.is_full() {
                    self.blanks.push(if is_kept { c } else { ' ' });
                }
            }
            c if c.is_control() || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {}
            _ => self.push_seen(c),
        }
    }

    /// Whether nothing more is taken, so that nothing more needs to be read.
    pub(super) fn is_full(&self) -> bool {
        let has_lines = !self.is_in_line && self.lines == CUE_LINES_MAX;
        has_lines || self.chars + self.blanks.len() >= CUE_CHARS_MAX
    }

    fn push_seen(&mut self, c: char) {
        if self.is_full() {
            return;
        }
        self.close_tags(self.wanted);
        if !self.is_in_line {
            if self.lines > 0 {
                self.text.push('\n');
            }
            self.lines += 1;
            self.is_in_line = true;
        }
        self.chars += 1 + self.blanks.len();
        self.text.extend(self.blanks.drain(..));
        self.open_tags();
        match c {
            '&' => self.text.push_str("&amp;"),
            '<' => self.text.push_str("&lt;"),
            '>' => self.text.push_str("&gt;"),
            _ => self.text.push(c),
        }
    }

    /// Ends the line. An empty one leaves nothing: it would end the cue.
    pub(super) fn break_line(&mut self) {
        self.blanks.clear();
        self.is_in_line = false;
    }

    fn close_tags(&mut self, wanted: [bool; 3]) {
        if let Some(first) = self.open.iter().position(|tag| !wanted[*tag as usize]) {
            for tag in self.open.drain(first..).rev() {
                self.text.extend(['<', '/', tag.letter(), '>']);
            }
        }
    }

    fn open_tags(&mut self) {
        for tag in Tag::ALL {
            if self.wanted[tag as usize] && !self.open.contains(&tag) {
                self.open.push(tag);
                self.text.extend(['<', tag.letter(), '>']);
            }
        }
    }

    fn into_text(mut self) -> String {
        self.close_tags([false; 3]);
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_players_read_them() {
        for (text, ms) in [
            ("00:00:01,500", Some(1500)),
            ("1:02:03.5", Some(3_723_500)),
            ("02:03.050", Some(123_050)),
            (" 0:00:00.00 ", Some(0)),
            ("100:00:00,000", Some(360_000_000)),
            ("00:00:01,1234567", Some(1123)),
            ("00:01", Some(1000)),
            ("-00:00:01,000", None),
            ("00:00:0-1,000", None),
            ("1", None),
            ("1:2:3:4", None),
            ("00:00:01,", None),
            ("00:00:01,5x", None),
            ("00:00:01,٣", None),
            ("999999999:00:00,000", None),
            ("9999999999999999999999:00,000", None),
            ("", None),
        ] {
            assert_eq!(time(text), ms, "{text:?}");
        }
        assert_eq!(
            times("00:00:01,000 --> 00:00:02,000  X1:0 X2:9"),
            Some(((1000, 2000), " X1:0 X2:9"))
        );
        assert_eq!(times("00:01.000-->00:02.000"), Some(((1000, 2000), "")));
        assert_eq!(times("an arrow --> to there"), None);
        assert_eq!(Stamp(363_723_004).to_string(), "101:02:03.004");
    }

    #[test]
    fn words_are_always_well_formed() {
        let mut words = Words::default();
        words.set(Tag::Italic, true);
        words.push_str("  a &\u{0} ");
        words.set(Tag::Bold, true);
        words.break_line();
        words.break_line();
        words.push_str("<b>");
        words.set(Tag::Italic, false);
        words.push_str("\tc");
        assert_eq!(words.into_text(), "<i>a &amp;\n<b>&lt;b&gt;</b></i> <b>c</b>");
    }

    #[test]
    fn a_cue_is_bounded() {
        let mut words = Words::default();
        words.push_str(&"x".repeat(CUE_CHARS_MAX + 5));
        assert_eq!(words.into_text().len(), CUE_CHARS_MAX);
        let mut words = Words::default();
        words.push_str(&"x\n".repeat(CUE_LINES_MAX + 5));
        assert_eq!(words.into_text().lines().count(), CUE_LINES_MAX);
    }
}
