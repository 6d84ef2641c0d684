//! Why connections are closed, in the words of RFC 6455.

use super::framed::Framed;
use matinee_wire::Close;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::CloseCode;

/// Why a connection is closed, for its client to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    /// The member left.
    Left,
    /// The client said goodbye first, and was answered.
    Answered,
    /// Another connection has taken the place.
    Replaced,
    /// The server stops, and will be back.
    Restarting,
    /// The client reads too slowly.
    TooSlow,
    /// The client goes on breaking a rule.
    RuleBroken,
    /// A message was larger than allowed.
    TooLarge,
    /// Text that was not UTF-8.
    NotUtf8,
    /// A breach of the WebSocket protocol.
    Protocol,
    /// Nothing was heard for too long.
    Silent,
    /// The room is closed for everybody.
    RoomClosed,
    /// For a reason of the dialect's own.
    Told(Close),
}

impl Closing {
    fn code(self) -> u16 {
        match self {
            Self::Left | Self::Answered => 1000,
            Self::Replaced => 4000,
            Self::Restarting => 1012,
            Self::TooSlow => 1013,
            Self::RuleBroken => 1008,
            Self::TooLarge => 1009,
            Self::NotUtf8 => 1007,
            Self::Protocol => 1002,
            Self::Silent => 1008,
            Self::RoomClosed => 4001,
            Self::Told(close) => close.code,
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Self::Left | Self::Answered => "",
            Self::Replaced => "replaced",
            Self::Restarting => "The server restarts. Come back in a moment.",
            Self::TooSlow => "This connection is too slow for the room. Connect again.",
            Self::RuleBroken => "Too many messages were refused.",
            Self::TooLarge => "That message is too large.",
            Self::NotUtf8 => "Text must be UTF-8.",
            Self::Protocol => "That is not the WebSocket protocol.",
            Self::Silent => "Nothing was heard from you.",
            Self::RoomClosed => "room closed",
            Self::Told(close) => close.reason,
        }
    }

    /// The last frame of a connection.
    pub(super) fn framed(self) -> Framed {
        let close = tungstenite::protocol::CloseFrame {
            code: CloseCode::from(self.code()),
            reason: self.reason().into(),
        };
        Framed::control(Frame::close(Some(close)))
    }
}
