//! What can be typed: each setting once, as a flag, an environment variable and a key of the settings file.
//! A doc comment here is the help text.

use clap::Parser;
use serde::{Deserialize, Deserializer};
use std::net::IpAddr;
use std::path::PathBuf;

/// Watch films together, in step: one small server, one link to send.
///
/// Every setting is a flag, an environment variable and a key in matinee.toml (the flag without its dashes);
/// the flag goes before the variable, and the variable before the file.
#[derive(Clone, Debug, Default, Deserialize, Parser)]
#[command(name = "matinee", version, max_term_width = 100)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Settings {
    /// The settings file [default: matinee.toml, if it is there]
    #[arg(long, env = "MATINEE_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub(super) config: Option<PathBuf>,

    /// The port to listen on; 0 takes a free one [default: 7860]
    #[arg(long, env = "PORT")]
    pub(super) port: Option<u16>,

    /// More ports to answer on, with commas between them: 3000,5000,8080
    #[arg(long, env = "MATINEE_ALSO_PORT", value_name = "PORTS")]
    #[serde(default, deserialize_with = "listed")]
    pub(super) also_port: Option<Vec<String>>,

    /// The address to listen on; 127.0.0.1 is for this machine only [default: 0.0.0.0]
    #[arg(long, env = "MATINEE_HOST", value_name = "ADDRESS")]
    pub(super) host: Option<IpAddr>,

    /// The address that friends reach the server by, to be printed at the start (behind a proxy)
    #[arg(long, env = "MATINEE_PUBLIC_URL", value_name = "URL")]
    pub(super) public_url: Option<String>,

    /// The folder for the database and uploaded films, made if it is not there [default: data]
    #[arg(long, env = "MATINEE_DATA", value_name = "DIR")]
    pub(super) data: Option<PathBuf>,

    /// A folder of films to pick from; subfolders too, nothing in it is changed
    #[arg(long, env = "MATINEE_LIBRARY", value_name = "DIR")]
    pub(super) library: Option<PathBuf>,

    /// The folder with ffmpeg and ffprobe; '' does without them [default: wherever PATH leads]
    #[arg(long, env = "MATINEE_FFMPEG_DIR", value_name = "DIR")]
    pub(super) ffmpeg_dir: Option<String>,

    /// When films come in several sizes for slow connections: never, when-encoding (where they have to be
    /// encoded anyway) or always [default: never]
    #[arg(long, env = "MATINEE_LADDER", value_name = "WHEN")]
    pub(super) ladder: Option<String>,

    /// Films that are made playable at once; others wait [default: 1]
    #[arg(long, env = "MATINEE_STREAMS_AT_ONCE", value_name = "COUNT")]
    pub(super) streams_at_once: Option<u64>,

    /// What films that were made playable may take together, in MiB; those not watched for longest go first
    /// [default: 65536]
    #[arg(long, env = "MATINEE_STREAMS_MIB_MAX", value_name = "MIB")]
    pub(super) streams_mib_max: Option<u64>,

    /// What every room code starts with [default: S]
    #[arg(long, env = "SERVER_PREFIX", value_name = "TEXT")]
    pub(super) server_prefix: Option<String>,

    /// Rooms that are in memory, and rooms that are kept; beyond so many of either, one more is refused [default: 10000]
    #[arg(long, env = "MATINEE_ROOMS_MAX", value_name = "COUNT")]
    pub(super) rooms_max: Option<u64>,

    /// Members of one room; one more is refused [default: 1000]
    #[arg(long, env = "MATINEE_ROOM_MEMBERS_MAX", value_name = "COUNT")]
    pub(super) room_members_max: Option<u64>,

    /// Seconds that a room waits for somebody whose player has run dry; 0 for never. Hosts may change it for their room
    /// [default: 5]
    #[arg(long, env = "MATINEE_WAIT_SECONDS", value_name = "SECONDS")]
    pub(super) wait_seconds: Option<u64>,

    /// Hours that an empty room is kept after its last change, with its uploads [default: 24]
    #[arg(long, env = "MATINEE_ROOM_KEEP_HOURS", value_name = "HOURS")]
    pub(super) room_keep_hours: Option<u64>,

    /// The largest film that may be uploaded, in MiB [default: 32768]
    #[arg(long, env = "MATINEE_UPLOAD_MIB_MAX", value_name = "MIB")]
    pub(super) upload_mib_max: Option<u64>,

    /// Hours that an upload which nobody goes on with is kept after its last byte [default: 24]
    #[arg(long, env = "MATINEE_UPLOAD_KEEP_HOURS", value_name = "HOURS")]
    pub(super) upload_keep_hours: Option<u64>,

    /// What uploads to one room may take of the disk, in GiB, those under way in full [default: no limit]
    #[arg(long, env = "MATINEE_ROOM_UPLOADS_GIB_MAX", value_name = "GIB")]
    pub(super) room_uploads_gib_max: Option<u64>,

    /// The same for all rooms together [default: no limit]
    #[arg(long, env = "MATINEE_UPLOADS_GIB_MAX", value_name = "GIB")]
    pub(super) uploads_gib_max: Option<u64>,

    /// What uploads leave free on the disk, in MiB [default: 512]
    #[arg(long, env = "MATINEE_DISK_RESERVE_MIB", value_name = "MIB")]
    pub(super) disk_reserve_mib: Option<u64>,

    /// The largest message that a client may send, in KiB [default: 64]
    #[arg(long, env = "MATINEE_MESSAGE_KIB_MAX", value_name = "KIB")]
    pub(super) message_kib_max: Option<u64>,

    /// Messages a second that a client may send; twice as many in a burst [default: 100]
    #[arg(long, env = "MATINEE_MESSAGES_PER_SECOND", value_name = "COUNT")]
    pub(super) messages_per_second: Option<u64>,

    /// What may wait for a slow client before it is disconnected, in KiB [default: 1024]
    #[arg(long, env = "MATINEE_OUTBOX_KIB_MAX", value_name = "KIB")]
    pub(super) outbox_kib_max: Option<u64>,

    /// What the server may take of memory until nobody new is let in, in MiB [default: three quarters of the machine's]
    #[arg(long, env = "MATINEE_MEMORY_MIB_MAX", value_name = "MIB")]
    pub(super) memory_mib_max: Option<u64>,

    /// Threads that serve connections [default: one a core]
    #[arg(long, env = "MATINEE_WORKERS", value_name = "COUNT")]
    pub(super) workers: Option<u64>,

    /// Believe X-Forwarded-For: a proxy of yours in front of the server sets it [default: false]
    #[arg(long, env = "MATINEE_TRUST_PROXY", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub(super) trust_proxy: Option<bool>,

    /// Other systems whose clients may connect, with commas between them; '' for none
    /// [default: streamgo,streaming-room,party-sockets,goblet,videosync]
    #[arg(long, env = "MATINEE_DIALECTS", value_name = "NAMES")]
    #[serde(default, deserialize_with = "listed")]
    pub(super) dialects: Option<Vec<String>>,

    /// The code of the room that clients of Goblet enter; '' turns Goblet off [default: lobby]
    #[arg(long, env = "MATINEE_LOBBY", value_name = "CODE")]
    pub(super) lobby: Option<String>,

    /// The version of Party-Sockets that is spoken where the address does not tell, 1 or 2; /v2 always speaks 2 [default: 1]
    #[arg(long, env = "MATINEE_PARTY_SOCKETS", value_name = "VERSION")]
    pub(super) party_sockets: Option<u64>,

    /// What this server is called among several, for clients of Party-Sockets
    #[arg(long, env = "INSTANCE_ID", value_name = "TEXT")]
    pub(super) instance_id: Option<String>,

    /// Where this server stands, for clients of Party-Sockets
    #[arg(long, env = "REGION", value_name = "TEXT")]
    pub(super) region: Option<String>,

    /// Seconds after SIGTERM that rooms which do not outlast the server may go on [default: 8]
    #[arg(long, env = "MATINEE_DRAIN_SECONDS", value_name = "SECONDS")]
    pub(super) drain_seconds: Option<u64>,

    /// Whom /metrics is for, the figures for Prometheus: nobody, this-machine or everybody [default: this-machine]
    #[arg(long, env = "MATINEE_METRICS", value_name = "WHO")]
    pub(super) metrics: Option<String>,

    /// What to log: error, warn, info, debug or trace, for parts too (info,matinee=debug) [default: info]
    #[arg(long, env = "MATINEE_LOG", value_name = "LEVEL")]
    pub(super) log: Option<String>,
}

