//! Forms, dashboards and dialogs; views and charts.

use super::draft::Draft;
use super::row::{Row, Verdict, layered_by_differences};
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
        .finish(form),
    Row::new("Dashboards/Dashboard", 60)
        .id("FormId")
        .display("LocalizedNames")
        .keep(FORM_VALUES)
        .finish(layered_by_differences),
    Row::new(
        "InteractionCentricDashboards/InteractionCentricDashboard",
        60,
    )
    .id("FormId")
    .display("LocalizedNames")
    .keep(FORM_VALUES)
    .finish(layered_by_differences),
    Row::new("Dialogs/Dialog", 60)
        .id("FormId")
        .display("LocalizedNames|UniqueName")
        .keep(FORM_VALUES)
        .finish(layered_by_differences),
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
        .finish(view),
    Row::new("Entities/Entity/Visualizations/visualization", 59)
        .id("savedqueryvisualizationid")
        .display("LocalizedNames")
        .keep(&[
            "isdefault",
            "webresourcename",
            "IntroducedVersion",
            "IsCustomizable",
        ])
        .finish(view),
];

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
