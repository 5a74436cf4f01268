//! What processes, formulas and Power Fx functions refer to, from the files of a whole package.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::allow_attributes,
    unreachable_pub,
    reason = "a test says by a panic that it failed"
)]

mod support;

use std::fs;

use solvet::graph::{Graph, NodeId};
use solvet::model::{LogicalName, Solution};
use support::parse_one;
use tempfile::TempDir;

const MANIFEST: &str =
    "<ImportExportXml><SolutionManifest><UniqueName>new_test</UniqueName><Version>1.0</Version>
    <Managed>0</Managed></SolutionManifest></ImportExportXml>";
const TYPES: &str = "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>";

/// The references of a package with these customizations and files: what refers, how, what is meant.
fn references(customizations: &str, files: &[(&str, &str)]) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let customizations = format!("<ImportExportXml>{customizations}</ImportExportXml>");
    let own = [
        ("solution.xml", MANIFEST),
        ("customizations.xml", &customizations),
        ("[Content_Types].xml", TYPES),
    ];
    for (path, text) in own.iter().chain(files) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let solution = parse_one(folder.path()).solution;
    let graph = Graph::build(&solution);
    let mut found: Vec<_> = graph
        .references()
        .map(|(from, to, edge)| {
            let (from, to) = (name(&graph, &solution, from), name(&graph, &solution, to));
            format!("{from} {} {to}", edge.kind.id())
        })
        .collect();
    found.sort();
    found
}

fn name(graph: &Graph, solution: &Solution, node: NodeId) -> String {
    let identity = graph.identity(solution, node).unwrap();
    let name = identity.schema_name.as_ref().map(LogicalName::as_str);
    match (&identity.table, name) {
        (Some(table), Some(name)) => format!("{}.{name}", table.as_str()),
        (_, Some(name)) => name.into(),
        _ => identity.object_id.unwrap().to_string()[..8].into(),
    }
}

fn process(inside: &str) -> String {
    format!(
        "<Workflows><Workflow WorkflowId='{{0a1b2c3d-0000-4000-8000-00000000000a}}' Name='Test'>
         <XamlFileName>/Workflows/test.xaml</XamlFileName>{inside}</Workflow></Workflows>"
    )
}

const SELF: &str = "0a1b2c3d";

#[test]
fn a_process_needs_its_primary_table_with_its_key_and_the_columns_that_start_it() {
    let process = process(
        "<PrimaryEntity>new_item</PrimaryEntity>
         <TriggerOnUpdateAttributeList>new_a,new_b</TriggerOnUpdateAttributeList>",
    );
    assert_eq!(
        references(&process, &[]),
        [
            format!("{SELF} process-primary-id new_item.new_itemid"),
            format!("{SELF} process-table new_item"),
            format!("{SELF} process-trigger-column new_item.new_a"),
            format!("{SELF} process-trigger-column new_item.new_b"),
        ]
    );
}

#[test]
fn a_process_without_a_primary_table_needs_nothing() {
    let process = process("<PrimaryEntity>none</PrimaryEntity><TriggerOnUpdateAttributeList/>");
    assert_eq!(references(&process, &[]), [""; 0]);
}

#[test]
fn triggers_and_forms_of_a_process_are_needed() {
    let process = process(
        "<PrimaryEntity>new_item</PrimaryEntity>
         <FormId>{00000000-0000-0000-0000-000000000000}</FormId>
         <ProcessTriggerFormId>{11111111-0000-4000-8000-00000000000a}</ProcessTriggerFormId>
         <ProcessTriggers>
           <ProcessTrigger><formid>{22222222-0000-4000-8000-00000000000a}</formid><controltype>1</controltype>
             <controlname>new_a</controlname><primaryentitytypecode>new_item</primaryentitytypecode></ProcessTrigger>
           <ProcessTrigger><controltype>2</controltype><controlname>tab_1</controlname></ProcessTrigger>
         </ProcessTriggers>",
    );
    assert_eq!(
        references(&process, &[]),
        [
            format!("{SELF} process-form 11111111"),
            format!("{SELF} process-form 22222222"),
            format!("{SELF} process-primary-id new_item.new_itemid"),
            format!("{SELF} process-table new_item"),
            format!("{SELF} process-trigger-column new_item.new_a"),
        ]
    );
}

