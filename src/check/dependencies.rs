//! Rules about what a package declares to need and what it takes along: rows that nothing needs any more, tables of others
//! that travel whole, and features that need a licence. All of them are notes.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::findings::Findings;
use super::rule::{Rule, RuleDocs, Scope};
use super::stage::Stage;
use super::supply::Way;
use super::{RequirementSubject, Subject};
use crate::catalog::{Feature, table};
use crate::config::address;
use crate::finding::{Evidence, Part, Severity};
use crate::model::{
    ComponentType, Identity, IdentityMap, LogicalName, RootBehavior, RootComponent, SupplierOrigin,
    Version,
};
use crate::source::Span;
use crate::target::Presence;

const TABLE: ComponentType = ComponentType::Number(1);

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "stale-dependency",
        severity: Severity::Note,
        summary: "declared dependencies belong to components that the package does not have",
        codes: &[],
        docs: RuleDocs {
            what: "A row of MissingDependencies names as dependent a component of the package. Rows are told together. \
                   Columns, forms, column permissions and records are not looked at: exports name some that they do not \
                   hold.",
            why: "The platform asks for what is declared, needed or not, and refuses the package without it. A component \
                  that was deleted by hand leaves such rows.",
            fix: "Export the solution again, or remove the rows from MissingDependencies.",
            source: "in 253 exports no row of another kind names a dependent that is not in the package",
        },
        stage: Stage::Manifest,
        scope: Scope::Package(stale),
    },
    Rule {
        id: "whole-table-of-another",
        severity: Severity::Note,
        summary: "the package takes a table of Microsoft or of another solution along with everything in it",
        codes: &[],
        docs: RuleDocs {
            what: "A table that the package did not make is a root component with the parts that were changed, not with all \
                   of its parts (behavior 0).",
            why: "Every column, form and view of the table becomes part of the package. It needs whatever they refer to, \
                  and it lays its layer over those of the table's owner, whose updates then no longer show.",
            fix: "Remove the table from the solution, add it again without all objects, choose what was changed, and export \
                  again.",
            source: "learn.microsoft.com/power-platform/alm/segmented-solutions-alm",
        },
        stage: Stage::Roots,
        scope: Scope::Package(whole_table),
    },
    Rule {
        id: "licensed-feature-needed",
        severity: Severity::Note,
        summary: "the package requires components of a feature that needs a licence and is switched on",
        codes: &[],
        docs: RuleDocs {
            what: "Nothing that the package requires belongs to a feature that comes with a licence and a switch, such as \
                   Sales accelerator. Against a target, the list of what to do says it instead. The features that are known are those of Dynamics 365 Sales; \
                   which licence tables of other applications need is not known.",
            why: "Nobody can install such a feature by hand. Without the licence the target will not have it.",
            fix: "See that the target has the licence, and switch the feature on before the import.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/missing-sales-dependency-on-solution-import",
        },
        stage: Stage::Dependencies,
        scope: Scope::Requirements(licensed_feature),
    },
];

/// Kinds of which exports name dependents that they do not hold: columns that belong to another column, forms, column
/// permissions.
const UNSURE: [ComponentType; 3] = [
    ComponentType::Number(2),
    ComponentType::Number(60),
    ComponentType::Number(70),
];

/// Whether a package that has a component of this sort has its definition, so that its absence says something.
fn is_held(dependent: &Identity) -> bool {
    let is_numbered = matches!(dependent.kind, ComponentType::Number(_));
    is_numbered && !UNSURE.contains(&dependent.kind) && dependent.address().is_some()
}

fn stale(subject: &Subject<'_>, out: &mut Findings) {
    // What could not be read may hold the dependent.
    if subject.is_incomplete() {
        return;
    }
    let manifest = &subject.solution.manifest;
    let rows = &manifest.missing_dependencies;
    if !rows.iter().any(|row| is_held(&row.dependent)) {
        return;
    }
    let mut own: IdentityMap<()> = IdentityMap::default();
    // Packages hold far more than dependents: only their kinds are looked at.
    let kinds: FxHashSet<&ComponentType> = rows.iter().map(|row| &row.dependent.kind).collect();
    let components = subject.solution.components.iter();
    let components = components.filter(|component| kinds.contains(&component.identity.kind));
    let roots = manifest.roots.iter().map(|root| &root.identity);
    for identity in components.map(|component| &component.identity).chain(roots) {
        own.insert(identity, ());
    }
    let stale = rows.iter();
    let stale = stale.filter(|row| is_held(&row.dependent) && own.find(&row.dependent).is_none());
    let stale: Vec<_> = stale.collect();
    if let Some(first) = stale.first() {
        let more = match stale.len() - 1 {
            0 => String::new(),
            1 => ", and 1 more row is like it".to_owned(),
            more => format!(", and {more} more rows are like it"),
        };
        let message = format!(
            "The package declares to need the {} for the {}, which it does not have{more}.",
            first.required, first.dependent
        );
        let help = "Export the solution again, or remove the rows from MissingDependencies.";
        out.add(first.span, message, help)
            .evidence(Evidence::Weak)
            .component(&first.required)
            .summary(stale.iter().map(|row| Part {
                name: address(&row.dependent).into(),
                ..Part::of(&row.required)
            }));
    }
}

