//! Tests from outside: the real binary, real sockets, nothing shared with it but the protocol.
//!
//! | file | owns |
//! |---|---|
//! | `server` | starting, killing and restarting the binary |
//! | `http` | the smallest HTTP client, which sends what it is told to |
//! | `socket` | a WebSocket client for one member |
//! | `transcripts` | conversations in `tests/transcripts`, played against the server |
//! | `clicks` | the time that is told, and a film that two click at |
//! | `films` | whole films in, ranges out, addresses |
//! | `extras` | subtitles, chapters and pictures of films |
//! | `uploads` | films that come in pieces, by the tus protocol |
//! | `goblet` | the clients of Goblet: plain addresses, Socket.IO by hand |
//! | `fullness` | a server that is full |
//! | `guests` | identity, other origins, headers |
//! | `guesses` | codes of rooms, guessed at |
//! | `frames` | WebSocket frames that are wrong, too large, too many, unread |
//! | `lasting` | what survives a kill and a polite stop |
//! | `parties` | StreamGo's parties: storms of newcomers, names without end, what leaks |
//! | `metrics` | figures for who runs the server |
//! | `library` | a library of films, and a host who asks for its list |
//! | `openapi` | the description of the HTTP side, held against real answers |
//! | `party_sockets` | its clients that do what they should not |
//! | `settings` | flags, variables, the file |
//! | `spots` | where a browser wants to go on in a film |
//! | `streams` | films that not every browser plays |
//! | `videosync` | VideoSync beyond its transcripts |

// A test that cannot go on says so by ending.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clicks;
mod extras;
mod films;
mod frames;
mod fullness;
mod goblet;
mod guesses;
mod guests;
mod http;
mod lasting;
mod library;
mod metrics;
mod openapi;
mod parties;
mod party_sockets;
mod server;
mod settings;
mod socket;
mod spots;
mod streams;
mod transcripts;
mod uploads;
mod videosync;
