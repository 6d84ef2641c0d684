//! HTTP: which address leads where.
//!
//! | file | owns |
//! |---|---|
//! | [`api`] | rooms: make one, look at one, enter one |
//! | [`films`] | the list of films, and the films' bytes |
//! | [`uploads`] | films on their way in, by the tus protocol |
//! | [`tus`] | the headers of that protocol |
//! | [`receiving`] | the bytes of one upload |
//! | [`page`] | the page and its files, out of the binary |
//! | [`identity`] | who somebody is: the signed cookie |
//! | [`guard`] | what holds for every request: headers, other origins |
//! | [`error`] | every refusal over HTTP, with its status and sentence |

mod api;
pub(crate) mod error;
mod films;
mod guard;
mod identity;
mod page;
mod receiving;
mod tus;
mod uploads;

use crate::app::App;
use crate::core::Core;
use crate::limits;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{any, get, post};
use std::net::SocketAddr;
use std::sync::Arc;

/// Where a request came in, put into it by the core that took it.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) core: Arc<Core>,
    pub(crate) address: SocketAddr,
}

/// The routes. `docs/openapi.json` describes those under `/api`.
pub(crate) fn router(app: Arc<App>) -> Router {
    let known_visitor = from_fn_with_state(Arc::clone(&app), identity::know_visitor);
    let begin = post(uploads::create).options(uploads::options);
    let uploads = Router::new()
        .route("/api/rooms/{code}/uploads", begin)
        .route("/api/uploads/{id}", any(uploads::one))
        .layer(map_response(tus::mark));
    Router::new()
        .route("/api/rooms", post(api::create_room))
        .route("/api/rooms/{code}", get(api::room))
        .route("/api/rooms/{code}/ws", get(api::enter))
        .route("/api/rooms/{code}/films", get(films::list))
        .route("/api/rooms/{code}/films/scan", post(films::scan))
        .route("/api/openapi.json", get(api::openapi))
        .route("/api/{*rest}", any(api::unknown))
        .layer(DefaultBodyLimit::max(limits::JSON_BYTES_MAX))
        .layer(from_fn(guard::within_time))
        .merge(uploads)
        .method_not_allowed_fallback(api::wrong_method)
        .fallback(api::anywhere)
        .layer(known_visitor)
        .route("/health", get(api::health))
        .route("/media/{id}/{name}", any(films::bytes))
        .layer(from_fn(guard::refuse_other_origins))
        .layer(map_response(guard::harden))
        .with_state(app)
}
