//! References that follow by rule from what is written: a lookup column leads to its relationship, a relationship to the
//! primary columns of the table it points at.

use petgraph::graph::NodeIndex;

use super::build::Builder;
use super::index_of;
use super::relationship::Ends;
use super::resolve::Resolver;
use crate::catalog;
use crate::model::{
    Component, ComponentId, ComponentType, Identity, LogicalName, Origin, Pointer,
    ReferenceKind as Kind, Strength,
};
use crate::source::Span;

const TABLE: ComponentType = ComponentType::Number(1);
const COLUMN: ComponentType = ComponentType::Number(2);
const RELATIONSHIP: ComponentType = ComponentType::Number(10);
const PROCESS: ComponentType = ComponentType::Number(29);

pub(super) fn add<'a>(builder: &mut Builder<'a>, resolver: &mut Resolver<'a>) {
    form_lookups(builder, resolver);
    for (id, component) in resolver.solution.numbered() {
        match &component.identity.kind {
            kind if *kind == RELATIONSHIP => {
                primary_columns(id, component, builder, resolver);
                shadows_of(id, component, builder, resolver);
            }
            kind if *kind == PROCESS => process(id, component, builder, resolver),
            kind if *kind == COLUMN => lookup(id, component, builder, resolver),
            _ => {}
        }
        own_table(id, component, builder);
    }
    formula_keys(builder, resolver);
    formula_bases(builder, resolver);
}

/// What belongs to a table of which the package holds a layer only needs that table.
fn own_table(id: ComponentId, component: &Component, builder: &mut Builder<'_>) {
    const OF_TABLES: [u32; 4] = [2, 26, 59, 60];
    let ComponentType::Number(number) = component.identity.kind else {
        return;
    };
    let (true, Some(table)) = (OF_TABLES.contains(&number), &component.identity.table) else {
        return;
    };
    // Nearly always the table is around it.
    let around = component.parent.map(index_of);
    let is_table = |node: &NodeIndex| builder.identity(*node).is_some_and(|of| of.kind == TABLE);
    let table = match around.filter(is_table) {
        Some(table) => table,
        None => builder.node(&Identity::of(TABLE).named(table.as_str())),
    };
    if builder.origin(table) != Some(Origin::Package) {
        builder.refer(
            (index_of(id), table),
            Kind::OwnTable,
            Strength::Required,
            component.span,
        );
    }
}

/// A process needs the primary key and the primary name of its primary table.
fn process<'a>(
    id: ComponentId,
    process: &Component,
    builder: &mut Builder<'a>,
    resolver: &mut Resolver<'a>,
) {
    let Some(table) = process.about() else {
        return;
    };
    resolver.is_guess = false;
    let (key, name) = resolver.primary(&table);
    let is_guess = resolver.is_guess;
    for (column, kind, is_guess) in [
        (Some(key), Kind::ProcessPrimaryId, is_guess),
        (name, Kind::ProcessPrimaryName, false),
    ] {
        let Some(column) = column else {
            continue;
        };
        for to in resolver.resolve(builder, &Pointer::column(table.as_str(), column.as_str())) {
            let ends = (index_of(id), to);
            if let Some(edge) = builder.refer(ends, kind, kind.strength(), process.span) {
                edge.is_guess = is_guess;
            }
        }
    }
}

/// A column with a formula needs the primary key of its table. In public exports, all seven columns with formulas on
/// tables of another solution list it, also where the formula does not name it.
fn formula_keys<'a>(builder: &mut Builder<'a>, resolver: &mut Resolver<'a>) {
    let mut columns: Vec<_> = builder
        .found_of(Kind::ColumnFormula)
        .iter()
        .map(|(from, _, _)| *from)
        .collect();
    columns.sort_unstable();
    columns.dedup();
    for from in columns {
        let Some((_, component)) = component_at(resolver, from) else {
            continue;
        };
        let Some(table) = component.about() else {
            continue;
        };
        let key = Pointer::column(table.as_str(), resolver.primary(&table).0.as_str());
        for to in resolver.resolve(builder, &key) {
            let kind = Kind::ColumnFormula;
            builder.refer((from, to), kind, kind.strength(), component.span);
        }
    }
}

