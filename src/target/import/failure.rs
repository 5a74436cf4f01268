//! What an import that failed leaves behind: its message, its log, the data of its job.
//!
//! Sources: learn.microsoft.com/power-apps/developer/data-platform/work-solutions, "Retrieving import job data", for
//! `importexportxml`; `RetrieveFormattedImportJobResults` for the workbook; messages as users publish them.

use jiff::{SignedDuration, Timestamp};

use super::document::{Document, root};
use super::missing::{Attempt, Missing, names_any};
use super::{Facts, ImportOptions};
use crate::json::Value;
use crate::limits::Limits;
use crate::source::FileId;
use crate::target::manifest::{SourceKind, TargetManifest};
use crate::target::read::Mistake;
use crate::target::time;
use crate::xml::{self, Element};

/// The outermost element of the data of an import job.
const JOB_DATA: &str = "importexportxml";

/// Properties that only the records of an import have: import jobs, asynchronous operations, results of validation.
const OF_IMPORTS: [&str; 6] = [
    "importjobid",
    "asyncoperationid",
    "SolutionValidationResultType",
    "SolutionOperationResult",
    "FormattedResults",
    "ImportJobKey",
];

/// What texts about imports that failed say: in English, or as the codes that stand for missing dependencies.
const PHRASES: [&str; 6] = [
    "dependencies are missing",
    "missing dependencies are",
    "anResolveMissingDependency",
    "0x8004801D",
    "0x8004801d",
    "0x80048033",
];

pub(super) fn recognises(document: &Document<'_>) -> bool {
    match document {
        Document::Json(values) => records(values).any(|record| {
            let mut keys = OF_IMPORTS.iter();
            let has_key = keys.any(|key| record.get(key).is_some());
            let message = record.at(&["error", "message"]).and_then(Value::text);
            has_key || message.is_some_and(names_any)
        }),
        Document::Xml(text) => match document.root() {
            Some(JOB_DATA | "MissingDependencies" | "MissingDependency" | "Required") => true,
            Some("Workbook") => text.contains("Excel.Sheet"),
            _ => false,
        },
        Document::Plain(text) => {
            names_any(text) || PHRASES.iter().any(|phrase| text.contains(phrase))
        }
        Document::Package(_) => false,
    }
}

/// Whether JSON of a form that nobody knows names anything that is missing.
pub(super) fn is_told(document: &Document<'_>) -> bool {
    let Document::Json(values) = document else {
        return false;
    };
    let texts = values.iter().flat_map(Value::walk);
    let mut texts = texts.filter_map(|(_, value)| value.text());
    texts.any(names_any)
}

