//! Canvas apps: what `customizations.xml` says an app depends on, and the app itself, an archive (`.msapp`).

use serde::Deserialize;

use super::super::links::{Links, is_name};
use crate::json::Value;
use crate::model::{Address, ComponentType, Guid, LogicalName, Pointer, ReferenceKind as Kind};
use crate::package::Nested;
use crate::source::{FileId, Span};
use crate::xml::Element;

const CONTROL: u32 = 66;
const LIBRARY: u32 = 300;

/// Reads what the definition of a canvas app names: its values are JSON.
pub(in crate::parse) fn app(app: Element<'_, '_>, _: Option<&LogicalName>, links: &mut Links<'_>) {
    let mut read = |name: &str, read: fn(&Value<'_>, Span, &mut Links<'_>)| {
        if let Some(element) = app.child(name)
            && let Some(text) = element.text()
        {
            let span = element.span();
            links.json(text, span, |document, links| {
                read(&document.root, span, links);
            });
        }
    };
    read("CdsDependencies", dependencies);
    read("DatabaseReferences", |root, span, links| {
        databases(root, span, Within::Definition, links);
    });
    read("ConnectionReferences", |root, span, links| {
        connections(root, span, Within::Definition, links);
    });
    read("AppComponentDependencies", libraries);
}

/// Where a list of data sources or connections stands: the platform tracks what the definition has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Within {
    Definition,
    App,
}

impl Within {
    fn kind(self, tracked: Kind) -> Kind {
        match self {
            Self::Definition => tracked,
            Self::App => Kind::CanvasSource,
        }
    }
}

fn text<'v>(value: &'v Value<'_>, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::text).map(str::trim)
}

/// What the platform works out an app to depend on when it is saved.
fn dependencies(root: &Value<'_>, span: Span, links: &mut Links<'_>) {
    let list = root.get("cdsdependencies").unwrap_or(root);
    for item in list.items() {
        let Some(kind) = type_of(item) else {
            continue;
        };
        let name = text(item, "logicalname");
        let id = text(item, "dependencyid").and_then(Guid::parse_used);
        if let Some((kind, to)) = dependency(kind, name, id) {
            links.add(kind, to, span);
        }
    }
}

/// The type of a dependency. Numbers from 10000 on differ between environments; the name beside them does not.
fn type_of(item: &Value<'_>) -> Option<ComponentType> {
    if let Some(name) = text(item, "componenttypeplatformname") {
        return Some(ComponentType::table(name));
    }
    let number = match item.get("componenttype")? {
        Value::Number(number) if (1.0..10_000.0).contains(number) => format!("{number:.0}"),
        Value::Text(text) => text.trim().to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_) => {
            return None;
        }
    };
    let number = number.parse().ok().filter(|number| *number < 10_000)?;
    Some(ComponentType::number(number))
}

/// What a dependency is called, and how it names its target: by name where names are the same in every environment.
fn dependency(
    kind: ComponentType,
    name: Option<&str>,
    id: Option<Guid>,
) -> Option<(Kind, Pointer)> {
    let called = match &kind {
        ComponentType::Number(1) => {
            let name = name.filter(|name| is_name(name))?;
            return Some((Kind::CanvasTable, Pointer::table(name)));
        }
        ComponentType::Number(CONTROL) => Kind::CanvasControl,
        ComponentType::Number(372) => Kind::CanvasConnector,
        ComponentType::Table(table) if *table == *"connectionreference" => Kind::CanvasConnection,
        ComponentType::Table(table) if *table == *"environmentvariabledefinition" => {
            Kind::CanvasVariable
        }
        ComponentType::Number(_) | ComponentType::Table(_) => Kind::CanvasComponent,
    };
    let by_id = |kind| id.map(|id| Address::Id(kind, id));
    let by_name = |kind| name.map(|name| Address::Name(kind, LogicalName::new(name)));
    // Records of these are made anew in every environment.
    let only_named = [
        Kind::CanvasConnection,
        Kind::CanvasVariable,
        Kind::CanvasControl,
    ];
    let address = if only_named.contains(&called) || kind == ComponentType::Number(LIBRARY) {
        by_name(kind)
    } else if called == Kind::CanvasConnector {
        by_name(kind.clone()).or_else(|| by_id(kind))
    } else {
        by_id(kind.clone()).or_else(|| by_name(kind))
    };
    Some((called, Pointer::At(address?)))
}

