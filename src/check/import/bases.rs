//! Rules about what lies below: components that were made in the target by hand, and layers that hide what is imported.

use super::{ImportSubject, Operation};
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, Origin};
use crate::target::Presence;

const UNMANAGED_BASE: u32 = 0x8004_F016;
const FORM_TRANSITION: u32 = 0x8004_0242;
const UNMANAGED_MAP: u32 = 0x8004_F223;
const UNMANAGED_PARENT: u32 = 0x8004_803B;

const CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "unmanaged-base",
        severity: Severity::Error,
        summary: "a managed package brings a component that the target has unmanaged and that does not convert",
        codes: &[UNMANAGED_BASE],
        docs: RuleDocs {
            what: "No view or canvas app of a managed package was made in the target by hand, or by an unmanaged import.",
            why: "Tables and columns become managed without a word; of views and canvas apps the platform refuses it.",
            fix: "Delete the component in the target, or try --convert-to-managed, which some documentation names and other calls \
                  obsolete.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/failure-converting-to-managed-solution",
        },
        stage: Stage::Components,
        scope: Scope::Import(unmanaged_base),
    },
    Rule {
        id: "partial-form-over-unmanaged",
        severity: Severity::Error,
        summary: "a managed package has part of a form that the target has unmanaged",
        codes: &[FORM_TRANSITION],
        docs: RuleDocs {
            what: "A form of which a managed package has differences only is managed in the target.",
            why: "The platform makes no unmanaged form managed without its full definition.",
            fix: "Add the full form to the solution and export again, or delete the form in the target.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(partial_form),
    },
    Rule {
        id: "unmanaged-column-mapping",
        severity: Severity::Error,
        summary: "a managed package brings a column mapping that the target has unmanaged",
        codes: &[UNMANAGED_MAP],
        docs: RuleDocs {
            what: "No column mapping of a managed package was made in the target by hand.",
            why: "Column mappings never become managed.",
            fix: "Delete the mapping in the target before the import.",
            source: "learn.microsoft.com/power-platform/alm/move-from-unmanaged-managed-alm",
        },
        stage: Stage::Components,
        scope: Scope::Import(unmanaged_mapping),
    },
    Rule {
        id: "requires-unmanaged-component",
        severity: Severity::Error,
        summary: "a managed package requires a component that the target has unmanaged",
        codes: &[UNMANAGED_PARENT],
        docs: RuleDocs {
            what: "What a managed package requires and does not bring is managed in the target.",
            why: "A managed component may depend on managed ones only. Reports differ on whether every import looks.",
            fix: "Bring the component into the target with a managed solution.",
            source: "learn.microsoft.com/power-platform/alm/dependency-tracking-solution-components",
        },
        stage: Stage::Dependencies,
        scope: Scope::Import(requires_unmanaged),
    },
    Rule {
        id: "hidden-by-unmanaged-layer",
        severity: Severity::Warning,
        summary: "unmanaged customizations in the target hide what is imported",
        codes: &[],
        docs: RuleDocs {
            what: "No component of a managed package has an unmanaged layer in the target.",
            why: "The import succeeds and nothing changes: the unmanaged layer wins.",
            fix: "Remove the unmanaged layer of the components in the target, or import with --force-overwrite.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/changes-not-effective-solution-import",
        },
        stage: Stage::Publish,
        scope: Scope::Import(hidden),
    },
    Rule {
        id: "left-unpublished",
        severity: Severity::Note,
        summary: "what an unmanaged package changes is not published",
        codes: &[],
        docs: RuleDocs {
            what: "The import of an unmanaged package is asked to publish (--publish-changes).",
            why: "Managed components arrive published, unmanaged ones as drafts: users see the former definition until somebody \
                  publishes.",
            fix: "Import with --publish-changes, or publish all customizations afterwards.",
            source: "learn.microsoft.com/power-apps/maker/data-platform/import-update-export-solutions",
        },
        stage: Stage::Publish,
        scope: Scope::Import(unpublished),
    },
];

/// Components of a managed package of some types that the target has unmanaged.
fn unmanaged<'a>(
    subject: &ImportSubject<'a>,
    kinds: &'static [u32],
) -> impl Iterator<Item = &'a Component> + use<'a> {
    let target = subject.target;
    let is_managed = subject.is_managed() && subject.import.plan.operation != Operation::Skip;
    let components = subject.solution.components.iter();
    components.filter(move |component| {
        let kind = component.identity.kind.as_number();
        is_managed
            && kind.is_some_and(|kind| kinds.contains(&kind))
            && target
                .holding(&component.identity)
                .and_then(|held| held.is_unmanaged())
                == Some(true)
    })
}

