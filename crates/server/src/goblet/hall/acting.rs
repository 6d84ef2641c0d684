//! What viewers do to the film.

use super::{GobletError, Hall, Seated};
use crate::goblet::handle::Action;
use crate::goblet::public_id::Visitor;
use crate::limits;
use crate::rooms::RoomGone;
use crate::rooms::handle::ToRoom;
use matinee_room::{Command, Refusal, Room};

impl Hall {
    pub(super) async fn act(&mut self, visitor: Visitor, action: Action) -> Result<(), GobletError> {
        let seat = self.enter(&visitor).await?;
        self.apply(&seat, action).await
    }

    /// Does something to the film for somebody who may do so much.
    async fn apply(&self, (room, member): &Seated, action: Action) -> Result<(), GobletError> {
        let member = *member;
        let now = self.clock.now();
        // Decided by the room as it stands: only we hold this member's hand.
        let decide = move |room: &Room| -> Result<Command, Refusal> {
            match action {
                Action::PutOn(_) => room.may_add(member)?,
                _ => room.may_control(member)?,
            }
            Ok(command(room, now, action))
        };
        let command = room
            .look(decide)
            .await
            .map_err(|RoomGone| GobletError::Restarting)?;
        let command = ToRoom::Command {
            member,
            id: None,
            command: command?,
        };
        room.send(command)
            .await
            .map_err(|RoomGone| GobletError::Restarting)
    }

    pub(super) async fn stands(&mut self, visitor: Visitor, position_ms: u64) -> Result<bool, GobletError> {
        if self.presence.host() != Some(&visitor.id) {
            return Ok(false);
        }
        let seat = self.enter(&visitor).await?;
        let now = self.clock.now();
        let here = seat.0.look(move |room| room.playback().position_at(now)).await;
        let here = here.map_err(|RoomGone| GobletError::Restarting)?;
        if position_ms.abs_diff(here) > limits::HOST_DRIFT_MS_MAX {
            self.apply(&seat, Action::Seek { position_ms }).await?;
        }
        Ok(true)
    }
}

/// What somebody does to the film, as a command to this room. Who jumps while it plays is there already, and plays on: the
/// room follows their player.
fn command(room: &Room, now: matinee_room::Timestamp, action: Action) -> Command {
    let playback = room.playback();
    let (position_ms, paused) = (playback.position_at(now), playback.paused);
    // Without a film of the room's, players show one of their own.
    let lead = |position_ms, paused| Command::Lead {
        position_ms,
        paused,
        rate: playback.rate,
        force: true,
        text: None,
    };
    let seen = u64::MAX;
    match (action, playback.film.is_some()) {
        (Action::PutOn(film), _) => Command::Pick(film),
        (Action::Play, true) => Command::Play { seen },
        (Action::Play, false) => lead(position_ms, false),
        (Action::Pause, true) => Command::Pause { seen },
        (Action::Pause, false) => lead(position_ms, true),
        (Action::Seek { position_ms }, true) if paused => Command::Seek { seen, position_ms },
        (Action::Seek { position_ms }, _) => lead(position_ms, paused),
    }
}
