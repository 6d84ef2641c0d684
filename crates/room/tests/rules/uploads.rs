//! Which upload is put on: any, unless a film is under way, playing or paused, or others wait. Then it waits with them.

use crate::evening::{Evening, film, host, pause, play};
use matinee_room::{
    Command, Happening, Input, KeptUpload, LineKind, MemberId, Refusal, UploadId, UploadKey, UploadProgress,
    limits,
};

fn begins(evening: &mut Evening, member: MemberId) -> UploadId {
    let upload = evening.room.next_upload();
    let begin = Input::UploadBegins {
        member,
        title: "Upload".into(),
        total_bytes: 100,
    };
    let events = evening.give(begin).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].what, Happening::Uploads);
    upload
}

/// Ends it with a film; whether that was put on.
fn ends(evening: &mut Evening, upload: UploadId) -> bool {
    let film = Some(film("Upload", Some(60_000)));
    let events = evening.give(Input::UploadEnds { upload, film }).unwrap();
    assert_eq!(events[0].what, Happening::Uploads);
    assert!(evening.room.uploads().all(|progress| progress.id != upload));
    let put_on = events
        .iter()
        .any(|event| matches!(event.what, Happening::Playback(_)));
    let on = evening.room.playback().film.as_ref();
    assert_eq!(put_on, on.is_some_and(|film| film.title == "The Upload"));
    put_on
}

/// A film that was put on and not started.
fn ready(evening: &mut Evening, ana: MemberId) {
    let general = Command::Pick(film("General", Some(60_000)));
    evening.wants(ana, general).unwrap();
}

#[test]
fn an_upload_is_put_on_where_no_film_is_under_way() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    let upload = begins(&mut evening, ana);
    assert!(ends(&mut evening, upload), "nothing is on");

    ready(&mut evening, ana);
    let upload = begins(&mut evening, ana);
    assert!(ends(&mut evening, upload), "a film that nobody has started");

    ready(&mut evening, ana);
    evening.wants(ana, play()).unwrap();
    evening.waits(100_000);
    let upload = begins(&mut evening, ana);
    assert!(ends(&mut evening, upload), "a film that is over");
}

#[test]
fn an_upload_interrupts_no_film() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    ready(&mut evening, ana);
    let upload = begins(&mut evening, ana);
    evening.wants(ana, play()).unwrap();
    assert!(!ends(&mut evening, upload), "just started");
    assert_eq!(evening.room.queue().entries().len(), 1, "it comes next");
    let upload = begins(&mut evening, ana);
    evening.waits(10_000);
    evening.wants(ana, pause()).unwrap();
    evening.waits(600_000);
    assert!(!ends(&mut evening, upload), "paused for pizza");
    let titles = evening
        .room
        .queue()
        .entries()
        .iter()
        .map(|entry| entry.film.title.as_str());
    assert_eq!(titles.collect::<Vec<_>>(), ["The Upload", "The Upload"]);
}

#[test]
fn an_upload_takes_nobodys_turn() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    ready(&mut evening, ana);
    evening.wants(ana, play()).unwrap();
    let wait = |id| Command::Add {
        film: film(id, Some(60_000)),
        next: false,
    };
    evening.wants(ana, wait("Kid")).unwrap();
    evening.waits(61_000);
    let upload = begins(&mut evening, ana);
    assert!(!ends(&mut evening, upload), "the Kid is about to come");
    assert_eq!(evening.room.queue().entries().len(), 2);
    for _ in 2..limits::QUEUE_ENTRIES_MAX {
        evening.wants(ana, wait("Circus")).unwrap();
    }
    let upload = begins(&mut evening, ana);
    assert!(!ends(&mut evening, upload), "full: it waits to be picked");
    assert_eq!(evening.room.queue().entries().len(), limits::QUEUE_ENTRIES_MAX);
}

#[test]
fn a_film_put_on_by_the_room_has_no_command_and_its_senders_line() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    let upload = begins(&mut evening, ana);
    let film = Some(film("Upload", None));
    let events = evening.give(Input::UploadEnds { upload, film }).unwrap();
    assert!(events.iter().all(|event| event.cause.is_none()));
    assert!(matches!(&events[2].what, Happening::Line(line)
        if line.name == "Ana" && line.kind == LineKind::Picked { title: "The Upload".into(), voted: false }));
    assert!(evening.room.playback().paused);
}

#[test]
fn who_may_not_control_any_more_puts_nothing_on() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    let upload = begins(&mut evening, ana);
    evening.leaves(ana);
    assert!(!ends(&mut evening, upload), "gone");
    let upload = begins(&mut evening, ben);
    let cleo = evening.comes("Cleo");
    evening.wants(ben, host(cleo, true)).unwrap();
    evening.wants(cleo, host(ben, false)).unwrap();
    assert!(!ends(&mut evening, upload), "no host any more");
}

#[test]
fn an_upload_that_failed_leaves_nothing() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    let upload = begins(&mut evening, ana);
    let failed = Input::UploadEnds { upload, film: None };
    let events = evening.give(failed.clone()).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(evening.room.uploads().count(), 0);
    assert_eq!(evening.room.playback().film, None);
    assert_eq!(evening.give(failed), Ok(vec![]), "its end is told once");
}

