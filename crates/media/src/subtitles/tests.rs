//! What becomes of files of every kind, and of any bytes.

use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn vtt(text: &str) -> String {
    let subtitles = read(text.as_bytes(), None).unwrap();
    assert_eq!(subtitles.cues, subtitles.vtt.matches(" --> ").count());
    subtitles.vtt
}

/// An event of ASS with these words.
fn script(words: &str) -> String {
    format!(
        "[Script Info]\nTitle: x\n\n[V4+ Styles]\nFormat: Name, Bold, Italic, Alignment\n\
         Style: Default,-1,0,2\nStyle: Thought,0,-1,2\nStyle: *Sign,0,0,8\n\n\
         [Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n{words}\n"
    )
}

fn dialogue(style: &str, words: &str) -> String {
    format!("Dialogue: 0,0:00:01.00,0:00:02.50,{style},,0,0,0,,{words}")
}

/// The words of the only cue, and whether it is at the top.
fn only_cue(text: &str) -> (String, bool) {
    let vtt = vtt(text);
    let (head, words) = vtt.strip_prefix("WEBVTT\n\n").unwrap().split_once('\n').unwrap();
    assert!(head.starts_with("00:00:01.000 --> 00:00:02.500"), "{vtt}");
    (
        words.strip_suffix('\n').unwrap().to_owned(),
        head.ends_with(" line:0"),
    )
}

#[test]
fn subrip_becomes_webvtt() {
    let text = "1\n00:00:04,000 --> 00:00:05,000\nlater\n\n\
                2\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Hello</i> & <b>you</b>\r\nthere\r\n\r\n\
                00:00:03,000 --> 00:00:06,000\rno number, old Mac\r\r";
    assert_eq!(
        vtt(text),
        "WEBVTT\n\n\
         00:00:01.000 --> 00:00:02.500\n<i>Hello</i> &amp; <b>you</b>\nthere\n\n\
         00:00:03.000 --> 00:00:06.000\nno number, old Mac\n\n\
         00:00:04.000 --> 00:00:05.000\nlater\n"
    );
}

#[test]
fn words_of_subrip() {
    for (words, text, top) in [
        ("<font color=\"red\">red</font>", "red", false),
        ("<I>up</I>, <u>under", "<i>up</i>, <u>under</u>", false),
        ("<i>a <b>b</i> c</b>", "<i>a <b>b</b></i> <b>c</b>", false),
        ("a<br/>b<br>c", "a\nb\nc", false),
        ("I <3 you > me", "I &lt;3 you &gt; me", false),
        ("<script>alert(1)</script>", "alert(1)", false),
        ("<img src=x onerror=alert(1)>", "", false),
        ("{\\an8}{\\i1}top{\\i0}", "<i>top</i>", true),
        ("{i}old{/i} {curly}", "<i>old</i> {curly}", false),
        ("first\n\n\nsecond", "first\nsecond", false),
        ("an arrow --> there", "an arrow --&gt; there", false),
        ("\u{0}a\u{1b}b\u{202b}ج", "ab\u{202b}ج", false),
        ("&amp; stays as it is", "&amp;amp; stays as it is", false),
        ("5", "5", false),
    ] {
        // A second cue, because nothing but a tag is no cue at all.
        let file = format!("1\n00:00:01,000 --> 00:00:02,500\n{words}\n\n");
        if text.is_empty() {
            assert!(matches!(read(file.as_bytes(), None), Err(SubtitleError::Unknown)));
        } else {
            assert_eq!(only_cue(&file), (text.to_owned(), top), "{words:?}");
        }
    }
}

#[test]
fn webvtt_is_cleaned() {
    let text = "\u{feff}WEBVTT - a title\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n\n\
                STYLE\n::cue { background: url(http://example.org) }\n\n\
                REGION\nid:fred\n\n\
                NOTE not\nseen\n\n\
                id 1\n00:01.000 --> 00:02.500 line:0 position:10% align:start region:fred\n\
                <v.loud Anna><c.red>Hi</c> &lt;there&gt; &#39;x&#x27; &nbsp;<00:00:01.500><i.a>now</i></v> <ruby>a<rt>b</rt></ruby>\n";
    assert_eq!(
        only_cue(text),
        ("Hi &lt;there&gt; 'x' \u{a0}<i>now</i> ab".to_owned(), true)
    );
    for (setting, top) in [
        ("line:10%,start", true),
        ("line:90%", false),
        ("line:-1", false),
        ("line:1", true),
        ("line:x", false),
        ("line:NaN", false),
        ("position:0", false),
    ] {
        let text = format!("WEBVTT\n00:01.000 --> 00:02.500 {setting}\nx");
        assert_eq!(only_cue(&text).1, top, "{setting}");
    }
}

