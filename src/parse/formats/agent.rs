//! Agents and their components: topics, actions and sources in YAML, classic ones in JSON.

use super::super::links::{Links, is_name};
use super::yaml::{self, Named};
use crate::json::{Json, Value};
use crate::model::ReferenceKind as Kind;
use crate::source::{FileId, Span};

const COMPONENT: &str = "botcomponent";
const VARIABLE: &str = "environmentvariabledefinition";

/// Reads the `data` of an agent component.
pub(in crate::parse) fn data(text: &str, file: FileId, links: &mut Links<'_>) {
    // Other kinds of components have other kinds of data.
    if !text.trim_start().starts_with("kind:") && !text.contains("\nkind:") {
        return;
    }
    let mut is_skill = false;
    let read = yaml::values(text, file, |one| {
        is_skill |= one.name == "kind" && one.value == "SkillDefinition";
        value(one, is_skill, links);
    });
    if let Err((detail, place)) = read {
        links.broken(detail, place);
    }
}

fn value(one: Named<'_>, is_skill: bool, links: &mut Links<'_>) {
    let Named { value, span, .. } = one;
    match one.name {
        "flowId" => links.id(Kind::AgentFlow, 29, value, span),
        "aIModelId" => links.id(Kind::AgentModel, 401, value, span),
        "dialog" | "entityId" | "skillId" => {
            record(Kind::AgentTopic, COMPONENT, value, span, links);
        }
        "knowledgeSources" if value.contains(".knowledge.") => {
            record(Kind::AgentTopic, COMPONENT, value, span, links);
        }
        "connectionReference" => {
            record(
                Kind::AgentConnection,
                "connectionreference",
                value,
                span,
                links,
            );
        }
        "botSchemaName" => record(Kind::AgentAgent, "bot", value, span, links),
        "skillConfiguration" => record(Kind::AgentSearch, "dvtablesearch", value, span, links),
        "schemaName" if is_skill => record(Kind::AgentVariable, VARIABLE, value, span, links),
        "item.entities" => tables(value, span, links),
        "value" if is_of_entities(one.beside) => tables(value, span, links),
        _ => {}
    }
    variables(value, span, links);
}

/// A record by its name, unless the value is a formula or free text.
fn record(kind: Kind, table: &str, name: &str, span: Span, links: &mut Links<'_>) {
    let is_text = name.starts_with('=') || name.contains(char::is_whitespace);
    if !is_text {
        links.record(kind, table, name, span);
    }
}

fn is_of_entities(beside: &[(String, String)]) -> bool {
    let mut beside = beside.iter();
    beside.any(|(name, value)| name == "propertyName" && value == "item.entities")
}

/// Tables that an action searches: `[{"name":"contact","selectColumns":["fullname"]}]`. A formula has it as a text.
fn tables(value: &str, span: Span, links: &mut Links<'_>) {
    if !value.starts_with('[') {
        return;
    }
    links.json(value, span, |document, links| {
        for table in document.root.items() {
            let Some(name) = table.get("name").and_then(Value::text) else {
                continue;
            };
            links.table(Kind::AgentTable, name, span);
            for list in ["selectColumns", "searchColumns"] {
                let columns = table.get(list).map_or(&[][..], Value::items);
                for column in columns.iter().filter_map(Value::text) {
                    links.column(Kind::AgentTable, name, column, span);
                }
            }
        }
    });
}

/// Environment variables in formulas: `Env.new_url`.
fn variables(value: &str, span: Span, links: &mut Links<'_>) {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    for (at, start) in value.match_indices("Env.") {
        let before = value
            .get(..at)
            .and_then(|before| before.chars().next_back());
        let rest = value.get(at + start.len()..).unwrap_or_default();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        // Their names have a publisher's prefix.
        if !before.is_some_and(is_word) && name.contains('_') && is_name(name) {
            links.record(Kind::AgentVariable, VARIABLE, name, span);
        }
    }
}

/// Reads the `content.json` of a classic agent component: the flows it calls.
pub(in crate::parse) fn classic(document: &Json<'_>, links: &mut Links<'_>) {
    for (name, value) in document.root.walk() {
        if name.eq_ignore_ascii_case("flowMetadata") {
            id(document, value, "id", links);
        } else if name.eq_ignore_ascii_case("actionNodes") {
            id(document, value, "flowId", links);
        }
    }
}

fn id(document: &Json<'_>, value: &Value<'_>, name: &str, links: &mut Links<'_>) {
    if let Some(id) = value.get(name).and_then(Value::text) {
        links.id(Kind::AgentFlow, 29, id, document.place(id));
    }
}

/// Reads the `configuration.json` of an agent: the component that holds its instructions.
pub(in crate::parse) fn configuration(document: &Json<'_>, links: &mut Links<'_>) {
    let name = document.root.at(&["gPTSettings", "defaultSchemaName"]);
    if let Some(name) = name.and_then(Value::text) {
        record(
            Kind::AgentTopic,
            COMPONENT,
            name,
            document.place(name),
            links,
        );
    }
}

/// Reads the `dependencies.json` of an agent component: tables and columns that were worked out when it was saved.
pub(in crate::parse) fn dependencies(document: &Json<'_>, links: &mut Links<'_>) {
    let root = &document.root;
    let columns = root
        .get("RequiredEntityAttributeMap")
        .unwrap_or(&Value::Null);
    for (table, columns) in columns.entries() {
        links.table(Kind::AgentTable, table, document.place(table));
        for column in columns.items().iter().filter_map(Value::text) {
            links.column(Kind::AgentTable, table, column, document.place(column));
        }
    }
    let references = root.get("RequiredEntityReferences").unwrap_or(&Value::Null);
    for reference in references.items() {
        let named = ["LogicalName", "EntityName"]
            .iter()
            .find_map(|name| reference.get(name));
        if let Some(table) = named.and_then(Value::text) {
            links.table(Kind::AgentTable, table, document.place(table));
        }
    }
}

#[cfg(test)]
mod tests;
