//! HTTP: which address leads where.
//!
//! | file | owns |
//! |---|---|
//! | [`api`] | rooms: make one, look at one, enter one |
//! | [`films`] | the list of films, and the films' bytes |
//! | [`extras`] | what there is of a film besides picture and sound |
//! | [`uploads`] | films on their way in, by the tus protocol |
//! | [`tus`] | the headers of that protocol |
//! | [`receiving`] | the bytes of one upload |
//! | [`party_sockets`] | what games ask of a room before they enter |
//! | [`spots`] | where a browser wants to go on in a film |
//! | [`metrics`] | figures for who runs the server |
//! | [`page`] | the page and its files, out of the binary |
//! | [`identity`] | who somebody is: the signed cookie |
//! | [`video_sync`] | VideoSync's sessions and films, for pages of any site |
//! | [`guard`] | what holds for every request: headers, other origins |
//! | [`error`] | every refusal over HTTP, with its status and sentence |

pub(crate) mod api;
pub(crate) mod error;
mod extras;
mod films;
pub(crate) mod guard;
pub(crate) mod identity;
mod metrics;
mod page;
mod party_sockets;
pub(crate) mod receiving;
mod spots;
mod tus;
mod uploads;
mod video_sync;

use crate::app::App;
use crate::core::Core;
use crate::goblet;
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

/// The routes. `docs/openapi.json` describes those that stand here.
pub(crate) fn router(app: Arc<App>) -> Router {
    let open_to_all = open_to_all(&app);
    let known_visitor = from_fn_with_state(Arc::clone(&app), identity::know_visitor);
    let spot = get(spots::get).put(spots::put);
    let begin = post(uploads::create).options(uploads::options);
    let uploads = Router::new()
        .route("/api/rooms/{code}/uploads", begin)
        .route("/api/uploads/{id}", any(uploads::one))
        .layer(map_response(tus::mark));
    let added_subtitles = get(extras::text).delete(extras::remove);
    let (form, goblet) = match app.goblet {
        Some(_) => (goblet::for_films(), goblet::addresses()),
        None => (Router::new(), Router::new()),
    };
    Router::new()
        .route("/api/rooms", post(api::create_room))
        .route("/api/rooms/{code}", get(api::room))
        .route("/api/rooms/{code}/ws", get(api::enter))
        .route("/api/rooms/{code}/films", get(films::list))
        .route("/api/rooms/{code}/films/scan", post(films::scan))
        .route("/api/rooms/{code}/films/{film}/spot", spot)
        .route("/api/rooms/{code}/films/{film}/extras", get(extras::describe))
        .route("/api/rooms/{code}/subtitles/{id}", added_subtitles)
        .route("/api/openapi.json", get(api::openapi))
        .route("/api/{*rest}", any(api::unknown))
        .layer(DefaultBodyLimit::max(limits::JSON_BYTES_MAX))
        .layer(from_fn(guard::within_time))
        .merge(uploads)
        .route("/api/rooms/{code}/films/{film}/subtitles", post(extras::add))
        .route("/room/{code}", get(party_sockets::room))
        .merge(form)
        .method_not_allowed_fallback(api::wrong_method)
        .fallback(api::anywhere)
        .layer(known_visitor)
        .merge(goblet)
        .route("/health", get(api::health))
        .route("/metrics", get(metrics::metrics))
        .route("/media/{id}/{name}", any(films::bytes))
        .route("/streams/{id}/{name}", any(films::stream))
        .route("/extras/{id}/{name}", any(extras::piece))
        .route("/extras/{id}/beside/{name}", any(extras::beside))
        .layer(from_fn(guard::refuse_other_origins))
        // Pages of any site may use these, as nobody: no cookie goes with them.
        .merge(open_to_all)
        .layer(map_response(guard::harden))
        .with_state(app)
}

/// What VideoSync's player asks for, from wherever its page is.
fn open_to_all(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/api/sessions", post(video_sync::create))
        .route("/api/sessions/{key}", get(video_sync::session))
        .route("/api/sessions/{key}/validate", get(video_sync::validate))
        .route("/api/sessions/{key}/migrate", post(video_sync::migrate))
        .route("/api/video", any(video_sync::films::current))
        .merge(video_sync::films::routes())
        .method_not_allowed_fallback(video_sync::wrong_method)
        .layer(from_fn_with_state(Arc::clone(app), video_sync::for_any_site))
}
