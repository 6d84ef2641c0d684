//! What a film claims, and what becomes of it.

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
    let dolby = |compatible: u32| json!([{ "dv_profile": 8, "dv_bl_signal_compatibility_id": compatible }]);
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
        prop::sample::select(vec!["video", "audio", "subtitle", "h264", "1/0", "1"]).prop_map(Value::from),
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
