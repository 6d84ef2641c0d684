//! One film of 4 GiB to fifty viewers at once: Matinee beside nginx, which hands files to the kernel whole.

use super::at_most;
use crate::contestants::{Place, Server, free_port, pinned};
use crate::figures::median;
use crate::report::{Found, Goal, Table};
use anyhow::{Context, bail};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use rustix::net::RecvFlags;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const FILM_BYTES: u64 = 4 << 30;
const VIEWERS: u64 = 50;

/// What each viewer gets in short rounds, each from another place of the film.
const PART_BYTES: u64 = 256 << 20;

const ROUNDS: usize = 3;

/// How often memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Bytes that are read, and thrown away by the kernel, at once.
const READ_BYTES: usize = 1 << 20;

/// How long all of a round may take.
const WITHIN: Duration = Duration::from_secs(300);

/// How much the server's memory may grow after the first tenth of a round.
const GROWS_BYTES: u64 = 4 << 20;

const NAMES: [&str; 2] = ["Matinee", "nginx, sendfile"];

/// A round.
struct Round {
    bytes: u64,
    took: Duration,
    cpu: Duration,
    /// What the server held, look by look.
    resident_bytes: Vec<u64>,
}

impl Round {
    fn gib(&self) -> f64 {
        self.bytes as f64 / (1_u64 << 30) as f64
    }

    fn cpu_a_gib(&self) -> f64 {
        self.cpu.as_secs_f64() / self.gib()
    }

    fn gib_a_second(&self) -> f64 {
        self.gib() / self.took.as_secs_f64()
    }

    /// The most that was held in the first tenth of the time, and at any time.
    fn most_bytes(&self) -> (u64, u64) {
        let tenth = self.resident_bytes.len().div_ceil(10);
        let most = |looks: &mut dyn Iterator<Item = &u64>| looks.max().copied().unwrap_or(0);
        (
            most(&mut self.resident_bytes.iter().take(tenth)),
            most(&mut self.resident_bytes.iter()),
        )
    }
}

/// Measures both.
pub(super) fn measure(place: &Place) -> anyhow::Result<Found> {
    let films = tempfile::tempdir()?;
    film(&films.path().join("film.mp4"))?;
    let library = films.path().to_string_lossy().into_owned();
    let ours = Server::matinee(place, &place.server_core, &["--library", &library])?;
    let (theirs, _kept) = nginx(place, films.path())?;
    let both = [(&ours, "/video/film.mp4"), (&theirs, "/film.mp4")];
    let mut short: [Vec<Round>; 2] = [Vec::new(), Vec::new()];
    let idle = ours.resident_bytes();
    for _ in 0..ROUNDS {
        for ((server, path), rounds) in both.into_iter().zip(&mut short) {
            rounds.push(round(server, path, PART_BYTES)?);
        }
    }
    let [(server, path), (other, other_path)] = both;
    let whole = [
        round(server, path, FILM_BYTES)?,
        round(other, other_path, FILM_BYTES)?,
    ];
    Ok(found(&short, &whole, idle))
}

/// A film that is one by its first bytes; the rest takes no room on the disk.
fn film(path: &Path) -> anyhow::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41")?;
    file.set_len(FILM_BYTES)?;
    Ok(())
}

fn nginx(place: &Place, films: &Path) -> anyhow::Result<(Server, TempDir)> {
    let kept = tempfile::tempdir()?;
    let port = free_port()?;
    let folder = kept.path().display();
    let config = format!(
        "daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors; user root;\n\
         events {{ worker_connections 1024; }}\n\
         http {{ access_log off; sendfile on; tcp_nopush on; default_type video/mp4;\n\
         client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;\n\
         uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;\n\
         server {{ listen 127.0.0.1:{port}; root {}; }} }}\n",
        films.display()
    );
    let path = kept.path().join("nginx.conf");
    fs::write(&path, config)?;
    let mut command = pinned(&place.server_core);
    command.arg("nginx").arg("-e").arg(kept.path().join("errors"));
    command.arg("-p").arg(kept.path()).arg("-c").arg(&path);
    let server = Server::listening(command, port, None)
        .context("nginx is needed to compare with. On Debian or Ubuntu: apt install nginx")?;
    Ok((server, kept))
}

fn round(server: &Server, path: &str, part_bytes: u64) -> anyhow::Result<Round> {
    let before = server.processor();
    let began = Instant::now();
    let mut resident_bytes = Vec::new();
    watch(server.address, path, part_bytes, || {
        resident_bytes.push(server.resident_bytes());
    })?;
    Ok(Round {
        bytes: VIEWERS * part_bytes,
        took: began.elapsed(),
        cpu: server.processor() - before,
        resident_bytes,
    })
}

