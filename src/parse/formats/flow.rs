//! Cloud flows, `Workflows/*.json`: definitions in the language of Logic Apps.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::links::{Links, is_name};
use super::fetch::{self, QueryKinds};
use super::odata;
use crate::json::{Json, Value};
use crate::model::{LogicalName, Pointer, ReferenceKind as Kind};
use crate::source::Span;
use crate::xml::{self, Element};

/// Reads a cloud flow.
pub(in crate::parse) fn flow(document: &Json<'_>, links: &mut Links<'_>) {
    let properties = document.root.get("properties").unwrap_or(&document.root);
    let mut flow = Flow {
        document,
        connections: properties
            .get("connectionReferences")
            .unwrap_or(&Value::Null),
        apis: FxHashMap::default(),
        keys: OnceCell::new(),
    };
    flow.connections(links);
    if let Some(definition) = properties.get("definition") {
        flow.variables(definition, links);
        flow.operations(definition, links);
    }
}

struct Flow<'d, 't> {
    document: &'d Json<'t>,
    connections: &'d Value<'t>,
    /// The API of each connection, by the connection's key.
    apis: FxHashMap<LogicalName, &'d str>,
    /// Every name in the flow that may be a table's key: the platform calls them `<table>id`.
    keys: OnceCell<FxHashSet<LogicalName>>,
}

/// A text of a flow with its place.
type Text<'v> = (&'v str, Span);

/// The table that the columns of an operation are of.
#[derive(Clone, Debug)]
enum Table<'v> {
    Unknown,
    Named(&'v str),
    Set(LogicalName, Option<LogicalName>),
}

