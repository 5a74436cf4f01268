//! Lists that `pac` prints: solutions and applications, as JSON or as text in columns.
//!
//! Source: learn.microsoft.com/power-platform/developer/cli/reference/solution and …/reference/application; the keys are
//! those that Microsoft's own extension for Visual Studio Code reads.

use super::claim::Claim;
use super::{Document, Facts, ImportOptions};
use crate::catalog::is_built_in_solution;
use crate::json::Value;
use crate::model::{LogicalName, SupplierOrigin, Version};
use crate::target::family::Family;
use crate::target::manifest::{
    ApplicationRow, CoverageOf, SolutionRow, SourceKind, TargetManifest,
};
use crate::target::read::Mistake;

/// How many solutions that every environment has must be in a list before it counts as having all of Microsoft's: one may
/// be there because somebody changed it.
const BUILT_IN_SEEN: usize = 3;

pub(super) fn lists_solutions(document: &Document<'_>) -> bool {
    match document {
        Document::Json(values) => {
            rows(values).is_some_and(|rows| {
                rows.iter()
                    .any(|row| row.get("SolutionUniqueName").is_some())
            }) || is_empty_result(values)
        }
        Document::Plain(text) => Columns::find(text, &["Unique Name", "Version"])
            .is_some_and(|(columns, _)| columns.has("Friendly Name") && !columns.has("State")),
        Document::Xml(_) | Document::Package(_) => false,
    }
}

/// `{"Status": "Success", "Results": []}`.
fn is_empty_result(values: &[Value<'_>]) -> bool {
    values.len() == 1
        && values[0].get("Status").is_some()
        && values[0]
            .get("Results")
            .is_some_and(|rows| rows.items().is_empty())
}

/// The rows of a bare list, or of one that is wrapped with its status.
fn rows<'v, 'a>(values: &'v [Value<'a>]) -> Option<&'v [Value<'a>]> {
    let [value] = values else { return None };
    let wrapped = value.get("Results").map(Value::items);
    wrapped.or_else(|| matches!(value, Value::List(_)).then(|| value.items()))
}

pub(super) fn read_solutions(
    document: &Document<'_>,
    options: &ImportOptions,
) -> Result<Vec<Facts>, Mistake> {
    let (solutions, lost) = match document {
        Document::Json(values) => (json_solutions(values)?, 0),
        Document::Plain(text) => text_solutions(text),
        Document::Xml(_) | Document::Package(_) => (Vec::new(), 0),
    };
    let count = solutions.len() as u64;
    let built_in = solutions.iter().filter(|row| {
        let name = LogicalName::new(&row.name);
        // The default solution is in every list.
        SupplierOrigin::of(&name) != SupplierOrigin::Unmanaged && is_built_in_solution(&row.name)
    });
    let has_microsoft = built_in.count() >= BUILT_IN_SEEN;
    let of = if has_microsoft {
        CoverageOf::Visible
    } else {
        CoverageOf::NonMicrosoft
    };
    let mut manifest = TargetManifest {
        solutions,
        ..TargetManifest::default()
    };
    let mut notes = Vec::new();
    if !has_microsoft {
        notes.push(
            "Microsoft's own solutions are not in it; list them as well with --includeSystemSolutions".to_owned(),
        );
    }
    if lost > 0 {
        notes.push(format!(
            "{lost} of its lines are cut off or run together, so more may be there; list them with --json"
        ));
    }
    // Hidden solutions are in no list of pac, whatever is said of it.
    let stated = options.says_complete("solutions");
    let claim = Claim {
        family: Family::SOLUTIONS,
        of: Some(if stated { CoverageOf::Visible } else { of }),
        lost: lost as u64,
        may_be_empty: false,
    };
    notes.extend(claim.enter(&mut manifest));
    Ok(vec![Facts {
        kind: SourceKind::PacSolutionList,
        label: "list of solutions (pac solution list)".to_owned(),
        rows: count,
        manifest,
        notes,
        ..Facts::default()
    }])
}

