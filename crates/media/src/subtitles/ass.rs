//! ASS and SSA (`.ass`, `.ssa`): sections of `Key: value` lines. Of all that they can say, the words are taken,
//! with italics, bold, underline, and whether they stand at the top.

use std::collections::HashMap;

use super::add;
use super::cue::{Cue, Tag, Words, time};
use crate::error::SubtitleError;
use crate::limits::{ASS_COLUMNS_MAX, ASS_STYLES_MAX};

/// What a style says of its lines. Bold is left out: styles that are bold all through are so for a font that
/// viewers do not have.
#[derive(Debug, Clone, Copy, Default)]
struct Style {
    italic: bool,
    top: bool,
}

/// Where the section's columns are.
struct Columns(Vec<String>);

impl Columns {
    fn new(list: &str) -> Self {
        let names = list.split(',').take(ASS_COLUMNS_MAX);
        Self(names.map(|name| name.trim().to_ascii_lowercase()).collect())
    }

    /// The value of a column; the last one has all the commas that are left.
    fn of<'a>(&self, name: &str, row: &'a str) -> Option<&'a str> {
        let at = self.0.iter().position(|column| column == name)?;
        row.splitn(self.0.len(), ',').nth(at)
    }
}

/// Whether this line begins the section of that name.
pub(super) fn is_section(line: &str, name: &str) -> bool {
    let inside = line
        .trim()
        .strip_prefix('[')
        .and_then(|line| line.strip_suffix(']'));
    inside.is_some_and(|inside| inside.trim().eq_ignore_ascii_case(name))
}

pub(super) fn read<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<Cue>, SubtitleError> {
    const STYLES: &str = "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, \
                          Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, \
                          Outline, Shadow, Alignment";
    const EVENTS: &str = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text";
    let (mut styles, mut cues) = (HashMap::new(), Vec::new());
    let (mut style_columns, mut event_columns) = (Columns::new(STYLES), Columns::new(EVENTS));
    let (mut is_events, mut is_old) = (false, false);
    for line in lines {
        let line = line.trim();
        if line.starts_with('[') {
            is_events = is_section(line, "events");
            is_old = is_section(line, "v4 styles");
            continue;
        }
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        match key.trim() {
            "Format" if is_events => event_columns = Columns::new(value),
            "Format" => style_columns = Columns::new(value),
            "Style" if !is_events && styles.len() < ASS_STYLES_MAX => {
                let (name, style) = style(&style_columns, value, is_old);
                styles.insert(name.to_owned(), style);
            }
            // Everything else, such as `Comment`, is not seen.
            "Dialogue" if is_events => add(&mut cues, event(&event_columns, value, &styles))?,
            _ => {}
        }
    }
    Ok(cues)
}

fn style<'a>(columns: &Columns, row: &'a str, is_old: bool) -> (&'a str, Style) {
    let of = |name| columns.of(name, row).map_or("", str::trim);
    let alignment = of("alignment").parse().unwrap_or(2);
    let style = Style {
        italic: matches!(of("italic"), "-1" | "1"),
        top: if is_old {
            is_top_old(alignment)
        } else {
            is_top(alignment)
        },
    };
    (name_of(of("name")), style)
}

/// A style's name without the star that old editors put before it.
fn name_of(name: &str) -> &str {
    name.trim().trim_start_matches('*')
}

/// As on the number pad.
fn is_top(alignment: u8) -> bool {
    matches!(alignment, 7..=9)
}

/// As SSA has it.
fn is_top_old(alignment: u8) -> bool {
    matches!(alignment, 5..=7)
}

fn event(columns: &Columns, row: &str, styles: &HashMap<String, Style>) -> Option<Cue> {
    let at = (time(columns.of("start", row)?)?, time(columns.of("end", row)?)?);
    let text = columns.of("text", row)?;
    let named = columns
        .of("style", row)
        .and_then(|name| styles.get(name_of(name)));
    let style = named.copied().unwrap_or_default();
    let (mut words, mut top) = (Words::default(), style.top);
    words.set(Tag::Italic, style.italic);
    push_text(&mut words, &mut top, text, style.italic);
    Cue::new(at, top, words)
}

/// The words of an event: `{\i1}overrides{\i0}`, `\N`, and drawings, which are numbers.
fn push_text(words: &mut Words, top: &mut bool, text: &str, italic: bool) {
    let last_brace = text.rfind('}');
    let (mut rest, mut is_drawing) = (text, false);
    while let Some(next) = rest.find(['{', '\\']) {
        if words.is_full() {
            return;
        }
        let (before, code) = rest.split_at(next);
        if !is_drawing {
            words.push_str(before);
        }
        let at = text.len() - code.len();
        let closed = code
            .starts_with('{')
            .then(|| {
                code.find('}')
                    .filter(|_| last_brace.is_some_and(|last| last > at))
            })
            .flatten();
        rest = match (closed, code.as_bytes().get(1)) {
            (Some(end), _) => {
                if let Some(drawing) = take_overrides(words, top, &code[1..end], italic) {
                    is_drawing = drawing;
                }
                &code[end + 1..]
            }
            (None, Some(b'N')) if code.starts_with('\\') => {
                words.break_line();
                &code[2..]
            }
            // A place where the line may break, and a blank where it may not.
            (None, Some(b'n')) if code.starts_with('\\') => {
                words.push(' ');
                &code[2..]
            }
            (None, Some(b'h')) if code.starts_with('\\') => {
                words.push('\u{a0}');
                &code[2..]
            }
            _ => {
                if !is_drawing {
                    words.push_str(&code[..1]);
                }
                &code[1..]
            }
        };
    }
    if !is_drawing {
        words.push_str(rest);
    }
}

/// Does what the overrides between two braces say, and returns whether a drawing begins or ends with them.
pub(super) fn take_overrides(words: &mut Words, top: &mut bool, codes: &str, italic: bool) -> Option<bool> {
    let mut drawing = None;
    for code in codes.split('\\').skip(1) {
        let name_end = code
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(code.len());
        let (name, value) = code.split_at(name_end);
        let value = value.trim();
        let number: Option<u32> = value.parse().ok();
        match name {
            "i" => words.set(Tag::Italic, number.map_or(italic, |on| on != 0)),
            // Also weights: 400 is usual, 700 is bold.
            "b" => words.set(
                Tag::Bold,
                number.is_some_and(|weight| weight == 1 || weight > 500),
            ),
            "u" => words.set(Tag::Underline, number.is_some_and(|on| on != 0)),
            "an" => *top = number.is_some_and(|place| (7..=9).contains(&place)),
            "a" => *top = number.is_some_and(|place| (5..=7).contains(&place)),
            "p" => drawing = Some(number.is_some_and(|scale| scale > 0)),
            // Back to a style; `\rName` names another one, whose looks are not worth a look.
            name if name.starts_with('r') => {
                words.set(Tag::Italic, italic);
                words.set(Tag::Bold, false);
                words.set(Tag::Underline, false);
            }
            _ => {}
        }
    }
    drawing
}
