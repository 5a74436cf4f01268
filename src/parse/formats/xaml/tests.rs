use super::*;
use crate::limits::Limits;
use crate::model::Strength;
use crate::parse::draft::Fragment;
use crate::source::FileId;
use crate::xml;

fn read(text: &str, reader: fn(Element<'_, '_>, &mut Links<'_>)) -> Vec<(String, Kind, String)> {
    let limits = Limits::default();
    let text = format!(
        "<Activity xmlns:x='x' xmlns:mxswa='a' xmlns:mcwc='c' xmlns:mcwb='b' xmlns:s='s'>{text}</Activity>"
    );
    let document = xml::parse(&text, &limits).unwrap();
    let mut out = Fragment::default();
    let root = Element::new(document.root_element(), FileId(0));
    reader(root, &mut Links::of_file(&mut out, &limits));
    let named = out.references.iter().map(|reference| {
        let span = reference.span;
        let place = text[span.start as usize..span.end as usize].to_owned();
        (name(&reference.to), reference.kind, place)
    });
    named.collect()
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "processes name nothing else"
)]
fn name(to: &Pointer) -> String {
    match to {
        Pointer::At(Address::InTable(_, table, name)) => {
            format!("{}.{}", table.as_str(), name.as_str())
        }
        Pointer::At(Address::Name(kind, name)) => format!("{} {}", kind.name(), name.as_str()),
        Pointer::At(Address::Id(kind, id)) => format!("{} {id}", kind.name()),
        Pointer::LookupTo(table, column, to) => {
            let (table, column) = (table.as_str(), column.as_str());
            format!("{table}.{column} > {}", to.as_str())
        }
        Pointer::Message(name) => format!("message {}", name.as_str()),
        other => panic!("{other:?}"),
    }
}

fn steps(text: &str) -> Vec<(String, Kind)> {
    let found = read(text, process);
    found.into_iter().map(|(to, kind, _)| (to, kind)).collect()
}

fn pairs(expected: &[(&str, Kind)]) -> Vec<(String, Kind)> {
    let expected = expected.iter();
    expected
        .map(|(to, kind)| ((*to).to_owned(), *kind))
        .collect()
}

const ID: &str = "0a1b2c3d-0000-4000-8000-00000000000a";

#[test]
fn a_value_that_is_read_or_set_names_table_and_column() {
    for activity in ["GetEntityProperty", "SetEntityProperty"] {
        let text = format!("<mxswa:{activity} Attribute='new_a' EntityName='new_item'/>");
        assert_eq!(
            steps(&text),
            pairs(&[
                ("Entity new_item", Kind::ProcessTable),
                ("new_item.new_a", Kind::ProcessColumn),
            ])
        );
    }
}

#[test]
fn a_reference_stands_where_its_value_is_written() {
    let found = read(
        "<mxswa:GetEntityProperty Attribute='new_a' EntityName='new_item'/>",
        process,
    );
    assert_eq!(found[1].2, "new_a");
}

#[test]
fn steps_that_change_records_name_their_table() {
    for activity in ["CreateEntity", "UpdateEntity", "AssignEntity", "SetState"] {
        let text = format!("<mxswa:{activity} EntityId='{{x:Null}}' EntityName='new_item'/>");
        assert_eq!(
            steps(&text),
            pairs(&[("Entity new_item", Kind::ProcessTable)])
        );
    }
}

#[test]
fn actions_of_business_rules_name_the_column_they_act_on() {
    for action in [
        "SetVisibility",
        "SetDisplayMode",
        "SetFieldRequiredLevel",
        "SetMessage",
        "SetDefaultValue",
    ] {
        for kind in ["", "ControlType='standard'"] {
            let text = format!("<mcwc:{action} ControlId='new_a' {kind} EntityName='new_item'/>");
            assert_eq!(
                steps(&text),
                pairs(&[
                    ("Entity new_item", Kind::ProcessTable),
                    ("new_item.new_a", Kind::ProcessColumn),
                ])
            );
        }
    }
}

#[test]
fn a_tab_or_section_is_no_column() {
    let text = "<mcwc:SetVisibility ControlId='tab_1' ControlType='tab' EntityName='new_item'/>";
    assert_eq!(
        steps(text),
        pairs(&[("Entity new_item", Kind::ProcessTable)])
    );
}

