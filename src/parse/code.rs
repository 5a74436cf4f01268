//! Plug-in assemblies, plug-in types, steps with their images, and service endpoints.

use super::links::{Links, is_name};
use super::row::{Naming, Row};
use crate::model::{LogicalName, Pointer, ReferenceKind};
use crate::xml::Element;

pub(super) static ROWS: &[Row] = &[
    Row::new("SolutionPluginAssemblies/PluginAssembly", 91)
        .name("@FullName")
        .id("@PluginAssemblyId")
        .keep(&["IsolationMode", "SourceType", "IntroducedVersion"])
        .files(&["FileName"]),
    Row::new("SolutionPluginAssemblies/PluginAssembly/PluginTypes/PluginType", 90)
        .id("@PluginTypeId")
        .name("@Name|@AssemblyQualifiedName")
        .keep(&["@AssemblyQualifiedName", "FriendlyName", "WorkflowActivityGroupName"]),
    Row::new("SdkMessageProcessingSteps/SdkMessageProcessingStep", 92)
        .id("@SdkMessageProcessingStepId")
        .display("@Name")
        .keep(&[
            "SdkMessageId",
            "SdkMessageName",
            "PluginTypeName",
            "PluginTypeId",
            "EventHandler",
            "EventHandlerTypeCode",
            "PrimaryEntity",
            "SecondaryEntity",
            "FilteringAttributes",
            "Stage",
            "Mode",
            "Rank",
            "InvocationSource",
            "SupportedDeployment",
            "IntroducedVersion",
            "IsCustomizable",
        ])
        .names(&[
            ("PrimaryEntity", Naming::Table, ReferenceKind::StepTable),
            ("SecondaryEntity", Naming::Table, ReferenceKind::StepTable),
            (
                "FilteringAttributes",
                Naming::ColumnOf("PrimaryEntity"),
                ReferenceKind::StepColumn,
            ),
        ])
        .refer(step_references),
    Row::new(
        "SdkMessageProcessingSteps/SdkMessageProcessingStep/SdkMessageProcessingStepImages/SdkMessageProcessingStepImage",
        93,
    )
    .id("SdkMessageProcessingStepImageId")
    .name("@Name")
    .within_parent("sdkmessageprocessingstepid")
    .display("@Name")
    .keep(&["Attributes", "EntityAlias", "ImageType", "MessagePropertyName", "RelatedAttributeName"])
    .refer(image_references),
    Row::new("ServiceEndpoints/ServiceEndpoint", 95)
        .id("@ServiceEndpointId")
        .display("@Name")
        .keep(&["ConnectionMode", "Contract", "AuthType", "MessageFormat", "Path", "NamespaceAddress"]),
];

/// What a step runs, and the message it waits for.
fn step_references(step: Element<'_, '_>, _: Option<&LogicalName>, links: &mut Links<'_>) {
    let of_endpoint = step.child_text("EventHandlerTypeCode") == Some("4618");
    for (id, span) in step.values("EventHandler") {
        if of_endpoint {
            links.id(ReferenceKind::StepEndpoint, 95, id, span);
        }
    }
    // The plug-in that calls endpoints is the platform's own.
    if !of_endpoint {
        plugin(step, links);
    }
    for (name, span) in step.values("SdkMessageName") {
        if is_name(name) {
            let to = Pointer::Message(LogicalName::new(name));
            links.add(ReferenceKind::StepMessage, to, span);
        }
    }
}

/// The plug-in type of a step. Its name counts first: exports of package and step both have it, identifiers may lack.
fn plugin(step: Element<'_, '_>, links: &mut Links<'_>) {
    let kind = ReferenceKind::StepPlugin;
    if let Some((name, span)) = step.values("PluginTypeName").first() {
        return links.named(kind, 90, name, *span);
    }
    for (id, span) in step.values("PluginTypeId|EventHandler") {
        links.id(kind, 90, id, span);
    }
}

/// An image holds columns of the table of its step.
fn image_references(image: Element<'_, '_>, _: Option<&LogicalName>, links: &mut Links<'_>) {
    // The values of a step are few; what has more is none.
    let step = image.parent().and_then(Element::parent);
    let table = step.and_then(|step| {
        let mut values = step.children().take(100);
        values.find(|value| value.name() == "PrimaryEntity")
    });
    let Some((table, span)) = table.and_then(|table| Some((table.text()?, table.span()))) else {
        return;
    };
    links.table(ReferenceKind::ImageStepTable, table, span);
    for path in ["Attributes", "RelatedAttributeName"] {
        for (names, span) in image.values(path) {
            links.columns(ReferenceKind::ImageStepColumn, table, names, span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::formats::testing::found_in;

    const ID: &str = "11111111-2222-4333-8444-555555555555";

    fn step(content: &str) -> Vec<String> {
        found_in(&format!(
            "<SdkMessageProcessingSteps><SdkMessageProcessingStep SdkMessageProcessingStepId='{{{ID}}}'>{content}\
             </SdkMessageProcessingStep></SdkMessageProcessingSteps>"
        ))
    }

    #[test]
    fn a_step_names_its_tables_its_filtering_columns_and_its_message() {
        let text = "<PrimaryEntity>new_a</PrimaryEntity><SecondaryEntity>none</SecondaryEntity>\
                    <FilteringAttributes>new_b,new_c</FilteringAttributes><SdkMessageName>new_Do</SdkMessageName>";
        assert_eq!(
            step(text),
            [
                "step-table 1 new_a",
                "step-column 2 new_a.new_b",
                "step-column 2 new_a.new_c",
                "step-message Message(new_Do)"
            ]
        );
    }

    #[test]
    fn a_step_names_its_plug_in_type_by_name_or_by_identifier() {
        let code = "<EventHandlerTypeCode>4602</EventHandlerTypeCode>";
        let named = format!(
            "<PluginTypeName>A.B, C</PluginTypeName><PluginTypeId>{ID}</PluginTypeId>{code}"
        );
        assert_eq!(step(&named), ["step-plugin 90 A.B, C"]);
        for by_id in ["PluginTypeId", "EventHandler"] {
            let text = format!("<{by_id}>{{{ID}}}</{by_id}>{code}");
            assert_eq!(step(&text), [format!("step-plugin 90 {ID}")]);
        }
    }

    #[test]
    fn a_step_of_an_endpoint_needs_no_plug_in_type() {
        let text = format!(
            "<PluginTypeName>A.B, C</PluginTypeName><EventHandler>{ID}</EventHandler><EventHandlerTypeCode>4618</EventHandlerTypeCode>"
        );
        assert_eq!(step(&text), [format!("step-endpoint 95 {ID}")]);
    }

    #[test]
    fn an_image_holds_columns_of_the_table_of_its_step() {
        let text = format!(
            "<PrimaryEntity>new_a</PrimaryEntity><SdkMessageProcessingStepImages><SdkMessageProcessingStepImage Name='x'>\
             <SdkMessageProcessingStepImageId>{ID}</SdkMessageProcessingStepImageId><Attributes>new_b,new_c</Attributes>\
             <RelatedAttributeName>new_d</RelatedAttributeName></SdkMessageProcessingStepImage></SdkMessageProcessingStepImages>"
        );
        assert_eq!(
            step(&text)[1..],
            [
                "image-step-table 1 new_a",
                "image-step-column 2 new_a.new_b",
                "image-step-column 2 new_a.new_c",
                "image-step-column 2 new_a.new_d"
            ]
        );
    }
}
