//! Films elsewhere: what counts as the address of one, and what is made of it. The server never fetches it:
//! each viewer's own player does.

use crate::app;
use crate::limits;
use matinee_room::text::one_line;
use matinee_room::{Film, FilmId};
use thiserror::Error;
use url::Url;

/// The address of a film elsewhere.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Link {
    url: String,
    title: String,
}

/// Why something that was typed is no link.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum NoLink {
    /// Not an address that a player can fetch.
    #[error("That is not the link of a film. Paste the whole address; it begins with https:// or http://.")]
    NoAddress,
    /// Too long an address.
    #[error("That link is too long: it can have {} characters.", limits::LINK_BYTES_MAX)]
    TooLong,
}

impl Link {
    /// What was typed, if it is one.
    pub(crate) fn read(typed: &str) -> Result<Self, NoLink> {
        let typed = typed.trim();
        if typed.len() > limits::LINK_BYTES_MAX {
            return Err(NoLink::TooLong);
        }
        let address = address(typed).ok_or(NoLink::NoAddress)?;
        let (_, rest) = address.split_once("://").ok_or(NoLink::NoAddress)?;
        let path = rest.split(['?', '#']).next().unwrap_or(rest);
        let title: String = one_line(path)
            .trim_end_matches('/')
            .chars()
            .take(matinee_media::limits::TITLE_CHARS_MAX)
            .collect();
        if title.is_empty() {
            return Err(NoLink::NoAddress);
        }
        Ok(Self { url: address, title })
    }

    /// The film behind it. Each time another one, for what is there may be.
    pub(crate) fn into_film(self) -> Result<Film, getrandom::Error> {
        Ok(Film {
            id: FilmId::new(app::random_id()?),
            title: self.title,
            url: self.url,
            duration_ms: None,
        })
    }
}

/// The address as players take it, if it is one of the web.
fn address(typed: &str) -> Option<String> {
    let parsed = Url::parse(typed).ok()?;
    let scheme = parsed.scheme();
    let rest = typed.get(scheme.len()..)?.strip_prefix("://")?;
    let fits = matches!(scheme, "http" | "https")
        // What browsers would take the host from further on.
        && !rest.starts_with(['/', '\\'])
        && !typed.contains(|c: char| c.is_whitespace() || c.is_control());
    fits.then(|| format!("{scheme}://{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_films_elsewhere() {
        for (typed, url, title) in [
            (
                "https://a.example/films/b.mp4?c=d#e",
                "https://a.example/films/b.mp4?c=d#e",
                "a.example/films/b.mp4",
            ),
            (" HTTP://a.example ", "http://a.example", "a.example"),
            (
                "https://www.youtube.com/watch?v=ID",
                "https://www.youtube.com/watch?v=ID",
                "www.youtube.com/watch",
            ),
            // What turns the direction of writing is no part of what everybody is shown.
            (
                "https://a.example/\u{202E}4pm.evil\u{2066}",
                "https://a.example/\u{202E}4pm.evil\u{2066}",
                "a.example/4pm.evil",
            ),
            // What surrounds it is not part of it.
            ("https://a.example/\n", "https://a.example/", "a.example"),
        ] {
            let link = Link {
                url: url.to_owned(),
                title: title.to_owned(),
            };
            assert_eq!(Link::read(typed), Ok(link), "{typed}");
        }
    }

    #[test]
    fn what_is_none() {
        for typed in [
            "",
            "a.example/film.mp4",
            "ftp://a.example/film.mp4",
            "javascript://a.example/%0aalert(1)",
            "file:///etc/passwd",
            "https://",
            "https:///film.mp4",
            "https:\\/a.example/film.mp4",
            "https://a.example:http/film.mp4",
            "https://256.0.0.1/film.mp4",
            "https://[::g]/film.mp4",
            "https://\u{202E}/",
            "https://a.example/a b",
            "https://a.example/a\nb",
        ] {
            assert_eq!(Link::read(typed), Err(NoLink::NoAddress), "{typed}");
        }
        let long = format!("https://a.example/{}", "a".repeat(limits::LINK_BYTES_MAX));
        assert_eq!(Link::read(&long), Err(NoLink::TooLong));
    }
}
