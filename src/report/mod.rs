//! Reports: what was found, in the form somebody reads.

mod contract;
mod excerpt;
pub mod human;
mod inventory;
pub mod json;
mod nature;
mod text;

pub use inventory::{Inventory, InventoryFilter};

use crate::check::Checked;
use crate::error::{Error, ExitStatus};
use crate::finding::Severity;
use crate::target::Presence;

/// One package of a check.
#[derive(Debug)]
pub enum Entry {
    /// It was checked.
    Checked(Box<Checked>),
    /// It could not be read.
    Failed(Error),
}

/// The result of a check.
#[derive(Debug)]
pub struct CheckReport {
    /// The packages, in the order given.
    pub packages: Vec<Entry>,
    /// The target's name for people, where a target was given.
    pub target: Option<String>,
}

/// The rule about what was not read.
const NOT_READ: &str = "limit-exceeded";

/// The counts of a check.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Errors found.
    pub errors: usize,
    /// Warnings found.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
    /// Required components that are present.
    pub present: usize,
    /// Required components that are absent.
    pub absent: usize,
    /// Required components of which nobody knows.
    pub unknown: usize,
    /// Packages that could not be read.
    pub unreadable: usize,
}

impl CheckReport {
    /// The packages that were checked.
    pub fn checked(&self) -> impl Iterator<Item = &Checked> {
        self.packages.iter().filter_map(|entry| match entry {
            Entry::Checked(checked) => Some(&**checked),
            Entry::Failed(_) => None,
        })
    }

    /// The counts over all packages.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for entry in &self.packages {
            match entry {
                Entry::Checked(checked) => summary.add(checked),
                Entry::Failed(_) => summary.unreadable += 1,
            }
        }
        summary
    }

    /// Whether anything was found that makes the import fail. What was not read says nothing about the import.
    pub fn fails(&self) -> bool {
        let findings = self.checked().flat_map(|checked| &checked.findings);
        findings
            .map(|placed| &placed.finding)
            .any(|finding| finding.severity == Severity::Error && finding.rule != NOT_READ)
    }

    /// The status the run ends with: 1 when something is at or above the threshold, 3 when a package could not be read;
    /// the more fundamental of the two counts.
    pub fn exit_status(&self, fail_on: Severity) -> ExitStatus {
        let mut status = ExitStatus::Clean;
        for entry in &self.packages {
            status = status.max(match entry {
                Entry::Failed(error) => error.exit_status(),
                Entry::Checked(checked)
                    if checked
                        .findings
                        .iter()
                        .any(|placed| placed.finding.severity >= fail_on) =>
                {
                    ExitStatus::Findings
                }
                Entry::Checked(_) => ExitStatus::Clean,
            });
        }
        status
    }
}

impl Summary {
    fn add(&mut self, checked: &Checked) {
        for placed in &checked.findings {
            match placed.finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Note => self.notes += 1,
            }
        }
        for requirement in &checked.requirements {
            match requirement.answer.presence {
                Presence::Present => self.present += 1,
                Presence::Absent => self.absent += 1,
                Presence::Unknown => self.unknown += 1,
            }
        }
    }

    /// How many components are required.
    pub fn required(&self) -> usize {
        self.present + self.absent + self.unknown
    }
}
