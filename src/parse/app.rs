//! Model-driven apps, site maps, ribbons, custom controls, canvas apps and web resources.

use super::draft::Draft;
use super::formats::fetch::is_removed;
use super::formats::{ribbon, sitemap};
use super::links::Links;
use super::row::{Kind, Naming, Row, Verdict, layered_by_differences};
use crate::model::{Address, ComponentType, Guid, LogicalName, Pointer, ReferenceKind};
use crate::xml::Element;

pub(super) static ROWS: &[Row] = &[
    Row::new("AppModules/AppModule", 80)
        .name("UniqueName")
        .display("LocalizedNames")
        .keep(&[
            "ClientType",
            "FormFactor",
            "NavigationType",
            "statecode",
            "IntroducedVersion",
            "WebResourceId",
        ])
        .content(&[
            "LocalizedNames",
            "Descriptions",
            "AppModuleComponents",
            "AppModuleRoleMaps",
            "EventHandlers",
        ])
        .finish(layered_by_differences)
        .names(&[
            ("WebResourceId", Naming::Id(61), ReferenceKind::AppIcon),
            (
                "WelcomePageId",
                Naming::Id(61),
                ReferenceKind::AppWelcomePage,
            ),
        ])
        .refer(app_references),
    Row::of(
        "AppModules/AppModule/appsettings/appsetting",
        Kind::Table("appsetting"),
    )
    .keys(&[(
        "settingdefinitionid.uniquename",
        "@settingdefinitionid.uniquename",
    )])
    .within_parent("parentappmoduleid.uniquename")
    .keep(&["value"])
    .names(&[(
        "@settingdefinitionid.uniquename",
        Naming::Record("settingdefinition"),
        ReferenceKind::AppSetting,
    )]),
    Row::of(
        "AppModules/AppModule/appelements/appelement",
        Kind::Table("appelement"),
    )
    .keys(&[("uniquename", "@uniquename")])
    .within_parent("parentappmoduleid.uniquename")
    .display("name")
    .keep(&["canvasappid/name"])
    .names(&[(
        "canvasappid/name",
        Naming::Named(300),
        ReferenceKind::AppElement,
    )])
    .refer(element_references),
    Row::new("AppModuleSiteMaps/AppModuleSiteMap", 62)
        .name("SiteMapUniqueName")
        .display("LocalizedNames")
        .finish(layered_by_differences)
        .refer(sitemap::site_map),
    Row::new("SiteMap/SiteMap", 62)
        .finish(layered_by_differences)
        .refer(sitemap::site_map),
    Row::new("RibbonDiffXml", 50)
        .finish(ribbon)
        .refer(ribbon::ribbon),
    Row::new("Entities/Entity/RibbonDiffXml", 50)
        .finish(ribbon)
        .refer(ribbon::ribbon),
    Row::new("CustomControls/CustomControl", 66)
        .name("Name")
        .files(&["FileName"]),
    Row::new("CanvasApps/CanvasApp", 300)
        .name("Name")
        .display("DisplayName")
        .keep(&[
            "CanvasAppType",
            "AppVersion",
            "Status",
            "CreatedByClientVersion",
            "IntroducedVersion",
            "IsCustomizable",
        ])
        .files(&[
            "DocumentUri",
            "BackgroundImageUri",
            "AdditionalUris/AdditionalUri",
        ]),
    Row::new("WebResources/WebResource", 61)
        .name("Name")
        .display("DisplayName")
        .keep(&[
            "WebResourceType",
            "LanguageCode",
            "WebResourceId",
            "IsHidden",
            "IntroducedVersion",
            "IsCustomizable",
        ])
        .files(&["FileName"])
        .refer(resource_references),
];

