//! What the name of a file of subtitles says of them: `Film.de.srt`, `Film.pt-BR.forced.vtt`,
//! `Film.en.sdh.srt`.

use std::path::Path;

use crate::limits::LANGUAGE_CHARS_MAX;

/// What a name says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SubtitleName {
    /// The language by its shortest code, with its region or script if it has one: `de`, `pt-BR`, `zh-Hant`.
    pub language: Option<String>,
    /// Whether they are only for what is said in another language than the film's.
    pub forced: bool,
    /// Whether they are for people who do not hear.
    pub for_deaf: bool,
}

/// A language: its codes (ISO 639: two letters, three letters, the older three), its English name, and a
/// country by whose habits old files in it are encoded.
type Language = ([&'static str; 4], &'static str);

const LANGUAGES: [Language; 49] = [
    (["ar", "ara", "ara", "arabic"], "eg"),
    (["bg", "bul", "bul", "bulgarian"], "bg"),
    (["bs", "bos", "bos", "bosnian"], "ba"),
    (["ca", "cat", "cat", "catalan"], "es"),
    (["cs", "ces", "cze", "czech"], "cz"),
    (["da", "dan", "dan", "danish"], "dk"),
    (["de", "deu", "ger", "german"], "de"),
    (["el", "ell", "gre", "greek"], "gr"),
    (["en", "eng", "eng", "english"], "uk"),
    (["es", "spa", "spa", "spanish"], "es"),
    (["et", "est", "est", "estonian"], "ee"),
    (["eu", "eus", "baq", "basque"], "es"),
    (["fa", "fas", "per", "persian"], "ir"),
    (["fi", "fin", "fin", "finnish"], "fi"),
    (["fr", "fra", "fre", "french"], "fr"),
    (["gl", "glg", "glg", "galician"], "es"),
    (["he", "heb", "heb", "hebrew"], "il"),
    (["hi", "hin", "hin", "hindi"], "in"),
    (["hr", "hrv", "hrv", "croatian"], "hr"),
    (["hu", "hun", "hun", "hungarian"], "hu"),
    (["hy", "hye", "arm", "armenian"], "am"),
    (["id", "ind", "ind", "indonesian"], "id"),
    (["is", "isl", "ice", "icelandic"], "is"),
    (["it", "ita", "ita", "italian"], "it"),
    (["ja", "jpn", "jpn", "japanese"], "jp"),
    (["ka", "kat", "geo", "georgian"], "ge"),
    (["ko", "kor", "kor", "korean"], "kr"),
    (["lt", "lit", "lit", "lithuanian"], "lt"),
    (["lv", "lav", "lav", "latvian"], "lv"),
    (["mk", "mkd", "mac", "macedonian"], "mk"),
    (["ms", "msa", "may", "malay"], "my"),
    (["nb", "nob", "nob", "bokmal"], "no"),
    (["nl", "nld", "dut", "dutch"], "nl"),
    (["nn", "nno", "nno", "nynorsk"], "no"),
    (["no", "nor", "nor", "norwegian"], "no"),
    (["pl", "pol", "pol", "polish"], "pl"),
    (["pt", "por", "por", "portuguese"], "pt"),
    (["ro", "ron", "rum", "romanian"], "ro"),
    (["ru", "rus", "rus", "russian"], "ru"),
    (["sk", "slk", "slo", "slovak"], "sk"),
    (["sl", "slv", "slv", "slovenian"], "si"),
    (["sq", "sqi", "alb", "albanian"], "al"),
    (["sr", "srp", "srp", "serbian"], "rs"),
    (["sv", "swe", "swe", "swedish"], "se"),
    (["th", "tha", "tha", "thai"], "th"),
    (["tr", "tur", "tur", "turkish"], "tr"),
    (["uk", "ukr", "ukr", "ukrainian"], "ua"),
    (["vi", "vie", "vie", "vietnamese"], "vn"),
    (["zh", "zho", "chi", "chinese"], "cn"),
];

/// Whether a file of this name is likely to be one of text subtitles. What it is, its content says.
pub fn is_subtitle_name(file_name: &str) -> bool {
    let extension = Path::new(file_name)
        .extension()
        .and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| {
        ["srt", "vtt", "ass", "ssa"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(extension))
    })
}

