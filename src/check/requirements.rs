//! Rules about what a package requires from elsewhere.

use rustc_hash::FxHashSet;

use super::findings::{Described, Findings};
use super::requirement::{Requirement, group_by_supplier};
use super::rule::{Rule, RuleDocs, Scope};
use super::sequences::StepsByUse;
use super::stage::Stage;
use super::{Checked, RequirementSubject};
use crate::finding::{Evidence, Severity};
use crate::model::{
    ComponentType, Guid, Identity, PackageType, Solution, Supplier, SupplierOrigin,
    comes_with_its_table,
};
use crate::target::Presence;

const MISSING_DEPENDENCIES: u32 = 0x8004_801D;
const INVALID_DEPENDENCY: u32 = 0x8004_F036;
const INVALID_QUERY: u32 = 0x8004_F037;
const WITHOUT_COLUMN: u32 = 0x8004_8022;
const WITHOUT_TABLE: u32 = 0x8004_8023;
const NO_VARIABLE: u32 = 0x8009_5004;
const NO_CONNECTION_REFERENCE: u32 = 0x8009_5005;
/// What the platform writes where there is no identifier.
const NO_ID: &str = "00000000-0000-0000-0000-000000000000";
const SOURCE: &str = "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/missing-dependency-on-solution-import";

/// The rules that tell of what is required and absent: each component by one of them.
const ABSENT: &str = "required-component-absent";
const UNDECLARED: &str = "undeclared-component-absent";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: ABSENT,
        severity: Severity::Error,
        summary: "the target lacks a component that the package requires",
        codes: &[MISSING_DEPENDENCIES],
        docs: RuleDocs {
            what: "Every component that MissingDependencies lists exists in the target, in the package itself, or in a \
                   package given before.",
            why: "The import looks each of them up and stops when one is missing. Managed components never travel in \
                  somebody else's package.",
            fix: "Install or enable what supplies the component, as the list at the end of a report with a target says; add the \
                  component to this solution if it is your own, or remove what refers to it.",
            source: SOURCE,
        },
        stage: Stage::Manifest,
        scope: Scope::Requirements(absent),
    },
    Rule {
        id: UNDECLARED,
        severity: Severity::Error,
        summary: "the target lacks a component that the package refers to and does not declare",
        codes: &[
            INVALID_DEPENDENCY,
            INVALID_QUERY,
            WITHOUT_COLUMN,
            WITHOUT_TABLE,
            NO_VARIABLE,
            NO_CONNECTION_REFERENCE,
        ],
        docs: RuleDocs {
            what: "Every component that a component of the package refers to, and that MissingDependencies does not list, \
                   exists in the target, in the package itself, or in a package given before.",
            why: "The import computes the dependencies of what it has imported anew, and is undone when one leads nowhere.",
            fix: "Install what supplies the component, as the list at the end of a report with a target says; add the component to \
                  this solution if it is your own, or remove what refers to it.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/an-error-calculating-dependencies-during-solution-import",
        },
        stage: Stage::Dependencies,
        scope: Scope::Requirements(undeclared),
    },
    Rule {
        id: "required-from-unmanaged-layer",
        severity: Severity::Warning,
        summary: "the package requires a component that was unmanaged where it was exported",
        codes: &[MISSING_DEPENDENCIES],
        docs: RuleDocs {
            what: "MissingDependencies names 'Active' as the solution: the component was in the unmanaged layer and was \
                   not added to this solution.",
            why: "No solution installs it. In a clean target the import fails with \"Install the following solutions \
                  before installing this one: Active\".",
            fix: "Add the component to this solution, or to one that is imported before it, and export again.",
            source: SOURCE,
        },
        stage: Stage::Manifest,
        scope: Scope::Requirements(unmanaged),
    },
    Rule {
        id: "required-component-unknown",
        severity: Severity::Note,
        summary: "nobody can say whether the target has what the package requires",
        codes: &[],
        docs: RuleDocs {
            what: "The target manifest neither lists the required components nor is complete for their kind.",
            why: "Unknown is not absent: the import may work. The report says which command would settle it.",
            fix: "Add the facts to the target manifest, or pass --unknown=error where unknown must not pass.",
            source: "a choice of solvet's own",
        },
        stage: Stage::Manifest,
        scope: Scope::Requirements(unknown),
    },
    Rule {
        id: "required-component-presumed",
        severity: Severity::Note,
        summary: "the target is only presumed to have components that the package requires",
        codes: &[MISSING_DEPENDENCIES],
        docs: RuleDocs {
            what: "Components that an application brings which the target is said to have, or that come with Dynamics 365 \
                   apps where the target was made with them. Nothing lists the components themselves.",
            why: "An application may be had in parts, of an older version, or be switched off, and the import would then \
                  fail with the missing dependencies named.",
            fix: "Add a source to the target manifest that lists them, such as $metadata for tables and columns.",
            source: "a choice of solvet's own",
        },
        stage: Stage::Manifest,
        scope: Scope::Requirements(presumed),
    },
];

