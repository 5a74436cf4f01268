//! Rules about root components: each is a definition of the package, or the target's, and every table is one.

use rustc_hash::FxHashSet;

use super::findings::Findings;
use super::rule::{Rule, RuleDocs, Scope};
use super::stage::Stage;
use super::{RequirementSubject, Subject};
use crate::finding::{Evidence, Severity};
use crate::model::{Address, ComponentType, Origin, RootBehavior, RootComponent, Solution};
use crate::source::Span;
use crate::target::{Answer, Presence, Question, Target};

const MISSING_COMPONENT: u32 = 0x8004_801F;
const MISSING_ROOT: u32 = 0x8004_803A;
const TWICE_IN_XML: u32 = 0x8007_1153;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "duplicate-root-component",
        severity: Severity::Error,
        summary: "a root component is listed twice",
        codes: &[TWICE_IN_XML],
        docs: RuleDocs {
            what: "RootComponents lists each component once.",
            why: "The platform refuses a solution XML with the same component twice.",
            fix: "Remove the second row.",
            source: "DuplicateComponentInSolutionXml in older published copies of the error codes",
        },
        stage: Stage::Roots,
        scope: Scope::Package(duplicate_root),
    },
    Rule {
        id: "root-without-definition",
        severity: Severity::Error,
        summary: "a root component has no definition in the package",
        codes: &[MISSING_COMPONENT],
        docs: RuleDocs {
            what: "Each root component that is not a shell has its definition in customizations.xml or in a folder.",
            why: "The import adds roots to the solution at its end; one that is neither in the package nor in the \
                  target stops it.",
            fix: "Pack the source folder again with all its files, or remove the root component.",
            source: "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes, \
                     ImportMissingComponent; a root that the target already has is accepted: an error only where the \
                     target is known to lack it, and a note for forms and steps, of which managed exports list other \
                     solutions' ones",
        },
        stage: Stage::Roots,
        scope: Scope::Requirements(root_without_definition),
    },
    Rule {
        id: "table-without-root",
        severity: Severity::Error,
        summary: "a table is defined but is not a root component",
        codes: &[MISSING_ROOT],
        docs: RuleDocs {
            what: "Each table in customizations.xml is listed in RootComponents. (Other kinds need not be.)",
            why: "The platform refuses the package.",
            fix: "Add <RootComponent type=\"1\" schemaName=\"…\" behavior=\"…\" />, or export the solution again.",
            source: "ImportMissingRootComponentEntry in the error codes; no exception in a thousand real exports",
        },
        stage: Stage::Roots,
        scope: Scope::Package(table_without_root),
    },
    Rule {
        id: "environment-specific-type",
        severity: Severity::Warning,
        summary: "a root component has a type number that means nothing in another environment",
        codes: &[],
        docs: RuleDocs {
            what: "Type numbers from 10000 on are given by each environment to its own solution-aware tables.",
            why: "In the target the number belongs to another table or to none. Exports never list such roots.",
            fix: "Write the table's logical name in place of the number, or remove the row: the component is part of the package \
                  because its file is there.",
            source: "no export among a thousand lists one; hand-made packages do",
        },
        stage: Stage::Roots,
        scope: Scope::Package(environment_specific_type),
    },
    Rule {
        id: "invalid-root-component",
        severity: Severity::Warning,
        summary: "a root component has no type, or nothing that names it",
        codes: &[],
        docs: RuleDocs {
            what: "Each row of RootComponents has a type and a schemaName or id, which is a GUID. (The classic site map, type 62, alone \
                   has neither.)",
            why: "Such a row points at nothing; what the platform makes of it is not documented.",
            fix: "Complete the row, or remove it.",
            source: "no export has been seen with such a row",
        },
        stage: Stage::Roots,
        scope: Scope::Package(invalid_root),
    },
];

fn duplicate_root(subject: &Subject<'_>, out: &mut Findings) {
    let mut seen: FxHashSet<(Address, Option<&str>)> = FxHashSet::default();
    for root in &subject.solution.manifest.roots {
        let Some(address) = root.identity.address() else {
            continue;
        };
        if !seen.insert((address, root.identity.cased_name())) {
            out.add(
                root.span,
                format!("The root component {} is listed twice.", root.identity),
                "Remove this row.",
            )
            .evidence(Evidence::Fair)
            .component(&root.identity)
            .platform(TWICE_IN_XML, &[]);
        }
    }
}

/// Forms and plug-in steps: real managed exports list some whose base is another solution's, without a definition.
const BASES: [ComponentType; 2] = [ComponentType::Number(60), ComponentType::Number(92)];

/// A root as the platform's messages name one: by name or identifier alone.
fn bare_name(root: &RootComponent) -> String {
    let identity = &root.identity;
    let name = identity.schema_name.as_ref().map(ToString::to_string);
    name.or_else(|| identity.object_id.map(|id| id.to_string()))
        .unwrap_or_default()
}

/// A root component that the package does not define, so that the target must have it.
#[derive(Clone, Debug)]
pub(super) struct UndefinedRoot {
    root: RootComponent,
    answer: Option<Answer>,
}

impl UndefinedRoot {
    pub(super) fn span(&self) -> Span {
        self.root.span
    }

    /// Asks the target, where there is one.
    pub(super) fn answer(&mut self, target: &Target, solution: &Solution) {
        self.answer = Some(target.answer(&Question {
            required: &self.root.identity,
            supplier: None,
            own_prefix: None,
            own_solution: solution.manifest.name(),
        }));
    }
}

