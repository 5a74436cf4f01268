//! From the way a reference names something to the node that is meant: the package's own, else what was declared, else a
//! node of its own.

use petgraph::graph::NodeIndex;
use rustc_hash::FxHashMap;

use super::build::Builder;
use super::index_of;
use super::relationship::{Ends, is_system};
use super::web_api::{connector, table_name};
use crate::catalog;
use crate::model::{
    Address, Component, ComponentId, ComponentType, Guid, Identity, LogicalName, Origin, Pointer,
    Solution, generating_columns, is_standard_column,
};

pub(super) const TABLE: ComponentType = ComponentType::Number(1);
pub(super) const COLUMN: ComponentType = ComponentType::Number(2);
pub(super) const RELATIONSHIP: ComponentType = ComponentType::Number(10);
const MESSAGE: ComponentType = ComponentType::Number(201);
pub(super) const PROCESS: ComponentType = ComponentType::Number(29);
pub(super) const WEB_RESOURCE: ComponentType = ComponentType::Number(61);
pub(super) const PLUGIN_TYPE: ComponentType = ComponentType::Number(90);

/// The icon that every app has until its maker chooses one. The platform lists it by name in all 168 rows of public
/// exports whose app has this identifier.
const DEFAULT_ICON: (&str, &str) = (
    "953b9fac-1e5e-e611-80d6-00155ded156f",
    "msdyn_/Images/AppModule_Default_Icon.png",
);

/// No more records or plug-in types of one name are told apart.
pub(super) const MOST_ALIKE: usize = 16;

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
    pub(super) by_id: FxHashMap<(ComponentType, Guid), ComponentId>,
    /// Records by one of their keys.
    pub(super) by_key: FxHashMap<(LogicalName, LogicalName), Vec<ComponentId>>,
    /// Plug-in types by the name of their class, without its assembly.
    pub(super) plugins: FxHashMap<LogicalName, Vec<ComponentId>>,
    /// Those that are declared as missing.
    pub(super) missing_plugins: FxHashMap<LogicalName, Vec<&'a Identity>>,
    /// Processes and custom APIs by the message they bring.
    pub(super) messages: FxHashMap<LogicalName, ComponentId>,
    /// Primary key and primary name columns of the package's tables.
    pub(super) primary: FxHashMap<LogicalName, (Option<LogicalName>, Option<LogicalName>)>,
    /// Custom connectors by the names their APIs may have.
    pub(super) connectors: FxHashMap<String, ComponentId>,
    /// Pointers that were followed, and whether what they led to is a guess.
    pub(super) known: FxHashMap<Pointer, (Vec<NodeIndex>, bool)>,
    /// Tables between two others, by name, with the relationship that makes each.
    pub(super) intersects: FxHashMap<LogicalName, ComponentId>,
    /// Whatever has a record identifier, in the package or among what it declares as missing. Learned when it is first asked.
    pub(super) records: Option<FxHashMap<Guid, &'a Identity>>,
    /// Custom controls of the package and of its declared dependencies by their name without a publisher's prefix.
    pub(super) controls: FxHashMap<LogicalName, Vec<ComponentId>>,
    pub(super) missing_controls: FxHashMap<LogicalName, &'a Identity>,
    /// Whether something that was resolved since this was last cleared is a guess: what it names may be called otherwise.
    pub(super) is_guess: bool,
}

