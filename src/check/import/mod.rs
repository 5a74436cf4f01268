//! Rules of the import itself: what the target's state makes of a package and an operation.
//!
//! The simulation says which operation it is, in which state of the target, and what would be removed; here it is judged.

mod plan;
mod removal;
mod versions;

pub use plan::{ImportSwitches, Operation, Plan};
pub use removal::{Dependent, Removal};

use super::requirement::Requirement;
use super::rule::Rule;
use crate::model::{ComponentType, Identity, LogicalName, PackageType, Solution};
use crate::target::{SolutionRow, Target};

/// The groups of rules, in the order of the stages.
pub(super) static GROUPS: [&[Rule]; 1] = [versions::RULES];

/// What the rules of the import look at.
#[derive(Clone, Copy, Debug)]
pub struct ImportSubject<'a> {
    /// The solution.
    pub solution: &'a Solution,
    /// What it requires, answered.
    pub requirements: &'a [Requirement],
    /// The environment as it is when this import begins.
    pub target: &'a Target,
    /// What is done, how, and what it meets.
    pub import: Import<'a>,
}

/// What the simulation has decided of an import before it is judged.
#[derive(Clone, Copy, Debug)]
pub struct Import<'a> {
    /// What is done, and how.
    pub plan: Plan,
    /// What would be removed.
    pub removals: &'a [Removal],
    /// The version that is installed, where its package is at hand.
    pub before: Option<&'a Solution>,
}

impl<'a> ImportSubject<'a> {
    /// The solution as the target has it.
    pub fn installed(&self) -> Option<&'a SolutionRow> {
        let name = LogicalName::new(self.solution.manifest.name());
        self.target.solution(&name)
    }

    /// Whether the package is managed.
    pub fn is_managed(&self) -> bool {
        self.solution.manifest.package_type == PackageType::Managed
    }
}

/// Whether components of this kind have a state in a target that an import meets: roles, processes, plug-in assemblies,
/// templates, connectors, connection references, environment variables.
pub(super) fn has_state(identity: &Identity) -> bool {
    const KINDS: [u32; 6] = [20, 29, 36, 91, 371, 372];
    const TABLES: [&str; 3] = [
        "connectionreference",
        "environmentvariabledefinition",
        "environmentvariablevalue",
    ];
    match &identity.kind {
        ComponentType::Number(number) => KINDS.contains(number),
        ComponentType::Table(table) => TABLES.iter().any(|known| *table == **known),
    }
}
