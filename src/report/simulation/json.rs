//! The JSON contract of `simulate`, schema version 1.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::SimulationReport;
use crate::check::Operation;
use crate::model::PackageType;
use crate::report::contract::{
    ComponentJson, FindingJson, PackageJson, RequirementJson, version_text,
};
use crate::report::json::{SCHEMA_VERSION, pretty};
use crate::report::shopping::{ActionJson as ShoppingJson, Numbers};
use crate::simulate::{ComponentAction, Step, Winner};
use crate::target::{Presence, SolutionRow, TargetManifest};

/// The report of a simulation.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Simulation")]
struct SimulationJson<'a> {
    /// The version of this contract.
    schema_version: u32,
    /// What becomes of all of it.
    #[schemars(schema_with = "crate::report::schema::verdict")]
    verdict: &'static str,
    /// How sure that is.
    #[schemars(schema_with = "crate::report::schema::evidence")]
    evidence: String,
    /// How many of the required components that the target lacks somebody accepts.
    accepted_absences: usize,
    /// What the environment is called.
    target_name: &'a str,
    /// The packages in the order given, then those that could not be read.
    packages: Vec<PackageJson<'a>>,
    /// What is to be known of the run as a whole, in sentences.
    notes: &'a [String],
    /// What was found in the deployment settings.
    settings: Vec<FindingJson<'a>>,
    /// What was found in the configuration.
    configuration: Vec<FindingJson<'a>>,
    /// The imports, in their order.
    steps: Vec<StepJson<'a>>,
    /// What to do before the import, in order.
    shopping_list: Vec<ShoppingJson<'a>>,
    /// The target manifest as it would be afterwards, as 'solvet schema target' describes it.
    #[schemars(schema_with = "crate::report::schema::manifest")]
    target: Option<&'a TargetManifest>,
}

/// One import.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Step")]
struct StepJson<'a> {
    /// The package, by its place among the packages; none where an upgrade is applied without one.
    package: Option<usize>,
    /// The unique name of the solution.
    solution: &'a str,
    /// Its version.
    version: Option<String>,
    /// The version that the target has before.
    installed: Option<String>,
    /// Which operation it is.
    operation: &'static str,
    /// Why it is that one.
    because: &'a str,
    /// What is taken to be as usual.
    assumed: &'a [String],
    /// What becomes of it.
    #[schemars(schema_with = "crate::report::schema::verdict")]
    verdict: &'static str,
    /// How sure that is.
    #[schemars(schema_with = "crate::report::schema::evidence")]
    evidence: String,
    /// The stage at which it stops.
    stops_at: Option<&'static str>,
    /// What becomes of each stage.
    stages: Vec<StageJson>,
    /// How many components are created, updated and so on.
    counts: BTreeMap<&'static str, usize>,
    /// What becomes of each component.
    actions: Vec<ActionJson<'a>>,
    /// What is required and absent.
    missing: Vec<RequirementJson<'a>>,
    /// What is required and of which nobody knows.
    unknown: Vec<RequirementJson<'a>>,
    /// What nobody knows and what decides the import.
    doubts: Vec<DoubtJson<'a>>,
    /// What was found, of the stages to which the import comes.
    findings: Vec<FindingJson<'a>>,
    /// What is left behind where it fails half-way.
    left: Option<&'a str>,
}

/// A stage of an import.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StageOutcome")]
struct StageJson {
    /// The stage.
    stage: &'static str,
    /// What becomes of it.
    #[schemars(schema_with = "crate::report::schema::outcome")]
    outcome: &'static str,
}

/// What nobody knows and what decides the import.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Doubt")]
struct DoubtJson<'a> {
    /// The stage that it decides.
    stage: &'static str,
    /// What is not known.
    what: &'a str,
    /// What would settle it.
    settle: &'a str,
}

/// What becomes of a component.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ComponentAction")]
struct ActionJson<'a> {
    /// The component.
    component: Option<ComponentJson<'a>>,
    /// What becomes of it.
    action: &'static str,
    /// The solution in whose layer it comes to lie.
    layer: Option<&'a str>,
    /// The solution whose layer wins afterwards.
    winner: Option<&'a str>,
    /// Whether an unmanaged layer of the target hides it.
    hidden_by_active_layer: bool,
    /// Whether data is lost with it.
    loses_data: bool,
    /// Whether unmanaged customizations of the target are lost.
    loses_customizations: bool,
}

/// The JSON Schema (draft 2020-12) of what [`json`] writes, as text.
pub fn json_schema() -> String {
    crate::report::schema::of::<SimulationJson<'_>>(
        "simulate",
        "What 'solvet simulate --format json' writes",
    )
}

