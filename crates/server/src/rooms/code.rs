//! Fresh room codes.

use matinee_room::RoomCode;
use matinee_room::id::CODE_ALPHABET;

/// Characters after the prefix.
const LENGTH: usize = 5;

/// Collisions after which codes get one character longer.
const COLLISIONS_A_CHARACTER: usize = 3;

/// A code that nobody could guess from the ones before. `collisions` is how often one was taken just now.
pub(super) fn fresh(prefix: &str, collisions: usize) -> Result<RoomCode, getrandom::Error> {
    let length = LENGTH + collisions / COLLISIONS_A_CHARACTER;
    // A byte above the greatest multiple of the alphabet's size would make its first characters likelier.
    let fair_max = (256 / CODE_ALPHABET.len() * CODE_ALPHABET.len()) as u32;
    let mut code = String::from(prefix);
    let mut found = 0;
    while found < length {
        let byte = getrandom::u32()? & 0xff;
        if byte < fair_max
            && let Some(character) = CODE_ALPHABET.get(byte as usize % CODE_ALPHABET.len())
        {
            code.push(char::from(*character));
            found += 1;
        }
    }
    Ok(RoomCode::new(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_its_prefix_and_five_characters_and_longer_after_collisions() {
        for (collisions, length) in [(0, 6), (2, 6), (3, 7), (6, 8)] {
            let code = fresh("S", collisions).unwrap();
            assert_eq!(code.as_str().len(), length);
            assert!(code.as_str().starts_with('S'));
            assert!(
                code.as_str()
                    .bytes()
                    .skip(1)
                    .all(|byte| CODE_ALPHABET.contains(&byte)),
                "{code}"
            );
        }
    }
}
