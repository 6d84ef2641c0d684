//! The page's TypeScript types, generated from the messages so that they are never written twice.
//!
//! `web/src/protocol.ts` is checked in; the test here compares it, and `make types` writes it anew.

use super::extras::{Chapter, FilmExtras, Subtitles};
use super::message::{
    Alone, Ban, ClientMessage, Entry, ErrorBody, ErrorInfo, Film, FilmEntry, FilmKind, FilmList, Line,
    Member, MemberSkew, NewRoom, NewSpot, Playback, Queue, Quote, Reaction, ReadyCheck, Repeat, RoomInfo,
    RoomSummary, Said, ServerMessage, Setting, Skew, Spot, Stream, Undo, Undoable, Upload, VERSION, Votes,
    WaitedFor, Waiting, WhoMay,
};
use std::path::PathBuf;
use ts_rs::{Config, TS};

fn declaration<T: TS + 'static>(config: &Config) -> String {
    let docs = T::docs().unwrap_or_default();
    format!("{docs}export {}\n\n", T::decl(config))
}

fn all() -> String {
    // Numbers of the protocol stay far below 2^53.
    let config = Config::new().with_large_int("number");
    let mut text = String::from("// Generated from crates/wire/src/native by `make types`. Do not edit.\n\n");
    text += &format!(
        "/** The version of the protocol; `hello` names it. */\nexport const VERSION = {VERSION};\n\n"
    );
    text += &declaration::<ClientMessage>(&config);
    text += &declaration::<ServerMessage>(&config);
    text += &declaration::<RoomInfo>(&config);
    text += &declaration::<WhoMay>(&config);
    text += &declaration::<Member>(&config);
    text += &declaration::<Alone>(&config);
    text += &declaration::<Playback>(&config);
    text += &declaration::<Film>(&config);
    text += &declaration::<FilmKind>(&config);
    text += &declaration::<Stream>(&config);
    text += &declaration::<Queue>(&config);
    text += &declaration::<Entry>(&config);
    text += &declaration::<Repeat>(&config);
    text += &declaration::<Undo>(&config);
    text += &declaration::<Undoable>(&config);
    text += &declaration::<Votes>(&config);
    text += &declaration::<ReadyCheck>(&config);
    text += &declaration::<Waiting>(&config);
    text += &declaration::<WaitedFor>(&config);
    text += &declaration::<MemberSkew>(&config);
    text += &declaration::<Skew>(&config);
    text += &declaration::<Line>(&config);
    text += &declaration::<Said>(&config);
    text += &declaration::<Quote>(&config);
    text += &declaration::<Setting>(&config);
    text += &declaration::<Reaction>(&config);
    text += &declaration::<Ban>(&config);
    text += &declaration::<Upload>(&config);
    text += &declaration::<ErrorBody>(&config);
    text += &declaration::<ErrorInfo>(&config);
    text += &declaration::<NewRoom>(&config);
    text += &declaration::<RoomSummary>(&config);
    text += &declaration::<Spot>(&config);
    text += &declaration::<NewSpot>(&config);
    text += &declaration::<FilmList>(&config);
    text += &declaration::<FilmEntry>(&config);
    text += &declaration::<FilmExtras>(&config);
    text += &declaration::<Chapter>(&config);
    text += &declaration::<Subtitles>(&config);
    text.trim_end().to_owned() + "\n"
}

#[test]
fn the_pages_types_are_those_of_the_messages() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../web/src/protocol.ts");
    let generated = all();
    if std::env::var_os("UPDATE_TYPES").is_some() {
        std::fs::write(&file, &generated).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == generated,
        "web/src/protocol.ts is out of date: run `make types`"
    );
}
