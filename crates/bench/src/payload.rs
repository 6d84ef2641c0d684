//! What is said: 64 characters that tell when it was due, by whose place and as which of theirs.

/// Characters of a payload.
pub(crate) const CHARS: usize = 64;

const DIGITS: usize = 16;

/// What a payload tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Payload {
    /// When it was due, in nanoseconds since the load began.
    pub(crate) due_ns: u64,
    /// Who says it.
    pub(crate) speaker: u64,
    /// How many the speaker has said before.
    pub(crate) count: u64,
}

impl Payload {
    /// As text: three numbers in hexadecimal, then what makes it 64 characters.
    pub(crate) fn text(self) -> [u8; CHARS] {
        let mut text = [b'.'; CHARS];
        let numbers = [self.due_ns, self.speaker, self.count];
        for (place, number) in text.chunks_exact_mut(DIGITS).zip(numbers) {
            for (index, digit) in place.iter_mut().enumerate() {
                let nibble = (number >> (60 - 4 * index)) as u8 & 0xF;
                *digit = if nibble < 10 {
                    b'0' + nibble
                } else {
                    b'a' + nibble - 10
                };
            }
        }
        text
    }

    /// Reads the payload at the end of a message in which it is the last value.
    pub(crate) fn at_end_of(message: &[u8]) -> Option<Self> {
        // What closes the string and the object.
        let text = message.strip_suffix(b"\"}")?.last_chunk::<CHARS>()?;
        let mut numbers = text.chunks_exact(DIGITS).map(number);
        Some(Self {
            due_ns: numbers.next()??,
            speaker: numbers.next()??,
            count: numbers.next()??,
        })
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |number, digit| {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u64::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_said_is_read(due_ns: u64, speaker: u64, count: u64) {
            let payload = Payload { due_ns, speaker, count };
            let text = String::from_utf8(payload.text().to_vec()).unwrap();
            let message = format!(r#"{{"type":"message","from":3,"data":"{text}"}}"#);
            prop_assert_eq!(Payload::at_end_of(message.as_bytes()), Some(payload));
        }
    }

    #[test]
    fn other_messages_have_none() {
        for message in ["", "\"}", r#"{"type":"peer_joined","index":12}"#] {
            assert_eq!(Payload::at_end_of(message.as_bytes()), None, "{message}");
        }
        let words = format!(r#"{{"data":"{}"}}"#, "z".repeat(CHARS));
        assert_eq!(Payload::at_end_of(words.as_bytes()), None);
    }
}
