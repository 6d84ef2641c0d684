//! What holds whatever goes into a room.

use crate::chance::{Taken, cases, chances};
use matinee_room::{
    Alone, Audience, Command, Deed, Event, Happening, Input, Line, LineKind, Member, MemberId, Refusal, Room,
    limits,
};
use proptest::prelude::*;

/// What happened, counted.
fn count(events: &[Event], what: &Happening) -> usize {
    events.iter().filter(|event| event.what == *what).count()
}

fn changes(events: &[Event]) -> u64 {
    let changes = events
        .iter()
        .filter(|event| matches!(event.what, Happening::Playback(_)));
    changes.count() as u64
}

fn lines(events: &[Event]) -> impl Iterator<Item = &Line> {
    events.iter().filter_map(|event| match &event.what {
        Happening::Line(line) => Some(line),
        _ => None,
    })
}

fn hosts(room: &Room) -> Vec<MemberId> {
    let hosts = room.members().iter().filter(|member| member.host);
    hosts.map(|member| member.id).collect()
}

/// Everything but the moment of the last change, and the numbers of commands.
fn same(one: &Room, other: &Room) -> bool {
    one.members() == other.members()
        && one.queue() == other.queue()
        && one.votes() == other.votes()
        && one.playback() == other.playback()
        && one.settings() == other.settings()
        && one.log() == other.log()
        && one.uploads().eq(other.uploads())
}

/// Whether an input may change the film: sent by who may, or an upload's end.
fn has_rights(taken: &Taken<'_>) -> bool {
    let room = taken.before;
    match taken.input {
        Input::Command {
            member,
            command: Command::Pick(_),
            ..
        } => {
            let interrupts = room.playback().is_under_way(taken.now);
            room.may_add(*member).is_ok() && (!interrupts || room.may_control(*member).is_ok())
        }
        Input::Command {
            member,
            command: Command::Add { .. } | Command::Remove(_) | Command::Undo { .. },
            ..
        } => room.may_control(*member).is_ok() || room.may_add(*member).is_ok(),
        Input::Command { member, .. } => room.may_control(*member).is_ok(),
        Input::UploadBegins { member, .. } | Input::UploadKept { member, .. } => {
            room.may_add(*member).is_ok()
        }
        Input::UploadGoesOn { .. }
        | Input::UploadPauses { .. }
        | Input::UploadMoves { .. }
        | Input::UploadEnds { .. } => true,
        Input::MoveFilm(identity) => taken.before.is_founder(identity),
        _ => false,
    }
}

/// Whether the room begins or ceases to wait for somebody, and does nothing else.
fn waits(taken: &Taken<'_>) -> bool {
    let (before, after) = (taken.before.playback(), taken.after.playback());
    let held = (taken.before.hold().is_some(), taken.after.hold().is_some());
    matches!(held, (true, false) | (false, true))
        && (before.paused, after.paused) == held
        && before.film == after.film
        && before.rate == after.rate
        && before.position_at(after.at).abs_diff(after.position_ms) <= 1
}

/// Whether the room starts the film because all who were asked and are left are ready.
fn starts(taken: &Taken<'_>) -> bool {
    let (Some(check), None) = (taken.before.ready_check(), taken.after.ready_check()) else {
        return false;
    };
    let says = |id| {
        let by = |member: &MemberId| *member == id;
        matches!(taken.input, Input::Command { member, command: Command::Ready(true), .. } if by(member))
    };
    let left = |id: &&MemberId| taken.after.member(**id).is_some_and(|member| member.watches());
    let mut missing = check.missing().iter().filter(left);
    !taken.after.playback().paused && missing.all(|id| says(*id))
}

/// Whether the room goes on to another film, as more than half wish or its queue has it.
fn goes_on(taken: &Taken<'_>) -> bool {
    let due = taken.before.queue().next_at.is_some_and(|at| at <= taken.now);
    let skipped = |room: &Room| room.queue().undo().is_some_and(|undo| undo.deed == Deed::Skipped);
    let voted = taken.before.playback().film_revision() != taken.after.playback().film_revision()
        && count(taken.events(), &Happening::Votes) > 0;
    (*taken.input == Input::Tick && due) || (voted && skipped(taken.after))
}

