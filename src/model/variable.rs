//! Types of environment variables.

use super::Component;

/// The type of an environment variable's value.
///
/// Source: the `type` choice in
/// learn.microsoft.com/power-apps/developer/data-platform/reference/entities/environmentvariabledefinition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VariableType {
    /// 100000000.
    String,
    /// 100000001.
    Number,
    /// 100000002: `yes` or `no`.
    Boolean,
    /// 100000003.
    Json,
    /// 100000004.
    DataSource,
    /// 100000005: the address of a secret in a key vault.
    Secret,
}

impl VariableType {
    /// That of a definition, where it says one that is known.
    pub fn of(definition: &Component) -> Option<Self> {
        let written = definition.property("type");
        match written.or_else(|| definition.property("Type"))?.trim() {
            "100000000" => Some(Self::String),
            "100000001" => Some(Self::Number),
            "100000002" => Some(Self::Boolean),
            "100000003" => Some(Self::Json),
            "100000004" => Some(Self::DataSource),
            "100000005" => Some(Self::Secret),
            _ => None,
        }
    }

    /// That of a target manifest's row.
    pub fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "string" | "text" => Some(Self::String),
            "number" | "decimal number" => Some(Self::Number),
            "boolean" | "yes/no" | "two options" => Some(Self::Boolean),
            "json" => Some(Self::Json),
            "data source" => Some(Self::DataSource),
            "secret" => Some(Self::Secret),
            _ => None,
        }
    }

    /// Whether its values are not for everybody.
    pub fn is_secret(self) -> bool {
        self == Self::Secret
    }
}
