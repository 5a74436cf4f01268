//! What a package tells of its names, gathered once before references are resolved.

use rustc_hash::FxHashMap;

use super::relationship::Ends;
use super::resolve::{
    COLUMN, MOST_ALIKE, PLUGIN_TYPE, PROCESS, RELATIONSHIP, Resolver, TABLE, WEB_RESOURCE,
};
use super::web_api::connector_names;
use crate::catalog;
use crate::model::{Component, ComponentId, ComponentType, Guid, Identity, LogicalName, Solution};

const CONNECTOR: u32 = 372;
const CONTROL: u32 = 66;

/// The publisher's prefix of a name, and the name without it.
fn unprefixed(identity: &Identity) -> Option<(&str, LogicalName)> {
    let (prefix, bare) = identity.schema_name.as_ref()?.as_str().split_once('_')?;
    Some((prefix, LogicalName::new(bare)))
}

impl<'a> Resolver<'a> {
    pub(super) fn new(solution: &'a Solution) -> Self {
        let mut resolver = Self {
            solution,
            lookups: FxHashMap::default(),
            sets: FxHashMap::default(),
            by_id: FxHashMap::default(),
            by_key: FxHashMap::default(),
            plugins: FxHashMap::default(),
            missing_plugins: FxHashMap::default(),
            messages: FxHashMap::default(),
            primary: FxHashMap::default(),
            connectors: FxHashMap::default(),
            known: FxHashMap::default(),
            intersects: FxHashMap::default(),
            records: None,
            controls: FxHashMap::default(),
            missing_controls: FxHashMap::default(),
            is_guess: false,
        };
        for (id, component) in solution.numbered() {
            resolver.learn(id, component);
        }
        for row in &solution.manifest.missing_dependencies {
            resolver.learn_missing_plugin(&row.required);
            resolver.learn_missing_control(&row.required);
        }
        resolver
    }

    fn learn(&mut self, id: ComponentId, component: &Component) {
        let identity = &component.identity;
        match &identity.kind {
            kind if *kind == TABLE => {
                // Every activity has the key of the table that activities share.
                if component.property("IsActivity") == Some("1")
                    && let Some(table) = &identity.schema_name
                {
                    let key = &mut self.primary.entry(table.clone()).or_default().0;
                    key.get_or_insert_with(|| LogicalName::new("activityid"));
                }
                if let Some(set) = component.property("EntitySetName") {
                    self.sets.entry(LogicalName::new(set)).or_insert(id);
                }
            }
            kind if *kind == COLUMN => self.learn_column(component),
            kind if *kind == RELATIONSHIP => {
                if let Some(between) = component.property("IntersectEntityName") {
                    self.intersects
                        .entry(LogicalName::new(between))
                        .or_insert(id);
                }
                if let Some(ends) = Ends::of(component) {
                    let (Some(table), Some(column)) = (ends.referencing, ends.column) else {
                        return;
                    };
                    self.lookups.entry((table, column)).or_default().push(id);
                }
            }
            kind if *kind == PROCESS => {
                if let Some(name) = component.property("UniqueName") {
                    self.messages.entry(LogicalName::new(name)).or_insert(id);
                }
            }
            kind if *kind == PLUGIN_TYPE => self.learn_plugin(id, component),
            ComponentType::Number(number) => self.learn_named(id, *number, component),
            ComponentType::Table(table) => {
                for (key, value) in &identity.keys {
                    let key = (LogicalName::new(key), LogicalName::new(value));
                    let known = self.by_key.entry(key).or_default();
                    // Which of many is meant, the key does not tell.
                    if known.len() < MOST_ALIKE {
                        known.push(id);
                    }
                }
                if *table == *"customapi"
                    && let Some(name) = &identity.schema_name
                {
                    self.messages.entry(name.clone()).or_insert(id);
                }
            }
        }
    }

    /// Connectors and custom controls by the names others call them by, and named components by their record.
    fn learn_named(&mut self, id: ComponentId, number: u32, component: &Component) {
        let identity = &component.identity;
        if let (CONTROL, Some((_, bare))) = (number, unprefixed(identity)) {
            let known = self.controls.entry(bare).or_default();
            if known.len() < MOST_ALIKE {
                known.push(id);
            }
        }
        if let (CONNECTOR, Some(name)) = (number, &identity.schema_name) {
            for name in connector_names(name.as_str()) {
                self.connectors.entry(name).or_insert(id);
            }
        }
        let own = component
            .property("WebResourceId")
            .and_then(Guid::parse_used);
        let record = identity
            .object_id
            .or(own.filter(|_| identity.kind == WEB_RESOURCE));
        if let Some(record) = record.filter(|_| identity.kind.identified_by().ignores_id()) {
            self.by_id.insert((identity.kind.clone(), record), id);
        }
    }

    fn learn_missing_control(&mut self, identity: &'a Identity) {
        if let (ComponentType::Number(CONTROL), Some((_, bare))) =
            (&identity.kind, unprefixed(identity))
        {
            self.missing_controls.entry(bare).or_insert(identity);
        }
    }

    /// What has a record identifier, of whatever type: the package's own, else what it declares as missing.
    pub(super) fn record_of(&mut self, id: Guid) -> Option<&'a Identity> {
        let solution = self.solution;
        let records = self.records.get_or_insert_with(|| {
            let own = solution.components.iter().map(|component| {
                let identity = &component.identity;
                let web = || {
                    component
                        .property("WebResourceId")
                        .and_then(Guid::parse_used)
                };
                (identity.object_id.or_else(web), identity)
            });
            let rows = solution.manifest.missing_dependencies.iter();
            let declared = rows.flat_map(|row| [&row.required, &row.dependent]);
            let declared = declared.map(|identity| (identity.object_id, identity));
            let mut records = FxHashMap::default();
            for (id, identity) in own.chain(declared) {
                if let Some(id) = id {
                    records.entry(id).or_insert(identity);
                }
            }
            records
        });
        records.get(&id).copied()
    }

    fn learn_column(&mut self, column: &Component) {
        let is_key = column.property("Type") == Some("primarykey");
        let is_name = column.property("IsPrimaryName").is_some();
        let identity = &column.identity;
        if let (true, Some(table)) = (is_key || is_name, &identity.table) {
            let primary = self.primary.entry(table.clone()).or_default();
            let slot = if is_key {
                &mut primary.0
            } else {
                &mut primary.1
            };
            slot.clone_from(&identity.schema_name);
        }
    }

    /// The primary key and primary name columns of a table. A key that nobody tells is named for its table.
    pub(super) fn primary(&mut self, table: &LogicalName) -> (LogicalName, Option<LogicalName>) {
        let known = catalog::table(table.as_str());
        let told = |name: &str| (!name.is_empty()).then(|| LogicalName::new(name));
        let own = self.primary.get(table).cloned().unwrap_or_default();
        let key = own
            .0
            .or_else(|| told(known.as_ref()?.primary_id))
            .unwrap_or_else(|| {
                self.is_guess = true;
                LogicalName::new(&format!("{table}id"))
            });
        (key, own.1.or_else(|| told(known.as_ref()?.primary_name)))
    }
}
