//! What opens a conversation, what messages mean, and where a film is.

use super::*;
use matinee_room::{
    Cause, Film, FilmId, FilmKind, Identity, Input, Join, PasswordCheck, RoomCode, Seen, Settings, Stay, Tab,
};

fn opening(path: &str, query: &str) -> Option<Opening> {
    let handshake = Handshake {
        path,
        query,
        protocols: Vec::new(),
    };
    let generations = [VideoSync::Older, VideoSync::Newer].into_iter();
    generations.filter_map(|speech| speech.opening(&handshake)).next()
}

fn knocks(query: &str) -> (Dialect, String, Who) {
    let opening = opening("/ws", query).unwrap();
    match opening.first {
        Some(Ok(Request::Hello(hello))) => match hello.door {
            Door::Room(key) => (opening.dialect, key, hello.who),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_key_opens_a_session_and_a_token_says_whose_it_is() {
    let older = |key: &str, who| (Dialect::VideoSync, key.to_owned(), who);
    assert_eq!(knocks("sessionKey=a-b"), older("a-b", Who::Anybody));
    assert_eq!(
        knocks("hostToken=t%2B&sessionKey=%61+b%26"),
        older("a b&", Who::Bearer("t+".into()))
    );
    assert_eq!(knocks("session%4Bey=k&hostToken="), older("k", Who::Anybody));
    assert_eq!(
        knocks("sessionID=k&isHost=true"),
        (Dialect::VideoSyncNewer, "k".into(), Who::Anybody)
    );
    assert!(opening("/video/0a.1/ws", "sessionID=k").is_some());
}

#[test]
fn odd_keys_are_keys_of_nothing() {
    assert_eq!(knocks("sessionKey=").1, "");
    assert_eq!(knocks("sessionKey").1, "");
    assert_eq!(knocks("sessionKey=%").1, "%");
    assert_eq!(knocks("sessionKey=%zz%4").1, "%zz%4");
    assert_eq!(knocks("sessionKey=one&sessionKey=two").1, "one");
    assert_eq!(
        knocks(&format!("sessionKey={}", "k".repeat(10_000))).1.len(),
        10_000
    );
    assert_eq!(knocks("sessionKey=%ff").1, "\u{fffd}");
    let long = format!("sessionKey=k&hostToken={}", "t".repeat(TOKEN_BYTES_MAX + 1));
    assert_eq!(knocks(&long).2, Who::Anybody);
}

#[test]
fn without_a_key_or_elsewhere_it_is_somebody_else() {
    for (path, query) in [
        ("/ws", ""),
        ("/ws", "session=k"),
        ("/ws", "hostToken=t"),
        ("/", "sessionKey=k"),
        ("/v2", "sessionKey=k"),
        ("/wss", "sessionKey=k"),
        ("/video/x", "sessionKey=k"),
    ] {
        assert!(opening(path, query).is_none(), "{path}?{query}");
    }
}

#[test]
fn a_players_state_leads_and_force_sync_asks() {
    let lead = |position_ms, paused, rate| Command::Lead {
        position_ms,
        paused,
        rate,
        force: true,
        text: None,
    };
    for (text, command) in [
        (
            r#"{"type":"state_update","state":{"paused":false,"currentTime":12.3456,"playbackRate":1.5}}"#,
            lead(12_346, false, 1.5),
        ),
        (
            r#"{"state":{"currentTime":0,"paused":true,"hostToken":"x","streamingUrl":7},"type":"stateUpdate"}"#,
            lead(0, true, 1.0),
        ),
        (
            r#"{"type":"force_sync","currentTime":7}"#,
            Command::Resync { position_ms: 7_000 },
        ),
    ] {
        assert_eq!(decode(text), Ok(Request::Command { id: None, command }), "{text}");
    }
    assert_eq!(
        decode(r#"{"type":"heartbeat"}"#),
        Ok(Request::Answer(vec![heartbeat_ack()]))
    );
    // It answers none of our pings.
    assert_eq!(
        decode(r#"{"type":"heartbeatAck"}"#),
        Ok(Request::Answer(Vec::new()))
    );
}

#[test]
fn what_is_no_message_is_told_nothing() {
    for text in [
        "",
        "null",
        "[]",
        "7",
        "{}",
        r#"{"type":"init"}"#,
        r#"{"type":"state_update"}"#,
        r#"{"type":"state_update","state":null}"#,
        r#"{"type":"state_update","state":[]}"#,
        r#"{"type":"state_update","state":{"paused":true}}"#,
        r#"{"type":"state_update","state":{"currentTime":1}}"#,
        r#"{"type":"state_update","state":{"paused":"no","currentTime":1}}"#,
        r#"{"type":"state_update","state":{"paused":false,"currentTime":"1"}}"#,
        r#"{"type":"state_update","state":{"paused":false,"currentTime":-1}}"#,
        r#"{"type":"state_update","state":{"paused":false,"currentTime":1e300}}"#,
        r#"{"type":"state_update","state":{"paused":false,"currentTime":1e999}}"#,
        r#"{"type":"state_update","state":{"paused":false,"currentTime":NaN}}"#,
        r#"{"type":"state_update","state":{"paused":false,"currentTime":1,"playbackRate":null}}"#,
        r#"{"type":"force_sync"}"#,
        r#"{"type":"force_sync","currentTime":null}"#,
        r#"{"type":"force_sync","currentTime":-0.1}"#,
    ] {
        let malformed = decode(text).expect_err(text);
        assert_eq!(VideoSync::Older.malformed(&malformed, true), Reply::default());
    }
}

#[test]
fn who_is_not_let_in_is_told_by_the_close_code() {
    for (code, reason) in [
        ("no_such_room", "invalid_session"),
        ("password_needed", "invalid_session"),
        ("room_full", "session_full"),
    ] {
        let reply = VideoSync::Newer.refused(false, None, code, "A sentence.");
        assert_eq!(reply.close, Some(Close { code: 4001, reason }));
        assert!(reply.frames.is_empty());
    }
}

fn room_with(url: Option<&str>) -> Room {
    let settings = Settings {
        name: "Friday".into(),
        password: None,
        newcomers_may_control: false,
        ..Settings::default()
    };
    let room = Room::new(Timestamp(0), RoomCode::new("K"), settings, None);
    match url {
        None => room,
        Some(url) => room.with_film(Film {
            id: FilmId::new("0a"),
            title: "The General".into(),
            url: url.into(),
            kind: FilmKind::File,
            duration_ms: None,
        }),
    }
}

#[test]
fn a_film_is_where_the_asker_can_reach_it() {
    let at = |url| address("http://films.example", room_with(url).playback());
    assert_eq!(at(None), "http://films.example/video/none");
    assert_eq!(
        at(Some("/media/0a/general.mp4")),
        "http://films.example/video/0a.0"
    );
    assert_eq!(
        at(Some("https://other.example/general.mp4")),
        "https://other.example/general.mp4"
    );
}

#[test]
fn a_state_shows_no_token_and_has_all_keys() {
    let state = state(room_with(None).playback(), Timestamp(5), "http://a");
    assert_eq!(
        serde_json::to_value(&state).unwrap(),
        serde_json::json!({
            "paused": true, "currentTime": 0.0, "playbackRate": 1.0, "streamingUrl": "http://a/video/none",
            "hostToken": "", "lastUpdated": 5,
        })
    );
}

/// A film that plays, for a host with another client, an older player and a newer one.
fn company() -> (Room, [MemberId; 3]) {
    let mut room = room_with(Some("/media/0a/general.mp4"));
    let other = Client {
        name: "Other".into(),
        ..VideoSync::Older.client()
    };
    let clients = [other, VideoSync::Older.client(), VideoSync::Newer.client()];
    for (index, client) in clients.into_iter().enumerate() {
        let join = Join {
            identity: Identity::new("anybody"),
            personal: true,
            network: None,
            tab: Tab::new(index.to_string()),
            name: VIEWER.to_owned(),
            password: PasswordCheck::None,
            since: Seen::default(),
            calls_room: "K".into(),
            client,
            stay: Stay::WhileConnected,
            founds: false,
            replace: false,
        };
        room.handle(Timestamp(1_000), Input::Join(join)).unwrap();
    }
    let lead = Command::Lead {
        position_ms: 60_000,
        paused: false,
        rate: 2.0,
        force: true,
        text: None,
    };
    let lead = Input::Command {
        member: MemberId(1),
        id: None,
        command: lead,
    };
    room.handle(Timestamp(1_000), lead).unwrap();
    (room, [MemberId(1), MemberId(2), MemberId(3)])
}

#[test]
fn the_position_is_the_one_at_the_moment_it_is_told() {
    let (room, _) = company();
    assert!(room.playback().at > Timestamp(1_000), "the change lies ahead");
    for (at, seconds) in [(1_000, 60.0), (1_010, 60.02), (2_000, 62.0), (61_000, 180.0)] {
        let state = state(room.playback(), Timestamp(at), "http://a");
        assert_eq!((state.current_time, state.last_updated), (seconds, at), "at {at}");
    }
}

/// The types of the messages that tell this player an event.
fn hears(room: &Room, speech: VideoSync, listener: MemberId, event: &Event) -> Vec<String> {
    let server = crate::ServerName::default();
    let scene = Scene {
        room,
        now: Timestamp(2_000),
        server: &server,
    };
    let ear = Ear {
        member: room.member(listener),
        base_url: "http://a",
    };
    let kind = |frame: Frame| {
        let message: serde_json::Value = serde_json::from_str(&frame.text).unwrap();
        message["type"].as_str().unwrap().to_owned()
    };
    speech.encode(&scene, event, &ear).into_iter().map(kind).collect()
}

#[test]
fn what_was_so_already_is_told_only_after_one_of_ours() {
    let (room, [other, older, newer]) = company();
    let beat = |to, member: Option<MemberId>| Event {
        to,
        cause: member.map(|member| Cause {
            member,
            command: None,
        }),
        what: Happening::Beat,
    };
    let all = Audience::All;
    for (event, by_older, by_newer) in [
        (beat(all, None), 0, 0),
        (beat(all, Some(other)), 0, 0),
        (beat(all, Some(older)), 1, 1),
        (beat(all, Some(newer)), 1, 0),
        (beat(Audience::Only(newer), Some(newer)), 1, 1),
    ] {
        let older = hears(&room, VideoSync::Older, older, &event);
        assert_eq!(older, vec!["state_update"; by_older], "{event:?}");
        let newer = hears(&room, VideoSync::Newer, newer, &event);
        assert_eq!(newer, vec!["stateUpdate"; by_newer], "{event:?}");
    }
}

#[test]
fn another_role_is_told_to_whose_it_is() {
    let (room, [other, older, _]) = company();
    let changed = |member| Event {
        to: Audience::All,
        cause: None,
        what: Happening::Changed(member),
    };
    let hears = |event| hears(&room, VideoSync::Older, older, &event);
    assert_eq!(hears(changed(older)), ["init"]);
    assert!(hears(changed(other)).is_empty());
    let joined = Event {
        to: Audience::All,
        cause: None,
        what: Happening::Joined(other),
    };
    assert!(hears(joined).is_empty());
}
