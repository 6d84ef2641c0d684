//! The video containers that Matinee knows: their file extensions and the `Content-Type` they are served
//! with. One table; the library, the uploads and the answers all read it.

/// A kind of video file. Says nothing on whether a browser can play what is inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// MPEG-4, what phones and most shops give out.
    Mp4,
    /// Apple's QuickTime, the parent of MPEG-4.
    QuickTime,
    /// WebM, the subset of Matroska that browsers agree on.
    WebM,
    /// Matroska.
    Matroska,
    /// Microsoft's AVI.
    Avi,
    /// Ogg with a video stream.
    Ogg,
    /// MPEG program stream, as on DVDs.
    Mpeg,
    /// MPEG transport stream, as in television recordings.
    MpegTs,
    /// Windows Media.
    Wmv,
    /// Flash video.
    Flv,
    /// 3GPP, from older phones.
    ThreeGp,
}

/// Each type, what it is served as, and its extensions: the first is the one that uploads get.
const TABLE: [(MediaType, &str, &[&str]); 11] = [
    (MediaType::Mp4, "video/mp4", &["mp4", "m4v"]),
    (MediaType::QuickTime, "video/quicktime", &["mov"]),
    (MediaType::WebM, "video/webm", &["webm"]),
    (MediaType::Matroska, "video/x-matroska", &["mkv"]),
    (MediaType::Avi, "video/x-msvideo", &["avi"]),
    (MediaType::Ogg, "video/ogg", &["ogv"]),
    (MediaType::Mpeg, "video/mpeg", &["mpg", "mpeg"]),
    (MediaType::MpegTs, "video/mp2t", &["ts", "m2ts"]),
    (MediaType::Wmv, "video/x-ms-wmv", &["wmv"]),
    (MediaType::Flv, "video/x-flv", &["flv"]),
    (MediaType::ThreeGp, "video/3gpp", &["3gp"]),
];

impl MediaType {
    /// All of them.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(media_type, ..)| *media_type)
    }

    /// The type that files with this extension have; without its dot, in upper or lower case.
    pub fn from_extension(extension: &str) -> Option<Self> {
        TABLE
            .iter()
            .find(|(_, _, extensions)| {
                extensions
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(extension))
            })
            .map(|(media_type, _, _)| *media_type)
    }

    /// The extension that an uploaded file of this type gets, without its dot.
    pub fn extension(self) -> &'static str {
        self.row().2[0]
    }

    /// The value of `Content-Type`.
    pub fn content_type(self) -> &'static str {
        self.row().1
    }

    fn row(self) -> &'static (MediaType, &'static str, &'static [&'static str]) {
        &TABLE[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_types() {
        for (index, (media_type, content_type, extensions)) in TABLE.iter().enumerate() {
            assert_eq!(*media_type as usize, index);
            assert_eq!(media_type.content_type(), *content_type);
            for extension in *extensions {
                assert_eq!(MediaType::from_extension(extension), Some(*media_type));
                assert_eq!(
                    MediaType::from_extension(&extension.to_uppercase()),
                    Some(*media_type)
                );
            }
        }
        assert_eq!(MediaType::from_extension("srt"), None);
        assert_eq!(MediaType::from_extension(""), None);
    }
}
