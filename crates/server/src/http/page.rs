//! The page and its files. In a release they are in the binary, compressed beforehand; in a debug build they
//! are read from `web/dist`, so that a new build of the page needs no new build of the server.

use super::error::ApiError;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::response::IntoResponse;
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Files;

/// Files whose names change with their content.
pub(super) const HASHED: &str = "assets/";

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// Any address that no route has: a file of the page, the page itself, or nothing.
pub(super) fn serve(method: &Method, uri: &Uri, headers: &HeaderMap) -> Response<Body> {
    if *method != Method::GET && *method != Method::HEAD {
        return ApiError::no_such_address().into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let shows_page = path.is_empty() || path == "index.html" || path.starts_with("r/");
    if shows_page {
        return file("index.html", StatusCode::OK, headers).unwrap_or_else(not_built);
    }
    if let Some(response) = file(path, StatusCode::OK, headers) {
        return response;
    }
    let lost = is_wanted(headers)
        .then(|| file("index.html", StatusCode::NOT_FOUND, headers))
        .flatten();
    lost.unwrap_or_else(|| ApiError::no_such_address().into_response())
}

/// Whether somebody looks at the answer in a browser.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT);
    accepted.iter().any(|accept| contains(accept, "text/html"))
}

fn not_built() -> Response<Body> {
    let message = "The page has not been built. Run `make run`, or `npm run build -w web`.\n";
    (StatusCode::INTERNAL_SERVER_ERROR, message).into_response()
}

fn contains(value: &HeaderValue, token: &str) -> bool {
    value.to_str().is_ok_and(|value| value.contains(token))
}

/// A file, in the smallest form that the browser takes.
fn file(path: &str, status: StatusCode, headers: &HeaderMap) -> Option<Response<Body>> {
    let plain = Files::get(path)?;
    let (encoding, file) = smallest(path, headers).unwrap_or((None, plain));
    let etag = etag(&file);
    let mut response = Response::new(Body::empty());
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind = if kind.type_() == "text" {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    };
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_str(&kind).ok()?);
    fields.insert(
        header::CACHE_CONTROL,
        if path.starts_with(HASHED) {
            FOREVER
        } else {
            ASK_AGAIN
        },
    );
    fields.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    fields.insert(header::ETAG, etag.clone());
    if let Some(encoding) = encoding {
        fields.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if headers.get(header::IF_NONE_MATCH) == Some(&etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *response.status_mut() = status;
        *response.body_mut() = Body::from(file.data.into_owned());
    }
    Some(response)
}

fn smallest(path: &str, headers: &HeaderMap) -> Option<(Option<&'static str>, EmbeddedFile)> {
    let accepted = headers.get(header::ACCEPT_ENCODING)?;
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .find_map(|(encoding, suffix)| {
            let file = contains(accepted, encoding).then(|| Files::get(&format!("{path}.{suffix}")))?;
            Some((Some(encoding), file?))
        })
}

/// The first half of the content's SHA-256, quoted.
fn etag(file: &EmbeddedFile) -> HeaderValue {
    let hash: String = file
        .metadata
        .sha256_hash()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    HeaderValue::from_str(&format!("\"{hash}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}
