//! The names of things: ids as types of their own, so that one is never taken for another.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A moment: whole milliseconds since the Unix epoch, by the server's monotonic clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// This moment and `ms` milliseconds.
    #[must_use]
    pub fn plus_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this moment, 0 if `earlier` is later.
    #[must_use]
    pub fn ms_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A member of one room: counted up from 1 in the order of first joins, never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MemberId(pub u32);

impl MemberId {
    /// Nobody's number: for what the room does by itself.
    pub(crate) const NOBODY: Self = Self(0);
}

/// An upload in one room, counted up from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UploadId(pub u32);

/// A film that waits in a room's queue, counted up from 1, never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(pub u32);

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes the text as it is.
            #[must_use]
            pub fn new(text: impl Into<Box<str>>) -> Self {
                Self(text.into())
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// Who somebody is on this server: the id in their signed cookie. A secret between them and us.
    Identity
}
text_id! {
    /// Where somebody comes from, made unreadable outside: equal for those who come from the same network, and
    /// another one in each room.
    Network
}
text_id! {
    /// What tells one person's tabs apart: of the client's choice.
    Tab
}
text_id! {
    /// A film's id. Other bytes have another id.
    FilmId
}
text_id! {
    /// What an upload that can be gone on with is found by.
    UploadKey
}
text_id! {
    /// The code that a room is found by, in its one written form: capitals, no spaces.
    RoomCode
}

/// What fresh codes look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeShape {
    /// Whether the server's prefix goes before.
    pub prefixed: bool,
    /// The characters, each as likely as the others.
    pub alphabet: &'static [u8],
    /// How many of them, while few are taken.
    pub length: usize,
}

impl CodeShape {
    /// Codes that people read out to each other.
    pub const PARTY: Self = Self {
        prefixed: true,
        alphabet: b"0123456789ABCDEHIJKLMNORSTUVWYZ",
        length: 5,
    };
}

impl RoomCode {
    /// The code that somebody meant who typed `text`: in any case, with or without spaces and dashes. Rooms
    /// that a client has named as it likes, with other characters than letters and digits, are found by just
    /// that name. `None` if it cannot be a code.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        if text.len() > crate::limits::CODE_TYPED_BYTES_MAX {
            return None;
        }
        let code: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if code.chars().all(|c| c.is_ascii_alphanumeric()) {
            return (!code.is_empty()).then(|| Self::new(code));
        }
        (!text.contains(char::is_control)).then(|| Self::new(text))
    }

    /// Whether somebody could come upon it by trying. Not if it is 32 hexadecimal digits, as a UUID is, which are made
    /// by chance.
    #[must_use]
    pub fn can_be_guessed(&self) -> bool {
        self.0.len() != 32 || !self.0.bytes().all(|byte| byte.is_ascii_hexdigit())
    }
}
