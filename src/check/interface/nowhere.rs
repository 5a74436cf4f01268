//! References to what would have to be in the package, and is not.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use crate::catalog::is_everywhere;
use crate::check::Subject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Part, Severity};
use crate::graph::{Edge, NodeId};
use crate::model::{
    ComponentType, Identity, LogicalName, Origin, ReferenceKind, RootBehavior, Strength,
    comes_with_its_table, generating_columns,
};
use crate::source::Span;

const TABLE: ComponentType = ComponentType::Number(1);
const COLUMN: ComponentType = ComponentType::Number(2);

const REFERENCE_NOT_FOUND: u32 = 0x8009_5005;
const VARIABLE_NOT_FOUND: u32 = 0x8009_5004;

pub(super) static RULES: &[Rule] = &[Rule {
    id: "reference-to-nowhere",
    severity: Severity::Warning,
    summary: "something is named that would have to be in the package, and is not",
    codes: &[REFERENCE_NOT_FOUND, VARIABLE_NOT_FOUND],
    docs: RuleDocs {
        what: "What has the publisher's prefix and is named in the package is in it, or listed in MissingDependencies: columns \
               of a table that is wholly in the package and has that prefix; tables, choices and web resources, where the \
               platform tracks such a reference; pages that a site map names; site maps of apps. So are connection references \
               and environment variables with any prefix. What a table names of which the package has a layer only is its \
               base's.",
        why: "It was deleted, or its name is misspelt: the import fails, or what names it does not work. A table, choice, web \
              resource or page may also come with another solution of the publisher, so \
              that it is a note.",
        fix: "Correct the name, remove what names it, or add it to the solution, and export again.",
        source: "counts of references that exports list as dependencies: docs/references.md",
    },
    stage: Stage::Dependencies,
    scope: Scope::Package(nowhere),
}];

/// How sure it is that something would have to be in the package, and what the platform says of it.
#[derive(Clone, Copy)]
struct Claim {
    evidence: Evidence,
    code: Option<u32>,
}

/// What one component names and is nowhere: things of one kind, and of one table.
struct Missing<'a> {
    by: &'a Identity,
    kind: String,
    claim: Claim,
    span: Span,
    names: BTreeSet<String>,
}

fn nowhere(subject: &Subject<'_>, out: &mut Findings) {
    let publisher = subject.solution.manifest.publisher.as_ref();
    let prefix = publisher.and_then(|publisher| publisher.prefix.as_ref());
    let Some(prefix) = prefix.filter(|prefix| !prefix.value.is_empty()) else {
        return;
    };
    // A patch holds parts of what its parent has.
    let is_patch = subject.solution.manifest.parent_solution.is_some();
    if is_patch || subject.is_incomplete() {
        return;
    }
    let prefix = format!("{}_", prefix.value.to_ascii_lowercase());
    for missing in found(subject, &prefix) {
        tell(&missing, out);
    }
}

/// Tells what one component names and is nowhere.
fn tell(missing: &Missing<'_>, out: &mut Findings) {
    const SHOWN: usize = 5;
    let Missing {
        by,
        kind,
        claim,
        span,
        names,
    } = missing;
    let Some(first) = names.first() else {
        return;
    };
    let shown: Vec<_> = names.iter().take(SHOWN).map(|name| &**name).collect();
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    // Every kind that is told of here has its plural so.
    let (many, them) = if names.len() == 1 {
        ("", "it")
    } else {
        ("s", "them")
    };
    let message = format!(
        "The {by} names the {kind}{many} {}{more}; the package neither has nor declares {them}.",
        shown.join(", ")
    );
    let help =
        "Correct the name, remove what names it, or add it to the solution, and export again.";
    let described = out
        .add(*span, message, help)
        .severity(claim.severity())
        .evidence(claim.evidence)
        .component(by)
        .distinct(kind)
        .naming(names.iter().map(|name| Part::named(&**name)));
    if let Some(code) = claim.code {
        described.platform(code, &[first]);
    }
}

/// What is nowhere, by what names it.
fn found<'a>(subject: &Subject<'a>, prefix: &str) -> Vec<Missing<'a>> {
    let (solution, graph) = (subject.solution, subject.graph);
    let whole = Whole::of(subject);
    let mut told: FxHashSet<NodeId> = FxHashSet::default();
    let mut found: BTreeMap<(NodeId, String, Option<&LogicalName>), Missing<'a>> = BTreeMap::new();
    for (from, to, edge) in graph.references() {
        let is_own = edge.derived && !edge.is_guess && graph.origin(solution, to).is_none();
        if !is_own || graph.supplier(solution, to).is_some() {
            continue;
        }
        let (Some(by), Some(named)) =
            (graph.identity(solution, from), graph.identity(solution, to))
        else {
            continue;
        };
        // What a table names of which only a layer is here, its base names: the base's solution has it.
        if by.kind == TABLE && graph.origin(solution, from) == Some(Origin::Layered) {
            continue;
        }
        let Some(name) = &named.schema_name else {
            continue;
        };
        if (!is_setting(named) && !name.starts_with(prefix)) || is_everywhere(named) {
            continue;
        }
        let Some(claim) = Claim::of(named, edge, &whole, prefix) else {
            continue;
        };
        told.insert(to);
        let table = named.table.as_ref();
        let missing = found.entry((from, named.kind.label(), table));
        let missing = missing.or_insert_with(|| Missing {
            by,
            kind: named.kind.label(),
            claim,
            span: edge.span,
            names: BTreeSet::new(),
        });
        missing.names.insert(match table {
            Some(table) => format!("{table}.{name}"),
            None => name.to_string(),
        });
    }
    let mut found: Vec<_> = found.into_values().collect();
    values_of_nothing(subject, &told, &mut found);
    found
}

