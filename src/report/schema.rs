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
