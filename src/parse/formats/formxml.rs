//! Forms, dashboards and dialogs (`FormXml`). What a parameter means depends on its name, whatever control it belongs to.

use super::super::links::{self, Links, is_name};
use super::at;
use super::fetch::{is_removed, relationship};
use crate::model::{LogicalName, Pointer, ReferenceKind as Kind};
use crate::source::Span;
use crate::xml::Element;

/// Reads a form of a table; dashboards and dialogs have none.
pub(in crate::parse) fn form(
    form: Element<'_, '_>,
    table: Option<&LogicalName>,
    links: &mut Links<'_>,
) {
    super::handlers::handlers(form, links);
    let table = table.map_or("", LogicalName::as_str);
    let mut open = vec![(form, table)];
    while let Some((element, table)) = open.pop() {
        let inner = element_of(element, table, links);
        if let Some(inner) = inner {
            let from = open.len();
            let children = element.children().filter(|child| !is_removed(*child));
            open.extend(children.map(|child| (child, inner)));
            open[from..].reverse();
        }
    }
}

/// Reads one element, and says which table the columns inside it are of; `None` where all of it is read.
fn element_of<'a>(
    element: Element<'a, '_>,
    table: &'a str,
    links: &mut Links<'_>,
) -> Option<&'a str> {
    match element.name() {
        "control" => control(element, table, links),
        "data" => bound(element, "datafieldname", table, links),
        "event" => {
            at(element, "attribute", |name, span| {
                links.column(Kind::FormEventColumn, table, name, span);
            });
            relation(element, links);
        }
        "dependency" => at(element, "id", |name, span| {
            links.column(Kind::FormEventColumn, table, name, span);
        }),
        "Library" => at(element, "name", |name, span| {
            links.web_resource(Kind::FormLibrary, name, span);
        }),
        "Handler" => at(element, "libraryName", |name, span| {
            links.web_resource(Kind::FormLibrary, name, span);
        }),
        "internaljscriptfile" => at(element, "src", |name, span| {
            links.web_resource(Kind::FormLibrary, name, span);
        }),
        "webresource" => at(element, "path", |name, span| {
            links.web_resource(Kind::FormLibrary, name, span);
        }),
        "Role" => at(element, "Id", |id, span| {
            links.id(Kind::FormRole, 20, id, span);
        }),
        "NavBarItem" | "NavBarByRelationshipItem" => navigation(element, links),
        "Privilege" => at(element, "Entity", |name, span| {
            links.table(Kind::FormNavigationTable, name, span);
        }),
        "ancestor" => at(element, "id", |id, span| {
            links.id(Kind::FormAncestor, 60, id, span);
        }),
        "RibbonDiffXml" => {
            let table = Some(LogicalName::new(table)).filter(|table| !table.is_empty());
            super::ribbon::ribbon(element, table.as_ref(), links);
            return None;
        }
        "tabs" => interactive(element, links),
        "customControl" => {
            at(element, "name", |name, span| {
                links.named(Kind::FormControl, 66, name, span);
            });
            if let Some(parameters) = element.child("parameters") {
                control_parameters(parameters, table, links);
            }
            return None;
        }
        "parameters" => {
            parameters(element, table, links);
            return None;
        }
        _ => {}
    }
    Some(table)
}

fn bound(element: Element<'_, '_>, attribute: &str, table: &str, links: &mut Links<'_>) {
    at(element, attribute, |name, span| {
        links.column(Kind::FormColumn, table, name, span);
    });
}

fn relation(element: Element<'_, '_>, links: &mut Links<'_>) {
    at(element, "relationship", |name, span| {
        relationship(Kind::FormRelationship, name, span, links);
    });
}

/// A control of a business process flow's form shows a column of the table at the other end of a relationship.
fn control(element: Element<'_, '_>, table: &str, links: &mut Links<'_>) {
    let across = element
        .attribute("relationship")
        .filter(|name| is_name(name));
    relation(element, links);
    let Some(across) = across else {
        return bound(element, "datafieldname", table, links);
    };
    at(element, "datafieldname", |name, span| {
        if is_name(name) {
            let (across, table) = (LogicalName::new(across), LogicalName::new(table));
            let to = Pointer::Across(across, table, LogicalName::new(name));
            links.add(Kind::FormRelatedColumn, to, span);
        }
    });
}