fn json_solutions(values: &[Value<'_>]) -> Result<Vec<SolutionRow>, Mistake> {
    let status = values.first().and_then(|value| value.get("Status")?.text());
    if status.is_some_and(|status| !status.eq_ignore_ascii_case("Success")) {
        return Err(Mistake::new(
            "pac says in it that it failed",
            "Sign in with 'pac auth create', and list the solutions again.",
        ));
    }
    let mut solutions = Vec::new();
    for (index, row) in rows(values).unwrap_or_default().iter().enumerate() {
        let text = |key: &str| row.get(key).and_then(Value::text).map(str::to_owned);
        let name = text("SolutionUniqueName").ok_or_else(|| {
            Mistake::new(
                format!("row {} of the list has no SolutionUniqueName", index + 1),
                "Give the output of 'pac solution list --json' as it was printed.",
            )
        })?;
        solutions.push(SolutionRow {
            version: version(text("VersionNumber")),
            managed: boolean(row.get("IsManaged")),
            display_name: text("FriendlyName"),
            id: text("Id"),
            holding: SolutionRow::is_holding_name(&name).then_some(true),
            name,
            ..SolutionRow::default()
        });
    }
    Ok(solutions)
}

/// The rows of a list in columns, and how many of its lines are none: they are cut off, or their columns run into each other.
fn text_solutions(text: &str) -> (Vec<SolutionRow>, usize) {
    let Some((columns, body)) = Columns::find(text, &["Unique Name", "Version"]) else {
        return (Vec::new(), 0);
    };
    // A blank line ends the table; lines of the program follow it.
    let lines = body.lines().take_while(|line| !line.trim().is_empty());
    let mut lost = 0;
    let mut rows = Vec::new();
    for line in lines {
        let cell = |heading: &str| columns.cell(line, heading).map(str::to_owned);
        let version = version(cell("Version"));
        // A unique name has no blank.
        let name = cell("Unique Name").filter(|name| !name.contains(' ') && version.is_some());
        let Some(name) = name else {
            lost += 1;
            continue;
        };
        let managed = cell("Managed").and_then(|text| word(&text));
        // The last column tells whether a line is whole.
        lost += usize::from(columns.has("Managed") && managed.is_none());
        rows.push(SolutionRow {
            version,
            managed,
            display_name: cell("Friendly Name"),
            holding: SolutionRow::is_holding_name(&name).then_some(true),
            name,
            ..SolutionRow::default()
        });
    }
    (rows, lost)
}

/// A version as it is written, where it is one.
fn version(text: Option<String>) -> Option<String> {
    text.filter(|text| text.trim().parse::<Version>().is_ok())
        .map(|text| text.trim().to_owned())
}

fn boolean(value: Option<&Value<'_>>) -> Option<bool> {
    match value? {
        Value::Bool(value) => Some(*value),
        Value::Text(text) => word(text),
        Value::Null | Value::Number(_) | Value::List(_) | Value::Object(_) => None,
    }
}

fn word(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "managed" => Some(true),
        "false" | "no" | "unmanaged" => Some(false),
        _ => None,
    }
}

pub(super) fn lists_applications(document: &Document<'_>) -> bool {
    match document {
        Document::Json(values) => application_rows(values).is_some_and(|rows| {
            rows.iter()
                .any(|row| name_of_application(row).is_some() && is_application(row))
        }),
        Document::Plain(text) => Columns::find(text, &["Version", "State"])
            .is_some_and(|(columns, _)| APPLICATION_NAMES.iter().any(|name| columns.has(name))),
        Document::Xml(_) | Document::Package(_) => false,
    }
}

/// What the columns with an application's unique name are called.
const APPLICATION_NAMES: [&str; 3] = ["Unique Name", "Application Unique Name", "UniqueName"];

/// Keys that only rows of applications have.
fn is_application(row: &Value<'_>) -> bool {
    [
        "applicationId",
        "instancePackageId",
        "publisherName",
        "ApplicationName",
        "crmMinversion",
    ]
    .iter()
    .any(|key| row.get(key).is_some())
}

fn name_of_application<'v>(row: &'v Value<'_>) -> Option<&'v str> {
    let keys = ["uniqueName", "ApplicationUniqueName"];
    keys.iter().find_map(|key| row.get(key)?.text())
}

fn application_rows<'v, 'a>(values: &'v [Value<'a>]) -> Option<&'v [Value<'a>]> {
    let [value] = values else { return None };
    value
        .get("value")
        .map(Value::items)
        .or_else(|| rows(values))
}

#[expect(clippy::unnecessary_wraps, reason = "every importer has this form")]
pub(super) fn read_applications(
    document: &Document<'_>,
    options: &ImportOptions,
) -> Result<Vec<Facts>, Mistake> {
    let mut notes = Vec::new();
    let (applications, lost) = match document {
        Document::Json(values) => json_applications(values),
        Document::Plain(text) => text_applications(text),
        Document::Xml(_) | Document::Package(_) => (Vec::new(), 0),
    };
    if applications
        .iter()
        .all(|row| row.state.as_deref() == Some("None"))
    {
        notes.push(
            "it shows none as installed: it may be the list of what the tenant is offered"
                .to_owned(),
        );
    }
    let rows = applications.len() as u64;
    let mut manifest = TargetManifest {
        applications,
        ..TargetManifest::default()
    };
    let stated = options.says_complete("applications");
    let claim = Claim {
        family: Family::APPLICATIONS,
        of: stated.then_some(CoverageOf::All),
        lost: lost as u64,
        may_be_empty: false,
    };
    notes.extend(claim.enter(&mut manifest));
    Ok(vec![Facts {
        kind: SourceKind::PacApplicationList,
        label: "list of applications".to_owned(),
        rows,
        manifest,
        notes,
        ..Facts::default()
    }])
}

