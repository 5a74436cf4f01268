//! Rules about names and identifiers that something else has in the target.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::ImportSubject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, ComponentType, Guid, LogicalName};
use crate::target::{
    ComponentRow, RelationshipKind, RelationshipRow, SourceKind, TableRow, Target,
};

const SAME_TABLE: u32 = 0x8004_810C;
const SET_TAKEN: u32 = 0x8006_088E;
const RELATIONSHIP_TAKEN: u32 = 0x8004_432B;
const VIEW_TAKEN: u32 = 0x8004_8004;
const CHART_TAKEN: u32 = 0x8004_E014;
const HIERARCHY_TAKEN: u32 = 0x8004_F9A3;
const SECOND_QUICK_FIND: u32 = 0x8004_853A;

const TABLE: ComponentType = ComponentType::Number(1);
const RELATIONSHIP: ComponentType = ComponentType::Number(10);
const VIEW: ComponentType = ComponentType::Number(26);

/// The value of `querytype` that marks the quick find view of a table.
/// Source: learn.microsoft.com/power-apps/developer/data-platform/reference/entities/savedquery.
const QUICK_FIND: u32 = 4;

const CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "table-name-taken",
        severity: Severity::Error,
        summary: "the target has another sort of table with the name of a table",
        codes: &[SAME_TABLE],
        docs: RuleDocs {
            what: "No table of the package has the name of a table that joins two others there for a many-to-many relationship, \
                   no such relationship the joining table of another one, and no table is virtual in the package only or in the \
                   target only.",
            why: "Names of tables are unique, and the sort of a table cannot be changed.",
            fix: "Rename the table in the package, or delete the one in the target.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(table_taken),
    },
    Rule {
        id: "entity-set-taken",
        severity: Severity::Error,
        summary: "the target has another table with the entity set name of a table",
        codes: &[SET_TAKEN],
        docs: RuleDocs {
            what: "No table of the package has the entity set name that another table has in the target.",
            why: "Each table is addressed in the Web API by its entity set name, so the platform takes each once.",
            fix: "Give the table another entity set name where it is built.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(set_taken),
    },
    Rule {
        id: "relationship-name-taken",
        severity: Severity::Error,
        summary: "the target has another relationship with the name of a relationship",
        codes: &[RELATIONSHIP_TAKEN],
        docs: RuleDocs {
            what: "A relationship that the target has under the same name joins the same tables there, by the same lookup. What \
                   $metadata alone tells does not count: the names in it may have been changed.",
            why: "Names of relationships are unique in an environment.",
            fix: "Rename the relationship in the package, or delete the one in the target.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(relationship_taken),
    },
    Rule {
        id: "identifier-of-another-table",
        severity: Severity::Error,
        summary: "a view, chart or hierarchy rule has the identifier of one of another table",
        codes: &[VIEW_TAKEN, CHART_TAKEN, HIERARCHY_TAKEN],
        docs: RuleDocs {
            what: "A view, chart or hierarchy rule that the target has under the same identifier belongs to the same table \
                   there. Whether one was deleted and the deletion is not published no manifest says.",
            why: "Such a component does not change its table. A copy that was made by editing files keeps the identifier.",
            fix: "Give the component in the package a new identifier.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(of_another_table),
    },
    Rule {
        id: "second-quick-find-view",
        severity: Severity::Error,
        summary: "a table would have two quick find views",
        codes: &[SECOND_QUICK_FIND],
        docs: RuleDocs {
            what: "The quick find view of a table has one identifier in the package and in the target, where its manifest says \
                   what views are for.",
            why: "A table has one quick find view, and the platform creates no second one.",
            fix: "Leave the quick find view out of the package, or delete the table in the target and import it with the \
                  package.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(second_quick_find),
    },
];

/// The relationships that the target's joining tables belong to.
fn joining<'a>(subject: &ImportSubject<'a>) -> FxHashMap<LogicalName, &'a RelationshipRow> {
    let rows = subject.target.manifest().relationships.iter();
    rows.filter_map(|row| Some((LogicalName::new(row.intersect.as_ref()?), row)))
        .collect()
}

/// Whether a table of the package is virtual, where that is sure: elastic tables have a provider too.
fn is_virtual(table: &Component) -> Option<bool> {
    const ELASTIC: &str = "1d9bde74-9ebd-4da9-8ff5-aa74945b9f74";
    let provider = table.property("DataProviderId").and_then(Guid::parse_used);
    match provider {
        // Where only columns of a table travel, its own definition is left out.
        None => table.property("EntitySetName").map(|_| false),
        Some(provider) if ELASTIC.parse() == Ok(provider) => None,
        Some(_) => Some(true),
    }
}

fn table_taken(subject: &ImportSubject<'_>, out: &mut Findings) {
    let joining = joining(subject);
    for table in subject.defined(TABLE) {
        let identity = &table.identity;
        let Some(name) = &identity.schema_name else {
            continue;
        };
        let there = subject.target.table(name);
        let sort = there.and_then(|row| row.table_type.as_deref());
        let src = there.and_then(|row| row.src.as_deref());
        let (what, src) = match (joining.get(name), sort, is_virtual(table)) {
            (Some(row), ..) => (
                format!("joins two tables for the relationship {}", row.name),
                row.src.as_deref(),
            ),
            (None, Some("Virtual"), Some(false)) => ("is virtual".to_owned(), src),
            (None, Some("Standard"), Some(true)) => ("is not virtual".to_owned(), src),
            _ => continue,
        };
        out.add(
            table.span,
            format!("The target has another {identity}: there it {what}."),
            "Rename the table in the package, or delete the one in the target.",
        )
        .evidence(subject.evidence_of(src))
        .component(identity)
        .platform(SAME_TABLE, &[name.as_str()]);
    }
    for relationship in subject.defined(RELATIONSHIP) {
        let identity = &relationship.identity;
        let Some(intersect) = relationship.property("IntersectEntityName") else {
            continue;
        };
        let other = joining.get(&LogicalName::new(intersect));
        let is_own = |row: &RelationshipRow| {
            identity
                .schema_name
                .as_ref()
                .is_some_and(|own| *own == *row.name)
        };
        let Some(other) = other.filter(|row| !is_own(row)) else {
            continue;
        };
        out.add(
            relationship.span,
            format!(
                "The {identity} joins its tables by {intersect}, which belongs to the relationship {} in the target.",
                other.name
            ),
            "Give the relationship another joining table in the package, or delete the one in the target.",
        )
        .component(identity)
        .platform(SAME_TABLE, &[intersect]);
    }
}

fn set_taken(subject: &ImportSubject<'_>, out: &mut Findings) {
    let tables = subject.target.manifest().tables.iter();
    let sets: FxHashMap<LogicalName, &TableRow> = tables
        .filter_map(|row| Some((LogicalName::new(row.entity_set.as_ref()?), row)))
        .collect();
    for table in subject.defined(TABLE) {
        let identity = &table.identity;
        let (Some(name), Some(set)) = (&identity.schema_name, table.property("EntitySetName"))
        else {
            continue;
        };
        let other = sets.get(&LogicalName::new(set));
        // A table that is there already keeps the set that it has.
        let is_there = subject.target.table(name).is_some();
        let Some(other) = other.filter(|other| *name != *other.name && !is_there) else {
            continue;
        };
        out.add(
            table.span,
            format!("The {identity} has the entity set name {set}, which the table {} has in the target.", other.name),
            "Give the table another entity set name where it is built.",
        )
        .evidence(subject.evidence_of(other.src.as_deref()))
        .component(identity)
        .platform(SET_TAKEN, &[]);
    }
}

/// Whether a row comes from `$metadata`, where relationships are named for navigation properties.
fn is_of_metadata(target: &Target, src: Option<&str>) -> bool {
    let mut sources = target.manifest().captured.sources.iter();
    src.is_some_and(|src| sources.any(|source| source.id == src && source.kind == SourceKind::Csdl))
}

/// In which way a relationship of the target is another one; nothing where it may be the same.
fn other_ends(own: &Component, row: &RelationshipRow) -> Option<String> {
    let end = |key: &str| own.property(key).map(LogicalName::new);
    let there = |text: &Option<String>| text.as_deref().map(LogicalName::new);
    let is_many = own.property("EntityRelationshipType") == Some("ManyToMany");
    let is_many_there = row.kind? == RelationshipKind::ManyToMany;
    if is_many != is_many_there {
        let sort = if is_many_there {
            "many-to-many"
        } else {
            "one-to-many"
        };
        return Some(format!("is {sort}"));
    }
    if is_many {
        let own: BTreeSet<_> = [end("FirstEntityName")?, end("SecondEntityName")?].into();
        let theirs: BTreeSet<_> = [there(&row.referencing)?, there(&row.referenced)?].into();
        let joins = || theirs.iter().map(LogicalName::as_str).collect::<Vec<_>>();
        return (own != theirs).then(|| format!("joins {}", joins().join(" and ")));
    }
    let own = (
        end("ReferencingEntityName")?,
        end("ReferencingAttributeName")?,
    );
    let theirs = (there(&row.referencing)?, there(&row.column)?);
    (own != theirs).then(|| format!("has the lookup {}.{}", theirs.0, theirs.1))
}

fn relationship_taken(subject: &ImportSubject<'_>, out: &mut Findings) {
    for relationship in subject.defined(RELATIONSHIP) {
        let identity = &relationship.identity;
        let name = identity.schema_name.as_ref();
        let row = name.and_then(|name| subject.target.relationship(name));
        let Some(row) = row.filter(|row| !is_of_metadata(subject.target, row.src.as_deref()))
        else {
            continue;
        };
        let Some(how) = other_ends(relationship, row) else {
            continue;
        };
        out.add(
            relationship.span,
            format!("The target has another {identity}: there it {how}."),
            "Rename the relationship in the package, or delete the one in the target.",
        )
        .evidence(subject.evidence_of(row.src.as_deref()))
        .component(identity)
        .platform(RELATIONSHIP_TAKEN, &[]);
    }
}

/// Kinds whose components never change their table, each with the code of a clash.
const BOUND: [(ComponentType, u32); 3] = [
    (VIEW, VIEW_TAKEN),
    (ComponentType::Number(59), CHART_TAKEN),
    (ComponentType::Number(65), HIERARCHY_TAKEN),
];

/// What the target lists of one type, by identifier.
fn by_id<'a>(
    subject: &ImportSubject<'a>,
    kind: &ComponentType,
) -> FxHashMap<Guid, &'a ComponentRow> {
    let rows = subject.rows(kind);
    rows.filter_map(|row| Some((row.id.as_ref()?.parse().ok()?, row)))
        .collect()
}

