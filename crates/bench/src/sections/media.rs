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

/// What each viewer gets, each from another place of the film.
const PART_BYTES: u64 = 256 << 20;

const ROUNDS: usize = 3;

/// Bytes that are read, and thrown away by the kernel, at once.
const READ_BYTES: usize = 1 << 20;

/// How long all of a round may take.
const WITHIN: Duration = Duration::from_secs(120);

/// How much the server's memory may grow from the first round to the last.
const GROWS_BYTES: u64 = 4 << 20;

/// A round.
struct Round {
    took: Duration,
    cpu: Duration,
    resident_bytes: u64,
}

/// Measures both.
pub(super) fn measure(place: &Place) -> anyhow::Result<Found> {
    let films = tempfile::tempdir()?;
    film(&films.path().join("film.mp4"))?;
    let library = films.path().to_string_lossy().into_owned();
    let ours = Server::matinee(place, &place.server_core, &["--library", &library])?;
    let (theirs, _kept) = nginx(place, films.path())?;
    let mut all: [Vec<Round>; 2] = [Vec::new(), Vec::new()];
    let first = ours.resident_bytes();
    for _ in 0..ROUNDS {
        for ((server, path), rounds) in [(&ours, "/video/film.mp4"), (&theirs, "/film.mp4")]
            .into_iter()
            .zip(&mut all)
        {
            rounds.push(round(server, path)?);
        }
    }
    Ok(found(&all, first))
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

fn round(server: &Server, path: &str) -> anyhow::Result<Round> {
    let before = server.processor();
    let began = Instant::now();
    let mut resident_bytes = 0;
    watch(server.address, path, || {
        resident_bytes = resident_bytes.max(server.resident_bytes())
    })?;
    Ok(Round {
        took: began.elapsed(),
        cpu: server.processor() - before,
        resident_bytes,
    })
}

/// All viewers at once, until each has its part; now and then `look`.
fn watch(server: SocketAddr, path: &str, mut look: impl FnMut()) -> anyhow::Result<()> {
    let mut poll = Poll::new()?;
    let mut viewers = Vec::new();
    for number in 0..VIEWERS {
        let start = number * (FILM_BYTES - PART_BYTES) / VIEWERS;
        let mut stream = std::net::TcpStream::connect(server)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nRange: bytes={start}-{}\r\n\r\n",
            start + PART_BYTES - 1
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
    let until = Instant::now() + WITHIN;
    while open > 0 {
        poll.poll(&mut events, Some(Duration::from_millis(200)))?;
        look();
        for event in &events {
            let Some((stream, got)) = viewers.get_mut(event.token().0) else {
                continue;
            };
            match drain(stream, &mut buffer, got)? {
                Left::More => {}
                Left::Ended if *got > PART_BYTES => open -= 1,
                Left::Ended => bail!("a viewer got {got} bytes instead of {PART_BYTES}"),
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

fn found(all: &[Vec<Round>; 2], first: u64) -> Found {
    let gib = (VIEWERS * PART_BYTES) as f64 / (1_u64 << 30) as f64;
    let cpu = |round: &Round| round.cpu.as_secs_f64() / gib;
    let mut table = Table::new(
        "A film of 4 GiB, 50 viewers at once, each 256 MiB from another place of it",
        &[
            "server",
            "s of a core a GiB",
            "GiB/s",
            "most memory, MiB, by round",
        ],
    );
    for (name, rounds) in ["Matinee", "nginx, sendfile"].into_iter().zip(all) {
        let memory: Vec<_> = rounds
            .iter()
            .map(|round| format!("{:.0}", round.resident_bytes as f64 / 1_048_576.0))
            .collect();
        table.rows.push(vec![
            name.to_owned(),
            format!("{:.3}", median(rounds.iter().map(cpu).collect())),
            format!(
                "{:.2}",
                median(rounds.iter().map(|it| gib / it.took.as_secs_f64()).collect())
            ),
            memory.join(", "),
        ]);
    }
    let [ours, theirs] = all;
    let ratio = median(
        ours.iter()
            .zip(theirs)
            .map(|(ours, theirs)| cpu(ours) / cpu(theirs))
            .collect(),
    );
    let memory = |rounds: &[Round], at: usize| rounds.get(at).map_or(0, |it| it.resident_bytes);
    let grown = memory(ours, ROUNDS - 1).saturating_sub(memory(ours, 0));
    let work = "one 4 GiB film to 50 viewers";
    Found {
        goals: vec![
            at_most(work, "nginx with sendfile", "CPU a GiB", 2.0, ratio),
            Goal {
                work: work.to_owned(),
                against: "itself, the first round".to_owned(),
                goal: "memory flat".to_owned(),
                figure: format!(
                    "{:.0} MiB more in the last; {:.0} MiB idle",
                    grown as f64 / 1_048_576.0,
                    first as f64 / 1_048_576.0
                ),
                met: grown <= GROWS_BYTES,
            },
        ],
        tables: vec![table],
        ..Found::default()
    }
}
