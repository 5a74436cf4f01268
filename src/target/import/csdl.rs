//! `$metadata`: the CSDL document of the Web API, which every user can read.
//!
//! Source: learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-service-documents and the pages after it on
//! entity types, properties and navigation properties.

mod relationships;

use roxmltree::Node;
use rustc_hash::{FxHashMap, FxHashSet};

use super::document::{Document, line_column};
use super::{Facts, ImportOptions};
use crate::target::manifest::{
    ColumnDetails, ColumnRow, Coverage, CoverageOf, SourceKind, TableRow, TargetManifest,
};
use crate::target::read::Mistake;
use crate::xml::{self, XmlFailure};

/// The type that all tables come from.
const BASE: &str = "crmbaseentity";

/// The type that definitions of tables, columns and relationships come from.
const DEFINITION: &str = "crmmodelbaseentity";

/// The type that users and teams have in common, which owns rows.
const PRINCIPAL: &str = "principal";

/// The most tables of principals: users and teams are two.
const PRINCIPALS: usize = 16;

/// The most that inherited columns may take together, in bytes: fifty activity tables inherit sixty columns
/// each.
const INHERITED_BYTES: usize = 64 * 1024 * 1024;

pub(super) fn recognises(document: &Document<'_>) -> bool {
    document.root() == Some("Edmx")
}

pub(super) fn read(
    document: &Document<'_>,
    options: &ImportOptions,
) -> Result<Vec<Facts>, Mistake> {
    let Document::Xml(text) = document else {
        return Err(document.unrecognised());
    };
    let parsed = xml::parse(text, &options.packages.limits);
    let parsed = parsed.map_err(|failure| damaged(text, &failure))?;
    let model = Model::of(parsed.root_element());
    if !model.types.iter().any(|of| of.name == BASE) {
        return Err(Mistake::new(
            "it is the $metadata of another service: no type of it is a table of Dataverse",
            "Save the whole answer to GET /api/data/v9.2/$metadata of the environment.",
        ));
    }
    let manifest = TargetManifest {
        relationships: relationships::rows(&model),
        tables: tables(&model)?,
        coverage: [
            ("tables", Coverage::complete(CoverageOf::Metadata)),
            ("columns", Coverage::complete(CoverageOf::Metadata)),
            ("relationships", Coverage::partial()),
        ]
        .map(|(family, coverage)| (family.into(), coverage))
        .into(),
        ..TargetManifest::default()
    };
    let columns: usize = manifest.tables.iter().map(|row| row.columns.len()).sum();
    let rows = manifest.tables.len() + columns + manifest.relationships.len();
    Ok(vec![Facts {
        kind: SourceKind::Csdl,
        label: format!("$metadata with {} tables", manifest.tables.len()),
        rows: rows as u64,
        manifest,
        ..Facts::default()
    }])
}

fn damaged(text: &str, failure: &XmlFailure) -> Mistake {
    if let Some(exceeded) = failure.exceeded {
        return Mistake::new(format!("it has {}", failure.detail), exceeded.remedy());
    }
    let (line, column) = line_column(text, text.floor_char_boundary(failure.offset as usize));
    let detail = &failure.detail;
    Mistake::new(
        format!("its XML is damaged in line {line}, column {column}: {detail}"),
        "Save the whole answer to GET /api/data/v9.2/$metadata again.",
    )
}

/// What the document says, as it is written.
struct Model<'a> {
    types: Vec<EntityType<'a>>,
    by_name: FxHashMap<&'a str, usize>,
    /// Entity sets by the type of their rows.
    sets: FxHashMap<&'a str, &'a str>,
}

#[derive(Default)]
struct EntityType<'a> {
    name: &'a str,
    base: Option<&'a str>,
    is_abstract: bool,
    /// Names and types.
    properties: Vec<(&'a str, &'a str)>,
    navigations: Vec<Navigation<'a>>,
}

/// A navigation property: one end of a relationship.
struct Navigation<'a> {
    name: &'a str,
    /// The table at the other end.
    to: &'a str,
    is_collection: bool,
    /// The navigation property of the other end.
    partner: Option<&'a str>,
    /// The lookup's property, `_name_value`.
    property: Option<&'a str>,
}

/// A name without its namespace or alias.
fn local(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, local)| local)
}

/// The column of a lookup's property.
fn lookup(property: &str) -> Option<&str> {
    property.strip_prefix('_')?.strip_suffix("_value")
}

