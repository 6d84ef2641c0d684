//! What a film is: one file that can be watched, with an id that cannot be guessed, a title for people and an
//! address for players. Also how names from outside become fit to be shown.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::limits::TITLE_CHARS_MAX;
use crate::media_type::MediaType;

/// Names one version of one film: 32 lowercase hexadecimal digits. Who knows it may fetch the film.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FilmId(String);

impl FilmId {
    /// An id made of 16 bytes: random ones for an upload, a keyed hash for a film of the library.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        use fmt::Write as _;
        let mut hex = String::with_capacity(32);
        for byte in bytes {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        Self(hex)
    }

    /// The id that `text` spells, if it does: exactly 32 digits, lowercase. Safe as a file name.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == 32 && text.bytes().all(digits)).then(|| Self(text.to_owned()))
    }

    /// The 32 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FilmId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A hash that nobody can work out without the secret.
pub(crate) fn keyed_hash(secret: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC fills a key up to the block length with zeros; done here, there is no length to get wrong.
    let mut key = [0; 64];
    key[..secret.len()].copy_from_slice(secret);
    Hmac::<Sha256>::new(&key.into())
}

/// The id that a keyed hash gives.
pub(crate) fn id_of(hash: Hmac<Sha256>) -> FilmId {
    let hash: [u8; 32] = hash.finalize().into_bytes().into();
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    FilmId::from_bytes(id)
}

/// A film as it was when it was found or uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilmFile {
    /// Its id, another one for every change of the file.
    pub id: FilmId,
    /// Its title: the file name made readable, at most [`TITLE_CHARS_MAX`] characters, never empty.
    pub title: String,
    /// Its file name as players and downloads see it. Not where it lies: that is `path`.
    pub file_name: String,
    /// Where its bytes lie.
    pub path: PathBuf,
    /// Its folder in the library with `/` between the parts, `""` for the top. `None` for an upload.
    pub folder: Option<String>,
    /// Its length.
    pub size_bytes: u64,
    /// When its file was last written, as exactly as the file system says.
    pub modified: SystemTime,
    /// Its container.
    pub media_type: MediaType,
    /// The library's real root, which the file must not leave. `None` for an upload.
    pub(crate) root: Option<Arc<Path>>,
}

impl FilmFile {
    /// The film's address on this server: `/media/<id>/<file name>`. The name is for people and for
    /// downloads; the id alone finds the film.
    pub fn url(&self) -> String {
        use fmt::Write as _;
        let mut url = format!("/media/{}/", self.id);
        for byte in self.file_name.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => url.push(byte as char),
                // Writing to a string cannot fail.
                _ => drop(write!(url, "%{byte:02X}")),
            }
        }
        url
    }

    /// Whether it was uploaded, rather than found in the library.
    pub fn is_upload(&self) -> bool {
        self.folder.is_none()
    }
}

/// The container that a file name promises.
pub(crate) fn media_type_of(file_name: &OsStr) -> Option<MediaType> {
    MediaType::from_extension(Path::new(file_name).extension()?.to_str()?)
}

/// The title that a file name gives: without folders of any system and without a video extension, dots and
/// underscores as spaces.
pub fn title_of(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = match name.rsplit_once('.') {
        Some((stem, extension)) if MediaType::from_extension(extension).is_some() => stem,
        _ => name,
    };
    let spaced: String = shown(stem)
        .chars()
        .map(|c| if matches!(c, '.' | '_') { ' ' } else { c })
        .collect();
    let words = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let title: String = words.chars().take(TITLE_CHARS_MAX).collect();
    match title.trim_end() {
        "" => "Untitled film".to_owned(),
        title => title.to_owned(),
    }
}

/// `text` without what could break a line or turn the reading order around, and so pass one name off as
/// another: control characters, line separators and the bidirectional marks of Unicode.
pub(crate) fn shown(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
            || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(|c| !hidden(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        let table = [
            ("The.Third_Man.1949.mkv", "The Third Man 1949"),
            ("  two   spaces .MP4", "two spaces"),
            ("no extension", "no extension"),
            ("Vol.2", "Vol 2"),
            (".mp4", "Untitled film"),
            ("", "Untitled film"),
            ("...", "Untitled film"),
            ("../../etc/passwd", "passwd"),
            ("C:\\fakepath\\Film.webm", "Film"),
            ("a\u{202e}4pm.exe\u{7}\n.mp4", "a4pm exe"),
            ("Amélie – 2001 🎬.mp4", "Amélie – 2001 🎬"),
        ];
        for (name, title) in table {
            assert_eq!(title_of(name), title, "{name:?}");
        }
        assert_eq!(title_of(&"é".repeat(500)).chars().count(), TITLE_CHARS_MAX);
    }

    #[test]
    fn addresses_are_plain_ascii() {
        let film = FilmFile {
            id: FilmId::from_bytes([0xab; 16]),
            title: "x".into(),
            file_name: "Été #1?/%.mp4".into(),
            path: PathBuf::new(),
            folder: None,
            size_bytes: 0,
            modified: SystemTime::UNIX_EPOCH,
            media_type: MediaType::Mp4,
            root: None,
        };
        assert_eq!(
            film.url(),
            format!("/media/{}/%C3%89t%C3%A9%20%231%3F%2F%25.mp4", "ab".repeat(16))
        );
    }

    #[test]
    fn ids_are_32_lowercase_digits() {
        let id = FilmId::from_bytes([0x0f; 16]);
        assert_eq!(id.as_str(), "0f".repeat(16));
        assert_eq!(FilmId::parse(id.as_str()), Some(id));
        for wrong in [
            "",
            "0f",
            &"0F".repeat(16),
            &"0f".repeat(17),
            &"/.".repeat(16),
            &"é".repeat(16),
        ] {
            assert_eq!(FilmId::parse(wrong), None, "{wrong:?}");
        }
    }
}
