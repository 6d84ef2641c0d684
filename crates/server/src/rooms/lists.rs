//! Lists of members that are told whole: told again only a while after the last time, however much happens.

use crate::limits;
use matinee_room::{Audience, Event, Happening};
use matinee_wire::Dialect;
use tokio::time::Instant;

/// When the list is told, and what waits for it.
#[derive(Default)]
pub(super) struct Lists {
    /// For whom a newer one waits.
    wanted: Option<Audience>,
    /// When it may be told again.
    again: Option<Instant>,
    /// Lines that wait with it: whoever speaks must be in the list by then.
    held: Vec<Event>,
}

impl Lists {
    pub(super) fn want(&mut self, whom: Audience) {
        self.wanted = match self.wanted {
            Some(wanted) if wanted != whom => Some(Audience::All),
            _ => Some(whom),
        };
    }

    /// Whether an event waits until the list is told, for those who are told lists.
    pub(super) fn holds(&self, what: &Happening) -> bool {
        self.wanted.is_some() && matches!(what, Happening::Line(_))
    }

    /// Keeps an event until then.
    pub(super) fn hold(&mut self, event: &Event) {
        self.held.push(event.clone());
    }

    /// When the next one may be told, if one waits.
    pub(super) fn due(&self) -> Option<Instant> {
        self.wanted?;
        Some(self.again.unwrap_or_else(Instant::now))
    }

    /// Whether somebody's word waits.
    pub(super) fn has_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// Has the list be told now.
    pub(super) fn hurry(&mut self) {
        self.again = None;
    }

    /// What there is to tell to so many members, if it is time: first the list, then what waited for it.
    pub(super) fn take_due(&mut self, members: usize) -> Option<(Event, Vec<Event>)> {
        if self.due()? > Instant::now() {
            return None;
        }
        // What a list takes to tell grows with the square of the members, so that it is told the more seldom.
        let factor = members.div_ceil(limits::LISTS_OFTEN_MEMBERS).max(1);
        let pause = limits::LISTS_EVERY * u32::try_from(factor).unwrap_or(u32::MAX);
        self.again = Some(Instant::now() + pause);
        let list = Event {
            to: self.wanted.take()?,
            cause: None,
            what: Happening::Members,
        };
        Some((list, std::mem::take(&mut self.held)))
    }
}

/// Whether the members' list is told whole in a dialect.
pub(super) fn has_list(dialect: Dialect) -> bool {
    dialect.speech().merges(&Happening::Members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use matinee_room::{Line, LineKind, MemberId, Timestamp};
    use std::time::Duration;

    fn said(member: u32) -> Event {
        let line = Line {
            seq: u64::from(member),
            at: Timestamp(0),
            member: MemberId(member),
            name: "Ana".into(),
            namesake: None,
            kind: LineKind::Said {
                text: "hi".into(),
                reply_to: None,
            },
        };
        Event {
            to: Audience::All,
            cause: None,
            what: Happening::Line(line),
        }
    }

    /// Two hundred come within two seconds, and each says hello at once.
    #[tokio::test(start_paused = true)]
    async fn in_a_storm_of_newcomers_lists_are_told_twenty_times_a_second() {
        let mut lists = Lists::default();
        let begin = Instant::now();
        let (mut told, mut listed, mut heard) = (0, 0, 0);
        for newcomer in 1..=200 {
            let until = begin + Duration::from_millis(9) * newcomer;
            while let Some(due) = lists.due().filter(|due| *due <= until) {
                tokio::time::sleep_until(due).await;
                let (list, held) = lists.take_due(200).unwrap();
                assert_eq!(list.what, Happening::Members);
                assert!(lists.take_due(200).is_none());
                (told, heard) = (told + 1, heard + held.len());
                listed = newcomer - 1;
            }
            tokio::time::sleep_until(until).await;
            lists.want(Audience::Except(MemberId(newcomer)));
            assert!(lists.holds(&said(newcomer).what));
            lists.hold(&said(newcomer));
        }
        assert!((30..=36).contains(&told), "{told} in 1.8 s");
        assert!(listed < 200);
        let due = lists.due().unwrap();
        assert!(due.duration_since(Instant::now()) <= limits::LISTS_EVERY);
        tokio::time::sleep_until(due).await;
        let (list, held) = lists.take_due(200).unwrap();
        assert_eq!(list.to, Audience::All);
        assert_eq!(heard + held.len(), 200, "nobody's word is lost");
        assert_eq!(lists.due(), None);
        assert!(!lists.holds(&said(1).what), "nobody waits for nothing");
    }

    #[tokio::test(start_paused = true)]
    async fn a_list_of_a_thousand_is_told_four_times_a_second() {
        let mut lists = Lists::default();
        for members in [199, 1_000] {
            lists.want(Audience::All);
            assert!(lists.take_due(members).is_some());
            lists.want(Audience::All);
            let pause = lists.due().unwrap().duration_since(Instant::now());
            let expected = if members < 200 {
                limits::LISTS_EVERY
            } else {
                Duration::from_millis(250)
            };
            assert_eq!(pause, expected, "{members}");
            tokio::time::sleep(pause).await;
        }
    }
}
