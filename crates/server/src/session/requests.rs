//! What a message means, done: by the room, by the server, or refused.

use super::closing::Closing;
use super::framed::Framed;
use super::{Seat, Session};
use crate::links::Link;
use crate::passwords::{self, PasswordError};
use crate::rooms::RoomGone;
use crate::rooms::handle::ToRoom;
use matinee_room::{Command, Configure, Film, FilmId};
use matinee_wire::{Dialect, Hello, Request, Which};

impl Seat {
    async fn command(&self, id: Option<u64>, command: Command) -> Result<(), RoomGone> {
        self.room
            .send(ToRoom::Command {
                member: self.member,
                id,
                command,
            })
            .await
    }
}

impl Session {
    /// Gives the room a command if there is a place for it at once. All else is given back.
    pub(super) fn give(&self, request: Request) -> Option<Request> {
        let place = self.seat.as_ref().map(|seat| (seat.member, seat.room.place()));
        match (request, place) {
            (Request::Command { id, command }, Some((member, Some(place)))) => {
                place.take(ToRoom::Command { member, id, command });
                None
            }
            (request, _) => Some(request),
        }
    }

    pub(super) async fn carry_out(&mut self, dialect: Dialect, request: Request) {
        if self.obey(dialect, request).await.is_err() {
            // The room was put away in the moment between: the client comes back and finds it.
            self.outbox.close(Closing::Restarting);
        }
    }

    async fn obey(&mut self, dialect: Dialect, request: Request) -> Result<(), RoomGone> {
        match (request, &self.seat) {
            // Answered where its arrival is known.
            (Request::Clock { .. }, _) => Ok(()),
            (Request::Pong, _) => {
                self.ponged();
                Ok(())
            }
            (Request::Answer(frames), _) => {
                for frame in frames {
                    self.outbox.push(Framed::new(frame));
                }
                Ok(())
            }
            (Request::Hello(hello), None) => Box::pin(self.come_in(dialect, hello)).await,
            (Request::Hello(hello), Some(_)) if dialect.speech().moves() => {
                Box::pin(self.move_on(dialect, hello)).await
            }
            (Request::Hello(_), Some(_)) => {
                self.refuse(None, "already_in", "You are in this room already.");
                Ok(())
            }
            (_, None) => {
                self.refuse(
                    None,
                    "hello_first",
                    "Say hello first: no room listens to strangers.",
                );
                Ok(())
            }
            (Request::Command { id, command }, Some(seat)) => seat.command(id, command).await,
            (Request::Pick { id, film }, Some(seat)) => self.with_film(seat, id, film, Command::Pick).await,
            (Request::Add { id, film, next }, Some(seat)) => {
                let add = |film| Command::Add { film, next };
                self.with_film(seat, id, film, add).await
            }
            (Request::Settings { id, change, password }, Some(seat)) => {
                Box::pin(self.configure(seat, id, change, password)).await
            }
            (Request::Leave, Some(_)) if dialect.speech().moves() => self.leave().await,
            (Request::Leave, Some(seat)) => {
                seat.room
                    .send(ToRoom::Leave {
                        member: seat.member,
                        close: true,
                    })
                    .await
            }
        }
    }

    /// Gives the room a command about a film. Who may give it is for the room to say.
    async fn with_film(
        &self,
        seat: &Seat,
        id: Option<u64>,
        film: Which,
        command: impl FnOnce(Film) -> Command,
    ) -> Result<(), RoomGone> {
        match film {
            Which::Here(film) => match self.app.films.for_room(&seat.code, &FilmId::new(film)) {
                Some(film) => return seat.command(id, command(film)).await,
                None => {
                    let message = "That film is not here any more. Scan the library again.";
                    self.refuse(id, "no_such_film", message);
                }
            },
            Which::Elsewhere(url) => match Link::read(&url).and_then(Link::into_playable_film) {
                Ok(film) => return seat.command(id, command(film)).await,
                Err(no) => self.refuse(id, no.code(), &no.to_string()),
            },
        }
        Ok(())
    }

    async fn configure(
        &self,
        seat: &Seat,
        id: Option<u64>,
        change: Configure,
        password: Option<String>,
    ) -> Result<(), RoomGone> {
        // Before the work of hashing; the room asks again when the change comes.
        let member = seat.member;
        if let Err(refusal) = seat.room.look(move |room| room.may_lead(member)).await? {
            self.refuse(id, refusal.code(), &refusal.to_string());
            return Ok(());
        }
        match self.new_password(password).await {
            Ok(password) => {
                let change = Configure { password, ..change };
                seat.command(id, Command::Configure(change)).await
            }
            Err(error) => {
                self.refuse(id, error.code(), &error.to_string());
                Ok(())
            }
        }
    }

    /// Goes from a room to another, or stays where it is if that one refuses.
    async fn move_on(&mut self, dialect: Dialect, hello: Hello) -> Result<(), RoomGone> {
        let before = self.seat.take();
        let came = self.come_in(dialect, hello).await;
        let after = std::mem::replace(&mut self.seat, before);
        // Now the room before hears of what becomes of this connection.
        came?;
        if let Some(after) = after {
            let here = |seat: &Seat| (seat.member, seat.code.clone());
            if self.seat.as_ref().map(here) != Some(here(&after)) {
                // A room that has ended is left already.
                let _ = self.leave().await;
            }
            self.seat = Some(after);
        }
        Ok(())
    }

    /// Leaves a room; the connection stays.
    async fn leave(&mut self) -> Result<(), RoomGone> {
        match self.seat.take() {
            Some(seat) => {
                seat.room
                    .send(ToRoom::Leave {
                        member: seat.member,
                        close: false,
                    })
                    .await
            }
            None => Ok(()),
        }
    }

    async fn new_password(
        &self,
        password: Option<String>,
    ) -> Result<Option<Option<matinee_room::PasswordHash>>, PasswordError> {
        match password {
            None => Ok(None),
            Some(password) if password.is_empty() => Ok(Some(None)),
            Some(password) => passwords::hash(&self.app.hashing, password)
                .await
                .map(|hash| Some(Some(hash))),
        }
    }
}
