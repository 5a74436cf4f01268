//! What lookups of records, plug-in steps and privileges name: things that are written by a part of their name, or without
//! their type.

use petgraph::graph::NodeIndex;

use super::build::Builder;
use super::index_of;
use super::relationship::has_prefix;
use super::resolve::{MOST_ALIKE, PLUGIN_TYPE, Resolver};
use crate::catalog;
use crate::model::{Address, Component, ComponentId, ComponentType, Guid, Identity, LogicalName};

const TABLE: ComponentType = ComponentType::Number(1);

impl<'a> Resolver<'a> {
    /// What the lookup of a record names. Its key says what it is called, the lookup's name of which table it is; where
    /// that table has no such record here, the only record of the package with that key is meant.
    pub(super) fn record(
        &mut self,
        builder: &mut Builder<'a>,
        lookup: &LogicalName,
        key: &LogicalName,
        value: &LogicalName,
    ) -> Option<NodeIndex> {
        let (kind, is_sure) = target(lookup.as_str(), key.as_str())?;
        let own = self.by_key.get(&(key.clone(), value.clone()));
        let own = own.map_or(&[][..], Vec::as_slice);
        let is_one = |id: &&ComponentId| self.solution.components[id.index()].identity.kind == kind;
        if let Some(own) = own.iter().find(is_one) {
            return Some(index_of(*own));
        }
        let id = Guid::parse_used(value.as_str());
        let address = match id {
            Some(id) => Address::Id(kind.clone(), id),
            None if value.as_str().parse::<Guid>().is_ok() => return None,
            None => Address::Name(kind.clone(), value.clone()),
        };
        let is_named = builder.graph.components.at_address(&address).is_some();
        if let (false, false, [one]) = (is_named, is_sure, own) {
            return Some(index_of(*one));
        }
        // A key of exports only names nothing elsewhere, and a table that only the lookup's name tells of may be none.
        if !is_named && id.is_none() && key.as_str().ends_with("exportkey") {
            return None;
        }
        self.is_guess |= !is_sure;
        // What the package lacks is known by its key, as the platform would name it.
        if !is_named && let ComponentType::Table(_) = kind {
            let pair = (key.as_str().into(), value.as_str().into());
            return Some(builder.node(&Identity::of(kind).with_keys(vec![pair])));
        }
        Some(self.at(builder, &address))
    }

    /// What a lookup names by several keys.
    pub(super) fn keyed(
        &self,
        builder: &mut Builder<'a>,
        lookup: &LogicalName,
        keys: &LogicalName,
    ) -> Option<NodeIndex> {
        let (kind, _) = target(lookup.as_str(), "")?;
        Some(self.at(builder, &Address::Keys(kind, keys.clone())))
    }

    /// What has this record identifier, whatever it is.
    pub(super) fn any_record(&mut self, builder: &mut Builder<'a>, id: Guid) -> Option<NodeIndex> {
        self.record_of(id).map(|identity| builder.node(identity))
    }

    /// The table of a privilege: one that is known, or that has a publisher's prefix. Other privileges are about no table.
    pub(super) fn privilege(
        &self,
        builder: &mut Builder<'a>,
        name: &LogicalName,
    ) -> Option<NodeIndex> {
        let lower = name.as_str().to_ascii_lowercase();
        let address = Address::Name(TABLE, name.clone());
        let is_table = has_prefix(&lower)
            || catalog::table(&lower).is_some()
            || builder.graph.components.at_address(&address).is_some();
        is_table.then(|| self.table(builder, &lower))
    }

    /// Keeps the names a plug-in type goes by.
    pub(super) fn learn_plugin(&mut self, id: ComponentId, component: &Component) {
        let identity = &component.identity;
        let own = identity.schema_name.as_ref().map(LogicalName::as_str);
        let qualified = component.property("AssemblyQualifiedName");
        let mut classes: Vec<_> = [own, qualified].into_iter().flatten().map(class).collect();
        classes.dedup();
        for class in classes {
            let known = self.plugins.entry(LogicalName::new(class)).or_default();
            if known.len() < MOST_ALIKE {
                known.push(id);
            }
        }
    }

    /// The same of one that the package declares as missing.
    pub(super) fn learn_missing_plugin(&mut self, identity: &'a Identity) {
        if let (true, Some(name)) = (identity.kind == PLUGIN_TYPE, &identity.schema_name) {
            let class = LogicalName::new(class(name.as_str()));
            let known = self.missing_plugins.entry(class).or_default();
            if known.len() < MOST_ALIKE {
                known.push(identity);
            }
        }
    }

