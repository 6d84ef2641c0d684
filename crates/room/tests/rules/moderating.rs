//! Whom hosts put out and ban, who is met by it, and who is beyond reach for it and for muting.

use crate::chance::{cases, chances};
use crate::evening::{Evening, host, knock};
use matinee_room::{
    Client, Command, Configure, Event, Happening, Identity, Input, Join, MemberId, Network, Refusal, Stay,
    Tab, limits,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn ban(member: MemberId) -> Command {
    Command::Ban {
        member,
        by_network: true,
    }
}

pub(crate) fn mute(member: MemberId, minutes: Option<u32>) -> Command {
    Command::Mute { member, minutes }
}

/// Somebody at the door who comes from there.
pub(crate) fn from(name: &str, network: &str) -> Join {
    Join {
        network: Some(Network::new(network)),
        ..knock(name)
    }
}

/// Somebody with a client that brings no cookie: all of its kind have one identity.
pub(crate) fn stranger(tab: &str, network: &str) -> Join {
    Join {
        identity: Identity::new("StreamGo"),
        personal: false,
        tab: Tab::new(tab),
        stay: Stay::WhileConnected,
        client: Client {
            paced: true,
            ..knock(tab).client
        },
        ..from(tab, network)
    }
}

fn put_out(events: &[Event]) -> Vec<(MemberId, bool)> {
    let out = events.iter().filter_map(|event| match &event.what {
        Happening::PutOut { member, banned } => Some((member.id, *banned)),
        _ => None,
    });
    out.collect()
}

/// Host Ana, and Ben from school.
pub(crate) fn school() -> (Evening, MemberId, MemberId) {
    let mut evening = Evening::new();
    let ana = evening.join(from("Ana", "home")).unwrap();
    let ben = evening.join(from("Ben", "school")).unwrap();
    (evening, ana, ben)
}

#[test]
fn of_two_hosts_who_unmake_each_other_the_first_wins() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    evening.wants(ana, host(ben, true)).unwrap();
    evening.wants(ben, host(ana, false)).unwrap();
    assert_eq!(evening.wants(ana, host(ben, false)), Err(Refusal::NotHost));
    assert_eq!(evening.hosts(), [ben]);
}

#[test]
fn who_made_the_room_is_beyond_reach() {
    let mut evening = Evening::founded_by(Some("Ana"));
    let [ana, ben] = ["Ana", "Ben"].map(|name| evening.comes(name));
    evening.wants(ana, host(ben, true)).unwrap();
    for command in [
        host(ana, false),
        Command::ToggleHost(ana),
        mute(ana, None),
        Command::Kick(ana),
        ban(ana),
    ] {
        assert_eq!(
            evening.wants(ben, command.clone()),
            Err(Refusal::Founder),
            "{command:?}"
        );
    }
    evening.wants(ana, host(ana, false)).unwrap();
    assert_eq!(evening.hosts(), [ben], "they may step back themself");
}

#[test]
fn so_is_a_member_for_whom_it_was_made() {
    let mut evening = Evening::new();
    let founds = Join {
        founds: true,
        ..stranger("ana", "home")
    };
    let ana = evening.join(founds).unwrap();
    let ben = evening.comes("Ben");
    evening.wants(ana, host(ben, true)).unwrap();
    assert_eq!(
        evening.wants(ben, Command::ToggleHost(ana)),
        Err(Refusal::Founder)
    );
    assert_eq!(evening.wants(ben, ban(ana)), Err(Refusal::Founder));
}

#[test]
fn nobody_does_it_to_themself_or_to_who_is_gone_or_without_being_host() {
    let (mut evening, ana, ben) = school();
    let phone = evening
        .join(Join {
            tab: Tab::new("phone"),
            ..from("Ana", "home")
        })
        .unwrap();
    let gone = MemberId(99);
    for about in [|id| mute(id, None), Command::Kick, ban] {
        assert_eq!(evening.wants(ana, about(ana)), Err(Refusal::Yourself));
        assert_eq!(
            evening.wants(ana, about(phone)),
            Err(Refusal::Yourself),
            "another tab of theirs"
        );
        assert_eq!(evening.wants(ana, about(gone)), Err(Refusal::NoSuchMember));
        assert_eq!(evening.wants(ben, about(ana)), Err(Refusal::NotHost));
    }
    assert_eq!(
        evening.wants(ana, Command::Unmute(gone)),
        Err(Refusal::NoSuchMember)
    );
    assert_eq!(evening.wants(ben, Command::Unban(1)), Err(Refusal::NotHost));
    assert_eq!(evening.wants(ben, Command::ListBans), Err(Refusal::NotHost));
    evening.leaves(ben);
    assert_eq!(evening.wants(ana, Command::Kick(ben)), Err(Refusal::NoSuchMember));
    evening.wants(ana, ban(ben)).unwrap();
    assert_eq!(
        evening.join(knock("Ben")),
        Err(Refusal::Banned),
        "a ban meets them all the same"
    );
}

