//! Rules of the import itself: what the target's state makes of a package and an operation.
//!
//! The simulation says which operation it is, in which state of the target, and what would be removed; here it is judged.

mod assemblies;
mod bases;
mod connectors;
mod environment;
mod keys;
mod names;
mod patches;
mod plan;
mod processes;
mod publisher;
mod removal;
mod sequences;
mod surroundings;
mod tables;
mod taken;
mod upgrades;
mod versions;

pub use plan::{ImportSwitches, Operation, Plan};
pub use removal::{Dependent, Removal};

use super::requirement::Requirement;
use super::rule::Rule;
use crate::finding::Evidence;
use crate::model::{
    Component, ComponentType, Identity, IdentityMap, LogicalName, Origin, PackageType, Solution,
};
use crate::package::PackageSize;
use crate::settings::DeploymentSettings;
use crate::target::{ComponentRow, Presence, Question, SolutionRow, Target};

/// The groups of rules, in the order of the stages.
pub(super) static GROUPS: [&[Rule]; 15] = [
    versions::RULES,
    publisher::RULES,
    patches::RULES,
    upgrades::RULES,
    bases::RULES,
    environment::RULES,
    tables::RULES,
    taken::RULES,
    keys::RULES,
    names::RULES,
    processes::RULES,
    assemblies::RULES,
    connectors::RULES,
    surroundings::RULES,
    sequences::RULES,
];

/// What the rules of the import look at.
#[derive(Clone, Copy, Debug)]
pub struct ImportSubject<'a> {
    /// The solution.
    pub solution: &'a Solution,
    /// What it requires, answered.
    pub requirements: &'a [Requirement],
    /// How large its package is.
    pub size: PackageSize,
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
    /// What is known of the content of the installed version.
    pub held: &'a IdentityMap<()>,
    /// The deployment settings that are given, where there are any.
    pub settings: Option<&'a DeploymentSettings>,
}

impl<'a> ImportSubject<'a> {
    /// The solution as the target has it.
    pub fn installed(&self) -> Option<&'a SolutionRow> {
        let name = LogicalName::new(self.solution.manifest.name());
        self.target.solution(&name)
    }

    /// Whether a component stands in a table of the package's own, so that nobody else would have brought it.
    pub fn has_own_table(&self, component: &Component) -> bool {
        let parent = component
            .parent
            .and_then(|parent| self.solution.component(parent));
        parent.is_some_and(|table| table.origin == Origin::Package)
    }

    /// Whether the package's content is imported at all.
    fn imports(&self) -> bool {
        match self.import.plan.operation {
            Operation::Install
            | Operation::Update
            | Operation::Upgrade
            | Operation::Stage
            | Operation::Patch => true,
            Operation::ApplyUpgrade | Operation::Skip => false,
        }
    }

    /// The components of one type that the import brings with their definition.
    fn defined(&self, kind: ComponentType) -> impl Iterator<Item = &'a Component> + use<'a> {
        let imports = self.imports();
        let components = self.solution.components.iter();
        components.filter(move |component| {
            imports && component.identity.kind == kind && component.origin == Origin::Package
        })
    }

    /// What the target lists of one type.
    fn rows<'k>(
        &self,
        kind: &'k ComponentType,
    ) -> impl Iterator<Item = &'a ComponentRow> + use<'a, 'k> {
        let rows = self.target.manifest().components.iter();
        rows.filter(move |row| row.kind.0 == *kind)
    }

    /// How sure it is what a row of the target says: a package shows what was installed once, and the installed version may
    /// say otherwise.
    fn evidence_of(&self, src: Option<&str>) -> Evidence {
        let mut sources = self.target.manifest().captured.sources.iter();
        let source = sources.find(|source| Some(source.id.as_str()) == src);
        match source {
            Some(source) if source.kind.is_package() => Evidence::Fair,
            Some(_) | None => Evidence::Strong,
        }
    }

    /// Whether the target surely lacks a component.
    fn is_absent(&self, required: &Identity) -> bool {
        self.absence(required).is_some()
    }

    /// How sure it is that the target lacks a component; nothing where it has it or nobody knows.
    fn absence(&self, required: &Identity) -> Option<Evidence> {
        let question = Question::of(self.solution, required, None);
        let answer = self.target.answer(&question);
        (answer.presence == Presence::Absent).then_some(answer.evidence)
    }

    /// Whether the package is managed.
    pub fn is_managed(&self) -> bool {
        self.solution.manifest.package_type == PackageType::Managed
    }
}

/// Whether components of this kind have a state in a target that an import meets: tables with columns, relationships, keys,
/// choices, views, charts and hierarchy rules, roles, processes, plug-in assemblies, steps, templates, connectors, connection
/// references, environment variables.
pub(super) fn has_state(identity: &Identity) -> bool {
    const KINDS: [u32; 17] = [
        1, 2, 9, 10, 14, 20, 26, 29, 36, 37, 38, 39, 59, 65, 91, 92, 372,
    ];
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
