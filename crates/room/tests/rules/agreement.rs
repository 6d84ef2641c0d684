//! All clients come to see the same room, however late and in whatever order their messages are delivered, and
//! through connections that break.

use crate::chance::cases;
use crate::client::View;
use crate::evening::say;
use crate::house::{House, Step, steps};
use matinee_room::{Line, Seen};
use proptest::prelude::*;

fn take(house: &mut House, step: Step) {
    match step {
        Step::Wait(ms) => house.wait(ms),
        Step::Connect(client) => house.connect(client),
        Step::Break(client) => house.break_wire(client),
        Step::Leave(client) => house.leave(client),
        Step::Send(client, command) => house.send(client, (None, command)),
        Step::Chat(client, lines) => {
            for _ in 0..lines {
                house.send(client, (None, say("and then")));
            }
            while house.carry(client).is_some() {}
        }
        Step::Carry(client, count) => {
            for _ in 0..count {
                house.carry(client);
            }
        }
        Step::Deliver(client, count) => {
            for _ in 0..count {
                house.deliver(client);
            }
        }
        Step::UploadBegins(_) | Step::UploadMoves(_) | Step::UploadEnds => drop(house.upload(&step)),
    }
}

/// Plays the steps, then delivers all that waits, and gives what each connected client shows.
fn played(latest_wins: bool, steps: Vec<Step>) -> (House, Vec<View>) {
    let mut house = House::new(latest_wins);
    for step in steps {
        take(&mut house, step);
    }
    for client in house.clients() {
        while house.carry(client).is_some() {}
    }
    for client in house.clients() {
        while house.deliver(client).is_some() {}
    }
    let connected = house.clients().filter(|client| house.is_connected(*client));
    let views = connected
        .map(|client| house.view(client).unwrap().clone())
        .collect();
    (house, views)
}

/// The lines that the room still has.
fn kept(view: &View, truth: &View) -> Vec<Line> {
    let first = truth.lines.first().map_or(0, |line| line.seq);
    view.lines
        .iter()
        .filter(|line| line.seq >= first)
        .cloned()
        .collect()
}

fn check(mut view: View, truth: &View) -> Result<(), TestCaseError> {
    view.lines = kept(&view, truth);
    prop_assert_eq!(&view, truth);
    Ok(())
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn every_view_is_the_room(steps in steps()) {
        let (house, views) = played(false, steps);
        let truth = View::of(&house.room, Seen::default());
        for view in views {
            check(view, &truth)?;
        }
    }

    /// Where a newer message takes out an older one that waits, as in the server's outboxes. The order of the
    /// members may differ: the newest message about one waits behind the first about another who came later.
    #[test]
    fn every_view_is_the_room_where_the_latest_wins(steps in steps()) {
        let (house, views) = played(true, steps);
        let mut truth = View::of(&house.room, Seen::default());
        truth.members.sort();
        for mut view in views {
            view.members.sort();
            check(view, &truth)?;
        }
    }
}
