//! The JSON contract of `dependencies`, schema version 1.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Dependencies, Dependency, origin, sources};
use crate::model::{StepName, Supplier};
use crate::report::contract::{ComponentJson, PackageJson, SupplierJson};
use crate::report::json::{SCHEMA_VERSION, pretty};
use crate::report::schema;
use crate::report::sequences::uses::Unexplained;
use crate::target::Answer;

impl Dependencies<'_> {
    /// Writes them for programs.
    pub fn json(&self) -> String {
        let package = self.package;
        pretty(&DependenciesJson {
            schema_version: SCHEMA_VERSION,
            package: PackageJson::read(&package.path, package.layout.name(), &package.solution),
            component: package.identity(self.node).map(ComponentJson::from),
            required: self.rows(&self.required),
            dependents: self.rows(&self.dependents),
            itself: steps(&self.sequence.itself),
            unexplained: self.sequence.unexplained.iter().map(unexplained).collect(),
        })
    }

    fn rows<'s>(&'s self, list: &'s [Dependency]) -> Vec<DependencyJson<'s>> {
        let rows = list.iter().filter_map(|one| {
            let identity = self.package.identity(one.link.node)?;
            let edge = one.link.edge;
            Some(DependencyJson {
                component: identity.into(),
                origin: origin(one.origin),
                state: one.answer.presence.name(),
                evidence: one.answer.evidence.to_string(),
                because: &one.answer.because,
                settle: one.answer.settle.as_deref(),
                managed: one.supplier.as_ref().and_then(Supplier::is_managed),
                supplier: one.supplier.as_ref().map(SupplierJson::from),
                kind: edge.kind.id(),
                strength: edge.strength.name(),
                sources: sources(edge.derived, edge.declared),
                steps: steps(&one.steps),
                leads_back: one.leads_back,
            })
        });
        rows.collect()
    }
}

/// The JSON Schema of `dependencies --format json`, as text.
pub fn schema() -> String {
    schema::of::<DependenciesJson<'_>>("dependencies", "Dependencies of a component")
}

/// What one component needs, and what needs it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DependenciesJson<'a> {
    /// The version of this contract.
    schema_version: u32,
    /// The package that was read.
    package: PackageJson<'a>,
    /// The component that was asked for.
    component: Option<ComponentJson<'a>>,
    /// What it needs.
    required: Vec<DependencyJson<'a>>,
    /// What needs it.
    dependents: Vec<DependencyJson<'a>>,
    /// The steps with which a sequence goes on with itself.
    itself: Vec<StepNameJson<'a>>,
    /// Identifiers that a sequence names and that the package does not explain.
    unexplained: Vec<UnexplainedJson<'a>>,
}

/// A component at the other end.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Dependency")]
struct DependencyJson<'a> {
    #[serde(flatten)]
    component: ComponentJson<'a>,
    /// What the package holds of it: `package`, `layered` or `external`.
    origin: &'static str,
    /// `present`, `absent` or `unknown` in the target.
    state: &'static str,
    /// `strong`, `fair` or `weak`.
    evidence: String,
    /// Why, as a sentence fragment.
    because: &'a str,
    /// For an unknown one, what would settle it.
    settle: Option<&'a str>,
    /// Whether it was managed where the package was exported, as far as the package tells.
    managed: Option<bool>,
    /// Who has it, as far as the package tells.
    supplier: Option<SupplierJson<'a>>,
    /// The kind of the reference; docs/references.md lists them.
    kind: &'static str,
    /// What the reference means for an import.
    strength: &'static str,
    /// How the reference is known: `derived`, `declared`.
    sources: Vec<&'static str>,
    /// Steps of the sequence that refers.
    steps: Vec<StepNameJson<'a>>,
    /// Whether it is a sequence that leads back to this one.
    leads_back: bool,
}

/// A step of a sequence.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StepName")]
struct StepNameJson<'a> {
    /// Its number among the steps around it, such as `3.1`.
    number: &'a str,
    /// What it is called.
    title: Option<&'a str>,
}

/// An identifier that the package does not explain.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Unexplained")]
struct UnexplainedJson<'a> {
    /// The identifier.
    id: String,
    /// What it is meant to be by the words around it.
    meant: &'static str,
    /// The same as people name it.
    label: &'a str,
    /// `present`, `absent` or `unknown` in the target.
    state: &'static str,
    /// `strong`, `fair` or `weak`.
    evidence: String,
    /// Why, as a sentence fragment.
    because: &'a str,
    /// For an unknown one, what would settle it.
    settle: Option<&'a str>,
    /// The column that names it, where it stands outside of any step.
    column: Option<&'a str>,
    /// The steps that name it.
    steps: Vec<StepNameJson<'a>>,
}

fn steps(steps: &[StepName]) -> Vec<StepNameJson<'_>> {
    let steps = steps.iter().map(|step| StepNameJson {
        number: &step.number,
        title: step.title.as_deref(),
    });
    steps.collect()
}

fn unexplained((one, answer): &(Unexplained, Answer)) -> UnexplainedJson<'_> {
    UnexplainedJson {
        id: one.id.to_string(),
        meant: one.sort.name(),
        label: &one.label,
        state: answer.presence.name(),
        evidence: answer.evidence.to_string(),
        because: &answer.because,
        settle: answer.settle.as_deref(),
        column: one.column.as_deref(),
        steps: steps(&one.steps),
    }
}
