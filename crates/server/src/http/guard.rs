//! What holds for every request: nothing is changed for another site's page, and every answer carries the
//! headers that keep a browser from being talked into something.

use super::error::ApiError;
use crate::limits;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::timeout;

/// The page's own scripts, styles and pictures, and nothing from anywhere else, but for films behind links: a host
/// may put on one of any site, which nobody knows beforehand.
///
/// - `media-src`: files. `connect-src`: streams, whose playlists and pieces are fetched by our script.
/// - `frame-src`: YouTube's player, in the variant that sets no cookies before somebody watches. It is driven by
///   messages alone: its own script would run in our page with all that a person may do here, so `script-src` stays
///   ours.
/// - Which room somebody is in, no other site is told: `Referrer-Policy` is `no-referrer`. The frame of YouTube, which
///   plays for no page that it cannot name, has a policy of its own (`strict-origin`) and learns our address alone.
///
/// Svelte sets `style` attributes, never style elements with text from people.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
     media-src 'self' blob: http: https:; font-src 'self'; connect-src 'self' http: https:; \
     frame-src https://www.youtube-nocookie.com; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'self' https://huggingface.co https://*.hf.space",
);

/// Refuses what would change something, and WebSockets of our own page, when a page of another origin asks for
/// it. Clients of other systems live on pages of their own, and are nobody's cookie.
pub(super) async fn refuse_other_origins(request: Request, next: Next) -> Result<Response, ApiError> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let upgrades =
        request.headers().contains_key(header::UPGRADE) && request.uri().path().starts_with("/api/");
    if (!reads || upgrades) && !is_same_origin(request.headers()) {
        return Err(ApiError::other_origin());
    }
    Ok(next.run(request).await)
}

/// Refuses requests that act although they only fetch, as Goblet's do, unless they come from our own origin or
/// from no page at all. Where a browser does not say where it comes from, as over plain HTTP, a request for a
/// page is one that a link elsewhere has led to.
pub(crate) async fn refuse_other_sites(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let told = headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN);
    let from_us = match text(header::REFERER) {
        _ if told => is_same_origin(headers),
        Some(page) => page
            .split('/')
            .nth(2)
            .is_some_and(|host| is_our_host(headers, host)),
        None => !text(header::ACCEPT).is_some_and(|accept| accept.contains("text/html")),
    };
    if from_us {
        next.run(request).await
    } else {
        // Those are Goblet's addresses.
        ApiError::other_origin().into_text()
    }
}

/// Gives up on requests that take too long: a body that never comes holds a connection otherwise.
pub(crate) async fn within_time(request: Request, next: Next) -> Result<Response, ApiError> {
    timeout(limits::REQUEST_WITHIN, next.run(request))
        .await
        .map_err(|_| ApiError::too_slow())
}

/// Whether a request comes from our own page, or from no page at all (a program sends no `Origin`).
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // Pages cannot set it, and it is right even behind a proxy that rewrites `Host`.
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    if !headers.contains_key(header::ORIGIN) {
        return true;
    }
    let Some((_, origin)) = text("origin").and_then(|origin| origin.split_once("://")) else {
        return false;
    };
    is_our_host(headers, origin)
}

/// Whether the one who asks calls us by this name.
fn is_our_host(headers: &HeaderMap, host: &str) -> bool {
    ["host", "x-forwarded-host"]
        .into_iter()
        .filter_map(|name| headers.get(name)?.to_str().ok())
        .any(|ours| ours.eq_ignore_ascii_case(host))
}

/// Puts the headers that protect the browser into an answer.
pub(super) async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn our_own_page_and_programs_are_let_in() {
        assert!(is_same_origin(&headers(&[])));
        assert!(is_same_origin(&headers(&[
            ("host", "a.example:80"),
            ("origin", "http://A.example:80")
        ])));
        assert!(is_same_origin(&headers(&[
            ("host", "127.0.0.1:1"),
            ("x-forwarded-host", "a.example"),
            ("origin", "https://a.example")
        ])));
        assert!(is_same_origin(&headers(&[
            ("host", "127.0.0.1:1"),
            ("origin", "https://a.example"),
            ("sec-fetch-site", "same-origin")
        ])));
    }

    #[test]
    fn other_sites_are_not() {
        for pairs in [
            [("host", "a.example"), ("origin", "https://b.example")],
            [("host", "a.example"), ("origin", "https://a.example.evil")],
            [("host", "a.example"), ("origin", "null")],
            [("host", "a.example"), ("sec-fetch-site", "cross-site")],
            [("host", "a.example"), ("sec-fetch-site", "same-site")],
        ] {
            assert!(!is_same_origin(&headers(&pairs)), "{pairs:?}");
        }
    }
}
