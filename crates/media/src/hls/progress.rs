//! How far ffmpeg is, from the `key=value` lines that it prints with `-progress`, and how fast.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::time::Instant;

use crate::limits::{PACE_MARKS_EVERY, PACE_OVER};

/// How far a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Progress {
    /// How much of the film is made.
    pub made_ms: u64,
    /// How long the film is, if that is known.
    pub of_ms: Option<u64>,
    /// How much of its picture players can have: the segments that are whole. It is looked at now and then.
    pub there_ms: u64,
    /// Seconds of film made in a second of late, as known when that was looked at.
    pub pace: f64,
}

/// What ffmpeg said last.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Report {
    /// Where in the film it is. Films with odd time stamps make this jump.
    pub(super) at_ms: u64,
}

impl Progress {
    /// Takes in what ffmpeg said. Progress never goes back, nor beyond what the film claims to be.
    pub(super) fn take(&mut self, report: Report) {
        let made_ms = report.at_ms.min(self.of_ms.unwrap_or(u64::MAX));
        self.made_ms = self.made_ms.max(made_ms);
    }
}

/// How fast a film is made, from where it was at moments of late.
#[derive(Debug)]
pub(super) struct Pace {
    /// Apart by [`PACE_MARKS_EVERY`] at least, and no more of them than [`PACE_OVER`] holds.
    marks: VecDeque<(Instant, u64)>,
}

impl Pace {
    /// Nothing is made yet.
    pub(super) fn new(now: Instant) -> Self {
        let marks = VecDeque::from([(now, 0)]);
        Self { marks }
    }

    /// Seconds of film made in a second, `made_ms` being made now.
    pub(super) fn measure(&mut self, now: Instant, made_ms: u64) -> f64 {
        let age = |(at, _): &(Instant, u64)| now.duration_since(*at);
        // One that is older is kept to measure from.
        while self.marks.get(1).is_some_and(|mark| age(mark) >= PACE_OVER) {
            self.marks.pop_front();
        }
        if self.marks.back().is_none_or(|mark| age(mark) >= PACE_MARKS_EVERY) {
            self.marks.push_back((now, made_ms));
        }
        let Some((since, before_ms)) = self.marks.front() else {
            return 0.0;
        };
        let took = now.duration_since(*since).max(Duration::from_millis(1));
        made_ms.saturating_sub(*before_ms) as f64 / 1000.0 / took.as_secs_f64()
    }
}

/// Reports as they come.
#[derive(Debug)]
pub(super) struct Reports<R> {
    source: R,
    line: Vec<u8>,
    last: Report,
}

/// Bytes of a line that are looked at; ffmpeg's have 40. The rest of a longer one is left out.
const LINE_BYTES_MAX: usize = 256;

impl<R: AsyncRead + Unpin> Reports<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            line: Vec::new(),
            last: Report::default(),
        }
    }

    /// The newest report, when there is one; `None` when ffmpeg has ended. Dropped while it waits, it has
    /// lost nothing.
    pub(super) async fn next(&mut self) -> Option<Report> {
        let mut chunk = [0; 1024];
        loop {
            let length = self.source.read(&mut chunk).await.unwrap_or(0);
            if length == 0 {
                return None;
            }
            if self.take(&chunk[..length]) {
                return Some(self.last);
            }
        }
    }

    /// Whether a report ended in this chunk.
    fn take(&mut self, chunk: &[u8]) -> bool {
        let mut is_whole = false;
        for &byte in chunk {
            match byte {
                b'\n' => is_whole |= self.end_line(),
                _ if self.line.len() < LINE_BYTES_MAX => self.line.push(byte),
                _ => {}
            }
        }
        is_whole
    }

    fn end_line(&mut self) -> bool {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        let Some((key, value)) = line.split_once('=') else {
            return false;
        };
        let value = value.trim();
        match key {
            // What is not known yet is "N/A", and before the first picture it may be negative.
            "out_time_us" => {
                if let Ok(us) = value.parse::<i64>() {
                    self.last.at_ms = u64::try_from(us / 1000).unwrap_or(0);
                }
            }
            "progress" => return true,
            _ => {}
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn reports_are_read_however_they_are_cut() {
        let text = "frame=1\nout_time_us=N/A\nspeed=N/A\nprogress=continue\n\
                    out_time_us=-9223372036854775807\nspeed= 7.67e+03x\nprogress=continue\n\
                    out_time_us=2500000\nspeed=1.5x\nprogress=continue\n\
                    out_time_us=99999999999\nprogress=end\n";
        for cut in [1, 7] {
            let mut reports = Reports::new(tokio::io::empty());
            let mut seen = Vec::new();
            for chunk in text.as_bytes().chunks(cut) {
                if reports.take(chunk) {
                    seen.push(reports.last.at_ms);
                }
            }
            assert_eq!(seen, [0, 0, 2500, 99_999_999]);
        }
        let long = [vec![b'x'; 100_000], text.as_bytes().to_vec()].concat();
        let mut reports = Reports::new(&long[..]);
        while reports.next().await.is_some() {}
        assert_eq!(reports.last.at_ms, 99_999_999);
    }

    #[test]
    fn progress_goes_forward_and_not_beyond_the_end() {
        let mut progress = Progress {
            of_ms: Some(4000),
            ..Progress::default()
        };
        for (at_ms, made_ms) in [(0, 0), (2500, 2500), (1000, 2500), (99_999, 4000), (3000, 4000)] {
            progress.take(Report { at_ms });
            assert_eq!(progress.made_ms, made_ms);
        }
    }

    #[test]
    fn the_pace_is_that_of_late() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        let mut made_ms = 0;
        let mut seen = Vec::new();
        // A minute at twice the film's pace, then one at half of it, looked at ten times a second.
        for tenth in 1..=1200_u32 {
            made_ms += if tenth <= 600 { 200 } else { 50 };
            let now = start + Duration::from_millis(100) * tenth;
            seen.push(pace.measure(now, made_ms));
        }
        assert!(seen[..600].iter().all(|pace| (pace - 2.0).abs() < 0.01));
        let after = 600 + (PACE_OVER + PACE_MARKS_EVERY).as_millis() as usize / 100;
        assert!(seen[after..].iter().all(|pace| (pace - 0.5).abs() < 0.01));
        assert!(pace.marks.len() as u64 <= PACE_OVER.as_secs() / PACE_MARKS_EVERY.as_secs() + 2);
        // Then nothing comes any more.
        let later = start + Duration::from_secs(120) + PACE_OVER;
        pace.measure(later, made_ms);
        assert!(pace.measure(later + PACE_OVER, made_ms) < 0.01);
    }
}