    /// A plug-in type by its class: packages name it with its assembly or without, and of another version at times.
    pub(super) fn plugin(
        &self,
        builder: &mut Builder<'a>,
        name: &LogicalName,
    ) -> Option<NodeIndex> {
        let wanted = name.as_str();
        let agrees = |other: &str| {
            class(other).eq_ignore_ascii_case(class(wanted))
                && match (assembly(other), assembly(wanted)) {
                    (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
                    _ => true,
                }
        };
        let class = LogicalName::new(class(wanted));
        let own = self.plugins.get(&class).into_iter().flatten();
        let own = own.copied().find(|id| {
            let component = &self.solution.components[id.index()];
            let name = component.identity.schema_name.as_ref();
            let qualified = component.property("AssemblyQualifiedName");
            qualified
                .or(name.map(LogicalName::as_str))
                .is_some_and(agrees)
        });
        if let Some(own) = own {
            return Some(index_of(own));
        }
        let missing = self.missing_plugins.get(&class).into_iter().flatten();
        let missing = missing.copied().find(|identity| {
            let name = identity.schema_name.as_ref();
            name.is_some_and(|name| agrees(name.as_str()))
        });
        missing.map(|identity| builder.node(identity))
    }
}

/// The class in `Space.Class, Assembly, Version=1.0.0.0, …`.
fn class(name: &str) -> &str {
    name.split(',').next().unwrap_or_default().trim()
}

/// The assembly in it.
fn assembly(name: &str) -> Option<&str> {
    name.split(',').nth(1).map(str::trim)
}

/// The type that a lookup points at, by the lookup's name and the key column of its target, and whether that is sure
/// rather than guessed from the lookup's name.
fn target(lookup: &str, key: &str) -> Option<(ComponentType, bool)> {
    let lookup = lookup.to_ascii_lowercase();
    let known = KNOWN.iter().find(|(name, _)| *name == lookup);
    if let Some((_, table)) = known {
        return Some((ComponentType::table(table), true));
    }
    let key = key.to_ascii_lowercase();
    // The key is the target's own identifier: `workflowid`, `msdyn_applicationtabtemplateid`.
    if let Some(table) = key
        .strip_suffix("id")
        .filter(|table| !table.is_empty() && !table.ends_with('_') && *table != "operation")
    {
        return Some((ComponentType::table(table), true));
    }
    // A table related to itself numbers its two ends: `botcomponentidone`, `botcomponentidtwo`.
    let end = ["idone", "idtwo", "id"]
        .iter()
        .find_map(|end| lookup.strip_suffix(end));
    let table = end.unwrap_or(&lookup);
    let table = table.strip_prefix("parent").unwrap_or(table);
    (!table.is_empty()).then(|| (ComponentType::table(table), false))
}

/// Lookups that are not named for the table they point at. Read off exported records.
const KNOWN: [(&str, &str); 24] = [
    ("attribute", "attribute"),
    ("contextentity", "entity"),
    ("entity", "entity"),
    ("datasetid", "powerbidataset"),
    ("fxexpressionid", "fxexpression"),
    ("iconwebresourceid", "webresource"),
    ("msdyn_anchortab", "msdyn_applicationtabtemplate"),
    ("msdyn_macroactionid", "workflow"),
    ("msdyn_agentscriptid", "msdyn_productivityagentscript"),
    ("msdyn_productivitypaneid", "msdyn_paneconfiguration"),
    ("msdyn_toolid", "msdyn_panetoolconfiguration"),
    ("onclickeventformulacomponentlibraryid", "canvasapp"),
    ("onclickeventjavascriptwebresourceid", "webresource"),
    ("parentappactionid", "appaction"),
    ("parentappmoduleid", "appmodule"),
    ("parentbotcomponentcollectionid", "botcomponentcollection"),
    ("parentbotcomponentid", "botcomponent"),
    ("parentbotid", "bot"),
    ("parentdefinitionid", "environmentvariabledefinition"),
    ("visibilityformulacomponentlibraryid", "canvasapp"),
    ("settingdefinitionid", "settingdefinition"),
    ("appmoduleid", "appmodule"),
    ("plugintypeid", "plugintype"),
    ("canvasappid", "canvasapp"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_lookup_or_its_key_tells_the_table() {
        for (lookup, key, table) in [
            ("contextentity", "logicalname", "entity"),
            ("botcomponentidtwo", "schemaname", "botcomponent"),
            (
                "msdyn_toolid",
                "msdyn_uniquename",
                "msdyn_panetoolconfiguration",
            ),
            ("workflowid", "workflowid", "workflow"),
            (
                "msdyn_productivitypaneid",
                "msdyn_uniquename",
                "msdyn_paneconfiguration",
            ),
            ("parentappactionruleid", "uniquename", "appactionrule"),
            ("aiplugin", "name", "aiplugin"),
        ] {
            let found = target(lookup, key).map(|(kind, _)| kind);
            assert_eq!(found, Some(ComponentType::table(table)), "{lookup}");
        }
    }

    #[test]
    fn a_plug_in_type_is_its_class_and_its_assembly() {
        let name = "A.B, C, Version=1.0.0.0";
        assert_eq!((class(name), assembly(name)), ("A.B", Some("C")));
        assert_eq!((class("A.B"), assembly("A.B")), ("A.B", None));
    }
}
