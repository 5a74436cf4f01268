//! Facts about what is read, each with a text of its own.

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

/// So many elements, numbered.
fn many(count: usize, element: &str) -> String {
    let mut text = String::new();
    for number in 0..count {
        text.push_str(&element.replace('#', &number.to_string()));
    }
    text
}

#[test]
fn what_tables_inherit_is_bounded() {
    let name = "x".repeat(10_000);
    let base = many(
        1_000,
        &format!(r#"<Property Name="{name}#" Type="Edm.Guid"/>"#),
    );
    let tables = many(
        1_000,
        r#"<EntityType Name="t#" BaseType="mscrm.base"><Property Name="y" Type="Edm.Guid"/></EntityType>"#,
    );
    let text = document(&format!(
        r#"<EntityType Name="base">{base}</EntityType>{tables}"#
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
    let ends = many(
        20_000,
        r#"<NavigationProperty Name="n#" Type="Collection(mscrm.a)" Partner="m#"/>"#,
    );
    let start = std::time::Instant::now();
    imported(&format!(
        r#"<EntityType Name="a"><Property Name="y" Type="Edm.Guid"/>{ends}</EntityType>"#
    ));
    assert!(start.elapsed().as_secs() < 5);
}
