//! The rules of a room, by tables (one evening, told step by step) and by chance (any evening at all).
//!
//! | file | owns |
//! |---|---|
//! | `evening` | a room and its people, for the tables |
//! | `door` | names, tabs, passwords, a full house |
//! | `hosts` | who is host, and who takes over |
//! | `rights` | what everybody may where hosts allow it |
//! | `moderating` | putting out, banning |
//! | `muting` | muting |
//! | `coming_back` | lost connections, grace, former members, restarts |
//! | `controls` | play, pause, seek, speed, length, and when they take effect |
//! | `alone` | watching on one's own, and coming back in step |
//! | `resync` | being told again, founders who come back, a film's new address |
//! | `leading` | hosts whose own players lead |
//! | `crossing` | players' words that cross with the room's |
//! | `pacing` | telling those who have no clock, again and again |
//! | `streams` | what is found out about the film that is on |
//! | `uploads` | which upload is put on |
//! | `queue` | the films that come next |
//! | `taking_back` | taking back the queue's latest change |
//! | `voting` | votes to skip a film |
//! | `readiness` | asking who is ready, and starting when all are |
//! | `waiting` | waiting for players that have run dry |
//! | `making` | waiting for a film that is still being made |
//! | `making_by_chance` | the same, whatever goes in |
//! | `skewing` | how far players are off, and who hears it |
//! | `chat` | lines, numbers, what is kept |
//! | `talking` | answers, reactions, slow chat, names, lines that settle |
//! | `chance` | inputs of every kind, sensible and absurd |
//! | `any_evening` | what holds whatever goes in |
//! | `kept` | a room that was written down and read again |
//! | `relaying` | what passes through, a game's state, rooms that end |
//! | `position` | the position against the sum of its history |
//! | `client` | a member's client: an outbox, and what it makes of the messages |
//! | `house` | a room with clients around it, and the wires between |
//! | `agreement` | all clients come to see the same room |
//! | `echo` | what is done once is told once, and never comes round again |

#![cfg(test)]

mod agreement;
mod alone;
mod any_evening;
mod chance;
mod chat;
mod client;
mod coming_back;
mod controls;
mod crossing;
mod door;
mod echo;
mod evening;
mod hosts;
mod house;
mod kept;
mod leading;
mod making;
mod making_by_chance;
mod moderating;
mod muting;
mod pacing;
mod position;
mod queue;
mod readiness;
mod relaying;
mod resync;
mod rights;
mod skewing;
mod streams;
mod taking_back;
mod talking;
mod uploads;
mod voting;
mod waiting;
