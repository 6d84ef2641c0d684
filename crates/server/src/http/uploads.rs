//! Films on their way in, by the tus protocol: begin one, ask how far it is, go on with it, end it.

use super::api::{AtRoom, seeker};
use super::error::ApiError;
use super::films::{TabQuery, adder};
use super::receiving::{Receiving, Sent, drain};
use super::tus;
use crate::addresses::network_of;
use crate::app::{self, App};
use crate::rooms::RoomHandle;
use crate::rooms::handle::ToRoom;
use crate::uploads::{CompleteError, Kept, Turn};
use axum::body::{Body, HttpBody};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use matinee_media::{FilmFile, PartialId, UploadError};
use matinee_room::{Identity, Input, MemberId, UploadId, UploadKey};
use matinee_store::SavedUpload;
use std::net::IpAddr;
use std::sync::Arc;

/// The film that an upload has become, for those who may list it.
const MATINEE_FILM: HeaderName = HeaderName::from_static("matinee-film");

/// `OPTIONS` of all of it.
pub(super) async fn options(State(app): State<Arc<App>>) -> Response {
    tus::capabilities(app.config.upload_bytes_max).into_response()
}

/// `POST /api/rooms/{code}/uploads`
pub(super) async fn create(
    State(app): State<Arc<App>>,
    at: AtRoom,
    Extension(identity): Extension<Identity>,
    query: Result<Query<TabQuery>, QueryRejection>,
    request: Request,
) -> Result<Response, ApiError> {
    let (mut parts, mut body) = request.into_parts();
    let address = seeker(&app, &mut parts).await?.address;
    let headers = parts.headers;
    if tus::method(&parts.method, &headers) != Some(Method::POST) {
        return Err(ApiError::wrong_method());
    }
    // In a task of its own, so that it is done or not done when the connection breaks.
    let (running, ending) = (app.running.clone(), app.ending.clone());
    let created = running.spawn(async move {
        let created = match query {
            Ok(Query(query)) => begin(&app, at, (identity, address), query.tab, &headers, &mut body).await,
            Err(error) => Err(ApiError::bad_query(error.body_text())),
        };
        if created.is_err() {
            drain(&mut body, ending).await;
        }
        created
    });
    created.await.map_err(|error| ApiError::internal(&error))?
}

