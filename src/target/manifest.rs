//! The target manifest's types: what the JSON or TOML file holds. Field by field as docs/target-manifest.md describes.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::ComponentType;

/// A target manifest: what one environment has.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TargetManifest {
    /// `$schema`; not interpreted.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// The version of the format; 1.
    pub manifest_version: u32,
    /// The environment itself.
    pub environment: Environment,
    /// When and from what the manifest was made.
    pub captured: Captured,
    /// How far the built-in baseline is used.
    pub baseline: Baseline,
    /// How completely each family was captured.
    pub coverage: BTreeMap<String, Coverage>,
    /// Installed solutions.
    #[serde(deserialize_with = "super::forms::solutions")]
    pub solutions: Vec<SolutionRow>,
    /// Publishers.
    pub publishers: Vec<PublisherRow>,
    /// Installed application packages.
    pub applications: Vec<ApplicationRow>,
    /// Tables with their columns and keys.
    pub tables: Vec<TableRow>,
    /// Relationships.
    pub relationships: Vec<RelationshipRow>,
    /// Global choices.
    pub choices: Vec<ChoiceRow>,
    /// Connection references.
    pub connection_references: Vec<ConnectionReferenceRow>,
    /// Connectors that can be used there, by their API name.
    pub connectors: Vec<String>,
    /// Environment variables, without values.
    pub environment_variables: Vec<EnvironmentVariableRow>,
    /// Every other component.
    pub components: Vec<ComponentRow>,
    /// What is known not to be there.
    pub absent: Vec<AbsentRow>,
    /// Remarks for people.
    pub notes: Vec<String>,
}

/// The environment itself.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Environment {
    /// What people call it.
    pub name: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Its environment id.
    pub environment_id: Option<String>,
    /// Its organization id.
    pub organization_id: Option<String>,
    /// `Production`, `Sandbox`, …
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Its region.
    pub geo: Option<String>,
    /// `Commercial`, `GCC`, …
    pub cloud: Option<String>,
    /// The platform's version.
    pub version: Option<String>,
    /// The base language, an LCID.
    pub base_language: Option<u32>,
    /// The enabled languages, LCIDs.
    pub languages: Vec<u32>,
    /// Whether Dynamics 365 apps are enabled; absent or null is not known.
    #[serde(rename = "dynamics365AppsEnabled")]
    pub dynamics_365_apps_enabled: Option<bool>,
    /// The largest solution file it takes, in bytes.
    pub max_upload_file_size: Option<u64>,
    /// Whether it is a managed environment.
    pub is_managed_environment: Option<bool>,
    /// Whether unmanaged customizations are blocked.
    pub block_unmanaged_customizations: Option<bool>,
}

/// When and from what the manifest was made.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Captured {
    /// The moment, RFC 3339.
    pub at: Option<String>,
    /// The tool that wrote it.
    pub tool: Option<String>,
    /// Where the facts come from.
    pub sources: Vec<CapturedSource>,
}

/// A source of facts.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CapturedSource {
    /// What rows call it in `src`.
    pub id: String,
    /// `pac-solution-list`, `webapi`, `hand`, …
    pub kind: String,
    /// The file it was read from.
    pub file: Option<String>,
    /// The file's SHA-256.
    pub sha256: Option<String>,
    /// When it was captured.
    pub at: Option<String>,
    /// How many rows it had.
    pub rows: Option<u64>,
    /// A remark.
    pub note: Option<String>,
}

/// How far the built-in baseline is used.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Baseline {
    /// `builtin`, `file` or `none`.
    #[serde(rename = "use")]
    pub source: Option<String>,
    /// A baseline of one's own.
    pub file: Option<String>,
    /// The oldest baseline that counts.
    pub min_date: Option<String>,
    /// Applications known to be installed.
    pub apps: Vec<String>,
    /// `strong`, `fair` or `weak`.
    pub trust: Option<String>,
}

/// How completely a family was captured.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Coverage(pub CoverageDetails);

