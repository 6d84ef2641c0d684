//! On what was measured, and when.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Processor, cores, kernel, version and day in one line.
pub(crate) fn taken(root: &Path) -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("an unknown processor", |rest| {
        rest.trim_start_matches(['\t', ':', ' '])
    });
    let cores = cpu.lines().filter(|line| line.starts_with("processor")).count();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let day = said(Command::new("date").args(["-u", "+%F"]));
    let version = said(
        Command::new("git")
            .arg("-C")
            .arg(root)
            .args(["describe", "--always"]),
    );
    format!(
        "{day}, version {version}, {cores} cores of {model}, Linux {}",
        kernel.trim().split('-').next().unwrap_or_default()
    )
}

/// The first line that a program says.
pub(crate) fn said(command: &mut Command) -> String {
    let output = command.output().map(|output| output.stdout).unwrap_or_default();
    let text = String::from_utf8_lossy(&output);
    text.lines().next().unwrap_or_default().to_owned()
}
