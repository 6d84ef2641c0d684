//! A file that comes in a form (`multipart/form-data`, RFC 7578), as its bytes arrive: nothing is held but what
//! may be the beginning of the boundary.
//!
//! [`Splitter`] is the grammar, fed with bytes; [`FilePart`] is the one field that is wanted, as a body of its
//! own.

use crate::limits;
use axum::body::{Body, HttpBody};
use axum::http::HeaderValue;
use bytes::{Buf, Bytes, BytesMut};
use http_body::Frame;
use http_body_util::BodyExt;
use memchr::memmem::{self, Finder};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use thiserror::Error;

/// What is wrong with a form. Always the sender's.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(crate) enum FormError {
    /// Another content type, or one without a boundary.
    #[error("Send the film as a form (multipart/form-data).")]
    NotAForm,
    /// No field of that name with a file in it.
    #[error("Choose a film first: the form has no file in its field “file”.")]
    NoFile,
    /// Not the grammar of forms, or far too much around the file.
    #[error("That form cannot be read. Send the film again.")]
    Broken,
    /// It ended before its last boundary.
    #[error("The upload broke off. Send the film again.")]
    CutShort,
}

/// The longest boundary that RFC 2046 allows.
const BOUNDARY_BYTES_MAX: usize = 70;

/// Reads a form up to its field `file`. Gives the file's name as the sender has it, and its bytes to come.
pub(super) async fn file_of(
    content_type: Option<&HeaderValue>,
    mut body: Body,
) -> Result<(String, FilePart), (FormError, Body)> {
    let boundary = content_type
        .and_then(|value| value.to_str().ok())
        .and_then(boundary);
    let Some(boundary) = boundary else {
        return Err((FormError::NotAForm, body));
    };
    let mut splitter = Splitter::new(boundary);
    let mut passed_bytes = 0;
    let error = loop {
        match splitter.next() {
            Ok(Some(Piece::Part(Head { name, file_name }))) if name == "file" => {
                match file_name.filter(|name| !name.is_empty()) {
                    Some(file_name) => {
                        let part = FilePart {
                            body,
                            splitter,
                            ended: false,
                        };
                        return Ok((file_name, part));
                    }
                    None => break FormError::NoFile,
                }
            }
            Ok(Some(Piece::End)) => break FormError::NoFile,
            Ok(Some(Piece::Part(_) | Piece::Data(_))) => {}
            Err(error) => break error,
            Ok(None) if passed_bytes > limits::FORM_BEFORE_FILE_BYTES_MAX => break FormError::Broken,
            Ok(None) => match body.frame().await {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        passed_bytes += data.len();
                        splitter.feed(&data);
                    }
                }
                Some(Err(_)) | None => break FormError::CutShort,
            },
        }
    };
    Err((error, body))
}

/// The boundary that a content type names, if it is that of a form.
fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim())
    })?;
    let unquoted = boundary.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let boundary = unquoted.unwrap_or(boundary);
    (1..=BOUNDARY_BYTES_MAX)
        .contains(&boundary.len())
        .then_some(boundary)
}

/// The bytes of the file in a form. Ends where the file does, and fails if the form ends before.
#[derive(Debug)]
pub(super) struct FilePart {
    body: Body,
    splitter: Splitter,
    ended: bool,
}