#[test]
fn words_of_ass() {
    for (style, words, text, top) in [
        ("Default", "Hello, you\\Nthere", "Hello, you\nthere", false),
        (
            "Thought",
            "hm {\\i0}said{\\r} hm",
            "<i>hm</i> said <i>hm</i>",
            false,
        ),
        ("Sign", "EXIT", "EXIT", true),
        ("Default", "{\\an8\\fs40\\c&H00FF00&}up", "up", true),
        ("Default", "{\\a6}up", "up", true),
        ("Sign", "{\\an2}down", "down", false),
        ("Unknown", "{\\b700}bold{\\b400} not", "<b>bold</b> not", false),
        ("Default", "{a comment}a\\hb\\nc", "a\u{a0}b c", false),
        ("Default", "{\\p1}m 0 0 l 100 0{\\p0}seen", "seen", false),
        (
            "Default",
            "{\\k20}Ka{\\k30}ra{\\kf10}o{\\pos(1,2)}ke",
            "Karaoke",
            false,
        ),
        ("Default", "not closed { or \\x", "not closed { or \\x", false),
        ("Default", "<b>&", "&lt;b&gt;&amp;", false),
    ] {
        let file = script(&dialogue(style, words));
        assert_eq!(only_cue(&file), (text.to_owned(), top), "{words}");
    }
}

#[test]
fn of_ass_only_dialogue_is_seen_and_its_layers_once() {
    let events = [
        dialogue("Default", "seen"),
        dialogue("Default", "{\\bord3}seen"),
        "Comment: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,not seen".to_owned(),
        dialogue("Default", "{\\p1}m 0 0 l 1 1"),
        "[Fonts]\nfontname: x\nDialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,in fonts".to_owned(),
    ];
    assert_eq!(only_cue(&script(&events.join("\n"))), ("seen".to_owned(), false));
    let old = "[Script Info]\nScriptType: v4.00\n[V4 Styles]\nFormat: Name, Italic, Alignment\nStyle: Top,0,6\n\
               [Events]\nFormat: Marked, Start, End, Style, Text\nDialogue: Marked=0,0:00:01.00,0:00:02.50,Top,a,b\n";
    assert_eq!(only_cue(old), ("a,b".to_owned(), true));
}

#[test]
fn times_that_no_film_has_are_left_out() {
    let text = "00:00:02,000 --> 00:00:01,000\nbackwards\n\n\
                00:00:01,000 --> 00:00:01,000\nnever\n\n\
                -00:00:01,000 --> 00:00:01,000\nbefore\n\n\
                00:00:01,000 --> 9999:00:00,000\nfor ever\n\n\
                99999999999999999999:00:00,000 --> 99999999999999999999:00:01,000\nlater\n\n\
                00:00:01,000 --> 00:00:02,500\ntrue\n";
    let vtt = vtt(text);
    assert_eq!(vtt.matches(" --> ").count(), 1, "{vtt}");
    assert!(vtt.contains("true"), "{vtt}");
}

#[test]
fn what_is_no_subtitles_is_refused_in_a_sentence() {
    for bytes in [
        &b""[..],
        b"Dear diary, today I watched a film.\n",
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR",
        b"WEBVTT\n",
        b"WEBVTTX\n\nwords",
        b"1\n00:00:01,000 --> 00:00:02,000\n\n",
        b"[Script Info]\n[Events]\n",
        b"\xff\xfe",
        b"\0\0\0\x18ftypisom\0\0\x02\0isommp42",
    ] {
        let error = read(bytes, None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "That file has no subtitles that we can read. Choose an SRT, WebVTT or ASS file."
        );
    }
    assert_eq!(
        check_length(50 << 20).unwrap_err().to_string(),
        "That file is larger than 4 MiB, which no subtitles are. Choose an SRT, WebVTT or ASS file."
    );
    let many = (0..=SUBTITLE_CUES_MAX).map(|at| format!("0:{at} --> 99:99:99\nx{at}\n\n"));
    let error = read(many.collect::<String>().as_bytes(), None).unwrap_err();
    assert!(matches!(error, SubtitleError::TooMany { .. }), "{error:?}");
}

