//! The ids by which Goblet's clients know each other.
//!
//! An id goes to everybody with each event, so it cannot be the secret in the cookie. It is made of that secret
//! with a key of the server's: the same browser has the same id for ever, nobody else can find the secret from
//! it or claim the id, and there is no second cookie that could get lost or be older than the first.

use hmac::{Hmac, KeyInit, Mac};
use matinee_room::{Identity, Network};
use sha2::Sha256;
use std::fmt;
use std::sync::Arc;

/// Bytes of an id: 32 hexadecimal digits.
const ID_BYTES: usize = 16;

/// Who somebody is for Goblet's clients: 32 hexadecimal digits. No secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct PublicId(Arc<str>);

impl PublicId {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PublicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Somebody with a cookie.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    pub(super) identity: Identity,
    pub(super) id: PublicId,
    /// Where they come from.
    pub(super) network: Option<Network>,
}

/// The key that ids are made with; not to be shown.
pub(super) struct IdKey([u8; 64]);

impl fmt::Debug for IdKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdKey(..)")
    }
}

impl IdKey {
    pub(super) fn new(key: [u8; 64]) -> Self {
        Self(key)
    }

    pub(super) fn visitor(&self, identity: Identity) -> Visitor {
        let mut hash = Hmac::<Sha256>::new(&self.0.into());
        hash.update(identity.as_str().as_bytes());
        let digits: String = hash
            .finalize()
            .into_bytes()
            .iter()
            .take(ID_BYTES)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Visitor {
            identity,
            id: PublicId(digits.into()),
            network: None,
        }
    }
}

#[cfg(test)]
impl From<&str> for PublicId {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_of_one_browser_and_one_server() {
        let id = |key: u8, identity: &str| IdKey::new([key; 64]).visitor(Identity::new(identity)).id;
        let ana = id(1, "ana");
        assert_eq!(ana.as_str().len(), 32);
        assert!(
            ana.as_str()
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        );
        assert_eq!(id(1, "ana"), ana);
        assert_ne!(id(1, "ben"), ana);
        assert_ne!(id(2, "ana"), ana);
    }
}
