//! What is said below the report of a check that is repeated: what changed, and what became better or worse.

use std::collections::{BTreeMap, BTreeSet};

use owo_colors::Style;

use super::human::HumanOptions;
use super::paper::Paper;
use super::text::{count, safe, wrapped};
use super::{CheckReport, Entry};
use crate::check::Renewal;
use crate::error::Error;
use crate::finding::PlacedFinding;

/// Changed files that are named before the rest is only counted.
const SHOWN_FILES: usize = 4;

/// Findings, new or gone, that are told before the rest is only counted.
const SHOWN_FINDINGS: usize = 6;

/// What was found so far, package by package.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    packages: BTreeMap<Box<str>, Findings>,
    /// Whether there was a report before.
    has_report: bool,
}

/// What counts of one package, by fingerprint.
type Findings = BTreeMap<Box<str>, PlacedFinding>;

/// What a report says that the one before did not, and the other way round.
#[derive(Clone, Debug, Default)]
pub struct Difference {
    /// What was found and is no longer.
    pub gone: Vec<PlacedFinding>,
    /// What is found and was not.
    pub new: Vec<PlacedFinding>,
    /// Packages that were read before and can no longer be.
    pub lost: Vec<String>,
}

impl Memory {
    /// Takes a report, and says what is otherwise than in the one before; nothing is where there was none.
    ///
    /// Of a package that can no longer be read nobody knows what became of its findings: they are remembered, and compared
    /// when it can be read again.
    pub fn renew(&mut self, report: &CheckReport) -> Difference {
        let mut before = std::mem::take(&mut self.packages);
        let mut difference = Difference::default();
        // The configuration has a place of its own; no package is called so.
        let configuration = (Box::from(""), report.configuration.as_slice());
        let checked = report.checked();
        let checked = checked.map(|checked| (checked.path.clone(), checked.findings.as_slice()));
        for (path, findings) in checked.chain([configuration]) {
            // Arguments may name a package more than once.
            let now = self.packages.entry(path).or_default();
            now.extend(counting(findings));
        }
        for (path, now) in &self.packages {
            difference.add(before.remove(path).unwrap_or_default(), now);
        }
        let failed: Vec<_> = report.packages.iter().filter_map(failed).collect();
        for (path, findings) in before {
            if failed.iter().any(|failed| is_within(&path, failed)) {
                difference.lost.push(path.clone().into());
                self.packages.insert(path, findings);
            } else {
                difference.gone.extend(findings.into_values());
            }
        }
        if !std::mem::replace(&mut self.has_report, true) {
            difference = Difference::default();
        }
        difference
    }
}

impl Difference {
    fn add(&mut self, earlier: Findings, now: &Findings) {
        let new = now.iter().filter(|(key, _)| !earlier.contains_key(*key));
        self.new.extend(new.map(|(_, placed)| placed.clone()));
        let gone = earlier.into_iter();
        let gone = gone.filter(|(key, _)| !now.contains_key(key));
        self.gone.extend(gone.map(|(_, placed)| placed));
    }
}

fn counting(findings: &[PlacedFinding]) -> Findings {
    let findings = findings.iter().filter(|placed| placed.finding.counts());
    findings
        .map(|placed| (placed.fingerprint.clone(), placed.clone()))
        .collect()
}

/// The path of a package that could not be read.
fn failed(entry: &Entry) -> Option<&str> {
    match entry {
        Entry::Failed(Error::Unreadable { path, .. }) => Some(path),
        Entry::Failed(Error::Usage { .. } | Error::Target { .. }) | Entry::Checked(_) => None,
    }
}

/// Whether a package is what could not be read, or lies in it: in a folder, or in an archive.
fn is_within(path: &str, failed: &str) -> bool {
    let failed = failed.trim_end_matches(['/', '\\']);
    path.strip_prefix(failed)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '\\', '!']))
}

