//! The JSON contract of `check`, schema version 1.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use super::contract::{FindingJson, PackageJson, RequirementJson};
use super::harmless::harmless_json;
use super::shopping::{ActionJson, Numbers};
use super::{CheckReport, Entry, human, schema};
use crate::check::ShoppingList;

/// The version of the contracts; it changes when a field changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// The report of a check.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Check")]
struct CheckJson<'a> {
    /// The version of this contract.
    schema_version: u32,
    /// What the environment is called, where a target was given.
    target: Option<&'a str>,
    /// What comes of it, as a sentence.
    verdict: String,
    /// The packages, in the order given.
    packages: Vec<PackageJson<'a>>,
    /// What was found, in numbers.
    summary: SummaryJson,
    /// What the packages require.
    requirements: Vec<RequirementJson<'a>>,
    /// What to do before the import, in order.
    shopping_list: Vec<ActionJson<'a>>,
    /// What was found: package by package, then in the configuration.
    findings: Vec<FindingJson<'a>>,
}

/// What was found, in numbers.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Summary")]
struct SummaryJson {
    /// Errors.
    errors: usize,
    /// Warnings.
    warnings: usize,
    /// Notes.
    notes: usize,
    /// Packages that could not be read.
    unreadable: usize,
    /// Findings that a configuration accepts or a baseline knows, counted nowhere else.
    suppressed: usize,
    /// Required components.
    required: RequiredJson,
}

/// Required components, in numbers.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Required")]
struct RequiredJson {
    /// Those that the target has.
    present: usize,
    /// Those that it lacks.
    absent: usize,
    /// Those of the absent that somebody accepts.
    accepted: usize,
    /// Those of which nobody knows.
    unknown: usize,
}

/// The JSON Schema (draft 2020-12) of what [`check`] writes, as text.
pub fn check_schema() -> String {
    schema::of::<CheckJson<'_>>("check", "What 'solvet check --format json' writes")
}

/// Writes the report of a check.
pub fn check(report: &CheckReport) -> String {
    let summary = report.summary();
    let mut requirements = Vec::new();
    let mut findings = Vec::new();
    let mut numbers = Numbers::default();
    for (number, entry) in report.packages.iter().enumerate() {
        if let Entry::Checked(checked) = entry {
            numbers.add(number, requirements.len());
            let own = checked.requirements.iter();
            requirements.extend(own.map(|one| RequirementJson::new(number, one)));
            let own = checked.findings.iter();
            findings.extend(own.map(|placed| FindingJson::new(Some(number), placed)));
        }
    }
    let of_configuration = report.configuration.iter();
    findings.extend(of_configuration.map(|placed| FindingJson::new(None, placed)));
    let packages = report.packages.iter().map(|entry| match entry {
        Entry::Failed(error) => PackageJson::failed(error),
        Entry::Checked(checked) => {
            PackageJson::read(&checked.path, checked.layout.name(), &checked.solution)
        }
    });
    let list = ShoppingList::of(report.checked());
    let actions = list.actions.iter();
    let names = report.names();
    pretty(&CheckJson {
        schema_version: SCHEMA_VERSION,
        target: report.target.as_deref(),
        verdict: human::meaning(&summary, report),
        packages: packages.collect(),
        summary: SummaryJson {
            errors: summary.errors,
            warnings: summary.warnings,
            notes: summary.notes,
            unreadable: summary.unreadable,
            suppressed: summary.suppressed,
            required: RequiredJson {
                present: summary.present,
                absent: summary.absent,
                accepted: summary.accepted,
                unknown: summary.unknown,
            },
        },
        requirements,
        shopping_list: actions
            .map(|action| ActionJson::new(action, &numbers, &names))
            .collect(),
        findings,
    })
}

/// Writes a value over several lines. Types of the contracts have text keys only, so writing cannot fail.
pub(super) fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    match harmless_json(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(text) => text,
    }
}
