use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::testing::{linked, of_element};
use super::*;
use crate::limits::Limits;

const ID: &str = "11111111-2222-3333-4444-555555555555";

fn defined(element: &str, json: &str) -> Vec<(Kind, String)> {
    let text = format!("<CanvasApp><{element}>{json}</{element}></CanvasApp>");
    linked(&of_element(&text, app))
}

/// What an app with these files names.
fn packed_app(files: &[(&str, &str)]) -> Vec<(Kind, String)> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    let mut out = super::super::super::draft::Fragment::default();
    let limits = Limits::default();
    archive(
        bytes,
        FileId(0),
        1_000_000,
        &mut Links::of_file(&mut out, &limits),
    );
    linked(&out)
}

#[test]
fn an_app_depends_on_tables_by_name() {
    let found = defined(
        "CdsDependencies",
        r#"{"cdsdependencies":[{"logicalname":"new_item","componenttype":1}]}"#,
    );
    assert_eq!(found, [(Kind::CanvasTable, "1 new_item".into())]);
}

#[test]
fn an_app_depends_on_components_by_identifier_or_by_name() {
    for (item, kind, name) in [
        (
            format!(r#"{{"dependencyid":"{ID}","componenttype":29}}"#),
            Kind::CanvasComponent,
            format!("29 {ID}"),
        ),
        (
            r#"{"logicalname":"new_lib","componenttype":300}"#.into(),
            Kind::CanvasComponent,
            "300 new_lib".into(),
        ),
        (
            r#"{"logicalname":"new_url","componenttype":380}"#.into(),
            Kind::CanvasVariable,
            "environmentvariabledefinition new_url".into(),
        ),
        (
            format!(r#"{{"logicalname":"new_tool","dependencyid":"{ID}","componenttype":372}}"#),
            Kind::CanvasConnector,
            "372 new_tool".into(),
        ),
    ] {
        let found = defined(
            "CdsDependencies",
            &format!(r#"{{"cdsdependencies":[{item}]}}"#),
        );
        assert_eq!(found, [(kind, name)], "{item}");
    }
}

#[test]
fn a_type_s_name_counts_where_its_number_differs_between_environments() {
    let found = defined(
        "CdsDependencies",
        r#"{"cdsdependencies":[{"logicalname":"new_sql","componenttype":10133,
        "componenttypeplatformname":"ConnectionReference"},{"logicalname":"new_x","componenttype":10200}]}"#,
    );
    assert_eq!(
        found,
        [(Kind::CanvasConnection, "connectionreference new_sql".into())]
    );
}

#[test]
fn databases_have_tables_variables_and_controls() {
    let found = defined(
        "DatabaseReferences",
        &format!(
            r#"{{"default.cds":{{"dataSources":{{"Items":{{"entitySetName":"new_items","logicalName":"new_item"}}}},
            "databaseDetails":{{"overrideValues":{{"environmentVariableName":"new_env"}}}},"components":[
            {{"componentName":"CustomControl","identifier":"new_Ns.Pick","identifierType":"LogicalName"}},
            {{"componentName":"msdyn_AIModel","identifier":"{ID}","identifierType":"UniqueId"}}]}}}}"#
        ),
    );
    assert_eq!(
        found,
        [
            (Kind::CanvasSource, "1 new_item".into()),
            (
                Kind::CanvasVariable,
                "environmentvariabledefinition new_env".into()
            ),
            (Kind::CanvasControl, "66 new_Ns.Pick".into()),
            (Kind::CanvasSource, format!("401 {ID}")),
        ]
    );
}

#[test]
fn connections_have_connectors_references_variables_and_flows() {
    let found = defined(
        "ConnectionReferences",
        &format!(
            r#"{{"a":{{"id":"/x/apis/shared_sql","customApiLogicalName":"new_tool",
            "xrmConnectionReferenceLogicalName":"new_sql","parameterHints":{{"workflowEntityId":{{"value":"{ID}"}}}},
            "dataSets":{{"d":{{"datasetOverride":{{"environmentVariableName":"new_env"}}}}}}}}}}"#
        ),
    );
    assert_eq!(
        found,
        [
            (Kind::CanvasSource, "api shared_sql".into()),
            (Kind::CanvasConnector, "372 new_tool".into()),
            (Kind::CanvasConnection, "connectionreference new_sql".into()),
            (Kind::CanvasFlow, format!("29 {ID}")),
            (
                Kind::CanvasVariable,
                "environmentvariabledefinition new_env".into()
            ),
        ]
    );
}