/// All viewers at once, until each has its part; now and then `look`.
fn watch(server: SocketAddr, path: &str, part_bytes: u64, mut look: impl FnMut()) -> anyhow::Result<()> {
    let mut poll = Poll::new()?;
    let mut viewers = Vec::new();
    for number in 0..VIEWERS {
        let start = number * (FILM_BYTES - part_bytes) / VIEWERS;
        let mut stream = std::net::TcpStream::connect(server)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nRange: bytes={start}-{}\r\n\r\n",
            start + part_bytes - 1
        );
        stream.write_all(request.as_bytes())?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        poll.registry()
            .register(&mut stream, Token(viewers.len()), Interest::READABLE)?;
        viewers.push((stream, 0_u64));
    }
    let mut buffer = vec![0; READ_BYTES];
    let mut events = Events::with_capacity(64);
    let mut open = viewers.len();
    let mut looked = Instant::now();
    let until = looked + WITHIN;
    while open > 0 {
        poll.poll(&mut events, Some(LOOK_EVERY))?;
        if looked.elapsed() >= LOOK_EVERY {
            looked = Instant::now();
            look();
        }
        for event in &events {
            let Some((stream, got)) = viewers.get_mut(event.token().0) else {
                continue;
            };
            match drain(stream, &mut buffer, got)? {
                Left::More => {}
                Left::Ended if *got > part_bytes => open -= 1,
                Left::Ended => bail!("a viewer got {got} bytes instead of {part_bytes}"),
            }
        }
        if Instant::now() > until {
            bail!("the viewers did not get their parts in time");
        }
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    More,
    Ended,
}

/// Throws away what has come.
fn drain(stream: &TcpStream, buffer: &mut [u8], got: &mut u64) -> anyhow::Result<Left> {
    loop {
        // Told to cut off what it reads, the kernel copies nothing: a viewer that costs little.
        match rustix::net::recv(stream, &mut *buffer, RecvFlags::TRUNC) {
            Ok((_, 0)) => return Ok(Left::Ended),
            Ok((_, count)) => *got += count as u64,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Left::More),
            Err(error) => return Err(error.into()),
        }
    }
}

fn found(short: &[Vec<Round>; 2], whole: &[Round; 2], idle: u64) -> Found {
    let mut parts = Table::new(
        "A film of 4 GiB, 50 viewers at once, each 256 MiB from another place of it",
        &[
            "server",
            "s of a core a GiB",
            "GiB/s",
            "most memory, MiB, by round",
        ],
    );
    let mut all = Table::new(
        "The same film, each of the 50 viewers all of it: 200 GiB",
        &[
            "server",
            "s of a core a GiB",
            "GiB/s",
            "most memory, MiB, in the first tenth",
            "at any time",
        ],
    );
    for ((name, rounds), whole) in NAMES.into_iter().zip(short).zip(whole) {
        let memory: Vec<_> = rounds.iter().map(|round| mib(round.most_bytes().1)).collect();
        parts.rows.push(vec![
            name.to_owned(),
            format!("{:.3}", median(rounds.iter().map(Round::cpu_a_gib).collect())),
            format!("{:.2}", median(rounds.iter().map(Round::gib_a_second).collect())),
            memory.join(", "),
        ]);
        let (first, most) = whole.most_bytes();
        all.rows.push(vec![
            name.to_owned(),
            format!("{:.3}", whole.cpu_a_gib()),
            format!("{:.2}", whole.gib_a_second()),
            mib(first),
            mib(most),
        ]);
    }
    Found {
        goals: goals(short, whole, idle),
        tables: vec![parts, all],
        ..Found::default()
    }
}

fn goals(short: &[Vec<Round>; 2], whole: &[Round; 2], idle: u64) -> Vec<Goal> {
    let [ours, theirs] = short;
    let pairs = ours.iter().zip(theirs);
    let ratio = median(
        pairs
            .map(|(ours, theirs)| ours.cpu_a_gib() / theirs.cpu_a_gib())
            .collect(),
    );
    let [all_of_ours, all_of_theirs] = whole;
    let (first, most) = all_of_ours.most_bytes();
    let grown = most.saturating_sub(first);
    let (work, all) = ("one 4 GiB film to 50 viewers", "the same, each all of it");
    let against = "nginx with sendfile";
    vec![
        at_most(work, against, "CPU a GiB", 2.0, ratio),
        at_most(
            all,
            against,
            "CPU a GiB",
            2.0,
            all_of_ours.cpu_a_gib() / all_of_theirs.cpu_a_gib(),
        ),
        Goal {
            work: all.to_owned(),
            against: "itself, the first tenth".to_owned(),
            goal: "memory flat".to_owned(),
            figure: format!("{} MiB more later; {} MiB idle", mib(grown), mib(idle)),
            met: grown <= GROWS_BYTES,
        },
    ]
}

fn mib(bytes: u64) -> String {
    format!("{:.0}", bytes as f64 / 1_048_576.0)
}
