//! Spots over HTTP: where this browser wants to go on in a film. A page tells it now and then while it plays, and
//! when it goes; so it is a request that outlives the page, and no message of a connection that does not.
//!
//! Only who is or was in the room may ask, and only about its films: a spot costs a place in the database.

use super::api::AtRoom;
use super::error::ApiError;
use crate::app::App;
use crate::limits;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, FromRequestParts, RawPathParams, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode, header};
use matinee_room::{Film, FilmId, Identity, Refusal};
use matinee_store::SpotKey;
use matinee_wire::native::message::{NewSpot, Spot};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// `GET /api/rooms/{code}/films/{film}/spot`
pub(super) async fn get(
    State(app): State<Arc<App>>,
    FilmOfMine { key, .. }: FilmOfMine,
) -> Result<([(HeaderName, &'static str); 1], Json<Spot>), ApiError> {
    let spot = app.store.spot(key).await?;
    let position_ms = spot.and_then(|spot| spot.parse().ok());
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(Spot { position_ms })))
}

/// `PUT /api/rooms/{code}/films/{film}/spot`
pub(super) async fn put(
    State(app): State<Arc<App>>,
    Extension(identity): Extension<Identity>,
    FilmOfMine { film, key }: FilmOfMine,
    body: Result<Json<NewSpot>, JsonRejection>,
) -> Result<StatusCode, ApiError> {
    let Json(told) = body.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::body_too_large(),
        _ => ApiError::bad_body(error.body_text()),
    })?;
    let longest_ms = matinee_room::limits::DURATION_MS_MAX;
    if told.position_ms > longest_ms || told.duration_ms.is_some_and(|ms| ms == 0 || ms > longest_ms) {
        return Err(Refusal::DurationOutOfRange.into());
    }
    app.spot_rates.check(&identity)?;
    let duration_ms = film.duration_ms.or(told.duration_ms);
    let spot = is_spot(told.position_ms, duration_ms).then(|| told.position_ms.to_string());
    app.store.save_spot(key, spot).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether somebody would want to go on there: not at the start, and not where only the credits are left.
fn is_spot(position_ms: u64, duration_ms: Option<u64>) -> bool {
    let credits_ms = |all_ms: u64| (all_ms / 100 * limits::CREDITS_PERCENT).min(limits::CREDITS_MS_MAX);
    let end_ms = duration_ms.map_or(u64::MAX, |all_ms| all_ms - credits_ms(all_ms));
    (limits::SPOT_MS_MIN..end_ms).contains(&position_ms)
}

/// A film of a room, asked about by somebody who is or was in it.
pub(super) struct FilmOfMine {
    film: Film,
    key: SpotKey,
}

impl FromRequestParts<Arc<App>> for FilmOfMine {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Extension(identity) =
            <Extension<Identity> as FromRequestParts<_>>::from_request_parts(parts, app)
                .await
                .map_err(|error| ApiError::internal(&error))?;
        let AtRoom { code, room } = <AtRoom as FromRequestParts<_>>::from_request_parts(parts, app).await?;
        // What is no text is no room's, and none comes so far.
        let params = RawPathParams::from_request_parts(parts, app).await;
        let asked = params.ok().and_then(|params| {
            let film = params.iter().find(|(name, _)| *name == "film");
            film.map(|(_, film)| FilmId::new(film))
        });
        let asked = asked.ok_or_else(ApiError::no_such_film)?;
        let (who, wanted) = (identity.clone(), asked.clone());
        let (knows, on) = room
            .look(move |room| {
                let on = room.playback().film.clone().filter(|film| film.id == wanted);
                (room.knows(&who), on)
            })
            .await?;
        if !knows {
            return Err(ApiError::not_in_room());
        }
        let film = on
            .or_else(|| app.films.for_room(&code, &asked))
            .ok_or_else(ApiError::no_such_film)?;
        let key = SpotKey {
            viewer: identity.to_string(),
            film: Some(lasting_id(&film)),
        };
        Ok(Self { film, key })
    }
}

/// What a film is remembered by. One that is elsewhere has another id each time it is put on, but one address.
fn lasting_id(film: &Film) -> FilmId {
    if film.url.starts_with('/') {
        return film.id.clone();
    }
    let hash = Sha256::digest(film.url.as_bytes());
    let digits: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    FilmId::new(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use matinee_room::FilmKind;

    const MINUTE: u64 = 60_000;

    #[test]
    fn the_start_and_the_credits_are_no_spots() {
        for (position_ms, duration_ms, expected) in [
            (0, Some(100 * MINUTE), false),
            (29_999, Some(100 * MINUTE), false),
            (30_000, Some(100 * MINUTE), true),
            (97 * MINUTE - 1, Some(100 * MINUTE), true),
            (97 * MINUTE, Some(100 * MINUTE), false),
            // Of a long film the last minutes, of a short one less.
            (197 * MINUTE - 1, Some(200 * MINUTE), true),
            (197 * MINUTE, Some(200 * MINUTE), false),
            (97_000 - 1, Some(100_000), true),
            (97_000, Some(100_000), false),
            (50 * MINUTE, Some(40 * MINUTE), false),
            (50 * MINUTE, None, true),
            (0, Some(1), false),
        ] {
            assert_eq!(
                is_spot(position_ms, duration_ms),
                expected,
                "{position_ms} of {duration_ms:?}"
            );
        }
    }

    #[test]
    fn a_film_elsewhere_is_known_by_its_address() {
        let film = |id: &str, url: &str| Film {
            id: FilmId::new(id),
            title: "The General".into(),
            kind: FilmKind::File,
            url: url.into(),
            duration_ms: None,
        };
        let id = |id, url| lasting_id(&film(id, url));
        assert_eq!(id("a", "/media/a/general.mp4"), FilmId::new("a"));
        let elsewhere = id("a", "https://a.example/general.mp4");
        assert_eq!(id("b", "https://a.example/general.mp4"), elsewhere);
        assert_ne!(id("a", "https://a.example/kid.mp4"), elsewhere);
    }
}
