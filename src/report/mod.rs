//! Reports: what was found, in the form somebody reads.

mod azure;
mod common;
mod contract;
pub mod diff;
mod excerpt;
mod github;
pub mod graph;
mod harmless;
mod hidden;
pub mod html;
pub mod human;
mod inventory;
pub mod json;
mod junit;
mod location;
mod markdown;
mod nature;
mod paper;
mod path_map;
pub mod reference;
mod sarif;
mod schema;
mod sequences;
pub mod settings;
mod shopping;
pub mod simulation;
mod supply;
pub mod target;
mod text;
mod told;
pub mod watch;

pub use azure::{azure, azure_error, azure_summary};
pub use common::{Report, ReportedFinding, ReportedPackage, Standing};
pub use github::{github, github_error};
pub use harmless::{harmless_json, harmless_lines};
pub use inventory::{Inventory, InventoryFilter};
pub use junit::junit;
pub use location::{Location, Region};
pub use markdown::{markdown, markdown_within};
pub use path_map::PathMap;
pub use sarif::sarif;
pub use text::in_ascii;

use crate::check::Checked;
use crate::error::{Error, ExitStatus};
use crate::finding::{Evidence, PlacedFinding, Severity};
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
    /// What was found in the configuration.
    pub configuration: Vec<PlacedFinding>,
}

/// What is to be expected of an import, the worst last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Outlook {
    /// Nothing was found that stops it.
    Open,
    /// A package could not be read.
    Unreadable,
    /// What nobody knows was asked to count as an error.
    NotKnown,
    /// Part of a package is beyond solvet's limits, which says nothing of the platform's.
    NotRead,
    /// Something makes it fail, as far as incomplete facts tell.
    ProbablyFails,
    /// Something makes it fail.
    Fails,
}

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
    /// Those of the absent that somebody accepts.
    pub accepted: usize,
    /// Required components of which nobody knows.
    pub unknown: usize,
    /// Packages that could not be read.
    pub unreadable: usize,
    /// Findings that a configuration accepts or a baseline knows, counted nowhere else.
    pub suppressed: usize,
}

impl CheckReport {
    /// The packages that were checked.
    pub fn checked(&self) -> impl Iterator<Item = &Checked> {
        self.packages.iter().filter_map(|entry| match entry {
            Entry::Checked(checked) => Some(&**checked),
            Entry::Failed(_) => None,
        })
    }

    /// The unique names of the solutions that were checked.
    fn names(&self) -> Vec<&str> {
        let names = self.checked();
        names
            .map(|checked| checked.solution.manifest.name())
            .collect()
    }

    /// What was found in packages and in the configuration.
    pub fn findings(&self) -> impl Iterator<Item = &PlacedFinding> {
        let checked = self.checked().flat_map(|checked| &checked.findings);
        checked.chain(&self.configuration)
    }

    /// The counts over all packages and the configuration.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        summary.count(&self.configuration);
        for entry in &self.packages {
            match entry {
                Entry::Checked(checked) => summary.add(checked),
                Entry::Failed(_) => summary.unreadable += 1,
            }
        }
        summary
    }

    /// What the findings say of the import as a whole: the worst that is known.
    pub fn outlook(&self) -> Outlook {
        let findings = self.checked().flat_map(|checked| &checked.findings);
        let worst = findings
            .map(|placed| &placed.finding)
            // What a baseline knows stops the import all the same.
            .filter(|finding| finding.severity == Severity::Error && !finding.is_suppressed())
            .filter(|finding| !finding.is_local)
            .map(|finding| match finding.rule {
                "limit-exceeded" => Outlook::NotRead,
                "required-component-unknown" | "required-from-unmanaged-layer" => Outlook::NotKnown,
                _ if finding.evidence < Evidence::Strong => Outlook::ProbablyFails,
                _ => Outlook::Fails,
            })
            .max();
        let unreadable = self.summary().unreadable > 0;
        worst.unwrap_or(if unreadable {
            Outlook::Unreadable
        } else {
            Outlook::Open
        })
    }

    /// Whether a baseline knows every error of the import.
    fn knows_all(&self) -> bool {
        let mut findings = self.checked().flat_map(|checked| &checked.findings);
        !findings.any(|placed| {
            let finding = &placed.finding;
            finding.severity == Severity::Error && finding.counts() && !finding.is_local
        })
    }

    /// The status the run ends with: 1 when something is at or above the threshold, 3 when a package could not be read;
    /// the more fundamental of the two counts.
    pub fn exit_status(&self, fail_on: Severity) -> ExitStatus {
        let failed = self.packages.iter().filter_map(|entry| match entry {
            Entry::Failed(error) => Some(error.exit_status()),
            Entry::Checked(_) => None,
        });
        failed.fold(status_of(self.findings(), fail_on), ExitStatus::max)
    }
}

/// The status of what was found: 1 when something that counts is at or above a severity.
pub fn status_of<'a>(
    mut findings: impl Iterator<Item = &'a PlacedFinding>,
    fail_on: Severity,
) -> ExitStatus {
    if findings.any(|placed| placed.finding.severity >= fail_on && placed.finding.counts()) {
        ExitStatus::Findings
    } else {
        ExitStatus::Clean
    }
}

impl Summary {
    fn count(&mut self, findings: &[PlacedFinding]) {
        for placed in findings {
            match placed.finding.severity {
                _ if !placed.finding.counts() => self.suppressed += 1,
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Note => self.notes += 1,
            }
        }
    }

    fn add(&mut self, checked: &Checked) {
        self.count(&checked.findings);
        for requirement in &checked.requirements {
            match requirement.answer.presence {
                Presence::Present => self.present += 1,
                Presence::Absent => self.absent += 1,
                Presence::Unknown => self.unknown += 1,
            }
        }
        self.accepted += checked.accepted_absences();
    }

    /// How many components are required.
    pub fn required(&self) -> usize {
        self.present + self.absent + self.unknown
    }
}
