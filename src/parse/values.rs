//! Values of environment variables that travel in a package, in both forms exports write.

use std::borrow::Cow;

use serde_json::Value;
use smol_str::SmolStr;

use super::draft::{Draft, Fragment};
use crate::model::{ComponentType, Identity, LogicalName, Origin, secret_in};
use crate::package::Package;
use crate::source::Span;

/// Reads a values file. Its variable is named by its folder, or in the older form of one file for all by each row.
///
/// The values themselves are not kept: they may be secrets.
pub(super) fn values(text: &str, path: &str, span: Span, out: &mut Fragment) {
    let Some(value) = document(text) else {
        return;
    };
    let Some(rows) = rows(&value) else {
        out.leave(path, span);
        return;
    };
    for row in rows {
        let Some(variable) = variable(row, path) else {
            out.leave(path, span);
            continue;
        };
        let keys = vec![(
            "environmentvariabledefinitionid.schemaname".into(),
            variable.into(),
        )];
        let draft = Draft {
            identity: Identity::of(ComponentType::number(381)).with_keys(keys),
            properties: traits(row),
            parts: Vec::new(),
            origin: Origin::Package,
            around: &[],
        };
        out.add(draft, span);
    }
}

/// What is kept of a value: that there is one, which a row may lack, that it is the address of a secret, and what kind of
/// secret it holds.
fn traits(row: &Value) -> Vec<(Cow<'static, str>, SmolStr)> {
    let value = row.get("value").or_else(|| row.get("Value"));
    let is_none = |value: &Value| value.is_null() || value.as_str().is_some_and(str::is_empty);
    if value.is_none_or(is_none) {
        return Vec::new();
    }
    let mut traits = vec![("hasValue".into(), "true".into())];
    let text = value.and_then(Value::as_str).unwrap_or_default();
    if text.starts_with("/subscriptions/") {
        traits.push(("isSecretAddress".into(), "true".into()));
    }
    if let Some(kind) = secret_in(text) {
        traits.push(("secret".into(), kind.into()));
    }
    traits
}

/// The value of a row.
fn value_of(row: &Value) -> Option<&str> {
    let value = row.get("value").or_else(|| row.get("Value"));
    value.and_then(Value::as_str)
}

/// The values of environment variables that a package ships, by the schema names of the variables: for deployment settings,
/// which hold them too. A file that cannot be read has none.
pub fn shipped_values(package: &Package) -> Vec<(LogicalName, Box<str>)> {
    let mut shipped = Vec::new();
    for (id, entry) in package.entries() {
        if !is_values_file(&entry.name.to_ascii_lowercase()) {
            continue;
        }
        let value = package.text(id).ok().and_then(|text| document(&text));
        for row in value.as_ref().and_then(rows).unwrap_or_default() {
            if let (Some(variable), Some(value)) = (variable(row, &entry.name), value_of(row)) {
                shipped.push((LogicalName::new(variable), value.into()));
            }
        }
    }
    shipped
}

/// Whether a file holds values of environment variables, by its name in lower case.
pub(super) fn is_values_file(lower: &str) -> bool {
    let name = lower.rsplit('/').next().unwrap_or(lower);
    lower.ends_with("environmentvariablevalues.json") || name == "environment_variable_values.json"
}

fn document(text: &str) -> Option<Value> {
    serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()
}

fn rows(value: &Value) -> Option<&[Value]> {
    let rows = value
        .pointer("/environmentvariablevalues/environmentvariablevalue")
        .or_else(|| value.get("EnvironmentVariableValues"))?;
    let list = rows.as_array().map(Vec::as_slice);
    Some(list.unwrap_or(std::slice::from_ref(rows)))
}

/// The variable that a row of the file at this path gives a value.
fn variable<'a>(row: &'a Value, path: &'a str) -> Option<&'a str> {
    let named = row
        .get("EnvironmentVariableDefinition.SchemaName")
        .and_then(Value::as_str);
    named.or_else(|| path.rsplit('/').nth(1))
}
