//! What the system tells the process: that it shall stop.

use std::io;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signal of a file that outgrows its limit; not named by the standard library.
#[cfg(any(target_os = "linux", target_os = "macos"))]
const SIGXFSZ: i32 = 25;

/// From when this is there, no signal ends the process by itself.
#[derive(Debug)]
pub(crate) struct Signals {
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(unix)]
    interrupt: Signal,
    /// A file that outgrows the host's limit (`ulimit -f`) fails like one on a full disk; by default the system
    /// would end the process.
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    _file_size_limit: Signal,
}

impl Signals {
    /// Listens from now on; needs a runtime.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
            #[cfg(any(target_os = "linux", target_os = "macos"))]
            _file_size_limit: signal(SignalKind::from_raw(SIGXFSZ))?,
        })
    }

    /// Returns at SIGTERM or Ctrl-C.
    pub(crate) async fn asked_to_stop(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            // Nobody can ask then.
            std::future::pending::<()>().await;
        }
    }
}
