//! A room and its people, for the tables. Somebody's identity is their name; their tab is `a`.

use matinee_room::{
    Client, Command, Configure, Event, Film, FilmId, FilmKind, Identity, Input, Join, MemberId,
    PasswordCheck, PasswordHash, Refusal, Room, RoomCode, Seen, Settings, Stay, Tab, Timestamp,
};

/// A revision that no command can be too old for.
pub(crate) const SEEN: u64 = u64::MAX;

pub(crate) struct Evening {
    pub(crate) room: Room,
    pub(crate) now: Timestamp,
}

/// A room without a password, founded by `founder` or by nobody we know.
pub(crate) fn room(founder: Option<&str>) -> Room {
    let settings = Settings {
        name: "Friday films".into(),
        password: None,
        newcomers_may_control: false,
        ..Settings::default()
    };
    Room::new(
        Timestamp(1_000_000),
        RoomCode::new("SABCDE"),
        settings,
        founder.map(Identity::new),
    )
}

/// What the page is, as a room knows it.
pub(crate) fn page() -> Client {
    Client {
        name: "Matinee".into(),
        chats: true,
        plays: true,
        answers: true,
        streams: true,
        ..Client::default()
    }
}

/// Somebody at the door, with all in order and no password.
pub(crate) fn knock(name: &str) -> Join {
    Join {
        calls_room: "SABCDE".into(),
        client: page(),
        stay: Stay::Kept,
        identity: Identity::new(name),
        personal: true,
        network: None,
        tab: Tab::new("a"),
        name: name.to_owned(),
        password: PasswordCheck::None,
        since: Seen::default(),
        founds: false,
        replace: false,
    }
}

pub(crate) fn film(id: &str, duration_ms: Option<u64>) -> Film {
    Film {
        id: FilmId::new(id),
        title: format!("The {id}"),
        url: format!("/media/{id}"),
        kind: FilmKind::File,
        duration_ms,
    }
}

pub(crate) fn play() -> Command {
    Command::Play { seen: SEEN }
}

pub(crate) fn pause() -> Command {
    Command::Pause { seen: SEEN }
}

pub(crate) fn seek(position_ms: u64) -> Command {
    Command::Seek {
        seen: SEEN,
        position_ms,
    }
}

pub(crate) fn rate(rate: f64) -> Command {
    Command::Rate { seen: SEEN, rate }
}

pub(crate) fn say(text: &str) -> Command {
    Command::Say { text: text.into() }
}

pub(crate) fn stalled(stalled: bool) -> Command {
    Command::Stalled {
        stalled,
        buffered_ms: None,
    }
}

pub(crate) fn host(member: MemberId, host: bool) -> Command {
    Command::Host { member, host }
}

/// Sets a password.
pub(crate) fn lock() -> Command {
    Command::Configure(Configure {
        password: Some(Some(PasswordHash("popcorn".into()))),
        ..Configure::default()
    })
}

impl Evening {
    pub(crate) fn new() -> Self {
        Self::founded_by(None)
    }

    pub(crate) fn founded_by(founder: Option<&str>) -> Self {
        Self {
            room: room(founder),
            now: Timestamp(1_000_000),
        }
    }

    /// An evening with these people, who came in this order; the first is host.
    pub(crate) fn with<const N: usize>(names: [&str; N]) -> (Self, [MemberId; N]) {
        let mut evening = Self::new();
        let ids = names.map(|name| evening.comes(name));
        (evening, ids)
    }

    pub(crate) fn give(&mut self, input: Input) -> Result<Vec<Event>, Refusal> {
        self.room.handle(self.now, input)
    }

    pub(crate) fn join(&mut self, join: Join) -> Result<MemberId, Refusal> {
        let (identity, tab) = (join.identity.clone(), join.tab.clone());
        self.give(Input::Join(join))?;
        Ok(self.room.find(&identity, &tab).unwrap().id)
    }

    pub(crate) fn comes(&mut self, name: &str) -> MemberId {
        self.join(knock(name)).unwrap()
    }

    pub(crate) fn drops(&mut self, member: MemberId) {
        self.give(Input::Drop(member)).unwrap();
    }

    pub(crate) fn leaves(&mut self, member: MemberId) {
        self.give(Input::Leave(member)).unwrap();
    }

    /// A command without a number.
    pub(crate) fn wants(&mut self, member: MemberId, command: Command) -> Result<Vec<Event>, Refusal> {
        self.give(Input::Command {
            member,
            id: None,
            command,
        })
    }

    /// A command with a number.
    pub(crate) fn sends(
        &mut self,
        member: MemberId,
        id: u64,
        command: Command,
    ) -> Result<Vec<Event>, Refusal> {
        self.give(Input::Command {
            member,
            id: Some(id),
            command,
        })
    }

    pub(crate) fn latency(&mut self, member: MemberId, latency_ms: u32) {
        self.far_off(member, latency_ms, 0);
    }

    pub(crate) fn far_off(&mut self, member: MemberId, latency_ms: u32, jitter_ms: u32) {
        self.give(Input::Latency {
            member,
            latency_ms,
            jitter_ms,
        })
        .unwrap();
    }

    /// Time goes by, and the room gets its ticks when it asked for them.
    pub(crate) fn waits(&mut self, ms: u64) {
        let until = self.now.plus_ms(ms);
        while let Some(at) = self.room.poll_timeout().filter(|at| *at <= until) {
            self.now = at.max(self.now);
            let events = self.give(Input::Tick).unwrap();
            // What follows from what it changed may need one more.
            let next = self.room.poll_timeout().filter(|_| events.is_empty());
            assert!(next.is_none_or(|at| at > self.now), "the tick was for nothing");
        }
        self.now = until;
    }

    pub(crate) fn here(&self) -> Vec<MemberId> {
        self.room.members().iter().map(|member| member.id).collect()
    }

    pub(crate) fn hosts(&self) -> Vec<MemberId> {
        let hosts = self.room.members().iter().filter(|member| member.host);
        hosts.map(|member| member.id).collect()
    }

    pub(crate) fn position_ms(&self) -> u64 {
        self.room.playback().position_at(self.now)
    }
}
