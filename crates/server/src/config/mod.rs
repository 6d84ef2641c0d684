//! What the server is told: by flag, by environment variable or in `matinee.toml`, in this order.
//!
//! [`settings`] has what can be typed; this file makes of it what is meant ([`Config`]), or refuses it in one
//! sentence that names the setting: [`values`] judges the single ones.

mod settings;
mod values;

use matinee_media::{Tools, Wishes};
use matinee_room::RoomCode;
use matinee_room::limits::{WAIT_SECONDS, WAIT_SECONDS_MAX};
use matinee_wire::Dialects;
use settings::Settings;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use thiserror::Error;
use values::{
    also_ports, code_prefix, dialects, gib, header_text, hours, kib, ladder, library, lobby, memory, metrics,
    public_url, range, tools,
};

/// What is meant, complete and checked.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) address: SocketAddr,
    /// Other ports of the same address, each once.
    pub(crate) also_ports: Vec<u16>,
    pub(crate) public_url: Option<String>,
    pub(crate) data: PathBuf,
    pub(crate) library: Option<PathBuf>,
    /// ffmpeg and ffprobe.
    pub(crate) tools: Tools,
    /// What is encoded of films that not every browser plays.
    pub(crate) wishes: Wishes,
    pub(crate) streams_at_once: usize,
    pub(crate) streams_bytes_max: u64,
    pub(crate) code_prefix: String,
    pub(crate) rooms_max: u64,
    pub(crate) room_members_max: usize,
    pub(crate) wait_seconds: u32,
    pub(crate) room_keep: Duration,
    pub(crate) upload_bytes_max: u64,
    pub(crate) upload_keep: Duration,
    /// Without a limit, all that the disk has.
    pub(crate) room_uploads_bytes_max: u64,
    pub(crate) uploads_bytes_max: u64,
    pub(crate) disk_reserve_bytes: u64,
    pub(crate) message_bytes_max: usize,
    pub(crate) messages_per_second: u32,
    pub(crate) outbox_bytes_max: usize,
    /// What the server may take of memory until nobody new is let in; if not set, a part of what there is.
    pub(crate) memory_bytes_max: Option<u64>,
    pub(crate) workers: usize,
    pub(crate) trust_proxy: bool,
    /// Without Goblet if there is no lobby.
    pub(crate) dialects: Dialects,
    /// The room that clients of Goblet enter.
    pub(crate) lobby: Option<RoomCode>,
    /// What it is called: its code as it was typed.
    pub(crate) lobby_name: String,
    /// Fit to be a header's value, perhaps empty.
    pub(crate) instance_id: String,
    /// Fit to be a header's value, perhaps empty.
    pub(crate) region: String,
    /// How long rooms that do not outlast the server may go on after SIGTERM.
    pub(crate) drain: Duration,
    /// Who is shown the figures.
    pub(crate) metrics: MetricsFor,
    pub(crate) log: String,
}

/// Whom `/metrics` is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MetricsFor {
    Nobody,
    ThisMachine,
    Everybody,
}

/// Why the settings were refused. Always one sentence that names the setting.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum ConfigError {
    /// A value that cannot be.
    #[error("The setting {name} is not right: {reason}.")]
    Setting {
        /// As a flag.
        name: &'static str,
        /// What is wrong with it, and what would be right.
        reason: String,
    },
    /// The file cannot be read.
    #[error("The settings file {} cannot be used: {reason}.", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// The settings file that is read if it is there and no other is named.
const FILE: &str = "matinee.toml";

impl Config {
    /// From the command line, the environment and the settings file. Ends the process for `--help`,
    /// `--version` and what clap refuses itself.
    pub(crate) fn load() -> Result<Self, ConfigError> {
        let typed = <Settings as clap::Parser>::parse();
        let filed = match &typed.config {
            Some(path) => read(path)?,
            None if Path::new(FILE).exists() => read(Path::new(FILE))?,
            None => Settings::default(),
        };
        Self::meant_by(typed.or(filed))
    }

