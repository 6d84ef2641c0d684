//! The ids that members are known by where clients choose their own: who came with another client has one that
//! is made of their number, and that nobody may choose.

use matinee_room::{Member, MemberId};

/// How the ids of members begin who came with another client.
pub(crate) const OTHERS: &str = "matinee:";

/// The id that others know a member by, among clients of this name.
pub(crate) fn of(member: &Member, client: &str) -> String {
    if member.client.name == client {
        member.tab().to_string()
    } else {
        of_other(member.id)
    }
}

/// The id of a member who came with another client.
pub(crate) fn of_other(id: MemberId) -> String {
    format!("{OTHERS}{}", id.0)
}

/// Whether no client may choose this id.
pub(crate) fn is_taken(id: &str) -> bool {
    id.starts_with(OTHERS)
}

/// Whose id this is, if it is one that nobody may choose: nobody's, where it is not written as
/// [`of_other`] writes it.
pub(crate) fn other(id: &str) -> Option<Option<MemberId>> {
    let number = id.strip_prefix(OTHERS)?;
    let member = number.parse().ok().map(MemberId);
    Some(member.filter(|member| of_other(*member) == id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_ours_is_read_as_it_was_written() {
        assert_eq!(other(&of_other(MemberId(7))), Some(Some(MemberId(7))));
        for odd in [
            "matinee:",
            "matinee:07",
            "matinee:+7",
            "matinee:7 ",
            "matinee:4294967296",
        ] {
            assert!(is_taken(odd));
            assert_eq!(other(odd), Some(None), "{odd}");
        }
        for free in ["", "7", "matinee", "Matinee:7"] {
            assert!(!is_taken(free));
            assert_eq!(other(free), None, "{free}");
        }
    }
}
