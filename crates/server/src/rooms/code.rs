//! Fresh room codes.

use matinee_room::CodeShape;

/// Collisions after which codes get one character longer.
const COLLISIONS_A_CHARACTER: usize = 3;

/// A code that nobody could guess from the ones before, as it is written. `collisions` is how often one was
/// taken just now.
pub(super) fn fresh(shape: CodeShape, prefix: &str, collisions: usize) -> Result<String, getrandom::Error> {
    let CodeShape {
        prefixed,
        alphabet,
        length,
    } = shape;
    let length = length + collisions / COLLISIONS_A_CHARACTER;
    // A byte above the greatest multiple of the alphabet's size would make its first characters likelier.
    let fair_max = (256 / alphabet.len() * alphabet.len()) as u32;
    let mut code = String::from(if prefixed { prefix } else { "" });
    let mut found = 0;
    while found < length {
        let byte = getrandom::u32()? & 0xff;
        if byte < fair_max
            && let Some(character) = alphabet.get(byte as usize % alphabet.len())
        {
            code.push(char::from(*character));
            found += 1;
        }
    }
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_its_prefix_and_five_characters_and_longer_after_collisions() {
        for (collisions, length) in [(0, 6), (2, 6), (3, 7), (6, 8)] {
            let shape = CodeShape::PARTY;
            let code = fresh(shape, "S", collisions).unwrap();
            assert_eq!(code.len(), length);
            assert!(code.starts_with('S'));
            assert!(
                code.bytes().skip(1).all(|byte| shape.alphabet.contains(&byte)),
                "{code}"
            );
        }
    }
}
