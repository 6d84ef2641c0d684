//! What single values mean, or why they are refused: each function is for one setting or one kind of setting.

use super::{ConfigError, MetricsFor};
use matinee_media::Tools;
use matinee_media::playable::Ladder;
use matinee_room::RoomCode;
use matinee_room::limits::CODE_TYPED_BYTES_MAX;
use matinee_wire::{Dialect, Dialects};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Bytes of a text of the host's that goes out in headers: room for a machine's name, not for a page.
const HEADER_TEXT_BYTES_MAX: usize = 64;

fn refuse(name: &'static str, reason: impl Into<String>) -> ConfigError {
    ConfigError::Setting {
        name,
        reason: reason.into(),
    }
}

pub(super) fn range(
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

/// The single words of a setting that takes several, each with commas between them or not.
fn words(listed: &[String]) -> impl Iterator<Item = &str> {
    let single = listed.iter().flat_map(|typed| typed.split(','));
    single.map(str::trim).filter(|word| !word.is_empty())
}

pub(super) fn also_ports(listed: Option<Vec<String>>, port: u16) -> Result<Vec<u16>, ConfigError> {
    let mut ports = vec![];
    for word in words(&listed.unwrap_or_default()) {
        let also = word
            .parse()
            .map_err(|_| refuse("--also-port", format!("{word} is not a port from 0 to 65535")))?;
        // Each 0 is a port of its own, as the system will choose it.
        if also == 0 || (also != port && !ports.contains(&also)) {
            ports.push(also);
        }
    }
    Ok(ports)
}

pub(super) fn dialects(
    listed: Option<Vec<String>>,
    has_lobby: bool,
    party_sockets: Option<u64>,
) -> Result<Dialects, ConfigError> {
    let dialects = match listed {
        None => Dialects::all(),
        Some(listed) => Dialects::named(words(&listed)).map_err(|reason| refuse("--dialects", reason))?,
    };
    let dialects = dialects.otherwise(match range("--party-sockets", party_sockets, 1, 2, 1)? {
        2 => Dialect::PartySockets2,
        _ => Dialect::PartySockets1,
    });
    if has_lobby {
        Ok(dialects)
    } else {
        Ok(dialects.without(Dialect::Goblet))
    }
}

pub(super) fn lobby(code: &str) -> Result<Option<RoomCode>, ConfigError> {
    if code.is_empty() {
        return Ok(None);
    }
    match RoomCode::typed(code) {
        Some(code) => Ok(Some(code)),
        None => Err(refuse(
            "--lobby",
            format!("it must be a room's code of up to {CODE_TYPED_BYTES_MAX} bytes, or '' for no Goblet"),
        )),
    }
}

pub(super) fn metrics(who: Option<String>) -> Result<MetricsFor, ConfigError> {
    match who.as_deref() {
        Some("nobody") => Ok(MetricsFor::Nobody),
        None | Some("this-machine") => Ok(MetricsFor::ThisMachine),
        Some("everybody") => Ok(MetricsFor::Everybody),
        Some(other) => Err(refuse(
            "--metrics",
            format!("{other} is none of nobody, this-machine, everybody"),
        )),
    }
}

/// A text that may stand in a header.
pub(super) fn header_text(name: &'static str, text: Option<String>) -> Result<String, ConfigError> {
    let text = text.unwrap_or_default().trim().to_owned();
    if text.len() <= HEADER_TEXT_BYTES_MAX && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        Ok(text)
    } else {
        Err(refuse(
            name,
            format!("it can have up to {HEADER_TEXT_BYTES_MAX} plain characters, without accents"),
        ))
    }
}

pub(super) fn kib(
    name: &'static str,
    value: Option<u64>,
    min: u64,
    max: u64,
    default: u64,
) -> Result<usize, ConfigError> {
    range(name, value, min, max, default).map(|kib| (kib as usize) << 10)
}

/// A bound in GiB; without one there is none.
pub(super) fn gib(name: &'static str, value: Option<u64>) -> Result<u64, ConfigError> {
    match value {
        None => Ok(u64::MAX),
        value => range(name, value, 1, 1 << 24, 1).map(|gib| gib << 30),
    }
}

/// A bound of memory; without one it follows from what the machine has.
pub(super) fn memory(value: Option<u64>) -> Result<Option<u64>, ConfigError> {
    let checked = value.map(|mib| range("--memory-mib-max", Some(mib), 64, 1 << 24, mib));
    Ok(checked.transpose()?.map(|mib| mib << 20))
}

pub(super) fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3_600)
}

pub(super) fn library(path: PathBuf) -> Result<PathBuf, ConfigError> {
    match std::fs::metadata(&path) {
        Ok(found) if found.is_dir() => Ok(path),
        Ok(_) => Err(refuse("--library", format!("{} is not a folder", path.display()))),
        Err(error) => Err(refuse(
            "--library",
            format!("{} cannot be read ({error})", path.display()),
        )),
    }
}

/// ffmpeg and ffprobe. Who names a folder means the ones in it.
pub(super) fn tools(folder: Option<String>) -> Result<Tools, ConfigError> {
    let Some(folder) = folder else {
        return Ok(Tools::find(None));
    };
    if folder.is_empty() {
        return Ok(Tools::None);
    }
    match Tools::find(Some(Path::new(&folder))) {
        Tools::None => Err(refuse(
            "--ffmpeg-dir",
            format!("ffmpeg and ffprobe are not in {folder}"),
        )),
        found => Ok(found),
    }
}

pub(super) fn ladder(when: Option<String>) -> Result<Ladder, ConfigError> {
    match when.as_deref() {
        None | Some("never") => Ok(Ladder::Never),
        Some("when-encoding") => Ok(Ladder::WhenEncoding),
        Some("always") => Ok(Ladder::Always),
        Some(other) => Err(refuse(
            "--ladder",
            format!("{other} is not never, when-encoding or always"),
        )),
    }
}

pub(super) fn code_prefix(prefix: String) -> Result<String, ConfigError> {
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

pub(super) fn public_url(url: String) -> Result<String, ConfigError> {
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