#[test]
fn a_business_process_flow_needs_the_table_of_its_instances_and_shows_for_roles() {
    let process = process(
        "<Category>4</Category><UniqueName>new_flow</UniqueName>
         <processroleassignment>&lt;DisplayConditions&gt;&lt;Role Id=\"{33333333-0000-4000-8000-00000000000a}\" /&gt;&lt;/DisplayConditions&gt;</processroleassignment>",
    );
    assert_eq!(
        references(&process, &[]),
        [
            format!("{SELF} process-flow-table new_flow"),
            format!("{SELF} process-role 33333333"),
        ]
    );
}

#[test]
fn the_unique_name_of_an_action_is_no_table() {
    let process = process("<Category>3</Category><UniqueName>Approve</UniqueName>");
    assert_eq!(references(&process, &[]), [""; 0]);
}

const STEPS: (&str, &str) = (
    "Workflows/test.xaml",
    "<Activity><GetEntityProperty Attribute='new_name' EntityName='new_person' Entity='[InputEntities(\"related_new_personid#new_person\")]'/></Activity>",
);

#[test]
fn a_lookup_that_a_step_follows_is_one_of_the_primary_table() {
    let process = process("<PrimaryEntity>new_item</PrimaryEntity>");
    let way = "<EntityRelationships><EntityRelationship Name='new_person_item'>
        <EntityRelationshipType>OneToMany</EntityRelationshipType>
        <ReferencingEntityName>new_item</ReferencingEntityName><ReferencedEntityName>new_person</ReferencedEntityName>
        <ReferencingAttributeName>new_personid</ReferencingAttributeName></EntityRelationship></EntityRelationships>";
    let found = references(&format!("{process}{way}"), &[STEPS]);
    let found: Vec<_> = found
        .iter()
        .filter(|reference| reference.starts_with(SELF))
        .collect();
    assert_eq!(
        found,
        [
            "0a1b2c3d process-column new_item.new_personid",
            "0a1b2c3d process-column new_person.new_name",
            "0a1b2c3d process-primary-id new_item.new_itemid",
            "0a1b2c3d process-relationship new_person_item",
            "0a1b2c3d process-table new_item",
            "0a1b2c3d process-table new_person",
        ]
    );
}

#[test]
fn a_lookup_of_an_unknown_table_names_nothing() {
    let found = references(&process(""), &[STEPS]);
    assert_eq!(
        found,
        [
            "0a1b2c3d process-column new_person.new_name",
            "0a1b2c3d process-table new_person",
        ]
    );
}

#[test]
fn a_custom_activity_is_the_plug_in_type_of_its_class_in_any_version() {
    let steps = "<Activity><ActivityReference AssemblyQualifiedName='New.Send, New, Version=2.0.0.0'/></Activity>";
    let types = "<SolutionPluginAssemblies><PluginAssembly FullName='New, Version=1.0.0.0'><PluginTypes>
        <PluginType Name='Send it' AssemblyQualifiedName='New.Send, New, Version=1.0.0.0' PluginTypeId='{44444444-0000-4000-8000-00000000000a}'/>
        </PluginTypes></PluginAssembly></SolutionPluginAssemblies>";
    let found = references(
        &format!("{}{types}", process("")),
        &[("Workflows/test.xaml", steps)],
    );
    assert_eq!(found, ["0a1b2c3d process-activity Send it"]);
}

fn table(columns: &str) -> String {
    format!(
        "<Entities><Entity><Name>new_Item</Name><EntityInfo><entity Name='new_Item'><attributes>{columns}</attributes>
         </entity></EntityInfo></Entity></Entities>"
    )
}

