//! What a StreamGo client hears in a room that others share, and what it means by what it says.

use super::*;
use crate::ServerName;
use matinee_room::{
    Film, FilmId, FilmKind, Identity, Input, Join, MemberId, PasswordCheck, Room, RoomCode, Seen, Settings,
    Stay, Tab, Timestamp,
};

const NOW: Timestamp = Timestamp(1_000_000);

/// A room with a StreamGo member for each latency, all hosts, and after them a member with another client.
fn room(latencies_ms: &[u32]) -> Room {
    let settings = Settings {
        name: "Friday \"films\"".into(),
        password: None,
        newcomers_may_control: true,
        ..Settings::default()
    };
    let mut room = Room::new(NOW, RoomCode::new("SABCDE"), settings, None);
    let other = Client {
        name: "Other".into(),
        paced: false,
        ..StreamGo.client()
    };
    let clients = latencies_ms.iter().map(|_| StreamGo.client()).chain([other]);
    for (client, index) in clients.zip(1..) {
        let join = Join {
            identity: Identity::new("anybody"),
            personal: true,
            network: None,
            tab: Tab::new(format!("t{index}")),
            name: format!("N{index}"),
            password: PasswordCheck::None,
            since: Seen::default(),
            calls_room: "SABCDE".into(),
            client,
            stay: Stay::WhileConnected,
            founds: false,
            replace: false,
        };
        room.handle(NOW, Input::Join(join)).unwrap();
    }
    for (&latency_ms, index) in latencies_ms.iter().zip(1..) {
        let member = MemberId(index);
        let latency = Input::Latency {
            member,
            latency_ms,
            jitter_ms: 0,
        };
        room.handle(NOW, latency).unwrap();
    }
    room
}

fn does(room: &mut Room, now: Timestamp, member: u32, command: Command) -> Vec<Event> {
    let member = MemberId(member);
    room.handle(
        now,
        Input::Command {
            member,
            id: None,
            command,
        },
    )
    .unwrap()
}

fn says(room: &mut Room, now: Timestamp, member: u32, text: &str) -> Vec<Event> {
    match decode(text).unwrap() {
        Request::Command { command, .. } => does(room, now, member, command),
        other => panic!("{other:?}"),
    }
}

/// What a member hears of these events.
fn hears(room: &Room, now: Timestamp, member: u32, events: &[Event]) -> Vec<Frame> {
    let scene = Scene {
        room,
        now,
        server: &ServerName::default(),
    };
    let ear = Ear {
        member: room.member(MemberId(member)),
        base_url: "",
    };
    let for_them = events.iter().filter(|event| event.to.has(MemberId(member)));
    for_them
        .filter(|event| event.what == Happening::Members || !StreamGo.merges(&event.what))
        .flat_map(|event| StreamGo.encode(&scene, event, &ear))
        .collect()
}

fn texts(frames: &[Frame]) -> Vec<&str> {
    frames.iter().map(|frame| frame.text.as_str()).collect()
}

fn pick() -> Command {
    Command::Pick(Film {
        id: FilmId::new("f"),
        title: "The General".into(),
        url: "/media/f/general.mp4".into(),
        kind: FilmKind::File,
        duration_ms: Some(600_000),
    })
}

const SEEN: u64 = u64::MAX;

#[test]
fn a_newcomer_is_the_last_of_a_list_that_must_arrive() {
    let room = room(&[0, 0]);
    let welcome = Event {
        to: Audience::Only(MemberId(3)),
        cause: None,
        what: Happening::Welcome {
            member: MemberId(3),
            since: Seen::default(),
            founds: false,
        },
    };
    let frames = hears(&room, NOW, 3, &[welcome]);
    let list = concat!(
        r#"party:{"code":"SABCDE","name":"Friday \"films\"","members":["#,
        r#"{"userId":"1","userName":"N1","isHost":true},"#,
        r#"{"userId":"2","userName":"N2","isHost":true},"#,
        r#"{"userId":"3","userName":"N3","isHost":true}]}"#
    );
    assert_eq!(frames, [Frame::must_arrive(list.into())]);
    // Later ones may take each other's place, but not the first one's.
    let later = Event {
        to: Audience::All,
        cause: None,
        what: Happening::Members,
    };
    let frames = hears(&room, NOW, 3, &[later]);
    assert_eq!(frames, [Frame::latest(Slot::Members, list.into())]);
}

