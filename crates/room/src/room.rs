//! The room itself: inputs to events, and who may do what.
//!
//! The one invariant of use: call [`Room::handle`], deliver what it returns, and call it with
//! [`Input::Tick`] when [`Room::poll_timeout`] has come. A refused input changes nothing.

use crate::event::{Audience, Cause, Event, Happening};
use crate::id::{Identity, MemberId, RoomCode, Tab, Timestamp, UploadId};
use crate::input::{Command, Configure, Input, Join, PasswordCheck};
use crate::limits;
use crate::log::{LineKind, Log};
use crate::member::{Member, Members};
use crate::playback::{Film, Playback};
use crate::refusal::Refusal;
use crate::text;
use crate::upload::UploadProgress;
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The room's name.
    pub name: String,
    /// Its password, if it has one.
    pub password: Option<PasswordHash>,
    /// Whether newcomers become hosts.
    pub newcomers_may_control: bool,
}

/// A room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Room {
    code: RoomCode,
    settings: Settings,
    founder: Option<Identity>,
    members: Members,
    playback: Playback,
    changed_at: Timestamp,
    last_upload: u32,
    #[serde(skip)]
    uploads: Vec<Upload>,
    #[serde(skip)]
    log: Log,
    #[serde(skip, default = "default_members_max")]
    members_max: usize,
}

/// An upload, and whether it was begun to be watched at once.
#[derive(Clone, Debug, PartialEq)]
struct Upload {
    progress: UploadProgress,
    put_on: bool,
}

fn default_members_max() -> usize {
    limits::MEMBERS_MAX
}

type Events = Vec<Event>;

impl Room {
    /// A new, empty room. Its founder needs no password and is always host.
    #[must_use]
    pub fn new(now: Timestamp, code: RoomCode, settings: Settings, founder: Option<Identity>) -> Self {
        Self {
            code,
            settings,
            founder,
            members: Members::default(),
            playback: Playback::default(),
            changed_at: now,
            last_upload: 0,
            uploads: Vec::new(),
            log: Log::default(),
            members_max: default_members_max(),
        }
    }

    /// Takes as many members at once, instead of [`limits::MEMBERS_MAX`].
    #[must_use]
    pub fn with_members_max(mut self, members_max: usize) -> Self {
        self.members_max = members_max;
        self
    }

    /// A room as it was kept, with its log: everybody in it has lost their connection just now, and playback
    /// has gone on meanwhile.
    #[must_use]
    pub fn restored(mut self, now: Timestamp, log: Log) -> Self {
        self.members
            .all_away(now.plus_ms(limits::AWAY_AFTER_RESTART_MS_MAX));
        self.playback.hold_from(now);
        self.log = log;
        self
    }

    /// The code it is found by.
    #[must_use]
    pub fn code(&self) -> &RoomCode {
        &self.code
    }

