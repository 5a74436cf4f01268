//! What a manifest lists, as identities.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::manifest::{AbsentRow, ComponentName, ComponentRow, TableRow, TargetManifest, TypeName};
use super::rows::{Row, for_each_list};
use crate::model::{ComponentType, Guid, Identity, LogicalName};

/// Rows that say what names a component, in both directions.
macro_rules! naming_rows {
    ($($row:ty),*) => {$(
        impl $row {
            /// The component it means.
            pub(super) fn identity(&self) -> Identity {
                let keys = self.key.iter();
                let keys = keys.map(|(key, value)| (key.as_str().into(), value.as_str().into()));
                let id = self.id.as_ref().and_then(|id| id.parse().ok());
                let table = self.parent.as_deref().map(LogicalName::new);
                Identity::of(self.kind.0.clone())
                    .named(self.name.as_deref().unwrap_or_default())
                    .with_id(id)
                    .in_table(table)
                    .with_keys(keys.collect())
            }

            /// The row of a component, which says what names it and nothing else.
            pub(super) fn of(identity: &Identity) -> Self {
                Self {
                    kind: TypeName(identity.kind.clone()),
                    name: identity.schema_name.as_ref().map(|name| name.as_str().to_owned()),
                    id: identity.object_id.map(|id| id.to_string()),
                    parent: identity.table.as_ref().map(|table| table.as_str().to_owned()),
                    key: written_keys(identity),
                    ..Self::default()
                }
            }
        }
    )*};
}

naming_rows!(ComponentRow, AbsentRow);

impl ComponentName {
    /// The component it means.
    pub fn identity(&self) -> Identity {
        let id = self.id.as_ref().and_then(|id| id.parse().ok());
        let table = self.parent.as_deref().map(LogicalName::new);
        Identity::of(self.kind.0.clone())
            .named(self.name.as_deref().unwrap_or_default())
            .with_id(id)
            .in_table(table)
    }
}

/// Alternate keys as rows write them. A single key is the name already.
fn written_keys(identity: &Identity) -> BTreeMap<String, String> {
    let keys = identity.keys.iter().filter(|_| identity.keys.len() > 1);
    keys.map(|(key, value)| (key.to_string(), value.to_string()))
        .collect()
}

impl TableRow {
    /// A column of it.
    pub(super) fn column_identity(&self, name: &str) -> Identity {
        self.within(2, name)
    }

    /// A key of it.
    pub(super) fn key_identity(&self, name: &str) -> Identity {
        self.within(14, name)
    }

    fn within(&self, kind: u32, name: &str) -> Identity {
        let identity = Identity::of(ComponentType::number(kind)).named(name);
        identity.in_table(Some(LogicalName::new(&self.name)))
    }
}

/// A connector that can be used.
pub(super) fn connector_identity(name: &str) -> Identity {
    Identity::of(ComponentType::number(372)).named(name)
}

/// Where a row stands in its manifest, as far as it may say more of its component than that it is there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Place {
    /// Among the components.
    Component(u32),
    /// Among the tables.
    Table(u32),
    /// Within a table, among its columns.
    Column(u32, u32),
    /// Among the environment variables.
    Variable(u32),
    /// Elsewhere.
    Other,
}

impl Place {
    fn of(list: &str, index: usize) -> Self {
        match list {
            "components" => Self::Component(number(index)),
            "tables" => Self::Table(number(index)),
            "environmentVariables" => Self::Variable(number(index)),
            _ => Self::Other,
        }
    }
}

/// What a row lists as present, with its source and its place.
pub(super) type Listed<'a> = (Identity, Option<&'a str>, Place);

/// Everything a manifest lists as present, each with its source.
pub(super) fn listed_identities(manifest: &TargetManifest) -> Vec<(Identity, Option<&str>)> {
    let listed = listed_rows(manifest).into_iter();
    listed.map(|(identity, src, _)| (identity, src)).collect()
}

