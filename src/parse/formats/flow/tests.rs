use super::super::testing::{linked, of_json};
use super::*;

const ID: &str = "11111111-2222-3333-4444-555555555555";

fn read(text: &str) -> Vec<(Kind, String)> {
    linked(&of_json(text, flow))
}

/// What a flow with this definition names.
fn defined(definition: &str) -> Vec<(Kind, String)> {
    read(&format!(
        "{{\"properties\":{{\"definition\":{definition}}}}}"
    ))
}

/// What an action of an API names.
fn action(api: &str, operation: &str, parameters: &str) -> Vec<(Kind, String)> {
    defined(&format!(
        "{{\"actions\":{{\"A\":{{\"type\":\"OpenApiConnection\",\"inputs\":{{\"host\":{{\"apiId\":\
         \"/providers/x/apis/{api}\",\"operationId\":\"{operation}\"}},\"parameters\":{{{parameters}}}}}}}}}}}"
    ))
}

fn dataverse(parameters: &str) -> Vec<(Kind, String)> {
    action("shared_commondataserviceforapps", "ListRecords", parameters)
}

fn one(kind: Kind, name: &str) -> Vec<(Kind, String)> {
    vec![(kind, name.to_owned())]
}

#[test]
fn a_flow_names_its_connection_references_and_their_connectors() {
    let found = read(
        r#"{"properties":{"connectionReferences":{"shared_x":{"connection":{"connectionReferenceLogicalName":
        "new_x"},"api":{"name":"shared_x","logicalName":"new_5fx"}}}}}"#,
    );
    assert_eq!(
        found,
        [
            (Kind::FlowConnection, "connectionreference new_x".into()),
            (Kind::FlowConnector, "372 new_5fx".into()),
            (Kind::FlowApi, "api shared_x".into()),
        ]
    );
}

#[test]
fn an_old_flow_names_an_api_by_its_path() {
    let found = read(
        r#"{"properties":{"connectionReferences":{"shared_x":{"source":"Invoker","id":"/providers/a/apis/shared_x"}}}}"#,
    );
    assert_eq!(found, one(Kind::FlowApi, "api shared_x"));
}

#[test]
fn a_flow_names_environment_variables_by_its_parameters() {
    let found =
        defined(r#"{"parameters":{"Url (new_Url)":{"metadata":{"schemaName":"new_Url"}}}}"#);
    let name = "environmentvariabledefinition new_Url";
    assert_eq!(found, one(Kind::FlowVariable, name));
}

#[test]
fn actions_are_read_however_deep_they_are() {
    let child = format!(
        r#"{{"C":{{"type":"Workflow","inputs":{{"host":{{"workflowReferenceName":"{ID}"}}}}}}}}"#
    );
    for nested in [
        format!(r#"{{"actions":{child}}}"#),
        format!(r#"{{"actions":{{"Scope":{{"actions":{child}}}}}}}"#),
        format!(r#"{{"actions":{{"If":{{"else":{{"actions":{child}}}}}}}}}"#),
        format!(r#"{{"actions":{{"Switch":{{"cases":{{"1":{{"actions":{child}}}}}}}}}}}"#),
        format!(r#"{{"actions":{{"Switch":{{"default":{{"actions":{child}}}}}}}}}"#),
    ] {
        assert_eq!(
            defined(&nested),
            one(Kind::FlowChild, &format!("29 {ID}")),
            "{nested}"
        );
    }
}

#[test]
fn a_definition_that_is_a_value_is_not_this_flow() {
    let found = defined(&format!(
        r#"{{"actions":{{"Make":{{"type":"Compose","inputs":{{"definition":{{"actions":{{"C":{{"inputs":{{"host":
        {{"workflowReferenceName":"{ID}"}}}}}}}}}}}}}}}}}}"#
    ));
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn an_action_names_its_table_by_the_entity_set() {
    let found = dataverse(r#""entityName":"new_items""#);
    assert_eq!(found, one(Kind::FlowTable, "set new_items"));
}

#[test]
fn the_key_of_a_table_tells_what_its_set_is_the_plural_of() {
    let found =
        dataverse(r#""entityName":"new_settingses","recordId":"@items('X')?['new_settingsid']""#);
    assert_eq!(
        found,
        one(Kind::FlowTable, "set new_settingses like new_settings")
    );
}

#[test]
fn expressions_and_other_environments_name_no_table() {
    assert!(dataverse(r#""entityName":"@{variables('x')}""#).is_empty());
    assert!(dataverse(r#""entityName":"@parameters('x')""#).is_empty());
    let elsewhere =
        r#""organization":"https://other.example.com","entityName":"new_items","item/new_a":"1""#;
    assert!(dataverse(elsewhere).is_empty());
}

#[test]
fn a_trigger_names_its_table_and_the_columns_it_waits_for() {
    let found = defined(
        r#"{"triggers":{"When":{"inputs":{"host":{"apiId":"x/shared_commondataserviceforapps"},"parameters":
        {"subscriptionRequest/entityname":"new_item","subscriptionRequest/filteringattributes":"new_a, new_b",
        "subscriptionRequest/filterexpression":"new_c eq 1"}}}}}"#,
    );
    assert_eq!(
        found,
        [
            (Kind::FlowTriggerTable, "1 new_item".into()),
            (Kind::FlowTriggerColumn, "2 new_item.new_a".into()),
            (Kind::FlowTriggerColumn, "2 new_item.new_b".into()),
            (Kind::FlowColumn, "2 new_item.new_c".into()),
        ]
    );
}

#[test]
fn what_an_action_sets_is_a_column_or_the_record_a_lookup_is_bound_to() {
    let found = dataverse(
        r#""entityName":"new_items","item/new_a":"1","item":{"new_b":2},"item/new_parent@odata.bind":"/new_parents(@{x})""#,
    );
    assert_eq!(
        found,
        [
            (Kind::FlowTable, "set new_items".into()),
            (Kind::FlowColumn, "column new_items.new_a".into()),
            (Kind::FlowColumn, "property new_items.new_parent".into()),
            (Kind::FlowBind, "set new_parents".into()),
            (Kind::FlowColumn, "column new_items.new_b".into()),
        ]
    );
}

#[test]
fn queries_name_columns_and_properties() {
    let found = dataverse(
        r#""entityName":"new_items","$select":"new_a,_new_b_value","$filter":"new_c eq '@{x('y')}'",
        "$orderby":"new_d desc","$expand":"new_e($select=a)""#,
    );
    let names: Vec<_> = found
        .iter()
        .skip(1)
        .map(|(_, name)| name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "column new_items.new_a",
            "column new_items.new_b",
            "column new_items.new_c",
            "column new_items.new_d",
            "property new_items.new_e",
        ]
    );
}

#[test]
fn fetch_is_read_with_and_without_expressions() {
    for value in ["1", "@{items('x')?['a<b']}"] {
        let found = dataverse(&format!(
            r#""fetchXml":"<fetch><entity name='new_item'><filter><condition attribute='new_a' value='{value}'/></filter></entity></fetch>""#
        ));
        assert_eq!(
            found,
            [
                (Kind::FlowFetch, "1 new_item".into()),
                (Kind::FlowFetch, "2 new_item.new_a".into()),
            ]
        );
    }
}

#[test]
fn broken_fetch_is_reported_and_the_rest_is_read() {
    let text = r#"{"properties":{"definition":{"actions":{"A":{"inputs":{"host":{"apiId":
        "x/shared_commondataserviceforapps"},"parameters":{"fetchXml":"<fetch>","entityName":"new_items"}}}}}}}"#;
    let out = of_json(text, flow);
    assert_eq!(out.flaws.len(), 1);
    assert_eq!(linked(&out), one(Kind::FlowTable, "set new_items"));
}