impl<'a> Resolver<'a> {
    /// The nodes a pointer names; none where it names nothing that can be told.
    pub(super) fn resolve(&mut self, builder: &mut Builder<'a>, to: &Pointer) -> Vec<NodeIndex> {
        if let Some((known, is_guess)) = self.known.get(to) {
            self.is_guess |= is_guess;
            return known.clone();
        }
        if let Pointer::At(address) = to {
            return vec![self.at(builder, address)];
        }
        let before = std::mem::take(&mut self.is_guess);
        let nodes = match to {
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
            Pointer::LookupTo(table, column, to) => {
                let mut found = self.relationships(builder, table, column);
                found.retain(|node| self.leads_to(builder, *node, to));
                found
            }
            Pointer::Across(relationship, table, column) => {
                let other = self.other_end(builder, relationship, table);
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
            Pointer::Keyed(lookup, keys) => self.keyed(builder, lookup, keys).into_iter().collect(),
            Pointer::AnyRecord(id) => self.any_record(builder, *id).into_iter().collect(),
            Pointer::Privilege(name) => self.privilege(builder, name).into_iter().collect(),
            // Followed above, or made a name where the owner of the file is found.
            Pointer::At(_) | Pointer::Relative(_) => Vec::new(),
            Pointer::Suffix(kind, name) => vec![self.suffix(builder, kind, name)],
        };
        self.known
            .insert(to.clone(), (nodes.clone(), self.is_guess));
        self.is_guess |= before;
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
        if let Address::InTable(kind, table, column) = address
            && *kind == COLUMN
        {
            let between = self.intersects.get(table).map(|made_by| index_of(*made_by));
            if let Some(maker) = between.or_else(|| self.maker(builder, table, column)) {
                return maker;
            }
        }
        if let Address::Name(kind, name) = address
            && *kind == TABLE
            && let Some(made_by) = self.intersects.get(name)
        {
            return index_of(*made_by);
        }
        if let Address::Name(kind, name) = address
            && *kind == PLUGIN_TYPE
            && let Some(known) = self.plugin(builder, name)
        {
            return known;
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
        builder.node_at(address, &identity_of(address))
    }

    /// What makes a column that no package writes: its table, where the package defines that, or a column of the package.
    fn maker(
        &self,
        builder: &Builder<'a>,
        table: &LogicalName,
        column: &LogicalName,
    ) -> Option<NodeIndex> {
        let component = |address: &Address| builder.graph.components.at_address(address).copied();
        if is_standard_column(column.as_str()) {
            let table = component(&Address::Name(TABLE, table.clone()))?;
            let is_whole = self.solution.components[table.index()].origin == Origin::Package;
            return is_whole.then(|| index_of(table));
        }
        let mut sources = generating_columns(column.as_str()).chain(of_images(column.as_str()));
        let made_by = sources.find_map(|(source, suffix)| {
            let source = Address::InTable(COLUMN, table.clone(), LogicalName::new(source));
            component(&source).filter(|id| makes(&self.solution.components[id.index()], suffix))
        });
        made_by.map(index_of)
    }

    pub(super) fn table(&self, builder: &mut Builder<'a>, name: &str) -> NodeIndex {
        self.at(builder, &Address::Name(TABLE, LogicalName::new(name)))
    }

    fn type_code(&mut self, builder: &mut Builder<'a>, code: u32) -> Option<NodeIndex> {
        let table = catalog::table_of_type_code(code)?;
        Some(self.table(builder, table))
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
        let known = catalog::relationships_of(table.as_str(), column.as_str());
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

    /// Whether a relationship leads to a table, as far as its ends are known.
    fn leads_to(&self, builder: &Builder<'a>, node: NodeIndex, table: &LogicalName) -> bool {
        let name = builder.identity(node).and_then(|of| of.schema_name.clone());
        let ends = name.and_then(|name| self.ends(builder, &name));
        ends.and_then(|ends| ends.referenced)
            .is_none_or(|referenced| referenced == *table)
    }

    /// The ends of a relationship, from the package or from what every environment has.
    pub(super) fn ends(&self, builder: &Builder<'a>, name: &LogicalName) -> Option<Ends> {
        let address = Address::Name(RELATIONSHIP, name.clone());
        let own = builder.graph.components.at_address(&address);
        let own = own.and_then(|id| Ends::of(&self.solution.components[id.index()]));
        own.or_else(|| Ends::known(&catalog::relationship(name.as_str())?))
    }

    /// Whether a node is a relationship that every environment has for every table: the platform tracks none of those.
    pub(super) fn is_system(&self, builder: &Builder<'a>, node: NodeIndex) -> bool {
        let relationship = builder
            .identity(node)
            .filter(|identity| identity.kind == RELATIONSHIP);
        let name = relationship.and_then(|identity| identity.schema_name.as_ref());
        name.is_some_and(|name| {
            let column = self.ends(builder, name).and_then(|ends| ends.column);
            is_system(name.as_str(), column.as_ref())
        })
    }

    /// The table at the other end of a relationship.
    fn other_end(
        &self,
        builder: &Builder<'a>,
        relationship: &LogicalName,
        table: &LogicalName,
    ) -> Option<LogicalName> {
        if let Some(ends) = self.ends(builder, relationship) {
            return ends.other(table);
        }
        // Relationships of business process flows are named for the table and the flow's own table.
        let lower = relationship.as_str().to_ascii_lowercase();
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
        let known = catalog::relationships_of(table.as_str(), lookup.as_str());
        let [(_, one)] = known.as_slice() else {
            return None;
        };
        (!one.referenced.is_empty()).then(|| LogicalName::new(one.referenced))
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
        if catalog::is_sdk_message(name.as_str()) {
            return None;
        }
        Some(self.at(builder, &Address::Name(MESSAGE, name.clone())))
    }

    /// A component by the end of its name: what packs it drops the publisher's prefix.
    fn suffix(
        &self,
        builder: &mut Builder<'a>,
        kind: &ComponentType,
        name: &LogicalName,
    ) -> NodeIndex {
        let exact = Address::Name(kind.clone(), name.clone());
        if let Some(own) = builder.graph.components.at_address(&exact) {
            return index_of(*own);
        }
        // Of several publishers' controls of one name nobody can tell which is meant.
        if let Some([own]) = self.controls.get(name).map(Vec::as_slice) {
            return index_of(*own);
        }
        match self.missing_controls.get(name) {
            Some(missing) => builder.node(missing),
            None => self.at(builder, &exact),
        }
    }
}

/// The image column that may bring a column: `<image>_url`, `<image>_timestamp` and `<image>id`.
fn of_images(column: &str) -> impl Iterator<Item = (&str, &'static str)> {
    let endings = ["_url", "_timestamp", "id"].into_iter();
    endings.filter_map(|ending| Some((column.strip_suffix(ending)?, ending)))
}

/// Whether the platform makes a column of this ending for another one, which depends on what that one holds.
fn makes(column: &Component, suffix: &str) -> bool {
    let kind = column.property("Type").unwrap_or_default();
    let is_lookup = ["lookup", "customer", "owner", "partylist"].contains(&kind);
    let is_choice = ["picklist", "state", "status", "bit", "multiselectpicklist"].contains(&kind);
    match suffix {
        "name" => is_lookup || is_choice,
        "yominame" | "type" => is_lookup,
        "_base" => kind == "money",
        "_url" | "_timestamp" | "id" => ["image", "file"].contains(&kind),
        // A rollup column keeps when it was computed, and how that ended.
        _ => column.property("SourceType") == Some("2"),
    }
}

/// What an address tells of a component. Tables and columns are called by their logical names, which are in lower case,
/// however a package writes them.
fn identity_of(address: &Address) -> Identity {
    let called = |kind: &ComponentType, name: &LogicalName| match kind {
        kind if *kind == TABLE || *kind == COLUMN => name.as_str().to_ascii_lowercase(),
        _ => name.as_str().to_owned(),
    };
    match address {
        Address::Id(kind, id) => Identity::of(kind.clone()).with_id(Some(*id)),
        Address::Name(kind, name) => Identity::of(kind.clone()).named(&called(kind, name)),
        Address::InTable(kind, table, name) => {
            let table = LogicalName::new(&table.as_str().to_ascii_lowercase());
            Identity::of(kind.clone())
                .named(&called(kind, name))
                .in_table(Some(table))
        }
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
