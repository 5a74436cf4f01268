//! Rules about components: each is defined once and named, and the files they name are there.

use rustc_hash::FxHashMap;

use super::Subject;
use super::findings::Findings;
use super::rule::{Rule, RuleDocs, Scope};
use super::stage::Stage;
use crate::finding::Severity;
use crate::model::{Component, ComponentType, Flaw, FlawKind, Identity};
use crate::package::normal_name;
use crate::source::Span;

const MISSING_WEB_RESOURCE: u32 = 0x8004_F11A;
const REPEATED_COLUMN: u32 = 0x8004_7013;
const REPEATED_RELATIONSHIP: u32 = 0x8004_432B;
const REPEATED_WEB_RESOURCE: u32 = 0x8004_F115;
const VIEW_OF_ANOTHER_TABLE: u32 = 0x8004_8004;
const MISSING_ATTACHMENT: u32 = 0x8004_802B;
const MISSING_CANVAS_FILE: u32 = 0x8007_2356;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "duplicate-component",
        severity: Severity::Warning,
        summary: "a component is defined twice",
        codes: &[
            REPEATED_COLUMN,
            REPEATED_RELATIONSHIP,
            REPEATED_WEB_RESOURCE,
            VIEW_OF_ANOTHER_TABLE,
        ],
        docs: RuleDocs {
            what: "Each component has one definition in the package, and no two have one identifier.",
            why: "Which of the two the import takes is not documented, or it stops at the second one.",
            fix: "Remove one of the definitions; a merge of two branches often leaves both. What was copied from another \
                  component needs an identifier of its own.",
            source: "no export of the platform has been seen with two",
        },
        stage: Stage::Components,
        scope: Scope::Package(duplicate_component),
    },
    Rule {
        id: "unnamed-component",
        severity: Severity::Warning,
        summary: "a definition lacks the name or identifier of its component",
        codes: &[],
        docs: RuleDocs {
            what: "Every definition names its component: by name, identifier or alternate key.",
            why: "The platform cannot match it with what the target has.",
            fix: "Export the component again, or restore its identifier.",
            source: "observed in exports",
        },
        stage: Stage::Components,
        scope: Scope::Package(unnamed_component),
    },
    Rule {
        id: "missing-file",
        severity: Severity::Error,
        summary: "a component names a file that is not in the package",
        codes: &[
            MISSING_WEB_RESOURCE,
            MISSING_ATTACHMENT,
            MISSING_CANVAS_FILE,
        ],
        docs: RuleDocs {
            what: "The files that definitions name (web resources, assemblies, processes, canvas apps, connectors, \
                   reports, controls, formulas, attachments) are in the package.",
            why: "The import stops at the component. In a source folder a map file may bring the file at packing, so \
                  there it is a warning.",
            fix: "Add the file, or export or pack the solution again.",
            source: "WebResourceImportMissingFile and its like in the error codes",
        },
        stage: Stage::Components,
        scope: Scope::Package(missing_file),
    },
];

fn duplicate_component(subject: &Subject<'_>, out: &mut Findings) {
    let flaws = subject.solution.flaws.iter();
    let repeated: Vec<&Flaw> = flaws
        .filter(|flaw| flaw.kind == FlawKind::DuplicateComponent)
        .collect();
    if repeated.is_empty() {
        return;
    }
    let components = subject.solution.components.iter();
    let by_place: FxHashMap<Span, &Component> = components
        .map(|component| (component.span, component))
        .collect();
    for flaw in repeated {
        let identity = by_place.get(&flaw.span).map(|second| &second.identity);
        let by_id = identity.is_some_and(|identity| identity.object_id.is_some());
        // One identifier and two names: two components, of which one was copied from the other.
        let (message, help) = if by_id && !flaw.detail.eq_ignore_ascii_case(&flaw.subject) {
            (
                format!(
                    "The {} and the {} have one identifier.",
                    flaw.detail, flaw.subject
                ),
                "Give one of them a new identifier, wherever it stands; if they are one component, remove one of the definitions.",
            )
        } else {
            (
                format!("The {} is defined twice.", flaw.subject),
                "Remove one of the definitions; a merge of two branches often leaves both.",
            )
        };
        let described = out.add(flaw.span, message, help);
        // Which of the two is the second says the order of the export.
        let mut both = [&*flaw.subject, &*flaw.detail];
        both.sort_unstable();
        let described = described.distinct(&both.join(" "));
        if let Some(identity) = identity
            && let Some(code) = repeated_code(identity, &flaw.detail)
        {
            let name = identity.schema_name.as_ref();
            described.platform(code, &[name.map_or("", |name| name.as_str())]);
        }
    }
}

