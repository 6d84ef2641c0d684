//! Names and words, made safe to show beside others': control characters and those that turn the direction of
//! writing are taken out, runs of white space folded, towers of marks cut down. And which names look alike.

use crate::limits;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use unicode_properties::{GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory};
use unicode_security::skeleton;
use unicode_segmentation::UnicodeSegmentation;

/// Whether a character could change how the text around it is shown.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}'
        )
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFF9}'..='\u{FFFB}')
        || matches!(c, '\u{E0000}'..='\u{E001F}')
}

/// Whether a text has anything to see in it; joiners and variation selectors alone do not show.
fn is_visible(text: &str) -> bool {
    text.chars().any(is_seen)
}

/// Whether a character shows by itself.
fn is_seen(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(
            c,
            '\u{00AD}' | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' | '\u{2800}'
        )
        && !matches!(c, '\u{200C}' | '\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{FE00}'..='\u{FE0F}')
}

/// The characters of a text, with no more than [`limits::MARKS_MAX`] marks on any of them.
fn without_towers(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut marks = 0;
    text.filter(move |c| {
        let is_mark = c.general_category_group() == GeneralCategoryGroup::Mark;
        marks = if is_mark { marks + 1 } else { 0 };
        marks <= limits::MARKS_MAX
    })
}

/// One line: unsafe characters gone, white space folded to single spaces, trimmed.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(4 * limits::TEXT_CHARS_MAX));
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let mut word = without_towers(word.chars().filter(|c| !is_unsafe(*c))).peekable();
        if word.peek().is_some() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.extend(word);
        }
    }
    out
}

/// A member's name.
///
/// # Errors
/// [`Refusal::NameEmpty`], [`Refusal::NameTooLong`].
pub fn member_name(text: &str) -> Result<String, Refusal> {
    name(text, limits::NAME_CHARS_MAX)
}

/// A room's name.
///
/// # Errors
/// [`Refusal::NameEmpty`], [`Refusal::NameTooLong`].
pub fn room_name(text: &str) -> Result<String, Refusal> {
    name(text, limits::ROOM_NAME_CHARS_MAX)
}

fn name(text: &str, chars_max: usize) -> Result<String, Refusal> {
    // Four bytes a character at most: what is longer still is refused without a look.
    if text.len() > 64 * chars_max {
        return Err(Refusal::NameTooLong { chars_max });
    }
    let name = one_line(text);
    if !is_visible(&name) {
        return Err(Refusal::NameEmpty);
    }
    if name.chars().count() > chars_max {
        return Err(Refusal::NameTooLong { chars_max });
    }
    Ok(name)
}

/// A member's name made of any text, for whoever cannot be asked for another one: cut where it is too long,
/// `fallback` where there is nothing to see in it.
#[must_use]
pub fn member_name_or(text: &str, fallback: &str) -> String {
    name_or(text, limits::NAME_CHARS_MAX, fallback)
}

/// A room's name made of any text, likewise.
#[must_use]
pub fn room_name_or(text: &str, fallback: &str) -> String {
    name_or(text, limits::ROOM_NAME_CHARS_MAX, fallback)
}

fn name_or(text: &str, chars_max: usize, fallback: &str) -> String {
    let mut name = one_line(text);
    if let Some((end, _)) = name.char_indices().nth(chars_max) {
        name.truncate(end);
    }
    let name = name.trim_end();
    if is_visible(name) { name } else { fallback }.to_owned()
}

/// What somebody says: line breaks stay, other unsafe characters go.
///
/// # Errors
/// [`Refusal::TextEmpty`], [`Refusal::TextTooLong`].
pub fn said(text: &str) -> Result<String, Refusal> {
    let text = text.chars().map(|c| if c == '\t' { ' ' } else { c });
    let text = text.filter(|c| *c == '\n' || !is_unsafe(*c));
    let text: String = without_towers(text).collect();
    let text = text.trim();
    if !is_visible(text) {
        return Err(Refusal::TextEmpty);
    }
    if text.chars().count() > limits::TEXT_CHARS_MAX {
        return Err(Refusal::TextTooLong {
            chars_max: limits::TEXT_CHARS_MAX,
        });
    }
    Ok(text.to_owned())
}

