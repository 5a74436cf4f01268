//! `$metadata`: the document (CSDL) in which the Web API describes every table and column that it shows.
//!
//! Source: learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-types-operations and the OData standard
//! CSDL 4.0. Tables are entity types; a lookup `x` is a property `_x_value` with a navigation property; a one-to-many
//! relationship is the collection on the other side, under the relationship's name unless it leads to its own table.

use roxmltree::Node;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Document, Facts, ImportOptions};
use crate::limits::Limits;
use crate::target::manifest::{
    ColumnDetails, ColumnRow, Coverage, CoverageOf, RelationshipKind, RelationshipRow, SourceKind,
    TableRow, TargetManifest,
};
use crate::target::read::Mistake;
use crate::xml;

pub(super) fn recognises(document: &Document<'_>) -> bool {
    let Document::Xml(text) = document else {
        return false;
    };
    // Only the beginning is looked at: what is cut off later is still of this sort.
    let head = text
        .char_indices()
        .nth(4000)
        .map_or(*text, |(at, _)| &text[..at]);
    head.contains("docs.oasis-open.org/odata/ns/edm") || head.contains("Edmx ")
}

/// An entity type as it is written.
#[derive(Debug, Default)]
struct EntityType<'a> {
    base: Option<&'a str>,
    is_abstract: bool,
    columns: Vec<ColumnRow>,
    /// The lookup behind each navigation property that leads to one row.
    lookups: FxHashMap<&'a str, &'a str>,
    collections: Vec<Collection<'a>>,
}

/// A navigation property that leads to many rows.
#[derive(Clone, Copy, Debug)]
struct Collection<'a> {
    property: &'a str,
    other: &'a str,
    partner: Option<&'a str>,
}

pub(super) fn read(document: &Document<'_>, _: &ImportOptions) -> Result<Vec<Facts>, Mistake> {
    let Document::Xml(text) = document else {
        return Ok(Vec::new());
    };
    let parsed = xml::parse(text, &Limits::default()).map_err(|failure| {
        let (line, column) = super::document::line_column(text, failure.offset as usize);
        Mistake::new(
            format!(
                "its XML is damaged in line {line}, column {column}: {}",
                failure.detail
            ),
            "Save the whole answer to GET /api/data/v9.2/$metadata again.",
        )
    })?;
    let schemas = parsed
        .descendants()
        .filter(|node| is_named(*node, "Schema"));
    let mut order = Vec::new();
    let mut types: FxHashMap<&str, EntityType<'_>> = FxHashMap::default();
    let mut sets: FxHashMap<&str, &str> = FxHashMap::default();
    for schema in schemas {
        for node in schema.children().filter(Node::is_element) {
            match node.tag_name().name() {
                "EntityType" => {
                    if let Some(name) = node.attribute("Name") {
                        order.push(name);
                        types.insert(name, entity_type(node));
                    }
                }
                "EntityContainer" => {
                    let members = node.children().filter(|node| is_named(*node, "EntitySet"));
                    sets.extend(members.filter_map(|set| {
                        Some((local(set.attribute("EntityType")?), set.attribute("Name")?))
                    }));
                }
                _ => {}
            }
        }
    }
    if order.is_empty() {
        return Err(Mistake::new(
            "it describes no table",
            "Save the whole answer to GET /api/data/v9.2/$metadata again.",
        ));
    }
    Ok(vec![facts(&order, types, &sets)])
}

/// The part of a type's name after its namespace.
fn local(name: &str) -> &str {
    let name = name.strip_prefix("Collection(").unwrap_or(name);
    let name = name.strip_suffix(')').unwrap_or(name);
    name.rsplit('.').next().unwrap_or(name)
}

