//! What ffprobe prints, read. The numbers and names in it are the film's, and a film can claim anything: each
//! value becomes one that makes sense, or is left out.

use serde_json::Value;

use super::{AudioTrack, Chapter, Hdr, Probe, SubtitleTrack, VideoTrack};
use crate::error::ProbeError;
use crate::film::shown;
use crate::limits::{
    CHAPTERS_MAX, DURATION_MAX, LANGUAGE_CHARS_MAX, PICTURE_SIDE_MAX, TITLE_CHARS_MAX, TRACKS_MAX,
};

/// Subtitles that are text, by ffmpeg's names. The others are pictures.
const TEXT_SUBTITLES: [&str; 15] = [
    "subrip",
    "srt",
    "ass",
    "ssa",
    "webvtt",
    "mov_text",
    "text",
    "ttml",
    "sami",
    "microdvd",
    "subviewer",
    "subviewer1",
    "jacosub",
    "realtext",
    "stl",
];

pub(super) fn read(json: &[u8]) -> Result<Probe, ProbeError> {
    let report: Value = serde_json::from_slice(json).map_err(|_| ProbeError::NotAFilm)?;
    let format = &report["format"];
    let streams: Vec<_> = list(&report["streams"]).filter_map(Stream::of).collect();
    let of = |kind: &'static str| streams.iter().filter(move |stream| stream.kind == kind);
    let videos: Vec<_> = of("video")
        .filter_map(|it| Some((it.flag("default"), it.video()?)))
        .collect();
    let default = videos.iter().position(|(default, _)| *default).unwrap_or(0);
    let probe = Probe {
        container: name(&format["format_name"]).ok_or(ProbeError::NotAFilm)?,
        // Raw streams say it in the track only.
        duration_ms: std::iter::once(format)
            .chain(streams.iter().map(|stream| stream.json))
            .find_map(|json| ms(&json["duration"]))
            .filter(|ms| *ms > 0),
        bit_rate: whole(&format["bit_rate"]).filter(|bits| (1..1 << 40).contains(bits)),
        video: videos.into_iter().nth(default).map(|(_, video)| video),
        cover: of("video").find(|it| it.flag("attached_pic")).map(|it| it.index),
        audio: of("audio").filter_map(Stream::audio).take(TRACKS_MAX).collect(),
        subtitles: of("subtitle").map(Stream::subtitles).take(TRACKS_MAX).collect(),
        chapters: chapters(&report["chapters"]),
    };
    if probe.video.is_none() && probe.audio.is_empty() {
        return Err(ProbeError::Nothing);
    }
    Ok(probe)
}

/// A track that has a number and a known codec.
struct Stream<'a> {
    json: &'a Value,
    index: u32,
    kind: &'a str,
    codec: String,
}

impl<'a> Stream<'a> {
    fn of(json: &'a Value) -> Option<Self> {
        Some(Self {
            json,
            index: small(&json["index"])?,
            kind: json["codec_type"].as_str()?,
            codec: name(&json["codec_name"]).filter(|codec| codec != "unknown" && codec != "none")?,
        })
    }

    /// `None` for covers of albums, and for pictures without a size: nothing of those could be shown.
    fn video(&self) -> Option<VideoTrack> {
        let side = |key: &str| small(&self.json[key]).filter(|side| (1..=PICTURE_SIDE_MAX).contains(side));
        if self.flag("attached_pic") {
            return None;
        }
        let pixel_format = name(&self.json["pix_fmt"]);
        let said = small(&self.json["bits_per_raw_sample"]).filter(|bits| (8..=16).contains(bits));
        let bit_depth = said.or_else(|| bits_of(pixel_format.as_deref()?)).unwrap_or(8);
        Some(VideoTrack {
            index: self.index,
            codec: self.codec.clone(),
            profile: profile(&self.json["profile"]),
            level: small(&self.json["level"]).filter(|level| (1..1000).contains(level)),
            bit_depth: u8::try_from(bit_depth).unwrap_or(8),
            pixel_format,
            width: side("width")?,
            height: side("height")?,
            fps: fps(&self.json["avg_frame_rate"]).or_else(|| fps(&self.json["r_frame_rate"])),
            hdr: self.hdr(),
            interlaced: matches!(self.json["field_order"].as_str(), Some("tt" | "bb" | "tb" | "bt")),
            rotated: self
                .side_data()
                .any(|data| number(&data["rotation"]).is_some_and(|angle| angle != 0.0)),
        })
    }

    fn hdr(&self) -> Option<Hdr> {
        // Profile 5, and whatever else says that its base layer looks right nowhere else.
        let alone = |data: &Value| {
            small(&data["dv_profile"]).is_some()
                && small(&data["dv_bl_signal_compatibility_id"]).unwrap_or(0) == 0
        };
        match self.json["color_transfer"].as_str() {
            _ if self.side_data().any(alone) => Some(Hdr::DolbyVision),
            Some("smpte2084") => Some(Hdr::Pq),
            Some("arib-std-b67") => Some(Hdr::Hlg),
            _ => None,
        }
    }

