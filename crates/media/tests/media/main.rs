//! The crate against real files: a folder of films, uploads, and answers to requests for bytes.

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