#[test]
fn who_is_put_out_may_come_back_after_a_minute_as_a_guest() {
    let (mut evening, ana, ben) = school();
    evening.wants(ana, host(ben, true)).unwrap();
    let phone = Join {
        tab: Tab::new("phone"),
        ..from("Ben", "train")
    };
    let also_ben = evening.join(phone.clone()).unwrap();
    let events = evening.wants(ana, Command::Kick(ben)).unwrap();
    assert_eq!(
        put_out(&events),
        [(ben, false), (also_ben, false)],
        "with all their tabs"
    );
    assert_eq!(evening.here(), [ana]);
    evening.waits(limits::KICK_MS - 1_500);
    let too_early = Err(Refusal::Kicked { wait_s: 2 });
    assert_eq!(evening.join(knock("Ben")), too_early);
    assert_eq!(evening.join(phone), too_early);
    assert_eq!(
        evening.join(from("Stranger", "school")),
        too_early,
        "nor under another name"
    );
    evening.waits(1_500);
    assert_eq!(evening.join(knock("Ben")), Ok(ben));
    assert_eq!(evening.hosts(), [ana], "rights do not come back with them");
}

#[test]
fn a_ban_is_not_dodged_by_a_tab_or_a_cookie() {
    let (mut evening, ana, ben) = school();
    let events = evening.wants(ana, ban(ben)).unwrap();
    assert_eq!(put_out(&events), [(ben, true)]);
    let tab = Join {
        tab: Tab::new("b"),
        ..from("Ben", "train")
    };
    assert_eq!(evening.join(tab), Err(Refusal::Banned));
    assert_eq!(
        evening.join(from("Benjamin", "school")),
        Err(Refusal::Banned),
        "a new cookie"
    );
    assert!(evening.join(from("Cai", "train")).is_ok());
    evening.waits(1_000_000_000);
    assert_eq!(
        evening.join(knock("Ben")),
        Err(Refusal::Banned),
        "it does not end"
    );
    let number = evening.room.bans().next().unwrap().id;
    assert_eq!(
        evening.wants(ana, Command::Unban(number + 1)),
        Err(Refusal::NoSuchBan)
    );
    evening.wants(ana, Command::Unban(number)).unwrap();
    assert_eq!(
        evening.wants(ana, Command::Unban(number)),
        Err(Refusal::NoSuchBan)
    );
    assert_eq!(evening.join(knock("Ben")), Ok(ben));
}

#[test]
fn a_ban_that_is_lifted_leaves_nothing_behind() {
    let (mut evening, ana, ben) = school();
    evening.wants(ana, Command::Kick(ben)).unwrap();
    evening.wants(ana, ban(ben)).unwrap();
    let number = evening.room.bans().next().unwrap().id;
    evening.wants(ana, Command::Unban(number)).unwrap();
    assert_eq!(evening.join(from("Ben", "school")), Ok(ben));
}

#[test]
fn those_who_were_known_from_there_stay_welcome() {
    let (mut evening, ana, ben) = school();
    let cai = evening.join(from("Cai", "school")).unwrap();
    let dora = evening.join(from("Dora", "school")).unwrap();
    evening.leaves(dora);
    evening.wants(ana, ban(ben)).unwrap();
    assert_eq!(evening.here(), [ana, cai]);
    assert_eq!(evening.room.bans().next().unwrap().others, 2, "the host is told");
    evening.leaves(cai);
    assert_eq!(evening.join(from("Cai", "school")), Ok(cai));
    assert_eq!(evening.join(from("Dora", "school")), Ok(dora));
    let phone = Join {
        tab: Tab::new("phone"),
        ..from("Cai", "school")
    };
    assert!(evening.join(phone).is_ok(), "in another tab too");
    assert_eq!(evening.join(from("Eli", "school")), Err(Refusal::Banned));
}

#[test]
fn where_a_host_comes_from_nobody_is_kept_out_for_it() {
    let mut evening = Evening::founded_by(Some("Ana"));
    let ana = evening.join(from("Ana", "proxy")).unwrap();
    let ben = evening.join(from("Ben", "proxy")).unwrap();
    evening.wants(ana, ban(ben)).unwrap();
    assert!(!evening.room.bans().next().unwrap().meets_network());
    assert_eq!(evening.join(from("Ben", "proxy")), Err(Refusal::Banned));
    assert!(evening.join(from("Cai", "proxy")).is_ok());
}

