//! The JSON contracts, schema version 1.

use serde_json::{Map, Value, json};

use super::{CheckReport, Entry};
use crate::check::{Checked, Requirement, Source};
use crate::error::Error;
use crate::finding::PlacedFinding;
use crate::model::{Identity, LogicalName, PackageType, Solution, Supplier};
use crate::target::Presence;

/// The version of the contracts; it changes when a field changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// Writes the report of a check.
pub fn check(report: &CheckReport) -> String {
    let summary = report.summary();
    let mut requirements = Vec::new();
    let mut findings = Vec::new();
    for (number, entry) in report.packages.iter().enumerate() {
        if let Entry::Checked(checked) = entry {
            requirements.extend(
                checked
                    .requirements
                    .iter()
                    .map(|one| requirement(number, one)),
            );
            findings.extend(
                checked
                    .findings
                    .iter()
                    .map(|placed| finding(number, checked, placed)),
            );
        }
    }
    pretty(&json!({
        "schemaVersion": SCHEMA_VERSION,
        "target": report.target,
        "packages": report.packages.iter().map(entry).collect::<Vec<_>>(),
        "summary": {
            "errors": summary.errors,
            "warnings": summary.warnings,
            "notes": summary.notes,
            "unreadable": summary.unreadable,
            "required": {"present": summary.present, "absent": summary.absent, "unknown": summary.unknown},
        },
        "requirements": requirements,
        "findings": findings,
    }))
}

pub(super) fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn entry(entry: &Entry) -> Value {
    match entry {
        Entry::Failed(error) => failed(error),
        Entry::Checked(checked) => package(&checked.path, checked.layout.name(), &checked.solution),
    }
}

/// A package that could not be read, with the platform's code in its sentence where there is one.
pub(super) fn failed(error: &Error) -> Value {
    let (path, platform) = match error {
        Error::Unreadable { path, platform, .. } => (Some(path), *platform),
        Error::Target { path, .. } => (Some(path), None),
        Error::Usage { .. } => (None, None),
    };
    json!({
        "path": path,
        "error": {
            "message": error.to_string(),
            "help": error.remedy(),
            "platform": platform.map(|error| json!({
                "code": error.to_string(),
                "decimal": error.decimal(),
                "symbol": error.symbol,
                "message": error.message,
            })),
        },
    })
}

pub(super) fn package(path: &str, layout: &str, solution: &Solution) -> Value {
    let manifest = &solution.manifest;
    let counts: Map<String, Value> = solution
        .counts()
        .into_iter()
        .map(|(kind, number)| (kind.name(), number.into()))
        .collect();
    let publisher = manifest
        .publisher
        .as_ref()
        .and_then(|publisher| publisher.unique_name.as_ref());
    json!({
        "path": path,
        "layout": layout,
        "solution": manifest.name(),
        "version": manifest.version_text.as_ref().map(|version| &version.value),
        "managed": manifest.package_type == PackageType::Managed,
        "publisher": publisher.map(|name| &name.value),
        "components": counts,
    })
}

/// A component as every contract writes one.
pub(super) fn component(identity: &Identity) -> Value {
    let kind = identity.kind.to_string();
    let keys: Map<String, Value> = identity
        .keys
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string().into()))
        .collect();
    json!({
        "type": kind.parse::<u32>().map_or_else(|_| Value::from(kind.clone()), Value::from),
        "typeName": identity.kind.name(),
        "schemaName": identity.schema_name.as_ref().map(LogicalName::as_str),
        "parentSchemaName": identity.table.as_ref().map(LogicalName::as_str),
        "objectId": identity.object_id.map(|id| id.to_string()),
        "keys": keys,
        "displayName": identity.display_name,
    })
}

fn components(identities: &[Identity]) -> Value {
    identities.iter().map(component).collect()
}

fn supplier(supplier: &Supplier) -> Value {
    let packages = supplier.packages.iter().map(|package| {
        json!({
            "name": package.name,
            "version": package.version.as_ref().map(ToString::to_string),
            "appName": package.app_name,
        })
    });
    json!({
        "solution": supplier.solution.as_str(),
        "version": supplier.version.as_ref().map(ToString::to_string),
        "packages": packages.collect::<Vec<_>>(),
    })
}

fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Present => "present",
        Presence::Absent => "absent",
        Presence::Unknown => "unknown",
    }
}

fn requirement(package: usize, requirement: &Requirement) -> Value {
    let sources = requirement.sources.iter().map(|source| match source {
        Source::Declared => "declared",
        Source::Derived => "derived",
    });
    json!({
        "package": package,
        "required": component(&requirement.required),
        "state": presence(requirement.answer.presence),
        "evidence": requirement.answer.evidence.to_string(),
        "because": requirement.answer.because,
        "settle": requirement.answer.settle,
        "managed": requirement.managed,
        "supplier": supplier(&requirement.supplier),
        "sources": sources.collect::<Vec<_>>(),
        "neededBy": components(&requirement.needed_by),
        "chain": components(&requirement.chain),
    })
}

fn finding(package: usize, checked: &Checked, placed: &PlacedFinding) -> Value {
    let (finding, place) = (&placed.finding, &placed.place);
    let number = |number: u32| {
        if number == 0 {
            Value::Null
        } else {
            number.into()
        }
    };
    let platform = finding.platform.as_ref().map(|(error, message)| {
        json!({
            "code": error.to_string(),
            "decimal": error.decimal(),
            "symbol": error.symbol,
            "message": message,
        })
    });
    json!({
        "rule": finding.rule,
        "severity": finding.severity.to_string(),
        "evidence": finding.evidence.to_string(),
        "message": finding.message,
        "package": package,
        "component": finding.component.as_ref().map(component),
        "chain": components(&finding.chain),
        "file": place.file,
        "line": number(place.line),
        "column": number(place.column),
        "endLine": number(place.end_line),
        "endColumn": number(place.end_column),
        "help": finding.help,
        "fingerprint": fingerprint(checked, placed),
        "suppressed": false,
        "platform": platform,
    })
}

/// A number for "the same finding as last time": the rule, the solution, the component and what is said, but no line, so
/// that it survives edits elsewhere in the file. 64-bit FNV-1a, which is stable across versions and machines.
fn fingerprint(checked: &Checked, placed: &PlacedFinding) -> String {
    let finding = &placed.finding;
    let component = finding
        .component
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let parts = [
        finding.rule,
        checked.solution.manifest.name(),
        &component,
        &finding.message,
    ];
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.join("\n").bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("{hash:016x}")
}
