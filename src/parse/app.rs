//! Model-driven apps, site maps, ribbons, custom controls, canvas apps and web resources.

use super::draft::Draft;
use super::formats::canvas;
use super::row::{Kind, Row, Verdict, layered_by_differences};
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
        .finish(layered_by_differences),
    Row::of(
        "AppModules/AppModule/appsettings/appsetting",
        Kind::Table("appsetting"),
    )
    .keys(&[(
        "settingdefinitionid.uniquename",
        "@settingdefinitionid.uniquename",
    )])
    .within_parent("parentappmoduleid.uniquename")
    .keep(&["value"]),
    Row::of(
        "AppModules/AppModule/appelements/appelement",
        Kind::Table("appelement"),
    )
    .keys(&[("uniquename", "@uniquename")])
    .within_parent("parentappmoduleid.uniquename")
    .display("name")
    .keep(&["canvasappid/name"]),
    Row::new("AppModuleSiteMaps/AppModuleSiteMap", 62)
        .name("SiteMapUniqueName")
        .display("LocalizedNames")
        .finish(layered_by_differences),
    Row::new("SiteMap/SiteMap", 62).finish(layered_by_differences),
    Row::new("RibbonDiffXml", 50).finish(ribbon),
    Row::new("Entities/Entity/RibbonDiffXml", 50).finish(ribbon),
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
        .files(&["FileName"]),
];

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
