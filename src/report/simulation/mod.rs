//! Reports of simulated imports.

mod human;
mod json;

pub(super) use human::{counted, is_managed, shown_name};
pub use human::{human, verdict};
pub use json::{json, json_schema};

use crate::check::{Checked, Operation, ShoppingList};
use crate::error::Error;
use crate::finding::{Evidence, PlacedFinding};
use crate::report::human::aside;
use crate::report::text::safe;
use crate::simulate::{Simulation, Verdict};

/// A simulated import with what its reports name.
#[derive(Debug)]
pub struct SimulationReport {
    /// The paths of the packages that were read, in the order given; steps name them by their place.
    pub packages: Vec<String>,
    /// Packages that could not be read.
    pub failed: Vec<Error>,
    /// What would happen.
    pub simulation: Simulation,
    /// The target's name for people.
    pub target: String,
    /// What was found in the configuration.
    pub configuration: Vec<PlacedFinding>,
}

impl SimulationReport {
    /// What becomes of all of it. A package that cannot be read cannot be imported where the platform is known to refuse it;
    /// else nobody knows.
    pub fn verdict(&self) -> Verdict {
        let failed = self.failed.iter().map(|error| match error {
            Error::Unreadable {
                platform: Some(_), ..
            } => Verdict::Fails,
            Error::Unreadable { .. } | Error::Usage { .. } | Error::Target { .. } => {
                Verdict::Unknown
            }
        });
        let verdict = self.simulation.verdict;
        failed.fold(verdict, Verdict::max)
    }

    /// The same as a sentence.
    pub(super) fn sentence(&self) -> String {
        let target = safe(&self.target);
        let why = if self.failed.is_empty() {
            ""
        } else {
            ": not every package could be read"
        };
        let aside = aside(self.accepted_absences());
        match self.verdict() {
            Verdict::Succeeds | Verdict::SucceedsWithWarnings if !aside.is_empty() => {
                format!("The import into {target} {}{aside}.", self.verdict())
            }
            Verdict::Unknown => {
                format!("Whether the import into {target} would succeed cannot be told{why}.")
            }
            verdict @ (Verdict::Succeeds | Verdict::SucceedsWithWarnings | Verdict::Fails) => {
                format!("The import into {target} {verdict}{why}.")
            }
        }
    }

    /// How many of the required components that the target lacks somebody accepts.
    fn accepted_absences(&self) -> usize {
        let steps = self.simulation.steps.iter();
        let asked = steps.filter(|step| match step.operation {
            // Neither looks at what the package requires.
            Operation::Skip | Operation::ApplyUpgrade => false,
            Operation::Install
            | Operation::Update
            | Operation::Upgrade
            | Operation::Stage
            | Operation::Patch => true,
        });
        let checked = asked.filter_map(|step| step.checked.as_ref());
        checked.map(Checked::accepted_absences).sum()
    }

    /// How sure that is.
    fn evidence(&self) -> Evidence {
        match self.verdict() {
            Verdict::Unknown => Evidence::Weak,
            verdict @ (Verdict::Fails | Verdict::Succeeds | Verdict::SucceedsWithWarnings) => {
                if verdict == self.simulation.verdict {
                    self.simulation.evidence
                } else {
                    Evidence::Strong
                }
            }
        }
    }

    /// What was found in packages, in deployment settings and in the configuration.
    pub fn findings(&self) -> impl Iterator<Item = &PlacedFinding> {
        let steps = self.simulation.steps.iter();
        let found = steps.flat_map(|step| &step.findings);
        found
            .chain(&self.simulation.settings)
            .chain(&self.configuration)
    }

    /// The packages that are imported, in the order of their import.
    fn checked(&self) -> impl Iterator<Item = &Checked> {
        let steps = self.simulation.steps.iter();
        let imported = steps.filter(|step| step.operation != Operation::Skip);
        imported.filter_map(|step| step.checked.as_ref())
    }

    pub(super) fn shopping(&self) -> ShoppingList<'_> {
        ShoppingList::of(self.checked())
    }

    /// The unique names of the solutions of the packages, in the order of their import.
    pub(super) fn names(&self) -> Vec<&str> {
        let names = self.checked();
        names
            .map(|checked| checked.solution.manifest.name())
            .collect()
    }
}
