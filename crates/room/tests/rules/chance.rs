//! Inputs of every kind, sensible and absurd.

use crate::evening::{knock, page, room, say};
use matinee_room::{
    Alone, Channel, Client, Command, Configure, EntryId, Event, Film, FilmId, FilmKind, Identity, Input,
    Join, MemberId, Network, PasswordCheck, PasswordHash, Refusal, Repeat, Room, Seen, Skew, Stay, Tab,
    Timestamp, UploadId, UploadKey, WhoMay, Whom, limits,
};
use proptest::prelude::*;

/// How many places a room by chance has: few, so that it fills.
const MEMBERS_MAX: usize = 6;

/// A room before the evening, what goes in, and how long after the input before.
#[derive(Clone, Debug)]
pub(crate) struct Chances {
    founded: bool,
    /// Lines said before, so that the log overflows in some.
    said: usize,
    inputs: Vec<(u64, Input)>,
}

/// One input, and what came of it.
pub(crate) struct Taken<'a> {
    pub(crate) now: Timestamp,
    pub(crate) before: &'a Room,
    pub(crate) after: &'a Room,
    pub(crate) input: &'a Input,
    pub(crate) answer: &'a Result<Vec<Event>, Refusal>,
}

impl Taken<'_> {
    pub(crate) fn events(&self) -> &[Event] {
        self.answer.as_deref().unwrap_or_default()
    }
}

/// Quick enough to run each time. Failures are shrunk and shown; one that was found becomes a table.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}

impl Chances {
    /// The room as it is before the first input. Ana, Ben and Cai are in it.
    pub(crate) fn room(&self) -> Room {
        let mut room = room(self.founded.then_some("Dora")).with_members_max(MEMBERS_MAX);
        let now = Timestamp(1_000_000);
        for name in ["Ana", "Ben", "Cai"] {
            room.handle(now, Input::Join(knock(name))).unwrap();
        }
        for n in 0..self.said {
            let say = Input::Command {
                member: MemberId(1),
                id: None,
                command: say(&n.to_string()),
            };
            room.handle(now, say).unwrap();
        }
        room
    }

    /// The inputs and their moments.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = (Timestamp, &Input)> {
        let mut now = Timestamp(1_000_000);
        self.inputs.iter().map(move |(wait_ms, input)| {
            now = now.plus_ms(*wait_ms);
            (now, input)
        })
    }

    /// Gives all inputs to the room and shows what came of each.
    pub(crate) fn play(
        &self,
        mut look: impl FnMut(Taken<'_>) -> Result<(), TestCaseError>,
    ) -> Result<(), TestCaseError> {
        let mut room = self.room();
        for (now, input) in self.inputs() {
            let before = room.clone();
            let answer = room.handle(now, input.clone());
            look(Taken {
                now,
                before: &before,
                after: &room,
                input,
                answer: &answer,
            })?;
        }
        Ok(())
    }
}

pub(crate) fn chances() -> impl Strategy<Value = Chances> {
    let said = prop_oneof![3 => Just(0), 1 => Just(limits::LOG_LINES_MAX - 10)];
    let inputs = prop::collection::vec((wait_ms(), input()), 1..100);
    (any::<bool>(), said, inputs).prop_map(|(founded, said, inputs)| Chances {
        founded,
        said,
        inputs,
    })
}

pub(crate) fn wait_ms() -> impl Strategy<Value = u64> {
    prop_oneof![4 => Just(0), 4 => 0..400_u64, 2 => 0..6_000_u64, 1 => 0..10_000_000_u64]
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        4 => join().prop_map(Input::Join),
        2 => member().prop_map(Input::Drop),
        1 => member().prop_map(Input::Leave),
        16 => (member(), command_id(), command())
            .prop_map(|(member, id, command)| Input::Command { member, id, command }),
        1 => (member(), latency_ms(), latency_ms()).prop_map(|(member, latency_ms, jitter_ms)| Input::Latency {
            member,
            latency_ms,
            jitter_ms,
        }),
        3 => (member(), absurd()).prop_map(|(member, total_bytes)| Input::UploadBegins {
            member,
            title: "Upload".into(),
            total_bytes,
        }),
        3 => (member(), 0..12_u32, absurd()).prop_map(|(member, key, total_bytes)| Input::UploadKept {
            member,
            key: UploadKey::new(key.to_string()),
            title: "Upload".into(),
            total_bytes,
        }),
        2 => (upload(), prop::option::of(member()))
            .prop_map(|(upload, member)| Input::UploadGoesOn { upload, member }),
        1 => (upload(), absurd())
            .prop_map(|(upload, received_bytes)| Input::UploadPauses { upload, received_bytes }),
        1 => (upload(), absurd())
            .prop_map(|(upload, received_bytes)| Input::UploadMoves { upload, received_bytes }),
        2 => (upload(), prop::option::of(film()))
            .prop_map(|(upload, film)| Input::UploadEnds { upload, film }),
        1 => prop::sample::select(&["Ana", "Ben"][..])
            .prop_map(|person| Input::MoveFilm(matinee_room::Identity::new(person))),
        3 => Just(Input::Tick),
    ]
}