impl<'a> Model<'a> {
    fn of(root: Node<'a, '_>) -> Self {
        let mut model = Self {
            types: Vec::new(),
            by_name: FxHashMap::default(),
            sets: FxHashMap::default(),
        };
        let named = |node: Node<'a, '_>, name| {
            let children = node.children();
            children.filter(move |child| child.tag_name().name() == name)
        };
        let schemas = named(root, "DataServices").flat_map(|services| named(services, "Schema"));
        for element in schemas.flat_map(|schema| schema.children()) {
            match element.tag_name().name() {
                "EntityType" => model.add_type(element),
                "EntityContainer" => {
                    for set in named(element, "EntitySet") {
                        if let (Some(name), Some(of)) =
                            (set.attribute("Name"), set.attribute("EntityType"))
                        {
                            model.sets.entry(local(of)).or_insert(name);
                        }
                    }
                }
                _ => {}
            }
        }
        model
    }

    fn add_type(&mut self, element: Node<'a, '_>) {
        let Some(name) = element.attribute("Name") else {
            return;
        };
        let mut of = EntityType {
            name,
            base: element.attribute("BaseType").map(local),
            is_abstract: element.attribute("Abstract") == Some("true"),
            ..EntityType::default()
        };
        for child in element.children() {
            match child.tag_name().name() {
                "Property" => {
                    let (name, kind) = (child.attribute("Name"), child.attribute("Type"));
                    of.properties.extend(name.zip(kind));
                }
                "NavigationProperty" => of.navigations.extend(navigation(child)),
                _ => {}
            }
        }
        self.by_name.entry(name).or_insert(self.types.len());
        self.types.push(of);
    }

    fn named(&self, name: &str) -> Option<&EntityType<'a>> {
        self.types.get(*self.by_name.get(name)?)
    }

    /// The types that a type inherits from, the nearest first. No chain of the platform is as long as is allowed here.
    fn ancestors(&self, of: &EntityType<'a>) -> impl Iterator<Item = &EntityType<'a>> {
        let base = |of: &EntityType<'a>| of.base.and_then(|base| self.named(base));
        std::iter::successors(base(of), move |of| base(of)).take(16)
    }

    /// Whether a type is a table: it has columns and no part in the definitions of tables, which are types themselves and
    /// come from one of their own. `principal` is what users and teams have in common.
    fn is_table(&self, of: &EntityType<'a>) -> bool {
        !of.properties.is_empty()
            && of.name != PRINCIPAL
            && (!of.is_abstract || self.sets.contains_key(of.name))
            && !self
                .ancestors(of)
                .any(|ancestor| ancestor.name == DEFINITION)
    }
}

fn navigation<'a>(element: Node<'a, '_>) -> Option<Navigation<'a>> {
    let kind = element.attribute("Type")?;
    let collection = kind.strip_prefix("Collection(");
    let collection = collection.and_then(|kind| kind.strip_suffix(')'));
    let mut children = element.children();
    let constraint = children.find(|child| child.tag_name().name() == "ReferentialConstraint");
    Some(Navigation {
        name: element.attribute("Name")?,
        to: local(collection.unwrap_or(kind)),
        is_collection: collection.is_some(),
        partner: element.attribute("Partner"),
        property: constraint.and_then(|constraint| constraint.attribute("Property")),
    })
}

fn tables(model: &Model<'_>) -> Result<Vec<TableRow>, Mistake> {
    let principals = model.types.iter();
    let principals: Vec<&str> = principals
        .filter(|of| of.base == Some(PRINCIPAL))
        .map(|of| of.name)
        .take(PRINCIPALS)
        .collect();
    let mut inherited = 0;
    let mut rows = Vec::new();
    for of in model.types.iter().filter(|of| model.is_table(of)) {
        let mut columns = columns(of, &principals);
        for ancestor in model.ancestors(of) {
            if ancestor.properties.is_empty() {
                continue;
            }
            let own: FxHashSet<String> = columns.iter().map(|row| row.0.name.clone()).collect();
            let names = ancestor.properties.iter().map(|(name, _)| name.len());
            inherited += names
                .map(|bytes| bytes + size_of::<ColumnRow>())
                .sum::<usize>();
            if inherited > INHERITED_BYTES {
                return Err(Mistake::new(
                    "its tables inherit more columns than any environment has",
                    "Find out where the file comes from.",
                ));
            }
            let more = self::columns(ancestor, &principals).into_iter();
            columns.extend(more.filter(|row| !own.contains(&row.0.name)));
        }
        rows.push(TableRow {
            name: of.name.into(),
            entity_set: model.sets.get(of.name).map(|set| (*set).into()),
            columns,
            ..TableRow::default()
        });
    }
    Ok(rows)
}