impl<'d> Flow<'d, '_> {
    /// The text at a path.
    fn text(&self, value: &'d Value<'_>, path: &[&str]) -> Option<Text<'d>> {
        let (last, above) = path.split_last()?;
        let entries = value.at(above)?.entries();
        let (name, value) = entries
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(last))?;
        let text = value.text()?;
        Some((text, self.document.place_of(name, text)))
    }

    fn connections(&mut self, links: &mut Links<'_>) {
        for (key, connection) in self.connections.entries() {
            let name = self
                .text(
                    connection,
                    &["connection", "connectionReferenceLogicalName"],
                )
                .or_else(|| self.text(connection, &["connectionReferenceLogicalName"]));
            if let Some((name, span)) = name.filter(|(name, _)| is_literal(name)) {
                links.record(Kind::FlowConnection, "connectionreference", name, span);
            }
            let is_lent = ["runtimeSource", "source"].iter().any(|part| {
                let source = connection.get(part).and_then(Value::text);
                source.is_some_and(|source| source.eq_ignore_ascii_case("invoker"))
            });
            let api = self
                .text(connection, &["api", "name"])
                .or_else(|| self.text(connection, &["api", "id"]))
                .or_else(|| self.text(connection, &["id"]));
            if let Some((api, span)) = api.filter(|_| name.is_none() && !is_lent) {
                links.makers_connection(last(api), span);
            }
            if let Some((name, span)) = self.text(connection, &["api", "logicalName"]) {
                links.named(Kind::FlowConnector, 372, name, span);
            }
            if let Some((api, span)) = api {
                self.apis.insert(LogicalName::new(key), last(api));
                links.api(Kind::FlowApi, api, span);
            }
        }
    }

    /// Parameters that stand for environment variables.
    fn variables(&self, definition: &'d Value<'_>, links: &mut Links<'_>) {
        let parameters = definition.get("parameters").unwrap_or(&Value::Null);
        for (_, parameter) in parameters.entries() {
            if let Some((name, span)) = self.text(parameter, &["metadata", "schemaName"]) {
                let table = "environmentvariabledefinition";
                links.record(Kind::FlowVariable, table, name, span);
            }
        }
    }

    /// Triggers, and actions within actions: scopes, conditions, loops and switches.
    fn operations(&self, definition: &'d Value<'_>, links: &mut Links<'_>) {
        let triggers = definition.get("triggers").unwrap_or(&Value::Null);
        for (_, trigger) in triggers.entries() {
            self.operation(trigger, links);
        }
        let mut open = vec![definition];
        while let Some(scope) = open.pop() {
            let actions = scope.get("actions").unwrap_or(&Value::Null);
            for (_, action) in actions.entries() {
                self.operation(action, links);
                open.push(action);
                open.extend(
                    ["else", "default"]
                        .iter()
                        .filter_map(|name| action.get(name)),
                );
                let cases = action.get("cases").unwrap_or(&Value::Null);
                open.extend(cases.entries().iter().map(|(_, case)| case));
            }
        }
    }

    fn operation(&self, operation: &'d Value<'_>, links: &mut Links<'_>) {
        let Some(inputs) = operation.get("inputs") else {
            return;
        };
        if let Some((id, span)) = self.text(inputs, &["host", "workflowReferenceName"]) {
            links.id(Kind::FlowChild, 29, id, span);
        }
        let Some(host) = inputs.get("host") else {
            return;
        };
        let called = host.get("operationId").and_then(Value::text);
        let parameters = self.parameters(inputs);
        let find = |name: &str| find(&parameters, name);
        if called.is_some_and(|called| starts_with(called, "aibuilderpredict")) {
            if let Some((id, span)) = find("recordId") {
                links.id(Kind::FlowModel, 401, id, span);
            }
            return;
        }
        let api = self.api(host);
        if starts_with(api, "shared_commondataservice") {
            let is_old = !starts_with(api, "shared_commondataserviceforapps");
            self.dataverse(inputs, &parameters, is_old, links);
        } else if starts_with(api, "shared_uiflow") {
            if let Some((id, span)) = find("uiFlowId") {
                links.id(Kind::FlowDesktop, 29, id, span);
            }
        } else if starts_with(api, "shared_microsoftcopilotstudio")
            && let Some((name, span)) = find("Copilot").filter(|(name, _)| is_literal(name))
        {
            links.record(Kind::FlowAgent, "bot", name, span);
        }
    }

    /// The API that an operation calls: `shared_commondataserviceforapps`.
    fn api(&self, host: &'d Value<'_>) -> &'d str {
        if let Some(id) = host.get("apiId").and_then(Value::text) {
            return last(id);
        }
        let key = host
            .get("connectionName")
            .and_then(Value::text)
            .or_else(|| {
                // Older flows: `@parameters('$connections')['shared_x']['connectionId']`.
                let name = host.at(&["connection", "name"])?.text()?;
                name.split('\'').nth(3)
            });
        let Some(key) = key else {
            return "";
        };
        self.apis
            .get(&LogicalName::new(key))
            .copied()
            .unwrap_or(key)
    }

    /// The texts among the parameters of an operation, with names as flows write them today: what is nested in older ones
    /// has a path, `item/new_name`. Those of older flows stand in the query and the body of the request.
    fn parameters(&self, inputs: &'d Value<'_>) -> Vec<(String, Text<'d>)> {
        let mut found = Vec::new();
        let mut add = |prefix: &str, value: &'d Value<'_>| {
            for (name, value) in value.entries() {
                let path = format!("{prefix}{name}");
                let text = value.text().unwrap_or_default();
                found.push((path, (text, self.document.place_of(name, text))));
            }
        };
        for part in ["parameters", "queries"] {
            let values = inputs.get(part).unwrap_or(&Value::Null);
            add("", values);
            for group in ["item", "subscriptionRequest"] {
                add(
                    &format!("{group}/"),
                    values.get(group).unwrap_or(&Value::Null),
                );
            }
        }
        if inputs.get("path").is_some() {
            add("item/", inputs.get("body").unwrap_or(&Value::Null));
        }
        found
    }

    /// An operation of the Dataverse connector, or of the one before it.
    fn dataverse(
        &self,
        inputs: &'d Value<'_>,
        parameters: &[(String, Text<'d>)],
        is_old: bool,
        links: &mut Links<'_>,
    ) {
        let find = |name: &str| find(parameters, name);
        // Tables of another environment are nobody's here.
        let elsewhere = |(place, _): Text<'_>| {
            let known = ["current", "default", "default.cds"];
            !known.iter().any(|known| place.eq_ignore_ascii_case(known))
        };
        if find("organization").is_some_and(elsewhere) || find("dataset").is_some_and(elsewhere) {
            return;
        }
        let mut table = Table::Unknown;
        let path = self.text(inputs, &["path"]);
        let in_path = path.and_then(|(path, span)| Some((set_in_path(path)?, span)));
        let set = find("entityName").or_else(|| find("table")).or(in_path);
        if let Some((set, span)) = set.filter(|(set, _)| is_name(set)) {
            let name = LogicalName::new(set.trim());
            let likely = self.likely(set.trim());
            let pointer = likely.clone().map_or_else(
                || Pointer::EntitySet(name.clone()),
                |likely| Pointer::EntitySetLike(name.clone(), likely),
            );
            let kind = if is_old {
                Kind::FlowOldTable
            } else {
                Kind::FlowTable
            };
            links.add(kind, pointer, span);
            table = Table::Set(name, likely);
        }
        if let Some((name, span)) = find("subscriptionRequest/entityname")
            && is_name(name)
        {
            links.table(Kind::FlowTriggerTable, name.trim(), span);
            table = Table::Named(name.trim());
        }
        let is_message = find("actionName").is_some();
        for one in parameters {
            parameter(one, &table, is_message, links);
        }
    }

    /// The table that a set is likely of, where the flow names that table's key too. Set names are plurals by English
    /// rules, or by their maker's.
    fn likely(&self, set: &str) -> Option<LogicalName> {
        let keys = self.keys.get_or_init(|| {
            let text = self.document.text();
            let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let keys = words.filter(|word| word.len() > 4 && ends_with(word, "id"));
            keys.map(LogicalName::new).collect()
        });
        let y = set.strip_suffix("ies").map(|stem| format!("{stem}y"));
        let stems = ["es", "s"].iter().filter_map(|end| set.strip_suffix(end));
        let mut stems = y.into_iter().chain(stems.map(str::to_owned));
        let stem = stems.find(|stem| keys.contains(&LogicalName::new(&format!("{stem}id"))))?;
        Some(LogicalName::new(&stem))
    }
}

