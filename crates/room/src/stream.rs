//! What else there is of the film that is on: the stream that browsers play where they cannot play its file. Its
//! extras (subtitles, pictures, chapters) are told by an address alone, which stands in the playback.
//!
//! The room only passes both on. Who makes them tells with [`Input::Prepared`](crate::Input::Prepared) and
//! [`Input::Extras`](crate::Input::Extras); they are not kept with the room.

/// Where the stream of a film is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stream {
    /// It is being found out whether one is needed.
    Looking,
    /// One is needed, and others are made first.
    Waiting {
        /// How many.
        ahead: usize,
    },
    /// It is being made.
    Making {
        /// How much of it is there, if that is known: 0 to 100.
        percent: Option<u8>,
        /// Where players find what is there, relative to the server; `None` while that is not enough to
        /// begin. Another address means that it begins anew.
        url: Option<String>,
    },
    /// It is whole.
    Ready {
        /// Where players find it, relative to the server.
        url: String,
    },
    /// It could not be made.
    Failed {
        /// Why, for programs.
        code: &'static str,
        /// Why, and what to do: a sentence for people.
        message: String,
    },
    /// Nobody knows whether one is needed: what would find out and make it is missing here.
    Unavailable {
        /// What is missing, for programs.
        code: &'static str,
        /// What is missing, and what to do: a sentence for people.
        message: String,
    },
}
