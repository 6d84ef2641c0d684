//! Films that ffmpeg makes for the tests: tiny, once, kept in the folder of what is built.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use matinee_media::{FilmFile, Tools};

use crate::fixture::only_film;

/// ffmpeg and ffprobe. The tests need them: without, they fail.
pub(crate) fn tools() -> Tools {
    let tools = Tools::find(None);
    assert!(
        matches!(tools, Tools::Found { .. }),
        "ffmpeg and ffprobe are not on PATH; install ffmpeg, these tests make films with it."
    );
    tools
}

/// A moving picture with a beep every second, both of `seconds`.
pub(crate) fn picture_and_beep(seconds: u32) -> Vec<String> {
    words(&format!(
        "-f lavfi -i testsrc2=size=160x120:rate=25:duration={seconds} \
         -f lavfi -i sine=frequency=440:beep_factor=2:duration={seconds}"
    ))
}

/// A line as arguments.
pub(crate) fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// H.264 with AC-3 in Matroska, 20 s with a key picture every second: what most films on disks are.
pub(crate) fn h264_ac3() -> PathBuf {
    let mut args = picture_and_beep(20);
    args.extend(words(
        "-c:v libx264 -preset ultrafast -g 25 -pix_fmt yuv420p -c:a ac3 -ac 6",
    ));
    args.extend(words(
        "-metadata:s:a:0 language=eng -metadata:s:a:0 title=Surround",
    ));
    made("h264_ac3.mkv", &args)
}

/// HEVC of 10 bits with FLAC, 6 s.
pub(crate) fn hevc_flac() -> PathBuf {
    let mut args = picture_and_beep(6);
    args.extend(words(
        "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le -c:a flac",
    ));
    made("hevc_flac.mkv", &args)
}

/// H.264 with two sound tracks, English and French, in MP4, 8 s.
pub(crate) fn two_sounds() -> PathBuf {
    let mut args = picture_and_beep(8);
    args.extend(words(
        "-f lavfi -i sine=frequency=880:duration=8 -map 0 -map 1 -map 2",
    ));
    args.extend(words(
        "-c:v libx264 -preset ultrafast -g 50 -pix_fmt yuv420p -c:a aac",
    ));
    args.extend(words("-metadata:s:a:0 language=eng -metadata:s:a:1 language=fra"));
    made("two_sounds.mp4", &args)
}

/// VP9 with Opus in WebM, 2 s.
pub(crate) fn vp9() -> PathBuf {
    let mut args = picture_and_beep(2);
    args.extend(words(
        "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuv420p -c:a libopus",
    ));
    made("vp9.webm", &args)
}

/// The film `name`, made with these arguments if it is not there yet. Change the name with the arguments.
pub(crate) fn made(name: &str, args: &[String]) -> PathBuf {
    let Tools::Found { ffmpeg, .. } = tools() else {
        unreachable!("tools() has looked");
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("films");
    let path = folder.join(name);
    if path.exists() {
        return path;
    }
    fs::create_dir_all(&folder).unwrap();
    // Tests run beside each other: each makes its own, and the last one stays.
    let making = folder.join(format!("{}-{name}", std::process::id()));
    let output = Command::new(ffmpeg)
        .args(["-v", "error", "-nostdin", "-y"])
        .args(args)
        .arg(&making)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{name}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    fs::rename(&making, &path).unwrap();
    path
}

/// A library of one film: a copy of `path`.
pub(crate) fn library_of(path: &Path) -> (tempfile::TempDir, FilmFile) {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(path, folder.path().join(path.file_name().unwrap())).unwrap();
    let film = only_film(folder.path());
    (folder, film)
}

/// A library of one film with these bytes.
pub(crate) fn library_with(name: &str, bytes: &[u8]) -> (tempfile::TempDir, FilmFile) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let film = only_film(folder.path());
    (folder, film)
}

/// ffmpeg that reads films at `speed` times their pace, so that there is something to interrupt.
pub(crate) fn slow_tools(folder: &Path, speed: f64) -> Tools {
    let Tools::Found { ffmpeg, .. } = tools() else {
        unreachable!("tools() has looked");
    };
    tools_that(
        folder,
        &format!("exec {} -readrate {speed} \"$@\"", ffmpeg.display()),
    )
}

/// A script in the place of ffmpeg and of ffprobe.
pub(crate) fn tools_that(folder: &Path, script: &str) -> Tools {
    for name in ["ffmpeg", "ffprobe"] {
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    Tools::find(Some(folder))
}