/// The beginning of what somebody said, for who answers it: one line.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut line = one_line(text);
    if let Some((end, _)) = line.char_indices().nth(limits::QUOTE_CHARS_MAX) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// A single emoji, as keyboards write it: with its tone, its joined parts, its flag.
///
/// # Errors
/// [`Refusal::NoReaction`] for anything else.
pub fn emoji(text: &str) -> Result<Box<str>, Refusal> {
    let is_part =
        |c: char| c.is_emoji_char_or_emoji_component() && !c.is_ascii() || matches!(c, '0'..='9' | '#' | '*');
    let fits = text.len() <= limits::REACTION_BYTES_MAX && text.graphemes(true).count() == 1;
    // A digit is one only with its key around it.
    let shows = text
        .chars()
        .any(|c| c.is_emoji_char() && !c.is_ascii() || c == '\u{20E3}');
    match fits && shows && text.chars().all(is_part) {
        true => Ok(text.into()),
        false => Err(Refusal::NoReaction),
    }
}

/// How a name looks: alike for names in other cases, with letters of other scripts that are drawn alike, with what
/// does not show left out. Finding it out takes long, so that members keep theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looks {
    folded: Box<str>,
    drawn: Box<str>,
}

impl Looks {
    /// How this name looks.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let plain: String = name.chars().filter(|c| is_seen(*c)).collect();
        Self {
            folded: skeleton(&plain.to_lowercase()).collect::<String>().into(),
            drawn: skeleton(&plain).collect::<String>().to_lowercase().into(),
        }
    }

    /// Whether both look the same, or nearly.
    #[must_use]
    pub fn are_like(&self, other: &Self) -> bool {
        self.folded == other.folded || self.drawn == other.drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_folded_and_cleaned() {
        assert_eq!(member_name("  Ana \t\n Maria ").unwrap(), "Ana Maria");
        assert_eq!(member_name("\u{202E}evil\u{202C}\0").unwrap(), "evil");
        assert_eq!(member_name("👩\u{200D}🚀 Ana").unwrap(), "👩\u{200D}🚀 Ana");
        assert_eq!(member_name("<b>Ana</b>").unwrap(), "<b>Ana</b>");
    }

    #[test]
    fn names_with_nothing_to_see_are_refused() {
        for empty in [
            "",
            "   ",
            "\u{200B}",
            "\u{202E}\u{2066}",
            "\0\u{7}",
            "\u{200D}",
            "\u{3164}",
        ] {
            assert_eq!(member_name(empty), Err(Refusal::NameEmpty), "{empty:?}");
        }
    }

    #[test]
    fn a_name_has_a_longest() {
        assert!(member_name(&"ä".repeat(limits::NAME_CHARS_MAX)).is_ok());
        assert!(member_name(&"ä".repeat(limits::NAME_CHARS_MAX + 1)).is_err());
        assert!(member_name(&"x".repeat(10_000)).is_err());
    }

    #[test]
    fn a_name_is_made_of_any_text() {
        assert_eq!(member_name_or("  Ana\n Maria ", "Anonymous"), "Ana Maria");
        for empty in ["", " \t", "\u{202E}", "\u{3164}"] {
            assert_eq!(member_name_or(empty, "Anonymous"), "Anonymous", "{empty:?}");
        }
        let long = format!("{} tail", "ä".repeat(limits::NAME_CHARS_MAX - 1));
        assert_eq!(
            member_name_or(&long, "Anonymous"),
            "ä".repeat(limits::NAME_CHARS_MAX - 1)
        );
        assert_eq!(
            room_name_or(&"x".repeat(40_000), "Party"),
            "x".repeat(limits::ROOM_NAME_CHARS_MAX)
        );
        // What can be seen lies beyond the cut.
        let hidden = format!("{}Ana", "\u{00AD}".repeat(limits::NAME_CHARS_MAX));
        assert_eq!(member_name_or(&hidden, "Anonymous"), "Anonymous");
    }

    proptest! {
        #[test]
        fn a_name_made_of_any_text_is_one(text in ".{0,200}") {
            for (made, judged) in [
                (member_name_or(&text, "Anonymous"), member_name as fn(&str) -> _),
                (room_name_or(&text, "Party"), room_name),
            ] {
                prop_assert_eq!(judged(&made), Ok(made.clone()), "{:?}", text);
            }
        }
    }

    #[test]
    fn towers_of_marks_are_cut_down() {
        let tower = format!("z{}algo", "\u{0335}\u{0301}".repeat(2_000));
        let kept = said(&tower).unwrap();
        assert_eq!(kept.chars().count(), "zalgo".len() + limits::MARKS_MAX);
        assert_eq!(said(&kept).unwrap(), kept);
        let name = format!("Be{}n", "\u{0301}".repeat(20));
        assert_eq!(member_name(&name).unwrap().chars().count(), 3 + limits::MARKS_MAX);
        // Letters with the marks that languages put on them stay whole.
        for whole in ["ກຳປ່ຽນ", "שָׁלוֹם", "Phở", "ที่นี่", "हिन्दी", "e\u{0301}"]
        {
            assert_eq!(said(whole).unwrap(), whole);
        }
    }

    #[test]
    fn a_reaction_is_one_emoji() {
        for one in [
            "👍",
            "😂",
            "❤️",
            "❤",
            "👍🏽",
            "👩\u{200D}🚀",
            "🇩🇪",
            "3️⃣",
            "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
            "👨‍👩‍👧‍👦",
        ] {
            assert_eq!(emoji(one).as_deref(), Ok(one));
        }
        let tower = format!("👍{}", "\u{0301}".repeat(8));
        let long = "👩\u{200D}".repeat(8) + "👩";
        for other in [
            "", " ", "a", "3", "#", "<b>", "👍👍", "👍 ", "\u{200D}", "\u{FE0F}", "é", &tower, &long,
        ] {
            assert_eq!(emoji(other), Err(Refusal::NoReaction), "{other:?}");
        }
    }

    #[test]
    fn names_that_look_alike_are_found() {
        for (one, other) in [
            ("Ben", "Ben"),
            ("Ben", "BEN"),
            ("Ben", "\u{0412}en"),
            ("Ana", "\u{0410}n\u{0430}"),
            ("Ben", "B\u{00AD}en"),
            ("Ben", "Be n"),
            ("Bill", "BiIl"),
        ] {
            assert!(Looks::of(one).are_like(&Looks::of(other)), "{one} {other}");
        }
        for (one, other) in [("Ben", "Ben 2"), ("Ben", "Bea"), ("Zoë", "Zoe"), ("李", "季")] {
            assert!(!Looks::of(one).are_like(&Looks::of(other)), "{one} {other}");
        }
    }

    #[test]
    fn a_quote_is_the_beginning_of_what_was_said() {
        assert_eq!(quote("what\na train"), "what a train");
        let long = quote(&"ä".repeat(2_000));
        assert_eq!(long.chars().count(), limits::QUOTE_CHARS_MAX + 1);
    }

    #[test]
    fn words_keep_their_lines_and_have_a_longest() {
        assert_eq!(said(" a\nb\tc\u{202E} ").unwrap(), "a\nb c");
        assert_eq!(said("\n \n"), Err(Refusal::TextEmpty));
        assert!(said(&"x".repeat(limits::TEXT_CHARS_MAX)).is_ok());
        assert!(said(&"x".repeat(10_000)).is_err());
    }
}
