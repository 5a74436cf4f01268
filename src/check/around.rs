//! What rules of requirements know of the other packages of a run.

use super::remedy::{self, Remedy};
use super::{RequirementSubject, Run};
use crate::model::Identity;

/// The run that a package is judged in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'a> {
    /// All packages of it.
    pub(super) run: &'a Run<'a>,
    /// The place of the package among them.
    pub(super) number: usize,
    /// Whether packages before this one count beside the target. A simulation imports one after the other, so there the
    /// target says what they brought.
    pub(super) counts_earlier: bool,
}

impl RequirementSubject<'_> {
    /// Whether a package given before brings a component that is not there yet.
    pub(super) fn is_brought(&self, component: &Identity) -> bool {
        let found = self.around.run.brought.find(component);
        found.is_some_and(|(number, _)| self.around.counts_earlier && number < self.around.number)
    }

    /// What would bring a component that no requirement names, as far as the catalogue knows.
    pub(super) fn hint(&self, component: &Identity) -> Option<String> {
        let supply = remedy::hint(component, &self.around.run.supplies)?;
        Some(Remedy::Hint(supply).sentence(component))
    }
}