/// What the words between the dots at the end of a name say, up to the first that says nothing. The first word
/// of all is the film's: `It.srt` is not in Italian.
pub fn name_of(file_name: &str) -> SubtitleName {
    let mut words = file_name.split('.').skip(1).collect::<Vec<_>>();
    words.pop();
    let mut name = SubtitleName::default();
    while let Some(word) = words.pop() {
        let before = words.last().and_then(|before| language_of(before));
        match word.to_ascii_lowercase().as_str() {
            "forced" | "foreign" => name.forced = true,
            "sdh" | "cc" => name.for_deaf = true,
            // Hindi, unless a language stands before it: hearing impaired.
            "hi" if before.is_some() => name.for_deaf = true,
            "default" | "full" => {}
            _ if name.language.is_none() => match language_of(word) {
                Some(language) => name.language = Some(language),
                None => break,
            },
            _ => break,
        }
    }
    name
}

/// The language that a word names, by its shortest code. `It` is none: codes are of one case.
fn language_of(word: &str) -> Option<String> {
    let (code, rest) = match word.split_once(['-', '_']) {
        Some((code, rest)) => (code, Some(rest)),
        None => (word, None),
    };
    let is_code = code.len() <= 3;
    let is_mixed = code.bytes().any(|byte| byte.is_ascii_uppercase())
        && code.bytes().any(|byte| byte.is_ascii_lowercase());
    if is_code && is_mixed {
        return None;
    }
    let short = row_of(code)?.0[0];
    let plain = |rest: &&str| {
        (2..LANGUAGE_CHARS_MAX - 3).contains(&rest.len())
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match rest {
        None => Some(short.to_owned()),
        Some(rest) => Some(rest).filter(plain).map(|rest| format!("{short}-{rest}")),
    }
}

fn row_of(word: &str) -> Option<&'static Language> {
    LANGUAGES
        .iter()
        .find(|(names, _)| names.iter().any(|name| name.eq_ignore_ascii_case(word)))
}

/// A country by whose habits old files in this language are encoded.
pub(super) fn country_of(language: &str) -> Option<&'static str> {
    let mut parts = language.split(['-', '_']);
    let (code, rest) = (parts.next()?, parts.next().unwrap_or_default());
    let (names, country) = row_of(code)?;
    let is_traditional = ["hant", "tw", "hk"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(rest));
    match names[0] {
        "zh" if is_traditional => Some("tw"),
        _ => Some(country),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_their_language_and_their_purpose() {
        let table = [
            ("Film.de.srt", Some("de"), false, false),
            ("film.pt-BR.vtt", Some("pt-BR"), false, false),
            ("film.zh_Hant.ass", Some("zh-Hant"), false, false),
            ("film.en.sdh.srt", Some("en"), false, true),
            ("film.forced.en.srt", Some("en"), true, false),
            ("film.en.forced.srt", Some("en"), true, false),
            ("film.GER.srt", Some("de"), false, false),
            ("film.1999.English.srt", Some("en"), false, false),
            ("film.hi.srt", Some("hi"), false, false),
            ("film.en.hi.srt", Some("en"), false, true),
            ("film.default.fre.cc.srt", Some("fr"), false, true),
            ("film.srt", None, false, false),
            ("It.srt", None, false, false),
            ("Get.It.srt", None, false, false),
            ("de.srt", None, false, false),
            ("de.Toren.1999.srt", None, false, false),
            ("film.en-.srt", None, false, false),
            ("film.en-<b>.srt", None, false, false),
            ("", None, false, false),
            ("...", None, false, false),
        ];
        for (file_name, language, forced, for_deaf) in table {
            let name = name_of(file_name);
            assert_eq!(
                (name.language.as_deref(), name.forced, name.for_deaf),
                (language, forced, for_deaf),
                "{file_name}"
            );
        }
    }

    #[test]
    fn languages_have_the_countries_of_their_files() {
        for (language, country) in [
            ("de", Some("de")),
            ("deu", Some("de")),
            ("zh-Hans", Some("cn")),
            ("zh-TW", Some("tw")),
            ("pt-BR", Some("pt")),
            ("xx", None),
            ("", None),
        ] {
            assert_eq!(country_of(language), country, "{language}");
        }
    }
}
