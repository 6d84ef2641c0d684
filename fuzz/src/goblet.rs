//! Goblet, whose clients ask by HTTP: what they ask, and what people on the page do, told to clients of Goblet.

use crate::{Evening, MESSAGES_MAX};
use matinee_room::limits::DURATION_MS_MAX;
use matinee_room::{Command, Event, Film, FilmId, Input, MemberId, Playback};
use matinee_wire::goblet::packets::{self, Generation};
use matinee_wire::goblet::{self, Source};
use matinee_wire::{Dialect, Ear, Frame, Scene, ServerName};

/// Characters of an id.
const ID_CHARS: usize = 32;

/// Plays an evening in the lobby. Of each line the first byte says who does what with the rest: a position that
/// a player is at, an address that is put on, or a message from the page.
pub fn watch(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut evening = Evening::new(Dialect::Goblet);
    let page = Dialect::Native.speech();
    evening.join(page.client(), page.stay(), "page", "Ben");
    let on_page = MemberId(evening.places.len() as u32 + 1);
    let place = matinee_wire::Place {
        room: "SABCDE".into(),
        tab: "page".into(),
    };
    for line in text.split('\n').take(MESSAGES_MAX) {
        let mut chars = line.chars();
        let (what, rest) = (chars.next().unwrap_or(' '), chars.as_str());
        let whose = line.len() % evening.places.len();
        let viewer = MemberId(whose as u32 + 1);
        match what {
            'p' | 's' => {
                if let Some(position_ms) = read(rest) {
                    evening.act(viewer, lead(position_ms, what == 'p'));
                }
            }
            'l' => evening.act(viewer, Command::Pick(film(rest))),
            _ => {
                if let Ok(matinee_wire::Request::Command { command, .. }) = page.decode(rest, Some(&place)) {
                    evening.act(on_page, command);
                }
            }
        }
        // What a frame says is read back by the same words.
        drop(goblet::event_of(&Frame::must_arrive(rest.to_owned())));
        for generation in [Generation::Third, Generation::Fourth] {
            carry(generation, rest);
        }
        evening.wait(line.len() as u64 * 40);
        let (now, playback) = (evening.now, evening.room.playback());
        check(&goblet::all_of_it(now, playback), playback);
    }
}

/// What a client sends, as a packet and as a body of several; and what is put into a body comes out of it again.
fn carry(generation: Generation, sent: &str) {
    drop(packets::read(generation, sent));
    for packet in packets::in_body(generation, sent).unwrap_or_default() {
        drop(packets::read(generation, packet));
    }
    if sent.is_empty() || sent.contains('\u{1e}') {
        return;
    }
    let mut body = String::new();
    for _ in 0..2 {
        packets::put(generation, &mut body, sent);
    }
    assert_eq!(packets::in_body(generation, &body), Some(vec![sent, sent]));
}

/// A position as a browser writes it. What is read is in bounds, and comes back as it is written.
fn read(seconds: &str) -> Option<u64> {
    let position_ms = goblet::milliseconds(seconds)?;
    assert!(position_ms <= DURATION_MS_MAX, "{seconds}");
    assert_eq!(
        goblet::milliseconds(&goblet::seconds(position_ms)),
        Some(position_ms)
    );
    Some(position_ms)
}

fn lead(position_ms: u64, paused: bool) -> Command {
    Command::Lead {
        position_ms,
        paused,
        rate: 1.0,
        force: true,
        text: None,
    }
}

fn film(url: &str) -> Film {
    Film {
        id: FilmId::new("f"),
        title: "The General".into(),
        url: url.to_owned(),
        duration_ms: None,
    }
}

impl Evening {
    fn act(&mut self, member: MemberId, command: Command) {
        self.give(Input::Command {
            member,
            id: None,
            command,
        });
    }

    /// What clients of Goblet are told, as the hall asks for it.
    pub(crate) fn tell_goblet(&self, event: &Event) {
        let scene = Scene {
            room: &self.room,
            now: self.now,
            server: &ServerName::default(),
        };
        let nobody = Ear {
            member: None,
            base_url: "",
        };
        let frames = Dialect::Goblet.speech().encode(&scene, event, &nobody);
        check(&frames, self.room.playback());
        if self.dialect == Dialect::Goblet {
            self.room
                .members()
                .iter()
                .for_each(|member| assert_id(&goblet::public_id(member)));
        }
    }
}

/// Whether Goblet's page understands what it is told.
fn check(frames: &[Frame], playback: &Playback) {
    let source = Source::of(playback);
    if let Source::File(name) = &source {
        let (number, extension) = name.split_once('.').expect("a number and an extension");
        assert!(number.bytes().all(|byte| byte.is_ascii_digit()), "{name}");
        assert!(
            extension.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "{name}"
        );
    }
    for frame in frames {
        let (event, text) = goblet::event_of(frame).expect("a name and a string");
        match event.as_str() {
            "play" | "pause" => assert_id(&text),
            "seek" => {
                let (seconds, id) = text.split_once('-').expect("a position and an id");
                assert_id(id);
                assert!(
                    seconds.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'),
                    "{seconds}"
                );
                let position_ms = read(seconds).expect("a position");
                assert_eq!(goblet::seconds(position_ms), seconds);
            }
            "refresh_video" => assert_eq!(text, source.name()),
            event => panic!("{event} is not told of a film"),
        }
    }
}

fn assert_id(id: &str) {
    let is_id = id.len() == ID_CHARS && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(is_id, "{id}");
}
