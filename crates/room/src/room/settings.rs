//! What hosts may set, and who hears of it.

use super::{Events, Room, WhoMay, to_all};
use crate::event::{Cause, Happening};
use crate::id::Timestamp;
use crate::input::Configure;
use crate::limits;
use crate::log::{LineKind, Setting};
use crate::refusal::Refusal;
use crate::text;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A password's hash, in PHC string form. Never shown, not even in `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// What hosts may set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The room's name.
    pub name: String,
    /// Its password, if it has one.
    pub password: Option<PasswordHash>,
    /// Whether newcomers become hosts.
    pub newcomers_may_control: bool,
    /// Who may control the film.
    #[serde(default)]
    pub who_controls: WhoMay,
    /// Who may add films.
    #[serde(default)]
    pub who_adds: WhoMay,
    /// Whether nobody new comes in; those who were in may come back.
    #[serde(default)]
    pub closed_to_newcomers: bool,
    /// Seconds between two messages of one who is no host; 0 for none.
    #[serde(default)]
    pub slow_s: u32,
    /// How long the room waits for a member whose player has run dry, in seconds; 0 for never. `None` for as long as
    /// the server says.
    #[serde(default)]
    pub wait_seconds: Option<u32>,
}

impl Room {
    pub(super) fn configure(
        &mut self,
        now: Timestamp,
        cause: Cause,
        change: Configure,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        self.may_lead(cause.member)?;
        let mut settings = self.settings.clone();
        if let Some(name) = change.name {
            settings.name = text::room_name(&name)?;
        }
        if let Some(password) = change.password {
            settings.password = password;
        }
        if let Some(newcomers_may_control) = change.newcomers_may_control {
            settings.newcomers_may_control = newcomers_may_control;
        }
        settings.who_controls = change.who_controls.unwrap_or(settings.who_controls);
        settings.who_adds = change.who_adds.unwrap_or(settings.who_adds);
        let closed = change.closed_to_newcomers;
        settings.closed_to_newcomers = closed.unwrap_or(settings.closed_to_newcomers);
        settings.slow_s = change.slow_s.unwrap_or(settings.slow_s);
        if settings.slow_s > limits::SLOW_S_MAX {
            return Err(Refusal::SlowOutOfRange {
                seconds_max: limits::SLOW_S_MAX,
            });
        }
        settings.wait_seconds = change.wait_seconds.or(settings.wait_seconds);
        if settings.wait_seconds > Some(limits::WAIT_SECONDS_MAX) {
            return Err(Refusal::WaitOutOfRange {
                seconds_max: limits::WAIT_SECONDS_MAX,
            });
        }
        if settings != self.settings {
            let before = std::mem::replace(&mut self.settings, settings);
            events.push(to_all(Some(cause), Happening::Settings));
            if before.who_controls != self.settings.who_controls {
                events.push(to_all(Some(cause), Happening::Rights));
            }
            for what in news(&before, &self.settings) {
                let line = self.line(now, cause.member, LineKind::Set { what });
                events.push(to_all(Some(cause), line));
            }
        }
        Ok(())
    }
}

/// What everybody should know of a change of settings. The name they see anyway.
fn news(before: &Settings, after: &Settings) -> Vec<Setting> {
    let closed = (after.closed_to_newcomers, Setting::Closed, Setting::Open);
    let controls = after.who_controls == WhoMay::Everybody;
    let controls = (controls, Setting::EverybodyControls, Setting::HostsControl);
    let adds = after.who_adds == WhoMay::Everybody;
    let adds = (adds, Setting::EverybodyAdds, Setting::HostsAdd);
    let password = (after.password.is_some(), Setting::Password, Setting::NoPassword);
    let slow = (after.slow_s > 0, Setting::Slow, Setting::NotSlow);
    let news = [
        (before.closed_to_newcomers != after.closed_to_newcomers, closed),
        (before.who_controls != after.who_controls, controls),
        (before.who_adds != after.who_adds, adds),
        (before.password != after.password, password),
        (before.slow_s != after.slow_s, slow),
    ];
    let changed = news.into_iter().filter(|(changed, _)| *changed);
    changed
        .map(|(_, (is_so, yes, no))| if is_so { yes } else { no })
        .collect()
}
