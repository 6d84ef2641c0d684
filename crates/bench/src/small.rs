//! A small machine: a control group that has only so much memory, with what the system keeps for the process (sockets,
//! files) and without a place to swap to. A process that wants more in it is killed, as on a machine of that size.

use anyhow::{Context, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// How long the last process of a group may take to be gone from it.
const EMPTY_WITHIN: Duration = Duration::from_secs(5);

/// Which of Linux's two kinds of groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    One,
    Two,
}

/// A group, removed with its handle.
#[derive(Debug)]
pub(crate) struct Small {
    folder: PathBuf,
    kind: Kind,
}

/// What a group holds, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// All, but for copies of files that the system can drop.
    pub(crate) all: u64,
    /// What the system itself keeps for its processes: sockets, files, tables.
    pub(crate) system: u64,
    /// What waits in sockets.
    pub(crate) in_sockets: u64,
}

impl Small {
    /// Makes one below the group that we are in.
    ///
    /// # Errors
    /// This system, or whoever runs us, does not let us.
    pub(crate) fn make(bytes: u64) -> anyhow::Result<Self> {
        let own = fs::read_to_string("/proc/self/cgroup").context("no control groups are here")?;
        let (kind, parent) = parent(&own).context("no control group has memory to share")?;
        let folder = parent.join(format!("matinee-bench-{}", std::process::id()));
        fs::create_dir(&folder).context("no control group can be made here")?;
        let group = Self { folder, kind };
        match kind {
            Kind::One => {
                group.set("memory.limit_in_bytes", bytes)?;
                // What waits in sockets is counted apart in groups of this kind. A system of that size would give all
                // sockets together so much (tcp_mem).
                group.set("memory.kmem.tcp.limit_in_bytes", bytes / 32 * 3)?;
                let swap = "memory.memsw.limit_in_bytes";
                if group.folder.join(swap).exists() {
                    group.set(swap, bytes)?;
                }
            }
            Kind::Two => {
                group
                    .set("memory.max", bytes)
                    .context("the groups above have no memory to share")?;
                group.set("memory.swap.max", 0)?;
            }
        }
        Ok(group)
    }

    fn set(&self, name: &str, bytes: u64) -> anyhow::Result<()> {
        let path = self.folder.join(name);
        if !path.exists() {
            bail!("a control group has no {name}");
        }
        fs::write(&path, bytes.to_string()).with_context(|| format!("{} cannot be set", path.display()))
    }

    /// A command that goes into the group before it becomes what its arguments say.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", r#"echo $$ > "$0" && exec "$@""#]);
        command.arg(self.folder.join("cgroup.procs"));
        command
    }

    /// What it holds now.
    pub(crate) fn held(&self) -> Held {
        let read = |name: &str| fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        let number = |name: &str| read(name).trim().parse().unwrap_or(0_u64);
        let stat = read("memory.stat");
        match self.kind {
            Kind::One => {
                let in_sockets = number("memory.kmem.tcp.usage_in_bytes");
                let files = line(&stat, "inactive_file") + line(&stat, "active_file");
                Held {
                    all: number("memory.usage_in_bytes").saturating_sub(files) + in_sockets,
                    system: number("memory.kmem.usage_in_bytes"),
                    in_sockets,
                }
            }
            Kind::Two => {
                let files = line(&stat, "inactive_file") + line(&stat, "active_file");
                Held {
                    all: number("memory.current").saturating_sub(files),
                    system: line(&stat, "kernel"),
                    in_sockets: line(&stat, "sock"),
                }
            }
        }
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let until = Instant::now() + EMPTY_WITHIN;
        while fs::remove_dir(&self.folder).is_err() && Instant::now() < until {
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Below which group ours can be made.
fn parent(own: &str) -> Option<(Kind, PathBuf)> {
    let of = |name: &str| {
        let mut lines = own.lines().filter_map(|line| line.split_once(':'));
        lines.find_map(|(_, rest)| {
            let (controllers, path) = rest.split_once(':')?;
            controllers
                .split(',')
                .any(|one| one == name)
                .then(|| path.trim_start_matches('/'))
        })
    };
    match of("memory") {
        Some(path) => Some((Kind::One, Path::new("/sys/fs/cgroup/memory").join(path))),
        // A group with processes in it cannot share memory out, but the one above it can.
        None => {
            let path = Path::new("/sys/fs/cgroup").join(of("")?);
            let above = path.parent().filter(|above| above.starts_with("/sys/fs/cgroup"));
            Some((Kind::Two, above.unwrap_or(&path).to_owned()))
        }
    }
}

/// The number behind a word at the beginning of a line.
fn line(text: &str, word: &str) -> u64 {
    let mut lines = text.lines().filter_map(|line| line.split_once(' '));
    let found = lines.find(|(name, _)| *name == word);
    found
        .and_then(|(_, number)| number.trim().parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_that_shares_memory_is_found() {
        let of_one = "8:pids:/\n4:memory:/people/ana\n1:cpu,cpuacct:/\n0::/\n";
        let place = PathBuf::from("/sys/fs/cgroup/memory/people/ana");
        assert_eq!(parent(of_one), Some((Kind::One, place)));
        let of_two = "0::/system.slice/matinee.service\n";
        let place = PathBuf::from("/sys/fs/cgroup/system.slice");
        assert_eq!(parent(of_two), Some((Kind::Two, place)));
        assert_eq!(
            parent("0::/\n"),
            Some((Kind::Two, PathBuf::from("/sys/fs/cgroup/")))
        );
        assert_eq!(parent("8:pids:/\n"), None);
    }

    #[test]
    fn a_line_has_its_number() {
        let stat = "anon 12\ninactive_file 4096\nactive_file 8\n";
        assert_eq!(line(stat, "active_file"), 8);
        assert_eq!(line(stat, "sock"), 0);
    }
}