    /// What hosts have set.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Everybody in it, in the order in which they came, away ones too.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        self.members.list()
    }

    /// One of them.
    #[must_use]
    pub fn member(&self, id: MemberId) -> Option<&Member> {
        self.members.get(id)
    }

    /// That tab of that person, if it is in the room.
    #[must_use]
    pub fn find(&self, identity: &Identity, tab: &Tab) -> Option<&Member> {
        self.members.find(identity, tab)
    }

    /// Whether this person has to bring the password to come in.
    #[must_use]
    pub fn asks_password_of(&self, identity: &Identity) -> bool {
        let known = self.founder.as_ref() == Some(identity) || self.members.was_here(identity);
        self.settings.password.is_some() && !known
    }

    /// What plays.
    #[must_use]
    pub fn playback(&self) -> &Playback {
        &self.playback
    }

    /// What was said.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Uploads under way, in the order in which they began.
    pub fn uploads(&self) -> impl Iterator<Item = &UploadProgress> {
        self.uploads.iter().map(|upload| &upload.progress)
    }

    /// The number that the next upload will have.
    #[must_use]
    pub fn next_upload(&self) -> UploadId {
        UploadId(self.last_upload + 1)
    }

    /// When somebody last did something here.
    #[must_use]
    pub fn changed_at(&self) -> Timestamp {
        self.changed_at
    }

    /// Whether nobody is in it, not even away.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.list().is_empty()
    }

    /// When the room next wants [`Input::Tick`], if ever.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        self.members.next_deadline()
    }

    /// Takes one input and says what came of it, in the order in which it happened.
    ///
    /// # Errors
    /// A [`Refusal`], for the one who sent the input; the room is as it was.
    pub fn handle(&mut self, now: Timestamp, input: Input) -> Result<Events, Refusal> {
        let mut events = Events::new();
        match input {
            Input::Join(join) => self.join(now, join, &mut events)?,
            Input::Drop(member) => self.drop_connection(now, member, &mut events)?,
            Input::Leave(member) => self.leave(now, member, &mut events)?,
            Input::Command { member, id, command } => self.obey(now, member, id, command, &mut events)?,
            Input::Latency { member, latency_ms } => {
                let member = self.members.get_mut(member).ok_or(Refusal::NotMember)?;
                member.latency_ms = latency_ms.min(limits::LATENCY_MS_MAX);
            }
            Input::UploadBegins {
                member,
                title,
                total_bytes,
            } => {
                self.upload_begins(now, member, title, total_bytes, &mut events)?;
            }
            Input::UploadMoves {
                upload,
                received_bytes,
            } => {
                if let Some(upload) = self.uploads.iter_mut().find(|u| u.progress.id == upload) {
                    upload.progress.received_bytes = received_bytes.min(upload.progress.total_bytes);
                    events.push(to_all(None, Happening::Uploads));
                }
            }
            Input::UploadEnds { upload, film } => self.upload_ends(now, upload, film, &mut events),
            Input::Tick => {
                while let Some(member) = self.members.overdue(now) {
                    self.leave(now, member, &mut events)?;
                }
            }
        }
        if !events.is_empty() {
            self.changed_at = self.changed_at.max(now);
        }
        Ok(events)
    }

    fn join(&mut self, now: Timestamp, join: Join, events: &mut Events) -> Result<(), Refusal> {
        let Join {
            identity,
            tab,
            name,
            password,
            since,
            replace,
        } = join;
        if tab.as_str().is_empty() || tab.as_str().len() > limits::TAB_BYTES_MAX {
            return Err(Refusal::TabInvalid {
                bytes_max: limits::TAB_BYTES_MAX,
            });
        }
        let name = text::member_name(&name)?;
        if let Some(known) = self.members.find(&identity, &tab) {
            if !known.is_away() && !replace {
                return Err(Refusal::TabTaken);
            }
            let id = known.id;
            self.come_back(id, name, since, events);
            return Ok(());
        }
        if self.asks_password_of(&identity) {
            match password {
                PasswordCheck::Right => {}
                PasswordCheck::Wrong => return Err(Refusal::WrongPassword),
                PasswordCheck::None => return Err(Refusal::PasswordNeeded),
            }
        }
        if self.members.list().len() >= self.members_max {
            return Err(Refusal::RoomFull {
                members_max: self.members_max,
            });
        }
        let host = self.settings.newcomers_may_control || self.founder.as_ref() == Some(&identity);
        let id = self.members.enter(identity, tab, name, host);
        events.push(Event {
            to: Audience::Only(id),
            cause: None,
            what: Happening::Welcome { member: id, since },
        });
        events.push(Event {
            to: Audience::Except(id),
            cause: None,
            what: Happening::Joined(id),
        });
        let line = self.line(now, id, LineKind::Joined);
        // Not to the newcomer: their welcome carries the log with this line in it.
        events.push(Event {
            to: Audience::Except(id),
            cause: None,
            what: line,
        });
        Ok(())
    }

    fn come_back(&mut self, id: MemberId, name: String, since: u64, events: &mut Events) {
        let Some(member) = self.members.get_mut(id) else {
            return;
        };
        let changed = member.is_away() || member.stalled || member.name != name;
        member.away_until = None;
        member.stalled = false;
        member.name = name;
        events.push(Event {
            to: Audience::Only(id),
            cause: None,
            what: Happening::Welcome { member: id, since },
        });
        if changed {
            events.push(Event {
                to: Audience::Except(id),
                cause: None,
                what: Happening::Changed(id),
            });
        }
    }

    fn drop_connection(&mut self, now: Timestamp, id: MemberId, events: &mut Events) -> Result<(), Refusal> {
        let member = self.members.get_mut(id).ok_or(Refusal::NotMember)?;
        member.away_until = Some(now.plus_ms(limits::AWAY_MS_MAX));
        member.stalled = false;
        events.push(to_all(None, Happening::Changed(id)));
        Ok(())
    }

    fn leave(&mut self, now: Timestamp, id: MemberId, events: &mut Events) -> Result<(), Refusal> {
        self.members.exit(id).ok_or(Refusal::NotMember)?;
        events.push(to_all(None, Happening::Left(id)));
        let line = self.line(now, id, LineKind::Left);
        events.push(to_all(None, line));
        if let Some(heir) = self.members.succeed() {
            events.push(to_all(None, Happening::Changed(heir)));
        }
        Ok(())
    }

    fn obey(
        &mut self,
        now: Timestamp,
        sender: MemberId,
        id: Option<u64>,
        command: Command,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        let last_command = self.members.get(sender).ok_or(Refusal::NotMember)?.last_command;
        let cause = Cause {
            member: sender,
            command: id,
        };
        if id.is_none_or(|id| id > last_command) {
            self.carry_out(now, cause, command, events)?;
        }
        if let Some(id) = id {
            if let Some(member) = self.members.get_mut(sender) {
                member.last_command = last_command.max(id);
            }
            events.push(Event {
                to: Audience::Only(sender),
                cause: Some(cause),
                what: Happening::Done,
            });
        }
        Ok(())
    }

    fn carry_out(
        &mut self,
        now: Timestamp,
        cause: Cause,
        command: Command,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        let sender = cause.member;
        match command {
            Command::Say { text } => {
                let text = text::said(&text)?;
                let line = self.line(now, sender, LineKind::Said { text });
                events.push(to_all(Some(cause), line));
            }
            Command::Play { seen } => {
                self.control(now, cause, events, |playback, at| playback.play(at, seen))?;
            }
            Command::Pause { seen } => {
                if self.control(now, cause, events, |playback, at| playback.pause(at, seen))? {
                    let position_ms = self.playback.position_ms;
                    let line = self.line(now, sender, LineKind::Paused { position_ms });
                    events.push(to_all(Some(cause), line));
                }
            }
            Command::Seek { seen, position_ms } => {
                self.control(now, cause, events, |playback, at| {
                    playback.seek(at, seen, position_ms)
                })?;
            }
            Command::Rate { seen, rate } => {
                self.control(now, cause, events, |playback, at| {
                    playback.set_rate(at, seen, rate)
                })?;
            }
            Command::Pick(film) => {
                self.host(sender)?;
                self.put_on(now, sender, film, Some(cause), events);
            }
            Command::Length { film, duration_ms } => {
                self.host(sender)?;
                if self.playback.learn_length(&film, duration_ms)? {
                    events.push(to_all(Some(cause), Happening::Playback));
                }
            }
            Command::Stalled(stalled) => {
                let member = self.members.get_mut(sender).ok_or(Refusal::NotMember)?;
                if member.stalled != stalled {
                    member.stalled = stalled;
                    events.push(to_all(Some(cause), Happening::Changed(sender)));
                }
            }
            Command::Rename(name) => {
                let name = text::member_name(&name)?;
                let member = self.members.get_mut(sender).ok_or(Refusal::NotMember)?;
                if member.name != name {
                    member.name = name;
                    events.push(to_all(Some(cause), Happening::Changed(sender)));
                }
            }
            Command::Host { member, host } => self.make_host(cause, member, host, events)?,
            Command::Configure(configure) => self.configure(cause, configure, events)?,
        }
        Ok(())
    }

    fn host(&self, id: MemberId) -> Result<(), Refusal> {
        let member = self.members.get(id).ok_or(Refusal::NotMember)?;
        if member.host {
            Ok(())
        } else {
            Err(Refusal::NotHost)
        }
    }

    /// Changes playback for a host, as soon as the slowest member can have heard of it, and not before a
    /// change that still lies ahead: the room may have been slower when that was made.
    fn control(
        &mut self,
        now: Timestamp,
        cause: Cause,
        events: &mut Events,
        change: impl FnOnce(&mut Playback, Timestamp) -> Result<bool, Refusal>,
    ) -> Result<bool, Refusal> {
        self.host(cause.member)?;
        let round_trip_ms = 2 * u64::from(self.members.slowest_latency_ms());
        let at = now.plus_ms(round_trip_ms.clamp(limits::LEAD_MS_MIN, limits::LEAD_MS_MAX));
        let at = at.max(self.playback.at);
        let changed = change(&mut self.playback, at)?;
        if changed {
            events.push(to_all(Some(cause), Happening::Playback));
        }
        Ok(changed)
    }

    fn put_on(
        &mut self,
        now: Timestamp,
        by: MemberId,
        film: Film,
        cause: Option<Cause>,
        events: &mut Events,
    ) {
        let title = film.title.clone();
        self.playback.pick(now, film);
        events.push(to_all(cause, Happening::Playback));
        let line = self.line(now, by, LineKind::Picked { title });
        events.push(to_all(cause, line));
    }

    fn make_host(
        &mut self,
        cause: Cause,
        id: MemberId,
        host: bool,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        self.host(cause.member)?;
        let hosts = self.members.hosts();
        let member = self.members.get_mut(id).ok_or(Refusal::NoSuchMember)?;
        if member.host == host {
            return Ok(());
        }
        if !host && hosts == 1 {
            return Err(Refusal::LastHost);
        }
        member.host = host;
        events.push(to_all(Some(cause), Happening::Changed(id)));
        Ok(())
    }

    fn configure(&mut self, cause: Cause, change: Configure, events: &mut Events) -> Result<(), Refusal> {
        self.host(cause.member)?;
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
        if settings != self.settings {
            self.settings = settings;
            events.push(to_all(Some(cause), Happening::Settings));
        }
        Ok(())
    }

    fn upload_begins(
        &mut self,
        now: Timestamp,
        member: MemberId,
        title: String,
        total_bytes: u64,
        events: &mut Events,
    ) -> Result<(), Refusal> {
        self.host(member)?;
        if self.uploads.len() >= limits::UPLOADS_MAX {
            return Err(Refusal::TooManyUploads {
                uploads_max: limits::UPLOADS_MAX,
            });
        }
        self.last_upload += 1;
        let id = UploadId(self.last_upload);
        let progress = UploadProgress {
            id,
            member,
            title,
            received_bytes: 0,
            total_bytes,
        };
        self.uploads.push(Upload {
            progress,
            put_on: !self.playback.is_playing(now),
        });
        events.push(to_all(None, Happening::Uploads));
        Ok(())
    }

    /// A film begun while nothing played was meant to be watched now; it is put on, unless something plays by
    /// now. One begun while another film played waits to be picked.
    fn upload_ends(&mut self, now: Timestamp, id: UploadId, film: Option<Film>, events: &mut Events) {
        let Some(index) = self.uploads.iter().position(|upload| upload.progress.id == id) else {
            return;
        };
        let upload = self.uploads.remove(index);
        events.push(to_all(None, Happening::Uploads));
        let idle = self.playback.film.is_none() || self.playback.is_over(now);
        if let Some(film) = film
            && (idle || (upload.put_on && !self.playback.is_playing(now)))
        {
            self.put_on(now, upload.progress.member, film, None, events);
        }
    }

    /// Writes a line into the log; the caller says for whom it is.
    fn line(&mut self, now: Timestamp, member: MemberId, kind: LineKind) -> Happening {
        let name = self.members.name_of(member).unwrap_or_default().to_owned();
        Happening::Line(self.log.write(now, member, &name, kind))
    }
}

fn to_all(cause: Option<Cause>, what: Happening) -> Event {
    Event {
        to: Audience::All,
        cause,
        what,
    }
}
