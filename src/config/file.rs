//! The keys of solvet.toml, as they are written.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::policy::{PolicyRow, PolicyRows};

/// What a rule's findings count as.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// An error.
    Error,
    /// A warning.
    Warning,
    /// A note.
    Note,
    /// Nothing: the rule does not run.
    Off,
}

/// The configuration of solvet: what its rules count as here, what is known and accepted, limits, a target and the policy.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ConfigFile {
    /// The target manifest that is used where the command line names none; relative to this file.
    pub(super) target: Option<String>,
    /// The address of the pages of your own on rules, with `{rule}` for the id of the rule; reports on terminals link to them.
    #[schemars(regex(pattern = r"^(https?|file)://.*\{rule\}"))]
    pub(super) rule_pages: Option<String>,
    /// Rule ids, each with the level that all of its findings get; `off` switches the rule off.
    #[schemars(with = "BTreeMap<String, Level>")]
    pub(super) rules: BTreeMap<Spanned<String>, Level>,
    /// Findings that are known and accepted.
    #[schemars(with = "Vec<SuppressRow>")]
    pub(super) suppress: Vec<Spanned<SuppressRow>>,
    /// Limits on what is read of a package; the command line has an option of each name.
    pub(super) limits: LimitRow,
    /// What packages may hold, by the house's own rules; a table below it, `[policy.NAME]`, says it of one solution.
    pub(super) policy: PolicyRows,
}

/// Findings of one rule that are known and accepted: they are counted and not shown.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct SuppressRow {
    /// The id of the rule.
    #[schemars(with = "String")]
    pub(super) rule: Spanned<String>,
    /// The component, as people write it, with `*` for what is left open: `account`, `lead.cts_*`, `workflow:Approve*`. `*`
    /// alone stands for everything, also for what is found of no component in particular.
    #[schemars(length(min = 1), regex(pattern = "\\S"))]
    pub(super) component: String,
    /// The solution in whose packages; without it any.
    pub(super) solution: Option<String>,
    /// Why it is accepted; not empty.
    #[schemars(length(min = 1), regex(pattern = "\\S"))]
    pub(super) reason: String,
    /// The last day on which it is.
    pub(super) expires: Option<Expiry>,
}

/// A day, as a date of TOML or as text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Expiry(pub(super) Date);

impl<'de> Deserialize<'de> for Expiry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => text,
            toml::Value::Datetime(moment) => moment.to_string(),
            toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Array(_)
            | toml::Value::Table(_) => String::new(),
        };
        let date = text.trim().parse().map(Self);
        date.map_err(|_| D::Error::custom("a day is written as in 2027-01-31"))
    }
}

impl JsonSchema for Expiry {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date"})
    }
}

/// Limits on what is read of a package.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct LimitRow {
    /// Files in one package.
    pub max_entries: Option<usize>,
    /// Bytes of one file, unpacked.
    pub max_entry_bytes: Option<u64>,
    /// Bytes of all files of a package, unpacked, and of the package itself.
    pub max_total_bytes: Option<u64>,
    /// How many times its packed size a file of more than 1 MiB may have.
    pub max_ratio: Option<u64>,
    /// Nodes of one XML file.
    pub max_xml_nodes: Option<u32>,
    /// XML elements within elements.
    pub max_xml_depth: Option<u32>,
    /// Attributes of one XML element.
    pub max_xml_attributes: Option<u32>,
    /// JSON values within values.
    #[schemars(range(min = 1, max = 127))]
    pub max_json_depth: Option<u32>,
    /// Archives within archives.
    pub max_nesting: Option<u32>,
}

impl<'de> Deserialize<'de> for PolicyRows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(super::policy::RowsVisitor)
    }
}

impl JsonSchema for PolicyRows {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Policies".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let row = generator.subschema_for::<PolicyRow>();
        let mut schema = PolicyRow::json_schema(generator);
        schema.insert("additionalProperties".into(), row.to_value());
        schema
    }
}
