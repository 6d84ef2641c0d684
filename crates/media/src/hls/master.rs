//! The list of what there is to choose from: sizes of the picture, and sounds (RFC 8216, section 4.3.4).
//!
//! It is written when the first segments are there, because it names the exact kind of H.264, which is in
//! them.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use super::command::video_bits;
use super::names::{Kind, Rendition};
use crate::film::FilmFile;
use crate::limits::SOUND_BITS;
use crate::playable::{AudioPlan, StreamPlan, VideoPlan};
use crate::probe::Probe;

/// The text of the list, for a stream whose first segments are in `folder`. Reads the head of each picture;
/// blocks shortly.
pub(super) fn master(
    film: &FilmFile,
    probe: &Probe,
    plan: &StreamPlan,
    attempt: u8,
    folder: &Path,
) -> String {
    let (videos, sounds): (Vec<_>, Vec<_>) =
        Rendition::all(plan, attempt).partition(|rendition| rendition.kind == Kind::Video);
    let mut text = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n".to_owned();
    // Writing to a string cannot fail.
    let mut names = HashSet::new();
    for (rendition, sound) in sounds.iter().zip(&plan.audio) {
        let track = &sound.track;
        let name = distinct(&mut names, track.title.as_deref().or(track.language.as_deref()));
        let default = if track.default { "YES" } else { "NO" };
        let channels = if sound.copy { track.channels } else { 2 };
        let _ = write!(
            text,
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\",NAME=\"{name}\",DEFAULT={default},AUTOSELECT=YES,\
             CHANNELS=\"{channels}\""
        );
        if let Some(language) = &track.language {
            let _ = write!(text, ",LANGUAGE=\"{language}\"");
        }
        let _ = writeln!(text, ",URI=\"{}\"", rendition.playlist());
    }
    let sound_bits = if sounds.is_empty() { 0 } else { SOUND_BITS };
    let group = if sounds.is_empty() { "" } else { ",AUDIO=\"sound\"" };
    if videos.is_empty() {
        let default = plan
            .audio
            .iter()
            .position(|sound| sound.track.default)
            .unwrap_or(0);
        if let Some(rendition) = sounds.get(default) {
            let codecs = codecs(None, &plan.audio);
            let _ = writeln!(text, "#EXT-X-STREAM-INF:BANDWIDTH={sound_bits}{codecs}{group}");
            let _ = writeln!(text, "{}", rendition.playlist());
        }
    }
    for rendition in videos {
        let (bits, size) = match &plan.video {
            Some(VideoPlan::Encode { track, heights }) => {
                let height = heights
                    .get(usize::from(rendition.number))
                    .copied()
                    .unwrap_or(track.height);
                let (wide, high) = if track.rotated {
                    (track.height, track.width)
                } else {
                    (track.width, track.height)
                };
                let width = (u64::from(wide) * u64::from(height) / u64::from(high.max(1))) & !1;
                (video_bits(height), format!(",RESOLUTION={width}x{height}"))
            }
            Some(VideoPlan::Copy { track }) => (
                copied_bits(film, probe),
                format!(",RESOLUTION={}x{}", track.width, track.height),
            ),
            None => continue,
        };
        let avc = std::fs::read(folder.join(rendition.init()))
            .ok()
            .and_then(|head| avc_codec(&head));
        let codecs = avc.map_or_else(String::new, |avc| codecs(Some(&avc), &plan.audio));
        let bits = bits + sound_bits;
        let _ = writeln!(text, "#EXT-X-STREAM-INF:BANDWIDTH={bits}{size}{codecs}{group}");
        let _ = writeln!(text, "{}", rendition.playlist());
    }
    text
}

/// Bits a second of a picture that is taken over. A film's worst seconds take about twice its average.
fn copied_bits(film: &FilmFile, probe: &Probe) -> u64 {
    let by_size = |ms: u64| film.size_bytes.saturating_mul(8000) / ms.max(1);
    let average = probe.bit_rate.or_else(|| probe.duration_ms.map(by_size));
    average.unwrap_or(5_000_000).clamp(100_000, 1 << 40) * 2
}

fn codecs(avc: Option<&str>, sounds: &[AudioPlan]) -> String {
    let mut codecs: Vec<_> = avc.into_iter().collect();
    for sound in sounds {
        let codec = match sound.track.profile.as_deref() {
            Some("HE-AAC") if sound.copy => "mp4a.40.5",
            Some("HE-AACv2") if sound.copy => "mp4a.40.29",
            _ => "mp4a.40.2",
        };
        if !codecs.contains(&codec) {
            codecs.push(codec);
        }
    }
    format!(",CODECS=\"{}\"", codecs.join(","))
}

/// The exact kind of H.264, from the box that holds it: a version, then profile, constraints and level
/// (ISO/IEC 14496-15, section 5.3.3.1).
fn avc_codec(head: &[u8]) -> Option<String> {
    let at = head.windows(4).position(|window| window == b"avcC")?;
    let [1, profile, constraints, level] = head.get(at + 4..at + 8)? else {
        return None;
    };
    Some(format!("avc1.{profile:02x}{constraints:02x}{level:02x}"))
}

/// A name that no other sound has, without what would end it.
fn distinct(taken: &mut HashSet<String>, name: Option<&str>) -> String {
    let name = name.map_or_else(|| "Sound".to_owned(), |name| name.replace('"', "'"));
    let numbered = (2..).map(|number| format!("{name} {number}"));
    let free = std::iter::once(name.clone())
        .chain(numbered)
        .find(|name| !taken.contains(name));
    let free = free.unwrap_or(name);
    taken.insert(free.clone());
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_h264_is_read_from_its_box() {
        assert_eq!(
            avc_codec(b"....avcC\x01\x64\x00\x1e\xff").as_deref(),
            Some("avc1.64001e")
        );
        for broken in [&b"avcC"[..], b"avcC\x02\x64\x00\x1e", b"avcC\x01\x64", b""] {
            assert_eq!(avc_codec(broken), None);
        }
    }

    #[test]
    fn sounds_have_names_of_their_own() {
        let mut taken = HashSet::new();
        let names = [
            Some("eng"),
            Some("eng"),
            None,
            Some("say \"hi\""),
            None,
            Some("eng 2"),
        ];
        let names = names.map(|name| distinct(&mut taken, name));
        assert_eq!(names, ["eng", "eng 2", "Sound", "say 'hi'", "Sound 2", "eng 2 2"]);
    }
}