#[test]
fn a_newcomer_is_told_where_the_film_is() {
    let mut room = room(&[40, 0]);
    says(
        &mut room,
        NOW,
        2,
        r#"cmd:state:{"time":60,"paused":true,"playbackSpeed":1.5}"#,
    );
    let welcome = |member| Event {
        to: Audience::All,
        cause: None,
        what: Happening::Welcome {
            member,
            since: Seen::default(),
            founds: false,
        },
    };
    let frames = hears(&room, NOW, 1, &[welcome(MemberId(1))]);
    assert_eq!(
        texts(&frames)[1..],
        [r#"cmd:0:state:{"time":60.0,"paused":true,"playbackSpeed":1.5,"force":true}"#]
    );
}

#[test]
fn a_command_is_passed_on_as_it_is_with_the_latency_of_both() {
    let mut room = room(&[30, 45, 5, 45]);
    for cue in [
        "go:{\"id\": 1.0}",
        "goback:undefined",
        "go",
        ":",
        "state",
        "error:a:b: c ",
    ] {
        let events = says(&mut room, NOW, 1, &format!("cmd:{cue}"));
        assert_eq!(
            texts(&hears(&room, NOW, 1, &events)),
            [""; 0],
            "not to the sender"
        );
        for (member, latency_ms) in [(2, 75), (3, 35), (4, 75)] {
            let frames = hears(&room, NOW, member, &events);
            assert_eq!(frames, [Frame::must_arrive(format!("cmd:{latency_ms}:{cue}"))]);
        }
    }
    let state = r#"state:{"playbackSpeed":1, "time":12.50,"paused":false,"more":[]}"#;
    let events = says(&mut room, NOW, 1, &format!("cmd:{state}"));
    let frames = hears(&room, NOW, 2, &events);
    assert_eq!(
        frames,
        [Frame::latest(Slot::Playback, format!("cmd:75:{state}"))],
        "the words themselves, and no others for the same change"
    );
}

#[test]
fn those_with_the_same_latency_share_bytes() {
    let room = room(&[30, 45, 5, 45]);
    let event = |what| Event {
        to: Audience::All,
        cause: None,
        what,
    };
    let share = |member, event: &Event| {
        let ear = Ear {
            member: room.member(MemberId(member)),
            base_url: "",
        };
        StreamGo.share(event).map(|share| share(event, &ear))
    };
    for what in [Happening::Beat, Happening::Playback(Change::default())] {
        let event = event(what);
        assert_eq!(share(2, &event), share(4, &event));
        assert_ne!(share(2, &event), share(3, &event));
    }
    let event = event(Happening::Members);
    assert_eq!(share(2, &event), share(3, &event));
}

#[test]
fn what_changes_elsewhere_is_told_with_force_and_again_without() {
    let mut room = room(&[0, 45]);
    let events = does(&mut room, NOW, 3, pick());
    assert_eq!(
        texts(&hears(&room, NOW, 2, &events)),
        [r#"cmd:0:state:{"time":0.0,"paused":true,"playbackSpeed":1.0,"force":true}"#]
    );
    let seek = Command::Seek {
        seen: SEEN,
        position_ms: 90_000,
    };
    does(&mut room, NOW, 3, seek);
    let events = does(&mut room, NOW, 3, Command::Play { seen: SEEN });
    // The page's people begin 150 ms later; who goes on at once has to be that much behind.
    let told = r#"cmd:45:state:{"time":89.85,"paused":false,"playbackSpeed":1.0,"force":true}"#;
    assert_eq!(texts(&hears(&room, NOW, 2, &events)), [told]);
    let later = NOW.plus_ms(1_000);
    let events = room.handle(later, Input::Tick).unwrap();
    let beat = hears(&room, later, 2, &events);
    let told = r#"cmd:45:state:{"time":90.85,"paused":false,"playbackSpeed":1.0}"#;
    assert_eq!(beat, [Frame::latest(Slot::Playback, told.into())]);
    // The film's length comes to be known: nobody has moved.
    let address = Change {
        address: true,
        ..Change::default()
    };
    for nothing_to_do in [Change::default(), address] {
        let change = Event {
            to: Audience::All,
            cause: None,
            what: Happening::Playback(nothing_to_do),
        };
        assert_eq!(hears(&room, later, 2, &[change]), []);
    }
}

#[test]
fn a_host_who_has_yet_to_follow_is_told_where_to() {
    let mut room = room(&[0, 45]);
    does(&mut room, NOW, 3, pick());
    let events = says(
        &mut room,
        NOW,
        2,
        r#"cmd:state:{"time":60,"paused":false,"playbackSpeed":1}"#,
    );
    assert_eq!(
        texts(&hears(&room, NOW, 2, &events)),
        [r#"cmd:0:state:{"time":0.0,"paused":true,"playbackSpeed":1.0}"#]
    );
    assert_eq!(hears(&room, NOW, 1, &events), []);
}

#[test]
fn chat_comes_to_everyone_the_sender_too() {
    let mut room = room(&[0, 0]);
    let events = says(&mut room, NOW, 1, "msg:a:b\n<i>:</i>");
    for member in [1, 2] {
        assert_eq!(
            texts(&hears(&room, NOW, member, &events)),
            ["msg:1:a:b\n<i>:</i>"]
        );
    }
    let say = Command::Say { text: "hi".into() };
    let events = does(&mut room, NOW, 3, say);
    assert_eq!(texts(&hears(&room, NOW, 1, &events)), ["msg:3:hi"]);
}

#[test]
fn a_players_state_leads_the_room() {
    let lead = |text: &str| match decode(text) {
        Ok(Request::Command {
            command:
                Command::Lead {
                    position_ms,
                    paused,
                    rate,
                    force,
                    text: Some(_),
                },
            id: None,
        }) => Some((position_ms, paused, rate, force)),
        Ok(Request::Answer(_)) => None,
        other => panic!("{text}: {other:?}"),
    };
    for (json, expected) in [
        (
            r#"{"time":12.3456,"paused":false,"playbackSpeed":1}"#,
            (12_346, false, 1.0, false),
        ),
        (
            r#"{"force":true,"playbackSpeed":1.25,"paused":true,"time":0}"#,
            (0, true, 1.25, true),
        ),
        (
            r#"{"time":1,"paused":true,"playbackSpeed":2,"force":false,"x":[1]}"#,
            (1_000, true, 2.0, false),
        ),
        (
            r#"{"time":1,"paused":true,"playbackSpeed":2,"force":null}"#,
            (1_000, true, 2.0, false),
        ),
        (
            r#"{"time":1e300,"paused":true,"playbackSpeed":-2}"#,
            (u64::MAX, true, -2.0, false),
        ),
    ] {
        assert_eq!(lead(&format!("cmd:state:{json}")), Some(expected), "{json}");
    }
    for json in [
        "",
        "undefined",
        "null",
        "{}",
        "[]",
        "NaN",
        r#"{"time":null,"paused":false,"playbackSpeed":1}"#,
        r#"{"time":NaN,"paused":false,"playbackSpeed":1}"#,
        r#"{"time":1e999,"paused":false,"playbackSpeed":1}"#,
        r#"{"time":-1,"paused":false,"playbackSpeed":1}"#,
        r#"{"time":"1","paused":false,"playbackSpeed":1}"#,
        r#"{"time":1,"paused":"no","playbackSpeed":1}"#,
        r#"{"time":1,"paused":0,"playbackSpeed":1}"#,
        r#"{"time":1,"paused":false,"playbackSpeed":null}"#,
        r#"{"paused":false,"playbackSpeed":1}"#,
        r#"{"time":1,"playbackSpeed":1}"#,
        r#"{"time":1,"paused":false}"#,
        r#"{"time":1,"paused":false,"playbackSpeed":1,"force":1}"#,
        r#"{"time":1,"time":2,"paused":false,"playbackSpeed":1}"#,
        r#"{"time":1,"paused":false,"playbackSpeed":1} x"#,
    ] {
        assert_eq!(lead(&format!("cmd:state:{json}")), None, "{json}");
    }
}

/// Milliseconds would be taken for seconds.
#[test]
fn a_plugins_state_is_only_passed_on() {
    for json in [
        r#"{"state":3,"time":60000,"paused":false,"playbackSpeed":1}"#,
        r#"{"state":{"id":"tt1"},"time":60000,"paused":null,"playbackSpeed":1,"force":true}"#,
    ] {
        let cue = format!("state:{json}");
        let command = pass(&cue);
        assert_eq!(
            decode(&format!("cmd:{cue}")),
            Ok(Request::Command { id: None, command })
        );
    }
}

#[test]
fn the_rest_is_understood_or_malformed() {
    assert_eq!(decode("pong"), Ok(Request::Pong));
    let toggle = Command::ToggleHost(MemberId(12));
    assert_eq!(
        decode("toggle:12"),
        Ok(Request::Command {
            id: None,
            command: toggle
        })
    );
    for text in [
        "",
        "ping",
        "pong:",
        "Pong",
        "null",
        "{}",
        "msg",
        "cmd",
        "toggle",
        "toggle:",
        "toggle:x",
        "toggle:-1",
        "toggle:4294967296",
        "toggle:1:2",
        "party:{}",
        "badroom",
        " pong",
    ] {
        assert!(matches!(decode(text), Err(Malformed::Message { .. })), "{text}");
    }
}

#[test]
fn who_may_not_come_in_hears_one_word_and_is_closed() {
    let told = |reply: Reply| {
        let close = reply.close.unwrap();
        assert!(close.reason.len() <= 123, "a close frame takes no more");
        (
            reply
                .frames
                .into_iter()
                .map(|frame| frame.text)
                .collect::<Vec<_>>(),
            close.code,
        )
    };
    for code in [
        "no_such_room",
        "too_many_codes",
        "too_many_rooms",
        "wrong_password",
        "password_needed",
        "room_full",
        "server_full",
        "internal",
    ] {
        assert_eq!(
            told(StreamGo.refused(false, None, code, "")),
            (vec!["badroom".into()], 4004)
        );
    }
    let version = Malformed::Version { ours: 1 };
    assert_eq!(
        told(StreamGo.malformed(&version, false)),
        (vec!["upgrade".into()], 4005)
    );
    let malformed = decode("what").unwrap_err();
    assert_eq!(StreamGo.malformed(&malformed, true), Reply::default());
    assert_eq!(
        StreamGo.refused(true, None, "not_host", "Only hosts"),
        Reply::default()
    );
}
