//! What a target says of a component beyond that it is there: whose it is, and what lies over it.

use super::Target;
use crate::model::Identity;
use crate::target::listed::Place;
use crate::target::manifest::LayerRow;

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

impl Target {
    /// What is known of a component, where a row that is believed says something of it.
    pub fn holding(&self, identity: &Identity) -> Option<Holding<'_>> {
        fn at<T>(rows: &[T], index: u32) -> Option<&T> {
            rows.get(index as usize)
        }
        let manifest = &self.manifest;
        Some(match self.listing.place(identity)? {
            Place::Component(index) => {
                let row = at(&manifest.components, index)?;
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
                let row = at(&manifest.tables, index)?;
                Holding {
                    managed: row.managed,
                    solution: row.solution.as_deref(),
                    ..Holding::default()
                }
            }
            Place::Column(table, column) => {
                let row = &at(&at(&manifest.tables, table)?.columns, column)?.0;
                Holding {
                    managed: row.managed,
                    kind: row.kind.as_deref(),
                    ..Holding::default()
                }
            }
            Place::Variable(index) => {
                let row = at(&manifest.environment_variables, index)?;
                Holding {
                    managed: row.managed,
                    kind: row.kind.as_deref(),
                    ..Holding::default()
                }
            }
            Place::Other => return None,
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
