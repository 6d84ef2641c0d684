//! One run of an outside program on a film that nobody vouches for.
//!
//! The program sees nothing of our environment, has no standard input, and may read files but no network; of
//! the files, only those whose format cannot name another file: no playlist is ever followed. Its time,
//! memory, open files and output are bounded, and it is killed when its [`Program`] is dropped.
//!
//! Memory and processor time are bounded by Linux (`prlimit`) right after the start; on other systems only
//! wall-clock time and output are.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};

use crate::limits::PROGRAM_WORDS_BYTES_MAX;

/// Formats that the programs may open, by ffmpeg's names of its demuxers. What is not here is refused, above
/// all the ones that open further files or addresses: `hls`, `dash`, `concat`, `sdp`, `image2`, `tee`, ….
const FORMATS: &str = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,ogg,mpeg,mpegts,mpegvideo,asf,flv,live_flv,\
                       mp3,aac,flac,wav,w64,aiff,ac3,eac3,dts,dtshd,truehd,amr,ape,wv,tta,m4v,h264,hevc,\
                       ivf,obu,rm,dv,mxf,gxf,nut,vob,swf,nsv,caf,au";

/// Variables that the programs keep: where the system finds its libraries.
const KEPT_VARIABLES: [&str; 3] = ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SystemRoot"];

/// What one run may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// From start to end. Then it is killed.
    pub(crate) time: Duration,
    /// Address space. Beyond it, the program's allocations fail.
    pub(crate) memory_bytes: u64,
    /// One file that it writes. Beyond it, it is ended by the system.
    pub(crate) file_bytes: u64,
    /// What it prints. Beyond it, it is killed.
    pub(crate) output_bytes: usize,
}

/// Why a run gave nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProgramError {
    /// It could not be started or talked to.
    #[error("the program cannot be run: {0}")]
    Run(#[from] io::Error),
    /// It took longer than [`Bounds::time`].
    #[error("the program took too long")]
    TooSlow,
    /// It printed more than [`Bounds::output_bytes`].
    #[error("the program printed too much")]
    TooMuch,
    /// It ended unhappily.
    #[error("the program ended with {status}: {words:?}")]
    Failed {
        /// How it ended.
        status: ExitStatus,
        /// The end of what it said. Holds names and bytes of strangers: only for the log.
        words: String,
    },
}

/// A run that is being put together.
#[derive(Debug)]
pub(crate) struct Program {
    command: Command,
    bounds: Bounds,
    /// How far everything else on the machine goes first: 0 is not at all, 19 is all of it.
    niceness: i32,
}

impl Program {
    /// A run of the program at `path`, in the root folder.
    pub(crate) fn new(path: &Path, bounds: Bounds) -> Self {
        let mut command = Command::new(path);
        command
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for name in KEPT_VARIABLES {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        // Every thread that allocates would reserve 64 MiB of address space of its own.
        command.env("MALLOC_ARENA_MAX", "2");
        Self {
            command,
            bounds,
            niceness: 0,
        }
    }

    /// Adds arguments.
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    /// Adds the film as the input, with the fences around what it may make the program open. Options for the
    /// input go before this, options for the output after it.
    pub(crate) fn film(mut self, path: &Path) -> Self {
        let mut address = std::ffi::OsString::from("file:");
        address.push(path);
        self.command
            .args([
                "-protocol_whitelist",
                "file,pipe",
                "-format_whitelist",
                FORMATS,
                "-i",
            ])
            .arg(address);
        self
    }

    /// Runs where its relative paths lead to.
    pub(crate) fn in_folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Lets everything else on the machine go first.
    pub(crate) fn nicely(mut self) -> Self {
        self.niceness = 10;
        self
    }

    /// Lets even those go first that run nicely.
    pub(crate) fn most_nicely(mut self) -> Self {
        self.niceness = 19;
        self
    }

    /// Starts it, bounded in memory, processor time and files. Its time is the caller's to watch.
    pub(crate) fn start(mut self) -> io::Result<Child> {
        let child = self.command.spawn()?;
        confine(&child, &self.bounds, self.niceness)?;
        Ok(child)
    }

    /// Runs it to its end and returns what it printed.
    pub(crate) async fn output(self) -> Result<Vec<u8>, ProgramError> {
        let bounds = self.bounds;
        let mut child = self.start()?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let run = async {
            let (output, words) = tokio::try_join!(read_all(stdout, bounds.output_bytes), async {
                Ok(last_words(stderr).await)
            },)?;
            Ok((output, words, child.wait().await?))
        };
        let (output, words, status) = tokio::time::timeout(bounds.time, run)
            .await
            .unwrap_or(Err(ProgramError::TooSlow))?;
        if status.success() {
            Ok(output)
        } else {
            Err(ProgramError::Failed { status, words })
        }
    }
}

/// What an end of a program means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It did all that was asked.
    Good,
    /// It could make nothing of the film, or the film made it crash.
    GaveUp,
    /// Somebody sent it away.
    Killed,
    /// It used more processor time than it may.
    OutOfTime,
    /// It wrote a larger file than it may.
    OutOfBytes,
}

