//! Rules about relationships and the lookups that they make.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::defined;
use crate::check::Subject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, ComponentType, LogicalName, Origin, Solution};

const CUSTOMER: u32 = 0x8004_8051;
const ORPHANED: u32 = 0x8009_0445;
const INVALID_ARGUMENT: u32 = 0x8004_0203;
const TABLE_REPEATED: u32 = 0x8009_0424;
const NAMED_AS_COLUMN: u32 = 0x8004_8835;
const POLYMORPHIC: u32 = 0x8009_0428;

const TABLE: ComponentType = ComponentType::Number(1);
const COLUMN: ComponentType = ComponentType::Number(2);
const RELATIONSHIP: ComponentType = ComponentType::Number(10);

const CODES: &str =
    "learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes";

pub(in crate::check) static RULES: &[Rule] = &[
    Rule {
        id: "customer-column-incomplete",
        severity: Severity::Error,
        summary: "a custom customer column has a relationship with accounts or contacts only",
        codes: &[CUSTOMER],
        docs: RuleDocs {
            what: "A custom column of type customer for which the package has a relationship with account or contact has one \
                   with each of them. It is a warning where only parts of the table travel.",
            why: "A customer is an account or a contact, and the platform makes the column with both relationships or not at all.",
            fix: "Add the other relationship to the solution and export again.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Package(customer_incomplete),
    },
    Rule {
        id: "lookup-without-relationship",
        severity: Severity::Error,
        summary: "custom lookup columns come without the relationship that makes them",
        codes: &[ORPHANED],
        docs: RuleDocs {
            what: "Every custom lookup of a table that travels whole has a relationship in the package, or MissingDependencies \
                   names relationships.",
            why: "A lookup is made by its relationship; an import refuses columns whose relationship is not there. Where the \
                  target has it, it may pass, so the evidence is fair.",
            fix: "Add the relationship to the solution and export again.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Package(lookup_orphaned),
    },
    Rule {
        id: "process-flow-relationship-left",
        severity: Severity::Warning,
        summary: "the package has the relationship of a business process flow, and nothing else of the flow",
        codes: &[INVALID_ARGUMENT],
        docs: RuleDocs {
            what: "For every relationship that is named for a business process flow (bpf_…), the package has the flow's table, \
                   or MissingDependencies names something of it.",
            why: "When a flow is deleted, its relationship may stay in the solution. The import then fails on a column that has \
                  no display name, for the column is gone.",
            fix: "Delete the relationship where the package comes from, and export again.",
            source: "the platform's message in public failure reports; the error codes",
        },
        stage: Stage::Components,
        scope: Scope::Package(process_flow_left),
    },
    Rule {
        id: "lookup-table-repeated",
        severity: Severity::Warning,
        summary: "two relationships join one lookup with the same table",
        codes: &[TABLE_REPEATED],
        docs: RuleDocs {
            what: "The relationships of one lookup lead to different tables.",
            why: "A lookup leads to a table once. One reports that the import refuses the second relationship.",
            fix: "Remove one of the relationships.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Package(table_repeated),
    },
    Rule {
        id: "relationship-named-as-column",
        severity: Severity::Warning,
        summary: "a relationship has the name of a column of the table that it leads to",
        codes: &[NAMED_AS_COLUMN],
        docs: RuleDocs {
            what: "No relationship is called as a column that the package has in the table that the relationship leads to.",
            why: "Both would be properties of one name in the Web API.",
            fix: "Rename the relationship.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Package(named_as_column),
    },
    Rule {
        id: "solution-aware-lookup",
        severity: Severity::Warning,
        summary: "a table whose rows travel in solutions has a lookup to several tables",
        codes: &[POLYMORPHIC],
        docs: RuleDocs {
            what: "No lookup of a table that the package marks as solution-aware leads to several tables, customers and owners \
                   apart.",
            why: "The platform has a code for it that stops the import. It is not known whether it always does.",
            fix: "Give the table a lookup for each of the tables.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Package(solution_aware_lookup),
    },
];

/// A value of a definition that is a name.
fn name_in(component: &Component, key: &str) -> Option<LogicalName> {
    let name = LogicalName::new(component.property(key)?);
    (!name.is_empty()).then_some(name)
}

/// The tables that each lookup leads to, by the table and column of the lookup.
type Lookups = FxHashMap<(LogicalName, LogicalName), FxHashSet<LogicalName>>;

/// The table and column of a relationship's lookup, and the table that it leads to.
fn lookup_of(relationship: &Component) -> Option<((LogicalName, LogicalName), LogicalName)> {
    let name = |key| name_in(relationship, key);
    let place = (
        name("ReferencingEntityName")?,
        name("ReferencingAttributeName")?,
    );
    Some((place, name("ReferencedEntityName")?))
}

fn lookups(solution: &Solution) -> Lookups {
    let mut lookups = Lookups::default();
    for (place, to) in defined(solution, RELATIONSHIP).filter_map(lookup_of) {
        lookups.entry(place).or_default().insert(to);
    }
    lookups
}

/// A column as [`lookups`] knows it.
fn place_of(column: &Component) -> Option<(LogicalName, LogicalName)> {
    let identity = &column.identity;
    Some((identity.table.clone()?, identity.schema_name.clone()?))
}

fn customer_incomplete(subject: &Subject<'_>, out: &mut Findings) {
    let columns = defined(subject.solution, COLUMN);
    let mut customers = columns
        .filter(|column| {
            column.property("Type") == Some("customer")
                && column.property("IsCustomField") == Some("1")
        })
        .peekable();
    if customers.peek().is_none() {
        return;
    }
    let lookups = lookups(subject.solution);
    // What is declared as missing may be the other relationship.
    let mut rows = subject.solution.manifest.missing_dependencies.iter();
    let declares = rows.any(|row| row.required.kind == RELATIONSHIP);
    for column in customers {
        let found = place_of(column).and_then(|place| lookups.get(&place));
        let has = |table: &str| found.is_some_and(|found| found.contains(&LogicalName::new(table)));
        // Where only parts of a table travel, the other relationship may be in the target.
        let table = column
            .parent
            .and_then(|table| subject.solution.component(table));
        let severity = if table.is_some_and(is_whole) && !declares {
            Severity::Error
        } else {
            Severity::Warning
        };
        let lacks = match (has("account"), has("contact")) {
            (true, false) => "contact",
            (false, true) => "account",
            _ => continue,
        };
        let identity = &column.identity;
        out.add(
            column.span,
            format!("The customer {identity} has no relationship with {lacks} in the package."),
            "Add the relationship to the solution and export again.",
        )
        .severity(severity)
        .component(identity)
        .platform(CUSTOMER, &[]);
    }
}

fn lookup_orphaned(subject: &Subject<'_>, out: &mut Findings) {
    let solution = subject.solution;
    let mut rows = solution.manifest.missing_dependencies.iter();
    if rows.any(|row| row.required.kind == RELATIONSHIP) || subject.is_incomplete() {
        return;
    }
    let lookups = lookups(solution);
    // That a relationship lacks a part is told by itself.
    let broken = defined(solution, RELATIONSHIP).filter(|one| lookup_of(one).is_none());
    let broken: FxHashSet<_> = broken
        .filter_map(|one| name_in(one, "ReferencingAttributeName"))
        .collect();
    let orphans = defined(solution, COLUMN).filter(|column| {
        let table = column.parent.and_then(|table| solution.component(table));
        column.property("Type") == Some("lookup")
            && column.property("IsCustomField") == Some("1")
            && table.is_some_and(is_whole)
            && place_of(column)
                .is_some_and(|place| !lookups.contains_key(&place) && !broken.contains(&place.1))
    });
    let orphans: Vec<_> = orphans.collect();
    for of_one in orphans.chunk_by(|a, b| a.parent == b.parent) {
        let Some(first) = of_one.first() else {
            continue;
        };
        let others = match of_one.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more lookups of its table"),
        };
        out.add(
            first.span,
            format!(
                "The lookup {}{others} has no relationship in the package.",
                first.identity
            ),
            "Add the relationship to the solution and export again.",
        )
        .evidence(Evidence::Fair)
        .component(&first.identity)
        .summary_of(of_one.iter().map(|column| &column.identity))
        .platform(ORPHANED, &[&of_one.len().to_string()]);
    }
}

/// Whether a table travels with its own definition. Old formats do not say it otherwise.
fn is_whole(table: &Component) -> bool {
    table.origin == Origin::Package && table.property("EntitySetName").is_some()
}

fn process_flow_left(subject: &Subject<'_>, out: &mut Findings) {
    let solution = subject.solution;
    let components = solution
        .components
        .iter()
        .map(|component| &component.identity);
    let missing = solution.manifest.missing_dependencies.iter();
    let required = missing.map(|row| &row.required);
    let named = components.chain(required).flat_map(|identity| {
        let is_table = identity.kind == TABLE;
        let own = identity.schema_name.as_ref().filter(|_| is_table);
        own.into_iter().chain(identity.table.as_ref())
    });
    let roots = solution.manifest.roots.iter();
    let roots = roots.filter_map(|root| root.identity.schema_name.as_ref());
    let known: FxHashSet<_> = named.chain(roots).collect();
    for relationship in defined(solution, RELATIONSHIP) {
        let identity = &relationship.identity;
        let name = identity.schema_name.as_ref();
        let Some(name) = name.filter(|name| name.starts_with("bpf_")) else {
            continue;
        };
        let flow = name_in(relationship, "ReferencingEntityName");
        // The name of the relationship ends in that of the flow's table.
        let ending = |flow: &LogicalName| {
            let (name, flow) = (
                name.as_str().to_ascii_lowercase(),
                flow.as_str().to_ascii_lowercase(),
            );
            name.ends_with(&flow)
        };
        let Some(flow) = flow.filter(|flow| ending(flow) && !known.contains(flow)) else {
            continue;
        };
        out.add(
            relationship.span,
            format!("The {identity} belongs to the business process flow {flow}, and the package has nothing else of it."),
            "Delete the relationship where the package comes from if the flow is gone, and export again.",
        )
        .evidence(Evidence::Fair)
        .component(identity)
        .platform_saying(
            INVALID_ARGUMENT,
            format!("Attribute Display Name for id: … not specified (Entity Relationship {name})"),
        );
    }
}

fn table_repeated(subject: &Subject<'_>, out: &mut Findings) {
    let mut joining: BTreeMap<_, Vec<&Component>> = BTreeMap::new();
    for relationship in defined(subject.solution, RELATIONSHIP) {
        if let Some(joined) = lookup_of(relationship) {
            joining.entry(joined).or_default().push(relationship);
        }
    }
    for (((table, column), to), all) in joining {
        for relationship in all.iter().skip(1) {
            let identity = &relationship.identity;
            out.add(
                relationship.span,
                format!(
                    "The {identity} is the second that joins the lookup {table}.{column} with {to}."
                ),
                "Remove one of the relationships.",
            )
            .evidence(Evidence::Fair)
            .component(identity)
            // Which of them is the second says the order of the export.
            .distinct(&format!("{table}.{column} {to}"))
            .summary_of(all.iter().map(|one| &one.identity))
            .platform(TABLE_REPEATED, &[]);
        }
    }
}

fn named_as_column(subject: &Subject<'_>, out: &mut Findings) {
    let columns = subject.solution.components.iter();
    let columns = columns.filter(|component| component.identity.kind == COLUMN);
    let columns: FxHashSet<_> = columns.filter_map(place_of).collect();
    for relationship in defined(subject.solution, RELATIONSHIP) {
        let identity = &relationship.identity;
        let to = name_in(relationship, "ReferencedEntityName");
        let Some((to, name)) = to.zip(identity.schema_name.clone()) else {
            continue;
        };
        let place = (to, name);
        if !columns.contains(&place) {
            continue;
        }
        let (to, name) = place;
        out.add(
            relationship.span,
            format!("The {identity} is called as a column of {to}, the table that it leads to."),
            "Rename the relationship.",
        )
        .evidence(Evidence::Fair)
        .component(identity)
        .platform(NAMED_AS_COLUMN, &[name.as_str(), to.as_str()]);
    }
}

fn solution_aware_lookup(subject: &Subject<'_>, out: &mut Findings) {
    let tables = subject.solution.components.iter();
    let aware = tables.filter(|table| {
        table.identity.kind == TABLE && table.property("IsSolutionAware") == Some("1")
    });
    let aware: FxHashSet<_> = aware
        .filter_map(|table| table.identity.schema_name.as_ref())
        .collect();
    if aware.is_empty() {
        return;
    }
    let lookups = lookups(subject.solution);
    for column in defined(subject.solution, COLUMN) {
        let is_lookup = column.property("Type") == Some("lookup");
        let is_aware = column
            .identity
            .table
            .as_ref()
            .is_some_and(|table| aware.contains(table));
        if !is_lookup || !is_aware {
            continue;
        }
        let found = place_of(column).and_then(|place| lookups.get(&place));
        let count = found.map_or(0, FxHashSet::len);
        if count < 2 {
            continue;
        }
        let identity = &column.identity;
        let table = identity.table.as_ref().map_or("", LogicalName::as_str);
        out.add(
            column.span,
            format!("The {identity} of a solution-aware table leads to {count} tables."),
            "Give the table a lookup for each of the tables.",
        )
        .evidence(Evidence::Fair)
        .component(identity)
        .platform(POLYMORPHIC, &[table]);
    }
}