/// The tables of Dataverse that an app reads, and the controls and models that it is made of.
fn databases(root: &Value<'_>, span: Span, within: Within, links: &mut Links<'_>) {
    for (_, database) in root.entries() {
        let sources = database.get("dataSources").unwrap_or(&Value::Null);
        for (_, source) in sources.entries() {
            match (text(source, "logicalName"), text(source, "entitySetName")) {
                (Some(name), _) => links.table(Kind::CanvasSource, name, span),
                (None, Some(set)) => links.entity_set(Kind::CanvasSource, set, span),
                (None, None) => {}
            }
        }
        variables(database, span, within, links);
        let components = database.get("components").unwrap_or(&Value::Null);
        for component in components.items() {
            packed(component, span, within, links);
        }
    }
}

fn packed(component: &Value<'_>, span: Span, within: Within, links: &mut Links<'_>) {
    let (Some(table), Some(name)) = (
        text(component, "componentName"),
        text(component, "identifier"),
    ) else {
        return;
    };
    let kind = ComponentType::table(table);
    if kind == ComponentType::Number(CONTROL) {
        links.named(Kind::CanvasControl, CONTROL, name, span);
    } else if let Some((_, to)) = dependency(kind, Some(name), Guid::parse_used(name)) {
        links.add(within.kind(Kind::CanvasSource), to, span);
    }
}

/// Environment variables that stand for a data source.
fn variables(value: &Value<'_>, span: Span, within: Within, links: &mut Links<'_>) {
    for (name, value) in value.walk() {
        if name.eq_ignore_ascii_case("environmentVariableName")
            && let Some(variable) = value.text()
        {
            let kind = within.kind(Kind::CanvasVariable);
            links.record(kind, "environmentvariabledefinition", variable, span);
        }
    }
}

/// The connections of an app: connectors, connection references, and the flows it calls.
fn connections(root: &Value<'_>, span: Span, within: Within, links: &mut Links<'_>) {
    for (_, connection) in root.entries() {
        if let Some(api) = text(connection, "id") {
            links.api(Kind::CanvasSource, api, span);
        }
        if let Some(name) = text(connection, "customApiLogicalName") {
            links.named(within.kind(Kind::CanvasConnector), 372, name, span);
        }
        if let Some(name) = text(connection, "xrmConnectionReferenceLogicalName") {
            let kind = within.kind(Kind::CanvasConnection);
            links.record(kind, "connectionreference", name, span);
        }
        for hints in ["parameterHints", "parameterHintsV2"] {
            let flow = connection.at(&[hints, "workflowEntityId", "value"]);
            if let Some(id) = flow.and_then(Value::text) {
                links.id(within.kind(Kind::CanvasFlow), 29, id, span);
            }
        }
        variables(connection, span, within, links);
    }
}

/// The component libraries an app takes components from.
fn libraries(root: &Value<'_>, span: Span, links: &mut Links<'_>) {
    for library in root.items() {
        if let Some(name) = text(library, "appComponentLibraryLogicalName") {
            links.named(Kind::CanvasLibrary, LIBRARY, name, span);
        }
    }
}

/// A file of an app beyond this many bytes is not read. Apps copy the metadata of whole tables into their list of data
/// sources, up to 8 MB in public exports; what such a list names beyond views and choices stands in customizations.xml
/// too, and reading them all would take as long as all the rest of a check.
const LARGEST: u64 = 1024 * 1024;

/// Reads an app. One that is no archive is left alone: source control keeps such files elsewhere and leaves a note.
pub(in crate::parse) fn archive(
    bytes: Vec<u8>,
    file: FileId,
    bytes_left: u64,
    links: &mut Links<'_>,
) {
    let Some(mut app) = Nested::open(bytes, links.limits(), bytes_left) else {
        return;
    };
    let place = Span::start_of(file);
    if let Some(text) = app.text("Properties.json", LARGEST) {
        links.inner_json(&text, file, |document, links| {
            properties(&document.root, place, &mut links.within(place));
        });
    }
    if let Some(text) = app.text("References/DataSources.json", LARGEST) {
        sources(&text, place, links);
    }
    for name in app.names() {
        if let Some(control) = control_in(name) {
            let to = Pointer::Suffix(ComponentType::Number(CONTROL), LogicalName::new(control));
            links.add(Kind::CanvasControl, to, place);
        }
    }
}

