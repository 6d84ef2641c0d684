//! A film on its way out: one request for its bytes, one answer, as RFC 9110 (HTTP semantics) has it.
//!
//! | file | owns |
//! |---|---|
//! | `open` | opening the file, if it still is the one that the film was made of |
//! | `conditions` | `If-Match` and its relatives: whether to answer at all |
//! | `range` | `Range`: which bytes are meant |
//! | `body` | the bytes, read as the connection takes them |
//! | `cached` | those that lie in the system's memory already |
//!
//! This file puts them in order and writes the headers.

mod body;
mod cached;
mod conditions;
pub(crate) mod open;
mod range;

use std::path::Path;
use std::sync::LazyLock;
use std::time::SystemTime;

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Response, StatusCode};

use crate::error::OpenError;
use crate::film::FilmFile;

pub use body::FilmBody;
use body::Segment;
use conditions::{Validators, Verdict};
use open::OpenFilm;
use range::{ByteRange, Ranges};

/// Answers a request for a film. `GET` and `HEAD` are understood; ranges, several ranges and conditions as in
/// RFC 9110 sections 13 and 14. Returns when the file is open; its bytes are read as the body is polled,
/// which needs a tokio runtime.
pub async fn serve(film: &FilmFile, method: &Method, headers: &HeaderMap) -> Response<FilmBody> {
    serve_as(film, film.media_type.content_type(), method, headers).await
}

/// As [`serve`], of a file that is of another type than films are.
pub(crate) async fn serve_as(
    film: &FilmFile,
    content_type: &'static str,
    method: &Method,
    headers: &HeaderMap,
) -> Response<FilmBody> {
    if method != Method::GET && method != Method::HEAD {
        return refuse_method();
    }
    let open = match open::open(film).await {
        Ok(open) => open,
        Err(error) => return refuse_open(film, &error),
    };
    let validators = Validators::of(film, SystemTime::now());
    let answer = match conditions::judge(headers, &validators) {
        Verdict::NotModified => with_status(StatusCode::NOT_MODIFIED, FilmBody::empty()),
        Verdict::Failed => {
            return sentence(
                StatusCode::PRECONDITION_FAILED,
                "The film is not the version that was asked for. Reload the page.".to_owned(),
            );
        }
        Verdict::Answer if method == Method::HEAD => whole(film, content_type, FilmBody::empty()),
        Verdict::Answer if !conditions::may_use_range(headers, &validators) => {
            send_whole(film, content_type, open)
        }
        Verdict::Answer => match range::wanted(headers, film.size_bytes) {
            Ranges::Whole => send_whole(film, content_type, open),
            Ranges::Parts(parts) => send_parts(film, content_type, open, &parts),
            Ranges::Unsatisfiable => return refuse_range(film),
        },
    };
    with_validators(answer, validators)
}

/// The answer for an id that is on no [`Shelf`](crate::Shelf).
pub fn unknown_film() -> Response<FilmBody> {
    sentence(
        StatusCode::NOT_FOUND,
        "There is no such film here. Ask the host to scan the library again, or choose another one."
            .to_owned(),
    )
}

/// The answer for a piece that a stream does not have, or not yet.
pub(crate) fn unknown_piece() -> Response<FilmBody> {
    sentence(
        StatusCode::NOT_FOUND,
        "There is no such piece of the film here. Reload the page.".to_owned(),
    )
}

/// The answer for a piece that cannot be read.
pub(crate) fn refuse_piece(path: &Path, error: &OpenError) -> Response<FilmBody> {
    tracing::warn!(path = %path.display(), %error, "a piece of a stream cannot be read");
    sentence(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}

/// The answer with a playlist: as it is now, to be asked for again.
pub(crate) fn growing_text(text: String, method: &Method) -> Response<FilmBody> {
    passing_text(text, "application/vnd.apple.mpegurl", method)
}

/// The answer with subtitles that are kept nowhere: as they are now, to be asked for again.
pub fn vtt(vtt: String, method: &Method) -> Response<FilmBody> {
    passing_text(vtt, VTT, method)
}

/// How subtitles are served.
pub(crate) const VTT: &str = "text/vtt; charset=utf-8";

fn passing_text(text: String, content_type: &'static str, method: &Method) -> Response<FilmBody> {
    let length = text.len() as u64;
    let (status, body) = match *method {
        Method::GET => (StatusCode::OK, FilmBody::text(text)),
        Method::HEAD => (StatusCode::OK, FilmBody::empty()),
        _ => return refuse_method(),
    };
    let mut answer = with_status(status, body);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length.into());
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn refuse_method() -> Response<FilmBody> {
    let mut refusal = sentence(
        StatusCode::METHOD_NOT_ALLOWED,
        "A film can only be fetched here. Use GET or HEAD.".to_owned(),
    );
    refusal
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    refusal
}

fn send_whole(film: &FilmFile, content_type: &'static str, open: OpenFilm) -> Response<FilmBody> {
    let all = Segment::File {
        start: 0,
        bytes: film.size_bytes,
    };
    whole(film, content_type, FilmBody::new(open, [all]))
}

fn whole(film: &FilmFile, content_type: &'static str, body: FilmBody) -> Response<FilmBody> {
    let mut answer = with_status(StatusCode::OK, body);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_LENGTH, film.size_bytes.into());
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}

