//! The rows of a manifest: one thing each.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::manifest_types;
use crate::model::{ComponentType, LogicalName, Version};

manifest_types! {
    /// An installed solution.
    #[schemars(extend("required" = ["name"]))]
    pub struct SolutionRow {
        /// Its unique name.
        pub name: String,
        /// Its version.
        #[schemars(regex(pattern = r"^\d+(\.\d+){0,3}$"))]
        pub version: Option<String>,
        /// Whether it is managed.
        pub managed: Option<bool>,
        /// What people call it.
        pub display_name: Option<String>,
        /// Its identifier.
        pub id: Option<String>,
        /// Its publisher's unique name.
        pub publisher: Option<String>,
        /// Its publisher's prefix.
        pub prefix: Option<String>,
        /// The solution it patches.
        pub patch_of: Option<String>,
        /// Whether lists show it.
        pub visible: Option<bool>,
        /// When it was installed.
        pub installed_on: Option<String>,
        /// Whether it is a holding solution: an upgrade that is not applied yet.
        pub holding: Option<bool>,
        /// The source.
        pub src: Option<String>,
    }

    /// A publisher.
    #[schemars(extend("required" = ["name"]))]
    pub struct PublisherRow {
        /// Its unique name.
        pub name: String,
        /// Its prefix.
        pub prefix: Option<String>,
        /// Its option value prefix.
        pub option_value_prefix: Option<u32>,
        /// The source.
        pub src: Option<String>,
    }

    /// An application package.
    #[schemars(extend("required" = ["name"]))]
    pub struct ApplicationRow {
        /// Its unique name.
        pub name: String,
        /// Its version.
        pub version: Option<String>,
        /// `Installed`, `None`, …: it counts as installed where this is absent or begins with `Install` and is not one of
        /// `InstallRequested`, `InstallScheduled` and `Installing`.
        pub state: Option<String>,
        /// The source.
        pub src: Option<String>,
    }

    /// A table.
    #[schemars(extend("required" = ["name"]))]
    pub struct TableRow {
        /// Its logical name.
        pub name: String,
        /// Its schema name.
        pub schema_name: Option<String>,
        /// Its entity set name.
        pub entity_set: Option<String>,
        /// Its metadata id, which differs between environments.
        pub id: Option<String>,
        /// Its object type code.
        pub otc: Option<u32>,
        /// Whether it is managed.
        pub managed: Option<bool>,
        /// Whether it is custom.
        pub custom: Option<bool>,
        /// Its ownership.
        pub ownership: Option<String>,
        /// Its primary name column.
        pub primary_name: Option<String>,
        /// `Standard`, `Virtual`, …
        pub table_type: Option<String>,
        /// The solution it comes from.
        pub solution: Option<String>,
        /// Whether `columns` lists every column.
        pub columns_complete: bool,
        /// Whether `keys` lists every key.
        pub keys_complete: bool,
        /// Its columns.
        pub columns: Vec<ColumnRow>,
        /// Its alternate keys.
        pub keys: Vec<KeyRow>,
        /// The source.
        pub src: Option<String>,
    }

    /// A column with details.
    #[schemars(extend("required" = ["name"]))]
    pub struct ColumnDetails {
        /// Its logical name.
        pub name: String,
        /// Its type, as metadata names it: `Lookup`, `Picklist`, …
        #[serde(rename = "type")]
        pub kind: Option<String>,
        /// Its schema name.
        pub schema_name: Option<String>,
        /// The tables a lookup leads to.
        pub targets: Vec<String>,
        /// Its length in characters.
        pub max_length: Option<u64>,
        /// Its global choice.
        pub choice: Option<String>,
        /// Whether it is managed.
        pub managed: Option<bool>,
        /// Its metadata id, which differs between environments.
        pub id: Option<String>,
        /// The source, where it is not that of the table.
        pub src: Option<String>,
    }

    /// An alternate key with its columns and its source.
    #[schemars(extend("required" = ["name"]))]
    pub struct KeyDetails {
        /// Its logical name.
        pub name: String,
        /// The columns that it is made of.
        pub columns: Vec<String>,
        /// The source, where it is not that of the table.
        pub src: Option<String>,
    }

    /// A relationship.
    #[schemars(extend("required" = ["name"]))]
    pub struct RelationshipRow {
        /// Its schema name.
        pub name: String,
        /// Which sort.
        pub kind: Option<RelationshipKind>,
        /// The table with the lookup; for many-to-many one of the two.
        pub referencing: Option<String>,
        /// The lookup.
        pub column: Option<String>,
        /// The table it leads to; for many-to-many the other.
        pub referenced: Option<String>,
        /// The intersect table of a many-to-many relationship.
        pub intersect: Option<String>,
        /// Its metadata id, which differs between environments.
        pub id: Option<String>,
        /// The source.
        pub src: Option<String>,
    }

    /// A global choice.
    #[schemars(extend("required" = ["name"]))]
    pub struct ChoiceRow {
        /// Its name.
        pub name: String,
        /// Its values.
        pub values: Vec<i64>,
        /// Its metadata id, which differs between environments.
        pub id: Option<String>,
        /// The source.
        pub src: Option<String>,
    }

    /// A connection reference.
    #[schemars(extend("required" = ["name"]))]
    pub struct ConnectionReferenceRow {
        /// Its logical name.
        pub name: String,
        /// Its connector, such as `/providers/Microsoft.PowerApps/apis/shared_office365`.
        pub connector: Option<String>,
        /// Whether it has a connection.
        pub connected: Option<bool>,
        /// The source.
        pub src: Option<String>,
    }

    /// An environment variable, without its value.
    #[schemars(extend("required" = ["name"]))]
    pub struct EnvironmentVariableRow {
        /// Its schema name.
        pub name: String,
        /// Its type: `String`, `Number`, `Boolean`, `JSON`, `Data source`, `Secret`.
        #[serde(rename = "type")]
        pub kind: Option<String>,
        /// Whether its definition has a default.
        pub has_default: Option<bool>,
        /// Whether it has a value there.
        pub has_value: Option<bool>,
        /// Whether it is managed.
        pub managed: Option<bool>,
        /// The source.
        pub src: Option<String>,
    }

    /// Any other component.
    #[schemars(extend("required" = ["type"]))]
    pub struct ComponentRow {
        /// Its type: a number of the platform, or the logical name of a table.
        #[serde(rename = "type")]
        pub kind: TypeName,
        /// Its name.
        pub name: Option<String>,
        /// Its identifier.
        pub id: Option<String>,
        /// Its table.
        pub parent: Option<String>,
        /// Its alternate keys.
        pub key: BTreeMap<String, String>,
        /// Whether it is managed.
        pub managed: Option<bool>,
        /// The solution it comes from.
        pub solution: Option<String>,
        /// Every solution that has a layer of it.
        pub solutions: Vec<String>,
        /// Its layers, the one that wins first.
        pub layers: Vec<LayerRow>,
        /// Its state, such as `Activated`.
        pub state: Option<String>,
        /// For a view: what it is for, as `querytype` has it; 4 is the quick find view of its table.
        pub view_type: Option<u32>,
        /// The source.
        pub src: Option<String>,
    }

    /// A layer of a component.
    #[schemars(extend("required" = ["solution"]))]
    pub struct LayerRow {
        /// The solution; `Active` for the unmanaged layer.
        pub solution: String,
        /// Its publisher's unique name.
        pub publisher: Option<String>,
        /// Whether it is managed.
        pub managed: Option<bool>,
        /// Whether it is the unmanaged layer, which hides all others.
        pub active: Option<bool>,
    }

    /// Something known not to be there.
    #[schemars(extend("required" = ["type"]))]
    pub struct AbsentRow {
        /// Its type: a number of the platform, or the logical name of a table.
        #[serde(rename = "type")]
        pub kind: TypeName,
        /// Its name.
        pub name: Option<String>,
        /// Its identifier.
        pub id: Option<String>,
        /// Its table.
        pub parent: Option<String>,
        /// Its alternate keys.
        pub key: BTreeMap<String, String>,
        /// The solution that would bring it.
        pub solution: Option<String>,
        /// Why it is not there.
        pub reason: Option<String>,
        /// The source.
        pub src: Option<String>,
    }

    /// What names a component.
    #[schemars(extend("required" = ["type"]))]
    pub struct ComponentName {
        /// Its type: a number of the platform, or the logical name of a table.
        #[serde(rename = "type")]
        pub kind: TypeName,
        /// Its name.
        pub name: Option<String>,
        /// Its identifier.
        pub id: Option<String>,
        /// Its table.
        pub parent: Option<String>,
    }

    /// One component that needs another.
    #[schemars(extend("required" = ["dependent", "required"]))]
    pub struct DependencyRow {
        /// What needs the other.
        pub dependent: ComponentName,
        /// What is needed, and cannot be deleted before the other is.
        pub required: ComponentName,
        /// The source.
        pub src: Option<String>,
    }
}

