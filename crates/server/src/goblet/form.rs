//! The file in a form (`multipart/form-data`), as its bytes come.

use crate::limits;
use axum::body::Body;
use axum::http::HeaderValue;
use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use http_body_util::BodyDataStream;
use multer::{Field, Multipart};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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

impl From<multer::Error> for FormError {
    fn from(error: multer::Error) -> Self {
        match error {
            multer::Error::StreamReadFailed(cause) => {
                cause.downcast().map_or(Self::CutShort, |refused| *refused)
            }
            multer::Error::IncompleteStream | multer::Error::IncompleteFieldData { .. } => Self::CutShort,
            _ => Self::Broken,
        }
    }
}

/// The longest boundary that RFC 2046 allows.
const BOUNDARY_BYTES_MAX: usize = 70;

/// The boundary that a content type names, if it is that of a form.
pub(super) fn boundary(content_type: Option<&HeaderValue>) -> Result<String, FormError> {
    content_type
        .and_then(|value| value.to_str().ok())
        .and_then(|value| multer::parse_boundary(value).ok())
        .filter(|boundary| (1..=BOUNDARY_BYTES_MAX).contains(&boundary.len()))
        .ok_or(FormError::NotAForm)
}

/// Reads a form up to its field `file`, and gives that field.
pub(super) async fn file_of(boundary: String, body: &mut Body) -> Result<Field<'_>, FormError> {
    let found = Arc::new(AtomicBool::new(false));
    let mut form = Multipart::new(chunks(body, Arc::clone(&found)), boundary);
    while let Some(field) = form.next_field().await? {
        if field.name() == Some("file") {
            found.store(true, Ordering::Relaxed);
            let has_file = field.file_name().is_some_and(|name| !name.is_empty());
            return has_file.then_some(field).ok_or(FormError::NoFile);
        }
    }
    Err(FormError::NoFile)
}

/// What comes in a form. It ends with an error where too much has come before the file was `found`.
fn chunks(
    body: &mut Body,
    found: Arc<AtomicBool>,
) -> impl Stream<Item = Result<Bytes, Box<dyn std::error::Error + Send + Sync>>> + Send {
    // Of the last chunk it is not sure that it was looked at: it counts when the next one is asked for.
    let start = (BodyDataStream::new(body), found, 0, 0);
    stream::unfold(start, async |(mut body, found, seen_bytes, last_bytes)| {
        // A form takes in all that there is before it looks at it: like this, that is a chunk or two.
        tokio::task::yield_now().await;
        let is_found = found.load(Ordering::Relaxed);
        if !is_found && seen_bytes > limits::FORM_BEFORE_FILE_BYTES_MAX {
            return Some((
                Err(FormError::Broken.into()),
                (body, found, seen_bytes, last_bytes),
            ));
        }
        let chunk = body.next().await?;
        let next_bytes = chunk.as_ref().map_or(0, Bytes::len);
        let state = (body, found, seen_bytes + last_bytes, next_bytes);
        Some((chunk.map_err(Into::into), state))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp4\"\r\n\r\n";

    /// The file's bytes in a form that is there at once, in these chunks.
    async fn read(chunks: Vec<Bytes>) -> Result<Vec<u8>, FormError> {
        let mut body = Body::from_stream(stream::iter(chunks.into_iter().map(Ok::<_, FormError>)));
        let mut file = file_of("XX".to_owned(), &mut body).await?;
        let mut bytes = Vec::new();
        while let Some(chunk) = file.chunk().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    #[tokio::test]
    async fn a_file_may_be_there_at_once_and_what_comes_before_it_only_so_long() {
        let half = limits::FORM_BEFORE_FILE_BYTES_MAX / 2;
        let film = vec![7; 10 * half];
        let form = [HEAD.as_bytes(), &film, b"\r\n--XX--\r\n"].concat();
        let in_chunks = |form: &[u8]| form.chunks(half).map(Bytes::copy_from_slice).collect();
        assert_eq!(read(in_chunks(&form)).await.as_deref(), Ok(&film[..]));
        assert_eq!(read(vec![form.clone().into()]).await.as_deref(), Ok(&film[..]));
        let after = |before: String| [before.as_bytes(), &form].concat();
        // Its first boundary comes in two chunks, the second of which is a large one.
        let (begins, goes_on) = form.split_at(3);
        let cut = [begins, goes_on].map(Bytes::copy_from_slice).to_vec();
        assert_eq!(read(cut).await.as_deref(), Ok(&film[..]));
        let long = "a".repeat(half);
        assert_eq!(
            read(in_chunks(&after(format!("{long}\r\n")))).await.as_deref(),
            Ok(&film[..])
        );
        for before in [
            format!("{}\r\n", long.repeat(4)),
            format!("--XX\r\nA: {}", long.repeat(4)),
            format!(
                "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{}\r\n",
                long.repeat(4)
            ),
        ] {
            assert_eq!(read(in_chunks(&after(before))).await, Err(FormError::Broken));
        }
        assert_eq!(read(in_chunks(&form[..4 * half])).await, Err(FormError::CutShort));
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
            ("multipart/form-data; boundary=\"\"", None),
            ("multipart/mixed; boundary=a", None),
            ("video/mp4", None),
        ] {
            let value = HeaderValue::from_static(content_type);
            assert_eq!(boundary(Some(&value)).ok().as_deref(), found, "{content_type}");
        }
        let long = format!("multipart/form-data; boundary={}", "a".repeat(71));
        assert_eq!(boundary(Some(&long.parse().unwrap())), Err(FormError::NotAForm));
    }
}
