//! Deployment settings files: the connections and the values of environment variables that one environment gets with an
//! import.
//!
//! The form is the platform's own, as `pac solution create-settings` writes it and `pac solution import --settings-file`
//! and the build tools read it: learn.microsoft.com/power-platform/alm/conn-ref-env-variables-build-tools.

mod read;
mod template;

pub use read::{parse, read};
pub use template::{Shipped, template};

use rustc_hash::FxHashMap;

use crate::model::{Located, LogicalName};
use crate::source::{Sources, Span};

/// A deployment settings file as it was read, with the place of everything in it.
#[derive(Clone, Debug, Default)]
pub struct DeploymentSettings {
    /// `EnvironmentVariables`, in the order of the file.
    pub environment_variables: Vec<VariableSetting>,
    /// `ConnectionReferences`, in the order of the file.
    pub connection_references: Vec<ConnectionSetting>,
    /// Keys at the top of the file that nobody reads.
    pub unknown_keys: Vec<Located<Box<str>>>,
    /// The file and its text, which places lie in.
    pub sources: Sources,
}

/// An entry of `EnvironmentVariables`.
#[derive(Clone, PartialEq, Debug)]
pub struct VariableSetting {
    /// `SchemaName`: that of the variable's definition.
    pub schema_name: Located<LogicalName>,
    /// `Value`.
    pub value: Located<SettingValue>,
}

/// A value as the file writes it. The platform takes texts, whatever the type of the variable.
#[derive(Clone, PartialEq, Debug)]
pub enum SettingValue {
    /// A text.
    Text(Box<str>),
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list or an object.
    Structure,
    /// Nothing, or `null`.
    Missing,
}

impl SettingValue {
    /// The text, where it is one that is not empty.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(&**text).filter(|text| !text.trim().is_empty()),
            Self::Number | Self::Boolean | Self::Structure | Self::Missing => None,
        }
    }

    /// Whether the entry leaves the variable without a value.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::Missing => true,
            Self::Number | Self::Boolean | Self::Structure => false,
        }
    }
}

/// An entry of `ConnectionReferences`.
#[derive(Clone, PartialEq, Debug)]
pub struct ConnectionSetting {
    /// `LogicalName`: that of the connection reference.
    pub logical_name: Located<LogicalName>,
    /// `ConnectionId`: a connection of the target; empty where nobody filled it in.
    pub connection_id: Located<Box<str>>,
    /// `ConnectorId`, such as `/providers/Microsoft.PowerApps/apis/shared_office365`; empty where the entry has none.
    pub connector_id: Located<Box<str>>,
}

/// The entries of a deployment settings file by name; of several of one name the first.
#[derive(Clone, Debug)]
pub struct ByName<'a> {
    variables: FxHashMap<&'a LogicalName, &'a VariableSetting>,
    connections: FxHashMap<&'a LogicalName, &'a ConnectionSetting>,
}

impl DeploymentSettings {
    /// The entries by name, for who looks for several.
    pub fn by_name(&self) -> ByName<'_> {
        let mut by_name = ByName {
            variables: FxHashMap::default(),
            connections: FxHashMap::default(),
        };
        for entry in &self.environment_variables {
            let name = &entry.schema_name.value;
            by_name.variables.entry(name).or_insert(entry);
        }
        for entry in &self.connection_references {
            let name = &entry.logical_name.value;
            by_name.connections.entry(name).or_insert(entry);
        }
        by_name
    }

    /// The file as a whole.
    pub fn span(&self) -> Span {
        Span::start_of(crate::source::FileId(0))
    }
}

impl<'a> ByName<'a> {
    /// The entry of an environment variable.
    pub fn variable(&self, schema_name: &LogicalName) -> Option<&'a VariableSetting> {
        self.variables.get(schema_name).copied()
    }

    /// The entry of a connection reference.
    pub fn connection(&self, logical_name: &LogicalName) -> Option<&'a ConnectionSetting> {
        self.connections.get(logical_name).copied()
    }

    /// Whether a variable gets a value.
    pub fn has_value(&self, schema_name: &LogicalName) -> bool {
        self.variable(schema_name)
            .is_some_and(|entry| !entry.value.value.is_empty())
    }

    /// Whether a connection reference gets a connection.
    pub fn has_connection(&self, logical_name: &LogicalName) -> bool {
        self.connection(logical_name)
            .is_some_and(|entry| !entry.connection_id.value.trim().is_empty())
    }
}
