//! What processes take, as /proc tells: processor time to the nanosecond, memory.

use anyhow::{Context, bail};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long this process has to work until it is told that it has.
const TOLD_WITHIN: Duration = Duration::from_secs(2);

/// What a process, and those that it has started, have taken of the processors since they began.
pub(crate) fn processor(pid: u32) -> Duration {
    processor_alone(pid) + children(pid).into_iter().map(processor).sum::<Duration>()
}

/// What a process has taken, without those that it has started.
pub(crate) fn processor_alone(pid: u32) -> Duration {
    Duration::from_nanos(
        tasks(pid)
            .into_iter()
            .map(|task| on_processor_ns(pid, task))
            .sum(),
    )
}

/// The memory that they hold, in bytes.
pub(crate) fn resident_bytes(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let own = field_kib(&status, "VmRSS:").unwrap_or(0) * 1024;
    let theirs: u64 = children(pid).into_iter().map(resident_bytes).sum();
    own + theirs
}

/// How often they gave a processor away because there was nothing to do.
pub(crate) fn rests(pid: u32) -> u64 {
    let rest = |task| {
        let status = fs::read_to_string(format!("/proc/{pid}/task/{task}/status")).unwrap_or_default();
        field_kib(&status, "voluntary_ctxt_switches:").unwrap_or(0)
    };
    tasks(pid).into_iter().map(rest).sum()
}

/// Sees that this system tells all that is asked of it here.
pub(crate) fn check() -> anyhow::Result<()> {
    let own = std::process::id();
    // It is told at the end of a turn on the processor.
    let until = Instant::now() + TOLD_WITHIN;
    while on_processor_ns(own, own) == 0 && Instant::now() < until {}
    if on_processor_ns(own, own) == 0 {
        bail!("This system does not tell in /proc/<pid>/schedstat what a process takes: run this on Linux.");
    }
    let status = fs::read_to_string("/proc/self/status").context("/proc/self/status cannot be read")?;
    field_kib(&status, "VmRSS:").context("/proc/self/status has no VmRSS")?;
    Ok(())
}

fn tasks(pid: u32) -> Vec<u32> {
    numbers_in(Path::new(&format!("/proc/{pid}/task")))
}

fn children(pid: u32) -> Vec<u32> {
    let of = |task| fs::read_to_string(format!("/proc/{pid}/task/{task}/children")).unwrap_or_default();
    let lists: Vec<_> = tasks(pid).into_iter().map(of).collect();
    let words = lists.iter().flat_map(|list| list.split_whitespace());
    words.filter_map(|word| word.parse().ok()).collect()
}

fn numbers_in(folder: &Path) -> Vec<u32> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

fn on_processor_ns(pid: u32, task: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/task/{task}/schedstat")).unwrap_or_default();
    let first = text.split_whitespace().next();
    first.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The number behind a name in what /proc writes.
pub(crate) fn field_kib(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_takes_time_and_memory_shows() {
        check().unwrap();
        let own = std::process::id();
        let (before, held) = (processor(own), resident_bytes(own));
        let block = std::hint::black_box(vec![1_u8; 64 << 20]);
        let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
        assert_eq!(sum, 64 << 20);
        assert!(processor(own) > before);
        assert!(resident_bytes(own) > held + (48 << 20));
    }

    #[test]
    fn a_field_is_the_number_behind_its_name() {
        let text = "Name:\tmatinee\nVmRSS:\t   21400 kB\n";
        assert_eq!(field_kib(text, "VmRSS:"), Some(21_400));
        assert_eq!(field_kib(text, "VmSwap:"), None);
    }
}
