//! The outside programs: ffmpeg and ffprobe. Both are optional; who has none is told so and watches what
//! browsers play by themselves.
//!
//! | file | owns |
//! |---|---|
//! | `program` | one run of a program: what it may see, use and take, and its end |
//!
//! This file finds them.

pub(crate) mod program;

use std::path::{Path, PathBuf};

/// The outside programs, if they are there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Tools {
    /// At least one of the two is missing. They come as one package, so none is used without the other.
    #[default]
    None,
    /// Both are there.
    Found {
        /// Makes streams.
        ffmpeg: PathBuf,
        /// Tells what is in a film.
        ffprobe: PathBuf,
    },
}

impl Tools {
    /// Looks for both programs: in `folder` if the host names one, else along `PATH`. Looks at the disk
    /// shortly and runs nothing: it is meant for the start of the server.
    pub fn find(folder: Option<&Path>) -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = match folder {
            Some(folder) => vec![folder.to_owned()],
            // An empty or relative entry would mean wherever the server was started.
            None => std::env::split_paths(&path)
                .filter(|folder| folder.is_absolute())
                .collect(),
        };
        let find = |name: &str| {
            let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
            let candidate = folders.iter().map(|folder| folder.join(&name));
            candidate
                .filter_map(|path| std::path::absolute(path).ok())
                .find(|path| is_program(path))
        };
        match (find("ffmpeg"), find("ffprobe")) {
            (Some(ffmpeg), Some(ffprobe)) => Self::Found { ffmpeg, ffprobe },
            _ => Self::None,
        }
    }

    /// Where ffmpeg is.
    pub(crate) fn ffmpeg(&self) -> Option<&Path> {
        match self {
            Self::None => None,
            Self::Found { ffmpeg, .. } => Some(ffmpeg),
        }
    }

    /// Where ffprobe is.
    pub(crate) fn ffprobe(&self) -> Option<&Path> {
        match self {
            Self::None => None,
            Self::Found { ffprobe, .. } => Some(ffprobe),
        }
    }
}

fn is_program(path: &Path) -> bool {
    let Ok(metadata) = path.metadata() else {
        return false;
    };
    #[cfg(unix)]
    let runs = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let runs = true;
    metadata.is_file() && runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn both_programs_are_found_or_none() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let add = |name: &str, mode: u32| {
            let path = folder.path().join(name);
            std::fs::write(&path, "").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            path
        };
        let find = || Tools::find(Some(folder.path()));
        assert_eq!(find(), Tools::None);
        let ffmpeg = add("ffmpeg", 0o755);
        assert_eq!(find(), Tools::None);
        let ffprobe = add("ffprobe", 0o644);
        assert_eq!(find(), Tools::None, "a file that nobody may run is no program");
        add("ffprobe", 0o755);
        assert_eq!(find(), Tools::Found { ffmpeg, ffprobe });
    }
}
