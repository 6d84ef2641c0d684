//! The names of a stream's files: what is not one of these is never opened.
//!
//! | name | is |
//! |---|---|
//! | `master.m3u8` | the list of what there is to choose from |
//! | `c1-video0.m3u8` | the list of a picture's segments |
//! | `c1-video0-init.mp4` | what a player needs before any segment |
//! | `c1-video0-00042.m4s` | a segment |
//!
//! The first letter says whether the picture is taken over (`c`, copied) or encoded (`e`): that decides how
//! long segments may become, which a playlist has to say from its start. The first digit is the attempt, so
//! that no name ever means two things.

use std::fmt;
use std::time::Duration;

use crate::limits::{SEGMENT_COPIED_MAX, SEGMENT_ENCODED_MAX};
use crate::playable::{StreamPlan, VideoPlan};

/// The list of what there is to choose from.
pub(super) const MASTER: &str = "master.m3u8";

/// One picture or one sound of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rendition {
    /// Whether the stream's picture is taken over.
    pub(super) is_copied: bool,
    /// 1, or 2 if the first attempt failed.
    pub(super) attempt: u8,
    pub(super) kind: Kind,
    /// Counts those of its kind from 0, in the order of the plan.
    pub(super) number: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Video,
    Sound,
}

/// A file of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Master,
    Playlist(Rendition),
    Init(Rendition),
    Segment(Rendition),
}

impl Kind {
    /// As ffmpeg's options have it.
    pub(super) fn letter(self) -> char {
        match self {
            Self::Video => 'v',
            Self::Sound => 'a',
        }
    }
}

impl Rendition {
    /// What a plan makes, pictures first.
    pub(super) fn all(plan: &StreamPlan, attempt: u8) -> impl Iterator<Item = Self> + use<> {
        let (videos, is_copied) = match &plan.video {
            None => (0, false),
            Some(VideoPlan::Copy { .. }) => (1, true),
            Some(VideoPlan::Encode { heights, .. }) => (heights.len(), false),
        };
        let of = move |kind: Kind, count: usize| {
            (0..=u8::MAX).take(count).map(move |number| Self {
                is_copied,
                attempt,
                kind,
                number,
            })
        };
        of(Kind::Video, videos).chain(of(Kind::Sound, plan.audio.len()))
    }

    pub(super) fn playlist(self) -> String {
        format!("{self}.m3u8")
    }

    pub(super) fn init(self) -> String {
        format!("{self}-init.mp4")
    }

    /// The longest segment that its playlist announces.
    pub(super) fn segment_max(self) -> Duration {
        if self.is_copied {
            SEGMENT_COPIED_MAX
        } else {
            SEGMENT_ENCODED_MAX
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let (head, rest) = text.split_once('-')?;
        let (is_copied, attempt) = match head {
            "c1" => (true, 1),
            "e1" => (false, 1),
            "c2" => (true, 2),
            "e2" => (false, 2),
            _ => return None,
        };
        let (kind, number) = match (rest.strip_prefix("video"), rest.strip_prefix("sound")) {
            (Some(number), None) => (Kind::Video, number),
            (None, Some(number)) => (Kind::Sound, number),
            _ => return None,
        };
        let rendition = Self {
            is_copied,
            attempt,
            kind,
            number: number.parse().ok()?,
        };
        // One spelling only: no sign, no zeros before.
        (rendition.to_string() == text).then_some(rendition)
    }
}

impl fmt::Display for Rendition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.is_copied { 'c' } else { 'e' };
        let kind = match self.kind {
            Kind::Video => "video",
            Kind::Sound => "sound",
        };
        write!(f, "{how}{}-{kind}{}", self.attempt, self.number)
    }
}

impl Name {
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == MASTER {
            return Some(Self::Master);
        }
        if let Some(rendition) = text.strip_suffix(".m3u8") {
            return Rendition::parse(rendition).map(Self::Playlist);
        }
        if let Some(rendition) = text.strip_suffix("-init.mp4") {
            return Rendition::parse(rendition).map(Self::Init);
        }
        let (rendition, number) = text.strip_suffix(".m4s")?.rsplit_once('-')?;
        let is_number = (5..=7).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        Rendition::parse(rendition)
            .filter(|_| is_number)
            .map(Self::Segment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn our_names_are_known_and_no_others() {
        let rendition = Rendition {
            is_copied: true,
            attempt: 1,
            kind: Kind::Sound,
            number: 12,
        };
        for (text, name) in [
            ("master.m3u8", Name::Master),
            ("c1-sound12.m3u8", Name::Playlist(rendition)),
            ("c1-sound12-init.mp4", Name::Init(rendition)),
            ("c1-sound12-00042.m4s", Name::Segment(rendition)),
            ("c1-sound12-123456.m4s", Name::Segment(rendition)),
        ] {
            assert_eq!(Name::parse(text), Some(name));
        }
        for text in [
            "",
            ".",
            "..",
            "/",
            "made.json",
            "master.m3u8.tmp",
            "c1-sound12-00042.m4s.tmp",
            "C1-sound1.m3u8",
            "c3-sound1.m3u8",
            "c1-sound01.m3u8",
            "c1-sound+1.m3u8",
            "c1-sound.m3u8",
            "c1-sound999.m3u8",
            "c1-sound1-42.m4s",
            "c1-sound1-0004é.m4s",
            "c1-sound1-../x.m4s",
            "../c1-sound1.m3u8",
            "c1-sound1/../x.m3u8",
            "c1-sound1-00001.m4s\0",
            "c1-sound1-00000001.m4s",
            "c1-sound1--init.mp4",
        ] {
            assert_eq!(Name::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_known_name_is_plain(text in "(c1-|e2-|master|video|sound|[0-9]{1,6}|-|init|[./\\\\]|m4s|m3u8|mp4|\\PC){0,8}") {
            if Name::parse(&text).is_some() {
                prop_assert!(text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.')));
                prop_assert!(!text.contains("..") && !text.starts_with('.'));
            }
        }
    }
}
