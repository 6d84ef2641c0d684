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
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read_json(json: &Value) -> Result<Probe, ProbeError> {
        read(json.to_string().as_bytes())
    }

    fn with_video(more: &Value) -> Value {
        let mut stream =
            json!({ "index": 0, "codec_type": "video", "codec_name": "h264", "width": 64, "height": 48 });
        for (key, value) in more.as_object().unwrap() {
            stream[key] = value.clone();
        }
        json!({ "format": { "format_name": "matroska,webm" }, "streams": [stream] })
    }

    #[test]
    fn what_a_film_claims_becomes_what_makes_sense() {
        for (claimed, believed) in [
            (json!("12.3456"), Some(12_346)),
            (json!(5), Some(5000)),
            (json!("nan"), None),
            (json!("inf"), None),
            (json!("1e300"), None),
            (json!("-7"), None),
            (json!("-99999999"), None),
            (json!("N/A"), None),
            (json!({}), None),
            (json!("0.000"), None),
        ] {
            let mut report = with_video(&json!({}));
            report["format"]["duration"] = claimed.clone();
            assert_eq!(read_json(&report).unwrap().duration_ms, believed, "{claimed}");
        }
        for (claimed, believed) in [
            ("24000/1001", Some(24000.0 / 1001.0)),
            ("0/0", None),
            ("1/0", None),
            ("-25/1", None),
            ("90000/1", None),
            ("nan/1", None),
        ] {
            let fps = read_json(&with_video(&json!({ "avg_frame_rate": claimed })))
                .unwrap()
                .video
                .unwrap()
                .fps;
            assert_eq!(fps, believed, "{claimed}");
        }
        for (claimed, believed) in [
            (json!({ "pix_fmt": "yuv420p" }), 8),
            (json!({ "pix_fmt": "yuv420p10le" }), 10),
            (json!({ "pix_fmt": "p010le" }), 10),
            (json!({ "pix_fmt": "gray12be" }), 12),
            (json!({ "pix_fmt": "yuv422p", "bits_per_raw_sample": "12" }), 12),
            (json!({ "bits_per_raw_sample": "4000000000" }), 8),
        ] {
            let video = read_json(&with_video(&claimed)).unwrap().video.unwrap();
            assert_eq!(video.bit_depth, believed, "{claimed}");
        }
    }

    #[test]
    fn a_picture_without_a_size_is_none_and_a_file_without_tracks_is_no_film() {
        for size in [json!(0), json!(-5), json!(1_000_000), json!("x"), Value::Null] {
            let read = read_json(&with_video(&json!({ "width": size })));
            assert!(matches!(read, Err(ProbeError::Nothing)), "{size}");
        }
        let cover = with_video(&json!({ "disposition": { "attached_pic": 1 } }));
        assert!(matches!(read_json(&cover), Err(ProbeError::Nothing)));
        for nonsense in ["", "[]", "{}", "nul", r#"{"format":{"format_name":7}}"#] {
            assert!(
                matches!(read(nonsense.as_bytes()), Err(ProbeError::NotAFilm)),
                "{nonsense}"
            );
        }
    }

    #[test]
    fn brightness_beyond_a_screen_is_told() {
        let dolby =
            |compatible: u32| json!([{ "dv_profile": 8, "dv_bl_signal_compatibility_id": compatible }]);
        for (claimed, believed) in [
            (json!({ "color_transfer": "bt709" }), None),
            (json!({ "color_transfer": "smpte2084" }), Some(Hdr::Pq)),
            (json!({ "color_transfer": "arib-std-b67" }), Some(Hdr::Hlg)),
            (json!({ "side_data_list": dolby(0) }), Some(Hdr::DolbyVision)),
            (
                json!({ "side_data_list": dolby(1), "color_transfer": "smpte2084" }),
                Some(Hdr::Pq),
            ),
        ] {
            let video = read_json(&with_video(&claimed)).unwrap().video.unwrap();
            assert_eq!(video.hdr, believed, "{claimed}");
        }
    }

    #[test]
    fn names_are_cut_and_cleaned_and_lists_end() {
        let sound = |index: u32| {
            json!({ "index": index, "codec_type": "audio", "codec_name": "ac3", "channels": 6, "disposition": { "default": 1 },
                "tags": { "LANGUAGE": "pt-BR", "Title": format!("a\u{202e}b\n{}", "é".repeat(500)) } })
        };
        let chapter = |at: i64| json!({ "start_time": at.to_string(), "end_time": (at - 1).to_string() });
        let report = json!({
            "format": { "format_name": "avi" },
            "streams": (0..500).map(sound).collect::<Vec<_>>(),
            "chapters": (0..5000).rev().map(chapter).collect::<Vec<_>>(),
        });
        let probe = read_json(&report).unwrap();
        assert_eq!(
            (probe.audio.len(), probe.chapters.len()),
            (TRACKS_MAX, CHAPTERS_MAX)
        );
        let first = &probe.audio[0];
        assert_eq!(
            (first.channels, first.default, first.language.as_deref()),
            (6, true, Some("pt-BR"))
        );
        let title = first.title.as_deref().unwrap();
        assert!(title.starts_with("abé") && title.chars().count() == TITLE_CHARS_MAX);
        assert_eq!(
            probe.chapters[1],
            Chapter {
                start_ms: 1000,
                end_ms: 1000,
                title: None
            }
        );
        for (claimed, believed) in [("und", None), ("e", None), ("<b>", None), ("eng", Some("eng"))] {
            let mut report = report.clone();
            report["streams"][0]["tags"] = json!({ "language": claimed });
            assert_eq!(read_json(&report).unwrap().audio[0].language.as_deref(), believed);
        }
    }

    #[test]
    fn a_probe_comes_back_from_json_as_it_was() {
        let probe = read_json(&with_video(
            &json!({ "avg_frame_rate": "24000/1001", "color_transfer": "smpte2084" }),
        ))
        .unwrap();
        let kept = serde_json::to_string(&probe).unwrap();
        assert_eq!(serde_json::from_str::<Probe>(&kept).unwrap(), probe);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,20}".prop_map(Value::from),
            prop::sample::select(vec!["video", "audio", "subtitle", "h264", "1/0", "1"])
                .prop_map(Value::from),
        ]
    }

    proptest! {
        #[test]
        fn any_values_get_an_answer(values in proptest::collection::vec(any_value(), 24)) {
            let keys = ["index", "codec_type", "codec_name", "width", "height", "channels", "avg_frame_rate",
                "r_frame_rate", "duration", "pix_fmt", "level", "profile", "disposition", "tags", "side_data_list"];
            let stream: serde_json::Map<_, _> =
                keys.iter().zip(&values).map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
            let report = json!({
                "format": { "format_name": "avi", "duration": values[15], "bit_rate": values[16] },
                "streams": [stream, values[17]],
                "chapters": [{ "start_time": values[18], "end_time": values[19], "tags": values[20] }],
            });
            let _ = read_json(&report);
        }
    }
}
