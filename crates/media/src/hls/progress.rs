//! How far ffmpeg is, from the `key=value` lines that it prints with `-progress`.

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// How far a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Progress {
    /// How much of the film is made.
    pub made_ms: u64,
    /// How long the film is, if that is known.
    pub of_ms: Option<u64>,
    /// Seconds of film made in a second.
    pub speed: Option<f64>,
}

/// What ffmpeg said last.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Report {
    /// Where in the film it is. Films with odd time stamps make this jump.
    pub(super) at_ms: u64,
    pub(super) speed: Option<f64>,
}

impl Progress {
    /// Takes in what ffmpeg said. Progress never goes back, nor beyond what the film claims to be.
    pub(super) fn take(&mut self, report: Report) {
        let made_ms = report.at_ms.min(self.of_ms.unwrap_or(u64::MAX));
        self.made_ms = self.made_ms.max(made_ms);
        self.speed = report.speed;
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
            "speed" => {
                let speed = value.trim_end_matches('x').trim().parse().ok();
                self.last.speed = speed.filter(|speed: &f64| speed.is_finite() && *speed >= 0.0);
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
                    out_time_us=99999999999\nspeed=nanx\nprogress=end\n";
        for cut in [1, 7] {
            let mut reports = Reports::new(tokio::io::empty());
            let mut seen = Vec::new();
            for chunk in text.as_bytes().chunks(cut) {
                if reports.take(chunk) {
                    seen.push((reports.last.at_ms, reports.last.speed));
                }
            }
            let expected = [
                (0, None),
                (0, Some(7670.0)),
                (2500, Some(1.5)),
                (99_999_999, None),
            ];
            assert_eq!(seen, expected);
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
            progress.take(Report { at_ms, speed: None });
            assert_eq!(progress.made_ms, made_ms);
        }
    }
}
