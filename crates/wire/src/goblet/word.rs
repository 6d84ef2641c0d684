//! What happens to the film, as it is said to Goblet's clients: each acts at the moment in which it hears, and so is told
//! when, and of what place, as fits then.
//!
//! A start and a stop are said so early that they are heard when they hold. Where a film that plays jumps to is said when
//! that is a whole second: Goblet's page goes to nothing finer, and one that was sent to 12.9 would be at 12 for the rest
//! of the film.

use super::{Frame, Source, seconds};
use matinee_room::{Playback, Timestamp};
use serde::{Deserialize, Serialize};

const SECOND_MS: u64 = 1_000;

/// Said this near to a whole second, in milliseconds, it is meant: timers are not exact.
const MEANT_MS: u64 = 25;

/// Something to say of the film.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Word {
    what: What,
    /// Who did it; of another film its name.
    text: String,
    /// How the film goes from then on.
    playback: Playback,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum What {
    RefreshVideo,
    Play,
    Pause,
    /// Jump while it plays on.
    Seek,
    /// Stand there.
    Stand,
}

impl Word {
    pub(super) fn refresh_video(playback: &Playback) -> Self {
        Self::new(What::RefreshVideo, playback, &Source::of(playback).name())
    }

    pub(super) fn new(what: What, playback: &Playback, text: &str) -> Self {
        Self {
            what,
            text: text.to_owned(),
            playback: playback.clone(),
        }
    }

    pub(super) fn of(frame: &Frame) -> Option<Self> {
        serde_json::from_str(&frame.text).ok()
    }

    pub(super) fn frame(&self) -> Frame {
        // Names and numbers: nothing can fail.
        Frame::must_arrive(serde_json::to_string(self).unwrap_or_default())
    }

    /// Whether it says of a place and nothing else: another one makes it needless.
    #[must_use]
    pub fn moves(&self) -> bool {
        matches!(self.what, What::Seek | What::Stand)
    }

    /// When it is to be said to who hears it so many milliseconds later.
    #[must_use]
    pub fn due(&self, now: Timestamp, latency_ms: u32) -> Timestamp {
        let heard = now.plus_ms(u64::from(latency_ms));
        match self.what {
            What::RefreshVideo | What::Stand => now,
            What::Play | What::Pause => now.plus_ms(self.playback.at.ms_since(heard)),
            What::Seek => now.plus_ms(self.second_ms(heard)),
        }
    }

    /// How long it is, from a moment on, until the film comes to a whole second.
    fn second_ms(&self, moment: Timestamp) -> u64 {
        let early_ms = self.playback.at.ms_since(moment);
        let before_ms = (early_ms as f64 * self.playback.rate).round() as u64;
        let position_ms = self.playback.position_at(moment);
        // Before the film has begun, its start is the next one.
        let left_ms = match position_ms.checked_sub(before_ms) {
            Some(here_ms) => here_ms.next_multiple_of(SECOND_MS) - here_ms,
            None => before_ms - position_ms,
        };
        (left_ms as f64 / self.playback.rate).round() as u64
    }

    /// What is said: the name and the string of an event.
    #[must_use]
    pub fn said(&self, now: Timestamp, latency_ms: u32) -> (&'static str, String) {
        let place = |position_ms| format!("{}-{}", seconds(position_ms), self.text);
        match self.what {
            What::RefreshVideo => ("refresh_video", self.text.clone()),
            What::Play => ("play", self.text.clone()),
            What::Pause => ("pause", self.text.clone()),
            What::Stand => ("seek", place(self.playback.position_ms)),
            What::Seek => {
                let heading_ms = self.playback.heading_at(now.plus_ms(u64::from(latency_ms)));
                let second_ms = (heading_ms + MEANT_MS) / SECOND_MS * SECOND_MS;
                let is_meant = second_ms.abs_diff(heading_ms) <= MEANT_MS;
                ("seek", place(if is_meant { second_ms } else { heading_ms }))
            }
        }
    }
}

/// Where somebody is sent who then stands: where the film stands, or to the next whole second of one that is about to
/// start, as of when it comes there.
pub(super) fn standing(playback: &Playback) -> Playback {
    let mut there = playback.clone();
    if playback.paused {
        // Nothing to wait for.
        there.at = Timestamp(0);
        return there;
    }
    let second_ms = playback.position_ms.next_multiple_of(SECOND_MS);
    let left_ms = (second_ms - playback.position_ms) as f64 / playback.rate;
    there.at = playback.at.plus_ms(left_ms.round() as u64);
    there.position_ms = playback.position_at(there.at);
    there
}
