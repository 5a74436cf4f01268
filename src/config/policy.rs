//! What packages may hold by the house's own rules, for all solutions and for single ones.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use toml::Spanned;

use crate::catalog;
use crate::model::{ComponentType, LogicalName, matches_name};

/// What packages may hold. What is not said is allowed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PolicyRow {
    /// The only kinds of components that a package may hold; what travels with another, such as columns with their table, is
    /// judged with that one.
    #[schemars(with = "Option<Vec<KindWord>>")]
    pub(super) allowed_kinds: Option<Vec<String>>,
    /// Kinds of components that no package may hold.
    #[schemars(with = "Option<Vec<KindWord>>")]
    pub(super) denied_kinds: Option<Vec<String>>,
    /// Unique names of the publishers that a solution may have; `*` stands for any characters.
    pub(super) allowed_publishers: Option<Vec<String>>,
    /// The prefixes that names of custom components may have, without underscore.
    pub(super) allowed_prefixes: Option<Vec<String>>,
    /// The only connectors that connection references and flows may be for, by their names such as `shared_office365`; `*`
    /// stands for any characters.
    pub(super) allowed_connectors: Option<Vec<String>>,
    /// The only solutions that may hold plug-ins: their assemblies, packages, types and steps; `*` stands for any characters.
    pub(super) plug_ins_only_in: Option<Vec<String>>,
    /// Whether a package may hold tables of others with all their parts (root component behavior 0).
    pub(super) whole_tables_of_others: Option<bool>,
}

/// A kind of component as people write it: what users call it, its number, or the name of a table.
struct KindWord;

impl JsonSchema for KindWord {
    fn schema_name() -> Cow<'static, str> {
        "Kind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let labels: Vec<_> = ComponentType::labels().collect();
        json_schema!({
            "description": "A kind of component: one of the words listed, the number of a type, or the name of a table.",
            "anyOf": [{"enum": labels}, {"type": "string", "minLength": 1}],
        })
    }
}

/// The policy for all solutions, and those for single ones.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct PolicyRows {
    pub(super) all: PolicyRow,
    pub(super) of_solution: Vec<(String, PolicyRow)>,
    /// The first key that is none, with its place.
    pub(super) unknown: Option<Spanned<String>>,
}

/// The keys of a policy. Any other key below `[policy]` is the name of a solution.
pub(super) const KEYS: [&str; 7] = [
    "allowed-kinds",
    "denied-kinds",
    "allowed-publishers",
    "allowed-prefixes",
    "allowed-connectors",
    "plug-ins-only-in",
    "whole-tables-of-others",
];

/// Reads keys and tables of solutions side by side, so that each mistake keeps its place.
pub(super) struct RowsVisitor;

impl<'de> Visitor<'de> for RowsVisitor {
    type Value = PolicyRows;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a policy")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PolicyRows, A::Error> {
        let mut rows = PolicyRows::default();
        while let Some(spanned) = map.next_key::<Spanned<String>>()? {
            let key = spanned.get_ref();
            let all = &mut rows.all;
            match key.as_str() {
                "allowed-kinds" => all.allowed_kinds = Some(map.next_value()?),
                "denied-kinds" => all.denied_kinds = Some(map.next_value()?),
                "allowed-publishers" => all.allowed_publishers = Some(map.next_value()?),
                "allowed-prefixes" => all.allowed_prefixes = Some(map.next_value()?),
                "allowed-connectors" => all.allowed_connectors = Some(map.next_value()?),
                "plug-ins-only-in" => all.plug_ins_only_in = Some(map.next_value()?),
                "whole-tables-of-others" => all.whole_tables_of_others = Some(map.next_value()?),
                // A unique name of a solution has no hyphen, so this is a key that is written wrong.
                _ if key.contains('-') => {
                    map.next_value::<IgnoredAny>()?;
                    rows.unknown.get_or_insert(spanned);
                }
                _ => {
                    let name = key.clone();
                    let OfSolution(row) = map.next_value()?;
                    rows.of_solution.push((name, row));
                }
            }
        }
        Ok(rows)
    }
}

/// The table of one solution, and nothing but a table: a list would be read as its values in order.
struct OfSolution(PolicyRow);

