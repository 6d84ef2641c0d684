//! What a client means by each message.

use super::message::{self, ClientMessage};
use crate::request::{Door, Hello, Malformed, Request, Which, Who};
use matinee_room::{Channel, Command, Configure, EntryId, FilmId, MemberId, Seen, Skew, Timestamp, Whom};

/// The film that is named in one of the two ways.
fn which(film: Option<String>, url: Option<String>) -> Result<Which, Malformed> {
    match (film, url) {
        (Some(film), None) => Ok(Which::Here(film)),
        (None, Some(url)) => Ok(Which::Elsewhere(url)),
        _ => Err(Malformed::Message {
            reason: "give either `film` or `url`".to_owned(),
        }),
    }
}

/// What a client means by a text message.
///
/// # Errors
/// [`Malformed`] for all that is not one of [`ClientMessage`].
pub(super) fn of(text: &str) -> Result<Request, Malformed> {
    let message: ClientMessage = serde_json::from_str(text).map_err(|error| Malformed::of(&error))?;
    let command = |id, command| Request::Command {
        id: Some(id),
        command,
    };
    Ok(match message {
        ClientMessage::Hello {
            protocol,
            name,
            tab,
            password,
            since,
            made_at_ms,
        } => {
            if protocol != message::VERSION {
                return Err(Malformed::Version {
                    ours: message::VERSION,
                });
            }
            Request::Hello(Hello {
                door: Door::Here,
                who: Who::Visitor,
                name,
                tab: Some(tab),
                password,
                since: Seen {
                    seq: since.unwrap_or(0),
                    room_made_at: made_at_ms.map(Timestamp),
                },
            })
        }
        ClientMessage::Clock { t0 } => Request::Clock { t0 },
        ClientMessage::Say { id, text, reply_to } => command(
            id,
            match reply_to {
                Some(to) => Command::Reply { text, to },
                None => Command::Say { text },
            },
        ),
        ClientMessage::React { emoji } => Request::Command {
            id: None,
            command: Command::React(emoji),
        },
        ClientMessage::Play { id, seen } => command(id, Command::Play { seen }),
        ClientMessage::Pause { id, seen } => command(id, Command::Pause { seen }),
        ClientMessage::Seek {
            id,
            seen,
            position_ms,
        } => command(id, Command::Seek { seen, position_ms }),
        ClientMessage::Rate { id, seen, rate } => command(id, Command::Rate { seen, rate }),
        ClientMessage::Pick { id, film } => Request::Pick {
            id: Some(id),
            film: Which::Here(film),
        },
        ClientMessage::Link { id, url } => Request::Pick {
            id: Some(id),
            film: Which::Elsewhere(url),
        },
        ClientMessage::QueueAdd { id, film, url, next } => Request::Add {
            id: Some(id),
            film: which(film, url)?,
            next: next.unwrap_or(false),
        },
        ClientMessage::QueueMove { id, entry, before } => command(
            id,
            Command::Move {
                entry: EntryId(entry),
                before: before.map(EntryId),
            },
        ),
        ClientMessage::QueueRemove { id, entry } => command(id, Command::Remove(EntryId(entry))),
        ClientMessage::QueueClear { id } => command(id, Command::Clear),
        ClientMessage::QueueNext { id, seen, entry } => command(
            id,
            Command::Next {
                seen,
                entry: entry.map(EntryId),
            },
        ),
        ClientMessage::QueueStay { id } => command(id, Command::Stay),
        ClientMessage::Repeat { id, repeat } => command(id, Command::Repeat(repeat.into())),
        ClientMessage::Skip { id, seen, skip } => command(id, Command::Skip { seen, skip }),
        ClientMessage::Undo { id, number } => command(id, Command::Undo { number }),
        ClientMessage::ReadyCheck { id } => command(id, Command::AskReady),
        ClientMessage::Ready { id, ready } => command(id, Command::Ready(ready)),
        ClientMessage::ReadyCancel { id } => command(id, Command::StopAsking),
        ClientMessage::Ended { film } => Request::Command {
            id: None,
            command: Command::Ended(FilmId::new(film)),
        },
        ClientMessage::Length { film, duration_ms } => Request::Command {
            id: None,
            command: Command::Length {
                film: FilmId::new(film),
                duration_ms,
            },
        },
        ClientMessage::Stalled { stalled, buffered_ms } => Request::Command {
            id: None,
            command: Command::Stalled { stalled, buffered_ms },
        },
        ClientMessage::Skew {
            mean_ms,
            p50_ms,
            p95_ms,
        } => match Skew::of_ms(mean_ms, p50_ms, p95_ms) {
            Some(skew) => Request::Command {
                id: None,
                command: Command::Measured(skew),
            },
            None => Request::Answer(Vec::new()),
        },
        ClientMessage::HearSkews { hear } => Request::Command {
            id: None,
            command: Command::HearSkews(hear),
        },
        ClientMessage::Alone { id, alone } => command(id, Command::Alone(alone.map(Into::into))),
        ClientMessage::Data { .. } => {
            let message::Data { to, data } =
                serde_json::from_str(text).map_err(|error| Malformed::of(&error))?;
            Request::Command {
                id: None,
                command: Command::Pass {
                    channel: Channel::Data,
                    to: to.map(|id| Whom::Member(MemberId(id))),
                    text: data.get().into(),
                },
            }
        }
        ClientMessage::Rename { id, name } => command(id, Command::Rename(name)),
        ClientMessage::Host { id, member, host } => command(
            id,
            Command::Host {
                member: MemberId(member),
                host,
            },
        ),
        ClientMessage::Settings {
            id,
            name,
            password,
            newcomers_may_control,
            who_controls,
            who_adds,
            closed,
            slow_s,
            wait_seconds,
        } => Request::Settings {
            id: Some(id),
            change: Configure {
                name,
                password: None,
                newcomers_may_control,
                who_controls: who_controls.map(Into::into),
                who_adds: who_adds.map(Into::into),
                closed_to_newcomers: closed,
                slow_s,
                wait_seconds,
            },
            password,
        },
        ClientMessage::Mute { id, member, minutes } => {
            let member = MemberId(member);
            command(id, Command::Mute { member, minutes })
        }
        ClientMessage::Unmute { id, member } => command(id, Command::Unmute(MemberId(member))),
        ClientMessage::Kick { id, member } => command(id, Command::Kick(MemberId(member))),
        ClientMessage::Ban { id, member, address } => command(
            id,
            Command::Ban {
                member: MemberId(member),
                by_network: address.unwrap_or(true),
            },
        ),
        ClientMessage::Unban { id, ban } => command(id, Command::Unban(ban)),
        ClientMessage::Bans { id } => command(id, Command::ListBans),
        ClientMessage::Leave => Request::Leave,
    })
}