fn navigation(element: Element<'_, '_>, links: &mut Links<'_>) {
    at(element, "RelationshipName", |name, span| {
        relationship(Kind::FormNavigation, name, span, links);
    });
    at(element, "ViewId", |id, span| {
        links.id(Kind::FormNavigationView, 26, id, span);
    });
    for attribute in ["Icon", "Url"] {
        at(element, attribute, |value, span| {
            links.directive(Kind::FormNavigationIcon, value, span);
        });
    }
}

/// The tabs of an interactive dashboard say which table it is about, by which column and view it is filtered.
fn interactive(tabs: Element<'_, '_>, links: &mut Links<'_>) {
    let table = tabs
        .attribute("primaryentitylogicalname")
        .unwrap_or_default();
    at(tabs, "primaryentitylogicalname", |name, span| {
        links.table(Kind::FormTable, name, span);
    });
    at(tabs, "filterby", |name, span| {
        links.column(Kind::FormColumn, table, name, span);
    });
    at(tabs, "entityview", |id, span| {
        links.id(Kind::FormView, 26, id, span);
    });
}

/// Parameters of a standard control.
fn parameters(parameters: Element<'_, '_>, table: &str, links: &mut Links<'_>) {
    let personal = Personal::of(parameters);
    let inside = parameters.within(is_removed).skip(1);
    for parameter in inside {
        parameter_by_name(parameter, table, personal, links);
    }
}

/// Whether the view or chart shown is one of a user's own, which is data and not a component.
#[derive(Clone, Copy, Debug)]
struct Personal {
    view: bool,
    chart: bool,
}

impl Personal {
    fn of(parameters: Element<'_, '_>) -> Self {
        let is = |name: &str| {
            let text = parameters.child_text(name);
            text.is_some_and(|text| text.eq_ignore_ascii_case("true"))
        };
        Self {
            view: is("IsUserView"),
            chart: is("IsUserChart"),
        }
    }
}

/// Reads a parameter whose name tells what it holds. Says whether it was one.
fn parameter_by_name(
    parameter: Element<'_, '_>,
    table: &str,
    personal: Personal,
    links: &mut Links<'_>,
) -> bool {
    let Some(text) = parameter.text() else {
        return KNOWN.contains(&parameter.name());
    };
    let span = parameter.span();
    match parameter.name() {
        "TargetEntityType"
        | "EntityLogicalName"
        | "LogicalEntityName"
        | "DependentAttributeType" => {
            links.table(Kind::FormTable, text, span);
        }
        "RelationshipName" | "FilterRelationshipName" => {
            relationship(Kind::FormRelationship, text, span, links);
        }
        "ViewId" | "ViewIds" if personal.view => {}
        "VisualizationId" if personal.chart => {}
        "ViewId" | "DefaultViewId" | "EntityViewId" | "ViewIds" | "AvailableViewIds"
        | "InlineViewIds" | "FilteredViewIds" => links.ids(Kind::FormView, 26, text, span),
        "VisualizationId" => links.id(Kind::FormChart, 59, text, span),
        "QuickForms" => quick_forms(text, span, links),
        "DependentAttributeName" => {
            if let Some((of, name)) = text.split_once('.') {
                links.column(Kind::FormColumn, of, name, span);
            }
        }
        "UnboundLookupTypes" => {
            for name in text.split(',') {
                links.table_or_code(Kind::FormOffer, name, span);
            }
        }
        "AddressField"
        | "FailureTimeField"
        | "SuccessConditionName"
        | "FailureConditionName"
        | "WarningConditionName"
        | "CancelConditionName"
        | "PauseConditionName" => {
            links.columns(Kind::FormColumn, table, text, span);
        }
        "Url" if links::is_prefixed(text) => {
            links.web_resource(Kind::FormWebResource, text, span);
        }
        "Url" => {}
        "WebResourceId" => links.id(Kind::FormWebResource, 61, text, span),
        "UClientActivityCardMap" => cards(text, span, links),
        "UClientRecordSourcesJSON" => record_sources(text, span, links),
        name => return KNOWN.contains(&name),
    }
    true
}

/// Parameters that name nothing, of standard controls and of custom ones that replace them.
const KNOWN: [&str; 22] = [
    "AutoExpand",
    "AutoResolve",
    "AllowFilterOff",
    "ChartGridMode",
    "DefaultViewReadOnly",
    "DisableMru",
    "DisableQuickFind",
    "DisableViewPicker",
    "EnableChartPicker",
    "EnableContextualActions",
    "EnableJumpBar",
    "EnableQuickFind",
    "EnableViewPicker",
    "HeaderColorCode",
    "IsInlineNewEnabled",
    "IsUserChart",
    "IsUserView",
    "MaxRowsBeforeScroll",
    "OptionSetId",
    "RecordsPerPage",
    "RelationshipRoleOrdinal",
    "ViewPickerReadOnly",
];