/// Collects the roots without a definition. What a broken or unread file defines is not known, so then none is missing.
pub(super) fn undefined_roots(subject: &Subject<'_>) -> Vec<UndefinedRoot> {
    if subject.is_incomplete() {
        return Vec::new();
    }
    let unjudged = Unjudged::new(subject.solution);
    let roots = subject.solution.manifest.roots.iter();
    roots
        .filter(|root| root.behavior != RootBehavior::Shell)
        .filter(|root| subject.graph.find(&root.identity).is_none() && unjudged.can_judge(root))
        .map(|root| UndefinedRoot {
            root: root.clone(),
            answer: None,
        })
        .collect()
}

/// Kinds of roots that could not be found even if they were there.
struct Unjudged {
    /// Kinds whose definitions carry no identifier.
    without_ids: FxHashSet<ComponentType>,
    /// Assemblies also come inside plug-in packages.
    has_packages: bool,
}

impl Unjudged {
    fn new(solution: &Solution) -> Self {
        let identities = || {
            solution
                .components
                .iter()
                .map(|component| &component.identity)
        };
        let without_ids = identities().filter(|identity| identity.object_id.is_none());
        let package = ComponentType::table("pluginpackage");
        Self {
            without_ids: without_ids.map(|identity| identity.kind.clone()).collect(),
            has_packages: identities().any(|identity| identity.kind == package),
        }
    }

    /// Whether a root could be found if it were there: by a type that means something, and by an identifier only where
    /// definitions of its kind carry one.
    fn can_judge(&self, root: &RootComponent) -> bool {
        let identity = &root.identity;
        let by_id_alone = identity.object_id.is_some() && identity.schema_name.is_none();
        let packaged = self.has_packages && identity.kind == ComponentType::Number(91);
        root.identity.kind.environment_number().is_none()
            && identity.kind != ComponentType::table("")
            && identity.address().is_some()
            && !(by_id_alone && self.without_ids.contains(&identity.kind))
            && !packaged
    }
}

fn root_without_definition(subject: &RequirementSubject<'_>, out: &mut Findings) {
    const HAVE: &str = "Make sure the target already has it; else pack the source again with all its files, or remove the row.";
    const LACK: &str =
        "Pack the source again with all its files, export the solution again, or remove the row.";
    for undefined in subject.roots {
        let root = &undefined.root;
        let identity = &root.identity;
        let message = format!("The root component {identity} has no definition in the package");
        let is_base = BASES.contains(&identity.kind);
        let without_answer = if is_base {
            Severity::Note
        } else {
            Severity::Warning
        };
        let is_absent = |answer: &Answer| answer.presence == Presence::Absent;
        let help = match &undefined.answer {
            Some(answer) if is_absent(answer) => LACK,
            Some(_) | None => HAVE,
        };
        let (message, severity, evidence) = match &undefined.answer {
            Some(answer) if answer.presence == Presence::Present => continue,
            Some(answer) if is_absent(answer) => {
                let message = format!("{message}, and the target lacks it: {}.", answer.because);
                (message, Severity::Error, answer.evidence)
            }
            Some(_) | None => (format!("{message}."), without_answer, Evidence::Fair),
        };
        let type_number = identity.kind.to_string();
        out.add(root.span, message, help)
            .severity(severity)
            .evidence(evidence)
            .component(identity)
            .platform(MISSING_COMPONENT, &[&bare_name(root), &type_number]);
    }
}

fn table_without_root(subject: &Subject<'_>, out: &mut Findings) {
    const TABLE: ComponentType = ComponentType::Number(1);
    let roots: FxHashSet<Address> = subject
        .solution
        .manifest
        .roots
        .iter()
        .flat_map(|root| root.identity.addresses())
        .collect();
    let tables = subject
        .solution
        .components
        .iter()
        .filter(|component| component.identity.kind == TABLE);
    for table in tables {
        if table
            .identity
            .addresses()
            .any(|address| roots.contains(&address))
        {
            continue;
        }
        let name = table
            .identity
            .schema_name
            .as_ref()
            .map_or("", |name| name.as_str());
        out.add(
            table.span,
            format!("The table {name} is defined but is not a root component."),
            format!(
                "Add <RootComponent type=\"1\" schemaName=\"{}\" behavior=\"{}\" /> to solution.xml.",
                name.to_ascii_lowercase(),
                if table.origin == Origin::Layered { 2 } else { 0 }
            ),
        )
        .component(&table.identity)
        .platform(MISSING_ROOT, &[name, "1"]);
    }
}

fn invalid_root(subject: &Subject<'_>, out: &mut Findings) {
    let untyped = ComponentType::table("");
    for root in &subject.solution.manifest.roots {
        let message = match root.behavior {
            _ if root.identity.kind == untyped => "A root component has no type.".to_owned(),
            _ if root.identity.address().is_none() => match &root.invalid_id {
                Some(id) => format!("The id {id} of a root component is no GUID."),
                None => "A root component has no schemaName or id.".to_owned(),
            },
            RootBehavior::Unknown(_) => format!(
                "The root component {} has a behavior that is none of 0, 1 and 2.",
                root.identity
            ),
            RootBehavior::WithSubcomponents
            | RootBehavior::WithoutSubcomponents
            | RootBehavior::Shell => continue,
        };
        let help = if root.invalid_id.is_some() && root.identity.address().is_none() {
            "Write the whole id, as the definition has it, or remove the row."
        } else {
            "Complete the row, or remove it."
        };
        out.add(root.span, message, help).evidence(Evidence::Fair);
    }
}

fn environment_specific_type(subject: &Subject<'_>, out: &mut Findings) {
    for root in &subject.solution.manifest.roots {
        if let Some(number) = root.identity.kind.environment_number() {
            out.add(
                root.span,
                format!("The root component type {number} means nothing in another environment."),
                "Write the table's logical name in place of the number, or remove the row: the component is part of the package because its file is there.",
            )
            .component(&root.identity);
        }
    }
}