#[test]
fn progress_is_told_and_never_more_than_all() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    let upload = begins(&mut evening, ana);
    for (told, shown) in [(0, 0), (60, 60), (100, 100), (u64::MAX, 100)] {
        let moves = Input::UploadMoves {
            upload,
            received_bytes: told,
        };
        evening.give(moves).unwrap();
        assert_eq!(evening.room.uploads().next().unwrap().received_bytes, shown);
    }
    let unknown = Input::UploadMoves {
        upload: UploadId(99),
        received_bytes: 1,
    };
    assert_eq!(evening.give(unknown), Ok(vec![]));
}

#[test]
fn eight_uploads_at_once() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    evening.wants(ana, host(ben, true)).unwrap();
    let first = begins(&mut evening, ana);
    for _ in 1..limits::UPLOADS_MAX {
        begins(&mut evening, ana);
    }
    let one_more = Input::UploadBegins {
        member: ben,
        title: "Mine".into(),
        total_bytes: 1,
    };
    let before = evening.room.clone();
    let full = Err(Refusal::TooManyUploads {
        uploads_max: limits::UPLOADS_MAX,
    });
    assert_eq!(evening.give(one_more.clone()), full);
    assert_eq!(evening.room, before);
    ends(&mut evening, first);
    assert!(evening.give(one_more).is_ok());
    let ids: Vec<_> = evening.room.uploads().map(|upload| upload.id.0).collect();
    assert_eq!(
        ids,
        [2, 3, 4, 5, 6, 7, 8, 9],
        "in their order, no number given twice"
    );
}

fn kept(evening: &mut Evening, member: MemberId, key: &str) -> Result<UploadId, Refusal> {
    let announce = Input::UploadKept {
        member,
        key: UploadKey::new(key),
        title: "Upload".into(),
        total_bytes: 100,
    };
    let events = evening.give(announce)?;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].what, Happening::Uploads);
    Ok(evening.room.upload_with(&UploadKey::new(key)).unwrap())
}

fn goes_on(evening: &mut Evening, upload: UploadId, member: Option<MemberId>) -> Result<(), Refusal> {
    evening.give(Input::UploadGoesOn { upload, member }).map(drop)
}

fn pauses(evening: &mut Evening, upload: UploadId, received_bytes: u64) {
    let events = evening.give(Input::UploadPauses {
        upload,
        received_bytes,
    });
    assert_eq!(events.unwrap()[0].what, Happening::Uploads);
}

#[test]
fn a_kept_upload_pauses_goes_on_and_is_put_on_by_who_goes_on() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    assert_eq!(kept(&mut evening, ben, "x"), Err(Refusal::NotHost));
    let upload = kept(&mut evening, ana, "x").unwrap();
    let is = |evening: &Evening| evening.room.uploads().next().unwrap().clone();
    assert!(is(&evening).paused && !evening.room.is_sent_to());
    goes_on(&mut evening, upload, None).unwrap();
    assert!(!is(&evening).paused && evening.room.is_sent_to());
    pauses(&mut evening, upload, 60);
    assert_eq!((is(&evening).paused, is(&evening).received_bytes), (true, 60));
    evening.wants(ana, host(ben, true)).unwrap();
    evening.leaves(ana);
    // As the same person with another tab would.
    goes_on(&mut evening, upload, Some(ben)).unwrap();
    assert_eq!(is(&evening).member, ben);
    assert!(ends(&mut evening, upload), "by a host who is there");
    assert_eq!(goes_on(&mut evening, upload, None), Ok(()), "gone meanwhile");
}

#[test]
fn eight_are_sent_at_once_and_thirty_two_are_listed() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    let uploads: Vec<_> = (0..limits::UPLOADS_KEPT_MAX)
        .map(|n| kept(&mut evening, ana, &n.to_string()).unwrap())
        .collect();
    let full = Refusal::TooManyKeptUploads {
        uploads_max: limits::UPLOADS_KEPT_MAX,
    };
    assert_eq!(kept(&mut evening, ana, "one more"), Err(full));
    let busy = Refusal::TooManyUploads {
        uploads_max: limits::UPLOADS_MAX,
    };
    let (first, others) = uploads.split_at(limits::UPLOADS_MAX);
    for upload in first {
        goes_on(&mut evening, *upload, None).unwrap();
    }
    let before = evening.room.clone();
    assert_eq!(goes_on(&mut evening, others[0], None), Err(busy));
    assert_eq!(evening.room, before);
    assert_eq!(goes_on(&mut evening, first[0], None), Ok(()), "it has its place");
    pauses(&mut evening, first[0], 1);
    assert_eq!(goes_on(&mut evening, others[0], None), Ok(()));
}

#[test]
fn remembered_uploads_are_listed_as_paused() {
    let (evening, [ana]) = Evening::with(["Ana"]);
    let remembered = |key: &str, received_bytes| KeptUpload {
        key: UploadKey::new(key),
        member: ana,
        title: key.into(),
        received_bytes,
        total_bytes: 100,
    };
    let room = evening
        .room
        .clone()
        .with_uploads([remembered("x", 40), remembered("y", 400)]);
    let listed: Vec<UploadProgress> = room.uploads().cloned().collect();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|upload| upload.paused && upload.member == ana));
    assert_eq!((listed[0].received_bytes, listed[1].received_bytes), (40, 100));
    assert_ne!(listed[0].id, listed[1].id);
    assert_eq!(room.upload_with(&UploadKey::new("y")), Some(listed[1].id));
}
