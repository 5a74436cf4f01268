//! Model-driven apps, site maps, ribbons, custom controls, canvas apps and web resources.

use super::draft::Draft;
use super::formats::fetch::is_removed;
use super::formats::{canvas, ribbon, sitemap};
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
        ])
        .refer(canvas::app),
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

#[cfg(test)]
mod tests {
    use super::super::formats::testing::found_in;

    const ID: &str = "11111111-2222-4333-8444-555555555555";

    fn app(content: &str) -> Vec<String> {
        found_in(&format!(
            "<AppModules><AppModule><UniqueName>new_App</UniqueName>{content}</AppModule></AppModules>"
        ))
    }

    #[test]
    fn an_app_consists_of_components_of_any_type() {
        let text = format!(
            "<AppModuleComponents><AppModuleComponent type='1' schemaName='new_a'/><AppModuleComponent type='26' id='{{{ID}}}'/>\
             <AppModuleComponent type='62' schemaName='new_App'/><AppModuleComponent type='60' id='{{{ID}}}' solutionaction='Removed'/>\
             <AppModuleComponent type='59' id='00000000-0000-0000-0000-000000000000'/></AppModuleComponents>"
        );
        let expected = ["1 new_a".into(), format!("26 {ID}"), "62 new_App".into()];
        assert_eq!(app(&text), expected.map(|to| format!("app-component {to}")));
    }

    #[test]
    fn an_app_names_its_icon_its_page_its_roles_and_its_scripts() {
        let text = format!(
            "<WebResourceId>{ID}</WebResourceId><WelcomePageId>{{{ID}}}</WelcomePageId>\
             <AppModuleRoleMaps><Role id='{{{ID}}}'/></AppModuleRoleMaps>\
             <EventHandlers><EventHandler eventname='onload' libraryname='new_/a.js'/></EventHandlers>"
        );
        assert_eq!(
            app(&text),
            [
                format!("app-icon 61 {ID}"),
                format!("app-welcome-page 61 {ID}"),
                format!("app-role 20 {ID}"),
                "app-library 61 new_/a.js".into()
            ]
        );
    }

    #[test]
    fn settings_and_elements_of_an_app_name_definitions_pages_and_records() {
        let text = format!(
            "<appsettings><appsetting settingdefinitionid.uniquename='new_Set'><value>1</value></appsetting></appsettings>\
             <appelements><appelement uniquename='new_e'><canvasappid><name>new_page_1</name></canvasappid></appelement>\
             <appelement uniquename='new_f'><objectid>{ID}</objectid><objectidtype>bot</objectidtype></appelement></appelements>"
        );
        assert_eq!(
            app(&text),
            [
                "app-setting settingdefinition new_Set".to_owned(),
                "app-element 300 new_page_1".into(),
                format!("app-element bot {ID}")
            ]
        );
    }

    #[test]
    fn a_script_names_libraries_and_columns_it_needs() {
        let text = "<WebResources><WebResource><Name>new_/a.js</Name><DependencyXml>&lt;Dependencies&gt;\
                    &lt;Dependency componentType='WebResource'&gt;&lt;Library name='new_/b.js'/&gt;&lt;/Dependency&gt;\
                    &lt;Dependency componentType='Attribute'&gt;&lt;Attribute attributeName='new_c' entityName='new_a'/&gt;\
                    &lt;/Dependency&gt;&lt;/Dependencies&gt;</DependencyXml></WebResource></WebResources>";
        assert_eq!(
            found_in(text),
            [
                "web-resource-library 61 new_/b.js",
                "web-resource-column 2 new_a.new_c"
            ]
        );
    }

    #[test]
    fn site_maps_and_ribbons_are_read_where_they_stand() {
        let text = "<Entities><Entity><Name>new_a</Name><RibbonDiffXml><CustomActions><CustomAction/></CustomActions>\
                    <RuleDefinitions><EnableRules><EnableRule><ValueRule Field='new_b'/></EnableRule></EnableRules></RuleDefinitions>\
                    </RibbonDiffXml></Entity></Entities>\
                    <AppModuleSiteMaps><AppModuleSiteMap><SiteMapUniqueName>new_App</SiteMapUniqueName><SiteMap><Area><Group>\
                    <SubArea Entity='new_a'/></Group></Area></SiteMap></AppModuleSiteMap></AppModuleSiteMaps>\
                    <SiteMap><SiteMap><Area Icon='$webresource:new_/i.png'/></SiteMap></SiteMap>";
        assert_eq!(
            found_in(text),
            [
                "ribbon-column 2 new_a.new_b",
                "sitemap-table 1 new_a",
                "sitemap-web-resource 61 new_/i.png"
            ]
        );
    }
}
