//! What is found out about the film that is on: its stream, its extras.

use crate::evening::{Evening, film, pause};
use matinee_room::{Command, FilmId, Happening, Input, Stream};

fn news(film: &str, stream: Option<Stream>, duration_ms: Option<u64>) -> Input {
    let film = FilmId::new(film);
    Input::Prepared {
        film,
        stream,
        duration_ms,
        made: None,
    }
}

#[test]
fn a_stream_is_told_when_it_moves_on_and_belongs_to_its_film() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    assert_eq!(
        evening.give(news("General", Some(Stream::Looking), None)),
        Ok(vec![])
    );
    evening.wants(ana, Command::Pick(film("General", None))).unwrap();
    let revision = evening.room.playback().revision;
    let whats =
        |events: Vec<matinee_room::Event>| -> Vec<_> { events.into_iter().map(|it| it.what).collect() };
    let events = evening
        .give(news("General", Some(Stream::Looking), None))
        .unwrap();
    assert_eq!(whats(events), [Happening::Stream]);
    assert_eq!(
        evening.give(news("General", Some(Stream::Looking), None)),
        Ok(vec![])
    );
    assert_eq!(
        evening.give(news("Navigator", None, Some(5))),
        Ok(vec![]),
        "another film"
    );
    assert_eq!(
        evening.room.playback().revision,
        revision,
        "nobody's player has to do anything for it"
    );

    let events = evening
        .give(news("General", Some(Stream::Looking), Some(60_000)))
        .unwrap();
    assert!(matches!(whats(events)[..], [Happening::Playback(_)]));
    let known = evening
        .room
        .playback()
        .film
        .as_ref()
        .and_then(|film| film.duration_ms);
    assert_eq!(known, Some(60_000));
    assert_eq!(
        evening.give(news("General", Some(Stream::Looking), Some(0))),
        Ok(vec![])
    );
    assert!(evening.wants(ana, pause()).is_ok());

    evening.wants(ana, Command::Pick(film("General", None))).unwrap();
    assert_eq!(
        evening.room.playback().stream,
        None,
        "put on again, it is asked for again"
    );
}

#[test]
fn extras_are_told_when_they_change_and_belong_to_their_film() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    let extras = |film: &str, url: &str| Input::Extras {
        film: FilmId::new(film),
        url: Some(url.into()),
    };
    assert_eq!(evening.give(extras("General", "/1")), Ok(vec![]), "nothing is on");
    evening.wants(ana, Command::Pick(film("General", None))).unwrap();
    let (revision, kept) = (evening.room.playback().revision, evening.room.changed_at());
    evening.now = evening.now.plus_ms(1_000);
    for url in ["/1", "/2"] {
        let events = evening.give(extras("General", url)).unwrap();
        assert!(matches!(&events[..], [event] if event.what == Happening::Extras));
        assert_eq!(evening.room.playback().extras.as_deref(), Some(url));
    }
    assert_eq!(evening.give(extras("General", "/2")), Ok(vec![]), "that is known");
    assert_eq!(
        evening.give(extras("Navigator", "/3")),
        Ok(vec![]),
        "another film"
    );
    assert_eq!(evening.room.playback().revision, revision);
    assert_eq!(evening.room.changed_at(), kept, "they are not kept with the room");
    let saved = serde_json::to_string(&evening.room).unwrap();
    assert!(!saved.contains(r#""/2""#), "{saved}");

    evening
        .wants(ana, Command::Pick(film("Navigator", None)))
        .unwrap();
    assert_eq!(evening.room.playback().extras, None);
}