/// The same, each with its place too.
pub(super) fn listed_rows<'a>(manifest: &'a TargetManifest) -> Vec<Listed<'a>> {
    let mut listed = Vec::new();
    for_each_list!(&manifest, rows, => listed.extend(components_of(rows)));
    for (index, table) in manifest.tables.iter().enumerate() {
        let src = |own: &'a Option<String>| own.as_deref().or(table.src.as_deref());
        let columns = table.columns.iter().map(|column| &column.0).enumerate();
        let columns = columns.map(|(at, column)| {
            let place = Place::Column(number(index), number(at));
            (table.column_identity(&column.name), src(&column.src), place)
        });
        let keys = table.keys.iter().map(|key| &key.0);
        let keys = keys.map(|key| (table.key_identity(&key.name), src(&key.src), Place::Other));
        listed.extend(columns.chain(keys));
    }
    let connectors = manifest.connectors.iter();
    listed.extend(connectors.map(|name| (connector_identity(name), None, Place::Other)));
    translate(manifest, &mut listed);
    listed
}

fn components_of<R: Row>(rows: &[R]) -> impl Iterator<Item = Listed<'_>> {
    let rows = rows.iter().enumerate();
    rows.filter_map(|(index, row)| {
        Some((row.component()?, row.src(), Place::of(row.list(), index)))
    })
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// A component that needs another one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DependencyEdge {
    /// What needs the other.
    pub dependent: Identity,
    /// What is needed.
    pub required: Identity,
}

/// Which component needs which, as far as the manifest says, with the names of what its rows know by metadata id alone.
pub(super) fn dependency_edges(manifest: &TargetManifest) -> Vec<DependencyEdge> {
    let rows = manifest.dependencies.iter();
    let ends = rows.flat_map(|row| [row.dependent.identity(), row.required.identity()]);
    let mut ends: Vec<_> = ends
        .map(|identity| (identity, None, Place::Other))
        .collect();
    translate(manifest, &mut ends);
    let mut ends = ends.into_iter().map(|(identity, ..)| identity);
    let mut edges = Vec::with_capacity(manifest.dependencies.len());
    while let (Some(dependent), Some(required)) = (ends.next(), ends.next()) {
        edges.push(DependencyEdge {
            dependent,
            required,
        });
    }
    edges
}

/// Names what is listed by a metadata id alone. Inventories name tables, columns and their like so, which says nothing by
/// itself; where the manifest has the ids of its tables and columns, they are the names.
fn translate(manifest: &TargetManifest, listed: &mut [Listed<'_>]) {
    let is_nameless =
        |identity: &Identity| identity.object_id.is_some() && identity.address().is_none();
    if !listed.iter().any(|(identity, ..)| is_nameless(identity)) {
        return;
    }
    let names = names_of_metadata(manifest);
    for (identity, ..) in listed
        .iter_mut()
        .filter(|(identity, ..)| is_nameless(identity))
    {
        let name = identity
            .object_id
            .and_then(|id| names.get(&(identity.kind.clone(), id)));
        if let Some(name) = name {
            identity.clone_from(name);
        }
    }
}

/// Tables, columns, relationships and choices by their metadata ids.
fn names_of_metadata(manifest: &TargetManifest) -> FxHashMap<(ComponentType, Guid), Identity> {
    let mut names = FxHashMap::default();
    let mut add = |identity: Option<Identity>, id: &Option<String>| {
        let id = id.as_ref().and_then(|id| id.parse().ok());
        if let (Some(identity), Some(id)) = (identity, id) {
            names.insert((identity.kind.clone(), id), identity);
        }
    };
    for table in &manifest.tables {
        add(table.component(), &table.id);
        for column in table.columns.iter().map(|column| &column.0) {
            add(Some(table.column_identity(&column.name)), &column.id);
        }
    }
    for row in &manifest.relationships {
        add(row.component(), &row.id);
    }
    for row in &manifest.choices {
        add(row.component(), &row.id);
    }
    names
}
