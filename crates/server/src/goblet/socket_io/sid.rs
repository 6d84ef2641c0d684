//! What sessions are called.

use crate::app;
use std::fmt;

/// What a session is called. A secret between its client and us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::goblet) struct Sid(u128);

impl Sid {
    pub(super) fn fresh() -> Result<Self, getrandom::Error> {
        app::random().map(|bytes| Self(u128::from_be_bytes(bytes)))
    }

    /// The session that is called so, written as we write it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let sid = u128::from_str_radix(text, 16).ok().map(Self)?;
        (sid.to_string() == text).then_some(sid)
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_found_by_what_it_is_called_and_by_nothing_else() {
        let sid = Sid::fresh().unwrap();
        assert_eq!(Sid::parse(&sid.to_string()), Some(sid));
        for odd in [
            "",
            "7",
            "+0000000000000000000000000000007",
            "0000000000000000000000000000000G",
        ] {
            assert_eq!(Sid::parse(odd), None, "{odd}");
        }
    }
}