/// The records of an answer: of a list, of a page, or the answer itself.
fn records<'d, 'a>(values: &'d [Value<'a>]) -> impl Iterator<Item = &'d Value<'a>> {
    let rows = |value: &'d Value<'a>| match value.get("value") {
        Some(rows @ Value::List(_)) => rows.items().iter(),
        _ => std::slice::from_ref(value).iter(),
    };
    let lists = values.iter().flat_map(|value| match value {
        Value::List(items) => items.iter(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Object(_) => {
            std::slice::from_ref(value).iter()
        }
    });
    lists.flat_map(rows)
}

pub(super) fn read(document: &Document<'_>, _: &ImportOptions) -> Result<Vec<Facts>, Mistake> {
    let mut missing = Missing::default();
    let mut notes = Vec::new();
    let label = match document {
        Document::Json(values) => {
            scan_records(values, &mut missing, &mut notes);
            "records of an import"
        }
        Document::Xml(text) => {
            scan_text(text, Attempt::default(), &mut missing);
            match document.root() {
                Some(JOB_DATA) => "data of an import job",
                Some("Workbook") => "log of an import",
                _ => "failed import",
            }
        }
        Document::Plain(text) => {
            scan_text(text, Attempt::default(), &mut missing);
            "failed import"
        }
        Document::Package(_) => return Err(document.unrecognised()),
    };
    notes.extend(missing.notes());
    if missing.rows.is_empty() {
        notes.push("it names no missing dependency, so nothing is known to be absent".into());
    }
    Ok(vec![Facts {
        kind: SourceKind::ImportLog,
        label: label.into(),
        rows: missing.rows.len() as u64,
        manifest: TargetManifest {
            absent: missing.rows,
            ..TargetManifest::default()
        },
        notes,
        ..Facts::default()
    }])
}

/// Reads records. Of several jobs of one solution only the newest one counts: what an older one lacked may have been added.
fn scan_records(values: &[Value<'_>], missing: &mut Missing, notes: &mut Vec<String>) {
    let mut jobs: Vec<(Option<&str>, Option<&str>, &Value<'_>)> = records(values)
        .map(|record| {
            let dates = ["completedon", "startedon", "modifiedon", "createdon"];
            let mut dates = dates.iter().filter_map(|key| record.get(key)?.text());
            let solution = record.get("solutionname").and_then(Value::text);
            (solution, dates.next(), record)
        })
        .collect();
    // Dates of the Web API sort as text; the sort keeps the order of records that say neither.
    jobs.sort_by(|a, b| (a.0, b.1).cmp(&(b.0, a.1)));
    let before = jobs.len();
    jobs.dedup_by(|later, first| later.0.is_some() && later.0 == first.0);
    let older = before - jobs.len();
    if older > 0 {
        notes.push(format!(
            "of several imports of one solution the newest one counts; {older} older ones are left out"
        ));
    }
    for (solution, date, record) in jobs {
        let date = date.and_then(|date| date.get(..10));
        let attempt = Attempt { solution, date };
        for (_, value) in record.walk() {
            if let Value::Text(text) = value {
                scan_text(text, attempt, missing);
            }
        }
    }
}

/// Reads a text, which may be the data of a job.
fn scan_text(text: &str, attempt: Attempt<'_>, missing: &mut Missing) {
    if root(text) == Some(JOB_DATA)
        && let Ok(parsed) = xml::parse(text, &Limits::default())
    {
        return scan_job(
            Element::new(parsed.root_element(), FileId(0)),
            attempt,
            missing,
        );
    }
    if root(text) == Some(JOB_DATA) {
        return scan_cut_job(text, attempt, missing);
    }
    missing.scan(text, attempt);
}

/// Reads the data of a job that is cut off or damaged. Of a solution that was taken, or of which the text does not tell
/// whether it was, nothing is known to be missing.
fn scan_cut_job(text: &str, attempt: Attempt<'_>, missing: &mut Missing) {
    const START: &str = "<solutionManifest ";
    const END: &str = "</solutionManifest>";
    let mut parts = text.split(START);
    missing.scan(parts.next().unwrap_or_default(), attempt);
    for part in parts {
        let (manifest, rest) = part.split_once(END).unwrap_or((part, ""));
        let result = manifest
            .split_once("<result ")
            .map_or("", |(_, result)| result);
        let value = |key: &str| {
            let (_, value) = result.split_once(key)?;
            let (value, _) = value.strip_prefix("=\"")?.split_once('"')?;
            Some(value)
        };
        match value("result") {
            Some("success") => {}
            Some(_) => {
                let date = value("datetimeticks").and_then(date_of_ticks);
                let name = manifest.split_once("<UniqueName>");
                let name = name.and_then(|(_, name)| Some(name.split_once('<')?.0));
                let attempt = Attempt {
                    solution: name.or(attempt.solution),
                    date: date.as_deref().or(attempt.date),
                };
                missing.scan(manifest, attempt);
            }
            None => missing.leave_out(manifest),
        }
        missing.scan(rest, attempt);
    }
}

/// Reads the data of a job: what it says of each solution that was refused, and of everything else. Of a solution that was
/// taken it may repeat the manifest, whose requirements were met.
fn scan_job(job: Element<'_, '_>, attempt: Attempt<'_>, missing: &mut Missing) {
    for part in job.children() {
        if part.name() != "solutionManifests" {
            missing.scan(part.source(), attempt);
            continue;
        }
        for manifest in part.children() {
            let result = manifest.child("result");
            let outcome = result.and_then(|result| result.attribute("result"));
            if outcome == Some("success") {
                continue;
            }
            let ticks = result.and_then(|result| result.attribute("datetimeticks"));
            let date = ticks.and_then(date_of_ticks);
            let name = manifest.child_text("UniqueName");
            let attempt = Attempt {
                solution: name.or(attempt.solution),
                date: date.as_deref().or(attempt.date),
            };
            missing.scan(manifest.source(), attempt);
        }
    }
}

/// The day of a moment in ticks, tenths of a microsecond since the beginning of year 1.
///
/// Source: learn.microsoft.com/dotnet/api/system.datetime.ticks.
fn date_of_ticks(ticks: &str) -> Option<String> {
    const TO_1970: i64 = 62_135_596_800;
    let seconds = ticks.trim().parse::<i64>().ok()? / 10_000_000 - TO_1970;
    let since = SignedDuration::from_secs(seconds);
    let moment = Timestamp::from_duration(since).ok()?;
    let text = time::text(moment);
    (seconds > 0).then(|| text.get(..10).map(ToOwned::to_owned))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_counted_from_year_one() {
        assert_eq!(
            date_of_ticks("639167328000000000").as_deref(),
            Some("2026-06-11")
        );
        assert_eq!(date_of_ticks("0"), None);
    }
}
