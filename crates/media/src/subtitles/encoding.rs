//! Bytes to text. Files of subtitles rarely say in which encoding they are, and are in all of them.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::name;
use crate::limits::SNIFF_BYTES;

/// The text that these bytes most likely are. `language` helps where several are likely.
pub(super) fn decode(bytes: &[u8], language: Option<&str>) -> String {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => utf_16(bytes)
            .or_else(|| is_utf_8(bytes).then_some(UTF_8))
            .unwrap_or_else(|| detected(bytes, language)),
    };
    // Without the mark at the start; what makes no sense becomes U+FFFD.
    encoding.decode_with_bom_removal(bytes).0.into_owned()
}

/// Whether every other byte is zero far more often than those between: digits, blanks and line ends are in
/// every language's subtitles.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(SNIFF_BYTES)];
    let zeros = |first: usize| {
        head.iter()
            .skip(first)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let enough = (head.len() / 20).max(2);
    if odd >= enough && even * 8 <= odd {
        Some(UTF_16LE)
    } else if even >= enough && odd * 8 <= even {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether it is UTF-8, a damaged place here or there aside. Text in another encoding is damaged all over, but
/// for ISO-2022-JP, which is ASCII with escapes.
fn is_utf_8(bytes: &[u8]) -> bool {
    if bytes.contains(&0x1b) && bytes.is_ascii() {
        return false;
    }
    let (mut whole, mut damaged) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        damaged += usize::from(!chunk.invalid().is_empty());
    }
    damaged * 20 <= whole
}

fn detected(bytes: &[u8], language: Option<&str>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let country = language.and_then(name::country_of);
    detector.guess(country.map(str::as_bytes), Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, encoding: &'static Encoding, language: Option<&str>) -> String {
        let (bytes, _, lossy) = encoding.encode(text);
        assert!(!lossy, "{text}");
        decode(&bytes, language)
    }

    fn utf_16_of(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes_of).collect()
    }

    const TIMES: &str = "1\r\n00:00:01,000 --> 00:00:02,000\r\n";

    #[test]
    fn unicode_is_told_with_and_without_its_mark() {
        for words in ["Hello", "Größe – Ω", "字幕です。", "العربية", "🎬"] {
            let text = format!("{TIMES}{words}\r\n");
            for bytes in [
                text.clone().into_bytes(),
                [b"\xef\xbb\xbf", text.as_bytes()].concat(),
                utf_16_of(&text, u16::to_le_bytes),
                utf_16_of(&text, u16::to_be_bytes),
                utf_16_of(&format!("\u{feff}{text}"), u16::to_le_bytes),
                utf_16_of(&format!("\u{feff}{text}"), u16::to_be_bytes),
            ] {
                assert_eq!(decode(&bytes, None), text);
            }
        }
    }

    #[test]
    fn a_damaged_place_does_not_turn_utf_8_into_something_else() {
        let text = "Ärger über Öl und Füße, größer als üblich – schön für Jürgen, völlig müßig. ".repeat(3);
        let bytes = [text.as_bytes(), b"\xc3 ", text.as_bytes()].concat();
        assert_eq!(decode(&bytes, None), format!("{text}\u{fffd} {text}"));
    }

    #[test]
    fn older_encodings_are_told_by_their_text_and_their_language() {
        let german = format!("{TIMES}Schöne Grüße! Das heißt: Er läuft über die Straße, natürlich.\r\n");
        let russian = format!("{TIMES}Привет, как дела? Это фильм о любви и дружбе.\r\n");
        let polish = format!("{TIMES}Zażółć gęślą jaźń, proszę państwa. Dziękuję, że państwo są.\r\n");
        let greek = format!("{TIMES}Καλημέρα σας, πώς είστε; Αυτή είναι μια ταινία.\r\n");
        let japanese = format!("{TIMES}これは映画の字幕です。ありがとうございます。\r\n");
        let korean = format!("{TIMES}안녕하세요. 이것은 영화 자막입니다.\r\n");
        let chinese = format!("{TIMES}这是电影的字幕。谢谢大家观看。\r\n");
        let taiwan = format!("{TIMES}這是電影的字幕。謝謝大家觀看。\r\n");
        for (text, label, language) in [
            (&german, "windows-1252", "de"),
            (&russian, "windows-1251", "ru"),
            (&russian, "koi8-r", "ru"),
            (&russian, "ibm866", "ru"),
            (&polish, "windows-1250", "pl"),
            (&polish, "iso-8859-2", "pl"),
            (&greek, "windows-1253", "el"),
            (&japanese, "shift_jis", "ja"),
            (&japanese, "euc-jp", "ja"),
            (&japanese, "iso-2022-jp", "ja"),
            (&korean, "euc-kr", "ko"),
            (&chinese, "gbk", "zh"),
            (&taiwan, "big5", "zh-TW"),
        ] {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            assert_eq!(
                told(text, encoding, Some(language)),
                *text,
                "{label} with its language"
            );
            assert_eq!(told(text, encoding, None), *text, "{label} alone");
        }
        let turkish = format!("{TIMES}Işık şöyle.\r\n");
        let encoding = Encoding::for_label(b"windows-1254").unwrap();
        assert_eq!(told(&turkish, encoding, Some("tr")), turkish);
    }
}
