//! Finding the component that an identity points at.

use rustc_hash::FxHashMap;

use crate::model::{Address, ComponentId, Identity, Solution};

/// The components of a solution by every address they answer to.
#[derive(Clone, Debug, Default)]
pub struct ComponentIndex {
    by_address: FxHashMap<Address, Vec<ComponentId>>,
}

impl ComponentIndex {
    /// Indexes every component.
    pub fn new(solution: &Solution) -> Self {
        let mut by_address: FxHashMap<Address, Vec<ComponentId>> = FxHashMap::default();
        for (id, component) in solution.numbered() {
            for address in component.identity.addresses() {
                by_address.entry(address).or_default().push(id);
            }
        }
        Self { by_address }
    }

    /// The component of the solution that an identity points at; the first where several answer.
    pub fn find(&self, solution: &Solution, wanted: &Identity) -> Option<ComponentId> {
        let candidates = wanted
            .addresses()
            .into_iter()
            .filter_map(|address| self.by_address.get(&address))
            .flatten();
        candidates.copied().find(|id| {
            // A shared name does not make two records one where both have an identifier.
            let found = solution
                .component(*id)
                .and_then(|component| component.identity.object_id);
            !matches!((wanted.object_id, found), (Some(a), Some(b)) if a != b)
                || wanted.kind.identified_by().ignores_id()
        })
    }
}