    /// `None` without channels: such a track cannot be heard.
    fn audio(&self) -> Option<AudioTrack> {
        Some(AudioTrack {
            index: self.index,
            codec: self.codec.clone(),
            profile: profile(&self.json["profile"]),
            channels: whole(&self.json["channels"])
                .and_then(|channels| u8::try_from(channels).ok())
                .filter(|channels| (1..=64).contains(channels))?,
            language: self.language(),
            title: title(self.tag("title")),
            default: self.flag("default"),
        })
    }

    fn subtitles(&self) -> SubtitleTrack {
        SubtitleTrack {
            index: self.index,
            is_text: TEXT_SUBTITLES.contains(&self.codec.as_str()),
            codec: self.codec.clone(),
            language: self.language(),
            title: title(self.tag("title")),
            default: self.flag("default"),
            forced: self.flag("forced"),
            for_deaf: self.flag("hearing_impaired"),
        }
    }

    fn flag(&self, key: &str) -> bool {
        self.json["disposition"][key].as_u64() == Some(1)
    }

    fn side_data(&self) -> impl Iterator<Item = &'a Value> + use<'a> {
        list(&self.json["side_data_list"])
    }

    fn tag(&self, key: &str) -> &'a Value {
        tag(self.json, key)
    }

    fn language(&self) -> Option<String> {
        let language = self.tag("language").as_str()?.trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let fits = (2..=LANGUAGE_CHARS_MAX).contains(&language.len()) && language.chars().all(plain);
        let said = !["und", "zxx", "mis", "mul"].contains(&language.to_ascii_lowercase().as_str());
        (fits && said).then(|| language.to_owned())
    }
}

fn chapters(json: &Value) -> Vec<Chapter> {
    let chapter = |json: &Value| {
        let start_ms = ms(&json["start_time"])?;
        let end_ms = ms(&json["end_time"]).unwrap_or(start_ms).max(start_ms);
        Some(Chapter {
            start_ms,
            end_ms,
            title: title(tag(json, "title")),
        })
    };
    let mut chapters: Vec<_> = list(json).filter_map(chapter).collect();
    chapters.sort_by_key(|chapter| (chapter.start_ms, chapter.end_ms));
    chapters.dedup_by_key(|chapter| chapter.start_ms);
    chapters.truncate(CHAPTERS_MAX);
    chapters
}

fn list(json: &Value) -> impl Iterator<Item = &Value> {
    json.as_array().into_iter().flatten()
}

/// A tag, whatever case the film writes its name in.
fn tag<'a>(json: &'a Value, key: &str) -> &'a Value {
    let tags = json["tags"].as_object();
    let found = tags.and_then(|tags| tags.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)));
    found.map_or(&Value::Null, |(_, value)| value)
}

/// A number that is one, written as a number or as text.
fn number(json: &Value) -> Option<f64> {
    let number = json.as_f64().or_else(|| json.as_str()?.trim().parse().ok())?;
    number.is_finite().then_some(number)
}

fn whole(json: &Value) -> Option<u64> {
    json.as_u64().or_else(|| json.as_str()?.trim().parse().ok())
}

fn small(json: &Value) -> Option<u32> {
    whole(json)?.try_into().ok()
}

/// Seconds as milliseconds, unless they are too many to be true. What begins a little before the film begins
/// with it.
fn ms(json: &Value) -> Option<u64> {
    let ms = (number(json)? * 1000.0).round();
    let believed = -10_000.0..=DURATION_MAX.as_millis() as f64;
    believed.contains(&ms).then(|| ms.max(0.0) as u64)
}

/// A fraction such as `24000/1001`.
fn fps(json: &Value) -> Option<f64> {
    let (above, below) = json.as_str()?.split_once('/')?;
    let fps = above.parse::<f64>().ok()? / below.parse::<f64>().ok()?;
    (0.1..=1000.0).contains(&fps).then_some(fps)
}

/// `yuv420p10le` has 10 bits, `p010le` too, `yuv420p` does not say.
fn bits_of(pixel_format: &str) -> Option<u32> {
    let name = pixel_format.trim_end_matches("le").trim_end_matches("be");
    [9, 10, 12, 14, 16].into_iter().find(|bits| {
        name.ends_with(&format!("p{bits}"))
            || name.ends_with(&format!("p0{bits}"))
            || name == format!("gray{bits}")
    })
}

/// One of ffmpeg's own names.
fn name(json: &Value) -> Option<String> {
    let name = json.as_str()?;
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b',');
    ((1..=64).contains(&name.len()) && name.bytes().all(plain)).then(|| name.to_owned())
}

fn profile(json: &Value) -> Option<String> {
    let profile = json.as_str()?;
    let plain = |byte: u8| matches!(byte, b' '..=b'~');
    let said = (1..=64).contains(&profile.len()) && profile.bytes().all(plain) && profile != "unknown";
    said.then(|| profile.to_owned())
}

fn title(json: &Value) -> Option<String> {
    let title: String = shown(json.as_str()?).chars().take(TITLE_CHARS_MAX).collect();
    let title = title.trim();
    (!title.is_empty()).then(|| title.to_owned())
}

#[cfg(test)]
mod tests;
