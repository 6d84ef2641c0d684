//! Whether every browser plays a film as it is, and if not, what to make of it. A pure decision; nothing is
//! run and nothing is read.
//!
//! "Every browser" means Chromium, Firefox and Safari of the last few years, on computers and phones, without
//! help of the machine's own decoders.

use crate::limits::{LADDER_HEIGHTS, STREAM_HEIGHT_MAX};
use crate::probe::{AudioTrack, Probe, VideoTrack};

/// What to do with a film so that everybody can watch it.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// Nothing: send the file.
    Direct,
    /// Make a stream of it.
    Stream(StreamPlan),
}

/// What a stream is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamPlan {
    /// Why the file itself does not do, in the order of the variants.
    pub reasons: Vec<Reason>,
    /// The picture, if there is one.
    pub video: Option<VideoPlan>,
    /// The sound tracks, each a choice of the viewer's. At most one of them is the default.
    pub audio: Vec<AudioPlan>,
}

/// Why a film cannot be sent as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Not every browser opens this kind of file.
    Container,
    /// Not every browser shows this kind of picture.
    Video,
    /// Not every browser plays this kind of sound.
    Audio,
    /// Browsers let nobody choose among the sound tracks of a file.
    SeveralSounds,
    /// It was asked for.
    Wished,
}

/// What happens to the picture.
#[derive(Debug, Clone, PartialEq)]
pub enum VideoPlan {
    /// It is taken over as it is: quick, and nothing is lost.
    Copy {
        /// The film's picture.
        track: VideoTrack,
    },
    /// It is made anew as H.264 of 8 bits, 4:2:0.
    Encode {
        /// The film's picture.
        track: VideoTrack,
        /// Heights in pixels, falling, at least one. Never above the film's own.
        heights: Vec<u32>,
    },
}

/// What happens to a sound track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioPlan {
    /// The film's sound track.
    pub track: AudioTrack,
    /// Whether it is taken over as it is. Otherwise it becomes AAC in stereo.
    pub copy: bool,
}

/// What the host wants of streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wishes {
    /// When there are several sizes to choose from.
    pub ladder: Ladder,
    /// The largest height that is encoded, in pixels.
    pub height_max: u32,
}

/// When a picture comes in several sizes, so that slow connections can follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ladder {
    /// One size only: the least work.
    Never,
    /// When the picture has to be encoded anyway.
    WhenEncoding,
    /// Of every film, also of those that could be sent as they are.
    Always,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            ladder: Ladder::Never,
            height_max: STREAM_HEIGHT_MAX,
        }
    }
}

/// Decides what to do with a film.
pub fn plan(probe: &Probe, wishes: &Wishes) -> Plan {
    let wished = wishes.ladder == Ladder::Always && probe.video.is_some();
    let plays = Playable::of(&probe.container);
    let video_plays = |track: &VideoTrack| plays.is_some_and(|plays| plays.video(track));
    let audio_plays = |track: &AudioTrack| plays.is_some_and(|plays| plays.audio(track));
    let reasons: Vec<_> = [
        (Reason::Container, plays.is_none()),
        (
            Reason::Video,
            plays.is_some() && !probe.video.iter().all(video_plays),
        ),
        (
            Reason::Audio,
            plays.is_some() && !probe.audio.iter().all(audio_plays),
        ),
        (Reason::SeveralSounds, probe.audio.len() > 1),
        (Reason::Wished, wished),
    ]
    .into_iter()
    .filter_map(|(reason, holds)| holds.then_some(reason))
    .collect();
    if reasons.is_empty() {
        return Plan::Direct;
    }
    let video = probe.video.clone().map(|track| {
        if may_copy_video(&track) && !wished {
            VideoPlan::Copy { track }
        } else {
            let heights = heights(&track, wishes);
            VideoPlan::Encode { track, heights }
        }
    });
    Plan::Stream(StreamPlan {
        reasons,
        video,
        audio: sounds(&probe.audio),
    })
}

impl StreamPlan {
    /// Whether anything is taken over as it is.
    pub fn copies(&self) -> bool {
        matches!(self.video, Some(VideoPlan::Copy { .. })) || self.audio.iter().any(|sound| sound.copy)
    }

    /// The same with nothing taken over, for films whose tracks turn out not to fit into a stream.
    #[must_use]
    pub fn without_copies(self, wishes: &Wishes) -> Self {
        let video = self.video.map(|video| match video {
            VideoPlan::Copy { track } => {
                let heights = heights(&track, wishes);
                VideoPlan::Encode { track, heights }
            }
            encode @ VideoPlan::Encode { .. } => encode,
        });
        let encoded = |sound| AudioPlan { copy: false, ..sound };
        Self {
            video,
            audio: self.audio.into_iter().map(encoded).collect(),
            ..self
        }
    }
}