/// Writes the report of a simulation.
pub fn json(report: &SimulationReport) -> String {
    let simulation = &report.simulation;
    let layers: Vec<String> = simulation.steps.iter().map(layer).collect();
    let steps = simulation.steps.iter().zip(&layers);
    let list = report.shopping();
    let numbers = numbers(report);
    let names = report.names();
    let settings = simulation.settings.iter();
    let configuration = report.configuration.iter();
    pretty(&SimulationJson {
        schema_version: SCHEMA_VERSION,
        verdict: report.verdict().name(),
        evidence: report.evidence().to_string(),
        accepted_absences: report.accepted_absences(),
        target_name: &report.target,
        packages: packages(report),
        notes: &simulation.notes,
        settings: settings
            .map(|placed| FindingJson::new(None, placed))
            .collect(),
        configuration: configuration
            .map(|placed| FindingJson::new(None, placed))
            .collect(),
        steps: steps
            .map(|(step, layer)| StepJson::new(step, layer))
            .collect(),
        shopping_list: list
            .actions
            .iter()
            .map(|action| ShoppingJson::new(action, &numbers, &names))
            .collect(),
        target: simulation.target.as_ref(),
    })
}

/// The packages in the order given, then those that could not be read.
fn packages(report: &SimulationReport) -> Vec<PackageJson<'_>> {
    let steps = report.simulation.steps.iter();
    let mut read: Vec<_> = steps
        .filter_map(|step| Some((step.package?, step.checked.as_ref()?)))
        .collect();
    read.sort_by_key(|(place, _)| *place);
    let read = read.into_iter();
    let read = read.map(|(_, one)| PackageJson::read(&one.path, one.layout.name(), &one.solution));
    read.chain(report.failed.iter().map(PackageJson::failed))
        .collect()
}

/// Where the requirements of each step stand among all that the shopping list names, by package.
fn numbers(report: &SimulationReport) -> Numbers {
    let mut numbers = Numbers::default();
    let mut before = 0;
    for step in &report.simulation.steps {
        if let Some(checked) = step
            .checked
            .as_ref()
            .filter(|_| step.operation != Operation::Skip)
        {
            numbers.add(step.package.unwrap_or_default(), before);
            before += checked.requirements.len();
        }
    }
    numbers
}

/// The solution in whose layer what is imported comes to lie.
fn layer(step: &Step) -> String {
    let managed = step
        .checked
        .as_ref()
        .is_some_and(|checked| checked.solution.manifest.package_type == PackageType::Managed);
    match step.operation {
        _ if !managed => "Active".to_owned(),
        Operation::Stage => SolutionRow::holding_name(step.solution.as_str()),
        Operation::Install
        | Operation::Update
        | Operation::Upgrade
        | Operation::ApplyUpgrade
        | Operation::Patch
        | Operation::Skip => step.solution.as_str().to_owned(),
    }
}

impl<'a> StepJson<'a> {
    fn new(step: &'a Step, layer: &'a str) -> Self {
        let package = step.package.unwrap_or_default();
        let requirements = |presence: Presence| {
            let checked = step
                .checked
                .iter()
                .filter(|_| step.operation != Operation::Skip);
            let all = checked.flat_map(|checked| &checked.requirements);
            let all = all.filter(move |one| one.answer.presence == presence);
            all.map(move |one| RequirementJson::new(package, one))
                .collect()
        };
        let findings = step.findings.iter();
        let mut counts = BTreeMap::new();
        for action in &step.actions {
            *counts.entry(action.kind.name()).or_default() += 1;
        }
        let actions = step.actions.iter();
        let stages = step.stages.iter().map(|(stage, outcome)| StageJson {
            stage: stage.name(),
            outcome: outcome.name(),
        });
        let doubts = step.doubts.iter().map(|doubt| DoubtJson {
            stage: doubt.stage.name(),
            what: &doubt.what,
            settle: &doubt.settle,
        });
        Self {
            package: step.package,
            solution: step.solution.as_str(),
            version: version_text(step.version.as_ref()),
            installed: version_text(step.installed.as_ref()),
            operation: step.operation.name(),
            because: &step.because,
            assumed: &step.assumed,
            verdict: step.verdict.name(),
            evidence: step.evidence.to_string(),
            stops_at: step.stops_at().map(crate::check::Stage::name),
            stages: stages.collect(),
            counts,
            actions: actions
                .map(|action| ActionJson::new(step, action, layer))
                .collect(),
            missing: requirements(Presence::Absent),
            unknown: requirements(Presence::Unknown),
            doubts: doubts.collect(),
            findings: findings
                .map(|placed| FindingJson::new(Some(package), placed))
                .collect(),
            left: step.left.as_deref(),
        }
    }
}

impl<'a> ActionJson<'a> {
    fn new(step: &'a Step, action: &'a ComponentAction, layer: &'a str) -> Self {
        let component = step.component(action);
        let lands = action.kind.lands();
        Self {
            component: component.map(Into::into),
            action: action.kind.name(),
            layer: lands.then_some(layer),
            winner: match &action.winner {
                Winner::Imported => Some(layer),
                Winner::Active => Some("Active"),
                Winner::Other(solution) => Some(solution),
                Winner::Unknown | Winner::None => None,
            },
            hidden_by_active_layer: lands && action.winner == Winner::Active && layer != "Active",
            loses_data: component.is_some_and(|component| action.loses_data(component)),
            loses_customizations: action.loses_customizations,
        }
    }
}