fn join() -> impl Strategy<Value = Join> {
    let person = prop::sample::select(&["Ana", "Ben", "Cai", "Dora", "Eli"][..]);
    let tab = prop_oneof![
        4 => Just("a".to_owned()),
        2 => Just("b".to_owned()),
        1 => prop::sample::select(vec![0, 64, 65]).prop_map(|bytes| "t".repeat(bytes)),
    ];
    let password =
        prop::sample::select(&[PasswordCheck::None, PasswordCheck::Wrong, PasswordCheck::Right][..]);
    let stay =
        prop_oneof![3 => Just(Stay::Kept), 1 => Just(Stay::WhileConnected), 1 => Just(Stay::Remembered)];
    let network = prop::option::of(prop::sample::select(&["home", "school"][..]));
    (
        person,
        tab,
        name(),
        password,
        absurd(),
        stay,
        any::<bool>(),
        network,
    )
        .prop_map(
            |(person, tab, name, password, seq, stay, replace, network)| Join {
                personal: stay == Stay::Kept,
                network: network.map(Network::new),
                founds: false,
                calls_room: "SABCDE".into(),
                client: Client {
                    // Those who are told again and again come and go with their connections.
                    paced: stay == Stay::WhileConnected,
                    ..page()
                },
                stay,
                identity: Identity::new(person),
                tab: Tab::new(tab),
                name,
                password,
                since: Seen {
                    seq,
                    ..Seen::default()
                },
                replace,
            },
        )
}

pub(crate) fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        2 => words().prop_map(|text| Command::Say { text }),
        1 => (words(), absurd()).prop_map(|(text, to)| Command::Reply { text, to }),
        2 => prop::sample::select(&["👍", "😂", "no"][..]).prop_map(|emoji| Command::React(emoji.into())),
        2 => (member(), prop::option::of(0..3_u32)).prop_map(|(member, minutes)| Command::Mute { member, minutes }),
        1 => member().prop_map(Command::Unmute),
        1 => member().prop_map(Command::Kick),
        1 => (member(), any::<bool>()).prop_map(|(member, by_network)| Command::Ban { member, by_network }),
        1 => (0..6_u32).prop_map(Command::Unban),
        1 => Just(Command::ListBans),
        4 => seen().prop_map(|seen| Command::Play { seen }),
        3 => seen().prop_map(|seen| Command::Pause { seen }),
        3 => (seen(), absurd()).prop_map(|(seen, position_ms)| Command::Seek { seen, position_ms }),
        2 => (seen(), rate()).prop_map(|(seen, rate)| Command::Rate { seen, rate }),
        2 => film().prop_map(Command::Pick),
        5 => queueing(),
        2 => (seen(), prop_oneof![3 => Just(true), 1 => Just(false)])
            .prop_map(|(seen, skip)| Command::Skip { seen, skip }),
        1 => (0..40_u64).prop_map(|number| Command::Undo { number }),
        1 => film_id().prop_map(Command::Ended),
        2 => Just(Command::AskReady),
        3 => prop_oneof![3 => Just(true), 1 => Just(false)].prop_map(Command::Ready),
        1 => Just(Command::StopAsking),
        1 => (film_id(), absurd())
            .prop_map(|(film, duration_ms)| Command::Length { film, duration_ms }),
        6 => (any::<bool>(), prop::option::of(0..5_000_u64))
            .prop_map(|(stalled, buffered_ms)| Command::Stalled { stalled, buffered_ms }),
        2 => prop::option::of(prop::sample::select(&[Alone::UntilBack, Alone::UntilPlay][..]))
            .prop_map(Command::Alone),
        2 => (rate(), rate(), rate()).prop_filter_map("no player can measure that", |(mean, p50, p95)| {
            Skew::of_ms(mean, p50, p95).map(Command::Measured)
        }),
        1 => any::<bool>().prop_map(Command::HearSkews),
        1 => any::<bool>().prop_map(Command::Stream),
        1 => name().prop_map(Command::Rename),
        2 => (member(), any::<bool>()).prop_map(|(member, host)| Command::Host { member, host }),
        1 => configure().prop_map(Command::Configure),
        3 => lead(absurd()),
        1 => absurd().prop_map(|position_ms| Command::Resync { position_ms }),
        1 => member().prop_map(Command::ToggleHost),
        1 => (channel(), prop::option::of(member())).prop_map(|(channel, to)| Command::Pass {
            channel,
            to: to.map(Whom::Member),
            text: "1".into(),
        }),
        1 => Just(Command::SetState(Some("{}".into()))),
    ]
}