/// What an app consists of, who may open it, and which scripts it runs.
fn app_references(app: Element<'_, '_>, _: Option<&LogicalName>, links: &mut Links<'_>) {
    for element in app.within(is_removed) {
        match element.name() {
            "AppModuleComponent" => app_component(element, links),
            "Role" => {
                if let Some((id, span)) = element.attribute_at("id") {
                    links.id(ReferenceKind::AppRole, 20, id, span);
                }
            }
            "EventHandler" => {
                let library = ["libraryname", "LibraryName", "library"];
                let found = library.iter().find_map(|name| {
                    let own = element.attribute_at(name);
                    own.or_else(|| element.values(name).first().copied())
                });
                if let Some((name, span)) = found {
                    links.web_resource(ReferenceKind::AppLibrary, name, span);
                }
            }
            _ => {}
        }
    }
}

fn app_component(component: Element<'_, '_>, links: &mut Links<'_>) {
    let Some(kind) = component.attribute("type").map(ComponentType::parse) else {
        return;
    };
    let id = component
        .attribute_at("id")
        .and_then(|(id, span)| Some((Guid::parse_used(id)?, span)));
    let named = component.attribute_at("schemaName");
    // Identifiers of tables and their like differ between environments.
    let (to, span) = match (named, id) {
        (Some((name, span)), None) => (Address::Name(kind, LogicalName::new(name)), span),
        (Some((name, span)), Some(_)) if kind.identified_by().ignores_id() => {
            (Address::Name(kind, LogicalName::new(name)), span)
        }
        (_, Some((id, span))) => (Address::Id(kind, id), span),
        (None, None) => return,
    };
    links.add(ReferenceKind::AppComponent, Pointer::At(to), span);
}

/// An element of an app is a record of the table that `objectidtype` names.
fn element_references(element: Element<'_, '_>, _: Option<&LogicalName>, links: &mut Links<'_>) {
    let (Some(table), Some(object)) = (
        element.value("objectidtype|@objectidtype"),
        element.child("objectid"),
    ) else {
        return;
    };
    let mut keys = object.children();
    let (key, span) = match keys.next() {
        Some(key) => (key.text(), key.span()),
        None => (object.text(), object.span()),
    };
    links.record(
        ReferenceKind::AppElement,
        table,
        key.unwrap_or_default(),
        span,
    );
}

/// The libraries and columns that a script says it needs.
fn resource_references(resource: Element<'_, '_>, _: Option<&LogicalName>, links: &mut Links<'_>) {
    let Some(dependencies) = resource.child("DependencyXml") else {
        return;
    };
    if let Some(text) = dependencies.text() {
        links.document(text, dependencies.span(), dependency_references);
    }
    dependency_references(dependencies, links);
}

fn dependency_references(dependencies: Element<'_, '_>, links: &mut Links<'_>) {
    for element in dependencies.within(is_removed) {
        match element.name() {
            "Library" => {
                if let Some((name, span)) = element.attribute_at("name") {
                    links.web_resource(ReferenceKind::WebResourceLibrary, name, span);
                }
            }
            "Attribute" => {
                let table = element.value("@entityName|@entityname").unwrap_or_default();
                for (name, span) in element.values("@attributeName|@attributename") {
                    links.column(ReferenceKind::WebResourceColumn, table, name, span);
                }
            }
            _ => {}
        }
    }
}

/// Every table's ribbon is exported, mostly as a skeleton; only one with content is a customization.
fn ribbon(draft: &mut Draft<'_>, element: Element<'_, '_>) -> Verdict {
    const CONTENT: [&str; 6] = [
        "CustomActions",
        "CommandDefinitions",
        "LocLabels",
        "RuleDefinitions/TabDisplayRules",
        "RuleDefinitions/DisplayRules",
        "RuleDefinitions/EnableRules",
    ];
    let table = super::draft::owning_table(draft.around);
    let name = table.as_ref().map_or("", |table| table.as_str());
    draft.identity = draft
        .identity
        .clone()
        .named(&format!("{name}:RibbonDiffXml"))
        .in_table(table.clone());
    let filled = |path: &str| element.at(path).is_some_and(Element::has_children);
    // Source folders list the application's ribbon empty where a file of its own holds it.
    let is_application = table.is_none() && element.has_children();
    if is_application || CONTENT.iter().any(|path| filled(path)) {
        Verdict::Keep
    } else {
        Verdict::Drop
    }
}
