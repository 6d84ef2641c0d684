//! Films elsewhere: what counts as the address of one, what kind of film is found there, and what is made of it.
//! The server never fetches it: each viewer's own player does.

use crate::app;
use crate::limits;
use matinee_media::title_of;
use matinee_room::{Film, FilmId, FilmKind};
use percent_encoding::percent_decode_str;
use thiserror::Error;
use url::Url;

/// The address of a film elsewhere.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Link {
    url: String,
    title: String,
    /// `None` for a page of YouTube that is not one video's.
    kind: Option<FilmKind>,
}

/// Why something that was typed is no film elsewhere.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum NoLink {
    /// Not an address that a player can fetch.
    #[error("That is not the link of a film. Paste the whole address; it begins with https:// or http://.")]
    NoAddress,
    /// Too long an address.
    #[error("That link is too long: it can have {} characters.", limits::LINK_BYTES_MAX)]
    TooLong,
    /// A channel, a list or the like.
    #[error("That page of YouTube is not one video's. Open the video there and paste its link.")]
    NoVideo,
    /// Chance failed.
    #[error("Something went wrong on the server. Try again in a moment.")]
    Internal,
}

impl NoLink {
    /// The name of this refusal in protocols; never changes.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NoAddress => "link_invalid",
            Self::TooLong => "link_too_long",
            Self::NoVideo => "link_no_video",
            Self::Internal => "internal",
        }
    }
}

impl Link {
    /// What was typed, if it is one.
    pub(crate) fn read(typed: &str) -> Result<Self, NoLink> {
        let typed = typed.trim();
        if typed.len() > limits::LINK_BYTES_MAX {
            return Err(NoLink::TooLong);
        }
        let (parsed, url) = address(typed).ok_or(NoLink::NoAddress)?;
        if is_youtube(&parsed) {
            let video = video_of(&parsed);
            let kind = video.as_ref().map(|_| FilmKind::Youtube);
            return Ok(Self {
                // Without what YouTube's pages add to tell who passed a link on.
                url: video.map_or(url, |video| format!("https://www.youtube.com/watch?v={video}")),
                title: "YouTube".to_owned(),
                kind,
            });
        }
        let kind = kind_of(&parsed);
        Ok(Self {
            title: title(&parsed, kind),
            url,
            kind: Some(kind),
        })
    }

    /// The film behind it. Each time another one, for what is there may be.
    pub(crate) fn into_film(self) -> Result<Film, NoLink> {
        Ok(Film {
            id: FilmId::new(app::random_id().map_err(|_| NoLink::Internal)?),
            title: self.title,
            url: self.url,
            kind: self.kind.unwrap_or_default(),
            duration_ms: None,
        })
    }

    /// The film behind it, if it is one that our own page knows how to play.
    pub(crate) fn into_playable_film(self) -> Result<Film, NoLink> {
        match self.kind {
            Some(_) => self.into_film(),
            None => Err(NoLink::NoVideo),
        }
    }
}

/// The address, taken apart and as players take it, if it is one of the web.
fn address(typed: &str) -> Option<(Url, String)> {
    let parsed = Url::parse(typed).ok()?;
    let scheme = parsed.scheme();
    let rest = typed.get(scheme.len()..)?.strip_prefix("://")?;
    let fits = matches!(scheme, "http" | "https")
        // What browsers would take the host from further on.
        && !rest.starts_with(['/', '\\'])
        && !typed.contains(|c: char| c.is_whitespace() || c.is_control());
    let url = format!("{scheme}://{rest}");
    fits.then_some((parsed, url))
}

fn kind_of(parsed: &Url) -> FilmKind {
    let path = parsed.path().to_ascii_lowercase();
    if path.ends_with(PLAYLIST) {
        FilmKind::Hls
    } else {
        FilmKind::File
    }
}

const PLAYLIST: &str = ".m3u8";

/// Names of playlists that say nothing of the film.
const PLAYLISTS_CALLED_ANYHOW: [&str; 5] = ["index", "main", "manifest", "master", "playlist"];

/// What to call it: the file by its name, or the site.
fn title(parsed: &Url, kind: FilmKind) -> String {
    let names = parsed.path_segments().into_iter().flatten().rev();
    let mut names = names
        .filter(|name| !name.is_empty())
        .map(|name| percent_decode_str(name).decode_utf8_lossy().into_owned());
    let name = match kind {
        FilmKind::Hls => names
            .map(|name| name.trim_end_matches(PLAYLIST).to_owned())
            .find(|name| !PLAYLISTS_CALLED_ANYHOW.contains(&name.as_str())),
        FilmKind::File | FilmKind::Youtube => names.next(),
    };
    match name {
        Some(name) => title_of(&name),
        None => parsed.host_str().unwrap_or_default().to_owned(),
    }
}

fn is_youtube(parsed: &Url) -> bool {
    matches!(
        parsed.host_str(),
        Some(
            "youtu.be"
                | "youtube.com"
                | "www.youtube.com"
                | "m.youtube.com"
                | "music.youtube.com"
                | "youtube-nocookie.com"
                | "www.youtube-nocookie.com"
        )
    )
}