#[test]
fn an_app_takes_components_from_libraries() {
    let found = defined(
        "AppComponentDependencies",
        r#"[{"appComponentLibraryLogicalName":"new_lib"}]"#,
    );
    assert_eq!(found, [(Kind::CanvasLibrary, "300 new_lib".into())]);
}

#[test]
fn a_broken_value_is_reported_and_the_rest_is_read() {
    let out = of_element(
        "<CanvasApp><CdsDependencies>{\"a\":</CdsDependencies><AppComponentDependencies>\
         [{\"appComponentLibraryLogicalName\":\"new_lib\"}]</AppComponentDependencies></CanvasApp>",
        app,
    );
    assert_eq!(out.flaws.len(), 1);
    assert_eq!(out.references.len(), 1);
}

#[test]
fn the_data_sources_inside_an_app_are_read() {
    let sources = format!(
        r#"{{"DataSources":[{{"Type":"NativeCDSDataSourceInfo","LogicalName":"new_item"}},
        {{"Type":"ViewInfo","ViewInfoNameMapping":{{"{ID}":"Active"}}}},
        {{"Type":"OptionSetInfo","Name":"new_color","OptionSetIsGlobal":true}},
        {{"Type":"OptionSetInfo","Name":"new_item_state","OptionSetIsGlobal":false}},
        {{"Type":"ServiceInfo","WorkflowEntityId":"{ID}","ApiId":"/x/apis/shared_logicflows"}},
        {{"Type":"ServiceInfo","DataBoundServiceOperationGroupNameKey":"AIBuilder\\{ID}"}}]}}"#
    );
    let found = packed_app(&[("References\\DataSources.json", &sources)]);
    let names: Vec<_> = found.iter().map(|(_, name)| name.as_str()).collect();
    let expected = [
        "1 new_item".to_owned(),
        format!("26 {ID}"),
        "9 new_color".to_owned(),
        format!("29 {ID}"),
        "api shared_logicflows".to_owned(),
        format!("401 {ID}"),
    ];
    assert_eq!(names, expected);
    assert!(found.iter().all(|(kind, _)| *kind == Kind::CanvasSource));
}

#[test]
fn the_properties_inside_an_app_are_read() {
    let properties = r#"{"LibraryDependencies":"[{\"LibraryLogicalName\":\"new_lib\"}]","AppCopilotSchemaName":
        "new_bot","LocalDatabaseReferences":"{\"default.cds\":{\"dataSources\":{\"a\":{\"logicalName\":\"new_item\"}}}}",
        "LocalConnectionReferences":"{\"a\":{\"customApiLogicalName\":\"new_tool\"}}"}"#;
    let found = packed_app(&[("Properties.json", properties)]);
    let expected = ["1 new_item", "372 new_tool", "300 new_lib", "bot new_bot"];
    assert_eq!(
        found,
        expected.map(|name| (Kind::CanvasSource, name.to_owned()))
    );
}

#[test]
fn controls_packed_into_an_app_lack_their_publisher_s_prefix() {
    let found = packed_app(&[
        ("Resources\\Controls\\Ns.Pick.bundle.js", ""),
        ("Controls\\Ns.Drag\\bundle.js", ""),
        ("Controls\\12.json", ""),
        ("Resources\\Controls\\css\\Ns.Pick.Pick.css", ""),
    ]);
    let expected = ["66 …Ns.Drag", "66 …Ns.Pick"];
    assert_eq!(
        found,
        expected.map(|name| (Kind::CanvasControl, name.to_owned()))
    );
}

#[test]
fn a_file_that_is_no_archive_names_nothing() {
    let mut out = super::super::super::draft::Fragment::default();
    let limits = Limits::default();
    let note = b"version https://git-lfs.github.com/spec/v1".to_vec();
    archive(
        note,
        FileId(0),
        1000,
        &mut Links::of_file(&mut out, &limits),
    );
    assert!(out.references.is_empty() && out.flaws.is_empty());
}
