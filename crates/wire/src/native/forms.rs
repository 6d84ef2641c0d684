//! What a room has, in the form that messages carry it in.

use super::message;
use matinee_room::{LineKind, Room};

impl From<&Room> for message::RoomInfo {
    fn from(room: &Room) -> Self {
        Self {
            code: room.code().to_string(),
            name: room.settings().name.clone(),
            locked: room.settings().password.is_some(),
            newcomers_may_control: room.settings().newcomers_may_control,
            who_controls: room.settings().who_controls.into(),
            who_adds: room.settings().who_adds.into(),
            closed: room.settings().closed_to_newcomers,
            slow_s: room.settings().slow_s,
            wait_seconds: room.wait_seconds(),
        }
    }
}

impl From<matinee_room::WhoMay> for message::WhoMay {
    fn from(who: matinee_room::WhoMay) -> Self {
        match who {
            matinee_room::WhoMay::Hosts => Self::Hosts,
            matinee_room::WhoMay::Everybody => Self::Everybody,
        }
    }
}

impl From<message::WhoMay> for matinee_room::WhoMay {
    fn from(who: message::WhoMay) -> Self {
        match who {
            message::WhoMay::Hosts => Self::Hosts,
            message::WhoMay::Everybody => Self::Everybody,
        }
    }
}

impl message::Member {
    pub(super) fn of(room: &Room, member: &matinee_room::Member) -> Self {
        Self {
            id: member.id.0,
            name: member.name.clone(),
            host: member.host,
            away: member.is_away(),
            stalled: member.stalled,
            alone: member.watches_alone().map(Into::into),
            client: member.client.name.clone(),
            chats: member.client.chats,
            plays: member.client.plays,
            brings_film: member.client.brings_film,
            founder: room.is_maker(member),
            muted: member.muted,
            namesake: member.namesake,
        }
    }
}

impl From<matinee_room::Alone> for message::Alone {
    fn from(alone: matinee_room::Alone) -> Self {
        match alone {
            matinee_room::Alone::UntilBack => Self::UntilBack,
            matinee_room::Alone::UntilPlay => Self::UntilPlay,
        }
    }
}

impl From<message::Alone> for matinee_room::Alone {
    fn from(alone: message::Alone) -> Self {
        match alone {
            message::Alone::UntilBack => Self::UntilBack,
            message::Alone::UntilPlay => Self::UntilPlay,
        }
    }
}

impl From<&matinee_room::Playback> for message::Playback {
    fn from(playback: &matinee_room::Playback) -> Self {
        Self {
            film: playback.film.as_ref().map(|film| message::Film {
                id: film.id.to_string(),
                title: film.title.clone(),
                url: film.url.clone(),
                kind: film.kind.into(),
                duration_ms: film.duration_ms,
                stream: playback.stream.as_ref().map(Into::into),
                extras: playback.extras.clone(),
            }),
            position_ms: playback.position_ms,
            rate: playback.rate,
            paused: playback.paused,
            waits_for_film: playback.waits_for_film,
            at_ms: playback.at.0,
            revision: playback.revision,
        }
    }
}

impl From<matinee_room::FilmKind> for message::FilmKind {
    fn from(kind: matinee_room::FilmKind) -> Self {
        match kind {
            matinee_room::FilmKind::File => Self::File,
            matinee_room::FilmKind::Hls => Self::Hls,
            matinee_room::FilmKind::Youtube => Self::Youtube,
        }
    }
}

impl From<&matinee_room::Stream> for message::Stream {
    fn from(stream: &matinee_room::Stream) -> Self {
        use matinee_room::Stream;
        match stream.clone() {
            Stream::Looking => Self::Looking,
            Stream::Waiting { ahead } => Self::Waiting {
                ahead: u32::try_from(ahead).unwrap_or(u32::MAX),
            },
            Stream::Making { percent, url } => Self::Making { percent, url },
            Stream::Ready { url } => Self::Ready { url },
            Stream::Failed { code, message } => Self::Failed {
                code: code.to_owned(),
                message,
            },
            Stream::Unavailable { code, message } => Self::Unavailable {
                code: code.to_owned(),
                message,
            },
        }
    }
}

