//! Rules about components: each is defined once and named, and the files they name are there.

use super::Subject;
use super::findings::Findings;
use super::rule::{Rule, RuleDocs, Scope};
use super::stage::Stage;
use crate::finding::Severity;
use crate::model::{Component, ComponentType, Flaw, FlawKind};
use crate::package::normal_name;

const MISSING_WEB_RESOURCE: u32 = 0x8004_F11A;
const MISSING_ATTACHMENT: u32 = 0x8004_802B;
const MISSING_CANVAS_FILE: u32 = 0x8007_2356;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "duplicate-component",
        severity: Severity::Warning,
        summary: "a component is defined twice",
        codes: &[],
        docs: RuleDocs {
            what: "Each component has one definition in the package.",
            why: "Which of the two the import takes is not documented.",
            fix: "Remove one of the definitions; a merge of two branches often leaves both.",
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
    let repeated = subject
        .solution
        .flaws
        .iter()
        .filter(|flaw| flaw.kind == FlawKind::DuplicateComponent);
    for flaw in repeated {
        out.add(
            flaw.span,
            format!("The {} is defined twice.", flaw.subject),
            "Remove one of the definitions; a merge of two branches often leaves both.",
        );
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
        );
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
        if in_source {
            described.severity(Severity::Warning);
        }
    } else if flaw.kind == FlawKind::OrphanRecord {
        let message = format!(
            "The {subject} lies in the folder {detail}, whose own definition is not in the package."
        );
        let help = "Add the definition of that folder, or remove the folder.";
        out.add(flaw.span, message, help)
            .severity(Severity::Warning);
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
