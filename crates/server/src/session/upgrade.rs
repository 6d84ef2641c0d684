//! The WebSocket handshake (RFC 6455, section 4.2), and getting the socket back from HTTP: from then on the
//! session reads it and the flusher writes it, with nothing in between.

use super::{Visit, outbox::Outbox};
use crate::app::App;
use crate::core::Core;
use crate::http::error::ApiError;
#[cfg(target_os = "linux")]
use crate::limits;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use bytes::Bytes;
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use tokio::net::TcpStream;
use tungstenite::handshake::derive_accept_key;

/// Answers a handshake, and runs the session once HTTP has let the socket go.
pub(crate) fn upgrade(
    app: Arc<App>,
    core: Arc<Core>,
    visit: Visit,
    request: Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let protocol = visit
        .opening
        .as_ref()
        .and_then(|opening| opening.protocol.as_deref());
    let protocol = protocol.and_then(|protocol| HeaderValue::from_str(protocol).ok());
    let counted = app.fullness.count()?;
    let bytes_max = app.config.outbox_bytes_max;
    let run = move |outbox, read| super::run(app, visit, outbox, read, counted);
    let mut response = hand_over(core, bytes_max, request, run)?;
    if let Some(protocol) = protocol {
        let headers = response.headers_mut();
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    Ok(response)
}

/// Answers a handshake, and has `run` go on with the socket, in an outbox, once HTTP has let it go; with what was read
/// of it already.
pub(crate) fn hand_over<F>(
    core: Arc<Core>,
    outbox_bytes_max: usize,
    mut request: Request<Body>,
    run: impl FnOnce(Arc<Outbox>, Bytes) -> F + Send + 'static,
) -> Result<Response<Body>, ApiError>
where
    F: Future<Output = ()> + Send + 'static,
{
    let accept = accept_key(request.method(), request.headers())?;
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let Ok(parts) = upgraded.downcast::<TokioIo<TcpStream>>() else {
            tracing::error!("an upgraded connection was no TCP stream");
            return;
        };
        let stream = parts.io.into_inner();
        hold_little(&stream);
        let outbox = Outbox::new(stream, Arc::clone(&core.flusher), outbox_bytes_max);
        // A task of its own, so that what the handshake needed is given back now.
        tokio::spawn(run(Arc::new(outbox), parts.read_buf));
    });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    Ok(response)
}

/// Has the system hold little that is not sent: a client that reads nothing would have it keep megabytes.
fn hold_little(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    if let Err(error) = socket2::SockRef::from(stream).set_tcp_notsent_lowat(limits::UNSENT_BYTES_MAX) {
        tracing::debug!(%error, "no TCP_NOTSENT_LOWAT");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
}

fn accept_key(method: &Method, headers: &HeaderMap) -> Result<HeaderValue, ApiError> {
    let has_token = |name: header::HeaderName, token: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|found| found.trim().eq_ignore_ascii_case(token))
    };
    let asked = *method == Method::GET
        && has_token(header::CONNECTION, "upgrade")
        && has_token(header::UPGRADE, "websocket");
    if !asked {
        return Err(ApiError::upgrade_required());
    }
    if headers
        .get(header::SEC_WEBSOCKET_VERSION)
        .is_none_or(|version| version != "13")
    {
        return Err(ApiError::websocket_version());
    }
    // 16 bytes in base64.
    let key = headers
        .get(header::SEC_WEBSOCKET_KEY)
        .filter(|key| key.len() == 24);
    let key = key.ok_or_else(ApiError::websocket_key)?;
    HeaderValue::from_str(&derive_accept_key(key.as_bytes())).map_err(|_| ApiError::websocket_key())
}
