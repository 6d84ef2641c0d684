//! Plays the conversations in `tests/transcripts` against the server, each as a test of its own.
//!
//! | file | owns |
//! |---|---|
//! | `stage` | what each line does |
//! | `expected` | holding what came against what a line expects |
//! | `pattern` | how expectations are written: text, JSON, holes |
//! | `wrong` | transcripts that must fail |
//!
//! A transcript reads as an example. Its lines:
//!
//! | line | meaning |
//! |---|---|
//! | `# …` | a remark |
//! | `the server runs with --lobby ''` | has these flags; before all other lines |
//! | `the library holds trip.mp4: text` | has this file in its library; before all other lines |
//! | `the server crashes` | is killed and started again; all connections are gone |
//! | `the server is told to stop` | gets SIGTERM |
//! | `the server has stopped` | ends by itself, in peace |
//!
//! | line: rooms and connections | meaning |
//! |---|---|
//! | `ana makes {…}` | makes a room with this body; its code is `<CODE>` from now on |
//! | `ana enters` | opens a connection to `<CODE>`; `ana/2` is a second tab with the same cookies |
//! | `ana connects` | opens a connection to `/`, as the clients of other systems do |
//! | `ana connects to /v2/<ROOM>` | opens one to this address |
//! | `ana connects as c#1#Ana##Friday#0` | offers this subprotocol, which the server must select |
//! | `ana hangs up` | ends the connection without a goodbye |
//! | `ana > text` | sends this text |
//! | `ana >binary` | sends a binary message |
//! | `ana < ping` | receives this text next |
//! | `ana < {…}`, `ana < party:{…}` | receives this JSON next, or a text that ends in this JSON |
//! | `ana <= {…}` | receives exactly this next, byte for byte |
//! | `ana < closed 4001 room closed` | is closed with this code and, if one is given, this reason |
//! | `ana waits for ping` | receives this some time; other messages may come before |
//! | `ana hears nothing` | nothing is on its way to her |
//! | `ana answers a ping` | reads a WebSocket ping next, and answers it |
//! | `within 40 s, ana …` | waits so long for what the rest of the line expects; else it is 20 s |
//!
//! | line: HTTP | meaning |
//! |---|---|
//! | `ana adds origin: http://x.example` | a header for her next request or connection |
//! | `ana GETs /room/<ROOM>` | sends a request; so do `HEADs`, `OPTIONS`, `PUTs`, `DELETEs` |
//! | `ana POSTs /api/sessions {…}` | a request with a body: JSON or other text |
//! | `ana POSTs / with the file trip.mp4: text` | a form with this `file`, as browsers send it |
//! | `ana < 200 {…}` | gets this answer: its status and its body, JSON or text |
//! | `ana < 404` | gets this status with any body |
//! | `ana <= 200` | gets this status and exactly this body, here none |
//! | `ana < header etag: <*>` | the answer had this header |
//! | `ana < no header set-cookie` | the answer had no such header |
//!
//! After a request her next `<` is its answer, and it must be looked at before she does anything else; so must the
//! answer of a server that did not accept a connection. Everybody begins without cookies and keeps those
//! that they get, as a browser does.
//!
//! **Holes.** `<name>` in what is received takes anything the first time and stands for that from then on: a whole
//! value in JSON (`"members":"<all>"`), or a part of a text or of a string in JSON (`"url":"http://<*>/v?key=<KEY>"`).
//! `<*>` takes anything each time. In what is sent, in addresses and after `<=`, `<name>` is replaced. `<PORT>` is known
//! from the start; so is `<LF>`, a line break. A name has two letters or more, so that `<b>` is only text. A hole may be
//! bounded: `<id:uuid>`, `<id:hex32>` (32 hexadecimal digits), `<at:number>`, `<*:12..12.5>` (a number between),
//! `<*:now_ms>` (now, in milliseconds since 1970).
//!
//! **JSON** is compared by value: the order of keys and the way numbers are written do not matter.
//!
//! **Nothing.** `hears nothing` first sends pings to all connections and waits for the pongs, so that all that anybody
//! sent has reached the server; then it listens for a tenth of a second. Where something comes next anyway, expect
//! that instead: it proves as well that nothing came before.

mod expected;
mod pattern;
mod stage;
mod wrong;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Makes a test of each transcript: `folder { file … }`. A `-` is a `_` here.
macro_rules! transcripts {
    ($($folder:ident { $($file:ident)* })*) => {
        $(mod $folder {
            $(#[test]
            fn $file() {
                super::play(stringify!($folder), stringify!($file));
            })*
        })*
        const PLAYED: &[(&str, &str)] = &[$($((stringify!($folder), stringify!($file)),)*)*];
    };
}

transcripts! {
    native { alone coming_back data door extras links malformed moderation queue reactions ready replies skew story waiting }
    party_sockets_1 { data errors gone_at_once put_out replaced story with_the_page }
    party_sockets_2 { closed deadline default_version draining errors put_out state story turned_off url }
    streaming_room { held put_out refusals story with_the_page }
    streamgo { door heartbeat held latency page_joins playback put_out refusals story with_the_page }
    videosync { held http migration newer_clients put_out refusals story with_the_page }
}

#[test]
fn every_transcript_is_played() {
    let list = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let there: BTreeSet<PathBuf> = list(&folder()).iter().flat_map(|dialect| list(dialect)).collect();
    let played = PLAYED.iter().map(|(folder, file)| path(folder, file)).collect();
    let differing: Vec<&PathBuf> = there.symmetric_difference(&played).collect();
    assert!(
        differing.is_empty(),
        "a file is missing, or its name in the list in {}: {differing:?}",
        file!()
    );
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/transcripts")
}

fn path(dialect: &str, file: &str) -> PathBuf {
    folder()
        .join(dialect.replace('_', "-"))
        .join(file)
        .with_extension("txt")
}

fn play(dialect: &str, file: &str) {
    let path = path(dialect, file);
    let text = std::fs::read_to_string(&path).unwrap();
    let name = format!("tests/transcripts/{}/{file}.txt", dialect.replace('_', "-"));
    if let Err(problem) = stage::play(&name, &text) {
        panic!("{problem}");
    }
}
