//! Rules about publishers: whose solution it is, and whose prefix things have.

use super::{ImportSubject, Operation};
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, ComponentType, Origin, comes_with_its_table};
use crate::target::{Presence, Question};

const WRONG_PUBLISHER: u32 = 0x8004_801C;
const COLUMN_NAME: u32 = 0x8004_8062;

const CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "publisher-changed",
        severity: Severity::Error,
        summary: "the target has the managed solution from another publisher",
        codes: &[WRONG_PUBLISHER],
        docs: RuleDocs {
            what: "The publisher of a managed package is the one that the installed solution of this name has.",
            why: "Publishers are told apart by their unique names, and the platform refuses to change that of a solution.",
            fix: "Export with the publisher of the installed solution, or uninstall that solution first, which removes its data.",
            source: CODES,
        },
        stage: Stage::Manifest,
        scope: Scope::Import(publisher_changed),
    },
    Rule {
        id: "new-column-without-prefix",
        severity: Severity::Error,
        summary: "a new column has a name without a customization prefix",
        codes: &[COLUMN_NAME],
        docs: RuleDocs {
            what: "Every custom column that the target does not have yet has a name that begins with a prefix and an underscore.",
            why: "The platform creates no custom column without a valid customization prefix.",
            fix: "Make the column anew under a publisher with a prefix, and move its data.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(new_column_without_prefix),
    },
    Rule {
        id: "foreign-custom-control",
        severity: Severity::Error,
        summary: "a custom control has another prefix than the solution's publisher",
        codes: &[],
        docs: RuleDocs {
            what: "A custom control that the package brings has the prefix of the package's publisher, unless the target has the \
                   control already.",
            why: "The import refuses it with \"Publisher prefix … for this control … does not match the prefix … for the \
                  solution\".",
            fix: "Remove the control from the solution and depend on the solution that it comes from, or build it under your own \
                  publisher.",
            source: "the platform's message in several public failure reports",
        },
        stage: Stage::Components,
        scope: Scope::Import(foreign_control),
    },
];

fn publisher_changed(subject: &ImportSubject<'_>, out: &mut Findings) {
    let manifest = &subject.solution.manifest;
    let Some(publisher) = &manifest.publisher else {
        return;
    };
    let own = publisher
        .unique_name
        .as_ref()
        .map_or("", |name| &name.value);
    let installed = subject.installed().and_then(|row| row.publisher.as_deref());
    let Some(installed) = installed.filter(|installed| !installed.eq_ignore_ascii_case(own)) else {
        return;
    };
    // Of an unmanaged solution the publisher may change.
    if !subject.is_managed() || own.is_empty() {
        return;
    }
    let message = format!(
        "The package of {} is of publisher {own}, and the target has it from publisher {installed}.",
        manifest.name()
    );
    let help = format!(
        "Export it with publisher {installed}, or uninstall {} in the target first, which removes its data.",
        manifest.name()
    );
    let span = publisher
        .unique_name
        .as_ref()
        .map_or(publisher.span, |name| name.span);
    out.add(span, message, help)
        .platform(WRONG_PUBLISHER, &[manifest.name(), installed, own]);
}

/// Whether the target is known to lack a component of the package.
pub(super) fn is_new(subject: &ImportSubject<'_>, component: &Component) -> bool {
    let question = Question::of(subject.solution, &component.identity, None);
    let is_first =
        subject.import.plan.operation == Operation::Install && component.origin == Origin::Package;
    match subject.target.answer(&question).presence {
        Presence::Absent => true,
        Presence::Present => false,
        Presence::Unknown => is_first && subject.has_own_table(component),
    }
}

fn new_column_without_prefix(subject: &ImportSubject<'_>, out: &mut Findings) {
    const COLUMN: ComponentType = ComponentType::Number(2);
    let columns = subject.solution.components.iter();
    let columns = columns.filter(|component| {
        component.identity.kind == COLUMN && component.property("IsCustomField") == Some("1")
    });
    for column in columns {
        let name = column
            .identity
            .schema_name
            .as_ref()
            .map_or("", |name| name.as_str());
        // The platform names the image of a table itself.
        let is_given =
            name.eq_ignore_ascii_case("entityimage") || comes_with_its_table(&column.identity);
        if name.contains('_') || is_given || !is_new(subject, column) {
            continue;
        }
        let message = format!(
            "The new {} has a name without a customization prefix.",
            column.identity
        );
        let help = "Make the column anew under a publisher with a prefix, and move its data.";
        out.add(column.span, message, help)
            .evidence(Evidence::Fair)
            .component(&column.identity)
            .platform(COLUMN_NAME, &[name]);
    }
}

fn foreign_control(subject: &ImportSubject<'_>, out: &mut Findings) {
    const CONTROL: ComponentType = ComponentType::Number(66);
    let publisher = subject.solution.manifest.publisher.as_ref();
    let own = publisher.and_then(|publisher| publisher.prefix.as_ref());
    let Some(own) = own.map(|own| &*own.value) else {
        return;
    };
    let controls = subject.solution.components.iter();
    let controls = controls.filter(|component| {
        component.identity.kind == CONTROL && component.origin == Origin::Package
    });
    for control in controls {
        let name = control
            .identity
            .schema_name
            .as_ref()
            .map_or("", |name| name.as_str());
        let Some((prefix, _)) = name.split_once('_') else {
            continue;
        };
        if prefix.eq_ignore_ascii_case(own) || !is_new(subject, control) {
            continue;
        }
        let message = format!(
            "The custom control {name} has prefix {prefix}, and the solution's publisher has {own}."
        );
        let help = "Remove the control from the solution and depend on the solution that it comes from, or build it under your \
                    own publisher.";
        out.add(control.span, message, help)
            .evidence(Evidence::Fair)
            .component(&control.identity);
    }
}
