//! What a file is by its first bytes, whatever its name says. `infer` knows most kinds of file; the
//! containers that it does not know, or tells apart too narrowly, are recognised here.

use crate::media_type::MediaType;

/// The container that a file with these first bytes is, or the MIME type of what it is instead, if that is
/// known. [`SNIFF_BYTES`](crate::limits::SNIFF_BYTES) or the whole file are enough to tell.
pub(crate) fn container(head: &[u8]) -> Result<MediaType, Option<&'static str>> {
    if head.get(4..8) == Some(b"ftyp") {
        return mpeg4_by_brand(head);
    }
    if head.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) {
        return ebml_by_doctype(head);
    }
    if head.starts_with(b"OggS") {
        return ogg_by_stream(head);
    }
    if is_transport_stream(head, 188, 0) || is_transport_stream(head, 192, 4) {
        return Ok(MediaType::MpegTs);
    }
    match infer::get(head).map(|kind| kind.mime_type()) {
        Some("video/quicktime") => Ok(MediaType::QuickTime),
        Some("video/x-msvideo") => Ok(MediaType::Avi),
        Some("video/x-ms-wmv") => Ok(MediaType::Wmv),
        Some("video/mpeg") => Ok(MediaType::Mpeg),
        Some("video/x-flv") => Ok(MediaType::Flv),
        other => Err(other),
    }
}

/// MPEG-4 and its relatives begin with a box that names a brand. There are dozens of video brands and new
/// ones appear, so what is known to be something else is refused and the rest is a film.
fn mpeg4_by_brand(head: &[u8]) -> Result<MediaType, Option<&'static str>> {
    match head.get(8..12).unwrap_or_default() {
        b"qt  " => Ok(MediaType::QuickTime),
        [b'3', b'g', b'p' | b'2' | b'r' | b's' | b'g' | b'e', _] => Ok(MediaType::ThreeGp),
        b"M4A " | b"M4B " | b"M4P " | b"F4A " | b"F4B " => Err(Some("audio/mp4")),
        b"avif" | b"avis" => Err(Some("image/avif")),
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
            Err(Some("image/heif"))
        }
        b"crx " => Err(Some("image/x-canon-cr3")),
        b"jp2 " | b"jpx " | b"jpm " | b"mjp2" => Err(Some("image/jp2")),
        brand if brand.len() == 4 && brand.iter().all(|byte| matches!(byte, b' '..=b'~')) => {
            Ok(MediaType::Mp4)
        }
        _ => Err(None),
    }
}

/// Matroska and WebM share a header that says which of them it is (RFC 8794, DocType); its length can be
/// written in several ways, so the value itself is looked for.
fn ebml_by_doctype(head: &[u8]) -> Result<MediaType, Option<&'static str>> {
    let header = &head[..head.len().min(256)];
    let has = |doctype: &[u8]| header.windows(doctype.len()).any(|window| window == doctype);
    if has(b"webm") {
        Ok(MediaType::WebM)
    } else if has(b"matroska") {
        Ok(MediaType::Matroska)
    } else {
        Err(None)
    }
}

/// Ogg begins with one page for each stream it holds; one of them has to be video.
fn ogg_by_stream(head: &[u8]) -> Result<MediaType, Option<&'static str>> {
    const VIDEO: [&[u8]; 4] = [b"\x80theora", b"BBCD\0", b"\x01video\0\0\0", b"OVP80"];
    let has = |mark: &[u8]| head.windows(mark.len()).any(|window| window == mark);
    if VIDEO.iter().any(|mark| has(mark)) {
        Ok(MediaType::Ogg)
    } else {
        Err(Some("audio/ogg"))
    }
}

/// Transport streams are packets of one length that each begin with the same byte, on Blu-ray discs after a
/// time stamp of 4 bytes.
fn is_transport_stream(head: &[u8], packet_bytes: usize, skip_bytes: usize) -> bool {
    (0..3).all(|packet| head.get(skip_bytes + packet * packet_bytes) == Some(&0x47))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packets(packet_bytes: usize, skip_bytes: usize) -> Vec<u8> {
        let mut bytes = vec![0; 4 * packet_bytes];
        for packet in 0..4 {
            bytes[skip_bytes + packet * packet_bytes] = 0x47;
        }
        bytes
    }

    #[test]
    fn containers_are_told_by_their_bytes() {
        let table: [(&[u8], MediaType); 16] = [
            (b"\0\0\0\x18ftypisom\0\0\x02\0isommp42", MediaType::Mp4),
            (b"\0\0\0\x18ftypiso8\0\0\x02\0", MediaType::Mp4),
            (b"\0\0\x01\0ftypM4VH\0\0\0\0", MediaType::Mp4),
            (b"\0\0\0\x14ftypqt  \0\0\x02\0qt  ", MediaType::QuickTime),
            (b"\0\0\0\x08wide\0\0\x10\0mdat....", MediaType::QuickTime),
            (b"\0\0\x10\0moov\0\0\0\x6cmvhd", MediaType::QuickTime),
            (b"\0\0\0\x14ftyp3gp4\0\0\0\0", MediaType::ThreeGp),
            (
                b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm",
                MediaType::WebM,
            ),
            (b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska", MediaType::Matroska),
            (
                b"\x1a\x45\xdf\xa3\xa3\x42\x82\x01\0\0\0\0\0\0\x08matroska",
                MediaType::Matroska,
            ),
            (b"RIFF\0\0\0\0AVI LIST", MediaType::Avi),
            (
                b"OggS\0\x02\0\0\0\0\0\0\0\0........\x01\x2a\x80theora\x03\x02",
                MediaType::Ogg,
            ),
            (b"\0\0\x01\xba\x44\0\x04\0", MediaType::Mpeg),
            (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa", MediaType::Wmv),
            (b"FLV\x01\x05\0\0\0\x09", MediaType::Flv),
            (&packets(188, 0), MediaType::MpegTs),
        ];
        for (head, media_type) in table {
            assert_eq!(container(head), Ok(media_type), "{}", head.escape_ascii());
        }
        assert_eq!(container(&packets(192, 4)), Ok(MediaType::MpegTs));
    }

    #[test]
    fn other_files_are_named_if_they_are_known() {
        let table: [(&[u8], Option<&str>); 9] = [
            (b"", None),
            (b"once upon a time", None),
            (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", Some("image/png")),
            (b"<!DOCTYPE html><html>", Some("text/html")),
            (
                b"OggS\0\x02\0\0\0\0\0\0\0\0........\x01\x1e\x01vorbis",
                Some("audio/ogg"),
            ),
            (b"\0\0\0\x20ftypM4A \0\0\0\0", Some("audio/mp4")),
            (b"\0\0\0\x1cftypavif\0\0\0\0", Some("image/avif")),
            (b"\0\0\0\x1cftyp\0\x01\x02\x03", None),
            (b"\x1a\x45\xdf\xa3\xa3 something else", None),
        ];
        for (head, found) in table {
            assert_eq!(container(head), Err(found), "{}", head.escape_ascii());
        }
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(head in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = container(&head);
        }

        #[test]
        fn any_bytes_after_a_known_start_get_an_answer(
            start in prop::sample::select(vec![
                &b"\0\0\0\xffftyp"[..], b"\x1a\x45\xdf\xa3", b"OggS", b"RIFF", b"PK\x03\x04",
                b"\xff\xd8", b"II*\0", b"\0\0\0\x0cJXL ",
            ]),
            rest in proptest::collection::vec(any::<u8>(), 0..64),
        ) {
            let _ = container(&[start, &rest].concat());
        }
    }
}
