//! What is known of a film: what is there, and what was tried in vain.

use serde::{Deserialize, Serialize};

use crate::limits::EXTRAS_TRIES_MAX;

/// Something that can be made of a film.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extra {
    /// `poster.jpg`.
    Poster,
    /// `storyboard.vtt` and its sheets.
    Storyboard,
    /// `subtitle-<index>.vtt` of each text track in the film.
    Subtitles,
}

/// Where that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Made {
    /// Nobody has tried yet.
    #[default]
    Untried,
    /// It is there.
    There,
    /// The film has none.
    Nothing,
    /// It was tried in vain, and is not tried again.
    Failed,
}

/// What is known of a film.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    /// Its poster.
    pub poster: Made,
    /// Its storyboard.
    pub storyboard: Made,
    /// Its own text subtitles.
    pub subtitles: Made,
    /// The tracks that became `subtitle-<index>.vtt`, by their numbers among all tracks.
    pub tracks: Vec<u32>,
    /// Tries of each that failed so far.
    tries: [u8; 3],
}

impl Known {
    /// Where this one is.
    pub fn of(&self, extra: Extra) -> Made {
        match extra {
            Extra::Poster => self.poster,
            Extra::Storyboard => self.storyboard,
            Extra::Subtitles => self.subtitles,
        }
    }

    pub(super) fn of_mut(&mut self, extra: Extra) -> &mut Made {
        match extra {
            Extra::Poster => &mut self.poster,
            Extra::Storyboard => &mut self.storyboard,
            Extra::Subtitles => &mut self.subtitles,
        }
    }

    pub(super) fn note_failure(&mut self, extra: Extra, counts: u8) {
        let tries = &mut self.tries[extra as usize];
        *tries = tries.saturating_add(counts);
        if *tries >= EXTRAS_TRIES_MAX {
            *self.of_mut(extra) = Made::Failed;
        }
    }

    /// Forgets what can be made anew. Whether there was any.
    pub(super) fn forget(&mut self) -> bool {
        let before = self.clone();
        for extra in [Extra::Poster, Extra::Storyboard, Extra::Subtitles] {
            if self.of(extra) == Made::There {
                *self.of_mut(extra) = Made::Untried;
            }
        }
        self.tracks.clear();
        *self != before
    }
}