/// Whether it is what deployment settings are for: a connection reference or an environment variable.
fn is_setting(named: &Identity) -> bool {
    named.kind == ComponentType::connection_reference()
        || named.kind == ComponentType::variable_definition()
}

/// Adds variables of which the package has a value and no definition.
fn values_of_nothing<'a>(
    subject: &Subject<'a>,
    told: &FxHashSet<NodeId>,
    found: &mut Vec<Missing<'a>>,
) {
    let (solution, graph) = (subject.solution, subject.graph);
    let kind = ComponentType::table("environmentvariablevalue");
    let values = solution.components.iter();
    for value in values.filter(|value| value.identity.kind == kind && value.parent.is_none()) {
        let Some(name) = &value.identity.schema_name else {
            continue;
        };
        let variable = Identity::of(ComponentType::variable_definition()).named(name.as_str());
        let node = graph.node(&variable);
        let is_declared = node.is_some_and(|node| graph.supplier(solution, node).is_some());
        if is_declared || node.is_some_and(|node| told.contains(&node)) {
            continue;
        }
        found.push(Missing {
            by: &value.identity,
            kind: variable.kind.label(),
            claim: Claim::sure(VARIABLE_NOT_FOUND),
            span: solution.manifest.span,
            names: BTreeSet::from([name.to_string()]),
        });
    }
}

impl Claim {
    /// What may come with another solution is a note.
    fn severity(self) -> Severity {
        if self.evidence == Evidence::Weak {
            Severity::Note
        } else {
            Severity::Warning
        }
    }

    /// That something would have to be in the package or declared; none where it need not be.
    fn of(named: &Identity, edge: &Edge, whole: &Whole<'_>, prefix: &str) -> Option<Self> {
        // Exports do not list the tables of rows.
        if edge.kind == ReferenceKind::RecordTable {
            return None;
        }
        let is_required = edge.strength == Strength::Required;
        if is_required && named.kind == ComponentType::connection_reference() {
            return Some(Self::sure(REFERENCE_NOT_FOUND));
        }
        if is_required && named.kind == ComponentType::variable_definition() {
            return Some(Self::sure(VARIABLE_NOT_FOUND));
        }
        let evidence = match (&named.kind, &named.table) {
            (kind, Some(table)) if *kind == COLUMN => {
                let must = table.starts_with(prefix) && whole.must_have(table, named);
                must.then_some(Evidence::Fair)?
            }
            (ComponentType::Number(1 | 9 | 61 | 62), None) if is_required => Evidence::Weak,
            (ComponentType::Number(300), None) if edge.kind == ReferenceKind::SitemapPage => {
                Evidence::Weak
            }
            (ComponentType::Number(_) | ComponentType::Table(_), _) => return None,
        };
        Some(Self {
            evidence,
            code: None,
        })
    }

    /// That of something without which the platform refuses the package.
    fn sure(code: u32) -> Self {
        Self {
            evidence: Evidence::Fair,
            code: Some(code),
        }
    }
}

/// The tables that are wholly in the package.
struct Whole<'a> {
    tables: FxHashSet<&'a LogicalName>,
    columns: FxHashSet<(&'a LogicalName, &'a LogicalName)>,
}

impl<'a> Whole<'a> {
    fn of(subject: &Subject<'a>) -> Self {
        let solution = subject.solution;
        let roots = solution.manifest.roots.iter();
        let listed: FxHashSet<&LogicalName> = roots
            .filter(|root| {
                root.identity.kind == TABLE && root.behavior == RootBehavior::WithSubcomponents
            })
            .filter_map(|root| root.identity.schema_name.as_ref())
            .collect();
        let components = solution.components.iter();
        let mut whole = Self {
            tables: FxHashSet::default(),
            columns: FxHashSet::default(),
        };
        for component in components {
            let identity = &component.identity;
            let Some(name) = &identity.schema_name else {
                continue;
            };
            if identity.kind == TABLE
                && component.origin == Origin::Package
                && listed.contains(name)
            {
                whole.tables.insert(name);
            } else if let (true, Some(table)) = (identity.kind == COLUMN, &identity.table) {
                whole.columns.insert((table, name));
            }
        }
        whole
    }

    /// Whether a column would have to be in the package with its table, and no column there generates it.
    fn must_have(&self, table: &LogicalName, column: &Identity) -> bool {
        let Some(name) = &column.schema_name else {
            return false;
        };
        let is_generated = || {
            let mut sources = generating_columns(name.as_str());
            sources.any(|(source, _)| self.columns.contains(&(table, &LogicalName::new(source))))
        };
        self.tables.contains(table) && !comes_with_its_table(column) && !is_generated()
    }
}
