//! Processes: workflows, dialogs, business rules, actions, business process flows, cloud and desktop flows.

use super::formats::desktop;
use super::row::Row;

pub(super) static ROWS: &[Row] = &[Row::new("Workflows/Workflow", 29)
    .id("@WorkflowId")
    .display("@Name|LocalizedNames")
    .keep(&[
        "Category",
        "Type",
        "Subprocess",
        "Mode",
        "Scope",
        "OnDemand",
        "PrimaryEntity",
        "UniqueName",
        "StateCode",
        "StatusCode",
        "RunAs",
        "ModernFlowType",
        "BusinessProcessType",
        "UIFlowType",
        "SdkMessageId",
        "IntroducedVersion",
        "IsCustomizable",
    ])
    .files(&["XamlFileName", "JsonFileName"])
    .refer(desktop::flow)];