/// The columns that a type declares itself.
fn columns(of: &EntityType<'_>, principals: &[&str]) -> Vec<ColumnRow> {
    let mut targets = FxHashMap::<&str, Vec<&str>>::default();
    for navigation in &of.navigations {
        if let Some(property) = navigation.property.filter(|_| navigation.to != BASE) {
            let targets = targets.entry(property).or_default();
            match navigation.to {
                PRINCIPAL => targets.extend(principals),
                table => targets.push(table),
            }
        }
    }
    let decimals = of.properties.iter().filter(|(_, kind)| *kind == DECIMAL);
    let decimals: FxHashSet<&str> = decimals.map(|(name, _)| *name).collect();
    let columns = of.properties.iter().map(|&(property, kind)| {
        let mut row = ColumnDetails::default();
        if let Some(name) = lookup(property) {
            let mut targets = targets.remove(property).unwrap_or_default();
            targets.sort_unstable();
            targets.dedup();
            row.name = name.into();
            row.kind = Some(if name == "ownerid" { "Owner" } else { "Lookup" }.into());
            row.targets = targets.into_iter().map(Into::into).collect();
        } else {
            row.name = property.into();
            row.kind = type_of(property, kind, &decimals).map(Into::into);
        }
        ColumnRow(row)
    });
    columns.collect()
}

const DECIMAL: &str = "Edm.Decimal";

/// The types of columns that the types of properties tell surely. An integer may be a choice, and a string a text, a list of
/// choices or the name of a table.
///
/// Source: learn.microsoft.com/power-apps/developer/data-platform/webapi/web-api-properties, "Primitive types".
const TYPES: [(&str, &str); 7] = [
    ("Edm.Boolean", "Boolean"),
    ("Edm.Date", "DateTime"),
    ("Edm.DateTimeOffset", "DateTime"),
    ("Edm.Double", "Double"),
    ("Edm.Guid", "Uniqueidentifier"),
    ("Edm.Int64", "BigInt"),
    (DECIMAL, "Decimal"),
];

