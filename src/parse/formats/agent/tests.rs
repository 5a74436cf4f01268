use super::super::testing::{linked, of_json, of_text};
use super::*;

const ID: &str = "11111111-2222-3333-4444-555555555555";

fn topic(lines: &str) -> Vec<(Kind, String)> {
    linked(&of_text(&format!("kind: AdaptiveDialog\n{lines}\n"), data))
}

#[test]
fn a_topic_names_flows_and_models_by_identifier() {
    let found = topic(&format!(
        "actions:\n  - kind: A\n    flowId: {ID}\n  - aIModelId: {ID}"
    ));
    assert_eq!(
        found,
        [
            (Kind::AgentFlow, format!("29 {ID}")),
            (Kind::AgentModel, format!("401 {ID}")),
        ]
    );
}

#[test]
fn a_topic_names_components_by_their_schema_name() {
    for (line, kind, name) in [
        (
            "dialog: new_a.topic.B",
            Kind::AgentTopic,
            "botcomponent new_a.topic.B",
        ),
        (
            "entityId: new_a.entity.C",
            Kind::AgentTopic,
            "botcomponent new_a.entity.C",
        ),
        (
            "skillId: new_a.skill.D",
            Kind::AgentTopic,
            "botcomponent new_a.skill.D",
        ),
        (
            "connectionReference: new_sql",
            Kind::AgentConnection,
            "connectionreference new_sql",
        ),
        (
            "botSchemaName: new_other",
            Kind::AgentAgent,
            "bot new_other",
        ),
        (
            "skillConfiguration: Account_x",
            Kind::AgentSearch,
            "dvtablesearch Account_x",
        ),
    ] {
        assert_eq!(topic(line), [(kind, name.to_owned())]);
    }
}

#[test]
fn a_topic_names_its_knowledge_sources() {
    let found = topic("knowledgeSources:\n  kind: X\n  knowledgeSources:\n    - new_a.knowledge.B");
    assert_eq!(
        found,
        [(Kind::AgentTopic, "botcomponent new_a.knowledge.B".into())]
    );
}

#[test]
fn formulas_name_environment_variables_and_nothing_else() {
    let found = topic("value: =Concatenate(Env.new_url, MyEnv.new_no, Env.x)\ndialog: =Topic.Next");
    let name = "environmentvariabledefinition new_url";
    assert_eq!(found, [(Kind::AgentVariable, name.into())]);
}

#[test]
fn a_skill_names_the_variable_of_its_address() {
    let text = "kind: SkillDefinition\nendpoint:\n  schemaName: new_url\n";
    let name = "environmentvariabledefinition new_url";
    assert_eq!(
        linked(&of_text(text, data)),
        [(Kind::AgentVariable, name.into())]
    );
    assert!(topic("endpoint:\n  schemaName: new_url").is_empty());
}

#[test]
fn inputs_name_the_tables_an_action_searches() {
    let found = topic(
        "inputs:\n  - kind: ManualTaskInput\n    propertyName: item.entities\n    value: \"[{\\\"name\\\":\\\"new_item\\\",\\\"selectColumns\\\":[\\\"new_a\\\"]}]\"",
    );
    assert_eq!(
        found,
        [
            (Kind::AgentTable, "1 new_item".into()),
            (Kind::AgentTable, "2 new_item.new_a".into()),
        ]
    );
}

#[test]
fn a_name_has_its_own_place() {
    let text = "kind: A\nname: Grüße\ndialog: new_a.topic.B\n";
    let out = of_text(text, data);
    let span = out.references[0].span;
    assert_eq!(
        &text[span.start as usize..span.end as usize],
        "new_a.topic.B"
    );
}

#[test]
fn broken_data_is_reported_and_what_was_read_counts() {
    let out = of_text("kind: A\ndialog: new_a.topic.B\nlist: [\n", data);
    assert_eq!((out.flaws.len(), out.references.len()), (1, 1));
}

#[test]
fn data_of_another_kind_is_left_alone() {
    let out = of_text("{\\rtf1 [", data);
    assert!(out.flaws.is_empty() && out.references.is_empty());
}

#[test]
fn a_classic_component_names_the_flows_it_calls() {
    let text = format!(
        r#"{{"actionDefinitions":[{{"id":"x","flowMetadata":{{"id":"{ID}"}}}}],"dialogs":[{{"actionNodes":[{{"flowId":
        "{ID}"}}]}}]}}"#
    );
    let found = linked(&of_json(&text, classic));
    assert_eq!(found, [(Kind::AgentFlow, format!("29 {ID}"))]);
}

#[test]
fn an_agent_names_the_component_with_its_instructions() {
    let text = r#"{"gPTSettings":{"defaultSchemaName":"new_a.gpt.default"}}"#;
    let found = linked(&of_json(text, configuration));
    assert_eq!(
        found,
        [(Kind::AgentTopic, "botcomponent new_a.gpt.default".into())]
    );
}

#[test]
fn a_ready_list_names_tables_and_columns() {
    let text = r#"{"RequiredEntityAttributeMap":{"new_item":["new_a"]},"RequiredEntityReferences":[{"LogicalName":
        "new_other"}]}"#;
    let found = linked(&of_json(text, dependencies));
    let expected = ["1 new_item", "2 new_item.new_a", "1 new_other"];
    assert_eq!(
        found,
        expected.map(|name| (Kind::AgentTable, name.to_owned()))
    );
}
