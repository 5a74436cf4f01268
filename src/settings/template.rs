//! Writing a deployment settings file to fill in.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Component, ComponentType, LogicalName, Solution, VariableType};

/// The file, with the platform's own keys in its order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FileJson<'a> {
    environment_variables: Vec<VariableJson<'a>>,
    connection_references: Vec<ConnectionJson<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct VariableJson<'a> {
    schema_name: &'a str,
    value: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ConnectionJson<'a> {
    logical_name: &'a str,
    connection_id: &'static str,
    connector_id: &'a str,
}

/// A solution with the values of environment variables that its package ships.
pub type Shipped<'a> = (&'a Solution, &'a [(LogicalName, Box<str>)]);

/// The text of a deployment settings file for these packages, in the order in which they are imported: every environment
/// variable that one of them defines and every connection reference, by name. Of a value that several ship the last one
/// counts, as it does when they are imported. Connections are left empty, and so are secrets: a file like this is committed.
pub fn template(packages: &[Shipped<'_>]) -> String {
    let mut types: BTreeMap<&LogicalName, Option<VariableType>> = BTreeMap::new();
    let mut connectors: BTreeMap<&LogicalName, &str> = BTreeMap::new();
    for (solution, _) in packages {
        for component in &solution.components {
            let Some(name) = &component.identity.schema_name else {
                continue;
            };
            if component.identity.kind == ComponentType::variable_definition() {
                let known = types.entry(name).or_default();
                *known = worse(*known, VariableType::of(component));
            } else if component.identity.kind == ComponentType::connection_reference() {
                let known = connectors.entry(name).or_default();
                *known = connector(component).unwrap_or(known);
            }
        }
    }
    let mut values: BTreeMap<&LogicalName, &str> = BTreeMap::new();
    let shipped = packages.iter().flat_map(|(_, values)| *values);
    values.extend(shipped.map(|(name, value)| (name, &**value)));
    let may_be_written = |kind: Option<VariableType>| kind.is_some_and(|kind| !kind.is_secret());
    let variables = types.into_iter().map(|(name, kind)| VariableJson {
        schema_name: name.as_str(),
        value: values
            .get(name)
            .copied()
            .filter(|_| may_be_written(kind))
            .unwrap_or_default(),
    });
    let references = connectors.into_iter();
    let file = FileJson {
        environment_variables: variables.collect(),
        connection_references: references
            .map(|(name, connector_id)| ConnectionJson {
                logical_name: name.as_str(),
                connection_id: "",
                connector_id,
            })
            .collect(),
    };
    // Keys are texts, so writing cannot fail.
    let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
    text.push('\n');
    text
}

/// Of two definitions of one variable the one that says it is a secret counts.
fn worse(known: Option<VariableType>, new: Option<VariableType>) -> Option<VariableType> {
    if known.is_some_and(VariableType::is_secret) {
        known
    } else {
        new.or(known)
    }
}

fn connector(reference: &Component) -> Option<&str> {
    reference
        .property("connectorid")
        .filter(|connector| !connector.is_empty())
}