/// The amount in base currency of a money column with a formula needs what the column needs.
fn formula_bases<'a>(builder: &mut Builder<'a>, resolver: &mut Resolver<'a>) {
    for (from, to, span) in builder.found_of(Kind::ColumnFormula) {
        let Some((id, component)) = component_at(resolver, from) else {
            continue;
        };
        let (Some("money"), Some(name)) =
            (component.property("Type"), &component.identity.schema_name)
        else {
            continue;
        };
        let base = Identity::of(COLUMN)
            .named(&format!("{name}_base"))
            .in_table(component.identity.table.clone());
        let own = builder.graph.components.find(&base).copied();
        let base = own.map_or_else(|| builder.generated(id, base), index_of);
        let strength = tracked(builder, resolver, to);
        builder.refer((base, to), Kind::ColumnFormula, strength, span);
    }
}

/// The component of the package that a node stands for.
fn component_at<'a>(
    resolver: &Resolver<'a>,
    node: NodeIndex,
) -> Option<(ComponentId, &'a Component)> {
    let id = ComponentId(super::id_of(node).0);
    Some((id, resolver.solution.component(id)?))
}

/// A lookup column on a form needs its relationship.
fn form_lookups<'a>(builder: &mut Builder<'a>, resolver: &mut Resolver<'a>) {
    for (from, to, span) in builder.found_of(Kind::FormColumn) {
        // What the package says is no lookup has no relationship; of others the catalogue may tell.
        let own = builder.graph.component(super::id_of(to));
        let own = own.and_then(|id| resolver.solution.component(id));
        if own.is_some_and(|column| !is_lookup(column)) {
            continue;
        }
        let Some((table, column)) = column_at(builder, to) else {
            continue;
        };
        let pointer = Pointer::Lookup(table, column);
        for relationship in resolver.resolve(builder, &pointer) {
            let strength = tracked(builder, resolver, relationship);
            builder.refer((from, relationship), Kind::FormLookup, strength, span);
        }
    }
}

fn is_lookup(column: &Component) -> bool {
    matches!(
        column.property("Type"),
        Some("lookup" | "customer" | "owner")
    )
}

/// Whether the platform tracks references to a relationship.
pub(super) fn tracked<'a>(
    builder: &Builder<'a>,
    resolver: &Resolver<'a>,
    node: NodeIndex,
) -> Strength {
    if resolver.is_system(builder, node) {
        Strength::Runtime
    } else {
        Strength::Required
    }
}

fn column_at(builder: &Builder<'_>, node: NodeIndex) -> Option<(LogicalName, LogicalName)> {
    let identity = builder.identity(node)?;
    (identity.kind == COLUMN).then_some(())?;
    Some((identity.table.clone()?, identity.schema_name.clone()?))
}

/// A relationship needs the primary key and the primary name of the table it points at; one between many, of both.
fn primary_columns<'a>(
    id: ComponentId,
    component: &Component,
    builder: &mut Builder<'a>,
    resolver: &mut Resolver<'a>,
) {
    let tables: Vec<LogicalName> = match Ends::of(component) {
        Some(ends) => ends.referenced.into_iter().collect(),
        None => ["FirstEntityName", "SecondEntityName"]
            .iter()
            .filter_map(|end| component.property(end).map(LogicalName::new))
            .collect(),
    };
    let strength = tracked(builder, resolver, index_of(id));
    for table in tables {
        resolver.is_guess = false;
        let (key, name) = resolver.primary(&table);
        let is_guess = resolver.is_guess;
        let phonetic = name.as_ref().and_then(|name| phonetic(&table, name));
        for (column, kind, is_guess) in [
            (Some(key), Kind::RelationshipPrimaryId, is_guess),
            (name, Kind::RelationshipPrimaryName, false),
            (phonetic, Kind::RelationshipPrimaryName, false),
        ] {
            let Some(column) = column else {
                continue;
            };
            let column = Pointer::column(table.as_str(), column.as_str());
            for to in resolver.resolve(builder, &column) {
                let ends = (index_of(id), to);
                if let Some(edge) = builder.refer(ends, kind, strength, component.span) {
                    edge.is_guess = is_guess;
                }
            }
        }
    }
}

