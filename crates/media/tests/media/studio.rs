//! What the tests of streams share: a film, a folder, and a job to wait for.

use std::path::{Path, PathBuf};
use std::time::Duration;

use http::Method;
use matinee_media::hls::{Hls, HlsId, HlsJob, HlsSettings, HlsState, Priority};
use matinee_media::playable::StreamPlan;
use matinee_media::{FilmFile, Plan, Probe, StreamError, Tools, Wishes, plan, probe};

use crate::films;
use crate::fixture::{Answer, header_map, read};

/// A film in a library, what is in it, and a folder for streams of it.
pub(crate) struct Studio {
    pub(crate) library: tempfile::TempDir,
    pub(crate) streams: tempfile::TempDir,
    pub(crate) film: FilmFile,
    pub(crate) probe: Probe,
}

impl Studio {
    pub(crate) async fn of(path: &Path) -> Self {
        let (library, film) = films::library_of(path);
        let probe = probe(&films::tools(), &film).await.unwrap();
        let streams = tempfile::tempdir().unwrap();
        Self {
            library,
            streams,
            film,
            probe,
        }
    }

    pub(crate) fn plan(&self, wishes: Wishes) -> StreamPlan {
        match plan(&self.probe, &wishes) {
            Plan::Stream(plan) => plan,
            Plan::Direct => panic!("{:?} plays as it is", self.probe),
        }
    }

    pub(crate) fn hls(&self, settings: HlsSettings) -> Hls {
        self.hls_with(films::tools(), settings)
    }

    pub(crate) fn hls_with(&self, tools: Tools, settings: HlsSettings) -> Hls {
        Hls::open(self.streams.path(), tools, settings).unwrap().0
    }

    pub(crate) fn make(&self, hls: &Hls, id: u8) -> HlsJob {
        self.make_as(hls, id, Priority::Now).unwrap()
    }

    pub(crate) fn make_as(&self, hls: &Hls, id: u8, priority: Priority) -> Result<HlsJob, StreamError> {
        let plan = self.plan(Wishes::default());
        hls.make(
            HlsId::from_bytes([id; 16]),
            &self.film,
            &self.probe,
            plan,
            priority,
        )
    }

    /// Makes the whole stream and returns the way to its master playlist.
    pub(crate) async fn whole(&self, wishes: Wishes) -> PathBuf {
        let hls = self.hls(settings());
        let plan = self.plan(wishes);
        let job = hls
            .make(
                HlsId::from_bytes([9; 16]),
                &self.film,
                &self.probe,
                plan,
                Priority::Now,
            )
            .unwrap();
        let state = until(&job, HlsState::is_final).await;
        assert!(matches!(state, HlsState::Done), "{state:?}");
        self.folder(9).join("master.m3u8")
    }

    pub(crate) fn folder(&self, id: u8) -> PathBuf {
        self.streams.path().join(HlsId::from_bytes([id; 16]).as_str())
    }
}

/// Settings that leave the disk of small test machines alone.
pub(crate) fn settings() -> HlsSettings {
    HlsSettings {
        free_bytes_min: 0,
        ..HlsSettings::default()
    }
}

/// Waits for a state.
pub(crate) async fn until(job: &HlsJob, is_it: impl Fn(&HlsState) -> bool) -> HlsState {
    let mut state = job.state();
    let found = state.wait_for(|state| is_it(state));
    let found = tokio::time::timeout(Duration::from_secs(60), found).await;
    found.expect("the state never came").unwrap().clone()
}

pub(crate) async fn get(job: &HlsJob, name: &str, headers: &[(&str, &str)]) -> Answer {
    read(job.folder().serve(name, &Method::GET, &header_map(headers)).await).await
}
