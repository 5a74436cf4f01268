//! Values of environment variables that travel in a package, in both forms exports write.

use serde_json::Value;

use super::draft::{Draft, Fragment};
use crate::model::{ComponentType, Identity, Origin};
use crate::source::Span;

/// Reads a values file. Its variable is named by its folder, or in the older form of one file for all by each row.
///
/// The values themselves are not kept: they may be secrets.
pub(super) fn values(text: &str, path: &str, span: Span, out: &mut Fragment) {
    let Ok(value) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
        return;
    };
    let rows = value
        .pointer("/environmentvariablevalues/environmentvariablevalue")
        .or_else(|| value.get("EnvironmentVariableValues"));
    let rows = match rows {
        Some(Value::Array(rows)) => rows.as_slice(),
        Some(row) => std::slice::from_ref(row),
        None => {
            out.leave(path, span);
            return;
        }
    };
    let folder = path.rsplit('/').nth(1);
    for row in rows {
        let named = row
            .get("EnvironmentVariableDefinition.SchemaName")
            .and_then(Value::as_str);
        let Some(variable) = named.or(folder) else {
            out.leave(path, span);
            continue;
        };
        let keys = vec![(
            "environmentvariabledefinitionid.schemaname".into(),
            variable.into(),
        )];
        let draft = Draft {
            identity: Identity::of(ComponentType::number(381)).with_keys(keys),
            properties: Vec::new(),
            parts: Vec::new(),
            origin: Origin::Package,
            around: &[],
        };
        out.add(draft, span);
    }
}