/// The column with the phonetic form of a name, for the tables of people and companies that have one.
fn phonetic(table: &LogicalName, name: &LogicalName) -> Option<LogicalName> {
    let phonetic = format!("yomi{}", name.as_str().to_ascii_lowercase());
    catalog::column(table.as_str(), &phonetic).map(|_| LogicalName::new(&phonetic))
}

/// A lookup column needs its relationship. Where the package does not hold that one, so do the columns that come with the
/// lookup.
fn lookup<'a>(
    id: ComponentId,
    component: &Component,
    builder: &mut Builder<'a>,
    resolver: &mut Resolver<'a>,
) {
    let (Some(table), Some(name)) = (&component.identity.table, &component.identity.schema_name)
    else {
        return;
    };
    if !is_lookup(component) {
        return;
    }
    let pointer = Pointer::Lookup(table.clone(), name.clone());
    for relationship in resolver.resolve(builder, &pointer) {
        let strength = tracked(builder, resolver, relationship);
        let kind = Kind::ColumnRelationship;
        builder.refer((index_of(id), relationship), kind, strength, component.span);
        if builder.origin(relationship).is_none() && strength == Strength::Required {
            let ends = builder
                .identity(relationship)
                .and_then(|identity| identity.schema_name.clone());
            let target = ends.and_then(|name| resolver.ends(builder, &name)?.referenced);
            shadows(
                (table, name, target.as_ref()),
                id,
                relationship,
                component.span,
                builder,
            );
        }
    }
}

/// Where the package holds a relationship and not its lookup column, the columns that come with the lookup need it.
fn shadows_of<'a>(
    id: ComponentId,
    component: &Component,
    builder: &mut Builder<'a>,
    resolver: &mut Resolver<'a>,
) {
    let Some(Ends {
        referencing: Some(table),
        column: Some(column),
        referenced,
    }) = Ends::of(component)
    else {
        return;
    };
    let lookup = Identity::of(COLUMN)
        .named(column.as_str())
        .in_table(Some(table.clone()));
    let here = builder.graph.components.find(&lookup).is_some();
    if !here && tracked(builder, resolver, index_of(id)) == Strength::Required {
        let of = (&table, &column, referenced.as_ref());
        shadows(of, id, index_of(id), component.span, builder);
    }
}

/// The columns that come with a lookup: its target's name, and the phonetic name where the target has one.
fn shadows(
    (table, lookup, target): (&LogicalName, &LogicalName, Option<&LogicalName>),
    of: ComponentId,
    relationship: NodeIndex,
    span: Span,
    builder: &mut Builder<'_>,
) {
    let phonetic = target.is_some_and(|target| {
        let known = catalog::table(target.as_str());
        known.is_some_and(|known| phonetic(target, &LogicalName::new(known.primary_name)).is_some())
    });
    let endings = ["name", "yominame"];
    for ending in &endings[..if phonetic { 2 } else { 1 }] {
        let name = format!("{}{ending}", lookup.as_str().to_ascii_lowercase());
        let identity = Identity::of(COLUMN)
            .named(&name)
            .in_table(Some(LogicalName::new(&table.as_str().to_ascii_lowercase())));
        if builder.graph.components.find(&identity).is_none() {
            let from = builder.generated(of, identity);
            builder.refer(
                (from, relationship),
                Kind::ColumnRelationship,
                Strength::Required,
                span,
            );
        }
    }
}
