//! The task that owns a room: takes one message after the other, lets the room decide, and delivers what
//! came of it, encoded once for each dialect that is spoken in the room.

use super::Rooms;
use super::handle::{Inbox, ToRoom, WayBack};
use super::late::Late;
use super::lists::Lists;
use super::preparing::Preparing;
use super::seating::Seat;
use super::telling::Watcher;
use crate::ending::Phase;
use crate::limits;
use crate::session::closing::Closing;
use matinee_room::{Audience, Event, Happening, Input, Refusal, Room, Timestamp, UploadId};
use matinee_store::SavedRoom;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::yield_now;
use tokio::time::Instant;

pub(super) struct RoomTask {
    pub(super) rooms: Arc<Rooms>,
    pub(super) room: Room,
    pub(super) seats: Vec<Seat>,
    pub(super) watchers: Vec<Watcher>,
    pub(super) lists: Lists,
    pub(super) late: Option<Late>,
    /// To come back to this task with.
    pub(super) me: WayBack,
    /// When the changes since the last save are saved.
    save_at: Option<Instant>,
    /// The number of the last line that was saved.
    saved_seq: u64,
    /// The change that was last saved, by the room's own time.
    saved_change: Timestamp,
    /// Since when nothing holds it in memory.
    empty_since: Option<Instant>,
    /// The server ends when this room does.
    drains: bool,
    /// What makes the film that is on playable for everybody.
    preparing: Preparing,
}

/// Runs a room until it is empty, or the server stops.
pub(super) async fn run(rooms: Arc<Rooms>, room: Box<Room>, me: WayBack, mut inbox: Inbox) {
    let _running = rooms.running.token();
    let mut ending = rooms.ending.clone();
    let (saved_seq, saved_change) = (room.log().last_seq(), room.changed_at());
    // Boxed, as the room is: a future keeps twice what it is given.
    let mut task = Box::new(RoomTask {
        rooms,
        room: *room,
        seats: Vec::new(),
        watchers: Vec::new(),
        lists: Lists::default(),
        late: None,
        me,
        save_at: None,
        saved_seq,
        saved_change,
        empty_since: None,
        drains: false,
        preparing: Preparing::default(),
    });
    task.mind_film();
    // Whoever had it loaded may go without a word.
    task.note_emptiness();
    loop {
        let wake = task.wake();
        tokio::select! {
            message = inbox.recv() => match message {
                Some(message) => {
                    task.take(*message);
                    task.take_waiting(&mut inbox);
                }
                None => break,
            },
            () = task.preparing.changed() => task.hear_news(),
            () = sleep_until(wake) => {
                task.apply_quietly(Input::Tick);
                task.tell_late(false);
                task.tell_lists_if_due();
                task.save_if_due();
            }
            Ok(()) = ending.changed() => {
                let phase = *ending.borrow_and_update();
                task.drains = phase == Phase::Draining && !task.room.is_kept();
                if phase != Phase::Open && !task.drains {
                    task.save();
                    for seat in &task.seats {
                        seat.outbox.close(Closing::Restarting);
                    }
                    break;
                }
            }
        }
        if task.is_large() {
            yield_now().await;
        }
        task.note_emptiness();
        if task.is_done() && task.put_away(&mut inbox).await {
            break;
        }
    }
}

async fn sleep_until(wake: Option<Instant>) {
    match wake {
        Some(wake) => tokio::time::sleep_until(wake).await,
        None => std::future::pending().await,
    }
}