/// Containers that every browser opens.
#[derive(Clone, Copy)]
enum Playable {
    Mp4,
    WebM,
    Ogg,
    /// One kind of sound and nothing else.
    Sound(&'static str),
}

impl Playable {
    fn of(container: &str) -> Option<Self> {
        match container {
            // Also QuickTime: where an H.264 and AAC file calls itself so, browsers do not mind.
            "mov,mp4,m4a,3gp,3g2,mj2" => Some(Self::Mp4),
            "webm" => Some(Self::WebM),
            "ogg" => Some(Self::Ogg),
            "mp3" => Some(Self::Sound("mp3")),
            "flac" => Some(Self::Sound("flac")),
            "aac" => Some(Self::Sound("aac")),
            "wav" => Some(Self::Sound("pcm_s16le")),
            _ => None,
        }
    }

    fn video(self, track: &VideoTrack) -> bool {
        let is_plain = matches!(track.pixel_format.as_deref(), Some("yuv420p" | "yuvj420p"));
        match self {
            Self::Mp4 => is_plain_h264(track),
            Self::WebM => match track.codec.as_str() {
                "vp8" | "vp9" => is_plain && track.bit_depth == 8,
                "av1" => track.profile.as_deref() == Some("Main"),
                _ => false,
            },
            // Theora has left the browsers.
            Self::Ogg | Self::Sound(_) => false,
        }
    }

    fn audio(self, track: &AudioTrack) -> bool {
        match self {
            Self::Mp4 => track.codec == "mp3" || is_plain_aac(track),
            Self::WebM => matches!(track.codec.as_str(), "opus" | "vorbis"),
            Self::Ogg => matches!(track.codec.as_str(), "opus" | "vorbis" | "flac"),
            Self::Sound(codec) => track.codec == codec,
        }
    }
}

/// H.264 as all decoders know it: 8 bits, 4:2:0, up to High, up to level 5.2.
fn is_plain_h264(track: &VideoTrack) -> bool {
    const PROFILES: [&str; 4] = ["Constrained Baseline", "Baseline", "Main", "High"];
    track.codec == "h264"
        && track
            .profile
            .as_deref()
            .is_some_and(|profile| PROFILES.contains(&profile))
        && matches!(track.pixel_format.as_deref(), Some("yuv420p" | "yuvj420p"))
        && track.bit_depth == 8
        && track.level.is_none_or(|level| level <= 52)
}

/// AAC as all decoders know it. `Main`, `SSR` and `LTP` are not, nor is the newer xHE-AAC.
fn is_plain_aac(track: &AudioTrack) -> bool {
    track.codec == "aac"
        && track.channels <= 8
        && matches!(
            track.profile.as_deref(),
            None | Some("LC" | "HE-AAC" | "HE-AACv2")
        )
}

/// Whether the picture may go into the stream as it is.
///
/// HEVC may not: Safari plays it, Chromium only where the machine has a decoder for it, Firefox since lately
/// and on some systems, and 10 bits less often than 8. Nor may VP9 and AV1, which Safari takes in a stream on
/// some machines only. A picture that has to be turned may not, because players forget to turn streams, nor
/// one whose brightness needs a screen that not everybody has.
fn may_copy_video(track: &VideoTrack) -> bool {
    is_plain_h264(track) && !track.rotated && track.hdr.is_none()
}

/// The heights to encode: the film's own up to the wished one, and those steps of the ladder that are below.
fn heights(track: &VideoTrack, wishes: &Wishes) -> Vec<u32> {
    // What is shown upright is as high as it was wide.
    let own = if track.rotated { track.width } else { track.height };
    // The chroma has half the height, so it must be even.
    let even = |height: u32| (height & !1).max(2);
    let top = even(own.min(wishes.height_max));
    let mut heights = vec![top];
    if wishes.ladder != Ladder::Never {
        // Steps that save little are left out.
        heights.extend(LADDER_HEIGHTS.into_iter().filter(|step| step * 5 <= top * 4));
    }
    heights
}

fn sounds(tracks: &[AudioTrack]) -> Vec<AudioPlan> {
    let default = tracks.iter().position(|track| track.default).unwrap_or(0);
    let sound = |(number, track): (usize, &AudioTrack)| AudioPlan {
        copy: is_plain_aac(track),
        track: AudioTrack {
            default: number == default,
            ..track.clone()
        },
    };
    tracks.iter().enumerate().map(sound).collect()
}

#[cfg(test)]
mod tests;