#[test]
fn a_related_record_names_the_lookup_its_relationship_and_its_table() {
    let text =
        r#"<mxswa:GetEntityProperty Entity='[InputEntities("related_new_personid#new_person")]'/>"#;
    assert_eq!(
        steps(text),
        pairs(&[
            (".new_personid", Kind::ProcessColumn),
            (".new_personid > new_person", Kind::ProcessRelationship),
            ("Entity new_person", Kind::ProcessTable),
        ])
    );
}

#[test]
fn an_expression_is_read_in_texts_too() {
    let text = r#"<InArgument>[New Entity("new_item")]</InArgument>"#;
    assert_eq!(
        steps(text),
        pairs(&[("Entity new_item", Kind::ProcessTable)])
    );
}

#[test]
fn a_custom_activity_names_its_plug_in_type_and_the_platforms_own_names_none() {
    let custom = "New.Tools.Send, New.Tools, Version=1.0.0.0";
    let text = format!(
        "<mxswa:ActivityReference AssemblyQualifiedName='{custom}'/>
         <mxswa:ActivityReference AssemblyQualifiedName='Microsoft.Crm.Workflow.Activities.Composite, Microsoft.Crm.Workflow'/>
         <mxswa:ActivityReference AssemblyQualifiedName='Microsoft.Xrm.Sdk.Workflow.Thing, Microsoft.Xrm.Sdk.Workflow'/>"
    );
    let to = format!("PluginType {custom}");
    assert_eq!(steps(&text), pairs(&[(&to, Kind::ProcessActivity)]));
}

#[test]
fn a_child_workflow_is_named_by_its_identifier() {
    let text = format!("<mxswa:StartChildWorkflow EntityName='new_item' WorkflowId='{ID}'/>");
    let to = format!("Workflow {ID}");
    assert_eq!(
        steps(&text),
        pairs(&[
            (&to, Kind::ProcessChild),
            ("Entity new_item", Kind::ProcessTable)
        ])
    );
}

#[test]
fn a_message_is_named_with_the_table_it_is_bound_to() {
    let text =
        "<InvokeSdkMessageActivity SdkMessageName='new_Approve' SdkMessageEntityName='new_item'/>
                <InvokeSdkMessageActivity SdkMessageName='new_Other' SdkMessageEntityName='none'/>";
    assert_eq!(
        steps(text),
        pairs(&[
            ("message new_Approve", Kind::ProcessMessage),
            ("Entity new_item", Kind::ProcessTable),
            ("message new_Other", Kind::ProcessMessage),
        ])
    );
    assert_eq!(Kind::ProcessMessage.strength(), Strength::Runtime);
}

