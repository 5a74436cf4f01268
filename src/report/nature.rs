//! What sort of table, process or web resource a component is, in the words of those who build them.
//!
//! Source of the numbers: the choices of the tables `workflow`, `webresource`, `savedquery`, `canvasapp`,
//! `sdkmessageprocessingstep` and `environmentvariabledefinition` in
//! learn.microsoft.com/power-apps/developer/data-platform/reference/entities.

use crate::model::{Component, ComponentType};

/// Words for the values of a choice.
type Words = &'static [(&'static str, &'static str)];

const PROCESSES: Words = &[
    ("0", "workflow"),
    ("1", "dialog"),
    ("2", "business rule"),
    ("3", "action"),
    ("4", "business process flow"),
    ("5", "cloud flow"),
    ("6", "desktop flow"),
    ("9000", "productivity macro"),
];

const COLUMNS: Words = &[
    ("nvarchar", "text"),
    ("ntext", "multiline text"),
    ("int", "whole number"),
    ("bigint", "big integer"),
    ("money", "currency"),
    ("bit", "yes/no"),
    ("datetime", "date and time"),
    ("picklist", "choice"),
    ("multiselectpicklist", "choices"),
    ("state", "status"),
    ("status", "status reason"),
    ("primarykey", "unique identifier"),
];

const RELATIONSHIPS: Words = &[("OneToMany", "1:N"), ("ManyToMany", "N:N")];

const WEB_RESOURCES: Words = &[
    ("1", "HTML"),
    ("2", "CSS"),
    ("3", "JavaScript"),
    ("4", "XML"),
    ("5", "PNG"),
    ("6", "JPG"),
    ("7", "GIF"),
    ("8", "Silverlight"),
    ("9", "XSL"),
    ("10", "ICO"),
    ("11", "SVG"),
    ("12", "RESX"),
];

const VIEWS: Words = &[
    ("0", "public"),
    ("1", "advanced find"),
    ("2", "associated"),
    ("4", "quick find"),
    ("64", "lookup"),
];

const CANVAS_APPS: Words = &[
    ("0", "app"),
    ("1", "component library"),
    ("2", "custom page"),
];

const STAGES: Words = &[
    ("10", "pre-validation"),
    ("20", "pre-operation"),
    ("40", "post-operation"),
];

const VARIABLES: Words = &[
    ("100000000", "text"),
    ("100000001", "number"),
    ("100000002", "yes/no"),
    ("100000003", "JSON"),
    ("100000004", "data source"),
    ("100000005", "secret"),
];

/// What sort of component it is, where its definition says so.
pub(super) fn nature(component: &Component) -> Option<String> {
    let word = |property: &str, words: Words| {
        let value = component.property(property)?;
        let known = words.iter().find(|(known, _)| *known == value);
        known.map(|(_, word)| (*word).to_owned())
    };
    let as_written = |property: &str| component.property(property).map(ToOwned::to_owned);
    match &component.identity.kind {
        ComponentType::Number(1) => as_written("OwnershipTypeMask"),
        ComponentType::Number(2) => word("Type", COLUMNS).or_else(|| as_written("Type")),
        ComponentType::Number(10) => word("EntityRelationshipType", RELATIONSHIPS),
        ComponentType::Number(26) => word("querytype", VIEWS),
        ComponentType::Number(29) => {
            word("Category", PROCESSES).map(|category| process(component, category))
        }
        ComponentType::Number(60) => as_written("type"),
        ComponentType::Number(61) => word("WebResourceType", WEB_RESOURCES),
        ComponentType::Number(92) => word("Stage", STAGES),
        ComponentType::Number(300) => word("CanvasAppType", CANVAS_APPS),
        ComponentType::Table(table) if *table == *"connectionreference" => {
            let connector = component.property("connectorid")?;
            connector.rsplit('/').next().map(ToOwned::to_owned)
        }
        ComponentType::Table(table) if *table == *"environmentvariabledefinition" => {
            word("type", VARIABLES).or_else(|| word("Type", VARIABLES))
        }
        ComponentType::Number(_) | ComponentType::Table(_) => None,
    }
}

/// A process with what its author would ask first: is it on, and on which table does it work?
fn process(component: &Component, category: String) -> String {
    let category = match component.property("ModernFlowType") {
        Some("1") => "agent flow".to_owned(),
        _ => category,
    };
    let state = match component.property("StateCode") {
        Some("0") => ", draft",
        _ => "",
    };
    let table = component
        .property("PrimaryEntity")
        .filter(|table| *table != "none");
    let table = table.map_or(String::new(), |table| format!(" on {table}"));
    format!("{category}{table}{state}")
}
