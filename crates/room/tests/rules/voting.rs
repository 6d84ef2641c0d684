//! Votes to skip a film: whose count, how many it takes, and that nobody else skips one.

use crate::chance::{Taken, cases, chances};
use crate::evening::{Evening, SEEN, film, host, knock, page};
use matinee_room::{
    Client, Command, Event, Happening, Identity, Input, Join, LineKind, MemberId, Refusal, Room, Stay, Tab,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn skip(skip: bool) -> Command {
    Command::Skip { seen: SEEN, skip }
}

/// An evening with a film on and another one waiting.
fn evening<const N: usize>(names: [&str; N]) -> (Evening, [MemberId; N]) {
    let (mut evening, ids) = Evening::with(names);
    for title in ["General", "Kid"] {
        let film = film(title, Some(60_000));
        evening.wants(ids[0], Command::Add { film, next: false }).unwrap();
    }
    (evening, ids)
}

fn is_skipped(evening: &Evening) -> bool {
    evening.room.queue().entries().is_empty()
}

fn votes(evening: &Evening) -> (usize, usize) {
    let votes = evening.room.votes();
    (votes.counted().len(), votes.needed())
}

fn comes_with(evening: &mut Evening, name: &str, client: Client) -> MemberId {
    let join = Join {
        client,
        stay: Stay::WhileConnected,
        ..knock(name)
    };
    evening.join(join).unwrap()
}

#[test]
fn more_than_half_of_those_who_watch_skip_a_film() {
    let (mut evening, [_, ben, cai, _]) = evening(["Ana", "Ben", "Cai", "Dora"]);
    evening.wants(ben, skip(true)).unwrap();
    assert_eq!(votes(&evening), (1, 3));
    evening.wants(ben, skip(true)).unwrap();
    evening.wants(cai, skip(true)).unwrap();
    assert_eq!(
        votes(&evening),
        (2, 3),
        "half is not more than half, and nobody has two votes"
    );
    evening.wants(cai, skip(false)).unwrap();
    assert_eq!(votes(&evening), (1, 3));
    evening.wants(cai, skip(true)).unwrap();
    let eli = evening.comes("Eli");
    assert_eq!(votes(&evening), (2, 3));
    let events = evening.wants(eli, skip(true)).unwrap();
    assert!(is_skipped(&evening));
    assert!(!evening.room.playback().paused);
    assert!(events.iter().any(|event| event.what == Happening::Votes));
    assert_eq!(votes(&evening), (0, 0), "they were about that film");
}

#[test]
fn what_the_room_voted_is_not_the_last_voters_deed() {
    let (mut evening, [ana, ben]) = evening(["Ana", "Ben"]);
    let put_on = |events: &[Event]| {
        events.iter().find_map(|event| match &event.what {
            Happening::Line(line) => match &line.kind {
                LineKind::Picked { title, voted } => Some((title.clone(), *voted)),
                _ => None,
            },
            _ => None,
        })
    };
    evening.wants(ana, skip(true)).unwrap();
    let events = evening.wants(ben, skip(true)).unwrap();
    assert_eq!(put_on(&events), Some(("The Kid".to_owned(), true)));
    assert_eq!(evening.room.queue().undo().unwrap().by, None);

    // A host who goes on by hand does it alone.
    let number = evening.room.queue().undo().unwrap().number;
    evening.wants(ana, Command::Undo { number }).unwrap();
    let next = Command::Next {
        seen: SEEN,
        entry: None,
    };
    let events = evening.wants(ana, next).unwrap();
    assert_eq!(put_on(&events), Some(("The Kid".to_owned(), false)));
    assert_eq!(evening.room.queue().undo().unwrap().by, Some(ana));
}

#[test]
fn all_tabs_of_somebody_have_one_vote() {
    let (mut evening, [_, ben, cai]) = evening(["Ana", "Ben", "Cai"]);
    let tabs = ["b", "c", "d"].map(|tab| {
        let join = Join {
            tab: Tab::new(tab),
            ..knock("Ben")
        };
        evening.join(join).unwrap()
    });
    for tab in [ben].into_iter().chain(tabs) {
        evening.wants(tab, skip(true)).unwrap();
        assert_eq!(votes(&evening), (1, 2));
    }
    evening.wants(ben, skip(false)).unwrap();
    assert_eq!(votes(&evening), (0, 0), "in whatever tab they take it back");
    evening.wants(ben, skip(true)).unwrap();
    evening.wants(cai, skip(true)).unwrap();
    assert!(is_skipped(&evening));
}

#[test]
fn a_vote_of_someone_who_left_does_not_count() {
    let (mut evening, [_, ben, cai, _, _]) = evening(["Ana", "Ben", "Cai", "Dora", "Eli"]);
    evening.wants(ben, skip(true)).unwrap();
    evening.leaves(ben);
    assert_eq!(votes(&evening), (0, 0));
    evening.wants(cai, skip(true)).unwrap();
    assert_eq!(votes(&evening), (1, 3));
    assert_eq!(evening.wants(ben, skip(true)), Err(Refusal::NotMember));
    let again = evening.comes("Ben");
    assert_eq!(again, ben);
    assert_eq!(votes(&evening), (1, 3), "who comes back votes anew");
}

#[test]
fn who_is_away_is_not_asked_and_has_voted_when_back() {
    let (mut evening, [ana, ben, cai, dora]) = evening(["Ana", "Ben", "Cai", "Dora"]);
    evening.wants(ben, skip(true)).unwrap();
    evening.drops(ben);
    assert_eq!(votes(&evening), (0, 0));
    evening.wants(cai, skip(true)).unwrap();
    assert_eq!(votes(&evening), (1, 2));
    evening.comes("Ben");
    assert_eq!(votes(&evening), (2, 3));
    // The others lose their connections: those who are here are more than half.
    evening.drops(ana);
    assert!(is_skipped(&evening), "two of three");
    assert!(evening.room.member(dora).is_some());
}

#[test]
fn who_follows_no_film_has_no_say() {
    let (mut evening, [ana, ben]) = evening(["Ana", "Ben"]);
    let game = Client {
        plays: false,
        ..page()
    };
    let own_film = Client {
        brings_film: true,
        ..page()
    };
    for (name, client) in [("Game", game), ("Own", own_film)] {
        let member = comes_with(&mut evening, name, client);
        assert_eq!(evening.wants(member, skip(true)), Err(Refusal::NotWatching));
    }
    evening.wants(ben, skip(true)).unwrap();
    assert_eq!(votes(&evening), (1, 2), "of Ana and Ben");
    evening.wants(ana, skip(true)).unwrap();
    assert!(is_skipped(&evening));
}

#[test]
fn there_has_to_be_something_to_skip_and_to_go_on_to() {
    let (mut evening, [ana, ben]) = Evening::with(["Ana", "Ben"]);
    assert_eq!(evening.wants(ben, skip(true)), Err(Refusal::NoFilm));
    evening
        .wants(ana, Command::Pick(film("General", Some(60_000))))
        .unwrap();
    assert_eq!(evening.wants(ben, skip(true)), Err(Refusal::NothingNext));
    let next = Command::Next {
        seen: SEEN,
        entry: None,
    };
    assert_eq!(evening.wants(ana, next), Err(Refusal::NothingNext));
    let stale = Command::Skip { seen: 0, skip: true };
    assert_eq!(evening.wants(ben, stale), Err(Refusal::FilmChanged));
}

#[test]
fn a_film_skipped_by_vote_comes_back_by_a_host() {
    let (mut evening, [ana, ben, cai]) = evening(["Ana", "Ben", "Cai"]);
    evening.wants(ben, skip(true)).unwrap();
    evening.wants(cai, skip(true)).unwrap();
    assert!(is_skipped(&evening));
    let number = evening.room.queue().undo().unwrap().number;
    let undo = Command::Undo { number };
    assert_eq!(
        evening.wants(cai, undo.clone()),
        Err(Refusal::NotHost),
        "a film is a host's"
    );
    evening.wants(ana, undo).unwrap();
    assert!(!is_skipped(&evening));
    assert_eq!(votes(&evening), (0, 0), "and is not skipped by the same votes");
    evening.wants(ana, host(ben, true)).unwrap();
    assert!(!is_skipped(&evening));
}

/// Who wants to skip what is on, told by the inputs alone.
#[derive(Default)]
struct Cast {
    votes: BTreeSet<MemberId>,
    /// Whose tabs those are that have come with a cookie.
    people: BTreeMap<MemberId, Identity>,
}

impl Cast {
    fn new(room: &Room) -> Self {
        let people = room.members().iter();
        let people = people.map(|member| (member.id, Identity::new(member.name.as_str())));
        Self {
            people: people.collect(),
            ..Self::default()
        }
    }

    fn is_same_person(&self, one: MemberId, other: MemberId) -> bool {
        let person = |id| self.people.get(&id);
        one == other || person(one).is_some_and(|one| person(other) == Some(one))
    }

    fn take(&mut self, taken: &Taken<'_>) {
        if let (Input::Join(join), Ok(_)) = (taken.input, taken.answer)
            && join.personal
            && let Some(member) = taken.after.find(&join.identity, &join.tab)
        {
            self.people.insert(member.id, join.identity.clone());
        }
        if let (
            Input::Command {
                member,
                id,
                command: Command::Skip { skip, .. },
            },
            Ok(_),
        ) = (taken.input, taken.answer)
            && id.is_none_or(|id| id > taken.before.member(*member).unwrap().last_command)
        {
            let votes = std::mem::take(&mut self.votes).into_iter();
            self.votes = votes.filter(|id| !self.is_same_person(*id, *member)).collect();
            if *skip {
                self.votes.insert(*member);
            }
        }
        self.votes.retain(|id| taken.after.member(*id).is_some());
    }

    /// How many count, and of how many.
    fn count(&self, room: &Room) -> (usize, usize) {
        let watching = || room.members().iter().filter(|member| member.watches());
        let people: BTreeSet<_> = watching()
            .map(|member| {
                let person = self.people.get(&member.id);
                person.ok_or(member.id)
            })
            .collect();
        (
            watching()
                .filter(|member| self.votes.contains(&member.id))
                .count(),
            people.len(),
        )
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn only_more_than_half_skip_and_they_always_do(chances in chances()) {
        let mut cast = Cast::new(&chances.room());
        chances.play(|taken| {
            cast.take(&taken);
            let (before, after) = (taken.before, taken.after);
            let (votes, watching) = cast.count(after);
            let passes = 2 * votes > watching;
            let changed = before.playback().film_revision() != after.playback().film_revision();
            let sender = match taken.input {
                Input::Command { member, .. } => {
                    before.may_control(*member).is_ok() || before.may_add(*member).is_ok()
                },
                Input::UploadEnds { .. } => true,
                _ => false,
            };
            let turn = *taken.input == Input::Tick && before.queue().next_at.is_some_and(|at| at <= taken.now);
            prop_assert!(!changed || sender || turn || passes, "{} of {} skipped", votes, watching);
            let waits = !before.queue().entries().is_empty() && before.playback().film.is_some();
            prop_assert!(changed || !passes || !waits || after.queue().entries().is_empty(), "not skipped");
            if changed {
                cast.votes.clear();
            }
            let counted = after.votes().counted();
            prop_assert_eq!(counted.len(), cast.count(after).0);
            prop_assert!(counted.iter().all(|id| after.member(*id).is_some_and(|member| member.watches())));
            Ok(())
        })?;
    }
}
