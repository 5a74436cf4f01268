//! Rules about alternate keys that the target has otherwise.

use std::collections::BTreeSet;

use super::ImportSubject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, ComponentType, LogicalName};
use crate::target::KeyDetails;

const KEY_TAKEN: u32 = 0x8006_0893;
const KEY_REPEATED: u32 = 0x8006_0894;

const KEY: ComponentType = ComponentType::Number(14);

/// A table has ten keys at most; of a manifest with more only so many are looked through.
/// Source: learn.microsoft.com/power-apps/developer/data-platform/define-alternate-keys-entity.
const MOST: usize = 64;

const CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "key-name-taken",
        severity: Severity::Error,
        summary: "the target has a key of the same name with other columns",
        codes: &[KEY_TAKEN],
        docs: RuleDocs {
            what: "A key that the target has under the same name in the same table is made of the same columns, where its \
                   manifest gives the columns of keys.",
            why: "The columns of a key cannot be changed, and its name is taken.",
            fix: "Delete the key in the target, or give the one in the package another name.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(key_taken),
    },
    Rule {
        id: "key-columns-taken",
        severity: Severity::Error,
        summary: "the target has a key of the same columns under another name",
        codes: &[KEY_REPEATED],
        docs: RuleDocs {
            what: "No key of the package is made of the columns that a key of another name is made of in that table of the \
                   target, where its manifest gives the columns of keys.",
            why: "A table has one key of the same columns.",
            fix: "Delete the key in the target, or leave the one in the package out.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/\
                     entitykey-selected-attributes-already-exists",
        },
        stage: Stage::Components,
        scope: Scope::Import(key_repeated),
    },
];

fn columns_of(key: &KeyDetails) -> BTreeSet<LogicalName> {
    key.columns
        .iter()
        .map(|column| LogicalName::new(column))
        .collect()
}

/// The columns that a key of the package is made of.
fn own_columns(key: &Component) -> BTreeSet<LogicalName> {
    let list = key.property("EntityKeyAttributes").unwrap_or_default();
    let columns = list.split(',').map(LogicalName::new);
    columns.filter(|column| !column.is_empty()).collect()
}

/// The keys of the package with their columns and those that the target lists of their table.
fn keys<'a>(
    subject: &ImportSubject<'a>,
) -> impl Iterator<Item = (&'a Component, BTreeSet<LogicalName>, Vec<&'a KeyDetails>)> {
    let target = subject.target;
    subject.defined(KEY).filter_map(move |key| {
        let row = target.table(key.identity.table.as_ref()?)?;
        let there = row.keys.iter().map(|key| &key.0).take(MOST);
        let there: Vec<_> = there.filter(|key| !key.columns.is_empty()).collect();
        Some((key, own_columns(key), there))
    })
}

fn list(columns: &BTreeSet<LogicalName>) -> String {
    let names: Vec<_> = columns.iter().map(LogicalName::as_str).collect();
    names.join(", ")
}

fn key_taken(subject: &ImportSubject<'_>, out: &mut Findings) {
    for (key, own, there) in keys(subject) {
        let identity = &key.identity;
        let (Some(name), Some(table)) = (&identity.schema_name, &identity.table) else {
            continue;
        };
        let same = there.iter().find(|other| *name == *other.name);
        let Some(theirs) = same.map(|other| columns_of(other)) else {
            continue;
        };
        if own.is_empty() || own == theirs {
            continue;
        }
        let (own, theirs) = (list(&own), list(&theirs));
        out.add(
            key.span,
            format!(
                "The {identity} is made of {own} in the package, and of {theirs} in the target."
            ),
            "Delete the key in the target, or give the one in the package another name.",
        )
        .evidence(Evidence::Fair)
        .component(identity)
        .platform(KEY_TAKEN, &[name.as_str(), table.as_str()]);
    }
}

fn key_repeated(subject: &ImportSubject<'_>, out: &mut Findings) {
    for (key, own, there) in keys(subject) {
        let identity = &key.identity;
        let Some(name) = &identity.schema_name else {
            continue;
        };
        if there.iter().any(|other| *name == *other.name) {
            continue;
        }
        let Some(other) = there.iter().find(|other| columns_of(other) == own) else {
            continue;
        };
        let row = identity
            .table
            .as_ref()
            .and_then(|table| subject.target.table(table));
        let of_table = row.and_then(|row| row.src.as_deref());
        out.add(
            key.span,
            format!(
                "The {identity} is made of {}, and so is the key {} of the target.",
                list(&own),
                other.name
            ),
            "Delete the key in the target, or leave the one in the package out.",
        )
        .evidence(subject.evidence_of(other.src.as_deref().or(of_table)))
        .component(identity)
        .platform(KEY_REPEATED, &[]);
    }
}