impl From<&matinee_room::Line> for message::Line {
    fn from(line: &matinee_room::Line) -> Self {
        Self {
            seq: line.seq,
            at_ms: line.at.0,
            member: line.member.0,
            name: line.name.clone(),
            namesake: line.namesake,
            what: (&line.kind).into(),
        }
    }
}

impl From<&LineKind> for message::Said {
    fn from(kind: &LineKind) -> Self {
        match kind.clone() {
            LineKind::Said { text, reply_to } => Self::Said {
                text,
                reply_to: reply_to.map(Into::into),
            },
            LineKind::Joined => Self::Joined,
            LineKind::Left => Self::Left,
            LineKind::Picked { title, voted } => Self::Picked { title, voted },
            LineKind::Paused { position_ms } => Self::Paused { position_ms },
            LineKind::Alone => Self::Alone,
            LineKind::InStep => Self::InStep,
            LineKind::Moved { position_ms } => Self::Moved { position_ms },
            LineKind::Rate { rate } => Self::Rate { rate },
            LineKind::Host {
                whom,
                whom_name,
                host,
            } => Self::Host {
                whom: whom.0,
                whom_name,
                host,
            },
            LineKind::Muted {
                whom,
                whom_name,
                muted,
                minutes,
            } => Self::Muted {
                whom: whom.0,
                whom_name,
                muted,
                minutes,
            },
            LineKind::PutOut {
                whom,
                whom_name,
                banned,
            } => Self::PutOut {
                whom: whom.0,
                whom_name,
                banned,
            },
            LineKind::Renamed { before } => Self::Renamed { before },
            LineKind::Set { what } => Self::Set { what: what.into() },
        }
    }
}

impl From<matinee_room::Quote> for message::Quote {
    fn from(quote: matinee_room::Quote) -> Self {
        Self {
            seq: quote.seq,
            member: quote.member.0,
            name: quote.name,
            text: quote.text,
        }
    }
}

impl From<matinee_room::Setting> for message::Setting {
    fn from(what: matinee_room::Setting) -> Self {
        use matinee_room::Setting;
        match what {
            Setting::Closed => Self::Closed,
            Setting::Open => Self::Open,
            Setting::EverybodyControls => Self::EverybodyControls,
            Setting::HostsControl => Self::HostsControl,
            Setting::EverybodyAdds => Self::EverybodyAdds,
            Setting::HostsAdd => Self::HostsAdd,
            Setting::Password => Self::Password,
            Setting::NoPassword => Self::NoPassword,
            Setting::Slow => Self::Slow,
            Setting::NotSlow => Self::NotSlow,
        }
    }
}

impl From<&(Box<str>, u32)> for message::Reaction {
    fn from((emoji, count): &(Box<str>, u32)) -> Self {
        Self {
            emoji: emoji.to_string(),
            count: *count,
        }
    }
}

impl From<&matinee_room::Sanction> for message::Ban {
    fn from(ban: &matinee_room::Sanction) -> Self {
        Self {
            id: ban.id,
            name: ban.name.clone(),
            by: ban.by.clone(),
            at_ms: ban.at.0,
            address: ban.meets_network(),
            others: u32::try_from(ban.others).unwrap_or(u32::MAX),
        }
    }
}

impl From<&matinee_room::UploadProgress> for message::Upload {
    fn from(upload: &matinee_room::UploadProgress) -> Self {
        Self {
            id: upload.id.0,
            member: upload.member.0,
            title: upload.title.clone(),
            received_bytes: upload.received_bytes,
            total_bytes: upload.total_bytes,
            paused: upload.paused,
            url: upload.key.as_ref().map(|key| format!("/api/uploads/{key}")),
        }
    }
}