/// What is said of one check among several.
#[derive(Clone, Copy, Debug)]
pub struct Round<'a> {
    /// The files that changed, as people know them; `None` the first time, and none where changes got lost.
    pub changed: Option<&'a BTreeSet<String>>,
    /// What became better or worse; `None` the first time, and where nothing could be judged.
    pub difference: Option<&'a Difference>,
    /// What was read for it.
    pub renewal: Renewal,
}

/// The lines below a report.
pub fn below(round: &Round<'_>, options: HumanOptions) -> String {
    let mut paper = Paper::new(options, false);
    paper.line("");
    paper.changed(round);
    if let Some(difference) = round.difference {
        paper.difference(difference);
    }
    let Renewal {
        read,
        kept,
        missing,
        ..
    } = round.renewal;
    let watched = count(read + kept + missing, "package");
    let last = format!("Watching {watched}; Ctrl+C ends.");
    let last = paper.styled(&last, Style::new().dimmed());
    paper.line(&last);
    paper.text
}

/// The line between two reports that follow each other.
pub fn between(options: HumanOptions) -> String {
    format!("\n{}\n\n", "─".repeat(options.width))
}

impl Paper {
    fn changed(&mut self, round: &Round<'_>) {
        let Some(changed) = round.changed else {
            return;
        };
        let files = changed.iter().map(|file| safe(file).into_owned());
        let mut named: Vec<_> = files.take(SHOWN_FILES).collect();
        let more = changed.len() - named.len();
        if changed.is_empty() {
            named.push("more than the system could tell".into());
        } else if more > 0 {
            named.push(format!("and {} more", count(more, "file")));
        }
        let Renewal { read, kept, .. } = round.renewal;
        let was = |number| if number == 1 { "was" } else { "were" };
        let read = format!("{} {} read again", count(read, "package"), was(read));
        let kept = match kept {
            0 => String::new(),
            kept => format!(", {kept} {} kept", was(kept)),
        };
        self.wrapped(&format!("Changed: {}. {read}{kept}.", named.join(", ")));
    }

    fn difference(&mut self, difference: &Difference) {
        let Difference { gone, new, lost } = difference;
        let line = match (gone.len(), new.len()) {
            (0, 0) => "No finding is gone, none is new.".to_owned(),
            (gone, new) => format!("{} gone, {new} new.", count(gone, "finding")),
        };
        let line = self.styled(&line, Style::new().bold());
        self.line(&line);
        self.told("gone", gone, Style::new().green());
        self.told("new", new, Style::new().red());
        if !lost.is_empty() {
            let lost: Vec<_> = lost.iter().map(|path| safe(path)).collect();
            self.wrapped(&format!(
                "Cannot be read at present, and was before: {}.",
                lost.join(", ")
            ));
        }
    }

    /// Findings in a few words each; where they are still there, the report has the rest.
    fn told(&mut self, word: &str, findings: &[PlacedFinding], style: Style) {
        let word = self.styled(&format!("{word:4}"), style);
        for PlacedFinding { finding, .. } in findings.iter().take(SHOWN_FINDINGS) {
            let message = safe(&finding.message);
            let text = format!("{} {}: {message}", finding.severity, finding.rule);
            let lines = wrapped(&text, self.options.width.saturating_sub(7));
            for (number, line) in lines.iter().enumerate() {
                let first = if number == 0 { &word } else { "    " };
                self.line(&format!("  {first} {line}"));
            }
        }
        if let Some(more) = findings.len().checked_sub(SHOWN_FINDINGS + 1) {
            self.line(&format!("  {word} … and {} more", more + 1));
        }
    }

    fn wrapped(&mut self, text: &str) {
        for line in wrapped(text, self.options.width) {
            self.line(&line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_a_folder_or_an_archive_is_within_it() {
        for (path, failed) in [
            ("a.zip", "a.zip"),
            ("a.zip!b.zip", "a.zip"),
            ("out/a.zip", "out/"),
        ] {
            assert!(is_within(path, failed), "{path} {failed}");
        }
        assert!(!is_within("a.zip2", "a.zip"));
        assert!(!is_within("out.zip", "out"));
    }
}
