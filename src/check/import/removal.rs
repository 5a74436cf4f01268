//! What applying an upgrade removes, and what stands in its way.

use crate::finding::Evidence;
use crate::model::Identity;

/// A component that is removed with the old version, because the new one lacks it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Removal {
    /// The component.
    pub component: Identity,
    /// What needs it and is not removed with it.
    pub dependents: Vec<Dependent>,
    /// The solution and publisher of a managed layer above it, where one of another publisher is known.
    pub above: Option<(String, String)>,
}

/// Something that needs what is removed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dependent {
    /// The component that needs it.
    pub component: Identity,
    /// Whose it is, where that is known.
    pub solution: Option<String>,
    /// How sure that is: the target's own records, or what another package was found to refer to.
    pub evidence: Evidence,
}