/// The type of a column, as metadata names it. An amount of money is a decimal that has another one beside it, with its value
/// in the base currency.
fn type_of(name: &str, kind: &str, decimals: &FxHashSet<&str>) -> Option<&'static str> {
    if kind.ends_with("ManagedProperty") {
        return Some("ManagedProperty");
    }
    let in_base = |name: &str| decimals.contains(&*format!("{name}_base"));
    let is_money = || {
        let source = name.strip_suffix("_base");
        in_base(name) || source.is_some_and(|source| decimals.contains(source))
    };
    if kind == DECIMAL && is_money() {
        return Some("Money");
    }
    let known = TYPES.iter().find(|(edm, _)| *edm == kind);
    known.map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::manifest::RelationshipKind;

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
        let mut rows = manifest.relationships.iter();
        let row = rows.find(|row| row.name == "cts_account_cts_order");
        let row = row.unwrap();
        assert_eq!(row.kind, Some(RelationshipKind::OneToMany));
        assert_eq!(row.column.as_deref(), Some("cts_account"));
    }

    #[test]
    fn a_many_to_many_relationship_is_entered_once() {
        let manifest = imported(ORDERS);
        let rows = manifest.relationships.iter();
        let rows = rows.filter(|row| row.kind == Some(RelationshipKind::ManyToMany));
        let names: Vec<_> = rows.map(|row| &*row.name).collect();
        assert_eq!(names, ["cts_account_contact"]);
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
            r#"<EntityType Name="a" BaseType="mscrm.b"><Property Name="x" Type="Edm.Guid"/></EntityType>
               <EntityType Name="b" BaseType="mscrm.a"><Property Name="y" Type="Edm.Guid"/></EntityType>"#,
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

    #[test]
    fn the_metadata_of_another_service_is_refused() {
        let text = document("").replace("crmbaseentity", "Customer");
        let mistake = read(&Document::Xml(&text), &ImportOptions::default()).unwrap_err();
        assert!(
            mistake.what.contains("of another service"),
            "{}",
            mistake.what
        );
    }

    #[test]
    fn definitions_of_tables_are_no_tables() {
        let manifest = imported(
            r#"<EntityType Name="expando" BaseType="mscrm.crmbaseentity" OpenType="true"/>
               <EntityType Name="crmmodelbaseentity" Abstract="true"/>
               <EntityType Name="MetadataBase" BaseType="mscrm.crmmodelbaseentity" Abstract="true"><Property Name="MetadataId" Type="Edm.Guid"/></EntityType>
               <EntityType Name="EntityMetadata" BaseType="mscrm.MetadataBase"><Property Name="LogicalName" Type="Edm.String"/></EntityType>"#,
        );
        assert!(manifest.tables.is_empty(), "{:?}", manifest.tables);
    }

    /// A row that somebody owns.
    const OWNED: &str = r#"<EntityType Name="principal" BaseType="mscrm.crmbaseentity"><Property Name="ownerid" Type="Edm.Guid"/></EntityType>
        <EntityType Name="systemuser" BaseType="Microsoft.Dynamics.CRM.principal"><Property Name="systemuserid" Type="Edm.Guid"/></EntityType>
        <EntityType Name="team" BaseType="mscrm.principal"><Property Name="teamid" Type="Edm.Guid"/></EntityType>
        <EntityType Name="cts_order" BaseType="mscrm.crmbaseentity">
        <Property Name="_ownerid_value" Type="Edm.Guid"/><Property Name="_objectid_value" Type="Edm.Guid"/>
        <Property Name="cts_amount" Type="Edm.Decimal" Scale="Variable"/><Property Name="cts_amount_base" Type="Edm.Decimal"/>
        <Property Name="exchangerate" Type="Edm.Decimal"/><Property Name="cts_done" Type="Edm.Boolean"/><Property Name="cts_name" Type="Edm.String"/>
        <NavigationProperty Name="ownerid" Type="mscrm.principal" Partner="owner_cts_order">
        <ReferentialConstraint Property="_ownerid_value" ReferencedProperty="ownerid"/></NavigationProperty>
        <NavigationProperty Name="objectid" Type="mscrm.crmbaseentity">
        <ReferentialConstraint Property="_objectid_value" ReferencedProperty="crmbaseentityid"/></NavigationProperty></EntityType>"#;

    #[test]
    fn an_owner_is_a_user_or_a_team_and_a_lookup_to_anything_says_nothing() {
        let manifest = imported(OWNED);
        let names: Vec<_> = manifest.tables.iter().map(|table| &*table.name).collect();
        assert_eq!(names, ["systemuser", "team", "cts_order"]);
        assert_eq!(columns(&manifest, "team"), ["teamid", "ownerid"]);
        let owner = &manifest.tables[2].columns[0].0;
        assert_eq!(owner.kind.as_deref(), Some("Owner"));
        assert_eq!(owner.targets, ["systemuser", "team"]);
        assert!(manifest.tables[2].columns[1].0.targets.is_empty());
        let [relationship] = manifest.relationships.as_slice() else {
            panic!("{:?}", manifest.relationships)
        };
        assert_eq!(relationship.referenced.as_deref(), Some("owner"));
    }

    #[test]
    fn a_type_is_given_only_where_it_can_be_told() {
        let manifest = imported(OWNED);
        let types: Vec<_> = manifest.tables[2].columns[2..]
            .iter()
            .map(|column| column.0.kind.as_deref())
            .collect();
        let expected = [
            Some("Money"),
            Some("Money"),
            Some("Decimal"),
            Some("Boolean"),
            None,
        ];
        assert_eq!(types, expected);
    }

    #[test]
    fn many_to_many_relationships_of_a_table_with_itself_are_one() {
        let manifest = imported(
            r#"<EntityType Name="cts_task"><Property Name="cts_taskid" Type="Edm.Guid"/>
               <NavigationProperty Name="Referencedcts_task_task" Type="Collection(mscrm.cts_task)" Partner="Referencingcts_task_task"/>
               <NavigationProperty Name="Referencingcts_task_task" Type="Collection(mscrm.cts_task)" Partner="Referencedcts_task_task"/></EntityType>"#,
        );
        let [row] = manifest.relationships.as_slice() else {
            panic!("{:?}", manifest.relationships)
        };
        assert_eq!(
            (&*row.name, row.kind),
            ("cts_task_task", Some(RelationshipKind::ManyToMany))
        );
    }

    #[test]
    fn what_tables_inherit_is_bounded() {
        let name = "x".repeat(10_000);
        let base: String = (0..1_000)
            .map(|number| format!("<Property Name=\"{name}{number}\" Type=\"Edm.Guid\"/>"))
            .collect();
        let tables: String = (0..1_000)
            .map(|number| {
                format!("<EntityType Name=\"t{number}\" BaseType=\"mscrm.base\"><Property Name=\"y\" Type=\"Edm.Guid\"/></EntityType>")
            })
            .collect();
        let text = document(&format!(
            "<EntityType Name=\"base\">{base}</EntityType>{tables}"
        ));
        let mistake = read(&Document::Xml(&text), &ImportOptions::default()).unwrap_err();
        assert!(
            mistake.what.contains("inherit more columns"),
            "{}",
            mistake.what
        );
    }

    #[test]
    fn ends_of_relationships_cost_no_more_than_their_number() {
        let ends: String = (0..20_000)
            .map(|number| format!("<NavigationProperty Name=\"n{number}\" Type=\"Collection(mscrm.a)\" Partner=\"m{number}\"/>"))
            .collect();
        let start = std::time::Instant::now();
        imported(&format!(
            "<EntityType Name=\"a\"><Property Name=\"y\" Type=\"Edm.Guid\"/>{ends}</EntityType>"
        ));
        assert!(start.elapsed().as_secs() < 5);
    }
}
