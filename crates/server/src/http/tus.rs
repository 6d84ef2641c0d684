//! The headers of tus 1.0 (<https://tus.io/protocols/resumable-upload>): what they may say, and what is wrong with
//! those that say something else.

use super::error::ApiError;
use crate::limits;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use matinee_room::Timestamp;
use std::time::{Duration, UNIX_EPOCH};

/// The version that is spoken here.
pub(super) const VERSION: &str = "1.0.0";

/// What of it besides the core.
const EXTENSIONS: &str = "creation,creation-with-upload,termination,expiration";

/// The type of bytes at an offset.
const BYTES: &str = "application/offset+octet-stream";

pub(super) const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(super) const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(super) const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
pub(super) const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");

/// Puts our version on every answer, as the protocol wants it, refusals too.
pub(super) async fn mark<B>(mut response: Response<B>) -> Response<B> {
    let version = HeaderValue::from_static(VERSION);
    response.headers_mut().insert(TUS_RESUMABLE, version);
    response
}

/// The answer to `OPTIONS`: what is spoken here.
pub(super) fn capabilities(bytes_max: u64) -> impl IntoResponse {
    let headers = [
        (HeaderName::from_static("tus-version"), VERSION.to_owned()),
        (HeaderName::from_static("tus-extension"), EXTENSIONS.to_owned()),
        (HeaderName::from_static("tus-max-size"), bytes_max.to_string()),
    ];
    (StatusCode::NO_CONTENT, headers)
}

/// The method that is meant: some proxies and clients know only `POST`.
pub(super) fn method(method: &Method, headers: &HeaderMap) -> Option<Method> {
    match headers.get("x-http-method-override") {
        Some(meant) if *method == Method::POST => Method::from_bytes(meant.as_bytes()).ok(),
        _ => Some(method.clone()),
    }
}

/// Refuses another version of the protocol.
pub(super) fn check_version(headers: &HeaderMap) -> Result<(), ApiError> {
    match headers.get(TUS_RESUMABLE) {
        Some(version) if version == VERSION => Ok(()),
        _ => Err(ApiError::tus_version()),
    }
}

/// Whether the body is bytes at an offset.
pub(super) fn has_bytes(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().eq_ignore_ascii_case(BYTES.as_bytes()))
}

/// A header that is a count of bytes.
pub(super) fn count(headers: &HeaderMap, name: HeaderName) -> Result<u64, ApiError> {
    let mut values = headers.get_all(&name).iter();
    let value = match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        (None, _) => return Err(ApiError::bad_upload(format_args!("{name} is missing"))),
        (Some(_), Some(_)) => None,
    };
    value
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| ApiError::bad_upload(format_args!("{name} is not a number of bytes")))
}

/// The length of a new upload.
pub(super) fn length(headers: &HeaderMap) -> Result<u64, ApiError> {
    if headers.contains_key("upload-defer-length") {
        return Err(ApiError::bad_upload("the length must be known from the start"));
    }
    if headers.contains_key("upload-concat") {
        return Err(ApiError::bad_upload(
            "an upload cannot be put together from others",
        ));
    }
    count(headers, UPLOAD_LENGTH)
}

/// What a sender says of an upload.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Metadata {
    /// As it was written.
    pub(super) written: String,
    /// The file's name.
    pub(super) file_name: String,
    /// Whether there is a word in it that the sender has made for this upload alone.
    pub(super) is_once: bool,
}

/// What the sender says of a new upload: pairs of a key and a value in base64, with commas between them. `filename`
/// and `once` are those that count.
pub(super) fn metadata(headers: &HeaderMap) -> Result<Metadata, ApiError> {
    let wrong = |what: &str| ApiError::bad_upload(format_args!("Upload-Metadata {what}"));
    let mut values = headers.get_all(UPLOAD_METADATA).iter();
    let Some(value) = values.next() else {
        return Ok(Metadata::default());
    };
    if values.next().is_some() {
        return Err(wrong("may come once"));
    }
    if value.len() > limits::UPLOAD_METADATA_BYTES_MAX {
        return Err(wrong("is too long"));
    }
    let written = value
        .to_str()
        .map_err(|_| wrong("has other characters than ASCII"))?;
    let mut metadata = Metadata {
        written: written.trim().to_owned(),
        ..Metadata::default()
    };
    if metadata.written.is_empty() {
        return Ok(metadata);
    }
    let mut keys = Vec::new();
    for pair in written.split(',') {
        let mut words = pair.split_ascii_whitespace();
        let (key, value) = match (words.next(), words.next(), words.next()) {
            (Some(key), value, None) => (key, value.unwrap_or_default()),
            _ => return Err(wrong("must be pairs of a key and a value")),
        };
        if keys.contains(&key) {
            return Err(wrong("names a key twice"));
        }
        keys.push(key);
        let value = STANDARD
            .decode(value)
            .map_err(|_| wrong("has a value that is not base64"))?;
        match key {
            "filename" => {
                metadata.file_name =
                    String::from_utf8(value).map_err(|_| wrong("has a filename that is not UTF-8"))?;
            }
            "once" => metadata.is_once = !value.is_empty(),
            _ => {}
        }
    }
    Ok(metadata)
}

/// A moment as HTTP writes it, to the second.
pub(super) fn date(at: Timestamp) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(at.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .collect()
    }

    #[test]
    fn a_count_is_digits_and_nothing_else() {
        let told = |value: &str| count(&headers(&[("upload-offset", value)]), UPLOAD_OFFSET);
        assert_eq!(told("0").unwrap(), 0);
        assert_eq!(told("18446744073709551615").unwrap(), u64::MAX);
        for wrong in [
            "",
            "-1",
            "+1",
            "1.0",
            " 1 2",
            "0x10",
            "18446744073709551616",
            "1,1",
        ] {
            assert!(told(wrong).is_err(), "{wrong:?}");
        }
        assert!(count(&headers(&[]), UPLOAD_OFFSET).is_err());
        let mut twice = headers(&[("upload-offset", "1")]);
        twice.append(UPLOAD_OFFSET, HeaderValue::from_static("1"));
        assert!(count(&twice, UPLOAD_OFFSET).is_err());
    }

    #[test]
    fn metadata_gives_the_name_or_says_what_is_wrong() {
        let told = |value: &str| metadata(&headers(&[("upload-metadata", value)]));
        let name = |value: &str| told(value).unwrap().file_name;
        assert_eq!(name("filename Rm9vLm1wNA=="), "Foo.mp4");
        assert_eq!(
            name("is_private,filename RmlsbSDwn46sLm1wNA==,type dmlkZW8="),
            "Film 🎬.mp4"
        );
        assert_eq!(name("type dmlkZW8="), "");
        assert_eq!(name(""), "");
        assert_eq!(metadata(&headers(&[])).unwrap(), Metadata::default());
        let is_once = |value: &str| told(value).unwrap().is_once;
        assert!(is_once("filename Rm9vLm1wNA==,once YWJj") && !is_once("once") && !is_once("Once YWJj"));
        let long = format!("filename {}", "A".repeat(limits::UPLOAD_METADATA_BYTES_MAX));
        for wrong in [
            "filename Rm9v!",
            "filename Rm9",
            "filename Rm9v Rm9v",
            "filename Rm9v,",
            ",",
            "a,a",
            "filename /w==",
            &long,
        ] {
            assert!(told(wrong).is_err(), "{wrong:?}");
        }
    }
}
