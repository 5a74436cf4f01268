//! Rules about tables and columns that the target has otherwise, and about how many it takes.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ImportSubject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, ComponentType, LogicalName, column_type, is_column_type};
use crate::target::{ColumnDetails, TableRow};

const OTHER_TYPE: u32 = 0x8004_1A06;
const COLUMN_TAKEN: u32 = 0x8004_7013;
const OTHER_CASING: u32 = 0x8004_F043;
const NO_PRIMARY_NAME: u32 = 0x8004_4355;
const TOO_MANY_COLUMNS: u32 = 0x8004_841A;
const OTHER_OWNERSHIP: u32 = 0x8007_2018;
const TOO_MANY_TABLES: u32 = 0x8004_B043;

const TABLE: ComponentType = ComponentType::Number(1);
const COLUMN: ComponentType = ComponentType::Number(2);

const CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";
pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "column-type-differs",
        severity: Severity::Error,
        summary: "the target has a custom column with another type",
        codes: &[OTHER_TYPE],
        docs: RuleDocs {
            what: "A custom column that the target has, and whose type its manifest gives, has the same type in the package. \
                   Lookups, customers and owners count as one type, because $metadata does not tell them apart.",
            why: "The type of a column cannot be changed, and the platform refuses the table.",
            fix: "Rename the column in the package, or delete it in the target first, with its data. A managed column goes with \
                  an upgrade to a version without it; the version after that brings the new one.",
            source: "the platform's message in several public failure reports; the error codes",
        },
        stage: Stage::Components,
        scope: Scope::Import(type_differs),
    },
    Rule {
        id: "column-name-taken",
        severity: Severity::Error,
        summary: "the target has another column with the schema name of a column",
        codes: &[COLUMN_TAKEN],
        docs: RuleDocs {
            what: "No column of the package has the schema name that a column of another logical name has in that table of the \
                   target.",
            why: "Schema names are unique within a table, and the platform does not create a second column of one.",
            fix: "Rename the column in the package, or delete the one in the target.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(column_taken),
    },
    Rule {
        id: "column-casing-differs",
        severity: Severity::Error,
        summary: "the schema name of a custom column differs from the target's in capital letters only",
        codes: &[OTHER_CASING],
        docs: RuleDocs {
            what: "The schema name of a custom column is written as the target writes it, where its manifest has schema names \
                   of columns.",
            why: "A column that was made by hand in both environments may be called cts_Region in one and cts_region in the \
                  other. The platform takes them for two, and the database for one.",
            fix: "Delete the column in one of the environments, and make it again with the name of the other.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/\
                     the-import-file-is-too-large-upload",
        },
        stage: Stage::Components,
        scope: Scope::Import(casing_differs),
    },
    Rule {
        id: "table-without-primary-name",
        severity: Severity::Error,
        summary: "a new table comes without its primary name column",
        codes: &[NO_PRIMARY_NAME],
        docs: RuleDocs {
            what: "A table of the package that the target surely lacks has a column that is marked as primary name.",
            why: "The package then has only parts of the table, and the platform cannot create it from them.",
            fix: "Add the table to the solution with all its assets, or at least with its primary name column, and export again; \
                  or import the solution that has the table first.",
            source: "learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/\
                     primaryname-attribute-not-found",
        },
        stage: Stage::Components,
        scope: Scope::Import(without_primary_name),
    },
    Rule {
        id: "too-many-columns",
        severity: Severity::Error,
        summary: "a table would have more columns than the target allows",
        codes: &[TOO_MANY_COLUMNS],
        docs: RuleDocs {
            what: "The columns that the manifest lists of a table and those that the package adds are together no more than the \
                   manifest states as limit (limits.columnsPerTable).",
            why: "The platform refuses the column that is one too many.",
            fix: "Remove columns from the package or from the target.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(too_many_columns),
    },
    Rule {
        id: "table-ownership-differs",
        severity: Severity::Error,
        summary: "a table belongs to users in one place and to the organization in the other",
        codes: &[OTHER_OWNERSHIP],
        docs: RuleDocs {
            what: "A table that the target has is owned there as the package says, where its manifest gives the ownership.",
            why: "The ownership of a table is chosen once, when it is made.",
            fix: "Delete the table in the target with its data, or make it anew where the package comes from.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(ownership_differs),
    },
    Rule {
        id: "too-many-tables",
        severity: Severity::Warning,
        summary: "the package brings more new tables than the target may still have",
        codes: &[TOO_MANY_TABLES],
        docs: RuleDocs {
            what: "The package has no more tables that the target surely lacks than its manifest says can be added \
                   (limits.customTablesLeft).",
            why: "The platform refuses the import of tables above the quota of the organization.",
            fix: "Have the quota raised, or remove tables.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Import(too_many_tables),
    },
];

/// A column of the package with its table and, where it is there, itself in the target.
type Met<'a> = (&'a Component, &'a TableRow, Option<&'a ColumnDetails>);

/// The columns of the package whose tables the target lists.
fn met<'a>(subject: &ImportSubject<'a>) -> impl Iterator<Item = Met<'a>> + use<'a> {
    let target = subject.target;
    subject.defined(COLUMN).filter_map(move |column| {
        let identity = &column.identity;
        let table = identity.table.as_ref()?;
        let (row, there) = target.column(table, identity.schema_name.as_ref()?)?;
        Some((column, row, there))
    })
}

type Columns<'a> = FxHashMap<LogicalName, &'a ColumnDetails>;

/// The columns that the target lists of a table.
fn columns(row: &TableRow) -> Columns<'_> {
    let columns = row.columns.iter().map(|column| &column.0);
    columns
        .map(|column| (LogicalName::new(&column.name), column))
        .collect()
}