    fn meant_by(settings: Settings) -> Result<Self, ConfigError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let host = settings.host.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let port = settings.port.unwrap_or(7860);
        let lobby_name = settings.lobby.unwrap_or_else(|| "lobby".into());
        let lobby = lobby(&lobby_name)?;
        let mib = |mib: u64| mib.saturating_mul(1 << 20);
        Ok(Self {
            address: SocketAddr::new(host, port),
            also_ports: also_ports(settings.also_port, port)?,
            public_url: settings.public_url.map(public_url).transpose()?,
            data: settings.data.unwrap_or_else(|| "data".into()),
            library: settings.library.map(library).transpose()?,
            tools: tools(settings.ffmpeg_dir)?,
            wishes: Wishes {
                ladder: ladder(settings.ladder)?,
                ..Wishes::default()
            },
            streams_at_once: range("--streams-at-once", settings.streams_at_once, 1, 64, 1)? as usize,
            streams_bytes_max: mib(range(
                "--streams-mib-max",
                settings.streams_mib_max,
                1,
                1 << 24,
                64 << 10,
            )?),
            code_prefix: settings.server_prefix.map_or(Ok("S".into()), code_prefix)?,
            rooms_max: range("--rooms-max", settings.rooms_max, 1, 10_000_000, 10_000)?,
            room_members_max: range("--room-members-max", settings.room_members_max, 1, 100_000, 1_000)?
                as usize,
            wait_seconds: range(
                "--wait-seconds",
                settings.wait_seconds,
                0,
                WAIT_SECONDS_MAX.into(),
                WAIT_SECONDS.into(),
            )? as u32,
            room_keep: hours(range(
                "--room-keep-hours",
                settings.room_keep_hours,
                1,
                87_600,
                24,
            )?),
            upload_bytes_max: mib(range(
                "--upload-mib-max",
                settings.upload_mib_max,
                1,
                1 << 24,
                32 << 10,
            )?),
            upload_keep: hours(range(
                "--upload-keep-hours",
                settings.upload_keep_hours,
                1,
                87_600,
                24,
            )?),
            room_uploads_bytes_max: gib("--room-uploads-gib-max", settings.room_uploads_gib_max)?,
            uploads_bytes_max: gib("--uploads-gib-max", settings.uploads_gib_max)?,
            disk_reserve_bytes: mib(range(
                "--disk-reserve-mib",
                settings.disk_reserve_mib,
                0,
                1 << 24,
                512,
            )?),
            message_bytes_max: kib("--message-kib-max", settings.message_kib_max, 16, 1 << 14, 64)?,
            messages_per_second: range(
                "--messages-per-second",
                settings.messages_per_second,
                10,
                100_000,
                100,
            )? as u32,
            outbox_bytes_max: kib("--outbox-kib-max", settings.outbox_kib_max, 512, 1 << 20, 1 << 10)?,
            memory_bytes_max: memory(settings.memory_mib_max)?,
            workers: range("--workers", settings.workers, 1, 1_024, cores as u64)? as usize,
            trust_proxy: settings.trust_proxy.unwrap_or(false),
            dialects: dialects(settings.dialects, lobby.is_some(), settings.party_sockets)?,
            lobby,
            lobby_name,
            instance_id: header_text("--instance-id", settings.instance_id)?,
            region: header_text("--region", settings.region)?,
            drain: Duration::from_secs(range("--drain-seconds", settings.drain_seconds, 0, 86_400, 8)?),
            metrics: metrics(settings.metrics)?,
            log: settings.log.unwrap_or_else(|| "info".into()),
        })
    }
}

fn read(path: &Path) -> Result<Settings, ConfigError> {
    let fail = |reason: String| ConfigError::File {
        path: path.to_owned(),
        reason,
    };
    let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
    toml::from_str(&text).map_err(|error| fail(error.message().trim_end_matches('.').to_owned()))
}

#[cfg(test)]
impl Config {
    /// What these flags mean.
    pub(crate) fn typed(flags: &[&str]) -> Result<Self, ConfigError> {
        Self::meant_by(tests::typed(flags))
    }
}

#[cfg(test)]
mod tests;
