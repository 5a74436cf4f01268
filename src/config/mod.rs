//! solvet.toml: what rules count as, what is known and accepted, limits, a default target, and the house's own policy. Beside
//! it baselines, which say what was found before, and the fingerprints that they know findings by.

mod baseline;
mod file;
mod fingerprint;
mod policy;
mod read;
mod template;

pub use baseline::{Baseline, BaselineEntry, may_write_baseline};
pub use file::{Level, LimitRow};
pub(crate) use fingerprint::{address, fingerprints};
pub use policy::{Policies, Policy};
pub use read::{FILE_NAME, find, load, parse};
pub use template::TEMPLATE;

use jiff::civil::Date;
use schemars::JsonSchema;

use crate::model::{ComponentPattern, Located, LogicalName};
use crate::source::Sources;

/// A configuration as it was read.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file as reports call it; empty where there is none.
    pub path: Box<str>,
    /// Its text, for places in it.
    pub sources: Sources,
    /// Levels by rule id.
    pub levels: Vec<(Located<Box<str>>, Level)>,
    /// What is known and accepted.
    pub suppressions: Vec<Suppression>,
    /// Limits on what is read.
    pub limits: LimitRow,
    /// The path of the target manifest that is used where none is named.
    pub target: Option<String>,
    /// The address of the pages of rules, with `{rule}` for the rule's id.
    pub rule_pages: Option<String>,
    /// What packages may hold.
    pub policies: Policies,
}

/// Findings that are known and accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppression {
    /// The id of their rule, and the place of the row.
    pub rule: Located<Box<str>>,
    /// The component as it is written.
    pub text: Box<str>,
    /// The components that are meant.
    pub component: ComponentPattern,
    /// The solution in whose packages; `None` for any.
    pub solution: Option<LogicalName>,
    /// Why.
    pub reason: Box<str>,
    /// The last day on which it holds.
    pub expires: Option<Date>,
}

impl Suppression {
    /// Whether it holds no more on a day.
    pub fn is_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|last| last < today)
    }
}

/// The JSON Schema (draft 2020-12) of solvet.toml, as text.
///
/// ```
/// let schema: serde_json::Value = serde_json::from_str(&solvet::config::schema()).unwrap();
/// assert_eq!(schema["$id"], "urn:solvet:config:1");
/// ```
pub fn schema() -> String {
    schema_of::<file::ConfigFile>("config", "Configuration of solvet, solvet.toml")
}

/// The JSON Schema (draft 2020-12) of a baseline, as text.
pub fn baseline_schema() -> String {
    schema_of::<Baseline>(
        "baseline",
        "What was found before, for 'solvet check --baseline'",
    )
}

fn schema_of<T: JsonSchema>(name: &str, title: &str) -> String {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("$id".into(), format!("urn:solvet:{name}:1").into());
    schema.insert("title".into(), title.into());
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}