#[test]
fn the_most_hostile_files_are_read_in_a_moment() {
    // A quarter of what is taken: what took the square of it would take minutes here as well.
    let long = SUBTITLE_BYTES_MAX as usize / 4;
    let srt = |words: String| format!("0:01 --> 0:02,5\n{words}");
    let header = "WEBVTT\n\n0:01 --> 0:02.5\n";
    let files = [
        srt("<".repeat(long)),
        srt("{".repeat(long)),
        srt("<a".repeat(long / 2 - 1) + ">"),
        srt("{\\i1}".repeat(long / 5)),
        srt("x".repeat(long)),
        srt("\n".repeat(long)),
        "-->".repeat(long / 3),
        format!("{header}{}", "&".repeat(long)),
        format!("{header}{}", "&#1".repeat(long / 3)),
        format!("{header}{}", "<".repeat(long)),
        script(&dialogue("Default", &"{\\i1}a{\\i0}b".repeat(100_000))),
        script(&dialogue("Default", &"{".repeat(long / 2))),
        script(&format!(
            "Format: {}\n{}",
            "x,".repeat(long / 4),
            "Dialogue: ,,,\n".repeat(long / 40)
        )),
        script(&"Style: a,b\n".repeat(long / 12)),
    ];
    for file in files {
        let began = Instant::now();
        let _ = read(file.as_bytes(), None);
        let took = began.elapsed();
        assert!(took < Duration::from_secs(10), "{took:?} for {:?}…", &file[..40]);
    }
}

/// Bytes that are rarely refused.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "WEBVTT\n\n",
            "[Script Info]\n",
            "[Events]\n",
            "[V4+ Styles]\n",
            "Style: a,b,-1\n",
            "\n\n",
            "\r",
            "\n",
            "Format: Start, End, Style, Text\n",
            "Dialogue: 0,0:00:01.00,0:00:02.00,a,,0,0,0,,",
            "1\n",
            "00:00:01,000 --> 00:00:02,000\n",
            "00:03.000 --> 00:04.000 line:0\n",
            "0:01 --> 100:00:00\n",
            "<i>",
            "</i>",
            "<b>",
            "</b>",
            "<u.x y>",
            "<v a>",
            "<",
            ">",
            "&",
            "&amp;",
            "&lt;",
            "&#10;",
            "&#x3c;",
            "&nbsp;",
            "{\\an8}",
            "{\\i1}",
            "{\\p1}",
            "\\N",
            "\\h",
            "{",
            "}",
            "-->",
            " ",
            "\u{3000}",
            "\u{a0}",
            "x",
            "é",
            "字",
            "\u{feff}",
            "\u{2028}",
            "\u{85}",
            "\0",
            "NOTE\n",
            "<br>",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        proptest::collection::vec(any::<u8>(), 0..4),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn comes_back(bytes: &[u8]) -> Result<(), TestCaseError> {
    let Ok(first) = read(bytes, None) else {
        return Ok(());
    };
    let second = read(first.vtt.as_bytes(), None).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(&second.vtt, &first.vtt);
    prop_assert_eq!((second.cues, second.format), (first.cues, Format::WebVtt));
    let tags = tags_of(&first.vtt);
    prop_assert!(
        tags.iter()
            .all(|tag| ["<i>", "</i>", "<b>", "</b>", "<u>", "</u>"].contains(&tag.as_str())),
        "{:?}",
        tags
    );
    Ok(())
}

/// Everything from a `<` to the next `>`.
fn tags_of(vtt: &str) -> Vec<String> {
    vtt.split('<')
        .skip(1)
        .map(|rest| format!("<{}>", rest.split('>').next().unwrap_or_default()))
        .collect()
}

proptest! {
    #[test]
    fn any_bytes_get_an_answer_that_is_read_again_as_it_was(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        comes_back(&bytes)?;
    }

    #[test]
    fn any_subtitles_are_read_again_as_they_were(bytes in pieces()) {
        comes_back(&bytes)?;
    }
}