impl LayerRow {
    /// Whether it is the layer of unmanaged customizations.
    pub fn is_active(&self) -> bool {
        self.active
            .unwrap_or_else(|| self.solution.eq_ignore_ascii_case("Active"))
    }
}

impl SolutionRow {
    /// Whether a name is that of a holding solution: an upgrade that is not applied yet stands beside its base under it.
    pub fn is_holding_name(name: &str) -> bool {
        name.to_ascii_lowercase().ends_with("_upgrade")
    }

    /// Whether it is a patch of a solution: it says so, or it says nothing and has the name that the platform gives patches,
    /// `<parent>_Patch_<number>`; lists of `pac` do not name parents.
    pub fn is_patch_of(&self, parent: &LogicalName) -> bool {
        match &self.patch_of {
            Some(of) => *parent == **of,
            None => LogicalName::new(&self.name).starts_with(&format!("{parent}_Patch_")),
        }
    }

    /// The name of the holding solution of a solution.
    /// Source: learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/upgrade-fails-pending-upgrade.
    pub fn holding_name(of: &str) -> String {
        format!("{of}_Upgrade")
    }

    /// The version, where what is written is one.
    pub fn parsed_version(&self) -> Option<Version> {
        self.version.as_ref()?.parse().ok()
    }
}

/// A column, written as its name or with details.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ColumnRow(pub ColumnDetails);

/// An alternate key, written as its name or with its source.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct KeyRow(pub KeyDetails);

impl KeyRow {
    /// A key of the table's own source.
    pub fn named(name: impl Into<String>) -> Self {
        Self(KeyDetails {
            name: name.into(),
            ..KeyDetails::default()
        })
    }
}

/// A component type, written as a number or a table name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TypeName(pub ComponentType);

impl Default for TypeName {
    fn default() -> Self {
        Self(ComponentType::Number(0))
    }
}

/// Which sort of relationship it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub enum RelationshipKind {
    /// One row of a table to many of another.
    #[default]
    OneToMany,
    /// Many rows to many rows.
    ManyToMany,
}
