//! Rules about source folders: the list of paths that belong to a solution, the case of names, and files beside their
//! definitions.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Subject;
use super::findings::Findings;
use super::rule::{Rule, RuleDocs, Scope};
use super::stage::Stage;
use crate::finding::{Evidence, Part, Severity};
use crate::model::{ComponentType, FlawKind, Identity, LogicalName};
use crate::package::{Layout, normal_name};
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
    Rule {
        id: "source-name-case",
        severity: Severity::Warning,
        summary: "a folder of source is written in two cases, or a known name in another case",
        codes: &[],
        docs: RuleDocs {
            what: "Each folder of a source folder is written in one case throughout. In YAML source the folders and files whose \
                   names are fixed, such as entities and entity.yml, are in lower case.",
            why: "Windows takes both cases for one folder and Linux does not: packed in a pipeline, the solution lacks what lies \
                  in the other one.",
            fix: "Rename the folder or the file in the repository; git mv does it in two steps where the system ignores case.",
            source: "learn.microsoft.com/power-platform/alm/solution-source-control-yaml-format for the names of YAML source; \
                     what tools do with other cases is not documented",
        },
        stage: Stage::Package,
        scope: Scope::Package(name_case),
    },
    Rule {
        id: "source-file-out-of-step",
        severity: Severity::Warning,
        summary: "a .data.xml file names another file than the one beside it",
        codes: &[],
        docs: RuleDocs {
            what: "In a folder that SolutionPackager wrote, the definition of a web resource or process lies beside its file, \
                   x.js.data.xml beside x.js, and names that file.",
            why: "One of the two was renamed without the other: packing takes the file beside it and imports it under the old \
                  name, or finds none.",
            fix: "Rename the file, or correct the name in the .data.xml file; what names the web resource has to follow.",
            source: "18 of 18 web resources and all processes in public source folders; \
                     learn.microsoft.com/power-platform/alm/solution-packager-tool",
        },
        stage: Stage::Package,
        scope: Scope::Package(out_of_step),
    },
];

/// Names of folders and files that YAML source has in lower case.
const YAML_FOLDERS: [&str; 14] = [
    "solutions",
    "publishers",
    "entities",
    "entityrelationships",
    "workflows",
    "modernflows",
    "canvasapps",
    "environmentvariabledefinitions",
    "connectors",
    "webresources",
    "optionsets",
    "roles",
    "dashboards",
    "appmodules",
];
const YAML_FILES: [&str; 9] = [
    "solution.yml",
    "solutioncomponents.yml",
    "rootcomponents.yml",
    "missingdependencies.yml",
    "publisher.yml",
    "entity.yml",
    "savedquery.yml",
    "optionset.yml",
    "webresource.yml",
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
    let mut tables: BTreeMap<String, (Span, Vec<&Identity>)> = BTreeMap::new();
    for component in components {
        let name = &*subject.package.entry_at(component.span).name;
        let Some(folder) = table_folder(name) else {
            continue;
        };
        let table = component.identity.table.as_ref();
        if is_table(&component.identity.kind) || table.is_none_or(|table| defined.contains(table)) {
            continue;
        }
        let first = tables.entry(folder.to_owned());
        let (_, parts) = first.or_insert((component.span, Vec::new()));
        parts.push(&component.identity);
    }
    for (folder, (span, parts)) in tables {
        let what = match parts.len() {
            1 => "1 component".to_owned(),
            count => format!("{count} components"),
        };
        out.add(
            span,
            format!("The package has {what} of {folder}, but not the table itself."),
            "Add the table's folder to solutioncomponents.yml, or commit the solution again.",
        )
        .evidence(Evidence::Fair)
        .distinct(&folder)
        .summary(parts.into_iter().map(Part::of));
    }
}

/// The folders around a path, the outermost first.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(end, _)| &path[..end])
}

/// A name that is known in another case.
fn known_in<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let found = known.iter().find(|known| known.eq_ignore_ascii_case(name));
    found.copied().filter(|known| *known != name)
}

fn name_case(subject: &Subject<'_>, out: &mut Findings) {
    const HELP: &str = "Rename it in the repository, so that every system finds the same files.";
    if !subject.package.layout().is_source() {
        return;
    }
    let mut spelled: FxHashMap<String, &str> = FxHashMap::default();
    let mut told: FxHashSet<&str> = FxHashSet::default();
    for (id, entry) in subject.package.entries() {
        let span = Span::start_of(id.file());
        for folder in folders(&entry.name) {
            let first = *spelled.entry(folder.to_ascii_lowercase()).or_insert(folder);
            // What lies in a folder of two cases is of two cases too.
            let own = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
            if first != folder && own(first) != own(folder) && told.insert(folder) {
                let message = format!("The folder {folder} is also written {first}.");
                out.add(span, message, HELP)
                    .evidence(Evidence::Fair)
                    .distinct(folder);
            }
        }
        if subject.package.layout() != Layout::Yaml {
            continue;
        }
        let (top, file) = match entry.name.split_once('/') {
            Some((top, rest)) => (top, rest.rsplit('/').next().unwrap_or_default()),
            None => ("", &*entry.name),
        };
        for (name, known) in [
            (top, known_in(top, &YAML_FOLDERS)),
            (file, known_in(file, &YAML_FILES)),
        ] {
            if let Some(known) = known
                && told.insert(name)
            {
                let message = format!("{} is called {name}, and {known} is meant.", entry.name);
                out.add(span, message, HELP)
                    .evidence(Evidence::Weak)
                    .distinct(name);
            }
        }
    }
}

fn out_of_step(subject: &Subject<'_>, out: &mut Findings) {
    const ENDING: &str = ".data.xml";
    const WEB_RESOURCE: ComponentType = ComponentType::Number(61);
    const PROCESS: ComponentType = ComponentType::Number(29);
    if subject.package.layout() != Layout::SolutionPackager {
        return;
    }
    for component in &subject.solution.components {
        let identity = &component.identity;
        let definition = &*subject.package.entry_at(component.span).name;
        let beside = definition.len().checked_sub(ENDING.len());
        let beside = beside.and_then(|end| definition.split_at_checked(end));
        let Some((beside, _)) = beside.filter(|(_, end)| end.eq_ignore_ascii_case(ENDING)) else {
            continue;
        };
        let named = if identity.kind == WEB_RESOURCE {
            let name = identity.schema_name.as_ref();
            name.map(|name| format!("WebResources/{name}"))
        } else if identity.kind == PROCESS {
            component.parts.first().map(|part| normal_name(&part.path))
        } else {
            None
        };
        let Some(named) = named.filter(|named| !named.eq_ignore_ascii_case(beside)) else {
            continue;
        };
        out.add(
            component.span,
            format!("The {identity} lies beside {beside}, and its definition names {named}."),
            "Rename the file, or correct the name in the .data.xml file.",
        )
        .evidence(Evidence::Fair)
        .component(identity);
    }
}

/// `entities/<table>` of a file below it.
fn table_folder(path: &str) -> Option<&str> {
    let (top, rest) = path.split_once('/')?;
    let (table, _) = rest.split_once('/')?;
    let end = top.len() + 1 + table.len();
    top.eq_ignore_ascii_case("entities").then(|| &path[..end])
}
