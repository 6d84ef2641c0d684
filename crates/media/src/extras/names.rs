//! The names of what a film has besides its bytes. What is asked for is parsed into a [`Name`], so nothing else
//! is ever opened.

use crate::serve::VTT;

pub(super) const POSTER: &str = "poster.jpg";
pub(super) const STORYBOARD: &str = "storyboard.vtt";

/// A file of a film's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Poster,
    Storyboard,
    Sheet,
    /// A track of the film, by its number among all tracks.
    Track,
}

impl Name {
    /// One spelling only, of lowercase letters, digits, dots and hyphens.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let is_number = |digits: &str| {
            digits
                .parse::<u32>()
                .is_ok_and(|number| number.to_string() == digits)
        };
        let between = |start: &str, end: &str| text.strip_prefix(start)?.strip_suffix(end);
        if text == POSTER {
            Some(Self::Poster)
        } else if text == STORYBOARD {
            Some(Self::Storyboard)
        } else if between("storyboard-", ".jpg").is_some_and(is_number) {
            Some(Self::Sheet)
        } else if between("subtitle-", ".vtt").is_some_and(is_number) {
            Some(Self::Track)
        } else {
            None
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Poster | Self::Sheet => "image/jpeg",
            Self::Storyboard | Self::Track => VTT,
        }
    }
}

pub(super) fn track(index: u32) -> String {
    format!("subtitle-{index}.vtt")
}

pub(super) fn sheet(number: u32) -> String {
    format!("storyboard-{number}.jpg")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn our_names_are_known_and_no_others() {
        for (text, name) in [
            (POSTER.to_owned(), Name::Poster),
            (STORYBOARD.to_owned(), Name::Storyboard),
            (sheet(0), Name::Sheet),
            (sheet(39), Name::Sheet),
            (track(12), Name::Track),
        ] {
            assert_eq!(Name::parse(&text), Some(name), "{text}");
        }
        for text in [
            "",
            ".",
            "..",
            "extras.json",
            "poster.jpg.tmp",
            "Poster.jpg",
            "storyboard-00.jpg",
            "storyboard-+1.jpg",
            "storyboard-.jpg",
            "subtitle-99999999999.vtt",
            "subtitle-1.jpg",
            "subtitle-../../../../etc.vtt",
            "../poster.jpg",
            "poster.jpg\0",
        ] {
            assert_eq!(Name::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_known_name_is_plain(text in "(poster|storyboard|subtitle|-|[0-9a-f]{1,16}|[./\\\\]|jpg|vtt|\\PC){0,6}") {
            if Name::parse(&text).is_some() {
                prop_assert!(text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.')));
                prop_assert!(!text.contains("..") && !text.starts_with('.'));
            }
        }
    }
}