#[test]
fn a_host_may_leave_the_address_out() {
    let (mut evening, ana, ben) = school();
    evening.wants(ana, ban(ben)).unwrap();
    let person = Command::Ban {
        member: ben,
        by_network: false,
    };
    evening.wants(ana, person).unwrap();
    assert_eq!(
        evening.room.bans().count(),
        1,
        "the newer takes the place of the older"
    );
    assert_eq!(evening.join(knock("Ben")), Err(Refusal::Banned));
    assert!(evening.join(from("Cai", "school")).is_ok());
}

#[test]
fn who_brings_no_cookie_is_known_by_where_they_come_from() {
    let (mut evening, ana, _) = school();
    let [eli, flo] = ["eli", "flo"].map(|tab| evening.join(stranger(tab, tab)).unwrap());
    evening.wants(ana, ban(eli)).unwrap();
    assert!(
        evening.here().contains(&flo),
        "others of their kind are not meant"
    );
    assert_eq!(evening.join(stranger("again", "eli")), Err(Refusal::Banned));
    assert_eq!(evening.join(stranger("eli", "train")), Err(Refusal::Banned));
    assert!(evening.join(stranger("gus", "train")).is_ok());
}

#[test]
fn a_closed_room_takes_back_who_was_in() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    let close = |closed| {
        Command::Configure(Configure {
            closed_to_newcomers: Some(closed),
            ..Configure::default()
        })
    };
    evening.wants(ana, close(true)).unwrap();
    evening.leaves(ben);
    assert_eq!(evening.join(knock("Cai")), Err(Refusal::ClosedToNewcomers));
    assert_eq!(
        evening.join(stranger("dora", "home")),
        Err(Refusal::ClosedToNewcomers)
    );
    assert_eq!(evening.join(knock("Ben")), Ok(ben));
    let phone = Join {
        tab: Tab::new("phone"),
        ..knock("Ben")
    };
    assert!(evening.join(phone).is_ok());
    evening.wants(ana, close(false)).unwrap();
    assert!(evening.join(knock("Cai")).is_ok());
}

#[test]
fn the_list_of_bans_is_bounded() {
    let (mut evening, ana, _) = school();
    let sanctions_max = limits::SANCTIONS_MAX;
    for number in 0..sanctions_max {
        let name = format!("Guest {number}");
        let guest = evening.comes(&name);
        evening.wants(ana, ban(guest)).unwrap();
    }
    let one_more = evening.comes("Zoe");
    assert_eq!(
        evening.wants(ana, ban(one_more)),
        Err(Refusal::TooManyBans { sanctions_max })
    );
    assert_eq!(
        evening.wants(ana, Command::Kick(one_more)),
        Err(Refusal::TooManyBans { sanctions_max })
    );
    assert!(evening.here().contains(&one_more));
}

#[test]
fn hosts_alone_hear_who_is_banned() {
    let (mut evening, ana, ben) = school();
    let cai = evening.comes("Cai");
    evening.wants(ana, host(cai, true)).unwrap();
    evening.comes("Dora");
    let events = evening.wants(ana, ban(ben)).unwrap();
    let bans = events.iter().filter(|event| event.what == Happening::Bans);
    let told: Vec<_> = [ana, cai, MemberId(4)]
        .into_iter()
        .filter(|id| bans.clone().any(|event| event.to.has(*id)))
        .collect();
    assert_eq!(told, [ana, cai]);
}

const PEOPLE: [&str; 5] = ["Ana", "Ben", "Cai", "Dora", "Eli"];

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn nobody_who_is_banned_is_inside(chances in chances()) {
        let mut banned: BTreeSet<&str> = BTreeSet::new();
        chances.play(|taken| {
            for event in taken.events() {
                if let Happening::PutOut { member, banned: true } = &event.what {
                    let theirs = |person: &&str| member.is(&Identity::new(*person), member.tab());
                    banned.extend(PEOPLE.iter().filter(|person| member.stay == Stay::Kept && theirs(person)));
                }
            }
            if let Input::Command { command: Command::Unban(_), .. } = taken.input {
                // Whose it was does not show here.
                banned.clear();
            }
            for member in taken.after.members() {
                for person in &banned {
                    prop_assert!(!member.is(&Identity::new(*person), member.tab()), "{}", person);
                    prop_assert!(taken.after.keeps_out(taken.now, &Identity::new(*person)));
                }
            }
            Ok(())
        })?;
    }
}
