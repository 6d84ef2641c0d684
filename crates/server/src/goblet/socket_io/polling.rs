//! The requests of a session whose client polls, and who minds it meanwhile.

use super::asked::{Asked, Mistake};
use super::socket::{Socket, Waiting, Way};
use super::{Sid, Sockets, Ticket, first_packet};
use crate::goblet::routes::text;
use crate::limits;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use matinee_wire::goblet::packets;
use std::sync::Arc;
use tokio::time::{sleep_until, timeout};

/// Opens a session.
pub(super) fn open(sockets: &Sockets, sid: Sid, ticket: Ticket, asked: &Asked) -> Response<Body> {
    let socket = sockets.open(sid, ticket, asked, Way::Polling(Waiting::default()));
    tokio::spawn(mind(sockets.clone(), socket));
    let mut body = String::new();
    packets::put(
        asked.generation,
        &mut body,
        &first_packet(sockets, sid, &["websocket"]),
    );
    text(body)
}

/// Minds a session as long as its client polls.
async fn mind(sockets: Sockets, socket: Arc<Socket>) {
    loop {
        let changed = socket.changed.notified();
        if !socket.is_polling() {
            // It is minded by its WebSocket's task.
            return;
        }
        if socket.has_ended() {
            break;
        }
        tokio::select! {
            () = sleep_until(socket.deadline()) => socket.tick(),
            () = changed => {}
        }
    }
    sockets.has_left(&socket).await;
    // Its client may not know yet.
    let _ = timeout(limits::CLOSE_WITHIN, is_fetched(&socket)).await;
    sockets.forget(socket.sid);
}

async fn is_fetched(socket: &Socket) {
    loop {
        let changed = socket.changed.notified();
        if socket.is_fetched() {
            return;
        }
        changed.await;
    }
}

/// Answers with what waits for the client, as soon as there is something.
pub(super) async fn poll(sockets: &Sockets, socket: &Arc<Socket>) -> Response<Body> {
    if !socket.begins_poll() {
        if socket.is_polling() {
            // Who asks twice at once would hear things in any order.
            socket.end();
        }
        return Mistake::Request.into_response();
    }
    let mut poll = Poll {
        socket: Arc::clone(socket),
        is_answered: false,
    };
    let body = loop {
        let changed = socket.changed.notified();
        if let Some(body) = socket.take(sockets.0.message_bytes_max) {
            break body;
        }
        changed.await;
    };
    poll.is_answered = true;
    text(body)
}

/// A poll that waits for its answer. A client that hangs up meanwhile is gone for good: none comes back to a
/// session after a poll that failed. Without this it would count as there until a ping goes unanswered.
struct Poll {
    socket: Arc<Socket>,
    is_answered: bool,
}

impl Drop for Poll {
    fn drop(&mut self) {
        self.socket.ends_poll();
        if !self.is_answered {
            self.socket.end();
        }
    }
}

/// Takes what the client says.
pub(super) async fn post(sockets: &Sockets, socket: &Arc<Socket>, request: Request) -> Response<Body> {
    if !socket.is_polling() {
        return Mistake::Request.into_response();
    }
    let body = Limited::new(request.into_body(), sockets.0.message_bytes_max);
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => {
            socket.end();
            return match error.downcast_ref::<LengthLimitError>() {
                Some(_) => {
                    (StatusCode::PAYLOAD_TOO_LARGE, text("That message is too large.")).into_response()
                }
                None => Mistake::Request.into_response(),
            };
        }
    };
    let body = std::str::from_utf8(&body).ok();
    let said = body.and_then(|body| packets::in_body(socket.generation, body));
    let is_well = said.is_some_and(|said| {
        let mut said = said.into_iter();
        said.all(|packet| socket.has_ended() || socket.hear(sockets, packet))
    });
    if !is_well {
        socket.end();
        return Mistake::Request.into_response();
    }
    text("ok")
}