fn of_another_table(subject: &ImportSubject<'_>, out: &mut Findings) {
    for (kind, code) in &BOUND {
        let there = by_id(subject, kind);
        if there.is_empty() {
            continue;
        }
        // Of hierarchy rules only the code is known.
        let severity = if *code == HIERARCHY_TAKEN {
            Severity::Warning
        } else {
            Severity::Error
        };
        for component in subject.defined(kind.clone()) {
            let identity = &component.identity;
            let Some((id, table)) = identity.object_id.zip(identity.table.as_ref()) else {
                continue;
            };
            let row = there.get(&id);
            let src = row.and_then(|row| row.src.as_deref());
            let other = row.and_then(|row| row.parent.as_deref());
            // Older lists have object type codes here.
            let is_name = |name: &&str| name.parse::<u32>().is_err();
            let Some(other) = other.filter(is_name).filter(|other| *table != **other) else {
                continue;
            };
            out.add(
                component.span,
                format!("The {identity} has the identifier {id}, under which the target has one of the table {other}."),
                "Give it a new identifier in the package.",
            )
            .severity(severity)
            .evidence(subject.evidence_of(src))
            .component(identity)
            .platform(*code, &[&id.to_string()]);
        }
    }
}

/// The quick find views that are known of a table.
#[derive(Default)]
struct QuickFind {
    /// Those that the target lists, with how sure that is, and whether they are of the installed version. Some tables of
    /// Microsoft have several.
    there: BTreeMap<Guid, (Evidence, bool)>,
}