/// `<QuickFormIds><QuickFormId entityname="contact">{id}</QuickFormId></QuickFormIds>`, written as text.
fn quick_forms(text: &str, span: Span, links: &mut Links<'_>) {
    links.document(text, span, |root, links| {
        for form in root.within(|_| false) {
            if form.name() != "QuickFormId" {
                continue;
            }
            at(form, "entityname", |name, span| {
                links.table(Kind::FormTable, name, span);
            });
            if let Some(id) = form.text() {
                links.id(Kind::FormQuickView, 60, id, span);
            }
        }
    });
}

/// `appointment:4201:,email:4202:{form}`: tables of a timeline with the card forms they are shown in.
fn cards(text: &str, span: Span, links: &mut Links<'_>) {
    for card in text.split(',') {
        let mut parts = card.split(':');
        let (table, form) = (parts.next().unwrap_or_default(), parts.nth(1));
        links.table(Kind::FormCard, table, span);
        links.id(Kind::FormCard, 60, form.unwrap_or_default(), span);
    }
}

/// The sources of a timeline's own records: constructors of a library, as JSON.
fn record_sources(text: &str, span: Span, links: &mut Links<'_>) {
    #[derive(serde::Deserialize)]
    struct Source<'a> {
        #[serde(borrow, default)]
        library: Option<std::borrow::Cow<'a, str>>,
        #[serde(borrow, default, rename = "libraryName")]
        library_name: Option<std::borrow::Cow<'a, str>>,
    }
    if let Ok(sources) = serde_json::from_str::<Vec<Source<'_>>>(text) {
        for library in sources
            .iter()
            .filter_map(|one| one.library.as_ref().or(one.library_name.as_ref()))
        {
            links.web_resource(Kind::FormCard, library, span);
        }
    }
}

/// Parameters of a custom control: a value without `static` is a column it is bound to.
pub(in crate::parse) fn control_parameters(
    parameters: Element<'_, '_>,
    table: &str,
    links: &mut Links<'_>,
) {
    let personal = Personal::of(parameters);
    for parameter in parameters.children().filter(|child| !is_removed(*child)) {
        if parameter.name() == "data-set" {
            data_set(parameter, table, links);
        } else if parameter.attribute("static").is_some() {
            // A literal value.
        } else if parameter.has_children() {
            nested(parameter, table, links);
        } else if !parameter_by_name(parameter, table, personal, links)
            && let Some(text) = parameter.text()
        {
            links.column(Kind::FormControlColumn, table, text, parameter.span());
        }
    }
}

/// A bound lookup writes the column as `BindAttribute` among settings of the lookup's own dialog.
fn nested(parameter: Element<'_, '_>, table: &str, links: &mut Links<'_>) {
    let personal = Personal::of(parameter);
    for setting in parameter.within(is_removed).skip(1) {
        if setting.name() == "BindAttribute" {
            if let Some(text) = setting.text() {
                links.column(Kind::FormControlColumn, table, text, setting.span());
            }
        } else {
            parameter_by_name(setting, table, personal, links);
        }
    }
}

/// The records a custom control shows. Free texts are columns of the table it shows.
fn data_set(set: Element<'_, '_>, table: &str, links: &mut Links<'_>) {
    let shown = set.child_text("TargetEntityType").unwrap_or(table);
    let personal = Personal::of(set);
    for value in set.children().filter(|child| !is_removed(*child)) {
        if value.name() == "columnsDefaultView" {
            default_views(value, links);
        } else if value.attribute("static").is_none()
            && !parameter_by_name(value, shown, personal, links)
            && let Some(text) = value.text()
        {
            links.column(Kind::FormControlColumn, shown, text, value.span());
        }
    }
}

/// The views that lookups of an editable grid offer.
fn default_views(views: Element<'_, '_>, links: &mut Links<'_>) {
    for cell in views.within(is_removed) {
        let of = cell.attribute("entityName").unwrap_or_default();
        at(cell, "entityName", |name, span| {
            links.table(Kind::FormTable, name, span);
        });
        at(cell, "attributeName", |name, span| {
            links.column(Kind::FormControlColumn, of, name, span);
        });
        at(cell, "viewId", |id, span| {
            links.id(Kind::FormView, 26, id, span);
        });
        if let ("DefaultViewId", Some(id)) = (cell.name(), cell.text()) {
            links.id(Kind::FormView, 26, id, cell.span());
        }
    }
}