/// The source of a column.
fn source<'a>(row: &'a TableRow, column: Option<&'a ColumnDetails>) -> Option<&'a str> {
    let own = column.and_then(|column| column.src.as_deref());
    own.or(row.src.as_deref())
}

fn is_custom(column: &Component) -> bool {
    column.property("IsCustomField") == Some("1")
}

/// What a type counts as where types are compared.
fn sort_of(kind: &str) -> &str {
    match kind {
        "Customer" | "Owner" => "Lookup",
        // $metadata tells the identifier of a file.
        "File" => "Uniqueidentifier",
        other => other,
    }
}

fn type_differs(subject: &ImportSubject<'_>, out: &mut Findings) {
    for (column, row, there) in met(subject) {
        let own = column.property("Type").and_then(column_type);
        let theirs = there.and_then(|there| there.kind.as_deref());
        let (Some(own), Some(theirs)) = (own, theirs) else {
            continue;
        };
        if !is_custom(column) || !is_column_type(theirs) || sort_of(own) == sort_of(theirs) {
            continue;
        }
        let identity = &column.identity;
        let name = identity
            .schema_name
            .as_ref()
            .map_or("", LogicalName::as_str);
        out.add(
            column.span,
            format!(
                "The {identity} has the type {own} in the package, and {theirs} in the target."
            ),
            "Rename the column in the package, or delete it in the target first, with its data.",
        )
        .evidence(subject.evidence_of(source(row, there)))
        .component(identity)
        .platform_saying(
            OTHER_TYPE,
            format!("Attribute {name} is a {theirs}, but a {own} type was specified."),
        );
    }
}

fn column_taken(subject: &ImportSubject<'_>, out: &mut Findings) {
    let mut by_schema: FxHashMap<&LogicalName, Columns<'_>> = FxHashMap::default();
    for (column, row, there) in met(subject) {
        let table = column.identity.table.as_ref();
        let Some((schema_name, table)) = column.property("PhysicalName").zip(table) else {
            continue;
        };
        let taken = by_schema
            .entry(table)
            .or_insert_with(|| by_schema_name(row));
        let Some(other) = taken.get(&LogicalName::new(schema_name)) else {
            continue;
        };
        let identity = &column.identity;
        let is_itself = identity
            .schema_name
            .as_ref()
            .is_some_and(|name| *name == *other.name);
        if there.is_some() || is_itself {
            continue;
        }
        out.add(
            column.span,
            format!(
                "The {identity} has the schema name {schema_name}, which the column {} has in the target.",
                other.name
            ),
            "Rename the column in the package, or delete the one in the target.",
        )
        .evidence(subject.evidence_of(source(row, Some(other))))
        .component(identity)
        .platform(COLUMN_TAKEN, &[]);
    }
}

/// The columns that the target lists of a table, by schema name.
fn by_schema_name(row: &TableRow) -> Columns<'_> {
    let columns = row.columns.iter().map(|column| &column.0);
    columns
        .filter_map(|column| Some((LogicalName::new(column.schema_name.as_ref()?), column)))
        .collect()
}

fn casing_differs(subject: &ImportSubject<'_>, out: &mut Findings) {
    for (column, _, there) in met(subject) {
        let own = column.property("PhysicalName");
        let theirs = there.and_then(|there| there.schema_name.as_deref());
        let (Some(own), Some(theirs)) = (own, theirs) else {
            continue;
        };
        if !is_custom(column) || own == theirs || !own.eq_ignore_ascii_case(theirs) {
            continue;
        }
        let identity = &column.identity;
        out.add(
            column.span,
            format!("The {identity} has the schema name {own}, and {theirs} in the target."),
            "Delete the column in one of the environments, and make it again with the name of the other.",
        )
        .evidence(Evidence::Fair)
        .component(identity)
        .platform(OTHER_CASING, &[theirs, own]);
    }
}