#[test]
fn relating_records_names_the_relationship() {
    let found = dataverse(r#""associationEntityRelationship":"new_a_new_b""#);
    assert_eq!(found, one(Kind::FlowRelationship, "10 new_a_new_b"));
}

#[test]
fn a_file_is_in_a_column() {
    let found = dataverse(r#""entityName":"new_items","fileImageFieldName":"new_file""#);
    assert_eq!(
        found[1],
        (Kind::FlowColumn, "column new_items.new_file".into())
    );
}

#[test]
fn messages_are_named_without_the_platform_s_namespace_and_their_items_are_no_columns() {
    let found = dataverse(r#""actionName":"Microsoft.Dynamics.CRM.new_Do","item/Text":"x""#);
    assert_eq!(found, one(Kind::FlowMessage, "message new_Do"));
}

#[test]
fn the_connector_before_names_its_table_too() {
    let parameters = r#""dataset":"default.cds","table":"new_items","item/new_a":"1""#;
    let found = action("shared_commondataservice", "PostItem_V2", parameters);
    assert_eq!(
        found,
        [
            (Kind::FlowOldTable, "set new_items".into()),
            (Kind::FlowColumn, "column new_items.new_a".into()),
        ]
    );
    let elsewhere = r#""dataset":"other.crm","table":"new_items""#;
    assert!(action("shared_commondataservice", "PostItem_V2", elsewhere).is_empty());
}

#[test]
fn requests_of_old_flows_name_the_set_in_their_path() {
    let found = defined(
        r#"{"actions":{"A":{"type":"ApiConnection","inputs":{"host":{"connection":{"name":
        "@parameters('$connections')['shared_commondataservice_1']['connectionId']"}},"path":
        "/v2/datasets/@{encodeURIComponent(encodeURIComponent('default.cds'))}/tables/@{encodeURIComponent(encodeURIComponent('new_items'))}/items",
        "body":{"new_a":"x"},"queries":{"$filter":"new_b eq 1"}}}}}"#,
    );
    assert_eq!(
        found,
        [
            (Kind::FlowOldTable, "set new_items".into()),
            (Kind::FlowColumn, "column new_items.new_b".into()),
            (Kind::FlowColumn, "column new_items.new_a".into()),
        ]
    );
}

#[test]
fn desktop_flows_agents_and_models_are_called_by_their_connectors() {
    let found = action(
        "shared_uiflow",
        "RunUIFlow_V2",
        &format!(r#""uiFlowId":"{ID}""#),
    );
    assert_eq!(found, one(Kind::FlowDesktop, &format!("29 {ID}")));
    let found = action(
        "shared_microsoftcopilotstudio",
        "ExecuteCopilot",
        r#""Copilot":"new_bot""#,
    );
    assert_eq!(found, one(Kind::FlowAgent, "bot new_bot"));
    let model = format!(r#""recordId":"{ID}","item/requestv2/x":"1""#);
    let found = action(
        "shared_commondataserviceforapps",
        "aibuilderpredict_customprompt",
        &model,
    );
    assert_eq!(found, one(Kind::FlowModel, &format!("401 {ID}")));
}

#[test]
fn a_name_has_its_own_place() {
    let text =
        r#"{"properties":{"definition":{"parameters":{"a":{"metadata":{"schemaName":"new_x"}}}}}}"#;
    let out = of_json(text, flow);
    let span = out.references[0].span;
    assert_eq!(&text[span.start as usize..span.end as usize], "new_x");
}
