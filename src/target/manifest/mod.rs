//! The target manifest's types: what the JSON or TOML file holds. Its JSON Schema is made of them, descriptions included.

mod coverage;
mod environment;
mod rows;

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use coverage::{Coverage, CoverageDetails, CoverageOf, CoverageState};
pub use environment::{
    Caller, Captured, CapturedSource, CheckerEnforcement, Cloud, Environment, EnvironmentType,
    Features, ManifestLimits, SchemaType, SourceKind,
};
pub use rows::{
    AbsentRow, ApplicationRow, ChoiceRow, ColumnDetails, ColumnRow, ComponentName, ComponentRow,
    ConnectionReferenceRow, DependencyRow, EnvironmentVariableRow, KeyDetails, KeyRow, LayerRow,
    PublisherRow, RelationshipKind, RelationshipRow, SolutionRow, TableRow, TypeName,
};

/// Whether a value says nothing and need not be written.
fn says_nothing<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Defines types of the manifest: every key may be left out, and what says nothing is not written.
macro_rules! manifest_types {
    ($($(#[$of_type:meta])* pub struct $name:ident {
        $($(#[$of_field:meta])* pub $field:ident: $kind:ty,)*
    })*) => {$(
        #[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase", default)]
        $(#[$of_type])*
        pub struct $name {
            $($(#[$of_field])*
            #[serde(skip_serializing_if = "crate::target::manifest::says_nothing")]
            pub $field: $kind,)*
        }
    )*};
}
use manifest_types;

/// The version of the format that this program reads and writes.
pub const MANIFEST_VERSION: u32 = 1;

manifest_types! {
    /// A target manifest: what one environment has.
    #[schemars(extend("required" = ["manifestVersion"]))]
    pub struct TargetManifest {
        /// Names the JSON Schema, for editors; not interpreted.
        #[serde(rename = "$schema")]
        pub schema: Option<String>,
        /// The version of the format: 1.
        #[schemars(range(min = 1, max = 1))]
        pub manifest_version: u32,
        /// The environment itself.
        pub environment: Environment,
        /// When and from what the manifest was made.
        pub captured: Captured,
        /// How far what is known of every environment counts.
        pub baseline: Baseline,
        /// How completely each family of components was captured. A family that is not named is `none`.
        #[schemars(schema_with = "crate::target::schema::coverage")]
        pub coverage: BTreeMap<String, Coverage>,
        /// Installed solutions.
        #[serde(deserialize_with = "crate::target::forms::solutions")]
        #[schemars(schema_with = "crate::target::schema::solutions")]
        pub solutions: Vec<SolutionRow>,
        /// Publishers.
        pub publishers: Vec<PublisherRow>,
        /// Application packages, installed or offered.
        pub applications: Vec<ApplicationRow>,
        /// Tables with their columns and keys.
        pub tables: Vec<TableRow>,
        /// Relationships.
        pub relationships: Vec<RelationshipRow>,
        /// Global choices.
        pub choices: Vec<ChoiceRow>,
        /// Connection references.
        pub connection_references: Vec<ConnectionReferenceRow>,
        /// Connectors that can be used there, by their API name, such as `shared_office365`.
        pub connectors: Vec<String>,
        /// Environment variables, never their values.
        pub environment_variables: Vec<EnvironmentVariableRow>,
        /// Every other component, and what is known of tables, columns and their like beyond their rows: the solutions and
        /// layers they are in.
        pub components: Vec<ComponentRow>,
        /// What is known not to be there.
        pub absent: Vec<AbsentRow>,
        /// Which component needs which.
        pub dependencies: Vec<DependencyRow>,
        /// Features that are switched on or off.
        pub features: Features,
        /// The environment's own limits.
        pub limits: ManifestLimits,
        /// Who will import, as stated by the user.
        pub caller: Caller,
        /// Remarks for people.
        pub notes: Vec<String>,
    }

    /// How far what is known of every environment counts.
    pub struct Baseline {
        /// Where it comes from.
        #[serde(rename = "use")]
        pub source: BaselineSource,
        /// For `file`: a manifest of a plain environment, relative to this one.
        pub file: Option<String>,
        /// The oldest knowledge that counts, `YYYY-MM-DD`.
        pub min_date: Option<String>,
        /// Applications known to be installed, by what they are called or by the unique name of their package.
        pub apps: Vec<String>,
        /// The least evidence that counts.
        pub trust: Trust,
    }
}

impl TargetManifest {
    /// The ids of the sources that are packages.
    pub(in crate::target) fn package_sources(&self) -> FxHashSet<&str> {
        let sources = self.captured.sources.iter();
        let packages = sources.filter(|source| source.kind.is_package());
        packages.map(|source| source.id.as_str()).collect()
    }
}

/// Where the knowledge of every environment comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BaselineSource {
    /// The catalogue in the program.
    #[default]
    Builtin,
    /// A manifest of one's own.
    File,
    /// Nowhere: only the manifest counts.
    None,
}

/// The least evidence that counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// What two current sources agree on.
    Strong,
    /// What one source says.
    #[default]
    Fair,
    /// What comes with applications that are said to be installed.
    Weak,
}
