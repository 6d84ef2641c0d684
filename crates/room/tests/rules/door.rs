//! The door: names, tabs, passwords, a full house.

use crate::evening::{Evening, host, knock, lock};
use matinee_room::{
    Audience, Command, Configure, Happening, Identity, Input, Join, LineKind, Network, PasswordCheck,
    Refusal, Seen, Stay, Tab, limits,
};

#[test]
fn the_newcomer_gets_the_room_and_the_others_hear_of_it() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    let events = evening.give(Input::Join(knock("Ben"))).unwrap();
    let ben = evening.here()[1];
    assert_ne!(ana, ben);
    assert_eq!(events.len(), 3);
    assert_eq!(events[0].to, Audience::Only(ben));
    assert_eq!(
        events[0].what,
        Happening::Welcome {
            member: ben,
            since: Seen::default(),
            founds: false
        }
    );
    assert_eq!(events[1].to, Audience::Except(ben));
    assert_eq!(events[1].what, Happening::Joined(ben));
    assert_eq!(events[2].to, Audience::Except(ben));
    assert!(matches!(&events[2].what, Happening::Line(line) if line.kind == LineKind::Joined));
}

#[test]
fn a_tab_has_a_mark_of_one_to_64_bytes() {
    let mut evening = Evening::new();
    for (bytes, good) in [(0, false), (1, true), (64, true), (65, false)] {
        let join = Join {
            tab: Tab::new("t".repeat(bytes)),
            ..knock("Ana")
        };
        assert_eq!(evening.join(join).is_ok(), good, "{bytes}");
    }
}

#[test]
fn a_name_must_be_seen() {
    let mut evening = Evening::new();
    let join = |name: &str| Join {
        name: name.into(),
        ..knock("ana")
    };
    assert_eq!(evening.join(join(" \u{200B} ")), Err(Refusal::NameEmpty));
    assert!(matches!(
        evening.join(join(&"x".repeat(41))),
        Err(Refusal::NameTooLong { chars_max: 40 })
    ));
    let ana = evening.join(join("  Ana \u{202E} Maria ")).unwrap();
    assert_eq!(evening.room.member(ana).unwrap().name, "Ana Maria");
}

#[test]
fn a_second_tab_is_a_second_member() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    let join = Join {
        tab: Tab::new("b"),
        ..knock("Ana")
    };
    let second = evening.join(join).unwrap();
    assert_eq!(evening.here(), [ana, second]);
    assert_eq!(evening.hosts(), [ana]);
}

#[test]
fn a_tab_that_is_here_is_here_once() {
    let (mut evening, [ana, _]) = Evening::with(["Ana", "Ben"]);
    let before = evening.room.clone();
    assert_eq!(evening.join(knock("Ana")), Err(Refusal::TabTaken));
    assert_eq!(evening.room, before);

    // The connection that holds the place was asked and did not answer.
    let replace = Join {
        replace: true,
        since: Seen {
            seq: 2,
            ..Seen::default()
        },
        ..knock("Ana")
    };
    let events = evening.give(Input::Join(replace)).unwrap();
    assert_eq!(evening.room, before, "the same member, as they were");
    assert_eq!(events.len(), 1, "the others have nothing to hear: {events:?}");
    assert_eq!(events[0].to, Audience::Only(ana));
    assert_eq!(
        events[0].what,
        Happening::Welcome {
            member: ana,
            since: Seen {
                seq: 2,
                ..Seen::default()
            },
            founds: false
        }
    );
}

#[test]
fn an_away_members_tab_is_free_to_come_back_to() {
    let (mut evening, [ana, _]) = Evening::with(["Ana", "Ben"]);
    evening.drops(ana);
    assert_eq!(evening.join(knock("Ana")), Ok(ana));
    assert!(!evening.room.member(ana).unwrap().is_away());
}

#[test]
fn newcomers_bring_the_password() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    evening.wants(ana, lock()).unwrap();
    let table = [
        (PasswordCheck::None, Some(Refusal::PasswordNeeded)),
        (PasswordCheck::Wrong, Some(Refusal::WrongPassword)),
        (PasswordCheck::Right, None),
    ];
    assert!(evening.room.asks_password_of(&Identity::new("Ben")));
    for (password, refusal) in table {
        let join = Join {
            password,
            ..knock("Ben")
        };
        let before = evening.room.clone();
        let answer = evening.join(join);
        assert_eq!(answer.as_ref().err(), refusal.as_ref(), "{password:?}");
        assert_eq!(answer.is_err(), evening.room == before);
    }
}

