//! References that follow by rule from what is written: a lookup column leads to its relationship, a relationship to the
//! primary columns of the table it points at.

use petgraph::graph::NodeIndex;

use super::build::Builder;
use super::index_of;
use super::relationship::{Ends, has_prefix};
use super::resolve::Resolver;
use crate::model::{
    Component, ComponentId, ComponentType, Identity, LogicalName, Pointer, ReferenceKind as Kind,
    Strength,
};

const COLUMN: ComponentType = ComponentType::Number(2);
const RELATIONSHIP: ComponentType = ComponentType::Number(10);

pub(super) fn add<'a>(builder: &mut Builder<'a>, resolver: &mut Resolver<'a>) {
    form_lookups(builder, resolver);
    for (id, component) in resolver.solution.numbered() {
        match &component.identity.kind {
            kind if *kind == RELATIONSHIP => primary_columns(id, component, builder, resolver),
            kind if *kind == COLUMN => column(id, component, builder, resolver),
            _ => {}
        }
    }
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
    builder: &mut Builder<'a>,
    resolver: &mut Resolver<'a>,
) {
    let Some(ends) = Ends::of(component) else {
        return;
    };
    let Some(table) = ends.referenced else {
        return;
    };
    let (key, name) = resolver.primary(&table);
    for (column, kind) in [
        (Some(key), Kind::RelationshipPrimaryId),
        (name, Kind::RelationshipPrimaryName),
    ] {
        let Some(column) = column else {
            continue;
        };
        let custom = ends
            .column
            .as_ref()
            .is_some_and(|column| has_prefix(column.as_str()));
        let strength = if custom {
            Strength::Required
        } else {
            Strength::Runtime
        };
        for to in resolver.resolve(builder, &Pointer::column(table.as_str(), column.as_str())) {
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