/// Elements by their name, whatever namespace the version of the standard gives them.
fn is_named(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

fn entity_type<'a>(node: Node<'a, '_>) -> EntityType<'a> {
    let mut read = EntityType {
        base: node.attribute("BaseType").map(local),
        is_abstract: node.attribute("Abstract") == Some("true"),
        ..EntityType::default()
    };
    let mut targets: FxHashMap<&str, Vec<String>> = FxHashMap::default();
    for child in node.children().filter(Node::is_element) {
        let kind = child.attribute("Type").unwrap_or_default();
        match (child.tag_name().name(), child.attribute("Name")) {
            ("Property", Some(name)) => read.columns.push(ColumnRow(column_of(name, kind))),
            ("NavigationProperty", Some(property)) if kind.starts_with("Collection(") => {
                read.collections.push(Collection {
                    property,
                    other: local(kind),
                    partner: child.attribute("Partner"),
                });
            }
            ("NavigationProperty", Some(property)) => {
                let mut of = child
                    .children()
                    .filter(|node| is_named(*node, "ReferentialConstraint"));
                let column = of.next().and_then(|of| of.attribute("Property"));
                if let Some(column) = column.and_then(lookup) {
                    read.lookups.insert(property, column);
                    targets
                        .entry(column)
                        .or_default()
                        .push(local(kind).to_owned());
                }
            }
            _ => {}
        }
    }
    for ColumnRow(column) in &mut read.columns {
        if let Some(targets) = targets.remove(column.name.as_str()) {
            column.targets = targets;
        }
    }
    read
}

/// The column behind a property of a lookup, `_x_value`.
fn lookup(property: &str) -> Option<&str> {
    property.strip_prefix('_')?.strip_suffix("_value")
}

/// What is told of a column's type. A choice is a number here, so numbers stay untold.
fn column_of(property: &str, kind: &str) -> ColumnDetails {
    let (name, kind) = match lookup(property) {
        Some(column) => (column, "Lookup"),
        None => (
            property,
            match local_type(kind) {
                "Boolean" => "Boolean",
                "DateTimeOffset" | "Date" => "DateTime",
                "Decimal" => "Decimal",
                "Double" => "Double",
                "Int64" => "BigInt",
                "Guid" => "Uniqueidentifier",
                _ => "",
            },
        ),
    };
    ColumnDetails {
        name: name.to_owned(),
        kind: (!kind.is_empty()).then(|| kind.to_owned()),
        ..ColumnDetails::default()
    }
}

fn local_type(kind: &str) -> &str {
    kind.strip_prefix("Edm.").unwrap_or_default()
}

/// The columns that a type has from those it is made of.
fn inherited<'a>(name: &str, types: &'a FxHashMap<&str, EntityType<'a>>) -> Vec<ColumnRow> {
    let mut columns = Vec::new();
    let mut base = types.get(name).and_then(|read| read.base);
    // Types are made of a few others; a document that goes in circles is not the platform's.
    for _ in 0..8 {
        let Some(read) = base.and_then(|base| types.get(base)) else {
            break;
        };
        columns.extend(read.columns.iter().cloned());
        base = read.base;
    }
    columns
}

/// The relationship behind a collection on a table.
fn relationship(
    table: &str,
    collection: Collection<'_>,
    types: &FxHashMap<&str, EntityType<'_>>,
) -> RelationshipRow {
    let Collection {
        property,
        other,
        partner,
    } = collection;
    // A relationship of a table with itself has a property for each side, and its name has the side before it.
    let mut sides = ["Referencing", "Referenced"].into_iter();
    let own = sides.find_map(|side| property.strip_prefix(side));
    let name = own.filter(|_| table == other).unwrap_or(property);
    let other_type = types.get(other);
    let column = partner.and_then(|partner| other_type?.lookups.get(partner));
    let is_many = || {
        let mut theirs = other_type.into_iter().flat_map(|read| &read.collections);
        partner.is_some_and(|partner| theirs.any(|theirs| theirs.property == partner))
    };
    let kind = match column {
        Some(_) => Some(RelationshipKind::OneToMany),
        None if is_many() => Some(RelationshipKind::ManyToMany),
        None => None,
    };
    RelationshipRow {
        name: name.to_owned(),
        kind,
        referencing: Some(other.to_owned()),
        column: column.map(|column| (*column).to_owned()),
        referenced: Some(table.to_owned()),
        ..RelationshipRow::default()
    }
}

