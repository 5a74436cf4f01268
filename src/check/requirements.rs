//! Rules about what a package requires from elsewhere.

use super::RequirementSubject;
use super::findings::Findings;
use super::requirement::{Requirement, group_by_supplier};
use super::rule::{Rule, RuleDocs, Scope};
use crate::finding::{Evidence, Severity};
use crate::model::{Identity, PackageType, Supplier, SupplierOrigin, comes_with_its_table};
use crate::target::Presence;

const MISSING_DEPENDENCIES: u32 = 0x8004_801D;
const SOURCE: &str = "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/missing-dependency-on-solution-import";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "required-component-absent",
        severity: Severity::Error,
        summary: "the target lacks a component that the package requires",
        codes: &[MISSING_DEPENDENCIES],
        docs: RuleDocs {
            what: "Every component that MissingDependencies lists, or that a component of the package is found to refer \
                   to, exists in the target, in the package itself, or in a package given before.",
            why: "The import looks each of them up and stops when one is missing. Managed components never travel in \
                  somebody else's package.",
            fix: "Do what the report lists before its last line: install or enable what supplies the component, add the \
                  component to this solution if it is your own, or remove what refers to it.",
            source: SOURCE,
        },
        scope: Scope::Requirements(absent),
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
        scope: Scope::Requirements(presumed),
    },
];

fn absent(subject: &RequirementSubject<'_>, out: &mut Findings) {
    let solution = subject.solution.manifest.name();
    let missing = subject
        .requirements
        .iter()
        .filter(|requirement| requirement.answer.presence == Presence::Absent);
    for requirement in missing {
        let evidence = requirement.answer.evidence;
        let will = match evidence {
            Evidence::Strong => "the import will fail",
            Evidence::Fair | Evidence::Weak => "the import will very probably fail",
        };
        let because = &requirement.answer.because;
        let unlisted = if requirement.is_derived_only() {
            " MissingDependencies does not list it, but the package refers to it."
        } else {
            ""
        };
        let message = format!(
            "The target lacks the {}, so {will}: {because}.{unlisted}",
            requirement.required
        );
        let lenient = subject.options.strict_evidence && evidence < Evidence::Strong;
        out.add(requirement.span, message, remedy(requirement))
            .severity(if lenient {
                Severity::Warning
            } else {
                Severity::Error
            })
            .evidence(evidence)
            .component(&requirement.required)
            .chain(&requirement.chain)
            .platform(MISSING_DEPENDENCIES, &[solution]);
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
        out.add(
            first.span,
            message,
            first.answer.settle.clone().unwrap_or_default(),
        )
        .severity(if subject.options.unknown_is_error {
            Severity::Error
        } else {
            Severity::Note
        })
        .evidence(Evidence::Weak)
        .component(&first.required)
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
