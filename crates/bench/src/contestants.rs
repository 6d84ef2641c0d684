//! The servers that are measured: each a process of its own on the server's core, on a free port, ended with its
//! handle.

use crate::process;
use crate::small::Small;
use anyhow::{Context, bail};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a server has to begin to listen.
const LISTENS_WITHIN: Duration = Duration::from_secs(20);

/// How long a server has to end when it is asked to.
const ENDS_WITHIN: Duration = Duration::from_secs(15);

/// Who relays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relay {
    Matinee,
    Bun,
    Node,
    Bare,
}

impl Relay {
    pub(crate) const ALL: [Self; 4] = [Self::Matinee, Self::Bun, Self::Node, Self::Bare];

    /// What it is called in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Matinee => "Matinee",
            Self::Bun => "Bun, publish",
            Self::Node => "Node.js, ws",
            Self::Bare => "bare epoll loop",
        }
    }

    /// Starts it on one core.
    pub(crate) fn start(self, place: &Place) -> anyhow::Result<Server> {
        let port = free_port()?;
        let peers = place.root.join("crates/bench/peers");
        let mut command = place.on_server_core();
        match self {
            Self::Matinee => return Server::matinee(place, &place.server_core, &[]),
            Self::Bun => command.arg(peers.join("node_modules/bun/bin/bun.exe")),
            Self::Node => command.arg("node"),
            Self::Bare => command.arg(std::env::current_exe()?).arg("bare"),
        };
        match self {
            Self::Bun => command.arg(peers.join("bun.mjs")),
            Self::Node => command.arg(peers.join("node.mjs")),
            Self::Matinee | Self::Bare => &mut command,
        };
        command.arg(port.to_string());
        Server::listening(command, port, None)
    }
}

/// Where things are, and on which cores they run.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The project.
    pub(crate) root: PathBuf,
    /// Matinee's binary.
    pub(crate) matinee: PathBuf,
    /// The core of the server that is measured, as `taskset` has it.
    pub(crate) server_core: String,
}

impl Place {
    fn on_server_core(&self) -> Command {
        pinned(&self.server_core)
    }
}

/// A command that runs on these cores.
pub(crate) fn pinned(cores: &str) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", cores]);
    command
}

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Server {
    command: Command,
    child: Child,
    pub(crate) address: SocketAddr,
    /// What it keeps, until it has ended.
    _data: Option<TempDir>,
}

impl Server {
    /// Matinee on these cores with an empty data folder, at its highest limit of messages a second: the others have none.
    pub(crate) fn matinee(place: &Place, cores: &str, flags: &[&str]) -> anyhow::Result<Self> {
        let mut command = pinned(cores);
        command.arg(&place.matinee);
        Self::with_flags(command, flags)
    }

    /// Matinee on a small machine, with all limits as they are by themselves.
    pub(crate) fn on(small: &Small, place: &Place) -> anyhow::Result<Self> {
        let mut command = small.command();
        command.args(["taskset", "-c", &place.server_core]);
        command.arg(&place.matinee);
        Self::with_flags(command, &["--messages-per-second", "100"])
    }

    /// The same under valgrind, which writes into `out` what `binary` has executed when it ends.
    pub(crate) fn counted(place: &Place, binary: &Path, out: &Path) -> anyhow::Result<Self> {
        let mut command = place.on_server_core();
        command.args(["valgrind", "--quiet", "--tool=callgrind"]);
        command.args(["--compress-strings=no", "--compress-pos=no"]);
        command.arg(format!("--callgrind-out-file={}", out.display()));
        command.arg(binary);
        Self::with_flags(command, &[])
            .context("valgrind counts what is executed. On Debian or Ubuntu: apt install valgrind")
    }

    fn with_flags(mut command: Command, flags: &[&str]) -> anyhow::Result<Self> {
        let port = free_port()?;
        let data = tempfile::tempdir()?;
        command.args(["--host", "127.0.0.1"]);
        command.args(["--port", &port.to_string(), "--log", "error", "--trust-proxy"]);
        command.arg("--data").arg(data.path());
        let default = |flag: &str, value: &str| match flags.contains(&flag) {
            true => vec![],
            false => vec![flag.to_owned(), value.to_owned()],
        };
        command.args(default("--messages-per-second", "100000"));
        command.args(default("--workers", "1"));
        command.args(flags);
        Self::listening(command, port, Some(data))
    }

    /// Starts a command and waits until it listens.
    pub(crate) fn listening(mut command: Command, port: u16, data: Option<TempDir>) -> anyhow::Result<Self> {
        let shown = format!("{command:?}");
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let child = command
            .spawn()
            .with_context(|| format!("this did not start: {shown}"))?;
        let mut server = Self {
            command,
            child,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            _data: data,
        };
        server.await_listening()?;
        Ok(server)
    }

    fn await_listening(&mut self) -> anyhow::Result<()> {
        let until = Instant::now() + LISTENS_WITHIN;
        while TcpStream::connect(self.address).is_err() {
            if let Some(status) = self.child.try_wait()? {
                bail!("a server ended at its start with {status}: {:?}", self.command);
            }
            if Instant::now() > until {
                bail!("a server did not listen in time: {:?}", self.command);
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Kills it and starts it again with what it has kept. How long nobody could reach it.
    pub(crate) fn crash(&mut self) -> anyhow::Result<Duration> {
        let began = Instant::now();
        self.child.kill()?;
        self.child.wait()?;
        self.child = self.command.spawn()?;
        self.await_listening()?;
        Ok(began.elapsed())
    }

    /// Whether it has ended, as a process does that is killed.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// What it has taken of the processors so far.
    pub(crate) fn processor(&self) -> Duration {
        process::processor(self.child.id())
    }

    /// The memory that it holds, in bytes.
    pub(crate) fn resident_bytes(&self) -> u64 {
        process::resident_bytes(self.child.id())
    }

    /// How often it had nothing to do and slept.
    pub(crate) fn rests(&self) -> u64 {
        process::rests(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Asked first, so that nginx takes its workers along.
        let pid = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let until = Instant::now() + ENDS_WITHIN;
        while Instant::now() < until {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    Ok(listener.local_addr()?.port())
}
