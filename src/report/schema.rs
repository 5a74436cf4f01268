//! The JSON Schemas of the contracts, made of their types.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::json::SCHEMA_VERSION;

/// The JSON Schema (draft 2020-12) of what is written, as text.
pub(super) fn of<T: JsonSchema>(name: &str, title: &str) -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    let id = format!("urn:solvet:{name}:{SCHEMA_VERSION}");
    schema.insert("$id".into(), id.into());
    let title = format!("{title}, version {SCHEMA_VERSION}");
    schema.insert("title".into(), title.into());
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

/// A value that is a number or a text.
pub(super) fn number_or_text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["integer", "string"]})
}

/// One of some words.
fn words(words: &[&str]) -> Schema {
    json_schema!({"type": "string", "enum": words})
}

/// How bad a finding is.
pub(super) fn severity(_: &mut SchemaGenerator) -> Schema {
    words(&["note", "warning", "error"])
}

/// How sure something is.
pub(super) fn evidence(_: &mut SchemaGenerator) -> Schema {
    words(&["weak", "fair", "strong"])
}

/// Whether a target has something.
pub(super) fn presence(_: &mut SchemaGenerator) -> Schema {
    words(&["present", "absent", "unknown"])
}

/// What suppresses a finding.
pub(super) fn suppressor(_: &mut SchemaGenerator) -> Schema {
    words(&["configuration", "baseline"])
}

/// How something is known to be required.
pub(super) fn sources(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "array", "items": words(&["declared", "derived"])})
}

/// What becomes of an import.
pub(super) fn verdict(_: &mut SchemaGenerator) -> Schema {
    words(&["succeeds", "succeeds-with-warnings", "unknown", "fails"])
}

/// What becomes of a stage.
pub(super) fn outcome(_: &mut SchemaGenerator) -> Schema {
    words(&["passes", "unknown", "fails", "not-reached", "not-part"])
}

/// A manifest has a schema of its own.
pub(super) fn manifest(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["object", "null"]})
}
