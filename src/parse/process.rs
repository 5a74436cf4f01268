//! Processes: workflows, dialogs, business rules, actions, business process flows, cloud and desktop flows.

use super::draft::{Draft, language_text};
use super::formats::desktop;
use super::links::Links;
use super::row::{Naming, Row, Verdict};
use crate::model::{Guid, LogicalName, Pointer, ReferenceKind as Kind, STEP_LABEL};
use crate::xml::Element;

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
    .names(&[
        ("PrimaryEntity", Naming::Table, Kind::ProcessTable),
        (
            "TriggerOnUpdateAttributeList",
            Naming::ColumnOf("PrimaryEntity"),
            Kind::ProcessTriggerColumn,
        ),
        ("FormId", Naming::Id(60), Kind::ProcessForm),
        ("ProcessTriggerFormId", Naming::Id(60), Kind::ProcessForm),
    ])
    .finish(labels)
    .refer(references)];

/// Keeps what the stages and steps of a business process flow are called, in each language: the label of a stage has the
/// identifier of the stage, as in every business process flow of the public exports.
fn labels(process: &mut Draft<'_>, element: Element<'_, '_>) -> Verdict {
    if element.child_text("Category") == Some(STAGED) {
        for step in element.all("labels/steplabels") {
            let Some(id) = step.attribute("id").and_then(Guid::parse_used) else {
                continue;
            };
            for (language, text) in step.children().filter_map(language_text) {
                process.keep(format!("{STEP_LABEL}{id} {language}"), Some(text));
            }
        }
    }
    Verdict::Keep
}

/// The category of business process flows.
const STAGED: &str = "4";

/// The control type of a trigger on a column; others are tabs and sections.
const ON_COLUMN: &str = "1";

fn references(process: Element<'_, '_>, table: Option<&LogicalName>, links: &mut Links<'_>) {
    if process.child_text("Category") == Some(STAGED)
        && let Some(name) = process.child("UniqueName")
    {
        links.table(
            Kind::ProcessFlowTable,
            name.text().unwrap_or_default(),
            name.span(),
        );
    }
    desktop::flow(process, table, links);
    let primary = process.child_text("PrimaryEntity").unwrap_or_default();
    for trigger in process.all("ProcessTriggers/ProcessTrigger") {
        trigger_references(primary, trigger, links);
    }
    if let Some(roles) = process.child("processroleassignment") {
        let text = roles.text().unwrap_or_default();
        role_references(roles, links);
        links.document(text, roles.span(), role_references);
    }
}

/// A trigger of a business rule: its form, its column and the table of both.
fn trigger_references(primary: &str, trigger: Element<'_, '_>, links: &mut Links<'_>) {
    let table = trigger.child("primaryentitytypecode");
    if let Some(table) = table {
        let name = table.text().unwrap_or_default();
        match name.parse() {
            Ok(code) => links.add(Kind::ProcessTable, Pointer::TypeCode(code), table.span()),
            Err(_) => links.table(Kind::ProcessTable, name, table.span()),
        }
    }
    if let Some(form) = trigger.child("formid") {
        links.id(
            Kind::ProcessForm,
            60,
            form.text().unwrap_or_default(),
            form.span(),
        );
    }
    let on_column = trigger
        .child_text("controltype")
        .is_none_or(|kind| kind == ON_COLUMN);
    if on_column && let Some(column) = trigger.child("controlname") {
        let of = table
            .and_then(Element::text)
            .filter(|name| name.parse::<u32>().is_err());
        links.column(
            Kind::ProcessTriggerColumn,
            of.unwrap_or(primary),
            column.text().unwrap_or_default(),
            column.span(),
        );
    }
}

/// The roles for whom a business process flow is shown, written as text in exports.
fn role_references(conditions: Element<'_, '_>, links: &mut Links<'_>) {
    for role in conditions.within(|_| false) {
        if role.name() == "Role"
            && let Some((id, span)) = role.attribute_at("Id")
        {
            links.id(Kind::ProcessRole, 20, id, span);
        }
    }
}
