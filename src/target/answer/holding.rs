//! What a target says of a component beyond that it is there: whose it is, and what lies over it.

use std::sync::OnceLock;

use super::Target;
use crate::model::{Identity, IdentityMap};
use crate::target::manifest::{LayerRow, TargetManifest};
use crate::target::rows::Row;

/// What a target says of a component that it has. What it does not say is not known.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Holding<'a> {
    /// Whether its base is managed.
    pub managed: Option<bool>,
    /// The solution it comes from.
    pub solution: Option<&'a str>,
    /// Its layers, the one that wins first; empty where they are not known.
    pub layers: &'a [LayerRow],
    /// Its state, such as `Activated`.
    pub state: Option<&'a str>,
    /// Its identifier there.
    pub id: Option<&'a str>,
    /// The type of a column or of an environment variable.
    pub kind: Option<&'a str>,
}

/// Where the row of a component stands, by its place in its list.
#[derive(Clone, Copy, Debug)]
enum Place {
    Component(usize),
    Table(usize),
    Column(usize, usize),
    Variable(usize),
}

/// The rows that say something of their components, found by identity. Made when it is first asked for: a check asks for
/// presence alone.
#[derive(Clone, Debug, Default)]
pub(super) struct Holdings(OnceLock<IdentityMap<Place>>);

impl Holdings {
    fn find(&self, manifest: &TargetManifest, identity: &Identity) -> Option<Place> {
        let places = self.0.get_or_init(|| places(manifest));
        places.find(identity).copied()
    }
}

fn places(manifest: &TargetManifest) -> IdentityMap<Place> {
    let mut places = IdentityMap::default();
    for (index, row) in manifest.components.iter().enumerate() {
        places.insert(&row.identity(), Place::Component(index));
    }
    for (index, table) in manifest.tables.iter().enumerate() {
        if let Some(identity) = table.component() {
            places.insert(&identity, Place::Table(index));
        }
        for (number, column) in table.columns.iter().enumerate() {
            let identity = table.column_identity(&column.0.name);
            places.insert(&identity, Place::Column(index, number));
        }
    }
    for (index, row) in manifest.environment_variables.iter().enumerate() {
        if let Some(identity) = row.component() {
            places.insert(&identity, Place::Variable(index));
        }
    }
    places
}

impl Target {
    /// What is known of a component, where a row says something of it.
    pub fn holding(&self, identity: &Identity) -> Option<Holding<'_>> {
        let manifest = &self.manifest;
        Some(match self.holdings.find(manifest, identity)? {
            Place::Component(index) => {
                let row = manifest.components.get(index)?;
                Holding {
                    managed: row.managed,
                    solution: row.solution.as_deref(),
                    layers: &row.layers,
                    state: row.state.as_deref(),
                    id: row.id.as_deref(),
                    kind: None,
                }
            }
            Place::Table(index) => {
                let row = manifest.tables.get(index)?;
                Holding {
                    managed: row.managed,
                    solution: row.solution.as_deref(),
                    ..Holding::default()
                }
            }
            Place::Column(table, column) => {
                let row = &manifest.tables.get(table)?.columns.get(column)?.0;
                Holding {
                    managed: row.managed,
                    kind: row.kind.as_deref(),
                    ..Holding::default()
                }
            }
            Place::Variable(index) => {
                let row = manifest.environment_variables.get(index)?;
                Holding {
                    managed: row.managed,
                    kind: row.kind.as_deref(),
                    ..Holding::default()
                }
            }
        })
    }
}

impl Holding<'_> {
    /// Whether unmanaged customizations lie over it; `None` where its layers are not known.
    pub fn has_active_layer(&self) -> Option<bool> {
        if self.layers.is_empty() {
            return None;
        }
        Some(self.layers.iter().any(LayerRow::is_active))
    }

    /// Whether its base was made there by hand: said in so many words, or shown by a lowest layer that is unmanaged.
    pub fn is_unmanaged(&self) -> Option<bool> {
        let lowest = self.layers.last().map(LayerRow::is_active);
        self.managed.map(|managed| !managed).or(lowest)
    }
}