/// Characters of a video's id at YouTube.
const VIDEO_CHARS: usize = 11;

/// The video that a page of YouTube is of: `/watch?v=…`, `/shorts/…` and the like, or the short host.
fn video_of(parsed: &Url) -> Option<String> {
    let mut path = parsed.path_segments()?;
    let first = path.next()?;
    let id = match first {
        _ if parsed.host_str() == Some("youtu.be") => first.to_owned(),
        "watch" => parsed
            .query_pairs()
            .find_map(|(name, value)| (name == "v").then(|| value.into_owned()))?,
        "shorts" | "embed" | "live" | "v" => path.next()?.to_owned(),
        _ => return None,
    };
    let is_id = id.len() == VIDEO_CHARS
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        // As long, and something else: a list, and whatever a channel sends just now.
        && !matches!(id.as_str(), "videoseries" | "live_stream");
    is_id.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(url: &str, title: &str, kind: Option<FilmKind>) -> Result<Link, NoLink> {
        Ok(Link {
            url: url.to_owned(),
            title: title.to_owned(),
            kind,
        })
    }

    #[test]
    fn files_elsewhere() {
        for (typed, url, title) in [
            (
                "https://a.example/films/b.mp4?c=d.m3u8#e",
                "https://a.example/films/b.mp4?c=d.m3u8#e",
                "b",
            ),
            (
                "https://a.example/The%20General_1926.mp4",
                "https://a.example/The%20General_1926.mp4",
                "The General 1926",
            ),
            (
                "https://a.example/caf%E9.mp4",
                "https://a.example/caf%E9.mp4",
                "caf\u{FFFD}",
            ),
            (" HTTP://a.example ", "http://a.example", "a.example"),
            // What turns the direction of writing is no part of what everybody is shown.
            (
                "https://a.example/\u{202E}4pm.evil\u{2066}",
                "https://a.example/\u{202E}4pm.evil\u{2066}",
                "4pm evil",
            ),
            // What surrounds it is not part of it.
            ("https://a.example/\n", "https://a.example/", "a.example"),
            // Not YouTube, whatever it says.
            (
                "https://youtube.com.a.example/watch?v=dQw4w9WgXcQ",
                "https://youtube.com.a.example/watch?v=dQw4w9WgXcQ",
                "watch",
            ),
        ] {
            assert_eq!(
                Link::read(typed),
                link(url, title, Some(FilmKind::File)),
                "{typed}"
            );
        }
    }

    #[test]
    fn streams_elsewhere() {
        for (url, title) in [
            ("https://a.example/films/The%20Kid/master.m3u8?token=x", "The Kid"),
            ("http://a.example/the.kid.M3U8", "the kid M3U8"),
            ("https://a.example/kid_1921.m3u8", "kid 1921"),
            ("https://a.example/index.m3u8", "a.example"),
        ] {
            assert_eq!(Link::read(url), link(url, title, Some(FilmKind::Hls)), "{url}");
        }
    }

    #[test]
    fn videos_of_youtube() {
        let video = || {
            let url = "https://www.youtube.com/watch?v=dQw4w9WgX-_";
            link(url, "YouTube", Some(FilmKind::Youtube))
        };
        for typed in [
            "https://www.youtube.com/watch?v=dQw4w9WgX-_",
            "http://youtube.com/watch?app=desktop&v=dQw4w9WgX-_&t=43s",
            "https://m.youtube.com/watch?v=dQw4w9WgX-_&list=RD",
            "https://music.youtube.com/watch?v=dQw4w9WgX-_&si=x",
            "https://youtu.be/dQw4w9WgX-_?t=43",
            "https://WWW.YouTube.com/shorts/dQw4w9WgX-_",
            "https://www.youtube.com/live/dQw4w9WgX-_?si=x",
            "https://www.youtube.com/embed/dQw4w9WgX-_",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgX-_",
        ] {
            assert_eq!(Link::read(typed), video(), "{typed}");
        }
    }

    #[test]
    fn other_pages_of_youtube() {
        for typed in [
            "https://www.youtube.com/",
            "https://www.youtube.com/@somebody",
            "https://www.youtube.com/playlist?list=PL0123456789",
            "https://www.youtube.com/embed/videoseries?list=PL0123456789",
            "https://www.youtube.com/embed/live_stream?channel=x",
            "https://www.youtube.com/watch?v=short",
            "https://www.youtube.com/watch?v=dQw4w9WgX%22_",
            "https://youtu.be/",
        ] {
            let read = Link::read(typed);
            assert_eq!(read, link(typed, "YouTube", None), "{typed}");
            assert_eq!(
                read.unwrap().into_playable_film(),
                Err(NoLink::NoVideo),
                "{typed}"
            );
            // Other clients may know what to do with it.
            assert!(Link::read(typed).and_then(Link::into_film).is_ok(), "{typed}");
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
