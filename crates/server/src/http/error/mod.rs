//! Every refusal over HTTP: its status, a code for programs and a sentence for people.
//!
//! [`sources`] has what becomes of the errors of others.

mod sources;

use crate::limits;
use crate::rooms::RoomsError;
use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use matinee_media::UploadError;
use matinee_wire::native::message::{ErrorBody, ErrorInfo};
use std::time::Duration;

/// A refusal over HTTP.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// For how long it is of no use to ask again.
    wait: Option<Duration>,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            wait: None,
        }
    }

    pub(crate) fn no_such_room() -> Self {
        let message = "That code is not a party here. Check it with your host.";
        Self::new(StatusCode::NOT_FOUND, "no_such_room", message)
    }

    pub(crate) fn no_such_address() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no_such_address",
            "There is nothing at this address.",
        )
    }

    pub(crate) fn no_such_film() -> Self {
        let message = "That film is neither on nor in the list. Put it on first.";
        Self::new(StatusCode::NOT_FOUND, "no_such_film", message)
    }

    pub(crate) fn no_such_subtitles() -> Self {
        let message = "These subtitles are not here any more. Choose others.";
        Self::new(StatusCode::NOT_FOUND, "no_such_subtitles", message)
    }

    pub(crate) fn crowded() -> Self {
        let message = "Many pictures are made just now. Try again in a moment.";
        Self {
            wait: Some(limits::REQUEST_WITHIN),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", message)
        }
    }

    pub(crate) fn not_adder() -> Self {
        let message = "Only who added these subtitles and hosts can remove them. Ask a host.";
        Self::new(StatusCode::FORBIDDEN, "not_adder", message)
    }

    pub(crate) fn not_in_room() -> Self {
        let message = "You are not in this room any more. Load the page again.";
        Self::new(StatusCode::FORBIDDEN, "not_member", message)
    }

    pub(crate) fn other_origin() -> Self {
        let message = "Another site's page must not do that here.";
        Self::new(StatusCode::FORBIDDEN, "other_origin", message)
    }

    pub(crate) fn metrics_elsewhere() -> Self {
        let message = "These figures are for the machine that the server runs on. Start it with --metrics everybody to have them elsewhere.";
        Self::new(StatusCode::FORBIDDEN, "metrics_elsewhere", message)
    }

    pub(crate) fn bad_body(reason: impl std::fmt::Display) -> Self {
        let message = format!("The request's body is not what it should be: {reason}.");
        Self::new(StatusCode::BAD_REQUEST, "bad_body", message)
    }

    pub(crate) fn body_too_large() -> Self {
        let message = format!(
            "The request's body is too large: it can have {} bytes.",
            limits::JSON_BYTES_MAX
        );
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message)
    }

    pub(crate) fn wrong_method() -> Self {
        let message = "This address does not do that. See /api/openapi.json.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", message)
    }

    pub(crate) fn bad_query(reason: impl std::fmt::Display) -> Self {
        let message = format!("The address is not what it should be: {reason}.");
        Self::new(StatusCode::BAD_REQUEST, "bad_query", message)
    }

    pub(crate) fn bad_upload(reason: impl std::fmt::Display) -> Self {
        let message = format!("The upload's headers are not what they should be: {reason}.");
        Self::new(StatusCode::BAD_REQUEST, "bad_upload", message)
    }

    pub(crate) fn tus_version() -> Self {
        let message = "This server speaks version 1.0.0 of tus: say so with Tus-Resumable.";
        Self::new(StatusCode::PRECONDITION_FAILED, "tus_version", message)
    }

    pub(crate) fn no_such_upload() -> Self {
        UploadError::Gone.into()
    }

    pub(crate) fn not_sender() -> Self {
        let message = "Only who sends this film and hosts can do that. Ask a host to make you one.";
        Self::new(StatusCode::FORBIDDEN, "not_sender", message)
    }

    pub(crate) fn wrong_content_type() -> Self {
        let message = "Send the bytes as application/offset+octet-stream.";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_content_type", message)
    }

    pub(crate) fn wrong_offset(received_bytes: u64) -> Self {
        let message = format!("This upload goes on at byte {received_bytes}. Ask where it is with HEAD.");
        Self::new(StatusCode::CONFLICT, "wrong_offset", message)
    }

    pub(crate) fn upload_busy() -> Self {
        let message = "This film is being sent by another connection. Wait until that one has ended.";
        Self::new(StatusCode::LOCKED, "upload_busy", message)
    }

    pub(crate) fn upload_removed() -> Self {
        Self::new(StatusCode::GONE, "upload_removed", "This upload was removed.")
    }

    pub(crate) fn upload_broken() -> Self {
        let message = "The connection broke. The upload goes on where it stopped.";
        Self::new(StatusCode::BAD_REQUEST, "upload_broken", message)
    }

    pub(crate) fn upload_cut_short() -> Self {
        let message = "The upload broke off. Send the film again.";
        Self::new(StatusCode::BAD_REQUEST, "upload_length", message)
    }

    pub(crate) fn upload_stood_still() -> Self {
        let message = "The upload stood still for too long. Send the film again.";
        Self::new(StatusCode::REQUEST_TIMEOUT, "upload_stalled", message)
    }

    pub(crate) fn too_many_sockets() -> Self {
        let message = "Too many people are connected here. Come back later.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_sockets", message)
    }

    pub(crate) fn too_many_sockets_there() -> Self {
        let message = "Too many people are connected from your address. Come back later.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_sockets", message)
    }

    pub(crate) fn upload_stalled() -> Self {
        let message = "The upload stood still for too long. It goes on where it stopped.";
        Self::new(StatusCode::REQUEST_TIMEOUT, "upload_stalled", message)
    }

    pub(crate) fn restarting() -> Self {
        RoomsError::Stopping.into()
    }

    pub(crate) fn too_slow() -> Self {
        let message = "That request took too long. Try again.";
        Self::new(StatusCode::REQUEST_TIMEOUT, "too_slow", message)
    }

    pub(crate) fn upgrade_required() -> Self {
        let message = "This address speaks WebSocket. See docs/protocol.md.";
        Self::new(StatusCode::UPGRADE_REQUIRED, "upgrade_required", message)
    }

    pub(crate) fn websocket_version() -> Self {
        let message = "This server speaks version 13 of WebSocket.";
        Self::new(StatusCode::UPGRADE_REQUIRED, "websocket_version", message)
    }

    pub(crate) fn websocket_key() -> Self {
        let message = "Sec-WebSocket-Key must be 16 bytes in base64.";
        Self::new(StatusCode::BAD_REQUEST, "websocket_key", message)
    }

    /// Something of ours failed; what it was is in the log, not in the answer.
    pub(crate) fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        let message = "Something went wrong on the server. Try again in a moment.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }
}

impl ApiError {
    /// The sentence alone, for clients that expect plain text.
    pub(crate) fn into_text(self) -> Response {
        let headers = self.headers();
        (self.status, headers, self.message).into_response()
    }

    /// The bare code, with the sentence beside it, for clients that expect a code alone.
    pub(crate) fn into_bare(self) -> Response {
        let headers = self.headers();
        let body = serde_json::json!({"error": self.code, "message": self.message});
        (self.status, headers, Json(body)).into_response()
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if self.status == StatusCode::UPGRADE_REQUIRED {
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        }
        if self.status == StatusCode::PRECONDITION_FAILED {
            headers.insert("tus-version", HeaderValue::from_static(crate::http::tus::VERSION));
        }
        if let Some(wait) = self.wait {
            // Whole seconds, and never too early.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        headers
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let headers = self.headers();
        let body = ErrorBody {
            error: ErrorInfo {
                code: self.code.to_owned(),
                message: self.message,
            },
        };
        (self.status, headers, Json(body)).into_response()
    }
}
