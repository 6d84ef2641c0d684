//! The load generator: what Matinee can do, side by side with what else is there, on one machine in one run.
//!
//! | file or folder | owns |
//! |---|---|
//! | [`sections`] | what is measured, a file each |
//! | [`contestants`] | the servers that are measured |
//! | [`bare`] | the floor: an epoll loop that only sends |
//! | [`closed`], [`open`] | loads that go as fast as they are answered, or by a schedule |
//! | [`party`] | rooms full of members who speak |
//! | [`crowd`] | a room full of people who come back |
//! | [`bystander`] | somebody in another room who is answered meanwhile |
//! | [`dialects`], [`http`] | coming in, in each system's words |
//! | [`payload`] | what is said, with the moment at which it was due |
//! | [`swarm`], [`link`], [`frame`] | many connections in one thread, one of them, its bytes |
//! | [`figures`], [`process`] | what was measured, and what processes take |
//! | [`small`] | a machine with little memory |
//! | [`report`] | `docs/performance.md` and its pictures |

mod bare;
mod bystander;
mod closed;
mod contestants;
mod crowd;
mod dialects;
mod figures;
mod frame;
mod http;
mod link;
mod open;
mod party;
mod payload;
mod process;
mod report;
mod sections;
mod small;
mod swarm;

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};
use contestants::Place;
use sections::Section;
use std::path::PathBuf;
use std::process::ExitCode;

/// Measures Matinee and what it is compared with, and writes docs/performance.md.
#[derive(Debug, Parser)]
struct Typed {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Measures, then writes the report.
    Run {
        /// What to measure; all of it if nothing is named.
        sections: Vec<Section>,
        /// The project's folder.
        #[arg(long, default_value = ".")]
        root: PathBuf,
        /// Matinee's binary.
        #[arg(long, env = "MATINEE_BIN", default_value = "target/release/matinee")]
        matinee: PathBuf,
        /// The core of the server that is measured; the load has another, by whoever starts this.
        #[arg(long, default_value = "0")]
        server_core: String,
    },
    /// Writes the report of what was measured before.
    Report {
        /// The project's folder.
        #[arg(long, default_value = ".")]
        root: PathBuf,
    },
    /// Is the relay that only sends.
    Bare {
        /// Where it listens.
        port: u16,
    },
}

fn main() -> ExitCode {
    match run(Typed::parse().what) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("matinee-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(what: What) -> anyhow::Result<()> {
    match what {
        What::Bare { port } => bare::run(port),
        What::Report { root } => report::write(&root),
        What::Run {
            sections,
            root,
            matinee,
            server_core,
        } => {
            process::check()?;
            rlimit::increase_nofile_limit(u64::MAX).context("the limit of open files stays as it is")?;
            let root = root.canonicalize().context("there is no such project")?;
            let place = Place {
                matinee: root.join(matinee),
                root,
                server_core,
            };
            let chosen = if sections.is_empty() {
                Section::ALL.to_vec()
            } else {
                sections
            };
            let mut left_out = Vec::new();
            for section in chosen {
                eprintln!("{}", section.title());
                match section.measure(&place) {
                    Ok(found) => report::keep(&place.root, section, &found)?,
                    Err(error) => {
                        // The others are worth their time all the same.
                        eprintln!("matinee-bench: {} was not measured: {error:#}", section.name());
                        left_out.push(section.name());
                    }
                }
            }
            report::write(&place.root)?;
            if !left_out.is_empty() {
                bail!("these keep their figures from before: {}", left_out.join(", "));
            }
            Ok(())
        }
    }
}
