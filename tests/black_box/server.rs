//! Starting, killing and restarting the binary.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use tempfile::TempDir;

/// A server of its own for one test: a free port, a fresh data folder. Killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    pub(crate) folder: TempDir,
    /// What it printed at its first start.
    pub(crate) greeting: String,
    flags: Vec<String>,
}

/// The binary under test, without any setting of the machine's.
pub(crate) fn matinee() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_matinee"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let others = ["PORT", "SERVER_PREFIX", "INSTANCE_ID", "REGION"];
        if name.starts_with("MATINEE_") || others.contains(&name.as_str()) {
            command.env_remove(name);
        }
    }
    // What ffmpeg finds out comes when it comes; those who want to know say so with a flag.
    command.env("MATINEE_FFMPEG_DIR", "");
    command
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with_flags(&[])
    }

    pub(crate) fn with_flags(flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let (child, port, greeting) = spawn(matinee(), folder.path(), 0, &flags);
        Self {
            child,
            port,
            folder,
            greeting,
            flags,
        }
    }

    /// One that may have only so many files open, connections among them, and cannot raise that.
    pub(crate) fn with_files(files: usize) -> Self {
        let mut command = Command::new("prlimit");
        command.arg(format!("--nofile={files}:{files}"));
        command.arg(matinee().get_program());
        command.env("MATINEE_FFMPEG_DIR", "");
        let folder = tempfile::tempdir().unwrap();
        let (child, port, greeting) = spawn(command, folder.path(), 0, &[]);
        Self {
            child,
            port,
            folder,
            greeting,
            flags: vec![],
        }
    }

    /// Where the server keeps its things.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`, and a new start on the same port.
    pub(crate) fn crash_and_restart(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.start_again();
    }

    pub(crate) fn start_again(&mut self) {
        (self.child, _, _) = spawn(matinee(), self.folder.path(), self.port, &self.flags);
    }

    /// SIGTERM, and its exit status.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        self.ask_to_stop();
        self.child.wait().unwrap()
    }

    /// SIGTERM.
    pub(crate) fn ask_to_stop(&self) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Its exit status, if it has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Lets no file of the server's grow past so many bytes: as full as a disk can be.
    pub(crate) fn limit_files(&self, bytes: &str) {
        let limited = Command::new("prlimit")
            .args([
                "--pid",
                &self.pid().to_string(),
                &format!("--fsize={bytes}:unlimited"),
            ])
            .status();
        assert!(limited.expect("prlimit is part of util-linux").success());
    }

    /// Resident memory now, in bytes.
    pub(crate) fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the binary and waits until it has said where it listens.
fn spawn(mut command: Command, folder: &Path, port: u16, flags: &[String]) -> (Child, u16, String) {
    let mut child = command
        .current_dir(folder)
        .args([
            "--host",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--data",
            "data",
            "--log",
            "warn",
        ])
        .args(flags)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut greeting = String::new();
    while !greeting.contains("Ctrl-C") {
        greeting += &lines
            .next()
            .expect("the server ended before it was open")
            .unwrap();
        greeting.push('\n');
    }
    let (_, port) = greeting.split_once("http://localhost:").unwrap();
    let port = port.lines().next().unwrap().parse().unwrap();
    // The pipe stays open and empty: the server prints nothing after its greeting.
    std::mem::forget(lines);
    (child, port, greeting)
}
