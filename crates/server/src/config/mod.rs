//! What the server is told: by flag, by environment variable or in `matinee.toml`, in this order.
//!
//! [`settings`] has what can be typed; this file makes of it what is meant ([`Config`]), or refuses it in one
//! sentence that names the setting.

mod settings;

use settings::Settings;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use thiserror::Error;

/// What is meant, complete and checked.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) address: SocketAddr,
    pub(crate) public_url: Option<String>,
    pub(crate) data: PathBuf,
    pub(crate) library: Option<PathBuf>,
    pub(crate) code_prefix: String,
    pub(crate) rooms_max: u64,
    pub(crate) room_members_max: usize,
    pub(crate) room_keep: Duration,
    pub(crate) upload_bytes_max: u64,
    pub(crate) message_bytes_max: usize,
    pub(crate) messages_per_second: u32,
    pub(crate) outbox_bytes_max: usize,
    pub(crate) workers: usize,
    pub(crate) trust_proxy: bool,
    pub(crate) log: String,
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
        let mib = |mib: u64| mib.saturating_mul(1 << 20);
        Ok(Self {
            address: SocketAddr::new(host, settings.port.unwrap_or(7860)),
            public_url: settings.public_url.map(public_url).transpose()?,
            data: settings.data.unwrap_or_else(|| "data".into()),
            library: settings.library.map(library).transpose()?,
            code_prefix: settings.server_prefix.map_or(Ok("S".into()), code_prefix)?,
            rooms_max: range("--rooms-max", settings.rooms_max, 1, 10_000_000, 10_000)?,
            room_members_max: range("--room-members-max", settings.room_members_max, 1, 100_000, 1_000)?
                as usize,
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
            message_bytes_max: kib("--message-kib-max", settings.message_kib_max, 16, 1 << 14, 64)?,
            messages_per_second: range(
                "--messages-per-second",
                settings.messages_per_second,
                10,
                100_000,
                100,
            )? as u32,
            outbox_bytes_max: kib("--outbox-kib-max", settings.outbox_kib_max, 512, 1 << 20, 1 << 10)?,
            workers: range("--workers", settings.workers, 1, 1_024, cores as u64)? as usize,
            trust_proxy: settings.trust_proxy.unwrap_or(false),
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

fn refuse(name: &'static str, reason: impl Into<String>) -> ConfigError {
    ConfigError::Setting {
        name,
        reason: reason.into(),
    }
}

fn range(
    name: &'static str,
    value: Option<u64>,
    min: u64,
    max: u64,
    default: u64,
) -> Result<u64, ConfigError> {
    match value {
        None => Ok(default),
        Some(value) if (min..=max).contains(&value) => Ok(value),
        Some(value) => Err(refuse(name, format!("{value} is not between {min} and {max}"))),
    }
}

fn kib(
    name: &'static str,
    value: Option<u64>,
    min: u64,
    max: u64,
    default: u64,
) -> Result<usize, ConfigError> {
    range(name, value, min, max, default).map(|kib| (kib as usize) << 10)
}

fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3_600)
}

fn library(path: PathBuf) -> Result<PathBuf, ConfigError> {
    match std::fs::metadata(&path) {
        Ok(found) if found.is_dir() => Ok(path),
        Ok(_) => Err(refuse("--library", format!("{} is not a folder", path.display()))),
        Err(error) => Err(refuse(
            "--library",
            format!("{} cannot be read ({error})", path.display()),
        )),
    }
}

fn code_prefix(prefix: String) -> Result<String, ConfigError> {
    let prefix = prefix.to_ascii_uppercase();
    if prefix.len() <= 8 && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        Ok(prefix)
    } else {
        Err(refuse(
            "--server-prefix",
            "it can have up to 8 letters and digits",
        ))
    }
}

fn public_url(url: String) -> Result<String, ConfigError> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.contains(char::is_whitespace) => {
            Ok(url.trim_end_matches('/').to_owned())
        }
        _ => Err(refuse(
            "--public-url",
            "it must start with https:// or http:// and name a host",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory, Parser};

    fn typed(words: &[&str]) -> Settings {
        Settings::try_parse_from([&["matinee"], words].concat()).unwrap()
    }

    #[test]
    fn the_command_line_is_sound() {
        Settings::command().debug_assert();
    }

    #[test]
    fn defaults_are_what_the_help_says() {
        let config = Config::meant_by(Settings::default()).unwrap();
        assert_eq!(config.address.port(), 7860);
        assert_eq!(config.code_prefix, "S");
        assert_eq!(config.data, Path::new("data"));
        let help = Settings::command().render_long_help().to_string();
        for default in ["7860", "10000", "1000", "24", "32768", "64", "100", "1024"] {
            assert!(help.contains(&format!("[default: {default}]")), "{default}");
        }
    }

    #[test]
    fn what_was_typed_goes_before_the_file() {
        let file: Settings = toml::from_str("port = 1\nrooms-max = 5").unwrap();
        let config = Config::meant_by(typed(&["--port", "2"]).or(file)).unwrap();
        assert_eq!((config.address.port(), config.rooms_max), (2, 5));
    }

    #[test]
    fn every_setting_is_a_key_of_the_file() {
        for argument in Settings::command().get_arguments() {
            let Some(name) = argument.get_long() else { continue };
            if ["help", "version", "config"].contains(&name) {
                continue;
            }
            let values = ["1", "\"127.0.0.1\"", "true", "\"https://a.example\""];
            let known = values
                .iter()
                .any(|value| toml::from_str::<Settings>(&format!("{name} = {value}")).is_ok());
            assert!(known, "{name} is not a key");
            assert!(argument.get_env().is_some(), "{name} has no environment variable");
        }
    }

    #[test]
    fn a_wrong_setting_is_named() {
        for (words, name) in [
            (["--rooms-max", "0"], "--rooms-max"),
            (["--server-prefix", "a-b"], "--server-prefix"),
            (["--library", "/no/such/folder"], "--library"),
            (["--public-url", "films.example"], "--public-url"),
            (["--workers", "0"], "--workers"),
        ] {
            let error = Config::meant_by(typed(&words)).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn a_file_with_an_unknown_key_is_refused() {
        let error = toml::from_str::<Settings>("prot = 7860").unwrap_err();
        assert!(error.message().contains("prot"), "{}", error.message());
    }
}
