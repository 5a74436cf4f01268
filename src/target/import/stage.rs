//! The answer of `StageSolution`: the platform's own check of a package before its import.
//!
//! Source: learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/stagesolutionresults and
//! missingdependency (complex types).

use super::document::{Document, cut};
use super::missing::{Attempt, Missing};
use super::{Facts, ImportOptions};
use crate::json::Value;
use crate::model::{ComponentType, Guid, Identity, LogicalName, Supplier};
use crate::target::manifest::{SourceKind, TargetManifest};
use crate::target::read::Mistake;

pub(super) fn recognises(document: &Document<'_>) -> bool {
    answers(document).next().is_some()
}

/// The results in a document.
fn answers<'d, 'a>(document: &'d Document<'a>) -> impl Iterator<Item = &'d Value<'a>> {
    let values: &[Value<'a>] = match document {
        Document::Json(values) => values,
        Document::Xml(_) | Document::Plain(_) | Document::Package(_) => &[],
    };
    values.iter().filter_map(|value| {
        let results = value.get("StageSolutionResults").unwrap_or(value);
        results
            .get("StageSolutionStatus")
            .is_some()
            .then_some(results)
    })
}

pub(super) fn read(document: &Document<'_>, _: &ImportOptions) -> Result<Vec<Facts>, Mistake> {
    let mut missing = Missing::default();
    let mut notes = Vec::new();
    let mut solutions = Vec::new();
    for results in answers(document) {
        let solution = results.at(&["SolutionDetails", "SolutionUniqueName"]);
        let solution = solution.and_then(Value::text);
        let reason = format!(
            "StageSolution did not find it for {}",
            solution.unwrap_or("a package")
        );
        solutions.extend(solution);
        let rows = results.get("MissingDependencies");
        for row in rows.map(Value::items).unwrap_or_default() {
            add(row, &reason, &mut missing)?;
        }
        // Some checks name what is missing in their message only.
        for (_, value) in results.walk() {
            if let Value::Text(text) = value {
                let attempt = Attempt {
                    solution,
                    date: None,
                };
                missing.scan(text, attempt);
            }
        }
        if missing.rows.is_empty() {
            let status = results.get("StageSolutionStatus").and_then(Value::text);
            notes.push(format!(
                "it names no missing component (status {})",
                status.unwrap_or("unknown")
            ));
        }
    }
    notes.extend(missing.notes());
    let of = match solutions.first() {
        Some(solution) => format!(" of {solution}"),
        None => String::new(),
    };
    Ok(vec![Facts {
        kind: SourceKind::StageSolution,
        label: format!("answer of StageSolution{of}"),
        rows: missing.rows.len() as u64,
        manifest: TargetManifest {
            absent: missing.rows,
            ..TargetManifest::default()
        },
        notes,
        ..Facts::default()
    }])
}

fn add(row: &Value<'_>, reason: &str, missing: &mut Missing) -> Result<(), Mistake> {
    if row.text().is_some() {
        return Err(cut("its lists were"));
    }
    let text = |key: &str| row.get(key).and_then(Value::text);
    // The type is a text; a tool may have made a number of it.
    let kind = match row.get("RequiredComponentType") {
        Some(Value::Number(number)) => number.to_string(),
        _ => text("RequiredComponentType").unwrap_or_default().to_owned(),
    };
    let kind = ComponentType::from_word(&kind).unwrap_or_else(|| ComponentType::parse(&kind));
    let identity = Identity::of(kind)
        .named(text("RequiredComponentSchemaName").unwrap_or_default())
        .with_id(text("RequiredComponentId").and_then(Guid::parse_used))
        .in_table(text("RequiredComponentParentSchemaName").map(LogicalName::new));
    let solution = text("RequiredSolutionName").unwrap_or_default();
    let solution = solution.split_once(" (").map_or(solution, |(name, _)| name);
    let supplier = Supplier {
        solution: LogicalName::new(solution),
        ..Supplier::unnamed()
    };
    missing.add(&identity, &supplier, reason);
    Ok(())
}