/// What it means that the program ended so.
pub(crate) fn verdict(status: ExitStatus) -> Verdict {
    #[cfg(unix)]
    match std::os::unix::process::ExitStatusExt::signal(&status) {
        Some(libc::SIGKILL | libc::SIGTERM | libc::SIGINT | libc::SIGHUP) => return Verdict::Killed,
        Some(libc::SIGXCPU) => return Verdict::OutOfTime,
        Some(libc::SIGXFSZ) => return Verdict::OutOfBytes,
        _ => {}
    }
    match status.code() {
        Some(0) => Verdict::Good,
        // How ffmpeg says that it was asked to stop.
        Some(255) => Verdict::Killed,
        _ => Verdict::GaveUp,
    }
}

/// Bounds what a program that has just started may take. Before this it has read nothing but its own
/// libraries, or not much more.
#[cfg(target_os = "linux")]
fn confine(child: &Child, bounds: &Bounds, niceness: i32) -> io::Result<()> {
    use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
    let pid = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .and_then(Pid::from_raw);
    let Some(pid) = pid else { return Ok(()) };
    if niceness > 0 {
        // Not going first is no reason not to go.
        let _ = rustix::process::setpriority_process(Some(pid), niceness);
    }
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let limits = [
        (Resource::As, bounds.memory_bytes),
        (Resource::Fsize, bounds.file_bytes),
        // All cores at once for the whole time.
        (Resource::Cpu, bounds.time.as_secs().saturating_mul(cores).max(1)),
        // What a film makes crash leaves no copy of its memory on our disk.
        (Resource::Core, 0),
        // A film, a few outputs, and the pipes.
        (Resource::Nofile, 256),
    ];
    for (resource, limit) in limits {
        // Never above what we were given ourselves: raising a limit is not allowed.
        let limit = Some(getrlimit(resource).maximum.map_or(limit, |ours| ours.min(limit)));
        let limit = Rlimit {
            current: limit,
            maximum: limit,
        };
        match prlimit(Some(pid), resource, limit) {
            // Already over. It stays ours to wait for, so its number is nobody else's.
            Ok(_) | Err(rustix::io::Errno::SRCH) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "as on Linux")]
fn confine(_: &Child, _: &Bounds, _: i32) -> io::Result<()> {
    Ok(())
}

async fn read_all(source: Option<impl AsyncRead + Unpin>, bytes_max: usize) -> Result<Vec<u8>, ProgramError> {
    let mut bytes = Vec::new();
    if let Some(source) = source {
        source.take(bytes_max as u64 + 1).read_to_end(&mut bytes).await?;
    }
    if bytes.len() > bytes_max {
        return Err(ProgramError::TooMuch);
    }
    Ok(bytes)
}

/// Reads to the end so that the program never waits for us, and keeps the last of it.
pub(crate) async fn last_words(source: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut source) = source else {
        return String::new();
    };
    let (mut kept, mut chunk) = (Vec::new(), [0; 1024]);
    while let Ok(1..=1024) = source.read(&mut chunk).await.inspect(|&length| {
        kept.extend_from_slice(&chunk[..length]);
        let over = kept.len().saturating_sub(PROGRAM_WORDS_BYTES_MAX);
        kept.drain(..over);
    }) {}
    String::from_utf8_lossy(&kept).trim().to_owned()
}
