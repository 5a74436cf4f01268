//! Rules about YAML source: the list of paths that belong to a solution.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::Subject;
use super::findings::Findings;
use super::rule::{Rule, RuleDocs, Scope};
use super::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{ComponentType, FlawKind, LogicalName};
use crate::package::Layout;
use crate::source::Span;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "listed-path-missing",
        severity: Severity::Warning,
        summary: "solutioncomponents.yml lists a path that is not there",
        codes: &[],
        docs: RuleDocs {
            what: "Each path in the solutioncomponents.yml of YAML source leads to a file or a folder with files.",
            why: "Packing leaves the component out with a warning and succeeds; what is missing shows at import, or never.",
            fix: "Restore the files, or remove the path from the list.",
            source: "learn.microsoft.com/power-platform/alm/solution-source-control-yaml-format",
        },
        stage: Stage::Package,
        scope: Scope::Package(listed_path_missing),
    },
    Rule {
        id: "table-not-listed",
        severity: Severity::Warning,
        summary: "parts of a table are listed in YAML source, but the table is not",
        codes: &[],
        docs: RuleDocs {
            what: "Where solutioncomponents.yml lists columns, forms or views, it lists the folder of their table too.",
            why: "The source packs without an error, and the import of the package fails.",
            fix: "Add the table's folder to solutioncomponents.yml, or commit the solution again.",
            source: "learn.microsoft.com/power-platform/alm/solution-source-control-yaml-format; no repository was seen \
                     in which a table is left out on purpose",
        },
        stage: Stage::Package,
        scope: Scope::Package(table_not_listed),
    },
];

fn listed_path_missing(subject: &Subject<'_>, out: &mut Findings) {
    let flaws = subject.solution.flaws.iter();
    for flaw in flaws.filter(|flaw| flaw.kind == FlawKind::UnmatchedPath) {
        out.add(
            flaw.span,
            format!("The listed path {} is not there.", flaw.subject),
            "Restore the files, or remove the path from the list.",
        )
        .distinct(&flaw.subject);
    }
}

fn table_not_listed(subject: &Subject<'_>, out: &mut Findings) {
    // The table may be in a file that could not be read.
    if subject.package.layout() != Layout::Yaml || subject.is_incomplete() {
        return;
    }
    let is_table = |kind: &ComponentType| *kind == ComponentType::Number(1);
    let components = &subject.solution.components;
    let defined: FxHashSet<&LogicalName> = components
        .iter()
        .filter(|component| is_table(&component.identity.kind))
        .filter_map(|component| component.identity.schema_name.as_ref())
        .collect();
    let mut parts: BTreeMap<String, (Span, usize)> = BTreeMap::new();
    for component in components {
        let name = &*subject.package.entry_at(component.span).name;
        let Some(folder) = table_folder(name) else {
            continue;
        };
        let table = component.identity.table.as_ref();
        if is_table(&component.identity.kind) || table.is_none_or(|table| defined.contains(table)) {
            continue;
        }
        let first = parts.entry(folder.to_owned());
        first.or_insert((component.span, 0)).1 += 1;
    }
    for (folder, (span, count)) in parts {
        let what = if count == 1 {
            "1 component".to_owned()
        } else {
            format!("{count} components")
        };
        out.add(
            span,
            format!("The package has {what} of {folder}, but not the table itself."),
            "Add the table's folder to solutioncomponents.yml, or commit the solution again.",
        )
        .evidence(Evidence::Fair);
    }
}

/// `entities/<table>` of a file below it.
fn table_folder(path: &str) -> Option<&str> {
    let (top, rest) = path.split_once('/')?;
    let (table, _) = rest.split_once('/')?;
    let end = top.len() + 1 + table.len();
    top.eq_ignore_ascii_case("entities").then(|| &path[..end])
}