impl Settings {
    /// These settings, and `other`'s where there are none.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            config: self.config.or(other.config),
            port: self.port.or(other.port),
            also_port: self.also_port.or(other.also_port),
            host: self.host.or(other.host),
            public_url: self.public_url.or(other.public_url),
            data: self.data.or(other.data),
            library: self.library.or(other.library),
            ffmpeg_dir: self.ffmpeg_dir.or(other.ffmpeg_dir),
            ladder: self.ladder.or(other.ladder),
            streams_at_once: self.streams_at_once.or(other.streams_at_once),
            streams_mib_max: self.streams_mib_max.or(other.streams_mib_max),
            server_prefix: self.server_prefix.or(other.server_prefix),
            rooms_max: self.rooms_max.or(other.rooms_max),
            room_members_max: self.room_members_max.or(other.room_members_max),
            wait_seconds: self.wait_seconds.or(other.wait_seconds),
            room_keep_hours: self.room_keep_hours.or(other.room_keep_hours),
            upload_mib_max: self.upload_mib_max.or(other.upload_mib_max),
            upload_keep_hours: self.upload_keep_hours.or(other.upload_keep_hours),
            room_uploads_gib_max: self.room_uploads_gib_max.or(other.room_uploads_gib_max),
            uploads_gib_max: self.uploads_gib_max.or(other.uploads_gib_max),
            disk_reserve_mib: self.disk_reserve_mib.or(other.disk_reserve_mib),
            message_kib_max: self.message_kib_max.or(other.message_kib_max),
            messages_per_second: self.messages_per_second.or(other.messages_per_second),
            outbox_kib_max: self.outbox_kib_max.or(other.outbox_kib_max),
            memory_mib_max: self.memory_mib_max.or(other.memory_mib_max),
            workers: self.workers.or(other.workers),
            trust_proxy: self.trust_proxy.or(other.trust_proxy),
            dialects: self.dialects.or(other.dialects),
            lobby: self.lobby.or(other.lobby),
            party_sockets: self.party_sockets.or(other.party_sockets),
            instance_id: self.instance_id.or(other.instance_id),
            region: self.region.or(other.region),
            drain_seconds: self.drain_seconds.or(other.drain_seconds),
            metrics: self.metrics.or(other.metrics),
            log: self.log.or(other.log),
        }
    }
}

/// A list of the settings file, `[3000, 5000]`, or the same as it would be typed, `"3000,5000"`.
fn listed<'de, D: Deserializer<'de>>(file: D) -> Result<Option<Vec<String>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a list, or a text with commas")]
    enum Listed {
        One(Item),
        Many(Vec<Item>),
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Item {
        Number(i64),
        Text(String),
    }
    let items = match Listed::deserialize(file)? {
        Listed::One(item) => vec![item],
        Listed::Many(items) => items,
    };
    let typed = items.into_iter().map(|item| match item {
        Item::Number(number) => number.to_string(),
        Item::Text(text) => text,
    });
    Ok(Some(typed.collect()))
}
