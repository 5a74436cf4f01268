//! Relationships, from the navigation properties at their ends.

use rustc_hash::FxHashSet;

use super::{BASE, Model, PRINCIPAL, lookup};
use crate::target::manifest::{RelationshipKind, RelationshipRow};

/// Every relationship both ends of which are tables.
///
/// A navigation property to one row has the lookup's column, and its partner, a collection, is named for the relationship. A
/// collection whose partner is a collection of the same name is one end of a many-to-many relationship. Source: the page on
/// navigation properties; that a name may have been changed is why relationships are partial.
pub(super) fn rows(model: &Model<'_>) -> Vec<RelationshipRow> {
    let mut seen = FxHashSet::default();
    let mut rows = Vec::new();
    for of in model.types.iter().filter(|of| model.is_table(of)) {
        for navigation in &of.navigations {
            let Some(partner) = navigation.partner.filter(|_| navigation.to != BASE) else {
                continue;
            };
            let is_self = navigation.to == of.name;
            let name = if is_self { bare(partner) } else { partner };
            // The rows' owner is a user or a team, and the platform's relationships name `owner`. Source: the table
            // reference, such as `owner_accounts` of account.
            let other = match navigation.to {
                PRINCIPAL => "owner",
                table => table,
            };
            let both = navigation.name == partner || (is_self && bare(navigation.name) == name);
            if !navigation.is_collection {
                rows.push(RelationshipRow {
                    name: name.into(),
                    kind: Some(RelationshipKind::OneToMany),
                    referencing: Some(of.name.into()),
                    column: navigation.property.and_then(lookup).map(Into::into),
                    referenced: Some(other.into()),
                    ..RelationshipRow::default()
                });
            } else if both && seen.insert(name) {
                rows.push(RelationshipRow {
                    name: name.into(),
                    kind: Some(RelationshipKind::ManyToMany),
                    referencing: Some(of.name.into()),
                    referenced: Some(other.into()),
                    ..RelationshipRow::default()
                });
            }
        }
    }
    rows
}

/// The name of a relationship of a table with itself, of which each end has a word before it.
fn bare(name: &str) -> &str {
    let ends = ["Referenced", "Referencing"].into_iter();
    let mut bare = ends.filter_map(|end| name.strip_prefix(end));
    bare.find(|name| !name.is_empty()).unwrap_or(name)
}
