//! The JSON contract of `check`, schema version 1.

use serde::Serialize;

use super::contract::{FindingJson, PackageJson, RequirementJson};
use super::shopping::{ActionJson, Numbers};
use super::{CheckReport, Entry, human};
use crate::check::ShoppingList;

/// The version of the contracts; it changes when a field changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckJson<'a> {
    schema_version: u32,
    target: Option<&'a str>,
    verdict: String,
    packages: Vec<PackageJson<'a>>,
    summary: SummaryJson,
    requirements: Vec<RequirementJson<'a>>,
    shopping_list: Vec<ActionJson<'a>>,
    findings: Vec<FindingJson<'a>>,
}

#[derive(Debug, Serialize)]
struct SummaryJson {
    errors: usize,
    warnings: usize,
    notes: usize,
    unreadable: usize,
    suppressed: usize,
    required: RequiredJson,
}

#[derive(Debug, Serialize)]
struct RequiredJson {
    present: usize,
    absent: usize,
    accepted: usize,
    unknown: usize,
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
    text
}
