//! What a request asks for, as its query says, and the refusal of one that asks for nothing there is.

use super::Sid;
use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse;
use matinee_wire::goblet::packets::Generation;

/// The ways in which packets go to and fro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Polling,
    WebSocket,
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) generation: Generation,
    pub(super) transport: Transport,
    /// The session, where it does not open one.
    pub(super) sid: Option<Sid>,
}

/// What is wrong with a request, by Engine.IO's own numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    Transport,
    UnknownSession,
    Method,
    Request,
    Generation,
}

impl Asked {
    pub(super) fn read(query: &str) -> Result<Self, Mistake> {
        let parameter = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
        };
        let transport = match parameter("transport") {
            Some("polling") => Transport::Polling,
            Some("websocket") => Transport::WebSocket,
            _ => return Err(Mistake::Transport),
        };
        let generation = parameter("EIO").and_then(Generation::numbered);
        let sid = parameter("sid").map(|sid| Sid::parse(sid).ok_or(Mistake::UnknownSession));
        Ok(Self {
            generation: generation.ok_or(Mistake::Generation)?,
            transport,
            sid: sid.transpose()?,
        })
    }
}

impl IntoResponse for Mistake {
    fn into_response(self) -> Response<Body> {
        let (code, message) = match self {
            Self::Transport => (0, "Transport unknown"),
            Self::UnknownSession => (1, "Session ID unknown"),
            Self::Method => (2, "Bad handshake method"),
            Self::Request => (3, "Bad request"),
            Self::Generation => (5, "Unsupported protocol version"),
        };
        let told = serde_json::json!({ "code": code, "message": message });
        let json = [(header::CONTENT_TYPE, "application/json")];
        (StatusCode::BAD_REQUEST, json, told.to_string()).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_says_what_is_asked() {
        let sid = "0123456789abcdef0123456789abcdef";
        let asked = Asked::read(&format!("EIO=3&transport=polling&t=Oa1&b64=1&sid={sid}")).unwrap();
        assert_eq!(asked.generation, Generation::Third);
        assert_eq!(asked.transport, Transport::Polling);
        assert_eq!(asked.sid.map(|sid| sid.to_string()).as_deref(), Some(sid));
        assert_eq!(Asked::read("transport=websocket&EIO=4").unwrap().sid, None);
        for (query, mistake) in [
            ("", Mistake::Transport),
            ("EIO=4&transport=carrier-pigeon", Mistake::Transport),
            ("EIO=2&transport=polling", Mistake::Generation),
            ("EIO=4&transport=polling&sid=", Mistake::UnknownSession),
            ("EIO=4&transport=polling&sid=nobody", Mistake::UnknownSession),
            (
                "EIO=4&transport=polling&sid=+123456789abcdef0123456789abcdef",
                Mistake::UnknownSession,
            ),
        ] {
            assert_eq!(Asked::read(query), Err(mistake), "{query}");
        }
    }
}
