//! The crate against real files, and the real ffmpeg.
//!
//! | file | owns |
//! |---|---|
//! | `fixture`, `films`, `studio` | films on disk and requests for them; films that ffmpeg makes; jobs to wait for |
//! | `library`, `shelf`, `vanishing` | scans; which films there are; files that go or change |
//! | `ranges`, `parts`, `conditions` | one range, several, conditional requests |
//! | `upload`, `upload_limits`, `partial` | uploads that work, that end early, that are gone on with |
//! | `probe` | what is in a film |
//! | `hls`, `hls_ends` | streams, and those that end early |
//! | `extras`, `extras_ends`, `subtitles` | pictures and texts of films, those that do not come to be, those beside a film |

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod conditions;
mod extras;
mod extras_ends;
mod films;
mod fixture;
mod hls;
mod hls_ends;
mod library;
mod partial;
mod parts;
mod probe;
mod ranges;
mod shelf;
mod studio;
mod subtitles;
mod upload;
mod upload_limits;
mod vanishing;
