//! What is in a film: its tracks, chapters and length, as ffprobe tells.
//!
//! | file | owns |
//! |---|---|
//! | `report` | reading what ffprobe prints, believing none of it |
//!
//! This file has the words for it and runs the program. A [`Probe`] can be kept: it is good for as long as the
//! film's id is.

mod report;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::ProbeError;
use crate::film::FilmFile;
use crate::limits::{PROBE_MEMORY_BYTES_MAX, PROBE_OUTPUT_BYTES_MAX, PROBE_TIME_MAX, SNIFF_BYTES};
use crate::media_type::MediaType;
use crate::serve::open::checked_path;
use crate::sniff;
use crate::tools::Tools;
use crate::tools::program::{Bounds, Program, ProgramError};

/// What is in a film.
///
/// Names of containers, codecs, profiles and pixel formats are ffmpeg's, of lowercase letters, digits and
/// `_`, `-`, `,` (profiles: any case, spaces). Titles have no control characters and at most
/// [`TITLE_CHARS_MAX`](crate::limits::TITLE_CHARS_MAX) characters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// The container by ffmpeg's name of it, such as `mov,mp4,m4a,3gp,3g2,mj2`. ffmpeg has one name for two
    /// that browsers treat differently; here they are `matroska` and `webm`.
    pub container: String,
    /// The length, if the film says it, up to [`DURATION_MAX`](crate::limits::DURATION_MAX).
    pub duration_ms: Option<u64>,
    /// Bits a second, over all tracks.
    pub bit_rate: Option<u64>,
    /// The picture: the default one if there are several. Covers of albums are none.
    pub video: Option<VideoTrack>,
    /// Cover art that lies in the file: its number among all tracks.
    #[serde(default)]
    pub cover: Option<u32>,
    /// The sound tracks in the film's order.
    pub audio: Vec<AudioTrack>,
    /// The subtitles in the film's order.
    pub subtitles: Vec<SubtitleTrack>,
    /// The chapters by their start.
    pub chapters: Vec<Chapter>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VideoTrack {
    /// Its number among all tracks of the file: `0:<index>` for ffmpeg.
    pub index: u32,
    /// Such as `h264`, `hevc`, `vp9`, `av1`.
    pub codec: String,
    /// Such as `High` or `Main 10`.
    pub profile: Option<String>,
    /// The codec's own number: 41 is 4.1 for H.264, 123 is 4.1 for HEVC.
    pub level: Option<u32>,
    /// Such as `yuv420p10le`.
    pub pixel_format: Option<String>,
    /// Bits of one colour of one pixel; 8 where nothing else is said.
    pub bit_depth: u8,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Pictures a second, on average.
    pub fps: Option<f64>,
    /// What makes it brighter than a usual screen can show.
    pub hdr: Option<Hdr>,
    /// Whether each picture is made of two half pictures, as on old television.
    pub interlaced: bool,
    /// Whether the player has to turn it, as films of phones held upright.
    pub rotated: bool,
}

/// A way to store more brightness than usual screens have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hdr {
    /// SMPTE ST 2084, as HDR10 has it.
    Pq,
    /// Hybrid log-gamma, as television has it.
    Hlg,
    /// Dolby Vision without a layer that others understand.
    DolbyVision,
}

/// A sound track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudioTrack {
    /// Its number among all tracks of the file: `0:<index>` for ffmpeg.
    pub index: u32,
    /// Such as `aac`, `ac3`, `opus`.
    pub codec: String,
    /// Such as `LC`.
    pub profile: Option<String>,
    /// At least 1.
    pub channels: u8,
    /// As the film writes it: `en`, `eng`, `pt-BR`.
    pub language: Option<String>,
    /// What the film calls it.
    pub title: Option<String>,
    /// Whether it is meant to be heard unless somebody chooses.
    pub default: bool,
}

/// Subtitles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubtitleTrack {
    /// Its number among all tracks of the file: `0:<index>` for ffmpeg.
    pub index: u32,
    /// Such as `subrip`, `ass`, `hdmv_pgs_subtitle`.
    pub codec: String,
    /// As the film writes it: `en`, `eng`, `pt-BR`.
    pub language: Option<String>,
    /// What the film calls them.
    pub title: Option<String>,
    /// Whether they are meant to be seen unless somebody chooses.
    pub default: bool,
    /// Whether they are only for what is said in another language than the film's.
    pub forced: bool,
    /// Whether they are for people who do not hear.
    pub for_deaf: bool,
    /// Whether they are text rather than pictures of text.
    pub is_text: bool,
}

/// A part of a film.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chapter {
    /// Where it starts.
    pub start_ms: u64,
    /// Where it ends: not before its start.
    pub end_ms: u64,
    /// What the film calls it.
    pub title: Option<String>,
}

/// What ffprobe is asked for; nothing else is printed.
const ENTRIES: &str = "format=format_name,duration,bit_rate:\
    stream=index,codec_type,codec_name,profile,level,pix_fmt,bits_per_raw_sample,width,height,\
    avg_frame_rate,r_frame_rate,color_transfer,field_order,channels,duration:\
    stream_tags=language,title:\
    stream_disposition=default,forced,hearing_impaired,attached_pic:\
    stream_side_data=side_data_type,rotation,dv_profile,dv_bl_signal_compatibility_id:\
    chapter=start_time,end_time:chapter_tags=title";

/// Asks ffprobe what is in a film. Takes a fraction of a second, and never more than
/// [`PROBE_TIME_MAX`]; dropped, it kills the program.
pub async fn probe(tools: &Tools, film: &FilmFile) -> Result<Probe, ProbeError> {
    let program = tools.ffprobe().ok_or(ProbeError::NoTools)?;
    let path = checked_path(film).await?;
    let bounds = Bounds {
        time: PROBE_TIME_MAX,
        memory_bytes: PROBE_MEMORY_BYTES_MAX,
        file_bytes: 0,
        output_bytes: PROBE_OUTPUT_BYTES_MAX,
    };
    let output = Program::new(program, bounds)
        .args([
            "-v",
            "error",
            "-print_format",
            "json=compact=1",
            "-show_entries",
            ENTRIES,
        ])
        .film(&path)
        .output()
        .await
        .map_err(|error| {
            tracing::debug!(film = %film.id, %error, "a film could not be probed");
            match error {
                ProgramError::Failed { .. } => ProbeError::NotAFilm,
                ProgramError::TooSlow | ProgramError::TooMuch => ProbeError::TooMuch,
                ProgramError::Run(error) => ProbeError::Broken(error),
            }
        })?;
    let mut probe = report::read(&output)?;
    if probe.container == "matroska,webm" {
        let is_webm = first_bytes(path)
            .await
            .is_ok_and(|head| sniff::container(&head) == Ok(MediaType::WebM));
        probe.container = if is_webm { "webm" } else { "matroska" }.to_owned();
    }
    Ok(probe)
}

async fn first_bytes(path: PathBuf) -> io::Result<Vec<u8>> {
    tokio::task::spawn_blocking(move || {
        let mut head = Vec::new();
        File::open(path)?
            .take(SNIFF_BYTES as u64)
            .read_to_end(&mut head)?;
        Ok(head)
    })
    .await
    .unwrap_or_else(|error| Err(error.into()))
}