async fn begin(
    app: &Arc<App>,
    AtRoom { code, room }: AtRoom,
    (identity, address): (Identity, IpAddr),
    tab: String,
    headers: &HeaderMap,
    body: &mut Body,
) -> Result<Response, ApiError> {
    tus::check_version(headers)?;
    let member = adder(&room, identity.clone(), tab).await?;
    let total_bytes = tus::length(headers)?;
    if total_bytes == 0 {
        return Err(UploadError::Empty.into());
    }
    app.films.uploads.check_size(total_bytes)?;
    let metadata = tus::metadata(headers)?;
    let brings_bytes = tus::has_bytes(headers);
    if brings_bytes {
        check_fits(body, total_bytes, total_bytes)?;
    }
    let id = PartialId::from_bytes(app::random().map_err(|error| ApiError::internal(&error))?);
    let saved = SavedUpload {
        id: UploadKey::new(id.as_str()),
        room: code,
        owner: identity,
        member,
        title: matinee_media::title_of(&metadata.file_name),
        metadata: metadata.written,
        total_bytes,
        mark: app.uploads.mark(0, app.clock.latest()),
    };
    let begun = match metadata.is_once {
        true => begun_before(app, &room, &saved).await?,
        false => None,
    };
    let (kept, number) = match begun {
        Some(begun) => begun,
        None => {
            app.upload_rates.check(&network_of(address))?;
            let film = app.films.film_of(&id);
            let kept = Arc::new(Kept::new(id, film, saved.clone(), 0));
            let number = keep(app, &room, &kept, saved).await?;
            (kept, number)
        }
    };
    let sent = match brings_bytes {
        false => Sent::Part(0),
        true => {
            let turn = kept.turn().await.ok_or_else(ApiError::upload_busy)?;
            let receiving = Receiving {
                app: Arc::clone(app),
                kept: Arc::clone(&kept),
                room,
                number,
                member: Some(member),
                turn,
            };
            receiving.take(0, body).await?
        }
    };
    let mut response = told(app, &kept, &sent, StatusCode::CREATED, true);
    if let Ok(location) = HeaderValue::try_from(format!("/api/uploads/{}", kept.id)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// The upload that `new` would be a second time, and its number in the room.
async fn begun_before(
    app: &App,
    room: &RoomHandle,
    new: &SavedUpload,
) -> Result<Option<(Arc<Kept>, UploadId)>, ApiError> {
    let Some(kept) = app.uploads.begun_before(new, app.clock.earliest()) else {
        return Ok(None);
    };
    let key = kept.key();
    let number = room.look(move |room| room.upload_with(&key)).await?;
    // Without one, the request that begins it is still under way.
    Ok(Some((kept, number.ok_or_else(ApiError::upload_busy)?)))
}

/// Makes a place for an upload everywhere, or nowhere. Gives its number in the room.
async fn keep(
    app: &App,
    room: &RoomHandle,
    kept: &Arc<Kept>,
    saved: SavedUpload,
) -> Result<UploadId, ApiError> {
    let missing_bytes = app
        .uploads
        .admit(Arc::clone(kept), &app.films, app.clock.latest())?;
    let kept_at_all = async {
        app.films.uploads.create_partial(&kept.id, missing_bytes).await?;
        let (key, member, total_bytes) = (kept.key(), kept.member, kept.total_bytes);
        let input = Input::UploadKept {
            member,
            key,
            title: kept.title.clone(),
            total_bytes,
        };
        room.ask(|reply| ToRoom::Give { input, reply }).await??;
        let added = app.store.add_upload(saved).await;
        added.map_err(CompleteError::Record)?;
        let key = kept.key();
        let number = room.look(move |room| room.upload_with(&key)).await?;
        number.ok_or_else(ApiError::no_such_upload)
    };
    let kept_at_all = kept_at_all.await;
    if kept_at_all.is_err()
        && let Err(error) = app.remove_upload(kept).await
    {
        tracing::warn!(%error, "an upload that could not begin left something behind");
    }
    kept_at_all
}

/// `/api/uploads/{id}`: what is meant is in the method, or in the header that stands for it.
pub(super) async fn one(
    State(app): State<Arc<App>>,
    Extension(identity): Extension<Identity>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, ApiError> {
    let (parts, mut body) = request.into_parts();
    let headers = parts.headers;
    let method = tus::method(&parts.method, &headers);
    if method == Some(Method::OPTIONS) {
        return Ok(options(State(app)).await);
    }
    let id = path.ok().and_then(|Path(id)| PartialId::parse(&id));
    let (running, ending) = (app.running.clone(), app.ending.clone());
    let done = running.spawn(async move {
        let done = async {
            let wanted = match method {
                Some(Method::HEAD | Method::PATCH | Method::DELETE) => method,
                _ => return Err(ApiError::wrong_method()),
            };
            tus::check_version(&headers)?;
            let id = id.ok_or_else(ApiError::no_such_upload)?;
            match wanted {
                Some(Method::HEAD) => look(&app, &identity, &id).await,
                Some(Method::DELETE) => remove(&app, &identity, &id).await,
                _ => go_on(&app, &identity, &id, &headers, &mut body).await,
            }
        };
        let done = done.await;
        if done.is_err() {
            drain(&mut body, ending).await;
        }
        done
    });
    done.await.map_err(|error| ApiError::internal(&error))?
}

/// What somebody is to an upload whom it concerns at all.
struct Access {
    room: RoomHandle,
    number: UploadId,
    member: Option<MemberId>,
    is_owner: bool,
}

/// Lets in who sends the upload and the hosts of its room. For people elsewhere there is no such upload.
async fn access(app: &App, identity: &Identity, kept: &Kept) -> Result<Access, ApiError> {
    let room = app.rooms.find(&kept.room).await?;
    let room = room.ok_or_else(ApiError::no_such_upload)?;
    let (key, asker, now) = (kept.key(), identity.clone(), app.clock.now());
    let seen = room.look(move |room| {
        if room.keeps_out(now, &asker) {
            return (None, None);
        }
        let member = room.member_of(&asker).map(|member| (member.id, member.host));
        (room.upload_with(&key), member)
    });
    let (number, member) = seen.await?;
    let is_owner = kept.owner == *identity;
    match member {
        Some((_, true)) => {}
        _ if is_owner => {}
        Some(_) => return Err(ApiError::not_sender()),
        None => return Err(ApiError::no_such_upload()),
    }
    Ok(Access {
        number: number.ok_or_else(ApiError::no_such_upload)?,
        room,
        member: member.map(|(id, _)| id),
        is_owner,
    })
}

impl Access {
    fn receiving(self, app: &Arc<App>, kept: &Arc<Kept>, turn: Turn) -> Receiving {
        Receiving {
            app: Arc::clone(app),
            kept: Arc::clone(kept),
            room: self.room,
            number: self.number,
            member: self.member,
            turn,
        }
    }
}

/// `HEAD /api/uploads/{id}`: how far it is. Who sends it asks before they go on: a connection of theirs from which
/// nothing comes any more is given up then.
async fn look(app: &Arc<App>, identity: &Identity, id: &PartialId) -> Result<Response, ApiError> {
    let Some(kept) = app.uploads.find(id, app.clock.earliest()) else {
        return look_at_film(app, identity, id).await;
    };
    let access = access(app, identity, &kept).await?;
    let turn = match access.is_owner {
        true => kept.turn().await,
        false => None,
    };
    if app.uploads.find(id, app.clock.earliest()).is_none() && turn.is_some() {
        // It has ended meanwhile.
        return look_at_film(app, identity, id).await;
    }
    let sent = match turn {
        Some(turn) if kept.is_whole() => Sent::Whole(access.receiving(app, &kept, turn).complete().await?),
        _ => Sent::Part(kept.received_bytes()),
    };
    Ok(told(app, &kept, &sent, StatusCode::OK, true))
}

/// The same for one that has become a film: a client whose last answer was lost must not begin anew.
async fn look_at_film(app: &App, identity: &Identity, id: &PartialId) -> Result<Response, ApiError> {
    let film = app.films.shelf.get(&app.films.film_of(id));
    let film = film.ok_or_else(ApiError::no_such_upload)?;
    let code = app.films.room_of(&film.id).ok_or_else(ApiError::no_such_upload)?;
    let room = app
        .rooms
        .find(&code)
        .await?
        .ok_or_else(ApiError::no_such_upload)?;
    let asker = identity.clone();
    let may = room.look(move |room| Some(room.may_add(room.member_of(&asker)?.id).is_ok()));
    let may_list = may.await?.ok_or_else(ApiError::no_such_upload)?;
    let mut response = StatusCode::OK.into_response();
    put_size(&mut response, film.size_bytes, Some(film.size_bytes));
    if may_list {
        put_film(&mut response, &film);
    }
    Ok(response)
}

/// `PATCH /api/uploads/{id}`
async fn go_on(
    app: &Arc<App>,
    identity: &Identity,
    id: &PartialId,
    headers: &HeaderMap,
    body: &mut Body,
) -> Result<Response, ApiError> {
    let kept = app.uploads.find(id, app.clock.earliest());
    let kept = kept.ok_or_else(ApiError::no_such_upload)?;
    let access = access(app, identity, &kept).await?;
    if !tus::has_bytes(headers) {
        return Err(ApiError::wrong_content_type());
    }
    let offset = tus::count(headers, tus::UPLOAD_OFFSET)?;
    let turn = kept.turn().await.ok_or_else(ApiError::upload_busy)?;
    if kept.was_removed() {
        return Err(ApiError::upload_removed());
    }
    let has_ended = app.uploads.find(id, app.clock.earliest()).is_none();
    if has_ended || offset != kept.received_bytes() {
        return Err(ApiError::wrong_offset(kept.received_bytes()));
    }
    check_fits(body, kept.total_bytes - offset, kept.total_bytes)?;
    let sent = access.receiving(app, &kept, turn).take(offset, body).await?;
    Ok(told(app, &kept, &sent, StatusCode::NO_CONTENT, false))
}

/// Refuses a body that says that it is longer.
fn check_fits(body: &Body, missing_bytes: u64, total_bytes: u64) -> Result<(), ApiError> {
    match body.size_hint().lower() > missing_bytes {
        true => Err(UploadError::TooLong { total_bytes }.into()),
        false => Ok(()),
    }
}

/// `DELETE /api/uploads/{id}`
async fn remove(app: &App, identity: &Identity, id: &PartialId) -> Result<Response, ApiError> {
    let kept = app.uploads.find(id, app.clock.earliest());
    let kept = kept.ok_or_else(ApiError::no_such_upload)?;
    access(app, identity, &kept).await?;
    app.remove_upload(&kept).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Tells how far an upload is; all that is known of it, or only what has changed.
fn told(app: &App, kept: &Kept, sent: &Sent, status: StatusCode, all: bool) -> Response {
    let mut response = status.into_response();
    let total_bytes = all.then_some(kept.total_bytes);
    match sent {
        Sent::Part(received_bytes) => {
            put_size(&mut response, *received_bytes, total_bytes);
            let expires = tus::date(app.uploads.expires_at(kept));
            put(&mut response, tus::UPLOAD_EXPIRES, expires);
        }
        Sent::Whole(film) => {
            put_size(&mut response, kept.total_bytes, total_bytes);
            put_film(&mut response, film);
        }
    }
    if all && !kept.metadata.is_empty() {
        put(&mut response, tus::UPLOAD_METADATA, kept.metadata.clone());
    }
    response
}

fn put_size(response: &mut Response, received_bytes: u64, total_bytes: Option<u64>) {
    put(response, tus::UPLOAD_OFFSET, received_bytes.to_string());
    if let Some(total_bytes) = total_bytes {
        put(response, tus::UPLOAD_LENGTH, total_bytes.to_string());
    }
    put(response, header::CACHE_CONTROL, "no-store".to_owned());
}

fn put_film(response: &mut Response, film: &FilmFile) {
    put(response, MATINEE_FILM, film.id.to_string());
}

fn put(response: &mut Response, name: HeaderName, value: String) {
    // All that is put came as a header or is a number.
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(name, value);
    }
}
