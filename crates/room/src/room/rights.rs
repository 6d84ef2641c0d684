//! Who may do what: the one place that is asked.
//!
//! Hosts may all that concerns the room. What others may besides is set: to control the film, and to add films.

use super::Room;
use crate::id::MemberId;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// Whose right something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhoMay {
    /// Hosts alone.
    #[default]
    Hosts,
    /// Everybody in the room.
    Everybody,
}

impl Room {
    /// Whether a member may play, pause, seek and change the speed.
    ///
    /// # Errors
    /// [`Refusal::NotHost`] if they may not, [`Refusal::NotMember`] if they are not in the room.
    pub fn may_control(&self, member: MemberId) -> Result<(), Refusal> {
        self.may(member, self.settings.who_controls)
    }

    /// Whether a member may bring films: by uploads, from the library, by links, with their subtitles.
    ///
    /// # Errors
    /// [`Refusal::NotHost`] if they may not, [`Refusal::NotMember`] if they are not in the room.
    pub fn may_add(&self, member: MemberId) -> Result<(), Refusal> {
        self.may(member, self.settings.who_adds)
    }

    /// Whether a member is host, for what is the hosts' alone: settings, and what becomes of people.
    ///
    /// # Errors
    /// [`Refusal::NotHost`] if they are not, [`Refusal::NotMember`] if they are not in the room.
    pub fn may_lead(&self, member: MemberId) -> Result<(), Refusal> {
        self.may(member, WhoMay::Hosts)
    }

    fn may(&self, member: MemberId, who: WhoMay) -> Result<(), Refusal> {
        let member = self.members.get(member).ok_or(Refusal::NotMember)?;
        match who {
            WhoMay::Everybody => Ok(()),
            WhoMay::Hosts if member.host => Ok(()),
            WhoMay::Hosts => Err(Refusal::NotHost),
        }
    }
}
