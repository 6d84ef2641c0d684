//! Who somebody is on this server: an id in a signed, HttpOnly cookie, made on the first visit. There is
//! nothing to register and nothing to remember.

use super::error::ApiError;
use super::page;
use crate::addresses::is_behind_tls;
use crate::app::{self, App};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, SameSite, SignedCookieJar};
use matinee_room::Identity;
use std::sync::Arc;

const COOKIE: &str = "matinee_id";

/// How long a browser keeps the cookie: a year, the longest that some allow.
const KEPT: time::Duration = time::Duration::days(365);

/// Puts the visitor's [`Identity`] into the request, and the cookie into the answer if it is new.
pub(super) async fn know_visitor(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if request
        .uri()
        .path()
        .trim_start_matches('/')
        .starts_with(page::HASHED)
    {
        // Caches may share these files: no cookie goes with them.
        return Ok(next.run(request).await);
    }
    if let Some(identity) = known(&app, request.headers()) {
        request.extensions_mut().insert(identity);
        return Ok(next.run(request).await);
    }
    let (identity, jar) = make(&app, request.headers())?;
    request.extensions_mut().insert(identity);
    let response = next.run(request).await;
    Ok((jar, response).into_response())
}

/// Who sends this request, if they have a cookie of ours.
pub(crate) fn known(app: &App, headers: &HeaderMap) -> Option<Identity> {
    let jar = SignedCookieJar::from_headers(headers, app.cookie_key.0.clone());
    jar.get(COOKIE).map(|cookie| Identity::new(cookie.value()))
}

/// Somebody new, and the cookie to put into the answer.
pub(crate) fn make(app: &App, headers: &HeaderMap) -> Result<(Identity, SignedCookieJar), ApiError> {
    let id = app::random_id().map_err(|error| ApiError::internal(&error))?;
    let identity = Identity::new(id.as_str());
    let behind_tls = is_behind_tls(headers);
    let cookie = Cookie::build((COOKIE, id))
        .path("/")
        .http_only(true)
        // Behind TLS also in a frame on another site, as where a host shows the server in a page of theirs: there
        // the cookie is kept apart for that site. What changes something asks for the origin besides.
        .same_site(if behind_tls { SameSite::None } else { SameSite::Lax })
        .partitioned(behind_tls)
        .secure(behind_tls)
        .max_age(KEPT);
    let jar = SignedCookieJar::new(app.cookie_key.0.clone()).add(cookie);
    Ok((identity, jar))
}
