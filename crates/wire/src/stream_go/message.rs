//! The messages of StreamGo's parties: words with colons between, and JSON in two of them.

use matinee_room::{Member, MemberId, Room};
use serde::{Deserialize, Serialize};

/// Asks for `pong`.
pub(super) const PING: &str = "ping";

/// What a party cannot be entered with.
pub(super) const BAD_ROOM: &str = "badroom";

/// What a client of another version hears.
pub(super) const UPGRADE: &str = "upgrade";

/// What a client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClientMessage<'a> {
    /// The answer to `ping`.
    Pong,
    /// Says something.
    Said(&'a str),
    /// The state of its player: the JSON, and the command whole.
    State { json: &'a str, cue: &'a str },
    /// Any other command for the others' players.
    Cue(&'a str),
    /// Makes somebody a host or not.
    Toggle(MemberId),
}

impl<'a> ClientMessage<'a> {
    /// What a text says; nothing if it is no message.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        Some(match text.split_once(':') {
            None if text == "pong" => Self::Pong,
            Some(("msg", said)) => Self::Said(said),
            Some(("cmd", cue)) => match cue.strip_prefix("state:") {
                Some(json) => Self::State { json, cue },
                None => Self::Cue(cue),
            },
            Some(("toggle", id)) => Self::Toggle(MemberId(id.parse().ok()?)),
            _ => return None,
        })
    }
}

/// What a player does, in `cmd:state:`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(super) struct State {
    /// Where it stands, in seconds.
    pub(super) time: f64,
    /// Whether it stands still.
    pub(super) paused: bool,
    /// Its speed.
    pub(super) playback_speed: f64,
    /// Whether players go there even if they are near. Left out in what only repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) force: Option<bool>,
}

/// The sign of another client of the same parties: WatchParty's plugin, whose state has milliseconds and a key
/// more.
#[derive(Debug, Deserialize)]
pub(super) struct PluginState {
    #[serde(rename = "state")]
    _state: serde::de::IgnoredAny,
}

#[derive(Serialize)]
struct Party<'a> {
    code: &'a str,
    name: &'a str,
    members: Vec<PartyMember>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PartyMember {
    user_id: String,
    user_name: String,
    is_host: bool,
}

/// `party:`, with everybody in the order in which they came.
pub(super) fn party(room: &Room) -> String {
    let member = |member: &Member| PartyMember {
        user_id: member.id.0.to_string(),
        user_name: member.called(),
        // Their clients control if they are hosts, and not else.
        is_host: room.may_control(member.id).is_ok(),
    };
    let party = Party {
        code: room.code().as_str(),
        name: &room.settings().name,
        members: room.members().iter().map(member).collect(),
    };
    format!("party:{}", json(&party))
}

/// `cmd:`, with the latency in milliseconds that its sender and the one who hears it have together.
pub(super) fn command(latency_ms: u32, cue: &str) -> String {
    format!("cmd:{latency_ms}:{cue}")
}

/// The cue that sets a player.
pub(super) fn state(state: &State) -> String {
    format!("state:{}", json(state))
}

/// `msg:`, of one line of chat.
pub(super) fn said(member: MemberId, text: &str) -> String {
    format!("msg:{}:{text}", member.0)
}

fn json(message: &impl Serialize) -> String {
    // These types have string keys and finite depth, so that nothing can fail.
    serde_json::to_string(message).unwrap_or_default()
}