fn find<'v>(parameters: &[(String, Text<'v>)], name: &str) -> Option<Text<'v>> {
    let mut all = parameters.iter();
    let found = all.find(|(known, _)| known.eq_ignore_ascii_case(name));
    found
        .map(|(_, text)| *text)
        .filter(|(text, _)| !text.is_empty())
}

fn parameter(
    (name, text): &(String, Text<'_>),
    table: &Table<'_>,
    is_message: bool,
    links: &mut Links<'_>,
) {
    let (text, span) = *text;
    let lower = name.to_ascii_lowercase();
    if let Some(item) = name.get(5..).filter(|_| lower.starts_with("item/")) {
        // The items of a message are its parameters.
        if !is_message {
            item_of(item, text, table, span, links);
        }
        return;
    }
    let plain = odata::without_expressions(text);
    let Some(plain) = plain.as_deref() else {
        return;
    };
    let columns = match lower.as_str() {
        "$select" | "$orderby" => odata::listed(plain),
        "$filter" | "subscriptionrequest/filterexpression" => odata::filtered(plain),
        "fileimagefieldname" => vec![plain],
        _ => Vec::new(),
    };
    for column in columns {
        column_of(Kind::FlowColumn, table, column, span, links);
    }
    match lower.as_str() {
        "$expand" => {
            for property in odata::expanded(plain) {
                navigate(table, property, span, links);
            }
        }
        "subscriptionrequest/filteringattributes" => {
            for column in plain.split(',') {
                column_of(Kind::FlowTriggerColumn, table, column.trim(), span, links);
            }
        }
        "fetchxml" => query(text, plain, span, links),
        "associationentityrelationship" if is_literal(text) => {
            fetch::relationship(Kind::FlowRelationship, plain, span, links);
        }
        "actionname" | "subscriptionrequest/sdkmessagename" => {
            let message = after(plain, "Microsoft.Dynamics.CRM.").unwrap_or(plain);
            if is_literal(text) && is_name(message) {
                let to = Pointer::Message(LogicalName::new(message));
                links.add(Kind::FlowMessage, to, span);
            }
        }
        _ => {}
    }
}

/// What an operation sets: a column, or with `@odata.bind` a lookup, to a record of a table.
fn item_of(item: &str, text: &str, table: &Table<'_>, span: Span, links: &mut Links<'_>) {
    let Some((property, annotation)) = item.split_once('@') else {
        return column_of(Kind::FlowColumn, table, item, span, links);
    };
    if !annotation.eq_ignore_ascii_case("odata.bind") {
        return;
    }
    navigate(table, property, span, links);
    let record = text.trim().trim_start_matches('/');
    if let Some((set, _)) = record.split_once('(') {
        links.entity_set(Kind::FlowBind, set, span);
    }
}

fn column_of(kind: Kind, table: &Table<'_>, column: &str, span: Span, links: &mut Links<'_>) {
    match table {
        Table::Named(table) => links.column(kind, table, column, span),
        Table::Set(set, likely) if is_name(column) => {
            let column = LogicalName::new(column);
            let to = Pointer::ColumnOfSet(set.clone(), likely.clone(), column);
            links.add(kind, to, span);
        }
        Table::Set(..) | Table::Unknown => {}
    }
}

fn navigate(table: &Table<'_>, property: &str, span: Span, links: &mut Links<'_>) {
    if let Table::Set(set, likely) = table
        && is_name(property)
    {
        let property = LogicalName::new(property);
        let to = Pointer::Navigation(set.clone(), likely.clone(), property);
        links.add(Kind::FlowColumn, to, span);
    }
}

/// FetchXML, which need not be well-formed before its expressions are worked out.
fn query(text: &str, plain: &str, span: Span, links: &mut Links<'_>) {
    const KINDS: QueryKinds = QueryKinds {
        table: Kind::FlowFetch,
        column: Kind::FlowFetch,
    };
    if is_literal(text) {
        return links.document(plain, span, |root, links| {
            fetch::query(root, KINDS, links);
        });
    }
    if let Ok(document) = xml::parse(plain, links.limits()) {
        let root = Element::new(document.root_element(), span.file);
        fetch::query(root, KINDS, &mut links.within(span));
    }
}

/// The set in the address of a request: `/datasets/…/tables/@{encodeURIComponent(encodeURIComponent('new_items'))}/items`.
fn set_in_path(path: &str) -> Option<&str> {
    let (dataset, rest) = path.split_once("/tables/")?;
    if !dataset.contains("default.cds") {
        return None;
    }
    let one = rest.split('/').next()?;
    match one.split('\'').collect::<Vec<_>>().as_slice() {
        [name] => Some(name),
        [before, name, _] if before.starts_with("@{encodeURIComponent(") => Some(name),
        _ => None,
    }
}

/// The last name of a path: `/providers/Microsoft.PowerApps/apis/shared_x`.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a text is what it says, without expressions.
fn is_literal(text: &str) -> bool {
    !text.contains('@')
}

fn starts_with(text: &str, start: &str) -> bool {
    after(text, start).is_some()
}

fn after<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let head = text.get(..start.len())?;
    head.eq_ignore_ascii_case(start)
        .then(|| &text[start.len()..])
}

fn ends_with(text: &str, end: &str) -> bool {
    let at = text.len().checked_sub(end.len());
    at.and_then(|at| text.get(at..))
        .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

#[cfg(test)]
mod tests;
