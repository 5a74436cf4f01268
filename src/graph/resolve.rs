//! From the way a reference names something to the node that is meant: the package's own, else what was declared, else a
//! node of its own.

use petgraph::graph::NodeIndex;
use rustc_hash::FxHashMap;

use super::build::Builder;
use super::relationship::{Ends, is_system};
use super::web_api::{connector, connector_names, table_name};
use super::{facts, index_of};
use crate::model::{
    Address, Component, ComponentId, ComponentType, Guid, Identity, LogicalName, Pointer, Solution,
};

const TABLE: ComponentType = ComponentType::Number(1);
const RELATIONSHIP: ComponentType = ComponentType::Number(10);
const PROCESS: ComponentType = ComponentType::Number(29);
const CONNECTOR: u32 = 372;
const WEB_RESOURCE: ComponentType = ComponentType::Number(61);

/// The icon that every app has until its maker chooses one. The platform lists it by name in all 168 rows of public
/// exports whose app has this identifier.
const DEFAULT_ICON: (&str, &str) = (
    "953b9fac-1e5e-e611-80d6-00155ded156f",
    "msdyn_/Images/AppModule_Default_Icon.png",
);

/// The platform cuts names to this many characters in the rows it writes.
const CUT: usize = 60;

/// What is known of a package's names beyond their addresses.
pub(super) struct Resolver<'a> {
    pub(super) solution: &'a Solution,
    /// Relationships of the package by the table and lookup column that refer.
    pub(super) lookups: FxHashMap<(LogicalName, LogicalName), Vec<ComponentId>>,
    /// Tables of the package by entity set name.
    pub(super) sets: FxHashMap<LogicalName, ComponentId>,
    /// Components that are named, by the identifier their record has.
    by_id: FxHashMap<(ComponentType, Guid), ComponentId>,
    /// Records by one of their keys.
    by_key: FxHashMap<(LogicalName, LogicalName), ComponentId>,
    /// Processes and custom APIs by the message they bring.
    messages: FxHashMap<LogicalName, ComponentId>,
    /// Custom connectors by the names their APIs may have.
    connectors: FxHashMap<String, ComponentId>,
    known: FxHashMap<Pointer, Vec<NodeIndex>>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(solution: &'a Solution) -> Self {
        let mut resolver = Self {
            solution,
            lookups: FxHashMap::default(),
            sets: FxHashMap::default(),
            by_id: FxHashMap::default(),
            by_key: FxHashMap::default(),
            messages: FxHashMap::default(),
            connectors: FxHashMap::default(),
            known: FxHashMap::default(),
        };
        for (id, component) in solution.numbered() {
            resolver.learn(id, component);
        }
        resolver
    }

    fn learn(&mut self, id: ComponentId, component: &Component) {
        let identity = &component.identity;
        match &identity.kind {
            kind if *kind == TABLE => {
                if let Some(set) = component.property("EntitySetName") {
                    self.sets.entry(LogicalName::new(set)).or_insert(id);
                }
            }
            kind if *kind == RELATIONSHIP => {
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
            ComponentType::Number(number) => {
                if let (CONNECTOR, Some(name)) = (*number, &identity.schema_name) {
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
                if let Some(record) = record.filter(|_| identity.kind.identified_by().ignores_id())
                {
                    self.by_id.insert((identity.kind.clone(), record), id);
                }
            }
            ComponentType::Table(table) => {
                for (key, value) in &identity.keys {
                    let key = (LogicalName::new(key), LogicalName::new(value));
                    self.by_key.entry(key).or_insert(id);
                }
                if *table == *"customapi"
                    && let Some(name) = &identity.schema_name
                {
                    self.messages.entry(name.clone()).or_insert(id);
                }
            }
        }
    }

    /// The nodes a pointer names; none where it names nothing that can be told.
    pub(super) fn resolve(&mut self, builder: &mut Builder<'a>, to: &Pointer) -> Vec<NodeIndex> {
        if let Some(known) = self.known.get(to) {
            return known.clone();
        }
        let nodes = match to {
            Pointer::At(address) => vec![self.at(builder, address)],
            Pointer::EntitySet(set) => vec![self.entity_set(builder, set, None)],
            Pointer::EntitySetLike(set, likely) => {
                vec![self.entity_set(builder, set, Some(likely))]
            }
            Pointer::ColumnOfSet(set, likely, column) => {
                let table = self.entity_set(builder, set, likely.as_ref());
                let column = table_name(builder, table)
                    .map(|table| Pointer::column(table.as_str(), column.as_str()));
                column.map_or_else(Vec::new, |column| self.resolve(builder, &column))
            }
            Pointer::Navigation(set, likely, property) => {
                let table = self.entity_set(builder, set, likely.as_ref());
                table_name(builder, table)
                    .map_or_else(Vec::new, |table| self.navigation(builder, &table, property))
            }
            Pointer::Api(name) => {
                let own = connector(&self.connectors, name);
                own.map(index_of).into_iter().collect()
            }
            Pointer::TypeCode(code) => self.type_code(builder, *code).into_iter().collect(),
            Pointer::Lookup(table, column) => self.relationships(builder, table, column),
            Pointer::Across(relationship, table, column) => {
                let other = self.other_end(relationship, table);
                let column = other.map(|other| Pointer::column(other.as_str(), column.as_str()));
                column.map_or_else(Vec::new, |column| self.resolve(builder, &column))
            }
            Pointer::Through(table, lookup, column) => {
                let target = self.only_target(table, lookup);
                let column = target.map(|target| Pointer::column(target.as_str(), column.as_str()));
                column.map_or_else(Vec::new, |column| self.resolve(builder, &column))
            }
            Pointer::Message(name) => self.message(builder, name).into_iter().collect(),
            Pointer::Record(lookup, key, value) => self
                .record(builder, lookup, key, value)
                .into_iter()
                .collect(),
            Pointer::Suffix(kind, name) => vec![self.suffix(builder, kind, name)],
        };
        self.known.insert(to.clone(), nodes.clone());
        nodes
    }

    pub(super) fn at(&self, builder: &mut Builder<'a>, address: &Address) -> NodeIndex {
        if let Some(component) = builder.graph.components.at_address(address) {
            return index_of(*component);
        }
        if let Some(known) = builder.graph.externals.at_address(address) {
            return *known;
        }
        if let Address::Id(kind, id) = address {
            if let Some(component) = self.by_id.get(&(kind.clone(), *id)) {
                return index_of(*component);
            }
            if *kind == WEB_RESOURCE && id.to_string() == DEFAULT_ICON.0 {
                let named = Identity::of(kind.clone()).named(DEFAULT_ICON.1);
                return builder.node(&named);
            }
        }
        // A row names a long relationship by its first characters.
        if let Address::Name(kind, name) = address
            && *kind == RELATIONSHIP
            && let Some(cut) = name.as_str().get(..CUT)
        {
            let cut = Address::Name(kind.clone(), LogicalName::new(cut));
            if let Some(known) = builder.graph.externals.at_address(&cut) {
                return *known;
            }
        }
        builder.node(&identity_of(address))
    }

    pub(super) fn table(&self, builder: &mut Builder<'a>, name: &str) -> NodeIndex {
        self.at(builder, &Address::Name(TABLE, LogicalName::new(name)))
    }

    fn type_code(&mut self, builder: &mut Builder<'a>, code: u32) -> Option<NodeIndex> {
        let table = facts::table_of_type_code(code)?;
        Some(self.table(builder, &table))
    }

    /// The relationships behind a lookup column.
    fn relationships(
        &self,
        builder: &mut Builder<'a>,
        table: &LogicalName,
        column: &LogicalName,
    ) -> Vec<NodeIndex> {
        if let Some(own) = self.lookups.get(&(table.clone(), column.clone())) {
            return own.iter().map(|id| index_of(*id)).collect();
        }
        let (table, column) = (table.as_str(), column.as_str());
        let known =
            facts::relationships_of(&table.to_ascii_lowercase(), &column.to_ascii_lowercase());
        known
            .iter()
            .map(|(name, _)| {
                self.at(
                    builder,
                    &Address::Name(RELATIONSHIP, LogicalName::new(name)),
                )
            })
            .collect()
    }

    /// The ends of a relationship, from the package or from what every environment has.
    pub(super) fn ends(&self, builder: &Builder<'a>, name: &LogicalName) -> Option<Ends> {
        let address = Address::Name(RELATIONSHIP, name.clone());
        let own = builder.graph.components.at_address(&address);
        let own = own.and_then(|id| Ends::of(&self.solution.components[id.index()]));
        own.or_else(|| {
            let known = facts::relationship(&name.as_str().to_ascii_lowercase())?;
            Some(Ends {
                referencing: Some(LogicalName::new(&known.referencing)),
                column: Some(LogicalName::new(&known.column)),
                referenced: Some(LogicalName::new(&known.referenced)),
            })
        })
    }

    /// Whether a node is a relationship that every environment has for every table: the platform tracks none of those.
    pub(super) fn is_system(&self, builder: &Builder<'a>, node: NodeIndex) -> bool {
        let Some(identity) = builder.identity(node) else {
            return false;
        };
        let Some(name) = identity.schema_name.clone() else {
            return false;
        };
        identity.kind == RELATIONSHIP
            && is_system(
                name.as_str(),
                self.ends(builder, &name)
                    .and_then(|ends| ends.column)
                    .as_ref(),
            )
    }

    fn other_end(&self, relationship: &LogicalName, table: &LogicalName) -> Option<LogicalName> {
        let known = self.lookups.iter();
        let _ = known;
        let lower = relationship.as_str().to_ascii_lowercase();
        let own = self.solution.components.iter().find(|component| {
            component.identity.kind == RELATIONSHIP
                && component.identity.schema_name.as_ref() == Some(relationship)
        });
        if let Some(ends) = own.and_then(Ends::of) {
            return ends.other(table);
        }
        if let Some(known) = facts::relationship(&lower) {
            let ends = Ends {
                referencing: Some(LogicalName::new(&known.referencing)),
                column: None,
                referenced: Some(LogicalName::new(&known.referenced)),
            };
            return ends.other(table);
        }
        // Relationships of business process flows are named for the table and the flow's own table.
        let between = lower.strip_prefix("bpf_")?;
        let other = between.strip_suffix(&format!("_{}", table.as_str().to_ascii_lowercase()))?;
        Some(LogicalName::new(other))
    }

    /// The table a lookup column points at, where it is one.
    fn only_target(&self, table: &LogicalName, lookup: &LogicalName) -> Option<LogicalName> {
        if let Some(own) = self.lookups.get(&(table.clone(), lookup.clone())) {
            let [one] = own.as_slice() else {
                return None;
            };
            return Ends::of(&self.solution.components[one.index()])?.referenced;
        }
        let known = facts::relationships_of(
            &table.as_str().to_ascii_lowercase(),
            &lookup.as_str().to_ascii_lowercase(),
        );
        let [(_, one)] = known.as_slice() else {
            return None;
        };
        Some(LogicalName::new(&one.referenced))
    }

    /// What brings a message: a process or a custom API of the package, else a message of its own, unless the platform
    /// has it.
    fn message(&self, builder: &mut Builder<'a>, name: &LogicalName) -> Option<NodeIndex> {
        if let Some(own) = self.messages.get(name) {
            return Some(index_of(*own));
        }
        // The message of a process is its unique name after the publisher's prefix.
        let bare = name
            .as_str()
            .split_once('_')
            .map(|(_, bare)| LogicalName::new(bare));
        if let Some(own) = bare.and_then(|bare| self.messages.get(&bare)) {
            return Some(index_of(*own));
        }
        if facts::is_message(name.as_str()) {
            return None;
        }
        const MESSAGE: ComponentType = ComponentType::Number(201);
        Some(self.at(builder, &Address::Name(MESSAGE, name.clone())))
    }

    /// What the lookup of a record names. The key says what it is called, the lookup of which table it is.
    fn record(
        &self,
        builder: &mut Builder<'a>,
        lookup: &LogicalName,
        key: &LogicalName,
        value: &LogicalName,
    ) -> Option<NodeIndex> {
        let table = super::lookup::target(lookup.as_str(), key.as_str());
        let of = |component: &Component| {
            table
                .as_ref()
                .is_none_or(|table| component.identity.kind == *table)
        };
        let own = self.by_key.get(&(key.clone(), value.clone()));
        let own = own.filter(|id| of(&self.solution.components[id.index()]));
        if let Some(own) = own {
            return Some(index_of(*own));
        }
        let kind = table?;
        let address = match Guid::parse_used(value.as_str()) {
            Some(id) => Address::Id(kind, id),
            None if value.as_str().parse::<Guid>().is_ok() => return None,
            None => Address::Name(kind, value.clone()),
        };
        Some(self.at(builder, &address))
    }

    /// A component by the end of its name: what packs it drops the publisher's prefix.
    fn suffix(
        &self,
        builder: &mut Builder<'a>,
        kind: &ComponentType,
        name: &LogicalName,
    ) -> NodeIndex {
        let ends = |identity: &Identity| {
            identity.kind == *kind
                && identity.schema_name.as_ref().is_some_and(|own| {
                    let (own, end) = (own.as_str(), name.as_str());
                    let at = own.len().saturating_sub(end.len());
                    own.get(at..)
                        .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
                        && own[..at]
                            .chars()
                            .all(|c| c.is_ascii_alphanumeric() || c == '_')
                })
        };
        let mut components = self.solution.numbered();
        if let Some((own, _)) = components.find(|(_, component)| ends(&component.identity)) {
            return index_of(own);
        }
        let known = builder.external_where(ends);
        known.unwrap_or_else(|| builder.node(&Identity::of(kind.clone()).named(name.as_str())))
    }
}

fn identity_of(address: &Address) -> Identity {
    match address {
        Address::Id(kind, id) => Identity::of(kind.clone()).with_id(Some(*id)),
        Address::Name(kind, name) => Identity::of(kind.clone()).named(name.as_str()),
        Address::InTable(kind, table, name) => Identity::of(kind.clone())
            .named(name.as_str())
            .in_table(Some(table.clone())),
        Address::Keys(kind, keys) => {
            let pairs = keys
                .as_str()
                .split('&')
                .filter_map(|pair| pair.split_once('='));
            let pairs = pairs.map(|(key, value)| (key.into(), value.into()));
            Identity::of(kind.clone()).with_keys(pairs.collect())
        }
    }
}