impl Checked {
    /// How many of the required components that the target lacks somebody accepts: by a suppression, by another level, or by
    /// switching the rule off that tells of them. Each of the others is told.
    pub fn accepted_absences(&self) -> usize {
        let requirements = self.requirements.iter();
        let absent = requirements.filter(|one| one.answer.presence == Presence::Absent);
        let findings = self.findings.iter().map(|placed| &placed.finding);
        let told = findings.filter(|finding| {
            let is_of_absence = [ABSENT, UNDECLARED].contains(&finding.rule);
            is_of_absence && !finding.is_suppressed() && !finding.is_eased
        });
        absent.count().saturating_sub(told.count())
    }
}

/// What the target lacks of what is declared, or of what is not.
fn lacking<'a>(
    subject: &RequirementSubject<'a>,
    is_declared: bool,
) -> impl Iterator<Item = &'a Requirement> + use<'a> {
    let missing = subject.requirements.iter().filter(|requirement| {
        let presence = requirement.answer.presence;
        presence == Presence::Absent
    });
    missing.filter(move |requirement| requirement.is_derived_only() != is_declared)
}

fn absent(subject: &RequirementSubject<'_>, out: &mut Findings) {
    let solution = subject.solution.manifest.name();
    let steps = StepsByUse::of(subject.solution);
    for requirement in lacking(subject, true) {
        tell_absent(subject, (requirement, &steps), "", out)
            .platform(MISSING_DEPENDENCIES, &[solution]);
    }
}

fn undeclared(subject: &RequirementSubject<'_>, out: &mut Findings) {
    let unlisted = " MissingDependencies does not list it, but the package refers to it.";
    let mut missing = lacking(subject, false).peekable();
    if missing.peek().is_none() {
        return;
    }
    let processes = classic_processes(subject.solution);
    let steps = StepsByUse::of(subject.solution);
    for requirement in missing {
        let (code, arguments) = undeclared_failure(requirement, &processes);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        tell_absent(subject, (requirement, &steps), unlisted, out).platform(code, &arguments);
    }
}

fn tell_absent<'o>(
    subject: &RequirementSubject<'_>,
    (requirement, steps): (&Requirement, &StepsByUse),
    unlisted: &str,
    out: &'o mut Findings,
) -> Described<'o> {
    let evidence = requirement.answer.evidence;
    let will = match evidence {
        Evidence::Strong => "the import will fail",
        Evidence::Fair | Evidence::Weak => "the import will very probably fail",
    };
    let because = &requirement.answer.because;
    let message = format!(
        "The target lacks the {}, so {will}: {because}.{unlisted}",
        requirement.required
    );
    let lenient = subject.options.strict_evidence && evidence < Evidence::Strong;
    let help = remedy(requirement) + &steps.after(&requirement.required);
    out.add(requirement.span, message, help)
        .severity(if lenient {
            Severity::Warning
        } else {
            Severity::Error
        })
        .evidence(evidence)
        .component(&requirement.required)
        .chain(&requirement.chain)
}

/// Processes that are no cloud flows: the platform looks up their tables and columns while it imports them.
fn classic_processes(solution: &Solution) -> FxHashSet<Guid> {
    let processes = solution.components.iter().filter(|component| {
        component.identity.kind == ComponentType::Number(29)
            && component.property("Category") != Some("5")
    });
    processes
        .filter_map(|process| process.identity.object_id)
        .collect()
}

/// How the platform says that something undeclared is missing, with the arguments of its message: by what is missing, and
/// by what needs it.
fn undeclared_failure(
    requirement: &Requirement,
    processes: &FxHashSet<Guid>,
) -> (u32, Vec<String>) {
    let required = &requirement.required;
    let name = required.schema_name.as_ref();
    let name = name.map_or(String::new(), ToString::to_string);
    let id = |identity: &Identity| {
        identity
            .object_id
            .map_or_else(|| NO_ID.to_owned(), |id| id.to_string())
    };
    let dependent = requirement.needed_by.first();
    let is_row_of =
        |table: &str| matches!(&required.kind, ComponentType::Table(own) if *own == *table);
    if is_row_of("environmentvariabledefinition") {
        return (NO_VARIABLE, vec![name]);
    }
    if is_row_of("connectionreference") {
        return (NO_CONNECTION_REFERENCE, vec![name]);
    }
    let by_process = dependent.and_then(|dependent| dependent.object_id);
    let by_process = by_process.is_some_and(|id| processes.contains(&id));
    let by_query = dependent.is_some_and(|dependent| {
        [26, 31, 59].contains(&dependent.kind.as_number().unwrap_or_default())
    });
    match required.kind.as_number() {
        Some(1) if by_process => (WITHOUT_TABLE, Vec::new()),
        Some(2) if by_process => (WITHOUT_COLUMN, Vec::new()),
        Some(1 | 2) if by_query => {
            let dependent = dependent.map_or(String::new(), ToString::to_string);
            (INVALID_QUERY, vec![String::new(), dependent, "…".into()])
        }
        _ => {
            let (of, of_id) = dependent.map_or_else(
                || (String::new(), id(required)),
                |dependent| (dependent.kind.name(), id(dependent)),
            );
            let kind = required.kind.name();
            let lookup = "PrimaryKeyLookup".to_owned();
            (
                INVALID_DEPENDENCY,
                vec![id(required), name, kind, of, of_id, lookup],
            )
        }
    }
}