fn send_parts(
    film: &FilmFile,
    content_type: &'static str,
    open: OpenFilm,
    parts: &[ByteRange],
) -> Response<FilmBody> {
    let content_range = |part: &ByteRange| format!("bytes {}-{}/{}", part.first, part.last, film.size_bytes);
    let (segments, content_type) = match parts {
        [part] => (vec![part.segment()], HeaderValue::from_static(content_type)),
        parts => {
            let boundary = &*BOUNDARY;
            let mut segments = Vec::with_capacity(2 * parts.len() + 1);
            for (index, part) in parts.iter().enumerate() {
                let line_end = if index == 0 { "" } else { "\r\n" };
                let head = format!(
                    "{line_end}--{boundary}\r\nContent-Type: {content_type}\r\nContent-Range: {}\r\n\r\n",
                    content_range(part)
                );
                segments.push(Segment::Text(head.into()));
                segments.push(part.segment());
            }
            segments.push(Segment::Text(format!("\r\n--{boundary}--\r\n").into()));
            (
                segments,
                value(format!("multipart/byteranges; boundary={boundary}")),
            )
        }
    };
    let body = FilmBody::new(open, segments);
    let length = body.left_bytes();
    let mut answer = with_status(StatusCode::PARTIAL_CONTENT, body);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length.into());
    headers.insert(header::CONTENT_TYPE, content_type);
    if let [part] = parts {
        headers.insert(header::CONTENT_RANGE, value(content_range(part)));
    }
    answer
}

/// What separates parts. Random, so that no film holds it by design.
static BOUNDARY: LazyLock<String> = LazyLock::new(|| {
    use std::hash::{BuildHasher, RandomState};
    format!(
        "matinee-{:016x}{:016x}",
        RandomState::new().hash_one(1),
        RandomState::new().hash_one(2)
    )
});

/// What each answer with or about the film's bytes carries, also "not modified".
fn with_validators(mut answer: Response<FilmBody>, validators: Validators) -> Response<FilmBody> {
    const FOR_EVER: &str = "private, max-age=31536000, immutable";
    let headers = answer.headers_mut();
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(FOR_EVER));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    if let Some(modified) = validators.modified {
        headers.insert(header::LAST_MODIFIED, value(modified.to_string()));
    }
    headers.insert(header::ETAG, value(validators.etag));
    answer
}

fn refuse_range(film: &FilmFile) -> Response<FilmBody> {
    let mut refusal = sentence(
        StatusCode::RANGE_NOT_SATISFIABLE,
        "The part that was asked for lies behind the film's end. Reload the page.".to_owned(),
    );
    let headers = refusal.headers_mut();
    headers.insert(
        header::CONTENT_RANGE,
        value(format!("bytes */{}", film.size_bytes)),
    );
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    refusal
}

fn refuse_open(film: &FilmFile, error: &OpenError) -> Response<FilmBody> {
    let status = match error {
        OpenError::Vanished => StatusCode::NOT_FOUND,
        OpenError::Changed => StatusCode::GONE,
        OpenError::Unreadable(source) => {
            tracing::warn!(path = %film.path.display(), error = %source, "a film cannot be read");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    sentence(status, error.to_string())
}

/// A refusal that a person can read, and that nothing keeps.
fn sentence(status: StatusCode, text: String) -> Response<FilmBody> {
    let mut answer = with_status(status, FilmBody::text(text));
    let length = answer.body().left_bytes();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_LENGTH, length.into());
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn with_status(status: StatusCode, body: FilmBody) -> Response<FilmBody> {
    const NOSNIFF: (HeaderName, HeaderValue) = (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    answer.headers_mut().insert(NOSNIFF.0, NOSNIFF.1);
    answer
}

#[expect(
    clippy::expect_used,
    reason = "made here, of ids, numbers, dates and constants: all printable ASCII"
)]
fn value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("printable ASCII")
}