impl HttpBody for FilePart {
    type Data = Bytes;
    type Error = FormError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, FormError>>> {
        let part = &mut *self;
        loop {
            if part.ended {
                return Poll::Ready(None);
            }
            match part.splitter.next() {
                Ok(Some(Piece::Data(data))) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                // What comes after the file is left unread.
                Ok(Some(Piece::Part(_) | Piece::End)) => part.ended = true,
                Ok(None) => match ready!(Pin::new(&mut part.body).poll_frame(context)) {
                    Some(Ok(frame)) => {
                        if let Ok(data) = frame.into_data() {
                            part.splitter.feed(&data);
                        }
                    }
                    Some(Err(_)) | None => {
                        part.ended = true;
                        return Poll::Ready(Some(Err(FormError::CutShort)));
                    }
                },
                Err(error) => {
                    part.ended = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

/// A piece of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// A field begins.
    Part(Head),
    /// More of that field.
    Data(Bytes),
    /// The form is over.
    End,
}

/// What a field says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Head {
    name: String,
    file_name: Option<String>,
}

/// Where in the form we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Before the first boundary: nothing of it counts.
    Preamble,
    /// Right behind a boundary.
    Boundary,
    /// In a field's head.
    Head,
    /// In a field.
    Data,
    /// Behind the last boundary.
    End,
}

/// Takes a form apart. What it is fed stays in it until it is known not to be a boundary.
#[derive(Debug)]
struct Splitter {
    /// What separates fields: a line end, two dashes, the boundary.
    separator: Finder<'static>,
    buffer: BytesMut,
    at: At,
}

impl Splitter {
    fn new(boundary: &str) -> Self {
        Self {
            separator: Finder::new(format!("\r\n--{boundary}").as_bytes()).into_owned(),
            // As if a line had just ended, so that the first boundary is found like any other.
            buffer: BytesMut::from(&b"\r\n"[..]),
            at: At::Preamble,
        }
    }

    fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next piece, or nothing until more is fed.
    fn next(&mut self) -> Result<Option<Piece>, FormError> {
        loop {
            match self.at {
                At::Preamble | At::Data => {
                    let found = self.separator.find(&self.buffer);
                    // All but what may be the beginning of a separator.
                    let sure = self
                        .buffer
                        .len()
                        .saturating_sub(self.separator.needle().len() - 1);
                    let data = self.buffer.split_to(found.unwrap_or(sure)).freeze();
                    let in_field = self.at == At::Data;
                    if found.is_some() {
                        self.buffer.advance(self.separator.needle().len());
                        self.at = At::Boundary;
                    }
                    if in_field && !data.is_empty() {
                        return Ok(Some(Piece::Data(data)));
                    }
                    if found.is_none() {
                        return Ok(None);
                    }
                }
                At::Boundary => {
                    if self.buffer.starts_with(b"--") {
                        self.at = At::End;
                    } else {
                        let Some(line) = memmem::find(&self.buffer, b"\r\n") else {
                            return self.more_of_head();
                        };
                        if !self.buffer[..line]
                            .iter()
                            .all(|byte| matches!(byte, b' ' | b'\t'))
                        {
                            return Err(FormError::Broken);
                        }
                        // The line's end stays: the head ends with an empty line, also one of no fields.
                        self.buffer.advance(line);
                        self.at = At::Head;
                    }
                }
                At::Head => {
                    let Some(end) = memmem::find(&self.buffer, b"\r\n\r\n") else {
                        return self.more_of_head();
                    };
                    if end > limits::FORM_HEAD_BYTES_MAX {
                        return Err(FormError::Broken);
                    }
                    let head = head(&self.buffer[..end]).ok_or(FormError::Broken)?;
                    self.buffer.advance(end + 4);
                    self.at = At::Data;
                    return Ok(Some(Piece::Part(head)));
                }
                At::End => {
                    self.buffer.clear();
                    return Ok(Some(Piece::End));
                }
            }
        }
    }

    fn more_of_head(&self) -> Result<Option<Piece>, FormError> {
        if self.buffer.len() > limits::FORM_HEAD_BYTES_MAX {
            return Err(FormError::Broken);
        }
        Ok(None)
    }
}

/// What the head of a field says, its first line end included.
fn head(text: &[u8]) -> Option<Head> {
    let text = String::from_utf8_lossy(text);
    let disposition = text.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let (kind, mut rest) = disposition.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return None;
    }
    let (mut name, mut file_name) = (None, None);
    while let Some((key, value, after)) = parameter(rest) {
        match key.to_ascii_lowercase().as_str() {
            "name" => name = Some(value),
            "filename" => file_name = Some(value),
            _ => {}
        }
        rest = after;
    }
    Some(Head {
        name: name?,
        file_name,
    })
}

/// The first parameter of `text`, and what follows it. In quotes, `\"` stands for a quote; any other backslash
/// is one, as in the paths that some browsers send.
fn parameter(text: &str) -> Option<(&str, String, &str)> {
    let (key, rest) = text.split_once('=')?;
    let key = key.trim_matches(|c: char| c.is_whitespace() || c == ';');
    let Some(quoted) = rest.strip_prefix('"') else {
        let (value, after) = rest.split_once(';').unwrap_or((rest, ""));
        return Some((key, value.trim().to_owned(), after));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((key, value, quoted.get(at + 1..)?)),
            '\\' if chars.next_if(|(_, next)| *next == '"').is_some() => value.push('"'),
            c => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All pieces of a form that comes in these chunks, the data of a field joined.
    fn pieces<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<Piece>, FormError> {
        let mut splitter = Splitter::new("XX");
        let mut pieces: Vec<Piece> = Vec::new();
        for chunk in chunks {
            splitter.feed(chunk);
            while let Some(piece) = splitter.next()? {
                match (pieces.last_mut(), piece) {
                    (_, Piece::End) => {
                        pieces.push(Piece::End);
                        return Ok(pieces);
                    }
                    (Some(Piece::Data(data)), Piece::Data(more)) => {
                        *data = [data.as_ref(), &more].concat().into();
                    }
                    (_, piece) => pieces.push(piece),
                }
            }
            assert!(splitter.buffer.len() <= limits::FORM_HEAD_BYTES_MAX);
        }
        Ok(pieces)
    }

    fn file(name: &str, data: &[u8]) -> Vec<u8> {
        let head = format!(
            "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: video/mp4\r\n\r\n"
        );
        [head.as_bytes(), data, b"\r\n--XX--\r\n"].concat()
    }

    fn part(name: &str, file_name: Option<&str>) -> Piece {
        Piece::Part(Head {
            name: name.into(),
            file_name: file_name.map(str::to_owned),
        })
    }

    #[test]
    fn a_form_of_two_fields() {
        let form = b"ignored\r\n--XX  \r\ncontent-disposition:form-data;name=a\r\n\r\nwords\r\n\
            --XX\r\nContent-Disposition: form-data; filename=\"a \\\"b\\\"; c.mp4\"; name=\"file\"\r\n\r\n\r\n\
            --XX--ignored"
            .as_slice();
        let expected = [
            part("a", None),
            Piece::Data(Bytes::from_static(b"words")),
            part("file", Some("a \"b\"; c.mp4")),
            Piece::End,
        ];
        assert_eq!(pieces([form]).unwrap(), expected);
        assert_eq!(pieces(form.chunks(1)).unwrap(), expected);
    }

    #[test]
    fn what_is_no_form_is_refused() {
        for form in [
            "--XX\r\n\r\nno head\r\n--XX--",
            "--XX\r\nContent-Disposition: attachment; name=\"file\"\r\n\r\n\r\n--XX--",
            "--XX\r\nContent-Disposition: form-data; name=\"file\r\n\r\n\r\n--XX--",
            "--XXYY\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n\r\n--XX--",
        ] {
            assert_eq!(pieces([form.as_bytes()]), Err(FormError::Broken), "{form}");
        }
        let endless = format!("--XX\r\nA: {}", "a".repeat(limits::FORM_HEAD_BYTES_MAX));
        assert_eq!(pieces([endless.as_bytes()]), Err(FormError::Broken));
    }

    #[test]
    fn boundaries_are_read_as_clients_write_them() {
        for (content_type, found) in [
            (
                "multipart/form-data; boundary=----WebKitFormBoundaryAb1",
                Some("----WebKitFormBoundaryAb1"),
            ),
            ("Multipart/Form-Data;charset=utf-8; Boundary=\"a b\"", Some("a b")),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=", None),
            ("multipart/mixed; boundary=a", None),
            ("video/mp4", None),
        ] {
            assert_eq!(boundary(content_type), found, "{content_type}");
        }
        let long = format!("multipart/form-data; boundary={}", "a".repeat(71));
        assert_eq!(boundary(&long), None);
    }

    proptest! {
        /// However the bytes are cut, and however much they look like a boundary, the file comes out as it is.
        #[test]
        fn a_file_comes_out_as_it_went_in(
            words in prop::collection::vec(prop::sample::select(vec![
                &b"\r\n"[..], b"\r", b"\n", b"-", b"--", b"X", b"\r\n--", b"\r\n--X", b"\0", b"film",
            ]), 0..200),
            sizes in prop::collection::vec(1usize..40, 1..8),
        ) {
            let data = words.concat();
            let separator = b"\r\n--XX";
            prop_assume!(!data.windows(separator.len()).any(|window| window == separator));
            let form = file("a.mp4", &data);
            let (mut chunks, mut rest) = (Vec::new(), form.as_slice());
            for size in sizes.iter().cycle() {
                if rest.is_empty() { break }
                let (chunk, after) = rest.split_at((*size).min(rest.len()));
                chunks.push(chunk);
                rest = after;
            }
            let mut expected = vec![part("file", Some("a.mp4"))];
            if !data.is_empty() {
                expected.push(Piece::Data(data.into()));
            }
            expected.push(Piece::End);
            prop_assert_eq!(pieces(chunks).unwrap(), expected);
        }

        #[test]
        fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = pieces([&bytes[..]]);
            let _ = pieces([&b"--XX\r\nContent-Disposition: form-data; "[..], &bytes, b"\r\n\r\n"]);
        }
    }
}