impl<'de> Deserialize<'de> for OfSolution {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TableVisitor).map(Self)
    }
}

struct TableVisitor;

impl<'de> Visitor<'de> for TableVisitor {
    type Value = PolicyRow;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the table of a solution; keys of a policy are ")?;
        f.write_str(&KEYS.join(", "))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PolicyRow, A::Error> {
        PolicyRow::deserialize(MapAccessDeserializer::new(map))
    }
}

/// What one package may hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Policy {
    /// The only kinds of components.
    pub allowed_kinds: Option<Vec<ComponentType>>,
    /// Kinds of components that it must not hold.
    pub denied_kinds: Vec<ComponentType>,
    /// The only publishers, as patterns.
    pub allowed_publishers: Option<Vec<String>>,
    /// The only prefixes of custom components.
    pub allowed_prefixes: Option<Vec<String>>,
    /// The only connectors, as patterns.
    pub allowed_connectors: Option<Vec<String>>,
    /// The only solutions with plug-ins, as patterns.
    pub plug_ins_only_in: Option<Vec<String>>,
    /// Whether tables of others must not be held with all their parts.
    pub denies_whole_tables: bool,
}

/// The policy of every solution.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Policies {
    all: Policy,
    of_solution: BTreeMap<LogicalName, Policy>,
}

impl Policies {
    /// What the package of a solution may hold: what is said of it, and else what is said of all.
    pub fn of(&self, solution: &str) -> &Policy {
        let name = LogicalName::new(solution);
        self.of_solution.get(&name).unwrap_or(&self.all)
    }
}

impl Policy {
    /// Whether one of the patterns is a name's.
    pub fn allows(patterns: &[String], name: &str) -> bool {
        patterns.iter().any(|pattern| matches_name(pattern, name))
    }
}

impl PolicyRows {
    /// The policies, or the word that is no kind of component.
    pub(super) fn policies(&self) -> Result<Policies, String> {
        let mut of_solution = BTreeMap::new();
        for (name, row) in &self.of_solution {
            let row = row.over(&self.all);
            of_solution.insert(LogicalName::new(name), row.policy()?);
        }
        Ok(Policies {
            all: self.all.policy()?,
            of_solution,
        })
    }
}

impl PolicyRow {
    /// This one, and for what it does not say another.
    fn over(&self, other: &Self) -> Self {
        fn either<T: Clone>(a: Option<&T>, b: Option<&T>) -> Option<T> {
            a.or(b).cloned()
        }
        Self {
            allowed_kinds: either(self.allowed_kinds.as_ref(), other.allowed_kinds.as_ref()),
            denied_kinds: either(self.denied_kinds.as_ref(), other.denied_kinds.as_ref()),
            allowed_publishers: either(
                self.allowed_publishers.as_ref(),
                other.allowed_publishers.as_ref(),
            ),
            allowed_prefixes: either(
                self.allowed_prefixes.as_ref(),
                other.allowed_prefixes.as_ref(),
            ),
            allowed_connectors: either(
                self.allowed_connectors.as_ref(),
                other.allowed_connectors.as_ref(),
            ),
            plug_ins_only_in: either(
                self.plug_ins_only_in.as_ref(),
                other.plug_ins_only_in.as_ref(),
            ),
            whole_tables_of_others: self.whole_tables_of_others.or(other.whole_tables_of_others),
        }
    }

    fn policy(&self) -> Result<Policy, String> {
        let kind = |word: &String| catalog::kind(word).ok_or_else(|| word.clone());
        let kinds = |words: &[String]| words.iter().map(kind).collect();
        Ok(Policy {
            allowed_kinds: self.allowed_kinds.as_deref().map(kinds).transpose()?,
            denied_kinds: kinds(self.denied_kinds.as_deref().unwrap_or_default())?,
            allowed_publishers: self.allowed_publishers.clone(),
            allowed_prefixes: self.allowed_prefixes.clone(),
            allowed_connectors: self.allowed_connectors.clone(),
            plug_ins_only_in: self.plug_ins_only_in.clone(),
            denies_whole_tables: self.whole_tables_of_others == Some(false),
        })
    }
}