/// Whether the room changes what plays by its own rules, whoever gave it the input.
pub(crate) fn moves_by_itself(taken: &Taken<'_>) -> bool {
    goes_on(taken) || starts(taken) || waits(taken)
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn what_is_refused_changes_nothing(chances in chances()) {
        chances.play(|taken| {
            if taken.answer.is_err() {
                prop_assert_eq!(taken.before, taken.after);
            }
            Ok(())
        })?;
    }

    #[test]
    fn what_changes_is_told(chances in chances()) {
        chances.play(|taken| {
            let told = |what| count(taken.events(), &what) > 0;
            let (before, after) = (taken.before, taken.after);
            prop_assert_eq!(before.settings() != after.settings(), told(Happening::Settings));
            prop_assert!(before.uploads().eq(after.uploads()) || told(Happening::Uploads));
            let seen = |room: &Room| (room.queue().entries().to_vec(), room.queue().repeat, room.queue().next_at);
            prop_assert!(seen(before) == seen(after) || told(Happening::Queue));
            let undo = |room: &Room| room.queue().undo().map(|undo| undo.number);
            prop_assert!(undo(before) == undo(after) || told(Happening::Undo));
            let votes = |room: &Room| (room.votes().counted().to_vec(), room.votes().needed());
            // One vote that is enough at once leaves nothing but another film.
            let changed = votes(before) != votes(after);
            prop_assert!(changed == told(Happening::Votes) || goes_on(&taken));
            prop_assert!(before.hold() == after.hold() || told(Happening::Waiting));
            let asked = |room: &Room| room.ready_check().map(|check| {
                (check.by, check.until, check.ready().to_vec(), check.missing().to_vec())
            });
            prop_assert!(asked(before) == asked(after) || told(Happening::ReadyCheck));
            for member in after.members() {
                let Some(was) = before.member(member.id) else {
                    prop_assert!(told(Happening::Joined(member.id)));
                    continue;
                };
                let seen = |member: &Member| {
                    let names = (member.name.clone(), member.namesake);
                    let here = (member.stalled, member.is_away(), member.watches_alone());
                    (names, member.host, here, member.muted)
                };
                prop_assert!(seen(was) == seen(member) || told(Happening::Changed(member.id)));
            }
            for member in before.members() {
                let left = after.member(member.id).is_none();
                let told = taken.events().iter().any(
                    |event| matches!(&event.what, Happening::Left(gone) if gone.id == member.id),
                );
                prop_assert_eq!(left, told);
            }
            Ok(())
        })?;
    }

    #[test]
    fn somebody_is_host_whenever_somebody_is_there(chances in chances()) {
        chances.play(|taken| {
            prop_assert_eq!(taken.after.is_empty(), hosts(taken.after).is_empty());
            Ok(())
        })?;
    }

    #[test]
    fn the_revision_rises_by_one_with_each_change_that_is_told(chances in chances()) {
        chances.play(|taken| {
            let told = changes(taken.events());
            prop_assert!(told <= 1);
            let (before, after) = (taken.before.playback(), taken.after.playback());
            prop_assert_eq!(before.revision + told, after.revision);
            prop_assert!(told == 1 || before == after);
            Ok(())
        })?;
    }

    #[test]
    fn nothing_grows_out_of_bounds(chances in chances()) {
        chances.play(|taken| {
            let room = taken.after;
            prop_assert!(room.members().len() <= 6);
            prop_assert!(room.log().since(0).count() <= limits::LOG_LINES_MAX);
            prop_assert!(room.uploads().count() <= limits::UPLOADS_KEPT_MAX);
            prop_assert!(room.uploads().filter(|upload| !upload.paused).count() <= limits::UPLOADS_MAX);
            prop_assert!(room.uploads().all(|upload| upload.received_bytes <= upload.total_bytes));
            prop_assert!(room.bans().count() <= limits::SANCTIONS_MAX);
            prop_assert!(room.settings().slow_s <= limits::SLOW_S_MAX);
            prop_assert!(room.settings().name.chars().count() <= limits::ROOM_NAME_CHARS_MAX);
            for member in room.members() {
                prop_assert!((1..=limits::NAME_CHARS_MAX).contains(&member.name.chars().count()));
                prop_assert!(member.latency_ms <= limits::LATENCY_MS_MAX);
                prop_assert!(member.away_until.is_none_or(|until| until <= taken.now.plus_ms(limits::AWAY_MS_MAX)));
            }
            for line in lines(taken.events()) {
                if let LineKind::Said { text, .. } = &line.kind {
                    prop_assert!((1..=limits::TEXT_CHARS_MAX).contains(&text.chars().count()));
                }
            }
            let playback = room.playback();
            prop_assert!((limits::RATE_MIN..=limits::RATE_MAX).contains(&playback.rate));
            let duration_ms = playback.film.as_ref().and_then(|film| film.duration_ms);
            let end_ms = duration_ms.unwrap_or(limits::DURATION_MS_MAX);
            for ms in [0, 1_000, 1_000_000_000, u64::MAX] {
                prop_assert!(playback.position_at(taken.now.plus_ms(ms)) <= end_ms);
            }
            prop_assert!(playback.at <= taken.now.plus_ms(limits::LEAD_MS_MAX));
            Ok(())
        })?;
    }

    #[test]
    fn nobody_changes_what_is_not_theirs(chances in chances()) {
        chances.play(|taken| {
            let (before, after) = (taken.before, taken.after);
            if !has_rights(&taken) && !moves_by_itself(&taken) {
                prop_assert_eq!(before.playback(), after.playback());
                prop_assert_eq!(before.queue().entries(), after.queue().entries());
                prop_assert_eq!(before.queue().repeat, after.queue().repeat);
            }
            if !has_rights(&taken) {
                prop_assert!(before.uploads().eq(after.uploads()));
            }
            let leads = matches!(taken.input, Input::Command { member, .. } if hosts(before).contains(member));
            if !leads {
                prop_assert_eq!(before.settings(), after.settings());
                // Rights change by coming, going, and by taking over where nobody is host any more.
                let stays = |id: &MemberId| before.member(*id).is_some() && after.member(*id).is_some();
                let were: Vec<_> = hosts(before).into_iter().filter(stays).collect();
                let are: Vec<_> = hosts(after).into_iter().filter(stays).collect();
                prop_assert!(were == are || (were.is_empty() && are.len() == 1), "{:?} {:?}", were, are);
            }
            if let Input::Command { member, command, .. } = taken.input {
                if before.member(*member).is_none() {
                    prop_assert_eq!(taken.answer, &Err(Refusal::NotMember));
                }
                // Nobody speaks, waits or is named through another.
                for other in before.members().iter().filter(|other| other.id != *member) {
                    let mut expected = other.clone();
                    if leads && after.member(other.id).is_none() {
                        let put_out = matches!(command, Command::Kick(_) | Command::Ban { .. });
                        prop_assert!(put_out, "{:?}", command);
                        continue;
                    }
                    if leads && matches!(command, Command::Mute { .. } | Command::Unmute(_)) {
                        expected.muted = after.member(other.id).is_some_and(|member| member.muted);
                    }
                    if matches!(command, Command::Host { .. } | Command::ToggleHost(_)) {
                        expected.host = after.member(other.id).is_some_and(|member| member.host);
                    }
                    // A new film is for all; who waits for the others to play follows when they do.
                    let (was, is) = (before.playback(), after.playback());
                    let starts = was.paused && !is.paused;
                    let changes = was.film_revision() != is.film_revision();
                    if changes || (starts && other.alone == Some(Alone::UntilPlay)) {
                        expected.alone = None;
                    }
                    prop_assert_eq!(after.member(other.id), Some(&expected));
                }
                // Before a pause stands what others have done and what is told late.
                let waited = |line: &Line| {
                    matches!(command, Command::Pause { .. })
                        && matches!(line.kind, LineKind::Moved { .. } | LineKind::Rate { .. })
                };
                prop_assert!(lines(taken.events()).all(|line| line.member == *member || waited(line)));
            }
            Ok(())
        })?;
    }

    #[test]
    fn lines_are_numbered_without_gaps_and_found_again(chances in chances()) {
        let mut all: Vec<Line> = chances.room().log().since(0).cloned().collect();
        chances.play(|taken| {
            all.extend(lines(taken.events()).cloned());
            prop_assert!(all.iter().map(|line| line.seq).eq(1..=all.len() as u64));
            let log = taken.after.log();
            prop_assert_eq!(log.last_seq(), all.len() as u64);
            let kept = &all[all.len().saturating_sub(limits::LOG_LINES_MAX)..];
            for seq in [0, 1, log.last_seq() / 2, log.last_seq().saturating_sub(3), log.last_seq(), u64::MAX] {
                prop_assert!(log.since(seq).eq(kept.iter().filter(|line| line.seq > seq)));
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_numbered_command_is_done_once_and_answered_each_time(chances in chances()) {
        chances.play(|taken| {
            let Input::Command { member, id, .. } = taken.input else {
                prop_assert_eq!(count(taken.events(), &Happening::Done), 0);
                return Ok(());
            };
            if taken.answer.is_err() {
                return Ok(());
            }
            for event in taken.events() {
                let cause = event.cause.unwrap();
                prop_assert_eq!((cause.member, cause.command), (*member, *id));
            }
            let last = |room: &Room| room.member(*member).unwrap().last_command;
            prop_assert_eq!(count(taken.events(), &Happening::Done), usize::from(id.is_some()));
            prop_assert_eq!(last(taken.after), last(taken.before).max(id.unwrap_or(0)));
            if id.is_some() {
                let answer = taken.events().last().unwrap();
                prop_assert_eq!(&answer.what, &Happening::Done);
                prop_assert_eq!(answer.to, Audience::Only(*member));
            }
            if id.is_some_and(|id| id <= last(taken.before)) {
                prop_assert_eq!(taken.events().len(), 1);
                prop_assert!(same(taken.before, taken.after));
            }
            Ok(())
        })?;
    }

    #[test]
    fn only_a_command_is_a_cause(chances in chances()) {
        chances.play(|taken| {
            if !matches!(taken.input, Input::Command { .. }) {
                prop_assert!(taken.events().iter().all(|event| event.cause.is_none()));
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_same_inputs_make_the_same_room(chances in chances()) {
        let (mut one, mut other) = (chances.room(), chances.room());
        for (now, input) in chances.inputs() {
            prop_assert_eq!(one.handle(now, input.clone()), other.handle(now, input.clone()));
        }
        prop_assert_eq!(one, other);
    }

    #[test]
    fn after_a_tick_nobodys_time_is_up(chances in chances()) {
        chances.play(|taken| {
            if *taken.input == Input::Tick {
                prop_assert!(taken.after.poll_timeout().is_none_or(|at| at > taken.now));
            }
            Ok(())
        })?;
    }
}
