//! Reports of simulated imports.

mod human;
mod json;

pub use human::{human, verdict};
pub use json::json;

use crate::check::{Checked, ShoppingList};
use crate::error::Error;
use crate::simulate::Simulation;

/// A simulated import with what its reports name.
#[derive(Debug)]
pub struct SimulationReport {
    /// The paths of the packages that were read, in the order given; steps name them by their place.
    pub packages: Vec<String>,
    /// Packages that could not be read.
    pub failed: Vec<Error>,
    /// What would happen.
    pub simulation: Simulation,
    /// The target's name for people.
    pub target: String,
}

impl SimulationReport {
    /// The packages of the steps, in the order of their import.
    fn checked(&self) -> impl Iterator<Item = &Checked> {
        let steps = self.simulation.steps.iter();
        steps.filter_map(|step| step.checked.as_ref())
    }

    fn shopping(&self) -> ShoppingList<'_> {
        ShoppingList::of(self.checked())
    }

    /// The unique names of the solutions of the packages, in the order of their import.
    fn names(&self) -> Vec<&str> {
        let names = self.checked();
        names
            .map(|checked| checked.solution.manifest.name())
            .collect()
    }
}