impl RoomTask {
    /// When there is something to do without a message.
    fn wake(&self) -> Option<Instant> {
        let tick = self.room.poll_timeout().map(|at| {
            // A millisecond more, so that the moment has come when the clock is read in whole ones.
            Instant::now() + self.rooms.clock.until(at) + Duration::from_millis(1)
        });
        let empty = self.empty_since.map(|since| since + self.stays());
        [tick, self.save_at, empty, self.lists.due(), self.late_due()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Sees whether anything holds the room in memory.
    fn note_emptiness(&mut self) {
        let empty = self.seats.is_empty() && self.room.is_empty() && !self.room.is_sent_to();
        self.empty_since = empty.then(|| self.empty_since.unwrap_or_else(Instant::now));
    }

    /// How long it stays in memory when nothing holds it there.
    fn stays(&self) -> Duration {
        if self.room.is_over() || self.drains {
            Duration::ZERO
        } else {
            limits::EMPTY_ROOM_STAYS
        }
    }

    fn is_done(&self) -> bool {
        self.empty_since
            .is_some_and(|since| since.elapsed() >= self.stays())
    }

    /// Leaves the room to the database. `false` if somebody wrote meanwhile.
    async fn put_away(&mut self, inbox: &mut Inbox) -> bool {
        self.save();
        if self.room.is_kept() && self.rooms.store.flush().await.is_err() {
            self.empty_since = Some(Instant::now());
            return false;
        }
        let mut live = self.rooms.live();
        match inbox.try_recv() {
            Ok(message) => {
                drop(live);
                self.empty_since = None;
                self.take(*message);
                self.note_emptiness();
                false
            }
            Err(_) => {
                live.remove(self.room.code());
                // Who has sent since then learns that the room is gone, and looks it up again.
                inbox.close();
                true
            }
        }
    }

    /// Takes what waits as well, before all else that may happen is asked about again: for a message to a few, that takes
    /// as long as what it does.
    fn take_waiting(&mut self, inbox: &mut Inbox) {
        for _ in 1..limits::MESSAGES_A_TURN {
            if self.is_large() {
                return;
            }
            match inbox.try_recv() {
                Ok(message) => self.take(*message),
                Err(_) => return,
            }
        }
    }

    /// Whether one message may mean so much that others have a turn after it.
    fn is_large(&self) -> bool {
        self.seats.len() >= limits::LARGE_ROOM_MEMBERS
    }

    fn take(&mut self, message: ToRoom) {
        match message {
            ToRoom::Join(knock) => self.join(knock),
            ToRoom::Command { member, id, command } => {
                if let Err(refusal) = self.apply(Input::Command { member, id, command })
                    && let Some(seat) = self.seat(member)
                {
                    let speech = seat.dialect.speech();
                    seat.outbox
                        .answer(speech.refused(true, id, refusal.code(), &refusal.to_string()));
                }
            }
            ToRoom::Latency {
                member,
                latency_ms,
                jitter_ms,
            } => self.apply_quietly(Input::Latency {
                member,
                latency_ms,
                jitter_ms,
            }),
            ToRoom::Leave { .. } | ToRoom::Lost { .. } if self.lists.has_held() => {
                // Whoever spoke is in the list that goes before, even if they leave at once.
                self.lists.hurry();
                self.tell_lists_if_due();
                self.take(message);
            }
            ToRoom::Leave { member, close: true } => {
                self.apply_quietly(Input::Leave(member));
                self.close_seat(member, Closing::Left);
            }
            ToRoom::Leave { member, close: false } => {
                self.seats.retain(|seat| seat.member != member);
                self.apply_quietly(Input::Leave(member));
            }
            ToRoom::Lost { member, outbox } => {
                let seats = self.seats.len();
                self.seats
                    .retain(|seat| !(seat.member == member && Arc::ptr_eq(&seat.outbox, &outbox)));
                if self.seats.len() < seats {
                    self.apply_quietly(Input::Drop(member));
                }
            }
            ToRoom::UploadBegins {
                member,
                title,
                total_bytes,
                reply,
            } => {
                let upload = self.room.next_upload();
                let begun = self.apply(Input::UploadBegins {
                    member,
                    title,
                    total_bytes,
                });
                if let Err(Ok(upload)) = reply.send(begun.map(|()| upload)) {
                    self.end_upload(upload);
                }
            }
            ToRoom::Give { input, reply } => {
                // Whoever asked may have gone.
                let _ = reply.send(self.apply(input));
            }
            ToRoom::UploadMoves {
                upload,
                received_bytes,
            } => {
                self.apply_quietly(Input::UploadMoves {
                    upload,
                    received_bytes,
                });
            }
            ToRoom::UploadEnds { upload, film } => self.apply_quietly(Input::UploadEnds { upload, film }),
            ToRoom::MoveFilm { founder, reply } => {
                // Whoever asked may have gone.
                let _ = reply.send(self.apply(Input::MoveFilm(founder)));
            }
            ToRoom::SubtitlesChanged { film } => {
                if self.preparing.has_changed(&self.rooms, &film) {
                    self.hear_news();
                }
            }
            ToRoom::Watch { dialect, sink } => self.watchers.push(Watcher { dialect, sink }),
            ToRoom::Look(see) => see(&self.room),
        }
    }

    /// The uploader hung up before the upload began.
    fn end_upload(&mut self, upload: UploadId) {
        self.apply_quietly(Input::UploadEnds { upload, film: None });
    }

    /// Gives an input to the room and delivers what came of it.
    fn apply(&mut self, input: Input) -> Result<(), Refusal> {
        let events = self.room.handle(self.rooms.clock.now(), input)?;
        self.mind_film();
        self.deliver(&events);
        Ok(())
    }

    /// If another film is on, has it made playable for everybody, and its extras found. What is known of that at once
    /// is told with the film itself.
    pub(super) fn mind_film(&mut self) {
        if self.preparing.minds(&self.rooms, &self.room) {
            self.take_news();
        }
        self.preparing.expects(&self.rooms, &self.room);
    }

    /// Tells all in the room how far the film and its extras are.
    fn hear_news(&mut self) {
        let events = self.take_news();
        self.deliver(&events);
    }

    fn take_news(&mut self) -> Vec<Event> {
        let now = self.rooms.clock.now();
        let newest = self.preparing.newest().into_iter();
        // It is never refused.
        let told = newest.filter_map(|news| self.room.handle(now, news).ok());
        told.flatten().collect()
    }

    /// The same for inputs of our own, of which nobody waits for a refusal: the member has gone meanwhile.
    pub(super) fn apply_quietly(&mut self, input: Input) {
        if let Err(refusal) = self.apply(input) {
            tracing::trace!(%refusal, "input without effect");
        }
    }

    pub(super) fn deliver(&mut self, events: &[Event]) {
        for event in events {
            match event.to {
                Audience::Only(member) => {
                    if let Some(seat) = self.seat(member) {
                        for frame in self.frames(seat, event) {
                            seat.outbox.push(frame);
                        }
                    }
                }
                Audience::All | Audience::Except(_) => self.broadcast(event),
            }
            if let Happening::Measured(skew) = event.what {
                self.rooms.config.metrics.measured(skew);
            }
            if let Happening::PutOut { member, banned } = &event.what {
                self.put_out(member.id, *banned);
            }
            if event.what == Happening::Closed {
                for seat in self.seats.drain(..) {
                    seat.outbox.close(Closing::RoomClosed);
                }
            }
        }
        if events.iter().any(|event| event.what.lasts()) && self.save_at.is_none() {
            self.save_at = Some(Instant::now() + limits::SAVE_DELAY);
        }
        self.tell_lists_if_due();
    }

    fn save_if_due(&mut self) {
        if self.save_at.is_some_and(|at| at <= Instant::now()) {
            self.save();
        }
    }

    fn save(&mut self) {
        self.save_at = None;
        if !self.room.is_kept() {
            return;
        }
        let change = self.room.changed_at();
        // Who is there when the server stops is to find the room again, whenever they last did something.
        let is_used =
            change != self.saved_change || self.room.members().iter().any(|member| !member.is_away());
        let changed_at = is_used.then(|| self.rooms.clock.latest());
        match SavedRoom::of(&self.room, self.saved_seq, changed_at) {
            Ok(saved) => {
                self.saved_seq = saved.last_seq;
                self.saved_change = change;
                self.rooms.store.save(saved);
            }
            Err(error) => tracing::error!(%error, room = %self.room.code(), "room could not be kept"),
        }
    }
}
