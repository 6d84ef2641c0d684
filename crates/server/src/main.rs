//! Matinee: watch films together, in step.
//!
//! | file or folder | owns |
//! |---|---|
//! | [`config`] | what the server is told |
//! | [`app`] | what all parts share |
//! | [`core`] | a core: runtime, listener, flusher |
//! | [`http`] | addresses and answers |
//! | [`session`] | connections: WebSocket, outbox, flusher |
//! | [`rooms`] | the tasks that own rooms |
//! | [`goblet`] | the clients of Goblet: Socket.IO, plain addresses, the lobby |
//! | [`fullness`] | when nobody else is let in |
//! | [`films`] | which films there are, for whom |
//! | [`scans`] | looking through the library, one at a time |
//! | [`links`] | films elsewhere |
//! | [`metrics`] | figures for who runs the server |
//! | [`streams`] | streams of films that not every browser plays |
//! | [`extras`] | what films have besides: subtitles, chapters, pictures |
//! | [`uploads`] | films on their way in: whose turn, how far, how much |
//! | [`passwords`] | hashing them |
//! | [`tries`] | how often passwords and codes are tried in vain |
//! | [`makers`] | who makes rooms that are kept, and how fast |
//! | [`rates`] | how often somebody may ask of the database |
//! | [`ending`] | how far the end has come |
//! | [`clock`] | the time that is told to rooms |
//! | [`banner`] | what the host sees |
//! | [`addresses`] | by which people reach the server |
//! | [`signals`] | what the system tells the process |
//! | [`limits`] | every bound that is not a setting |

mod addresses;
mod app;
mod banner;
mod clock;
mod config;
mod core;
mod ending;
mod extras;
mod films;
mod fullness;
mod goblet;
mod http;
mod limits;
mod links;
mod makers;
mod metrics;
mod passwords;
mod rates;
mod rooms;
mod scans;
mod session;
mod signals;
mod streams;
mod tries;
mod uploads;

use anyhow::{Context, bail};
use app::App;
use config::Config;
use ending::Phase;
use signals::Signals;
use std::fs::{File, TryLockError};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

/// Hashing a password takes 19 MiB for a moment. The system's allocator lets such blocks scatter and never
/// gives them back: a hundred passwords in a row held 700 MiB.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("matinee: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let mut config = Config::load()?;
    start_log(&config.log)?;
    raise_file_limit();
    let _lock = open_data(&config)?;
    let runtime = runtime()?;
    let cores = core::listen(&mut config)?;

    let (phase, ending) = watch::channel(Phase::Open);
    let running = TaskTracker::new();
    let app = runtime.block_on(App::open(config, ending.clone(), running.clone()))?;
    for (index, listeners) in cores.into_iter().enumerate() {
        let (app, ending) = (Arc::clone(&app), ending.clone());
        let core = self::runtime()?;
        let serve = move || {
            if let Err(error) = core.block_on(core::run(app, listeners, ending)) {
                tracing::error!(%error, "a core has ended");
            }
            // The listeners are closed; what is under way goes on until the process ends.
            core.block_on(std::future::pending::<()>());
        };
        std::thread::Builder::new()
            .name(format!("core-{index}"))
            .spawn(serve)?;
    }
    let mut signals = runtime.block_on(async { Signals::listen() })?;
    let films = app.films.shelf.library().len();
    print_greeting(&banner::greeting(&app.config, films));

    runtime.block_on(async move {
        tokio::spawn(Arc::clone(&app).clean_up());
        tokio::spawn(Arc::clone(&app.fullness).watch());
        signals.asked_to_stop().await;
        end(&phase, &running, app.config.drain, &mut signals).await;
        app.store.flush().await?;
        anyhow::Ok(())
    })
}

/// Ends all: rooms that are kept at once, the others when they are empty, when `drain` is over, or when we are
/// asked again.
async fn end(phase: &watch::Sender<Phase>, running: &TaskTracker, drain: Duration, signals: &mut Signals) {
    tracing::info!("stopping: rooms are written, clients are told to come back");
    phase.send_replace(Phase::Draining);
    running.close();
    tokio::select! {
        _ = timeout(drain, running.wait()) => {}
        () = signals.asked_to_stop() => {}
    }
    phase.send_replace(Phase::Closing);
    tokio::select! {
        ended = timeout(limits::SHUTDOWN_WITHIN, running.wait()) => if ended.is_err() {
            tracing::warn!("some clients did not close in time");
        },
        () = signals.asked_to_stop() => {}
    }
}

/// A runtime for one core.
fn runtime() -> anyhow::Result<Runtime> {
    Ok(Builder::new_current_thread()
        .event_interval(limits::TASKS_A_TURN)
        .enable_all()
        .build()?)
}

fn start_log(filter: &str) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(filter)
        .context("The setting --log is not right: say error, warn, info, debug or trace")?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(shows_colours())
        .with_writer(|| Log)
        .log_internal_errors(false)
        .with_target(false)
        .init();
    Ok(())
}

/// Whether somebody reads the log at a terminal who has not asked for plain text, as https://no-color.org has it.
fn shows_colours() -> bool {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|asked| !asked.is_empty());
    !plain && std::io::stderr().is_terminal()
}

/// Lets the server hold as many connections as the system allows it, not as many as a shell starts with.
fn raise_file_limit() {
    #[cfg(unix)]
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

/// Makes the data folder and keeps it for this process: two servers on one database would lose rooms.
fn open_data(config: &Config) -> anyhow::Result<File> {
    let folder = config.data.display();
    make_private(&config.data)
        .with_context(|| format!("The setting --data is not right: the folder {folder} cannot be made"))?;
    let lock = File::create(config.data.join("lock"))
        .with_context(|| format!("The setting --data is not right: {folder} cannot be written to"))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            bail!("Another Matinee uses the folder {folder}. Stop it, or choose another folder with --data.")
        }
        Err(TryLockError::Error(error)) => Err(error).context("The data folder cannot be locked"),
    }
}

/// Where the log goes. A disk that is full or a pipe that nobody reads must not end what was about to log.
struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // Lost then; the server goes on.
        let _ = std::io::stderr().write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Makes a folder, and those it is in, that only this user may look into: the key of the cookies will be there.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn print_greeting(greeting: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody may be listening; the server is open all the same.
    let _ = out.write_all(greeting.as_bytes()).and_then(|()| out.flush());
}
