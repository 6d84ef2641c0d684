//! `/metrics`: figures for who runs the server, and for nobody else unless that one wants it.

use super::Peer;
use super::error::ApiError;
use crate::app::App;
use crate::config::MetricsFor;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;

/// By which of these a proxy says that it asks for somebody else.
const FORWARDED: [&str; 4] = ["forwarded", "via", "x-forwarded-for", "x-real-ip"];

/// `GET /metrics`
pub(super) async fn metrics(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    match app.config.metrics {
        MetricsFor::Nobody => return Err(ApiError::no_such_address()),
        MetricsFor::ThisMachine if !is_from_here(peer.address.ip(), &headers) => {
            return Err(ApiError::metrics_elsewhere());
        }
        MetricsFor::ThisMachine | MetricsFor::Everybody => {}
    }
    let told = app.metrics.told(&app.rooms, &app.streams).await;
    let told = told.map_err(|error| ApiError::internal(&error))?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], told).into_response())
}

/// Whether somebody on this machine asks, for themself.
fn is_from_here(address: IpAddr, headers: &HeaderMap) -> bool {
    address.to_canonical().is_loopback() && !FORWARDED.iter().any(|name| headers.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_on_this_machine_speaks_for_others() {
        let mut headers = HeaderMap::new();
        assert!(is_from_here([127, 0, 0, 1].into(), &headers));
        assert!(is_from_here("::ffff:127.0.0.1".parse().unwrap(), &headers));
        assert!(!is_from_here([192, 168, 0, 7].into(), &headers));
        headers.insert("x-forwarded-for", "127.0.0.1".parse().unwrap());
        assert!(!is_from_here([127, 0, 0, 1].into(), &headers));
    }
}