/// What the platform says of the second of two components. Of views it is known for two of different tables.
fn repeated_code(second: &Identity, first: &str) -> Option<u32> {
    match second.kind {
        ComponentType::Number(2) => Some(REPEATED_COLUMN),
        ComponentType::Number(10) => Some(REPEATED_RELATIONSHIP),
        ComponentType::Number(26) => {
            let table = second.table.as_ref()?;
            let is_of_table = first
                .to_ascii_lowercase()
                .ends_with(&format!(" of {table}"));
            (!is_of_table).then_some(VIEW_OF_ANOTHER_TABLE)
        }
        ComponentType::Number(61) => Some(REPEATED_WEB_RESOURCE),
        ComponentType::Number(_) | ComponentType::Table(_) => None,
    }
}

fn unnamed_component(subject: &Subject<'_>, out: &mut Findings) {
    for flaw in subject
        .solution
        .flaws
        .iter()
        .filter(|flaw| flaw.kind == FlawKind::Unnamed)
    {
        out.add(
            flaw.span,
            format!("The {} has nothing that identifies it.", flaw.subject),
            "Export the component again, or restore its identifier.",
        )
        .distinct(&flaw.subject);
    }
}

fn missing_file(subject: &Subject<'_>, out: &mut Findings) {
    let in_source = subject.package.layout().is_source();
    for component in &subject.solution.components {
        let definition = &*subject.package.entry_at(component.span).name;
        for part in &component.parts {
            if subject.package.find_part(&part.path, definition).is_some() {
                continue;
            }
            let path = normal_name(&part.path);
            let identity = &component.identity;
            let described = out.add(
                part.span,
                format!("The {identity} names the file {path}, which is not in the package."),
                missing_file_help(in_source),
            );
            let described = described.component(&component.identity).distinct(&path);
            let described = if in_source {
                described.severity(Severity::Warning)
            } else {
                described
            };
            if let Some(code) = missing_file_code(component) {
                let name = component
                    .identity
                    .display_name
                    .as_deref()
                    .unwrap_or_default();
                described.platform(code, &[name, &part.path]);
            }
        }
    }
    for flaw in &subject.solution.flaws {
        missing_beside(flaw, in_source, out);
    }
}

/// What a control's manifest names, and the record around records.
fn missing_beside(flaw: &Flaw, in_source: bool, out: &mut Findings) {
    let (subject, detail) = (&flaw.subject, &flaw.detail);
    if flaw.kind == FlawKind::MissingFile {
        let message = format!(
            "The custom control {detail} names the file {subject}, which is not in the package."
        );
        let described = out.add(flaw.span, message, missing_file_help(in_source));
        let described = described.distinct(&format!("{detail} {subject}"));
        if in_source {
            described.severity(Severity::Warning);
        }
    } else if flaw.kind == FlawKind::OrphanRecord {
        let message = format!(
            "The {subject} lies in the folder {detail}, whose own definition is not in the package."
        );
        let help = "Add the definition of that folder, or remove the folder.";
        out.add(flaw.span, message, help)
            .severity(Severity::Warning)
            .distinct(&format!("{detail} {subject}"));
    }
}

fn missing_file_help(in_source: bool) -> &'static str {
    if in_source {
        "Add the file beside its definition, unless a map file brings it when the source is packed."
    } else {
        "Add the file, or export or pack the solution again."
    }
}

fn missing_file_code(component: &Component) -> Option<u32> {
    match component.identity.kind {
        ComponentType::Number(61) => Some(MISSING_WEB_RESOURCE),
        ComponentType::Number(36) => Some(MISSING_ATTACHMENT),
        ComponentType::Number(300) => Some(MISSING_CANVAS_FILE),
        ComponentType::Number(_) | ComponentType::Table(_) => None,
    }
}