/// The first format in which a root component says how much of it travels.
const SEGMENTED: (u32, u32) = (8, 0);

fn whole_table(subject: &Subject<'_>, out: &mut Findings) {
    let manifest = &subject.solution.manifest;
    let format = manifest.export.package_version.as_deref();
    let format = format.and_then(|format| format.parse::<Version>().ok());
    if format.is_none_or(|format| format.line() < SEGMENTED) || is_of_microsoft(subject) {
        return;
    }
    let is_whole = |root: &&RootComponent| {
        root.identity.kind == TABLE && root.behavior == RootBehavior::WithSubcomponents
    };
    // A table that needs itself has its base in another solution.
    let rows = manifest.missing_dependencies.iter();
    let rows = rows.filter(|row| {
        row.required.kind == TABLE
            && row.supplier.origin() == SupplierOrigin::Solution
            && row.required.is_same_as(&row.dependent)
    });
    let bases: FxHashSet<&LogicalName> = rows
        .filter_map(|row| row.required.schema_name.as_ref())
        .collect();
    let roots = manifest.roots.iter().filter(is_whole);
    let others: Vec<(&LogicalName, &RootComponent)> = roots
        .filter_map(|root| Some((root.identity.schema_name.as_ref()?, root)))
        .filter(|(name, _)| table(name.as_str()).is_some() || bases.contains(name))
        .collect();
    if let Some((_, first)) = others.first() {
        let names: Vec<_> = others.iter().map(|(name, _)| name.as_str()).collect();
        let (what, them) = match names.as_slice() {
            [name] => (format!("the table {name}"), "it"),
            names => (format!("the tables {}", names.join(", ")), "them"),
        };
        let message = format!(
            "The package takes {what} along with everything in {them}, and others made {them}."
        );
        let help = "Remove the table from the solution, add it again without all objects, and choose what was changed.";
        out.add(first.span, message, help)
            .evidence(Evidence::Fair)
            .component(&first.identity)
            .summary_of(others.iter().map(|(_, root)| &root.identity));
    }
}

/// Whether Microsoft published the package, which then may bring its own tables.
fn is_of_microsoft(subject: &Subject<'_>) -> bool {
    let publisher = subject.solution.manifest.publisher.as_ref();
    let name = publisher.and_then(|publisher| publisher.unique_name.as_ref());
    name.is_some_and(|name| name.value.to_ascii_lowercase().starts_with("microsoft"))
}

fn licensed_feature(subject: &RequirementSubject<'_>, out: &mut Findings) {
    // Against a target, the list of what to do names the features with their licences.
    if subject.target.is_some() {
        return;
    }
    let mut features: BTreeMap<Feature, Vec<(&Identity, Span)>> = BTreeMap::new();
    for requirement in subject.requirements {
        let supply = requirement.remedy.supply();
        if let Some(Way::Feature(feature)) = supply.map(|supply| &supply.way)
            && requirement.answer.presence != Presence::Present
        {
            let needed = (&requirement.required, requirement.span);
            features.entry(*feature).or_default().push(needed);
        }
    }
    for (feature, needed) in features {
        let Some((first, span)) = needed.first() else {
            continue;
        };
        let more = match needed.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let message = format!(
            "The package requires the {first}{more} of {}, which needs {}.",
            feature.name, feature.licence
        );
        let help = format!(
            "See that the target has the licence and the feature is on before the import: {}.",
            feature.switched_on
        );
        out.add(*span, message, help)
            .evidence(Evidence::Fair)
            .component(first)
            .distinct(feature.name)
            .summary_of(needed.iter().map(|(required, _)| *required));
    }
}