#[test]
fn those_who_were_in_before_are_not_asked_for_the_password() {
    let (mut evening, [ana, ben, cai]) = Evening::with(["Ana", "Ben", "Cai"]);
    evening.wants(ana, lock()).unwrap();
    evening.leaves(ben);
    evening.drops(cai);
    let wrong = |name| Join {
        password: PasswordCheck::Wrong,
        ..knock(name)
    };
    assert_eq!(evening.join(wrong("Ben")), Ok(ben), "who left");
    assert_eq!(evening.join(wrong("Cai")), Ok(cai), "who was away");
    let other_tab = Join {
        tab: Tab::new("b"),
        ..wrong("Ben")
    };
    assert!(evening.join(other_tab).is_ok(), "the same person in another tab");
}

/// Somebody with an id that everybody in the room is told, who takes the place of whoever has it.
fn replaces(id: &str, network: Option<&str>) -> Join {
    Join {
        identity: Identity::new("Party-Sockets 1"),
        personal: false,
        tab: Tab::new(id),
        network: network.map(Network::new),
        stay: Stay::WhileConnected,
        replace: true,
        ..knock(id)
    }
}

#[test]
fn an_id_that_everybody_knows_opens_no_door() {
    let (mut evening, [ana]) = Evening::with(["Ana"]);
    let [gus, eve] = [("gus", "home"), ("eve", "school")]
        .map(|(id, network)| evening.join(replaces(id, Some(network))).unwrap());
    evening
        .wants(
            ana,
            Command::Ban {
                member: eve,
                by_network: true,
            },
        )
        .unwrap();
    let as_gus = |network| replaces("gus", network);
    assert_eq!(evening.join(as_gus(Some("school"))), Err(Refusal::Banned));
    assert_eq!(evening.join(as_gus(Some("train"))), Ok(gus), "the room is open");
    let close = |closed| {
        Command::Configure(Configure {
            closed_to_newcomers: Some(closed),
            ..Configure::default()
        })
    };
    evening.wants(ana, close(true)).unwrap();
    let closed = Err(Refusal::ClosedToNewcomers);
    assert_eq!(evening.join(as_gus(Some("home"))), closed);
    assert_eq!(evening.join(as_gus(None)), closed);
    assert_eq!(
        evening.join(as_gus(Some("train"))),
        Ok(gus),
        "from where they were last"
    );
    evening.wants(ana, close(false)).unwrap();
    evening.wants(ana, lock()).unwrap();
    assert_eq!(evening.join(as_gus(Some("home"))), Err(Refusal::PasswordNeeded));
    assert_eq!(evening.join(as_gus(Some("train"))), Ok(gus));
}

#[test]
fn nor_does_it_make_anybody_the_rooms_maker() {
    let mut evening = Evening::new();
    let makes = Join {
        founds: true,
        ..replaces("gus", Some("home"))
    };
    let gus = evening.join(makes).unwrap();
    let ana = evening.comes("Ana");
    evening.wants(gus, host(ana, true)).unwrap();
    evening.join(replaces("gus", Some("home"))).unwrap();
    assert_eq!(evening.wants(ana, Command::Kick(gus)), Err(Refusal::Founder));
    let events = evening.give(Input::Join(replaces("gus", Some("train")))).unwrap();
    assert!(events.iter().any(|event| event.what == Happening::Changed(gus)));
    assert!(evening.wants(ana, Command::Kick(gus)).is_ok());
}

#[test]
fn the_founder_needs_no_password_and_becomes_host() {
    let mut evening = Evening::founded_by(Some("Dora"));
    let ana = evening.comes("Ana");
    evening.wants(ana, lock()).unwrap();
    let dora = evening.comes("Dora");
    assert_eq!(evening.hosts(), [ana, dora]);
}

#[test]
fn a_full_room_takes_no_more_but_those_who_have_a_place() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    evening.room = evening.room.with_members_max(2);
    let full = Err(Refusal::RoomFull { members_max: 2 });
    evening.drops(ben);
    assert_eq!(
        evening.join(knock("Cai")),
        full,
        "an away member's place is theirs"
    );
    assert_eq!(evening.join(knock("Ben")), Ok(ben));

    evening.leaves(ben);
    let cai = evening.comes("Cai");
    assert_eq!(evening.join(knock("Ben")), full, "a former member has no place");
    assert_eq!(evening.here(), [ana, cai]);
}

#[test]
fn a_room_takes_a_thousand() {
    let mut evening = Evening::new();
    for n in 0..limits::MEMBERS_MAX {
        evening.comes(&format!("n{n}"));
    }
    assert_eq!(
        evening.join(knock("late")),
        Err(Refusal::RoomFull {
            members_max: limits::MEMBERS_MAX
        })
    );
}
