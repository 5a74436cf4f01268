//! Rules about definitions of metadata that contradict themselves or lack a part: choices, relationships, texts.

mod lookups;
mod views;

use std::collections::BTreeMap;

use super::Subject;
use super::findings::Findings;
use super::rule::{Rule, RuleDocs, Scope};
use super::stage::Stage;
use crate::finding::Severity;
use crate::model::{Component, ComponentType, LogicalName, Origin, Solution};

const VALUE_REPEATED: u32 = 0x8004_4310;
const NO_REFERENCING: u32 = 0x8009_0416;
const NO_TYPE: u32 = 0x8009_0494;
const NO_COMMENT: u32 = 0x8009_0496;
const NO_LANGUAGE: u32 = 0x8009_0497;

const COLUMN: ComponentType = ComponentType::Number(2);
const CHOICE: ComponentType = ComponentType::Number(9);
const RELATIONSHIP: ComponentType = ComponentType::Number(10);
const TEXT: ComponentType = ComponentType::Number(22);

const CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

pub(super) use lookups::RULES as LOOKUPS;
pub(super) use views::RULES as VIEWS;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "choice-value-repeated",
        severity: Severity::Error,
        summary: "a choice has one value twice",
        codes: &[VALUE_REPEATED],
        docs: RuleDocs {
            what: "No two options of a global choice, or of the choice of a column, have the same value.",
            why: "The value is what rows store, and the platform refuses a choice that has one twice. A merge of two branches \
                  often leaves both.",
            fix: "Remove one of the options, or give it another value.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Package(value_repeated),
    },
    Rule {
        id: "option-value-outside-range",
        severity: Severity::Note,
        summary: "options of the publisher's own choices have values outside the publisher's range",
        codes: &[],
        docs: RuleDocs {
            what: "The options of choices with the publisher's prefix have values that begin with the publisher's option value \
                   prefix. Columns are told together for each table; states, status reasons, and yes and no do not count.",
            why: "Two publishers who each add an option to one choice are told apart by these values. Others may collide, and \
                  then the option of one shows as the other's.",
            fix: "Leave values that rows already store; give new options values of the range.",
            source: "learn.microsoft.com/power-apps/maker/data-platform/create-solution, solution publisher",
        },
        stage: Stage::Components,
        scope: Scope::Package(outside_range),
    },
    Rule {
        id: "relationship-incomplete",
        severity: Severity::Error,
        summary: "the definition of a relationship lacks its sort or its referencing table",
        codes: &[NO_REFERENCING, NO_TYPE],
        docs: RuleDocs {
            what: "Every relationship that the package defines has EntityRelationshipType and, where it is no many-to-many one, \
                   ReferencingEntityName. Source folders may list relationships by name alone.",
            why: "The platform cannot tell what it joins, and refuses the package.",
            fix: "Export the solution again, or restore the element.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Package(incomplete),
    },
    Rule {
        id: "table-text-incomplete",
        severity: Severity::Error,
        summary: "a text of a table lacks its comment or its language",
        codes: &[NO_COMMENT, NO_LANGUAGE],
        docs: RuleDocs {
            what: "Every String below Strings of a table has the attributes Comment and languagecode. One without a key is told \
                   by unnamed-component.",
            why: "The platform refuses the table.",
            fix: "Export the solution again, or restore the attribute.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Package(text_incomplete),
    },
];

/// The components of one type that the package defines.
pub(super) fn defined(
    solution: &Solution,
    kind: ComponentType,
) -> impl Iterator<Item = &Component> {
    let components = solution.components.iter();
    components.filter(move |component| {
        component.identity.kind == kind && component.origin == Origin::Package
    })
}

fn value_repeated(subject: &Subject<'_>, out: &mut Findings) {
    for kind in [CHOICE, COLUMN] {
        for component in defined(subject.solution, kind) {
            let Some(values) = component.property("RepeatedOptions") else {
                continue;
            };
            // Of a list that is too long only the length is kept.
            let values = if values.starts_with('(') {
                "many"
            } else {
                values
            };
            let identity = &component.identity;
            out.add(
                component.span,
                format!("The {identity} has several options of one value: {values}."),
                "Remove one of the options, or give it another value.",
            )
            .component(identity)
            .platform(VALUE_REPEATED, &[]);
        }
    }
}

/// Whether all values of a choice begin with the option value prefix of a publisher; nothing where they are not known.
fn is_within(component: &Component, prefix: i64) -> Option<bool> {
    // The platform makes a value of the prefix and four digits.
    const VALUES: i64 = 10_000;
    let mut within = true;
    for range in component.property("Options")?.split(',') {
        let (first, last) = range.split_once("..").unwrap_or((range, range));
        let ends: [i64; 2] = [first.parse().ok()?, last.parse().ok()?];
        within &= ends.iter().all(|value| value.div_euclid(VALUES) == prefix);
    }
    Some(within)
}

fn outside_range(subject: &Subject<'_>, out: &mut Findings) {
    const SHOWN: usize = 3;
    let publisher = subject.solution.manifest.publisher.as_ref();
    let prefix = publisher.and_then(|publisher| publisher.prefix.as_ref());
    let range = publisher.and_then(|publisher| publisher.option_value_prefix.as_ref());
    let range = range.and_then(|range| range.value.trim().parse::<i64>().ok());
    // A prefix that is none has a rule of its own.
    let range = range.filter(|range| (10_000..=99_999).contains(range));
    let (Some(prefix), Some(range)) = (prefix, range) else {
        return;
    };
    let start = format!("{}_", prefix.value.trim());
    let help = "Leave values that rows already store; give new options values of the range.";
    let is_outside = |component: &&Component| {
        let name = component.identity.schema_name.as_ref();
        name.is_some_and(|name| name.starts_with(&start))
            && is_within(component, range) == Some(false)
    };
    let picked = |component: &&Component, key| {
        let kind = component.property(key);
        kind.is_some_and(|kind| kind == "picklist" || kind == "multiselectpicklist")
    };
    let choices = defined(subject.solution, CHOICE).filter(|one| picked(one, "OptionSetType"));
    for choice in choices.filter(is_outside) {
        let identity = &choice.identity;
        let message = format!(
            "Options of the {identity} have values outside the publisher's range, {range}0000 to {range}9999."
        );
        out.add(choice.span, message, help).component(identity);
    }
    let mut tables: BTreeMap<&LogicalName, Vec<&Component>> = BTreeMap::new();
    let columns = defined(subject.solution, COLUMN).filter(|one| picked(one, "Type"));
    for column in columns.filter(is_outside) {
        if let Some(table) = &column.identity.table {
            tables.entry(table).or_default().push(column);
        }
    }
    for (table, columns) in tables {
        let names = columns
            .iter()
            .filter_map(|column| column.identity.schema_name.as_ref());
        let names: Vec<_> = names.take(SHOWN).map(LogicalName::as_str).collect();
        let more = match columns.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let Some(first) = columns.first() else {
            continue;
        };
        let message = format!(
            "Options of columns of {table} have values outside the publisher's range, {range}0000 to {range}9999: {}{more}.",
            names.join(", ")
        );
        out.add(first.span, message, help)
            .component(&first.identity)
            .distinct(table.as_str())
            .summary_of(columns.iter().map(|column| &column.identity));
    }
}

fn incomplete(subject: &Subject<'_>, out: &mut Findings) {
    let in_source = subject.package.layout().is_source();
    for relationship in defined(subject.solution, RELATIONSHIP) {
        // The list of a source folder has names only.
        if in_source && relationship.properties.is_empty() {
            continue;
        }
        let identity = &relationship.identity;
        let sort = relationship.property("EntityRelationshipType");
        let (code, lacks) = match (sort, relationship.property("ReferencingEntityName")) {
            (None, _) => (NO_TYPE, "EntityRelationshipType"),
            (Some("ManyToMany"), _) | (Some(_), Some(_)) => continue,
            (Some(_), None) => (NO_REFERENCING, "ReferencingEntityName"),
        };
        let name = identity
            .schema_name
            .as_ref()
            .map_or("", LogicalName::as_str);
        out.add(
            relationship.span,
            format!("The definition of the {identity} has no {lacks}."),
            "Export the solution again, or restore the element.",
        )
        .component(identity)
        .platform(code, &[name]);
    }
}

fn text_incomplete(subject: &Subject<'_>, out: &mut Findings) {
    for text in defined(subject.solution, TEXT) {
        let Some(lacks) = text.property("Lacks") else {
            continue;
        };
        let identity = &text.identity;
        let code = if lacks == "Comment" {
            NO_COMMENT
        } else {
            NO_LANGUAGE
        };
        let table = identity.table.as_ref().map_or("", LogicalName::as_str);
        let key = identity
            .schema_name
            .as_ref()
            .map_or("", LogicalName::as_str);
        out.add(
            text.span,
            format!("A text of the {identity} has no {lacks}."),
            "Export the solution again, or restore the attribute.",
        )
        .component(identity)
        .platform(code, &[table, key, "…", "…"]);
    }
}