/// The rows of a list of applications, and how many of them have no name.
fn json_applications(values: &[Value<'_>]) -> (Vec<ApplicationRow>, usize) {
    let listed = application_rows(values).unwrap_or_default();
    let rows = listed.iter().filter_map(|row| {
        let text = |key: &str| row.get(key).and_then(Value::text).map(str::to_owned);
        let has_instance = text("instancePackageId").is_some();
        Some(ApplicationRow {
            name: name_of_application(row)?.to_owned(),
            version: version(text("version")),
            state: state(text("state"), has_instance),
            src: None,
        })
    });
    let rows: Vec<_> = rows.collect();
    let lost = listed.len() - rows.len();
    (rows, lost)
}

/// The rows of a list in columns. Lines of the program stand around them, so that what is none was perhaps never one.
fn text_applications(text: &str) -> (Vec<ApplicationRow>, usize) {
    let Some((columns, body)) = Columns::find(text, &["Version", "State"]) else {
        return (Vec::new(), 0);
    };
    let rows = body.lines().filter_map(|line| {
        let cell = |heading: &str| columns.cell(line, heading).map(str::to_owned);
        let name = APPLICATION_NAMES.iter().find_map(|heading| cell(heading))?;
        (!name.contains(' ') && !name.starts_with('-')).then(|| ApplicationRow {
            name,
            version: version(cell("Version")),
            state: state(cell("State"), false),
            src: None,
        })
    });
    (rows.collect(), 0)
}

/// An offer and a package that is not installed both have the state `None`, or none at all; an instance speaks for
/// installation.
fn state(text: Option<String>, has_instance: bool) -> Option<String> {
    match text.as_deref() {
        None | Some("None" | "NotInstalled" | "Not Installed") => {
            Some(if has_instance { "Installed" } else { "None" }.to_owned())
        }
        Some(_) => text,
    }
}

/// A table in text: each column begins where its heading does. Cells may hold blanks, headings at most one between words.
#[derive(Debug)]
struct Columns<'a> {
    /// Headings with the places where they begin, in characters.
    headings: Vec<(&'a str, usize)>,
}

impl<'a> Columns<'a> {
    /// The first line that has all these headings, and the text below it.
    fn find(text: &'a str, wanted: &[&str]) -> Option<(Self, &'a str)> {
        let mut rest = text;
        while !rest.is_empty() {
            let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
            rest = below;
            if !wanted.iter().all(|heading| line.contains(heading)) {
                continue;
            }
            let columns = Self::of(line);
            if wanted.iter().all(|heading| columns.has(heading)) {
                return Some((columns, below));
            }
        }
        None
    }

    fn of(line: &'a str) -> Self {
        let mut headings = Vec::new();
        let (mut start, mut place) = (0, 0);
        let line = line.trim_end();
        while let Some(rest) = line.get(start..).filter(|rest| !rest.is_empty()) {
            let blank = rest.len() - rest.trim_start().len();
            place += rest[..blank].chars().count();
            let rest = &rest[blank..];
            let end = rest
                .find("  ")
                .or_else(|| rest.find('\t'))
                .unwrap_or(rest.len());
            headings.push((&rest[..end], place));
            place += rest[..end].chars().count();
            start += blank + end;
        }
        Self { headings }
    }

    fn has(&self, heading: &str) -> bool {
        self.headings
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(heading))
    }

    /// The cell of a line below a heading; none where it is empty.
    fn cell<'l>(&self, line: &'l str, heading: &str) -> Option<&'l str> {
        let mut columns = self.headings.iter().enumerate();
        let (index, (_, start)) =
            columns.find(|(_, (known, _))| known.eq_ignore_ascii_case(heading))?;
        let byte = |place: usize| {
            line.char_indices()
                .nth(place)
                .map_or(line.len(), |(at, _)| at)
        };
        let end = self
            .headings
            .get(index + 1)
            .map_or(line.len(), |(_, next)| byte(*next));
        let cell = line.get(byte(*start)..end)?.trim();
        (!cell.is_empty()).then_some(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_of_two_words_is_one_column() {
        let columns = Columns::of("Unique Name     Friendly Name      Version    Managed");
        let names: Vec<_> = columns.headings.iter().map(|(name, _)| *name).collect();
        assert_eq!(
            names,
            ["Unique Name", "Friendly Name", "Version", "Managed"]
        );
    }

    #[test]
    fn columns_are_counted_in_characters() {
        let (columns, body) = Columns::find(
            "Unique Name  Friendly Name  Version\nContosoX     Größe Ä        1.0\n",
            &["Version"],
        )
        .unwrap();
        assert_eq!(
            columns.cell(body.lines().next().unwrap(), "Version"),
            Some("1.0")
        );
    }
}