#[test]
fn a_calculated_column_needs_what_its_formula_names_and_the_key_of_its_table() {
    let table = table(
        "<attribute PhysicalName='new_sum'><Type>decimal</Type><LogicalName>new_sum</LogicalName>
         <FormulaDefinitionFileName>/Formulas/new_item-new_sum.xaml</FormulaDefinitionFileName></attribute>",
    );
    let formula =
        "<Activity><GetEntityProperty Attribute='new_a' EntityName='new_item'/></Activity>";
    assert_eq!(
        references(&table, &[("Formulas/new_item-new_sum.xaml", formula)]),
        [
            "new_item.new_sum column-formula new_item",
            "new_item.new_sum column-formula new_item.new_a",
            "new_item.new_sum column-formula new_item.new_itemid",
        ]
    );
}

#[test]
fn the_base_amount_of_a_calculated_money_column_needs_the_same() {
    let table = table(
        "<attribute PhysicalName='new_sum'><Type>money</Type><LogicalName>new_sum</LogicalName>
         <FormulaDefinitionFileName>/Formulas/new_item-new_sum.xaml</FormulaDefinitionFileName></attribute>",
    );
    let formula =
        "<Activity><GetEntityProperty Attribute='new_a' EntityName='new_item'/></Activity>";
    let found = references(&table, &[("Formulas/new_item-new_sum.xaml", formula)]);
    for of in ["new_item", "new_item.new_a", "new_item.new_itemid"] {
        let reference = format!("new_item.new_sum_base column-formula {of}");
        assert!(found.contains(&reference), "{reference}: {found:?}");
    }
}

#[test]
fn formulas_of_several_columns_in_one_file_are_each_their_columns() {
    let column = |name: &str| {
        format!(
            "<attribute PhysicalName='{name}'><Type>decimal</Type><LogicalName>{name}</LogicalName>
             <FormulaDefinitionFileName>/Formulas/new_item-FormulaDefinitions.yaml</FormulaDefinitionFileName></attribute>"
        )
    };
    let table = table(&format!("{}{}", column("new_x"), column("new_y")));
    let formulas = "new_x: =new_a\nnew_y: =new_b\nnew_unknown: =new_c\n";
    assert_eq!(
        references(
            &table,
            &[("Formulas/new_item-FormulaDefinitions.yaml", formulas)]
        ),
        [
            "new_item.new_x column-power-fx new_item.new_a",
            "new_item.new_y column-power-fx new_item.new_b",
        ]
    );
}

#[test]
fn a_power_fx_function_is_a_component_and_needs_what_its_dependencies_list() {
    let files = [
        (
            "fxexpressions/new_fx/fxexpression.json",
            "{\"name\": \"Fx\"}",
        ),
        (
            "fxexpressions/new_fx/dependencies.json",
            "{\"RequiredEntityAttributeMap\": {\"new_item\": [\"new_name\"]}}",
        ),
    ];
    assert_eq!(
        references("", &files),
        [
            "new_fx expression-column new_item.new_name",
            "new_fx expression-table new_item",
        ]
    );
}

#[test]
fn a_table_of_activities_has_the_key_of_activities() {
    let table = "<Entities><Entity><Name>new_Call</Name><EntityInfo><entity Name='new_Call'><IsActivity>1</IsActivity>
        </entity></EntityInfo></Entity></Entities>";
    let process = process("<PrimaryEntity>new_call</PrimaryEntity>");
    let found = references(&format!("{table}{process}"), &[]);
    assert_eq!(
        found,
        [
            format!("{SELF} process-primary-id new_call.activityid"),
            format!("{SELF} process-table new_call"),
        ]
    );
}

#[test]
fn the_key_of_a_table_in_the_package_is_the_one_it_defines() {
    let table = table(
        "<attribute PhysicalName='new_own'><Type>primarykey</Type><LogicalName>new_own</LogicalName></attribute>",
    );
    let process = process("<PrimaryEntity>new_item</PrimaryEntity>");
    let found = references(&format!("{table}{process}"), &[]);
    assert!(
        found.contains(&format!("{SELF} process-primary-id new_item.new_own")),
        "{found:?}"
    );
}
