//! What a component is called and what sort of table, process or web resource it is, in the words of those who build them.
//!
//! Source of the numbers: the choices of the tables `workflow`, `webresource`, `savedquery`, `canvasapp`,
//! `sdkmessageprocessingstep` and `environmentvariabledefinition` in
//! learn.microsoft.com/power-apps/developer/data-platform/reference/entities.

use crate::model::{Component, ComponentType, Identity, Solution};

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

const MODES: Words = &[("0", "synchronous"), ("1", "asynchronous")];

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
        ComponentType::Number(26) => word("querytype", VIEWS)
            .or_else(|| as_written("querytype").map(|number| format!("type {number}"))),
        ComponentType::Number(29) => {
            word("Category", PROCESSES).map(|category| process(component, category))
        }
        ComponentType::Number(60) => as_written("type"),
        ComponentType::Number(61) => word("WebResourceType", WEB_RESOURCES),
        ComponentType::Number(92) => {
            let stage = as_written("Stage").map(|number| format!("stage {number}"));
            let stage = word("Stage", STAGES).or(stage)?;
            Some(step(component, &stage, word("Mode", MODES)))
        }
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
    format!("{category}{}{state}", on_table(component))
}

/// A plug-in step: when does it run, and on which table?
fn step(component: &Component, stage: &str, mode: Option<String>) -> String {
    let mode = mode.map_or(String::new(), |mode| format!(", {mode}"));
    format!("{stage}{mode}{}", on_table(component))
}

fn on_table(component: &Component) -> String {
    let table = component.property("PrimaryEntity").filter(|table| {
        // Steps on messages without a table say 0 or none.
        !table.is_empty() && *table != "0" && !table.eq_ignore_ascii_case("none")
    });
    table.map_or(String::new(), |table| format!(" on {table}"))
}

/// The name of a component under the heading of its kind, in the words of those who build it.
pub(super) fn title(solution: &Solution, component: &Component) -> String {
    let identity = &component.identity;
    let parent = component.parent.and_then(|id| solution.component(id));
    let parent = parent.map(|parent| &parent.identity);
    match (&identity.kind, &identity.schema_name) {
        (ComponentType::Number(50), _) => identity.table.as_ref().map_or_else(
            || "application ribbon".to_owned(),
            |table| format!("ribbon of {table}"),
        ),
        (ComponentType::Number(93), _) => within(plain(identity), parent.map(plain)),
        (ComponentType::Table(_), Some(name)) => {
            let parent = parent.and_then(|parent| parent.schema_name.as_ref());
            let full = within(name.to_string(), parent.map(ToString::to_string));
            quoting(full, identity, |display| {
                name.as_str().eq_ignore_ascii_case(display)
            })
        }
        _ if is_link(identity) => {
            let values: Vec<_> = identity.keys.iter().map(|(_, value)| &**value).collect();
            values.join(" – ")
        }
        _ => {
            let name = plain(identity);
            quoting(name.clone(), identity, |display| name.contains(display))
        }
    }
}

/// A name with what people call it behind, where that says more.
fn quoting(name: String, identity: &Identity, is_said: impl Fn(&str) -> bool) -> String {
    match identity.display_name.as_deref() {
        Some(display) if !is_said(display) => format!("{name}  \"{display}\""),
        _ => name,
    }
}

/// Whether it is a row of a many-to-many table: it has no name, and each key leads into another table.
pub(super) fn is_link(identity: &Identity) -> bool {
    let into_another = |(key, _): &(Box<str>, Box<str>)| key.contains('.');
    identity.schema_name.is_none()
        && identity.display_name.is_none()
        && identity.keys.len() > 1
        && identity.keys.iter().all(into_another)
}

/// A component's name without the word for its kind.
fn plain(identity: &Identity) -> String {
    let label = identity.to_string();
    let name = label.strip_prefix(&*identity.kind.label());
    match name.unwrap_or(&label).trim() {
        "" => "(no name)".to_owned(),
        name => name.to_owned(),
    }
}

fn within(name: String, parent: Option<String>) -> String {
    match parent {
        Some(parent) => format!("{name} of {parent}"),
        None => name,
    }
}