fn facts<'a>(
    order: &[&'a str],
    mut types: FxHashMap<&'a str, EntityType<'a>>,
    sets: &FxHashMap<&str, &str>,
) -> Facts {
    let mut manifest = TargetManifest::default();
    let mut rows = 0;
    let mut seen = FxHashSet::default();
    for name in order {
        let Some(read) = types.get(name) else {
            continue;
        };
        for collection in &read.collections {
            let row = relationship(name, *collection, &types);
            // A many-to-many relationship is written on both sides.
            if row.kind == Some(RelationshipKind::OneToMany) || seen.insert(row.name.clone()) {
                manifest.relationships.push(row);
            }
        }
    }
    let more: Vec<_> = order.iter().map(|name| inherited(name, &types)).collect();
    for (name, mut more) in order.iter().zip(more) {
        let Some(read) = types.get_mut(name) else {
            continue;
        };
        // What other types are made of is a table only where it has a set.
        if read.is_abstract && !sets.contains_key(name) {
            continue;
        }
        let mut columns = std::mem::take(&mut read.columns);
        columns.append(&mut more);
        rows += 1 + columns.len() as u64;
        manifest.tables.push(TableRow {
            name: (*name).to_owned(),
            entity_set: sets.get(name).map(|set| (*set).to_owned()),
            columns,
            ..TableRow::default()
        });
    }
    for family in ["tables", "columns"] {
        let coverage = Coverage::complete(CoverageOf::Metadata);
        manifest.coverage.insert(family.to_owned(), coverage);
    }
    manifest
        .coverage
        .insert("relationships".to_owned(), Coverage::partial());
    Facts {
        kind: SourceKind::Csdl,
        label: format!("$metadata with {} tables", manifest.tables.len()),
        rows: rows + manifest.relationships.len() as u64,
        manifest,
        ..Facts::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A document with these entity types and sets.
    fn document(types: &str) -> String {
        format!(
            r#"<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
               <Schema Namespace="Microsoft.Dynamics.CRM" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">
               <EntityType Name="crmbaseentity" Abstract="true"/>{types}
               <EntityContainer Name="System"><EntitySet Name="accounts" EntityType="mscrm.account"/></EntityContainer>
               </Schema></edmx:DataServices></edmx:Edmx>"#
        )
    }

    fn imported(types: &str) -> TargetManifest {
        let text = document(types);
        let document = Document::Xml(&text);
        assert!(recognises(&document));
        read(&document, &ImportOptions::default())
            .unwrap()
            .remove(0)
            .manifest
    }

    fn columns<'a>(manifest: &'a TargetManifest, table: &str) -> Vec<&'a str> {
        let table = manifest
            .tables
            .iter()
            .find(|row| row.name == table)
            .unwrap();
        table.columns.iter().map(|column| &*column.0.name).collect()
    }

    const ORDERS: &str = r#"<EntityType Name="account" BaseType="mscrm.crmbaseentity"><Property Name="accountid" Type="Edm.Guid"/>
        <NavigationProperty Name="cts_account_cts_order" Type="Collection(mscrm.cts_order)" Partner="cts_Account"/>
        <NavigationProperty Name="cts_account_contact" Type="Collection(mscrm.contact)" Partner="cts_account_contact"/></EntityType>
        <EntityType Name="contact"><Property Name="contactid" Type="Edm.Guid"/>
        <NavigationProperty Name="cts_account_contact" Type="Collection(mscrm.account)" Partner="cts_account_contact"/></EntityType>
        <EntityType Name="cts_order"><Property Name="_cts_account_value" Type="Edm.Guid"/><Property Name="cts_state" Type="Edm.Int32"/>
        <NavigationProperty Name="cts_Account" Type="mscrm.account" Partner="cts_account_cts_order">
        <ReferentialConstraint Property="_cts_account_value" ReferencedProperty="accountid"/></NavigationProperty></EntityType>"#;

    #[test]
    fn what_types_are_made_of_is_no_table_without_a_set() {
        let manifest = imported(ORDERS);
        let names: Vec<_> = manifest.tables.iter().map(|table| &*table.name).collect();
        assert_eq!(names, ["account", "contact", "cts_order"]);
        assert_eq!(manifest.tables[0].entity_set.as_deref(), Some("accounts"));
    }

    #[test]
    fn a_lookup_has_the_name_of_its_column_and_where_it_leads() {
        let manifest = imported(ORDERS);
        let lookup = &manifest.tables[2].columns[0].0;
        assert_eq!(
            (&*lookup.name, lookup.kind.as_deref()),
            ("cts_account", Some("Lookup"))
        );
        assert_eq!(lookup.targets, ["account"]);
    }

    #[test]
    fn a_number_may_be_a_choice_so_its_type_is_left_open() {
        assert_eq!(imported(ORDERS).tables[2].columns[1].0.kind, None);
    }

    #[test]
    fn a_collection_is_the_relationship_of_the_lookup_on_the_other_side() {
        let manifest = imported(ORDERS);
        let row = &manifest.relationships[0];
        assert_eq!(row.name, "cts_account_cts_order");
        assert_eq!(row.kind, Some(RelationshipKind::OneToMany));
        assert_eq!(row.column.as_deref(), Some("cts_account"));
    }

    #[test]
    fn a_many_to_many_relationship_is_entered_once() {
        let manifest = imported(ORDERS);
        assert_eq!(manifest.relationships.len(), 2);
        assert_eq!(
            manifest.relationships[1].kind,
            Some(RelationshipKind::ManyToMany)
        );
    }

    #[test]
    fn a_relationship_of_a_table_with_itself_loses_its_side() {
        let manifest = imported(
            r#"<EntityType Name="account"><Property Name="_parentaccountid_value" Type="Edm.Guid"/>
               <NavigationProperty Name="parentaccountid" Type="mscrm.account" Partner="Referencedaccount_parent_account">
               <ReferentialConstraint Property="_parentaccountid_value" ReferencedProperty="accountid"/></NavigationProperty>
               <NavigationProperty Name="Referencedaccount_parent_account" Type="Collection(mscrm.account)" Partner="parentaccountid"/></EntityType>"#,
        );
        assert_eq!(manifest.relationships[0].name, "account_parent_account");
    }

    #[test]
    fn a_type_has_the_columns_of_those_it_is_made_of() {
        let manifest = imported(
            r#"<EntityType Name="activitypointer"><Property Name="subject" Type="Edm.String"/></EntityType>
               <EntityType Name="email" BaseType="mscrm.activitypointer"><Property Name="torecipients" Type="Edm.String"/></EntityType>"#,
        );
        assert_eq!(columns(&manifest, "email"), ["torecipients", "subject"]);
    }

    #[test]
    fn types_that_are_made_of_each_other_end() {
        let manifest = imported(
            r#"<EntityType Name="a" BaseType="mscrm.b"/><EntityType Name="b" BaseType="mscrm.a"/>"#,
        );
        assert_eq!(manifest.tables.len(), 2);
    }

    #[test]
    fn a_document_that_is_cut_off_is_refused_with_its_place() {
        let text = document(ORDERS);
        let cut = &text[..text.len() - 200];
        let mistake = read(&Document::Xml(cut), &ImportOptions::default()).unwrap_err();
        assert!(
            mistake.what.starts_with("its XML is damaged in line "),
            "{}",
            mistake.what
        );
    }
}