fn second_quick_find(subject: &ImportSubject<'_>, out: &mut Findings) {
    let mut known: FxHashMap<LogicalName, QuickFind> = FxHashMap::default();
    for row in subject.rows(&VIEW) {
        if row.view_type != Some(QUICK_FIND) {
            continue;
        }
        let id = row.id.as_ref().and_then(|id| id.parse().ok());
        if let (Some(id), Some(table)) = (id, &row.parent) {
            let table = known.entry(LogicalName::new(table)).or_default();
            let own = row.solution.as_deref();
            let is_own =
                own.is_some_and(|own| own.eq_ignore_ascii_case(subject.solution.manifest.name()));
            let evidence = subject.evidence_of(row.src.as_deref());
            table.there.insert(id, (evidence, is_own));
        }
    }
    let word = QUICK_FIND.to_string();
    for view in subject.defined(VIEW) {
        let identity = &view.identity;
        let Some((id, table)) = identity.object_id.zip(identity.table.as_ref()) else {
            continue;
        };
        if view.property("querytype") != Some(word.as_str()) {
            continue;
        }
        let table = known.entry(table.clone()).or_default();
        if table.there.contains_key(&id) {
            continue;
        }
        // That the package has two of them is told of the package.
        let Some((other, (evidence, is_own))) = table.there.first_key_value() else {
            continue;
        };
        out.add(
            view.span,
            format!(
                "The {identity} is a quick find view, and the target has another one of that table, {other}."
            ),
            "Leave one of the two out.",
        )
        // An upgrade may take the old one away first; which comes first is not documented.
        .severity(if *is_own { Severity::Warning } else { Severity::Error })
        .evidence(*evidence)
        .component(identity)
        .platform(SECOND_QUICK_FIND, &[]);
    }
}
