//! What becomes of a session with time, and how its client polls.

use super::*;
use crate::goblet::places::Places;
use futures_util::FutureExt;
use std::net::IpAddr;
use std::pin::pin;
use tokio::time::advance;

const NO_BOUND: usize = usize::MAX;

/// A session whose client polls.
fn socket(generation: Generation) -> Socket {
    let place = Arc::new(Places::new(1)).take(IpAddr::from([127, 0, 0, 1]));
    let ticket = Ticket {
        who: Who::Stranger(None),
        place: place.unwrap(),
    };
    let way = Way::Polling(Waiting::default());
    Socket::new(
        Sid::fresh().unwrap(),
        ticket,
        generation,
        Quota::per_second(NonZeroU32::MIN),
        way,
    )
}

fn event(number: usize) -> Packet {
    format!("42[\"seek\",\"{number}\"]").into()
}

#[tokio::test(start_paused = true)]
async fn who_does_not_come_in_is_given_up() {
    let socket = socket(Generation::Fourth);
    assert!(socket.knocks() && !socket.knocks(), "once at a time");
    socket.is_refused("Full.");
    assert!(socket.knocks(), "and again");
    advance(limits::SOCKET_CONNECTS_WITHIN).await;
    assert!(socket.deadline() <= Instant::now());
    socket.tick();
    assert!(socket.has_ended() && !socket.comes_in());
    let told = "44{\"message\":\"Full.\"}\u{1e}1";
    assert_eq!(socket.take(NO_BOUND).as_deref(), Some(told));
    assert!(socket.is_fetched());
}

#[tokio::test(start_paused = true)]
async fn who_does_not_answer_a_ping_is_given_up() {
    let socket = socket(Generation::Fourth);
    assert!(socket.comes_in());
    socket.take(NO_BOUND);
    advance(limits::PING_EVERY).await;
    socket.tick();
    assert_eq!(socket.take(NO_BOUND).as_deref(), Some(packets::PING));
    socket.tick();
    assert!(!socket.has_ended(), "it has a while");
    advance(limits::PONG_WITHIN).await;
    socket.tick();
    assert!(socket.has_ended());
}

#[tokio::test(start_paused = true)]
async fn an_older_client_has_to_ping_by_itself() {
    let socket = socket(Generation::Third);
    assert!(socket.comes_in());
    assert_eq!(socket.take(NO_BOUND).as_deref(), Some("2:40"));
    advance(limits::PING_EVERY + limits::PONG_WITHIN - Duration::from_millis(1)).await;
    socket.tick();
    assert_eq!(socket.take(NO_BOUND), None);
    advance(Duration::from_millis(1)).await;
    socket.tick();
    assert!(socket.has_ended());
}

#[tokio::test]
async fn who_polls_too_slowly_misses_events_and_gets_the_others_in_answers_that_fit() {
    let socket = socket(Generation::Fourth);
    for number in 0..limits::SOCKET_EVENTS_MAX {
        assert!(socket.tell(&event(number)));
    }
    assert!(!socket.tell(&event(0)), "there is no room for it");
    let two = "42[\"seek\",\"0\"]\u{1e}42[\"seek\",\"1\"]";
    assert_eq!(socket.take(two.len()).as_deref(), Some(two));
    assert!(socket.tell(&event(0)));
    assert!(
        socket
            .take(NO_BOUND)
            .is_some_and(|rest| rest.starts_with("42[\"seek\",\"2\"]"))
    );
    assert_eq!(socket.take(NO_BOUND), None);
}

#[tokio::test]
async fn polls_are_answered_with_nothing_while_a_websocket_takes_over_and_lose_nothing_if_it_does_not() {
    let socket = socket(Generation::Fourth);
    assert!(!socket.trial_works(), "none was opened");
    assert!(socket.begins_trial() && !socket.begins_trial(), "one at a time");
    assert_eq!(socket.take(NO_BOUND), None);
    assert!(socket.trial_works());
    socket.tell(&event(1));
    assert_eq!(socket.take(NO_BOUND).as_deref(), Some(packets::NOOP));
    socket.ends_trial();
    assert_eq!(socket.take(NO_BOUND).as_deref(), Some("42[\"seek\",\"1\"]"));
    assert!(socket.begins_trial());
}

#[tokio::test]
async fn a_poll_that_finds_nothing_waits_for_something() {
    let socket = socket(Generation::Fourth);
    let mut changed = pin!(socket.changed.notified());
    assert_eq!(socket.take(NO_BOUND), None);
    assert!(
        changed.as_mut().now_or_never().is_none(),
        "nor does it wake itself"
    );
    socket.tell(&event(1));
    assert!(changed.now_or_never().is_some());
}

#[tokio::test]
async fn one_poll_at_a_time() {
    let socket = socket(Generation::Fourth);
    assert!(socket.begins_poll() && !socket.begins_poll());
    socket.ends_poll();
    assert!(socket.begins_poll());
}
