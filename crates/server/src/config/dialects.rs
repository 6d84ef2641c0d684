//! Which other systems' protocols are spoken besides Matinee's own, which always is.

use std::fmt;

/// A system whose clients may connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    /// StreamGo's parties.
    StreamGo,
    /// Streaming Room Server.
    StreamingRoom,
    /// Party-Sockets, both versions.
    PartySockets,
    /// Goblet.
    Goblet,
    /// VideoSync.
    VideoSync,
}

impl System {
    const ALL: [Self; 5] = [
        Self::StreamGo,
        Self::StreamingRoom,
        Self::PartySockets,
        Self::Goblet,
        Self::VideoSync,
    ];

    /// As it is typed in a setting.
    const fn key(self) -> &'static str {
        match self {
            Self::StreamGo => "streamgo",
            Self::StreamingRoom => "streaming-room",
            Self::PartySockets => "party-sockets",
            Self::Goblet => "goblet",
            Self::VideoSync => "videosync",
        }
    }
}

/// As its makers write it.
impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StreamGo => "StreamGo",
            Self::StreamingRoom => "Streaming Room",
            Self::PartySockets => "Party-Sockets",
            Self::Goblet => "Goblet",
            Self::VideoSync => "VideoSync",
        })
    }
}

/// The versions of Party-Sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartySockets {
    /// Members are told by ids.
    One,
    /// Members are told by places.
    Two,
}

/// A set of systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialects {
    /// One bit a system.
    bits: u8,
}

impl Dialects {
    /// Every system that there is.
    pub(super) fn all() -> Self {
        System::ALL.into_iter().collect()
    }

    /// The set that these words name, or what is wrong with the first that names none.
    pub(super) fn named<'a>(words: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        words.map(named).collect()
    }

    /// The set without one of them.
    pub(super) fn without(self, system: System) -> Self {
        Self {
            bits: self.bits & !bit(system),
        }
    }

    /// Whether clients of this system are let in.
    pub(crate) fn has(self, system: System) -> bool {
        self.bits & bit(system) != 0
    }

    /// All of the set, always in the same order.
    pub(crate) fn iter(self) -> impl Iterator<Item = System> {
        System::ALL.into_iter().filter(move |system| self.has(*system))
    }
}

impl FromIterator<System> for Dialects {
    fn from_iter<I: IntoIterator<Item = System>>(systems: I) -> Self {
        let bits = systems.into_iter().fold(0, |bits, system| bits | bit(system));
        Self { bits }
    }
}

const fn bit(system: System) -> u8 {
    1 << system as u8
}

fn named(word: &str) -> Result<System, String> {
    let mut known = System::ALL.into_iter();
    known
        .find(|system| system.key().eq_ignore_ascii_case(word))
        .ok_or_else(|| format!("{word} is none of {}", System::ALL.map(System::key).join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_is_named_by_its_key_and_is_a_bit_of_its_own() {
        for system in System::ALL {
            let alone = Dialects::named([system.key()].into_iter()).unwrap();
            assert_eq!(alone.iter().collect::<Vec<_>>(), [system]);
        }
        assert_eq!(
            Dialects::named(System::ALL.map(System::key).into_iter()),
            Ok(Dialects::all())
        );
        assert_eq!(Dialects::all().iter().count(), 5);
    }

    #[test]
    fn what_is_no_system_is_told_which_there_are() {
        let refused = Dialects::named(["goblet", "esperanto"].into_iter());
        assert_eq!(
            refused.unwrap_err(),
            "esperanto is none of streamgo, streaming-room, party-sockets, goblet, videosync"
        );
    }
}
