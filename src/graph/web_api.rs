//! What the Web API and connectors name in ways of their own: entity sets, navigation properties and API names.

use petgraph::graph::NodeIndex;
use rustc_hash::FxHashMap;

use super::build::Builder;
use super::index_of;
use super::resolve::Resolver;
use crate::catalog;
use crate::model::{Address, ComponentId, ComponentType, LogicalName, Pointer};

const TABLE: ComponentType = ComponentType::Number(1);
const RELATIONSHIP: ComponentType = ComponentType::Number(10);

impl<'a> Resolver<'a> {
    /// A table by its set name: the package's, the platform's, else by undoing the plural.
    pub(super) fn entity_set(
        &mut self,
        builder: &mut Builder<'a>,
        set: &LogicalName,
        likely: Option<&LogicalName>,
    ) -> NodeIndex {
        if let Some(table) = self.sets.get(set) {
            return index_of(*table);
        }
        let lower = set.as_str().to_ascii_lowercase();
        if let Some(table) = catalog::table_of_entity_set(&lower) {
            return self.table(builder, table);
        }
        let singular = singulars(&lower);
        let is_known = |name: &&String| {
            let address = Address::Name(TABLE, LogicalName::new(name));
            builder.graph.components.at_address(&address).is_some()
                || catalog::table(name).is_some()
        };
        let is_likely =
            |name: &&String| likely.is_some_and(|likely| *likely == LogicalName::new(name));
        if let Some(known) = singular.iter().find(is_known) {
            return self.table(builder, known);
        }
        self.is_guess = true;
        let likely = singular.iter().find(is_likely);
        let name = likely.or(singular.first()).cloned().unwrap_or(lower);
        self.table(builder, &name)
    }

    /// What a navigation property follows: a lookup column of the table is named like it, or a relationship is.
    pub(super) fn navigation(
        &mut self,
        builder: &mut Builder<'a>,
        table: &LogicalName,
        property: &LogicalName,
    ) -> Vec<NodeIndex> {
        let column = Pointer::column(table.as_str(), property.as_str());
        if self
            .lookups
            .contains_key(&(table.clone(), property.clone()))
        {
            return self.resolve(builder, &column);
        }
        let address = Address::Name(RELATIONSHIP, property.clone());
        let is_relationship = builder.graph.components.at_address(&address).is_some()
            || catalog::relationship(property.as_str()).is_some();
        if is_relationship {
            return vec![self.at(builder, &address)];
        }
        let known = catalog::relationships_of(table.as_str(), property.as_str());
        if known.is_empty() {
            return Vec::new();
        }
        self.resolve(builder, &column)
    }
}

/// The name of the table that a node stands for.
pub(super) fn table_name(builder: &Builder<'_>, table: NodeIndex) -> Option<LogicalName> {
    builder.identity(table)?.schema_name.clone()
}

/// What a plural may be the plural of, the likeliest first: the platform forms set names by English rules, and makers
/// write their own.
fn singulars(plural: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut add =
        |stem: Option<&str>, end: &str| found.extend(stem.map(|stem| format!("{stem}{end}")));
    add(plural.strip_suffix("ies"), "y");
    if [
        "xes", "ches", "shes", "sses", "gses", "tses", "kses", "dses", "lses", "mses", "pses",
        "zes",
    ]
    .iter()
    .any(|end| plural.ends_with(end))
    {
        add(plural.strip_suffix("es"), "");
    }
    add(plural.strip_suffix('s'), "");
    found
}

/// The connector whose API is called by a name: `shared_`, the connector's name with or without its publisher's prefix,
/// then what tells environments apart, in hexadecimal digits.
pub(super) fn connector(
    connectors: &FxHashMap<String, ComponentId>,
    api: &LogicalName,
) -> Option<ComponentId> {
    let plain = plain(api.as_str());
    let mut name = plain.strip_prefix("shared_")?;
    loop {
        if let Some(own) = connectors.get(name) {
            return Some(*own);
        }
        let (before, hash) = name.rsplit_once('_')?;
        if hash.len() < HASH || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        name = before;
    }
}

/// Digits of what tells environments apart, at least.
const HASH: usize = 8;

/// The names by which the API of a connector may be called.
pub(super) fn connector_names(connector: &str) -> impl Iterator<Item = String> {
    let own = plain(connector);
    let bare = own.split_once('_').map(|(_, bare)| bare.to_owned());
    std::iter::once(own).chain(bare)
}

/// A name of a connector or an API without its escapes, each in its own way: `_5f` and `-5f` for `_`, `-20` for a blank.
fn plain(name: &str) -> String {
    let name = name
        .to_ascii_lowercase()
        .replace("_5f", "_")
        .replace("-5f", "_");
    name.replace("-20", " ").replace("-2d", "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_is_named_for_its_connector() {
        let names = connector_names("new_5Fmy-20tool").chain(connector_names("new_sql"));
        let connectors = names.map(|name| (name, ComponentId(7))).collect();
        for (api, is_own) in [
            (
                "shared_new-5fmy-20tool-5f691c36f6fa56d15c-5f691c36f6fa56d15c",
                true,
            ),
            ("shared_my-20tool-5fcb336cc1377ded3a", true),
            ("shared_new-5fmy-20toolbox", false),
            ("shared_sqlite", false),
            ("new_sql", false),
        ] {
            let found = connector(&connectors, &LogicalName::new(api));
            assert_eq!(found.is_some(), is_own, "{api}");
        }
    }

    #[test]
    fn plurals_are_undone_by_their_endings() {
        for (plural, singular) in [
            ("new_categories", "new_category"),
            ("admin_coesettingses", "admin_coesettings"),
            ("new_boxes", "new_box"),
            ("new_houses", "new_house"),
            ("new_orders", "new_order"),
        ] {
            assert_eq!(singulars(plural)[0], singular);
        }
    }
}