#[test]
fn an_email_template_is_named_by_a_step_and_by_an_argument() {
    let to = format!("EmailTemplate {ID}");
    let sent = format!("<mxswa:SendEmailFromTemplate TemplateId='{ID}'/>");
    assert_eq!(steps(&sent), pairs(&[(&to, Kind::ProcessTemplate)]));
    let argument = format!(
        "<mxswa:ActivityReference.Arguments>
           <InArgument x:Key='Parameters'>[New Object() {{ WorkflowPropertyType.Guid, \"{ID}\", \"Key\" }}]</InArgument>
           <OutArgument x:Key='Result'>[Step1_2]</OutArgument>
         </mxswa:ActivityReference.Arguments>
         <InArgument>[New Object() {{ WorkflowPropertyType.EntityReference, \"template\", \"Hello\", Step1_2, \"Lookup\" }}]</InArgument>"
    );
    assert_eq!(steps(&argument), pairs(&[(&to, Kind::ProcessTemplate)]));
}

#[test]
fn a_literal_record_names_its_table_only() {
    let text = r#"<InArgument>[New Object() { WorkflowPropertyType.EntityReference, "new_item", "One", Step1_2, "Lookup" }]</InArgument>"#;
    assert_eq!(
        steps(text),
        pairs(&[("Entity new_item", Kind::ProcessRecord)])
    );
    assert_eq!(Kind::ProcessRecord.strength(), Strength::Runtime);
}

#[test]
fn an_argument_of_an_action_names_the_table_of_its_records() {
    let text = "<ArgumentEntityAttribute Value='new_item'/><ArgumentEntityAttribute Value='none'/>";
    assert_eq!(
        steps(text),
        pairs(&[("Entity new_item", Kind::ProcessTable)])
    );
}

#[test]
fn stages_name_their_table_their_columns_and_the_way_to_the_next_table() {
    let text = format!(
        "<mcwb:StageRelationship AttributeName='new_itemid' RelationshipName='new_item_new_part' SourceStageId='x' TargetStageId='{ID}'/>
         <mxswa:ActivityReference AssemblyQualifiedName='Microsoft.Crm.Workflow.Activities.EntityComposite, Microsoft.Crm.Workflow' DisplayName='EntityStep2: new_part'>
           <x:String x:Key='StageId'>{ID}</x:String>
           <mcwb:Control ControlId='c' DataFieldName='new_a' IsUnbound='False'/>
           <mcwb:Control ControlId='d' DataFieldName='new_b' IsUnbound='True'/>
           <s:Guid x:Key='ProcessId'>{ID}</s:Guid>
         </mxswa:ActivityReference>"
    );
    let action = format!("Workflow {ID}");
    assert_eq!(
        steps(&text),
        pairs(&[
            (
                "EntityRelationship new_item_new_part",
                Kind::ProcessRelationship
            ),
            ("new_part.new_itemid", Kind::ProcessColumn),
            ("Entity new_part", Kind::ProcessTable),
            ("new_part.new_a", Kind::ProcessColumn),
            (&action, Kind::ProcessChild),
        ])
    );
}

#[test]
fn the_process_behind_a_recommendation_does_not_travel() {
    let text = format!(
        "<Step><x:Int32 x:Key='ActionType'>4</x:Int32><s:Guid x:Key='ProcessId'>{ID}</s:Guid></Step>"
    );
    assert_eq!(steps(&text), []);
}

#[test]
fn an_older_flow_names_the_way_on_the_table_it_leads_to() {
    let text = "<mxswa:ActivityReference AssemblyQualifiedName='Microsoft.Crm.Workflow.Activities.EntityComposite, Microsoft.Crm.Workflow' DisplayName='EntityStep2: new_part'>
           <x:String x:Key='RelationshipName'>new_item_new_part</x:String>
           <x:String x:Key='AttributeName'>new_itemid</x:String>
         </mxswa:ActivityReference>";
    assert_eq!(
        steps(text),
        pairs(&[
            ("Entity new_part", Kind::ProcessTable),
            (
                "EntityRelationship new_item_new_part",
                Kind::ProcessRelationship
            ),
            ("new_part.new_itemid", Kind::ProcessColumn),
        ])
    );
}

#[test]
fn a_query_of_a_dialog_is_read() {
    let text = "<InArgument>&lt;fetch>&lt;entity name='new_item'>&lt;attribute name='new_a'/>&lt;/entity>&lt;/fetch></InArgument>";
    assert_eq!(
        steps(text),
        pairs(&[
            ("Entity new_item", Kind::ProcessTable),
            ("new_item.new_a", Kind::ProcessColumn),
        ])
    );
}

#[test]
fn zero_identifiers_and_missing_tables_name_nothing() {
    let text = "<mxswa:StartChildWorkflow EntityName='none' WorkflowId='00000000-0000-0000-0000-000000000000'/>
                <mxswa:GetEntityProperty Attribute='!Process_Custom' EntityName='{x:Null}'/>";
    assert_eq!(steps(text), []);
}

#[test]
fn a_rollup_names_the_relationship_the_lookup_and_the_table_it_sums() {
    let text = r#"<Sequence><Variable Name='HierarchicalRelationshipName' Default='new_parent_item'/>
        <mcwc:SetAttributeValue Entity='[CreatedEntities("relatedlinked_new_item_part#new_itemid#new_part#Temp")]'/></Sequence>"#;
    let found = read(text, formula);
    let found: Vec<_> = found.into_iter().map(|(to, kind, _)| (to, kind)).collect();
    let kind = Kind::ColumnFormula;
    assert_eq!(
        found,
        pairs(&[
            ("EntityRelationship new_parent_item", kind),
            ("EntityRelationship new_item_part", kind),
            ("new_part.new_itemid", kind),
            ("Entity new_part", kind),
        ])
    );
}