fn without_primary_name(subject: &ImportSubject<'_>, out: &mut Findings) {
    if !subject.imports() {
        return;
    }
    let components = &subject.solution.components;
    let of = |kind| {
        components
            .iter()
            .filter(move |component| component.identity.kind == kind)
    };
    let named: FxHashSet<_> = of(COLUMN)
        .filter(|column| column.property("IsPrimaryName").is_some())
        .filter_map(|column| column.identity.table.as_ref())
        .collect();
    // That the base of a table is missing is told of the requirement.
    let required = subject.requirements.iter().map(|one| &one.required);
    let required = required.filter(|required| required.kind == TABLE);
    let required: FxHashSet<_> = required
        .filter_map(|table| table.schema_name.as_ref())
        .collect();
    for table in of(TABLE) {
        let identity = &table.identity;
        let is_required = identity
            .schema_name
            .as_ref()
            .is_some_and(|name| required.contains(name));
        let has_name = identity
            .schema_name
            .as_ref()
            .is_none_or(|name| named.contains(name));
        let absence = subject.absence(identity);
        let Some(evidence) = absence.filter(|_| !has_name && !is_required) else {
            continue;
        };
        let name = identity
            .schema_name
            .as_ref()
            .map_or("", LogicalName::as_str);
        out.add(
            table.span,
            format!(
                "The {identity} is new in the target, and the package does not have its primary name column."
            ),
            "Add the table to the solution with all its assets and export again, or import the solution that has it first.",
        )
        .evidence(evidence)
        .component(identity)
        .platform_saying(
            NO_PRIMARY_NAME,
            format!("PrimaryName attribute not found for Entity {name}"),
        );
    }
}

fn too_many_columns(subject: &ImportSubject<'_>, out: &mut Findings) {
    let Some(limit) = subject.target.manifest().limits.columns_per_table else {
        return;
    };
    let mut added: FxHashMap<&LogicalName, FxHashSet<&LogicalName>> = FxHashMap::default();
    for column in subject.defined(COLUMN) {
        if let (Some(table), Some(name)) = (&column.identity.table, &column.identity.schema_name) {
            added.entry(table).or_default().insert(name);
        }
    }
    let tables = subject.solution.components.iter();
    for table in tables.filter(|component| component.identity.kind == TABLE) {
        let identity = &table.identity;
        let Some((name, own)) = identity
            .schema_name
            .as_ref()
            .and_then(|name| added.remove_entry(name))
        else {
            continue;
        };
        let mut there = subject.target.table(name).map(columns).unwrap_or_default();
        // The names of what a lookup or a choice says are listed as columns and are none of the database.
        let is_kept = |kind: Option<&str>| !matches!(kind, Some("Virtual" | "EntityName"));
        there.retain(|_, column| is_kept(column.kind.as_deref()));
        let new = own
            .iter()
            .filter(|column| !there.contains_key(**column))
            .count();
        let total = there.len() + new;
        if new == 0 || total <= limit as usize {
            continue;
        }
        out.add(
            table.span,
            format!("The {identity} would have {total} columns, {new} of them new, and the target allows {limit}."),
            "Remove columns from the package or from the target.",
        )
        .evidence(Evidence::Fair)
        .component(identity)
        .platform(TOO_MANY_COLUMNS, &[&total.to_string(), &limit.to_string()]);
    }
}

/// The ownership of a table in one word, of those that are told apart.
fn ownership(text: &str) -> Option<&'static str> {
    match text {
        "UserOwned" | "TeamOwned" => Some("users"),
        "OrgOwned" | "OrganizationOwned" => Some("the organization"),
        _ => None,
    }
}

fn ownership_differs(subject: &ImportSubject<'_>, out: &mut Findings) {
    if !subject.imports() {
        return;
    }
    let tables = subject.solution.components.iter();
    for table in tables.filter(|component| component.identity.kind == TABLE) {
        let identity = &table.identity;
        let row = identity
            .schema_name
            .as_ref()
            .and_then(|name| subject.target.table(name));
        let (Some(written), Some(row)) = (table.property("OwnershipTypeMask"), row) else {
            continue;
        };
        let Some(theirs_written) = row.ownership.as_deref() else {
            continue;
        };
        let (Some(own), Some(theirs)) = (ownership(written), ownership(theirs_written)) else {
            continue;
        };
        if own == theirs {
            continue;
        }
        out.add(
            table.span,
            format!("Rows of the {identity} belong to {own} in the package, and to {theirs} in the target."),
            "Delete the table in the target with its data, or make it anew where the package comes from.",
        )
        .evidence(subject.evidence_of(row.src.as_deref()))
        .component(identity)
        .platform(OTHER_OWNERSHIP, &[theirs_written, written, &row.name]);
    }
}

fn too_many_tables(subject: &ImportSubject<'_>, out: &mut Findings) {
    let Some(left) = subject.target.manifest().limits.custom_tables_left else {
        return;
    };
    let tables = subject.defined(TABLE);
    let new = tables
        .filter(|table| subject.is_absent(&table.identity))
        .count();
    if new > left as usize {
        out.add(
            subject.solution.manifest.span,
            format!("The package brings {new} new tables, and the target takes {left} more."),
            "Have the quota of the environment raised, or remove tables.",
        )
        .evidence(Evidence::Fair)
        .platform(TOO_MANY_TABLES, &[&new.to_string()]);
    }
}
