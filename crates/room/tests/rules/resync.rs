//! Clients without a clock of the server's: being told again, founders who come back, a film's new address.

use crate::evening::{Evening, film, knock, lock, play};
use matinee_room::{
    Audience, Cause, Change, Client, Command, Event, Happening, Identity, Input, Join, MemberId, Refusal,
    Stay, Tab,
};

/// Somebody with a client whose place is gone with the connection.
fn viewer(identity: &str, tab: &str) -> Join {
    Join {
        client: Client {
            name: "Other".into(),
            chats: false,
            plays: true,
            paced: false,
        },
        stay: Stay::WhileConnected,
        tab: Tab::new(tab),
        ..knock(identity)
    }
}

/// A founder and somebody else with such clients, and a film that plays.
fn watching() -> (Evening, MemberId, MemberId) {
    let mut evening = Evening::founded_by(Some("token"));
    let owner = evening.join(viewer("token", "a")).unwrap();
    let guest = evening.join(viewer("anybody", "b")).unwrap();
    let general = film("General", Some(600_000));
    evening.wants(owner, Command::Pick(general)).unwrap();
    evening.wants(owner, play()).unwrap();
    evening.waits(1_000);
    (evening, owner, guest)
}

fn resync(position_ms: u64) -> Command {
    Command::Resync { position_ms }
}

fn caused_by(member: MemberId) -> Option<Cause> {
    Some(Cause {
        member,
        command: None,
    })
}

#[test]
fn a_hosts_resync_is_a_seek() {
    let (mut evening, owner, _) = watching();
    let events = evening.wants(owner, resync(90_000)).unwrap();
    let change = Change {
        position: true,
        ..Change::default()
    };
    assert_eq!(
        events,
        [Event {
            to: Audience::All,
            cause: caused_by(owner),
            what: Happening::Playback(change),
        }]
    );
    assert!(!evening.room.playback().paused);
    assert_eq!(evening.room.playback().heading_at(evening.now), 90_000);
}

#[test]
fn a_hosts_resync_to_where_the_room_is_tells_all_again() {
    let (mut evening, owner, _) = watching();
    let before = evening.room.playback().clone();
    let events = evening.wants(owner, resync(evening.position_ms())).unwrap();
    let [event] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(
        (event.to, event.cause, &event.what),
        (Audience::All, caused_by(owner), &Happening::Beat)
    );
    assert_eq!(*evening.room.playback(), before);
}

#[test]
fn anybody_elses_resync_tells_them_and_changes_nothing() {
    let (mut evening, _, guest) = watching();
    let before = evening.room.clone();
    let events = evening.wants(guest, resync(90_000)).unwrap();
    assert_eq!(
        events,
        [Event {
            to: Audience::Only(guest),
            cause: caused_by(guest),
            what: Happening::Beat,
        }]
    );
    assert_eq!(evening.room, before);
}

#[test]
fn a_resync_works_without_a_film_and_ends_at_its_end() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    evening.wants(ana, resync(5_000)).unwrap();
    assert_eq!(evening.position_ms(), 5_000);
    evening
        .wants(ana, Command::Pick(film("General", Some(60_000))))
        .unwrap();
    evening.wants(ana, resync(u64::MAX)).unwrap();
    assert_eq!(evening.position_ms(), 60_000);
    let stranger = MemberId(9);
    assert_eq!(evening.wants(stranger, resync(0)), Err(Refusal::NotMember));
}

#[test]
fn the_next_one_takes_over_and_the_founder_is_host_again() {
    let (mut evening, owner, guest) = watching();
    let third = evening.join(viewer("anybody", "c")).unwrap();
    let events = evening.give(Input::Drop(owner)).unwrap();
    assert!(events.contains(&Event {
        to: Audience::All,
        cause: None,
        what: Happening::Changed(guest),
    }));
    assert_eq!(evening.hosts(), [guest]);
    let owner = evening.join(viewer("token", "d")).unwrap();
    assert_eq!(evening.hosts(), [guest, owner]);
    evening.drops(guest);
    assert_eq!(evening.hosts(), [owner]);
    assert_eq!(evening.here(), [third, owner]);
}

#[test]
fn only_the_founders_secret_makes_a_founder() {
    let (mut evening, _, _) = watching();
    for stranger in ["tok", "token ", "TOKEN", "anybody"] {
        let member = evening.join(viewer(stranger, "x")).unwrap();
        assert!(!evening.room.member(member).unwrap().host, "{stranger:?}");
        evening.leaves(member);
    }
}

#[test]
fn the_founder_comes_into_a_locked_room_and_others_do_not() {
    let (mut evening, owner, guest) = watching();
    evening.wants(owner, lock()).unwrap();
    evening.drops(owner);
    evening.drops(guest);
    assert_eq!(evening.join(viewer("anybody", "b")), Err(Refusal::PasswordNeeded));
    let owner = evening.join(viewer("token", "z")).unwrap();
    assert_eq!(evening.hosts(), [owner]);
}

#[test]
fn a_founder_gives_the_film_another_address_even_from_outside() {
    let (mut evening, owner, _) = watching();
    let before = evening.room.playback().clone();
    evening.drops(owner);
    for other in ["anybody", "nobody"] {
        let answer = evening.give(Input::MoveFilm(Identity::new(other)));
        assert_eq!(answer, Err(Refusal::NotHost));
    }
    assert_eq!(*evening.room.playback(), before);
    let events = evening.give(Input::MoveFilm(Identity::new("token"))).unwrap();
    let change = Change {
        address: true,
        ..Change::default()
    };
    assert_eq!(
        events,
        [Event {
            to: Audience::All,
            cause: None,
            what: Happening::Playback(change),
        }]
    );
    let after = evening.room.playback();
    assert_eq!(
        (after.moves, after.revision),
        (before.moves + 1, before.revision + 1)
    );
    assert_eq!(after.position_at(evening.now), before.position_at(evening.now));
}