/// The custom control that a file of an app is of, without its publisher's prefix: `Resources/Controls/Ns.Name.bundle.js`,
/// `Controls/Ns.Name/…`.
fn control_in(path: &str) -> Option<&str> {
    let path = path.strip_prefix("Resources/").unwrap_or(path);
    let path = path.strip_prefix("Controls/")?;
    let name = match path.split_once('/') {
        Some((folder, _)) => folder,
        None => path.strip_suffix(".bundle.js")?,
    };
    let (namespace, _) = name.split_once('.')?;
    let is_platform = ["MscrmControls", "Microsoft", "PowerApps"].contains(&namespace);
    let is_control = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'));
    (is_control && !is_platform && !namespace.is_empty()).then_some(name)
}

/// Lists that the app keeps as texts.
fn properties(root: &Value<'_>, place: Span, links: &mut Links<'_>) {
    let mut read = |name: &str, read: fn(&Value<'_>, Span, &mut Links<'_>)| {
        if let Some(text) = root.get(name).and_then(Value::text) {
            links.inner_json(text, place.file, |document, links| {
                read(&document.root, place, &mut links.within(place));
            });
        }
    };
    read("LocalDatabaseReferences", |root, place, links| {
        databases(root, place, Within::App, links);
    });
    read("LocalConnectionReferences", |root, place, links| {
        connections(root, place, Within::App, links);
    });
    read("LibraryDependencies", |root, place, links| {
        for library in root.items() {
            if let Some(name) = text(library, "LibraryLogicalName") {
                links.named(Kind::CanvasSource, LIBRARY, name, place);
            }
        }
    });
    let agent = text(root, "AppCopilotSchemaName");
    if let Some(name) = agent.filter(|name| !name.eq_ignore_ascii_case("none")) {
        links.record(Kind::CanvasSource, "bot", name, place);
    }
}

/// The data sources of an app. Most of their text is descriptions of tables, which are skipped.
#[derive(Deserialize)]
struct Sources<'a> {
    #[serde(rename = "DataSources", borrow, default)]
    list: Vec<Source<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Source<'a> {
    #[serde(borrow, default)]
    r#type: Option<Value<'a>>,
    #[serde(borrow, default)]
    name: Option<Value<'a>>,
    #[serde(borrow, default)]
    logical_name: Option<Value<'a>>,
    #[serde(borrow, default)]
    view_info_name_mapping: Option<Value<'a>>,
    #[serde(borrow, default)]
    option_set_is_global: Option<Value<'a>>,
    #[serde(borrow, default)]
    workflow_entity_id: Option<Value<'a>>,
    #[serde(borrow, default)]
    api_id: Option<Value<'a>>,
    #[serde(borrow, default)]
    data_bound_service_operation_group_name_key: Option<Value<'a>>,
}

fn sources(json: &str, place: Span, links: &mut Links<'_>) {
    // It is the app's own list, which imports do not read: one that cannot be read names nothing.
    if let Ok(sources) = serde_json::from_str::<Sources<'_>>(json) {
        for source in &sources.list {
            source_of(source, place, links);
        }
    }
}

fn source_of(source: &Source<'_>, place: Span, links: &mut Links<'_>) {
    const KIND: Kind = Kind::CanvasSource;
    fn text<'v>(value: Option<&'v Value<'_>>) -> Option<&'v str> {
        value.and_then(Value::text)
    }
    match text(source.r#type.as_ref()) {
        Some("NativeCDSDataSourceInfo") => {
            if let Some(name) = text(source.logical_name.as_ref()) {
                links.table(KIND, name, place);
            }
        }
        Some("ViewInfo") => {
            let views = source.view_info_name_mapping.as_ref();
            for (id, _) in views.map_or(&[][..], Value::entries) {
                links.id(KIND, 26, id, place);
            }
        }
        Some("OptionSetInfo") if source.option_set_is_global == Some(Value::Bool(true)) => {
            if let Some(name) = text(source.name.as_ref()) {
                links.named(KIND, 9, name, place);
            }
        }
        _ => {}
    }
    if let Some(id) = text(source.workflow_entity_id.as_ref()) {
        links.id(KIND, 29, id, place);
    }
    if let Some(api) = text(source.api_id.as_ref()) {
        links.api(KIND, api, place);
    }
    // `AIBuilder\{model}`
    let group = text(source.data_bound_service_operation_group_name_key.as_ref());
    if let Some(id) = group.and_then(|group| group.strip_prefix("AIBuilder\\")) {
        links.id(KIND, 401, id, place);
    }
}

#[cfg(test)]
mod tests;
