//! The rule about solutions that need each other.

use rustc_hash::{FxHashMap, FxHashSet};

use super::RequirementSubject;
use super::findings::Findings;
use super::requirement::Requirement;
use super::rule::{Rule, RuleDocs, Scope};
use super::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::graph::brings;
use crate::model::{Identity, IdentityMap, LogicalName, SupplierOrigin};
use crate::target::Presence;

const CIRCULAR: u32 = 0x8007_1157;

pub(super) static RULES: &[Rule] = &[Rule {
    id: "solutions-need-each-other",
    severity: Severity::Warning,
    summary: "the solution and another one need each other",
    codes: &[CIRCULAR],
    docs: RuleDocs {
        what: "No solution that brings what the package requires requires something of the package itself: neither another \
               package of the run, nor, as far as the manifest lists dependencies, one that the target has.",
        why: "No order imports both into an environment that has neither, and where both are there the platform refuses \
              operations on them.",
        fix: "Move what both need into a third solution that is imported first.",
        source: "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes",
    },
    stage: Stage::Manifest,
    scope: Scope::Requirements(need_each_other),
}];

fn need_each_other(subject: &RequirementSubject<'_>, out: &mut Findings) {
    let own = subject.solution.manifest.name();
    let mut told: FxHashSet<LogicalName> = FxHashSet::default();
    let needed_there = needed_there(subject);
    for requirement in subject.requirements {
        let found = in_run(subject, requirement).or_else(|| {
            let solution = &requirement.supplier.solution;
            let needed = needed_there.get(solution)?;
            Some((solution.clone(), needed.clone()))
        });
        let Some((other, needed)) = found.filter(|(other, _)| *other != *own) else {
            continue;
        };
        if !told.insert(other.clone()) {
            continue;
        }
        let required = &requirement.required;
        out.add(
            requirement.span,
            format!(
                "{own} needs the {required} of {other}, and {other} needs the {needed} of {own}."
            ),
            "Move what both need into a third solution that is imported first.",
        )
        .evidence(Evidence::Fair)
        .component(required)
        .platform(CIRCULAR, &[]);
    }
}

/// A package given later that brings what is not there yet, and what it needs of this one.
fn in_run(
    subject: &RequirementSubject<'_>,
    requirement: &Requirement,
) -> Option<(LogicalName, Identity)> {
    if requirement.answer.presence == Presence::Present {
        return None;
    }
    let (run, number) = (subject.around.run, subject.around.number);
    let (other, name) = run.brought.find(&requirement.required)?;
    let needed = run.brought.need(other, number).filter(|_| other > number)?;
    Some((LogicalName::new(name), needed.clone()))
}

/// What solutions of the target need of the package, by their names. Only those are looked for that the package needs.
fn needed_there(subject: &RequirementSubject<'_>) -> FxHashMap<LogicalName, Identity> {
    let mut needed = FxHashMap::default();
    let suppliers = subject.requirements.iter().map(|one| &one.supplier);
    let suppliers: FxHashSet<_> = suppliers
        .filter(|supplier| supplier.origin() == SupplierOrigin::Solution)
        .map(|supplier| &supplier.solution)
        .collect();
    let Some(target) = subject.target.filter(|_| !suppliers.is_empty()) else {
        return needed;
    };
    let edges = target.dependencies();
    if edges.is_empty() {
        return needed;
    }
    let components = subject.solution.components.iter();
    let own: IdentityMap<()> = components
        .filter(|component| brings(subject.solution, component))
        .map(|component| &component.identity)
        .collect();
    for edge in edges {
        if own.find(&edge.required).is_none() {
            continue;
        }
        let holding = target.holding(&edge.dependent);
        let solution = holding.and_then(|held| held.solution.map(LogicalName::new));
        if let Some(solution) = solution.filter(|solution| suppliers.contains(solution)) {
            needed.entry(solution).or_insert(edge.required);
        }
    }
    needed
}
