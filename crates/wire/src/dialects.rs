//! Which dialects are on, and which of them somebody speaks who connects.

use crate::{Dialect, Handshake, Opening};

/// The dialects that are on. The native one always is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialects {
    on: Vec<Dialect>,
    /// Whose a first message is that is nobody else's.
    otherwise: Dialect,
}

impl Dialects {
    /// Every one that there is.
    #[must_use]
    pub fn all() -> Self {
        Self::of(&others().collect::<Vec<_>>())
    }

    /// These.
    #[must_use]
    pub fn of(on: &[Dialect]) -> Self {
        Self {
            on: on.to_vec(),
            otherwise: Dialect::PartySockets1,
        }
    }

    /// Those of the systems that these words name, in any case.
    ///
    /// # Errors
    /// What is wrong with the first word that names none, with the words that do.
    pub fn named<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let words: Vec<_> = words.into_iter().map(str::to_ascii_lowercase).collect();
        let mut keys: Vec<_> = others().map(key).collect();
        keys.dedup();
        if let Some(unknown) = words.iter().find(|word| !keys.contains(word)) {
            return Err(format!("{unknown} is none of {}", keys.join(", ")));
        }
        // In one order, however they were typed: the first that claims a handshake has it.
        let on: Vec<_> = others()
            .filter(|dialect| words.contains(&key(*dialect)))
            .collect();
        Ok(Self::of(&on))
    }

    /// These without one of them.
    #[must_use]
    pub fn without(mut self, dialect: Dialect) -> Self {
        self.on.retain(|on| *on != dialect);
        self
    }

    /// With this dialect, if it is on, for a first message that is nobody else's.
    #[must_use]
    pub fn otherwise(self, otherwise: Dialect) -> Self {
        Self { otherwise, ..self }
    }

    /// Whether a dialect is on.
    #[must_use]
    pub fn has(&self, dialect: Dialect) -> bool {
        dialect == Dialect::Native || self.on.contains(&dialect)
    }

    /// The systems whose clients may connect besides our own, as their makers write them, always in the same
    /// order.
    #[must_use]
    pub fn systems(&self) -> Vec<&'static str> {
        let on = others().filter(|dialect| self.has(*dialect));
        let mut systems: Vec<_> = on.map(|dialect| dialect.speech().system()).collect();
        systems.dedup();
        systems
    }

    /// How a conversation opens whose handshake tells its dialect.
    #[must_use]
    pub fn opening(&self, handshake: &Handshake<'_>) -> Option<Opening> {
        let mut on = self.on.iter().copied();
        on.find_map(|dialect| {
            let opens = dialect.speech().opening(handshake)?;
            Some(Opening { dialect, ..opens })
        })
    }

    /// The dialect of a connection whose handshake does not tell, by its first message.
    #[must_use]
    pub fn recognise(&self, text: &str) -> Option<Dialect> {
        let speaks = |dialect: &Dialect| self.has(*dialect) && dialect.speech().speaks(text);
        [Dialect::StreamingRoom, self.otherwise].into_iter().find(speaks)
    }
}

/// Those that can be turned off.
fn others() -> impl Iterator<Item = Dialect> {
    Dialect::ALL
        .into_iter()
        .filter(|dialect| *dialect != Dialect::Native)
}

/// The word for a dialect's system in a setting.
fn key(dialect: Dialect) -> String {
    dialect.speech().system().to_ascii_lowercase().replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_named_by_their_words() {
        let words = [
            "streamgo",
            "streaming-room",
            "party-sockets",
            "goblet",
            "videosync",
        ];
        let all = Dialects::named(words).unwrap();
        assert_eq!(all, Dialects::all());
        assert_eq!(all, Dialects::named(words.into_iter().rev()).unwrap());
        let some = Dialects::named(["VideoSync", "party-sockets"]).unwrap();
        assert_eq!(some.systems(), ["Party-Sockets", "VideoSync"]);
        assert!(!some.has(Dialect::Goblet) && some.has(Dialect::Native));
        assert_eq!(Dialects::named([]).unwrap().systems(), [""; 0]);
        assert_eq!(
            Dialects::named(["goblet", "esperanto"]).unwrap_err(),
            "esperanto is none of streamgo, streaming-room, party-sockets, goblet, videosync"
        );
    }

    #[test]
    fn a_first_message_tells_the_dialect() {
        let dialects = Dialects::all();
        for first in [r#"{"type":"join-room"}"#, r#"{"userId":1,"type":"ping"}"#] {
            assert_eq!(dialects.recognise(first), Some(Dialect::StreamingRoom));
        }
        let only = Dialects::of(&[Dialect::StreamingRoom]);
        let second = dialects.clone().otherwise(Dialect::PartySockets2);
        for other in ["", "null", r#"{"type":"create"}"#, r#"{"type":1}"#, "join-room"] {
            assert_eq!(dialects.recognise(other), Some(Dialect::PartySockets1), "{other}");
            assert_eq!(second.recognise(other), Some(Dialect::PartySockets2), "{other}");
            assert_eq!(only.recognise(other), None, "{other}");
        }
    }

    #[test]
    fn a_path_tells_the_dialect() {
        let opens = |path| {
            let handshake = Handshake {
                path,
                query: "",
                protocols: Vec::new(),
            };
            Dialects::all().opening(&handshake).map(|opening| opening.dialect)
        };
        for path in ["/v2", "/v2/", "/v2/aB3xYz", "/v2/nothing/here"] {
            assert_eq!(opens(path), Some(Dialect::PartySockets2), "{path}");
        }
        for path in ["/", "/v1", "/v22", "/aB3xYz", "/r/v2"] {
            assert_eq!(opens(path), None, "{path}");
        }
    }
}
