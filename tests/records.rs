//! What records, steps and pages name, found in the graph of a package.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

#[path = "support/mod.rs"]
mod support;

use std::fs;

use solvet::graph::Graph;

const MANIFEST: &str = "<ImportExportXml><SolutionManifest><UniqueName>a</UniqueName><Version>1.0.0.0</Version><Managed>0</Managed>\
                        <RootComponents/><MissingDependencies/></SolutionManifest></ImportExportXml>";

/// The derived references of a package of these files, as `kind: from > to`.
fn edges(customizations: &str, files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("solution.xml", MANIFEST);
    let customizations = format!("<ImportExportXml>{customizations}</ImportExportXml>");
    write("customizations.xml", &customizations);
    for (name, text) in files {
        write(name, text);
    }
    let solution = support::parse_one(folder.path()).solution;
    let graph = Graph::build(&solution);
    let name = |node| {
        let identity = graph.identity(&solution, node);
        identity.map_or_else(String::new, ToString::to_string)
    };
    graph
        .references()
        .map(|(from, to, edge)| format!("{}: {} > {}", edge.kind.id(), name(from), name(to)))
        .collect()
}

#[test]
fn a_lookup_finds_the_record_by_its_key() {
    let found = edges(
        "",
        &[
            (
                "bots/new_a/bot.xml",
                "<bot schemaname='new_a'><name>A</name></bot>",
            ),
            (
                "botcomponents/new_a.b/botcomponent.xml",
                "<botcomponent schemaname='new_a.b'><name>B</name><parentbotid><schemaname>new_a</schemaname></parentbotid></botcomponent>",
            ),
        ],
    );
    assert_eq!(
        found,
        ["record-lookup: agent component \"B\" > agent \"A\""]
    );
}

#[test]
fn a_lookup_that_is_not_named_for_its_table_finds_the_only_record_of_that_key() {
    let found = edges(
        "",
        &[
            (
                "fab_things/fab_a/fab_thing.xml",
                "<fab_thing fab_key='fab_a'><fab_name>A</fab_name></fab_thing>",
            ),
            (
                "fab_parts/fab_b/fab_part.xml",
                "<fab_part fab_code='fab_b'><fab_name>B</fab_name><fab_whole><fab_key>fab_a</fab_key></fab_whole></fab_part>",
            ),
        ],
    );
    assert!(
        found.contains(&"record-lookup: fab_part \"B\" > fab_thing \"A\"".to_owned()),
        "{found:?}"
    );
}

#[test]
fn a_many_to_many_row_leads_to_both_records() {
    let found = edges(
        "",
        &[(
            "Assets/bot_botcomponentset.xml",
            "<bot_botcomponentset><bot_botcomponent botcomponentid.schemaname='new_a.b' botid.schemaname='new_a'/></bot_botcomponentset>",
        )],
    );
    let ends: Vec<_> = found
        .iter()
        .filter_map(|edge| edge.rsplit_once("> "))
        .map(|(_, end)| end)
        .collect();
    assert_eq!(ends, ["agent component new_a.b", "agent new_a"]);
}

#[test]
fn a_record_inside_another_one_looks_it_up_unless_it_is_a_part_of_it() {
    let found = edges(
        "",
        &[
            (
                "maskingrules/New_Rule/maskingrule.xml",
                "<maskingrule name='New_Rule'></maskingrule>",
            ),
            (
                "maskingrules/New_Rule/attributemaskingrules/new_a/attributemaskingrule.xml",
                "<attributemaskingrule uniquename='new_a'><iscustomizable>1</iscustomizable></attributemaskingrule>",
            ),
        ],
    );
    assert_eq!(
        found,
        ["record-lookup: attributemaskingrule new_a > maskingrule New_Rule"]
    );
    let found = edges(
        "",
        &[
            (
                "customapis/new_a/customapi.xml",
                "<customapi uniquename='new_a'><isprivate>0</isprivate></customapi>",
            ),
            (
                "customapis/new_a/customapirequestparameters/new_b/customapirequestparameter.xml",
                "<customapirequestparameter uniquename='new_b'><type>0</type></customapirequestparameter>",
            ),
        ],
    );
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_plug_in_type_is_found_by_each_of_its_spellings() {
    for spelling in [
        "Fab.Run",
        "Fab.Run, Fab",
        "Fab.Run, Fab, Version=2.0.0.0, Culture=neutral",
    ] {
        let text = format!(
            "<SolutionPluginAssemblies><PluginAssembly FullName='Fab, Version=1.0.0.0'><PluginTypes>\
             <PluginType AssemblyQualifiedName='Fab.Run, Fab, Version=1.0.0.0' Name='Fab.Run'/></PluginTypes></PluginAssembly>\
             </SolutionPluginAssemblies><SdkMessageProcessingSteps>\
             <SdkMessageProcessingStep Name='S' SdkMessageProcessingStepId='11111111-2222-4333-8444-555555555555'>\
             <PluginTypeName>{spelling}</PluginTypeName></SdkMessageProcessingStep></SdkMessageProcessingSteps>"
        );
        assert_eq!(
            edges(&text, &[]),
            ["step-plugin: plug-in step \"S\" > plug-in type Fab.Run"],
            "{spelling}"
        );
    }
}

#[test]
fn privileges_without_a_table_name_nothing() {
    let found = edges(
        "<Roles><Role id='11111111-2222-4333-8444-555555555555' name='R'><RolePrivileges><RolePrivilege name='prvReadfab_item'/>\
         <RolePrivilege name='prvWriteHolidayScheduleTemplates'/></RolePrivileges></Role></Roles>",
        &[],
    );
    assert_eq!(found, ["role-table: security role \"R\" > table fab_item"]);
}

#[test]
fn pages_lead_to_what_lies_beside_them_and_scripts_are_not_read() {
    let resource = |name: &str, file: &str| {
        format!(
            "<WebResource><Name>{name}</Name><FileName>/WebResources/{file}</FileName></WebResource>"
        )
    };
    let text = format!(
        "<WebResources>{}{}</WebResources>",
        resource("fab_/pages/a.html", "fab_pagesahtml1"),
        resource("fab_/lib/b.js", "fab_libbjs2"),
    );
    let found = edges(
        &text,
        &[
            (
                "WebResources/fab_pagesahtml1",
                "<!DOCTYPE html><html><script src='../lib/b.js'></script></html>",
            ),
            (
                "WebResources/fab_libbjs2",
                "var a = \"<html><img src='c.png'>\";",
            ),
        ],
    );
    assert_eq!(
        found,
        ["web-resource-link: web resource fab_/pages/a.html > web resource fab_/lib/b.js"]
    );
}
