//! The JSON Schema of manifests, made of their types.

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::family::Family;
use super::manifest::{
    ColumnDetails, ColumnRow, Coverage, CoverageDetails, CoverageState, KeyDetails, KeyRow,
    MANIFEST_VERSION, SolutionRow, TargetManifest, TypeName,
};

/// The JSON Schema (draft 2020-12) of target manifests, as text.
///
/// ```
/// let schema: serde_json::Value = serde_json::from_str(&solvet::target::schema()).unwrap();
/// assert_eq!(schema["$id"], "urn:solvet:target:1");
/// ```
pub fn schema() -> String {
    let settings = SchemaSettings::draft2020_12();
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<TargetManifest>();
    ForbidUnknown.transform(&mut schema);
    let id = format!("urn:solvet:target:{MANIFEST_VERSION}");
    schema.insert("$id".into(), id.into());
    let title = format!("Target manifest, version {MANIFEST_VERSION}");
    schema.insert("title".into(), title.into());
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

/// Says of every object that other keys are mistakes, unless they begin with `x-`, and leaves out the defaults: what is not
/// written is not known.
struct ForbidUnknown;

impl Transform for ForbidUnknown {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(object) = schema.as_object_mut() else {
            return;
        };
        object.remove("default");
        if object.get("properties").is_some_and(Value::is_object) {
            object.insert("additionalProperties".into(), false.into());
            object.insert("patternProperties".into(), serde_json::json!({"^x-": true}));
        }
    }
}

/// Coverage by family.
pub(super) fn coverage(generator: &mut SchemaGenerator) -> Schema {
    let of_family = generator.subschema_for::<Coverage>();
    let families = Family::all().map(|family| (family.name().to_owned(), of_family.clone()));
    let properties: serde_json::Map<String, Value> = families
        .map(|(name, schema)| (name, schema.to_value()))
        .collect();
    json_schema!({"type": "object", "properties": properties})
}

/// Solutions, as rows or as a map from name to version.
pub(super) fn solutions(generator: &mut SchemaGenerator) -> Schema {
    let row = generator.subschema_for::<SolutionRow>();
    json_schema!({"oneOf": [
        {"type": "array", "items": row},
        {"type": "object", "additionalProperties": {"type": "string"}}
    ]})
}

/// A schema that others refer to by name.
macro_rules! named_schema {
    ($type:ty, $name:literal, $generator:ident => $schema:expr) => {
        impl JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

named_schema!(Coverage, "Coverage", generator => {
    let state = generator.subschema_for::<CoverageState>();
    let details = generator.subschema_for::<CoverageDetails>();
    json_schema!({"oneOf": [state, details]})
});

named_schema!(ColumnRow, "Column", generator => {
    let details = generator.subschema_for::<ColumnDetails>();
    json_schema!({"oneOf": [{"type": "string"}, details]})
});

named_schema!(KeyRow, "Key", generator => {
    let details = generator.subschema_for::<KeyDetails>();
    json_schema!({"oneOf": [{"type": "string"}, details]})
});

named_schema!(TypeName, "ComponentType", _generator => json_schema!({"type": ["integer", "string"]}));

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed() -> Value {
        serde_json::from_str(&schema()).unwrap()
    }

    #[test]
    fn keys_that_are_not_named_are_refused_everywhere() {
        let schema = parsed();
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["$defs"]["TableRow"]["additionalProperties"], false);
    }

    #[test]
    fn every_family_can_have_coverage() {
        let schema = parsed();
        let families = schema["properties"]["coverage"]["properties"].as_object();
        assert_eq!(families.unwrap().len(), Family::all().count());
    }

    #[test]
    fn a_key_has_the_description_of_its_field() {
        let schema = parsed();
        let version = &schema["$defs"]["SolutionRow"]["properties"]["version"];
        assert_eq!(version["description"], "Its version.");
    }
}
