//! The JSON contract of `diff`, schema version 1.

use schemars::JsonSchema;
use serde::Serialize;

use super::{DiffReport, Upgrade};
use crate::diff::{Change, Class, Difference, Field, Version};
use crate::report::contract::{ComponentJson, FindingJson, PackageJson};
use crate::report::json::{SCHEMA_VERSION, pretty};
use crate::report::schema as schemas;
use crate::simulate::holds_data;

/// Two packages compared.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DiffJson<'a> {
    /// The version of this contract.
    schema_version: u32,
    /// The old package.
    old: PackageJson<'a>,
    /// The new package.
    new: PackageJson<'a>,
    /// Counts.
    summary: SummaryJson,
    /// Components that are otherwise, by type and name.
    components: Vec<DifferenceJson<'a>>,
    /// What solution.xml says otherwise, without the version.
    solution: Vec<FieldJson<'a>>,
    /// Files that belong to no component.
    files: Vec<FieldJson<'a>>,
    /// What an upgrade removes; null where these are two solutions.
    upgrade: Option<UpgradeJson<'a>>,
    /// What is to be known of the comparison.
    notes: &'a [String],
}

/// Counts.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Summary")]
struct SummaryJson {
    /// Components that the old package lacks.
    added: usize,
    /// Components that the new package lacks.
    removed: usize,
    /// Components that are otherwise.
    changed: usize,
    /// Differences by class; each component counts once.
    classes: ClassesJson,
}

/// Differences by class.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Classes")]
struct ClassesJson {
    /// What others may rely on is gone or narrower.
    breaking: usize,
    /// Otherwise; whether that breaks anybody is not known.
    changed: usize,
    /// More than before.
    additive: usize,
    /// Texts for people.
    cosmetic: usize,
}

/// A component that is otherwise.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Difference")]
struct DifferenceJson<'a> {
    /// The component.
    component: ComponentJson<'a>,
    /// `added`, `removed` or `changed`.
    change: &'static str,
    /// `breaking`, `changed`, `additive` or `cosmetic`.
    class: &'static str,
    /// What is otherwise in it, the worst first.
    fields: Vec<FieldJson<'a>>,
}

/// One thing that is otherwise.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Field")]
struct FieldJson<'a> {
    /// `definition`, `reference` or `file`.
    what: &'static str,
    /// Names of elements within each other; the kind of a reference; the name of a file, with a path in it.
    path: &'a str,
    /// `breaking`, `changed`, `additive` or `cosmetic`.
    class: &'static str,
    /// What it was; null where it is new.
    old: Option<&'a str>,
    /// What it is; null where it is gone.
    new: Option<&'a str>,
}

/// What an upgrade does with what the new package lacks.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Upgrade")]
struct UpgradeJson<'a> {
    /// What it removes: tables, columns, the rest.
    removes: Vec<RemovedJson<'a>>,
    /// What it leaves, because others have it too; known of a target only.
    keeps: Vec<ComponentJson<'a>>,
    /// What is to be known of it.
    notes: &'a [String],
    /// What a target says to it; null without one.
    target: Option<TargetJson<'a>>,
}

/// A component that an upgrade removes.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Removed")]
struct RemovedJson<'a> {
    /// The component.
    component: ComponentJson<'a>,
    /// Whether data goes with it.
    loses_data: bool,
}

/// An upgrade in a target.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Target")]
struct TargetJson<'a> {
    /// What the target is called.
    name: &'a str,
    /// What becomes of the whole import, as `simulate` says it.
    verdict: &'static str,
    /// The stage at which it stops, where it does.
    stops_at: Option<&'static str>,
    /// What stands in the way of removing, as findings of `simulate`.
    #[schemars(with = "Vec<serde_json::Value>")]
    blocking: Vec<FindingJson<'a>>,
    /// What nobody knows of removing.
    doubts: Vec<DoubtJson<'a>>,
}

/// What is not known, and what would settle it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Doubt")]
struct DoubtJson<'a> {
    /// What is not known.
    what: &'a str,
    /// What would settle it.
    settle: &'a str,
}

/// The JSON Schema of the contract.
pub fn schema() -> String {
    schemas::of::<DiffJson<'_>>("diff", "What solvet diff --format json writes")
}

/// Writes the report of a comparison.
pub fn json(report: &DiffReport<'_>) -> String {
    let diff = &report.diff;
    pretty(&DiffJson {
        schema_version: SCHEMA_VERSION,
        old: package(report.old),
        new: package(report.new),
        summary: SummaryJson {
            added: diff.count(Change::Added),
            removed: diff.count(Change::Removed),
            changed: diff.count(Change::Changed),
            classes: ClassesJson {
                breaking: diff.of_class(Class::Breaking),
                changed: diff.of_class(Class::Changed),
                additive: diff.of_class(Class::Additive),
                cosmetic: diff.of_class(Class::Cosmetic),
            },
        },
        components: diff.components.iter().map(Into::into).collect(),
        solution: diff.solution.iter().map(Into::into).collect(),
        files: diff.files.iter().map(Into::into).collect(),
        upgrade: report.upgrade.as_ref().map(Into::into),
        notes: &diff.notes,
    })
}

fn package(version: &Version) -> PackageJson<'_> {
    let package = version.package();
    PackageJson::read(package.path(), package.layout().name(), version.solution())
}

impl<'a> From<&'a Difference> for DifferenceJson<'a> {
    fn from(one: &'a Difference) -> Self {
        Self {
            component: (&one.component).into(),
            change: one.change.name(),
            class: one.class.name(),
            fields: one.fields.iter().map(Into::into).collect(),
        }
    }
}

impl<'a> From<&'a Field> for FieldJson<'a> {
    fn from(field: &'a Field) -> Self {
        Self {
            what: field.what.name(),
            path: &field.path,
            class: field.class.name(),
            old: field.old.as_deref(),
            new: field.new.as_deref(),
        }
    }
}

impl<'a> From<&'a Upgrade> for UpgradeJson<'a> {
    fn from(upgrade: &'a Upgrade) -> Self {
        let removes = upgrade.removed.iter().map(|one| RemovedJson {
            component: one.into(),
            loses_data: holds_data(one),
        });
        let target = upgrade.target.as_ref().map(|target| TargetJson {
            name: &target.name,
            verdict: target.step.verdict.name(),
            stops_at: target.step.stops_at().map(crate::check::Stage::name),
            blocking: target
                .blocking()
                .map(|placed| FindingJson::new(None, placed))
                .collect(),
            doubts: target
                .doubts()
                .map(|doubt| DoubtJson {
                    what: &doubt.what,
                    settle: &doubt.settle,
                })
                .collect(),
        });
        Self {
            removes: removes.collect(),
            keeps: upgrade.kept.iter().map(Into::into).collect(),
            notes: &upgrade.notes,
            target,
        }
    }
}
