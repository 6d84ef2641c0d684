//! When the server is full: by its memory, or by the files that the system lets it open. Then nobody new is let in and
//! no room is made, with a sentence; whoever is in stays, and may come back. Without this the system would end the
//! process, and with it every room.
//!
//! Counted is what the process itself takes, and what the system keeps for each connection: what other programs take
//! does not make this server full.

use crate::limits;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use thiserror::Error;

/// How full the server is.
#[derive(Debug)]
pub(crate) struct Fullness {
    memory_max: u64,
    connections_max: usize,
    /// What was taken when it was last looked at.
    memory: AtomicU64,
    connections: AtomicUsize,
}

/// Nobody else is let in.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("This server is full. Try again later, or ask who runs it.")]
pub(crate) struct Full;

/// A connection that is counted until it has ended.
#[derive(Debug)]
pub(crate) struct Counted(Arc<Fullness>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Fullness {
    /// By what was set, or by what this machine has.
    pub(crate) fn new(memory_max: Option<u64>) -> Self {
        let own = || memory_here().map(|bytes| bytes / 4 * 3);
        let files = files_max().unwrap_or(usize::MAX);
        Self {
            memory_max: memory_max.or_else(own).unwrap_or(u64::MAX),
            connections_max: files - files / limits::OTHER_FILES_PART,
            memory: AtomicU64::new(0),
            connections: AtomicUsize::new(0),
        }
    }

    /// Counts a connection, for as long as what it gives is kept.
    ///
    /// # Errors
    /// There are too many even to be told so by the room.
    pub(crate) fn count(self: &Arc<Self>) -> Result<Counted, Full> {
        let connections = self.connections.load(Ordering::Relaxed);
        let spare = |most: u64| most.saturating_add(most / limits::FULL_SPARE_PART);
        let is_packed = self.memory.load(Ordering::Relaxed) >= spare(self.memory_max)
            || connections as u64 >= spare(self.connections_max as u64);
        if is_packed {
            return Err(Full);
        }
        self.connections.fetch_add(1, Ordering::Relaxed);
        Ok(Counted(Arc::clone(self)))
    }

    /// Whether nobody new is let in.
    pub(crate) fn is_full(&self) -> bool {
        self.is_short_of_memory() || self.connections.load(Ordering::Relaxed) > self.connections_max
    }

    /// Whether memory is what is short.
    pub(crate) fn is_short_of_memory(&self) -> bool {
        self.memory.load(Ordering::Relaxed) >= self.memory_max
    }

    /// Looks at what is taken, again and again.
    pub(crate) async fn watch(self: Arc<Self>) {
        while let Some(resident) = resident_bytes() {
            let is_short = self.is_short_of_memory();
            let connections = self.connections.load(Ordering::Relaxed) as u64;
            let taken = resident + connections * limits::CONNECTION_BYTES;
            self.memory.store(taken, Ordering::Relaxed);
            if self.is_short_of_memory() != is_short {
                tracing::warn!(
                    taken_mib = taken >> 20,
                    max_mib = self.memory_max >> 20,
                    is_full = !is_short,
                    "memory"
                );
            }
            tokio::time::sleep(self.rest(taken)).await;
        }
        // Nothing tells what this process takes: only connections count.
    }

    fn rest(&self, taken: u64) -> Duration {
        if taken < self.memory_max / 2 {
            limits::MEMORY_LOOKED_AT_EVERY
        } else {
            limits::MEMORY_WATCHED_EVERY
        }
    }
}

/// Files that this process may have open.
fn files_max() -> Option<usize> {
    #[cfg(unix)]
    {
        let (most, _) = rlimit::getrlimit(rlimit::Resource::NOFILE).ok()?;
        usize::try_from(most).ok()
    }
    #[cfg(not(unix))]
    None
}

/// What this process holds in memory.
fn resident_bytes() -> Option<u64> {
    kib(&std::fs::read_to_string("/proc/self/status").ok()?, "VmRSS:")
}

/// The memory of this machine, or what of it the control groups let this process have.
fn memory_here() -> Option<u64> {
    let machine = kib(&std::fs::read_to_string("/proc/meminfo").ok()?, "MemTotal:")?;
    let own = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    Some(group_max(&own, Path::new("/sys/fs/cgroup")).map_or(machine, |max| max.min(machine)))
}

/// The number of KiB behind a name, in bytes.
fn kib(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = rest.split_whitespace().next()?.parse().ok()?;
    Some(kib.saturating_mul(1024))
}

/// The least that the groups of a process allow, from its own up to that of all. In a container, its own group's path
/// may be one outside that is not seen; the one of all is its own then.
fn group_max(own: &str, root: &Path) -> Option<u64> {
    let mut files = Vec::new();
    for line in own.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else {
            continue;
        };
        let (root, name) = match controllers {
            "" => (root.to_owned(), "memory.max"),
            "memory" => (root.join("memory"), "memory.limit_in_bytes"),
            _ => continue,
        };
        let own = root.join(path.trim_start_matches('/'));
        let up = own.ancestors().take_while(|group| group.starts_with(&root));
        files.extend(up.map(|group| group.join(name)));
    }
    files.iter().filter_map(|file: &PathBuf| number_in(file)).min()
}

fn number_in(file: &Path) -> Option<u64> {
    std::fs::read_to_string(file).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(memory_max: u64, connections_max: usize) -> Arc<Fullness> {
        Arc::new(Fullness {
            memory_max,
            connections_max,
            memory: AtomicU64::new(0),
            connections: AtomicUsize::new(0),
        })
    }

    #[test]
    fn connections_count_until_they_end() {
        let fullness = full(u64::MAX, 8);
        let mut held: Vec<_> = (0..8).map(|_| fullness.count().unwrap()).collect();
        assert!(!fullness.is_full());
        // One more is told in words; then there is no place for words.
        held.push(fullness.count().unwrap());
        assert!(fullness.is_full() && fullness.count().is_err());
        held.truncate(8);
        assert!(!fullness.is_full());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_taken_is_looked_at() {
        let fullness = full(1 << 20, 8);
        assert!(!fullness.is_full());
        tokio::spawn(Arc::clone(&fullness).watch());
        tokio::time::sleep(limits::MEMORY_LOOKED_AT_EVERY).await;
        // No process is that small.
        assert_eq!(fullness.is_short_of_memory(), cfg!(target_os = "linux"));
    }

    #[test]
    fn the_least_that_a_group_allows_counts() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("system.slice/matinee.service");
        std::fs::create_dir_all(&inner).unwrap();
        let own = "0::/system.slice/matinee.service\n";
        assert_eq!(group_max(own, root.path()), None);
        std::fs::write(inner.join("memory.max"), "max\n").unwrap();
        std::fs::write(root.path().join("system.slice/memory.max"), "1073741824\n").unwrap();
        assert_eq!(group_max(own, root.path()), Some(1 << 30));
        std::fs::write(inner.join("memory.max"), "536870912\n").unwrap();
        assert_eq!(group_max(own, root.path()), Some(512 << 20));
        let older = root.path().join("memory/people");
        std::fs::create_dir_all(&older).unwrap();
        std::fs::write(older.join("memory.limit_in_bytes"), "1048576\n").unwrap();
        assert_eq!(group_max("4:memory:/people\n0::/\n", root.path()), Some(1 << 20));
    }
}