/// How completely a family was captured, in its long form.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CoverageDetails {
    /// Complete, partial or none.
    pub state: CoverageState,
    /// What it is complete of.
    pub of: CoverageOf,
    /// Complete for these tables only.
    pub tables: Vec<String>,
    /// Complete for components of these solutions only.
    pub solutions: Vec<String>,
    /// Complete for names with these prefixes only.
    pub prefixes: Vec<String>,
    /// When it was captured.
    pub at: Option<String>,
    /// The source.
    pub src: Option<String>,
}

/// Whether everything of a family is listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CoverageState {
    /// What is not listed is not there.
    Complete,
    /// More may be there.
    Partial,
    /// Nothing is known.
    #[default]
    None,
}

/// What a complete family is complete of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CoverageOf {
    /// Everything.
    #[default]
    All,
    /// Managed components only.
    Managed,
    /// Unmanaged components only.
    Unmanaged,
    /// What lists show: hidden solutions are left out.
    Visible,
    /// All but Microsoft's own.
    NonMicrosoft,
}

/// An installed solution.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SolutionRow {
    /// Its unique name.
    pub name: String,
    /// Its version.
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
    /// Whether it is a holding solution.
    pub holding: Option<bool>,
    /// The source.
    pub src: Option<String>,
}

/// A publisher.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
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
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ApplicationRow {
    /// Its unique name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// `Installed`, `None`, …
    pub state: Option<String>,
    /// The source.
    pub src: Option<String>,
}

/// A table.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TableRow {
    /// Its logical name.
    pub name: String,
    /// Its schema name.
    pub schema_name: Option<String>,
    /// Its entity set name.
    pub entity_set: Option<String>,
    /// Its metadata id.
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
    /// Its keys.
    pub keys: Vec<String>,
    /// The source.
    pub src: Option<String>,
}

/// A column, written as its name or with details.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ColumnRow(pub ColumnDetails);

/// A column with details.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ColumnDetails {
    /// Its logical name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The tables a lookup leads to.
    pub targets: Vec<String>,
    /// Its length in characters.
    pub max_length: Option<u64>,
    /// Its global choice.
    pub choice: Option<String>,
    /// Whether it is managed.
    pub managed: Option<bool>,
    /// Its metadata id.
    pub id: Option<String>,
}

/// A relationship.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RelationshipRow {
    /// Its schema name.
    pub name: String,
    /// `OneToMany` or `ManyToMany`.
    pub kind: Option<String>,
    /// The table with the lookup.
    pub referencing: Option<String>,
    /// The lookup.
    pub column: Option<String>,
    /// The table it leads to.
    pub referenced: Option<String>,
    /// The intersect table of a many-to-many relationship.
    pub intersect: Option<String>,
    /// Its metadata id.
    pub id: Option<String>,
    /// The source.
    pub src: Option<String>,
}

/// A global choice.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ChoiceRow {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<i64>,
    /// Its metadata id.
    pub id: Option<String>,
    /// The source.
    pub src: Option<String>,
}

/// A connection reference.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConnectionReferenceRow {
    /// Its logical name.
    pub name: String,
    /// Its connector.
    pub connector: Option<String>,
    /// Whether it has a connection.
    pub connected: Option<bool>,
    /// The source.
    pub src: Option<String>,
}

/// An environment variable, without its value.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EnvironmentVariableRow {
    /// Its schema name.
    pub name: String,
    /// Its type.
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
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ComponentRow {
    /// Its type.
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
    /// Its state.
    pub state: Option<String>,
    /// The source.
    pub src: Option<String>,
}

/// Something known not to be there.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AbsentRow {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: TypeName,
    /// Its name.
    pub name: Option<String>,
    /// Its identifier.
    pub id: Option<String>,
    /// Its table.
    pub parent: Option<String>,
    /// Why it is not there.
    pub reason: Option<String>,
    /// The source.
    pub src: Option<String>,
}

/// A component type, written as a number or a table name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeName(pub ComponentType);

impl Default for TypeName {
    fn default() -> Self {
        Self(ComponentType::Number(0))
    }
}
