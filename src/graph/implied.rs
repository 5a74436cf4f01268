//! References that follow by rule from what is written: a lookup column leads to its relationship, a relationship to the
//! primary columns of the table it points at.

use petgraph::graph::NodeIndex;
use rustc_hash::FxHashMap;

use super::build::Builder;
use super::facts;
use super::index_of;
use super::relationship::{Ends, has_prefix};
use super::resolve::Resolver;
use crate::model::{
    Component, ComponentId, ComponentType, Identity, LogicalName, Pointer, ReferenceKind as Kind,
    Solution, Strength,
};

const TABLE: ComponentType = ComponentType::Number(1);
const COLUMN: ComponentType = ComponentType::Number(2);
const RELATIONSHIP: ComponentType = ComponentType::Number(10);
const PROCESS: ComponentType = ComponentType::Number(29);

pub(super) fn add<'a>(builder: &mut Builder<'a>, resolver: &mut Resolver<'a>) {
    form_lookups(builder, resolver);
    let keys = Keys::of(resolver.solution);
    for (id, component) in resolver.solution.numbered() {
        match &component.identity.kind {
            kind if *kind == RELATIONSHIP => {
                primary_columns(id, component, &keys, builder, resolver);
            }
            kind if *kind == PROCESS => process(id, component, &keys, builder, resolver),
            kind if *kind == COLUMN => column(id, component, builder, resolver),
            _ => {}
        }
    }
    formula_keys(&keys, builder, resolver);
    formula_bases(builder, resolver);
}

/// The primary keys of the tables of which the package says them.
struct Keys(FxHashMap<LogicalName, LogicalName>);

impl Keys {
    fn of(solution: &Solution) -> Self {
        let mut keys = FxHashMap::default();
        for Component { identity, .. } in solution.components.iter().filter(|component| {
            component.identity.kind == TABLE && component.property("IsActivity") == Some("1")
        }) {
            let key = LogicalName::new("activityid");
            keys.extend(identity.schema_name.clone().map(|table| (table, key)));
        }
        for Component { identity, .. } in solution.components.iter().filter(|component| {
            component.identity.kind == COLUMN && component.property("Type") == Some("primarykey")
        }) {
            keys.extend(identity.table.clone().zip(identity.schema_name.clone()));
        }
        Self(keys)
    }

    /// The primary key and the primary name of a table; the name is empty where it is not known.
    fn primary(&self, table: &LogicalName) -> (String, String) {
        let lower = table.as_str().to_ascii_lowercase();
        let known = facts::primary(&lower);
        let own = self.0.get(table).map(|key| key.as_str().to_owned());
        let (key, name) = known.map_or((None, String::new()), |(key, name)| (Some(key), name));
        (own.or(key).unwrap_or_else(|| format!("{lower}id")), name)
    }
}

/// A process needs the primary key and the primary name of its primary table.
fn process<'a>(
    id: ComponentId,
    process: &Component,
    keys: &Keys,
    builder: &mut Builder<'a>,
    resolver: &mut Resolver<'a>,
) {
    let Some(table) = process.about() else {
        return;
    };
    let (key, name) = keys.primary(&table);
    for (column, kind) in [
        (key, Kind::ProcessPrimaryId),
        (name, Kind::ProcessPrimaryName),
    ] {
        if column.is_empty() {
            continue;
        }
        for to in resolver.resolve(builder, &Pointer::column(table.as_str(), &column)) {
            builder.refer(index_of(id), to, kind, kind.strength(), process.span);
        }
    }
}

/// A column with a formula needs the primary key of its table. In public exports, all seven columns with formulas on
/// tables of another solution list it, also where the formula does not name it.
fn formula_keys<'a>(keys: &Keys, builder: &mut Builder<'a>, resolver: &mut Resolver<'a>) {
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
        let key = Pointer::column(table.as_str(), &keys.primary(&table).0);
        for to in resolver.resolve(builder, &key) {
            let kind = Kind::ColumnFormula;
            builder.refer(from, to, kind, kind.strength(), component.span);
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
        builder.refer(base, to, Kind::ColumnFormula, strength, span);
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
        let Some((table, column)) = column_at(builder, to) else {
            continue;
        };
        let pointer = Pointer::Lookup(table, column);
        for relationship in resolver.resolve(builder, &pointer) {
            let strength = tracked(builder, resolver, relationship);
            builder.refer(from, relationship, Kind::FormLookup, strength, span);
        }
    }
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

/// A relationship needs the primary key and the primary name of the table it points at.
fn primary_columns<'a>(
    id: ComponentId,
    component: &Component,
    keys: &Keys,
    builder: &mut Builder<'a>,
    resolver: &mut Resolver<'a>,
) {
    let Some(ends) = Ends::of(component) else {
        return;
    };
    let Some(table) = ends.referenced else {
        return;
    };
    let (key, name) = keys.primary(&table);
    for (column, kind) in [
        (key, Kind::RelationshipPrimaryId),
        (name, Kind::RelationshipPrimaryName),
    ] {
        if column.is_empty() {
            continue;
        }
        let custom = ends
            .column
            .as_ref()
            .is_some_and(|column| has_prefix(column.as_str()));
        let strength = if custom {
            Strength::Required
        } else {
            Strength::Runtime
        };
        for to in resolver.resolve(builder, &Pointer::column(table.as_str(), &column)) {
            builder.refer(index_of(id), to, kind, strength, component.span);
        }
    }
}

/// A lookup column needs its relationship, and so do the columns that come with it.
fn column<'a>(
    id: ComponentId,
    component: &Component,
    builder: &mut Builder<'a>,
    resolver: &mut Resolver<'a>,
) {
    let is_lookup = matches!(
        component.property("Type"),
        Some("lookup" | "customer" | "owner")
    );
    let (Some(table), Some(name)) = (&component.identity.table, &component.identity.schema_name)
    else {
        return;
    };
    if !is_lookup {
        return;
    }
    let pointer = Pointer::Lookup(table.clone(), name.clone());
    let relationships = resolver.resolve(builder, &pointer);
    if relationships.is_empty() {
        return;
    }
    let mut from = vec![index_of(id)];
    for shadow in ["name", "yominame"] {
        let identity = Identity::of(COLUMN)
            .named(&format!("{name}{shadow}"))
            .in_table(Some(table.clone()));
        if builder.graph.components.find(&identity).is_none() {
            from.push(builder.generated(id, identity));
        }
    }
    for relationship in relationships {
        let strength = tracked(builder, resolver, relationship);
        for from in &from {
            builder.refer(
                *from,
                relationship,
                Kind::ColumnRelationship,
                strength,
                component.span,
            );
        }
    }
}