fn id_of(component: &Component) -> String {
    component
        .identity
        .object_id
        .map_or(String::new(), |id| id.to_string())
}

fn unmanaged_base(subject: &ImportSubject<'_>, out: &mut Findings) {
    let converts = subject.import.plan.switches.convert_to_managed;
    for component in unmanaged(subject, &[26, 300]) {
        let identity = &component.identity;
        let message = if converts {
            format!(
                "The target has the {identity} unmanaged, and whether --convert-to-managed still converts it is not sure."
            )
        } else {
            format!("The package is managed, and the target has the {identity} unmanaged.")
        };
        let help = format!("Delete the {identity} in the target before the import.");
        let kind = identity.kind.name();
        let name = identity.display_name.as_deref().unwrap_or_default();
        out.add(component.span, message, help)
            .evidence(if converts {
                Evidence::Weak
            } else {
                Evidence::Strong
            })
            .component(identity)
            .platform(UNMANAGED_BASE, &[&kind, name, &id_of(component)]);
    }
}

fn partial_form(subject: &ImportSubject<'_>, out: &mut Findings) {
    let forms = unmanaged(subject, &[60]);
    for form in forms.filter(|form| form.origin == Origin::Layered) {
        let identity = &form.identity;
        let message =
            format!("The package has part of the {identity}, which the target has unmanaged.");
        let help =
            "Add the full form to the solution and export again, or delete the form in the target.";
        out.add(form.span, message, help)
            .component(identity)
            .platform(FORM_TRANSITION, &[&id_of(form)]);
    }
}

fn unmanaged_mapping(subject: &ImportSubject<'_>, out: &mut Findings) {
    for map in unmanaged(subject, &[46, 47]) {
        let identity = &map.identity;
        let message =
            format!("The package is managed, and the target has the {identity} unmanaged.");
        let help = "Delete the mapping in the target before the import.";
        out.add(map.span, message, help)
            .component(identity)
            .platform(UNMANAGED_MAP, &[&id_of(map)]);
    }
}

fn requires_unmanaged(subject: &ImportSubject<'_>, out: &mut Findings) {
    if !subject.is_managed() {
        return;
    }
    let present = subject.requirements.iter();
    let present = present.filter(|one| one.answer.presence == Presence::Present);
    for requirement in present {
        let required = &requirement.required;
        // What the package lies on itself is not somebody else's.
        if requirement
            .needed_by
            .iter()
            .any(|needed| needed.is_same_as(required))
        {
            continue;
        }
        let held = subject.target.holding(required);
        if held.and_then(|held| held.is_unmanaged()) != Some(true) {
            continue;
        }
        let message = format!(
            "The package is managed and requires the {required}, which the target has unmanaged."
        );
        let remedy = format!("Bring the {required} into the target with a managed solution.");
        out.add(requirement.span, message, remedy)
            .evidence(Evidence::Fair)
            .component(required)
            .chain(&requirement.chain)
            .platform(UNMANAGED_PARENT, &["1"]);
    }
}

fn hidden(subject: &ImportSubject<'_>, out: &mut Findings) {
    let plan = subject.import.plan;
    if !subject.is_managed() || plan.switches.force_overwrite || plan.operation == Operation::Skip {
        return;
    }
    let components = subject.solution.components.iter();
    let hidden = components.filter(|component| {
        let held = subject.target.holding(&component.identity);
        !component.identity.kind.merges_layers()
            && held.and_then(|held| held.has_active_layer()) == Some(true)
    });
    let hidden: Vec<_> = hidden.collect();
    let Some(first) = hidden.first() else {
        return;
    };
    let others = match hidden.len() - 1 {
        0 => String::new(),
        count => format!(" and of {count} more components"),
    };
    let message = format!(
        "Unmanaged customizations in the target hide what the package says of the {}{others}.",
        first.identity
    );
    let help = "Remove the unmanaged layers of these components in the target, or import with --force-overwrite.";
    out.add(first.span, message, help)
        .component(&first.identity)
        .summary_of(hidden.iter().map(|component| &component.identity));
}

fn unpublished(subject: &ImportSubject<'_>, out: &mut Findings) {
    let plan = subject.import.plan;
    let is_done = plan.switches.publish_changes || plan.operation == Operation::Skip;
    if subject.is_managed() || is_done || subject.solution.components.is_empty() {
        return;
    }
    let message = "What the package changes is a draft until it is published.";
    let help = "Import with --publish-changes, or publish all customizations afterwards.";
    out.add(subject.solution.manifest.span, message.to_owned(), help);
}