/// What a player of its own tells, at such positions.
pub(crate) fn lead(position_ms: impl Strategy<Value = u64>) -> impl Strategy<Value = Command> {
    (position_ms, any::<bool>(), rate(), any::<bool>()).prop_map(|(position_ms, paused, rate, force)| {
        Command::Lead {
            position_ms,
            paused,
            rate,
            force,
            text: Some("state".into()),
        }
    })
}

/// What is done to the queue.
fn queueing() -> impl Strategy<Value = Command> {
    let entry = || (0..12_u32).prop_map(EntryId);
    let repeat = prop::sample::select(&[Repeat::Off, Repeat::Queue, Repeat::Film][..]);
    prop_oneof![
        6 => (film(), any::<bool>()).prop_map(|(film, next)| Command::Add { film, next }),
        2 => (entry(), prop::option::of(entry())).prop_map(|(entry, before)| Command::Move { entry, before }),
        1 => entry().prop_map(Command::Remove),
        1 => Just(Command::Clear),
        1 => repeat.prop_map(Command::Repeat),
        1 => (seen(), prop::option::of(entry())).prop_map(|(seen, entry)| Command::Next { seen, entry }),
        1 => Just(Command::Stay),
    ]
}

fn channel() -> impl Strategy<Value = Channel> {
    prop::sample::select(&[Channel::Data, Channel::Cue][..])
}

fn configure() -> impl Strategy<Value = Configure> {
    let password = prop::option::of(Just(PasswordHash("popcorn".into())));
    (
        prop::option::of(name()),
        prop::option::of(password),
        prop::option::of(any::<bool>()),
        prop::option::of(who_may()),
        prop::option::of(who_may()),
        prop::option::weighted(0.3, any::<bool>()),
        prop::option::weighted(0.3, prop::sample::select(&[0, 0, 5, 1_000][..])),
        prop::option::weighted(0.3, 0..limits::WAIT_SECONDS_MAX + 2),
    )
        .prop_map(
            |(
                name,
                password,
                newcomers_may_control,
                who_controls,
                who_adds,
                closed_to_newcomers,
                slow_s,
                wait_seconds,
            )| {
                Configure {
                    name,
                    password,
                    newcomers_may_control,
                    who_controls,
                    who_adds,
                    closed_to_newcomers,
                    slow_s,
                    wait_seconds,
                }
            },
        )
}

fn who_may() -> impl Strategy<Value = WhoMay> {
    prop::sample::select(&[WhoMay::Hosts, WhoMay::Everybody][..])
}

/// Mostly the three who are in from the start, sometimes anybody, or nobody.
fn member() -> impl Strategy<Value = MemberId> {
    prop_oneof![3 => Just(1), 3 => 1..=3_u32, 2 => 0..=12_u32].prop_map(MemberId)
}

fn upload() -> impl Strategy<Value = UploadId> {
    (0..8_u32).prop_map(UploadId)
}

fn command_id() -> impl Strategy<Value = Option<u64>> {
    prop_oneof![3 => Just(None), 6 => (0..40_u64).prop_map(Some), 1 => absurd().prop_map(Some)]
}

/// Stale, right or from the future.
fn seen() -> impl Strategy<Value = u64> {
    prop_oneof![1 => 0..20_u64, 3 => Just(u64::MAX)]
}

fn absurd() -> impl Strategy<Value = u64> {
    prop_oneof![
        3 => 0..200_u64,
        6 => 0..100_000_u64,
        1 => Just(limits::DURATION_MS_MAX),
        1 => any::<u64>(),
        1 => Just(u64::MAX),
    ]
}

fn latency_ms() -> impl Strategy<Value = u32> {
    prop_oneof![8 => 0..400_u32, 1 => any::<u32>()]
}

pub(crate) fn rate() -> impl Strategy<Value = f64> {
    let odd = prop::sample::select(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, -1.0][..]);
    prop_oneof![
        2 => prop::sample::select(&[0.25, 0.5, 1.0, 1.1, 1.25, 1.5, 2.0, 4.0][..]),
        2 => limits::RATE_MIN..limits::RATE_MAX,
        1 => any::<f64>(),
        1 => odd,
    ]
}

fn film_id() -> impl Strategy<Value = FilmId> {
    prop::sample::select(&["General", "Kid", "Navigator"][..]).prop_map(FilmId::new)
}

pub(crate) fn film() -> impl Strategy<Value = Film> {
    (film_id(), prop::option::of(absurd())).prop_map(|(id, duration_ms)| Film {
        title: id.to_string(),
        url: format!("/media/{id}"),
        id,
        kind: FilmKind::File,
        duration_ms,
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(&["Ana", "Ben", " Cai ", "\u{202E}Dora"][..]).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => (38..62_usize).prop_map(|chars| "ä".repeat(chars)),
    ]
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => Just("what a train".to_owned()),
        1 => any::<String>(),
        1 => (limits::TEXT_CHARS_MAX - 1..limits::TEXT_CHARS_MAX + 2).prop_map(|chars| "ä".repeat(chars)),
    ]
}
