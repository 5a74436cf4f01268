//! What an import would do: operation, stages, actions on components, the target afterwards.
//!
//! In come packages and a target; out goes one [`Step`] for each package, in the order of import, each against the target
//! as the step before it leaves it. What is wrong is known to the rules in `check`; here it is decided what is done, in
//! which order, and where it stops.

mod actions;
mod content;
mod operation;
mod order;
mod removing;
mod step;
mod verdict;

use crate::check::{CheckOptions, Checked, Examined, ImportSwitches, Operation, Stage};
use crate::finding::{Evidence, PlacedFinding};
use crate::model::{Identity, LogicalName, Solution, Version};
use crate::settings::DeploymentSettings;
use crate::target::{Target, TargetManifest};

pub use actions::{ActionKind, ComponentAction, Subject, Winner};
pub use content::removed;
pub use operation::Request;
pub use removing::holds_data;
pub use step::{simulate, simulate_apply};
pub use verdict::{Doubt, StageOutcome, Verdict, is_fatal, stage_of};

/// What is simulated, and how.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a choice of its own of whoever imports or reads"
)]
pub struct SimulateOptions {
    /// What whoever imports asks for.
    pub request: Request,
    /// The choices that go with it.
    pub switches: ImportSwitches,
    /// Whether the client passes over packages that are not higher than what is installed (`--skip-lower-version`).
    pub skip_lower_version: bool,
    /// Whether packages are imported in the order given.
    pub in_order: bool,
    /// Whether what later stages would say is told although the import stops before them.
    pub keep_going: bool,
    /// The deployment settings that the packages are imported with.
    pub settings: Option<DeploymentSettings>,
    /// How rules judge.
    pub check: CheckOptions,
    /// Whether the target afterwards is wanted.
    pub wants_target: bool,
}

/// An import as it would go.
#[derive(Debug)]
pub struct Simulation {
    /// What becomes of all of it: the worst of its steps.
    pub verdict: Verdict,
    /// How sure that is.
    pub evidence: Evidence,
    /// One for each package, in the order of import.
    pub steps: Vec<Step>,
    /// What is to be known of the run as a whole, in sentences.
    pub notes: Vec<String>,
    /// What was found in the deployment settings.
    pub settings: Vec<PlacedFinding>,
    /// The manifest as it would be afterwards, where it was wanted.
    pub target: Option<TargetManifest>,
}

/// The import of one package.
#[derive(Debug)]
pub struct Step {
    /// The package's place among those given; `None` where an upgrade is applied that was staged before.
    pub package: Option<usize>,
    /// The solution.
    pub solution: LogicalName,
    /// The version that is imported.
    pub version: Option<Version>,
    /// The version that is installed before.
    pub installed: Option<Version>,
    /// What is done.
    pub operation: Operation,
    /// The choices that go with it, those of a Package Deployer package included.
    pub switches: ImportSwitches,
    /// Why that, as a sentence.
    pub because: String,
    /// What the manifest does not say and is taken to be as usual, as sentences: a success rests on it.
    pub assumed: Vec<String>,
    /// What becomes of it.
    pub verdict: Verdict,
    /// How sure that is.
    pub evidence: Evidence,
    /// The stages, in order.
    pub stages: Vec<(Stage, StageOutcome)>,
    /// What would be done with each component.
    pub actions: Vec<ComponentAction>,
    /// What nobody knows, and what would settle it.
    pub doubts: Vec<Doubt>,
    /// What was found, as far as the import comes; all of it where that was asked for.
    pub findings: Vec<PlacedFinding>,
    /// The package with its answered requirements; its findings have moved to `findings`.
    pub checked: Option<Checked>,
    /// What is left behind, as a sentence, where the import fails half-way.
    pub left: Option<String>,
}

impl Step {
    /// The stage at which the import stops, where it does.
    pub fn stops_at(&self) -> Option<Stage> {
        let failed = self
            .stages
            .iter()
            .find(|(_, outcome)| *outcome == StageOutcome::Fails);
        failed.map(|(stage, _)| *stage)
    }

    /// The components with which one thing is done: those that are deleted, or kept although the package lacks them.
    pub fn components(&self, kind: ActionKind) -> impl Iterator<Item = &Identity> {
        let of_kind = self
            .actions
            .iter()
            .filter(move |action| action.kind == kind);
        of_kind.filter_map(|action| self.component(action))
    }

    /// The component that an action is about.
    pub fn component<'a>(&'a self, action: &'a ComponentAction) -> Option<&'a Identity> {
        match &action.subject {
            Subject::Own(id) => {
                let solution = &self.checked.as_ref()?.solution;
                solution.component(*id).map(|component| &component.identity)
            }
            Subject::Other(identity) => Some(identity),
        }
    }
}

/// What a simulation knows beside the packages that are imported.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The environment before the first import.
    pub target: &'a Target,
    /// Packages of what is installed there.
    pub installed: &'a [Solution],
}

/// Whether examined packages are in the order of a Package Deployer package, which fixes it.
fn is_deployed(packages: &[Examined]) -> bool {
    packages.iter().any(|package| package.deployer.is_some())
}
