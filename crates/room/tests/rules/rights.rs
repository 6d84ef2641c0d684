//! What everybody may where hosts allow it, and what stays the hosts'.

use crate::evening::{Evening, film, host, lock, pause, play, rate, seek};
use matinee_room::{
    Command, Configure, Event, FilmId, Happening, Input, MemberId, Refusal, UploadId, WhoMay,
};

fn set(evening: &mut Evening, host: MemberId, who_controls: WhoMay, who_adds: WhoMay) -> Vec<Event> {
    let change = Configure {
        who_controls: Some(who_controls),
        who_adds: Some(who_adds),
        ..Configure::default()
    };
    evening.wants(host, Command::Configure(change)).unwrap()
}

fn pick(id: &str) -> Command {
    Command::Pick(film(id, None))
}

fn upload(member: MemberId) -> Input {
    Input::UploadBegins {
        member,
        title: "Mine".into(),
        total_bytes: 1,
    }
}

#[test]
fn everybody_controls_where_hosts_allow_it() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    evening.wants(ana, pick("General")).unwrap();
    let told = set(&mut evening, ana, WhoMay::Everybody, WhoMay::Hosts);
    assert!(told.iter().any(|event| event.what == Happening::Rights));
    let length = Command::Length {
        film: FilmId::new("General"),
        duration_ms: 60_000,
    };
    for command in [play(), seek(7_000), rate(2.0), pause(), length] {
        evening.wants(ben, command.clone()).unwrap();
    }
    assert_eq!(evening.hosts(), [ana], "nobody is made host by it");
    for command in [pick("Kid"), host(ben, true), host(ana, false), lock()] {
        assert_eq!(
            evening.wants(ben, command.clone()),
            Err(Refusal::NotHost),
            "{command:?}"
        );
    }
    assert_eq!(evening.give(upload(ben)), Err(Refusal::NotHost));
    set(&mut evening, ana, WhoMay::Hosts, WhoMay::Hosts);
    assert_eq!(evening.wants(ben, play()), Err(Refusal::NotHost));
}

#[test]
fn everybody_adds_where_hosts_allow_it() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    let told = set(&mut evening, ana, WhoMay::Hosts, WhoMay::Everybody);
    assert!(told.iter().all(|event| event.what != Happening::Rights));
    evening.wants(ben, pick("General")).unwrap();
    evening.give(upload(ben)).unwrap();
    assert_eq!(evening.wants(ben, play()), Err(Refusal::NotHost));
    evening.wants(ana, play()).unwrap();
    evening.waits(1_000);
    assert_eq!(
        evening.wants(ben, pick("Kid")),
        Err(Refusal::NotHost),
        "who may not control may not end the film that others watch"
    );
}

#[test]
fn an_upload_of_whom_the_right_was_taken_is_not_put_on() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    set(&mut evening, ana, WhoMay::Hosts, WhoMay::Everybody);
    evening.give(upload(ben)).unwrap();
    set(&mut evening, ana, WhoMay::Hosts, WhoMay::Hosts);
    let ends = Input::UploadEnds {
        upload: UploadId(1),
        film: Some(film("Mine", None)),
    };
    evening.give(ends).unwrap();
    assert_eq!(evening.room.playback().film, None);
}

#[test]
fn who_is_gone_may_nothing() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    set(&mut evening, ana, WhoMay::Everybody, WhoMay::Everybody);
    evening.leaves(ben);
    assert_eq!(evening.room.may_control(ben), Err(Refusal::NotMember));
    assert_eq!(evening.room.may_add(ben), Err(Refusal::NotMember));
    assert_eq!(evening.room.may_lead(ben), Err(Refusal::NotMember));
}
