//! The report: `docs/performance.md` with its pictures, made of what each section has found.
//!
//! Found figures are kept in `crates/bench/figures`, so that a section can be measured again alone; what people have
//! written to a section lies in `crates/bench/report`, and is taken in as it is.
//!
//! | file | owns |
//! |---|---|
//! | this | what a section has found, where it is kept, the page |
//! | [`chart`] | pictures |
//! | [`machine`] | on what it was measured |

pub(crate) mod chart;
mod machine;

use crate::sections::Section;
use anyhow::Context;
use chart::Chart;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// What a section has found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Found {
    /// On what, and when.
    #[serde(default)]
    pub(crate) taken: String,
    pub(crate) goals: Vec<Goal>,
    pub(crate) tables: Vec<Table>,
    pub(crate) charts: Vec<Chart>,
}

/// Something to reach, and what was reached.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Goal {
    pub(crate) work: String,
    pub(crate) against: String,
    pub(crate) goal: String,
    pub(crate) figure: String,
    pub(crate) met: bool,
}

/// A table.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) title: String,
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(title: impl Into<String>, head: &[&str]) -> Self {
        Self {
            title: title.into(),
            head: head.iter().map(|&name| name.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    fn markdown(&self) -> String {
        let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let mut text = String::new();
        if !self.title.is_empty() {
            text += &format!("{}\n\n", self.title);
        }
        text += &row(&self.head);
        // What is described stands left, figures right.
        let rules: Vec<_> = (0..self.head.len())
            .map(|at| if at == 0 { "---" } else { "---:" })
            .collect();
        text += &format!("|{}|\n", rules.join("|"));
        text.extend(self.rows.iter().map(|cells| row(cells)));
        text
    }
}

fn kept(root: &Path, section: Section) -> PathBuf {
    root.join("crates/bench/figures")
        .join(format!("{}.json", section.name()))
}

/// Keeps what a section has found.
pub(crate) fn keep(root: &Path, section: Section, found: &Found) -> anyhow::Result<()> {
    let path = kept(root, section);
    fs::create_dir_all(path.parent().context("a folder")?)?;
    let found = Found {
        taken: machine::taken(root),
        ..found.clone()
    };
    for table in &found.tables {
        eprintln!("\n{}", table.markdown());
    }
    for goal in &found.goals {
        let mark = if goal.met { "met" } else { "not met" };
        eprintln!(
            "{}, against {}: {} (goal {}): {mark}",
            goal.work, goal.against, goal.figure, goal.goal
        );
    }
    let text = serde_json::to_string_pretty(&found)? + "\n";
    fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))
}

/// Writes the page and its pictures, of all that was found so far.
pub(crate) fn write(root: &Path) -> anyhow::Result<()> {
    let pictures = root.join("docs/performance");
    fs::create_dir_all(&pictures)?;
    let mut goals = Table::new("", &["work", "against", "goal", "measured", ""]);
    let mut body = String::new();
    for section in Section::ALL {
        let Ok(text) = fs::read_to_string(kept(root, section)) else {
            continue;
        };
        let found: Found = serde_json::from_str(&text)
            .with_context(|| format!("{} is damaged", kept(root, section).display()))?;
        for goal in &found.goals {
            let mark = if goal.met { "met" } else { "**not met**" };
            let cells = [&goal.work, &goal.against, &goal.goal, &goal.figure];
            let mut row: Vec<_> = cells.into_iter().cloned().collect();
            row.push(mark.to_owned());
            goals.rows.push(row);
        }
        write!(body, "\n## {}\n\n", section.title())?;
        body += &fragment(root, section.name());
        for table in &found.tables {
            body += &table.markdown();
            body.push('\n');
        }
        for (index, chart) in found.charts.iter().enumerate() {
            let name = format!("{}-{index}.svg", section.name());
            fs::write(pictures.join(&name), chart.svg())?;
            write!(body, "![{}](performance/{name})\n\n", chart.title)?;
        }
        writeln!(
            body,
            "<sub>`make bench ARGS={}`; {}.</sub>",
            section.name(),
            found.taken
        )?;
    }
    let page = format!(
        "{}\n## Goals\n\n{}{}{body}",
        fragment(root, "head"),
        goals.markdown(),
        fragment(root, "foot"),
    );
    fs::write(root.join("docs/performance.md"), page).context("docs/performance.md cannot be written")
}

/// What people have written, or nothing.
fn fragment(root: &Path, name: &str) -> String {
    let path = root.join("crates/bench/report").join(format!("{name}.md"));
    fs::read_to_string(path).map_or_else(|_| String::new(), |text| text + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_markdown() {
        let mut table = Table::new("Rooms", &["server", "µs"]);
        table.rows.push(vec!["Matinee".into(), "3.5".into()]);
        assert_eq!(
            table.markdown(),
            "Rooms\n\n| server | µs |\n|---|---:|\n| Matinee | 3.5 |\n"
        );
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn the_page_here_is_of_the_figures_here() {
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let root = tempfile::tempdir().unwrap();
        for folder in ["crates/bench/report", "crates/bench/figures"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
            for file in files(&project.join(folder)) {
                let copy = root.path().join(folder).join(file.file_name().unwrap());
                fs::copy(file, copy).unwrap();
            }
        }
        write(root.path()).unwrap();
        let pictures = files(&root.path().join("docs/performance"));
        for path in pictures
            .into_iter()
            .chain([root.path().join("docs/performance.md")])
        {
            let here = project.join(path.strip_prefix(root.path()).unwrap());
            assert_eq!(
                fs::read_to_string(&path).unwrap(),
                fs::read_to_string(&here).unwrap(),
                "target/release/matinee-bench report writes {} anew",
                here.display()
            );
        }
    }

    #[test]
    fn a_page_has_what_was_found_and_what_was_written() {
        let root = tempfile::tempdir().unwrap();
        let section = Section::Relay;
        let mut found = Found::default();
        found.goals.push(Goal {
            work: "one speaks".into(),
            against: "Bun".into(),
            goal: "≤ 1".into(),
            figure: "1.2".into(),
            met: false,
        });
        fs::create_dir_all(root.path().join("crates/bench/report")).unwrap();
        fs::write(root.path().join("crates/bench/report/relay.md"), "In words.\n").unwrap();
        keep(root.path(), section, &found).unwrap();
        write(root.path()).unwrap();
        let page = fs::read_to_string(root.path().join("docs/performance.md")).unwrap();
        assert!(
            page.contains("| one speaks | Bun | ≤ 1 | 1.2 | **not met** |"),
            "{page}"
        );
        assert!(
            page.contains("In words.") && page.contains(section.title()),
            "{page}"
        );
    }
}