fn is_unmanaged(requirement: &Requirement) -> bool {
    requirement.supplier.origin() == SupplierOrigin::Unmanaged
}

fn unmanaged(subject: &RequirementSubject<'_>, out: &mut Findings) {
    let is_managed = subject.solution.manifest.package_type == PackageType::Managed;
    let leaking = subject
        .requirements
        .iter()
        .filter(|requirement| is_unmanaged(requirement))
        .filter(|requirement| requirement.answer.presence == Presence::Unknown)
        // A column that every table has is nobody's to add: its table decides.
        .filter(|requirement| !comes_with_its_table(&requirement.required));
    let steps = StepsByUse::of(subject.solution);
    for requirement in leaking {
        let required = &requirement.required;
        let package = if is_managed {
            "managed package"
        } else {
            "package"
        };
        let message = format!(
            "The {required} was an unmanaged customization where this {package} was exported, and is not in it."
        );
        let mut help = remedy(requirement);
        if subject.target.is_some() {
            help.push_str(" If the target has it, list it in the target manifest.");
        }
        help.push_str(&steps.after(required));
        out.add(requirement.span, message, help)
            .severity(if subject.options.unknown_is_error {
                Severity::Error
            } else {
                Severity::Warning
            })
            .evidence(Evidence::Fair)
            .component(required)
            .chain(&requirement.chain)
            .platform(MISSING_DEPENDENCIES, &[subject.solution.manifest.name()]);
    }
}

fn unknown(subject: &RequirementSubject<'_>, out: &mut Findings) {
    if subject.target.is_none() && !subject.options.unknown_is_error {
        return;
    }
    let steps = StepsByUse::of(subject.solution);
    for group in group_by_supplier(subject.requirements) {
        let unknown = || {
            let requirements = group.requirements.iter();
            requirements.filter(|requirement| {
                requirement.answer.presence == Presence::Unknown
                    && (!is_unmanaged(requirement) || comes_with_its_table(&requirement.required))
            })
        };
        let Some(first) = unknown().next() else {
            continue;
        };
        let count = unknown().count();
        let what = some_of(count, &first.required);
        let from = named(&group.supplier);
        let teller = match subject.target {
            Some(_) => "The target manifest does not settle",
            None => "Nothing tells",
        };
        let message = format!(
            "{teller} whether the target has {what} from {from}: {}.",
            first.answer.because
        );
        let settle = first.answer.settle.clone().unwrap_or_default();
        let help = settle + &steps.after(&first.required);
        out.add(first.span, message, help.trim_start())
            .severity(if subject.options.unknown_is_error {
                Severity::Error
            } else {
                Severity::Note
            })
            .evidence(Evidence::Weak)
            .component(&first.required)
            .distinct(group.supplier.solution.as_str())
            .summary_of(unknown().map(|requirement| &requirement.required))
            .chain(&first.chain);
    }
}

fn presumed(subject: &RequirementSubject<'_>, out: &mut Findings) {
    for group in group_by_supplier(subject.requirements) {
        let requirements = group.requirements.iter();
        let weak = requirements.filter(|requirement| {
            let answer = &requirement.answer;
            answer.presence == Presence::Present && answer.evidence == Evidence::Weak
        });
        let weak: Vec<_> = weak.collect();
        let Some(first) = weak.first() else {
            continue;
        };
        let what = some_of(weak.len(), &first.required);
        let from = named(&group.supplier);
        let message = format!(
            "The target is presumed to have {what} from {from}: {}.",
            first.answer.because
        );
        let help =
            "Add a source to the target manifest that lists them: 'solvet target show' says which.";
        out.add(first.span, message, help)
            .evidence(Evidence::Weak)
            .component(&first.required)
            .distinct(group.supplier.solution.as_str())
            .summary_of(weak.iter().map(|requirement| &requirement.required))
            .chain(&first.chain);
    }
}

/// One component by its name, or several by their number and the first of them.
fn some_of(count: usize, first: &Identity) -> String {
    match count {
        1 => format!("the {first}"),
        count => format!("{count} components, the first of them the {first}"),
    }
}

/// The supplier as a sentence names it.
fn named(supplier: &Supplier) -> String {
    let name = &supplier.solution;
    match (supplier.origin(), &supplier.version) {
        (SupplierOrigin::Unnamed, _) => "a solution that is not known".into(),
        (SupplierOrigin::Platform, _) => "the platform".into(),
        (SupplierOrigin::Unmanaged | SupplierOrigin::Solution, Some(version)) => {
            format!("solution {name} {version}")
        }
        (SupplierOrigin::Unmanaged | SupplierOrigin::Solution, None) => format!("solution {name}"),
    }
}

/// What to do about a requirement that is not, or may not be, there.
fn remedy(requirement: &Requirement) -> String {
    requirement.remedy.sentence(&requirement.required)
}
