//! Forms, dashboards and dialogs; views and charts.

use super::draft::Draft;
use super::formats::fetch::{self, LayoutKinds, QueryKinds};
use super::formats::{dashboard, formxml};
use super::links::Links;
use super::row::{Naming, Row, Verdict, layered_by_differences};
use crate::model::{LogicalName, ReferenceKind};
use crate::xml::Element;

const FORM_VALUES: &[&str] = &[
    "UniqueName",
    "FormPresentation",
    "FormActivationState",
    "IsDefault",
    "IntroducedVersion",
    "IsCustomizable",
    "FormXml/forms/@type",
];

pub(super) static ROWS: &[Row] = &[
    Row::new("Entities/Entity/FormXml/forms/systemform", 60)
        .id("formid")
        .display("LocalizedNames")
        .keep(FORM_VALUES)
        .finish(form)
        .refer(formxml::form),
    Row::new("Dashboards/Dashboard", 60)
        .id("FormId")
        .display("LocalizedNames")
        .keep(FORM_VALUES)
        .finish(layered_by_differences)
        .refer(dashboard::dashboard),
    Row::new(
        "InteractionCentricDashboards/InteractionCentricDashboard",
        60,
    )
    .id("FormId")
    .display("LocalizedNames")
    .keep(FORM_VALUES)
    .finish(layered_by_differences)
    .refer(formxml::form),
    Row::new("Dialogs/Dialog", 60)
        .id("FormId")
        .display("LocalizedNames|UniqueName")
        .keep(FORM_VALUES)
        .finish(layered_by_differences)
        .refer(formxml::form),
    Row::new("Entities/Entity/SavedQueries/savedqueries/savedquery", 26)
        .id("savedqueryid")
        .display("LocalizedNames")
        .keep(&[
            "querytype",
            "isdefault",
            "isquickfindquery",
            "returnedtypecode",
            "IntroducedVersion",
            "IsCustomizable",
        ])
        .finish(view)
        .refer(view_references),
    Row::new("Entities/Entity/Visualizations/visualization", 59)
        .id("savedqueryvisualizationid")
        .display("LocalizedNames")
        .keep(&[
            "isdefault",
            "webresourcename",
            "IntroducedVersion",
            "IsCustomizable",
        ])
        .finish(view)
        .names(&[(
            "webresourcename",
            Naming::WebResource,
            ReferenceKind::ChartWebResource,
        )])
        .refer(chart_references),
];

const VIEW_QUERY: QueryKinds = QueryKinds {
    table: ReferenceKind::ViewFetchEntity,
    column: ReferenceKind::ViewFetchColumn,
};
const VIEW_LAYOUT: LayoutKinds = LayoutKinds {
    column: ReferenceKind::ViewLayoutColumn,
    icon: ReferenceKind::ViewIcon,
    control: ReferenceKind::ViewControl,
    relationship: ReferenceKind::ViewRelationship,
};
const CHART_QUERY: QueryKinds = QueryKinds {
    table: ReferenceKind::ChartFetchEntity,
    column: ReferenceKind::ChartFetchColumn,
};

fn view_references(view: Element<'_, '_>, table: Option<&LogicalName>, links: &mut Links<'_>) {
    let table = table.map_or("", LogicalName::as_str);
    let aliases = view.child("fetchxml").map(|text| {
        // The query is a tree in exports; older tools write it as text.
        if let Some(text_form) = text.text().filter(|text| text.starts_with('<')) {
            links.document(text_form, text.span(), |root, links| {
                fetch::query(root, VIEW_QUERY, links);
            });
        }
        fetch::query(text, VIEW_QUERY, links)
    });
    if let Some(layout) = view.child("layoutxml") {
        let aliases = aliases.unwrap_or_default();
        fetch::layout(layout, table, &aliases, VIEW_LAYOUT, links);
    }
    if let Some(set) = view.child("columnsetxml") {
        fetch::column_set(set, table, ReferenceKind::ViewFetchColumn, links);
    }
}

fn chart_references(chart: Element<'_, '_>, _: Option<&LogicalName>, links: &mut Links<'_>) {
    if let Some(data) = chart.child("datadescription") {
        fetch::query(data, CHART_QUERY, links);
    }
}

/// The form's type stands on the element around it.
fn form(draft: &mut Draft<'_>, element: Element<'_, '_>) -> Verdict {
    draft.keep(
        "type",
        element.parent().and_then(|forms| forms.attribute("type")),
    );
    layered_by_differences(draft, element)
}

/// Manifests name views and charts by their display name too, beside their identifier.
fn view(draft: &mut Draft<'_>, _: Element<'_, '_>) -> Verdict {
    if let Some(name) = draft.identity.display_name.clone() {
        draft.identity = draft.identity.clone().named(&name);
    }
    Verdict::Keep
}
