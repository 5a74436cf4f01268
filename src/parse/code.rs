//! Plug-in assemblies, plug-in types, steps with their images, and service endpoints.

use super::row::Row;

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
        ]),
    Row::new(
        "SdkMessageProcessingSteps/SdkMessageProcessingStep/SdkMessageProcessingStepImages/SdkMessageProcessingStepImage",
        93,
    )
    .id("SdkMessageProcessingStepImageId")
    .name("@Name")
    .within_parent("sdkmessageprocessingstepid")
    .display("@Name")
    .keep(&["Attributes", "EntityAlias", "ImageType", "MessagePropertyName", "RelatedAttributeName"]),
    Row::new("ServiceEndpoints/ServiceEndpoint", 95)
        .id("@ServiceEndpointId")
        .display("@Name")
        .keep(&["ConnectionMode", "Contract", "AuthType", "MessageFormat", "Path", "NamespaceAddress"]),
];
